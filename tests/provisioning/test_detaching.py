"""What becomes of each field that leads to something that goes (LC-3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import pytest

from agentprov.errors import Code, Collector
from agentprov.model import destinations, ids
from agentprov.model.access import Chosen, ChosenKind, Grant, Permission
from agentprov.model.departments import Department, DepartmentHours
from agentprov.model.destinations import (
    Fallback,
    HangUp,
    QueueExit,
    ToAgent,
    ToAnnouncement,
    ToDepartment,
    ToExternal,
    ToQueue,
    ToVoicemail,
)
from agentprov.model.hours import CalendarUse, TimeGroup
from agentprov.model.needs import AllOf, AnyOf, HasSkill, Not, Stage
from agentprov.model.numbers import Anonymous, CallerRule, Number, Refuse, SendTo
from agentprov.model.properties import RESOURCE_FILTER, PropertyDefinition, PropertyName, Text
from agentprov.model.references import Kind
from agentprov.model.routing import Ivr, IvrOption, TimeCondition
from agentprov.model.settings import Emergency
from agentprov.model.table import Table
from agentprov.model.users import (
    AgentHours,
    AreaCallerId,
    Calling,
    Extension,
    SelectedAddresses,
    SignIn,
    Site,
    User,
    Visibility,
)
from agentprov.provisioning.detaching import Detach, Field, Rewriting
from tests.tenants import PHONE, SETTINGS, user

# ---- field by field --------------------------------------------------------------------------------------------------

U, V = ids.UserId("u-1"), ids.UserId("u-2")
D, E = ids.DepartmentId("d-1"), ids.DepartmentId("d-2")
TO_U, TO_V, BOX = ToAgent(user=U), ToAgent(user=V), ToVoicemail(voicemail=ids.VoicemailId("v-1"))
HELLO = ids.AnnouncementId("m-1")
S, T = ids.SkillId("s-1"), ids.SkillId("s-2")
C = ids.CallerIdId("c-1")
A, B = ids.AddressId("a-1"), ids.AddressId("a-2")
H = ids.TimeGroupId("h-1")


def detached(item: Any, *gone: tuple[Kind, str], by: str | None = None) -> tuple[Any, list[tuple[str, Code]], int]:
    """The item without what goes; where and what refuses it; how many warnings."""
    rewriting = Rewriting(swaps=dict.fromkeys(gone, by), alone=frozenset(id_ for _, id_ in gone))
    after = rewriting.item(item, ())
    return after, [(each.where, each.code) for each in rewriting.found.problems], len(rewriting.warnings.problems)


def a_department(**fields: Any) -> Department:
    """A department with two members."""
    return Department(**{"id": D, "name": "Sales", "members": [U, V], **fields})


def a_number(**fields: Any) -> Number:
    """A number that hangs up."""
    return Number(**{"id": ids.NumberId("n-1"), "phone": PHONE, "to": HangUp(), **fields})


def an_ivr(*options: IvrOption, **fields: Any) -> Ivr:
    """A menu."""
    return Ivr(id=ids.IvrId("i-1"), name="Main", options=options, **fields)


def asked(*needs: Any) -> Department:
    """A department that asks for skills."""
    return a_department(stages=[Stage(needs=needs, without=[S])])


def seeing(*ids_: ids.UserId) -> User:
    """A user who sees others."""
    return user("a", visibility=Visibility(users=ids_))


def over(*ids_: ids.UserId) -> User:
    """A user with a right over others, if over anybody."""
    scope = [Chosen(kind=ChosenKind.USER, id=each) for each in ids_]
    return user("a", grants=[Grant(permission=Permission("user:edit"), scope=scope)])


def following(*uses: CalendarUse) -> TimeGroup:
    """A time group that follows calendars."""
    return TimeGroup(id=H, name="Day", time_zone="UTC", calendars=uses)


K, L = (CalendarUse(calendar=ids.CalendarId(each)) for each in ("k-1", "k-2"))
BY_AREA = Extension(number="1", area_caller_ids=[AreaCallerId(prefix="22", caller_id=C)])
ONE, TWO = IvrOption(digits="1", to=TO_U), IvrOption(digits="2", to=TO_V)
GONE_U, GONE_S, GONE_C, GONE_A = (Kind.USERS, U), (Kind.SKILLS, S), (Kind.CALLER_IDS, C), (Kind.ADDRESSES, A)
CASES: Mapping[str, tuple[Any, tuple[Kind, str], Any]] = {
    "a member and their tier": (
        a_department(tiers=Table({U: 1, V: 2})),
        GONE_U,
        a_department(members=[V], tiers=Table({V: 2})),
    ),
    "a failover": (a_department(failover=TO_U, members=[V]), GONE_U, a_department(members=[V])),
    "a supervisor": (user("a", supervisor=U), GONE_U, user("a")),
    "what was seen": (
        user("a", visibility=Visibility(users=[U, V])),
        GONE_U,
        user("a", visibility=Visibility(users=[V])),
    ),
    "an option of a menu": (an_ivr(ONE, TWO), GONE_U, an_ivr(TWO)),
    "the fallback of an option": (
        an_ivr(IvrOption(digits="2", to=TO_V, fallback=Fallback(to=TO_U))),
        GONE_U,
        an_ivr(TWO),
    ),
    "one cause of a fallback": (
        a_number(fallback=Fallback(to=BOX, by_failure=Table({destinations.Failure.BUSY: TO_U}))),
        GONE_U,
        a_number(fallback=Fallback(to=BOX)),
    ),
    "a whole fallback": (
        a_number(fallback=Fallback(to=TO_U, by_failure=Table({destinations.Failure.BUSY: TO_U}))),
        GONE_U,
        a_number(),
    ),
    "a caller rule": (
        a_number(
            caller_rules=[
                CallerRule(callers=[Anonymous()], action=SendTo(to=TO_U)),
                CallerRule(callers=[Anonymous()], action=Refuse()),
            ]
        ),
        GONE_U,
        a_number(caller_rules=[CallerRule(callers=[Anonymous()], action=Refuse())]),
    ),
    "what comes after a number outside": (
        a_number(to=ToExternal(number=PHONE, next=TO_U)),
        GONE_U,
        a_number(to=ToExternal(number=PHONE)),
    ),
    "where a queue leads to": (
        a_number(to=ToQueue(queue=ids.QueueId("q-1"), next=BOX, by_exit=Table({QueueExit.FULL: TO_U}))),
        GONE_U,
        a_number(to=ToQueue(queue=ids.QueueId("q-1"), next=BOX)),
    ),
    "an announcement gives way to what comes next": (
        a_number(to=ToAnnouncement(announcement=HELLO, next=TO_U)),
        (Kind.ANNOUNCEMENTS, HELLO),
        a_number(to=TO_U),
    ),
    "an announcement before what goes": (
        a_department(members=[V], failover=ToAnnouncement(announcement=HELLO, next=TO_U)),
        GONE_U,
        a_department(members=[V]),
    ),
    "a prompt": (an_ivr(TWO, prompt=HELLO), (Kind.ANNOUNCEMENTS, HELLO), an_ivr(TWO)),
    "a need, and a skill that doesn't count": (
        asked(HasSkill(skill=S), HasSkill(skill=T)),
        GONE_S,
        a_department(stages=[Stage(needs=[HasSkill(skill=T)])]),
    ),
    "needs inside others": (
        asked(AllOf(needs=[AnyOf(needs=[HasSkill(skill=S)]), Not(need=HasSkill(skill=S))]), HasSkill(skill=T)),
        GONE_S,
        a_department(stages=[Stage(needs=[HasSkill(skill=T)])]),
    ),
    "a skill with its level": (user("a", skills=Table({S: 3, T: 1})), GONE_S, user("a", skills=Table({T: 1}))),
    "a caller ID and what it was for": (
        user("a", calling=Calling(caller_ids=[C], extension=BY_AREA)),
        GONE_C,
        user("a", calling=Calling(extension=Extension(number="1"))),
    ),
    "one of two addresses": (
        user("a", calling=Calling(extension=Extension(number="1", addresses=[A, B]))),
        GONE_A,
        user("a", calling=Calling(extension=Extension(number="1", addresses=[B]))),
    ),
    "a calendar": (following(K, L), (Kind.CALENDARS, "k-1"), following(L)),
    "a term of a scope": (over(U, V), GONE_U, over(V)),
    "a grant for nobody else": (over(U), GONE_U, user("a")),
    "a value of a property": (
        user("a", properties=Table({PropertyName("max_contacts"): 2})),
        (Kind.PROPERTY_DEFINITIONS, "max_contacts"),
        user("a"),
    ),
    "an object of a resource filter": (
        user("a", properties=Table({RESOURCE_FILTER: frozenset({U, V})})),
        GONE_U,
        user("a", properties=Table({RESOURCE_FILTER: frozenset({V})})),
    ),
    "an object of another filter": (
        user("a", properties=Table({RESOURCE_FILTER: frozenset({V})})),
        GONE_U,
        user("a", properties=Table({RESOURCE_FILTER: frozenset({V})})),
    ),
    "a text that looks like a name": (
        PropertyDefinition(name=PropertyName("tone"), title="Tone", kind=Text(), default="max_contacts"),
        (Kind.PROPERTY_DEFINITIONS, "max_contacts"),
        PropertyDefinition(name=PropertyName("tone"), title="Tone", kind=Text(), default="max_contacts"),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_left(case: str) -> None:
    """LC-3: only the reference goes, and what is nothing without it."""
    before, gone, expected = CASES[case]
    assert (expected, [], 0) == detached(before, gone)


STUCK: Mapping[str, tuple[Any, tuple[Kind, str], str, Code]] = {
    "where a number leads": (a_number(to=TO_U), GONE_U, "to", Code.REFERENCE_NEEDED),
    "the only option": (an_ivr(ONE), GONE_U, "options", Code.FIELD_EMPTY),
    "a fallback that still holds another way": (
        a_number(fallback=Fallback(to=TO_U, by_failure=Table({destinations.Failure.BUSY: BOX}))),
        GONE_U,
        "fallback.to",
        Code.REFERENCE_NEEDED,
    ),
    "the only address to call from": (
        user("a", calling=Calling(extension=Extension(number="1", addresses=[A]))),
        GONE_A,
        "calling.extension.addresses",
        Code.REFERENCE_NEEDED,
    ),
    "the only address to sign in from": (
        user("a", sign_in=SignIn(addresses=SelectedAddresses(named=[A]))),
        GONE_A,
        "sign_in.addresses",
        Code.FIELD_EMPTY,
    ),
    "the caller ID of a site": (
        user("a", site=Site(emergency_region="IN", emergency_caller_id=C)),
        GONE_C,
        "site.emergency_caller_id",
        Code.REFERENCE_NEEDED,
    ),
    "the tenant's for emergencies": (
        attrs.evolve(SETTINGS, emergency_caller_id=C),
        GONE_C,
        "emergency_caller_id",
        Code.REFERENCE_NEEDED,
    ),
    "the destination in an emergency": (
        attrs.evolve(SETTINGS, emergency=Emergency(destination=TO_U)),
        GONE_U,
        "emergency.destination",
        Code.REFERENCE_NEEDED,
    ),
    "one way of a time condition": (
        TimeCondition(id=ids.TimeConditionId("tc-1"), name="Day", time_group=H, open=TO_U, closed=TO_V),
        GONE_U,
        "open",
        Code.REFERENCE_NEEDED,
    ),
}


@pytest.mark.parametrize("case", STUCK)
def test_what_cannot_do_without(case: str) -> None:
    """LC-3: detaching is refused where the rest would be nothing, or would let somebody in."""
    before, gone, where, code = STUCK[case]
    after, found, _ = detached(before, gone)
    assert ([(where, code)], before) == (found, after)


def test_hours_that_go_are_told_of() -> None:
    """LC-3: without hours calls are let in at all times, and whoever deletes the time group is warned."""
    agent = user("a", calling=Calling(hours=AgentHours(time_group=H, failover=BOX)))
    assert (user("a"), [], 1) == detached(agent, (Kind.TIME_GROUPS, H))
    place = a_department(hours=DepartmentHours(time_group=H))
    assert (a_department(), [], 1) == detached(place, (Kind.TIME_GROUPS, H))
    kept = attrs.evolve(agent, calling=Calling(hours=AgentHours(time_group=H)))
    assert (kept, [], 0) == detached(agent, (Kind.VOICEMAILS, "v-1"))


def test_what_nothing_leads_away_from_stays_the_very_object() -> None:
    """LC-3, PF-5: an object without such a reference isn't built anew."""
    for before, _, _ in CASES.values():
        after, found, _ = detached(before, (Kind.QUEUES, "q-nowhere"))
        assert after is before
        assert [] == found


# ---- replaced --------------------------------------------------------------------------------------------------------

REPLACED: Mapping[str, tuple[Any, tuple[Kind, str], str, Any]] = {
    "a member": (
        a_department(members=[U], tiers=Table({U: 3})),
        GONE_U,
        V,
        a_department(members=[V], tiers=Table({V: 3})),
    ),
    "a member beside the other": (
        a_department(members=[U, V], tiers=Table({U: 3})),
        GONE_U,
        V,
        a_department(members=[V]),
    ),
    "a destination": (a_number(to=TO_U), GONE_U, V, a_number(to=TO_V)),
    "a destination inside": (
        a_number(to=ToAnnouncement(announcement=HELLO, next=ToDepartment(department=D))),
        (Kind.DEPARTMENTS, D),
        E,
        a_number(to=ToAnnouncement(announcement=HELLO, next=ToDepartment(department=E))),
    ),
    "a skill that is had already": (user("a", skills=Table({S: 3, T: 1})), GONE_S, T, user("a", skills=Table({T: 1}))),
    "a skill": (user("a", skills=Table({S: 3})), GONE_S, T, user("a", skills=Table({T: 3}))),
    "a calendar that is followed already": (
        following(K, attrs.evolve(L, without=["Easter"])),
        (Kind.CALENDARS, "k-1"),
        "k-2",
        following(attrs.evolve(L, without=["Easter"])),
    ),
    "the only address": (
        user("a", calling=Calling(extension=Extension(number="1", addresses=[A]))),
        GONE_A,
        B,
        user("a", calling=Calling(extension=Extension(number="1", addresses=[B]))),
    ),
    "what was seen": (
        user("a", visibility=Visibility(users=[U, V])),
        GONE_U,
        V,
        user("a", visibility=Visibility(users=[V])),
    ),
    "a term of a scope": (over(U), GONE_U, V, over(V)),
    "a resource filter": (
        user("a", properties=Table({RESOURCE_FILTER: frozenset({U})})),
        GONE_U,
        V,
        user("a", properties=Table({RESOURCE_FILTER: frozenset({V})})),
    ),
    "a caller ID for emergencies": (
        attrs.evolve(SETTINGS, emergency_caller_id=C),
        GONE_C,
        "c-2",
        attrs.evolve(SETTINGS, emergency_caller_id=ids.CallerIdId("c-2")),
    ),
}


@pytest.mark.parametrize("case", REPLACED)
def test_what_takes_the_place(case: str) -> None:
    """LC-3: every reference leads to the other one, and nothing stands in a list twice."""
    before, gone, by, expected = REPLACED[case]
    assert (expected, [], 0) == detached(before, gone, by=by)


def test_two_that_go_become_one() -> None:
    """LC-3: two members who are replaced by the same one leave one place."""
    third = ids.UserId("u-3")
    after, found, _ = detached(a_department(), GONE_U, (Kind.USERS, V), by=third)
    assert (a_department(members=[third]), []) == (after, found)


def test_what_can_never_be_is_said() -> None:
    """LC-3: what the object itself objects to is found, at its place, and the object stays as it is."""
    boss = User(id=V, login=user("b").login, supervisor=U)
    after, found, _ = detached(boss, GONE_U, by=V)
    assert (boss, [("supervisor", Code.SUPERVISOR_SELF)]) == (after, found)


def test_values_of_the_tenant_itself() -> None:
    """LC-3: those of a definition that goes, and filters."""
    values = Table({RESOURCE_FILTER: frozenset({U, V}), PropertyName("max_contacts"): 2})
    rewriting = Rewriting(
        swaps={GONE_U: None, (Kind.PROPERTY_DEFINITIONS, "max_contacts"): None},
        alone=frozenset({U}),
        found=Collector(),
    )
    assert Table({RESOURCE_FILTER: frozenset({V})}) == rewriting.values(values, ("properties",))
    assert Field(Detach.CLEAR).kind is None

"""A tenant is whole, or it can't be built; every defect is told at once, with its path."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from agentprov.errors import Code, InvalidValue
from agentprov.model.access import EVERYONE, Chosen, ChosenKind, Within
from agentprov.model.blueprint import Blueprint, FieldRule, RoleHierarchy
from agentprov.model.contact import Email, PhoneNumber
from agentprov.model.departments import Department, DepartmentHours
from agentprov.model.destinations import (
    Failure,
    Fallback,
    HangUp,
    ToAgent,
    ToAnnouncement,
    ToDepartment,
    ToExternal,
    ToIvr,
    ToQueue,
    ToTimeCondition,
    ToVoicemail,
)
from agentprov.model.groups import Profile, Tombstone, UserGroup, Voicemail
from agentprov.model.identity import Login
from agentprov.model.ids import (
    AddressId,
    AgentGroupId,
    AnnouncementId,
    CalendarId,
    CallerIdId,
    DepartmentId,
    IvrId,
    NumberId,
    ProfileId,
    QueueId,
    RoleId,
    SeparationId,
    SkillId,
    TimeConditionId,
    TimeGroupId,
    UserGroupId,
    UserId,
    VoicemailId,
)
from agentprov.model.numbers import Number
from agentprov.model.properties import NONE, PropertyName
from agentprov.model.references import CLASSES, Kind
from agentprov.model.routing import Ivr, IvrOption, TimeCondition
from agentprov.model.separations import Separation
from agentprov.model.settings import Emergency, LoginComparison
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
from tests.tenants import BLUEPRINT, CATALOGUE, MOBILE, PHONE, SETTINGS, by_id, grant, role, small, to, user


def defects(**parts: Any) -> list[tuple[Code, str]]:
    """Code and path of everything that keeps the small tenant with these parts from being built."""
    with pytest.raises(InvalidValue) as caught:
        small(**parts)
    return [(problem.code, problem.where) for problem in caught.value.problems]


def test_small_tenant_is_whole() -> None:
    """ID-1: a tenant whose references all lead somewhere is built, and is a value: hashable, equal, picklable."""
    tenant = small()
    assert tenant == small()
    assert hash(tenant) == hash(small())
    assert pickle.loads(pickle.dumps(tenant)) == tenant  # noqa: S301  our own bytes


def test_changing_gives_another_tenant() -> None:
    """ID-1: changing anything gives a new value, and the old one stays as it was."""
    tenant = small()
    other = attrs.evolve(tenant, name="Other", version=2)
    assert (tenant.name, tenant.version, other.name) == ("Small", 1, "Other")


DANGLING: list[tuple[str, dict[str, Any], str]] = [
    ("user group", {"users": by_id([user("x", user_group=UserGroupId("no"))])}, "users.u-x.user_group"),
    ("home department", {"users": by_id([user("x", home_department=DepartmentId("no"))])}, "users.u-x.home_department"),
    ("supervisor", {"users": by_id([user("x", supervisor=UserId("no"))])}, "users.u-x.supervisor"),
    ("agent group", {"users": by_id([user("x", agent_groups=[AgentGroupId("no")])])}, "users.u-x.agent_groups"),
    ("role", {"users": by_id([user("x", roles=[RoleId("no")])])}, "users.u-x.roles"),
    ("skill", {"users": by_id([user("x", skills=Table({SkillId("no"): 1}))])}, "users.u-x.skills"),
    ("profile", {"users": by_id([user("x", unticked_profiles=[ProfileId("no")])])}, "users.u-x.unticked_profiles"),
    (
        "site's caller ID",
        {"users": by_id([user("x", site=Site(emergency_region="IN", emergency_caller_id=CallerIdId("no")))])},
        "users.u-x.site.emergency_caller_id",
    ),
    (
        "chosen user of a grant",
        {"users": by_id([user("x", grants=[grant("user:edit", frozenset({Chosen(kind=ChosenKind.USER, id="no")}))])])},
        "users.u-x.grants[0].scope",
    ),
    (
        "agent's time group",
        {"users": by_id([user("x", calling=Calling(hours=AgentHours(time_group=TimeGroupId("no"))))])},
        "users.u-x.calling.hours.time_group",
    ),
    (
        "agent's failover",
        {
            "users": by_id(
                [user("x", calling=Calling(hours=AgentHours(time_group=TimeGroupId("h-day"), failover=to("no"))))]
            )
        },
        "users.u-x.calling.hours.failover.user",
    ),
    (
        "area caller ID",
        {
            "users": by_id(
                [
                    user(
                        "x",
                        calling=Calling(
                            extension=Extension(
                                number="7", area_caller_ids=[AreaCallerId(prefix="22", caller_id=CallerIdId("no"))]
                            )
                        ),
                    )
                ]
            )
        },
        "users.u-x.calling.extension.area_caller_ids[0].caller_id",
    ),
    (
        "extension's address",
        {"users": by_id([user("x", calling=Calling(extension=Extension(number="7", addresses=[AddressId("no")])))])},
        "users.u-x.calling.extension.addresses",
    ),
    (
        "caller ID",
        {"users": by_id([user("x", calling=Calling(caller_ids=[CallerIdId("c-1"), CallerIdId("no")]))])},
        "users.u-x.calling.caller_ids[1]",
    ),
    (
        "sign-in address",
        {"users": by_id([user("x", sign_in=SignIn(addresses=SelectedAddresses(named=[AddressId("no")])))])},
        "users.u-x.sign_in.addresses.named",
    ),
    (
        "visible number",
        {"users": by_id([user("x", visibility=Visibility(numbers=[NumberId("no")]))])},
        "users.u-x.visibility.numbers",
    ),
    (
        "visible user",
        {"users": by_id([user("x", visibility=Visibility(users=[UserId("no")]))])},
        "users.u-x.visibility.users",
    ),
    (
        "visible agent group",
        {"users": by_id([user("x", visibility=Visibility(agent_groups=[AgentGroupId("no")]))])},
        "users.u-x.visibility.agent_groups",
    ),
    ("inherited role", {"users": Table(), "roles": by_id([role("x", inherits=["no"])])}, "roles.x.inherits"),
    (
        "parent group",
        {
            "user_groups": by_id([UserGroup(id=UserGroupId("x"), name="X", parent=UserGroupId("no"))]),
            "profiles": Table(),
        },
        "user_groups.x.parent",
    ),
    (
        "member",
        {"departments": by_id([Department(id=DepartmentId("d-sales"), name="S", members=[UserId("no")])])},
        "departments.d-sales.members[0]",
    ),
    (
        "department's failover",
        {"departments": by_id([Department(id=DepartmentId("d-sales"), name="S", failover=to("no"))])},
        "departments.d-sales.failover.user",
    ),
    (
        "department's hours",
        {
            "departments": by_id(
                [Department(id=DepartmentId("d-sales"), name="S", hours=DepartmentHours(time_group=TimeGroupId("no")))]
            )
        },
        "departments.d-sales.hours.time_group",
    ),
    (
        "department's closed destination",
        {
            "departments": by_id(
                [
                    Department(
                        id=DepartmentId("d-sales"),
                        name="S",
                        hours=DepartmentHours(
                            time_group=TimeGroupId("h-day"), closed=ToVoicemail(voicemail=VoicemailId("no"))
                        ),
                    )
                ]
            )
        },
        "departments.d-sales.hours.closed.voicemail",
    ),
    (
        "profile's group",
        {"profiles": by_id([Profile(id=ProfileId("x"), name="X", user_group=UserGroupId("no"))])},
        "profiles.x.user_group",
    ),
    (
        "profile's user",
        {"profiles": by_id([Profile(id=ProfileId("x"), name="X", user=UserId("no"))])},
        "profiles.x.user",
    ),
    (
        "number's fallback by failure",
        {
            "numbers": by_id(
                [
                    Number(
                        id=NumberId("x"),
                        phone=PHONE,
                        to=HangUp(),
                        fallback=Fallback(to=HangUp(), by_failure=Table({Failure.BUSY: ToQueue(queue=QueueId("no"))})),
                    )
                ]
            )
        },
        "numbers.x.fallback.by_failure.busy.queue",
    ),
    (
        "destination after an external number",
        {
            "numbers": by_id(
                [
                    Number(
                        id=NumberId("x"),
                        phone=PHONE,
                        to=ToExternal(number=MOBILE, next=ToDepartment(department=DepartmentId("no"))),
                    )
                ]
            )
        },
        "numbers.x.to.next.department",
    ),
    (
        "announcement",
        {
            "numbers": by_id(
                [
                    Number(
                        id=NumberId("x"),
                        phone=PHONE,
                        to=ToAnnouncement(announcement=AnnouncementId("no"), next=HangUp()),
                    )
                ]
            )
        },
        "numbers.x.to.announcement",
    ),
    (
        "time condition",
        {
            "numbers": by_id(
                [Number(id=NumberId("x"), phone=PHONE, to=ToTimeCondition(time_condition=TimeConditionId("no")))]
            )
        },
        "numbers.x.to.time_condition",
    ),
    (
        "menu",
        {"numbers": by_id([Number(id=NumberId("x"), phone=PHONE, to=ToIvr(ivr=IvrId("no")))])},
        "numbers.x.to.ivr",
    ),
    (
        "prompt",
        {
            "ivrs": by_id(
                [
                    Ivr(
                        id=IvrId("i-1"),
                        name="X",
                        prompt=AnnouncementId("no"),
                        options=[IvrOption(digits="1", to=HangUp())],
                    )
                ]
            )
        },
        "ivrs.i-1.prompt",
    ),
    (
        "menu option",
        {"ivrs": by_id([Ivr(id=IvrId("i-1"), name="X", options=[IvrOption(digits="1", to=to("no"))])])},
        "ivrs.i-1.options[0].to.user",
    ),
    (
        "menu option's fallback",
        {
            "ivrs": by_id(
                [
                    Ivr(
                        id=IvrId("i-1"),
                        name="X",
                        options=[IvrOption(digits="1", to=HangUp(), fallback=Fallback(to=to("no")))],
                    )
                ]
            )
        },
        "ivrs.i-1.options[0].fallback.to.user",
    ),
    (
        "menu's timeout",
        {
            "ivrs": by_id(
                [Ivr(id=IvrId("i-1"), name="X", options=[IvrOption(digits="1", to=HangUp())], on_timeout=to("no"))]
            )
        },
        "ivrs.i-1.on_timeout.user",
    ),
    (
        "time condition's time group",
        {
            "time_conditions": by_id(
                [
                    TimeCondition(
                        id=TimeConditionId("x"),
                        name="X",
                        time_group=TimeGroupId("no"),
                        open=HangUp(),
                        closed=HangUp(),
                    )
                ]
            )
        },
        "time_conditions.x.time_group",
    ),
    (
        "emergency destination",
        {"settings": attrs.evolve(SETTINGS, emergency=Emergency(destination=to("no")))},
        "settings.emergency.destination.user",
    ),
    (
        "emergency caller ID",
        {"settings": attrs.evolve(SETTINGS, emergency_caller_id=CallerIdId("no"))},
        "settings.emergency_caller_id",
    ),
]


@pytest.mark.parametrize(("parts", "where"), [pytest.param(p, w, id=name) for name, p, w in DANGLING])
def test_dangling_reference(parts: dict[str, Any], where: str) -> None:
    """ID-3: a reference to an object that isn't there can't be built, and its path is told."""
    assert (Code.REFERENCE_MISSING, where) in defects(**parts)


def test_dangling_calendar() -> None:
    """ID-3: a time group refers to holiday calendars that are there."""
    group = small().time_groups[TimeGroupId("h-day")]
    from agentprov.model.hours import CalendarUse

    broken = attrs.evolve(group, calendars=(CalendarUse(calendar=CalendarId("no")),))
    assert defects(time_groups=by_id([broken])) == [(Code.REFERENCE_MISSING, "time_groups.h-day.calendars[0]")]


def test_all_defects_at_once() -> None:
    """ID-3: all defects are listed together, not only the first."""
    users = [user("x", supervisor=UserId("no"), roles=[RoleId("none")]), user("y", user_group=UserGroupId("gone"))]
    found = defects(users=by_id(users), departments=Table(), profiles=Table(), ivrs=Table())
    assert found == [
        (Code.REFERENCE_MISSING, "users.u-x.supervisor"),
        (Code.REFERENCE_MISSING, "users.u-x.roles"),
        (Code.REFERENCE_MISSING, "users.u-y.user_group"),
        (Code.REFERENCE_MISSING, "numbers.n-1.to.ivr"),
    ]


def test_everyone_needs_no_definition() -> None:
    """AC-2: the role everyone is always there to be inherited or given."""
    tenant = small(roles=by_id([role("agent", inherits=[EVERYONE]), role("lead", inherits=["agent"])]))
    assert EVERYONE not in tenant.roles


def test_filed_under_another_id() -> None:
    """ID-2: an object is filed under its own id."""
    tenant = small()
    moved = Table({**tenant.voicemails, VoicemailId("v-2"): Voicemail(id=VoicemailId("v-3"), name="X")})
    assert defects(voicemails=moved) == [(Code.ID_MISMATCH, "voicemails.v-2.id")]


def test_filed_among_another_kind() -> None:
    """ID-3: an object of another kind in a table can't be built, whatever its id says."""
    wrong: Any = Table({"q-2": user("x")})
    assert defects(queues=wrong) == [(Code.ID_WRONG_KIND, "queues.q-2")]


def test_every_kind_has_its_class() -> None:
    """ID-1: no kind of object is forgotten where objects are told apart."""
    assert set(CLASSES) == set(Kind)


def also(*more: User, **parts: Any) -> list[tuple[Code, str]]:
    """Defects of the small tenant with more users."""
    return defects(users=by_id([*small().users.values(), *more]), **parts)


def test_login_unique() -> None:
    """ID-5: two users with one login can't be; case tells logins apart by default."""
    assert also(User(id=UserId("u-2"), login=Login("asha"))) == [(Code.LOGIN_TAKEN, "users.u-2.login")]
    small(users=by_id([*small().users.values(), User(id=UserId("u-2"), login=Login("Asha"))]))


def test_login_unique_without_case() -> None:
    """ID-5: a tenant that compares without case refuses logins that differ only by case."""
    settings = attrs.evolve(SETTINGS, login_comparison=LoginComparison.CASE_INSENSITIVE)
    found = also(User(id=UserId("u-2"), login=Login("Asha")), settings=settings)
    assert found == [(Code.LOGIN_TAKEN, "users.u-2.login")]


def test_login_of_deleted_user() -> None:
    """ID-5: a deleted user's login isn't given again, unless the tenant says so."""
    stone = Tombstone(id=UserId("u-old"), login=Login("old"), deleted_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert also(user("old"), tombstones=by_id([stone])) == [(Code.LOGIN_TAKEN, "users.u-old.login")]
    settings = attrs.evolve(SETTINGS, reuse_deleted_logins=True)
    small(users=by_id([*small().users.values(), user("old")]), tombstones=by_id([stone]), settings=settings)


def test_numeric_id_unique() -> None:
    """ID-8: two users can't have one numeric id."""
    assert also(user("x", numeric_id=7), user("y", numeric_id=7)) == [(Code.NUMERIC_ID_TAKEN, "users.u-y.numeric_id")]


def test_extension_unique() -> None:
    """PV-1: two users can't have one extension."""
    calling = Calling(extension=Extension(number="101"))
    found = also(user("x", calling=calling), user("y", calling=calling))
    assert found == [(Code.EXTENSION_TAKEN, "users.u-y.calling.extension.number")]


def test_contact_unique_where_asked() -> None:
    """PV-7: email, case-folded, and mobile are unique where the blueprint says so, and only there."""
    twice = [
        user("x", email=Email("a@example.com"), mobile=PhoneNumber("+919812345679")),
        user("y", email=Email("A@example.com"), mobile=PhoneNumber("+919812345679")),
    ]
    small(users=by_id([*small().users.values(), *twice]))
    rules = [FieldRule(field="email", unique=True), FieldRule(field="mobile", unique=True)]
    found = also(*twice, blueprint=Blueprint(name="unique", catalogue=CATALOGUE, rules=rules))
    assert found == [(Code.EMAIL_TAKEN, "users.u-y.email"), (Code.MOBILE_TAKEN, "users.u-y.mobile")]


def test_number_unique() -> None:
    """ID-3: two numbers of a tenant can't be the same telephone number."""
    numbers = [Number(id=NumberId(name), phone=PHONE, to=HangUp()) for name in ("n-1", "n-2")]
    assert defects(numbers=by_id(numbers)) == [(Code.NUMBER_TAKEN, "numbers.n-2.phone")]


def test_roles_go_round() -> None:
    """AC-2: roles that inherit from each other in a circle can't be built; the circle is shown."""
    roles = [role("agent", inherits=["lead"]), role("lead", inherits=["agent"])]
    assert defects(roles=by_id(roles)) == [(Code.REFERENCE_CYCLE, "roles.agent.inherits")]


def test_role_inherits_itself() -> None:
    """AC-2: a role can't inherit from itself."""
    roles = [role("agent"), role("lead", inherits=["lead", "agent"])]
    assert defects(roles=by_id(roles)) == [(Code.REFERENCE_CYCLE, "roles.lead.inherits")]


def test_diamond_is_no_circle() -> None:
    """AC-2: inheriting the same role twice over is no circle."""
    small(
        roles=by_id(
            [
                role("agent"),
                role("left", inherits=["agent"]),
                role("right", inherits=["agent"]),
                role("lead", inherits=["left", "right"]),
            ]
        )
    )


@pytest.mark.parametrize("levels", [101, 10_000])
def test_very_deep_hierarchy(levels: int) -> None:
    """AC-2: a hundred levels of roles are enough for anybody; more are one defect, however deep they go."""
    names = [f"r{number:05d}" for number in range(levels - 1)]
    deep = [role(name, inherits=[after]) for name, after in zip(names, [*names[1:], "agent"], strict=True)]
    first_too_many = f"roles.r{levels - 101:05d}.inherits"
    assert defects(roles=by_id([role("agent"), role("lead"), *deep])) == [(Code.REFERENCE_TOO_DEEP, first_too_many)]
    small(roles=by_id([role("agent"), role("lead"), *deep[levels - 100 :]]))


def test_depth_is_counted_along_the_longest_way() -> None:
    """AC-2: a shortcut to the bottom doesn't make a deep role less deep."""
    names = [f"r{number:03d}" for number in range(100)]
    deep = [role(name, inherits=[after, "agent"]) for name, after in zip(names, [*names[1:], "lead"], strict=True)]
    assert defects(roles=by_id([role("agent"), role("lead"), *deep])) == [
        (Code.REFERENCE_TOO_DEEP, "roles.r000.inherits")
    ]


def test_user_groups_are_not_nested_for_ever() -> None:
    """PR-2: user groups can be nested a hundred deep."""
    ids = [UserGroupId(f"g-{number:03d}") for number in range(101)]
    nested = [UserGroup(id=id_, name=id_, parent=outer) for id_, outer in zip(ids, [None, *ids], strict=False)]
    groups = by_id([UserGroup(id=UserGroupId("g-day"), name="Day"), *nested])
    assert defects(user_groups=groups) == [(Code.REFERENCE_TOO_DEEP, "user_groups.g-100.parent")]


def test_limited_hierarchy() -> None:
    """AC-6: in a limited hierarchy a role inherits from one other at most; the general one doesn't mind."""
    both = role("head", inherits=["agent", "lead"])
    roles = by_id([role("agent"), role("lead"), both])
    small(roles=roles)
    limited = attrs.evolve(small().blueprint, role_hierarchy=RoleHierarchy.LIMITED)
    assert defects(roles=roles, blueprint=limited) == [(Code.ROLE_SECOND_PARENT, "roles.head.inherits")]


def test_separation_of_roles_that_are_not_there() -> None:
    """AC-6, ID-3: what is kept apart are roles of the tenant."""
    apart = Separation(id=SeparationId("s-1"), name="Apart", roles=[RoleId("agent"), RoleId("ghost")])
    assert defects(separations=by_id([apart])) == [(Code.REFERENCE_MISSING, "separations.s-1.roles")]


def test_groups_go_round() -> None:
    """ID-3: user groups don't nest in a circle."""
    groups = [
        UserGroup(id=UserGroupId("g-all"), name="All", parent=UserGroupId("g-day")),
        UserGroup(id=UserGroupId("g-day"), name="Day", parent=UserGroupId("g-all")),
    ]
    assert defects(user_groups=by_id(groups)) == [(Code.REFERENCE_CYCLE, "user_groups.g-all.parent")]


def test_supervisors_go_round() -> None:
    """ID-3: nobody supervises, over others, themselves."""
    users = [user("asha", supervisor=UserId("u-ravi")), user("ravi", supervisor=UserId("u-asha"))]
    assert defects(users=by_id(users)) == [(Code.REFERENCE_CYCLE, "users.u-asha.supervisor")]


def test_unknown_permission() -> None:
    """AC-1: a permission outside the catalogue is an error wherever it is written."""
    roles = [role("agent", grant("user:fly")), role("lead", grant("user:*"), grant("plane:*"))]
    users = by_id([*small().users.values(), user("x", grants=[grant("user:walk")])])
    assert defects(roles=by_id(roles), users=users) == [
        (Code.PERMISSION_UNKNOWN, "roles.agent.grants[0].permission"),
        (Code.PERMISSION_UNKNOWN, "roles.lead.grants[1].permission"),
        (Code.PERMISSION_UNKNOWN, "users.u-x.grants[0].permission"),
    ]


def test_only_the_blueprints_roles() -> None:
    """PV-4: where the blueprint names the roles, there are no others."""
    blueprint = Blueprint(name="fixed", catalogue=CATALOGUE, roles=frozenset({RoleId("lead")}))
    roles = [role("lead", grant("user:edit"), inherits=["agent"]), role("agent"), role(EVERYONE)]
    assert defects(blueprint=blueprint, roles=by_id(roles)) == [(Code.ROLE_NOT_IN_BLUEPRINT, "roles.agent")]


def test_unknown_user_type() -> None:
    """ID-14: a user's type is one of the blueprint's."""
    assert also(user("x", type="robot")) == [(Code.FIELD_UNKNOWN_CHOICE, "users.u-x.type")]


def test_property_values_checked() -> None:
    """PR-1: a value is of a property that exists, at a level where it may be set, and of the right kind."""
    groups = [
        UserGroup(id=UserGroupId("g-all"), name="All", properties=Table({PropertyName("wrap_up.phone"): -1})),
        UserGroup(id=UserGroupId("g-day"), name="Day", properties=Table({PropertyName("wrap_up.phone"): NONE})),
    ]
    found = also(
        user("x", properties=Table({PropertyName("wrap_up.fax"): 1})),
        user_groups=by_id(groups),
        properties=Table({PropertyName("language"): 5}),
    )
    assert found == [
        (Code.FIELD_WRONG_TYPE, "properties.language"),
        (Code.FIELD_OUT_OF_RANGE, 'user_groups.g-all.properties."wrap_up.phone"'),
        (Code.PROPERTY_UNKNOWN, 'users.u-x.properties."wrap_up.fax"'),
    ]


def test_property_not_settable_there() -> None:
    """PR-1: a property says where it may be set."""
    from agentprov.model.properties import Flag, Level, PropertyDefinition

    name = PropertyName("recording")
    definition = PropertyDefinition(name=name, title="Recording", kind=Flag(), settable=[Level.TENANT])
    found = also(
        user("x", properties=Table({name: True})),
        property_definitions=Table({name: definition}),
        properties=Table({name: True}),
    )
    assert found == [(Code.PROPERTY_NOT_SETTABLE, "users.u-x.properties.recording")]


def test_levels_on_the_scale() -> None:
    """PR-5: levels are on the tenant's scale; a skill without a level is fine."""
    skill = SkillId("s-hindi")
    profiles = [Profile(id=ProfileId("p-day"), name="D", user_group=UserGroupId("g-day"), skills=Table({skill: 6}))]
    found = also(user("x", skills=Table({skill: 0})), user("y", skills=Table({skill: None})), profiles=by_id(profiles))
    assert found == [
        (Code.FIELD_OUT_OF_RANGE, "users.u-x.skills.s-hindi"),
        (Code.FIELD_OUT_OF_RANGE, "profiles.p-day.skills.s-hindi"),
    ]


def test_personal_profile_cant_be_unticked() -> None:
    """PR-5: unticking is for group profiles."""
    found = also(user("x", unticked_profiles=[ProfileId("p-own"), ProfileId("p-day")]))
    assert found == [(Code.PROFILE_PERSONAL, "users.u-x.unticked_profiles")]


def test_calls_only_to_routed_types() -> None:
    """ID-14: customers and API users are never routed to, neither as members nor as destinations."""
    departments = [Department(id=DepartmentId("d-sales"), name="S", members=[UserId("u-bot")], failover=to("u-kim"))]
    settings = attrs.evolve(SETTINGS, emergency=Emergency(destination=to("u-bot")))
    found = also(
        user("bot", type="api"), user("kim", type="customer"), departments=by_id(departments), settings=settings
    )
    assert found == [
        (Code.USER_NOT_ROUTED, "departments.d-sales.members[0]"),
        (Code.USER_NOT_ROUTED, "departments.d-sales.failover.user"),
        (Code.USER_NOT_ROUTED, "settings.emergency.destination.user"),
    ]


def test_version_and_name() -> None:
    """ID-1: a tenant has a name and a version from 1."""
    assert defects(version=0, name="") == [(Code.FIELD_REQUIRED, "name"), (Code.FIELD_OUT_OF_RANGE, "version")]


def test_home_department_linked_to_supervisor() -> None:
    """PV-8: where the blueprint links it, an agent's home department is their supervisor's, and follows it."""
    blueprint = attrs.evolve(BLUEPRINT, department_from_supervisor=[RoleId("agent")])
    agent = user("kim", roles=[RoleId("agent")], supervisor=UserId("u-asha"))
    lone = user("lee", roles=[RoleId("agent")], home_department=DepartmentId("d-sales"))
    tenant = small(users=by_id([*small().users.values(), agent, lone]), blueprint=blueprint)
    assert tenant.home_department(agent) == "d-sales"
    assert tenant.home_department(lone) == "d-sales"
    assert small().home_department(agent) is None


def test_group_path() -> None:
    """PR-2: a nested group's path begins with the outermost."""
    assert small().group_path(UserGroupId("g-day")) == ("g-all", "g-day")
    assert small().group_path(None) == ()


def test_every_kind_is_a_field() -> None:
    """ID-1: every kind of object has its own table in the tenant, and a noun."""
    tenant = small()
    assert all(isinstance(tenant.table(kind), Table) for kind in Kind)
    assert Kind.USER_GROUPS.noun == "user group"
    assert Kind.ADDRESSES.noun == "named address"


def test_within_is_no_reference() -> None:
    """AC-3: a relative scope names no object, so it can't dangle."""
    small(roles=by_id([role("agent", grant("user:view", frozenset({Within.OWN_AGENTS}))), role("lead")]))


def test_routes_to_every_kind_build() -> None:
    """RT-8: every kind of destination can stand in a tenant."""
    inner = ToAnnouncement(announcement=AnnouncementId("m-1"), next=ToQueue(queue=QueueId("q-1"), next=HangUp()))
    tenant = small(numbers=by_id([Number(id=NumberId("n-1"), phone=PHONE, to=ToExternal(number=MOBILE, next=inner))]))
    assert isinstance(tenant.numbers[NumberId("n-1")].to, ToExternal)
    assert ToAgent(user=UserId("u-asha")) == to("u-asha")

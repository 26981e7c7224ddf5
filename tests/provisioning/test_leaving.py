"""Deleting anything, one or many, and confirming it (LC-1 to LC-3, P25, P82, P84)."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import attrs
import pytest

from agentprov.errors import Code, Conflict, Refused
from agentprov.memory import MemoryCodes, MemoryCredentials, MemorySticky, MemoryTokens
from agentprov.model.access import Chosen, ChosenKind, Effect, Grant, Permission, Within
from agentprov.model.api_tokens import ApiToken, TokenKind
from agentprov.model.changes import Change, EventKind
from agentprov.model.contact import PhoneNumber
from agentprov.model.destinations import HangUp, ToAgent, ToDepartment
from agentprov.model.effects import StickyAssigned
from agentprov.model.groups import Profile
from agentprov.model.identity import Login
from agentprov.model.ids import DepartmentId, NumberId, ProfileId, QueueId, RoleId, UserGroupId, UserId
from agentprov.model.limits import Range
from agentprov.model.live import Live
from agentprov.model.numbers import Number
from agentprov.model.one_time_codes import CodeKey, CodePurpose, CodeRecord
from agentprov.model.properties import RESOURCE_FILTER, PropertyName, PropertyValue
from agentprov.model.references import Kind
from agentprov.model.referrers import referrers
from agentprov.model.settings import Emergency
from agentprov.model.sticky import StickyKey, StickyPlace
from agentprov.model.stored_passwords import StoredPassword
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import Visibility
from agentprov.provisioning import (
    bound_property,
    confirmation,
    create_user,
    delete,
    delete_user,
    lock_property,
    update_user,
)
from agentprov.provisioning.leaving import permission_for
from agentprov.provisioning.remaining import KEPT_BY_HOST
from tests.provisioning.samples import (
    ADMIN,
    AT,
    LOGGED_OFF,
    PASSWORD,
    a_form,
    a_role,
    a_tenant,
    created,
    faults,
    with_role,
)

RAVI, LEAD, MINA = UserId("u-ravi"), UserId("u-lead"), UserId("u-mina")
CARE, SALES = DepartmentId("d-care"), DepartmentId("d-sales")
NEW = {"login": "mina", "email": "mina@example.com", "phone": "9812345679", "home_department": "d-care"}


def office(plan: str = "smartflo") -> Tenant:
    """A tenant with two agents in the department of care, of whom the lead sees one."""
    tenant = created(a_tenant(plan), a_form(plan, home_department="d-care"))
    tenant = created(tenant, a_form(plan, **NEW))
    seer = attrs.evolve(tenant.users[LEAD], visibility=Visibility(users=[RAVI]))
    return attrs.evolve(tenant, users=tenant.users.put(LEAD, seer))


def gone(tenant: Tenant, kind: Kind, *ids: str, by: str | None = ADMIN, **how: Any) -> Change:
    """The change that deletes, confirmed as it is asked for now."""
    asked = confirmation(tenant, kind, *ids, by=by, **how)
    return delete(tenant, kind, *ids, by=by, at=AT, live=LOGGED_OFF, confirm=asked.digest, **how)


# ---- refused, detached, replaced -------------------------------------------------------------------------------------


def test_the_refusal_names_who_refers_and_where() -> None:
    """LC-3: holders in words, and the fields, each as what."""
    with pytest.raises(Refused) as caught:
        delete_user(office(), RAVI, by=ADMIN, at=AT, live=LOGGED_OFF)
    (problem,) = caught.value.problems
    assert ("user u-lead", "department d-care") == problem.parameters["referrers"]
    assert ("users.u-lead.visibility.users (visibility)", "departments.d-care.members[0] (member)") == (
        problem.parameters["fields"]
    )


def test_detached_a_user_leaves_every_list() -> None:
    """LC-3: one change, described in words, which takes the user out of all who referred; undone, all is as it was."""
    tenant = office()
    change = gone(tenant, Kind.USERS, RAVI, detach=True)
    after = change.apply(tenant)
    assert (
        "user u-lead: visibility.users u-ravi -> nothing",
        "department d-care: members - u-ravi",
        "remove user u-ravi (ravi, Ravi Rao)",
        "create tombstone u-ravi (ravi)",
    ) == change.describe()
    assert (MINA,) == after.departments[CARE].members
    assert attrs.evolve(tenant, version=tenant.version + 2) == change.undo().apply(after)


def test_replaced_everything_leads_to_the_other() -> None:
    """LC-3: no member stands in the list twice."""
    tenant = office()
    change = gone(tenant, Kind.USERS, RAVI, replace_by=MINA)
    after = change.apply(tenant)
    assert (MINA,) == after.departments[CARE].members
    assert {MINA} == after.users[LEAD].visibility.users


def test_what_takes_the_place_keeps_no_reference_to_what_goes() -> None:
    """LC-3: the agent of a boss takes over from the boss, and isn't their own supervisor."""
    tenant = office()
    tenant = update_user(tenant, MINA, {}, by=ADMIN).apply(tenant)
    users = tenant.users.put(MINA, attrs.evolve(tenant.users[MINA], supervisor=RAVI))
    users = users.put(LEAD, attrs.evolve(tenant.users[LEAD], supervisor=RAVI))
    tenant = attrs.evolve(tenant, users=users)
    after = gone(tenant, Kind.USERS, RAVI, replace_by=MINA).apply(tenant)
    assert (None, MINA) == (after.users[MINA].supervisor, after.users[LEAD].supervisor)


def test_a_required_supervisor_is_not_detached() -> None:
    """LC-3, PV-8: the rest would break the blueprint; replaced by another supervisor it doesn't."""
    tenant = a_tenant("supervisor-workplace")
    other = attrs.evolve(tenant.users[LEAD], id=UserId("u-other"), login=Login("other"))
    tenant = attrs.evolve(
        tenant,
        users=tenant.users.put(other.id, other),
        blueprint=attrs.evolve(tenant.blueprint, users_can_be_deleted=True),
    )
    tenant = created(tenant, a_form("supervisor-workplace"))
    found = faults(lambda: gone(tenant, Kind.USERS, LEAD, detach=True))
    assert ("users.u-ravi.supervisor", Code.FIELD_REQUIRED) in found
    assert "u-other" == gone(tenant, Kind.USERS, LEAD, replace_by="u-other").apply(tenant).users[RAVI].supervisor
    wrong = faults(lambda: gone(tenant, Kind.USERS, LEAD, replace_by=RAVI))
    assert wrong


def test_what_would_break_is_all_told_together() -> None:
    """PV-2, LC-3: what a detached reference breaks, a queue, and the confirmation, in one refusal."""
    tenant = office()
    number = Number(id=NumberId("n-2"), phone=PhoneNumber("+918069651171"), to=ToAgent(user=RAVI))
    tenant = attrs.evolve(tenant, numbers=tenant.numbers.put(number.id, number))
    live = Live(queues={RAVI: [QueueId("q-1")]})
    found = faults(lambda: delete(tenant, Kind.USERS, RAVI, by=ADMIN, at=AT, live=live, detach=True))
    assert [
        ("id", Code.USER_LOGGED_ON_QUEUE),
        ("numbers.n-2.to", Code.REFERENCE_NEEDED),
        ("confirm", Code.CONFIRMATION_REQUIRED),
    ] == found


def test_a_circle_is_not_made() -> None:
    """LC-3, RT-9: where the one that takes the place would send calls round, the tenant objects."""
    tenant = office()
    one = attrs.evolve(tenant.departments[CARE], failover=ToDepartment(department=SALES))
    third = attrs.evolve(one, id=DepartmentId("d-night"), name="Night", failover=ToDepartment(department=CARE))
    tenant = attrs.evolve(tenant, departments={**tenant.departments, CARE: one, third.id: third})
    found = faults(lambda: gone(tenant, Kind.DEPARTMENTS, SALES, replace_by="d-night"))
    assert ("departments.d-care.failover", Code.ROUTE_CYCLE) in found


def test_the_settings_refer_as_well() -> None:
    """LC-3: somebody who takes the calls of an emergency is in use, and is replaced, never detached."""
    tenant = created(a_tenant(), a_form())
    alarm = attrs.evolve(tenant.settings, emergency=Emergency(destination=ToAgent(user=RAVI)))
    tenant = attrs.evolve(tenant, settings=alarm)
    assert [("id", Code.REFERENCE_IN_USE)] == faults(
        lambda: delete_user(tenant, RAVI, by=ADMIN, at=AT, live=LOGGED_OFF)
    )
    stuck = faults(lambda: gone(tenant, Kind.USERS, RAVI, detach=True))
    assert [("settings.emergency.destination", Code.REFERENCE_NEEDED)] == stuck
    change = gone(tenant, Kind.USERS, RAVI, replace_by=LEAD)
    after = change.apply(tenant)
    assert after.settings.emergency == Emergency(destination=ToAgent(user=LEAD))
    assert attrs.evolve(tenant, version=tenant.version + 2) == change.undo().apply(after)


def test_values_go_with_their_definition() -> None:
    """LC-3, PR-1: those of users and those of the tenant itself."""
    tenant = office()
    name = PropertyName("max_contacts")
    values: dict[PropertyName, PropertyValue] = {name: 2, RESOURCE_FILTER: frozenset({RAVI})}
    ravi = attrs.evolve(tenant.users[RAVI], properties=Table(values))
    tenant = attrs.evolve(tenant, users=tenant.users.put(RAVI, ravi), properties=Table(values))
    assert [("id", Code.REFERENCE_IN_USE)] == faults(lambda: delete(tenant, "property_definitions", name, by=ADMIN))
    change = gone(tenant, Kind.PROPERTY_DEFINITIONS, name, detach=True)
    after = change.apply(tenant)
    assert [{RESOURCE_FILTER}, {RESOURCE_FILTER}] == [set(after.properties), set(after.users[RAVI].properties)]
    assert attrs.evolve(tenant, version=tenant.version + 2) == change.undo().apply(after)


def test_locks_and_bounds_go_with_their_definition() -> None:
    """LC-3, PR-4: those of a user group and those of the tenant itself; each is found, and told."""
    tenant = a_tenant("puzzel")
    name, group = PropertyName("wrap_up.phone"), UserGroupId("g-sales")
    tenant = lock_property(tenant, name, group=group, by=ADMIN).apply(tenant)
    tenant = bound_property(tenant, name, Range(low=1, high=60), by=ADMIN).apply(tenant)
    assert [
        'user_groups.g-sales.property_limits."wrap_up.phone" (lock, or bound)',
        'property_limits."wrap_up.phone" (lock, or bound)',
    ] == [str(each) for each in referrers(tenant, Kind.PROPERTY_DEFINITIONS, name)]
    assert [("id", Code.REFERENCE_IN_USE)] == faults(lambda: delete(tenant, "property_definitions", name, by=ADMIN))
    change = gone(tenant, Kind.PROPERTY_DEFINITIONS, name, detach=True)
    after = change.apply(tenant)
    assert (name in after.property_definitions, name in after.property_limits) == (False, False)
    assert name not in after.user_groups[group].property_limits
    assert attrs.evolve(tenant, version=tenant.version + 2) == change.undo().apply(after)


def test_a_level_s_own_value_outlives_a_replacement() -> None:
    """LC-3: the tenant that has a value of both properties keeps the one of the replacement, as anybody does."""
    tenant = office()
    one, other = PropertyName("max_contacts"), PropertyName("wrap_up.phone")
    for values in ({one: 2, other: 3}, {other: 3, one: 2}):
        holding = attrs.evolve(tenant, properties=Table(values))
        after = gone(holding, Kind.PROPERTY_DEFINITIONS, one, replace_by=other).apply(holding)
        assert Table({other: 3}) == after.properties


def test_a_personal_profile_is_deleted_by_who_may_edit_the_user() -> None:
    """AC-1, PR-5: its owner with a right over themselves does; for a group's it takes more."""
    tenant = with_role(a_tenant("puzzel"), LEAD, ("user:edit", Within.SELF))
    change = delete(tenant, "profiles", "p-lead", by=LEAD)
    assert [(EventKind.PROFILE_DELETED, "p-lead", {"user": LEAD})] == [
        (event.kind, event.subject, dict(event.facts)) for event in change.events
    ]
    assert [("(whole)", Code.PERMISSION_NOT_GRANTED)] == faults(
        lambda: delete(tenant, "profiles", "p-lead", "p-sales", by=LEAD)
    )


def _holding(over: UserId) -> list[Grant]:
    return [Grant(permission=Permission("record:view"), scope=[Chosen(kind=ChosenKind.USER, id=over)])]


def test_nobody_gains_by_a_replacement() -> None:
    """AC-5, LC-3: what the one in the place of the other brings, the actor must hold."""
    tenant = office()
    scope = [Chosen(kind=ChosenKind.USER, id=RAVI)]
    reach = Grant(permission=Permission("record:view"), scope=scope)
    tenant = attrs.evolve(
        with_role(tenant, LEAD, ("user:edit", Within.TENANT), ("user:delete", Within.TENANT)),
        departments={**tenant.departments, CARE: attrs.evolve(tenant.departments[CARE], members=())},
    )
    mina = attrs.evolve(tenant.users[MINA], grants=[reach])
    tenant = attrs.evolve(tenant, users=tenant.users.put(MINA, mina))
    found = faults(lambda: gone(tenant, Kind.USERS, RAVI, by=LEAD, replace_by=ADMIN))
    assert ("(whole)", Code.ROLE_EXCEEDS_ACTOR) in found
    assert () == gone(tenant, Kind.USERS, RAVI, by=LEAD, detach=True).apply(tenant).users[MINA].grants
    deny = attrs.evolve(tenant.users[MINA], grants=[attrs.evolve(reach, effect=Effect.DENY), *_holding(ADMIN)])
    tenant = attrs.evolve(tenant, users=tenant.users.put(MINA, deny))
    found = faults(lambda: gone(tenant, Kind.USERS, RAVI, by=LEAD, replace_by=ADMIN))
    assert ("users.u-mina", Code.REVOKE_EXCEEDS_ACTOR) in found


def test_a_role_is_taken_from_all_who_have_it() -> None:
    """LC-3, AC-6: deleted by who may grant; the last admin's role stays."""
    tenant = office()
    extra = a_role("extra", ("user:view", Within.TENANT))
    lead = attrs.evolve(tenant.users[LEAD], roles={*tenant.users[LEAD].roles, extra.id})
    tenant = attrs.evolve(
        tenant,
        roles=tenant.roles.put(extra.id, extra),
        users=tenant.users.put(LEAD, lead),
        blueprint=attrs.evolve(tenant.blueprint, several_roles=True),
    )
    change = gone(tenant, Kind.ROLES, "extra", detach=True)
    assert RoleId("extra") not in change.apply(tenant).users[LEAD].roles
    assert [("(whole)", Code.PERMISSION_NOT_GRANTED)] == faults(
        lambda: delete(with_role(tenant, LEAD, ("user:edit", Within.TENANT)), Kind.ROLES, "extra", by=LEAD)
    )


# ---- who may ---------------------------------------------------------------------------------------------------------


def test_each_kind_has_its_permission() -> None:
    """LC-3, AC-1: of the catalogue's own section where it has one, else `user:edit`; and one for every kind."""
    tenant = a_tenant("smartflo")
    assert {
        Kind.USERS: "user:delete",
        Kind.ROLES: "access:grant",
        Kind.DEPARTMENTS: "department:delete",
        Kind.AGENT_GROUPS: "agent_group:delete",
        Kind.IVRS: "ivr:delete",
        Kind.TIME_GROUPS: "time_group:delete",
        Kind.NUMBERS: "user:edit",
        Kind.ADDRESSES: "user:edit",
    } == {
        kind: permission_for(tenant, kind, "delete")
        for kind in (
            Kind.USERS,
            Kind.ROLES,
            Kind.DEPARTMENTS,
            Kind.AGENT_GROUPS,
            Kind.IVRS,
            Kind.TIME_GROUPS,
            Kind.NUMBERS,
            Kind.ADDRESSES,
        )
    }
    known = tenant.blueprint.catalogue
    assert all(known.expand(permission_for(tenant, kind, action)) for kind in Kind for action in ("delete", "edit"))


def test_permission_comes_first_and_alone() -> None:
    """PV-2: before anything is said of who is there, or of what refers to whom."""
    tenant = office()
    refused = [("(whole)", Code.PERMISSION_NOT_GRANTED)]
    for kind, id_ in ((Kind.USERS, "u-nobody"), (Kind.DEPARTMENTS, "d-care"), (Kind.ROLES, "none"), (Kind.SKILLS, "x")):
        assert refused == faults(partial(delete, tenant, kind, id_, RAVI, by=RAVI, at=AT))
        assert refused == faults(partial(confirmation, tenant, kind, id_, by=RAVI))


def test_who_may_delete_may_not_thereby_edit() -> None:
    """AC-4, LC-3: taking a reference out of a department needs the right to edit departments."""
    tenant = with_role(office(), LEAD, ("user:delete", Within.TENANT))
    refused = ("(whole)", Code.PERMISSION_NOT_GRANTED)
    assert [refused, refused] == faults(lambda: gone(tenant, Kind.USERS, RAVI, by=LEAD, detach=True))
    both = with_role(
        office(), LEAD, *((each, Within.TENANT) for each in ("user:delete", "user:edit", "department:edit"))
    )
    assert RAVI not in gone(both, Kind.USERS, RAVI, by=LEAD, detach=True).apply(both).users


def test_the_tenant_s_own_fields_need_a_right_as_well() -> None:
    """AC-4, LC-3: settings and values of the whole tenant are edited by who may edit them."""
    tenant = created(a_tenant(), a_form())
    alarm = attrs.evolve(tenant.settings, emergency=Emergency(destination=ToAgent(user=RAVI)))
    values: dict[PropertyName, PropertyValue] = {RESOURCE_FILTER: frozenset({RAVI})}
    tenant = with_role(
        attrs.evolve(tenant, settings=alarm, properties=Table(values)), LEAD, ("user:delete", Within.TENANT)
    )
    refused = ("(whole)", Code.PERMISSION_NOT_GRANTED)
    assert [refused] == faults(lambda: gone(tenant, Kind.USERS, RAVI, by=LEAD, replace_by=ADMIN))


# ---- what was asked for ----------------------------------------------------------------------------------------------


def test_what_was_asked_for_must_make_sense() -> None:
    """PV-2: each fault at its place; then what isn't there, all of it."""
    tenant = office()

    def asked(*ids: Any, kind: str = "users", **how: Any) -> list[tuple[str, Code]]:
        return faults(lambda: delete(tenant, kind, *ids, by=ADMIN, **{"at": AT, "live": LOGGED_OFF, **how}))

    assert [("ids", Code.FIELD_REQUIRED)] == asked()
    assert [("kind", Code.FIELD_UNKNOWN_CHOICE)] == asked(RAVI, kind="user")
    assert [("ids[1]", Code.FIELD_DUPLICATE)] == asked(RAVI, RAVI)
    assert [("id", Code.FIELD_WRONG_TYPE)] == asked(tenant.users[RAVI])
    assert [("replace_by", Code.FIELD_CONTRADICTS)] == asked(RAVI, detach=True, replace_by=LEAD)
    assert [("replace_by", Code.REPLACEMENT_GOES)] == asked(RAVI, replace_by=RAVI)
    assert [("replace_by", Code.USER_UNKNOWN)] == asked(RAVI, replace_by="u-nobody")
    assert [("ids[0]", Code.USER_UNKNOWN), ("ids[1]", Code.USER_UNKNOWN)] == asked("u-a", "u-b")
    assert [("id", Code.REFERENCE_MISSING)] == asked("d-none", kind="departments")
    assert [("at", Code.FIELD_REQUIRED)] == asked(RAVI, at=None)
    assert [("kind", Code.TOMBSTONE_STAYS)] == asked("u-gone", kind="tombstones")


def test_the_last_admin_is_told_with_who_refers() -> None:
    """PV-2, AC-5: that the last admin would go is told with whatever else stands in the way."""
    tenant = office()
    agent = attrs.evolve(tenant.users[RAVI], supervisor=ADMIN)
    tenant = attrs.evolve(tenant, users=tenant.users.put(RAVI, agent))
    found = {code for _, code in faults(lambda: delete_user(tenant, ADMIN, by=None, at=AT, live=LOGGED_OFF))}
    assert {Code.REFERENCE_IN_USE, Code.ADMIN_LAST} <= found


# ---- many, and the confirmation --------------------------------------------------------------------------------------


def alone() -> Tenant:
    """A tenant with two users whom nobody refers to, one with a personal profile, and much else."""
    tenant = created(a_tenant(), a_form())
    tenant = created(tenant, a_form(**{**NEW, "home_department": ...}))
    own = Profile(id=ProfileId("p-own"), name="Own", user=RAVI)
    return attrs.evolve(tenant, profiles=tenant.profiles.put(own.id, own))


def test_many_go_after_a_confirmation() -> None:
    """LC-2: it names exactly what goes, personal profiles too; without it nothing goes."""
    tenant = alone()
    asked = confirmation(tenant, Kind.USERS, RAVI, MINA, by=ADMIN)
    assert ("profile p-own goes", "user u-ravi goes", "user u-mina goes") == asked.words()
    bare = faults(lambda: delete(tenant, Kind.USERS, RAVI, MINA, by=ADMIN, at=AT, live=LOGGED_OFF))
    assert [("confirm", Code.CONFIRMATION_REQUIRED)] == bare
    after = gone(tenant, Kind.USERS, RAVI, MINA).apply(tenant)
    assert {RAVI, MINA} == set(after.tombstones)
    assert "p-own" not in after.profiles


def test_many_are_all_or_nothing() -> None:
    """LC-2: one of them is logged on, so nobody goes; each objection is at who it is about."""
    tenant = alone()
    live = Live(queues={MINA: [QueueId("q-1")]})
    digest = confirmation(tenant, Kind.USERS, RAVI, MINA, by=ADMIN).digest
    assert [("ids[1]", Code.USER_LOGGED_ON_QUEUE)] == faults(
        lambda: delete(tenant, Kind.USERS, RAVI, MINA, by=ADMIN, at=AT, live=live, confirm=digest)
    )


def without(tenant: Tenant, **fields: Any) -> Tenant:
    """The tenant a version later, with something else changed."""
    return attrs.evolve(tenant, version=tenant.version + 1, **fields)


def test_a_confirmation_is_void_when_what_goes_or_who_refers_has_changed() -> None:
    """LC-2: and stays good through any other change."""
    tenant = office()
    asked = confirmation(tenant, Kind.USERS, RAVI, MINA, by=ADMIN, detach=True)

    def late(now: Tenant, *ids: str, **how: Any) -> list[Code]:
        try:
            delete(
                now,
                Kind.USERS,
                *(ids or (RAVI, MINA)),
                by=ADMIN,
                at=AT,
                live=LOGGED_OFF,
                confirm=asked.digest,
                **{"detach": True, **how},
            )
        except Refused as error:
            return list(error.codes)
        return []

    void = [Code.CONFIRMATION_VOID]
    care, ravi = tenant.departments[CARE], tenant.users[RAVI]
    assert [] == late(tenant)
    assert [] == late(tenant, MINA, RAVI)
    assert [] == late(without(tenant, name="Other"))
    assert [] == late(without(tenant, users=tenant.users.put(RAVI, attrs.evolve(ravi, name="R."))))
    turned = attrs.evolve(care, members=care.members[::-1])
    assert [] == late(without(tenant, departments=tenant.departments.put(CARE, turned)))
    own = Profile(id=ProfileId("p-own"), name="Own", user=RAVI)
    assert void == late(without(tenant, profiles=tenant.profiles.put(own.id, own)))
    other = attrs.evolve(tenant.departments[SALES], members=[RAVI])
    assert void == late(without(tenant, departments=tenant.departments.put(SALES, other)))
    left = attrs.evolve(care, members=[MINA])
    assert void == late(without(tenant, departments=tenant.departments.put(CARE, left)))
    assert void == late(tenant, RAVI)
    assert void == late(tenant, detach=False, replace_by=LEAD)


def test_a_confirmation_says_what_becomes_of_references() -> None:
    """LC-2: in words, by what was asked for."""
    tenant = office()
    member = "departments.d-care.members[0] (member)"
    seen = "users.u-lead.visibility.users (visibility)"
    for detach, by, fate in (
        (False, None, "is in the way"),
        (True, None, "is detached"),
        (False, MINA, "leads to u-mina"),
    ):
        words = confirmation(tenant, Kind.USERS, RAVI, by=ADMIN, detach=detach, replace_by=by).words()
        assert ("user u-ravi goes", f"{seen} {fate}", f"{member} {fate}") == words


def test_a_refusal_changes_nothing_and_a_stale_change_neither() -> None:
    """P82, P25: a change made on another version is a conflict."""
    tenant = alone()
    change = gone(tenant, Kind.USERS, RAVI, MINA)
    with pytest.raises(Conflict) as caught:
        change.apply(without(tenant))
    assert (Code.CONFLICT_STALE,) == caught.value.codes


# ---- what listeners and the host hear --------------------------------------------------------------------------------


def test_the_host_is_told_what_to_forget() -> None:
    """LC-3, RT-5: what is kept of a user beside the tenant, and that every session ends."""
    tenant = office()
    change = gone(tenant, Kind.USERS, RAVI, detach=True)
    assert [
        (EventKind.USER_UPDATED, LEAD, {}),
        (EventKind.MEMBERS_CHANGED, CARE, {"left": RAVI}),
        (EventKind.USER_DELETED, RAVI, {"login": "ravi", "forget": ",".join(KEPT_BY_HOST)}),
        (EventKind.SESSIONS_REVOKE, RAVI, {"why": "deleted"}),
    ] == [(event.kind, event.subject, dict(event.facts)) for event in change.events]
    replaced = gone(tenant, Kind.USERS, RAVI, replace_by=ADMIN).events[1]
    assert {"left": RAVI, "joined": ADMIN} == dict(replaced.facts)
    (other,) = delete(tenant, Kind.SKILLS, "s-hindi", by=ADMIN).events
    assert (EventKind.OBJECT_DELETED, "s-hindi", {"kind": "skills"}) == (other.kind, other.subject, dict(other.facts))


def test_a_listener_that_forgets() -> None:
    """RT-5, CR-7: who served whom, password, codes and tokens are gone at the host once the event was heard."""
    tenant = alone()
    caller = PhoneNumber("+919812345678")
    key = StickyKey(caller=caller, place=StickyPlace.DEPARTMENT, id="d-care")
    sticky, passwords, codes, tokens = MemorySticky(), MemoryCredentials(), MemoryCodes(), MemoryTokens()
    at = int(AT.timestamp())
    sticky.assign(tenant.id, StickyAssigned(key=key, user=RAVI, at=at, until=at + 3600))
    passwords.put_password(tenant.id, RAVI, StoredPassword(hash="h", one_time=False, at=AT), expected=None)
    record = CodeRecord(key=CodeKey(tenant=tenant.id, user=RAVI, purpose=CodePurpose.RECOVERY))
    codes.put_codes(record, expected=None)
    token = ApiToken(
        tenant=tenant.id,
        user=RAVI,
        kind=TokenKind.BY_ADMIN,
        digest="0" * 64,
        hint="apv_a123",
        permissions=[Permission("user:view")],
        created_at=AT,
        created_by=None,
        expires_at=AT + timedelta(days=1),
    )
    tokens.put_token(token, expected=None)
    for event in delete_user(tenant, RAVI, by=ADMIN, at=AT, live=LOGGED_OFF).events:
        if event.kind is EventKind.USER_DELETED:
            sticky.forget_user(tenant.id, UserId(event.subject))
            passwords.remove_password(tenant.id, UserId(event.subject))
            codes.forget_user(tenant.id, UserId(event.subject))
            tokens.forget_user(tenant.id, UserId(event.subject))
    assert {} == sticky.last_agents(tenant.id, caller, at=AT + timedelta(seconds=1))
    assert passwords.password(tenant.id, RAVI) is None
    assert (None, ()) == (codes.codes(record.key), tokens.tokens(tenant.id, RAVI))


# ---- the login afterwards --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reuse", [False, True])
def test_the_login_of_a_deleted_user(reuse: bool) -> None:
    """P84: it isn't given again unless the tenant's settings say so; the id never is."""
    tenant = a_tenant()
    tenant = created(attrs.evolve(tenant, settings=attrs.evolve(tenant.settings, reuse_deleted_logins=reuse)), a_form())
    after = delete_user(tenant, RAVI, by=ADMIN, at=AT, live=LOGGED_OFF).apply(tenant)
    form = a_form(password=PASSWORD)
    if reuse:
        assert [("id", Code.ID_TAKEN)] == faults(lambda: create_user(after, form, by=ADMIN))
        assert "u-ravi2" in create_user(after, form, by=ADMIN, id="u-ravi2").apply(after).users
    else:
        assert [("login", Code.LOGIN_TAKEN)] == faults(lambda: create_user(after, form, by=ADMIN))


def test_undoing_a_deletion_gives_the_login_back() -> None:
    """P84, PV-9: the tombstone goes, the user is who they were."""
    tenant = alone()
    change = delete_user(tenant, RAVI, by=ADMIN, at=AT, live=LOGGED_OFF)
    back = change.undo().apply(change.apply(tenant))
    assert ("ravi", {}) == (back.users[RAVI].login, dict(back.tombstones))
    assert HangUp() == back.numbers[NumberId("n-1")].to

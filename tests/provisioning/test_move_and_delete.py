"""Moving and deleting a user, and the guards that stand before both (PR-7, LC-1 to LC-3, P20, P25)."""

from __future__ import annotations

from functools import partial

import attrs
import pytest

from agentprov.errors import Code, InvalidValue, NotFound, Refused
from agentprov.model.access import Within
from agentprov.model.blueprint import Ask, FieldRule
from agentprov.model.changes import EventKind
from agentprov.model.groups import Profile, Tombstone
from agentprov.model.ids import DepartmentId, ProfileId, QueueId, UserGroupId, UserId
from agentprov.model.live import Live
from agentprov.model.properties import RESOURCE_FILTER, PropertyName, PropertyValue
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import Visibility
from agentprov.provisioning import delete_user, move_user, referrers_of
from tests.provisioning.samples import ADMIN, AT, LOGGED_OFF, a_form, a_role, a_tenant, created, faults, with_role

RAVI = UserId("u-ravi")
LEAD = UserId("u-lead")
SALES, SUPPORT = UserGroupId("g-sales"), UserGroupId("g-support")
ON_QUEUE = Live(queues={RAVI: [QueueId("q-1"), QueueId("q-0")]})


def puzzel() -> Tenant:
    """A tenant with a user in the group of sales, who has values of their own and an untick."""
    tenant = created(a_tenant("puzzel"), a_form("puzzel", unticked_profiles=["p-sales"]))
    own: dict[PropertyName, PropertyValue] = {PropertyName("wrap_up.phone"): 60, RESOURCE_FILTER: frozenset({"q-1"})}
    ravi = attrs.evolve(tenant.users[RAVI], properties=Table(own))
    personal = Profile(id=ProfileId("p-ravi"), name="Own", user=RAVI)
    return attrs.evolve(tenant, users=tenant.users.put(RAVI, ravi), profiles=tenant.profiles.put(personal.id, personal))


def test_a_move_changes_the_group_and_nothing_else() -> None:
    """PR-7: values, resource filter, unticks and personal profiles stay; an event asks to tell the user."""
    tenant = puzzel()
    change = move_user(tenant, RAVI, to=SUPPORT, by=ADMIN, live=LOGGED_OFF)
    after = change.apply(tenant)
    assert attrs.evolve(tenant.users[RAVI], user_group=SUPPORT) == after.users[RAVI]
    assert tenant.profiles == after.profiles
    assert ("user u-ravi: user_group g-sales -> g-support",) == change.describe()
    assert [(EventKind.USER_MOVED, "u-ravi"), (EventKind.USER_TOLD, "u-ravi")] == [
        (event.kind, event.subject) for event in change.events
    ]


def test_there_and_back_is_the_same_user() -> None:
    """P20: moving to another group and back gives an equal tenant, version apart."""
    tenant = puzzel()
    there = move_user(tenant, RAVI, to=SUPPORT, by=ADMIN, live=LOGGED_OFF).apply(tenant)
    back = move_user(there, RAVI, to=SALES, by=ADMIN, live=LOGGED_OFF).apply(there)
    assert attrs.evolve(tenant, version=back.version) == back


def test_a_move_to_the_same_group_is_nothing() -> None:
    """PR-7: no edit, no event, and nobody to tell."""
    change = move_user(puzzel(), RAVI, to=SALES, by=ADMIN, live=LOGGED_OFF)
    assert ((), ()) == (change.edits, change.events)


@pytest.mark.parametrize(
    ("live", "code"),
    [
        (ON_QUEUE, Code.USER_LOGGED_ON_QUEUE),
        (None, Code.LIVE_FACT_MISSING),
        (Live(), Code.LIVE_FACT_MISSING),
    ],
)
def test_neither_move_nor_deletion_while_logged_on(live: Live | None, code: Code) -> None:
    """LC-2, PV-2, P25: refused while logged on to a queue, and where the host didn't say; other users don't matter."""
    tenant = puzzel()
    assert [("id", code)] == faults(lambda: move_user(tenant, RAVI, to=SUPPORT, by=ADMIN, live=live))
    assert [("id", code)] == faults(lambda: delete_user(tenant, RAVI, by=ADMIN, at=AT, live=live))
    elsewhere = Live(queues={LEAD: [QueueId("q-1")]})
    assert 1 == len(move_user(tenant, RAVI, to=SUPPORT, by=ADMIN, live=elsewhere).edits)


def test_the_refusal_names_the_queues() -> None:
    """LC-2: whoever wants to delete the user knows where they have to log off."""
    with pytest.raises(Refused) as caught:
        delete_user(puzzel(), RAVI, by=ADMIN, at=AT, live=ON_QUEUE)
    assert {"value": RAVI, "queues": ("q-0", "q-1")} == caught.value.problems[0].parameters


@pytest.mark.parametrize(("to", "code"), [("g-none", Code.REFERENCE_MISSING), (None, Code.FIELD_REQUIRED)])
def test_a_move_leads_to_a_group_that_the_blueprint_allows(to: str | None, code: Code) -> None:
    """ID-3, PV-7: the group is there; out of all groups only where none is required."""
    group = None if to is None else UserGroupId(to)
    assert [("to", code)] == faults(lambda: move_user(puzzel(), RAVI, to=group, by=ADMIN, live=LOGGED_OFF))


def test_a_move_needs_no_field_of_the_form() -> None:
    """PR-7: groups carry properties in every product; moving is possible where the form doesn't ask for a group."""
    tenant = created(a_tenant(), a_form())
    inside = move_user(tenant, RAVI, to=SALES, by=ADMIN, live=LOGGED_OFF).apply(tenant)
    assert SALES == inside.users[RAVI].user_group
    assert move_user(inside, RAVI, to=None, by=ADMIN, live=LOGGED_OFF).apply(inside).users[RAVI].user_group is None


def test_a_forbidden_group_is_no_place_to_move_to() -> None:
    """PV-1: where the blueprint forbids a group for such a user, a move into one is refused."""
    tenant = created(a_tenant(), a_form())
    rules = (*tenant.blueprint.rules, FieldRule(field="user_group", ask=Ask.FORBIDDEN))
    tenant = attrs.evolve(tenant, blueprint=attrs.evolve(tenant.blueprint, rules=rules))
    assert [("to", Code.FIELD_NOT_ALLOWED)] == faults(
        lambda: move_user(tenant, RAVI, to=SALES, by=ADMIN, live=LOGGED_OFF)
    )


def test_faults_and_guards_of_a_move_come_together() -> None:
    """PV-2: a group that isn't there and a queue, in one error."""
    with pytest.raises(InvalidValue) as caught:
        move_user(puzzel(), RAVI, to=UserGroupId("g-none"), by=ADMIN, live=ON_QUEUE)
    assert (Code.REFERENCE_MISSING, Code.USER_LOGGED_ON_QUEUE) == caught.value.codes


def test_moves_and_deletions_need_their_permission_first() -> None:
    """PV-2: want of permission comes first and alone, before any guard."""
    tenant = puzzel()
    refused = [("(whole)", Code.PERMISSION_NOT_GRANTED)]
    assert refused == faults(lambda: move_user(tenant, RAVI, to=UserGroupId("g-none"), by=LEAD, live=None))
    assert refused == faults(lambda: delete_user(tenant, RAVI, by=LEAD, at=AT, live=None))
    editor = with_role(tenant, LEAD, ("user:edit", Within.TENANT))
    assert refused == faults(lambda: delete_user(editor, RAVI, by=LEAD, at=AT, live=LOGGED_OFF))


def test_a_move_that_widens_a_scope_needs_an_actor_who_holds_the_gain() -> None:
    """AC-5: who sees their own user group sees another one after the move; the actor must see it already."""
    role = a_role("clerk", ("report:view", Within.OWN_USER_GROUP), ("user:view", Within.OWN_USER_GROUP))
    tenant = created(
        attrs.evolve(puzzel(), roles=puzzel().roles.put(role.id, role)),
        a_form("puzzel", login="mina", email="m@example.com", numeric_id=4712, roles=["clerk"]),
    )
    mina = UserId("u-mina")
    tenant = move_user(tenant, RAVI, to=SUPPORT, by=None, live=LOGGED_OFF).apply(tenant)
    mover = with_role(tenant, LEAD, ("user:edit", Within.TENANT))
    assert [("to", Code.ROLE_EXCEEDS_ACTOR)] == faults(
        lambda: move_user(mover, mina, to=SUPPORT, by=LEAD, live=LOGGED_OFF)
    )
    assert 1 == len(move_user(tenant, mina, to=SUPPORT, by=ADMIN, live=LOGGED_OFF).edits)


def test_an_unknown_user_is_neither_moved_nor_deleted() -> None:
    """There is nobody of this id."""
    who = UserId("u-who")
    with pytest.raises(NotFound) as moved:
        move_user(puzzel(), who, to=SUPPORT, by=ADMIN, live=LOGGED_OFF)
    with pytest.raises(NotFound) as deleted:
        delete_user(puzzel(), who, by=ADMIN, at=AT, live=LOGGED_OFF)
    assert ((Code.USER_UNKNOWN,), (Code.USER_UNKNOWN,)) == (moved.value.codes, deleted.value.codes)


# ---- deletion --------------------------------------------------------------------------------------------------------


def test_a_deletion_leaves_a_tombstone_and_takes_personal_profiles_along() -> None:
    """LC-1: the user goes, with what belongs to nobody else; id, login and instant stay."""
    tenant = puzzel()
    change = delete_user(tenant, RAVI, by=ADMIN, at=AT, live=LOGGED_OFF)
    after = change.apply(tenant)
    assert RAVI not in after.users
    assert {"p-sales", "p-lead"} == set(after.profiles)
    assert Tombstone(id=RAVI, login=tenant.users[RAVI].login, deleted_at=AT) == after.tombstones[RAVI]
    assert attrs.evolve(tenant, version=tenant.version + 2) == change.undo().apply(after)


def test_who_is_still_referred_to_is_not_deleted() -> None:
    """LC-3 (q): the refusal names who refers; nothing ever dangles."""
    tenant = created(a_tenant(), a_form(home_department="d-care"))
    seer = attrs.evolve(tenant.users[LEAD], visibility=Visibility(users=[RAVI]))
    tenant = attrs.evolve(tenant, users=tenant.users.put(LEAD, seer))
    with pytest.raises(Refused) as caught:
        delete_user(tenant, RAVI, by=ADMIN, at=AT, live=LOGGED_OFF)
    (problem,) = caught.value.problems
    assert (Code.REFERENCE_IN_USE, ("user u-lead", "department d-care")) == (
        problem.code,
        problem.parameters["referrers"],
    )


def test_a_user_does_not_stand_in_their_own_way() -> None:
    """LC-3: seeing one's own records, or having a personal profile, is no reference of somebody else's."""
    tenant = puzzel()
    own = attrs.evolve(tenant.users[RAVI], visibility=Visibility(users=[RAVI]))
    tenant = attrs.evolve(tenant, users=tenant.users.put(RAVI, own))
    assert () == referrers_of(tenant, RAVI)
    assert RAVI not in delete_user(tenant, RAVI, by=ADMIN, at=AT, live=LOGGED_OFF).apply(tenant).users


def test_a_refusal_names_at_most_twenty() -> None:
    """LC-3: and says how many more there are."""
    tenant = created(a_tenant(), a_form())
    plain = tenant.departments[DepartmentId("d-sales")]
    many = {
        id_: attrs.evolve(plain, id=id_, members=[RAVI])
        for id_ in (DepartmentId(f"d-{position:02}") for position in range(23))
    }
    tenant = attrs.evolve(tenant, departments={**tenant.departments, **many})
    with pytest.raises(Refused) as caught:
        delete_user(tenant, RAVI, by=ADMIN, at=AT, live=LOGGED_OFF)
    named = caught.value.problems[0].parameters["referrers"]
    assert isinstance(named, tuple)
    assert (21, "3 more") == (len(named), named[-1])


def test_where_accounts_are_blocked_nobody_is_deleted() -> None:
    """PV-8: the workplace blocks accounts; the refusal says so."""
    tenant = created(a_tenant("supervisor-workplace"), a_form("supervisor-workplace"))
    assert [("id", Code.USER_BLOCK_NOT_DELETE)] == faults(
        lambda: delete_user(tenant, RAVI, by=ADMIN, at=AT, live=LOGGED_OFF)
    )


def test_the_last_admin_is_not_deleted() -> None:
    """AC-5 (q): neither by themselves nor by the host; a tenant without admins isn't hindered."""
    tenant = created(a_tenant(), a_form())
    for by in (ADMIN, None):
        found = faults(partial(delete_user, tenant, ADMIN, by=by, at=AT, live=LOGGED_OFF))
        assert [("(whole)", Code.ADMIN_LAST)] == found
    without = attrs.evolve(tenant, users=tenant.users.drop(ADMIN))
    assert RAVI not in delete_user(without, RAVI, by=None, at=AT, live=LOGGED_OFF).apply(without).users

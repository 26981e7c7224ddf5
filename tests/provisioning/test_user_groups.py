"""User groups: created, renamed, nested elsewhere, deleted (PR-7, PR-8, PV-9, LC-3)."""

from __future__ import annotations

from functools import partial
from typing import Any

import attrs
import pytest

from agentprov.engine.inheritance import resolve
from agentprov.errors import Code
from agentprov.model.access import Grant, Permission, Within
from agentprov.model.blueprint import Ask
from agentprov.model.changes import Change, EventKind
from agentprov.model.ids import ProfileId, QueueId, UserGroupId, UserId
from agentprov.model.live import Live
from agentprov.model.properties import RESOURCE_FILTER, PropertyName
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.provisioning import (
    confirmation,
    create_user_group,
    delete,
    delete_user_group,
    lock_property,
    move_user,
    move_user_group,
    rename_user_group,
    set_property,
    untick_profile,
)
from tests.provisioning.samples import ADMIN, LOGGED_OFF, a_form, a_tenant, created, faults, with_role

RAVI, LEAD = UserId("u-ravi"), UserId("u-lead")
SALES, SUPPORT = UserGroupId("g-sales"), UserGroupId("g-support")
WRAP_UP = PropertyName("wrap_up.phone")


def puzzel() -> Tenant:
    """A tenant with Ravi in the group of sales."""
    return created(a_tenant("puzzel"), a_form("puzzel"))


def test_a_group_is_created_renamed_nested_and_deleted() -> None:
    """PV-9: each step is a change with an event and words, and undoing it gives the tenant before."""
    tenant = puzzel()
    steps = (
        (partial(create_user_group, id="g-new", name="New", parent=SUPPORT), EventKind.GROUP_CREATED),
        (partial(rename_user_group, id="g-new", name="Newer"), EventKind.GROUP_UPDATED),
        (partial(move_user_group, id="g-new", to=None), EventKind.GROUP_MOVED),
        (partial(delete_user_group, id="g-new"), EventKind.GROUP_DELETED),
    )
    said: list[str] = []
    for make, kind in steps:
        change = make(tenant, by=ADMIN)
        assert [(kind, "g-new")] == [(event.kind, event.subject) for event in change.events]
        after = change.apply(tenant)
        assert attrs.evolve(tenant, version=after.version + 1) == change.undo().apply(after)
        said += change.describe()
        tenant = after
    assert [
        "create user group g-new (New)",
        "user group g-new: name New -> Newer",
        "user group g-new: parent g-support -> nothing",
        "remove user group g-new (Newer)",
    ] == said


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"id": "g-sales"}, [("id", Code.ID_TAKEN)]),
        ({"id": "no id"}, [("id", Code.ID_INVALID)]),
        ({"id": "g-sales", "name": "a\nb"}, [("id", Code.ID_TAKEN), ("name", Code.FIELD_CONTROL_CHARACTER)]),
        ({"name": None}, [("name", Code.FIELD_REQUIRED)]),
        ({"parent": "g-no"}, [("parent", Code.REFERENCE_MISSING)]),
    ],
)
def test_a_new_group_has_an_id_and_a_name(given: dict[str, Any], expected: list[tuple[str, Code]]) -> None:
    """PV-2: everything that is wrong is told together, at what was asked."""
    asked = {"id": "g-new", "name": "New", **given}
    assert expected == faults(partial(create_user_group, puzzel(), by=ADMIN, **asked))


def test_a_name_is_not_nothing() -> None:
    """PV-2: a group has a name; the same name again is no change."""
    odd: Any = None
    assert [("name", Code.FIELD_REQUIRED)] == faults(partial(rename_user_group, puzzel(), SALES, name=odd, by=ADMIN))
    assert () == rename_user_group(puzzel(), SALES, name="G-SALES", by=ADMIN).edits


def test_a_group_is_never_inside_itself() -> None:
    """ID-3: nested in itself, or in a group that is inside it; told at the place asked for."""
    tenant = move_user_group(puzzel(), SALES, to=SUPPORT, by=ADMIN).apply(puzzel())
    for group, place in ((SUPPORT, SALES), (SALES, SALES)):
        assert Code.REFERENCE_CYCLE in [
            code for _, code in faults(partial(move_user_group, tenant, group, to=place, by=ADMIN))
        ]
    assert [("to", Code.REFERENCE_MISSING)] == faults(partial(move_user_group, tenant, SALES, to="g-no", by=ADMIN))
    assert [("id", Code.REFERENCE_MISSING)] == faults(partial(move_user_group, tenant, "g-no", to=SALES, by=ADMIN))


def test_nesting_is_not_too_deep() -> None:
    """ID-3: a hundred levels, and one more is refused where it was asked for."""
    tenant = puzzel()
    around: str | None = None
    for number in range(100):
        change = create_user_group(tenant, f"g{number}", name="Level", parent=around, by=None)
        tenant, around = change.apply(tenant), f"g{number}"
    attempt = partial(create_user_group, tenant, "g-more", name="Level", parent=around, by=None)
    assert [("parent", Code.REFERENCE_TOO_DEEP)] == faults(attempt)


def test_members_inherit_from_the_new_place() -> None:
    """PR-7 for a group: what is inherited follows, once told with the count; there and back is as before."""
    tenant = set_property(puzzel(), WRAP_UP, 40, group=SUPPORT, by=ADMIN).apply(puzzel())
    change = move_user_group(tenant, SALES, to=SUPPORT, by=ADMIN)
    after = change.apply(tenant)

    assert (15, 40) == (resolve(tenant, RAVI, WRAP_UP).value, resolve(after, RAVI, WRAP_UP).value)
    facts = {"why": "moved", "from": "", "to": "g-support", "users": "1"}
    assert (EventKind.USER_TOLD, SALES, facts) == (
        change.events[1].kind,
        change.events[1].subject,
        dict(change.events[1].facts),
    )
    back = move_user_group(after, SALES, to=None, by=ADMIN).apply(after)
    assert attrs.evolve(back, version=tenant.version) == tenant
    assert () == move_user_group(tenant, SALES, to=None, by=ADMIN).edits


def test_values_that_sleep_in_the_new_place_are_told() -> None:
    """PR-4, PR-8: under a lock the moved group's value, and a member's, don't count; the change warns."""
    tenant = set_property(puzzel(), WRAP_UP, 40, group=SALES, by=ADMIN).apply(puzzel())
    tenant = set_property(tenant, WRAP_UP, 50, user=RAVI, by=ADMIN).apply(tenant)
    tenant = lock_property(tenant, WRAP_UP, group=SUPPORT, by=ADMIN).apply(tenant)
    change = move_user_group(tenant, SALES, to=SUPPORT, by=ADMIN)

    assert [{"value": WRAP_UP, "groups": 1, "users": 1}] == [dict(each.parameters) for each in change.warnings]


def test_nobody_gains_rights_by_the_move_of_a_group() -> None:
    """AC-5: who edits users of their own group comes to reach those nested in it; the actor must hold that already."""
    tenant = puzzel()
    lead = attrs.evolve(
        tenant.users[LEAD],
        user_group=SUPPORT,
        roles=(),
        grants=[
            Grant(permission=Permission("user:edit"), scope=[Within.OWN_USER_GROUP]),
            Grant(permission=Permission("user_group:edit"), scope=[Within.TENANT]),
        ],
    )
    tenant = attrs.evolve(tenant, users=tenant.users.put(LEAD, lead))

    assert [("to", Code.ROLE_EXCEEDS_ACTOR)] == faults(partial(move_user_group, tenant, SALES, to=SUPPORT, by=LEAD))
    assert 1 == len(move_user_group(tenant, SALES, to=SUPPORT, by=ADMIN).edits)


def test_a_group_with_somebody_in_it_stays() -> None:
    """LC-3: members and groups inside are named; with nobody it goes, and its profiles with it."""
    tenant = puzzel()
    assert [("id", Code.REFERENCE_IN_USE)] == faults(partial(delete_user_group, tenant, SALES, by=ADMIN))
    nested = move_user_group(tenant, SALES, to=SUPPORT, by=ADMIN).apply(tenant)
    assert [("id", Code.REFERENCE_IN_USE)] == faults(partial(delete_user_group, nested, SUPPORT, by=ADMIN))
    tenant = untick_profile(tenant, RAVI, "p-sales", by=ADMIN).apply(tenant)
    moved = attrs.evolve(tenant.users[RAVI], user_group=SUPPORT)
    tenant = attrs.evolve(tenant, users=tenant.users.put(RAVI, moved))
    after = delete_user_group(tenant, SALES, by=ADMIN).apply(tenant)

    assert SALES not in after.user_groups
    assert ProfileId("p-sales") not in after.profiles
    assert frozenset() == after.users[RAVI].unticked_profiles


def without_required_groups() -> Tenant:
    """The same tenant, where users may be without a group."""
    tenant = puzzel()
    rules = [
        attrs.evolve(rule, ask=Ask.OPTIONAL) if rule.field == "user_group" else rule for rule in tenant.blueprint.rules
    ]
    return attrs.evolve(tenant, blueprint=attrs.evolve(tenant.blueprint, rules=rules))


def gone(tenant: Tenant, **how: Any) -> Change:
    """The deletion of the group of sales, confirmed."""
    asked = confirmation(tenant, Kind.USER_GROUPS, SALES, by=ADMIN, **how)
    return delete(tenant, Kind.USER_GROUPS, SALES, by=ADMIN, live=LOGGED_OFF, confirm=asked.digest, **how)


def test_a_group_goes_with_its_profiles_wherever_its_members_come() -> None:
    """LC-3, PR-7: out of it or into another, members keep what is theirs; its profiles, and their unticks, go."""
    tenant = without_required_groups()
    tenant = set_property(tenant, WRAP_UP, 40, user=RAVI, by=ADMIN).apply(tenant)
    tenant = untick_profile(tenant, RAVI, "p-sales", by=ADMIN).apply(tenant)
    asked = confirmation(tenant, Kind.USER_GROUPS, SALES, by=ADMIN, detach=True)
    assert (
        "profile p-sales goes",
        "user group g-sales goes",
        "users.u-ravi.user_group (user group) is detached",
        "users.u-ravi.unticked_profiles (unticked profile) goes too",
    ) == asked.words()
    for how, to in (({"detach": True}, None), ({"replace_by": SUPPORT}, SUPPORT)):
        change = gone(tenant, **how)
        after = change.apply(tenant)
        assert attrs.evolve(tenant.users[RAVI], user_group=to, unticked_profiles=frozenset()) == after.users[RAVI]
        assert {"p-lead"} == set(after.profiles)
        assert attrs.evolve(tenant, version=after.version + 1) == change.undo().apply(after)
        kinds = [event.kind for event in change.events]
        assert [
            EventKind.USER_UPDATED,
            EventKind.USER_MOVED,
            EventKind.USER_TOLD,
            EventKind.GROUP_DELETED,
        ] == kinds


def test_members_who_are_logged_on_keep_their_group() -> None:
    """LC-2: coming out of a group because it goes is a move as well; who isn't known to be logged off stays."""
    tenant = without_required_groups()
    digest = confirmation(tenant, Kind.USER_GROUPS, SALES, by=ADMIN, detach=True).digest
    cases = ((None, Code.LIVE_FACT_MISSING), (Live(queues={RAVI: [QueueId("q-1")]}), Code.USER_LOGGED_ON_QUEUE))
    for live, code in cases:
        attempt = partial(delete, tenant, Kind.USER_GROUPS, SALES, by=ADMIN, live=live, detach=True, confirm=digest)
        assert [("users.u-ravi.user_group", code)] == faults(attempt)


def test_an_untick_is_in_nobody_s_way() -> None:
    """LC-3, AC-1: a former member's untick goes with the group; that is no edit of the user to be permitted."""
    tenant = with_role(puzzel(), LEAD, ("user_group:delete", Within.TENANT))
    tenant = untick_profile(tenant, RAVI, "p-sales", by=ADMIN).apply(tenant)
    tenant = move_user(tenant, RAVI, to=SUPPORT, by=ADMIN, live=LOGGED_OFF).apply(tenant)
    change = delete_user_group(tenant, SALES, by=LEAD)

    assert frozenset() == change.apply(tenant).users[RAVI].unticked_profiles
    assert change == delete(tenant, "user_groups", SALES, by=LEAD)
    detached = confirmation(tenant, "user_groups", SALES, by=LEAD, detach=True).digest
    assert change == delete(tenant, "user_groups", SALES, by=LEAD, detach=True, confirm=detached)


def test_a_filter_that_names_a_group_s_profile_is_in_the_way() -> None:
    """LC-3: what goes along leaves nothing behind either; detached or replaced, the filter names it no more."""
    tenant = move_user(puzzel(), RAVI, to=SUPPORT, by=ADMIN, live=LOGGED_OFF).apply(puzzel())
    tenant = set_property(tenant, RESOURCE_FILTER, frozenset({"p-sales", RAVI}), user=RAVI, by=ADMIN).apply(tenant)

    assert [("id", Code.REFERENCE_IN_USE)] == faults(partial(delete_user_group, tenant, SALES, by=ADMIN))
    for how in ({"detach": True}, {"replace_by": SUPPORT}):
        after = gone(tenant, **how).apply(tenant)
        assert frozenset({RAVI}) == after.users[RAVI].properties[RESOURCE_FILTER]


def test_who_may_do_what_to_groups() -> None:
    """AC-1: each operation has its permission; editing users is not enough where the catalogue has one for groups."""
    refused = [("(whole)", Code.PERMISSION_NOT_GRANTED)]
    attempts = {
        "user_group:add": partial(create_user_group, id="g-new", name="New"),
        "user_group:edit": partial(rename_user_group, id=SUPPORT, name="Other"),
        "user_group:delete": partial(delete_user_group, id=SUPPORT),
    }
    for permission, attempt in attempts.items():
        others = [(each, Within.TENANT) for each in (*attempts, "user:edit") if each != permission]
        without, has = with_role(puzzel(), LEAD, *others), with_role(puzzel(), LEAD, (permission, Within.TENANT))
        assert refused == faults(partial(attempt, without, by=LEAD))
        assert 1 == len(attempt(has, by=LEAD).edits)

"""The life cycle of accounts: away and back, for one and for many (LC-1, AC-5, P16, P40, P55)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import attrs
import pytest

from agentprov.engine.access import Access
from agentprov.engine.gates import blocking
from agentprov.errors import Code
from agentprov.model.access import Within
from agentprov.model.changes import Change, EventKind
from agentprov.model.ids import QueueId, RoleId, SeparationId, UserId
from agentprov.model.live import Live
from agentprov.model.separations import Separation
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status
from agentprov.provisioning import (
    as_they_left,
    block,
    deactivate,
    disable,
    enable,
    reactivate,
    restoration,
    unblock,
    update_user,
)
from agentprov.provisioning.roles import delete_role
from tests.provisioning.samples import ADMIN, a_form, a_role, a_tenant, created, faults, with_role

RAVI, LEAD = UserId("u-ravi"), UserId("u-lead")
AWAY: dict[Status, Callable[..., Change]] = {
    Status.DISABLED: disable,
    Status.BLOCKED: block,
    Status.DEACTIVATED: deactivate,
}
BACK: dict[Status, Callable[..., Change]] = {
    Status.DISABLED: enable,
    Status.BLOCKED: unblock,
    Status.DEACTIVATED: reactivate,
}
CLOSED = tuple(AWAY)


def office(status: Status = Status.ACTIVE) -> Tenant:
    """A tenant with an agent of this status, and a lead who may edit users and is no admin."""
    tenant = created(a_tenant(), a_form(home_department="d-care"))
    tenant = with_role(tenant, LEAD, ("user:edit", Within.TENANT))
    ravi = attrs.evolve(tenant.users[RAVI], status=status)
    return attrs.evolve(tenant, users=tenant.users.put(RAVI, ravi))


@pytest.mark.parametrize("status", CLOSED)
def test_away_and_back_is_the_same_user(status: Status) -> None:
    """LC-1: nothing but the status changes on the way, so roles, grants, group and values are back with it."""
    tenant = office()
    away = AWAY[status](tenant, RAVI, by=ADMIN).apply(tenant)
    assert attrs.evolve(tenant.users[RAVI], status=status) == away.users[RAVI]
    back = BACK[status](away, RAVI, by=ADMIN).apply(away)
    assert attrs.evolve(tenant, version=back.version) == back


@pytest.mark.parametrize("status", CLOSED)
def test_the_form_and_the_operation_agree(status: Status) -> None:
    """LC-1: the field `status` of a form makes the same edit and tells of the same events, beside the update's own."""
    tenant = office()
    by_form = update_user(tenant, RAVI, {"status": status.value}, by=ADMIN)
    by_name = AWAY[status](tenant, RAVI, by=ADMIN)
    assert by_name.edits == by_form.edits
    assert by_name.events == by_form.events[1:]
    closed = by_name.apply(tenant)
    back = update_user(closed, RAVI, {"status": "active"}, by=ADMIN)
    assert BACK[status](closed, RAVI, by=ADMIN).events == back.events[1:]


@pytest.mark.parametrize(
    ("status", "left", "back"),
    [
        (Status.DISABLED, EventKind.USER_DISABLED, EventKind.USER_ENABLED),
        (Status.BLOCKED, EventKind.USER_BLOCKED, EventKind.USER_UNBLOCKED),
        (Status.DEACTIVATED, EventKind.USER_DEACTIVATED, EventKind.USER_REACTIVATED),
    ],
)
def test_who_listens_is_told(status: Status, left: EventKind, back: EventKind) -> None:
    """LC-1: the event of the status, the end of all sessions on leaving active, and what the user is told."""
    tenant = office()
    change = AWAY[status](tenant, RAVI, by=ADMIN)
    assert [left, EventKind.SESSIONS_REVOKE, EventKind.USER_TOLD] == [event.kind for event in change.events]
    assert {"why": status.value} == dict(change.events[1].facts)
    closed = change.apply(tenant)
    assert [back, EventKind.USER_TOLD] == [event.kind for event in BACK[status](closed, RAVI, by=ADMIN).events]


def test_from_one_closed_status_to_another() -> None:
    """LC-1: one status at a time; there are no sessions left to end."""
    tenant = office(Status.DISABLED)
    change = block(tenant, RAVI, by=LEAD)
    assert ("user u-ravi: status disabled -> blocked",) == change.describe()
    assert [EventKind.USER_BLOCKED, EventKind.USER_TOLD] == [event.kind for event in change.events]


@pytest.mark.parametrize("status", [Status.ACTIVE, *CLOSED])
def test_where_they_are_already_nothing_changes(status: Status) -> None:
    """LC-1: no edit, no event."""
    tenant = office(status)
    again = enable if status is Status.ACTIVE else AWAY[status]
    change = again(tenant, RAVI, by=ADMIN)
    assert ((), ()) == (change.edits, change.events)


@pytest.mark.parametrize("status", CLOSED)
@pytest.mark.parametrize("way", CLOSED)
def test_each_status_has_its_own_way_back(status: Status, way: Status) -> None:
    """LC-1: a blocked user isn't enabled, a disabled one isn't reactivated; the refusal names the right operation."""
    tenant = office(status)
    if way is status:
        assert BACK[way](tenant, RAVI, by=ADMIN).edits
    else:
        assert [("id", Code.STATUS_OTHER_WAY)] == faults(lambda: BACK[way](tenant, RAVI, by=ADMIN))


@pytest.mark.parametrize("away", [disable, deactivate, unblock])
def test_only_an_admin_leads_out_of_blocked(away: Callable[..., Change]) -> None:
    """LC-1: whatever the way out."""
    tenant = office(Status.BLOCKED)
    assert [("id", Code.USER_UNBLOCK_NEEDS_ADMIN)] == faults(lambda: away(tenant, RAVI, by=LEAD))
    for by in (ADMIN, None):
        assert away(tenant, RAVI, by=by).edits


@pytest.mark.parametrize("operation", [*AWAY.values(), *BACK.values()])
def test_permission_comes_first_and_alone(operation: Callable[..., Change]) -> None:
    """PV-2: who may not edit users isn't told who there is."""
    tenant = office()
    refused = [("(whole)", Code.PERMISSION_NOT_GRANTED)]
    assert refused == faults(lambda: operation(tenant, "u-nobody", ADMIN, RAVI, by=RAVI))


def test_the_last_admin_stays() -> None:
    """AC-5 (q): neither alone nor among others, by nobody."""
    tenant = office()
    for away in AWAY.values():
        for by in (ADMIN, LEAD, None):
            assert [("(whole)", Code.ADMIN_LAST)] == faults(partial(away, tenant, ADMIN, RAVI, by=by))


def test_many_go_together_or_not_at_all() -> None:
    """LC-1, LC-2: one change for all; every objection is told, each at who it is about."""
    tenant = office(Status.BLOCKED)
    assert [RAVI, LEAD] == [edit.id for edit in disable(tenant, RAVI, LEAD, by=ADMIN).edits]
    found = faults(lambda: enable(tenant, RAVI, LEAD, by=ADMIN))
    assert [("ids[0]", Code.STATUS_OTHER_WAY)] == found


def test_what_was_asked_for_must_make_sense() -> None:
    """PV-2: nobody, somebody twice, what is no id; then who isn't there, all of them."""
    tenant = office()
    assert [("ids", Code.FIELD_REQUIRED)] == faults(lambda: disable(tenant, by=ADMIN))
    assert [("ids[1]", Code.FIELD_DUPLICATE)] == faults(lambda: disable(tenant, RAVI, RAVI, by=ADMIN))
    assert [("id", Code.FIELD_WRONG_TYPE)] == faults(lambda: disable(tenant, tenant.users[RAVI], by=ADMIN))  # type: ignore[arg-type]
    missing = faults(lambda: disable(tenant, "u-a", RAVI, "u-b", by=ADMIN))
    assert [("ids[0]", Code.USER_UNKNOWN), ("ids[2]", Code.USER_UNKNOWN)] == missing


def test_a_queue_is_no_hindrance_but_is_named() -> None:
    """LC-1, LC-2: an account is closed at once; the host is told from which queues to log them off."""
    tenant = office()
    live = Live(queues={RAVI: [QueueId("q-2"), QueueId("q-1")]})
    change = disable(tenant, RAVI, by=ADMIN, live=live)
    assert [("users.u-ravi.status", Code.USER_STILL_LOGGED_ON)] == [(each.where, each.code) for each in change.warnings]
    assert {"why": "disabled", "queues": "q-1,q-2"} == dict(change.events[1].facts)
    for silent in (None, Live(), Live(queues={})):
        assert () == disable(tenant, RAVI, by=ADMIN, live=silent).warnings


@pytest.mark.parametrize("status", CLOSED)
def test_who_is_closed_may_do_nothing(status: Status) -> None:
    """P16, LC-1: every decision is no, for whoever it is."""
    tenant = with_role(office(), RAVI, ("user:edit", Within.TENANT))
    assert Access(tenant).allows(RAVI, "user:edit")
    closed = AWAY[status](tenant, RAVI, by=ADMIN).apply(tenant)
    access = Access(closed)
    assert not any(access.allows(RAVI, each) for each in closed.blueprint.catalogue.permissions)


def test_disabling_may_be_about_signing_in_only() -> None:
    """LC-1, P40: the setting lets a disabled agent still be rung, and nobody who is blocked or deactivated."""
    tenant = office()
    rung = attrs.evolve(tenant.settings, ring_disabled_agents=True)
    kind = tenant.blueprint.user_types["person"]
    for status, away in AWAY.items():
        ravi = away(tenant, RAVI, by=ADMIN).apply(tenant).users[RAVI]
        assert blocking(ravi, kind, tenant.settings)
        assert bool(blocking(ravi, kind, rung)) is (status is not Status.DISABLED)


# ---- what comes back -------------------------------------------------------------------------------------------------


def test_what_went_meanwhile_is_shown() -> None:
    """LC-1 (q): of a user who was deactivated a role was deleted; reactivating says so, and brings back the rest."""
    extra = a_role("extra", ("user:view", Within.TENANT))
    tenant = office()
    ravi = attrs.evolve(tenant.users[RAVI], roles={RoleId("agent"), extra.id})
    tenant = attrs.evolve(
        tenant,
        blueprint=attrs.evolve(tenant.blueprint, several_roles=True),
        roles=tenant.roles.put(extra.id, extra),
        users=tenant.users.put(RAVI, ravi),
    )
    log = [deactivate(tenant, RAVI, by=ADMIN)]
    tenant = log[-1].apply(tenant)
    log.append(delete_role(tenant, "extra", detach=True, by=ADMIN))
    tenant = log[-1].apply(tenant)

    left = as_they_left(log)
    change = reactivate(tenant, RAVI, by=ADMIN, left=left)
    assert [("users.u-ravi.roles", Code.RESTORE_MISSING)] == [(each.where, each.code) for each in change.warnings]
    assert "extra" in str(change.warnings[0])
    assert Status.ACTIVE is change.apply(tenant).users[RAVI].status
    assert () == reactivate(tenant, RAVI, by=ADMIN).warnings


def test_who_left_twice_is_known_as_they_left_last() -> None:
    """LC-1: a log holds every leaving; the latest counts, and other changes of who is away don't."""
    tenant = office()
    steps: tuple[Callable[[Tenant], Change], ...] = (
        lambda now: deactivate(now, RAVI, by=ADMIN),
        lambda now: reactivate(now, RAVI, by=ADMIN),
        lambda now: update_user(now, RAVI, {"name": "Ravi R."}, by=ADMIN),
        lambda now: deactivate(now, RAVI, by=ADMIN),
        lambda now: update_user(now, RAVI, {"name": "R. R."}, by=ADMIN),
    )
    log = []
    for step in steps:
        log.append(step(tenant))
        tenant = log[-1].apply(tenant)
    assert "Ravi R." == as_they_left(log)[RAVI].name
    (missing,) = restoration(tenant, RAVI, left=as_they_left(log)[RAVI]).missing
    assert ("users.u-ravi.name", "name Ravi R. -> R. R.") == (missing.where, missing.parameters["words"])


def test_today_s_rules_are_asked() -> None:
    """LC-1, AC-6: a separation, and a field required by now, are shown before somebody comes back."""
    tenant = office(Status.DEACTIVATED)
    assert restoration(tenant, RAVI).is_whole
    both = {RoleId("agent"), RoleId("supervisor")}
    bad = attrs.evolve(tenant.users[RAVI], roles=both, name=None)
    apart = Separation(id=SeparationId("s-1"), name="Apart", roles=both)
    tenant = attrs.evolve(
        tenant, users=tenant.users.put(RAVI, bad), separations=tenant.separations.put(apart.id, apart)
    )
    found = restoration(tenant, RAVI)
    assert Status.ACTIVE is found.user.status
    assert [("users.u-ravi.roles", Code.SEPARATION_VIOLATED), ("users.u-ravi.name", Code.FIELD_REQUIRED)] == [
        (each.where, each.code) for each in found.missing
    ]
    assert [("id", Code.USER_UNKNOWN)] == faults(lambda: restoration(tenant, "u-nobody"))

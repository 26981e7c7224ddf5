"""Opening and closing by hand: overrides and emergencies as operations (HR-4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import attrs
import pytest

from agentprov.codec import blueprint_names
from agentprov.engine.hours import hours_of
from agentprov.errors import Code, Refused
from agentprov.model.access import Within
from agentprov.model.changes import Change, Event, EventKind
from agentprov.model.dates import WORKDAYS
from agentprov.model.destinations import HangUp, ToTimeCondition, ToVoicemail
from agentprov.model.hours import ClosedByEmergency, ManualOverride, OverrideState
from agentprov.model.ids import TimeConditionId, TimeGroupId, UserId, VoicemailId
from agentprov.model.intervals import weekly_hours
from agentprov.model.routing import TimeCondition
from agentprov.model.settings import Emergency
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.provisioning.opening import (
    Until,
    declare_emergency,
    revoke_emergency,
    revoke_override,
    set_override,
)
from tests.provisioning.samples import ADMIN, a_tenant, faults, with_role

DAY = TimeGroupId("tg-1")
NOON = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
"""A Monday, noon in Kolkata."""
LEAD = UserId("u-lead")
CALLS: dict[str, Any] = {"reason": "Fire drill", "at": NOON, "by": ADMIN}


def office(plan: str = "smartflo") -> Tenant:
    """A tenant whose time group is open from nine to five in Kolkata."""
    tenant = a_tenant(plan)
    group = attrs.evolve(tenant.time_groups[DAY], weekly=weekly_hours(WORKDAYS, "09:00-17:00"))
    return attrs.evolve(tenant, time_groups=Table({DAY: group}))


def is_open(tenant: Tenant, at: datetime) -> bool:
    """Whether the time group is open."""
    return hours_of(tenant.time_groups[DAY], tenant.calendars, tenant.settings.emergency).is_open(at)


def undone(tenant: Tenant, change: Change) -> Tenant:
    """The tenant after the change and its undoing, with the version it had."""
    return attrs.evolve(change.undo().apply(change.apply(tenant)), version=tenant.version)


# ---- overrides ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("until", "end"),
    [
        (Until.REVOKED, None),
        (Until.NEXT_CHANGE, datetime(2026, 11, 23, 11, 30, tzinfo=UTC)),
        ("next-change", datetime(2026, 11, 23, 11, 30, tzinfo=UTC)),
        (NOON + timedelta(hours=1), NOON + timedelta(hours=1)),
    ],
)
def test_an_override_holds_until_its_end(until: Any, end: datetime | None) -> None:
    """HR-4: until revoked, until the next change of the layers below, or until an instant; with actor and reason."""
    tenant = office()
    change = set_override(tenant, DAY, "closed", until=until, **CALLS)
    after = change.apply(tenant)

    override = ManualOverride(state=OverrideState.CLOSED, actor=ADMIN, reason="Fire drill", set_at=NOON, until=end)
    assert override == after.time_groups[DAY].override
    assert (True, False) == (is_open(after, NOON - timedelta(seconds=1)), is_open(after, NOON))
    assert tenant == undone(tenant, change)


def test_until_the_next_change_is_fixed_when_it_is_set() -> None:
    """HR-4: hours that become others afterwards don't move the end."""
    tenant = office()
    after = set_override(tenant, DAY, OverrideState.OPEN, until=Until.NEXT_CHANGE, **CALLS).apply(tenant)
    group = attrs.evolve(after.time_groups[DAY], weekly=())
    later = attrs.evolve(after, time_groups=Table({DAY: group}))

    five = datetime(2026, 11, 23, 11, 30, tzinfo=UTC)
    assert (True, False) == (is_open(later, five - timedelta(seconds=1)), is_open(later, five))


def test_until_a_change_that_never_comes_is_until_revoked() -> None:
    """HR-4: hours that never change give no end."""
    tenant = a_tenant()
    change = set_override(tenant, DAY, "open", until=Until.NEXT_CHANGE, **CALLS)

    override = change.apply(tenant).time_groups[DAY].override
    assert override is not None
    assert override.until is None


def test_an_override_replaces_the_one_before_and_is_revoked() -> None:
    """HR-4: one at a time; revoking one that isn't there changes nothing."""
    tenant = office()
    first = set_override(tenant, DAY, "closed", **CALLS).apply(tenant)
    second = set_override(first, DAY, "open", **CALLS).apply(first)
    revoking = revoke_override(second, DAY, by=None)

    assert [True, False, True] == [is_open(each, NOON) for each in (tenant, first, second)]
    assert tenant.time_groups == revoking.apply(second).time_groups
    assert (((), ())) == ((again := revoke_override(tenant, DAY, by=ADMIN)).edits, again.events)


def test_what_happens_is_said_in_words_and_events() -> None:
    """PV-9: a person reads who closed what and why; a listener gets the facts."""
    tenant = office()
    change = set_override(tenant, DAY, "closed", until=NOON + timedelta(hours=1), **CALLS)
    facts = {"state": "closed", "reason": "Fire drill", "until": "2026-11-23T07:30:00+00:00"}

    assert (
        "time group tg-1: override.state nothing -> closed",
        "time group tg-1: override.actor nothing -> u-boss",
        "time group tg-1: override.reason nothing -> Fire drill",
        "time group tg-1: override.set_at nothing -> 2026-11-23T06:30:00+00:00",
        "time group tg-1: override.until nothing -> 2026-11-23T07:30:00+00:00",
    ) == change.describe()
    assert (Event(kind=EventKind.OVERRIDE_SET, subject=DAY, facts=facts),) == change.events
    revoking = revoke_override(change.apply(tenant), DAY, by=ADMIN)
    assert (Event(kind=EventKind.OVERRIDE_REVOKED, subject=DAY),) == revoking.events
    assert ADMIN == revoking.actor


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"state": "ajar"}, [("state", Code.FIELD_UNKNOWN_CHOICE)]),
        ({"until": "tomorrow"}, [("until", Code.FIELD_UNKNOWN_CHOICE)]),
        ({"until": NOON}, [("until", Code.SCHEDULE_OVERRIDE_EMPTY)]),
        ({"until": NOON.replace(tzinfo=None)}, [("until", Code.FIELD_NAIVE_INSTANT)]),
        ({"at": NOON.replace(tzinfo=None)}, [("at", Code.FIELD_NAIVE_INSTANT)]),
        ({"at": "noon", "until": "next-change"}, [("at", Code.FIELD_WRONG_TYPE)]),
        ({"at": NOON.replace(year=1969)}, [("at", Code.FIELD_OUT_OF_RANGE)]),
        ({"reason": ""}, [("reason", Code.FIELD_REQUIRED)]),
        ({"reason": None}, [("reason", Code.FIELD_REQUIRED)]),
        (
            {"state": "ajar", "at": NOON.replace(tzinfo=None), "until": "tomorrow"},
            [
                ("state", Code.FIELD_UNKNOWN_CHOICE),
                ("at", Code.FIELD_NAIVE_INSTANT),
                ("until", Code.FIELD_UNKNOWN_CHOICE),
            ],
        ),
    ],
)
def test_what_is_wrong_is_told_where_it_was_asked(asked: dict[str, Any], expected: list[tuple[str, Code]]) -> None:
    """HR-4, ER-1: each argument with its fault."""
    arguments: dict[str, Any] = {"state": "open", **CALLS, **asked}

    assert expected == faults(lambda: set_override(office(), DAY, **arguments))


# ---- emergencies ----------------------------------------------------------------------------------------------------

BOX = ToVoicemail(voicemail=VoicemailId("v-none"))


def test_an_emergency_of_a_time_group() -> None:
    """HR-4: closed until it is revoked, with a destination."""
    tenant = office()
    change = declare_emergency(tenant, time_group=DAY, destination=HangUp(), **CALLS)
    after = change.apply(tenant)

    own = ClosedByEmergency(destination=HangUp(), actor=ADMIN, reason="Fire drill", set_at=NOON)
    assert own == after.time_groups[DAY].emergency
    assert (False, None) == (is_open(after, NOON), after.settings.emergency)
    assert (Event(kind=EventKind.EMERGENCY_DECLARED, subject=DAY, facts={"reason": "Fire drill"}),) == change.events
    revoking = revoke_emergency(after, time_group=DAY, by=ADMIN)
    assert tenant.time_groups == revoking.apply(after).time_groups
    assert (Event(kind=EventKind.EMERGENCY_REVOKED, subject=DAY),) == revoking.events
    assert tenant == undone(tenant, change)


def test_an_emergency_of_the_whole_tenant() -> None:
    """HR-4: every time group is closed by it."""
    tenant = office()
    change = declare_emergency(tenant, **CALLS)
    after = change.apply(tenant)

    assert Emergency(actor=ADMIN, reason="Fire drill", set_at=NOON) == after.settings.emergency
    assert (True, False) == (is_open(after, NOON - timedelta(seconds=1)), is_open(after, NOON))
    assert (
        "settings: emergency.actor nothing -> u-boss",
        "settings: emergency.reason nothing -> Fire drill",
        "settings: emergency.set_at nothing -> 2026-11-23T06:30:00+00:00",
    ) == change.describe()
    assert ["t-acme"] == [event.subject for event in change.events]
    revoking = revoke_emergency(after, by=ADMIN)
    assert tenant.settings == revoking.apply(after).settings
    assert tenant == undone(tenant, change)


@pytest.mark.parametrize("where", [{}, {"time_group": DAY}])
def test_revoking_what_was_not_declared_changes_nothing(where: dict[str, Any]) -> None:
    """HR-4: no edit, and no event."""
    tenant = office()
    change = revoke_emergency(tenant, by=ADMIN, **where)

    assert ((), None, ()) == (change.edits, change.settings, change.events)


@pytest.mark.parametrize("where", [{}, {"time_group": DAY}])
def test_a_destination_that_is_not_there_is_refused(where: dict[str, Any]) -> None:
    """HR-4, ID-3: told at once, and where it was asked."""
    expected = [("destination.voicemail", Code.REFERENCE_MISSING)]

    assert expected == faults(lambda: declare_emergency(office(), destination=BOX, **CALLS, **where))


def test_a_destination_that_leads_back_is_refused() -> None:
    """RT-9: to the time condition that the emergency closes."""
    condition = TimeCondition(id=TimeConditionId("c"), name="C", time_group=DAY, open=HangUp(), closed=HangUp())
    tenant = attrs.evolve(office(), time_conditions=Table({condition.id: condition}))
    back = ToTimeCondition(time_condition=condition.id)

    assert [("time_conditions.c.time_group", Code.ROUTE_CYCLE)] == faults(
        lambda: declare_emergency(tenant, time_group=DAY, destination=back, **CALLS)
    )
    of_all = declare_emergency(tenant, destination=back, **CALLS).apply(tenant).settings.emergency
    assert of_all is not None
    assert back == of_all.destination


@pytest.mark.parametrize("where", [{}, {"time_group": DAY}])
def test_reason_and_instant_of_an_emergency_are_checked(where: dict[str, Any]) -> None:
    """HR-4: as everywhere."""
    for asked, expected in (
        ({"at": NOON.replace(tzinfo=None)}, ("at", Code.FIELD_NAIVE_INSTANT)),
        ({"reason": ""}, ("reason", Code.FIELD_REQUIRED)),
    ):
        arguments: dict[str, Any] = {**CALLS, **where, **asked}
        assert [expected] == faults(partial(declare_emergency, office(), **arguments))


# ---- who may --------------------------------------------------------------------------------------------------------

OPERATIONS: dict[str, Callable[..., Change]] = {
    "set an override": lambda tenant, by, group: set_override(tenant, group, "open", reason="R", at=NOON, by=by),
    "revoke an override": lambda tenant, by, group: revoke_override(tenant, group, by=by),
    "declare an emergency": lambda tenant, by, group: declare_emergency(
        tenant, time_group=group, reason="R", at=NOON, by=by
    ),
    "revoke an emergency": lambda tenant, by, group: revoke_emergency(tenant, time_group=group, by=by),
    "declare the tenant's": lambda tenant, by, _: declare_emergency(tenant, reason="R", at=NOON, by=by),
    "revoke the tenant's": lambda tenant, by, _: revoke_emergency(tenant, by=by),
}


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("plan", blueprint_names())
def test_an_admin_may_and_nobody_else(plan: str, operation: str) -> None:
    """HR-4, AC-1: by `time_group:edit`, or `user:edit` where the catalogue has no such permission; for the tenant."""
    tenant = office(plan)
    needed = "time_group:edit" if plan == "smartflo" else "user:edit"
    run = OPERATIONS[operation]

    for by in (None, ADMIN):
        assert by == run(tenant, by, DAY).actor
    assert LEAD == run(with_role(tenant, LEAD, (needed, Within.TENANT)), LEAD, DAY).actor
    for held in (("user:view", Within.TENANT), (needed, Within.HOME_DEPARTMENT)):
        with pytest.raises(Refused):
            run(with_role(tenant, LEAD, held), LEAD, DAY)


@pytest.mark.parametrize("operation", [name for name in OPERATIONS if "tenant" not in name])
def test_a_time_group_that_is_not_there(operation: str) -> None:
    """ID-3: unknown to those who may, and not told to others."""
    run = OPERATIONS[operation]

    assert [("time_group", Code.REFERENCE_MISSING)] == faults(lambda: run(office(), ADMIN, "tg-none"))
    with pytest.raises(Refused):
        run(office(), LEAD, "tg-none")

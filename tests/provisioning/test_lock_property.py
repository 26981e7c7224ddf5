"""Locking and bounding properties as operations (PR-4, PV-9)."""

from __future__ import annotations

from functools import partial
from typing import Any

import attrs
import pytest

from agentprov.engine.inheritance import resolve
from agentprov.engine.population import Population
from agentprov.errors import Code
from agentprov.model.access import Within
from agentprov.model.changes import Change, EventKind
from agentprov.model.ids import UserGroupId, UserId
from agentprov.model.limits import Among, PropertyLimit, Range
from agentprov.model.properties import RESOURCE_FILTER, PropertyName
from agentprov.model.tenant import Tenant
from agentprov.provisioning import (
    bound_property,
    lock_property,
    move_user,
    reset_property,
    set_property,
    unbound_property,
    unlock_property,
)
from tests.provisioning.samples import ADMIN, LOGGED_OFF, a_form, a_tenant, created, faults, with_role

RAVI, LEAD = UserId("u-ravi"), UserId("u-lead")
SALES = UserGroupId("g-sales")
WRAP_UP = PropertyName("wrap_up.phone")
SHORT = Range(low=0, high=30)


def puzzel() -> Tenant:
    """A tenant with Ravi in the group of sales, who has a wrap-up time of 60 seconds."""
    tenant = created(a_tenant("puzzel"), a_form("puzzel"))
    return set_property(tenant, WRAP_UP, 60, user=RAVI, by=None).apply(tenant)


def told(change: Change) -> list[tuple[EventKind, str, dict[str, str]]]:
    """The events of a change."""
    return [(event.kind, event.subject, dict(event.facts)) for event in change.events]


def warned(change: Change) -> list[tuple[Code, dict[str, Any]]]:
    """The warnings of a change."""
    return [(problem.code, dict(problem.parameters)) for problem in change.warnings]


@pytest.mark.parametrize("where", [{}, {"group": SALES}])
def test_a_lock_puts_to_sleep_and_its_going_wakes(where: dict[str, str]) -> None:
    """PR-4: at the tenant and at a group; counted in a warning, and precisely the old value afterwards."""
    tenant = puzzel()
    change = lock_property(tenant, WRAP_UP, by=ADMIN, **where)  # type: ignore[arg-type]
    after = change.apply(tenant)

    assert 15 == resolve(after, RAVI, WRAP_UP).value
    assert [(Code.PROPERTY_PUTS_TO_SLEEP, {"value": WRAP_UP, "groups": 0, "users": 1})] == warned(change)
    unlocked = unlock_property(after, WRAP_UP, by=ADMIN, **where)  # type: ignore[arg-type]
    assert resolve(tenant, RAVI, WRAP_UP) == resolve(unlocked.apply(after), RAVI, WRAP_UP)
    assert () == unlocked.warnings
    assert attrs.evolve(tenant, version=after.version + 1) == change.undo().apply(after)


@pytest.mark.parametrize("where", [{}, {"group": SALES}])
def test_a_bound_puts_to_sleep_and_its_going_wakes(where: dict[str, str]) -> None:
    """PR-4: the same with a bound; 60 seconds are outside of 0 to 30."""
    tenant = puzzel()
    change = bound_property(tenant, WRAP_UP, SHORT, by=ADMIN, **where)  # type: ignore[arg-type]
    after = change.apply(tenant)

    assert 15 == resolve(after, RAVI, WRAP_UP).value
    assert [Code.PROPERTY_PUTS_TO_SLEEP] == [code for code, _ in warned(change)]
    gone = unbound_property(after, WRAP_UP, by=ADMIN, **where).apply(after)  # type: ignore[arg-type]
    assert resolve(tenant, RAVI, WRAP_UP) == resolve(gone, RAVI, WRAP_UP)


def test_below_a_lock_nothing_is_set_locked_or_bounded() -> None:
    """PR-4: refused with the level that locks; a value, a lock and a bound that are there may go."""
    tenant = lock_property(puzzel(), WRAP_UP, by=ADMIN).apply(puzzel())
    for attempt in (
        partial(set_property, tenant, WRAP_UP, 5, user=RAVI, by=ADMIN),
        partial(set_property, tenant, WRAP_UP, 5, group=SALES, by=ADMIN),
        partial(lock_property, tenant, WRAP_UP, group=SALES, by=ADMIN),
        partial(bound_property, tenant, WRAP_UP, SHORT, group=SALES, by=ADMIN),
    ):
        assert [("name", Code.PROPERTY_LOCKED)] == faults(attempt)
    assert 5 == resolve(set_property(tenant, WRAP_UP, 5, by=ADMIN).apply(tenant), RAVI, WRAP_UP).value
    assert 1 == len(reset_property(tenant, WRAP_UP, user=RAVI, by=ADMIN).edits)
    assert () == unlock_property(tenant, WRAP_UP, group=SALES, by=ADMIN).edits


def test_lock_and_bound_are_kept_apart() -> None:
    """PR-4: taking one away leaves the other; the same again changes nothing."""
    tenant = puzzel()
    tenant = lock_property(tenant, WRAP_UP, group=SALES, by=ADMIN).apply(tenant)
    tenant = bound_property(tenant, WRAP_UP, SHORT, group=SALES, by=ADMIN).apply(tenant)
    assert PropertyLimit(locked=True, bound=SHORT) == tenant.user_groups[SALES].property_limits[WRAP_UP]
    again = bound_property(tenant, WRAP_UP, SHORT, group=SALES, by=ADMIN)
    assert ((), ()) == (again.edits, again.events)
    bound = unlock_property(tenant, WRAP_UP, group=SALES, by=ADMIN).apply(tenant)
    assert PropertyLimit(bound=SHORT) == bound.user_groups[SALES].property_limits[WRAP_UP]
    locked = unbound_property(tenant, WRAP_UP, group=SALES, by=ADMIN).apply(tenant)
    assert PropertyLimit(locked=True) == locked.user_groups[SALES].property_limits[WRAP_UP]


def test_an_override_outside_its_bounds_is_kept_and_told() -> None:
    """PR-4: setting it is possible; the change warns that it doesn't count, of a user's and of a group's value."""
    tenant = bound_property(puzzel(), WRAP_UP, SHORT, by=ADMIN).apply(puzzel())
    for where, holder in (({"user": RAVI}, "the tenant"), ({"group": SALES}, "the tenant"), ({}, "the tenant")):
        change = set_property(tenant, WRAP_UP, 45, by=ADMIN, **where)
        expected = {"value": WRAP_UP, "sleeping": "45 s", "holder": holder}
        assert [(Code.PROPERTY_SLEEPS_OUT_OF_BOUNDS, expected)] == warned(change)
        assert 15 == resolve(change.apply(tenant), RAVI, WRAP_UP).value
    assert () == set_property(tenant, WRAP_UP, 20, user=RAVI, by=ADMIN).warnings
    assert () == reset_property(tenant, WRAP_UP, user=RAVI, by=ADMIN).warnings


def test_a_move_warns_of_values_that_begin_to_sleep() -> None:
    """PR-8, PR-4: moved into a group with a bound, or a lock, the user's own value is kept and sleeps."""
    start = puzzel()
    for limit, code in (
        (partial(bound_property, start, WRAP_UP, SHORT), Code.PROPERTY_SLEEPS_OUT_OF_BOUNDS),
        (partial(lock_property, start, WRAP_UP), Code.PROPERTY_SLEEPS_LOCKED),
    ):
        tenant = limit(group="g-support", by=ADMIN).apply(start)
        change = move_user(tenant, RAVI, to="g-support", by=ADMIN, live=LOGGED_OFF)
        expected = {"value": WRAP_UP, "sleeping": "60 s", "holder": "the user group G-SUPPORT"}
        assert [(code, expected)] == warned(change)
        after = change.apply(tenant)
        assert (15, 60) == (resolve(after, RAVI, WRAP_UP).value, after.users[RAVI].properties[WRAP_UP])
        back = move_user(after, RAVI, to=SALES, by=ADMIN, live=LOGGED_OFF)
        assert ((), 60) == (back.warnings, resolve(back.apply(after), RAVI, WRAP_UP).value)


def test_a_group_is_told_once_with_how_many_it_has() -> None:
    """PR-9: one event for all members, counted; none where nobody is in the group."""
    tenant = puzzel()
    facts = {"why": "property", "name": WRAP_UP, "users": "1"}
    expected = [
        (EventKind.PROPERTY_LOCKED, SALES, {"name": WRAP_UP}),
        (EventKind.USER_TOLD, SALES, facts),
    ]
    assert expected == told(lock_property(tenant, WRAP_UP, group=SALES, by=ADMIN))
    assert [EventKind.PROPERTY_BOUND] == [
        kind for kind, _, _ in told(bound_property(tenant, WRAP_UP, SHORT, group="g-support", by=ADMIN))
    ]
    whole = set_property(tenant, WRAP_UP, 20, by=ADMIN)
    assert {**facts, "users": "3"} == dict(whole.events[1].facts)
    own = set_property(tenant, WRAP_UP, 20, user=RAVI, by=ADMIN)
    assert [RAVI, RAVI] == [event.subject for event in own.events]
    assert [EventKind.PROPERTY_SET] == [
        kind for kind, _, _ in told(set_property(tenant, WRAP_UP, 9, user=ADMIN, by=ADMIN))
    ]


def test_counts_may_be_given() -> None:
    """PR-9: with the users counted beforehand nobody is looked at, and the warning is the same."""
    tenant = puzzel()
    change = lock_property(tenant, WRAP_UP, by=ADMIN, population=Population(tenant))
    assert change == lock_property(tenant, WRAP_UP, by=ADMIN)


def test_group_values_that_fall_asleep_are_counted() -> None:
    """PR-4: the warning tells how many user groups' values no longer count."""
    tenant = set_property(puzzel(), WRAP_UP, 50, group=SALES, by=ADMIN).apply(puzzel())
    change = bound_property(tenant, WRAP_UP, SHORT, by=ADMIN)
    assert [(Code.PROPERTY_PUTS_TO_SLEEP, {"value": WRAP_UP, "groups": 1, "users": 1})] == warned(change)


@pytest.mark.parametrize(
    ("bound", "expected"),
    [
        (Among(values=["20"]), [("bound.values", Code.FIELD_WRONG_TYPE)]),
        (Among(values=[9000]), [("bound.values", Code.FIELD_OUT_OF_RANGE)]),
        (Range(low=20, high=40), [("bound", Code.PROPERTY_NOTHING_IN_BOUNDS)]),
        ("0 to 30", [("bound", Code.FIELD_WRONG_TYPE)]),
    ],
)
def test_a_bound_suits_the_property_and_leaves_a_value(bound: Any, expected: list[tuple[str, Code]]) -> None:
    """PR-4: of its kind; and with a value inside, which the default of 15 isn't for 20 to 40."""
    assert expected == faults(partial(bound_property, puzzel(), WRAP_UP, bound, group=SALES, by=ADMIN))


def test_a_range_is_for_numbers_and_a_property_is_known() -> None:
    """PR-1, PR-4: a language has no range; an unknown property, one that isn't a text, an unknown group."""
    tenant = puzzel()
    assert [("bound", Code.PROPERTY_BOUND_MISFIT)] == faults(
        partial(bound_property, tenant, "language", SHORT, by=ADMIN)
    )
    assert [("name", Code.PROPERTY_UNKNOWN)] == faults(partial(lock_property, tenant, "speed", by=ADMIN))
    odd: Any = ["wrap_up.phone"]
    assert [("name", Code.FIELD_WRONG_TYPE)] == faults(partial(lock_property, tenant, odd, by=ADMIN))
    assert [("group", Code.FIELD_WRONG_TYPE)] == faults(partial(lock_property, tenant, WRAP_UP, group=odd, by=ADMIN))
    assert [("group", Code.REFERENCE_MISSING)] == faults(
        partial(lock_property, tenant, WRAP_UP, group="g-no", by=ADMIN)
    )


def test_who_may_lock() -> None:
    """AC-5: a group's limits need user_group:edit, the tenant's user:edit, for the whole tenant."""
    tenant = with_role(puzzel(), LEAD, ("user_group:edit", Within.TENANT))
    assert 1 == len(lock_property(tenant, WRAP_UP, group=SALES, by=LEAD).edits)
    assert [("(whole)", Code.PERMISSION_NOT_GRANTED)] == faults(partial(lock_property, tenant, WRAP_UP, by=LEAD))
    tenant = with_role(puzzel(), LEAD, ("user:edit", Within.TENANT))
    assert [("(whole)", Code.PERMISSION_NOT_GRANTED)] == faults(
        partial(unlock_property, tenant, WRAP_UP, group=SALES, by=LEAD)
    )
    assert 1 == len(bound_property(tenant, WRAP_UP, SHORT, by=LEAD).limits)


def test_without_a_permission_of_its_own_editing_users_is_asked() -> None:
    """PR-4: where the catalogue has no user_group:edit, user:edit for the whole tenant does."""
    tenant = with_role(a_tenant("smartflo"), LEAD, ("user:edit", Within.TENANT))
    assert 1 == len(lock_property(tenant, WRAP_UP, group=SALES, by=LEAD).edits)


def test_nobody_shows_more_by_unlocking_a_filter() -> None:
    """AC-5, PR-4: a lock holds Ravi to q-1; whose own filter is q-1 can't let him see all again by taking it away."""
    tenant = puzzel()
    tenant = with_role(tenant, LEAD, ("user_group:edit", Within.TENANT), ("user:edit", Within.TENANT))
    few = frozenset({"q-1"})
    for where in ({"group": SALES}, {"user": LEAD}):
        tenant = set_property(tenant, RESOURCE_FILTER, few, by=ADMIN, **where).apply(tenant)
    wide = set_property(tenant, RESOURCE_FILTER, few | {"q-2"}, user=RAVI, by=ADMIN).apply(tenant)
    locked = lock_property(wide, RESOURCE_FILTER, group=SALES, by=ADMIN).apply(wide)

    attempt = partial(unlock_property, locked, RESOURCE_FILTER, group=SALES, by=LEAD)
    assert [("value", Code.RESOURCE_FILTER_EXCEEDS_ACTOR)] == faults(attempt)
    assert 1 == len(unlock_property(locked, RESOURCE_FILTER, group=SALES, by=ADMIN).edits)

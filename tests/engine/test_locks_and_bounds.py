"""Locks and bounds by example (PR-4)."""

from __future__ import annotations

import pytest

from agentprov.engine.inheritance import LockedBy, OutOfBounds, Properties, Resolved, Sleeping, Source, resolve
from agentprov.engine.sleeping import sleeping_above, sleeping_values
from agentprov.errors import Code, NotFound
from agentprov.model.ids import UserGroupId
from agentprov.model.limits import Among, PropertyLimit, Range
from agentprov.model.properties import NONE, Level, PropertyName, PropertyValue
from tests.engine.limited import desk, lock, within

ASHA = "u-asha"
DEFAULT = Source(level=Level.DEFINITION)
TENANT = Source(level=Level.TENANT)
SALES = Source(level=Level.USER_GROUP, id="g-sales")
NORTH = Source(level=Level.USER_GROUP, id="g-north")
OWN = Source(level=Level.USER, id=ASHA)
RING = PropertyName("ring")


def test_below_a_lock_values_sleep() -> None:
    """PR-4: the group's and the user's values sleep below the tenant's lock; what is awake is told as ever."""
    tenant = desk({"ring": 3}, {"ring": lock()}, {"ring": 2}, {"sales": {"ring": 1}})

    why = LockedBy(source=TENANT)
    expected = Resolved(
        value=2,
        source=TENANT,
        shadowed=((DEFAULT, 1),),
        sleeping=(Sleeping(source=OWN, value=3, why=why), Sleeping(source=SALES, value=1, why=why)),
        locked_by=TENANT,
    )
    assert expected == resolve(tenant, ASHA, "ring")


def test_a_lock_needs_no_value() -> None:
    """PR-4: a group that locks without a value of its own passes on what it inherits."""
    resolved = resolve(desk({"ring": 3}, tenant={"ring": 2}, sales={"ring": lock()}), ASHA, "ring")

    assert (2, TENANT, SALES) == (resolved.value, resolved.source, resolved.locked_by)


def test_the_locking_levels_own_value_counts() -> None:
    """PR-4: a lock is for the levels below."""
    resolved = resolve(desk({"ring": 1}, values={"sales": {"ring": 3}}, sales={"ring": lock()}), ASHA, "ring")

    assert (3, SALES) == (resolved.value, resolved.source)


def test_the_highest_lock_wins() -> None:
    """PR-4: below the tenant's lock the group's lock sleeps too, and its value with it."""
    tenant = desk({"ring": 3}, {"ring": lock()}, None, {"sales": {"ring": 2}}, sales={"ring": lock()})
    resolved = resolve(tenant, ASHA, "ring")

    assert (1, DEFAULT, TENANT) == (resolved.value, resolved.source, resolved.locked_by)
    assert [LockedBy(source=TENANT)] * 2 == [each.why for each in resolved.sleeping]


def test_a_bound_below_a_lock_sleeps() -> None:
    """PR-4: nobody gets round a lock by a bound that the locked value is outside of."""
    tenant = desk(None, {"ring": lock()}, {"ring": 3}, {"north": {"ring": 1}}, north={"ring": within(1, 1)})
    resolved = resolve(tenant, ASHA, "ring")

    assert (3, ()) == (resolved.value, resolved.bounds)


def test_outside_its_bounds_a_value_sleeps() -> None:
    """PR-4: the nearest valid value above is effective; the sleeper is told with the bound."""
    tenant = desk({"ring": 3}, None, {"ring": 2}, sales={"ring": within(1, 2)})
    resolved = resolve(tenant, ASHA, "ring")

    bound = Range(low=1, high=2)
    assert (2, TENANT) == (resolved.value, resolved.source)
    assert (Sleeping(source=OWN, value=3, why=OutOfBounds(source=SALES, bound=bound)),) == resolved.sleeping
    assert ((SALES, bound),) == resolved.bounds


def test_bounds_of_all_levels_intersect() -> None:
    """PR-4: 1 to 2 of the tenant and 2 to 3 of the group leave 2; what is set further out is held to it as well."""
    tenant = desk(
        {"ring": 3},
        {"ring": within(1, 2)},
        {"ring": 1},
        {"all": {"ring": 2}, "north": {"ring": 1}},
        sales={"ring": within(2, 3)},
    )
    resolved = resolve(tenant, ASHA, "ring")

    assert (2, "g-all") == (resolved.value, resolved.source.id)
    assert [OWN, NORTH, TENANT, DEFAULT] == [each.source for each in resolved.sleeping]
    outside = [TENANT, SALES, SALES, SALES]
    assert outside == [each.why.source for each in resolved.sleeping]


def test_an_explicit_none_is_outside_unless_the_bound_says_so() -> None:
    """PR-4: no value isn't a way round a bound; a bound may allow it."""
    strict, open_ = Range(low=1, high=3), Range(low=1, high=3, or_none=True)
    for bound, expected in ((strict, 1), (open_, NONE)):
        tenant = desk({"ring": NONE}, sales={"ring": PropertyLimit(bound=bound)})
        assert expected == resolve(tenant, ASHA, "ring").value


def test_a_bound_of_a_set_bounds_its_members() -> None:
    """PR-4, PR-1: a resource filter may hold nothing but the objects of the bound; all objects are more than those."""
    limit = PropertyLimit(bound=Among(values=["x", "y"]))
    values: dict[str, dict[str, PropertyValue]] = {"all": {"filter": frozenset({"x"})}}
    for own, expected in (({"y"}, {"y"}), ({"x", "z"}, {"x"}), (set(), set())):
        tenant = desk({"filter": frozenset(own)}, values=values, all={"filter": limit})
        assert frozenset(expected) == resolve(tenant, ASHA, "filter").value
    assert (
        frozenset({"x"}) == resolve(desk({"filter": NONE}, values=values, all={"filter": limit}), ASHA, "filter").value
    )


def test_a_flag_is_bounded_by_its_values() -> None:
    """PR-4: whatever kind a property is of, its values can be listed."""
    tenant = desk({"pause": True}, sales={"pause": PropertyLimit(bound=Among(values=[False]))})

    assert False is resolve(tenant, ASHA, "pause").value


def test_what_a_member_would_have() -> None:
    """PR-3, PR-4: for a group one may ask what its members inherit, and what a value of their own would come to."""
    properties = Properties(desk(None, None, {"ring": 2}, sales={"ring": within(1, 2)}))
    north = UserGroupId("g-north")

    assert (2, TENANT) == (properties.inherited(north, "ring").value, properties.inherited(north, "ring").source)
    assert 1 == properties.overridden(north, "ring", 1).value
    assert 2 == properties.overridden(north, "ring", 3).value
    assert 2 == properties.inherited(None, "ring").value
    with pytest.raises(NotFound) as error:
        properties.inherited(north, "speed")
    assert (Code.PROPERTY_UNKNOWN,) == error.value.codes


def test_everything_that_sleeps_is_listed() -> None:
    """PR-4: of the tenant, of groups and of users, by id and name; never dropped, so there is something to list."""
    tenant = desk(
        {"ring": 3, "pause": True},
        {"ring": within(1, 1), "pause": lock()},
        {"ring": 2},
        {"north": {"ring": 3}, "other": {"pause": True, "ring": 1}},
    )
    found = [(name, each.source.id, each.value) for name, each in sleeping_values(tenant)]

    above = [("ring", None, 2), ("ring", "g-north", 3), ("pause", "g-other", True)]
    assert [*above, ("pause", ASHA, True), ("ring", ASHA, 3)] == found
    assert above == [(name, each.source.id, each.value) for name, each in sleeping_above(tenant)]


def test_without_limits_nothing_sleeps() -> None:
    """PR-4: where nobody locks or bounds there is nothing to list."""
    assert [] == list(sleeping_values(desk({"ring": 3})))

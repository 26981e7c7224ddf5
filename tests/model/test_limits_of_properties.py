"""Locks and bounds as values, and what a whole tenant asks of them (PR-1, PR-4)."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from agentprov.errors import Code, Conflict, InvalidValue
from agentprov.model.changes import Change, Edit, LimitEdit
from agentprov.model.ids import UserGroupId
from agentprov.model.incremental import tally
from agentprov.model.limits import Among, Bound, PropertyLimit, Range, in_common, is_within
from agentprov.model.properties import (
    NONE,
    Language,
    OneOf,
    PropertyDefinition,
    PropertyKind,
    PropertyName,
    PropertyValue,
    SomeOf,
    Text,
)
from agentprov.model.references import Kind
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant, known_tally
from tests.engine.companies import own_values
from tests.engine.limited import desk, lock, within

RING = PropertyName("ring")
SALES = UserGroupId("g-sales")


def wrong(make: Any, *given: Any, **named: Any) -> list[tuple[str, Code]]:
    """Where and what is wrong."""
    with pytest.raises(InvalidValue) as caught:
        make(*given, **named)
    return [(problem.where, problem.code) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("make", "given", "expected"),
    [
        (Range, {"low": 2, "high": 1}, [("(whole)", Code.PROPERTY_BOUNDS_EMPTY)]),
        (Range, {"low": True, "high": "3"}, [("low", Code.FIELD_WRONG_TYPE), ("high", Code.FIELD_WRONG_TYPE)]),
        (Range, {"low": 1, "high": 2, "or_none": "no"}, [("or_none", Code.FIELD_WRONG_TYPE)]),
        (Among, {"values": []}, [("values", Code.FIELD_EMPTY)]),
        (Among, {"values": [1, "a"]}, [("values", Code.FIELD_WRONG_TYPE)]),
        (PropertyLimit, {}, [("(whole)", Code.PROPERTY_LIMIT_EMPTY)]),
        (PropertyLimit, {"locked": "yes"}, [("locked", Code.FIELD_WRONG_TYPE)]),
        (PropertyLimit, {"bound": 5}, [("bound", Code.FIELD_WRONG_TYPE)]),
    ],
)
def test_a_limit_says_something(make: Any, given: dict[str, Any], expected: list[tuple[str, Code]]) -> None:
    """PR-4: a range has a number in it, a list a value of one kind, a limit a lock or a bound."""
    assert expected == wrong(make, **given)


@pytest.mark.parametrize(
    ("value", "bound", "expected"),
    [
        (1, Range(low=1, high=3), True),
        (3, Range(low=1, high=3), True),
        (4, Range(low=1, high=3), False),
        (NONE, Range(low=1, high=3), False),
        (NONE, Range(low=1, high=3, or_none=True), True),
        ("en", Among(values=["en", "nb"]), True),
        ("fr", Among(values=["en", "nb"]), False),
        (frozenset({"x"}), Among(values=["x", "y"]), True),
        (frozenset({"x", "z"}), Among(values=["x", "y"]), False),
        (frozenset(), Among(values=["x"]), True),
        (NONE, Among(values=["x"]), False),
    ],
)
def test_what_is_inside_a_bound(value: PropertyValue, bound: Bound, expected: bool) -> None:
    """PR-4: both ends belong to a range; of a set all members; an explicit none only where it is allowed."""
    assert expected == is_within(value, bound)


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ([Range(low=0, high=9)], Range(low=0, high=9)),
        ([Range(low=0, high=5), Range(low=3, high=9)], Range(low=3, high=5)),
        ([Range(low=0, high=5, or_none=True), Range(low=5, high=9, or_none=True)], Range(low=5, high=5, or_none=True)),
        ([Range(low=0, high=2), Range(low=3, high=9)], None),
        ([Range(low=0, high=5), Among(values=[1, 7])], Among(values=[1])),
        ([Among(values=[1, 7]), Range(low=2, high=5)], None),
        ([Among(values=["a", "b"], or_none=True), Among(values=["b", "c"])], Among(values=["b"])),
        ([Among(values=["a"]), Among(values=["b"]), Among(values=["a"])], None),
    ],
)
def test_bounds_intersect(bounds: list[Bound], expected: Bound | None) -> None:
    """PR-4: what is inside all of them; none is allowed only where all allow it."""
    assert expected == in_common(bounds)


@pytest.mark.parametrize(
    ("kind", "bound", "expected"),
    [
        (Text(), Range(low=1, high=2), [("property_limits.p.bound", Code.PROPERTY_BOUND_MISFIT)]),
        (OneOf(choices=["a"]), Among(values=["b"]), [("property_limits.p.bound.values", Code.FIELD_UNKNOWN_CHOICE)]),
        (SomeOf(choices=["a"]), Among(values=["b"]), [("property_limits.p.bound.values", Code.FIELD_UNKNOWN_CHOICE)]),
        (SomeOf(choices=["a"]), Among(values=[1]), [("property_limits.p.bound.values", Code.FIELD_WRONG_TYPE)]),
        (Language(), Among(values=["EN"]), [("property_limits.p.bound.values", Code.LANGUAGE_INVALID)]),
        (Text(), Among(values=[1]), [("property_limits.p.bound.values", Code.FIELD_WRONG_TYPE)]),
    ],
)
def test_a_bound_suits_its_property(kind: PropertyKind, bound: Bound, expected: list[tuple[str, Code]]) -> None:
    """PR-4: a range is for numbers; listed values are of the property's kind."""
    name = PropertyName("p")
    definition = PropertyDefinition(name=name, title="P", kind=kind)
    limits = Table({name: PropertyLimit(bound=bound)})
    found = wrong(attrs.evolve, desk(), property_definitions=Table({name: definition}), property_limits=limits)
    assert expected == found


def test_a_limit_is_of_a_property_that_exists() -> None:
    """PR-1, PR-4: nobody locks what isn't defined, at either level."""
    where = ["property_limits.speed", "user_groups.g-sales.property_limits.speed"]
    found = [wrong(desk, of_tenant={"speed": lock()}), wrong(desk, sales={"speed": lock()})]
    assert [[(each, Code.PROPERTY_UNKNOWN)] for each in where] == found


def test_bounds_without_a_common_value_are_a_defect() -> None:
    """PR-4: 1 to 1 of the tenant and 2 to 3 of a group leave nothing, whatever is set."""
    found = wrong(desk, None, {"ring": within(1, 1)}, sales={"ring": within(2, 3)})
    assert [("user_groups.g-sales.property_limits.ring.bound", Code.PROPERTY_BOUNDS_DISJOINT)] == found


def test_bounds_without_a_value_inside_are_a_defect() -> None:
    """PR-4: the default is 1; who bounds the property by 2 to 3 sets a value inside, there or further out."""
    at = "user_groups.g-sales.property_limits.ring.bound"
    assert [(at, Code.PROPERTY_NOTHING_IN_BOUNDS)] == wrong(desk, sales={"ring": within(2, 3)})
    assert [(at, Code.PROPERTY_NOTHING_IN_BOUNDS)] == wrong(desk, {"ring": 2}, sales={"ring": within(2, 3)})
    of_tenant = wrong(desk, None, {"ring": within(2, 3)})
    assert [("property_limits.ring.bound", Code.PROPERTY_NOTHING_IN_BOUNDS)] == of_tenant
    three = [desk(None, None, None, {group: {"ring": 2}}, sales={"ring": within(2, 3)}) for group in ("sales", "all")]
    three.append(desk(None, None, {"ring": 2}, sales={"ring": within(2, 3)}))
    assert 3 == len(three)


def group_edit(tenant: Tenant, **fields: Any) -> Change:
    """The change of some fields of sales."""
    before = tenant.user_groups[SALES]
    after = attrs.evolve(before, **fields)
    return Change(
        tenant=tenant.id,
        base=tenant.version,
        edits=[Edit(kind=Kind.USER_GROUPS, id=SALES, before=before, after=after)],
    )


def test_a_change_of_limits_is_checked_like_a_new_tenant() -> None:
    """PR-4, PF-5: a limit, a value, that leaves something bounded without a value is refused, as by building."""
    tenant = desk(None, None, None, {"sales": {"ring": 2}}, sales={"ring": within(2, 3)})
    at = [("user_groups.g-sales.property_limits.ring.bound", Code.PROPERTY_NOTHING_IN_BOUNDS)]

    assert at == wrong(group_edit(tenant, properties=Table()).apply, tenant)
    assert at == wrong(group_edit(tenant, property_limits=Table({RING: within(3, 3)})).apply, tenant)
    unknown = group_edit(tenant, property_limits=Table({PropertyName("speed"): lock()}))
    assert [Code.PROPERTY_UNKNOWN] == [code for _, code in wrong(unknown.apply, tenant)]
    after = group_edit(tenant, properties=own_values({"ring": 3})).apply(tenant)
    assert tally(attrs.evolve(after)) == known_tally(after)


def test_bounds_in_a_circle_of_groups_are_not_walked() -> None:
    """ID-3, PR-4: a change that closes a circle is refused for that, though its groups bound something."""
    tenant = desk(all={"ring": within(1, 2)}, sales={"ring": within(1, 2)})
    before = tenant.user_groups[UserGroupId("g-all")]
    after = attrs.evolve(before, parent=UserGroupId("g-north"))
    edit = Edit(kind=Kind.USER_GROUPS, id=before.id, before=before, after=after)
    change = Change(tenant=tenant.id, base=tenant.version, edits=[edit])
    assert [Code.REFERENCE_CYCLE] == [code for _, code in wrong(change.apply, tenant)]


def of_tenant(tenant: Tenant, limit: PropertyLimit | None, name: str = "ring") -> Change:
    """The change of the tenant's own limit."""
    before = tenant.property_limits.get(PropertyName(name))
    return Change(
        tenant=tenant.id,
        base=tenant.version,
        limits=[LimitEdit(name=PropertyName(name), before=before, after=limit)],
    )


def test_the_tenants_limits_are_changed_and_put_back() -> None:
    """PV-9, PR-4: set, replaced, taken away; told in words; undone; refused where the tenant wouldn't be whole."""
    tenant = desk()
    locked = of_tenant(tenant, lock())
    after = locked.apply(tenant)
    assert Table({RING: lock()}) == after.property_limits
    assert ("tenant: ring nothing -> locked",) == locked.describe()
    bounded = of_tenant(after, within(1, 2))
    assert ("tenant: ring locked -> 1 to 2",) == bounded.describe()
    assert within(1, 2) == bounded.apply(after).property_limits[RING]
    assert Table() == locked.undo().apply(after).property_limits
    found = [wrong(of_tenant(tenant, within(2, 3)).apply, tenant), wrong(of_tenant(tenant, lock(), "no").apply, tenant)]
    codes = [Code.PROPERTY_NOTHING_IN_BOUNDS], [Code.PROPERTY_UNKNOWN]
    assert list(codes) == [[code for _, code in each] for each in found]


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (lock(), "locked"),
        (lock(Range(low=10, high=60, or_none=True)), "locked, 10 to 60 or none"),
        (PropertyLimit(bound=Among(values=["nb-NO", "en"])), "en or nb-NO"),
        (PropertyLimit(bound=Among(values=[True, False])), "no or yes"),
    ],
)
def test_a_limit_in_words(limit: PropertyLimit, expected: str) -> None:
    """PV-9: a change of a group's limits tells them as one thing each."""
    change = group_edit(desk(), property_limits=Table({RING: limit}))
    assert (f"user group g-sales: property_limits[ring] nothing -> {expected}",) == change.describe()


def test_a_limit_edit_says_something_once() -> None:
    """PV-9: from nothing to nothing is no edit, the same property twice is one too many, another limit a conflict."""
    assert [("after", Code.FIELD_REQUIRED)] == wrong(LimitEdit, name=RING)
    twice = [LimitEdit(name=RING, after=lock())] * 2
    assert [("limits[1]", Code.FIELD_DUPLICATE)] == wrong(Change, tenant=desk().id, base=1, limits=twice)
    with pytest.raises(Conflict) as caught:
        of_tenant(desk(), lock()).apply(desk(of_tenant={"ring": within(1, 2)}))
    assert [("property_limits.ring", Code.CONFLICT_CHANGED)] == [(p.where, p.code) for p in caught.value.problems]


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (SomeOf(choices=["chat", "email"]), frozenset({"chat"}), [frozenset({"fax"}), "chat"]),
        (SomeOf(choices=["chat"]), frozenset(), [frozenset({5})]),
        (Language(), "pt-BR", ["portuguese of brazil", "PT-br", 5]),
    ],
)
def test_a_host_defines_properties_of_every_kind(kind: PropertyKind, good: Any, bad: list[Any]) -> None:
    """PR-1: a set of words from a list, a language; what isn't one is refused with the definition."""
    name = PropertyName("host.own")
    assert good == PropertyDefinition(name=name, title="Own", kind=kind, default=good).default
    for value in bad:
        assert [where for where, _ in wrong(PropertyDefinition, name=name, title="Own", kind=kind, default=value)]


def test_lists_of_choices_have_some() -> None:
    """PR-1: a set of words from an empty list could only be empty."""
    found = wrong(PropertyDefinition, name=RING, title="Own", kind=SomeOf(choices=[]))
    assert [("kind.choices", Code.FIELD_EMPTY)] == found

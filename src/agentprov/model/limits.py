"""What a level says of the values below it: a lock, or a bound (PR-4).

The tenant and user groups may *lock* a property, and then nobody below gives it a value that counts; or *bound* it, and
then only values inside the bound count, at that level and below. Neither takes a value away: what mustn't count sleeps,
and wakes when the limit goes. Which value counts then is worked out in :mod:`agentprov.engine.inheritance`.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from agentprov.errors import Code, Collector
from agentprov.model.properties import (
    NONE,
    ObjectSet,
    PropertyKind,
    PropertyName,
    PropertyValue,
    SomeOf,
    WholeNumber,
    check_value,
)
from agentprov.model.table import Table
from agentprov.model.text import check_flags, check_kind

Plain = bool | int | str
"""What a bound lists: values, or members of a value that is a set."""


@attrs.frozen(kw_only=True)
class Range:
    """Whole numbers from ``low`` to ``high``, both included; an explicit none only with ``or_none``."""

    low: int
    high: int
    or_none: bool = False

    def __attrs_post_init__(self) -> None:
        found = Collector()
        for name, number in (("low", self.low), ("high", self.high)):
            if type(number) is not int:
                found.add(Code.FIELD_WRONG_TYPE, name, expected="a whole number", found=f"`{number}`")
        check_flags(found, self, "or_none")
        if not found.problems and self.low > self.high:
            found.add(Code.PROPERTY_BOUNDS_EMPTY, low=self.low, high=self.high)
        found.check()


def _values(values: Iterable[Plain]) -> frozenset[Plain]:
    return frozenset(values)


@attrs.frozen(kw_only=True)
class Among:
    """Some values; for a property that is a set, sets of nothing else. An explicit none only with ``or_none``.

    For a resource filter none means that all objects are seen, so a bound without ``or_none`` always leaves a filter.
    """

    values: frozenset[Plain] = attrs.field(converter=_values)
    or_none: bool = False

    def __attrs_post_init__(self) -> None:
        found = Collector()
        if not self.values:
            found.add(Code.FIELD_EMPTY, "values")
        if len({type(value) for value in self.values}) > 1:
            found.add(Code.FIELD_WRONG_TYPE, "values", expected="values of one kind", found="several kinds")
        check_flags(found, self, "or_none")
        found.check()


Bound = Range | Among


@attrs.frozen(kw_only=True)
class PropertyLimit:
    """What one level says of a property's values below it: that there are none, or which there may be, or both."""

    locked: bool = False
    bound: Bound | None = None

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_flags(found, self, "locked")
        if self.bound is not None:
            check_kind(found, "bound", self.bound, (Range, Among), "a bound")
        if self.locked is False and self.bound is None:
            found.add(Code.PROPERTY_LIMIT_EMPTY)
        found.check()


PropertyLimits = Table[PropertyName, PropertyLimit]


def property_limits(limits: PropertyLimits) -> PropertyLimits:
    """The limits as an immutable table, for constructors."""
    return Table(limits)


def limit_words(limit: PropertyLimit) -> str:
    """A limit in words: ``locked, 10 to 60 or none``."""
    parts = ("locked" if limit.locked else None, None if limit.bound is None else bound_words(limit.bound))
    return ", ".join(part for part in parts if part is not None)


def bound_words(bound: Bound, unit: str | None = None) -> str:
    """A bound in words: ``10 to 60 s``, ``en or nb-NO or none``."""
    if isinstance(bound, Range):
        words = [f"{bound.low} to {bound.high}" + (f" {unit}" if unit else "")]
    else:
        words = [_word(value) for value in sorted(bound.values)]
    return " or ".join([*words, "none"] if bound.or_none else words)


def _word(value: Plain) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def is_within(value: PropertyValue, bound: Bound) -> bool:
    """Whether the bound lets the value count. Both are of the property's kind."""
    if value is NONE:
        return bound.or_none
    if isinstance(bound, Range):
        return isinstance(value, int) and bound.low <= value <= bound.high
    return value <= bound.values if isinstance(value, frozenset) else value in bound.values


def in_common(bounds: Iterable[Bound]) -> Bound | None:
    """What is inside all of some bounds, as one bound; nothing, where no value but an explicit none is.

    >>> in_common([Range(low=0, high=30), Range(low=20, high=60)])
    Range(low=20, high=30, or_none=False)
    """
    first, *others = bounds
    for other in others:
        common = _both(first, other)
        if common is None:
            return None
        first = common
    return first


def _both(one: Bound, other: Bound) -> Bound | None:
    or_none = one.or_none and other.or_none
    if isinstance(one, Range) and isinstance(other, Range):
        low, high = max(one.low, other.low), min(one.high, other.high)
        return None if low > high else Range(low=low, high=high, or_none=or_none)
    listed, bound = (one, other) if isinstance(one, Among) else (other, one)
    values = frozenset(value for value in _listed(listed) if _may_list(value, bound))
    return Among(values=values, or_none=or_none) if values else None


def _listed(bound: Bound) -> frozenset[Plain]:
    return bound.values if isinstance(bound, Among) else frozenset()


def _may_list(value: Plain, bound: Bound) -> bool:
    return value in bound.values if isinstance(bound, Among) else is_within(value, bound)


def check_bound(found: Collector, kind: PropertyKind, bound: Bound, *path: str | int) -> None:
    """Note what keeps ``bound`` from being one of values of this kind."""
    if isinstance(bound, Range):
        if not isinstance(kind, WholeNumber):
            found.add(Code.PROPERTY_BOUND_MISFIT, *path)
    elif isinstance(kind, ObjectSet | SomeOf):
        members: frozenset[str] = frozenset(filter(_is_text, bound.values))  # type: ignore[arg-type]
        if members != bound.values:
            found.add(Code.FIELD_WRONG_TYPE, *path, "values", expected="text", found="something else")
        check_value(found, kind, members, *path, "values")
    else:
        for value in sorted(bound.values):
            check_value(found, kind, value, *path, "values")


def _is_text(value: object) -> bool:
    return isinstance(value, str)

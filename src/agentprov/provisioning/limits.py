"""Locking and bounding a property for everybody below a level, and taking that away again (PR-4).

Nothing below is ever changed by it. What no longer counts sleeps, is counted in a warning of the change, and wakes when
the limit goes.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from agentprov.engine.group_preview import compare_above
from agentprov.engine.population import Population
from agentprov.engine.sleeping import sleeping_above
from agentprov.errors import Code, Collector, InvalidValue, Parameter, Path, Problem
from agentprov.model.changes import Change, EventKind
from agentprov.model.groups import UserGroup
from agentprov.model.ids import user_id
from agentprov.model.limits import Among, Bound, PropertyLimit, Range, check_bound
from agentprov.model.properties import RESOURCE_FILTER, PropertyName
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.model.text import check_kind
from agentprov.provisioning.filter_gains import check_filters
from agentprov.provisioning.levels import above_users, check_unlocked, existing_definition, limit_change


def lock_property(
    tenant: Tenant, name: str, *, group: str | None = None, by: str | None, population: Population | None = None
) -> Change:
    """The change by which a user group, or the tenant where none is named, locks a property.

    What is set below sleeps from then on. The lock needs no value: without one of its own the level passes on what it
    inherits. ``population`` counts the tenant's users; without it they are counted now.

    Raises:
        NotFound: ``reference.missing`` for the group.
        Refused: ``by`` may not edit user groups, or for the tenant all users; ``property.locked``: a level above locks
            it already; or somebody's resource filter would leave more than that of ``by`` does.
        InvalidValue: ``property.unknown``.
    """
    kind = EventKind.PROPERTY_LOCKED
    return _limited(tenant, name, group, by, kind=kind, limit=lambda _, bound: (True, bound), population=population)


def unlock_property(
    tenant: Tenant, name: str, *, group: str | None = None, by: str | None, population: Population | None = None
) -> Change:
    """The change that takes a lock away; exactly what slept because of it wakes. Without a lock, no change.

    Raises:
        NotFound, Refused, InvalidValue: as :func:`lock_property`; a lock below another one can be taken away.
    """
    kind = EventKind.PROPERTY_UNLOCKED
    return _limited(tenant, name, group, by, kind=kind, limit=lambda _, bound: (False, bound), population=population)


def bound_property(
    tenant: Tenant,
    name: str,
    bound: Bound,
    *,
    group: str | None = None,
    by: str | None,
    population: Population | None = None,
) -> Change:
    """The change by which a user group, or the tenant, bounds a property; a bound it has is replaced.

    Raises:
        NotFound, Refused: as :func:`lock_property`.
        InvalidValue: ``property.unknown``; the bound doesn't suit the property's kind; with those around it no value is
            inside (``property.bounds_disjoint``), or none that is set (``property.nothing_in_bounds``).
    """
    kind = EventKind.PROPERTY_BOUND
    return _limited(tenant, name, group, by, kind=kind, limit=lambda locked, _: (locked, bound), population=population)


def unbound_property(
    tenant: Tenant, name: str, *, group: str | None = None, by: str | None, population: Population | None = None
) -> Change:
    """The change that takes a bound away; exactly what slept because of it wakes. Without a bound, no change.

    Raises:
        NotFound, Refused, InvalidValue: as :func:`lock_property`.
    """
    kind = EventKind.PROPERTY_UNBOUND
    return _limited(tenant, name, group, by, kind=kind, limit=lambda locked, _: (locked, None), population=population)


def _limited(
    tenant: Tenant,
    name: str,
    group: str | None,
    by: str | None,
    *,
    kind: EventKind,
    limit: Callable[[bool, Bound | None], tuple[bool, Bound | None]],
    population: Population | None,
) -> Change:
    """The change of a lock and a bound to what ``limit`` makes of them."""
    actor = user_id(by)
    holder = above_users(tenant, group, actor)
    definition = existing_definition(tenant, name)
    limits = tenant.property_limits if holder is None else holder.property_limits
    before = limits.get(definition.name)
    locked, bound = limit(*((False, None) if before is None else (before.locked, before.bound)))
    found = Collector()
    if bound is not None:
        check_kind(found, "bound", bound, (Range, Among), "a bound")
        found.check()
        check_bound(found, definition.kind, bound, "bound")
    found.check()
    if kind in {EventKind.PROPERTY_LOCKED, EventKind.PROPERTY_BOUND}:
        check_unlocked(tenant, holder, definition.name)
    after = PropertyLimit(locked=locked, bound=bound) if locked or bound is not None else None
    change = limit_change(tenant, holder, definition.name, after, by=actor, kind=kind)
    if not change.events:
        return change
    result = _tried(tenant, change, holder, definition.name)
    if definition.name == RESOURCE_FILTER:
        check_filters(tenant, result, actor)
    return attrs.evolve(change, warnings=falling_asleep(tenant, result, population))


def _tried(tenant: Tenant, change: Change, holder: UserGroup | None, name: PropertyName) -> Tenant:
    """The tenant that the change leads to; what it objects to in the new bound is told at the bound."""
    above: Path = () if holder is None else (Kind.USER_GROUPS.value, holder.id)
    own = (*above, "property_limits", name, "bound")
    try:
        return change.apply(tenant)
    except InvalidValue as error:
        raise InvalidValue(
            attrs.evolve(problem, path=("bound",)) if problem.path == own else problem for problem in error.problems
        ) from None


def falling_asleep(before: Tenant, after: Tenant, population: Population | None = None) -> tuple[Problem, ...]:
    """For each property of which values fall asleep one warning, with how many they are."""
    effects = compare_above(before, after, population)
    slept, sleeps = sleeping_above(before), sleeping_above(after)
    found = []
    for name in after.property_definitions:
        users = effects.put_to_sleep(name)
        groups = len([each for each in sleeps if each not in slept and each[0] == name])
        if users or groups:
            parameters: dict[str, Parameter] = {"value": name, "groups": groups, "users": users}
            found.append(Problem(code=Code.PROPERTY_PUTS_TO_SLEEP, parameters=parameters))
    return tuple(found)

"""Who has roles together that are to be kept apart: static separation of duty (AC-6, AC-10).

A role that is inherited counts as had, and so does Everyone with what it inherits. Users of any status count: bringing
an account back must not bring a violation back. Dynamic separations bind sessions: :mod:`agentprov.engine.sessions`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import attrs

from agentprov.engine.hierarchy import Assignments, Hierarchy, users_by_roles
from agentprov.errors import Code, Path, Problem
from agentprov.model.access import EVERYONE
from agentprov.model.ids import RoleId, SeparationId, UserId
from agentprov.model.separations import LEAST_ROLES, Separation, SeparationKind
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant

MOST_NAMED: Final = 20
"""How many of those who violate a separation a problem names."""


@attrs.frozen(kw_only=True)
class Violation:
    """Users with equal roles who have too many of those that a static separation keeps apart."""

    separation: SeparationId
    roles: frozenset[RoleId]
    """The roles of the separation that they have."""
    own: frozenset[RoleId]
    """Their own roles. Which of these brings which of those says :func:`brought`."""
    users: frozenset[UserId]


def violations(tenant: Tenant | Assignments) -> tuple[Violation, ...]:
    """Every violation of a static separation there is. Given assignments, what they have worked out is used."""
    assignments = tenant if isinstance(tenant, Assignments) else Assignments(tenant)
    static = _static(assignments.tenant)
    return _violations(assignments, static, assignments.by_roles) if static else ()


def new_violations(before: Tenant, after: Tenant) -> tuple[Violation, ...]:
    """What a change would violate: users who have too many roles afterwards, and had not, or not all of these.

    A violation that was there already stops no change but one that makes it worse. Only those users are looked at who
    differ, unless inheritances or separations do.
    """
    static = _static(after)
    if not static:
        return ()
    was, becomes = Assignments(before), Assignments(after)
    candidates: Mapping[frozenset[RoleId], frozenset[UserId]]
    if _same_hierarchy(before, after) and before.separations == after.separations:
        differing = after.users.differing(before.users)
        candidates = users_by_roles(after.users[id_] for id_ in differing if id_ in after.users)
    else:
        candidates = becomes.by_roles
    found: list[Violation] = []
    for violation in _violations(becomes, static, candidates):
        users = frozenset(id_ for id_ in violation.users if _is_new(was, violation, id_))
        if users:
            found.append(attrs.evolve(violation, users=users))
    return tuple(found)


def brought(tenant: Tenant, violation: Violation) -> Table[RoleId, tuple[RoleId, ...]]:
    """By role that they have: those of their own, Everyone among them, that are it or inherit from it."""
    juniors = Hierarchy(tenant.roles).juniors
    ways = sorted({*violation.own, EVERYONE})
    return Table({role: tuple(way for way in ways if role in juniors[way]) for role in sorted(violation.roles)})


def separation_problems(found: Iterable[Violation], *path: str | int) -> tuple[Problem, ...]:
    """Violations as problems, one for each separation: how many users, and the first of them by id."""
    by_separation: dict[SeparationId, list[Violation]] = {}
    for violation in found:
        by_separation.setdefault(violation.separation, []).append(violation)
    return tuple(_problem(path, id_, by_separation[id_]) for id_ in sorted(by_separation))


def _problem(path: Path, separation: SeparationId, found: list[Violation]) -> Problem:
    users = sorted({id_ for violation in found for id_ in violation.users})
    roles = sorted({role for violation in found for role in violation.roles})
    named = tuple(users[:MOST_NAMED])
    return Problem(
        code=Code.SEPARATION_VIOLATED,
        path=path,
        parameters={"value": separation, "users": named, "count": len(users), "roles": tuple(roles)},
    )


def _static(tenant: Tenant) -> list[Separation]:
    separations = tenant.separations
    return [separations[id_] for id_ in sorted(separations) if separations[id_].kind is SeparationKind.STATIC]


def _violations(
    assignments: Assignments, static: list[Separation], by_roles: Mapping[frozenset[RoleId], frozenset[UserId]]
) -> tuple[Violation, ...]:
    found: list[Violation] = []
    separated = frozenset().union(*(each.roles for each in static))
    for roles, users in by_roles.items():
        had = separated & assignments.authorized[roles]
        if len(had) < LEAST_ROLES:
            continue
        found += [
            Violation(separation=separation.id, roles=separation.roles & had, own=roles, users=users)
            for separation in static
            if separation.violated_by(had)
        ]
    return tuple(found)


def _same_hierarchy(before: Tenant, after: Tenant) -> bool:
    """Whether what comes with each role is the same: names and grants may differ, and a role that inherits nothing."""
    none = frozenset[RoleId]()
    return all(
        (before.roles[id_].inherits if id_ in before.roles else none)
        == (after.roles[id_].inherits if id_ in after.roles else none)
        for id_ in after.roles.differing(before.roles)
    )


def _is_new(was: Assignments, violation: Violation, user: UserId) -> bool:
    """Whether the user did not violate the separation before, or had not all of these roles."""
    old, separation = was.tenant.users.get(user), was.tenant.separations.get(violation.separation)
    if old is None or separation is None or separation.kind is not SeparationKind.STATIC:
        return True
    had = was.authorized[old.roles]
    return not (separation.violated_by(had) and violation.roles <= had)

"""What more can be said of a tenant of which a part couldn't be read.

The rest is built into a tenant and asked for its problems. What couldn't be read is stood in for by something that asks
for nothing, and what only follows from its absence isn't reported: a reference to a faulty object leads somewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from agentprov.errors import Code, InvalidValue, Problem
from agentprov.model.access import Catalogue, Grant
from agentprov.model.blueprint import Blueprint
from agentprov.model.ids import TenantId
from agentprov.model.references import Kind
from agentprov.model.settings import Settings, SkillScale
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.user_types import READY_USER_TYPES, UserType

Broken = frozenset[str] | None
ALL: Final = None
"""Every id: the table itself couldn't be read."""

_EVERY_LEVEL: Final = SkillScale(low=0, high=1000)


def further_problems(parts: Mapping[str, Any], broken: Mapping[str, Broken]) -> list[Problem]:
    """The problems among the parts that could be read.

    ``parts`` are fields of a tenant; ``broken`` are the ids of the objects that couldn't be read, by their tables, and
    :data:`ALL` for a table of which nothing could be read.
    """
    stand_ins: dict[str, Any] = {
        "id": TenantId("t"),
        "name": "t",
        "settings": Settings(time_zone="UTC", region="US", skill_scale=_EVERY_LEVEL, reuse_deleted_logins=True),
    }
    if "blueprint" not in parts:
        stand_ins["blueprint"] = _permissive(parts)
    try:
        Tenant(**{**stand_ins, **parts})
    except InvalidValue as error:
        return [problem for problem in error.problems if not _follows(problem, broken)]
    return []


def _follows(problem: Problem, broken: Mapping[str, Broken]) -> bool:
    """Whether this is only because an object couldn't be read."""
    if problem.code is Code.REFERENCE_MISSING:
        return any(
            Kind(name).noun == problem.parameters["kind"] and _lost(problem, ids) for name, ids in broken.items()
        )
    if problem.code is Code.PROPERTY_UNKNOWN:
        return _lost(problem, broken.get(Kind.PROPERTY_DEFINITIONS, frozenset()))
    # The value inside the bounds may be what couldn't be read.
    return problem.code is Code.PROPERTY_NOTHING_IN_BOUNDS


def _lost(problem: Problem, ids: Broken) -> bool:
    return ids is None or problem.parameters["value"] in ids


def _permissive(parts: Mapping[str, Any]) -> Blueprint:
    """A blueprint that has every permission and user type that the objects use."""
    sections: dict[str, set[str]] = {}
    for grant in _grants(parts):
        section, _, action = grant.permission.partition(":")
        sections.setdefault(section, {"any"}).add("any" if action == "*" else action)
    types = {user.type: UserType(name=user.type) for user in parts.get("users", {}).values()}
    return Blueprint(
        name="t",
        catalogue=Catalogue(sections=Table({section: tuple(actions) for section, actions in sections.items()})),
        user_types=Table({**READY_USER_TYPES, **types}),
    )


def _grants(parts: Mapping[str, Any]) -> Iterator[Grant]:
    holders: Iterable[Any] = (*parts.get("roles", {}).values(), *parts.get("users", {}).values())
    for holder in holders:
        yield from holder.grants

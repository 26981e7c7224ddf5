"""What is unwise or of no effect in a blueprint, beyond what keeps it from being built (PV-1).

The model knows no fields: a blueprint with a rule for a field that there isn't can be built, and never asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from agentprov.errors import Code, InvalidValue, Path, Problem
from agentprov.model.blueprint import Ask, Blueprint, When
from agentprov.model.ids import TenantId
from agentprov.model.settings import Settings
from agentprov.model.tenant import Tenant
from agentprov.provisioning.fields import FIELDS, fields_of
from agentprov.provisioning.parsing import parse


def blueprint_problems(blueprint: Blueprint) -> tuple[Problem, ...]:
    """Everything in a blueprint that can't be meant, with paths: what a person who writes one wants to be told.

    Fields that there aren't; defaults that the field doesn't take; switches with the name of a field; rules and
    defaults that never count because of one before them; fields drawn twice, and required ones that no step draws.
    """
    return (*_unknown_fields(blueprint), *_defaults(blueprint), *_never_reached(blueprint), *_steps(blueprint))


def _unknown_fields(blueprint: Blueprint) -> Iterator[Problem]:
    fields = fields_of(blueprint)
    for position, rule in enumerate(blueprint.rules):
        path: Path = ("rules", position, "field")
        name = rule.field
        if name not in fields:
            near = get_close_matches(name, list(fields), n=1)
            hint = f"; perhaps `{near[0]}` is meant" if near else ""
            yield Problem(code=Code.BLUEPRINT_UNKNOWN_FIELD, path=path, parameters={"value": name, "hint": hint})
    for position, switch in enumerate(blueprint.switches):
        if switch.field in FIELDS:
            path = ("switches", position, "field")
            yield Problem(code=Code.BLUEPRINT_SWITCH_IS_FIELD, path=path, parameters={"value": switch.field})


def _defaults(blueprint: Blueprint) -> Iterator[Problem]:
    """Defaults that would be refused, were they entered."""
    tenant = Tenant(
        id=TenantId("t-check"), name="Check", settings=Settings(time_zone="UTC", region="US"), blueprint=blueprint
    )
    fields = fields_of(blueprint)
    for position, default in enumerate(blueprint.defaults):
        if default.field in fields:
            try:
                parse(fields[default.field], default.value, tenant)
            except InvalidValue as error:
                yield from (problem.under("defaults", position, "value") for problem in error.problems)


def _never_reached(blueprint: Blueprint) -> Iterator[Problem]:
    """Rules and defaults all of whose users an earlier one for the same field has already."""
    for name, entries in (
        ("rules", [(rule.field, rule.when) for rule in blueprint.rules]),
        ("defaults", [(default.field, default.when) for default in blueprint.defaults]),
    ):
        for position, (field, when) in enumerate(entries):
            if any(other == field and _covers(earlier, when) for other, earlier in entries[:position]):
                path = (name, position)
                yield Problem(code=Code.BLUEPRINT_NEVER_REACHED, path=path, parameters={"value": field})


def _covers(earlier: When, later: When) -> bool:
    """Whether every user whom the later condition means is meant by the earlier one."""
    pairs: tuple[tuple[frozenset[str], frozenset[str]], ...] = (
        (frozenset(earlier.roles), frozenset(later.roles)),
        (earlier.types, later.types),
        (frozenset(earlier.methods), frozenset(later.methods)),
    )
    return all(not wide or (narrow and narrow <= wide) for wide, narrow in pairs)


def _steps(blueprint: Blueprint) -> Iterator[Problem]:
    drawn: set[str] = set()
    for position, step in enumerate(blueprint.steps):
        for index, field in enumerate(step.fields):
            if field in drawn:
                path = ("steps", position, "fields", index)
                yield Problem(code=Code.BLUEPRINT_DRAWN_TWICE, path=path, parameters={"value": field})
            drawn.add(field)
    if not blueprint.steps:
        return
    for position, rule in enumerate(blueprint.rules):
        if rule.ask is Ask.REQUIRED and rule.field not in drawn:
            yield Problem(code=Code.BLUEPRINT_NOT_DRAWN, path=("rules", position), parameters={"value": rule.field})

"""What docs/provisioning.md says of the permissions of the five blueprints is what they have (PV-4 to PV-8)."""

from __future__ import annotations

from pathlib import Path

from agentprov.codec import blueprint, blueprint_names
from agentprov.model.access import WHOLE_TENANT, Scope, Within
from agentprov.model.blueprint import Blueprint

PAGE = Path(__file__).parents[2] / "docs" / "provisioning.md"
HOME: Scope = frozenset({Within.HOME_DEPARTMENT})


def tables() -> list[list[list[str]]]:
    """The tables below the heading, as cells without their backticks, headings first."""
    _, _, below = PAGE.read_text(encoding="utf-8").partition("### Their permissions")
    found: list[list[list[str]]] = [[]]
    for line in below.split("\n##")[0].splitlines():
        if line.startswith("|"):
            found[-1].append([cell.strip().replace("`", "") for cell in line.strip("|").split("|")])
        elif found[-1]:
            found.append([])
    return [[table[0], *table[2:]] for table in found if table]


def granted(plan: Blueprint, role: str) -> set[tuple[str, Scope]]:
    """What a ready role grants, action by action."""
    (found,) = (each for each in plan.ready_roles.values() if each.id == role)
    return {(each, held.scope) for held in found.grants for each in plan.catalogue.expand(held.permission)}


def test_the_table_of_permissions_is_complete() -> None:
    """AC-1: each section of each blueprint, with its actions in their order."""
    (_, *names), *rows = tables()[0]
    assert sorted(blueprint_names()) == sorted(names)
    for position, name in enumerate(names, 1):
        told = {row[0]: tuple(row[position].split(", ")) for row in rows if row[position]}
        assert dict(blueprint(name).catalogue.sections) == told


def test_the_table_of_ready_roles_is_complete() -> None:
    """PV-4 to PV-8: every ready role, and what it grants."""
    _, *rows = tables()[1]
    told: set[tuple[str, str]] = set()
    name = ""
    for of_blueprint, roles, says in rows:
        name = of_blueprint or name
        plan = blueprint(name)
        for role in roles.split(", "):
            told.add((name, role))
            words = set(says.replace(",", " ").split())
            named = plan.catalogue.permissions if says.startswith("everything") else plan.catalogue.permissions & words
            if says.startswith("nothing"):
                named = frozenset()
            scope = HOME if "own department" in says else WHOLE_TENANT
            assert {(each, scope) for each in named} == granted(plan, role), (name, role)
    assert {(each, role) for each in blueprint_names() for role in blueprint(each).ready_roles} == told


def test_the_switches_are_told() -> None:
    """PV-8: the three of the supervisor workplace, and no other blueprint has any."""
    (says,) = (row[2] for row in tables()[1] if "switches" in row[2])
    switches = {each: [switch.permission for switch in blueprint(each).switches] for each in blueprint_names()}
    assert ["thread:transfer", "user:*", "settings:*"] == switches.pop("supervisor-workplace")
    assert says.endswith("thread:transfer, user:*, settings:*")
    assert [] == [permission for some in switches.values() for permission in some]

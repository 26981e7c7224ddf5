"""A blueprint is checked when it is made, and answers which rule holds for whom (PV-1)."""

from __future__ import annotations

import pytest

from agentprov.errors import Code, InvalidValue
from agentprov.model.access import EVERYONE, WHOLE_TENANT, Catalogue, Grant, Permission, Role
from agentprov.model.blueprint import ALWAYS, Ask, Blueprint, Default, FieldRule, FormStep, Switch, When
from agentprov.model.ids import RoleId
from agentprov.model.table import Table
from agentprov.model.users import AuthenticationMethod

AGENT, BOSS = RoleId("agent"), RoleId("boss")
CATALOGUE = Catalogue(sections=Table({"user": ("view", "edit")}))


def problems(**parts: object) -> list[tuple[str, Code]]:
    """Where and what is wrong with a blueprint."""
    with pytest.raises(InvalidValue) as caught:
        Blueprint(**{"name": "own", "catalogue": CATALOGUE, **parts})  # type: ignore[arg-type]
    return [(problem.where, problem.code) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("when", "roles", "type_", "method", "holds"),
    [
        (ALWAYS, [], None, None, True),
        (When(roles=[AGENT]), [AGENT, BOSS], "person", None, True),
        (When(roles=[AGENT]), [BOSS], "person", None, False),
        (When(roles=[AGENT]), [], "person", None, False),
        (When(types=["api"]), [], "api", None, True),
        (When(types=["api"]), [], "person", None, False),
        (When(types=["api"]), [], None, None, False),
        (When(methods=[AuthenticationMethod.WINDOWS]), [], "person", AuthenticationMethod.WINDOWS, True),
        (When(methods=[AuthenticationMethod.WINDOWS]), [], "person", AuthenticationMethod.PASSWORD, False),
        (When(methods=[AuthenticationMethod.WINDOWS]), [], "person", None, False),
        (When(roles=[AGENT], types=["api"]), [AGENT], "person", None, False),
    ],
)
def test_a_condition_names_roles_types_and_methods(
    when: When, roles: list[RoleId], type_: str | None, method: AuthenticationMethod | None, holds: bool
) -> None:
    """PV-1: every part that names something must fit; what isn't known doesn't."""
    assert holds is when.holds(frozenset(roles), type_, method)


def test_the_first_rule_and_the_first_default_that_fit_count() -> None:
    """PV-1: so a special case stands before the general one."""
    plan = Blueprint(
        name="own",
        catalogue=CATALOGUE,
        rules=[
            FieldRule(field="alias", ask=Ask.FORBIDDEN, when=When(roles=[BOSS])),
            FieldRule(field="alias", ask=Ask.REQUIRED, when=When(roles=[AGENT])),
            FieldRule(field="calling"),
        ],
        defaults=[
            Default(field="calling", value=False, when=When(roles=[BOSS])),
            Default(field="calling", value=True),
        ],
    )
    boss, agent, nobody = frozenset({BOSS, AGENT}), frozenset({AGENT}), frozenset[RoleId]()
    found = [plan.rule("alias", roles) for roles in (boss, agent, nobody)]
    assert [Ask.FORBIDDEN, Ask.REQUIRED, None] == [None if rule is None else rule.ask for rule in found]
    assert [False, True, True] == [plan.default("calling", roles) for roles in (boss, agent, nobody)]
    assert plan.default("alias", boss) is None


def test_a_field_needs_a_rule_before_anything_speaks_of_it() -> None:
    """PV-1: needs, groups, defaults, switches and steps name fields that have a rule; all are reported at once."""
    found = problems(
        rules=[FieldRule(field="login", needs=["a"])],
        at_least_one=[["login", "b"]],
        defaults=[Default(field="c", value=1)],
        switches=[Switch(field="d", permission=Permission("user:view"))],
        steps=[FormStep(name="s", title="S", fields=["login", "e"])],
    )
    assert [
        ("rules[0].needs[0]", Code.BLUEPRINT_NO_RULE),
        ("at_least_one[0][1]", Code.BLUEPRINT_NO_RULE),
        ("defaults[0].field", Code.BLUEPRINT_NO_RULE),
        ("switches[0].field", Code.BLUEPRINT_NO_RULE),
        ("steps[0].fields[1]", Code.BLUEPRINT_NO_RULE),
    ] == found


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"name": ""}, ("name", Code.FIELD_REQUIRED)),
        ({"rules": [FieldRule(field="Login!")]}, ("rules[0].field", Code.FIELD_INVALID)),
        ({"rules": [FieldRule(field="login", label="a\nb")]}, ("rules[0].label", Code.FIELD_CONTROL_CHARACTER)),
        ({"rules": [FieldRule(field="login", help="\u202e")]}, ("rules[0].help", Code.FIELD_CONTROL_CHARACTER)),
        ({"rules": [FieldRule(field="roles", most=0)]}, ("rules[0].most", Code.FIELD_OUT_OF_RANGE)),
        (
            {"rules": [FieldRule(field="x", when=When(types=["robot"]))]},
            ("rules[0].when.types", Code.FIELD_UNKNOWN_CHOICE),
        ),
        (
            {"roles": [AGENT], "rules": [FieldRule(field="x", when=When(roles=[BOSS]))]},
            ("rules[0].when.roles", Code.ROLE_NOT_IN_BLUEPRINT),
        ),
        (
            {
                "roles": [AGENT],
                "rules": [FieldRule(field="x")],
                "defaults": [Default(field="x", value=1, when=When(roles=[BOSS]))],
            },
            ("defaults[0].when.roles", Code.ROLE_NOT_IN_BLUEPRINT),
        ),
        (
            {"rules": [FieldRule(field="x")], "switches": [Switch(field="x", permission=Permission("user:fly"))]},
            ("switches[0].permission", Code.PERMISSION_UNKNOWN),
        ),
        ({"roles": ["no id"]}, ("roles", Code.ID_INVALID)),
        (
            {"roles": [AGENT], "department_from_supervisor": [BOSS]},
            ("department_from_supervisor", Code.ROLE_NOT_IN_BLUEPRINT),
        ),
        (
            {"roles": [AGENT], "ready_roles": {BOSS: Role(id=BOSS, name="B")}},
            ("ready_roles", Code.ROLE_NOT_IN_BLUEPRINT),
        ),
        ({"ready_roles": {AGENT: Role(id=BOSS, name="B")}}, ("ready_roles.agent.id", Code.ID_MISMATCH)),
        (
            {
                "ready_roles": {
                    BOSS: Role(
                        id=BOSS, name="B", grants=[Grant(permission=Permission("queue:view"), scope=WHOLE_TENANT)]
                    )
                }
            },
            ("ready_roles.boss.grants[0].permission", Code.PERMISSION_UNKNOWN),
        ),
    ],
)
def test_a_mistake_in_a_blueprint_is_found_when_it_is_made(
    parts: dict[str, object], expected: tuple[str, Code]
) -> None:
    """PV-1: with its place, before any user is made by it."""
    assert [expected] == problems(**parts)


def test_everyone_is_among_the_roles_of_every_blueprint() -> None:
    """AC-2: the implicit role may be named in conditions, and may come ready."""
    everyone = Role(id=EVERYONE, name="Everyone")
    plan = Blueprint(
        name="own",
        catalogue=CATALOGUE,
        roles=[AGENT],
        rules=[FieldRule(field="x", when=When(roles=[EVERYONE]))],
        ready_roles=Table({EVERYONE: everyone}),
    )
    assert everyone == plan.ready_roles[EVERYONE]

"""The form as data, and where stored users stand with their blueprint (PV-1, ID-11)."""

from __future__ import annotations

import attrs
import pytest

from agentprov.codec import blueprint, blueprint_names
from agentprov.errors import Code
from agentprov.model.access import Catalogue
from agentprov.model.blueprint import Ask, Blueprint, FieldRule
from agentprov.model.identity import Login
from agentprov.model.ids import RoleId, UserId
from agentprov.model.references import Kind
from agentprov.model.users import AuthenticationMethod, User
from agentprov.provisioning import FieldView, form, required_missing
from agentprov.provisioning.fields import FieldKind
from tests.provisioning.samples import a_form, a_tenant, created

AGENT, SUPERVISOR = RoleId("agent"), RoleId("supervisor")


def shown(name: str, role: RoleId, method: str = "password") -> dict[str, FieldView]:
    """The fields of a form by name."""
    view = form(blueprint(name), roles=[role], method=AuthenticationMethod(method))
    return {field.name: field for step in view.steps for field in step.fields}


def test_a_form_shows_what_a_role_can_have() -> None:
    """PV-8: an agent's form has alias and supervisor, a supervisor's has department and switches."""
    agent, supervisor = shown("supervisor-workplace", AGENT), shown("supervisor-workplace", SUPERVISOR)
    assert {"alias", "skills", "supervisor"} == agent.keys() - supervisor.keys()
    assert {"transfer_threads", "manage_accounts", "manage_sessions"} == supervisor.keys() - agent.keys()
    assert (Ask.DERIVED, Ask.REQUIRED) == (agent["home_department"].ask, supervisor["home_department"].ask)
    assert agent["supervisor"].required


def test_a_field_is_described_well_enough_to_draw_it() -> None:
    """PV-1: kind, label, help, choices, what it refers to, what it needs, its default."""
    fields = shown("smartflo", AGENT)
    login, block, routes, group = (
        fields[name] for name in ("login", "outbound_block", "route_through", "agent_groups")
    )
    assert ("Login ID", FieldKind.LOGIN, True, True) == (login.label, login.kind, login.unique, login.immutable)
    assert ["none", "all", "only-extension"] == [choice.value for choice in block.choices]
    assert ("extension",) == routes.needs
    assert (Kind.AGENT_GROUPS, 1) == (group.refers, group.most)
    assert (True, True, False) == (fields["calling"].default, fields["calling"].conditional is False, login.conditional)


def test_roles_are_chosen_among_the_blueprints() -> None:
    """PV-4: with the names that the product gives them, one at a time."""
    roles = shown("smartq", RoleId("admin"))["roles"]
    assert [("admin", "Admin"), ("api-user", "API User"), ("supervisor", "Supervisor")] == [
        (choice.value, choice.label) for choice in roles.choices
    ]
    assert 1 == roles.most


def test_the_method_decides_whether_there_is_a_password() -> None:
    """PV-5: no password where the method has none."""
    nobody = RoleId("none")
    assert shown("smartertrack", nobody)["password"].required
    assert "password" not in shown("smartertrack", nobody, "windows")
    assert ["person", "customer", "api"] == [choice.value for choice in shown("smartertrack", nobody)["type"].choices]


@pytest.mark.parametrize("name", blueprint_names())
def test_the_password_rule_is_shown_before_it_is_typed(name: str) -> None:
    """CR-1, PV-8: as text for a person."""
    assert "use at least 15 characters" in form(blueprint(name)).password_rule


def test_a_blueprint_without_steps_has_one() -> None:
    """PV-1: with all its fields in their order."""
    plain = Blueprint(name="p", catalogue=Catalogue(), rules=[FieldRule(field="name"), FieldRule(field="login")])
    (step,) = form(plain).steps
    assert ["name", "login"] == [field.name for field in step.fields]


def test_a_complete_user_lacks_nothing() -> None:
    """ID-11: whoever was created by the blueprint's form satisfies it."""
    for name in blueprint_names():
        tenant = created(a_tenant(name), a_form(name))
        assert () == tuple(each for each in required_missing(tenant) if "u-ravi" in each.path)


def test_what_a_stored_user_lacks_is_named() -> None:
    """ID-11: each field, and of email and mobile that one of them is needed; a password isn't asked for."""
    tenant = a_tenant("smartflo")
    bare = User(id=UserId("u-bare"), login=Login("bare"))
    tenant = attrs.evolve(tenant, users={bare.id: bare}, profiles={})
    assert [
        ("users.u-bare.name", Code.FIELD_REQUIRED),
        ("users.u-bare.email", Code.EMAIL_REQUIRED),
        ("users.u-bare.phone", Code.PHONE_REQUIRED),
        ("users.u-bare.roles", Code.FIELD_REQUIRED),
    ] == [(each.where, each.code) for each in required_missing(tenant)]

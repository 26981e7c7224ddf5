"""Who may be a supervisor, where the blueprint says so (PV-8)."""

from __future__ import annotations

import attrs
import pytest

from agentprov.errors import Code, InvalidValue
from agentprov.model.blueprint import FieldRule
from agentprov.model.ids import DepartmentId, RoleId, UserId
from agentprov.model.tenant import Tenant
from agentprov.provisioning import update_user
from tests.tenants import BLUEPRINT, by_id, role, small, user

FIELDS = ("supervisor", "roles", "name", "home_department")


def workplace(*, supervisors: frozenset[RoleId] = frozenset({RoleId("lead")})) -> Tenant:
    """Asha leads Ravi; Kim and Ravi are agents."""
    rules = [FieldRule(field=field) for field in FIELDS]
    lead = user("asha", roles=[RoleId("lead")], home_department=DepartmentId("d-sales"))
    agents = [
        user("ravi", roles=[RoleId("agent")], supervisor=UserId("u-asha")),
        user("kim", roles=[RoleId("agent")], supervisor=UserId("u-asha")),
    ]
    return small(
        users=by_id([lead, *agents]),
        roles=by_id([role("lead"), role("agent")]),
        profiles={},
        blueprint=attrs.evolve(BLUEPRINT, rules=rules, supervisors=supervisors),
    )


def faults(form: dict[str, object], who: str, **options: frozenset[RoleId]) -> list[tuple[Code, str]]:
    """What an update of a user is refused for."""
    with pytest.raises(InvalidValue) as caught:
        update_user(workplace(**options), who, form, by=None)
    return [(problem.code, problem.where) for problem in caught.value.problems]


def test_an_agent_is_no_supervisor() -> None:
    """PV-8: the department of an agent comes from their supervisor, so an agent can't be one."""
    assert faults({"supervisor": "u-kim"}, "u-ravi") == [(Code.SUPERVISOR_ROLE, "supervisor")]


def test_who_has_agents_stays_a_supervisor() -> None:
    """PV-8: agents whose supervisor became an agent would be without a department."""
    assert faults({"roles": ["agent"]}, "u-asha") == [(Code.SUPERVISOR_HAS_AGENTS, "roles")]


def test_a_supervisor_is_named_and_kept() -> None:
    """PV-8: a supervisor can be named, and may change in everything else."""
    assert update_user(workplace(), "u-ravi", {"supervisor": "u-asha"}, by=None).edits == ()
    assert update_user(workplace(), "u-asha", {"name": "Asha Rao"}, by=None).edits


def test_without_such_a_rule_anybody_supervises() -> None:
    """PV-8: only a blueprint that names roles asks for them."""
    anybody = workplace(supervisors=frozenset())
    assert update_user(anybody, "u-ravi", {"supervisor": "u-kim"}, by=None).edits
    assert update_user(anybody, "u-asha", {"roles": ["agent"]}, by=None).edits

"""The six questions of delegated administration: what stands in the way, found by trying (AC-5, AC-6)."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentprov.errors import AgentprovError, Code, Problem
from agentprov.model.changes import Change
from agentprov.model.ids import RoleId, UserId
from agentprov.model.tenant import Tenant
from agentprov.provisioning import update_user
from agentprov.provisioning.delegation import can_add, can_assign, can_deassign, can_edit, can_grant, can_revoke
from agentprov.provisioning.role_grants import grant_permission, revoke_permission
from agentprov.provisioning.roles import assign_user, deassign_user
from tests.engine.companies import ROLES
from tests.provisioning.delegated import PEOPLE, PERMISSIONS, tenants
from tests.provisioning.samples import ADMIN, a_form, a_tenant, created, with_role

LEAD = UserId("u-lead")
RAVI = UserId("u-ravi")


def puzzel() -> Tenant:
    """Ravi, an agent; the admin, by role; a lead without rights."""
    tenant = created(a_tenant("puzzel"), a_form("puzzel", roles=["agent"]))
    boss = attrs.evolve(tenant.users[ADMIN], grants=())
    return with_role(attrs.evolve(tenant, users=tenant.users.put(ADMIN, boss)), LEAD)


def codes(problems: tuple[Problem, ...]) -> list[Code]:
    """What kind of problems stand in the way."""
    return [problem.code for problem in problems]


def test_an_admin_may_do_all_six() -> None:
    """AC-5: nothing stands in the way; the host may do it as well."""
    tenant = puzzel()
    form = a_form("puzzel", login="mina", email="m@example.com", numeric_id=4712)
    for actor in (ADMIN, None):
        assert [()] * 6 == [
            can_deassign(tenant, actor, RAVI, "agent"),
            can_assign(tenant, actor, RAVI, "admin"),
            can_grant(tenant, actor, "agent", "report:view", scope=["own-user-group"]),
            can_revoke(tenant, actor, "admin", "report:view", scope=["tenant"]),
            can_add(tenant, actor, form),
            can_edit(tenant, actor, RAVI),
        ]


def test_who_may_nothing_hears_why() -> None:
    """AC-5: want of permission comes first and alone, whatever else would be wrong."""
    tenant = puzzel()
    assert [[Code.PERMISSION_NOT_GRANTED]] * 7 == [
        codes(each)
        for each in (
            can_assign(tenant, LEAD, RAVI, "admin"),
            can_deassign(tenant, LEAD, RAVI, "agent"),
            can_grant(tenant, LEAD, "agent", "report:fly"),
            can_revoke(tenant, LEAD, "admin", "report:fly"),
            can_add(tenant, LEAD, {}),
            can_edit(tenant, LEAD, RAVI),
            can_edit(tenant, LEAD, RAVI, {"colour": 1}),
        )
    ]


def test_what_else_stands_in_the_way_is_said_too() -> None:
    """AC-5: the last admin, roles that are there or aren't, faults of the form, users that nobody knows."""
    tenant = puzzel()
    assert [Code.ADMIN_LAST] == codes(can_deassign(tenant, ADMIN, ADMIN, "admin"))
    assert [Code.ROLE_ASSIGNED] == codes(can_assign(tenant, ADMIN, RAVI, "agent"))
    assert [Code.GRANT_MISSING] == codes(can_revoke(tenant, ADMIN, "agent", "report:view"))
    assert [Code.FIELD_UNKNOWN] == codes(can_edit(tenant, ADMIN, RAVI, {"colour": 1}))
    assert [Code.USER_UNKNOWN] == codes(can_edit(tenant, ADMIN, "u-who"))
    assert Code.CONTACT_REQUIRED in codes(can_add(tenant, ADMIN, {"login": "mina"}))


@given(
    tenants(),
    st.sampled_from([*PEOPLE, None]),
    st.sampled_from(PEOPLE),
    st.sampled_from(ROLES),
    st.sampled_from(PERMISSIONS),
)
def test_a_question_and_its_operation_agree(
    tenant: Tenant, actor: UserId | None, user: UserId, role: RoleId, permission: str
) -> None:
    """AC-5: an empty answer and a change, or the same problems from both."""
    form = {"roles": [role]}
    pairs: list[tuple[tuple[Problem, ...], Callable[[], Change]]] = [
        (can_assign(tenant, actor, user, role), lambda: assign_user(tenant, user, role=role, by=actor)),
        (can_deassign(tenant, actor, user, role), lambda: deassign_user(tenant, user, role=role, by=actor)),
        (can_grant(tenant, actor, role, permission), lambda: grant_permission(tenant, role, permission, by=actor)),
        (can_revoke(tenant, actor, role, permission), lambda: revoke_permission(tenant, role, permission, by=actor)),
        (can_edit(tenant, actor, user, form), lambda: update_user(tenant, user, form, by=actor)),
    ]
    for problems, operation in pairs:
        if problems:
            with pytest.raises(AgentprovError) as caught:
                operation()
            assert problems == caught.value.problems
        else:
            assert tenant.version == operation().base

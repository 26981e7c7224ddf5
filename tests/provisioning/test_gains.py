"""What everybody would hold if they were active: the two ways to ask agree (AC-5, AC-8)."""

from __future__ import annotations

import attrs
import pytest

from agentprov.engine.access import Access
from agentprov.engine.decisions import Object
from agentprov.model.access import WHOLE_TENANT, Grant, Permission, Scope, Within
from agentprov.model.ids import UserId
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status
from agentprov.provisioning.gains import as_if_active
from tests.provisioning.samples import a_form, a_tenant, created

LEAD = UserId("u-lead")
RAVI = UserId("u-ravi")
HOME: Scope = frozenset({Within.HOME_DEPARTMENT})


def an_office(status: Status, scope: Scope = WHOLE_TENANT) -> Tenant:
    """A lead of this status who views within the scope; Ravi in the same department."""
    tenant = created(a_tenant(), a_form(home_department="d-sales"))
    grants = [Grant(permission=Permission("user:view"), scope=scope)]
    lead = attrs.evolve(tenant.users[LEAD], grants=grants, status=status)
    return attrs.evolve(tenant, users=tenant.users.put(LEAD, lead))


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("scope", [WHOLE_TENANT, HOME], ids=["whole", "home"])
def test_who_may_are_those_who_may(status: Status, scope: Scope) -> None:
    """AC-8: of everybody as if they were active, too, whatever their status."""
    tenant = an_office(status, scope)
    access = as_if_active(tenant, Access(tenant))
    for on in (None, RAVI, LEAD, Object(kind=Kind.DEPARTMENTS, id="d-sales")):
        may = {id_ for id_ in tenant.users if access.allows(id_, "user:view", on)}
        assert may == access.who("user:view", on)
    assert access.allows(LEAD, "user:view", RAVI)
    assert {LEAD} <= access.holders("user:view").keys()


def test_who_is_taken_as_active_leaves_no_trace() -> None:
    """LC-1: the access that it was made like still says that who is disabled may nothing."""
    tenant = an_office(Status.DISABLED)
    access = Access(tenant)
    assert LEAD in as_if_active(tenant, access).who("user:view")
    assert not access.allows(LEAD, "user:view")
    assert LEAD not in access.who("user:view")

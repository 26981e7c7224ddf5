"""Laws of the lint of access: what it says can go, can go (AC-10)."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import attrs
from hypothesis import event, given

from agentprov.analysis.access_lint import lint_access
from agentprov.analysis.findings import Finding, FindingCode
from agentprov.engine.access import Access
from agentprov.errors import Path
from agentprov.model.access import Grant, scope_term_text
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from tests.engine.companies import PERMISSIONS, every_object, tenants

REMOVABLE = {FindingCode.GRANT_SHADOWED, FindingCode.GRANT_REDUNDANT}


def answers(tenant: Tenant) -> list[bool]:
    """The answers to all questions that can be asked of a tenant."""
    access = Access(tenant)
    asked = [None, *every_object(tenant)]
    return [access.allows(user, each, on) for user in tenant.users for each in PERMISSIONS for on in asked]


def without(tenant: Tenant, findings: Collection[Finding]) -> Tenant:
    """The tenant without the grants, and without the terms of scopes, that the findings say do nothing."""
    gone = {finding.path for finding in findings if finding.code in REMOVABLE}
    empty = {finding.path: finding.parameters["empty"] for finding in findings if "empty" in finding.parameters}

    def left(path: Path, grants: tuple[Grant, ...]) -> Iterator[Grant]:
        for position, grant in enumerate(grants):
            where = (*path, "grants", position)
            nothing = empty.get(where, ())
            assert isinstance(nothing, tuple)
            scope = [term for term in grant.scope if scope_term_text(term) not in nothing]
            if where not in gone and scope:
                yield attrs.evolve(grant, scope=scope)

    return attrs.evolve(
        tenant,
        users=Table(
            {id_: attrs.evolve(user, grants=left(("users", id_), user.grants)) for id_, user in tenant.users.items()}
        ),
        roles=Table(
            {id_: attrs.evolve(role, grants=left(("roles", id_), role.grants)) for id_, role in tenant.roles.items()}
        ),
    )


@given(tenants())
def test_what_does_nothing_can_go(tenant: Tenant) -> None:
    """AC-10: a tenant without its shadowed and redundant grants and empty terms gives every answer that it gave."""
    findings = lint_access(tenant)
    for finding in findings:
        event(finding.code.value)

    assert answers(tenant) == answers(without(tenant, findings))


@given(tenants())
def test_what_does_nothing_can_go_alone(tenant: Tenant) -> None:
    """AC-10: removing one of the grants found changes no answer either."""
    expected = answers(tenant)

    for finding in lint_access(tenant):
        assert expected == answers(without(tenant, [finding]))

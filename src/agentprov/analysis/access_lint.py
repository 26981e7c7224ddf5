"""Whether a tenant's rights are wise: everything that can be found, as one list (AC-10, AN-4)."""

from __future__ import annotations

from collections.abc import Iterator

from agentprov.analysis.findings import Finding
from agentprov.analysis.grants import grant_findings, unused_roles
from agentprov.engine.access import Access
from agentprov.model.tenant import Tenant


def lint_access(tenant: Tenant | Access) -> tuple[Finding, ...]:
    """Everything that is found, in the order of the paths. Given an access, what it has worked out is used.

    >>> from agentprov import loads
    >>> from agentprov.analysis.access_lint import lint_access
    >>> tenant = loads('''
    ... {"agentprov": 1, "id": "t-1", "name": "Ferries", "blueprint": "puzzel",
    ...  "settings": {"time_zone": "Europe/London", "region": "GB"},
    ...  "roles": {"lead": {"name": "Lead", "grants": [{"permission": "user:edit", "scope": ["tenant"]}]}}}
    ... ''', format="json")
    >>> for finding in lint_access(tenant):
    ...     print(finding)
    roles.lead: nobody has the role `lead` (access.role_unused)
    """
    access = tenant if isinstance(tenant, Access) else Access(tenant)
    return tuple(sorted(_findings(access), key=_in_order))


def _findings(access: Access) -> Iterator[Finding]:
    yield from grant_findings(access)
    yield from unused_roles(access)


def _in_order(finding: Finding) -> tuple[object, ...]:
    # A position is sorted as a number, and a path before those that go on from it.
    path = tuple((type(part) is int, part) for part in finding.path)
    return (path, finding.code.value, finding.parameters.get("value", ""))

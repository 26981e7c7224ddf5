"""Whether a tenant's rights are wise: everything that can be found, as one list (AC-10, AN-4)."""

from __future__ import annotations

from collections.abc import Iterator

from agentprov.analysis.admins import admins
from agentprov.analysis.chains import Chains
from agentprov.analysis.delegation import Step
from agentprov.analysis.escalation import Escalation, escalations_of
from agentprov.analysis.findings import Finding, FindingCode
from agentprov.analysis.grants import grant_findings, unused_roles
from agentprov.analysis.takeover import takeovers
from agentprov.engine.access import Access
from agentprov.engine.admins import USER_EDIT, admins_permission
from agentprov.engine.separation import violations
from agentprov.model.access import scope_term_text
from agentprov.model.ids import SeparationId, UserId
from agentprov.model.references import Kind
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
    (whole): nobody may hand on rights in the whole tenant (access.no_admin)
    roles.lead: nobody has the role `lead` (access.role_unused)
    """
    access = tenant if isinstance(tenant, Access) else Access(tenant)
    chains = Chains(access)
    found = (
        *grant_findings(access),
        *unused_roles(access),
        *_separations(access.tenant),
        *_admins(access),
        *_escalations(chains),
        *_takeovers(access, chains),
    )
    return tuple(sorted(found, key=_in_order))


def _in_order(finding: Finding) -> tuple[object, ...]:
    # A position is sorted as a number, and a path comes before those that go on from it.
    path = tuple((type(part) is int, part) for part in finding.path)
    return (path, finding.code.value, str(finding.parameters.get("permissions", "")))


def _separations(tenant: Tenant) -> Iterator[Finding]:
    """Static separations that are violated, each once."""
    by_separation: dict[SeparationId, list[tuple[UserId, tuple[str, ...]]]] = {}
    for violation in violations(tenant):
        some = by_separation.setdefault(violation.separation, [])
        some += [(id_, tuple(sorted(violation.roles))) for id_ in violation.users]
    for separation, users in by_separation.items():
        first, roles = min(users)
        yield Finding(
            code=FindingCode.SEPARATION_VIOLATED,
            path=(Kind.SEPARATIONS.value, separation),
            parameters={"value": separation, "count": len(users), "user": first, "roles": roles},
        )


def _admins(access: Access) -> Iterator[Finding]:
    """No admin, or one only. A catalogue without anything that makes an admin needs none."""
    permission = admins_permission(access.tenant)
    some = sorted(admins(access))
    if permission is not None and not some:
        yield Finding(code=FindingCode.NO_ADMIN, parameters={"permission": permission})
    if len(some) == 1:
        yield Finding(code=FindingCode.ONE_ADMIN, path=(Kind.USERS.value, some[0]), parameters={"value": some[0]})


def _escalations(chains: Chains) -> Iterator[Finding]:
    """What users can come to hold more of, in one finding for the same users; with the shortest of their chains."""
    by_receivers: dict[frozenset[UserId], list[Escalation]] = {}
    for escalation in escalations_of(chains):
        by_receivers.setdefault(escalation.receivers, []).append(escalation)
    for receivers, several in by_receivers.items():
        shown = min(several, key=lambda each: len(each.steps))
        user = shown.steps[-1].receiver
        yield Finding(
            code=FindingCode.ESCALATION,
            path=(Kind.USERS.value, user),
            parameters={
                "value": user,
                "count": len(receivers),
                "permissions": tuple(each.permission for each in several),
                "permission": shown.permission,
                "giver": shown.steps[-1].giver,
                "length": len(shown.steps),
                "steps": tuple(map(_words, shown.steps)),
            },
        )


def _words(step: Step) -> str:
    return f"{step.giver} gives {step.receiver} {step.permission} within {scope_term_text(step.scope)}"


def _takeovers(access: Access, chains: Chains) -> Iterator[Finding]:
    for takeover in takeovers(access, chains.reach):
        editor = min(takeover.editors)
        yield Finding(
            code=FindingCode.EDITS_STRONGER,
            path=(Kind.USERS.value, editor),
            parameters={
                "value": editor,
                "count": len(takeover.editors),
                "target": takeover.target,
                "permissions": takeover.permissions,
                "permission": USER_EDIT,
            },
        )

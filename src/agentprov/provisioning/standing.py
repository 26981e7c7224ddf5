"""Where stored users stand with their blueprint: what it requires and they lack (ID-11).

Requirements bind creating and updating, not loading: a tenant whose users lack something loads, and this says so.
"""

from __future__ import annotations

from agentprov.errors import Problem
from agentprov.model.tenant import Tenant
from agentprov.provisioning.rules import missing_fields


def required_missing(tenant: Tenant) -> tuple[Problem, ...]:
    """A warning for each field that the blueprint requires of a stored user who hasn't got it.

    Of fields of which at least one is required (``contact.required``) the path names the first. A password isn't asked
    for: it is kept apart from the user.
    """
    return tuple(
        Problem(code=code, path=("users", user.id, fields[0]), parameters={"fields": fields})
        for user in tenant.users.values()
        for code, fields in missing_fields(tenant.blueprint, user)
    )

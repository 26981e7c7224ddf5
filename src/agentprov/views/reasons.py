"""Grants as they are held, in words."""

from __future__ import annotations

from agentprov.engine.decisions import DeniedBy, Granted, Held
from agentprov.engine.sentences import reason_words
from agentprov.model.access import Effect
from agentprov.model.tenant import Tenant


def held_words(tenant: Tenant, held: Held) -> str:
    """A grant as it is held, with all of its scope: ``denied by role Supervisor, for the whole tenant``."""
    is_allow = held.grant.effect is Effect.ALLOW
    reason = (Granted if is_allow else DeniedBy)(held=held, terms=held.grant.scope)
    return reason_words(tenant, "", None, reason)


def source_words(tenant: Tenant, held: Held) -> str:
    """By what a grant is held: ``role Team lead, inherited by Supervisor``, or ``a grant of their own``."""
    return reason_words(tenant, "", None, Granted(held=held, terms=frozenset())).removesuffix(", ")

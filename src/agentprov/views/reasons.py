"""Why a decision is as it is, one reason at a time, in words."""

from __future__ import annotations

from agentprov.engine.decisions import Decision, DeniedBy, Granted, Held, Object, Reason
from agentprov.engine.sentences import sentence
from agentprov.model.access import Effect
from agentprov.model.tenant import Tenant


def reason_words(tenant: Tenant, actor: str, on: str | Object | None, reason: Reason) -> str:
    """One reason without its question: ``role Team lead, inherited by Supervisor, within their own department``."""
    question = sentence(tenant, actor, "", on, Decision(allowed=True, reasons=()))
    return sentence(tenant, actor, "", on, Decision(allowed=True, reasons=(reason,))).removeprefix(question)


def held_words(tenant: Tenant, held: Held) -> str:
    """A grant as it is held, with all of its scope: ``denied by role Supervisor, for the whole tenant``."""
    is_allow = held.grant.effect is Effect.ALLOW
    reason = (Granted if is_allow else DeniedBy)(held=held, terms=held.grant.scope)
    return reason_words(tenant, "", None, reason)


def source_words(tenant: Tenant, held: Held) -> str:
    """By what a grant is held: ``role Team lead, inherited by Supervisor``, or ``a grant of their own``."""
    return reason_words(tenant, "", None, Granted(held=held, terms=frozenset())).removesuffix(", ")

"""Answers in plain English: a decision about access as one sentence (AC-7), scopes and property values in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from agentprov.engine.decisions import (
    Decision,
    DeniedBy,
    Granted,
    Held,
    NotActive,
    NotGranted,
    Object,
    Reason,
    SessionEnd,
    SessionOver,
    UnknownObject,
    UnknownUser,
)
from agentprov.messages import sentence as fill
from agentprov.model.access import EVERYONE, Chosen, ChosenKind, Scope, ScopeTerm, Within, scope_term_text
from agentprov.model.ids import RoleId, UserId
from agentprov.model.properties import Explicit, PropertyValue
from agentprov.model.references import CHOSEN, Kind
from agentprov.model.tenant import Tenant


def sentence(tenant: Tenant, actor: str, permission: str, on: str | Object | None, decision: Decision) -> str:
    """The question and its answer: ``Asha may edit Ravi (user:edit): role Team lead, within their own department``.

    Who is unknown is named by the id that was asked; of another tenant's object nothing is told.
    """
    verb = "may" if decision.allowed else "may not"
    action = permission.partition(":")[2].replace("_", " ")
    reasons = "; and ".join(reason_words(tenant, actor, on, reason) for reason in decision.reasons)
    return f"{user_name(tenant, actor)} {verb} {action} {_object_name(tenant, on)} ({permission}): {reasons}"


def user_name(tenant: Tenant, id_: str) -> str:
    """What a user is called inside: the display name, else the name, else the login; the id if there is no such."""
    user = tenant.users.get(UserId(id_))
    return quoted(id_) if user is None else user.display_name or user.name or user.login


def quoted(text: str) -> str:
    """A text from outside, made safe to show."""
    return fill("`{text}`", {"text": text})


def _object_name(tenant: Tenant, on: str | Object | None) -> str:
    if on is None:
        return "throughout the tenant"
    if isinstance(on, str):
        return user_name(tenant, on)
    foreign = on.tenant is not None and on.tenant != tenant.id
    if on.kind is Kind.USERS:
        return quoted(on.id) if foreign else user_name(tenant, on.id)
    return f"the {on.kind.noun} {quoted(on.id) if foreign else named(tenant, on.kind, on.id)}"


def named(tenant: Tenant, kind: Kind, id_: str) -> str:
    """The name of an object, else its id."""
    name: str | None = getattr(tenant.table(kind).get(id_), "name", None)
    return name or quoted(id_)


def reason_words(tenant: Tenant, actor: str, on: str | Object | None, reason: Reason) -> str:
    """One reason of a decision in words, without the question: for a list of them."""
    match reason:
        case Granted(held=held, terms=terms):
            return f"{_source(tenant, held)}, {scope_words(tenant, terms)}"
        case DeniedBy(held=held, terms=terms):
            return f"denied by {_source(tenant, held)}, {scope_words(tenant, terms)}"
        case NotGranted(nearest=()):
            return "nothing grants it"
        case NotGranted(nearest=nearest):
            near = "; ".join(f"{_source(tenant, held)}, {scope_words(tenant, held.grant.scope)}" for held in nearest)
            return f"nothing grants it here; nearest comes {near}"
        case NotActive(status=status):
            return f"the account is {status.value}"
        case UnknownUser():
            return f"there is no user {quoted(actor)} in this tenant"
        case UnknownObject():
            kind = on.kind if isinstance(on, Object) else Kind.USERS
            id_ = on.id if isinstance(on, Object) else str(on)
            return f"there is no {kind.noun} {quoted(id_)} in this tenant"
        case SessionOver(end=end, about=about):
            return f"the session is over: {_session_end(tenant, end, about)}"
        case _:
            assert_never(reason)


def _session_end(tenant: Tenant, end: SessionEnd, about: tuple[str, ...]) -> str:
    match end:
        case SessionEnd.OTHER_TENANT:
            return "it is another tenant's"
        case SessionEnd.ROLE_LOST:
            return f"no longer theirs is the role {_or(role_name(tenant, RoleId(id_)) for id_ in about)}"
        case SessionEnd.SEPARATION:
            return f"too many roles of {_or(named(tenant, Kind.SEPARATIONS, id_) for id_ in about)} are active in it"
        case _:
            assert_never(end)


def _source(tenant: Tenant, held: Held) -> str:
    """Where a grant is held: ``role Team lead, inherited by Supervisor``; the role that has it comes first."""
    if not held.path:
        return "a grant of their own"
    holder, *inheriting = (role_name(tenant, role) for role in reversed(held.path))
    return ", inherited by ".join((f"role {holder}", *inheriting))


def role_name(tenant: Tenant, id_: RoleId) -> str:
    """What a role is called; the one that everybody has is called Everyone where the tenant doesn't define it."""
    return "Everyone" if id_ == EVERYONE and id_ not in tenant.roles else named(tenant, Kind.ROLES, id_)


def value_words(value: PropertyValue, unit: str | None = None) -> str:
    """A property's value, with its unit: ``20 s``, ``yes``, ``none``."""
    match value:
        case bool():
            return "yes" if value else "no"
        case frozenset():
            return ", ".join(sorted(value)) or "no object at all"
        case str():
            return value
        case int():
            return f"{value} {unit}" if unit else str(value)
        case Explicit():
            return "none"
        case _:
            assert_never(value)


def scope_words(tenant: Tenant, scope: Scope) -> str:
    """A scope in words: ``within their own department or for Ravi``."""
    return _or(_term_words(tenant, term) for term in sorted(scope, key=scope_term_text))


def _or(texts: Iterable[str]) -> str:
    return " or ".join(texts)


_WITHIN_WORDS = {
    Within.TENANT: "for the whole tenant",
    Within.HOME_DEPARTMENT: "within their own department",
    Within.OWN_AGENTS: "for their own agents",
    Within.OWN_USER_GROUP: "within their own user group",
    Within.OWN_NUMBERS: "for their own numbers",
    Within.SELF: "for themselves",
}


def _term_words(tenant: Tenant, term: ScopeTerm) -> str:
    if isinstance(term, Within):
        return _WITHIN_WORDS[term]
    return f"for {_chosen_words(tenant, term)}"


def _chosen_words(tenant: Tenant, chosen: Chosen) -> str:
    if chosen.kind is ChosenKind.USER:
        return user_name(tenant, chosen.id)
    kind = CHOSEN[chosen.kind]
    return f"the {kind.noun} {named(tenant, kind, chosen.id)}"

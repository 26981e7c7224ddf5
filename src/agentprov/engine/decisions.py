"""What an answer about access looks like: yes or no, with the reasons as data (AC-7).

A decision doesn't repeat its question, so that one decision serves everybody who has the same rights. Words are made
from it on demand: :meth:`agentprov.engine.access.Access.explain`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Final, assert_never, cast

import attrs

from agentprov.errors import Code, Collector, InvalidValue, Problem
from agentprov.model.access import Grant, Scope, scope_term_text
from agentprov.model.ids import RoleId, TenantId
from agentprov.model.references import Kind
from agentprov.model.users import Status

_KINDS: Final[dict[object, Kind]] = {kind.value: kind for kind in Kind}
_KIND_TEXTS: Final = tuple(kind.value for kind in Kind)


def _kind(kind: Kind | str) -> Kind:
    """The kind that a text names. What names none is left alone, for the constructor to refuse."""
    return kind if type(kind) is Kind else _named_kind(kind) or cast("Kind", kind)


def _named_kind(kind: object) -> Kind | None:
    return _KINDS.get(kind) if isinstance(kind, str) else None


def _no_kind(kind: object) -> Problem:
    shown = kind[:80] if isinstance(kind, str) else "something else"
    return Problem(code=Code.FIELD_UNKNOWN_CHOICE, path=("kind",), parameters={"value": shown, "choices": _KIND_TEXTS})


def kind_of(kind: Kind | str) -> Kind:
    """The kind that is asked about, by itself or by its text in documents: ``numbers``.

    Raises:
        InvalidValue: ``field.unknown_choice``.
    """
    found = _named_kind(kind)
    if found is None:
        raise InvalidValue([_no_kind(kind)])
    return found


@attrs.frozen(kw_only=True)
class Object:
    """An object that a question is about, of a kind or of a kind's text: ``numbers``.

    ``tenant`` says whose it is; without one it is the tenant's that is asked.

    Two tenants may use the same id text, so name the tenant wherever the id comes from outside (AC-4).
    """

    kind: Kind = attrs.field(converter=_kind)
    id: str
    tenant: TenantId | None = None

    def __attrs_post_init__(self) -> None:
        found = Collector()
        if type(self.kind) is not Kind:
            found.absorb([_no_kind(self.kind)])
        texts: dict[str, object] = {"id": self.id, "tenant": self.tenant or ""}
        for name, value in texts.items():
            if not isinstance(value, str):
                found.add(Code.FIELD_WRONG_TYPE, name, expected="an id", found="something else")
        found.check()


@attrs.frozen(kw_only=True)
class Held:
    """One grant as a user holds it.

    ``path`` leads from a role of the user's own to the role that has the grant, both included; it is empty for a
    grant that the user has directly. Of several ways the shortest counts, of equally short ones the first by name.
    """

    grant: Grant
    path: tuple[RoleId, ...] = ()

    def as_data(self) -> dict[str, object]:
        """The grant and the path in plain values that any JSON writer takes."""
        return {
            "permission": self.grant.permission,
            "effect": self.grant.effect.value,
            "scope": scope_texts(self.grant.scope),
            "path": list(self.path),
            "given_by": self.grant.given_by,
            "given_at": None if self.grant.given_at is None else self.grant.given_at.isoformat(),
        }


def scope_texts(scope: Scope) -> list[str]:
    """The terms of a scope as sorted texts."""
    return sorted(map(scope_term_text, scope))


def in_order(held: Held) -> tuple[object, ...]:
    """What grants are sorted by, so that the order in which they were written never shows."""
    grant = held.grant
    given_at = "" if grant.given_at is None else grant.given_at.isoformat()
    texts = scope_texts(grant.scope)
    return (len(held.path), held.path, grant.effect.value, grant.permission, texts, grant.given_by or "", given_at)


@attrs.frozen(kw_only=True)
class Granted:
    """Allowed by this grant: the object lies inside these terms of its scope."""

    held: Held
    terms: Scope


@attrs.frozen(kw_only=True)
class DeniedBy:
    """Forbidden by this grant, whatever else allows it: the object lies inside these terms of its scope."""

    held: Held
    terms: Scope
    code: ClassVar[Code] = Code.PERMISSION_DENIED


@attrs.frozen(kw_only=True)
class NotGranted:
    """Nothing allows it here. ``nearest`` are the grants that allow it for other objects, and so came nearest."""

    nearest: tuple[Held, ...] = ()
    code: ClassVar[Code] = Code.PERMISSION_NOT_GRANTED


@attrs.frozen(kw_only=True)
class NotActive:
    """The account may do nothing in this status (AC-4)."""

    status: Status
    code: ClassVar[Code] = Code.USER_NOT_ACTIVE


@attrs.frozen(kw_only=True)
class UnknownUser:
    """The tenant has no user of the id that asks."""

    code: ClassVar[Code] = Code.USER_UNKNOWN


@attrs.frozen(kw_only=True)
class UnknownObject:
    """The tenant has no such object. Another tenant's object is unknown, too."""

    code: ClassVar[Code] = Code.OBJECT_UNKNOWN


class SessionEnd(StrEnum):
    """Why a session is over."""

    OTHER_TENANT = "other-tenant"
    ROLE_LOST = "role-lost"
    """A role that is active in it isn't the user's any more."""
    SEPARATION = "separation"
    """It has too many roles of a dynamic separation."""


@attrs.frozen(kw_only=True)
class SessionOver:
    """The session that the question is asked in is over (AC-6)."""

    end: SessionEnd
    about: tuple[str, ...] = ()
    """The ids of the roles that are lost, or of the separations, sorted."""
    code: ClassVar[Code] = Code.SESSION_OVER


Gate = NotActive | UnknownUser | UnknownObject | SessionOver
"""What refuses before any grant is looked at."""

Refusal = DeniedBy | NotGranted | Gate
Reason = Granted | Refusal


@attrs.frozen(kw_only=True)
class Decision:
    """The answer to one question, and why.

    The reasons of a yes are exactly the allows that hold for the object; of a no, exactly the denies that hold, or
    else every gate that failed, or else one :class:`NotGranted`.
    """

    allowed: bool
    reasons: tuple[Reason, ...]

    def as_data(self) -> dict[str, object]:
        """The answer in plain values that any JSON writer takes; the question isn't repeated."""
        return {"allowed": self.allowed, "reasons": [reason_data(reason) for reason in self.reasons]}

    def problems(self, actor: str, permission: str) -> tuple[Problem, ...]:
        """A refusal as problems, one for each reason, for whoever raises :class:`~agentprov.errors.Refused`."""
        return tuple(
            Problem(code=reason.code, parameters={"value": actor, "actor": actor, "permission": permission})
            for reason in self.reasons
            if not isinstance(reason, Granted)
        )


def reason_data(reason: Reason) -> dict[str, object]:
    """One reason in plain values that any JSON writer takes."""
    match reason:
        case Granted(held=held, terms=terms):
            return {"reason": "granted", **held.as_data(), "satisfied": scope_texts(terms)}
        case DeniedBy(held=held, terms=terms):
            return {"reason": "denied-by", **held.as_data(), "satisfied": scope_texts(terms)}
        case NotGranted(nearest=nearest):
            return {"reason": "not-granted", "nearest": [held.as_data() for held in nearest]}
        case NotActive(status=status):
            return {"reason": "not-active", "status": status.value}
        case UnknownUser():
            return {"reason": "unknown-user"}
        case UnknownObject():
            return {"reason": "unknown-object"}
        case SessionOver(end=end, about=about):
            return {"reason": "session-over", "end": end.value, "about": list(about)}
        case _:
            assert_never(reason)


UNKNOWN_USER = UnknownUser()
UNKNOWN_OBJECT = UnknownObject()

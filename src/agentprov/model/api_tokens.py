"""API tokens as they are kept (CR-4): never the token itself, only its digest and what it is good for.

A token reads ``apv_``, a letter for its kind, 43 characters for 256 random bits and 6 for a checksum, all base62. That
is enough for a scanner to find one that got into a file (:data:`TOKEN_PATTERN`), and for anybody to see without a
store that one was copied wrongly. Nothing but its whole text helps to guess it, so a plain SHA-256 keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import attrs

from agentprov.errors import Code, Collector
from agentprov.model.access import Permission, is_permission
from agentprov.model.ids import TenantId, TokenId, UserId, check_ids
from agentprov.model.instants import check_instants, utc, utc_or_none
from agentprov.model.text import check_member, check_name

TOKEN_LENGTH: Final = 54
TOKEN_PATTERN: Final = r"\bapv_[ae][0-9A-Za-z]{49}\b"  # noqa: S105  a pattern, not a token
"""What a scanner for secrets looks for. The checksum tells a token from what only looks like one."""

LONGEST_DAYS: Final = 400
"""No token lives longer."""


class TokenKind(StrEnum):
    """How a token came about."""

    BY_ADMIN = "a"
    """An admin generated it for the user."""
    EXCHANGED = "e"
    """The user gave their credentials for it."""


def _permissions(permissions: Iterable[Permission]) -> frozenset[Permission]:
    return frozenset(permissions)


_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_HINT: Final = re.compile(r"apv_[ae][0-9A-Za-z]{3}")


@attrs.frozen(kw_only=True)
class ApiToken:
    """One token of a user, without the token."""

    tenant: TenantId
    user: UserId
    kind: TokenKind
    digest: str = attrs.field(repr=False)
    """The SHA-256 of its text in 64 hexadecimal digits: what a store looks it up by."""
    hint: str
    """Its first eight characters, by which people tell tokens apart."""
    name: str | None = None
    permissions: frozenset[Permission] = attrs.field(converter=_permissions)
    """What it is good for, each an action of the catalogue; whether its user still holds it is asked at each use."""
    created_at: datetime = attrs.field(converter=utc)
    created_by: UserId | None = None
    expires_at: datetime = attrs.field(converter=utc)
    """At this instant it has expired."""
    last_used_at: datetime | None = attrs.field(default=None, converter=utc_or_none)
    revoked_at: datetime | None = attrs.field(default=None, converter=utc_or_none)

    def __attrs_post_init__(self) -> None:
        _check_token(self)

    @property
    def id(self) -> TokenId:
        """What an admin names it by; tells nothing about its text."""
        return TokenId(f"tok-{self.digest[:16]}")


def _check_token(token: ApiToken) -> None:
    found = Collector()
    check_ids(found, ("tenant", token.tenant), ("user", token.user), ("created_by", token.created_by))
    check_member(found, "kind", token.kind, TokenKind)
    # What is wrong may be the token itself, so it isn't repeated.
    texts: tuple[tuple[str, object, re.Pattern[str], str], ...] = (
        ("digest", token.digest, _DIGEST, "64 hexadecimal digits"),
        ("hint", token.hint, _HINT, "the first 8 characters of a token"),
    )
    for name, value, pattern, expected in texts:
        if not isinstance(value, str) or pattern.fullmatch(value) is None:
            found.add(Code.FIELD_WRONG_TYPE, name, expected=expected, found="something else")
    check_name(found, "name", token.name)
    for permission in sorted(map(str, token.permissions)):
        if not is_permission(permission) or permission.endswith(":*"):
            found.add(Code.PERMISSION_INVALID, "permissions", value=permission)
    check_instants(
        found,
        ("created_at", token.created_at),
        ("expires_at", token.expires_at),
        ("last_used_at", token.last_used_at),
        ("revoked_at", token.revoked_at),
    )
    found.check()
    longest = timedelta(days=LONGEST_DAYS)
    if not timedelta(0) < token.expires_at - token.created_at <= longest:
        found.add(
            Code.FIELD_OUT_OF_RANGE,
            "expires_at",
            value=token.expires_at.isoformat(),
            low="after it was created",
            high=(token.created_at + longest).isoformat(),
        )
    found.check()

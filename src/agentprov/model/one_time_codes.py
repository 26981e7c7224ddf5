"""One-time codes as they are kept, and their limits (CR-2).

A code is for one purpose: to set a first password, to recover a forgotten one, or to sign in with a second factor. By
e-mail go only the first two: there is no :class:`CodeKind` for signing in by e-mail, so nobody can ask for one.

For each user and purpose a store keeps one :class:`CodeRecord`: the latest code, hashed, and what throttles guessing.
Both are replaced together. A newer code takes the place of the older, and the wrong tries stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import attrs

from agentprov.errors import Code, Collector
from agentprov.model.destinations import check_whole_number
from agentprov.model.ids import TenantId, UserId, check_ids
from agentprov.model.instants import check_instants, utc, utc_or_none
from agentprov.model.text import check_flags, check_member, matches


class CodePurpose(StrEnum):
    """What a code is for. A code for one purpose is none for another."""

    SIGN_IN = "sign-in"
    RECOVERY = "recovery"
    FIRST_PASSWORD = "first-password"  # noqa: S105  a wire value, not a password


class CodeChannel(StrEnum):
    """How a code comes to its user."""

    SMS = "sms"
    EMAIL = "email"


class CodeKind(StrEnum):
    """What a code is for and how it comes. E-mail is no second factor, so signing in by e-mail isn't among them."""

    SIGN_IN_BY_SMS = "sign-in-by-sms"
    RECOVERY_BY_SMS = "recovery-by-sms"
    RECOVERY_BY_EMAIL = "recovery-by-email"
    FIRST_PASSWORD_BY_SMS = "first-password-by-sms"  # noqa: S105
    FIRST_PASSWORD_BY_EMAIL = "first-password-by-email"  # noqa: S105

    @property
    def purpose(self) -> CodePurpose:
        """What a code of this kind is for."""
        return CodePurpose(self.value.partition("-by-")[0])

    @property
    def channel(self) -> CodeChannel:
        """How a code of this kind comes."""
        return CodeChannel(self.value.partition("-by-")[2])


# NIST SP 800-63B-4: out-of-band codes live ten minutes at most, recovery codes by e-mail a day, and no more than a
# hundred failures in a row are allowed. OWASP ASVS 6.5 agrees, and asks for six digits or more.
_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_SMS_CEILING: Final = 10 * _MINUTE
_EMAIL_CEILING: Final = 24 * _HOUR
TRIES_CEILING: Final = 100
ISSUES_CEILING: Final = 60
FEWEST_DIGITS: Final = 6
MOST_DIGITS: Final = 12
_CEILINGS: Final = {CodeChannel.SMS: _SMS_CEILING, CodeChannel.EMAIL: _EMAIL_CEILING}


@attrs.frozen(kw_only=True)
class CodeLimits:
    """How long codes live, how long they are, how often they may be tried and asked for; lives are in seconds."""

    digits: int = FEWEST_DIGITS
    """6 to 12."""
    sign_in: int = 5 * _MINUTE
    """At most ten minutes."""
    sms: int = 10 * _MINUTE
    """Of codes for passwords by SMS: at most ten minutes."""
    email: int = _HOUR
    """Of codes for passwords by e-mail: at most a day."""
    tries: int = 10
    """Wrong codes in a row, however many codes were issued meanwhile: at most 100."""
    issues: int = 5
    """Codes within an hour: at most 60."""

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_whole_number(found, "digits", self.digits, low=FEWEST_DIGITS, high=MOST_DIGITS)
        check_whole_number(found, "sign_in", self.sign_in, low=_MINUTE, high=_SMS_CEILING)
        check_whole_number(found, "sms", self.sms, low=_MINUTE, high=_SMS_CEILING)
        check_whole_number(found, "email", self.email, low=_MINUTE, high=_EMAIL_CEILING)
        check_whole_number(found, "tries", self.tries, low=1, high=TRIES_CEILING)
        check_whole_number(found, "issues", self.issues, low=1, high=ISSUES_CEILING)
        found.check()

    def seconds(self, kind: CodeKind) -> int:
        """How long a code of a kind lives."""
        if kind.purpose is CodePurpose.SIGN_IN:
            return self.sign_in
        return self.sms if kind.channel is CodeChannel.SMS else self.email


@attrs.frozen(kw_only=True)
class CodeKey:
    """Whose codes, and what for."""

    tenant: TenantId
    user: UserId
    purpose: CodePurpose

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_ids(found, ("tenant", self.tenant), ("user", self.user))
        check_member(found, "purpose", self.purpose, CodePurpose)
        found.check()


_REQUEST: Final = re.compile(r"[!-~]{1,200}")


@attrs.frozen(kw_only=True)
class StoredCode:
    """A code as it is kept: its salted hash, never itself.

    ``request`` binds it to one request of the host, such as the sign-in that asked for it; a code to sign in always is.
    """

    kind: CodeKind
    request: str | None = None
    hash: str = attrs.field(repr=False)
    issued_at: datetime = attrs.field(converter=utc)
    expires_at: datetime = attrs.field(converter=utc)
    """At this instant it has expired."""
    used: bool = False

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_member(found, "kind", self.kind, CodeKind)
        hashed: object = self.hash
        if not isinstance(hashed, str):
            found.add(Code.FIELD_WRONG_TYPE, "hash", expected="text", found="something else")
        check_instants(found, ("issued_at", self.issued_at), ("expires_at", self.expires_at))
        check_flags(found, self, "used")
        found.check()
        check_request(found, self.kind.purpose, self.request)
        life = self.expires_at - self.issued_at
        longest = timedelta(seconds=_CEILINGS[self.kind.channel])
        if not timedelta(0) < life <= longest:
            found.add(
                Code.FIELD_OUT_OF_RANGE,
                "expires_at",
                value=self.expires_at.isoformat(),
                low="after it was issued",
                high=(self.issued_at + longest).isoformat(),
            )
        found.check()


def check_request(found: Collector, purpose: CodePurpose, request: object) -> None:
    """Note a request that is none, or that is missing where a code must be bound to one."""
    if request is None:
        if purpose is CodePurpose.SIGN_IN:
            found.add(Code.FIELD_REQUIRED, "request")
    elif not matches(_REQUEST, request):
        expected = "1 to 200 printable ASCII characters without spaces"
        found.add(Code.FIELD_INVALID, "request", value=str(request)[:80], expected=expected)


def _instants(instants: Iterable[datetime]) -> tuple[datetime, ...]:
    return tuple(map(utc, instants))


@attrs.frozen(kw_only=True)
class CodeRecord:
    """What is kept for a user and a purpose: the latest code, if any, and what throttles guessing and asking."""

    key: CodeKey
    code: StoredCode | None = None
    failures: int = 0
    """Wrong tries since a code was last accepted or an admin allowed codes again. A new code changes nothing."""
    issues: tuple[datetime, ...] = attrs.field(default=(), converter=_instants)
    """When codes were issued within the last hour."""
    seen: datetime | None = attrs.field(default=None, converter=utc_or_none)
    """The latest instant seen since the code was issued: a clock that is set back makes no expired one valid."""

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_whole_number(found, "failures", self.failures, low=0, high=TRIES_CEILING)
        if len(self.issues) > ISSUES_CEILING:
            found.add(Code.FIELD_TOO_MANY, "issues", limit=ISSUES_CEILING)
        check_instants(found, ("seen", self.seen), *(("issues", issue) for issue in self.issues))
        if self.code is not None and self.code.kind.purpose is not self.key.purpose:
            found.add(Code.FIELD_CONTRADICTS, "code", other="key")
        found.check()

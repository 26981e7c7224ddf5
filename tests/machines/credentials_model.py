"""Passwords, failures, one-time codes and tokens in the plainest way: texts and instants, no hash and no record.

Of codes it keeps all that were ever sent, and what was tried since (CR-2).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import attrs

from agentprov.model.api_tokens import ApiToken
from agentprov.model.one_time_codes import CodeKind, CodeLimits
from agentprov.model.throttle import SignInPolicy

LIMITS: Final = CodeLimits(tries=3, issues=3)
POLICY: Final = SignInPolicy(failures=4, free=2, first_wait=30, longest_wait=60, places=0)
WEEK: Final = timedelta(days=7)


@attrs.define
class Sent:
    """A code that was made; whether or not it reached anybody."""

    text: str
    at: datetime
    latest: datetime
    """The latest instant seen since: a clock that is put back brings no code to life again."""
    life: timedelta
    replaced: bool = False
    used: bool = False
    over: bool = False
    """Whether an hour has passed since, on any clock seen."""


@attrs.define
class Codes:
    """Of one user for one purpose: it knows no record and no hash."""

    kind: CodeKind
    sent: list[Sent] = attrs.Factory(list)
    failures: int = 0

    def may_be_issued(self, at: datetime) -> bool:
        """Neither locked, nor asked for too often within the hour."""
        for each in self.sent:
            each.over = each.over or at - each.at >= timedelta(hours=1)
        recent = [each for each in self.sent if not each.over]
        return self.failures < LIMITS.tries and len(recent) < LIMITS.issues

    def refused(self, at: datetime) -> None:
        """It was asked for in vain."""
        for each in self.sent:
            each.latest = max(each.latest, at)

    def issued(self, text: str, at: datetime) -> None:
        """Another one is good now, and none before it."""
        for each in self.sent:
            each.replaced = True
        self.sent.append(Sent(text, at, at, timedelta(seconds=LIMITS.seconds(self.kind))))

    def check(self, typed: str, at: datetime) -> str:
        """What comes of a code that is typed: only a right one that is alive is good, and once (P68)."""
        there = [each for each in self.sent if not each.replaced]
        if not there:
            return "no-code"
        (code,) = there
        code.latest = max(code.latest, at)
        if self.failures >= LIMITS.tries:
            return "locked"
        if code.used:
            return "used"
        if at < code.at or code.latest - code.at >= code.life:
            return "expired"
        if code.text != typed:
            self.failures += 1
            return "wrong"
        code.used, self.failures = True, 0
        return "accepted"


@attrs.frozen
class Password:
    """What somebody's password is."""

    text: str
    one_time: bool
    at: datetime

    def expired(self, now: datetime) -> bool:
        """A one-time password is for a week, and not for before it was made."""
        return self.one_time and not timedelta(0) <= now - self.at < WEEK


@attrs.define
class Count:
    """Failures in a row, and how long nobody is let in because of them."""

    failures: int = 0
    last: datetime | None = None

    def locked(self, now: datetime) -> bool:
        """After two free ones for 30 seconds, then 60; after four until an admin says otherwise."""
        if self.failures >= POLICY.failures:
            return True
        beyond = self.failures - POLICY.free
        return beyond > 0 and self.last is not None and now < self.last + timedelta(seconds=30 * 2 ** (beyond - 1))

    def fail(self, now: datetime) -> None:
        """One more; a clock that is put back shortens no wait."""
        self.failures += 1
        self.last = now if self.last is None else max(self.last, now)


@attrs.define
class Token:
    """A token, and its text."""

    text: str
    stored: ApiToken
    life: timedelta
    revoked: bool = False

"""What came out of comparing what somebody presented with what is stored: a password, a one-time code (CR-1, CR-2).

The comparing is done where the hashes are, in :mod:`agentprov.credentials`; what follows from it is decided in
:mod:`agentprov.engine`. Both know these words.
"""

from __future__ import annotations

from enum import StrEnum


class Verification(StrEnum):
    """What came out of verifying a password. Only ``matches`` lets anybody in."""

    MATCHES = "matches"
    WRONG = "wrong"
    NO_PASSWORD = "no-password"  # noqa: S105  a wire value, not a password
    UNREADABLE = "unreadable"
    """The stored text is no argon2id hash: somebody or something damaged it."""
    EXCESSIVE = "excessive"
    """The stored hash asks for more work than the cap allows, and wasn't tried."""

    @property
    def alarming(self) -> bool:
        """Whether the store needs looking at: no password of anybody's explains this."""
        return self in {Verification.UNREADABLE, Verification.EXCESSIVE}


class CodeCheck(StrEnum):
    """What came out of checking a one-time code. Only ``accepted`` counts; to the outside the others are one."""

    ACCEPTED = "accepted"
    WRONG = "wrong"
    EXPIRED = "expired"
    """The instant of its expiry is expired already."""
    USED = "used"
    LOCKED = "locked"
    """Too many wrong tries; a new code doesn't help."""
    NO_CODE = "no-code"
    """None was asked for, or a newer one, or it is bound to another purpose or user."""

"""A sign-in with a password, from what was typed to a decision: exactly one hash, whatever keeps them out (CR-5).

The password is verified before anything is asked of the user, and somebody unknown, without a password, disabled or in
the wrong place costs the same work as anybody. What the outside sees is one answer in like time; everything else is for
the audit. A one-time code is looked at only when nothing else keeps them out, so that nobody who hasn't the password
uses up its tries.

Nothing is stored or sent here. What to keep and what to send are in the outcome.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import attrs

from agentprov.credentials.passwords import (
    RFC_9106_SECOND,
    HashingParameters,
    PasswordHash,
    hash_password,
    needs_rehash,
    verify,
)
from agentprov.engine.sign_in import Doors
from agentprov.model.secret import Secret
from agentprov.model.sign_in import CodeWanted, PasswordTried, SignedIn, SignInAttempt, SignInOutcome
from agentprov.model.verification import CodeCheck


class KeptPassword(Protocol):
    """A user's password as a store keeps it, such as :class:`~agentprov.repositories.StoredPassword`."""

    @property
    def hash(self) -> str:
        """The text of its hash."""
        ...

    @property
    def one_time(self) -> bool:
        """Whether it was made for one use and has to be replaced."""
        ...


@attrs.frozen(kw_only=True)
class Tried:
    """What became of a sign-in with a password."""

    outcome: SignInOutcome
    proof: PasswordTried
    """What came out of verifying the password. A host may keep it until the code is typed; the password it may not."""
    replacement: PasswordHash | None
    """A hash with today's parameters, to be stored in place of the one there is; only for somebody who is signed in."""


def try_password(
    password: Secret, stored: KeptPassword | None, parameters: HashingParameters = RFC_9106_SECOND
) -> PasswordTried:
    """What the engine has to know of a typed password. Exactly one hash is computed.

    ``stored`` is nothing for a user without a password, and for a login that nobody has.
    """
    if stored is None:
        return PasswordTried(outcome=verify(None, password, parameters))
    kept = PasswordHash(stored.hash)
    return PasswordTried(
        outcome=verify(kept, password, parameters),
        one_time=stored.one_time,
        outdated=needs_rehash(kept, parameters),
    )


def sign_in(
    doors: Doors,
    attempt: SignInAttempt,
    password: Secret,
    *,
    stored: KeptPassword | None,
    check_code: Callable[[], CodeCheck] | None = None,
    parameters: HashingParameters = RFC_9106_SECOND,
) -> Tried:
    """Try to sign in with a password: one hash for every refusal, and one more for a success with an old hash.

    ``attempt`` comes without a proof and without a code: both are found out here, and what it says of them is ignored.
    ``check_code`` checks the code that was typed, if one was, and is called at most once: when nothing but the code is
    missing.
    """
    proof = try_password(password, stored, parameters)
    tried = attrs.evolve(attempt, proof=proof, code=None)
    outcome = doors.decide(tried)
    if isinstance(outcome, CodeWanted) and check_code is not None:
        outcome = doors.decide(attrs.evolve(tried, code=check_code()))
    fresh = isinstance(outcome, SignedIn) and outcome.rehash
    return Tried(outcome=outcome, proof=proof, replacement=hash_password(password, parameters) if fresh else None)

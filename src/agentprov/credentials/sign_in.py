"""A sign-in with a password, from what was typed to a decision: exactly one hash, whatever keeps them out (CR-5).

The password is verified before anything is asked of the user, and somebody unknown, without a password, disabled or in
the wrong place costs the same work as anybody. What the outside sees is one answer in like time; everything else is for
the audit. A one-time code is looked at only when nothing else keeps them out, so that nobody who hasn't the password
uses up its tries.

Nothing is stored or sent here. What to keep and what to send are in the outcome.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import attrs

from agentprov.credentials.password_changes import ONE_TIME_SECONDS, check_stored
from agentprov.credentials.passwords import RFC_9106_SECOND, HashingParameters, PasswordHash, hash_password
from agentprov.engine.sign_in import Doors
from agentprov.model.secret import Secret
from agentprov.model.sign_in import CodeWanted, PasswordTried, SignedIn, SignInAttempt, SignInOutcome
from agentprov.model.stored_passwords import StoredPassword
from agentprov.model.verification import CodeCheck


@attrs.frozen(kw_only=True)
class Tried:
    """What became of a sign-in with a password."""

    outcome: SignInOutcome
    proof: PasswordTried
    """What came out of verifying the password. A host may keep it until the code is typed; the password it may not."""
    replacement: PasswordHash | None
    """A hash with today's parameters, to be stored in place of the one there is; only for somebody who is signed in."""


def try_password(
    password: Secret,
    stored: StoredPassword | None,
    *,
    at: datetime,
    parameters: HashingParameters = RFC_9106_SECOND,
    one_time_seconds: int = ONE_TIME_SECONDS,
) -> PasswordTried:
    """What the engine has to know of a typed password. Exactly one hash is computed.

    ``stored`` is nothing for a user without a password, and for a login that nobody has. A one-time password whose time
    is over counts as none, as :func:`~agentprov.credentials.password_changes.check_stored` says.
    """
    check = check_stored(stored, password, at=at, parameters=parameters, one_time_seconds=one_time_seconds)
    return PasswordTried(
        outcome=check.verification,
        one_time=stored is not None and stored.one_time,
        outdated=check.rehash,
    )


def sign_in(
    doors: Doors,
    attempt: SignInAttempt,
    password: Secret,
    *,
    stored: StoredPassword | None,
    check_code: Callable[[], CodeCheck] | None = None,
    parameters: HashingParameters = RFC_9106_SECOND,
    one_time_seconds: int = ONE_TIME_SECONDS,
) -> Tried:
    """Try to sign in with a password: one hash for every refusal, and one more for a success with an old hash.

    ``attempt`` comes without a proof and without a code: both are found out here, and what it says of them is ignored.
    ``check_code`` checks the code that was typed, if one was, and is called at most once: when nothing but the code is
    missing.
    """
    proof = try_password(password, stored, at=attempt.at, parameters=parameters, one_time_seconds=one_time_seconds)
    tried = attrs.evolve(attempt, proof=proof, code=None)
    outcome = doors.decide(tried)
    if isinstance(outcome, CodeWanted) and check_code is not None:
        outcome = doors.decide(attrs.evolve(tried, code=check_code()))
    fresh = isinstance(outcome, SignedIn) and outcome.rehash
    return Tried(outcome=outcome, proof=proof, replacement=hash_password(password, parameters) if fresh else None)

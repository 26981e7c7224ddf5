"""A password that is typed elsewhere than at a door, under the rules of signing in (CR-5, CR-6).

Whoever may guess a password here needn't guess it at a door. So a wrong one counts in the same throttle, a lock-out
holds here as well, and so does where somebody may come from. Each outcome has the throttle to keep, before anything is
answered.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from agentprov.credentials.api_tokens import EXCHANGED_SECONDS, TokenExchange, exchange_for_token
from agentprov.credentials.password_changes import ONE_TIME_SECONDS, PasswordChange, change_password
from agentprov.credentials.passwords import RFC_9106_SECOND, HashingParameters
from agentprov.engine.sign_in import Doors
from agentprov.engine.throttling import after_success, after_wrong_password
from agentprov.errors import Code, Collector, InvalidValue, Problem
from agentprov.model.ids import UserId
from agentprov.model.instants import check_instants
from agentprov.model.network import Address
from agentprov.model.secret import Secret
from agentprov.model.sign_in import SignInGate
from agentprov.model.stored_passwords import StoredPassword
from agentprov.model.throttle import Throttle

if TYPE_CHECKING:
    from random import Random


@attrs.frozen(kw_only=True)
class OwnChange:
    """What came of users changing their own password."""

    throttle: Throttle
    """What to keep from now on, whatever came of it."""
    change: PasswordChange | None = None
    problems: tuple[Problem, ...] = ()
    """Why not. Whom sign-in refuses is told that alone, before the present password is looked at."""


def change_own_password(
    doors: Doors,
    id: str,
    new: Secret,
    *,
    current: Secret | None,
    at: datetime,
    stored: StoredPassword | None,
    throttle: Throttle,
    address: Address | None,
    parameters: HashingParameters = RFC_9106_SECOND,
    one_time_seconds: int = ONE_TIME_SECONDS,
) -> OwnChange:
    """Users' own passwords changed by themselves, as :func:`~agentprov.credentials.password_changes.change_password`.

    A wrong present password is one failure more. The right one resets nothing: that is for signing in.

    Raises:
        NotFound: ``user.unknown``.
        Refused: ``user.not_active``, ``user.web_login_blocked``, ``password.method``.
        InvalidValue: ``at`` is no instant, ``id`` no text.
    """
    gates = _gates(doors, id, at=at, throttle=throttle, address=address)
    if gates:
        return OwnChange(throttle=throttle, problems=_refused(gates))
    try:
        change = change_password(
            doors.tenant,
            id,
            new,
            current=current,
            at=at,
            stored=stored,
            parameters=parameters,
            one_time_seconds=one_time_seconds,
        )
    except InvalidValue as error:
        if any(problem.path[:1] not in {("current",), ("new",)} for problem in error.problems):
            raise
        wrong = any(problem.code is Code.PASSWORD_CURRENT_WRONG for problem in error.problems)
        counted = after_wrong_password(throttle, address, at) if wrong else throttle
        return OwnChange(throttle=counted, problems=error.problems)
    return OwnChange(throttle=throttle, change=change)


@attrs.frozen(kw_only=True)
class Exchanged:
    """What came of giving credentials for a token."""

    throttle: Throttle
    """What to keep from now on, whatever came of it."""
    outcome: TokenExchange


def exchange(
    doors: Doors,
    user: str | None,
    password: Secret,
    *,
    stored: StoredPassword | None,
    at: datetime,
    throttle: Throttle,
    address: Address | None,
    permissions: Iterable[str] | None = None,
    seconds: int = EXCHANGED_SECONDS,
    parameters: HashingParameters = RFC_9106_SECOND,
    one_time_seconds: int = ONE_TIME_SECONDS,
    source: Random | None = None,
) -> Exchanged:
    """A token for a login and a password, as :func:`~agentprov.credentials.api_tokens.exchange_for_token`.

    ``user`` is what ``doors.user`` says of the login. Counted is, as at a door, a wrong password where nothing else
    speaks against it; a token that was given is a success.

    Raises:
        InvalidValue: unknown permissions; the life isn't 1 minute to 400 days; ``at`` is no instant.
    """
    gates = _gates(doors, user, at=at, throttle=throttle, address=address)
    outcome = exchange_for_token(
        doors.tenant,
        user,
        password,
        stored=stored,
        at=at,
        permissions=permissions,
        address=address,
        refused=_refused(gate for gate in gates if gate is SignInGate.LOCKED_BY_PASSWORDS),
        seconds=seconds,
        parameters=parameters,
        one_time_seconds=one_time_seconds,
        source=source,
    )
    if outcome.worked:
        throttle = after_success(throttle, address, doors.tenant.settings.sign_in)
    elif {problem.code for problem in outcome.problems} == {Code.PASSWORD_WRONG}:
        throttle = after_wrong_password(throttle, address, at)
    return Exchanged(throttle=throttle, outcome=outcome)


def _gates(
    doors: Doors, user: str | None, *, at: datetime, throttle: Throttle, address: Address | None
) -> tuple[SignInGate, ...]:
    """What refuses a password of theirs; nothing of somebody unknown, who is refused as such."""
    found = Collector()
    check_instants(found, ("at", at))
    found.check()
    if not isinstance(user, str) or user not in doors.tenant.users:
        return ()
    return doors.elsewhere(UserId(user), address=address, throttle=throttle, at=at)


def _refused(gates: Iterable[SignInGate]) -> tuple[Problem, ...]:
    return tuple(Problem(code=Code.SIGN_IN_REFUSED, parameters={"gate": gate.value}) for gate in gates)

"""Whether somebody may sign in, and every gate that keeps them out if not (CR-3, CR-5, CR-6).

One decision for each attempt, over facts: nothing is hashed, sent or stored here. Every gate is asked, so that the
audit has all of them; the outside is told one answer.

Only what a guesser could learn from is counted: a wrong password where nothing but the password keeps them out, a wrong
code where nothing but the code does. So nobody is locked out by guesses from where they couldn't sign in anyhow, and
nobody who hasn't the password uses up tries of the code.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Final, assert_never

from agentprov.engine.memo import Memo
from agentprov.engine.throttling import after_success, after_wrong_code, after_wrong_password, code_lock, password_lock
from agentprov.model.contact import PhoneNumber
from agentprov.model.identity import LOGIN_LIMIT, login_key
from agentprov.model.ids import UserId
from agentprov.model.network import Address, Network, allows
from agentprov.model.settings import LoginComparison
from agentprov.model.sign_in import (
    GATES,
    CodeWanted,
    Concern,
    Door,
    HostVerified,
    NotSignedIn,
    PasswordToReplace,
    PasswordTried,
    Proof,
    SignedIn,
    SignInAttempt,
    SignInGate,
    SignInOutcome,
    registered_mobile,
)
from agentprov.model.tenant import Tenant
from agentprov.model.throttle import Throttle
from agentprov.model.users import AuthenticationMethod, Status, User
from agentprov.model.verification import CodeCheck, Verification

_VERIFICATIONS: Final = {
    Verification.WRONG: SignInGate.PASSWORD_WRONG,
    Verification.NO_PASSWORD: SignInGate.PASSWORD_NONE,
    Verification.UNREADABLE: SignInGate.PASSWORD_UNREADABLE,
    Verification.EXCESSIVE: SignInGate.PASSWORD_EXCESSIVE,
}
_CODES: Final = {
    CodeCheck.WRONG: SignInGate.CODE_WRONG,
    CodeCheck.EXPIRED: SignInGate.CODE_EXPIRED,
    CodeCheck.USED: SignInGate.CODE_USED,
    CodeCheck.LOCKED: SignInGate.CODE_LOCKED,
    CodeCheck.NO_CODE: SignInGate.CODE_NONE,
}
_STATUSES: Final = {
    Status.DISABLED: SignInGate.STATUS_DISABLED,
    Status.BLOCKED: SignInGate.STATUS_BLOCKED,
    Status.DEACTIVATED: SignInGate.STATUS_DEACTIVATED,
}
_NEXT: Final = frozenset(gate for gate, row in GATES.items() if row.concern is Concern.NEXT)
_OF_CODE: Final = frozenset(gate for gate, row in GATES.items() if row.concern is Concern.CODE)
_WRONG_PASSWORD: Final = {SignInGate.PASSWORD_WRONG}


class Doors:
    """The sign-in decisions of one version of a tenant, made once for it.

    INVARIANT: what is kept depends on the tenant alone and is published by one assignment each, so threads share it.
    """

    __slots__ = ("_entrants", "_logins", "tenant")

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self._entrants: Memo[UserId, _Entrant] = Memo(lambda user: _Entrant(tenant, tenant.users[user]))
        self._logins: dict[str, UserId] | None = None

    def user(self, login: str) -> UserId | None:
        """Whose login this is, as it was typed: composed (NFC), and compared as the tenant says (ID-5)."""
        if len(login) > LOGIN_LIMIT:
            return None
        fold = self.tenant.settings.login_comparison is LoginComparison.CASE_INSENSITIVE
        if self._logins is None:
            users = self.tenant.users.values()
            logins = ((login_key(user.login, ignore_case=True) if fold else user.login, user.id) for user in users)
            self._logins = dict[str, UserId](logins)
        return self._logins.get(login_key(unicodedata.normalize("NFC", login), ignore_case=fold))

    def decide(self, attempt: SignInAttempt) -> SignInOutcome:
        """What becomes of an attempt."""
        user = self.user(attempt.login)
        if user is None:
            gates = (SignInGate.USER_UNKNOWN,)
            return NotSignedIn(user=None, door=attempt.door, gates=gates, throttle=attempt.throttle)
        return self._entrants[user].decide(attempt)

    def keeps_out(
        self, user: UserId, door: Door, *, address: Address | None, throttle: Throttle, at: datetime
    ) -> tuple[SignInGate, ...]:
        """The gates that would keep a user out whatever they prove: nothing of the password, nothing of the code."""
        return self._entrants[user].keeps_out(door, address, throttle, at)

    def elsewhere(
        self, user: UserId, *, address: Address | None, throttle: Throttle, at: datetime
    ) -> tuple[SignInGate, ...]:
        """The gates that refuse a user's password where it is typed elsewhere than at a door."""
        return self._entrants[user].elsewhere(address, throttle, at)

    def asked_of(self, user: UserId) -> tuple[AuthenticationMethod, PhoneNumber | None]:
        """What is asked of a user at every sign-in: the method of proof, and the mobile that gets a code, if any."""
        entrant = self._entrants[user]
        return entrant.method, entrant.mobile


class _Entrant:
    """What is known of one user before they come to a door."""

    __slots__ = ("_account", "_networks", "_policy", "_two_factor", "method", "mobile", "user")

    def __init__(self, tenant: Tenant, user: User) -> None:
        self.user = user.id
        self.method = user.sign_in.method
        self._policy = tenant.settings.sign_in
        self._two_factor = user.sign_in.two_factor
        self.mobile = registered_mobile(user.mobile, user.phone) if self._two_factor else None
        self._account = {door: tuple(_of_account(tenant, user, door)) for door in Door}
        self._networks = networks_of(tenant, user)

    def decide(self, attempt: SignInAttempt) -> SignInOutcome:
        """Every gate, and what follows."""
        door, throttle = attempt.door, attempt.throttle
        gates = [
            *self._proof(attempt.proof),
            *self._account[door],
            *self.outside(attempt.address),
            *self._code(attempt.code),
            *self._guessing(attempt.address, throttle, attempt.at),
        ]
        refusing = {gate for gate in gates if gate not in _NEXT}
        if refusing:
            return NotSignedIn(user=self.user, door=door, gates=gates, throttle=_counted(refusing, attempt))
        if SignInGate.CODE_WANTED in gates and self.mobile is not None:
            return CodeWanted(user=self.user, door=door, mobile=self.mobile, throttle=throttle)
        succeeded = after_success(throttle, attempt.address, self._policy)
        if SignInGate.PASSWORD_ONE_TIME in gates:
            return PasswordToReplace(user=self.user, door=door, throttle=succeeded)
        outdated = isinstance(attempt.proof, PasswordTried) and attempt.proof.outdated
        return SignedIn(user=self.user, door=door, throttle=succeeded, rehash=outdated)

    def keeps_out(
        self, door: Door, address: Address | None, throttle: Throttle, at: datetime
    ) -> tuple[SignInGate, ...]:
        """What keeps them out whatever they prove."""
        token = (SignInGate.METHOD_TOKEN,) if self.method == AuthenticationMethod.API_TOKEN else ()
        return (
            *token,
            *self._account[door],
            *self.outside(address),
            *self._without_mobile(),
            *self._guessing(address, throttle, at),
        )

    def elsewhere(self, address: Address | None, throttle: Throttle, at: datetime) -> tuple[SignInGate, ...]:
        """What keeps their password from being tried anywhere."""
        locked = password_lock(throttle, address, self._policy, at) is not None
        return (*self.outside(address), *((SignInGate.LOCKED_BY_PASSWORDS,) if locked else ()))

    def _proof(self, proof: Proof | None) -> tuple[SignInGate, ...]:
        if self.method == AuthenticationMethod.API_TOKEN:
            return (SignInGate.METHOD_TOKEN,)
        match proof:
            case None:
                return (SignInGate.PROOF_MISSING,)
            case PasswordTried(outcome=outcome, one_time=one_time):
                if self.method != AuthenticationMethod.PASSWORD:
                    return (SignInGate.METHOD_OTHER,)
                failing = () if outcome is Verification.MATCHES else (_VERIFICATIONS[outcome],)
                return (*failing, SignInGate.PASSWORD_ONE_TIME) if one_time else failing
            case HostVerified(method=method, verified=verified):
                if self.method != method:
                    return (SignInGate.METHOD_OTHER,)
                return () if verified else (SignInGate.HOST_REFUSED,)
            case _:
                assert_never(proof)

    def outside(self, address: Address | None) -> tuple[SignInGate, ...]:
        """What keeps them out by where they come from."""
        if self._networks is None:
            return ()
        if address is None:
            return (SignInGate.ADDRESS_UNKNOWN,)
        return () if allows(self._networks, address) else (SignInGate.ADDRESS_OUTSIDE,)

    def _without_mobile(self) -> tuple[SignInGate, ...]:
        return (SignInGate.MOBILE_NONE,) if self._two_factor and self.mobile is None else ()

    def _code(self, code: CodeCheck | None) -> tuple[SignInGate, ...]:
        if not self._two_factor or code is CodeCheck.ACCEPTED:
            return self._without_mobile()
        return (*self._without_mobile(), SignInGate.CODE_WANTED if code is None else _CODES[code])

    def _guessing(self, address: Address | None, throttle: Throttle, at: datetime) -> list[SignInGate]:
        locked = []
        by_password = self.method == AuthenticationMethod.PASSWORD
        if by_password and password_lock(throttle, address, self._policy, at) is not None:
            locked.append(SignInGate.LOCKED_BY_PASSWORDS)
        if self._two_factor and code_lock(throttle, self._policy, at) is not None:
            locked.append(SignInGate.LOCKED_BY_CODES)
        return locked


def networks_of(tenant: Tenant, user: User) -> tuple[Network, ...] | None:
    """The networks that a user may come from: their own, and those of the addresses the tenant names; nothing: all."""
    chosen = user.sign_in.addresses
    if chosen is None:
        return None
    named = (network for id_ in sorted(chosen.named) for network in tenant.addresses[id_].networks)
    return (*chosen.networks, *named)


def _of_account(tenant: Tenant, user: User, door: Door) -> list[SignInGate]:
    """What the tenant says of a user that keeps them out of a door at any time, wherever they come from."""
    found: list[SignInGate] = []
    type_ = tenant.blueprint.user_types[user.type]
    # By value: an equal text that a host put there isn't the member, and mustn't slip past.
    if user.status != Status.ACTIVE:
        found.append(_STATUSES[user.status])
    match door:
        case Door.WEB:
            if user.sign_in.web_login_blocked:
                found.append(SignInGate.WEB_LOGIN_BLOCKED)
            if not type_.web_sign_in:
                found.append(SignInGate.TYPE_NO_WEB_SIGN_IN)
        case Door.PANEL:
            if not type_.routed:
                found.append(SignInGate.TYPE_NOT_ROUTED)
            if not user.calling.login_based:
                found.append(SignInGate.LOGIN_BASED_OFF)
            if not user.calling.dialler_panel:
                found.append(SignInGate.DIALLER_PANEL_OFF)
        case _:
            assert_never(door)
    return found


def _counted(refusing: set[SignInGate], attempt: SignInAttempt) -> Throttle:
    """The throttle after a refusal: one failure more where a guesser could learn from it."""
    if refusing - _OF_CODE == _WRONG_PASSWORD:
        return after_wrong_password(attempt.throttle, attempt.address, attempt.at)
    if refusing <= _OF_CODE:
        return after_wrong_code(attempt.throttle, attempt.at)
    return attempt.throttle

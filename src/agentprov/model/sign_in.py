"""An attempt to sign in, the gates it has to pass, and what becomes of it (CR-3, CR-5, CR-6).

Nothing here is secret: what was typed is compared where the hashes are, in :mod:`agentprov.credentials`, and only the
outcome comes here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeVar, assert_never

import attrs

from agentprov.errors import Code, Collector, Problem
from agentprov.model.contact import PhoneNumber
from agentprov.model.ids import UserId
from agentprov.model.instants import check_instants, utc
from agentprov.model.network import Address
from agentprov.model.phones import can_receive_sms
from agentprov.model.table import Table
from agentprov.model.text import check_flags, check_kind, member
from agentprov.model.throttle import Throttle
from agentprov.model.users import AuthenticationMethod
from agentprov.model.verification import CodeCheck, Verification

E = TypeVar("E", bound=StrEnum)


class Door(StrEnum):
    """Where somebody signs in. Logging on to a queue by telephone is another question (ID-8)."""

    WEB = "web"
    """The web portal."""
    PANEL = "panel"
    """The dialler panel of agents."""


# ---- the attempt -----------------------------------------------------------------------------------------------------


def _member(field: str, enum: type[E], text: str) -> E:
    """The member that a host's text stands for: an equal text that isn't it would slip past a gate."""
    found = Collector()
    chosen = member(found, enum, text, field)
    found.check()
    return chosen


def _verification(text: str) -> Verification:
    return _member("outcome", Verification, text)


def _method(text: str) -> AuthenticationMethod:
    return _member("method", AuthenticationMethod, text)


def _door(text: str) -> Door:
    return _member("door", Door, text)


def _code(text: str | None) -> CodeCheck | None:
    return None if text is None else _member("code", CodeCheck, text)


@attrs.frozen(kw_only=True)
class PasswordTried:
    """A password was typed: what came out of verifying it, and what is known of the stored one."""

    outcome: Verification = attrs.field(converter=_verification)
    one_time: bool = False
    """Whether the stored one was made for one use and has to be replaced."""
    outdated: bool = False
    """Whether its hash was made with other parameters than today's."""

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_flags(found, self, "one_time", "outdated")
        found.check()


@attrs.frozen(kw_only=True)
class HostVerified:
    """Windows or an external service was asked who this is, and the host says what came of it."""

    method: AuthenticationMethod = attrs.field(converter=_method)
    verified: bool

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_flags(found, self, "verified")
        if self.method not in VERIFIED_BY_HOST:
            choices = tuple(method.value for method in VERIFIED_BY_HOST)
            found.add(Code.FIELD_UNKNOWN_CHOICE, "method", value=self.method.value, choices=choices)
        found.check()


VERIFIED_BY_HOST: Final = (AuthenticationMethod.WINDOWS, AuthenticationMethod.EXTERNAL)
"""The methods of which only the host knows the outcome."""

Proof = PasswordTried | HostVerified
"""How somebody proved, or failed to prove, who they are."""


@attrs.frozen(kw_only=True)
class SignInAttempt:
    """One attempt to sign in: what was typed as the login, and the facts, all of them the host's.

    A fact that isn't given lets nobody in. ``throttle`` is what is kept of the user's failures; for a login that nobody
    has it is :data:`~agentprov.model.throttle.NOTHING_FAILED`.

    Raises:
        InvalidValue: ``field.wrong_type``, ``field.required``, ``field.unknown_choice``, ``field.naive_instant``. No
            login is refused here: what is none is nobody's.
    """

    login: str
    door: Door = attrs.field(default=Door.WEB, converter=_door)
    at: datetime = attrs.field(converter=utc)
    throttle: Throttle
    address: Address | None = None
    """Where they come from; nothing: the host doesn't know, and who is bound to addresses isn't let in."""
    proof: Proof | None = None
    code: CodeCheck | None = attrs.field(default=None, converter=_code)
    """What came out of checking the code they typed; nothing: they typed none."""

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_kind(found, "login", self.login, str, "text")
        check_kind(found, "at", self.at, datetime, "an instant")
        check_kind(found, "throttle", self.throttle, Throttle, "a throttle")
        if self.address is not None:
            check_kind(found, "address", self.address, Address, "an address")
        if self.proof is not None:
            check_kind(found, "proof", self.proof, (PasswordTried, HostVerified), "a proof")
        found.check()
        check_instants(found, ("at", self.at))
        found.check()


def registered_mobile(mobile: PhoneNumber | None, phone: PhoneNumber | None) -> PhoneNumber | None:
    """The number that codes are sent to: a user's mobile, else their phone number if it can receive messages (ID-13).

    >>> registered_mobile(None, PhoneNumber("+919123456789"))
    '+919123456789'
    """
    if mobile is not None or phone is None:
        return mobile
    return phone if can_receive_sms(phone) else None


# ---- gates -----------------------------------------------------------------------------------------------------------


class SignInGate(StrEnum):
    """What keeps somebody out, in the order in which it is told. Codes are API: documented, stable, never reused."""

    USER_UNKNOWN = "user.unknown"
    METHOD_TOKEN = "method.token"  # noqa: S105  a code, not a token
    METHOD_OTHER = "method.other"
    PROOF_MISSING = "proof.missing"
    HOST_REFUSED = "host.refused"
    PASSWORD_WRONG = "password.wrong"  # noqa: S105  a code, not a password, as those below
    PASSWORD_NONE = "password.none"  # noqa: S105
    PASSWORD_UNREADABLE = "password.unreadable"  # noqa: S105
    PASSWORD_EXCESSIVE = "password.excessive"  # noqa: S105
    PASSWORD_ONE_TIME = "password.one_time"  # noqa: S105
    STATUS_DISABLED = "status.disabled"
    STATUS_BLOCKED = "status.blocked"
    STATUS_DEACTIVATED = "status.deactivated"
    WEB_LOGIN_BLOCKED = "web_login.blocked"
    TYPE_NO_WEB_SIGN_IN = "type.no_web_sign_in"
    TYPE_NOT_ROUTED = "type.not_routed"
    LOGIN_BASED_OFF = "login_based.off"
    DIALLER_PANEL_OFF = "dialler_panel.off"
    ADDRESS_UNKNOWN = "address.unknown"
    ADDRESS_OUTSIDE = "address.outside"
    MOBILE_NONE = "mobile.none"
    CODE_WANTED = "code.wanted"
    CODE_WRONG = "code.wrong"
    CODE_EXPIRED = "code.expired"
    CODE_USED = "code.used"
    CODE_LOCKED = "code.locked"
    CODE_NONE = "code.none"
    LOCKED_BY_PASSWORDS = "locked.passwords"
    LOCKED_BY_CODES = "locked.codes"


class Concern(StrEnum):
    """What a gate is about."""

    PROOF = "proof"
    """Whether they are who they say."""
    ACCOUNT = "account"
    """What the tenant says of them."""
    PLACE = "place"
    """Where they come from."""
    CODE = "code"
    """The second factor, as it was typed."""
    GUESSING = "guessing"
    """What failed before."""
    NEXT = "next"
    """What is still asked of somebody whom nothing else keeps out."""


@attrs.frozen(kw_only=True)
class GateRow:
    """What is known of a gate: what it is about, its rule, and the door it stands at; nothing: at both."""

    concern: Concern
    rule: str
    door: Door | None = None


def _row(concern: Concern, rule: str = "CR-5", door: Door | None = None) -> GateRow:
    return GateRow(concern=concern, rule=rule, door=door)


GATES: Final[Table[SignInGate, GateRow]] = Table(
    {
        SignInGate.USER_UNKNOWN: _row(Concern.PROOF),
        SignInGate.METHOD_TOKEN: _row(Concern.PROOF, "CR-4"),
        SignInGate.METHOD_OTHER: _row(Concern.PROOF),
        SignInGate.PROOF_MISSING: _row(Concern.PROOF),
        SignInGate.HOST_REFUSED: _row(Concern.PROOF),
        SignInGate.PASSWORD_WRONG: _row(Concern.PROOF),
        SignInGate.PASSWORD_NONE: _row(Concern.PROOF, "CR-2"),
        SignInGate.PASSWORD_UNREADABLE: _row(Concern.PROOF, "CR-1"),
        SignInGate.PASSWORD_EXCESSIVE: _row(Concern.PROOF, "CR-1"),
        SignInGate.PASSWORD_ONE_TIME: _row(Concern.NEXT, "CR-1"),
        SignInGate.STATUS_DISABLED: _row(Concern.ACCOUNT, "LC-1"),
        SignInGate.STATUS_BLOCKED: _row(Concern.ACCOUNT, "LC-1"),
        SignInGate.STATUS_DEACTIVATED: _row(Concern.ACCOUNT, "LC-1"),
        SignInGate.WEB_LOGIN_BLOCKED: _row(Concern.ACCOUNT, door=Door.WEB),
        SignInGate.TYPE_NO_WEB_SIGN_IN: _row(Concern.ACCOUNT, "ID-14", Door.WEB),
        SignInGate.TYPE_NOT_ROUTED: _row(Concern.ACCOUNT, "ID-14", Door.PANEL),
        SignInGate.LOGIN_BASED_OFF: _row(Concern.ACCOUNT, door=Door.PANEL),
        SignInGate.DIALLER_PANEL_OFF: _row(Concern.ACCOUNT, door=Door.PANEL),
        SignInGate.ADDRESS_UNKNOWN: _row(Concern.PLACE, "CR-6"),
        SignInGate.ADDRESS_OUTSIDE: _row(Concern.PLACE, "CR-6"),
        SignInGate.MOBILE_NONE: _row(Concern.ACCOUNT, "ID-13"),
        SignInGate.CODE_WANTED: _row(Concern.NEXT, "CR-3"),
        SignInGate.CODE_WRONG: _row(Concern.CODE, "CR-3"),
        SignInGate.CODE_EXPIRED: _row(Concern.CODE, "CR-3"),
        SignInGate.CODE_USED: _row(Concern.CODE, "CR-3"),
        SignInGate.CODE_LOCKED: _row(Concern.CODE, "CR-3"),
        SignInGate.CODE_NONE: _row(Concern.CODE, "CR-3"),
        SignInGate.LOCKED_BY_PASSWORDS: _row(Concern.GUESSING),
        SignInGate.LOCKED_BY_CODES: _row(Concern.GUESSING),
    }
)
"""Every gate, in order, with what is known of it."""

ALARMING: Final = frozenset((SignInGate.PASSWORD_UNREADABLE, SignInGate.PASSWORD_EXCESSIVE))
"""The gates that no person's mistake explains: the store of the hashes needs looking at."""


# ---- what becomes of it ----------------------------------------------------------------------------------------------


class Answer(StrEnum):
    """All that the outside is told. Every refusal has one answer, which says neither who exists nor why (CR-5)."""

    SIGNED_IN = "signed-in"
    CODE_WANTED = "code-wanted"
    PASSWORD_TO_REPLACE = "password-to-replace"  # noqa: S105  a wire value, not a password
    FAILED = "auth.failed"


FAILED: Final = Problem(code=Code.AUTH_FAILED)
"""The answer to every refusal as a problem, for a host that shows its sentence."""


def _gates(gates: Iterable[SignInGate]) -> tuple[SignInGate, ...]:
    return tuple(gates)


@attrs.frozen(kw_only=True)
class SignedIn:
    """Every gate is passed."""

    user: UserId
    door: Door
    throttle: Throttle
    """What to keep from now on."""
    rehash: bool
    """Whether the stored hash should be replaced by one with today's parameters."""


@attrs.frozen(kw_only=True)
class CodeWanted:
    """Send a code to this mobile and ask for it. It is sent to nobody whom anything else keeps out (CR-3)."""

    user: UserId
    door: Door
    mobile: PhoneNumber
    """The registered mobile, in E.164 (ID-13)."""
    throttle: Throttle


@attrs.frozen(kw_only=True)
class PasswordToReplace:
    """The password was right and is for one use: ask for a new one before anything else. They aren't signed in yet."""

    user: UserId
    door: Door
    throttle: Throttle


@attrs.frozen(kw_only=True)
class NotSignedIn:
    """Refused. The gates are for the audit and for admins; the outside is told :data:`FAILED` and no more."""

    user: UserId | None
    """Nothing: nobody has this login."""
    door: Door
    gates: tuple[SignInGate, ...] = attrs.field(converter=_gates)
    """Every failing gate, in order; also what would still have been asked."""
    throttle: Throttle

    @property
    def alarms(self) -> tuple[SignInGate, ...]:
        """The gates for which somebody has to look at the store."""
        return tuple(gate for gate in self.gates if gate in ALARMING)


SignInOutcome = SignedIn | CodeWanted | PasswordToReplace | NotSignedIn
"""What is decided about an attempt."""


def answer(outcome: SignInOutcome) -> Answer:
    """What the outside is told."""
    match outcome:
        case SignedIn():
            return Answer.SIGNED_IN
        case CodeWanted():
            return Answer.CODE_WANTED
        case PasswordToReplace():
            return Answer.PASSWORD_TO_REPLACE
        case NotSignedIn():
            return Answer.FAILED
        case _:
            assert_never(outcome)

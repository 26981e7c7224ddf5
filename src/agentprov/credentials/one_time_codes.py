"""One-time codes: made, checked, used up (CR-2).

Nothing is stored here and no clock is read: from a record, an instant and what somebody typed follows an outcome and
the next record. An outcome counts once its record is saved in place of the one it was made from
(:meth:`agentprov.repositories.CodeRepository.put_codes`); if that is a conflict, everything is done again from the
record that is there by then. So a code is used once, and every wrong try is counted, however many come together.

A stored code is an argon2id hash over the code together with its tenant, user, kind and request, so that a hash that
was copied elsewhere matches nothing. Each issue and each check computes exactly one hash, also for users who don't
exist.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import attrs

from agentprov.credentials.passwords import FLOOR, HashingParameters, PasswordHash, hash_password, verify
from agentprov.engine.access import Access
from agentprov.engine.admins import USER_EDIT
from agentprov.engine.permits import stored_user
from agentprov.engine.stronger import exceeding_credentials
from agentprov.errors import Code, Collector, Problem, Refused
from agentprov.model.changes import Event, EventKind
from agentprov.model.ids import UserId, user_id
from agentprov.model.instants import check_instants, utc
from agentprov.model.one_time_codes import (
    CodeChannel,
    CodeKey,
    CodeKind,
    CodeLimits,
    CodePurpose,
    CodeRecord,
    StoredCode,
    check_request,
)
from agentprov.model.secret import Secret
from agentprov.model.sign_in import registered_mobile
from agentprov.model.tenant import Tenant
from agentprov.model.text import check_member
from agentprov.model.users import AuthenticationMethod, Status, User
from agentprov.model.verification import CodeCheck, Verification

if TYPE_CHECKING:
    from random import Random

DEFAULT_LIMITS: Final = CodeLimits()
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_DIGITS: Final = re.compile(r"[0-9]{6,12}")
_LONGEST_TYPED: Final = 64


# ---- issuing ---------------------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class CodeMessage:
    """A message to send: the code, what for, to which number or address, in which language of the user's."""

    kind: CodeKind
    to: str
    language: str | None
    code: Secret = attrs.field(eq=False)
    expires_at: datetime


@attrs.frozen(kw_only=True)
class Acknowledgement:
    """What the person who asked for a code is told: the same whoever they named, and whether or not a code went out."""

    kind: CodeKind
    digits: int
    seconds: int
    """How long the code lives, if there is one."""


@attrs.frozen(kw_only=True)
class CodeIssue:
    """What came of asking for a code. ``answer`` is for outside; everything else stays inside."""

    answer: Acknowledgement
    message: CodeMessage | None = None
    """To send, once the record is saved; nothing where there are problems."""
    record: CodeRecord | None = None
    """To save; nothing where there is no user, or nothing new to keep."""
    problems: tuple[Problem, ...] = ()
    """Every reason why no code goes out."""
    events: tuple[Event, ...] = ()


def issue_code(
    tenant: Tenant,
    user: str | None,
    kind: CodeKind,
    *,
    record: CodeRecord | None,
    at: datetime,
    request: str | None = None,
    limits: CodeLimits = DEFAULT_LIMITS,
    parameters: HashingParameters = FLOOR,
    source: Random | None = None,
) -> CodeIssue:
    """A new code for a user, or the reasons why there is none; outwardly the same.

    ``user`` is nothing for a login that nobody has. ``record`` is what is stored for the user and purpose, if anything.
    ``source`` is the system's random source unless a test gives another.

    Reasons: ``user.unknown``, ``user.not_active``, ``user.web_login_blocked`` and ``password.method`` (of codes for
    passwords), ``contact.required``, ``otp.locked``, ``otp.rate_limited``.

    Raises:
        InvalidValue: the kind, the instant or the request is none; a code to sign in comes without a request; the
            record is another user's or for another purpose.
    """
    found = Collector()
    check_member(found, "kind", kind, CodeKind)
    check_instants(found, ("at", at))
    found.check()
    check_request(found, kind.purpose, request)
    holder = None if user is None else tenant.users.get(UserId(user))
    key = None if holder is None else CodeKey(tenant=tenant.id, user=holder.id, purpose=kind.purpose)
    if key is not None and record is not None and record.key != key:
        found.add(Code.FIELD_CONTRADICTS, "record", other="user")
    found.check()
    answer = Acknowledgement(kind=kind, digits=limits.digits, seconds=limits.seconds(kind))
    code = Secret(_random_digits(limits.digits, source))
    # Also where no code goes out: how long an answer takes tells nothing.
    hashed = hash_password(_bound(key, kind, request, code), parameters)
    if holder is None or key is None:
        return CodeIssue(answer=answer, problems=(_unknown(user),))
    before = CodeRecord(key=key) if record is None else record
    now = utc(at)
    # What a clock far ahead wrote would stop codes for as long as it was ahead.
    recent = tuple(issue for issue in before.issues if -_DAY < now - issue < _HOUR)
    to = contact(holder, kind.channel)
    problems = (*_refusals(holder, kind, to), *_throttled(before, recent, limits))
    if problems or to is None:
        kept = None if record is None else attrs.evolve(record, issues=recent, seen=_latest(record, at))
        return CodeIssue(answer=answer, record=kept, problems=problems)
    expires_at = now + timedelta(seconds=limits.seconds(kind))
    stored = StoredCode(kind=kind, request=request, hash=hashed.reveal(), issued_at=now, expires_at=expires_at)
    return CodeIssue(
        answer=answer,
        message=CodeMessage(kind=kind, to=to, language=holder.language, code=code, expires_at=expires_at),
        record=attrs.evolve(before, code=stored, issues=(*recent, now), seen=now),
        events=(Event(kind=EventKind.CODE_ISSUED, subject=holder.id, facts={"kind": kind.value}),),
    )


def _refusals(user: User, kind: CodeKind, to: str | None) -> tuple[Problem, ...]:
    found = Collector()
    if kind.purpose is not CodePurpose.SIGN_IN:
        found.absorb(password_refusals(user))
    elif user.status is not Status.ACTIVE:
        found.add(Code.USER_NOT_ACTIVE, value=user.id)
    if to is None:
        found.add(Code.CONTACT_REQUIRED, fields=("mobile",) if kind.channel is CodeChannel.SMS else ("email",))
    return tuple(found.problems)


def _throttled(record: CodeRecord, recent: tuple[datetime, ...], limits: CodeLimits) -> tuple[Problem, ...]:
    found = Collector()
    if record.failures >= limits.tries:
        found.add(Code.OTP_LOCKED, count=record.failures)
    if len(recent) >= limits.issues:
        found.add(Code.OTP_RATE_LIMITED, limit=limits.issues)
    return tuple(found.problems)


# Whose password is kept by another system, and who has none at all.
_WITHOUT_PASSWORD: Final = frozenset(
    {AuthenticationMethod.WINDOWS, AuthenticationMethod.EXTERNAL, AuthenticationMethod.API_TOKEN}
)


def password_refusals(user: User) -> tuple[Problem, ...]:
    """Every reason why a user can't set a password by a code: status, blocked web login, a method without password."""
    found = Collector()
    if user.status is not Status.ACTIVE:
        found.add(Code.USER_NOT_ACTIVE, value=user.id)
    if user.sign_in.web_login_blocked:
        found.add(Code.USER_WEB_LOGIN_BLOCKED, value=user.id)
    if user.sign_in.method in _WITHOUT_PASSWORD:
        found.add(Code.PASSWORD_METHOD, method=user.sign_in.method.value)
    return tuple(found.problems)


def _unknown(user: str | None) -> Problem:
    return Problem(code=Code.USER_UNKNOWN, parameters={"value": "nobody" if user is None else str(user)})


def contact(user: User, channel: CodeChannel) -> str | None:
    """Where codes go: the email; or the registered mobile, which may be the phone number (ID-13)."""
    return user.email if channel is CodeChannel.EMAIL else registered_mobile(user.mobile, user.phone)


def _random_digits(count: int, source: Random | None) -> str:
    from random import SystemRandom

    chance = source or SystemRandom()
    return f"{chance.randrange(10**count):0{count}}"


def _latest(record: CodeRecord, at: datetime) -> datetime:
    return utc(at) if record.seen is None else max(record.seen, utc(at))


def _bound(key: CodeKey | None, kind: CodeKind | None, request: str | None, code: Secret) -> Secret:
    """What is hashed: a code with everything that it is bound to. None of these texts has a line end inside."""
    whose = ("", "", "") if key is None else (key.tenant, key.user, key.purpose.value)
    return Secret("\n".join((*whose, "" if kind is None else kind.value, request or "", code.reveal())))


# ---- checking --------------------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class CodeVerdict:
    """What came of checking a code: it counts once ``record`` is saved. To the outside there are two answers."""

    key: CodeKey | None
    check: CodeCheck
    record: CodeRecord | None = None
    """To save; nothing where nothing is kept."""
    events: tuple[Event, ...] = ()
    alarming: bool = False
    """The store needs looking at: what it keeps is no hash."""

    @property
    def accepted(self) -> bool:
        """The answer for outside."""
        return self.check is CodeCheck.ACCEPTED

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Why not, for inside: ``otp.locked`` or ``otp.failed`` with a reason."""
        match self.check:
            case CodeCheck.ACCEPTED:
                return ()
            case CodeCheck.LOCKED:
                count = 0 if self.record is None else self.record.failures
                return (Problem(code=Code.OTP_LOCKED, parameters={"count": count}),)
            case _:
                return (Problem(code=Code.OTP_FAILED, parameters={"reason": self.check.value}),)


def check_code(
    key: CodeKey | None,
    presented: Secret,
    *,
    record: CodeRecord | None,
    at: datetime,
    request: str | None = None,
    limits: CodeLimits = DEFAULT_LIMITS,
    parameters: HashingParameters = FLOOR,
) -> CodeVerdict:
    """Whether somebody typed the code that was issued to them, and what is kept from now on.

    ``key`` says whose codes and what for; nothing, for a login that nobody has. Spaces around the code are cut off, and
    nothing else: no other digits than 0 to 9 are one. Only a wrong code counts as a try.

    A code is expired at the instant of its expiry; seen before it was issued, when a clock was set back, it is expired,
    too. ``parameters`` say how much work is done where there is no hash to compare with.

    Raises:
        InvalidValue: ``at`` is no instant.
    """
    found = Collector()
    check_instants(found, ("at", at))
    found.check()
    kept = record if record is not None and record.key == key else None
    code = None if kept is None else kept.code
    typed = _bound(key, None if code is None else code.kind, request, _as_typed(presented))
    compared = verify(None if code is None else PasswordHash(code.hash), typed, parameters)
    if kept is None:
        return CodeVerdict(key=key, check=CodeCheck.NO_CODE)
    now = _latest(kept, at)
    check = _outcome(kept, request, compared, at=utc(at), now=now, tries=limits.tries)
    after = attrs.evolve(kept, seen=now)
    events: list[Event] = []
    if check is CodeCheck.ACCEPTED and code is not None:
        after = attrs.evolve(after, code=attrs.evolve(code, used=True), failures=0)
    elif check is CodeCheck.WRONG:
        after = attrs.evolve(after, failures=kept.failures + 1)
        if after.failures >= limits.tries:
            facts = {"purpose": kept.key.purpose.value}
            events.append(Event(kind=EventKind.CODES_LOCKED, subject=kept.key.user, facts=facts))
            events.append(
                Event(kind=EventKind.USER_TOLD, subject=kept.key.user, facts={"why": "codes-locked", **facts})
            )
    return CodeVerdict(key=key, check=check, record=after, events=tuple(events), alarming=compared.alarming)


def _outcome(
    record: CodeRecord, request: str | None, compared: Verification, *, at: datetime, now: datetime, tries: int
) -> CodeCheck:
    code = record.code
    if record.failures >= tries:
        return CodeCheck.LOCKED
    if code is None or code.request != request:
        return CodeCheck.NO_CODE
    if code.used:
        return CodeCheck.USED
    if at < code.issued_at or now >= code.expires_at:
        return CodeCheck.EXPIRED
    return CodeCheck.ACCEPTED if compared is Verification.MATCHES else CodeCheck.WRONG


def _as_typed(presented: Secret) -> Secret:
    """The digits that were typed; the empty text for anything else."""
    if len(presented.reveal()) > _LONGEST_TYPED or _DIGITS.fullmatch(presented.reveal().strip()) is None:
        return Secret("")
    return Secret(presented.reveal().strip())


# ---- overtaken -------------------------------------------------------------------------------------------------------


def without_code(record: CodeRecord) -> CodeRecord:
    """The record without the code that was sent, to save; wrong tries and how often one was asked for stay counted.

    For codes that are overtaken: those for a password once another is set, and all once a contact changes to which they
    were sent (:func:`agentprov.engine.stronger.changed_credentials`). A code that is on its way then opens nothing.
    """
    return attrs.evolve(record, code=None)


# ---- allowed again ---------------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class CodesUnlocked:
    """A record without wrong tries, to save, and what happened."""

    record: CodeRecord
    events: tuple[Event, ...]


def unlock_codes(tenant: Tenant, record: CodeRecord, *, by: str | None) -> CodesUnlocked:
    """Codes are accepted again after too many wrong ones. Besides a success nothing else forgets wrong tries.

    Whoever may forget them as often as they like may guess: so of somebody stronger they may not (AC-5).

    Raises:
        NotFound: ``user.unknown``.
        Refused: ``by`` may not edit this user; ``credentials.exceeds_actor``.
        InvalidValue: ``field.contradicts``: the record is another tenant's.
    """
    if record.key.tenant != tenant.id:
        found = Collector()
        found.add(Code.FIELD_CONTRADICTS, "record", other="tenant")
        found.check()
    actor = user_id(by)
    user = stored_user(tenant, record.key.user, actor, USER_EDIT)
    found = Collector()
    found.absorb(exceeding_credentials(Access(tenant), user, actor))
    found.check(Refused)
    facts = {"purpose": record.key.purpose.value}
    return CodesUnlocked(
        record=attrs.evolve(record, failures=0),
        events=(Event(kind=EventKind.CODES_UNLOCKED, subject=user.id, facts=facts),),
    )

"""Passwords set, reset, changed and recovered (CR-1, CR-2, CR-7).

Each operation gives a :class:`PasswordChange`: what is to be stored in place of what, what happened, and apart from
both a password that is shown once. It is no change of the tenant: nothing here touches a user, so nothing here can take
somebody's two-factor sign-in away, lift a block, or move a login.

What is stored is given by the host and comes from :class:`agentprov.repositories.CredentialRepository`; the change goes
back there with ``put_password``, which is a conflict if another password is stored by now.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import attrs

from agentprov.credentials.one_time_codes import DEFAULT_LIMITS, CodeVerdict, check_code, contact, password_refusals
from agentprov.credentials.passwords import (
    FLOOR,
    RFC_9106_SECOND,
    HashingParameters,
    OneTimePassword,
    PasswordHash,
    generate_password,
    hash_password,
    needs_rehash,
    verify,
)
from agentprov.engine.access import Access
from agentprov.engine.admins import USER_EDIT
from agentprov.engine.permits import stored_user
from agentprov.engine.stronger import exceeding_credentials
from agentprov.errors import Code, Collector, InvalidValue, NotFound, Problem, Refused
from agentprov.model.changes import Event, EventKind
from agentprov.model.ids import TenantId, UserId, user_id
from agentprov.model.instants import check_instants, utc
from agentprov.model.one_time_codes import CodeChannel, CodeKey, CodeLimits, CodePurpose, CodeRecord
from agentprov.model.passwords import check_password, normal_form
from agentprov.model.secret import Secret
from agentprov.model.stored_passwords import StoredPassword
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from agentprov.model.verification import Verification

if TYPE_CHECKING:
    from random import Random

ONE_TIME_SECONDS: Final = 7 * 24 * 60 * 60
"""How long a one-time password is good for: a week, unless the host says otherwise."""


@attrs.frozen(kw_only=True)
class PasswordChange:
    """A password to store in place of the ``expected`` one. What is shown once is apart, and never prints."""

    tenant: TenantId
    user: UserId
    actor: UserId | None
    expected: StoredPassword | None
    stored: StoredPassword
    events: tuple[Event, ...]
    made: OneTimePassword | None = attrs.field(default=None, repr=False, eq=False)
    """The generated password, to be handed to the user and forgotten."""

    def without_secrets(self) -> PasswordChange:
        """The same without what is shown once: what may be logged and sent on."""
        return attrs.evolve(self, made=None)


# ---- what somebody typed, against what is stored ---------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class PasswordCheck:
    """What came of a password that somebody typed, and what follows from it where it matches."""

    verification: Verification
    one_time: bool = False
    """It must be replaced before anything else."""
    expired: bool = False
    """It was a one-time password whose time is over; then it doesn't match."""
    rehash: bool = False
    """It was hashed with other parameters than today's: :func:`rehashed` makes what to store instead."""


def check_stored(
    stored: StoredPassword | None,
    presented: Secret,
    *,
    at: datetime,
    parameters: HashingParameters = RFC_9106_SECOND,
    one_time_seconds: int = ONE_TIME_SECONDS,
) -> PasswordCheck:
    """Whether a password is the stored one. Exactly one hash is computed, whatever is stored (CR-5).

    A one-time password whose time is over counts as no password: it expires at the last second's end, and before it
    was made, when a clock was set back.

    Raises:
        InvalidValue: ``at`` is no instant.
    """
    _check_at(at)
    kept = None if stored is None else PasswordHash(stored.hash)
    compared = verify(kept, presented, parameters)
    if stored is None or kept is None or compared is not Verification.MATCHES:
        return PasswordCheck(verification=compared)
    if stored.one_time and not timedelta(0) <= utc(at) - stored.at < timedelta(seconds=one_time_seconds):
        return PasswordCheck(verification=Verification.NO_PASSWORD, expired=True)
    return PasswordCheck(verification=compared, one_time=stored.one_time, rehash=needs_rehash(kept, parameters))


def rehashed(
    stored: StoredPassword, matching: Secret, parameters: HashingParameters = RFC_9106_SECOND
) -> StoredPassword:
    """The stored password with today's parameters; ``matching`` is what :func:`check_stored` found to match.

    It stays as old as it was, and one-time if it was. A conflict when it is stored means that somebody set another
    meanwhile: then there is nothing to do.
    """
    return attrs.evolve(stored, hash=hash_password(matching, parameters).reveal())


# ---- by an admin -----------------------------------------------------------------------------------------------------


def reset_password(
    tenant: Tenant,
    id: str,
    *,
    by: str | None,
    at: datetime,
    stored: StoredPassword | None,
    parameters: HashingParameters = RFC_9106_SECOND,
    source: Random | None = None,
) -> PasswordChange:
    """A generated one-time password for a user. Nobody can choose one here: the admin starts a reset, and no more.

    Raises:
        NotFound: ``user.unknown``.
        Refused: ``by`` may not edit this user; or ``password.method``, of somebody who has no password here;
            ``contact.required``, where neither an email nor a mobile of a person is known (ID-11);
            ``credentials.exceeds_actor``, of somebody who holds what ``by`` doesn't (AC-5).
        InvalidValue: ``at`` is no instant.
    """
    actor = user_id(by)
    user = stored_user(tenant, UserId(id), actor, USER_EDIT)
    _check_at(at)
    found = Collector()
    # An account that isn't active may get a password: signing in is refused all the same.
    found.absorb([each for each in password_refusals(user) if each.code is Code.PASSWORD_METHOD])
    # A program has no mailbox: whoever runs it gets its password from the admin.
    person = tenant.blueprint.user_types[user.type].web_sign_in
    if person and not any(contact(user, channel) for channel in CodeChannel):
        found.add(Code.CONTACT_REQUIRED, fields=("email", "mobile"))
    found.absorb(exceeding_credentials(Access(tenant), user, actor))
    found.check(Refused)
    made = generate_password(tenant.blueprint.password_policy, login=user.login, source=source)
    return _changed(
        tenant, user, made.secret, actor=actor, how="reset", expected=stored, at=at, parameters=parameters, made=made
    )


# ---- by the user -----------------------------------------------------------------------------------------------------


def change_password(
    tenant: Tenant,
    id: str,
    new: Secret,
    *,
    current: Secret | None,
    at: datetime,
    stored: StoredPassword | None,
    parameters: HashingParameters = RFC_9106_SECOND,
    one_time_seconds: int = ONE_TIME_SECONDS,
) -> PasswordChange:
    """Users' own passwords changed by themselves, who type the present one as well, a one-time one included.

    Wrong present passwords are guesses: :func:`agentprov.credentials.elsewhere.change_own_password` counts them.

    Raises:
        NotFound: ``user.unknown``.
        Refused: ``user.not_active``, ``user.web_login_blocked``, ``password.method``.
        InvalidValue: every part of the policy that ``new`` fails, under ``new``; ``password.reused_one_time``; under
            ``current`` ``password.current_required``, ``password.current_wrong`` or ``password.one_time_expired``.
    """
    _check_at(at)
    user = _stored_user(tenant, id)
    refusals = password_refusals(user)
    if refusals:
        raise Refused(refusals)
    found = Collector()
    if current is None or not current.reveal():
        found.add(Code.PASSWORD_CURRENT_REQUIRED, "current")
    else:
        check = check_stored(stored, current, at=at, parameters=parameters, one_time_seconds=one_time_seconds)
        if check.expired:
            found.add(Code.PASSWORD_ONE_TIME_EXPIRED, "current")
        elif check.verification is not Verification.MATCHES:
            found.add(Code.PASSWORD_CURRENT_WRONG, "current")
        elif check.one_time and _same(current, new):
            found.add(Code.PASSWORD_REUSED_ONE_TIME, "new")
    found.absorb(check_password(tenant.blueprint.password_policy, new, login=user.login), "new")
    found.check()
    return _changed(tenant, user, new, actor=user.id, how="own", expected=stored, at=at, parameters=parameters)


@attrs.frozen(kw_only=True)
class PasswordByCode:
    """What came of a password set with a code. To the outside it worked or it didn't; the rest stays inside."""

    verdict: CodeVerdict
    change: PasswordChange | None = None
    problems: tuple[Problem, ...] = ()
    """Every reason why there is no change."""

    @property
    def record(self) -> CodeRecord | None:
        """What to save of the code, whatever came of it; nothing where nothing is kept."""
        return self.verdict.record

    @property
    def worked(self) -> bool:
        """The answer for outside."""
        return self.change is not None


def set_password_by_code(
    tenant: Tenant,
    user: str | None,
    new: Secret,
    *,
    login: str,
    purpose: CodePurpose,
    code: Secret,
    record: CodeRecord | None,
    at: datetime,
    stored: StoredPassword | None,
    request: str | None = None,
    limits: CodeLimits = DEFAULT_LIMITS,
    parameters: HashingParameters = RFC_9106_SECOND,
    code_parameters: HashingParameters = FLOOR,
) -> PasswordByCode:
    """A first password, or another in place of a forgotten one, for whoever has the code that was sent.

    ``user`` is nothing for a login that nobody has; ``login`` is what was typed. What ``new`` lacks is found before the
    code is looked at, so that a weak password doesn't cost the code. A wrong code and an unknown user cost the same.

    Only a code to sign in lets anybody past a second factor, and this isn't one: two-factor sign-in stays as it is.
    Keep :func:`agentprov.engine.throttling.after_recovery` of the user's throttle: no wrong password counts any more.

    Raises:
        InvalidValue: every part of the policy that ``new`` fails, under ``new``; ``purpose`` is for no password; ``at``
            is no instant.
    """
    _check_at(at)
    found = Collector()
    if purpose not in {CodePurpose.RECOVERY, CodePurpose.FIRST_PASSWORD}:
        choices = (CodePurpose.RECOVERY.value, CodePurpose.FIRST_PASSWORD.value)
        found.add(Code.FIELD_UNKNOWN_CHOICE, "purpose", value=str(purpose), choices=choices)
    found.absorb(check_password(tenant.blueprint.password_policy, new, login=login), "new")
    found.check()
    holder = None if user is None else tenant.users.get(UserId(user))
    key = None if holder is None else CodeKey(tenant=tenant.id, user=holder.id, purpose=purpose)
    verdict = check_code(key, code, record=record, at=at, request=request, limits=limits, parameters=code_parameters)
    if holder is None or not verdict.accepted:
        return PasswordByCode(verdict=verdict, problems=(*_unknown(holder), *verdict.problems))
    problems = (*password_refusals(holder), *_not_first(purpose, stored), *_reused(stored, new, parameters))
    if problems:
        return PasswordByCode(verdict=verdict, problems=problems)
    change = _changed(
        tenant, holder, new, actor=holder.id, how=purpose.value, expected=stored, at=at, parameters=parameters
    )
    return PasswordByCode(verdict=verdict, change=change)


def _unknown(holder: User | None) -> tuple[Problem, ...]:
    return () if holder is not None else (Problem(code=Code.USER_UNKNOWN, parameters={"value": "nobody"}),)


def _not_first(purpose: CodePurpose, stored: StoredPassword | None) -> tuple[Problem, ...]:
    """A code for a first password replaces none that the user chose."""
    chosen = stored is not None and not stored.one_time
    return (Problem(code=Code.PASSWORD_ALREADY_SET),) if chosen and purpose is CodePurpose.FIRST_PASSWORD else ()


def _reused(stored: StoredPassword | None, new: Secret, parameters: HashingParameters) -> tuple[Problem, ...]:
    if stored is None or not stored.one_time:
        return ()
    same = verify(PasswordHash(stored.hash), new, parameters) is Verification.MATCHES
    return (Problem(code=Code.PASSWORD_REUSED_ONE_TIME, path=("new",)),) if same else ()


def _same(one: Secret, other: object) -> bool:
    """Whether two passwords are equal, compared in constant time."""
    if not isinstance(other, Secret):
        return False
    return hmac.compare_digest(
        normal_form(one.reveal()).encode(errors="replace"), normal_form(other.reveal()).encode(errors="replace")
    )


def _stored_user(tenant: Tenant, id_: str) -> User:
    if not isinstance(id_, str):
        raise InvalidValue.of(Code.FIELD_WRONG_TYPE, "id", expected="a user's id", found="something else")
    user = tenant.users.get(UserId(id_))
    if user is None:
        raise NotFound.of(Code.USER_UNKNOWN, "id", value=id_)
    return user


def _check_at(at: datetime) -> None:
    found = Collector()
    check_instants(found, ("at", at))
    found.check()


def _changed(
    tenant: Tenant,
    user: User,
    password: Secret,
    *,
    actor: UserId | None,
    how: str,
    expected: StoredPassword | None,
    at: datetime,
    parameters: HashingParameters,
    made: OneTimePassword | None = None,
) -> PasswordChange:
    one_time = made is not None
    facts = {"how": how, "one_time": "yes" if one_time else "no"}
    return PasswordChange(
        tenant=tenant.id,
        user=user.id,
        actor=actor,
        expected=expected,
        stored=StoredPassword(hash=hash_password(password, parameters).reveal(), one_time=one_time, at=at),
        events=(
            Event(kind=EventKind.PASSWORD_CHANGED, subject=user.id, facts=facts),
            Event(kind=EventKind.USER_TOLD, subject=user.id, facts={"why": "password-changed", **facts}),
        ),
        made=made,
    )

"""API tokens: generated, exchanged for credentials, revoked (CR-4).

Only users of a type that may hold tokens have any. A token is shown once; what is kept is an
:class:`~agentprov.model.api_tokens.ApiToken`, in a :class:`~agentprov.repositories.TokenRepository`. It is good for
some of its user's permissions, and both are asked at each use (:mod:`agentprov.credentials.token_requests`): what the
user loses, their tokens lose at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, assert_never

import attrs

from agentprov.credentials.password_changes import ONE_TIME_SECONDS, PasswordCheck, check_stored
from agentprov.credentials.passwords import RFC_9106_SECOND, HashingParameters
from agentprov.credentials.token_text import make_token, parse_token
from agentprov.engine.access import Access
from agentprov.engine.admins import USER_EDIT
from agentprov.engine.permits import stored_user
from agentprov.engine.sign_in import networks_of
from agentprov.errors import Code, Collector, Parameter, Problem, Refused
from agentprov.model.access import Permission
from agentprov.model.api_tokens import LONGEST_DAYS, ApiToken, TokenKind
from agentprov.model.changes import Event, EventKind
from agentprov.model.destinations import check_whole_number
from agentprov.model.ids import UserId, user_id
from agentprov.model.instants import check_instants, utc
from agentprov.model.network import Address, allows
from agentprov.model.secret import Secret
from agentprov.model.stored_passwords import StoredPassword
from agentprov.model.tenant import Tenant
from agentprov.model.users import AuthenticationMethod, Status, User
from agentprov.model.verification import Verification

if TYPE_CHECKING:
    from random import Random

_DAY: Final = 24 * 60 * 60
GENERATED_SECONDS: Final = 90 * _DAY
EXCHANGED_SECONDS: Final = _DAY


@attrs.frozen(kw_only=True)
class TokenChange:
    """A token to keep in place of the ``expected`` record; nothing expected, where it is new.

    The token itself is apart, shown once, and never prints.
    """

    token: ApiToken
    expected: ApiToken | None = None
    actor: UserId | None = None
    events: tuple[Event, ...] = ()
    secret: Secret | None = attrs.field(default=None, repr=False, eq=False)

    def without_secrets(self) -> TokenChange:
        """The same without what is shown once: what may be logged and sent on."""
        return attrs.evolve(self, secret=None)


# ---- by an admin -----------------------------------------------------------------------------------------------------


def generate_token(
    tenant: Tenant,
    user: str,
    *,
    permissions: Iterable[str],
    by: str | None,
    at: datetime,
    seconds: int = GENERATED_SECONDS,
    name: str | None = None,
    source: Random | None = None,
) -> TokenChange:
    """A new token for a user who may hold some, good for these permissions, ``section:*`` for all of a section.

    Whoever generates a token gets to see it, so its permissions must be ``by``'s own as well, for the whole tenant.

    Raises:
        NotFound: ``user.unknown``.
        Refused: ``by`` may not edit this user; ``token.role_not_allowed``, ``user.not_active``,
            ``token.exceeds_user``, ``token.exceeds_actor``.
        InvalidValue: there are no permissions, or unknown ones; the life isn't 1 minute to 400 days; the name or the
            instant is none.
    """
    actor = user_id(by)
    holder = stored_user(tenant, UserId(user), actor, USER_EDIT)
    found = Collector()
    wanted = _expanded(tenant, permissions, found)
    if not wanted and not found.problems:
        found.add(Code.FIELD_EMPTY, "permissions")
    _check_times(found, at, seconds)
    found.check()
    access = Access(tenant)
    guards = Collector()
    guards.absorb(token_refusals(tenant, holder))
    if holder.status is Status.ACTIVE:
        guards.absorb(_beyond(access, holder, wanted))
    if actor is not None and (lacking := tuple(sorted(each for each in wanted if not access.allows(actor, each)))):
        guards.add(Code.TOKEN_EXCEEDS_ACTOR, "permissions", actor=actor, permissions=lacking)
    guards.check(Refused)
    return _made(
        TokenKind.BY_ADMIN, tenant, holder, wanted, actor=actor, at=at, seconds=seconds, name=name, source=source
    )


@attrs.frozen(kw_only=True)
class TokenCopy:
    """A new token in place of one that can't be shown again. Keep the new one first, then the revoked one."""

    new: TokenChange
    old: TokenChange


def copy_token(
    tenant: Tenant,
    token: ApiToken,
    *,
    by: str | None,
    at: datetime,
    seconds: int = GENERATED_SECONDS,
    source: Random | None = None,
) -> TokenCopy:
    """A new token like another, which is revoked: the old one's text is known to nobody but its holder.

    Raises:
        NotFound, Refused, InvalidValue: as :func:`generate_token` and :func:`revoke_token`; and ``token.revoked``: what
            was made worthless isn't brought back by a copy.
    """
    old = revoke_token(tenant, token, by=by, at=at)
    if token.revoked_at is not None:
        raise Refused.of(Code.TOKEN_REVOKED)
    new = generate_token(
        tenant, token.user, permissions=token.permissions, by=by, at=at, seconds=seconds, name=token.name, source=source
    )
    return TokenCopy(new=new, old=old)


def revoke_token(tenant: Tenant, token: ApiToken, *, by: str | None, at: datetime) -> TokenChange:
    """The token made worthless from now on. Users revoke their own; doing it again changes nothing.

    Raises:
        NotFound: ``user.unknown``.
        Refused: ``by`` may not edit the token's user; ``token.other_tenant``.
        InvalidValue: ``at`` is no instant.
    """
    actor = user_id(by)
    if token.tenant != tenant.id:
        raise Refused.of(Code.TOKEN_OTHER_TENANT)
    stored_user(tenant, token.user, None if actor == token.user else actor, USER_EDIT)
    found = Collector()
    check_instants(found, ("at", at))
    found.check()
    if token.revoked_at is not None:
        return TokenChange(token=token, expected=token, actor=actor)
    return TokenChange(
        token=attrs.evolve(token, revoked_at=at),
        expected=token,
        actor=actor,
        events=(Event(kind=EventKind.TOKEN_REVOKED, subject=token.user, facts={"token": token.id}),),
    )


# ---- by the user -----------------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class TokenExchange:
    """What came of giving credentials for a token. To the outside it worked or it didn't; the rest stays inside."""

    check: PasswordCheck
    change: TokenChange | None = None
    problems: tuple[Problem, ...] = ()
    """Every reason why there is no token."""

    @property
    def worked(self) -> bool:
        """The answer for outside."""
        return self.change is not None


def exchange_for_token(
    tenant: Tenant,
    user: str | None,
    password: Secret,
    *,
    stored: StoredPassword | None,
    at: datetime,
    address: Address | None = None,
    permissions: Iterable[str] | None = None,
    refused: Iterable[Problem] = (),
    seconds: int = EXCHANGED_SECONDS,
    parameters: HashingParameters = RFC_9106_SECOND,
    one_time_seconds: int = ONE_TIME_SECONDS,
    source: Random | None = None,
) -> TokenExchange:
    """A token for a user's login and password. Exactly one hash is computed, whatever comes out.

    ``user`` is nothing for a login that nobody has. ``address`` is where they come from; nothing: the host doesn't
    know, and who is bound to addresses gets no token. ``refused`` is what else speaks against it, such as a
    lock-out; the password is a guess to count as those at sign-in.
    ``permissions`` are all that the user holds unless fewer are asked for.

    Reasons: ``user.unknown``, ``user.not_active``, ``token.role_not_allowed``, ``token.address_not_allowed``,
    ``password.method``, ``password.wrong``, ``password.not_set``, ``password.one_time``, ``password.one_time_expired``,
    ``password.unreadable``, ``token.exceeds_user``.

    Raises:
        InvalidValue: unknown permissions; the life isn't 1 minute to 400 days; ``at`` is no instant.
    """
    found = Collector()
    asked = None if permissions is None else _expanded(tenant, permissions, found)
    _check_times(found, at, seconds)
    found.check()
    holder = None if user is None else tenant.users.get(UserId(user))
    check = check_stored(
        None if holder is None else stored,
        password,
        at=at,
        parameters=parameters,
        one_time_seconds=one_time_seconds,
    )
    if holder is None:
        unknown = Problem(code=Code.USER_UNKNOWN, parameters={"value": "nobody"})
        return TokenExchange(check=check, problems=(unknown, *refused))
    guards = Collector()
    guards.absorb([*token_refusals(tenant, holder), *address_refusals(tenant, holder, address)])
    guards.absorb([*_without_password(holder), *_said_of(check), *refused])
    if guards.problems:
        return TokenExchange(check=check, problems=tuple(guards.problems))
    access = Access(tenant)
    wanted = frozenset(access.what(holder.id)) if asked is None else asked
    beyond = _beyond(access, holder, wanted)
    if beyond:
        return TokenExchange(check=check, problems=beyond)
    change = _made(
        TokenKind.EXCHANGED, tenant, holder, wanted, actor=holder.id, at=at, seconds=seconds, name=None, source=source
    )
    return TokenExchange(check=check, change=change)


# ---- the parts -------------------------------------------------------------------------------------------------------


def token_refusals(tenant: Tenant, user: User) -> tuple[Problem, ...]:
    """Why this user has no tokens, or theirs are refused."""
    found = Collector()
    if not tenant.blueprint.user_types[user.type].tokens:
        found.add(Code.TOKEN_ROLE_NOT_ALLOWED, value=user.type)
    if user.status is not Status.ACTIVE:
        found.add(Code.USER_NOT_ACTIVE, value=user.id)
    return tuple(found.problems)


def address_refusals(tenant: Tenant, user: User, address: Address | None) -> tuple[Problem, ...]:
    """Why tokens of this user aren't good from an address: they are bound to others, or where they are isn't known."""
    networks = networks_of(tenant, user)
    if networks is None or (address is not None and allows(networks, address)):
        return ()
    return (Problem(code=Code.TOKEN_ADDRESS_NOT_ALLOWED, parameters={"value": user.id}),)


def _without_password(user: User) -> tuple[Problem, ...]:
    if user.sign_in.method is AuthenticationMethod.PASSWORD:
        return ()
    return (Problem(code=Code.PASSWORD_METHOD, parameters={"method": user.sign_in.method.value}),)


def _said_of(check: PasswordCheck) -> tuple[Problem, ...]:
    found = Collector()
    match check.verification:
        case Verification.MATCHES:
            if check.one_time:
                found.add(Code.PASSWORD_ONE_TIME)
        case Verification.WRONG:
            found.add(Code.PASSWORD_WRONG)
        case Verification.NO_PASSWORD:
            found.add(Code.PASSWORD_ONE_TIME_EXPIRED if check.expired else Code.PASSWORD_NOT_SET)
        case Verification.UNREADABLE | Verification.EXCESSIVE:
            found.add(Code.PASSWORD_UNREADABLE, reason=check.verification.value)
        case _:
            assert_never(check.verification)
    return tuple(found.problems)


def _expanded(tenant: Tenant, permissions: Iterable[str], found: Collector) -> frozenset[Permission]:
    wanted: set[Permission] = set()
    for each in permissions:
        covered = tenant.blueprint.catalogue.expand(Permission(str(each)))
        if not covered:
            found.add(Code.PERMISSION_UNKNOWN, "permissions", value=str(each))
        wanted.update(covered)
    return frozenset(wanted)


def _beyond(access: Access, user: User, wanted: frozenset[Permission]) -> tuple[Problem, ...]:
    """What the user doesn't hold, for anything."""
    held = access.what(user.id)
    lacking = tuple(sorted(each for each in wanted if each not in held))
    if not lacking:
        return ()
    parameters: dict[str, Parameter] = {"value": user.id, "permissions": lacking}
    return (Problem(code=Code.TOKEN_EXCEEDS_USER, path=("permissions",), parameters=parameters),)


def _check_times(found: Collector, at: datetime, seconds: int) -> None:
    check_instants(found, ("at", at))
    check_whole_number(found, "seconds", seconds, low=60, high=LONGEST_DAYS * _DAY)


def _made(
    kind: TokenKind,
    tenant: Tenant,
    user: User,
    permissions: frozenset[Permission],
    *,
    actor: UserId | None,
    at: datetime,
    seconds: int,
    name: str | None,
    source: Random | None,
) -> TokenChange:
    secret = make_token(kind, source)
    parsed = parse_token(secret)
    token = ApiToken(
        tenant=tenant.id,
        user=user.id,
        kind=kind,
        digest=parsed.digest,
        hint=parsed.hint,
        name=name,
        permissions=permissions,
        created_at=at,
        created_by=actor,
        expires_at=utc(at) + timedelta(seconds=seconds),
    )
    event = Event(kind=EventKind.TOKEN_ISSUED, subject=user.id, facts={"token": token.id, "hint": token.hint})
    return TokenChange(token=token, actor=actor, events=(event,), secret=secret)

"""A request that comes with an API token: what it presents, and whose it is (CR-4).

First the header is read; no store is asked about what can't be a token. Then a store is asked for the digest, and one
decision says whose request it is, with every reason inside if it is nobody's.
"""

from __future__ import annotations

import hmac
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import attrs

from agentprov.credentials.api_tokens import address_refusals, token_refusals
from agentprov.credentials.token_text import ParsedToken, parse_token
from agentprov.engine.access import Access
from agentprov.engine.decisions import Object
from agentprov.errors import Code, Collector, InvalidValue, Problem
from agentprov.model.access import Permission
from agentprov.model.api_tokens import ApiToken
from agentprov.model.ids import TenantId, UserId
from agentprov.model.instants import check_instants, utc
from agentprov.model.network import Address
from agentprov.model.secret import Secret
from agentprov.model.tenant import Tenant

_LONGEST_HEADER: Final = 4_096
_USE_SECONDS: Final = 60


@attrs.frozen(kw_only=True)
class PresentedToken:
    """What a request brings: a token that could be one, or why there is none."""

    parsed: ParsedToken | None = None
    problems: tuple[Problem, ...] = ()


def read_authorization(header: str | None) -> PresentedToken:
    """The token in the ``Authorization`` header of a request; nothing where it has none.

    Two forms are taken, the scheme in any case: ``Bearer <token>``; and, for clients that know no other,
    ``Basic`` with the token as the password beside any user name, or as the user name beside an empty password.
    Whatever comes, an answer is given: ``token.missing``, ``token.malformed``, or a token to look up.

    >>> read_authorization("Digest x").problems[0].code.value
    'token.missing'
    """
    if isinstance(header, str) and len(header) > _LONGEST_HEADER:
        return PresentedToken(problems=(Problem(code=Code.TOKEN_MALFORMED),))
    if not isinstance(header, str) or not header.strip(" "):
        return PresentedToken(problems=(Problem(code=Code.TOKEN_MISSING),))
    scheme, _, rest = header.strip(" ").partition(" ")
    match scheme.lower():
        case "bearer":
            text = Secret(rest.strip(" "))
        case "basic":
            text = _in_basic(Secret(rest.strip(" ")))
        case _:
            return PresentedToken(problems=(Problem(code=Code.TOKEN_MISSING),))
    try:
        return PresentedToken(parsed=parse_token(text))
    except InvalidValue as refusal:
        return PresentedToken(problems=refusal.problems)


def _in_basic(encoded: Secret) -> Secret:
    """The password of a pair, or the user name beside an empty password; the empty text where there is no pair."""
    try:
        user, colon, password = b64decode(encoded.reveal(), validate=True).decode("ascii").partition(":")
    except (NotBase64, ValueError):
        return Secret("")
    return Secret((password or user) if colon else "")


@attrs.frozen(kw_only=True)
class TokenDecision:
    """Whose request it is, or every reason why it is refused. To the outside all refusals are one: 401, and no more."""

    tenant: TenantId
    user: UserId | None
    permissions: frozenset[Permission]
    problems: tuple[Problem, ...]

    @property
    def allowed(self) -> bool:
        """The answer for outside."""
        return not self.problems

    def refusals(self, access: Access, permission: str, on: str | Object | None = None) -> tuple[Problem, ...]:
        """Every reason why this request may not do this; nothing where it may.

        Both must hold the permission: the token, and its user for ``on``, as ``access`` has it now.

        Raises:
            NotFound: ``permission.unknown``.
        """
        if self.problems or self.user is None:
            return self.problems
        found = Collector()
        if access.tenant.id != self.tenant:
            found.add(Code.TOKEN_OTHER_TENANT)
            return tuple(found.problems)
        decision = access.decide(self.user, permission, on)
        if permission not in self.permissions:
            found.add(Code.TOKEN_NOT_SCOPED, permission=permission)
        if not decision.allowed:
            found.absorb(decision.problems(self.user, permission))
        return tuple(found.problems)


def decide_request(
    tenant: Tenant,
    presented: PresentedToken,
    token: ApiToken | None,
    *,
    at: datetime,
    address: Address | None = None,
    refused: Iterable[Problem] = (),
) -> TokenDecision:
    """Whose request it is. ``token`` is what the store has for the digest that was presented, if anything.

    ``address`` is where it comes from, the trusted one; nothing: the host doesn't know, and who is bound to addresses
    is refused. ``refused`` is what else speaks against it.

    Reasons: ``token.missing``, ``token.malformed``, ``token.unknown``, ``token.other_tenant``, ``token.revoked``,
    ``token.expired``, ``user.unknown``, ``user.not_active``, ``token.role_not_allowed``,
    ``token.address_not_allowed``.

    Raises:
        InvalidValue: ``at`` is no instant.
    """
    found = Collector()
    check_instants(found, ("at", at))
    found.check()
    if presented.parsed is None or token is None:
        found.absorb(presented.problems)
        if presented.parsed is not None or not presented.problems:
            found.add(Code.TOKEN_UNKNOWN)
    elif not hmac.compare_digest(presented.parsed.digest, token.digest):
        found.add(Code.TOKEN_UNKNOWN)
    elif token.tenant != tenant.id:
        found.add(Code.TOKEN_OTHER_TENANT)
    else:
        found.absorb(_faults(tenant, token, address, utc(at)))
    found.absorb(tuple(refused))
    if found.problems or token is None:
        return TokenDecision(tenant=tenant.id, user=None, permissions=frozenset(), problems=tuple(found.problems))
    return TokenDecision(tenant=tenant.id, user=token.user, permissions=token.permissions, problems=())


def _faults(tenant: Tenant, token: ApiToken, address: Address | None, at: datetime) -> tuple[Problem, ...]:
    found = Collector()
    if token.revoked_at is not None:
        found.add(Code.TOKEN_REVOKED)
    # Before it was made: a clock was set back, and nobody can say whether it has expired.
    if not token.created_at <= at < token.expires_at:
        found.add(Code.TOKEN_EXPIRED)
    holder = tenant.users.get(token.user)
    if holder is None:
        found.add(Code.USER_UNKNOWN, value=token.user)
    else:
        found.absorb((*token_refusals(tenant, holder), *address_refusals(tenant, holder, address)))
    return tuple(found.problems)


def used(token: ApiToken, *, at: datetime) -> ApiToken:
    """The token with its last use, to keep in place of the one given; the same one where that was within a minute.

    So a busy token is written once a minute. Whoever loses to a revocation leaves it at that.
    """
    known = token.last_used_at
    if known is not None and utc(at) - known < timedelta(seconds=_USE_SECONDS):
        return token
    return attrs.evolve(token, last_used_at=at)

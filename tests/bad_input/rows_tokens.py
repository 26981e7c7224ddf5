"""API tokens: one character changed, of somebody who may hold none, of another tenant, and what only looks like one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import attrs

from agentprov.credentials.api_tokens import generate_token
from agentprov.credentials.token_requests import decide_request, read_authorization
from agentprov.credentials.token_text import parse_token
from agentprov.errors import Code, Refused
from agentprov.model.api_tokens import ApiToken
from agentprov.model.ids import UserId
from agentprov.model.secret import Secret
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status
from tests.bad_input.rows import Act, Fault, Row, asks
from tests.credentials.accounts import AT, COMPANY, company

BOT: Final = UserId("u-bot")
MALFORMED: Final[Fault] = ("(whole)", Code.TOKEN_MALFORMED)
DAY: Final = timedelta(days=1)


def _made() -> tuple[str, ApiToken]:
    change = generate_token(COMPANY, BOT, permissions=["user:view"], by=None, at=AT)
    assert change.secret is not None
    return change.secret.reveal(), change.token


_TEXT, _TOKEN = _made()
_MIDDLE: Final = 20


def _swapped(text: str, position: int) -> str:
    other = "a" if text[position] != "a" else "b"
    return text[:position] + other + text[position + 1 :]


def malformed(id_: str, says: str, text: str) -> Row:
    """A text that no store is asked about."""
    return asks(id_, says, lambda _: parse_token(Secret(text)), MALFORMED, secret=text if len(text) < 200 else None)


def used(
    *, tenant: Tenant = COMPANY, token: ApiToken | None = _TOKEN, after: timedelta = DAY, header: str | None = None
) -> Act:
    """A request with the token, or with another header."""

    def act(_: object) -> object:
        presented = read_authorization(f"Bearer {_TEXT}" if header is None else header)
        decision = decide_request(tenant, presented, token, at=AT + after)
        if decision.problems:
            raise Refused(decision.problems)
        return decision.user

    return act


def refused(id_: str, says: str, act: Act, code: Code) -> Row:
    """A request that is refused."""
    return asks(id_, says, act, ("(whole)", code), secret=_TEXT)


def with_bot(**fields: Any) -> Tenant:
    """The tenant with another bot."""
    return company("t-acme", attrs.evolve(COMPANY.users[BOT], **fields))


ROWS: Final[tuple[Row, ...]] = (
    malformed("B068", "one character changed", _swapped(_TEXT, _MIDDLE)),
    malformed("B068a", "one character of the checksum changed", _swapped(_TEXT, -1)),
    malformed("B068b", "two characters swapped", _TEXT[:10] + _TEXT[11] + "-" + _TEXT[12:]),
    malformed("B068c", "in another case", _TEXT.swapcase()),
    malformed("B068d", "a line end behind it", f"{_TEXT}\n"),
    malformed("B068e", "a space before it", f" {_TEXT}"),
    malformed("B068f", "full-width digits", _TEXT[:-1] + "１"),
    malformed("B068g", "half a surrogate pair", _TEXT[:-1] + "\ud800"),
    malformed("B068h", "another kind", "apv_x" + _TEXT[5:]),
    malformed("B068i", "nothing", ""),
    asks("B068x", "the token itself", used(), gives=BOT),
    refused("B070", "of a disabled user", used(tenant=with_bot(status=Status.DISABLED)), Code.USER_NOT_ACTIVE),
    refused("B070a", "of a blocked user", used(tenant=with_bot(status=Status.BLOCKED)), Code.USER_NOT_ACTIVE),
    refused("B070b", "that no store knows", used(token=None), Code.TOKEN_UNKNOWN),
    refused("B070c", "revoked", used(token=attrs.evolve(_TOKEN, revoked_at=AT)), Code.TOKEN_REVOKED),
    refused("B070d", "at the instant of expiry", used(after=_TOKEN.expires_at - AT), Code.TOKEN_EXPIRED),
    refused("B070e", "before it was made", used(after=-DAY), Code.TOKEN_EXPIRED),
    refused("B071", "of another tenant", used(tenant=company("t-other")), Code.TOKEN_OTHER_TENANT),
    refused("B071a", "another one's record", used(token=_made()[1]), Code.TOKEN_UNKNOWN),
    malformed("B073", "ten megabytes", _TEXT * 200_000),
    malformed("B073a", "one character too many", f"{_TEXT}0"),
    refused("B073b", "a header of ten megabytes", used(header="Bearer " + "x" * 10_000_000), Code.TOKEN_MALFORMED),
    refused("B073c", "no header", used(header=""), Code.TOKEN_MISSING),
    refused("B073d", "another scheme", used(header=f"Digest {_TEXT}"), Code.TOKEN_MISSING),
    refused("B073e", "no base64", used(header="Basic ***"), Code.TOKEN_MALFORMED),
    asks(
        "B074",
        "for a person",
        lambda _: generate_token(COMPANY, "u-asha", permissions=["user:view"], by=None, at=AT),
        ("(whole)", Code.TOKEN_ROLE_NOT_ALLOWED),
        ("permissions", Code.TOKEN_EXCEEDS_USER),
    ),
    refused(
        "B074a", "of a user who became a person", used(tenant=with_bot(type="person")), Code.TOKEN_ROLE_NOT_ALLOWED
    ),
)

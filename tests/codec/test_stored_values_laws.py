"""Laws of what a store keeps beside tenants: each comes back exactly, and a secret can't be written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentprov.codec import decode_value, encode_value, row_document, row_text
from agentprov.codec.shapes import shape_of
from agentprov.errors import Code, InvalidValue
from agentprov.model.access import Permission
from agentprov.model.api_tokens import ApiToken, TokenKind
from agentprov.model.changes import Change, Event, EventKind
from agentprov.model.effects import StickyAssigned
from agentprov.model.ids import TenantId, UserId
from agentprov.model.live import Counters, Presence
from agentprov.model.network import Address
from agentprov.model.one_time_codes import CodeKey, CodeKind, CodePurpose, CodeRecord, StoredCode
from agentprov.model.references import Kind
from agentprov.model.secret import Secret
from agentprov.model.sessions import Session
from agentprov.model.sticky import LastAgent, StickyKey, StickyPlace
from agentprov.model.stored_passwords import StoredPassword
from agentprov.model.throttle import Throttle
from agentprov.repositories.audit import Noted
from agentprov.repositories.presence import AgentPresence
from agentprov.testing.strategies import (
    addresses,
    counters,
    events,
    instants,
    last_agents,
    names,
    permissions,
    pools,
    problems,
    throttles,
    user_ids,
)
from tests.codec.test_changes_laws import types_in

EARLY = datetime(2026, 11, 23, 12, tzinfo=UTC)
MOMENTS = st.one_of(
    instants(),
    st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2198, 1, 1), timezones=st.just(UTC)),
)
HASHES = st.text(min_size=1, max_size=40)


def assert_comes_back(kind: Any, value: object) -> None:
    """Write a value, as text too, and read it again."""
    written = encode_value(value, kind)
    again = decode_value(kind, row_document(row_text(written)))
    assert value == again
    assert types_in(value) == types_in(again)
    assert row_text(written) == row_text(encode_value(again, kind))


@given(HASHES, st.booleans(), MOMENTS)
def test_passwords(hashed: str, one_time: bool, at: datetime) -> None:
    """CR-7, P73: a stored password, to the microsecond."""
    password = StoredPassword(hash=hashed, one_time=one_time, at=at)

    assert_comes_back(StoredPassword, password)
    assert hashed == decode_value(StoredPassword, encode_value(password)).hash


@st.composite
def code_records(draw: st.DrawFn) -> CodeRecord:
    """What is kept of a user's codes for a purpose."""
    purpose = draw(st.sampled_from(CodePurpose))
    kinds = [kind for kind in CodeKind if kind.purpose is purpose]
    issued = draw(MOMENTS)
    request = draw(st.text("abc-!~", min_size=1, max_size=9))
    code = StoredCode(
        kind=draw(st.sampled_from(kinds)),
        request=request if purpose is CodePurpose.SIGN_IN or draw(st.booleans()) else None,
        hash=draw(HASHES),
        issued_at=issued,
        expires_at=issued + timedelta(microseconds=draw(st.integers(1, 600 * 10**6))),
        used=draw(st.booleans()),
    )
    return CodeRecord(
        key=CodeKey(tenant=pools.TENANT, user=draw(user_ids()), purpose=purpose),
        code=draw(st.sampled_from((None, code))),
        failures=draw(st.integers(0, 100)),
        issues=draw(st.lists(MOMENTS, max_size=3)),
        seen=draw(st.one_of(st.none(), MOMENTS)),
    )


@given(code_records())
def test_one_time_codes(record: CodeRecord) -> None:
    """CR-2, P73: a record of codes and its key."""
    assert_comes_back(CodeRecord, record)
    assert_comes_back(CodeKey, record.key)


@st.composite
def tokens(draw: st.DrawFn) -> ApiToken:
    """A token as it is kept."""
    created = draw(MOMENTS)
    kind = draw(st.sampled_from(TokenKind))
    return ApiToken(
        tenant=pools.TENANT,
        user=draw(user_ids()),
        kind=kind,
        digest=draw(st.text("0123456789abcdef", min_size=64, max_size=64)),
        hint=f"apv_{kind.value}{draw(st.text('09azAZ', min_size=3, max_size=3))}",
        name=draw(st.one_of(st.none(), names())),
        permissions=[each for each in draw(st.lists(permissions(), max_size=3)) if not each.endswith(":*")],
        created_at=created,
        created_by=draw(st.one_of(st.none(), user_ids())),
        expires_at=created + timedelta(microseconds=draw(st.integers(1, 300 * 86_400 * 10**6))),
        last_used_at=draw(st.one_of(st.none(), MOMENTS)),
        revoked_at=draw(st.one_of(st.none(), MOMENTS)),
    )


@given(tokens())
def test_api_tokens(token: ApiToken) -> None:
    """CR-4, P73: a token's record, without the token."""
    assert_comes_back(ApiToken, token)
    assert token.digest == decode_value(ApiToken, encode_value(token)).digest


@given(st.sampled_from(pools.CALLERS), st.sampled_from(StickyPlace), st.integers(0, 2**40), st.integers(0, 2**40))
def test_sticky_assignments(caller: Any, place: StickyPlace, at: int, until: int) -> None:
    """RT-5, P73: who is to be tried first, and the key of the record."""
    key = StickyKey(caller=caller, place=place, id="d-sales")

    assert_comes_back(StickyKey, key)
    assert_comes_back(StickyAssigned, StickyAssigned(key=key, user=UserId("u-asha"), at=at, until=until))


@given(st.one_of(last_agents(), st.builds(LastAgent, user=user_ids(), at=MOMENTS)))
def test_last_agents(last: LastAgent) -> None:
    """RT-5, P73: who served a caller last."""
    assert_comes_back(LastAgent, last)


@given(st.sampled_from(Presence), counters(), addresses())
def test_live_facts(presence: Presence, counted: Counters, address: Address) -> None:
    """ST-1, P73: what an agent is doing and has done, and where from; an address is written as people write it."""
    assert_comes_back(Presence, presence)
    assert_comes_back(Counters, counted)
    assert_comes_back(Address, address)
    assert str(address) == encode_value(address)


@st.composite
def presences(draw: st.DrawFn) -> AgentPresence:
    """What is kept of one agent."""
    return AgentPresence(
        user=draw(user_ids()),
        at=draw(MOMENTS),
        presence=draw(st.sampled_from(Presence)),
        queues=draw(st.frozensets(st.sampled_from(pools.QUEUES))),
        panel=draw(st.booleans()),
        profile=draw(st.sampled_from((None, *pools.PROFILES))),
        address=draw(st.one_of(st.none(), addresses())),
        counters=draw(counters()),
    )


@given(presences())
def test_presence(presence: AgentPresence) -> None:
    """ST-1, P73: the record of one agent."""
    assert_comes_back(AgentPresence, presence)


@given(
    st.builds(
        Noted,
        key=st.text("abc-", min_size=1, max_size=9),
        at=MOMENTS,
        action=st.sampled_from(["user:delete", "sign-in"]),
        actor=st.one_of(st.none(), user_ids()),
        about=st.frozensets(st.tuples(st.sampled_from(Kind), user_ids()), max_size=3),
        problems=st.lists(problems(), max_size=2),
        events=st.lists(events(), max_size=2),
        reason=st.one_of(st.none(), names()),
    )
)
def test_what_was_noted(noted: Noted) -> None:
    """ST-5, P73: an entry of the audit that is no change, with its problems, events, and what it is about."""
    assert_comes_back(Noted, noted)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("users", ("(whole)", Code.FIELD_WRONG_TYPE)),
        (["users"], ("(whole)", Code.FIELD_WRONG_TYPE)),
        (["users", 1], ("(whole)", Code.FIELD_WRONG_TYPE)),
        (["horses", "h"], ("[0]", Code.FIELD_UNKNOWN_CHOICE)),
    ],
)
def test_what_names_no_object(value: object, expected: tuple[str, Code]) -> None:
    """FF-1: an object is named by its kind and its id."""
    with pytest.raises(InvalidValue) as caught:
        decode_value(tuple[Kind, str], value)

    assert [expected] == [(problem.where, problem.code) for problem in caught.value.problems]


@given(throttles())
def test_throttles(throttle: Throttle) -> None:
    """CR-3, P73: what failed before."""
    assert_comes_back(Throttle, throttle)


@given(st.frozensets(st.sampled_from(pools.ROLES)))
def test_sessions(roles: frozenset[Any]) -> None:
    """AC-6, P73: a session with its active roles."""
    assert_comes_back(Session, Session(id="ses-1", tenant=pools.TENANT, user=UserId("u-asha"), roles=roles))  # type: ignore[arg-type]


@given(
    st.sampled_from([StoredPassword, CodeRecord, ApiToken, StickyAssigned, LastAgent, AgentPresence, Noted, Address]),
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(st.sampled_from(["hash", "at", "user", "key", "code", "one_time", "x"]), inner, max_size=4),
        ),
        max_leaves=6,
    ),
)
def test_any_value_is_read_or_refused(kind: Any, value: object) -> None:
    """P76: a damaged record ends in an error of ours, and in no other."""
    try:
        found = decode_value(kind, value)
    except InvalidValue:
        return
    assert_comes_back(kind, found)


# ---- secrets ---------------------------------------------------------------------------------------------------------

CANARY = "kX7pQz4vN9wR2mT8bY5cJ3hL"


@attrs.frozen(kw_only=True)
class Telling:
    """A value of somebody's own that holds a secret."""

    password: Secret


@pytest.mark.parametrize(
    "value",
    [
        Secret(CANARY),
        Telling(password=Secret(CANARY)),
        Change(tenant=TenantId("t"), base=1, secrets={"password": Secret(CANARY)}),
    ],
)
def test_a_secret_has_no_shape(value: object) -> None:
    """P75: neither a secret nor what holds one is a single value; a change has a writer of its own."""
    with pytest.raises(TypeError) as caught:
        encode_value(value)

    assert CANARY not in str(caught.value)
    with pytest.raises(TypeError):
        shape_of(type(value)) if isinstance(value, Secret) else decode_value(type(value), {})


@pytest.mark.parametrize(
    "make",
    [
        lambda secret: StoredPassword(hash=secret, one_time=False, at=EARLY),
        lambda secret: StoredCode(
            kind=CodeKind.RECOVERY_BY_SMS, hash=secret, issued_at=EARLY, expires_at=EARLY + timedelta(minutes=1)
        ),
        lambda secret: ApiToken(
            tenant=pools.TENANT,
            user=UserId("u-asha"),
            kind=TokenKind.BY_ADMIN,
            digest=secret,
            hint="apv_aAAA",
            permissions=[Permission("user:view")],
            created_at=EARLY,
            expires_at=EARLY + timedelta(days=1),
        ),
        lambda secret: Event(kind=EventKind.PASSWORD_SET, subject="u-asha", facts={"password": secret}),
    ],
    ids=["password", "code", "token", "event"],
)
def test_a_secret_in_place_of_a_text_is_refused_where_the_value_is_made(make: Any) -> None:
    """P75: so that no writer can meet one."""
    with pytest.raises(InvalidValue) as caught:
        make(Secret(CANARY))

    assert (Code.FIELD_WRONG_TYPE,) == caught.value.codes
    assert CANARY not in repr(caught.value)

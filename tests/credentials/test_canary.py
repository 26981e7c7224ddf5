"""A secret of 24 random characters goes through every operation, and is seen nowhere (CR-7, P75)."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import random
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentprov.credentials.api_tokens import copy_token, exchange_for_token, generate_token, revoke_token
from agentprov.credentials.one_time_codes import issue_code, unlock_codes
from agentprov.credentials.password_changes import (
    change_password,
    check_stored,
    rehashed,
    reset_password,
    set_password_by_code,
)
from agentprov.credentials.passwords import CHEAPEST
from agentprov.credentials.token_requests import decide_request, read_authorization
from agentprov.credentials.token_text import parse_token
from agentprov.errors import AgentprovError, Code
from agentprov.model.one_time_codes import CodeKind, CodeLimits, CodePurpose, CodeRecord
from agentprov.model.secret import Secret
from agentprov.model.stored_passwords import StoredPassword
from tests.credentials.accounts import AT, COMPANY, check, hashes_of, issued, key, minutes, stored

ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
canaries = st.text(ALPHABET, min_size=24, max_size=24)


def shown(value: Any) -> str:
    """Everything that a value shows of itself to whoever prints, logs, copies or sends it."""
    texts = [repr(value), str(value), f"{value}", f"{value!r:>40}"]
    record = logging.LogRecord("x", logging.INFO, "x", 1, "%s %r", (value, value), None)
    texts.append(record.getMessage())
    if attrs.has(type(value)):
        texts += [repr(attrs.asdict(value)), repr(attrs.astuple(value)), json.dumps(attrs.asdict(value), default=str)]
    for take in (pickle.dumps, copy.deepcopy):
        try:
            texts.append(repr(take(value)))
        except TypeError as refusal:
            texts.append("".join(traceback.format_exception(refusal)))
    return "\n".join(texts)


def outcome(act: Callable[[], object]) -> str:
    """What an operation shows: of its result, or of its refusal with the whole chain of causes."""
    try:
        return shown(act())
    except AgentprovError as refusal:
        chain = traceback.TracebackException.from_exception(refusal)
        return "".join(chain.format()) + shown(refusal) + repr([each.parameters for each in refusal.problems])


def with_password(canary: str) -> Iterator[Callable[[], object]]:
    """Everything that is done with a password that somebody typed: it works, or it doesn't."""
    secret = Secret(canary)
    kept = stored(canary)
    one_time = stored(canary, one_time=True)
    code, record = issued()
    for there in (None, kept, one_time, StoredPassword(hash=canary, one_time=False, at=AT)):
        yield lambda there=there: check_stored(there, secret, at=AT, parameters=CHEAPEST)  # type: ignore[misc]
        yield (
            lambda there=there: (
                exchange_for_token(  # type: ignore[misc]
                    COMPANY, "u-bot", secret, stored=there, at=AT, parameters=CHEAPEST
                ).change
            )
        )
        yield lambda there=there: change_password(  # type: ignore[misc]
            COMPANY, "u-asha", secret, current=secret, at=AT, stored=there, parameters=CHEAPEST
        )
    yield lambda: rehashed(kept, secret, CHEAPEST)
    yield lambda: exchange_for_token(COMPANY, "u-root", secret, stored=kept, at=AT, parameters=CHEAPEST)
    yield lambda: change_password(
        COMPANY, "u-asha", Secret("x" + canary[:3]), current=secret, at=AT, stored=kept, parameters=CHEAPEST
    )
    for typed in (code, canary):
        yield lambda typed=typed: set_password_by_code(  # type: ignore[misc]
            COMPANY,
            "u-asha",
            secret,
            login=canary if typed == code else "asha",
            purpose=CodePurpose.RECOVERY,
            code=Secret(typed),
            record=record,
            at=AT,
            stored=one_time,
            parameters=CHEAPEST,
            code_parameters=CHEAPEST,
        )
    yield lambda: check(canary, record)
    yield lambda: parse_token(secret)
    yield lambda: read_authorization(f"Bearer {canary}")
    yield lambda: read_authorization(canary)


@given(canaries)
def test_a_typed_password_is_seen_nowhere(canary: str) -> None:
    """P75: neither of what works nor of what is refused is a trace."""
    seen = "\n".join(outcome(act) for act in with_password(canary))

    assert canary not in seen


def test_a_generated_password_is_seen_nowhere() -> None:
    """P75, R6: it comes apart, and only `reveal` gives it out."""
    change = reset_password(COMPANY, "u-asha", by="u-root", at=AT, stored=None, parameters=CHEAPEST)

    assert change.made is not None
    assert change.made.secret.reveal() not in shown(change) + shown(change.made) + shown(change.without_secrets())


@given(st.integers(0, 2**32), st.sampled_from(CodeKind))
def test_a_code_is_seen_nowhere(seed: int, kind: CodeKind) -> None:
    """P75: neither in the answer, nor the record, nor an event, nor what is checked with it."""
    limits = CodeLimits(digits=12)
    made = issue_code(
        COMPANY,
        "u-asha",
        kind,
        record=None,
        at=AT,
        request="r-1",
        limits=limits,
        parameters=CHEAPEST,
        source=random.Random(seed),
    )
    assert made.message is not None
    assert made.record is not None
    code = made.message.code.reveal()
    whose = key(purpose=kind.purpose)
    verdicts = [
        check(code, made.record, whose=whose, request=request, at=AT + minutes(later))
        for request in ("r-1", "r-2")
        for later in (0, 5_000)
    ]
    values = [made, *verdicts, unlock_codes(COMPANY, made.record, by=None)]
    values += [problem for verdict in verdicts for problem in verdict.problems]

    assert code not in "\n".join(map(shown, values))


@given(st.integers(0, 2**32))
def test_a_token_is_seen_nowhere(seed: int) -> None:
    """P75, P71: what is kept shows at most its first eight characters."""
    made = generate_token(COMPANY, "u-bot", permissions=["user:view"], by="u-root", at=AT, source=random.Random(seed))
    assert made.secret is not None
    text = made.secret.reveal()
    copied = copy_token(COMPANY, made.token, by="u-root", at=AT, source=random.Random(seed + 1))
    presented = read_authorization(f"Bearer {text}")
    values: list[Any] = [made, made.token, copied, presented, revoke_token(COMPANY, made.token, by="u-root", at=AT)]
    values += [decide_request(COMPANY, presented, token, at=AT) for token in (made.token, copied.old.token, None)]
    seen = "\n".join(map(shown, values))

    assert text not in seen
    assert text[5:14] not in seen
    assert text[:9] not in seen


@pytest.mark.parametrize("wrong", [None, 5, b"q7Zw2kLx9RtV4mNbY8cHs3Dj", ["q7Zw2kLx9RtV4mNbY8cHs3Dj"]])
def test_what_is_no_secret_is_refused_without_being_repeated(wrong: Any) -> None:
    """B040, P75: a password that isn't wrapped is no password, and isn't shown."""
    seen = outcome(
        lambda: change_password(
            COMPANY, "u-asha", wrong, current=Secret("x"), at=AT, stored=stored(), parameters=CHEAPEST
        )
    )

    assert Code.PASSWORD_WRONG_TYPE.value in seen
    assert "q7Zw2kLx9RtV4mNbY8cHs3Dj" not in seen


def test_an_empty_record_is_shown_whole() -> None:
    """P75: what isn't secret can be seen, or nobody could mend anything."""
    work, text = hashes_of(lambda: shown(CodeRecord(key=key(), failures=3)))

    assert 0 == work
    assert "failures=3" in text

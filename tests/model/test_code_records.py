"""One-time codes as they are kept, and the ceilings of their limits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest

from agentprov.errors import Code, InvalidValue
from agentprov.model.ids import TenantId, UserId
from agentprov.model.one_time_codes import (
    CodeChannel,
    CodeKey,
    CodeKind,
    CodeLimits,
    CodePurpose,
    CodeRecord,
    StoredCode,
)

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
KEY = CodeKey(tenant=TenantId("t-acme"), user=UserId("u-asha"), purpose=CodePurpose.SIGN_IN)
STORED = StoredCode(
    kind=CodeKind.SIGN_IN_BY_SMS,
    request="sign-in-17",
    hash="$argon2id$...",
    issued_at=AT,
    expires_at=AT + timedelta(minutes=10),
)


def test_nobody_can_ask_for_a_code_to_sign_in_by_email() -> None:
    """CR-2, R4: every purpose by every way there is, but for signing in by e-mail: that can't be said."""
    wanted = {(purpose, channel) for purpose in CodePurpose for channel in CodeChannel}

    assert wanted - {(CodePurpose.SIGN_IN, CodeChannel.EMAIL)} == {(kind.purpose, kind.channel) for kind in CodeKind}


def test_the_limits_follow_the_standards() -> None:
    """R4, R5: five minutes to sign in, ten by SMS, an hour by e-mail, six digits, ten tries."""
    limits = CodeLimits()

    assert [5 * 60, 10 * 60, 3_600, 10 * 60, 3_600] == [limits.seconds(kind) for kind in CodeKind]
    assert (6, 10, 5) == (limits.digits, limits.tries, limits.issues)


@pytest.mark.parametrize(
    ("field", "low", "high"),
    [
        ("digits", 6, 12),
        ("sign_in", 60, 10 * 60),
        ("sms", 60, 10 * 60),
        ("email", 60, 24 * 3_600),
        ("tries", 1, 100),
        ("issues", 1, 60),
    ],
)
def test_limits_have_ceilings(field: str, low: int, high: int) -> None:
    """R3 to R5: the ceilings of NIST and OWASP can be reached and not passed; numbers that are none are refused."""
    for allowed in (low, high):
        assert allowed == getattr(CodeLimits(**{field: allowed}), field)
    refused: tuple[Any, ...] = (low - 1, high + 1, True, str(high), None, float(high))
    for value in refused:
        with pytest.raises(InvalidValue) as refusal:
            CodeLimits(**{field: value})
        assert [(field,)] == [problem.path for problem in refusal.value.problems]


def test_all_limits_that_are_wrong_are_told_together() -> None:
    """P77: in the order of the fields."""
    with pytest.raises(InvalidValue) as refusal:
        CodeLimits(digits=5, tries=101, sms=601)

    assert ["digits", "sms", "tries"] == [problem.where for problem in refusal.value.problems]


@pytest.mark.parametrize(
    ("changed", "code", "path"),
    [
        ({"request": None}, Code.FIELD_REQUIRED, "request"),
        ({"request": "two words"}, Code.FIELD_INVALID, "request"),
        ({"request": ""}, Code.FIELD_INVALID, "request"),
        ({"request": "x" * 201}, Code.FIELD_INVALID, "request"),
        ({"request": "a\nb"}, Code.FIELD_INVALID, "request"),
        ({"kind": "sign-in-by-sms"}, Code.FIELD_UNKNOWN_CHOICE, "kind"),
        ({"kind": "sign-in-by-email"}, Code.FIELD_UNKNOWN_CHOICE, "kind"),
        ({"hash": None}, Code.FIELD_WRONG_TYPE, "hash"),
        ({"used": "no"}, Code.FIELD_WRONG_TYPE, "used"),
        ({"issued_at": datetime(2026, 3, 1, 12)}, Code.FIELD_NAIVE_INSTANT, "issued_at"),
        ({"expires_at": AT}, Code.FIELD_OUT_OF_RANGE, "expires_at"),
        ({"expires_at": AT + timedelta(minutes=10, microseconds=1)}, Code.FIELD_OUT_OF_RANGE, "expires_at"),
    ],
)
def test_a_code_that_cant_be_kept(changed: dict[str, Any], code: Code, path: str) -> None:
    """CR-2, R4: a code to sign in is bound to a request, and none lives longer than its way allows."""
    with pytest.raises(InvalidValue) as refusal:
        attrs.evolve(STORED, **changed)

    assert [(code, path)] == [(problem.code, problem.where) for problem in refusal.value.problems]


def test_a_recovery_code_by_email_may_live_a_day() -> None:
    """R5: a day, and it need not be bound to a request."""
    stored = attrs.evolve(STORED, kind=CodeKind.RECOVERY_BY_EMAIL, request=None, expires_at=AT + timedelta(days=1))

    assert timedelta(days=1) == stored.expires_at - stored.issued_at


@pytest.mark.parametrize(
    ("changed", "code", "path"),
    [
        ({"failures": 101}, Code.FIELD_OUT_OF_RANGE, "failures"),
        ({"failures": -1}, Code.FIELD_OUT_OF_RANGE, "failures"),
        ({"issues": [AT] * 61}, Code.FIELD_TOO_MANY, "issues"),
        ({"issues": ["now"]}, Code.FIELD_WRONG_TYPE, "issues"),
        ({"seen": datetime(2026, 3, 1, 12)}, Code.FIELD_NAIVE_INSTANT, "seen"),
        (
            {"code": attrs.evolve(STORED, kind=CodeKind.RECOVERY_BY_SMS)},
            Code.FIELD_CONTRADICTS,
            "code",
        ),
    ],
)
def test_a_record_that_cant_be_kept(changed: dict[str, Any], code: Code, path: str) -> None:
    """CR-2: no more tries than any limit allows, and no code for another purpose."""
    with pytest.raises(InvalidValue) as refusal:
        CodeRecord(key=KEY, **changed)

    assert [(code, path)] == [(problem.code, problem.where) for problem in refusal.value.problems]


def test_a_key_names_a_tenant_a_user_and_a_purpose() -> None:
    """CR-2: all that is wrong is told together."""
    with pytest.raises(InvalidValue) as refusal:
        CodeKey(tenant=TenantId(""), user=UserId("a b"), purpose="recovery")  # type: ignore[arg-type]

    assert ["tenant", "user", "purpose"] == [problem.where for problem in refusal.value.problems]


def test_what_is_kept_shows_no_hash() -> None:
    """CR-7: neither the code nor the record prints it."""
    assert STORED.hash not in repr(CodeRecord(key=KEY, code=STORED))

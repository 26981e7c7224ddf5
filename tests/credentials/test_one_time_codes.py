"""One-time codes issued and checked, one case at a time. Every hash here is of the cheapest kind."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest

from agentprov.credentials.one_time_codes import check_code, issue_code, unlock_codes, without_code
from agentprov.credentials.passwords import CHEAPEST
from agentprov.errors import Code, InvalidValue, NotFound, Refused
from agentprov.model.changes import Event, EventKind
from agentprov.model.one_time_codes import CodeKind, CodeLimits, CodePurpose, CodeRecord, StoredCode
from agentprov.model.secret import Secret
from agentprov.model.verification import CodeCheck
from tests import tenants
from tests.credentials.accounts import (
    AT,
    COMPANY,
    EMAIL,
    LIMITS,
    after_wrong,
    check,
    company,
    hashes_of,
    issue,
    issued,
    key,
    minutes,
    other_than,
    reissued,
)

SIGN_IN = {"kind": CodeKind.SIGN_IN_BY_SMS, "request": "sign-in-17"}
IN_AN_HOUR = minutes(60)


# ---- issuing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "to", "life"),
    [
        (CodeKind.SIGN_IN_BY_SMS, tenants.MOBILE, minutes(5)),
        (CodeKind.RECOVERY_BY_SMS, tenants.MOBILE, minutes(10)),
        (CodeKind.RECOVERY_BY_EMAIL, EMAIL, minutes(60)),
        (CodeKind.FIRST_PASSWORD_BY_SMS, tenants.MOBILE, minutes(10)),
        (CodeKind.FIRST_PASSWORD_BY_EMAIL, EMAIL, minutes(60)),
    ],
)
def test_a_code_goes_where_its_kind_says(kind: CodeKind, to: str, life: timedelta) -> None:
    """CR-2, CR-3: to the registered mobile or the email, in the user's language, for as long as its kind lives."""
    made = issue(kind, request="r-1")

    assert made.message is not None
    assert (kind, to, "en-IN", AT + life) == (
        made.message.kind,
        made.message.to,
        made.message.language,
        made.message.expires_at,
    )
    assert (Event(kind=EventKind.CODE_ISSUED, subject="u-asha", facts={"kind": kind.value}),) == made.events
    assert () == made.problems


def test_the_phone_number_is_the_registered_mobile_where_it_gets_messages() -> None:
    """ID-13: without a mobile the phone number counts, if its type can receive SMS; a landline can't."""
    mobile, desk = (issue(CodeKind.RECOVERY_BY_SMS, user=user) for user in ("u-phone", "u-desk"))

    assert mobile.message is not None
    assert tenants.MOBILE == mobile.message.to
    assert [Code.CONTACT_REQUIRED] == [problem.code for problem in desk.problems]


@pytest.mark.parametrize(
    ("user", "kind", "codes"),
    [
        (None, CodeKind.RECOVERY_BY_EMAIL, [Code.USER_UNKNOWN]),
        ("u-nobody", CodeKind.RECOVERY_BY_EMAIL, [Code.USER_UNKNOWN]),
        ("u-off", CodeKind.RECOVERY_BY_EMAIL, [Code.USER_NOT_ACTIVE]),
        ("u-blocked", CodeKind.RECOVERY_BY_SMS, [Code.USER_NOT_ACTIVE]),
        ("u-gone", CodeKind.FIRST_PASSWORD_BY_EMAIL, [Code.USER_NOT_ACTIVE]),
        ("u-off", CodeKind.SIGN_IN_BY_SMS, [Code.USER_NOT_ACTIVE]),
        ("u-barred", CodeKind.RECOVERY_BY_EMAIL, [Code.USER_WEB_LOGIN_BLOCKED]),
        ("u-windows", CodeKind.RECOVERY_BY_EMAIL, [Code.PASSWORD_METHOD]),
        ("u-ticket", CodeKind.FIRST_PASSWORD_BY_EMAIL, [Code.PASSWORD_METHOD, Code.CONTACT_REQUIRED]),
        ("u-hermit", CodeKind.RECOVERY_BY_EMAIL, [Code.CONTACT_REQUIRED]),
        ("u-mail", CodeKind.RECOVERY_BY_SMS, [Code.CONTACT_REQUIRED]),
        ("u-mail", CodeKind.SIGN_IN_BY_SMS, [Code.CONTACT_REQUIRED]),
    ],
)
def test_refused_requests_look_like_others(user: str | None, kind: CodeKind, codes: list[Code]) -> None:
    """CR-2, B064, B091: outwardly, a request for anybody is as one that sends a code: same answer, one hash each."""
    work, made = hashes_of(lambda: issue(kind, user=user, request="r-1"))

    assert issue(kind, request="r-1").answer == made.answer
    assert 1 == work
    assert codes == [problem.code for problem in made.problems]
    assert (None, None, ()) == (made.message, made.record, made.events)


def test_too_many_requests_send_nothing() -> None:
    """B062: beyond the limit of an hour no code goes out, outwardly the same; an hour after the first one does."""
    record = None
    for minute in range(LIMITS.issues):
        _, record = issued(record=record, at=AT + minutes(minute))
    refused = issue(record=record, at=AT + IN_AN_HOUR - timedelta(microseconds=1))
    later = issue(record=refused.record, at=AT + IN_AN_HOUR)

    assert [Code.OTP_RATE_LIMITED] == [problem.code for problem in refused.problems]
    assert refused.message is None
    assert issue().answer == refused.answer
    assert later.message is not None
    assert later.record is not None
    assert LIMITS.issues == len(later.record.issues)


def test_a_thousand_requests_leave_a_small_record() -> None:
    """B062: the record doesn't grow with requests that are refused."""
    record = None
    sent = 0
    for second in range(1_000):
        made = issue(record=record, at=AT + timedelta(seconds=second))
        record, sent = made.record, sent + (made.message is not None)

    assert record is not None
    assert (LIMITS.issues, LIMITS.issues) == (sent, len(record.issues))


def test_a_refused_request_keeps_the_code_that_is_out() -> None:
    """B062: whoever asks in a stranger's name doesn't make the code worthless that is on its way."""
    code, record = issued()
    for _ in range(10):
        made = issue(record=record)
        code = code if made.message is None else made.message.code.reveal()
        record = made.record or record

    assert check(code, record).accepted


def test_leading_zeros_are_kept() -> None:
    """B055: a code is text of as many digits as the limits say; without its zero it is another."""

    class Small(random.Random):
        def randrange(self, *_: Any, **__: Any) -> int:
            return 12_345

    made = issue_code(
        COMPANY,
        "u-asha",
        CodeKind.RECOVERY_BY_EMAIL,
        record=None,
        at=AT,
        limits=CodeLimits(digits=8),
        parameters=CHEAPEST,
        source=Small(),
    )

    assert made.message is not None
    assert "00012345" == made.message.code.reveal()
    assert check("00012345", made.record).accepted
    assert CodeCheck.WRONG is check("12345", made.record).check
    assert 8 == made.answer.digits


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"kind": "sign-in-by-email"}, "kind"),
        ({"kind": "recovery-by-email"}, "kind"),
        ({"kind": CodeKind.SIGN_IN_BY_SMS}, "request"),
        ({"kind": CodeKind.RECOVERY_BY_SMS, "request": "a b"}, "request"),
        ({"kind": CodeKind.RECOVERY_BY_SMS, "at": datetime(2026, 3, 1)}, "at"),
        ({"kind": CodeKind.RECOVERY_BY_SMS, "record": CodeRecord(key=key("u-off"))}, "record"),
    ],
)
def test_what_cant_be_asked_for(arguments: dict[str, Any], path: str) -> None:
    """CR-2: no code to sign in by e-mail or without a request, and none on another user's record."""
    with pytest.raises(InvalidValue) as refusal:
        issue(**arguments)

    assert [path] == [problem.where for problem in refusal.value.problems]


# ---- checking --------------------------------------------------------------------------------------------------------


def test_the_right_code_is_accepted_once() -> None:
    """B056: the second time it is used."""
    code, record = issued()
    first = check(code, record)
    second = check(code, first.record)

    assert (CodeCheck.ACCEPTED, CodeCheck.USED) == (first.check, second.check)
    assert () == first.problems
    assert [Code.OTP_FAILED] == [problem.code for problem in second.problems]


@pytest.mark.parametrize("typed", [" {} ", "\t{}\r\n", "\u00a0{}"])
def test_spaces_around_a_code_are_cut_off(typed: str) -> None:
    """B053: of codes only; people paste them."""
    code, record = issued()

    assert check(typed.format(code), record).accepted


@pytest.mark.parametrize(
    "disguise",
    [
        lambda code: code.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)}),
        lambda code: code.translate({ord("0") + digit: 0x0660 + digit for digit in range(10)}),
        lambda code: f"{code[:3]} {code[3:]}",
        lambda code: code + "0",
        lambda code: code[:-1],
        lambda code: f"+{code}",
        lambda code: code + "\x00",
        lambda code: code + "\ud800",
        lambda _: "",
        lambda _: "abcdef",
        lambda _: "1" * 10_000_000,
    ],
    ids=[
        "full width",
        "arabic",
        "parted",
        "longer",
        "shorter",
        "sign",
        "nul",
        "surrogate",
        "empty",
        "letters",
        "10 MB",
    ],
)
def test_what_isnt_the_code_is_wrong_and_never_an_error(disguise: Any) -> None:
    """B052, P76: other digits are other characters, and nothing makes the check crash or skip its one hash."""
    code, record = issued()
    work, verdict = hashes_of(lambda: check(disguise(code), record))

    assert (1, CodeCheck.WRONG) == (work, verdict.check)


@pytest.mark.parametrize(
    ("after", "outcome"),
    [
        (timedelta(0), CodeCheck.ACCEPTED),
        (minutes(60) - timedelta(microseconds=1), CodeCheck.ACCEPTED),
        (minutes(60), CodeCheck.EXPIRED),
        (minutes(60) + timedelta(microseconds=1), CodeCheck.EXPIRED),
        (timedelta(microseconds=-1), CodeCheck.EXPIRED),
        (minutes(-60), CodeCheck.EXPIRED),
    ],
)
def test_the_instant_of_expiry_is_expired(after: timedelta, outcome: CodeCheck) -> None:
    """B058, B067: at its expiry a code is expired, and so it is before it was issued, on a clock that was set back."""
    code, record = issued()

    assert outcome is check(code, record, at=AT + after).check


def test_a_clock_set_back_makes_no_expired_code_valid() -> None:
    """B067: seen expired once, a code stays so, though the clock says that it is young again."""
    code, record = issued()
    seen = check(code, record, at=AT + minutes(61))
    back = check(code, seen.record, at=AT + minutes(1))

    assert (CodeCheck.EXPIRED, CodeCheck.EXPIRED) == (seen.check, back.check)


def test_after_a_clock_was_set_back_a_new_code_is_good() -> None:
    """B067: nobody is locked out until the clock has caught up; the older code stays dead."""
    old, record = issued()
    record = after_wrong(old, record, at=AT + minutes(50))
    new, record = reissued(old, record, at=AT - IN_AN_HOUR)

    assert check(new, record, at=AT - minutes(59)).accepted
    assert CodeCheck.WRONG is check(old, record, at=AT - minutes(59)).check


def test_an_older_code_is_dead_after_a_newer_issue() -> None:
    """B059: only the latest counts."""
    old, first = issued()
    new, second = reissued(old, first)

    assert CodeCheck.WRONG is check(old, second).check
    assert check(new, second).accepted


@pytest.mark.parametrize(
    "whose",
    [key("u-off"), key("U-ASHA"), key(tenant="t-other"), key(purpose=CodePurpose.FIRST_PASSWORD), None],
    ids=["user", "case", "tenant", "purpose", "nobody"],
)
def test_a_code_is_good_for_its_user_purpose_and_tenant_only(whose: Any) -> None:
    """P68: on any other record, for anybody else, there is no code; one hash all the same."""
    code, record = issued()
    work, verdict = hashes_of(lambda: check(code, record, whose=whose))

    assert (1, CodeCheck.NO_CODE, None) == (work, verdict.check, verdict.record)


def test_a_hash_copied_to_somebody_else_matches_nothing() -> None:
    """P68: the hash is over user, purpose and tenant as well, so who can write the store gains nothing by copying."""
    code, record = issued()
    for whose in (key("u-root"), key(tenant="t-other")):
        assert CodeCheck.WRONG is check(code, attrs.evolve(record, key=whose), whose=whose).check


def test_a_code_is_bound_to_its_request() -> None:
    """R7: typed in another sign-in than the one that asked for it, it is none; and that counts as no try."""
    made = issue(CodeKind.SIGN_IN_BY_SMS, request="sign-in-17")
    assert made.message is not None
    code = made.message.code.reveal()
    whose = key(purpose=CodePurpose.SIGN_IN)
    others = [check(code, made.record, whose=whose, request=request) for request in ("sign-in-18", None)]

    assert [CodeCheck.NO_CODE, CodeCheck.NO_CODE] == [verdict.check for verdict in others]
    assert [0, 0] == [verdict.record.failures for verdict in others if verdict.record is not None]
    assert check(code, made.record, whose=whose, request="sign-in-17").accepted


def test_too_many_wrong_tries_lock() -> None:
    """B061: at the limit nothing is accepted any more, the right code neither; whom it concerns is told."""
    code, record = issued()
    verdicts = []
    for _ in range(LIMITS.tries + 1):
        verdicts.append(check(other_than(code), record))
        record = verdicts[-1].record or record
    wrong = [CodeCheck.WRONG] * LIMITS.tries

    assert [*wrong, CodeCheck.LOCKED] == [verdict.check for verdict in verdicts]
    assert CodeCheck.LOCKED is check(code, record).check
    assert [EventKind.CODES_LOCKED, EventKind.USER_TOLD] == [event.kind for event in verdicts[-2].events]
    assert [()] * LIMITS.tries == [verdict.events for verdict in (*verdicts[:-2], verdicts[-1])]
    assert {"count": LIMITS.tries} == dict(verdicts[-1].problems[0].parameters)


def test_the_hundred_and_first_try_is_locked_under_any_limit() -> None:
    """B061: the ceiling is a hundred."""
    limits = CodeLimits(tries=100)
    code, record = issued()
    checks = []
    for _ in range(101):
        verdict = check(other_than(code), record, limits=limits)
        checks.append(verdict.check)
        record = verdict.record or record

    assert [*[CodeCheck.WRONG] * 100, CodeCheck.LOCKED] == checks


def test_a_new_code_resets_nothing() -> None:
    """P69, B061: wrong tries stay when a code is issued; once locked none goes out, outwardly the same."""
    code, record = issued()
    record = after_wrong(code, record)
    code, record = issued(record=record)
    record = after_wrong(code, record)
    assert 2 == record.failures
    made = issue(record=after_wrong(code, record))

    assert [Code.OTP_LOCKED] == [problem.code for problem in made.problems]
    assert made.message is None
    assert issue().answer == made.answer


def test_a_success_forgets_wrong_tries() -> None:
    """P69: it does, and nothing else but an admin."""
    code, record = issued()
    after = check(code, after_wrong(code, record)).record

    assert after is not None
    assert 0 == after.failures


@pytest.mark.parametrize(
    "text", ["", "nonsense", "$argon2id$v=19$m=4294967295,t=1,p=1$c2FsdHNhbHQ$zoNWyI0vFH2vbQPHiLpw7g"]
)
def test_a_damaged_hash_lets_nobody_in(text: str) -> None:
    """B044, B046: nothing is computed that wasn't meant to be, and the store is to be looked at."""
    code, record = issued()
    assert record.code is not None
    verdict = check(code, attrs.evolve(record, code=attrs.evolve(record.code, hash=text)))

    assert (CodeCheck.WRONG, True) == (verdict.check, verdict.alarming)


def test_nothing_issued_is_no_code() -> None:
    """CR-2: without a record, and on one that holds no code, every code fails, with one hash."""
    for record in (None, CodeRecord(key=key())):
        work, verdict = hashes_of(lambda record=record: check("123456", record))  # type: ignore[misc]
        assert (1, CodeCheck.NO_CODE) == (work, verdict.check)


def test_outside_all_failures_are_one() -> None:
    """CR-2: wrong, expired, used, unknown: each says only that it isn't accepted."""
    code, record = issued()
    used = check(code, record).record
    verdicts = [
        check(other_than(code), record),
        check(code, record, at=AT + minutes(61)),
        check(code, used),
        check(code, None),
        check(code, None, whose=None),
    ]

    assert [False] * 5 == [verdict.accepted for verdict in verdicts]
    assert {Code.OTP_FAILED} == {problem.code for verdict in verdicts for problem in verdict.problems}
    assert ["wrong", "expired", "used", "no-code", "no-code"] == [
        verdict.problems[0].parameters["reason"] for verdict in verdicts
    ]


def test_an_instant_needs_an_offset() -> None:
    """P76: a naive one is refused, here as everywhere."""
    with pytest.raises(InvalidValue) as refusal:
        check_code(key(), Secret("123456"), record=None, at=datetime(2026, 3, 1))

    assert (Code.FIELD_NAIVE_INSTANT,) == refusal.value.codes


# ---- allowed again ---------------------------------------------------------------------------------------------------


def test_an_admin_allows_codes_again() -> None:
    """P69: wrong tries are forgotten; the code that is out is as good as it was."""
    code, record = issued()
    for _ in range(LIMITS.tries):
        record = check(other_than(code), record).record or record
    unlocked = unlock_codes(COMPANY, record, by="u-root")

    assert attrs.evolve(record, failures=0) == unlocked.record
    assert [EventKind.CODES_UNLOCKED] == [event.kind for event in unlocked.events]
    assert check(code, unlocked.record).accepted


@pytest.mark.parametrize(
    ("record", "by", "code"),
    [
        (CodeRecord(key=key()), "u-mail", Code.PERMISSION_NOT_GRANTED),
        (CodeRecord(key=key("u-nobody")), "u-mail", Code.PERMISSION_NOT_GRANTED),
        (CodeRecord(key=key("u-nobody")), "u-root", Code.USER_UNKNOWN),
        (CodeRecord(key=key(tenant="t-other")), "u-root", Code.FIELD_CONTRADICTS),
        (CodeRecord(key=key()), 5, Code.FIELD_WRONG_TYPE),
    ],
)
def test_codes_are_allowed_again_by_who_may_edit_the_user(record: CodeRecord, by: Any, code: Code) -> None:
    """P69: anybody else is refused and learns of no id whether it is there."""
    with pytest.raises((InvalidValue, NotFound, Refused)) as refusal:
        unlock_codes(COMPANY, record, by=by)

    assert (code,) == refusal.value.codes


def test_without_the_permission_in_the_catalogue_only_the_host_may() -> None:
    """AC-1: what the catalogue doesn't have nobody holds."""
    bare = attrs.evolve(
        company(),
        blueprint=attrs.evolve(tenants.BLUEPRINT, catalogue=type(tenants.CATALOGUE)()),
        roles={},
        users={user.id: attrs.evolve(user, roles=[]) for user in COMPANY.users.values()},
    )
    record = CodeRecord(key=key(), failures=3)

    with pytest.raises(Refused):
        unlock_codes(bare, record, by="u-root")
    assert 0 == unlock_codes(bare, record, by=None).record.failures


def test_a_clock_that_was_ahead_stops_nobody_for_good() -> None:
    """CR-2: codes that were issued more than a day ahead don't count; a clock put back by hours resets nothing."""
    record: CodeRecord | None = None
    for _ in range(LIMITS.issues):
        record = issue(record=record, at=AT + timedelta(days=3650)).record

    assert () == issue(record=record, at=AT).problems
    slightly = issue(record=record, at=AT + timedelta(days=3650) - timedelta(hours=23)).problems
    assert [Code.OTP_RATE_LIMITED] == [problem.code for problem in slightly]


def test_an_overtaken_code_opens_nothing() -> None:
    """CR-2: a code that is on its way when a password or a contact changes is no code; what is counted stays."""
    record = CodeRecord(
        key=key(),
        code=StoredCode(
            kind=CodeKind.RECOVERY_BY_EMAIL, request=None, hash="x", issued_at=AT, expires_at=AT + timedelta(hours=1)
        ),
        failures=2,
        issues=[AT],
        seen=AT,
    )
    after = without_code(record)
    assert attrs.evolve(record, code=None) == after
    assert CodeCheck.NO_CODE is check_code(key(), Secret("123456"), record=after, at=AT, parameters=CHEAPEST).check

"""One-time codes and passwords that users change: other digits, used twice, late, too often, and for others."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from agentprov.credentials.one_time_codes import CodeIssue, CodeVerdict
from agentprov.credentials.password_changes import change_password, set_password_by_code
from agentprov.credentials.passwords import CHEAPEST, hash_password
from agentprov.errors import Code, Problem, Refused
from agentprov.model.ids import UserId
from agentprov.model.one_time_codes import CodeKind, CodeLimits, CodePurpose, CodeRecord
from agentprov.model.secret import Secret
from agentprov.model.stored_passwords import StoredPassword
from tests.bad_input.rows import Act, Fault, Row, asks
from tests.bad_input.world import CANARY
from tests.credentials.accounts import AT, COMPANY, check, issue, issued, key, other_than, reissued

FAILED: Final[Fault] = ("(whole)", Code.OTP_FAILED)
LOCKED: Final[Fault] = ("(whole)", Code.OTP_LOCKED)
SECOND: Final = timedelta(seconds=1)
HOUR: Final = timedelta(hours=1)

SIGN_IN: Final = CodePurpose.SIGN_IN
NEW: Final = Secret("seven quiet lanterns")


def told(problems: Iterable[Problem], otherwise: object) -> object:
    """What the inside is told: the problems, or what came of it."""
    found = tuple(problems)
    if found:
        raise Refused(found)
    return otherwise


def verdict(made: CodeVerdict) -> object:
    """What came of checking a code."""
    return told(made.problems, made.check.value)


def typed(spell: Any) -> Act:
    """The code that was issued, typed in another way."""

    def act(_: object) -> object:
        code, record = issued()
        return verdict(check(spell(code), record))

    return act


def starting_with_zero() -> tuple[str, CodeRecord]:
    """A code that begins with a zero."""
    made = issued()
    return made if made[0].startswith("0") else starting_with_zero()


def without_zero(_: object) -> object:
    """A code that begins with a zero, typed without it."""
    code, record = starting_with_zero()
    return verdict(check(code.lstrip("0"), record))


def whole_with_zero(_: object) -> object:
    """A code that begins with a zero."""
    return verdict(check(*starting_with_zero()))


def twice(_: object) -> object:
    """A code used a second time."""
    code, record = issued()
    return verdict(check(code, check(code, record).record))


def late(after: timedelta) -> Act:
    """A code typed so long after it was issued; it lives for an hour."""

    def act(_: object) -> object:
        code, record = issued()
        return verdict(check(code, record, at=AT + after))

    return act


def old(_: object) -> object:
    """A code after a newer one went out."""
    code, record = issued()
    return verdict(check(code, reissued(code, record)[1]))


def elsewhere(**other: Any) -> Act:
    """A code for something else: another user's, another tenant's, another purpose's."""

    def act(_: object) -> object:
        code, record = issued()
        return verdict(check(code, record, whose=key(**other)))

    return act


def guessed(count: int, limits: CodeLimits, *, again: bool = False) -> Act:
    """The right code after so many wrong ones; ``again``: a new code, asked for and typed."""

    def act(_: object) -> object:
        code, record = issued()
        for _each in range(count):
            record = check(other_than(code), record, limits=limits).record or record
        if again:
            return told(issue(record=record, limits=limits).problems, "issued")
        return verdict(check(code, record, limits=limits))

    return act


def asked_often(count: int) -> Act:
    """So many codes asked for within an hour; nothing is sent any more."""

    def act(_: object) -> object:
        record, made = None, CodeIssue(answer=issue().answer)
        for second in range(count):
            made = issue(record=record, at=AT + second * SECOND)
            record = made.record or record
        assert made.message is None
        assert issue(user=None).answer == made.answer, "the same as for a login that nobody has"
        return told(made.problems, "issued")

    return act


def forgotten(user: str) -> Act:
    """A code asked for by somebody who can't set a password; outwardly the same."""

    def act(_: object) -> object:
        made = issue(user=user)
        assert (None, issue().answer) == (made.message, made.answer)
        return told(made.problems, "issued")

    return act


def clock_set_back(_: object) -> object:
    """A code seen when it had expired, and typed again when the clock was set back."""
    code, record = issued()
    seen = check(other_than(code), record, at=AT + 2 * HOUR).record
    return verdict(check(code, seen, at=AT + SECOND))


def recovered(_: object) -> object:
    """A password recovered by somebody with two-factor sign-in."""
    code, record = issued()
    done = set_password_by_code(
        COMPANY,
        "u-asha",
        NEW,
        login="asha",
        purpose=CodePurpose.RECOVERY,
        code=Secret(code),
        record=record,
        at=AT,
        stored=None,
        parameters=CHEAPEST,
        code_parameters=CHEAPEST,
    )
    assert done.change is not None
    # It is no change of the tenant: nothing in it could take the second factor away.
    return COMPANY.users[UserId("u-asha")].sign_in.two_factor, done.worked


def signed_in_with(kind: CodeKind) -> Act:
    """A code to recover a password, given for the second factor."""

    def act(_: object) -> object:
        code, record = issued(kind)
        return verdict(check(code, record, whose=key(purpose=SIGN_IN), request="r-1"))

    return act


def changed(new: str, current: str | None, *, one_time: bool = False) -> Act:
    """Asha changes her password."""
    stored = StoredPassword(hash=hash_password(Secret(CANARY), CHEAPEST).reveal(), one_time=one_time, at=AT)
    given = None if current is None else Secret(current)

    def act(_: object) -> object:
        change_password(COMPANY, "u-asha", Secret(new), current=given, at=AT, stored=stored, parameters=CHEAPEST)
        return "changed"

    return act


def _wide(code: str) -> str:
    return code.translate({ord(digit): 0xFF10 + int(digit) for digit in "0123456789"})


def _arabic(code: str) -> str:
    return code.translate({ord(digit): 0x0660 + int(digit) for digit in "0123456789"})


ROWS: Final[tuple[Row, ...]] = (
    asks(
        "B049",
        "the one-time password again",
        changed(CANARY, CANARY, one_time=True),
        ("new", Code.PASSWORD_REUSED_ONE_TIME),
    ),
    asks("B049a", "another one", changed(NEW.reveal(), CANARY, one_time=True), gives="changed"),
    asks(
        "B050", "without the present password", changed(NEW.reveal(), None), ("current", Code.PASSWORD_CURRENT_REQUIRED)
    ),
    asks("B050a", "with an empty present one", changed(NEW.reveal(), ""), ("current", Code.PASSWORD_CURRENT_REQUIRED)),
    asks(
        "B050b",
        "with a wrong present one",
        changed(NEW.reveal(), CANARY[::-1]),
        ("current", Code.PASSWORD_CURRENT_WRONG),
    ),
    asks(
        "B050c",
        "both at fault",
        changed("short", None),
        ("current", Code.PASSWORD_CURRENT_REQUIRED),
        ("new", Code.PASSWORD_TOO_SHORT),
    ),
    asks("B052", "full-width digits", typed(_wide), FAILED),
    asks("B052a", "Arabic-Indic digits", typed(_arabic), FAILED),
    asks("B052b", "letters", typed(lambda _: "ABCDEF"), FAILED),
    asks("B052c", "nothing", typed(lambda _: ""), FAILED),
    asks("B052d", "endless", typed(lambda code: code * 100_000), FAILED),
    asks("B052e", "a zero-width space inside", typed(lambda code: f"{code[:3]}\u200b{code[3:]}"), FAILED),
    asks("B052f", "half a surrogate pair", typed(lambda code: f"{code}\ud800"), FAILED),
    asks("B053", "spaces around it", typed(lambda code: f" {code} "), gives="accepted"),
    asks("B053a", "a space inside", typed(lambda code: f"{code[:3]} {code[3:]}"), FAILED),
    asks("B055", "the leading zero is left out", without_zero, FAILED),
    asks("B055a", "the leading zero is kept", whole_with_zero, gives="accepted"),
    asks("B056", "used twice", twice, FAILED),
    asks("B056a", "another user's", elsewhere(user="u-root"), FAILED),
    asks("B056b", "another tenant's", elsewhere(tenant="t-other"), FAILED),
    asks("B056c", "for another purpose", elsewhere(purpose=CodePurpose.FIRST_PASSWORD), FAILED),
    asks("B056d", "a recovery code as a second factor", signed_in_with(CodeKind.RECOVERY_BY_SMS), FAILED),
    asks("B058", "at the instant of expiry", late(HOUR), FAILED),
    asks("B058a", "a tick later", late(HOUR + timedelta(microseconds=1)), FAILED),
    asks("B058b", "a tick before", late(HOUR - timedelta(microseconds=1)), gives="accepted"),
    asks("B059", "after a newer one", old, FAILED),
    asks("B059a", "when none was issued", lambda _: verdict(check("123456", None)), FAILED),
    asks("B061", "after 100 wrong ones", guessed(100, CodeLimits(tries=100)), LOCKED),
    asks("B061a", "after 99", guessed(99, CodeLimits(tries=100)), gives="accepted"),
    asks("B061b", "a new code after them", guessed(3, CodeLimits(tries=3), again=True), LOCKED),
    asks("B062", "1,000 codes within an hour", asked_often(1_000), ("(whole)", Code.OTP_RATE_LIMITED)),
    asks("B062a", "one too many", asked_often(5), ("(whole)", Code.OTP_RATE_LIMITED)),
    asks("B064", "forgotten by somebody disabled", forgotten("u-off"), ("(whole)", Code.USER_NOT_ACTIVE)),
    asks(
        "B064a",
        "by somebody whose web login is blocked",
        forgotten("u-barred"),
        ("(whole)", Code.USER_WEB_LOGIN_BLOCKED),
    ),
    asks("B064b", "by somebody without an email", forgotten("u-hermit"), ("(whole)", Code.CONTACT_REQUIRED)),
    asks("B064c", "by nobody", forgotten("u-who"), ("(whole)", Code.USER_UNKNOWN)),
    asks("B065", "recovered beside a second factor", recovered, gives=(True, True)),
    asks("B065a", "no code by e-mail is a second factor", signed_in_with(CodeKind.RECOVERY_BY_EMAIL), FAILED),
    asks("B067", "the clock is set back", clock_set_back, FAILED),
    asks("B067a", "seen before it was issued", late(-HOUR), FAILED),
)

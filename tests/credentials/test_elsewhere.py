"""Passwords and tokens that come elsewhere than to a door, and a user's way from the first password to recovery."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs
import pytest

from agentprov.credentials.api_tokens import generate_token
from agentprov.credentials.elsewhere import Exchanged, OwnChange, change_own_password, exchange
from agentprov.credentials.one_time_codes import check_code, issue_code
from agentprov.credentials.password_changes import reset_password, set_password_by_code
from agentprov.credentials.passwords import CHEAPEST
from agentprov.credentials.sign_in import sign_in
from agentprov.credentials.token_requests import decide_request, read_authorization
from agentprov.engine.sign_in import Doors
from agentprov.engine.throttling import after_recovery, after_wrong_code
from agentprov.errors import Code, InvalidValue, NotFound, Problem, Refused
from agentprov.memory import MemoryCodes, MemoryCredentials
from agentprov.model.ids import UserId
from agentprov.model.network import Address, parse_address, parse_networks
from agentprov.model.one_time_codes import CodeKey, CodeKind, CodePurpose, CodeRecord
from agentprov.model.secret import Secret
from agentprov.model.sign_in import Answer, SignedIn, SignInAttempt, SignInGate, SignInOutcome, answer
from agentprov.model.throttle import NOTHING_FAILED, Failures, Throttle
from agentprov.model.users import SelectedAddresses, SignIn
from agentprov.model.verification import CodeCheck
from agentprov.repositories import settle_codes
from tests.credentials.accounts import AT, COMPANY, NEW, PASSWORD, company, hashes_of, reachable, stored

DOORS = Doors(COMPANY)
HERE, THERE = parse_address("192.0.2.7"), parse_address("203.0.113.7")
LOCKED = Throttle(passwords=Failures(count=10, last=AT - timedelta(days=1)))
BOUND = SignIn(addresses=SelectedAddresses(networks=parse_networks(["192.0.2.0/24"])))
ASHA = UserId("u-asha")
KEPT = stored()


def codes(problems: tuple[Problem, ...]) -> list[Code]:
    """The codes of some problems."""
    return [problem.code for problem in problems]


def changed(current: str = PASSWORD, new: str = NEW, *, doors: Doors = DOORS, **facts: Any) -> OwnChange:
    """What comes of Asha's changing her own password."""
    usual: dict[str, Any] = {"at": AT, "stored": KEPT, "throttle": NOTHING_FAILED, "address": HERE}
    usual |= {"current": Secret(current), "parameters": CHEAPEST, **facts}
    return change_own_password(doors, usual.pop("user", ASHA), Secret(new), **usual)


def test_a_wrong_present_password_is_counted_as_at_sign_in() -> None:
    """CR-5: three of them, and the right one is refused here and at the door; the right one alone counts nothing."""
    throttle = NOTHING_FAILED
    for _ in range(3):
        outcome = changed("a guess", throttle=throttle)
        assert [Code.PASSWORD_CURRENT_WRONG] == codes(outcome.problems)
        throttle = outcome.throttle
    assert 3 == throttle.passwords.count

    late = changed(throttle=throttle)
    assert (None, [Code.SIGN_IN_REFUSED], throttle) == (late.change, codes(late.problems), late.throttle)
    attempt = SignInAttempt(login="asha", at=AT, address=HERE, throttle=throttle)
    door = sign_in(DOORS, attempt, Secret(PASSWORD), stored=stored(), parameters=CHEAPEST).outcome
    assert Answer.FAILED is answer(door)
    good = changed()
    assert (True, NOTHING_FAILED) == (good.change is not None, good.throttle)


def test_only_a_wrong_password_counts() -> None:
    """CR-5: a weak new password, or none typed, is no guess."""
    for outcome in (changed(new="short"), changed(""), changed(stored=stored(one_time=True), new=PASSWORD)):
        assert outcome.problems
        assert NOTHING_FAILED == outcome.throttle


def test_locked_out_nothing_else_is_told() -> None:
    """CR-5, CR-6: whether the present password was right isn't looked at, nor does a try count."""
    bound = Doors(company("t-acme", reachable("asha", sign_in=BOUND)))
    cases: list[dict[str, Any]] = [
        {"throttle": LOCKED},
        {"doors": bound, "address": THERE},
        {"doors": bound, "address": None},
    ]
    for facts in cases:
        right, wrong = changed(**facts), changed("a guess", **facts)
        assert right == wrong
        assert [Code.SIGN_IN_REFUSED] == codes(right.problems)
    assert 0 == hashes_of(lambda: changed(throttle=LOCKED))[0]


def test_what_cant_be_asked() -> None:
    """CR-5: somebody unknown, who has no password here, an instant that is none: as by the bare operation."""
    with pytest.raises(NotFound):
        changed(user="u-nobody")
    with pytest.raises(Refused):
        changed(user="u-windows")
    with pytest.raises(InvalidValue):
        changed(at=AT.replace(tzinfo=None))


# ---- tokens ----------------------------------------------------------------------------------------------------------


def exchanged(password: str = PASSWORD, *, doors: Doors = DOORS, **facts: Any) -> Exchanged:
    """What comes of a program's exchange of its password for a token."""
    usual: dict[str, Any] = {"at": AT, "stored": KEPT, "throttle": NOTHING_FAILED, "address": HERE}
    usual |= {"parameters": CHEAPEST, **facts}
    return exchange(doors, usual.pop("user", "u-bot"), Secret(password), **usual)


def test_an_exchange_counts_as_a_door_does() -> None:
    """CR-4, CR-5: wrong passwords lock out, a success forgets them, and what couldn't have helped isn't counted."""
    throttle = NOTHING_FAILED
    for _ in range(3):
        throttle = exchanged("a guess", throttle=throttle).throttle
    assert 3 == throttle.passwords.count
    locked = exchanged(throttle=throttle)
    assert [Code.SIGN_IN_REFUSED] == codes(locked.outcome.problems)
    assert (False, throttle) == (locked.outcome.worked, locked.throttle)
    later = exchanged(throttle=throttle, at=AT + timedelta(minutes=1))
    assert (True, 0) == (later.outcome.worked, later.throttle.passwords.count)
    for who in ("u-idle", "u-asha", "u-nobody", None):
        outcome = exchanged("a guess", user=who)
        assert (False, NOTHING_FAILED) == (outcome.outcome.worked, outcome.throttle)
        assert 1 == hashes_of(lambda who=who: exchanged("a guess", user=who))[0]  # type: ignore[misc]


def test_where_a_program_may_come_from() -> None:
    """CR-4, CR-6: its addresses hold for the exchange and for each request; a lock-out doesn't stop its tokens."""
    bot = attrs.evolve(COMPANY.users[UserId("u-bot")], sign_in=BOUND)
    doors = Doors(company("t-acme", bot))
    assert [Code.TOKEN_ADDRESS_NOT_ALLOWED] == codes(exchanged(doors=doors, address=THERE).outcome.problems)
    made = generate_token(doors.tenant, "u-bot", permissions=["user:view"], by=None, at=AT)
    assert made.secret is not None
    presented = read_authorization(f"Bearer {made.secret.reveal()}")

    def decided(address: Address | None) -> list[Code]:
        return codes(decide_request(doors.tenant, presented, made.token, at=AT, address=address).problems)

    assert ([], [Code.TOKEN_ADDRESS_NOT_ALLOWED], [Code.TOKEN_ADDRESS_NOT_ALLOWED]) == (
        decided(HERE),
        decided(THERE),
        decided(None),
    )
    assert [Code.TOKEN_UNKNOWN] == codes(decide_request(doors.tenant, presented, None, at=AT, address=HERE).problems)


# ---- from the first password to recovery -----------------------------------------------------------------------------


class Desk:
    """A host that keeps everything in memory, and Asha, who has a second factor and no password."""

    def __init__(self) -> None:
        """Nothing is stored yet."""
        self.passwords, self.codes, self.throttle = MemoryCredentials(), MemoryCodes(), NOTHING_FAILED

    def send(self, kind: CodeKind) -> Secret:
        """A code that goes out to her."""

        def issue(record: CodeRecord | None) -> Any:
            request = "page" if kind.purpose is CodePurpose.SIGN_IN else None
            return issue_code(COMPANY, ASHA, kind, record=record, at=AT, request=request, parameters=CHEAPEST)

        return settle_codes(self.codes, self.key(kind.purpose), issue).message.code  # type: ignore[no-any-return]

    @staticmethod
    def key(purpose: CodePurpose) -> CodeKey:
        """Whose codes, and what for."""
        return CodeKey(tenant=COMPANY.id, user=ASHA, purpose=purpose)

    def set(self, purpose: CodePurpose, code: Secret, new: str) -> bool:
        """Whether she sets a password with a code."""

        def decide(record: CodeRecord | None) -> Any:
            return set_password_by_code(
                COMPANY,
                ASHA,
                Secret(new),
                login="asha",
                purpose=purpose,
                code=code,
                record=record,
                at=AT,
                stored=self.passwords.password(COMPANY.id, ASHA),
                parameters=CHEAPEST,
                code_parameters=CHEAPEST,
            )

        change = settle_codes(self.codes, self.key(purpose), decide).change
        if change is not None:
            self.passwords.put_password(COMPANY.id, ASHA, change.stored, expected=change.expected)
            self.throttle = after_recovery(self.throttle)
        return change is not None

    def come_in(self, password: str, code: Secret | None = None) -> SignInOutcome:
        """What becomes of her attempt at the web portal."""

        def typed() -> CodeCheck:
            key = self.key(CodePurpose.SIGN_IN)

            def decide(record: CodeRecord | None) -> Any:
                return check_code(key, code, record=record, at=AT, request="page", parameters=CHEAPEST)  # type: ignore[arg-type]

            return settle_codes(self.codes, key, decide).check  # type: ignore[no-any-return]

        attempt = SignInAttempt(login="asha", at=AT, address=HERE, throttle=self.throttle)
        kept = self.passwords.password(COMPANY.id, ASHA)
        outcome = sign_in(
            DOORS, attempt, Secret(password), stored=kept, check_code=code and typed, parameters=CHEAPEST
        ).outcome
        self.throttle = outcome.throttle
        return outcome


def test_from_the_first_password_to_recovery() -> None:
    """CR-2, CR-3, CR-5: a first password by code, the second factor, a lock-out, and recovery, lifting only that."""
    desk = Desk()
    assert Answer.FAILED is answer(desk.come_in("anything at all"))
    assert desk.set(CodePurpose.FIRST_PASSWORD, desk.send(CodeKind.FIRST_PASSWORD_BY_SMS), PASSWORD)
    assert Answer.CODE_WANTED is answer(desk.come_in(PASSWORD))
    assert isinstance(desk.come_in(PASSWORD, desk.send(CodeKind.SIGN_IN_BY_SMS)), SignedIn)

    desk.throttle = after_wrong_code(desk.throttle, AT)
    for _ in range(3):
        desk.come_in("a guess")
    outcome = desk.come_in(PASSWORD)
    assert SignInGate.LOCKED_BY_PASSWORDS in outcome.gates  # type: ignore[union-attr]

    mail = desk.send(CodeKind.RECOVERY_BY_EMAIL)
    assert desk.set(CodePurpose.RECOVERY, mail, NEW)
    assert 1 == desk.throttle.codes.count
    assert Answer.CODE_WANTED is answer(desk.come_in(NEW))
    assert Answer.FAILED is answer(desk.come_in(NEW, mail))
    assert Answer.FAILED is answer(desk.come_in(PASSWORD))
    assert isinstance(desk.come_in(NEW, desk.send(CodeKind.SIGN_IN_BY_SMS)), SignedIn)


def test_a_one_time_password_is_over_for_sign_in_as_well() -> None:
    """CR-1: after a week a door doesn't take it for one to be replaced: it is no password, and no failure to count."""
    reset = reset_password(COMPANY, "u-root", by=None, at=AT, stored=None, parameters=CHEAPEST)
    assert reset.made is not None
    for days, expected in ((6, Answer.PASSWORD_TO_REPLACE), (7, Answer.FAILED)):
        at = AT + timedelta(days=days)
        attempt = SignInAttempt(login="root", at=at, address=HERE, throttle=NOTHING_FAILED)
        outcome = sign_in(DOORS, attempt, reset.made.secret, stored=reset.stored, parameters=CHEAPEST).outcome
        assert expected is answer(outcome)
        assert 0 == outcome.throttle.passwords.count

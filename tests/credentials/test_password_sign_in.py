"""Signing in with a password: how much work each refusal is, what is stored anew, when a code is looked at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import attrs
import pytest

from agentprov.credentials.passwords import CHEAPEST, HashingParameters, PasswordHash, hash_password, needs_rehash
from agentprov.credentials.sign_in import Tried, sign_in, try_password
from agentprov.engine.sign_in import Doors
from agentprov.memory import MemoryCredentials
from agentprov.model.groups import NamedAddress
from agentprov.model.ids import AddressId, TenantId, UserId
from agentprov.model.network import parse_networks
from agentprov.model.secret import Secret
from agentprov.model.sign_in import (
    Answer,
    CodeWanted,
    Door,
    NotSignedIn,
    PasswordToReplace,
    PasswordTried,
    SignedIn,
    SignInAttempt,
    SignInGate,
    answer,
)
from agentprov.model.stored_passwords import StoredPassword
from agentprov.model.table import Table
from agentprov.model.throttle import NOTHING_FAILED, Failures, Throttle
from agentprov.model.users import AuthenticationMethod, Calling, SelectedAddresses, SignIn, Status
from agentprov.model.verification import CodeCheck, Verification
from tests.credentials.accounts import hashes_of
from tests.tenants import MOBILE, by_id, small, user

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PASSWORD = "purple otter climbs"
STORED = StoredPassword(hash=hash_password(Secret(PASSWORD), CHEAPEST).reveal(), one_time=False, at=NOON)
ONCE = attrs.evolve(STORED, one_time=True)
DAMAGED = attrs.evolve(STORED, hash="")
GREEDY = attrs.evolve(STORED, hash=STORED.hash.replace("m=8,", "m=4294967295,"))
OTHER = HashingParameters(memory_kib=16, time_cost=1, parallelism=1)
OFFICE = NamedAddress(id=AddressId("o-1"), name="Office", networks=parse_networks(["192.0.2.0/24"]))
LOCKED = Throttle(passwords=Failures(count=10, last=NOON - timedelta(days=1)))
TWICE = SignIn(two_factor=True)
T = TypeVar("T")


def doors_of(**fields: Any) -> Doors:
    """The doors of a tenant with one user, Mia, who has these fields."""
    bare: dict[str, Any] = dict.fromkeys(("departments", "profiles", "numbers", "ivrs", "roles"), Table())
    return Doors(small(users=by_id([user("mia", **fields)]), addresses=by_id([OFFICE]), **bare))


def tried(
    doors: Doors,
    text: str = PASSWORD,
    stored: StoredPassword | None = STORED,
    *,
    parameters: Any = CHEAPEST,
    **facts: Any,
) -> Tried:
    """What becomes of Mia's attempt at the web portal."""
    check_code = facts.pop("check_code", None)
    usual: dict[str, Any] = {"login": "mia", "at": NOON, "throttle": NOTHING_FAILED}
    attempt = SignInAttempt(**{**usual, **facts})
    return sign_in(doors, attempt, Secret(text), stored=stored, check_code=check_code, parameters=parameters)


REFUSALS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "unknown": ({}, {"login": "nobody", "stored": None}),
    "another case": ({}, {"login": "MIA", "stored": None}),
    "wrong": ({}, {"text": "purple otter climb"}),
    "empty": ({}, {"text": ""}),
    "a megabyte": ({}, {"text": "x" * 1_000_000}),
    "half a character": ({}, {"text": "\ud800"}),
    "no password": ({}, {"stored": None}),
    "damaged": ({}, {"stored": DAMAGED}),
    "excessive": ({}, {"stored": GREEDY}),
    "one-time, wrong": ({}, {"text": "purple", "stored": ONCE}),
    "disabled": ({"status": Status.DISABLED}, {}),
    "blocked": ({"status": Status.BLOCKED}, {}),
    "deactivated": ({"status": Status.DEACTIVATED}, {}),
    "web login blocked": ({"sign_in": SignIn(web_login_blocked=True)}, {}),
    "API user": ({"type": "api", "sign_in": SignIn(method=AuthenticationMethod.API_TOKEN)}, {}),
    "Windows": ({"sign_in": SignIn(method=AuthenticationMethod.WINDOWS)}, {}),
    "wrong address": ({"sign_in": SignIn(addresses=SelectedAddresses(named=[OFFICE.id]))}, {}),
    "locked out": ({}, {"throttle": LOCKED}),
    "locked out, wrong": ({}, {"throttle": LOCKED, "text": "purple"}),
    "no mobile": ({"sign_in": TWICE}, {}),
    "panel": ({}, {"door": "panel"}),
    "panel option": ({"calling": Calling(login_based=True)}, {"door": "panel"}),
    "wrong code": ({"sign_in": TWICE, "mobile": MOBILE}, {"check_code": lambda: CodeCheck.WRONG}),
    "expired code": ({"sign_in": TWICE, "mobile": MOBILE}, {"check_code": lambda: CodeCheck.EXPIRED}),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_every_refusal_is_one_hash(name: str) -> None:
    """CR-5, P70: whatever keeps somebody out, exactly one hash is computed, and one answer is given."""
    fields, facts = REFUSALS[name]
    doors = doors_of(**fields)
    hashes, found = hashes_of(lambda: tried(doors, **facts))

    assert (1, Answer.FAILED, None) == (hashes, answer(found.outcome), found.replacement)


@pytest.mark.parametrize(
    ("fields", "facts", "outcome", "expected"),
    [
        ({}, {}, SignedIn, 1),
        ({}, {"parameters": OTHER}, SignedIn, 2),
        ({}, {"stored": ONCE}, PasswordToReplace, 1),
        ({"sign_in": TWICE, "mobile": MOBILE}, {}, CodeWanted, 1),
        ({"sign_in": TWICE, "mobile": MOBILE}, {"check_code": lambda: CodeCheck.ACCEPTED}, SignedIn, 1),
    ],
)
def test_the_work_of_what_is_no_refusal(fields: Any, facts: Any, outcome: type, expected: int) -> None:
    """CR-1, CR-5: one hash too, and one more only where an old hash is renewed."""
    hashes, found = hashes_of(lambda: tried(doors_of(**fields), **facts))

    assert (outcome, expected) == (type(found.outcome), hashes)


def test_a_hash_is_renewed_once() -> None:
    """CR-1, B047: a success with an old hash gives a new one to store; the next success gives none."""
    store, tenant, mia = MemoryCredentials(), TenantId("t-1"), UserId("u-mia")
    store.put_password(tenant, mia, STORED, expected=None)

    first = tried(doors_of(), stored=store.password(tenant, mia), parameters=OTHER)
    assert first.replacement is not None
    assert not needs_rehash(first.replacement, OTHER)
    renewed = StoredPassword(hash=first.replacement.reveal(), one_time=False, at=NOON)
    store.put_password(tenant, mia, renewed, expected=STORED)
    second = tried(doors_of(), stored=store.password(tenant, mia), parameters=OTHER)
    assert isinstance(second.outcome, SignedIn)
    assert second.replacement is None


@pytest.mark.parametrize("facts", [{"text": "purple"}, {"throttle": LOCKED}])
def test_a_refusal_renews_nothing(facts: Any) -> None:
    """CR-5: with an old hash a refusal is no more work than any other."""
    hashes, found = hashes_of(lambda: tried(doors_of(), parameters=OTHER, **facts))

    assert (1, None) == (hashes, found.replacement)


@pytest.mark.parametrize(
    ("stored", "alarm"), [(DAMAGED, SignInGate.PASSWORD_UNREADABLE), (GREEDY, SignInGate.PASSWORD_EXCESSIVE)]
)
def test_a_damaged_store_is_an_alarm(stored: StoredPassword, alarm: SignInGate) -> None:
    """CR-1, B044, B046: she is refused, her failures aren't counted, and somebody is told to look."""
    outcome = tried(doors_of(), stored=stored).outcome

    assert isinstance(outcome, NotSignedIn)
    assert ((alarm,), NOTHING_FAILED) == (outcome.alarms, outcome.throttle)


def test_a_code_is_looked_at_only_when_nothing_else_is_missing() -> None:
    """CR-3, R3: who hasn't the password, or is kept out anyhow, uses up no try of the code."""
    looked: list[str] = []

    def check_code() -> CodeCheck:
        looked.append("once")
        return CodeCheck.ACCEPTED

    guarded = doors_of(sign_in=TWICE, mobile=MOBILE)
    tried(guarded, "purple", check_code=check_code)
    tried(guarded, login="nobody", stored=None, check_code=check_code)
    tried(guarded, throttle=LOCKED, check_code=check_code)
    tried(doors_of(), check_code=check_code)
    assert [] == looked
    tried(guarded, check_code=check_code)
    assert ["once"] == looked


def test_the_second_step_goes_on_from_the_first() -> None:
    """CR-3: what is kept between password and code is what came out of verifying, and no password."""
    doors = doors_of(sign_in=TWICE, mobile=MOBILE)
    first = tried(doors)
    attempt = SignInAttempt(
        login="mia", at=NOON + timedelta(minutes=1), throttle=NOTHING_FAILED, proof=first.proof, code="accepted"
    )

    assert PasswordTried(outcome=Verification.MATCHES) == first.proof
    assert isinstance(doors.decide(attempt), SignedIn)


def test_what_an_attempt_says_of_a_proof_is_ignored() -> None:
    """CR-5: only the password that was typed counts, and only a code that is checked now."""
    proof = PasswordTried(outcome=Verification.MATCHES)
    told = tried(doors_of(sign_in=TWICE, mobile=MOBILE), "purple", proof=proof, code="accepted")

    assert isinstance(told.outcome, NotSignedIn)
    assert isinstance(tried(doors_of(sign_in=TWICE, mobile=MOBILE), code="accepted").outcome, CodeWanted)


def test_nothing_that_is_kept_shows_a_secret() -> None:
    """CR-7: neither the password nor its hash is in what comes out."""
    found = tried(doors_of(), parameters=OTHER)

    assert PASSWORD not in repr(found)
    assert "$argon2id$" not in repr(found)
    assert isinstance(found.replacement, PasswordHash)
    assert PasswordTried(outcome=Verification.NO_PASSWORD) == try_password(
        Secret(PASSWORD), None, at=NOON, parameters=CHEAPEST
    )


@pytest.mark.parametrize("at", [NOON + timedelta(days=7), NOON - timedelta(seconds=1)])
def test_a_one_time_password_whose_time_is_over_opens_nothing(at: datetime) -> None:
    """CR-1: an initial password expires at the last second's end; the audit sees that it was one for one use."""
    hashes, refused = hashes_of(lambda: tried(doors_of(), stored=ONCE, at=at))

    gates = (SignInGate.PASSWORD_NONE, SignInGate.PASSWORD_ONE_TIME)
    assert NotSignedIn(user=UserId("u-mia"), door=Door.WEB, gates=gates, throttle=NOTHING_FAILED) == refused.outcome
    assert 1 == hashes
    assert isinstance(
        tried(doors_of(), stored=ONCE, at=NOON + timedelta(days=7, seconds=-1)).outcome, PasswordToReplace
    )


def test_how_long_a_one_time_password_is_good_for_is_the_hosts_to_say() -> None:
    """CR-1: a shorter life than a week is one argument away."""
    doors = doors_of()
    attempt = SignInAttempt(login="mia", at=NOON + timedelta(minutes=1), throttle=NOTHING_FAILED)
    told = sign_in(doors, attempt, Secret(PASSWORD), stored=ONCE, parameters=CHEAPEST, one_time_seconds=60)

    assert isinstance(told.outcome, NotSignedIn)

"""Signing in, one gate at a time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest

from agentprov.engine.sign_in import Doors
from agentprov.engine.throttling import after_success, after_wrong_password, code_lock, password_lock, place_of
from agentprov.errors import Code, InvalidValue
from agentprov.model.blueprint import Blueprint
from agentprov.model.groups import NamedAddress
from agentprov.model.identity import Login
from agentprov.model.ids import AddressId, UserId
from agentprov.model.network import Network, parse_address, parse_networks
from agentprov.model.settings import LoginComparison
from agentprov.model.sign_in import (
    FAILED,
    GATES,
    Answer,
    CodeWanted,
    Door,
    HostVerified,
    NotSignedIn,
    PasswordToReplace,
    PasswordTried,
    Proof,
    SignedIn,
    SignInAttempt,
    SignInGate,
    SignInOutcome,
    answer,
    registered_mobile,
)
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.throttle import NOTHING_FAILED, Failures, Lock, Place, SignInPolicy, Throttle
from agentprov.model.user_types import UserType
from agentprov.model.users import AuthenticationMethod, Calling, SelectedAddresses, SignIn, Status
from agentprov.model.verification import CodeCheck, Verification
from tests.tenants import BLUEPRINT, CATALOGUE, MOBILE, PHONE, SETTINGS, by_id, small, user

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
RIGHT = PasswordTried(outcome=Verification.MATCHES)
OFFICE = NamedAddress(id=AddressId("o-1"), name="Office", networks=parse_networks(["192.0.2.0/24"]))
PANEL = Calling(login_based=True, dialler_panel=True)


def tenant_of(blueprint: Blueprint = BLUEPRINT, settings: Mapping[str, Any] | None = None, **fields: Any) -> Tenant:
    """A tenant of one user, Mia, who has these fields."""
    return small(
        users=by_id([user("mia", **fields)]),
        roles=Table(),
        departments=Table(),
        profiles=Table(),
        numbers=Table(),
        ivrs=Table(),
        addresses=by_id([OFFICE]),
        blueprint=blueprint,
        settings=attrs.evolve(SETTINGS, **(settings or {})),
    )


def tried(tenant: Tenant, **facts: Any) -> SignInOutcome:
    """What becomes of Mia's attempt at the web portal, with the right password unless said otherwise."""
    usual: dict[str, Any] = {"login": "mia", "at": NOON, "throttle": NOTHING_FAILED, "proof": RIGHT}
    return Doors(tenant).decide(SignInAttempt(**{**usual, **facts}))


def gates(tenant: Tenant, **facts: Any) -> list[str]:
    """The failing gates of Mia's attempt, which is refused."""
    outcome = tried(tenant, **facts)
    assert isinstance(outcome, NotSignedIn)
    assert Answer.FAILED is answer(outcome)
    return [gate.value for gate in outcome.gates]


def password(outcome: Verification, **known: bool) -> Proof:
    """A password was typed."""
    return PasswordTried(outcome=outcome, **known)


def test_nothing_keeps_her_out() -> None:
    """CR-5: with every gate passed she is signed in, and where she came from is known from now on."""
    here = parse_address("192.0.2.7")

    assert SignedIn(
        user=UserId("u-mia"),
        door=Door.WEB,
        throttle=Throttle(places=[Place(network=place_of(here))]),
        rehash=False,
    ) == tried(tenant_of(), address=here)


@pytest.mark.parametrize(
    ("fields", "facts", "expected"),
    [
        ({}, {"login": "MIA"}, ["user.unknown"]),  # B017
        ({}, {"login": "nobody"}, ["user.unknown"]),
        ({}, {"login": ""}, ["user.unknown"]),
        ({}, {"login": "mia "}, ["user.unknown"]),
        ({}, {"login": "m" * 1_000_000}, ["user.unknown"]),
        ({}, {"login": "\ud800"}, ["user.unknown"]),
        ({}, {"proof": password(Verification.WRONG)}, ["password.wrong"]),
        ({}, {"proof": password(Verification.NO_PASSWORD)}, ["password.none"]),
        ({}, {"proof": password(Verification.UNREADABLE)}, ["password.unreadable"]),  # B044
        ({}, {"proof": password(Verification.EXCESSIVE)}, ["password.excessive"]),  # B046
        ({}, {"proof": password(Verification.WRONG, one_time=True)}, ["password.wrong", "password.one_time"]),
        ({}, {"proof": None}, ["proof.missing"]),
        ({"status": Status.DISABLED}, {}, ["status.disabled"]),
        ({"status": Status.BLOCKED}, {}, ["status.blocked"]),
        ({"status": Status.DEACTIVATED}, {}, ["status.deactivated"]),
        ({"sign_in": SignIn(web_login_blocked=True)}, {}, ["web_login.blocked"]),
        ({"type": "api"}, {}, ["type.no_web_sign_in"]),
        (
            {"type": "api", "sign_in": SignIn(method=AuthenticationMethod.API_TOKEN)},
            {},
            ["method.token", "type.no_web_sign_in"],
        ),
        (
            {"status": Status.DISABLED, "sign_in": SignIn(web_login_blocked=True)},
            {"proof": password(Verification.NO_PASSWORD)},
            ["password.none", "status.disabled", "web_login.blocked"],
        ),
    ],
)
def test_what_keeps_her_out_of_the_web(fields: Any, facts: Any, expected: list[str]) -> None:
    """CR-5: each gate by itself, and several at once; none of them is told outside."""
    assert expected == gates(tenant_of(**fields), **facts)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ["login_based.off", "dialler_panel.off"]),
        ({"calling": Calling(login_based=True)}, ["dialler_panel.off"]),
        ({"type": "customer"}, ["type.not_routed", "login_based.off", "dialler_panel.off"]),
        ({"calling": PANEL, "status": Status.BLOCKED}, ["status.blocked"]),
    ],
)
def test_what_keeps_her_out_of_the_panel(fields: Any, expected: list[str]) -> None:
    """CR-5: the dialler panel asks for login-based calling and the option, and is for agents."""
    assert expected == gates(tenant_of(**fields), door="panel")


def test_a_blocked_web_login_leaves_the_panel() -> None:
    """CR-5, ID-14: the block, and a type without web sign-in, are about the portal."""
    agents = Table({**BLUEPRINT.user_types, "agent": UserType(name="agent", web_sign_in=False)})
    blueprint = Blueprint(name="plain", catalogue=CATALOGUE, user_types=agents)
    tenant = tenant_of(blueprint, type="agent", sign_in=SignIn(web_login_blocked=True), calling=PANEL)

    assert isinstance(tried(tenant, door="panel"), SignedIn)
    assert ["web_login.blocked", "type.no_web_sign_in"] == gates(tenant)


def test_a_customer_signs_in_at_the_portal() -> None:
    """ID-14: a customer has the portal."""
    assert isinstance(tried(tenant_of(type="customer")), SignedIn)


# ---- other methods ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", [AuthenticationMethod.WINDOWS, AuthenticationMethod.EXTERNAL])
def test_the_host_says_what_windows_said(method: AuthenticationMethod) -> None:
    """CR-5: for windows and external only the host's word counts, and what it doesn't say lets nobody in."""
    tenant = tenant_of(sign_in=SignIn(method=method))
    other = next(each for each in ("windows", "external") if each != method.value)

    assert isinstance(tried(tenant, proof=HostVerified(method=method, verified=True)), SignedIn)
    assert ["host.refused"] == gates(tenant, proof=HostVerified(method=method, verified=False))
    assert ["method.other"] == gates(tenant, proof=HostVerified(method=other, verified=True))
    assert ["method.other"] == gates(tenant, proof=RIGHT)
    assert ["proof.missing"] == gates(tenant, proof=None)


def test_nobody_else_vouches_for_a_password() -> None:
    """CR-5: who signs in with a password isn't let in because another service knows them."""
    assert ["method.other"] == gates(tenant_of(), proof=HostVerified(method="windows", verified=True))


# ---- where from ------------------------------------------------------------------------------------------------------

BOUND = SignIn(addresses=SelectedAddresses(networks=parse_networks(["10.0.0.0/8"]), named=[OFFICE.id]))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("10.1.2.3", []),
        ("::ffff:10.0.0.1", []),  # B121
        ("192.0.2.7", []),
        ("::ffff:192.0.2.7", []),
        ("192.0.3.7", ["address.outside"]),
        ("2001:db8::1", ["address.outside"]),  # B124
        (None, ["address.unknown"]),
    ],
)
def test_where_she_may_come_from(address: str | None, expected: list[str]) -> None:
    """CR-6: networks listed and named ones; a mapped address is its IPv4 one; who knows no address lets nobody in."""
    outcome = tried(tenant_of(sign_in=BOUND), address=None if address is None else parse_address(address))

    assert expected == ([] if isinstance(outcome, SignedIn) else list(getattr(outcome, "gates", ["other"])))


# ---- the second factor -----------------------------------------------------------------------------------------------

TWICE = SignIn(two_factor=True)


def test_a_code_goes_to_the_registered_mobile() -> None:
    """CR-3, ID-13: to the mobile, else to the phone number if it can receive messages; else she is refused."""
    sent = tried(tenant_of(sign_in=TWICE, mobile=MOBILE))

    assert isinstance(sent, CodeWanted)
    assert (MOBILE, Answer.CODE_WANTED) == (sent.mobile, answer(sent))
    assert isinstance(tried(tenant_of(sign_in=TWICE, phone=MOBILE)), CodeWanted)
    assert ["mobile.none", "code.wanted"] == gates(tenant_of(sign_in=TWICE, phone=PHONE))
    assert ["mobile.none"] == gates(tenant_of(sign_in=TWICE), code="accepted")
    assert (MOBILE, MOBILE, None) == (
        registered_mobile(MOBILE, None),
        registered_mobile(None, MOBILE),
        registered_mobile(None, PHONE),
    )


@pytest.mark.parametrize(
    ("code", "gate"),
    [
        (CodeCheck.WRONG, "code.wrong"),
        (CodeCheck.EXPIRED, "code.expired"),
        (CodeCheck.USED, "code.used"),
        (CodeCheck.LOCKED, "code.locked"),
        (CodeCheck.NO_CODE, "code.none"),
    ],
)
def test_a_code_that_is_not_accepted(code: CodeCheck, gate: str) -> None:
    """CR-3, R3: refused like everything else, and counted as a code and not as a password."""
    tenant = tenant_of(sign_in=TWICE, mobile=MOBILE)
    outcome = tried(tenant, code=code)

    assert [gate] == gates(tenant, code=code)
    assert Throttle(codes=Failures(count=1, last=NOON)) == outcome.throttle
    assert isinstance(tried(tenant, code=CodeCheck.ACCEPTED), SignedIn)


def test_no_code_is_sent_to_whom_something_else_keeps_out() -> None:
    """CR-3, CR-5: what would still be asked is told with the gates, and nothing is sent."""
    tenant = tenant_of(sign_in=attrs.evolve(TWICE, web_login_blocked=True), mobile=MOBILE)

    assert ["web_login.blocked", "code.wanted"] == gates(tenant)


def test_a_one_time_password_skips_no_second_factor() -> None:
    """CR-1, CR-3, B065: first the code, then the new password."""
    once = password(Verification.MATCHES, one_time=True)
    tenant = tenant_of(sign_in=TWICE, mobile=MOBILE)

    assert isinstance(tried(tenant, proof=once), CodeWanted)
    replaced = tried(tenant, proof=once, code="accepted")
    assert isinstance(replaced, PasswordToReplace)
    assert Answer.PASSWORD_TO_REPLACE is answer(replaced)
    assert isinstance(tried(tenant_of(), proof=once), PasswordToReplace)


# ---- guessing --------------------------------------------------------------------------------------------------------


def failed(count: int, ago: int = 0) -> Throttle:
    """So many wrong passwords, the last of them so many seconds ago."""
    return Throttle(passwords=Failures(count=count, last=NOON - timedelta(seconds=ago)))


@pytest.mark.parametrize(
    ("count", "wait"), [(1, 0), (2, 0), (3, 30), (4, 60), (5, 120), (6, 240), (7, 480), (8, 960), (9, 1920)]
)
def test_waits_between_guesses(count: int, wait: int) -> None:
    """CR-5, R3: after two free failures a wait that doubles; the instant at its end is free again."""
    tenant = tenant_of()

    assert isinstance(tried(tenant, throttle=failed(count, ago=wait)), SignedIn)
    if wait:
        assert ["locked.passwords"] == gates(tenant, throttle=failed(count, ago=wait - 1))
        assert Lock(until=NOON + timedelta(seconds=wait)) == password_lock(failed(count), None, SignInPolicy(), NOON)


def test_at_the_limit_only_an_admin_helps() -> None:
    """CR-5, R3: ten failures lock out for good, with the right password too; nothing is counted any more."""
    locked = failed(10, ago=10_000_000)

    assert ["locked.passwords"] == gates(tenant_of(), throttle=locked)
    wrong = tried(tenant_of(), throttle=locked, proof=password(Verification.WRONG))
    assert locked == wrong.throttle
    assert Lock(until=None) == password_lock(locked, None, SignInPolicy(), NOON)


@pytest.mark.parametrize("count", [1, 2])
def test_what_is_free_is_free_on_a_clock_put_back_too(count: int) -> None:
    """CR-5: the first failures are followed by no wait, also where the clock was put back by a second since."""
    assert password_lock(failed(count), None, SignInPolicy(), NOON - timedelta(seconds=1)) is None


def test_a_wait_is_an_hour_at_most() -> None:
    """R3: the wait stops growing."""
    policy = SignInPolicy(failures=100)

    assert Lock(until=NOON + timedelta(hours=1)) == password_lock(failed(99), None, policy, NOON)


def test_wrong_codes_lock_out_too() -> None:
    """CR-5, R3: codes have a count of their own, which concerns only who needs a code."""
    locked = Throttle(codes=Failures(count=10, last=NOON))

    assert ["code.wanted", "locked.codes"] == gates(tenant_of(sign_in=TWICE, mobile=MOBILE), throttle=locked)
    assert isinstance(tried(tenant_of(), throttle=locked), SignedIn)
    assert Lock(until=None) == code_lock(locked, SignInPolicy(), NOON)


@pytest.mark.parametrize(
    "fields",
    [
        {"status": Status.DISABLED},
        {"sign_in": SignIn(web_login_blocked=True)},
        {"sign_in": SignIn(addresses=SelectedAddresses(named=[OFFICE.id]))},
        {"sign_in": SignIn(two_factor=True)},  # and no mobile
    ],
)
def test_where_nobody_gets_in_no_guess_counts(fields: Any) -> None:
    """CR-5: a guess that no password could have helped teaches nothing and locks nobody out."""
    outcome = tried(tenant_of(**fields), proof=password(Verification.WRONG), address=parse_address("203.0.113.1"))

    assert NOTHING_FAILED == outcome.throttle


def test_a_known_place_has_a_count_of_its_own() -> None:
    """CR-5: strangers lock the rest of the world out, and a colleague's guesses lock the office; each alone."""
    tenant, office, world = tenant_of(), parse_address("192.0.2.7"), parse_address("203.0.113.1")
    throttle = after_success(NOTHING_FAILED, office, SignInPolicy())
    for _ in range(10):
        throttle = after_wrong_password(throttle, world, NOON)

    assert ["locked.passwords"] == gates(tenant, address=world, throttle=throttle)
    assert ["locked.passwords"] == gates(tenant, throttle=throttle)
    assert isinstance(tried(tenant, address=office, throttle=throttle), SignedIn)
    for _ in range(10):
        throttle = after_wrong_password(throttle, office, NOON)
    assert ["locked.passwords"] == gates(tenant, address=office, throttle=throttle)


def test_all_places_together_have_the_ceiling_of_one() -> None:
    """R3: a hundred failures in a row lock out, wherever they came from."""
    places = [
        Place(network=place_of(parse_address(f"192.0.2.{n}")), failures=Failures(count=50, last=NOON)) for n in (1, 2)
    ]
    policy = SignInPolicy(failures=100)

    assert Lock(until=None) == password_lock(Throttle(places=places), parse_address("203.0.113.1"), policy, NOON)


def test_the_places_signed_in_from_last_are_kept() -> None:
    """CR-5: the last one first, none twice, and no more than the policy says."""
    throttle = NOTHING_FAILED
    for text in ("192.0.2.1", "192.0.2.2", "192.0.2.1", "2001:db8::1", "2001:db8::2", "192.0.2.3"):
        throttle = after_success(throttle, parse_address(text), SignInPolicy(places=3))

    assert ["192.0.2.3", "2001:db8::/64", "192.0.2.1"] == [str(place.network) for place in throttle.places]


def test_a_success_as_the_last_one_leaves_nothing_to_store() -> None:
    """CR-5: from the same place, with nothing failed, the throttle is the one there was."""
    here = parse_address("2001:db8::1")
    throttle = after_success(NOTHING_FAILED, here, SignInPolicy())

    assert throttle is after_success(throttle, parse_address("2001:db8::2"), SignInPolicy())
    assert throttle == after_success(after_wrong_password(throttle, here, NOON), here, SignInPolicy())


def test_a_failure_keeps_the_latest_instant() -> None:
    """B067: a clock that was put back doesn't shorten a wait."""
    later = after_wrong_password(failed(3), None, NOON - timedelta(hours=1))

    assert Failures(count=4, last=NOON) == later.passwords


# ---- other questions -------------------------------------------------------------------------------------------------


def test_what_would_keep_her_out_and_what_is_asked() -> None:
    """CR-5: without a password it can be told what fails anyhow, and what she would be asked."""
    doors = Doors(tenant_of(status=Status.BLOCKED, sign_in=attrs.evolve(BOUND, two_factor=True), mobile=MOBILE))
    mia = UserId("u-mia")

    assert (SignInGate.STATUS_BLOCKED, SignInGate.ADDRESS_UNKNOWN) == doors.keeps_out(
        mia, Door.WEB, address=None, throttle=NOTHING_FAILED, at=NOON
    )
    assert (AuthenticationMethod.PASSWORD, MOBILE) == doors.asked_of(mia)
    token = Doors(tenant_of(sign_in=SignIn(method=AuthenticationMethod.API_TOKEN, two_factor=True)))
    assert (SignInGate.METHOD_TOKEN, SignInGate.MOBILE_NONE) == token.keeps_out(
        mia, Door.WEB, address=None, throttle=NOTHING_FAILED, at=NOON
    )


def test_logins_are_compared_as_the_tenant_says() -> None:
    """ID-5: without case where the tenant says so; a decomposed accent is the composed one."""
    folded = tenant_of(settings={"login_comparison": LoginComparison.CASE_INSENSITIVE})
    accented = small(
        users=by_id([attrs.evolve(user("rene"), login=Login("ren\u00e9"))]),
        departments=Table(),
        profiles=Table(),
        ivrs=Table(),
        numbers=Table(),
    )

    assert UserId("u-mia") == Doors(folded).user("MIA")
    assert UserId("u-rene") == Doors(accented).user("rene\u0301")


def test_an_old_hash_is_renewed_by_whoever_gets_in() -> None:
    """CR-1, B047: only a success renews a hash."""
    outcome = tried(tenant_of(), proof=password(Verification.MATCHES, outdated=True))

    assert isinstance(outcome, SignedIn)
    assert outcome.rehash


def test_every_gate_has_a_row() -> None:
    """CR-5: the table of gates is in their order and has them all; a refusal as a problem says nothing of why."""
    assert list(SignInGate) == list(GATES)
    assert (Code.AUTH_FAILED, (), {}) == (FAILED.code, FAILED.path, dict(FAILED.parameters))
    assert (SignInGate.PASSWORD_UNREADABLE,) == NotSignedIn(
        user=None, door=Door.WEB, gates=[SignInGate.PASSWORD_UNREADABLE], throttle=NOTHING_FAILED
    ).alarms


def test_the_page_has_the_table_of_gates() -> None:
    """CR-5: the documentation lists every gate in order, with its rule and its door."""
    page = (Path(__file__).parent.parent.parent / "docs" / "sign-in.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z_.]+)` \| ([A-Z]{2}-[0-9]+) \| (both|web|panel) \|", page, re.MULTILINE)

    assert [(gate.value, row.rule, row.door.value if row.door else "both") for gate, row in GATES.items()] == rows


# ---- values ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({"failures": 0}, ["failures"]),
        ({"failures": 101}, ["failures"]),
        ({"failures": True, "free": -1}, ["failures", "free"]),
        ({"first_wait": 29, "longest_wait": 3601}, ["first_wait", "longest_wait"]),
        ({"first_wait": 60, "longest_wait": 30}, ["longest_wait"]),
        ({"places": 17}, ["places"]),
    ],
)
def test_a_policy_stays_inside_the_standard(fields: Any, codes: list[str]) -> None:
    """R3: never more than a hundred failures, waits of thirty seconds to an hour."""
    with pytest.raises(InvalidValue) as refused:
        SignInPolicy(**fields)

    assert codes == [problem.where for problem in refused.value.problems]


HERE = Network(version=4, number=3_221_225_985, prefix=32)


@pytest.mark.parametrize(
    ("make", "fields", "wrong"),
    [
        (Failures, {"count": 1}, ["last"]),
        (Failures, {"count": 0, "last": NOON}, ["last"]),
        (Failures, {"count": -1, "last": datetime(2026, 1, 1)}, ["count", "last"]),
        (Place, {"network": "192.0.2.1", "failures": None}, ["network", "failures"]),
        (Throttle, {"passwords": 3, "codes": None}, ["passwords", "codes"]),
        (Throttle, {"places": [Place(network=HERE)] * 2}, ["places[1].network"]),
        (
            Throttle,
            {"places": [Place(network=Network(version=4, number=n, prefix=32)) for n in range(17)]},
            ["places"],
        ),
        (PasswordTried, {"outcome": "matches", "one_time": "no", "outdated": 1}, ["one_time", "outdated"]),
        (PasswordTried, {"outcome": "true"}, ["outcome"]),
        (HostVerified, {"method": "password", "verified": "yes"}, ["verified", "method"]),
        (HostVerified, {"method": "kerberos", "verified": True}, ["method"]),
        (SignInAttempt, {"login": 7, "at": None, "throttle": None}, ["login", "at", "throttle"]),
        (
            SignInAttempt,
            {"login": "mia", "at": NOON, "throttle": NOTHING_FAILED, "address": "10.0.0.1", "proof": True},
            ["address", "proof"],
        ),
        (SignInAttempt, {"login": "mia", "at": datetime(2026, 1, 1), "throttle": NOTHING_FAILED}, ["at"]),
        (SignInAttempt, {"login": "mia", "at": NOON, "throttle": NOTHING_FAILED, "door": "back"}, ["door"]),
        (SignInAttempt, {"login": "mia", "at": NOON, "throttle": NOTHING_FAILED, "code": "yes"}, ["code"]),
    ],
)
def test_facts_are_what_they_say(make: Any, fields: Any, wrong: list[str]) -> None:
    """CR-5, B116: a value that a host got wrong is refused when it is made, and never taken for a fact."""
    with pytest.raises(InvalidValue) as refused:
        make(**fields)

    assert wrong == [problem.where for problem in refused.value.problems]

"""Laws of signing in: what is told, what is counted, and what can't let anybody in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import attrs
from hypothesis import assume, given
from hypothesis import strategies as st

from agentprov.engine.outbound import Outbound
from agentprov.engine.sign_in import Doors
from agentprov.engine.throttling import after_success, after_wrong_password, password_lock, reset, wait_after
from agentprov.model.groups import NamedAddress
from agentprov.model.identity import Login
from agentprov.model.ids import AddressId, UserId
from agentprov.model.live import Live
from agentprov.model.network import Address, Network, allows
from agentprov.model.outbound import Attempt
from agentprov.model.sign_in import (
    GATES,
    Answer,
    CodeWanted,
    Concern,
    NotSignedIn,
    PasswordToReplace,
    PasswordTried,
    SignedIn,
    SignInAttempt,
    SignInGate,
    answer,
)
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.throttle import FAILURE_CEILING, NOTHING_FAILED, SignInPolicy, Throttle
from agentprov.model.users import Calling, Extension, SelectedAddresses, SignIn, Status, User
from agentprov.model.verification import CodeCheck, Verification
from agentprov.testing.strategies import addresses, networks, sign_in_policies, throttles
from tests.engine.entrants import centres, tries
from tests.tenants import MOBILE, by_id, small

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TRIES = st.lists(tries(), min_size=5, max_size=5)
STATUSES = {SignInGate.STATUS_DISABLED, SignInGate.STATUS_BLOCKED, SignInGate.STATUS_DEACTIVATED}
PLACES = {SignInGate.ADDRESS_UNKNOWN, SignInGate.ADDRESS_OUTSIDE}


def with_users(tenant: Tenant, **changes: object) -> Tenant:
    """The tenant with every user changed alike; ``sign_in__NAME`` changes a sign-in option."""
    options = {name.removeprefix("sign_in__"): value for name, value in changes.items() if "__" in name}
    fields = {name: value for name, value in changes.items() if "__" not in name}

    def changed(user: User) -> User:
        sign_in: SignIn = attrs.evolve(user.sign_in, **options)  # type: ignore[arg-type]
        return attrs.evolve(user, sign_in=sign_in, **fields)  # type: ignore[arg-type]

    return attrs.evolve(tenant, users={id_: changed(user) for id_, user in tenant.users.items()})


def gates_of(tenant: Tenant, attempt: SignInAttempt) -> set[SignInGate]:
    """The gates of a refusal, and none of anything else."""
    outcome = Doors(tenant).decide(attempt)
    return set(outcome.gates) if isinstance(outcome, NotSignedIn) else set()


def asked_next(gates: set[SignInGate]) -> bool:
    """Whether nothing but what is asked next is left."""
    return all(GATES[gate].concern is Concern.NEXT for gate in gates)


@given(centres(), TRIES)
def test_every_failing_gate_is_reported(tenant: Tenant, tried: list[SignInAttempt]) -> None:
    """CR-5: mending what one gate asks takes that gate away and leaves exactly the others."""
    mended = (
        (with_users(tenant, status=Status.ACTIVE), STATUSES),
        (with_users(tenant, sign_in__web_login_blocked=False), {SignInGate.WEB_LOGIN_BLOCKED}),
        (with_users(tenant, sign_in__addresses=None), PLACES),
    )
    for attempt in tried:
        gates = gates_of(tenant, attempt)
        for better, theirs in mended:
            left = gates - theirs
            assert (set() if asked_next(left) else left) == gates_of(better, attempt)


@given(centres(), TRIES)
def test_gates_are_told_in_order_and_at_their_door(tenant: Tenant, tried: list[SignInAttempt]) -> None:
    """CR-5: no gate is told twice, out of order, or at the other door."""
    doors = Doors(tenant)

    for attempt in tried:
        outcome = doors.decide(attempt)
        if isinstance(outcome, NotSignedIn):
            assert [gate for gate in SignInGate if gate in outcome.gates] == list(outcome.gates)
            assert set() == {GATES[gate].door for gate in outcome.gates} - {None, attempt.door}


@given(centres(), TRIES)
def test_every_refusal_is_one_answer(tenant: Tenant, tried: list[SignInAttempt]) -> None:
    """CR-5, P70: to the outside nothing tells one refusal from another, and nobody refused is anything else."""
    doors = Doors(tenant)
    outcomes = [doors.decide(attempt) for attempt in tried]

    assert [isinstance(outcome, NotSignedIn) for outcome in outcomes] == [
        answer(outcome) is Answer.FAILED for outcome in outcomes
    ]


@given(centres(), TRIES)
def test_a_code_is_sent_to_nobody_whom_anything_keeps_out(tenant: Tenant, tried: list[SignInAttempt]) -> None:
    """CR-3: whoever a code is sent to is let in by that code, or goes on to replace a one-time password."""
    doors = Doors(tenant)

    for attempt in tried:
        outcome = doors.decide(attempt)
        if isinstance(outcome, CodeWanted):
            accepted = doors.decide(attrs.evolve(attempt, code=CodeCheck.ACCEPTED))
            assert isinstance(accepted, SignedIn | PasswordToReplace)


@given(centres(), TRIES)
def test_a_fact_that_is_not_given_lets_nobody_in(tenant: Tenant, tried: list[SignInAttempt]) -> None:
    """CR-5, R12: without a proof nobody gets in; without an address or a code nobody who was kept out does."""
    doors = Doors(tenant)

    for attempt in tried:
        unbound = gates_of(with_users(tenant, sign_in__addresses=None), attrs.evolve(attempt, address=None))
        assert isinstance(doors.decide(attrs.evolve(attempt, proof=None)), NotSignedIn)
        assert unbound <= gates_of(tenant, attrs.evolve(attempt, address=None))
        if isinstance(doors.decide(attrs.evolve(attempt, code=None)), SignedIn):
            assert isinstance(doors.decide(attrs.evolve(attempt, code=CodeCheck.WRONG)), SignedIn)  # none is asked for


@given(centres(), networks(), addresses(), TRIES)
def test_another_network_only_widens(
    tenant: Tenant, more: Network, address: Address, tried: list[SignInAttempt]
) -> None:
    """CR-6, P72: a network more among the allowed ones keeps out nobody who was let in before."""
    wider = attrs.evolve(
        tenant,
        users={
            id_: attrs.evolve(
                user,
                sign_in=attrs.evolve(
                    user.sign_in,
                    addresses=user.sign_in.addresses
                    and attrs.evolve(user.sign_in.addresses, networks=(*user.sign_in.addresses.networks, more)),
                ),
            )
            for id_, user in tenant.users.items()
        },
    )
    for attempt in tried:
        at = attrs.evolve(attempt, address=address)
        assert gates_of(wider, at) <= gates_of(tenant, at)


@given(centres(), st.lists(networks(), min_size=1, max_size=3), TRIES)
def test_allowed_is_what_some_network_contains(
    tenant: Tenant, listed: list[Network], tried: list[SignInAttempt]
) -> None:
    """CR-6, P72: somebody is outside exactly when no network of theirs contains where they come from."""
    bound = with_users(tenant, sign_in__addresses=SelectedAddresses(networks=listed))

    for attempt in tried:
        gates = gates_of(bound, attempt)
        known = gates - {SignInGate.USER_UNKNOWN}
        if known and attempt.address is not None:
            assert (SignInGate.ADDRESS_OUTSIDE in gates) is not allows(listed, attempt.address)


@given(st.lists(networks(), min_size=1, max_size=3), addresses())
def test_a_named_address_means_the_same_to_calls_and_to_doors(listed: list[Network], address: Address) -> None:
    """CR-6, OB-3, P72: who may sign in from a named address may call from it, and nobody else."""
    office = NamedAddress(id=AddressId("o-1"), name="Office", networks=listed)
    agent = User(
        id=UserId("u-mia"),
        login=Login("mia"),
        mobile=MOBILE,
        calling=Calling(extension=Extension(number="201", addresses=[office.id])),
        sign_in=SignIn(addresses=SelectedAddresses(named=[office.id])),
    )
    bare: dict[str, Table[str, object]] = dict.fromkeys(("departments", "profiles", "numbers", "ivrs"), Table())
    tenant = small(users=by_id([agent]), addresses=by_id([office]), **bare)
    attempt = SignInAttempt(login="mia", at=NOON, throttle=NOTHING_FAILED, address=address)
    called = Outbound(tenant).dial(Attempt(agent="u-mia", dialled="022 2345 6789"), Live(addresses={"u-mia": address}))

    outside = {str(reason.code) for reason in called.reasons} & {"address.outside"}
    assert outside == {gate.value for gate in gates_of(tenant, attempt)} & {"address.outside"}
    assert bool(outside) is not allows(listed, address)


# ---- what is counted -------------------------------------------------------------------------------------------------


def counts(throttle: Throttle) -> tuple[int, ...]:
    """Every count of a throttle."""
    return (throttle.passwords.count, throttle.codes.count, *(place.failures.count for place in throttle.places))


@given(centres(), TRIES)
def test_a_count_falls_by_success_alone(tenant: Tenant, tried: list[SignInAttempt]) -> None:
    """CR-5, P69: no count falls but by a success, and one attempt counts for one failure at most."""
    doors = Doors(tenant)

    for attempt in tried:
        outcome = doors.decide(attempt)
        before, after = counts(attempt.throttle), counts(outcome.throttle)
        if isinstance(outcome, SignedIn | PasswordToReplace):
            assert 0 == sum(after)
        else:
            assert sum(before) <= sum(after) <= sum(before) + 1
            assert all(low <= high for low, high in zip(before, after, strict=True))


@given(centres(), TRIES)
def test_who_does_not_know_the_password_uses_up_no_codes(tenant: Tenant, tried: list[SignInAttempt]) -> None:
    """CR-5, R3: without the right password no code is counted, whatever was typed."""
    doors = Doors(tenant)

    for attempt in tried:
        wrong = attrs.evolve(attempt, proof=PasswordTried(outcome=Verification.WRONG))
        assert attempt.throttle.codes == doors.decide(wrong).throttle.codes


@given(centres(), TRIES)
def test_a_guess_counts_only_where_it_could_be_noticed(tenant: Tenant, tried: list[SignInAttempt]) -> None:
    """CR-5: a wrong password is counted exactly when the right one would have been answered differently."""
    doors = Doors(tenant)

    for attempt in tried:
        first = attrs.evolve(attempt, code=None)
        wrong = attrs.evolve(first, proof=PasswordTried(outcome=Verification.WRONG))
        right = attrs.evolve(first, proof=PasswordTried(outcome=Verification.MATCHES))
        counted = doors.decide(wrong).throttle != attempt.throttle
        assert counted is (answer(doors.decide(right)) is not Answer.FAILED)


@given(throttles(), sign_in_policies(), st.none() | addresses(), st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_clock_stepped_back_opens_nothing(
    throttle: Throttle, policy: SignInPolicy, address: Address | None, later: int, back: int
) -> None:
    """CR-5, B067: whoever is locked out at an instant is locked out at every earlier one."""
    last = throttle.passwords.last
    assume(last is not None)
    assert last is not None
    at = last + timedelta(seconds=later)

    if password_lock(throttle, address, policy, at) is not None:
        assert password_lock(throttle, address, policy, at - timedelta(seconds=back)) is not None


@given(throttles(), sign_in_policies(), addresses(), addresses(), st.integers(1, 10))
def test_strangers_lock_nobody_out_of_a_known_place(
    throttle: Throttle, policy: SignInPolicy, home: Address, strange: Address, guesses: int
) -> None:
    """CR-5, R3: guesses from elsewhere change nothing at a place that is known, up to the ceiling of all together."""
    assume(policy.places > 0)
    known = after_success(throttle, home, policy)
    assume(all(not place.network.contains(strange) for place in known.places))
    tried = known
    for _ in range(guesses):
        tried = after_wrong_password(tried, strange, NOON)

    assert password_lock(tried, home, policy, NOON) is None
    assert guesses == tried.passwords.count


@given(throttles())
def test_a_reset_leaves_nothing_but_the_places(throttle: Throttle) -> None:
    """CR-5: after an admin's reset nothing failed, and who was known somewhere still is."""
    after = reset(throttle)

    assert 0 == sum(counts(after))
    assert [place.network for place in throttle.places] == [place.network for place in after.places]


@given(sign_in_policies(), st.integers(0, FAILURE_CEILING))
def test_waits_grow(policy: SignInPolicy, count: int) -> None:
    """CR-5, R3: no wait is shorter than the one before, and none is outside 30 seconds to an hour."""
    wait, following = wait_after(count, policy), wait_after(count + 1, policy)

    assert wait <= following
    assert following == 0 or 30 <= following <= 3_600

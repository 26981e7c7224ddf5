"""How fast a sign-in is decided, beside a plain function by hand that explains nothing, and beside the hash.

    python benchmarks/bench_sign_in.py

The floor is what one would write without this library: a dictionary of users by login, the account's switches, the
addresses with the standard library, and a count of failures; it gives yes or no. Each pair is measured in turn, block
by block, in processor time; the answers are compared. "hot" draws from 1,000 users, "uniform" from all.
"""

from __future__ import annotations

import ipaddress
import random
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median

from agentprov.credentials.passwords import FLOOR, RFC_9106_SECOND, hash_password
from agentprov.credentials.sign_in import try_password
from agentprov.engine.sign_in import Doors
from agentprov.model.access import Catalogue
from agentprov.model.blueprint import Blueprint
from agentprov.model.contact import PhoneNumber
from agentprov.model.identity import Login
from agentprov.model.ids import TenantId, UserId
from agentprov.model.network import parse_address, parse_networks
from agentprov.model.secret import Secret
from agentprov.model.settings import Settings
from agentprov.model.sign_in import CodeWanted, PasswordTried, SignedIn, SignInAttempt
from agentprov.model.stored_passwords import StoredPassword
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.throttle import NOTHING_FAILED, Failures, Throttle
from agentprov.model.users import SelectedAddresses, SignIn, Status, User
from agentprov.model.verification import CodeCheck, Verification

BLOCK = 2_000
ROUNDS = 15
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
OFFICES = tuple(f"10.{n}.0.0/16" for n in range(20))
cpu = time.thread_time_ns
Decide = Callable[[SignInAttempt], object]


def build(users: int) -> Tenant:
    """Users bound to twenty networks, every other one with a second factor, one in ten disabled."""
    bound = SelectedAddresses(networks=parse_networks(OFFICES))
    table = {}
    for position in range(users):
        id_ = UserId(f"u{position}")
        table[id_] = User(
            id=id_,
            login=Login(id_),
            status=Status.DISABLED if position % 10 == 0 else Status.ACTIVE,
            mobile=PhoneNumber(f"+9191{position:08}"),
            sign_in=SignIn(two_factor=position % 2 == 0, addresses=bound),
        )
    return Tenant(
        id=TenantId("t"),
        name="Bench",
        settings=Settings(time_zone="UTC", region="IN"),
        blueprint=Blueprint(name="bench", catalogue=Catalogue()),
        users=Table(table),
    )


def floor(tenant: Tenant) -> Decide:
    """The hand-written function: signed in, a code is wanted, or nothing; no reasons."""
    networks = [ipaddress.ip_network(text) for text in OFFICES]
    rows = {
        user.login: (user.status is Status.ACTIVE and not user.sign_in.web_login_blocked, user.sign_in.two_factor)
        for user in tenant.users.values()
    }

    def decide(attempt: SignInAttempt) -> object:
        row = rows.get(Login(attempt.login))
        assert isinstance(attempt.proof, PasswordTried)
        assert attempt.address is not None
        if row is None or not row[0] or attempt.proof.outcome is not Verification.MATCHES:
            return None
        here = ipaddress.IPv4Address(attempt.address.number)
        if not any(here in network for network in networks):
            return None
        failures = attempt.throttle.passwords
        if failures.last is not None and (
            failures.count >= 10 or attempt.at < failures.last + timedelta(seconds=30 << failures.count)
        ):
            return None
        if row[1] and attempt.code is not CodeCheck.ACCEPTED:
            return "code"
        return "in"

    return decide


def plain(doors: Doors) -> Decide:
    """The engine's answer in the floor's terms, for the comparison alone."""

    def decide(attempt: SignInAttempt) -> object:
        outcome = doors.decide(attempt)
        return "in" if isinstance(outcome, SignedIn) else "code" if isinstance(outcome, CodeWanted) else None

    return decide


def per_call(decide: Decide, attempts: Sequence[SignInAttempt]) -> float:
    """Microseconds of processor time for each attempt."""
    begin = cpu()
    for attempt in attempts:
        decide(attempt)
    return (cpu() - begin) / len(attempts) / 1000


def attempts_of(users: Sequence[UserId], chance: random.Random) -> list[SignInAttempt]:
    """Attempts by users drawn from these: most with the right password, some locked, some from elsewhere."""
    proofs = [PasswordTried(outcome=outcome) for outcome in (*(Verification.MATCHES,) * 9, Verification.WRONG)]
    addresses = [parse_address(f"10.{n}.3.4") for n in range(25)]
    kept = [*(NOTHING_FAILED,) * 9, Throttle(passwords=Failures(count=10, last=NOW))]
    return [
        SignInAttempt(
            login=chance.choice(users),
            at=NOW,
            throttle=chance.choice(kept),
            address=chance.choice(addresses),
            proof=chance.choice(proofs),
            code=chance.choice((None, CodeCheck.ACCEPTED)),
        )
        for _ in range(BLOCK)
    ]


def measure(name: str, tenant: Tenant, users: Sequence[UserId]) -> None:
    """One line of the table: engine and floor in turns."""
    chance = random.Random(7)
    doors, hand = Doors(tenant), floor(tenant)
    for attempt in attempts_of(users, chance):
        assert hand(attempt) == plain(doors)(attempt)
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(ROUNDS):
        tried = attempts_of(users, chance)
        ours.append(per_call(doors.decide, tried))
        theirs.append(per_call(hand, tried))
    ours.sort()
    print(f"{name:52} {median(ours):7.2f} us  (best {ours[0]:.2f})   floor {median(theirs):6.2f} us", flush=True)


def one_hash(name: str, stored: StoredPassword | None, text: str) -> None:
    """One line: the work of a typed password, without anything else."""
    spent = []
    for _ in range(7):
        begin = time.perf_counter()
        try_password(Secret(text), stored, at=NOW, parameters=RFC_9106_SECOND if "64 MiB" in name else FLOOR)
        spent.append((time.perf_counter() - begin) * 1000)
    print(f"{name:52} {median(spent):7.1f} ms")


def main() -> None:
    """All lines."""
    small, big = build(1_000), build(100_000)
    measure("1,000 users", small, list(small.users))
    measure("100,000 users, hot", big, list(big.users)[:1_000])
    measure("100,000 users, uniform", big, list(big.users))
    begin = cpu()
    Doors(big).user("u1")
    print(f"{'the first login asked of 100,000 users':52} {(cpu() - begin) / 1e6:7.1f} ms")
    for name, parameters in (("19 MiB", FLOOR), ("64 MiB", RFC_9106_SECOND)):
        kept = hash_password(Secret("purple otter climbs"), parameters).reveal()
        stored = StoredPassword(hash=kept, one_time=False, at=NOW)
        one_hash(f"the hash, {name}: the right password", stored, "purple otter climbs")
        one_hash(f"the hash, {name}: a wrong one", stored, "purple otter climb")
        one_hash(f"the hash, {name}: a login that nobody has", None, "purple otter climbs")


if __name__ == "__main__":
    main()

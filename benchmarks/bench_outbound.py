"""How fast an outbound call is decided, beside a plain function by hand that explains nothing.

    python benchmarks/bench_outbound.py

The floor is what one would write without this library: dictionaries for the agents, the numbering library for the
number, the first prefix of a sorted list; numbers seen before are remembered by both. Each pair is measured in turn,
block by block, in processor time; the answers are compared. "hot" draws from 1,000 agents, "uniform" from all. Numbers
are drawn from a thousand that were dialled before, or each is a new one.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from statistics import median

import phonenumbers

from agentprov.engine.outbound import Outbound
from agentprov.model.access import Catalogue
from agentprov.model.blueprint import Blueprint
from agentprov.model.call_permissions import CallPermissions
from agentprov.model.contact import PhoneNumber
from agentprov.model.groups import CallerId
from agentprov.model.identity import Login
from agentprov.model.ids import CallerIdId, TenantId, UserId
from agentprov.model.outbound import Attempt, Dial, DialChannel, NotDialled
from agentprov.model.phones import PhoneType
from agentprov.model.settings import Settings
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import AreaCallerId, Calling, Extension, OutboundBlock, User

BLOCK = 2_000
ROUNDS = 15
AREAS = ("22", "11", "33", "44", "80", "40", "20", "79", "141", "+47", "+44", "+1")
cpu = time.thread_time_ns
Decide = Callable[[Attempt], object]


def build(agents: int) -> Tenant:
    """Agents with an extension, three caller IDs and a list of twelve area codes; premium numbers are barred."""
    caller_ids = tuple(CallerIdId(f"c{position}") for position in range(3))
    entries = tuple(AreaCallerId(prefix=area, caller_id=caller_ids[len(area) % 3]) for area in AREAS)
    users = {}
    for position in range(agents):
        id_ = UserId(f"u{position}")
        calling = Calling(
            caller_ids=caller_ids,
            extension=Extension(number=str(100_000 + position), area_caller_ids=entries),
            outbound_block=OutboundBlock.ALL if position % 10 == 0 else OutboundBlock.NONE,
        )
        users[id_] = User(id=id_, login=Login(id_), mobile=PhoneNumber(f"+9191{position:08}"), calling=calling)
    barred = CallPermissions(barred_types=[PhoneType.PREMIUM_RATE, PhoneType.SATELLITE])
    return Tenant(
        id=TenantId("t"),
        name="Bench",
        settings=Settings(time_zone="UTC", region="IN", international_calling=True, call_permissions=barred),
        blueprint=Blueprint(name="bench", catalogue=Catalogue()),
        users=Table(users),
        caller_ids=Table(
            {id_: CallerId(id=id_, phone=PhoneNumber(f"+9122491600{n:02}")) for n, id_ in enumerate(caller_ids)}
        ),
    )


def floor(tenant: Tenant) -> Decide:
    """The hand-written function: the number, the extension and the caller ID, or nothing; no reasons."""
    rows = {}
    for id_, user in tenant.users.items():
        extension = user.calling.extension
        assert extension is not None
        prefixes = [
            (e.prefix if e.prefix.startswith("+") else f"+91{e.prefix}", e.caller_id) for e in extension.area_caller_ids
        ]
        rows[id_] = (
            user.calling.outbound_block is OutboundBlock.ALL,
            extension.number,
            sorted(prefixes, key=lambda each: -len(each[0])),
            user.calling.caller_ids[0],
        )
    known: dict[str, tuple[str, int] | None] = {}

    def number_of(text: str) -> tuple[str, int] | None:
        if text not in known:
            parsed = phonenumbers.parse(text, "IN")
            known[text] = (
                (
                    phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164),
                    phonenumbers.number_type(parsed),
                )
                if phonenumbers.is_possible_number(parsed)
                else None
            )
        return known[text]

    def decide(attempt: Attempt) -> object:
        blocked, extension, prefixes, first = rows[attempt.agent]
        found = number_of(attempt.dialled)
        if blocked or found is None or found[1] == phonenumbers.PhoneNumberType.PREMIUM_RATE:
            return None
        number = found[0]
        for prefix, caller_id in prefixes:
            if number.startswith(prefix):
                return number, extension, caller_id
        return number, extension, first

    return decide


def plain(outbound: Outbound) -> Decide:
    """The engine's answer in the floor's terms, for the comparison alone."""

    def decide(attempt: Attempt) -> object:
        outcome = outbound.dial(attempt)
        return (outcome.number, outcome.rings, outcome.caller_id) if isinstance(outcome, Dial) else None

    return decide


def per_call(decide: Decide, attempts: Sequence[Attempt]) -> float:
    """Microseconds of processor time for each attempt."""
    begin = cpu()
    for attempt in attempts:
        decide(attempt)
    return (cpu() - begin) / len(attempts) / 1000


def attempts_of(users: Sequence[UserId], numbers: Sequence[str], chance: random.Random) -> list[Attempt]:
    """Attempts by users and numbers drawn from these."""
    channels = tuple(DialChannel)
    return [
        Attempt(agent=chance.choice(users), dialled=number, channel=chance.choice(channels))
        for number in chance.choices(numbers, k=BLOCK)
    ]


def fresh(start: int, count: int) -> list[str]:
    """Numbers that nobody has dialled yet, Indian and Norwegian ones."""
    return [f"0{8069_000_000 + start + n}" if n % 2 else f"+47 2{1_000_000 + start + n}" for n in range(count)]


def measure(name: str, tenant: Tenant, users: Sequence[UserId], *, new: bool) -> None:
    """One line of the table: engine and floor in turns."""
    chance = random.Random(7)
    outbound, hand = Outbound(tenant), floor(tenant)
    numbers = fresh(0, 1_000)
    for attempt in attempts_of(users, numbers, chance):
        assert hand(attempt) == plain(outbound)(attempt)
    ours: list[float] = []
    theirs: list[float] = []
    for turn in range(ROUNDS):
        if new:
            numbers = fresh(10_000 * (turn + 1), BLOCK)
            tried = [Attempt(agent=chance.choice(users), dialled=number) for number in numbers]
        else:
            tried = attempts_of(users, numbers, chance)
        ours.append(per_call(outbound.dial, tried))
        theirs.append(per_call(hand, tried))
    ours.sort()
    print(f"{name:52} {median(ours):7.2f} us  (best {ours[0]:.2f})   floor {median(theirs):6.2f} us", flush=True)


def main() -> None:
    """All lines."""
    small, big = build(1_000), build(100_000)
    measure("numbers dialled before, 1,000 agents", small, list(small.users), new=False)
    measure("numbers dialled before, 100,000 agents uniform", big, list(big.users), new=False)
    measure("new numbers, 1,000 agents", small, list(small.users), new=True)
    refused = attempts_of(list(small.users)[::10], fresh(0, 1_000), random.Random(1))
    outbound = Outbound(small)
    assert all(isinstance(outbound.dial(attempt), NotDialled) for attempt in refused)
    alarms = [Attempt(agent=user, dialled="112") for user in list(small.users)] * 2
    for name, tried in (("refused by a block, with all reasons", refused), ("an emergency call", alarms)):
        print(f"{name:52} {median(per_call(outbound.dial, tried) for _ in range(ROUNDS)):7.2f} us")


if __name__ == "__main__":
    main()

"""How fast a call is routed, explanation included, beside a plain function by hand that explains nothing.

    python benchmarks/bench_routing.py

The floor is what one would write without this library: a few dictionaries, the gates in a row, one leg as the answer.
Each pair is measured in turn, block by block, in processor time; its answer is compared with the engine's. "hot" draws
from 1,000 agents, "uniform" from all. State: to JSON and back, which a host without memory does between any two steps.
"""

from __future__ import annotations

import importlib
import json
import random
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from statistics import median

from agentprov.engine.call_flow import Router
from agentprov.engine.hours import Hours
from agentprov.engine.zones import epoch
from agentprov.model.access import Catalogue
from agentprov.model.blueprint import Blueprint
from agentprov.model.call_state import State
from agentprov.model.calls import Call, NoAnswer
from agentprov.model.contact import PhoneNumber
from agentprov.model.dates import WORKDAYS
from agentprov.model.departments import Department, Strategy
from agentprov.model.destinations import ToAgent, ToDepartment
from agentprov.model.groups import Skill
from agentprov.model.hours import TimeGroup
from agentprov.model.identity import Login
from agentprov.model.ids import DepartmentId, NumberId, SkillId, TenantId, TimeGroupId, UserId
from agentprov.model.intervals import weekly_hours
from agentprov.model.live import Counters, Live, Presence
from agentprov.model.needs import HasSkill, Stage
from agentprov.model.numbers import Number
from agentprov.model.settings import Settings
from agentprov.model.steps import Ring
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import AgentHours, Calling, User

NOON = epoch(datetime(2026, 11, 23, 12, tzinfo=UTC))
NIGHT = epoch(datetime(2026, 11, 23, 22, tzinfo=UTC))
CALLER = PhoneNumber("+919812345678")
OFFICE = TimeGroupId("office")
ENGLISH = SkillId("english")
BLOCK = 2_000
ROUNDS = 15
cpu = time.thread_time_ns
Floor = Callable[[str, int], object]


def build(agents: int, members: int, strategy: Strategy = Strategy.ORDER, *, skilled: bool = False) -> Tenant:
    """Agents with hours and a number each; a department of the first of them, behind one more number.

    ``skilled``: the department asks for a skill at a level that every second member has, and relaxes it after a minute.
    """
    users = {}
    numbers = {}
    for position in range(agents):
        id_ = UserId(f"u{position}")
        phone = PhoneNumber(f"+9191{position:08}")
        calling = Calling(hours=AgentHours(time_group=OFFICE), login_based=position % 2 == 0)
        levels = Table({ENGLISH: 1 + 2 * (position % 2)}) if skilled else Table[SkillId, int | None]()
        users[id_] = User(id=id_, login=Login(id_), phone=phone, calling=calling, skills=levels)
        number = NumberId(f"n{position}")
        numbers[number] = Number(id=number, phone=PhoneNumber(f"+9180{position:08}"), to=ToAgent(user=id_))
    sales = DepartmentId("sales")
    numbers[NumberId("sales")] = Number(
        id=NumberId("sales"), phone=PhoneNumber("+918100000000"), to=ToDepartment(department=sales)
    )
    office = TimeGroup(id=OFFICE, name="Office", time_zone="UTC", weekly=weekly_hours(WORKDAYS, "09:00-17:00"))
    stages = [Stage(needs=[HasSkill(skill=ENGLISH, low=3)]), Stage(after=60)] if skilled else []
    team = Department(id=sales, name="Sales", members=list(users)[:members], strategy=strategy, stages=stages)
    return Tenant(
        id=TenantId("t"),
        name="Bench",
        settings=Settings(time_zone="UTC", region="IN"),
        blueprint=Blueprint(name="bench", catalogue=Catalogue()),
        users=Table(users),
        departments=Table({sales: team}),
        skills=Table({ENGLISH: Skill(id=ENGLISH, name="English")}),
        numbers=Table(numbers),
        time_groups=Table({OFFICE: office}),
    )


def floor(tenant: Tenant, live: Live) -> Floor:
    """The hand-written function: who rings first, from dictionaries made beforehand; no state, no reasons."""
    hours = Hours(tenant.time_groups[OFFICE], {})
    rows = {
        id_: (
            user.calling.enabled and (not user.skills or (user.skills[ENGLISH] or 0) >= 3),
            hours if user.calling.hours else None,
            user.calling.login_based,
            user.phone,
        )
        for id_, user in tenant.users.items()
    }
    behind = {
        number.phone: [number.to.user] if isinstance(number.to, ToAgent) else list(tenant.departments["sales"].members)  # type: ignore[index]
        for number in tenant.numbers.values()
    }
    panel = live.panel or frozenset()
    presence = dict(live.presence)

    def route(dialled: str, at: int) -> object:
        for user in behind[dialled]:  # type: ignore[index]
            enabled, own, login_based, phone = rows[user]
            if not enabled or (own is not None and not own.is_open(at)):
                continue
            state = presence.get(user)
            if login_based and (user not in panel or state is not None):
                continue
            if state is Presence.BUSY:
                continue
            return user, phone
        return None

    return route


def first(router: Router, live: Live) -> Callable[[Call, int], object]:
    """The engine's answer in the floor's terms, for the comparison alone."""

    def rings(call: Call, at: int) -> object:
        action = router.start(call, at=at, live=live).action
        return (action.legs[0].user, action.legs[0].number) if isinstance(action, Ring) else None

    return rings


def per_call(work: Callable[[], object], calls: int) -> float:
    """Microseconds of processor time for each of ``calls`` in one run of ``work``."""
    begin = cpu()
    work()
    return (cpu() - begin) / calls / 1_000


def compare(name: str, tenant: Tenant, live: Live, calls: Sequence[Call], at: int) -> None:
    """One line: the engine's first step and the floor, in turn."""
    router = Router(tenant)
    by_hand = floor(tenant, live)
    rings = first(router, live)
    for call in dict.fromkeys(calls):
        assert rings(call, at) == by_hand(call.to, at), (name, call)
    start = router.start

    def engine() -> None:
        for call in calls:
            start(call, at=at, live=live)

    def hand() -> None:
        for call in calls:
            by_hand(call.to, at)

    pairs = [(per_call(engine, len(calls)), per_call(hand, len(calls))) for _ in range(ROUNDS)]
    ours, floors = (median(each) for each in zip(*pairs, strict=True))
    print(f"{name:55} {ours:8.2f} us   floor {floors:6.2f} us   {ours / floors:5.1f}x")


def measure(name: str, work: Callable[[], object]) -> None:
    """One line for what has no floor."""

    def repeated() -> None:
        for _ in range(BLOCK):
            work()

    print(f"{name:55} {median(per_call(repeated, BLOCK) for _ in range(ROUNDS)):8.2f} us")


def zen() -> Callable[[], object] | None:
    """zen-engine, if it is installed: the gates of one agent as a table of three rows, over facts worked out before."""
    try:
        module = importlib.import_module("zen")
    except ImportError:
        return None
    names = ("enabled", "inside", "free")
    columns = [{"id": str(place), "name": name, "field": name} for place, name in enumerate(names)]
    rows = [
        {"_id": "1", "0": "false", "1": "", "2": "", "o": "'fallback'"},
        {"_id": "2", "0": "", "1": "false", "2": "", "o": "'failover'"},
        {"_id": "3", "0": "", "1": "", "2": "true", "o": "'ring'"},
    ]
    table = {
        "hitPolicy": "first",
        "inputs": columns,
        "outputs": [{"id": "o", "name": "to", "field": "to"}],
        "rules": rows,
    }
    at = {"x": 0, "y": 0}
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode", "position": at},
        {"id": "table", "name": "table", "type": "decisionTableNode", "position": at, "content": table},
        {"id": "out", "name": "out", "type": "outputNode", "position": at},
    ]
    edges = [
        {"id": "1", "sourceId": "in", "targetId": "table", "type": "edge"},
        {"id": "2", "sourceId": "table", "targetId": "out", "type": "edge"},
    ]
    graph = {"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges}
    decision = module.ZenEngine().create_decision(module.ZenDecisionContent(json.dumps(graph)))
    facts = {"enabled": True, "inside": True, "free": True}
    assert decision.evaluate(facts)["result"]["to"] == "ring"
    return lambda: decision.evaluate(facts)


def main() -> None:
    """Print the figures."""
    chance = random.Random(7)
    for agents, label in ((1_000, "1,000 agents, hot"), (100_000, "100,000 agents, uniform")):
        tenant = build(agents, 50)
        live = Live(panel=tenant.users)
        numbers = [number.phone for number in tenant.numbers.values()][:-1]
        calls = [Call(to=chance.choice(numbers), caller=CALLER) for _ in range(min(agents, 20_000))]
        compare(f"first step, direct, {label}", tenant, live, calls, NOON)
    department = Call(to=PhoneNumber("+918100000000"), caller=CALLER)
    for members in (50, 200):
        tenant = build(members, members)
        calls = [department] * 200
        free = Live(panel=tenant.users)
        busy = Live(panel=tenant.users, presence=Table(dict.fromkeys(list(tenant.users)[:-1], Presence.BUSY)))
        compare(f"first step, department of {members}, the first is free", tenant, free, calls, NOON)
        compare(f"first step, department of {members}, the last is free", tenant, busy, calls, NOON)
        compare(f"first step, department of {members}, all outside their hours", tenant, free, calls, NIGHT)
        everyone = Router(build(members, members, Strategy.SIMULTANEOUS))
        measure(
            f"first step, department of {members}, all at once",
            lambda: everyone.start(department, at=NOON, live=free),  # noqa: B023  used up at once
        )
        skilled = build(members, members, skilled=True)
        compare(f"first step, department of {members} with skills, the last is free", skilled, busy, calls, NOON)
        counters = {user: Counters(calls=chance.randrange(100)) for user in tenant.users}
        fewest = Router(build(members, members, Strategy.FEWEST_CALLS))
        counted = Live(panel=tenant.users, counters=counters)
        measure(
            f"first step, department of {members}, fewest calls",
            lambda: fewest.start(department, at=NOON, live=counted),  # noqa: B023  used up at once
        )
    tenant = build(50, 50)
    live = Live(panel=tenant.users)
    router = Router(tenant)
    direct = router.start(Call(to=PhoneNumber("+918000000000"), caller=CALLER), at=NOON, live=live).state
    distributed = router.start(department, at=NOON, live=live).state
    missed = NoAnswer()
    measure("further step, direct, to the end", lambda: router.resume(direct, missed, at=NOON, live=live))
    measure("further step, department, the next member", lambda: router.resume(distributed, missed, at=NOON, live=live))
    peer = zen()
    if peer is not None:
        measure("zen-engine: a decision table of three rows, no state", peer)
    measure("state to JSON and back, direct", lambda: State.from_json(direct.to_json()))
    measure("state to JSON and back, department", lambda: State.from_json(distributed.to_json()))


if __name__ == "__main__":
    main()

"""How fast coverage is worked out: one number over ten time groups and sixty agents, and a thousand numbers (PF-12).

    python benchmarks/bench_coverage.py

The period is a year. Hours are warm: every time group was asked about the year before, as in a process that routes
calls. Beside it: sampling, which asks the router once a minute and is measured over a day and scaled to the year, and
the floor, a sweep by hand that knows the tenant's shape, calls the plainest function and explains nothing.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median
from typing import Any

from agentprov.analysis.coverage import Coverage, NumberCoverage, everybody_present
from agentprov.analysis.outcomes import RingsAgents
from agentprov.engine.call_flow import Router
from agentprov.engine.hours import Hours, hours_of
from agentprov.engine.zones import epoch
from agentprov.model.access import Catalogue
from agentprov.model.blueprint import Blueprint
from agentprov.model.calls import Call
from agentprov.model.contact import PhoneNumber
from agentprov.model.dates import WORKDAYS
from agentprov.model.departments import Department, DepartmentHours, Strategy
from agentprov.model.destinations import ToDepartment, ToIvr, ToTimeCondition, ToVoicemail
from agentprov.model.groups import Voicemail
from agentprov.model.hours import TimeGroup
from agentprov.model.identity import Login
from agentprov.model.ids import (
    DepartmentId,
    IvrId,
    NumberId,
    TenantId,
    TimeConditionId,
    TimeGroupId,
    UserId,
    VoicemailId,
)
from agentprov.model.intervals import weekly_hours
from agentprov.model.numbers import Number
from agentprov.model.routing import Ivr, IvrOption, TimeCondition
from agentprov.model.settings import Settings
from agentprov.model.steps import Ring
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import AgentHours, Calling, User

START = epoch(datetime(2026, 1, 1, tzinfo=UTC))
END = epoch(datetime(2027, 1, 1, tzinfo=UTC))
DAY = 86_400
SAMPLED = range(START + 4 * DAY, START + 5 * DAY, 60)
ZONES = ("Europe/Oslo", "Asia/Kolkata", "America/New_York", "UTC")
MESSAGE = ToVoicemail(voicemail=VoicemailId("box"))
cpu = time.process_time_ns


def time_groups(count: int, draw: random.Random) -> dict[TimeGroupId, TimeGroup]:
    """Time groups of which no two are alike: they begin and end at some quarter of an hour, in some zone."""
    found = {}
    for position in range(count):
        begin, length = draw.randrange(5 * 4, 12 * 4), draw.randrange(4 * 4, 11 * 4)
        end = begin + length
        week = weekly_hours(WORKDAYS, f"{begin // 4:02}:{begin % 4 * 15:02}-{end // 4:02}:{end % 4 * 15:02}")
        id_ = TimeGroupId(f"h{position}")
        found[id_] = TimeGroup(id=id_, name=id_, time_zone=ZONES[position % len(ZONES)], weekly=week)
    return found


def agents(count: int, groups: list[TimeGroupId]) -> dict[UserId, User]:
    """Agents with a telephone each, whose hours are the groups' in turn."""
    found = {}
    for position in range(count):
        id_ = UserId(f"u{position}")
        calling = Calling(hours=AgentHours(time_group=groups[position % len(groups)]), login_based=True)
        phone = PhoneNumber(f"+9191{position:08}")
        found[id_] = User(id=id_, login=Login(id_), phone=phone, calling=calling)
    return found


def tenant(**parts: Any) -> Tenant:
    """A tenant of these parts."""
    box = Voicemail(id=VoicemailId("box"), name="Box")
    return Tenant(
        id=TenantId("t"),
        name="Bench",
        settings=Settings(time_zone="UTC", region="IN"),
        blueprint=Blueprint(name="bench", catalogue=Catalogue()),
        voicemails=Table({box.id: box}),
        **parts,
    )


def one_number(strategy: Strategy = Strategy.ORDER) -> Tenant:
    """One number before a department with hours of its own: ten time groups, sixty agents."""
    groups = time_groups(10, random.Random(1))
    ids = list(groups)
    people = agents(60, ids[1:])
    sales = DepartmentId("sales")
    team = Department(
        id=sales,
        name="Sales",
        members=list(people),
        strategy=strategy,
        failover=MESSAGE,
        hours=DepartmentHours(time_group=ids[0], closed=MESSAGE),
    )
    number = Number(id=NumberId("n"), phone=PhoneNumber("+918000000000"), to=ToDepartment(department=sales))
    return tenant(
        users=Table(people),
        departments=Table({sales: team}),
        numbers=Table({number.id: number}),
        time_groups=Table(groups),
    )


def many_numbers(shifts: int, numbers: int = 1_000, count: int = 200) -> Tenant:
    """Numbers before time conditions, which lead to departments of ten, or to menus before three of them."""
    draw = random.Random(2)
    groups = time_groups(count, draw)
    ids = list(groups)
    # Each team of ten works in so many shifts; some teams share theirs.
    worked = [ids[(position // 10 * shifts + position % shifts) % count] for position in range(1_000)]
    people = agents(1_000, worked)
    names = list(people)
    teams = {}
    for position in range(100):
        id_ = DepartmentId(f"d{position}")
        members = names[position * 10 : position * 10 + 10]
        hours = DepartmentHours(time_group=draw.choice(ids), closed=MESSAGE)
        teams[id_] = Department(id=id_, name=id_, members=members, failover=MESSAGE, hours=hours)
    menus = {}
    for position in range(50):
        ivr = IvrId(f"i{position}")
        options = [
            IvrOption(digits=str(key), to=ToDepartment(department=draw.choice(list(teams)))) for key in (1, 2, 3)
        ]
        menus[ivr] = Ivr(id=ivr, name=ivr, options=options, on_timeout=MESSAGE)
    conditions = {}
    lines = {}
    for position in range(numbers):
        condition = TimeConditionId(f"c{position}")
        to = (
            ToIvr(ivr=draw.choice(list(menus)))
            if position % 4 == 0
            else ToDepartment(department=draw.choice(list(teams)))
        )
        conditions[condition] = TimeCondition(
            id=condition, name=condition, time_group=draw.choice(ids), open=to, closed=MESSAGE
        )
        number = NumberId(f"n{position}")
        lines[number] = Number(
            id=number,
            phone=PhoneNumber(f"+9180{position:08}"),
            to=ToTimeCondition(time_condition=condition),
        )
    return tenant(
        users=Table(people),
        departments=Table(teams),
        ivrs=Table(menus),
        time_conditions=Table(conditions),
        numbers=Table(lines),
        time_groups=Table(groups),
    )


def warm(asked: Tenant) -> list[Hours]:
    """The hours of every time group, worked out over the year; they are shared as long as somebody holds them."""
    found = [hours_of(group, asked.calendars) for group in asked.time_groups.values()]
    for hours in found:
        hours.intervals(START, END)
    return found


def sampling(asked: Tenant) -> float:
    """Nanoseconds to ask the router once a minute over a year, from a day; it tells the first step alone."""
    router = Router(asked)
    live = everybody_present(asked)
    calls = [Call(to=number.phone) for number in asked.numbers.values()]
    began = cpu()
    for call in calls:
        for at in SAMPLED:
            router.start(call, at=at, live=live)
    return (cpu() - began) * (END - START) / DAY


def check(asked: Tenant, covered: NumberCoverage) -> None:
    """See that coverage and sampling say the same of a day."""
    router = Router(asked)
    live = everybody_present(asked)
    call = Call(to=asked.numbers[covered.number].phone)
    for at in SAMPLED:
        action = router.start(call, at=at, live=live).action
        first = covered.at(at).course.first
        assert (first.users == action.users) if isinstance(first, RingsAgents) and isinstance(action, Ring) else True
        assert isinstance(first, RingsAgents) == isinstance(action, Ring)


def floor(asked: Tenant) -> int:
    """How many intervals a sweep by hand finds for the one number: which member inside their hours comes first."""
    (team,) = asked.departments.values()
    own = team.hours
    assert own is not None
    members = [asked.users[member].calling.hours for member in team.members]
    bits = {id_: 1 << place for place, id_ in enumerate(asked.time_groups)}
    wanted = [0 if hours is None else bits[hours.time_group] for hours in members]
    changes: dict[int, int] = {}
    for id_, group in asked.time_groups.items():
        for interval in hours_of(group, asked.calendars).intervals(START, END):
            for at in interval:
                changes[at] = changes.get(at, 0) ^ bits[id_]
    known: dict[int, int] = {}
    mask, count, before = 0, 0, -2
    for at in sorted(changes):
        mask ^= changes[at]
        answer = known.get(mask)
        if answer is None:
            ringing = (place for place, bit in enumerate(wanted) if mask & bit)
            answer = known[mask] = next(ringing, -1) if mask & bits[own.time_group] else -1
        count += answer != before
        before = answer
    return count


def timed(ask: Callable[[], object], rounds: int) -> float:
    """The median of some rounds, in milliseconds of processor time."""
    found = []
    for _ in range(rounds):
        began = cpu()
        ask()
        found.append(cpu() - began)
    return median(found) / 1e6


def main() -> None:
    """Measure and print."""
    for strategy in (Strategy.ORDER, Strategy.SIMULTANEOUS):
        one = one_number(strategy)
        kept = warm(one)
        covered = Coverage(one).number(NumberId("n"), START, END)
        fresh = timed(lambda one=one: Coverage(one).number(NumberId("n"), START, END), 11)  # type: ignore[misc]
        coverage = Coverage(one)
        coverage.number(NumberId("n"), START, END)
        again = timed(lambda asked=coverage: asked.number(NumberId("n"), START, END), 11)  # type: ignore[misc]
        stretches, outcomes = len(covered.stretches), len(covered.outcomes)
        print(f"one number, {strategy}: {stretches} intervals, {outcomes} outcomes")
        print(f"  a new version {fresh:8.1f} ms, asked before {again:8.1f} ms  (goal 10)")
        check(one, covered)
        if strategy is Strategy.ORDER:
            assert floor(one) == stretches
            print(f"  floor by hand {timed(lambda one=one: floor(one), 11):8.1f} ms")  # type: ignore[misc]
        print(f"  sampling      {sampling(one) / 1e6:8.0f} ms  (once a minute; a day, scaled)")
    for shifts in (3, 10):
        many = many_numbers(shifts)
        kept = warm(many)
        stretches = 0

        def all_numbers(many: Tenant = many) -> None:
            nonlocal stretches
            stretches = sum(len(each.stretches) for each in Coverage(many).numbers(START, END))

        spent = timed(all_numbers, 3) / 1e3
        print(f"1,000 numbers, 200 time groups, teams of ten in {shifts} shifts: {stretches:,} intervals")
        print(f"  a new version {spent:8.2f} s  (goal 3)")
        print(f"  sampling      {sampling(many) / 1e9:8.0f} s")
        assert kept  # the hours stay warm until here


if __name__ == "__main__":
    main()

"""How fast "is it open?" is answered, beside a hand-written floor and the peers that are installed (PF-7).

    python benchmarks/bench_hours.py                # everything
    python benchmarks/bench_hours.py --json out.json

One schedule: Monday to Friday 09:00-18:00 in Europe/Oslo, closed on ten holidays of 2026. Contenders are measured in
one process, block by block in turn, so that a busy machine slows all of them. Every answer is compared with plain code
that reads the clock on the wall. Peers are given datetimes in UTC; the local time they need is part of their time.
The peers are general languages for schedules and rules, and give no reason; read the ratios with that in mind.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import importlib.metadata
import json
import os
import platform
import random
import sys
import time
import tracemalloc
from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs

from agentprov.engine.hours import Hours
from agentprov.engine.zones import epoch
from agentprov.model.dates import WORKDAYS, NthWeekday, OneDate, Weekday
from agentprov.model.hours import Closed, HoursException, Special, TimeGroup
from agentprov.model.ids import TimeGroupId
from agentprov.model.intervals import day_hours, weekly_hours

OSLO: Final = ZoneInfo("Europe/Oslo")
HOLIDAYS: Final = tuple(
    date(2026, month, day)
    for month, day in ((1, 1), (4, 2), (4, 3), (4, 6), (5, 1), (5, 14), (5, 25), (12, 24), (12, 25), (12, 31))
)
CLOSED_DAYS: Final = frozenset(day.toordinal() for day in HOLIDAYS)
QUESTIONS: Final = 40_000
BLOCK: Final = 2_000
ROUNDS: Final = 41
clock = time.perf_counter_ns
processor = time.process_time_ns

Question = int | datetime
Answer = Callable[[Any], object]
Find = Callable[[list[int], float], int]


def plain(when: datetime) -> bool:
    """What is expected: the clock on the wall in Oslo, read by hand."""
    local = when.astimezone(OSLO)
    return local.weekday() < 5 and 9 <= local.hour < 18 and local.toordinal() not in CLOSED_DAYS


def schedule() -> TimeGroup:
    """The schedule in this library's words."""
    return TimeGroup(
        id=TimeGroupId("office"),
        name="Office",
        time_zone="Europe/Oslo",
        weekly=weekly_hours(WORKDAYS, "09:00-18:00"),
        exceptions=[HoursException(name="Holiday", dates=OneDate(date=day), effect=Closed()) for day in HOLIDAYS],
    )


# ---- the floors: what hand-written code takes for the same answer ---------------------------------------------------


def written_out() -> list[int]:
    """Every opening and closing of 2025 to 2027 in seconds, in order."""
    edges: list[int] = []
    day = date(2025, 1, 1)
    while day.year < 2028:
        if day.weekday() < 5 and day.toordinal() not in CLOSED_DAYS:
            edges += [int(datetime(day.year, day.month, day.day, hour, tzinfo=OSLO).timestamp()) for hour in (9, 18)]
        day += timedelta(days=1)
    return edges


EDGES: Final = written_out()


def floor_cold(at: int, find: Find = bisect_right, edges: list[int] = EDGES) -> bool:
    """A bisection: an odd place is open."""
    return bool(find(edges, at) & 1)


def floor_next(at: int, find: Find = bisect_right, edges: list[int] = EDGES) -> tuple[bool, int]:
    """The same with the next change."""
    place = find(edges, at)
    return place & 1 == 1, edges[place]


def floor_datetime(when: datetime, find: Find = bisect_right, edges: list[int] = EDGES) -> bool:
    """The same from a datetime."""
    return bool(find(edges, when.timestamp()) & 1)


class Window:
    """The stretch of the last answer, remembered: the floor of a clock that moves on."""

    __slots__ = ("end", "open", "start")

    def __init__(self) -> None:
        self.start = self.end = 0
        self.open = False

    def is_open(self, at: int) -> bool:
        """Whether it is open."""
        if self.start <= at < self.end:
            return self.open
        place = bisect_right(EDGES, at)
        self.start, self.end, self.open = EDGES[place - 1], EDGES[place], place & 1 == 1
        return self.open


# ---- the peers, those that are installed ----------------------------------------------------------------------------


def _expression() -> Any:
    hours = importlib.import_module("opening_hours").OpeningHours
    closed = "; ".join(f"{day:%Y} {day:%b} {day:%d} off" for day in HOLIDAYS)
    return hours(f"Mo-Fr 09:00-18:00; {closed}", timezone=OSLO)


def opening_hours() -> Answer:
    """opening-hours-py, an evaluator of OpenStreetMap's opening hours in Rust."""
    answer: Answer = _expression().is_open
    return answer


def opening_hours_next() -> Answer:
    """The same, its next change; the answer is read off which edge that is."""
    following = _expression().next_change
    closing = set(EDGES[1::2])

    def answer(when: datetime) -> bool:
        return int(following(when).timestamp()) in closing

    return answer


def dateutil() -> Answer:
    """python-dateutil: a recurrence set of the openings, its cache warm."""
    rrule = importlib.import_module("dateutil.rrule")
    openings = rrule.rruleset(cache=True)
    openings.rrule(
        rrule.rrule(
            rrule.DAILY,
            byweekday=(rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR),
            dtstart=datetime(2025, 12, 29, 9),  # noqa: DTZ001 - the peer reckons in local time
            until=datetime(2027, 1, 4),  # noqa: DTZ001 - the same
        )
    )
    for day in HOLIDAYS:
        openings.exdate(datetime(day.year, day.month, day.day, 9))  # noqa: DTZ001 - the same
    nine_hours = timedelta(hours=9)

    def answer(when: datetime) -> bool:
        local = when.astimezone(OSLO).replace(tzinfo=None)
        opened = openings.before(local, inc=True)
        return opened is not None and local - opened < nine_hours

    return answer


def _facts(when: datetime) -> dict[str, object]:
    local = when.astimezone(OSLO)
    return {
        "weekday": local.weekday(),
        "minute": local.hour * 60 + local.minute,
        "holiday": local.toordinal() in CLOSED_DAYS,
    }


def rule_engine() -> Answer:
    """rule-engine: one expression over facts of the local time."""
    module = importlib.import_module("rule_engine")
    rule = module.Rule("weekday < 5 and minute >= 540 and minute < 1080 and not holiday")
    return lambda when: rule.matches(_facts(when))


def zen() -> Answer:
    """zen-engine: a decision table of three rows over the same facts."""
    module = importlib.import_module("zen")
    at = {"x": 0, "y": 0}
    table = {
        "hitPolicy": "first",
        "inputs": [
            {"id": "a", "name": "holiday", "field": "holiday"},
            {"id": "b", "name": "weekday", "field": "weekday"},
            {"id": "c", "name": "minute", "field": "minute"},
        ],
        "outputs": [{"id": "o", "name": "open", "field": "open"}],
        "rules": [
            {"_id": "1", "a": "true", "b": "", "c": "", "o": "false"},
            {"_id": "2", "a": "", "b": "< 5", "c": "[540..1080)", "o": "true"},
            {"_id": "3", "a": "", "b": "", "c": "", "o": "false"},
        ],
    }
    graph = {
        "contentType": "application/vnd.gorules.decision",
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode", "position": at},
            {"id": "table", "name": "table", "type": "decisionTableNode", "position": at, "content": table},
            {"id": "out", "name": "out", "type": "outputNode", "position": at},
        ],
        "edges": [
            {"id": "1", "sourceId": "in", "targetId": "table", "type": "edge"},
            {"id": "2", "sourceId": "table", "targetId": "out", "type": "edge"},
        ],
    }
    decision = module.ZenEngine().create_decision(module.ZenDecisionContent(json.dumps(graph)))
    return lambda when: decision.evaluate(_facts(when))["result"]["open"]


# ---- measuring ------------------------------------------------------------------------------------------------------


@attrs.define(kw_only=True)
class Contender:
    """Something that answers, what it is asked, and the times it took: one mean for each block, in nanoseconds."""

    name: str
    ask: Answer
    questions: Sequence[Question]
    goal: float | None = None
    """What it should take, in microseconds."""
    wrong: int = 0
    blocks: list[float] = attrs.field(factory=list)

    def check(self) -> None:
        """Compare all answers with plain code; also makes whatever is made at a first question."""
        for question in self.questions:
            when = question if isinstance(question, datetime) else datetime.fromtimestamp(question, UTC)
            answer = self.ask(question)
            said = answer[0] if isinstance(answer, tuple) else getattr(answer, "open", answer)
            self.wrong += said is not plain(when)

    def block(self, number: int, size: int) -> None:
        """Time one block of questions."""
        start = number * size % max(1, len(self.questions) - size)
        asked = self.questions[start : start + size]
        ask = self.ask
        begun = processor()
        for question in asked:
            ask(question)
        self.blocks.append((processor() - begun) / len(asked))

    def p99(self) -> float:
        """Of single calls, the time that one in a hundred exceeds, less an empty measurement; nanoseconds."""
        empty = []
        for _ in range(2_000):
            begun = clock()
            empty.append(clock() - begun)
        times = []
        for question in self.questions[:20_000]:
            begun = clock()
            self.ask(question)
            times.append(clock() - begun)
        return sorted(times)[len(times) * 99 // 100] - median(empty)


def contenders() -> list[Contender]:
    """Everything to be measured, the floors first."""
    chance = random.Random(7)
    first, last = (int(datetime(year, 1, 2, tzinfo=UTC).timestamp()) for year in (2026, 2027))
    cold = [chance.randrange(first, last) for _ in range(QUESTIONS)]
    moving = list(range(cold[0], cold[0] + QUESTIONS))
    in_utc = [datetime.fromtimestamp(at, UTC) for at in cold]
    in_zone = [datetime.fromtimestamp(at, OSLO) for at in cold]
    for_peers = [datetime.fromtimestamp(at, ZoneInfo("UTC")) for at in cold[:4_000]]  # one peer wants a named zone
    hours, window = Hours(schedule(), {}), Window()
    found = [
        Contender(name="floor: memo, moving clock", ask=window.is_open, questions=moving),
        Contender(name="floor: bisection", ask=floor_cold, questions=cold),
        Contender(name="floor: bisection and next", ask=floor_next, questions=cold),
        Contender(name="floor: bisection, datetime in UTC", ask=floor_datetime, questions=in_utc),
        Contender(name="floor: bisection, datetime in a zone", ask=floor_datetime, questions=in_zone),
        Contender(name="is_open, moving clock", ask=hours.is_open, questions=moving, goal=0.13),
        Contender(name="is_open, cold", ask=hours.is_open, questions=cold, goal=0.30),
        Contender(name="state (next, reason), moving clock", ask=hours.state, questions=moving, goal=0.30),
        Contender(name="state (next, reason), cold", ask=hours.state, questions=cold, goal=0.30),
        Contender(
            name="is_open, datetime in UTC", ask=lambda when: hours.is_open(epoch(when)), questions=in_utc, goal=0.8
        ),
        Contender(
            name="is_open, datetime in a zone", ask=lambda when: hours.is_open(epoch(when)), questions=in_zone, goal=1.2
        ),
    ]
    for peer in (opening_hours, opening_hours_next, dateutil, rule_engine, zen):
        try:
            found.append(Contender(name=f"peer: {peer.__name__}", ask=peer(), questions=for_peers))
        except ImportError:
            print(f"peer: {peer.__name__} isn't installed", file=sys.stderr)
    return found


def cost_of_making() -> dict[str, float]:
    """What the first question of a schedule costs in milliseconds, and one more year."""
    times: dict[str, list[float]] = {"first question": [], "another year": []}
    for _ in range(15):
        begun = clock()
        hours = Hours(schedule(), {})
        hours.is_open(1_780_000_000)
        times["first question"].append((clock() - begun) / 1e6)
        begun = clock()
        hours.is_open(1_820_000_000)
        times["another year"].append((clock() - begun) / 1e6)
    return {name: round(median(each), 3) for name, each in times.items()}


def memory() -> dict[str, float]:
    """What the hours of a schedule take, in kB: new, with one block of thirteen months, with all spans of it made."""
    Hours(schedule(), {}).state(1_780_000_000)  # what is shared by all, such as zones
    group = schedule()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    hours = Hours(group, {})
    sizes = {"new": tracemalloc.get_traced_memory()[0] - before}
    hours.is_open(1_780_000_000)
    sizes["with thirteen months"] = tracemalloc.get_traced_memory()[0] - before
    for at in range(1_770_000_000, 1_800_000_000, 3_600):
        hours.state(at)
    sizes["every span of them asked for its reason"] = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return {name: round(size / 1000, 1) for name, size in sizes.items()}


def never() -> float:
    """How long a search for a change that never comes takes, in milliseconds: hours that a clock change swallows."""
    swallowed = HoursException(
        name="Swallowed",
        dates=NthWeekday(weekday=Weekday.SUNDAY, nth=5, month=3),
        effect=Special(intervals=day_hours("02:00-02:30")),
    )
    group = attrs.evolve(schedule(), weekly=(), exceptions=[swallowed])
    begun = clock()
    found = Hours(group, {}).next_change(1_780_000_000)
    assert found is None
    return round((clock() - begun) / 1e6, 1)


def versions() -> dict[str, str]:
    """The versions of the peers that are installed."""
    found = {}
    for package in ("opening-hours-py", "python-dateutil", "rule-engine", "zen-engine"):
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def main() -> None:
    """Measure, print a table, and write it as JSON where asked to."""
    options = argparse.ArgumentParser(description="Measure hours.")
    options.add_argument("--json", type=Path, help="also write the figures to this file")
    options.add_argument("--rounds", type=int, default=ROUNDS, help="blocks of each contender")
    chosen = options.parse_args()
    found = contenders()
    for each in found:
        each.check()
    gc.collect()
    gc.disable()
    for number in range(chosen.rounds):
        for each in found:
            each.block(number, BLOCK if len(each.questions) == QUESTIONS else BLOCK // 20)
    rows = [
        {
            "name": each.name,
            "ns": round(median(each.blocks)),
            "best_ns": round(min(each.blocks)),
            "p99_ns": round(each.p99()),
            "goal_ns": None if each.goal is None else round(each.goal * 1000),
            "wrong": each.wrong,
        }
        for each in found
    ]
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, {versions()}")
    print(f"{'':38}{'median':>9}{'best':>9}{'p99':>9}{'goal':>7}  wrong")
    for row in rows:
        print(
            f"{row['name']:38}{row['ns']:>6} ns{row['best_ns']:>6} ns{row['p99_ns']:>6} ns"
            f"{row['goal_ns'] or '':>7}  {row['wrong']}"
        )
    making = cost_of_making()
    print("making, ms:", making)
    kilobytes = memory()
    print("memory, kB:", kilobytes)
    print("a change that never comes, ms:", never())
    if chosen.json:
        about = {"python": platform.python_version(), "processors": os.cpu_count(), "peers": versions()}
        chosen.json.write_text(
            json.dumps({"about": about, "rows": rows, "making_ms": making, "memory_kb": kilobytes}, indent=1) + "\n"
        )


if __name__ == "__main__":
    main()

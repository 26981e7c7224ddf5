"""A million calls, walked by the router and by the oracle side by side: ``make calls``.

Drawing a tenant takes far longer than a call. So each drawn tenant gets many calls, which a plain generator of chance
makes: other callers, other instants, other live facts, other reports. The seed makes a run repeatable.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from random import Random

import attrs
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from agentprov.engine.call_flow import Router
from agentprov.model.calls import Call
from agentprov.model.reasons import Reach
from agentprov.model.standings import RingingDepartment
from agentprov.model.steps import Ring, Step
from agentprov.model.tenant import Tenant
from agentprov.testing.strategies import instants, live_facts, pools
from tests.calls_compared import Case, Draws, differences, reasons_missed, walk_both
from tests.calls_drawn import SECONDS, centres

EACH = 250
"""Calls to each tenant."""
MOMENTS = 3


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Tenant, list[Case], int]:
    """A tenant, cases without their call, and a seed."""
    tenant = draw(centres())
    cases = []
    for _ in range(MOMENTS):
        at = draw(instants())
        first, later = draw(live_facts(at=at)), draw(live_facts(at=at))
        there = attrs.evolve(first, presence={}, panel=list(tenant.users))
        call = Call(to=pools.DIALLED[0])
        cases += [
            Case(tenant=tenant, call=call, at=at, lives=lives)
            for lives in ((first, first, later), (there, there, first))
        ]
    return tenant, cases, draw(st.integers(0, 2**32))


@attrs.define
class Tally:
    """What has been seen."""

    calls: int = 0
    steps: int = 0
    seen: Counter[str] = attrs.field(factory=Counter)
    different: Counter[str] = attrs.field(factory=Counter)
    examples: dict[str, str] = attrs.field(factory=dict)
    """Of each kind of difference the shortest."""
    reaches: set[Reach] = attrs.field(factory=set)
    """Those by which somebody rang."""

    def step(self, tenant: Tenant, step: Step) -> None:
        """Count what a step is about."""
        self.steps += 1
        self.seen[f"reach {step.reach.value}"] += 1
        waiting = step.state.waiting
        if isinstance(step.action, Ring):
            self.reaches.add(step.reach)
        if isinstance(waiting, RingingDepartment):
            self.seen[f"strategy {tenant.departments[waiting.department].strategy.value}"] += 1


def run(tenant: Tenant, cases: list[Case], chance: Random, tally: Tally) -> None:
    """Many calls to one tenant."""
    router = Router(tenant)
    numbers = [number.phone for number in tenant.numbers.values()]
    draws = {number: Draws(tenant, Call(to=number)) for number in numbers}
    for _ in range(EACH):
        call = Call(to=chance.choice(numbers), caller=chance.choice((None, *pools.CALLERS)))
        case = attrs.evolve(chance.choice(cases), call=call)
        reports = [(chance.randrange(10**6), chance.choice(SECONDS), chance.randrange(3)) for _ in range(12)]
        tally.calls += 1
        for expected, found, step in walk_both(case, reports, router=router, draws=draws[call.to]):
            tally.step(tenant, step)
            names = [*differences(expected, found), *(str(code) for code, *_ in reasons_missed(expected, found))]
            if names:
                kind = f"{expected.word}, found {found.word}: {', '.join(names)}"
                text = f"{kind}\n  expected {expected}\n  found {found}\n  {case}\n  {reports}"
                tally.different[kind] += 1
                tally.examples[kind] = min(tally.examples.get(kind, text), text, key=len)
                break


def main() -> int:
    """Run, print what was counted and the first differences."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    tally = Tally()

    @seed(chosen.seed)
    @settings(
        max_examples=-(-chosen.calls // EACH),
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        phases=[Phase.generate],
    )
    @given(worlds())
    def calls(world: tuple[Tenant, list[Case], int]) -> None:
        tenant, cases, number = world
        if tally.calls % (200 * EACH) == 0:
            sys.stderr.write(f"{tally.calls:,} calls, {tally.different.total():,} differences\n")
        run(tenant, cases, Random(number), tally)

    begun = time.perf_counter()
    calls()
    seconds = time.perf_counter() - begun
    counted = f"{tally.calls:,} calls, {tally.steps:,} steps in {seconds:.0f} s"
    lines = [f"{counted}; {tally.different.total():,} differences"]
    lines += [f"  {count:,} {kind}" for kind, count in tally.different.most_common()]
    lines += [f"  {name}: {count:,}" for name, count in sorted(tally.seen.items())]
    sys.stdout.write("\n".join([*lines, *tally.examples.values(), ""]))
    return 1 if tally.different else 0


if __name__ == "__main__":
    sys.exit(main())

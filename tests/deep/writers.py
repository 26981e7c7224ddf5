"""Many processes that all change one tenant at once: ``make writers``.

Whatever order they came in, the tenant is what the log leads to, every command is in it exactly once, and nobody was
told to give up. How often a command was made again because another one was first is counted.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

import attrs

from agentprov.errors import AgentprovError
from agentprov.model.changes import Change
from agentprov.model.tenant import Tenant
from agentprov.repositories import perform
from tests.databases import halves, opened, prepared, replayed
from tests.deep.kills import AT, TENANT, command
from tests.servers import OwnServer
from tests.tenants import small

_FORK: Final = multiprocessing.get_context("fork")


@attrs.frozen(kw_only=True)
class Outcome:
    """What came of it."""

    commands: int
    given_up: int
    """Commands that were answered with an error."""
    again_p50: int
    """How often a command was made again: half of them no more often."""
    again_p99: int
    again_most: int
    p50: float
    """Milliseconds of a command."""
    p99: float
    longest: float
    wrong: tuple[str, ...]
    seconds: float

    @property
    def fine(self) -> bool:
        """Whether the outcome is that of some order, and every command was done."""
        return not (self.given_up or self.wrong)


Report = tuple[str, int, float, str]
"""A command's key, how often it was made, its milliseconds, and the error it ended with, if any."""


def _write(url: str, name: str, commands: int, pipe: Connection, serializable: bool) -> None:
    reports: list[Report] = []
    with opened(url, serializable=serializable) as store:
        store.tenants.load(TENANT)
        pipe.send("ready")
        pipe.recv()
        for number in range(commands):
            key, made = f"{name}-{number}", itertools.count()
            begun = time.perf_counter()
            problem = ""
            try:
                perform(store.tenants, TENANT, _counted(command(key), made), at=AT, key=key, request=key)
            except AgentprovError as error:
                problem = "/".join(error.codes)
            reports.append((key, next(made), (time.perf_counter() - begun) * 1e3, problem))
    pipe.send(reports)


def _counted(make: Callable[[Tenant], Change], made: Any) -> Callable[[Tenant], Change]:
    def counting(tenant: Tenant) -> Change:
        next(made)
        return make(tenant)

    return counting


def run(url: str, *, writers: int = 16, commands: int = 1_000, serializable: bool = False) -> Outcome:
    """Let so many processes do so many commands each, then look at what is stored."""
    with opened(url) as store:
        store.tenants.create(small(), at=AT)
    pipes = []
    for number in range(writers):
        ours, theirs = _FORK.Pipe()
        given = (url, f"w{number}", commands, theirs, serializable)
        _FORK.Process(target=_write, args=given, daemon=True).start()
        pipes.append(ours)
    for pipe in pipes:
        pipe.recv()
    begun = time.perf_counter()
    for pipe in pipes:
        pipe.send("go")
    reports: list[Report] = [report for pipe in pipes for report in pipe.recv()]
    seconds = time.perf_counter() - begun
    again = sorted(made - 1 for _, made, _, _ in reports)
    taken = sorted(milliseconds for _, _, milliseconds, _ in reports)
    return Outcome(
        commands=len(reports),
        given_up=sum(problem != "" for *_, problem in reports),
        again_p50=again[len(again) // 2],
        again_p99=again[len(again) * 99 // 100],
        again_most=again[-1],
        p50=taken[len(taken) // 2],
        p99=taken[len(taken) * 99 // 100],
        longest=taken[-1],
        wrong=tuple(_wrong(url, reports)),
        seconds=seconds,
    )


def _wrong(url: str, reports: list[Report]) -> list[str]:
    with opened(url) as store:
        _, entries = replayed(store.tenants, TENANT)
    stored = Counter(str(entry.key) for entry in entries)
    done = Counter(key for key, *_, problem in reports if not problem)
    problems = [] if stored == done else [f"{len(stored - done)} more and {len(done - stored)} fewer than were done"]
    return problems + halves(url, TENANT)


def main() -> int:
    """Run, print a table, and fail if anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writers", type=int, default=16)
    parser.add_argument("--commands", type=int, default=1_000)
    chosen = parser.parse_args()
    columns = [each.name for each in attrs.fields(Outcome)]
    sys.stdout.write(f"| database | {' | '.join(columns)} |\n|---{'|---:' * len(columns)}|\n")
    fine = True
    with tempfile.TemporaryDirectory() as folder, OwnServer() as server:
        for name in ("read committed", "serializable", "sqlite"):
            url = f"sqlite:///{Path(folder) / 'writers.db'}" if name == "sqlite" else server.url(server.new_database())
            outcome = run(
                prepared(url),
                writers=chosen.writers,
                commands=chosen.commands,
                serializable=name == "serializable",
            )
            fine = fine and outcome.fine
            cells = [f"{value:,.0f}" if isinstance(value, float) else f"{value}" for value in attrs.astuple(outcome)]
            sys.stdout.write(f"| {name} | {' | '.join(cells)} |\n")
            sys.stdout.flush()
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())

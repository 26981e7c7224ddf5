"""How fast questions about access are answered, beside a hand-written floor and the peers that are installed.

    python benchmarks/bench_access.py                    # everything
    python benchmarks/bench_access.py --users 1000 --only agentprov_allows

Every contender runs in a process of its own, which measures the floor on the same questions, block by block in turn;
the ratio of the two survives a busy machine. Every answer is compared with the expected one. "mean" and "floor" are
processor time of blocks of calls; p50 and p99 are of single calls by the clock, less an empty measurement. Memory is
what loading and the first round of questions add to the process, the tenant's own values included.
"""

from __future__ import annotations

import argparse
import gc
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import peers
from workload import Question, Workload

from agentprov.engine.decisions import Decision

SIZES = (1_000, 10_000, 100_000)
BLOCK = 2_000
SECONDS = 1.5
LIMIT = 240
clock = time.perf_counter_ns
cpu = time.thread_time_ns


def memory() -> float:
    """The process's resident memory in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def arguments(questions: Sequence[Question], *, scoped: bool) -> list[tuple[str, ...]]:
    """The questions as plain arguments."""
    if scoped:
        return [(each.user, each.tenant, each.permission, each.target) for each in questions]
    return [(each.user, each.tenant, each.permission) for each in questions]


def yes(answer: object) -> bool:
    """A contender's answer as yes or no."""
    return answer.allowed if isinstance(answer, Decision) else bool(answer)


def block_time(check: peers.Check, block: Sequence[tuple[str, ...]]) -> float:
    """The mean processor time of a call in a block of them, in nanoseconds: what others run meanwhile isn't in it."""
    if len(block[0]) == 3:
        start = cpu()
        for user, tenant, permission in block:
            check(user, tenant, permission)
        return (cpu() - start) / len(block)
    start = cpu()
    for user, tenant, permission, target in block:
        check(user, tenant, permission, target)
    return (cpu() - start) / len(block)


def single_times(check: peers.Check, asked: Sequence[tuple[str, ...]]) -> list[int]:
    """The times of single calls, sorted, less an empty measurement; nanoseconds."""
    empty = []
    for _ in range(2_000):
        start = clock()
        empty.append(clock() - start)
    nothing = int(median(empty))
    times = []
    end = clock() + SECONDS * 1e9
    for each in asked:
        start = clock()
        check(*each)
        stop = clock()
        times.append(max(0, stop - start - nothing))
        if stop > end and len(times) >= 50:
            break
    return sorted(times)


def measure(name: str, users: int, shape: str, *, hot: bool) -> dict[str, object]:
    """One contender on one workload."""
    scoped = name.endswith("scoped")
    workload = Workload(users, one_tenant=shape == "one tenant", scoped=scoped, hot=1_000 if hot else None)
    contender: peers.Contender = getattr(peers, name)
    asked = arguments(workload.questions, scoped=scoped)
    floor = peers.floor_scoped(workload) if scoped else peers.floor(workload)
    if name in peers.PACKAGES:
        contender(Workload(50, one_tenant=True, scoped=False))  # so that importing isn't counted
    gc.collect()
    before = memory()
    start = clock()
    check = contender(workload)
    load = (clock() - start) / 1e9
    wrong = compared = 0
    end = clock() + 10e9
    for each, question in zip(asked, workload.questions, strict=True):
        wrong += yes(check(*each)) is not question.expected
        compared += 1
        if compared % 50 == 0 and clock() > end:
            break
    gc.collect()
    used = memory() - before
    gc.freeze()
    blocks, ratios, floors = [], [], []
    end = clock() + SECONDS * 1e9
    place = 0
    size = BLOCK if compared == len(asked) else 20
    while clock() < end or len(blocks) < 3:
        block = asked[place : place + size]
        place = (place + size) % compared
        if len(block) < size:
            continue
        theirs, ours = block_time(floor, block), block_time(check, block)
        floors.append(theirs)
        blocks.append(ours)
        ratios.append(ours / theirs)
    times = single_times(check, asked[:compared])
    return {
        "name": name,
        "users": users,
        "shape": shape,
        "hot": hot,
        "load": load,
        "memory": used,
        "wrong": wrong,
        "compared": compared,
        "mean": median(blocks),
        "p50": median(times),
        "p99": times[len(times) * 99 // 100],
        "floor": median(floors),
        "ratio": median(ratios),
    }


def run(name: str, users: int, shape: str, *, hot: bool) -> dict[str, object] | None:
    """One measurement in a process of its own; nothing if it failed or took too long."""
    command = [sys.executable, __file__, "--child", json.dumps([name, users, shape, hot])]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False)
    except subprocess.TimeoutExpired:
        print(f"{name} at {users}: no result in {LIMIT} s", file=sys.stderr)
        return None
    if done.returncode != 0:
        print(f"{name} at {users}: {(done.stderr.strip().splitlines() or ['?'])[-1]}", file=sys.stderr)
        return None
    result: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return result


HEAD = "| contender | users | asked | mean | p50 | p99 | floor | x floor | load | memory | wrong |"


def show(row: dict[str, object]) -> str:
    """One line of the table."""

    def us(key: str) -> str:
        return f"{float(str(row[key])) / 1000:.2f}"

    return (
        f"| {row['name']} | {int(str(row['users'])):,} in {row['shape']} | {'hot' if row['hot'] else 'uniform'} "
        f"| {us('mean')} | {us('p50')} | {us('p99')} | {us('floor')} | {float(str(row['ratio'])):.2f} "
        f"| {float(str(row['load'])):.2f} s | {float(str(row['memory'])):.0f} MB | {row['wrong']}/{row['compared']} |"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", default=",".join(map(str, SIZES)))
    parser.add_argument("--only", default="")
    parser.add_argument("--child", default="")
    options = parser.parse_args()
    if options.child:
        name, users, shape, hot = json.loads(options.child)
        print(json.dumps(measure(name, users, shape, hot=hot)))
        return
    only = set(filter(None, options.only.split(",")))
    versions = {}
    for package in sorted({*peers.PACKAGES.values(), "attrs"}):
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            versions[package] = "not installed"
    print(f"CPython {platform.python_version()}, {os.cpu_count()} cores;", versions, "\n")
    print(HEAD)
    print("|---|---|---|" + "---:|" * 8, flush=True)
    for users in map(int, options.users.split(",")):
        for contender in (*peers.PLAIN, *peers.SCOPED, *peers.PEERS):
            name = contender.__name__
            if only and name not in only:
                continue
            if versions.get(peers.PACKAGES.get(name, ""), "") == "not installed":
                continue
            mine = contender not in peers.PEERS
            shapes = ("one tenant", "tenants of 1,000") if mine and users > 1_000 else ("tenants of 1,000",)
            for shape in shapes:
                for hot in (False, True) if mine and users > 1_000 else (False,):
                    row = run(name, users, shape, hot=hot)
                    if row is not None:
                        print(show(row), flush=True)


if __name__ == "__main__":
    main()

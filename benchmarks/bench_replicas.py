"""What it costs to keep tenants in memory: a held copy, catching up, accepting, loading, and the memory of it.

python benchmarks/bench_replicas.py
"""

from __future__ import annotations

import gc
import random
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from bench_changes import Make, Times, anybody, build, name_of_user, property_of_group, roles_of_user, timed

import agentprov as ap
from agentprov.memory import MemoryTenants
from agentprov.model.ids import TenantId
from agentprov.model.tenant import Tenant
from agentprov.replicas import Follower, Replicas
from agentprov.repositories import Committed

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
CHANGES = 1_000
KINDS: tuple[Make, ...] = (name_of_user, roles_of_user, property_of_group)
cpu = time.thread_time
wall = time.perf_counter


def stored(tenant: Tenant) -> MemoryTenants:
    """A store with this tenant."""
    store = MemoryTenants()
    store.create(tenant, at=AT)
    return store


def commit(store: MemoryTenants, tenant: TenantId, rng: random.Random, turns: range) -> Tenant:
    """The tenant after changes: names and roles of users, properties of their groups."""
    latest = store.load(tenant)
    for turn in turns:
        latest = store.commit(KINDS[turn % len(KINDS)](latest, rng, turn), at=AT)
    return latest


def milliseconds(act: Callable[[], object]) -> float:
    """The processor time of something."""
    start = cpu()
    act()
    return (cpu() - start) * 1000


def each(act: Callable[[], object], times: int) -> float:
    """The processor time of each of so many, in nanoseconds."""
    start = cpu()
    for _ in range(times):
        act()
    return (cpu() - start) * 1e9 / times


def by_hand(tenant: Tenant, entries: tuple[Committed, ...]) -> Tenant:
    """The floor: the changes applied, and nothing else."""
    for entry in entries:
        tenant = entry.change.apply(tenant)
    return tenant


def questions(replicas: Replicas, tenant: Tenant, over: threading.Event) -> list[float]:
    """How long whoever asks waits for an answer, in microseconds, until it is over."""
    rng = random.Random(3)
    took = []
    while not over.is_set():
        actor, subject = anybody(tenant, rng).id, anybody(tenant, rng).id
        start = wall()
        replicas.compiled(tenant.id, ap.Access).allows(actor, "section00:view", subject)
        took.append((wall() - start) * 1e6)
        time.sleep(0.001)
    return took


def decide_while_followed(store: MemoryTenants, replicas: Replicas, tenant: Tenant) -> Times:
    """Questions asked while a follower catches up with a thousand commits of another process."""
    over = threading.Event()
    took: list[float] = []
    reader = threading.Thread(target=lambda: took.extend(questions(replicas, tenant, over)))
    with Follower(replicas, every=0.01):
        reader.start()
        commit(store, tenant.id, random.Random(5), range(3 * CHANGES, 4 * CHANGES))
        over.set()
        reader.join()
    return Times(sorted(took))


def measure(users: int) -> None:
    """Measure and print for a tenant of so many users."""
    tenant = build(users)
    store = stored(tenant)
    rng = random.Random(7)
    commit(store, tenant.id, rng, range(1))  # counts what the tenant's objects claim
    replicas = Replicas(store)
    replicas.compiled(tenant.id, ap.Access).who("section00:view")
    gc.collect()
    held = each(lambda: replicas.get(tenant.id), 100_000)
    compiled = each(lambda: replicas.compiled(tenant.id, ap.Access), 100_000)
    nothing = each(lambda: replicas.catch_up(tenant.id), 1_000) / 1000
    caught, floor = [], []
    for part in range(3):
        before = store.load(tenant.id)
        latest = commit(store, tenant.id, rng, range(1 + part * CHANGES, 1 + (part + 1) * CHANGES))
        floor.append(milliseconds(partial(by_hand, before, store.changes_since(tenant.id, before.version))))
        caught.append(milliseconds(replicas.catch_up))
        assert latest == replicas.held(tenant.id)
    accepting = Times(
        sorted(
            timed(partial(replicas.accept, commit(store, tenant.id, rng, range(turn, turn + 1)))) for turn in range(200)
        )
    )
    deciding = decide_while_followed(store, replicas, tenant)
    print(
        f"| {users:,} | {held:.0f} | {compiled:.0f} | {nothing:.0f} | {sorted(caught)[1]:.1f} | {sorted(floor)[1]:.1f} "
        f"| {accepting.at(0.5):.0f} | {accepting.at(0.99):.0f} | {deciding.at(0.5):.0f} | {deciding.at(0.99):.0f} |",
        flush=True,
    )


def measure_memory(users: int) -> None:
    """Measure and print the memory of a tenant that was read from its document, and what following it adds."""
    text = ap.dumps(build(users), "json")
    gc.collect()
    tracemalloc.start()
    tenant = ap.loads(text, "json")
    gc.collect()
    whole = tracemalloc.get_traced_memory()[0]
    replicas = Replicas(MemoryTenants())
    latest = name_of_user(tenant, random.Random(7), 0).apply(tenant)
    del tenant
    replicas.accept(latest)
    gc.collect()
    changed = tracemalloc.get_traced_memory()[0]
    access = replicas.compiled(latest.id, ap.Access)
    for user in latest.users:
        access.allows(user, "section00:view", user)
    gc.collect()
    compiled = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    kb = [value / users / 1000 for value in (whole, changed - whole, compiled - changed)]
    print(f"| {users:,} | {kb[0]:.2f} | {kb[1]:.2f} | {kb[2]:.2f} |", flush=True)


def main() -> None:
    """Measure and print."""
    print(f"Python {sys.version.split()[0]}; {CHANGES:,} changes, applied one by one\n")
    print(
        "| users | `get`, ns | `compiled`, ns | nothing new, us | 1,000 changes, ms | floor "
        "| accept p50, us | p99 | a question meanwhile p50, us | p99 |"
    )
    print("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    for users in (1_000, 100_000):
        measure(users)
    print("\n| users | kB a user, as loaded | more once it was changed | more with `Access`, asked about all |")
    print("|---:|---:|---:|---:|")
    for users in (1_000, 20_000):
        measure_memory(users)


if __name__ == "__main__":
    main()

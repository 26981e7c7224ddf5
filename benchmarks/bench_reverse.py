"""Reverse questions, versions and differences: what surrounds the decision, beside the peers that can answer it.

    python benchmarks/bench_reverse.py
    python benchmarks/bench_reverse.py --users 1000,10000 --only agentprov

Who can do this, what can a user do, one user's change as the next version, a role edit, who gained or lost what. Every
contender runs in a process of its own. Times are processor time: the first call, and the median of those after it.
The floor is a dictionary from user to a frozenset of permissions, asked for every user.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import attrs
import peers
from workload import PERMISSIONS, SEED, Workload

from agentprov.engine.access import Access
from agentprov.engine.access_diff import AccessDiff
from agentprov.model.access import Grant, Permission, Within
from agentprov.model.changes import Change, Edit
from agentprov.model.ids import RoleId, UserId
from agentprov.model.references import Item, Kind
from agentprov.model.tenant import Tenant

SIZES = (1_000, 10_000, 100_000)
LIMIT = 400
ENOUGH = 3.0
ROLE = "junior03"
ASKED = PERMISSIONS[7]
cpu = time.thread_time_ns
Row = tuple[str, str]


def memory() -> float:
    """The process's resident memory in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def shown(nanoseconds: float) -> str:
    """A time in the unit that fits."""
    for unit, size in (("s", 1e9), ("ms", 1e6)):
        if nanoseconds >= size:
            return f"{nanoseconds / size:.2f} {unit}"
    return f"{nanoseconds / 1e3:.2f} us"


def timed(work: Callable[[], object], *, most: int = 200) -> str:
    """The first call and the median of the others, as many as fit into three seconds."""
    times = []
    end = time.perf_counter() + ENOUGH
    while not times or (len(times) < most and time.perf_counter() < end):
        start = cpu()
        work()
        times.append(cpu() - start)
    first, others = times[0], times[1:]
    return f"{shown(first)}, then {shown(median(others))} (worst {shown(max(others))})" if others else shown(first)


def edited(tenant: Tenant, kind: Kind, before: Item, after: Item) -> Change:
    """The change that puts one value in the place of another."""
    id_ = str(getattr(before, "id", ""))
    edit = Edit(kind=kind, id=id_, before=before, after=after)
    return Change(tenant=tenant.id, base=tenant.version, edits=[edit])


def agentprov(workload: Workload) -> Iterator[Row]:
    """Our own, on one tenant."""
    (tenant,) = workload.build_tenants().values()
    rng = random.Random(SEED)
    ids = list(tenant.users)
    gc.collect()
    gc.freeze()
    before = memory()
    start = cpu()
    access = Access(tenant)
    for id_ in ids:
        access.allows(id_, ASKED, id_)
    yield "engine, every user's class and row", f"{shown(cpu() - start)}, {memory() - before:.0f} MB"
    yield "who can, in the whole tenant", timed(lambda: access.who(ASKED))
    yield "who can, to one user", timed(lambda: access.who(ASKED, rng.choice(ids)))
    yield "what can a user do, with how far", timed(lambda: access.what(rng.choice(ids)), most=5_000)
    yield from versions(tenant, access, ids, rng)
    sample = [(rng.choice(ids), rng.choice(PERMISSIONS), rng.choice(ids)) for _ in range(10_000)]
    access.batch(sample)
    start = cpu()
    access.batch(sample)
    yield "a batch of 10,000, for each check", shown((cpu() - start) / len(sample))


def versions(tenant: Tenant, access: Access, ids: list[UserId], rng: random.Random) -> Iterator[Row]:
    """One user's change, a role edit, the way back, and what they differ in."""
    current = [tenant, access]

    def one_user() -> None:
        now, engine = current
        user = now.users[rng.choice(ids)]
        roles = user.roles ^ {RoleId(ROLE)} or {RoleId(ROLE)}
        current[0] = following = edited(now, Kind.USERS, user, attrs.evolve(user, roles=roles)).apply(now)
        current[1] = Access(following, like=engine)

    state: Any = current
    yield "one user's change: apply, and the next engine", timed(one_user, most=2_000)
    state[:] = [tenant, access]
    role = tenant.roles[RoleId(ROLE)]
    more = next(each for each in PERMISSIONS if each not in {grant.permission for grant in role.grants})
    grant = Grant(permission=Permission(more), scope=[Within.TENANT])
    change = edited(tenant, Kind.ROLES, role, attrs.evolve(role, grants=[*role.grants, grant]))
    reached = sum(len(group.users) for group in access.classes.groups if ROLE in group.rights.roles)
    following = change.apply(tenant)
    yield f"a role edit that reaches {reached:,} users: apply", timed(lambda: change.apply(tenant))
    yield "and the next engine", timed(lambda: Access(following, like=access))
    new = Access(following, like=access)
    groups = [next(iter(group.users)) for group in access.classes.groups][:500]
    start = cpu()
    for id_ in groups:
        new.allows(id_, ASKED)
    yield "then the first question of a class", shown((cpu() - start) / len(groups))
    yield "the way back: undo, apply, the old engine", timed(lambda: change.undo().apply(following))
    renewed = Access(following, like=access)
    start = cpu()
    found = AccessDiff(access, renewed)
    gained = sum(len(each.users) for each in found.extents)
    yield f"who gained or lost what ({gained:,} users), new engine", shown(cpu() - start)
    yield "asked again", timed(lambda: AccessDiff(access, renewed).extents)
    moved = tenant.users[ids[5]]
    other = edited(
        tenant, Kind.USERS, moved, attrs.evolve(moved, home_department=tenant.users[ids[-1]].home_department)
    )
    after = Access(other.apply(tenant), like=access)
    _ = access.relations
    yield "who gained or lost what, one user moved", timed(lambda: AccessDiff(access, after).reaches)


def floor(workload: Workload) -> Iterator[Row]:
    """A dictionary from user to what they hold."""
    start = cpu()
    shared: dict[tuple[object, ...], frozenset[str]] = {}
    held = {}
    for member in workload.members.values():
        key = (member.roles, member.own)
        if key not in shared:
            shared[key] = workload.holds(member.id)
        held[member.id] = shared[key]
    yield "load", shown(cpu() - start)
    yield "who can, in the whole tenant", timed(lambda: [id_ for id_, all_ in held.items() if ASKED in all_])
    ids = list(held)
    rng = random.Random(SEED)
    yield "what can a user do", timed(lambda: sorted(held[rng.choice(ids)]), most=2_000)


def cedarpy(workload: Workload) -> Iterator[Row]:
    """Cedar in Rust: reverse questions are a batch over everybody; a change is a new set of entities."""
    cedar, policies, entities = peers.cedar_parts(workload)
    (tenant,) = workload.tenants
    resource = {"type": "Tenant", "id": tenant}
    start = cpu()
    known = cedar.Entities.from_json_str(json.dumps(entities))
    yield "load", shown(cpu() - start)
    ids = list(workload.members)
    rng = random.Random(SEED)

    def asked(users: list[str], permissions: tuple[str, ...]) -> object:
        requests = [
            {"principal": {"type": "User", "id": user}, "action": {"type": "Action", "id": each}, "resource": resource}
            for user in users
            for each in permissions
        ]
        return [answer.allowed for answer in cedar.is_authorized_batch(requests, policies, known)]

    yield "who can, in the whole tenant", timed(lambda: asked(ids, (ASKED,)))
    yield "what can a user do", timed(lambda: asked([rng.choice(ids)], PERMISSIONS))
    yield "one user's change", timed(lambda: cedar.Entities.from_json_str(json.dumps(entities)))


def pycasbin_fast(workload: Workload) -> Iterator[Row]:
    """Pycasbin's fastest enforcer; its answer to who can enforces every subject that it knows."""
    start = cpu()
    enforcer = peers.casbin_enforcer(workload, fast=True)
    enforcer.enable_auto_save(auto_save=False)  # there is no store behind it
    yield "load", shown(cpu() - start)
    (tenant,) = workload.tenants
    ids = [f"{tenant}/{id_}" for id_ in workload.members]
    rng = random.Random(SEED)
    section, action = ASKED.split(":")
    if len(ids) <= 10_000:
        yield (
            "who can, in the whole tenant",
            timed(lambda: enforcer.get_implicit_users_for_permission(section, action), most=3),
        )
    yield "what can a user do", timed(lambda: enforcer.get_implicit_permissions_for_user(rng.choice(ids)))

    def one_user() -> None:
        id_ = rng.choice(ids)
        if not enforcer.add_role_for_user(id_, ROLE):
            enforcer.delete_role_for_user(id_, ROLE)

    yield "one user's change", timed(one_user)


CONTENDERS: tuple[Callable[[Workload], Iterator[Row]], ...] = (floor, agentprov, cedarpy, pycasbin_fast)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", default=",".join(map(str, SIZES)))
    parser.add_argument("--only", default="")
    parser.add_argument("--child", default="")
    options = parser.parse_args()
    if options.child:
        name, users = json.loads(options.child)
        contender = next(each for each in CONTENDERS if each.__name__ == name)
        for what, figure in contender(Workload(users, one_tenant=True, scoped=False)):
            print(f"| {name} | {users:,} | {what} | {figure} |", flush=True)
        return
    print("| contender | users | work | processor time |")
    print("|---|---:|---|---|", flush=True)
    for users in map(int, options.users.split(",")):
        for contender in CONTENDERS:
            if options.only and contender.__name__ not in options.only.split(","):
                continue
            command = [sys.executable, __file__, "--child", json.dumps([contender.__name__, users])]
            try:
                subprocess.run(command, timeout=LIMIT, check=False)
            except subprocess.TimeoutExpired:
                print(f"{contender.__name__} at {users}: no more in {LIMIT} s", file=sys.stderr)


if __name__ == "__main__":
    main()

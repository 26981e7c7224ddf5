"""What a store costs beside the database alone: commits, loading, catching up, in SQLite and PostgreSQL (ST-2 to ST-4).

python benchmarks/bench_storage.py [users]

The floor of a commit is SQLAlchemy Core with the same statements and rows, made beforehand, in the same database and in
turns; that of loading is the bare query, and the query with every document parsed by itself. The server is one of our
own with `fsync` on.
"""

from __future__ import annotations

import gc
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

import attrs
from sqlalchemy import Engine, bindparam, exists, insert, select, update

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from agentprov.model.access import Catalogue
from agentprov.model.blueprint import Blueprint
from agentprov.model.changes import Change, Edit
from agentprov.model.identity import Login
from agentprov.model.ids import TenantId, UserId
from agentprov.model.references import Kind
from agentprov.model.settings import Settings
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from agentprov.sql import SqlStore, open_engine, tables, upgrade
from agentprov.sql.rows import _upsert
from tests.servers import OwnServer

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
CHANGES = 1_000
COMMITS = 300
T = TypeVar("T")


def tenant(id_: str, users: int) -> Tenant:
    """A tenant whose users have a login, a name and a number."""
    people = {
        UserId(f"u-{n}"): User(id=UserId(f"u-{n}"), login=Login(f"user{n}"), name=f"Asha Rao {n}", numeric_id=n + 1)
        for n in range(users)
    }
    return Tenant(
        id=TenantId(id_),
        name="Acme",
        settings=Settings(time_zone="Europe/Oslo", region="NO"),
        blueprint=Blueprint(name="plain", catalogue=Catalogue(sections=Table({"user": ("view", "edit")}))),
        users=people,
    )


def rename(before: Tenant, number: int) -> Change:
    """One user's new name."""
    user = before.users[UserId(f"u-{number % len(before.users)}")]
    edit = Edit(kind=Kind.USERS, id=user.id, before=user, after=attrs.evolve(user, name=f"Asha {number}"))
    return Change(tenant=before.id, base=before.version, edits=[edit])


# ---- one commit ------------------------------------------------------------------------------------------------------


def commits(store: SqlStore, id_: str, count: int) -> Iterator[float]:
    """Milliseconds of each of so many commits; making the change isn't counted."""
    latest = store.tenants.load(TenantId(id_))
    for number in range(count):
        change = rename(latest, number)
        key = f"k-{time.perf_counter_ns()}"
        begun = time.perf_counter()
        latest = store.tenants.commit(change, at=AT, key=key, request="r" * 64)
        yield (time.perf_counter() - begun) * 1e3


def bare_commits(engine: Engine, id_: str, count: int) -> Iterator[float]:
    """The same by Core alone: the guard, the log's row, the object's row, and what the entry is about."""
    t, log = tables.tenants, tables.log
    guard = (
        update(t)
        .where(t.c.tenant == bindparam("tenant_"), t.c.version == bindparam("base"))
        .where(~exists().where(log.c.tenant == bindparam("tenant_"), log.c.key == bindparam("key_")))
        .values(version=bindparam("next"))
    )
    with engine.connect() as connection:
        base = connection.execute(select(t.c.version).where(t.c.tenant == id_)).scalar_one()
        document = connection.execute(select(log.c.document).where(log.c.tenant != id_).limit(1)).scalar_one()
    add_log, add_about = insert(log), insert(tables.log_objects)
    put = _upsert(tables.objects, engine.dialect.name)
    for number in range(count):
        key, user = f"k-{time.perf_counter_ns()}", f"u-{number}"
        text = json.dumps({"login": f"user{number}", "name": f"Asha {number}", "numeric_id": number + 1})
        row = {"tenant": id_, "version": base + 1, "document": document, "digest": "d" * 64, "at": 1, "actor": None}
        row |= {"key": key, "request": "r" * 64, "reason": None}
        about = {"tenant": id_, "kind": "users", "id": user, "version": base + 1}
        begun = time.perf_counter()
        with engine.begin() as connection:
            connection.execute(guard, {"tenant_": id_, "base": base, "next": base + 1, "key_": key})
            connection.execute(add_log, row)
            connection.execute(add_about, about)
            connection.execute(put, {"tenant": id_, "kind": "users", "id": user, "document": text})
        yield (time.perf_counter() - begun) * 1e3
        base += 1


def in_turns(*works: Iterator[float]) -> list[list[float]]:
    """The figures of each, one of each at a time."""
    return [list(each) for each in zip(*zip(*works, strict=True), strict=True)]


def percentiles(taken: list[float]) -> tuple[float, float]:
    """The median, and what 99 of 100 stay below."""
    ordered = sorted(taken)
    return statistics.median(ordered), ordered[len(ordered) * 99 // 100]


# ---- loading and following -------------------------------------------------------------------------------------------


def best(work: Callable[[], T], rounds: int = 3) -> tuple[T, float]:
    """What the work gives, and the seconds of the best of some rounds."""
    taken = []
    for _ in range(rounds):
        gc.collect()
        begun = time.perf_counter()
        result = work()
        taken.append(time.perf_counter() - begun)
    return result, min(taken)


def resident() -> float:
    """Megabytes of this process in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def query(engine: Engine, id_: str) -> list[tuple[str, str, str]]:
    """The rows of a tenant, as the database gives them."""
    o = tables.objects
    with engine.connect() as connection:
        return [
            tuple(row) for row in connection.execute(select(o.c.kind, o.c.id, o.c.document).where(o.c.tenant == id_))
        ]


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """Where to measure, by name."""
    with tempfile.TemporaryDirectory() as folder, OwnServer(durable=True) as server:
        shown = server.execute("SHOW server_version")[0][0].split()[0]
        yield {
            "SQLite": f"sqlite:///{Path(folder) / 'bench.db'}",
            f"PostgreSQL {shown}": server.url(server.new_database()),
        }


def measure(name: str, url: str, users: int) -> None:
    """All of it on one database."""
    engine = open_engine(url)
    with engine.begin() as connection:
        upgrade(connection)
    store = SqlStore(engine)
    created = 0.0
    for id_, count in (("bare", 1_000), ("small", 1_000), ("large", users)):
        made = tenant(id_, count)
        begun = time.perf_counter()
        store.tenants.create(made, at=AT)
        created = time.perf_counter() - begun
    print(f"| {name}: create {users:,} users | {created:.1f} s | | |")
    list(commits(store, "small", 20))
    small, bare, large = in_turns(
        commits(store, "small", COMMITS), bare_commits(engine, "bare", COMMITS), commits(store, "large", COMMITS)
    )
    (p50, p99), (bare50, bare99), (large50, large99) = map(percentiles, (small, bare, large))
    print(f"| {name}: commit, p50 | {p50:.2f} ms | {bare50:.2f} | {p50 / bare50:.2f} |")
    print(f"| {name}: commit, p99 | {p99:.2f} ms | {bare99:.2f} | {p99 / bare99:.2f} |")
    print(
        f"| {name}: commit at {users:,} users beside 1,000, p50 | {large50:.2f} ms | {p50:.2f} | {large50 / p50:.2f} |"
    )
    print(f"| {name}: the same, p99 | {large99:.2f} ms | {p99:.2f} | {large99 / p99:.2f} |")
    begin = store.tenants.load(TenantId("small"))
    list(commits(store, "small", CHANGES))
    elsewhere = SqlStore(engine, copies=0)

    def follow() -> Tenant:
        return elsewhere.tenants.caught_up(begin)

    gc.collect()
    begun = time.process_time()
    follow()
    cpu = time.process_time() - begun
    followed, seconds = best(follow)
    assert followed == store.tenants.load(TenantId("small"))
    print(f"| {name}: catch up {CHANGES:,} changes (processor {cpu * 1e3:,.0f} ms) | {seconds * 1e3:,.0f} ms | | |")
    rows, bare_load = best(lambda: query(engine, "large"))
    _, parsed = best(lambda: [json.loads(document) for *_, document in query(engine, "large")])
    assert len(rows) >= users
    del rows
    fresh = SqlStore(engine, copies=0)
    _, seconds = best(lambda: fresh.tenants.load(TenantId("large")), rounds=2)
    figures = f"{seconds:.2f} s | {bare_load:.2f} | {seconds / bare_load:.1f}"
    print(f"| {name}: load {users:,} users, beside the bare query | {figures} |")
    print(f"| {name}: the same, beside the query and `json.loads` of each | | {parsed:.2f} | {seconds / parsed:.1f} |")
    run = subprocess.run([sys.executable, __file__, "--memory", url], capture_output=True, text=True, check=True)
    print(f"| {name}: memory of the loaded tenant, in a process of its own | {run.stdout.strip()} MB | | |", flush=True)
    engine.dispose()


def memory(url: str) -> None:
    """Print what a process that has loaded nothing before grows by."""
    store = SqlStore(open_engine(url))
    store.tenants.load(TenantId("small"))
    before = resident()
    kept = store.tenants.load(TenantId("large"))
    gc.collect()
    print(f"{resident() - before:,.0f}", "" if kept else "none")


def main() -> None:
    """Print the table."""
    if sys.argv[1:2] == ["--memory"]:
        memory(sys.argv[2])
        return
    users = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    packages = ", ".join(f"{name} {version(name)}" for name in ("sqlalchemy", "psycopg", "attrs"))
    print(f"CPython {platform.python_version()}, {packages}; {os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}\n")
    print("| work | measured | floor | x floor |\n|---|---:|---:|---:|")
    with databases() as urls:
        for name, url in urls.items():
            measure(name, url, users)


if __name__ == "__main__":
    main()

"""Processes that are killed while they change a tenant, and what is stored afterwards: ``make kills``.

Workers report every command before they begin it and after it was acknowledged, over pipes to a parent that never dies
and keeps the ledger. The parent kills: a worker, a connection, the server's process behind one, the whole server. Then:

- what was acknowledged is stored, at the version that was acknowledged;
- what is stored was begun;
- nothing is there by halves: objects, log, unique values and version belong together;
- every command that wasn't acknowledged is sent again with its key, and is then stored exactly once.

A kill is no loss of power: torn pages and disks that lie are the database's own promise, which isn't tested here.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import os
import random
import select
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import attrs
import psycopg

from agentprov.errors import Unavailable
from agentprov.model.changes import Change, Edit
from agentprov.model.identity import Login
from agentprov.model.ids import TenantId, UserId
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.model.users import Calling, Extension, User
from agentprov.repositories import Performed, Store, perform
from tests.databases import Sabotage, halves, opened, prepared, spared, versions_by_key
from tests.servers import OwnServer
from tests.tenants import small

AT: Final = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
WORKERS: Final = 3
SHARED: Final = UserId("u-asha")
TENANT: Final = small().id
_FORK: Final = multiprocessing.get_context("fork")
"""A worker is there in milliseconds, with everything imported."""


# ---- commands --------------------------------------------------------------------------------------------------------


def command(key: str) -> Callable[[Tenant], Change]:
    """The command of a key, ``NAME-NUMBER``: in turn a new user, a new name for one whom all share, and a deletion."""
    name, _, number = key.rpartition("-")
    made = UserId(f"u-{name}-{int(number) - 2}")
    own = int(number) * 10 + int(name[1:]) + 1

    def make(tenant: Tenant) -> Change:
        if int(number) % 3 == 0:
            new = User(
                id=UserId(f"u-{key}"),
                login=Login(key),
                name=key,
                numeric_id=own,
                calling=Calling(extension=Extension(number=str(own))),
            )
            edit = Edit(kind=Kind.USERS, id=new.id, after=new)
        elif int(number) % 3 == 2 and made in tenant.users:
            edit = Edit(kind=Kind.USERS, id=made, before=tenant.users[made])
        else:
            before = tenant.users[SHARED]
            edit = Edit(kind=Kind.USERS, id=SHARED, before=before, after=attrs.evolve(before, name=key))
        return Change(tenant=tenant.id, base=tenant.version, edits=[edit])

    return make


def do(store: Store, tenant: TenantId, key: str) -> Performed:
    """Do the command of a key once."""
    return perform(store.tenants, tenant, command(key), at=AT, key=key, request=key)


@attrs.frozen
class Task:
    """Where workers work."""

    url: str
    tenant: TenantId
    sabotage: Sabotage


def work(task: Task, name: str, first: int, pipe: int) -> None:
    """What a worker does until it is killed. One short write to a pipe is whole or not there."""
    with opened(task.url, sabotage=task.sabotage) as store:
        for number in itertools.count(first):
            key = f"{name}-{number}"
            os.write(pipe, f"begin {key} 0\n".encode())
            while (version := _tried(store, task.tenant, key)) is None:
                os.write(pipe, f"unknown {key} 0\n".encode())
                time.sleep(0.01)
            os.write(pipe, f"ack {key} {version}\n".encode())


def _tried(store: Store, tenant: TenantId, key: str) -> int | None:
    """The version that a command led to; nothing, where the store couldn't say."""
    try:
        return do(store, tenant, key).entry.version
    except Unavailable:
        return None


# ---- the parent ------------------------------------------------------------------------------------------------------


class Worker:
    """A process that works, and what it reported so far."""

    def __init__(self, task: Task, name: str, first: int) -> None:
        self.name = name
        self.next = first
        self.pipe, theirs = os.pipe()
        self.process = _FORK.Process(target=work, args=(task, name, first, theirs), daemon=True)
        self.process.start()
        os.close(theirs)
        self._rest = b""
        self.acknowledged = 0

    def reports(self, seconds: float = 0.0) -> list[tuple[str, str, int]]:
        """What came since it was last asked, waiting so long for the first."""
        found = []
        while select.select([self.pipe], [], [], seconds)[0]:
            if not (read := os.read(self.pipe, 65536)):
                break
            seconds = 0.0
            *lines, self._rest = (self._rest + read).split(b"\n")
            found += [(word, key, int(version)) for word, key, version in (line.decode().split() for line in lines)]
        for word, key, _ in found:
            self.next = int(key.rpartition("-")[2]) + 1
            self.acknowledged += word == "ack"
        return found

    def kill(self) -> None:
        """End it at once, wherever it is."""
        self.process.kill()
        self.process.join()


@attrs.define
class Ledger:
    """What workers said: the commands that were begun, and the versions of those that were acknowledged."""

    begun: set[str] = attrs.field(factory=set)
    acknowledged: dict[str, int] = attrs.field(factory=dict)
    unknown: int = 0
    """How often a worker was told to try again, and did."""

    def note(self, reports: list[tuple[str, str, int]]) -> None:
        """Take down what a worker reported."""
        for word, key, version in reports:
            if word == "begin":
                self.begun.add(key)
            elif word == "ack":
                self.acknowledged[key] = version
            else:
                self.unknown += 1


@attrs.frozen(kw_only=True)
class Outcome:
    """What a run of kills came to."""

    kills: int
    begun: int
    acknowledged: int
    stored: int
    """Before anything was sent again."""
    lost: int
    """Acknowledged, and not stored as they were acknowledged."""
    unasked: int
    """Stored, and never begun."""
    halves: tuple[str, ...]
    unknown: int
    """How often a worker didn't learn what came of a command, and sent it again itself."""
    resent: int
    """Commands that were never acknowledged, sent again at the end."""
    astray: int
    """Sent again, and not stored exactly once."""
    seconds: float

    @property
    def fine(self) -> bool:
        """Whether everything held."""
        return not (self.lost or self.unasked or self.halves or self.astray)


Kill = Callable[[list[Worker]], None]
"""Kills something; a worker that is killed is replaced."""


def run(
    url: str,
    kill: Kill,
    kills: int,
    *,
    tenant: TenantId = TENANT,
    sabotage: Sabotage = spared,
    patient: Callable[[], None] = lambda: None,
) -> Outcome:
    """Let workers change a tenant, kill so many times, wait for the server, and look at what is stored."""
    begun = time.perf_counter()
    with opened(url) as store:
        store.tenants.create(attrs.evolve(small(), id=tenant), at=AT)
    ledger, task = Ledger(), Task(url, tenant, sabotage)
    workers = [Worker(task, f"w{number}", 0) for number in range(WORKERS)]
    try:
        for _ in range(kills):
            before = sum(worker.acknowledged for worker in workers)
            _let_work(workers, ledger, before + 1)
            kill(workers)
            for position, worker in enumerate(workers):
                if worker.process.exitcode is not None:
                    ledger.note(worker.reports())
                    os.close(worker.pipe)
                    workers[position] = Worker(task, worker.name, worker.next)
    finally:
        for worker in workers:
            worker.kill()
            ledger.note(worker.reports())
            os.close(worker.pipe)
    patient()
    return _judged(url, tenant, ledger, kills, begun)


def _let_work(workers: list[Worker], ledger: Ledger, wanted: int) -> None:
    """Wait until something was acknowledged, and a little longer, to be anywhere in a transaction."""
    end = time.monotonic() + 30
    while sum(worker.acknowledged for worker in workers) < wanted:
        for worker in workers:
            ledger.note(worker.reports(0.005))
        if time.monotonic() > end or any(worker.process.exitcode is not None for worker in workers):
            raise RuntimeError("the workers don't work")
    time.sleep(random.uniform(0, 0.01))


def _judged(url: str, tenant: TenantId, ledger: Ledger, kills: int, begun: float) -> Outcome:
    stored, broken = versions_by_key(url, tenant), halves(url, tenant)
    open_ = sorted(ledger.begun - set(ledger.acknowledged))
    astray = 0
    if not broken:
        with opened(url) as store:
            answers = {key: do(store, tenant, key).entry.version for key in open_}
        again = versions_by_key(url, tenant)
        astray = sum(again.get(key) != [answers[key]] for key in open_)
        broken = halves(url, tenant)
    return Outcome(
        kills=kills,
        begun=len(ledger.begun),
        acknowledged=len(ledger.acknowledged),
        stored=sum(map(len, stored.values())),
        lost=sum(stored.get(key) != [version] for key, version in ledger.acknowledged.items()),
        unasked=len(set(stored) - ledger.begun),
        halves=tuple(broken),
        unknown=ledger.unknown,
        resent=len(open_),
        astray=astray,
        seconds=time.perf_counter() - begun,
    )


# ---- ways to kill ----------------------------------------------------------------------------------------------------


def serving(server: OwnServer, database: str) -> list[int]:
    """The processes that serve a database; a server that is only now noticing a killed one is waited for."""
    while True:
        try:
            return server.backends(database)
        except psycopg.OperationalError:
            server.wait()


def a_client(workers: list[Worker]) -> None:
    """SIGKILL for one worker."""
    random.choice(workers).kill()


def a_connection(server: OwnServer, database: str) -> Kill:
    """The server ends one connection."""

    def kill(_: list[Worker]) -> None:
        for backend in serving(server, database)[:1]:
            server.execute(f"SELECT pg_terminate_backend({backend})")

    return kill


def a_backend(server: OwnServer, database: str) -> Kill:
    """SIGKILL for the server's process behind one connection: the server ends all others and recovers."""

    def kill(_: list[Worker]) -> None:
        for backend in serving(server, database)[:1]:
            server.kill(backend)
        server.wait()

    return kill


def the_server(server: OwnServer) -> Kill:
    """The whole server stops at once, and starts again."""
    return lambda _: server.restart()


def kill_in(name: str, server: OwnServer, kills: int, *, sabotage: Sabotage = spared) -> Outcome:
    """A run against a fresh database of a server; ``name`` says what is killed."""
    database = server.new_database()
    ways: Mapping[str, Kill] = {
        "client": a_client,
        "connection": a_connection(server, database),
        "backend": a_backend(server, database),
        "server": the_server(server),
    }
    outcome = run(prepared(server.url(database)), ways[name], kills, sabotage=sabotage, patient=server.wait)
    server.drop_database(database)
    return outcome


SHARES: Final = {"client": 0.4, "connection": 0.2, "backend": 0.02, "server": 0.01, "client of SQLite": 0.37}
"""How many of the kills are of which kind: a server takes long to recover."""


def main() -> int:
    """Run, print a table, and fail if anything was lost, by halves or astray."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=5_000)
    chosen = parser.parse_args()
    columns = [each.name for each in attrs.fields(Outcome)]
    sys.stdout.write(f"| killed | {' | '.join(columns)} |\n|---{'|---:' * len(columns)}|\n")
    fine = True
    with tempfile.TemporaryDirectory() as folder, OwnServer(durable=True) as server:
        for name, share in SHARES.items():
            kills = max(1, round(chosen.kills * share))
            if name == "client of SQLite":
                outcome = run(prepared(f"sqlite:///{Path(folder) / 'kills.db'}"), a_client, kills)
            else:
                outcome = kill_in(name, server, kills)
            fine = fine and outcome.fine
            cells = [f"{value:,.0f}" if isinstance(value, float) else f"{value}" for value in attrs.astuple(outcome)]
            sys.stdout.write(f"| {name} | {' | '.join(cells)} |\n")
            sys.stdout.flush()
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())

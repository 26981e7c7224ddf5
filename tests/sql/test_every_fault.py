"""Every command of a store, failing in every way at everything it says to its database."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

import attrs
import pytest
from sqlalchemy import Engine, delete, insert, select

from agentprov.errors import BrokenStore, Code, Conflict, Unavailable
from agentprov.memory import MemoryStore
from agentprov.repositories import Store
from agentprov.sql import SqlStore, open_engine, tables
from agentprov.testing.faults import Faults, failing
from tests.sql.store_commands import COMMANDS, WRITES, prepare, state
from tests.sql.wire import Fault, Wire

Rows = dict[str, list[tuple[Any, ...]]]
ALLOWED = (Unavailable, BrokenStore, MemoryError, KeyboardInterrupt)
DONE_BEFORE = {Code.CONFLICT_CHANGED, Code.TENANT_EXISTS}
"""What a command without a key may answer that was done already."""


@attrs.frozen
class Bench:
    """A database that is put back to the state that commands begin from."""

    engine: Engine
    """Whose connections never fail."""
    wired: Engine
    """Whose connections fail as the wire says."""
    wire: Wire
    begin: Rows

    def rows(self) -> Rows:
        """Every row of every table."""
        with self.engine.connect() as connection:
            return {
                table.name: sorted(map(tuple, connection.execute(select(table))))
                for table in tables.metadata.sorted_tables
                if table is not tables.schema
            }

    def put_back(self) -> None:
        """Begin anew."""
        with self.engine.begin() as connection:
            for table in tables.metadata.sorted_tables:
                if table is not tables.schema:
                    connection.execute(delete(table))
                    names = [column.name for column in table.columns]
                    if rows := [dict(zip(names, row, strict=True)) for row in self.begin[table.name]]:
                        connection.execute(insert(table), rows)

    def is_idle(self) -> bool:
        """Whether every connection was given back, and none has a transaction open."""
        pool: Any = self.wired.pool
        if pool.checkedout():
            return False
        with pool.connect() as connection:
            driver: Any = connection.driver_connection
            idle = getattr(driver, "in_transaction", None)
            return not idle if idle is not None else driver.info.transaction_status == 0


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def bench(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A database with something of everything."""
    from agentprov.sql import upgrade

    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('faults') / 'faults.db'}"
    else:
        server = request.getfixturevalue("postgres")
        url = server.url(server.new_database())
    plain, wired = open_engine(url), open_engine(url)
    with plain.begin() as connection:
        upgrade(connection)
    prepare(SqlStore(plain))
    empty = Bench(plain, wired, Wire(wired), {})
    yield attrs.evolve(empty, begin=empty.rows())
    plain.dispose()
    wired.dispose()


def _faults(name: str, nth: int) -> Sequence[Fault]:
    """Every fault in the deep run; else three of them in turn, of a read one."""
    if os.environ.get("HYPOTHESIS_PROFILE") == "deep":
        return tuple(Fault)
    every = list(Fault)
    first = (3 * nth + len(name)) % len(every)
    return (every[first:] + every[:first])[: 3 if name in WRITES else 1]


def _said(bench: Bench, name: str) -> tuple[int, object, Rows]:
    """How much a command says when nothing fails, its answer, and what it leads to."""
    bench.put_back()
    bench.wire.arm(0, Fault.TIMED_OUT)
    store = SqlStore(bench.wired)
    answer = COMMANDS[name](store)
    return bench.wire.said, answer, bench.rows()


@pytest.mark.parametrize("name", COMMANDS)
def test_whatever_fails_it_is_done_or_not_and_can_be_tried_again(bench: Bench, name: str) -> None:
    """ST-2: the state is the one before or the one after, nothing is left open, and trying again converges."""
    said, answer, end = _said(bench, name)
    assert (bench.begin == end) == (name not in WRITES)
    for nth in range(1, said + 1):
        for fault in _faults(name, nth):
            case = (name, nth, fault)
            bench.put_back()
            store = SqlStore(bench.wired)
            bench.wire.arm(nth, fault)
            failed = False
            try:
                found = COMMANDS[name](store)
                assert answer == found, case
            except ALLOWED:
                failed = True
            bench.wire.arm(0, fault)
            assert bench.is_idle(), case
            rows = bench.rows()
            assert rows in ((bench.begin, end) if failed else (end,)), case
            _again(store, name, answer, done=rows == end)
            assert end == bench.rows(), case


def _again(store: Store, name: str, answer: object, *, done: bool) -> None:
    codes: set[Code] = set()
    try:
        assert answer == COMMANDS[name](store)
    except Conflict as error:
        codes = set(error.codes)
    assert not codes or (done and codes <= DONE_BEFORE)


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("name", COMMANDS)
def test_a_store_in_memory_that_fails_is_as_it_was_or_as_it_should_be(name: str, done: bool) -> None:
    """ST-2: every call of every command fails once, done or not; trying again converges."""
    expected = MemoryStore()
    prepare(expected)
    before = state(expected)
    answer = COMMANDS[name](expected)
    after = state(expected)
    for nth in range(1, 10):
        store, faults = MemoryStore(), Faults()
        prepare(store)
        wrapped: Any = _Failing(store, faults)
        faults.arm(nth, done=done)
        try:
            assert answer == COMMANDS[name](wrapped)
        except ConnectionError:
            assert state(store) in (before, after)
        if not faults.struck:
            break
        _again(wrapped, name, answer, done=state(store) == after)
        assert after == state(store)


class _Failing:
    """A store, each of whose repositories fails as the faults say."""

    def __init__(self, store: MemoryStore, faults: Faults) -> None:
        for name, repository in vars(store).items():
            setattr(self, name, failing(repository, faults))

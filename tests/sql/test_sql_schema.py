"""The tables: every key is led by the tenant, and the steps lead to them, once, whoever takes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, Table, UniqueConstraint, inspect, text

from agentprov.errors import BrokenStore, Code
from agentprov.sql import Runner, check, open_engine, pending, statements, steps, upgrade
from agentprov.sql.tables import metadata, schema
from agentprov.testing.contracts.samples import race

TABLES = [table for table in metadata.sorted_tables if table is not schema]


def names(columns: Any) -> list[str]:
    """The columns' names, in order."""
    return [column.name for column in columns]


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_every_key_is_led_by_the_tenant(table: Table) -> None:
    """ST-4: every primary key, unique key and index begins with the tenant, so rows are placed by it."""
    keys = [names(table.primary_key)]
    keys += [names(each.columns) for each in table.constraints if isinstance(each, UniqueConstraint)]
    keys += [names(index.columns) for index in table.indexes]
    assert {"tenant"} == {key[0] for key in keys}


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_what_is_unique_is_never_missing(table: Table) -> None:
    """ST-2: a column of a primary key has a value; only a commit without a key lays claim to none."""
    missing = [column.name for column in table.primary_key if column.nullable]
    unique = {
        column.name
        for each in table.constraints
        if isinstance(each, UniqueConstraint)
        for column in each.columns
        if column.nullable
    }
    assert ([], {"key"} if table.name == "agentprov_log" else set()) == (missing, unique)


def structure(engine: Engine) -> dict[str, Any]:
    """All that a database says of its tables."""
    found = inspect(engine)
    out: dict[str, Any] = {}
    for name in found.get_table_names():
        columns = [(c["name"], str(c["type"]), c["nullable"], c["default"]) for c in found.get_columns(name)]
        indexes = sorted((i["name"] or "", i["column_names"], bool(i["unique"])) for i in found.get_indexes(name))
        unique = sorted((u["name"] or "", u["column_names"]) for u in found.get_unique_constraints(name))
        out[name] = (columns, found.get_pk_constraint(name)["constrained_columns"], indexes, unique)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            query = "SELECT name FROM sqlite_master WHERE sql LIKE '%WITHOUT ROWID%' ORDER BY name"
        else:
            query = (
                "SELECT table_name, column_name, collation_name FROM information_schema.columns "
                "WHERE table_name LIKE 'agentprov%' ORDER BY 1, 2"
            )
        out[""] = [tuple(row) for row in connection.execute(text(query))]
    return out


def test_all_steps_together_are_the_tables(database: str) -> None:
    """ST-4: taking every step gives the tables, columns, collations, keys and indexes that the library works with."""
    engine = open_engine(database)
    with engine.begin() as connection:
        metadata.create_all(connection)
    expected = structure(engine)
    with engine.begin() as connection:
        metadata.drop_all(connection)
    Runner(engine).write(upgrade)
    assert expected == structure(engine)
    assert set(metadata.tables) == expected.keys() - {""}
    engine.dispose()


def test_a_host_may_run_the_statements_itself(database: str) -> None:
    """ST-4: the statements alone, in a host's own migration, leave nothing to be done."""
    engine = open_engine(database)
    with engine.begin() as connection:
        expected = pending(connection)
        assert len(statements(engine.dialect.name)) == len(expected)
        for statement in expected:
            connection.exec_driver_sql(statement)
    with engine.begin() as connection:
        assert () == pending(connection)
        check(connection)
    engine.dispose()


def test_upgrading_again_does_nothing(engine: Engine) -> None:
    """ST-4: a database that has every step stays as it is."""
    before = structure(engine)
    assert Runner(engine).write(upgrade) == 0
    assert before == structure(engine)
    Runner(engine).read(check)


@pytest.mark.parametrize("serializable", [False, True])
def test_of_several_who_upgrade_one_does_it(database: str, serializable: bool) -> None:
    """ST-4: processes that start together and upgrade: one takes the steps, the others find them taken."""
    engines = [open_engine(database, serializable=serializable) for _ in range(4)]
    done = race([lambda engine=engine: Runner(engine).write(upgrade) for engine in engines])  # type: ignore[misc]
    assert [0, 0, 0, len(statements(engines[0].dialect.name))] == sorted(done)  # type: ignore[type-var]
    for engine in engines:
        engine.dispose()


def test_a_database_without_tables_is_named(database: str) -> None:
    """ST-4: an empty database is no broken one: the error says that the tables are missing."""
    engine = open_engine(database)
    with pytest.raises(BrokenStore) as caught:
        Runner(engine).read(check)
    assert (Code.STORE_SCHEMA_MISSING,) == caught.value.codes
    engine.dispose()


def test_a_newer_database_is_left_alone(engine: Engine) -> None:
    """ST-4: tables that a later release made are neither read nor upgraded by this one."""
    with engine.begin() as connection:
        connection.execute(schema.insert(), {"version": steps.NEWEST + 1, "at": 0})
    for look in (check, pending, upgrade):
        with pytest.raises(BrokenStore) as caught:
            Runner(engine).write(look)
        assert (Code.STORE_SCHEMA_NEWER,) == caught.value.codes
        assert {"value": steps.NEWEST + 1, "expected": steps.NEWEST} == caught.value.problems[0].parameters


def test_an_older_database_is_upgraded_by_what_it_lacks(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """ST-4: a later release says that the tables are older, and takes its own steps only."""
    later = (*steps.STEPS, ("CREATE TABLE agentprov_later (tenant {key} NOT NULL, PRIMARY KEY (tenant))",))
    monkeypatch.setattr(steps, "STEPS", later)
    monkeypatch.setattr(steps, "NEWEST", len(later))
    with pytest.raises(BrokenStore) as caught:
        Runner(engine).read(check)
    assert (Code.STORE_SCHEMA_OLDER,) == caught.value.codes
    assert Runner(engine).write(upgrade) == 2
    Runner(engine).read(check)
    assert "agentprov_later" in inspect(engine).get_table_names()


def test_a_step_is_taken_whole_or_not(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """ST-4: where a statement of a step fails, those before it are undone."""
    broken = (*steps.STEPS, ("CREATE TABLE agentprov_later (tenant {key} NOT NULL)", "CREATE NONSENSE"))
    monkeypatch.setattr(steps, "STEPS", broken)
    before = structure(engine)
    with pytest.raises(Exception, match=r"store\."):
        Runner(engine).write(upgrade)
    assert before == structure(engine)


def test_a_database_in_memory_serves_threads_one_by_one() -> None:
    """ST-4: without a file everybody shares one database."""
    engine = open_engine("sqlite://")
    Runner(engine).write(upgrade)
    assert [None] * 4 == race([lambda: Runner(engine).read(check)] * 4)
    engine.dispose()


def test_whoever_opens_a_new_file_at_once_gets_it(tmp_path: Path) -> None:
    """ST-4: several who open a file that isn't there yet all find it ready, and one of them made its tables."""
    for number in range(10):
        engines = [open_engine(f"sqlite:///{tmp_path / str(number)}.db") for _ in range(6)]
        done = race([lambda engine=engine: Runner(engine).write(upgrade) for engine in engines])  # type: ignore[misc]
        assert [0] * 5 + [len(statements("sqlite"))] == sorted(done)  # type: ignore[type-var]
        for engine in engines:
            engine.dispose()


def test_a_file_is_written_ahead(tmp_path: Path) -> None:
    """ST-2: SQLite keeps a log that is written to the disk at every commit, and waits for others."""
    engine = open_engine(f"sqlite:///{tmp_path / 'a.db'}", lock_timeout=1.5)
    with engine.connect() as connection:
        settings = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        ]
    assert ["wal", 2, 1500, 1] == settings
    engine.dispose()

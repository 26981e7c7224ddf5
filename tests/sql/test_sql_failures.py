"""A database that fails: a clear error with its code, nothing half done, and no word of what was to be stored."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import psycopg
import pytest
from sqlalchemy import Connection, Engine, event, exc, make_url, text

from agentprov.errors import AgentprovError, BrokenStore, Code, InvalidValue, Unavailable
from agentprov.sql import Runner, SqlTenants, open_async_engine, open_engine, upgrade
from agentprov.sql.failures import Again, failure_of
from agentprov.testing.contracts.samples import AT, a_creation, a_renaming, a_tenant
from tests.servers import Server

CANARY = "zk3-canary-of-a-name-9h2"


def refusal(attempt: Callable[[], object], kind: type[AgentprovError]) -> AgentprovError:
    """What an attempt raises: of this kind, with nothing of a driver's error behind it."""
    with pytest.raises(kind) as caught:
        attempt()
    assert (None, None) == (caught.value.__cause__, caught.value.__context__)
    return caught.value


# ---- connections ----------------------------------------------------------------------------------------------------


class Killer:
    """Ends the connection of an engine on PostgreSQL before its n-th statement, or at the commit."""

    def __init__(self, server: Server, engine: Engine, at: int | str) -> None:
        self.server, self.at, self.statements = server, at, 0
        event.listen(engine, "before_cursor_execute", self._before)
        event.listen(engine, "commit", self._commit)

    def _before(self, connection: Connection, *_: object) -> None:
        self.statements += 1
        if self.statements == self.at:
            self._kill(connection)

    def _commit(self, connection: Connection) -> None:
        if self.at == "the commit":
            self._kill(connection)
        elif self.at == "its answer":
            driver(connection).commit()
            self._kill(connection)
            driver(connection).execute("SELECT 1")

    def _kill(self, connection: Connection) -> None:
        self.at = "done"
        self.server.execute(f"SELECT pg_terminate_backend({driver(connection).info.backend_pid}, 5000)")


def driver(connection: Connection) -> Any:
    """The driver's own connection."""
    return connection.connection.driver_connection


@pytest.mark.parametrize("at", [1, 2, 3, 4, 5])
def test_a_connection_lost_before_the_commit_is_made_good(postgres: Server, on_postgres: str, at: int) -> None:
    """ST-2: whatever statement of a commit the connection is lost at, nothing was stored, so it is done again: once."""
    engine = open_engine(postgres.url(on_postgres))
    store, tenant = SqlTenants(Runner(engine)), a_tenant()
    store.create(tenant, at=AT)
    killer = Killer(postgres, engine, at)
    change = a_creation(tenant, "ravi")
    after = store.commit(change, at=AT)
    assert "done" == killer.at
    assert change.apply(tenant) == after == SqlTenants(Runner(engine)).load(tenant.id)
    assert [after.version] == [each.version for each in store.changes_since(tenant.id, tenant.version)]
    engine.dispose()


@pytest.mark.parametrize("at", ["the commit", "its answer"])
def test_a_lost_answer_is_unavailable_and_the_key_converges(postgres: Server, on_postgres: str, at: str) -> None:
    """ST-2: where the commit's answer is lost nobody knows; trying again with the key applies it once."""
    engine = open_engine(postgres.url(on_postgres))
    store, tenant = SqlTenants(Runner(engine)), a_tenant()
    store.create(tenant, at=AT)
    Killer(postgres, engine, at)
    change = a_creation(tenant, "ravi")
    error = refusal(lambda: store.commit(change, at=AT, key="k"), Unavailable)
    assert (Code.STORE_UNAVAILABLE,) == error.codes
    assert [tenant, change.apply(tenant)][at == "its answer"] == store.load(tenant.id)
    assert change.apply(tenant) == store.commit(change, at=AT, key="k") == store.load(tenant.id)
    assert 1 == len(store.changes_since(tenant.id, tenant.version))
    engine.dispose()


def test_a_read_goes_on_after_the_server_closed_its_connections(postgres: Server, on_postgres: str) -> None:
    """ST-3: connections that the server ended meanwhile, all of the pool, don't come to a caller."""
    engine = open_engine(postgres.url(on_postgres))
    store, tenant = SqlTenants(Runner(engine)), a_tenant()
    store.create(tenant, at=AT)
    for backend in postgres.backends(on_postgres):
        postgres.execute(f"SELECT pg_terminate_backend({backend}, 5000)")
    assert tenant == store.load(tenant.id)
    engine.dispose()


def test_no_server_is_unavailable(tmp_path: Path) -> None:
    """ST-2: with no server there a store is unavailable, and says so soon."""
    engine = open_engine(f"postgresql://nobody@/none?host={tmp_path}")
    assert (Code.STORE_UNAVAILABLE,) == refusal(lambda: SqlTenants(Runner(engine)).tenant_ids(), Unavailable).codes
    engine.dispose()


def test_a_file_that_cant_be_opened_is_told(tmp_path: Path) -> None:
    """ST-2: where there is no folder for the file, nothing is in doubt and trying again doesn't help."""
    engine = open_engine(f"sqlite:///{tmp_path}/none/a.db")
    error = refusal(lambda: SqlTenants(Runner(engine)).tenant_ids(), Unavailable)
    assert [(Code.STORE_REFUSED, "the file can't be opened")] == [
        (each.code, each.parameters["value"]) for each in error.problems
    ]
    engine.dispose()


def test_a_database_that_isnt_there_is_told(postgres: Server) -> None:
    """ST-2: a wrong address is told as such, not as a server that gave no answer."""
    engine = open_engine(postgres.url("none_of_that_name"))
    error = refusal(lambda: SqlTenants(Runner(engine)).tenant_ids(), Unavailable)
    assert [(Code.STORE_REFUSED, {"value": "there is no such database"})] == [
        (each.code, each.parameters) for each in error.problems
    ]
    engine.dispose()


def test_a_server_without_a_free_place_is_busy(postgres: Server, on_postgres: str) -> None:
    """ST-2: where no more connections are taken nothing was stored, and it is tried again later."""
    role = postgres.new_role(on_postgres)
    postgres.execute(f"ALTER ROLE {role} CONNECTION LIMIT 0")
    engine = open_engine(postgres.url(on_postgres, role))
    error = refusal(lambda: SqlTenants(Runner(engine)).tenant_ids(), Unavailable)
    assert (Code.STORE_BUSY,) == error.codes
    engine.dispose()


FATAL = 'connection failed: connection to server at "10.0.0.7", port 5432 failed: FATAL:  '
WAYS_IN = [
    ('password authentication failed for user "zk3-canary"', Code.STORE_REFUSED, "user or password is wrong"),
    ('no pg_hba.conf entry for host "10.0.0.7", user "zk3-canary"', Code.STORE_REFUSED, "this account may not come in"),
    ('Peer authentication failed for user "zk3-canary"', Code.STORE_REFUSED, "this account may not come in"),
    ('role "zk3-canary" does not exist', Code.STORE_REFUSED, "this account may not come in"),
    ('role "zk3-canary" is not permitted to log in', Code.STORE_REFUSED, "this account may not come in"),
    ('database "zk3-canary" does not exist', Code.STORE_REFUSED, "there is no such database"),
    ('permission denied for database "zk3-canary"', Code.STORE_NOT_PERMITTED, "42501"),
    ("sorry, too many clients already", Code.STORE_BUSY, "53300"),
    ("remaining connection slots are reserved for superusers", Code.STORE_BUSY, "53300"),
    ("server does not support SSL, but SSL was required", Code.STORE_REFUSED, "TLS isn't as the address asks for it"),
    ('invalid connection option "zk3-canary"', Code.STORE_REFUSED, "an option of the address isn't known"),
    ("the database system is starting up", Code.STORE_UNAVAILABLE, "OperationalError"),
]


@pytest.mark.parametrize(("words", "code", "value"), WAYS_IN, ids=[words[:24] for words, _, _ in WAYS_IN])
def test_why_a_server_lets_nobody_in_is_told(words: str, code: Code, value: str) -> None:
    """ST-2: while a connection is made PostgreSQL has words and no SQLSTATE; none of the words is passed on."""
    found = failure_of(psycopg.OperationalError(FATAL + words))
    assert [(code, value)] == [(each.code, each.parameters["value"]) for each in found.error.problems]
    assert "canary" not in repr(found)


def test_a_lost_connection_is_never_taken_for_a_refused_one() -> None:
    """ST-2: of a commit whose answer was lost nobody knows, whatever the driver says about it."""
    lost = exc.OperationalError(
        "COMMIT", {}, psycopg.OperationalError(FATAL + "too many clients"), connection_invalidated=True
    )
    assert (Code.STORE_UNAVAILABLE,) == failure_of(lost).error.codes


def test_what_is_stored_is_never_taken_for_a_refused_connection() -> None:
    """ST-2: an error with a state means what the state means, whatever its text quotes."""
    found = failure_of(psycopg.errors.QueryCanceled(f'FATAL:  database "{CANARY}" does not exist'))
    assert (Code.STORE_BUSY,) == found.error.codes


# ---- waiting --------------------------------------------------------------------------------------------------------


def test_a_lock_that_others_hold_is_busy(database: str) -> None:
    """ST-2: whoever waits too long for another transaction is told so, and nothing is stored."""
    engine = open_engine(database, lock_timeout=0.2)
    Runner(engine).write(upgrade)
    store, tenant = SqlTenants(Runner(engine)), a_tenant()
    store.create(tenant, at=AT)
    with engine.begin() as other:
        other.execute(text("UPDATE agentprov_tenants SET version = version"))
        start = time.monotonic()
        error = refusal(lambda: store.commit(a_creation(tenant, "ravi"), at=AT), Unavailable)
        assert time.monotonic() - start < 2
        assert tenant == store.load(tenant.id)
    assert (Code.STORE_BUSY,) == error.codes
    engine.dispose()


def test_a_statement_that_takes_too_long_is_ended(postgres: Server, on_postgres: str) -> None:
    """ST-2: no statement runs for ever, and of one that was ended nothing is stored."""
    engine = open_engine(postgres.url(on_postgres), statement_timeout=0.1)
    error = refusal(lambda: Runner(engine).read(lambda each: each.execute(text("SELECT pg_sleep(5)"))), Unavailable)
    assert (Code.STORE_BUSY,) == error.codes
    engine.dispose()


def test_a_pool_without_a_free_connection_is_busy(database: str) -> None:
    """ST-2: nobody waits for ever for a connection."""
    engine = open_engine(database, pool_size=1, max_overflow=0, pool_timeout=0.1)
    with engine.connect():
        error = refusal(lambda: SqlTenants(Runner(engine)).tenant_ids(), Unavailable)
    assert (Code.STORE_BUSY,) == error.codes
    engine.dispose()


# ---- what somebody has to mend --------------------------------------------------------------------------------------


def test_without_tables_the_schema_is_missing(database: str) -> None:
    """ST-4: a store on an empty database says that it has no tables."""
    engine = open_engine(database)
    store = SqlTenants(Runner(engine))
    for attempt in (store.tenant_ids, lambda: store.create(a_tenant(), at=AT)):
        assert (Code.STORE_SCHEMA_MISSING,) == refusal(attempt, BrokenStore).codes
    engine.dispose()


def test_a_table_without_a_column_is_older(engine: Engine) -> None:
    """ST-4: tables of another version are named so, even where nobody asked first."""
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE agentprov_tenants DROP COLUMN head"))
    store = SqlTenants(Runner(engine))
    for attempt in (lambda: store.load(a_tenant().id), lambda: store.create(a_tenant(), at=AT)):
        assert (Code.STORE_SCHEMA_OLDER,) == refusal(attempt, BrokenStore).codes


def test_a_read_only_database_can_be_read(engine: Engine, postgres: Server) -> None:
    """ST-2: on a database that can only be read a commit says so, and reading goes on."""
    tenant = a_tenant()
    SqlTenants(Runner(engine)).create(tenant, at=AT)
    if engine.dialect.name == "sqlite":
        only = open_engine(f"sqlite:///file:{engine.url.database}?mode=ro&uri=true")
    else:
        postgres.execute(f"ALTER DATABASE {engine.url.database} SET default_transaction_read_only = on")
        only = open_engine(engine.url)
    store = SqlTenants(Runner(only))
    assert tenant == store.load(tenant.id)
    error = refusal(lambda: store.commit(a_renaming(tenant, CANARY), at=AT), BrokenStore)
    assert (Code.STORE_READ_ONLY,) == error.codes
    assert CANARY not in str(error)
    assert tenant == store.load(tenant.id)
    only.dispose()


def test_an_account_that_may_only_read_is_told_so(postgres: Server, on_postgres: str) -> None:
    """ST-4: a role without the right to write reads, and is refused a commit with the reason."""
    tenant = a_tenant()
    owner = open_engine(postgres.url(on_postgres))
    SqlTenants(Runner(owner)).create(tenant, at=AT)
    reader = open_engine(postgres.url(on_postgres, postgres.new_role(on_postgres, "SELECT")))
    store = SqlTenants(Runner(reader))
    assert tenant == store.load(tenant.id)
    error = refusal(lambda: store.commit(a_renaming(tenant, CANARY), at=AT), BrokenStore)
    assert (Code.STORE_NOT_PERMITTED,) == error.codes
    owner.dispose()
    reader.dispose()


@pytest.mark.parametrize("path", ["public", "none_of_that_name"])
def test_an_account_that_may_not_make_tables_is_told_so(postgres: Server, path: str) -> None:
    """ST-4: making the tables is the owner's; whoever else tries isn't told that the database takes no writes."""
    empty = postgres.new_database()
    engine = open_engine(postgres.url(empty, postgres.new_role(empty)))
    postgres.execute(f"ALTER DATABASE {empty} SET search_path = {path}")
    error = refusal(lambda: Runner(engine).write(upgrade), BrokenStore)
    assert (Code.STORE_NOT_PERMITTED,) == error.codes
    engine.dispose()


def test_a_full_disk_keeps_what_was_there(tmp_path: Path) -> None:
    """ST-2: a commit that finds no space stores nothing, and the tenant stays as it was."""
    engine = open_engine(f"sqlite:///{tmp_path / 'a.db'}")
    Runner(engine).write(upgrade)
    store, tenant = SqlTenants(Runner(engine)), a_tenant()
    store.create(tenant, at=AT)
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    engine.dispose()
    event.listen(engine, "connect", lambda connection, _: connection.execute(f"PRAGMA max_page_count = {pages}"))
    singles = [a_creation(tenant, f"ravi-{number}") for number in range(300)]
    many = attrs.evolve(singles[0], edits=[edit for each in singles for edit in each.edits])
    error = refusal(lambda: store.commit(many, at=AT), BrokenStore)
    assert (Code.STORE_FULL,) == error.codes
    assert tenant == store.load(tenant.id)
    assert () == store.changes_since(tenant.id, tenant.version)
    engine.dispose()


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_in_another_encoding_is_refused(postgres: Server, encoding: str) -> None:
    """ST-4: a database that can't hold every name is refused before anything is stored in it."""
    name = postgres.new_database(options=f"ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0")
    engine = open_engine(postgres.url(name))
    error = refusal(lambda: Runner(engine).write(upgrade), BrokenStore)
    assert [(Code.STORE_ENCODING, {"value": encoding})] == [(each.code, each.parameters) for each in error.problems]
    engine.dispose()
    postgres.drop_database(name)


def test_a_database_that_answers_too_early_is_refused(postgres: Server, on_postgres: str) -> None:
    """ST-2: where a commit is answered before it is safe, acknowledged changes would be lost: that is refused."""
    postgres.execute(f"ALTER DATABASE {on_postgres} SET synchronous_commit = off")
    engine = open_engine(postgres.url(on_postgres))
    error = refusal(lambda: SqlTenants(Runner(engine)).tenant_ids(), BrokenStore)
    assert (Code.STORE_ASYNCHRONOUS_COMMIT,) == error.codes
    engine.dispose()


# ---- what errors say ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "code", "again"),
    [
        ("53100", Code.STORE_FULL, Again.NEVER),
        ("53200", Code.STORE_UNAVAILABLE, Again.NEVER),
        ("40001", Code.STORE_BUSY, Again.ALWAYS),
        ("40P01", Code.STORE_BUSY, Again.ALWAYS),
        ("57P01", Code.STORE_UNAVAILABLE, Again.BEFORE_COMMIT),
        ("57014", Code.STORE_BUSY, Again.NEVER),
        ("42501", Code.STORE_NOT_PERMITTED, Again.NEVER),
        ("22021", Code.STORE_ENCODING, Again.NEVER),
        ("XX001", Code.STORE_CORRUPTED, Again.NEVER),
        ("23505", Code.STORE_CORRUPTED, Again.ALWAYS),
    ],
)
def test_each_state_of_postgresql_has_a_meaning(state: str, code: Code, again: Again) -> None:
    """ST-2: what PostgreSQL says by its SQLSTATE is told as passing or as broken, and nothing of its text."""
    found = failure_of(psycopg.errors.lookup(state)(CANARY))
    assert ((code,), again) == (found.error.codes, found.again)
    assert CANARY not in str(found.error)
    assert isinstance(found.error, Unavailable) == (code in {Code.STORE_BUSY, Code.STORE_UNAVAILABLE})


def test_an_error_without_a_state_is_unavailable() -> None:
    """ST-2: of what a driver can't explain nothing is known."""
    for error in (sqlite3.OperationalError(CANARY), psycopg.OperationalError(CANARY)):
        found = failure_of(error)
        assert (Code.STORE_UNAVAILABLE,) == found.error.codes
        assert CANARY not in repr(found)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("mysql://root:zk3-canary@host/a", "mysql"),
        ("host=h password=zk3-canary", "..."),
        ("postgresql//h/a?password=zk3-canary", "..."),
        ("u=zk3-canary:x", "..."),
        ("postgresql://u:zk3-canary@host:port/a", "postgresql"),
        ("", "..."),
    ],
)
def test_an_address_that_is_none_is_refused_without_its_password(url: str, shown: str) -> None:
    """ST-4: another database, or no address at all, is refused; a password in it isn't repeated."""
    with pytest.raises(InvalidValue) as caught:
        open_engine(url)
    assert [(Code.STORE_ADDRESS, shown)] == [(each.code, each.parameters["value"]) for each in caught.value.problems]
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("seconds", [0, 0.0, -1, float("inf"), float("nan"), 1e9])
@pytest.mark.parametrize("name", ["lock_timeout", "statement_timeout"])
def test_a_time_out_that_never_ends_is_refused(name: str, seconds: float) -> None:
    """ST-2: nothing waits for ever; 0 would mean that to PostgreSQL."""
    for opening in (open_engine, open_async_engine):
        with pytest.raises(InvalidValue) as caught:
            opening("sqlite://", **{name: seconds})  # type: ignore[arg-type]
        assert [(Code.FIELD_OUT_OF_RANGE, name)] == [(each.code, each.where) for each in caught.value.problems]


def test_a_url_of_any_driver_is_taken() -> None:
    """ST-4: ``postgresql://`` and ``sqlite://`` are enough; the library knows its drivers."""
    drivers = [open_engine(url).driver for url in ("postgresql://u@h/d", "sqlite://", make_url("sqlite:///a.db"))]
    assert ["psycopg", "pysqlite", "pysqlite"] == drivers

"""The databases of the tests are real ones, and nothing of them is left behind."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from tests.servers import GIVEN, NoServer, OwnServer, Server, asynchronous, programs, server

COLOURS = "CREATE TABLE colours (name TEXT PRIMARY KEY)"


def ask(url: str, *statements: str) -> list[tuple[Any, ...]]:
    """Run statements in one transaction; the rows of the last."""
    engine = sa.create_engine(url)
    try:
        with engine.begin() as connection:
            *first, last = (sa.text(statement) for statement in statements)
            for statement in first:
                connection.execute(statement)
            done = connection.execute(last)
            return [tuple(row) for row in done] if done.returns_rows else []
    finally:
        engine.dispose()


@pytest.mark.parametrize("setting", [("server_encoding", "UTF8"), ("synchronous_commit", "on")])
def test_the_server_is_a_real_one(postgres: Server, setting: tuple[str, str]) -> None:
    """ST-4: the tests' PostgreSQL stores every character, and a commit waits for the log."""
    name, expected = setting
    url = postgres.url(postgres.new_database())

    assert ask(url, "SELECT version()")[0][0].startswith("PostgreSQL ")
    assert [(expected,)] == ask(url, f"SHOW {name}")


def test_a_durable_server_waits_for_the_disk(durable_postgres: OwnServer) -> None:
    """ST-4: the server for the tests that kill keeps what an ordinary server keeps."""
    assert [("on",)] == durable_postgres.execute("SHOW fsync")
    assert [("on",)] == durable_postgres.execute("SHOW full_page_writes")
    assert [("on",)] == durable_postgres.execute("SHOW synchronous_commit")


@pytest.mark.parametrize("attempt", [1, 2])
def test_a_test_has_an_empty_database_for_itself(database: str, attempt: int) -> None:
    """ST-4: what another test stored isn't there."""
    insert = "INSERT INTO colours VALUES ('blue')"

    assert [("blue",)] == ask(database, COLOURS, insert, "SELECT name FROM colours"), attempt


def test_a_database_serves_asynchronous_hosts(database: str) -> None:
    """ST-4: the same database is reached through asyncio."""

    async def answer() -> object:
        engine = create_async_engine(asynchronous(database))
        try:
            async with engine.connect() as connection:
                return await connection.scalar(sa.text("SELECT 42"))
        finally:
            await engine.dispose()

    assert 42 == asyncio.run(answer())


def test_a_database_may_be_made_from_another_one(postgres: Server) -> None:
    """ST-4: a template hands on its tables."""
    template = postgres.new_database()
    ask(postgres.url(template), COLOURS)

    copy = postgres.new_database(options=f"TEMPLATE {template}")

    assert [(0,)] == ask(postgres.url(copy), "SELECT count(*) FROM colours")


def test_a_role_has_the_rights_it_was_given_and_no_others(postgres: Server) -> None:
    """ST-4: a host's role writes rows; it changes no table."""
    name = postgres.new_database()
    ask(postgres.url(name), COLOURS)
    url = postgres.url(name, postgres.new_role(name))

    ask(url, "INSERT INTO colours VALUES ('blue')")

    assert [("blue",)] == ask(url, "SELECT name FROM colours")
    for forbidden in ("DROP TABLE colours", "TRUNCATE colours", "CREATE TABLE shapes (name TEXT)"):
        with pytest.raises(sa.exc.ProgrammingError):
            ask(url, forbidden)


def test_what_was_committed_survives_a_crash(durable_postgres: OwnServer) -> None:
    """ST-4: a server that is stopped at once and started again has every commit."""
    url = durable_postgres.url(durable_postgres.new_database())
    ask(url, COLOURS, "INSERT INTO colours VALUES ('blue')")

    durable_postgres.restart()

    assert [("blue",)] == ask(url, "SELECT name FROM colours")


def test_a_killed_backend_takes_its_transaction_with_it(durable_postgres: OwnServer) -> None:
    """ST-4: what wasn't committed when the connection's process was killed is gone."""
    name = durable_postgres.new_database()
    ask(durable_postgres.url(name), COLOURS)
    connection = psycopg.connect(durable_postgres.dsn(name))
    connection.execute("INSERT INTO colours VALUES ('blue')")

    [backend] = durable_postgres.backends(name)
    durable_postgres.kill(backend)
    durable_postgres.wait()

    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
    connection.close()
    assert [(0,)] == ask(durable_postgres.url(name), "SELECT count(*) FROM colours")


def test_a_given_server_is_left_as_it_was(durable_postgres: OwnServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """ST-4: a server that the environment names is used, and has no more databases and roles afterwards than before."""
    everything = "SELECT datname FROM pg_database UNION SELECT rolname FROM pg_roles ORDER BY 1"
    before = durable_postgres.execute(everything)
    monkeypatch.setenv(GIVEN, durable_postgres.dsn("postgres"))

    with server() as given:
        assert not isinstance(given, OwnServer)
        name = given.new_database()
        assert [(name,)] == ask(given.url(name), "SELECT current_database()")
        role = given.new_role(name)
        assert [(role,)] == ask(given.url(name, role), "SELECT current_user")

    assert before == durable_postgres.execute(everything)


@pytest.mark.usefixtures("postgres")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_of_a_server_whose_tests_were_killed(how: signal.Signals) -> None:
    """ST-4: the server ends and its folder goes, however the process that started it ended."""
    program = (
        "import time\nfrom tests.servers import OwnServer\n"
        "own = OwnServer()\nprint(own.dsn('postgres'), flush=True)\ntime.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as tests:
        assert tests.stdout is not None
        connection = psycopg.connect(tests.stdout.readline())
        folder = Path(connection.info.host)
        tests.send_signal(how)

    end = time.monotonic() + 20
    while folder.exists() and time.monotonic() < end:
        time.sleep(0.05)

    assert not folder.exists()
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
    connection.close()


def test_a_machine_without_server_programs_is_told_how_to_get_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """ST-4: whoever lacks PostgreSQL reads what to install."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("PGBIN", raising=False)
    monkeypatch.setattr("tests.servers.USUAL_PLACES", (f"{tmp_path}/*/bin",))

    with pytest.raises(NoServer, match="apt-get install postgresql"):
        programs()

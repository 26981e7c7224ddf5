"""Databases that tests may break: a throw-away PostgreSQL server, made from the server programs of the machine.

The server listens on a Unix socket only, in a folder of its own; started by root, it runs under an unprivileged
account, as PostgreSQL demands. ``PGBIN`` names the folder of the programs where they aren't found by themselves.
``AGENTPROV_TEST_POSTGRES``, a DSN, names a running server to use instead: its user must be allowed to create databases
and roles. Tests ask for the fixtures of ``conftest.py``: ``database``, ``postgres``, ``durable_postgres``.
"""

from __future__ import annotations

import itertools
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Self, TypedDict, TypeVar
from urllib.parse import quote, urlencode

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

T = TypeVar("T")

GIVEN = "AGENTPROV_TEST_POSTGRES"
"""The environment variable that names a running server."""

USUAL_PLACES = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # the PostgreSQL project's packages for Red Hat's systems
    "/opt/homebrew/opt/postgresql*/bin",  # Homebrew
    "/usr/local/opt/postgresql*/bin",  # Homebrew on Intel
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)
MISSING = (
    "no PostgreSQL server programs found: apt-get install postgresql, or brew install postgresql@17; "
    f"or name their folder by PGBIN, or a running server by {GIVEN}"
)

PATIENCE = 60.0
"""Seconds within which a server must be up, or down."""

# Whatever ends this process, even SIGKILL, closes the pipe that the keeper reads; then it ends the server and removes
# the folder.
KEEPER = """
cat >/dev/null
pid="$1/data/postmaster.pid"
[ -f "$pid" ] && kill -QUIT "$(head -n 1 "$pid")"
for _ in 1 2 3 4 5 6 7 8 9 10; do [ -f "$pid" ] && sleep 0.5; done
rm -rf "$1"
"""


class NoServer(Exception):
    """The machine has no server programs."""


class Account(TypedDict, total=False):
    """Under whom a program runs, as arguments of ``Popen``; empty: under whoever runs the tests."""

    user: int
    group: int
    extra_groups: list[int]


def unprivileged() -> Account:
    """Under whom the server programs run: they refuse to run as root."""
    if os.geteuid() != 0:
        return {}
    import pwd

    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def version_of(folder: Path) -> list[int]:
    """The numbers in a path: of two folders the one with the greater version is the newer one."""
    return [int(number) for number in re.findall(r"\d+", str(folder))]


def candidates() -> Iterator[Path]:
    """Where the server programs may be, the most wanted place first."""
    if "PGBIN" in os.environ:
        yield Path(os.environ["PGBIN"])
    if initdb := shutil.which("initdb"):
        yield Path(initdb).resolve().parent
    if config := shutil.which("pg_config"):
        done = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        yield Path(done.stdout.strip())
    for pattern in USUAL_PLACES:
        yield from sorted(Path("/").glob(pattern.lstrip("/")), key=version_of, reverse=True)


def programs() -> Path:
    """The folder of the server programs. Raises NoServer."""
    for folder in candidates():
        if all((folder / name).is_file() for name in ("initdb", "postgres")):
            return folder
    raise NoServer(MISSING)


class Server:
    """A running PostgreSQL server: databases and roles that are gone when it is closed."""

    def __init__(self, address: Mapping[str, str]) -> None:
        self.address = dict(address)
        self._unique = f"agentprov_{secrets.token_hex(4)}"  # another run may use the same server
        self._numbers = itertools.count(1)
        self._databases: list[str] = []
        self._passwords: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _address(self, database: str, role: str | None) -> dict[str, str]:
        own = {"user": role, "password": self._passwords[role]} if role else {}
        return {**self.address, **own, "dbname": database}

    def dsn(self, database: str, role: str | None = None) -> str:
        """How psycopg and the programs of PostgreSQL name a database."""
        return make_conninfo("", **self._address(database, role))

    def url(self, database: str, role: str | None = None) -> str:
        """How SQLAlchemy names a database, blocking or asynchronous."""
        address = self._address(database, role)
        address.pop("dbname")
        names = ":".join(quote(address.pop(key), safe="") for key in ("user", "password") if key in address)
        return f"postgresql+psycopg://{names}@/{database}?{urlencode(address, safe='/')}"

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run a statement as the server's own user, outside any transaction; its rows."""
        with psycopg.connect(self.dsn(database), autocommit=True) as connection:
            done = connection.execute(statement.encode())
            return done.fetchall() if done.description else []

    def new_database(self, *, options: str = "ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0") -> str:
        """The name of a fresh database, made in about 30 ms: empty, or what the options of CREATE DATABASE say."""
        name = f"{self._unique}_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} {options}")
        self._databases.append(name)
        return name

    def drop_database(self, database: str) -> None:
        """Remove a database and end whatever is connected to it."""
        self.execute(f"DROP DATABASE {database} WITH (FORCE)")
        self._databases.remove(database)

    def new_role(self, database: str, rights: str = "SELECT, INSERT, UPDATE, DELETE") -> str:
        """The name of a fresh role that has these rights on the tables that the database has now, and no others."""
        name = f"{self._unique}_role_{next(self._numbers)}"
        password = secrets.token_hex(8)
        self.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{password}'")
        self._passwords[name] = password
        self.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC", database)
        self.execute(f"GRANT {rights} ON ALL TABLES IN SCHEMA public TO {name}", database)
        return name

    def backends(self, database: str) -> list[int]:
        """The process ids of those who serve a connection to a database."""
        rows = self.execute("SELECT datname, pid FROM pg_stat_activity ORDER BY pid")
        return [pid for name, pid in rows if name == database]

    def close(self) -> None:
        """Drop the databases and the roles."""
        for database in list(self._databases):
            self.drop_database(database)
        for role in self._passwords:
            self.execute(f"DROP ROLE {role}")


class OwnServer(Server):
    """A server of this process alone, which may be stopped, started again and killed.

    Without ``durable`` nothing waits for the disk (``fsync`` is off), so what it keeps survives a stop or a kill of its
    processes, not of the machine. A commit waits for its turn in the log either way: ``synchronous_commit`` is on.
    """

    def __init__(self, *, durable: bool = False) -> None:
        folder = programs()
        self._account = unprivileged()
        self._environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        self._environment["LC_ALL"] = "C"
        # Not where pytest keeps its files: the path of a socket is short, and the account must be able to get there.
        self.folder = Path(tempfile.mkdtemp(prefix="agp-", dir="/tmp"))
        super().__init__({"host": str(self.folder), "user": "agentprov"})
        keeper = ["/bin/sh", "-c", KEEPER, "keeper", str(self.folder)]
        self._keeper = subprocess.Popen(keeper, stdin=subprocess.PIPE, start_new_session=True, cwd="/")
        self._process: subprocess.Popen[bytes] | None = None
        settings = {"listen_addresses": "", "synchronous_commit": "on"}
        settings |= {} if durable else {"fsync": "off", "full_page_writes": "off"}
        self._command = [str(folder / "postgres"), "-D", str(self.folder / "data"), "-k", str(self.folder)]
        self._command += [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        try:
            if self._account:
                os.chown(self.folder, self._account["user"], self._account["group"])
            self._initialise(folder)
            self.start()
        except BaseException:
            self.close()
            raise

    def _initialise(self, folder: Path) -> None:
        command = [str(folder / "initdb"), "-D", str(self.folder / "data"), "-U", "agentprov", "-A", "trust"]
        command += ["-E", "UTF8", "--locale=C", "--no-sync"]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd="/", env=self._environment, **self._account
        )
        if done.returncode != 0:
            raise RuntimeError(f"initdb failed:\n{done.stderr}")

    def log(self) -> str:
        """What the server wrote."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def start(self) -> None:
        """Start the server and wait until it answers."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=self._environment,
                start_new_session=True,
                **self._account,
            )
        self.wait()

    def wait(self) -> None:
        """Wait until the server answers: after a backend was killed, it ends all others and recovers."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                self.execute("SELECT 1")
            except psycopg.OperationalError as error:
                if self._process is None or self._process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(f"PostgreSQL doesn't answer:\n{self.log()[-2000:]}") from error
                time.sleep(0.02)
            else:
                return

    def stop(self) -> None:
        """Stop at once, as in a crash: whatever is connected is cut off, and the next start recovers."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(PATIENCE)
            self._process = None

    def restart(self) -> None:
        """Stop at once and start again."""
        self.stop()
        self.start()

    def kill(self, backend: int) -> None:
        """Kill (SIGKILL) the process that serves one connection; ``wait`` for the server afterwards."""
        os.kill(backend, signal.SIGKILL)

    def close(self) -> None:
        """Stop the server and remove its folder."""
        self.stop()
        (self.folder / "data" / "postmaster.pid").unlink(missing_ok=True)
        if self._keeper.stdin is not None:
            self._keeper.stdin.close()
        self._keeper.wait(PATIENCE)


def server() -> Server:
    """The server that the environment names, else one of our own. Raises NoServer."""
    if given := os.environ.get(GIVEN):
        return Server({key: str(value) for key, value in conninfo_to_dict(given).items() if key != "dbname"})
    return OwnServer()


def asynchronous(url: str) -> str:
    """The same database for SQLAlchemy's asyncio: PostgreSQL's driver is both, SQLite has another one."""
    return url.replace("sqlite:", "sqlite+aiosqlite:", 1)


def started(start: Callable[[], T]) -> T:
    """What this starts; where the server programs are missing, the test is skipped, but never in the gate."""
    try:
        return start()
    except NoServer as missing:
        if os.environ.get("CI") or os.environ.get("AGENTPROV_NEED_POSTGRES"):
            raise
        pytest.skip(str(missing))


if __name__ == "__main__":  # what `.ci/run` asks
    try:
        sys.stdout.write(f"the server of {GIVEN}\n" if os.environ.get(GIVEN) else f"{programs()}\n")
    except NoServer as missing:
        sys.exit(str(missing))

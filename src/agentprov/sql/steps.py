"""How a database gets its tables, step by step (ST-4): :func:`upgrade`, or the statements for a host's own migrations.

A step stays what it was when it was released; a later version of the tables is another step. All of them together give
:mod:`agentprov.sql.tables`, which a test proves. The table ``agentprov_schema`` says which were taken.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection, func, inspect, select

from agentprov.errors import BrokenStore, Code
from agentprov.sql import tables

_LOCK: Final = 0x6167656E74
"""The advisory lock under which PostgreSQL takes steps: of two that upgrade, the second waits and finds it done."""

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "sqlite": {"key": "TEXT", "whole": "INTEGER", "bytes": "BLOB", "narrow": " WITHOUT ROWID"},
    "postgresql": {"key": 'TEXT COLLATE "C"', "whole": "BIGINT", "bytes": "BYTEA", "narrow": ""},
}
"""How the statements of the steps read in each dialect."""

_VERSIONS: Final = """
CREATE TABLE agentprov_schema (
    version {whole} NOT NULL,
    at {whole} NOT NULL,
    PRIMARY KEY (version)
)"""

STEPS: Final[tuple[tuple[str, ...], ...]] = (
    (
        """
CREATE TABLE agentprov_tenants (
    tenant {key} NOT NULL,
    version {whole} NOT NULL,
    head TEXT NOT NULL,
    PRIMARY KEY (tenant)
)""",
        """
CREATE TABLE agentprov_objects (
    tenant {key} NOT NULL,
    kind {key} NOT NULL,
    id {key} NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (tenant, kind, id)
)""",
        """
CREATE TABLE agentprov_unique_values (
    tenant {key} NOT NULL,
    field {key} NOT NULL,
    value {key} NOT NULL,
    holder {key} NOT NULL,
    PRIMARY KEY (tenant, field, value)
){narrow}""",
        """
CREATE TABLE agentprov_log (
    tenant {key} NOT NULL,
    version {whole} NOT NULL,
    document TEXT NOT NULL,
    digest TEXT NOT NULL,
    at {whole} NOT NULL,
    actor {key},
    "key" {key},
    request TEXT,
    reason TEXT,
    PRIMARY KEY (tenant, version),
    CONSTRAINT agentprov_log_key UNIQUE (tenant, "key")
)""",
        "CREATE INDEX agentprov_log_actor ON agentprov_log (tenant, actor, version)",
        "CREATE INDEX agentprov_log_at ON agentprov_log (tenant, at, version)",
        """
CREATE TABLE agentprov_log_objects (
    tenant {key} NOT NULL,
    kind {key} NOT NULL,
    id {key} NOT NULL,
    version {whole} NOT NULL,
    PRIMARY KEY (tenant, kind, id, version)
){narrow}""",
        "CREATE INDEX agentprov_log_objects_version ON agentprov_log_objects (tenant, version)",
        """
CREATE TABLE agentprov_foundings (
    tenant {key} NOT NULL,
    version {whole} NOT NULL,
    document {bytes} NOT NULL,
    digest TEXT NOT NULL,
    at {whole} NOT NULL,
    reason TEXT,
    PRIMARY KEY (tenant)
)""",
        """
CREATE TABLE agentprov_passwords (
    tenant {key} NOT NULL,
    "user" {key} NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (tenant, "user")
)""",
        """
CREATE TABLE agentprov_codes (
    tenant {key} NOT NULL,
    "user" {key} NOT NULL,
    purpose {key} NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (tenant, "user", purpose)
)""",
        """
CREATE TABLE agentprov_tokens (
    tenant {key} NOT NULL,
    digest {key} NOT NULL,
    "user" {key} NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (tenant, digest)
)""",
        'CREATE INDEX agentprov_tokens_user ON agentprov_tokens (tenant, "user")',
        """
CREATE TABLE agentprov_presence (
    tenant {key} NOT NULL,
    "user" {key} NOT NULL,
    queues {whole} NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (tenant, "user")
)""",
        """
CREATE TABLE agentprov_sticky (
    tenant {key} NOT NULL,
    caller {key} NOT NULL,
    place {key} NOT NULL,
    "user" {key} NOT NULL,
    at {whole} NOT NULL,
    until {whole} NOT NULL,
    PRIMARY KEY (tenant, caller, place)
)""",
        'CREATE INDEX agentprov_sticky_user ON agentprov_sticky (tenant, "user")',
        "CREATE INDEX agentprov_sticky_until ON agentprov_sticky (tenant, until)",
        """
CREATE TABLE agentprov_rotation (
    tenant {key} NOT NULL,
    department {key} NOT NULL,
    "user" {key} NOT NULL,
    PRIMARY KEY (tenant, department)
){narrow}""",
        'CREATE INDEX agentprov_rotation_user ON agentprov_rotation (tenant, "user")',
        """
CREATE TABLE agentprov_notes (
    tenant {key} NOT NULL,
    "key" {key} NOT NULL,
    at {whole} NOT NULL,
    actor {key},
    document TEXT NOT NULL,
    PRIMARY KEY (tenant, "key")
)""",
        'CREATE INDEX agentprov_notes_at ON agentprov_notes (tenant, at, "key")',
        'CREATE INDEX agentprov_notes_actor ON agentprov_notes (tenant, actor, at, "key")',
        """
CREATE TABLE agentprov_note_objects (
    tenant {key} NOT NULL,
    kind {key} NOT NULL,
    id {key} NOT NULL,
    at {whole} NOT NULL,
    "key" {key} NOT NULL,
    PRIMARY KEY (tenant, kind, id, at, "key")
){narrow}""",
    ),
)
"""The statements of every step. One that was released is never edited."""

NEWEST: Final = len(STEPS)
"""The version of the tables that this library reads and writes."""


def statements(dialect: str, *, after: int = 0) -> tuple[str, ...]:
    """The SQL of every step after a version, in order, for ``sqlite`` or ``postgresql``.

    With the step's own row in ``agentprov_schema`` behind each step: whoever runs them in their own migrations has
    done all that :func:`upgrade` does.
    """
    words = _WORDS[dialect]
    found = [] if after else [_VERSIONS]
    at = time.time_ns() // 1000
    for version, step in enumerate(STEPS[after:], start=after + 1):
        found += [*step, f"INSERT INTO agentprov_schema (version, at) VALUES ({version}, {at})"]  # noqa: S608  numbers
    return tuple(statement.strip().format_map(words) for statement in found)


def pending(connection: Connection) -> tuple[str, ...]:
    """The SQL of the steps that this database lacks; none, if it is as new as the library.

    Raises:
        BrokenStore: ``store.schema_newer``.
    """
    version = version_of(connection)
    if version > NEWEST:
        raise BrokenStore.of(Code.STORE_SCHEMA_NEWER, value=version, expected=NEWEST)
    return statements(connection.dialect.name, after=version)


def upgrade(connection: Connection) -> int:
    """Take the steps that the database lacks, in the connection's transaction, and give how many statements that took.

    All steps or none. Of two processes at once the second waits and finds nothing to do. It needs a role that may
    create tables; nothing else here does.

    Raises:
        BrokenStore: ``store.schema_newer``.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    missing = pending(connection)
    for statement in missing:
        connection.exec_driver_sql(statement)
    return len(missing)


def version_of(connection: Connection) -> int:
    """Which version the tables of a database have; 0 without any."""
    if not inspect(connection).has_table(tables.schema.name):
        return 0
    return int(connection.execute(select(func.coalesce(func.max(tables.schema.c.version), 0))).scalar_one())


def check(connection: Connection) -> None:
    """Refuse a database whose tables are another version's.

    Raises:
        BrokenStore: ``store.schema_missing``, ``store.schema_older``, ``store.schema_newer``.
    """
    version = version_of(connection)
    if version == 0:
        raise BrokenStore.of(Code.STORE_SCHEMA_MISSING, expected=NEWEST)
    if version < NEWEST:
        raise BrokenStore.of(Code.STORE_SCHEMA_OLDER, value=version, expected=NEWEST)
    if version > NEWEST:
        raise BrokenStore.of(Code.STORE_SCHEMA_NEWER, value=version, expected=NEWEST)

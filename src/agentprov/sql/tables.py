"""The tables as they are now (ST-4). How a database gets there is :mod:`agentprov.sql.steps`.

Every key and every index is led by the tenant, so that a distributed engine can place rows by it and no statement
ever looks at two tenants. Ids and logins compare as bytes, case included; instants are microseconds since 1970 in UTC;
documents are JSON in ASCII, as :func:`agentprov.codec.rows.row_text` writes it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

_KEY = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that is compared: as bytes, whatever collation the database has."""
_WHOLE = BigInteger().with_variant(Integer(), "sqlite")


def _key(name: str) -> Column[Any]:
    return Column(name, _KEY, nullable=False)


def _text(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Text(), nullable=nullable)


def _whole(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, _WHOLE, nullable=nullable, autoincrement=False)


def _primary(*columns: str) -> PrimaryKeyConstraint:
    return PrimaryKeyConstraint(*columns)


schema = Table("agentprov_schema", metadata, _whole("version"), _whole("at"), _primary("version"))
"""One row for each step that was taken. Alone it has no tenant: a distributed engine keeps a copy of it everywhere."""

# ---- the tenant and its log -----------------------------------------------------------------------------------------

tenants = Table(
    "agentprov_tenants",
    metadata,
    _key("tenant"),
    _whole("version"),
    _text("head"),
    _primary("tenant"),
)
"""INVARIANT: the guard. Whoever changes anything of a tenant's objects updates its row first, from one version to the
next. ``head`` is the tenant's document without its objects; the version in it is the one it was last written at."""

objects = Table(
    "agentprov_objects",
    metadata,
    _key("tenant"),
    _key("kind"),
    _key("id"),
    _text("document"),
    _primary("tenant", "kind", "id"),
)

unique_values = Table(
    "agentprov_unique_values",
    metadata,
    _key("tenant"),
    _key("field"),
    _key("value"),
    _key("holder"),
    _primary("tenant", "field", "value"),
    sqlite_with_rowid=False,
)
"""Logins (folded where the tenant ignores case), numeric ids and extensions, and the user who has each."""

log = Table(
    "agentprov_log",
    metadata,
    _key("tenant"),
    _whole("version"),
    _text("document"),
    _text("digest"),
    _whole("at"),
    Column("actor", _KEY),
    Column("key", _KEY),
    _text("request", nullable=True),
    _text("reason", nullable=True),
    _primary("tenant", "version"),
    UniqueConstraint("tenant", "key", name="agentprov_log_key"),
    Index("agentprov_log_actor", "tenant", "actor", "version"),
    Index("agentprov_log_at", "tenant", "at", "version"),
)
"""What was committed, by the version that it led to. A commit without a key lays claim to none, so ``key`` may be
missing. ``digest`` covers the whole row."""

log_objects = Table(
    "agentprov_log_objects",
    metadata,
    _key("tenant"),
    _key("kind"),
    _key("id"),
    _whole("version"),
    _primary("tenant", "kind", "id", "version"),
    Index("agentprov_log_objects_version", "tenant", "version"),
    sqlite_with_rowid=False,
)
"""Which entries of the log are about an object."""

foundings = Table(
    "agentprov_foundings",
    metadata,
    _key("tenant"),
    _whole("version"),
    Column("document", LargeBinary(), nullable=False),
    _text("digest"),
    _whole("at"),
    _text("reason", nullable=True),
    _primary("tenant"),
)
"""Where the log of a tenant begins: the whole tenant at that version, compressed."""

# ---- what belongs to a user -----------------------------------------------------------------------------------------

passwords = Table(
    "agentprov_passwords",
    metadata,
    _key("tenant"),
    _key("user"),
    _text("document"),
    _primary("tenant", "user"),
)

codes = Table(
    "agentprov_codes",
    metadata,
    _key("tenant"),
    _key("user"),
    _key("purpose"),
    _text("document"),
    _primary("tenant", "user", "purpose"),
)

tokens = Table(
    "agentprov_tokens",
    metadata,
    _key("tenant"),
    _key("digest"),
    _key("user"),
    _text("document"),
    _primary("tenant", "digest"),
    Index("agentprov_tokens_user", "tenant", "user"),
)

presence = Table(
    "agentprov_presence",
    metadata,
    _key("tenant"),
    _key("user"),
    _whole("queues"),
    _text("document"),
    _primary("tenant", "user"),
)
"""``queues`` is how many queues the user is logged on to."""

# ---- calls ----------------------------------------------------------------------------------------------------------

sticky = Table(
    "agentprov_sticky",
    metadata,
    _key("tenant"),
    _key("caller"),
    _key("place"),
    _key("user"),
    _whole("at"),
    _whole("until"),
    _primary("tenant", "caller", "place"),
    Index("agentprov_sticky_user", "tenant", "user"),
    Index("agentprov_sticky_until", "tenant", "until"),
)
"""Who served a caller last at a place: the number or department, as text that tells its kind. The instants are in
seconds."""

rotation = Table(
    "agentprov_rotation",
    metadata,
    _key("tenant"),
    _key("department"),
    _key("user"),
    _primary("tenant", "department"),
    Index("agentprov_rotation_user", "tenant", "user"),
    sqlite_with_rowid=False,
)
"""Whom each department offered a call last."""

# ---- what isn't a change --------------------------------------------------------------------------------------------

notes = Table(
    "agentprov_notes",
    metadata,
    _key("tenant"),
    _key("key"),
    _whole("at"),
    Column("actor", _KEY),
    _text("document"),
    _primary("tenant", "key"),
    Index("agentprov_notes_at", "tenant", "at", "key"),
    Index("agentprov_notes_actor", "tenant", "actor", "at", "key"),
)

note_objects = Table(
    "agentprov_note_objects",
    metadata,
    _key("tenant"),
    _key("kind"),
    _key("id"),
    _whole("at"),
    _key("key"),
    _primary("tenant", "kind", "id", "at", "key"),
    sqlite_with_rowid=False,
)
"""Which notes are about an object."""

OF_USERS = (passwords, codes, tokens, presence, sticky, rotation)
"""The tables whose rows go with the user they belong to."""

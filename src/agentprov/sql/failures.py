"""What a driver's exception means to a host: ``Unavailable`` or ``BrokenStore``, and whether to try again (ST-2).

Nothing of the driver's text is passed on: it can quote what was to be stored.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

import attrs
from sqlalchemy import exc

from agentprov.errors import AgentprovError, BrokenStore, Code, Unavailable


class Again(Enum):
    """Whether the same work may be done again without asking anybody."""

    ALWAYS = "always"
    """Certainly nothing was stored: the database itself undid it."""
    BEFORE_COMMIT = "before-commit"
    """Nothing was stored, unless the answer to the commit was lost."""
    NEVER = "never"


@attrs.frozen
class Failure:
    """What happened, and whether to try again."""

    error: AgentprovError
    again: Again


_STATES: Final = {
    "22021": Code.STORE_ENCODING,
    "22P05": Code.STORE_ENCODING,
    "23505": Code.STORE_CORRUPTED,
    "25006": Code.STORE_READ_ONLY,
    "28000": Code.STORE_REFUSED,
    "28P01": Code.STORE_REFUSED,
    "3D000": Code.STORE_REFUSED,
    "3F000": Code.STORE_NOT_PERMITTED,
    "40001": Code.STORE_BUSY,
    "40P01": Code.STORE_BUSY,
    "42501": Code.STORE_NOT_PERMITTED,
    "42703": Code.STORE_SCHEMA_OLDER,
    "42P01": Code.STORE_SCHEMA_MISSING,
    "42P07": Code.STORE_BUSY,
    "53100": Code.STORE_FULL,
    "53300": Code.STORE_BUSY,
    "55P03": Code.STORE_BUSY,
    "57014": Code.STORE_BUSY,
    "XX001": Code.STORE_CORRUPTED,
    "XX002": Code.STORE_CORRUPTED,
    "option": Code.STORE_REFUSED,
    "tls": Code.STORE_REFUSED,
}
"""By PostgreSQL's SQLSTATE, and by a word where no server was asked."""

_AT_THE_DOOR: Final = (
    ("password authentication failed|no password supplied", "28P01"),
    ("authentication failed|no pg_hba.conf entry|not permitted to log in|role .* does not exist", "28000"),
    ("database .* does not exist", "3D000"),
    ("permission denied for database", "42501"),
    ("server does not support SSL|certificate verify failed|root certificate file", "tls"),
    ("invalid connection option", "option"),
    ("too many clients|remaining connection slots|too many connections", "53300"),
)
"""By what PostgreSQL says in English while a connection is made: the driver hands on no SQLSTATE then. A server that
speaks another language is unavailable instead."""

_REASONS: Final = {
    "28000": "this account may not come in",
    "28P01": "user or password is wrong",
    "3D000": "there is no such database",
    "SQLITE_CANTOPEN": "the file can't be opened",
    "option": "an option of the address isn't known",
    "tls": "TLS isn't as the address asks for it",
}

_NAMES: Final = {
    "SQLITE_BUSY": Code.STORE_BUSY,
    "SQLITE_CANTOPEN": Code.STORE_REFUSED,
    "SQLITE_CONSTRAINT": Code.STORE_CORRUPTED,
    "SQLITE_CORRUPT": Code.STORE_CORRUPTED,
    "SQLITE_FULL": Code.STORE_FULL,
    "SQLITE_LOCKED": Code.STORE_BUSY,
    "SQLITE_NOTADB": Code.STORE_CORRUPTED,
    "SQLITE_PERM": Code.STORE_READ_ONLY,
    "SQLITE_READONLY": Code.STORE_READ_ONLY,
}
"""By the first two words of SQLite's extended codes."""

_REPEATED: Final = frozenset({"23505", "40001", "40P01", "42P07", "SQLITE_CONSTRAINT"})
"""Somebody else was first. Doing it again finds what they did; a unique value that is still taken then has no owner,
and the store is damaged."""

_PASSING: Final = frozenset({Code.STORE_UNAVAILABLE, Code.STORE_BUSY, Code.STORE_REFUSED})
"""What the same connection may get later. A refused one is of these: a password is changed at the server and at its
clients, never at one moment, and whoever follows a store has to wait between attempts."""


def failure_of(error: BaseException) -> Failure:
    """What an exception of SQLAlchemy or of a driver means."""
    if isinstance(error, exc.TimeoutError):  # no connection of the pool came free
        return Failure(Unavailable.of(Code.STORE_BUSY), Again.NEVER)
    cause = error.orig if isinstance(error, exc.DBAPIError) and error.orig is not None else error
    lost = isinstance(error, exc.DBAPIError) and error.connection_invalidated
    state = _state(cause) or ("" if lost else _refused(cause))
    code = _STATES.get(state) or _NAMES.get(state) or Code.STORE_UNAVAILABLE
    if state == "SQLITE_ERROR":
        code = _missing(cause)
    elif str(cause).startswith("Could not decode to UTF-8"):  # Python itself says so, without a code
        code = Code.STORE_CORRUPTED
    kind = Unavailable if code in _PASSING else BrokenStore
    parameters = {"value": _REASONS.get(state) or state or type(cause).__name__}
    if code is Code.STORE_SCHEMA_OLDER:
        parameters = {"value": "another version's", "expected": "this version's"}
    return Failure(kind.of(code, **parameters), _again(error, state, lost=lost))


def _state(cause: BaseException) -> str:
    """The SQLSTATE of PostgreSQL, or the first two words of SQLite's code; empty, where the driver gives none."""
    if state := getattr(cause, "sqlstate", None):
        return str(state)
    return "_".join(str(getattr(cause, "sqlite_errorname", "") or "").split("_")[:2])


def _refused(cause: BaseException) -> str:
    """Why PostgreSQL made no connection, as a state; empty for anything else."""
    said = str(cause) if hasattr(cause, "sqlstate") else ""
    return next((state for words, state in _AT_THE_DOOR if re.search(words, said)), "")


def _missing(cause: BaseException) -> Code:
    """SQLite has one code for every statement that it can't understand, and says in words what is missing."""
    text = str(cause)
    if text.startswith("no such table"):
        return Code.STORE_SCHEMA_MISSING
    return Code.STORE_SCHEMA_OLDER if "column" in text else Code.STORE_UNAVAILABLE


def _again(error: BaseException, state: str, *, lost: bool) -> Again:
    # Without a statement: while a connection was set up. SQLite doesn't wait then, where others are making the new file
    # what it has to be, too.
    connecting = not isinstance(error, exc.DBAPIError) or error.statement is None
    if state in _REPEATED:
        return Again.ALWAYS
    passing = lost or state.startswith(("08", "57P")) or (state == "SQLITE_BUSY" and connecting)
    return Again.BEFORE_COMMIT if passing else Again.NEVER

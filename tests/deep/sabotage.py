"""Stores from which something is taken away that they rely on: each must be found out by the races or the kills.

A test that never fails proves nothing. These are the controls: what the tests look for happens, and they must see it.
"""

from __future__ import annotations

import re
import time
from typing import Any, Final

from sqlalchemy import Engine, event

_GUARD: Final = re.compile(r"(UPDATE agentprov_tenants SET version=.*)AND agentprov_tenants\.version = (\S+)")

NO_SECOND_GUARD: Final = ("ALTER TABLE agentprov_log DROP CONSTRAINT agentprov_log_pkey",)
"""What a database must lose too, for a missing version test to be seen: two entries can't have one version."""
NO_UNIQUE_INDEX: Final = ("ALTER TABLE agentprov_unique_values DROP CONSTRAINT agentprov_unique_values_pkey",)


def without_version_test(engine: Engine) -> None:
    """A commit moves the guard from wherever it stands."""

    def rewrite(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> tuple[str, Any]:
        return _GUARD.sub(r"\1AND \2 IS NOT NULL", statement), parameters

    event.listen(engine, "before_cursor_execute", rewrite, retval=True)


def asynchronous(engine: Engine) -> None:
    """A commit doesn't wait for the disk; said after the store has checked that it does."""

    def relax(connection: Any, _record: Any) -> None:
        connection.execute("SET synchronous_commit TO off")
        connection.commit()

    event.listen(engine, "connect", relax)


def log_apart(engine: Engine) -> None:
    """The log's entry is written in a second transaction."""

    def part(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT INTO agentprov_log "):
            connection.connection.dbapi_connection.commit()
            time.sleep(0.002)

    event.listen(engine, "before_cursor_execute", part)

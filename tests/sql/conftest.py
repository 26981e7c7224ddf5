"""Databases with tables, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from agentprov.sql import Runner, open_engine, upgrade


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    """An engine on an empty database that has its tables."""
    opened = open_engine(database)
    Runner(opened).write(upgrade)
    yield opened
    opened.dispose()

"""Databases with tables, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from agentprov.sql import Runner, open_engine, upgrade
from tests.servers import Server


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    """An engine on an empty database that has its tables."""
    opened = open_engine(database)
    Runner(opened).write(upgrade)
    yield opened
    opened.dispose()


@pytest.fixture
def on_postgres(postgres: Server) -> Iterator[str]:
    """The name of a database of the server, with its tables."""
    name = postgres.new_database()
    opened = open_engine(postgres.url(name))
    Runner(opened).write(upgrade)
    opened.dispose()
    yield name
    postgres.drop_database(name)

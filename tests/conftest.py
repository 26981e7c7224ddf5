"""How hard Hypothesis tries, chosen with ``HYPOTHESIS_PROFILE=quick|ci|deep|smoke``, and the databases of tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:  # most tests need neither a server nor its driver
    from tests.servers import OwnServer, Server

EXAMPLES = 25
"""Of each property in minutes: most draw whole tenants. ``make deep`` tries 400 times as many."""

# No deadline anywhere: a test's time says more about the machine than about the code.
# "Too slow" is such a time too, so only the profile of daily work reports it.
settings.register_profile("quick", max_examples=EXAMPLES, deadline=None)
settings.register_profile(
    "ci", max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "deep", max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile(
    "smoke", max_examples=10, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "quick"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server, started when the first test asks for it."""
    from tests.servers import server, started

    with started(server) as running:
        yield running


@pytest.fixture(scope="module")
def durable_postgres() -> Iterator[OwnServer]:
    """A PostgreSQL server that waits for the disk, for the tests of one module to stop, restart and kill."""
    from tests.servers import OwnServer, started

    with started(lambda: OwnServer(durable=True)) as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL (SQLAlchemy's) of an empty database that this test has for itself: the test runs once for each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'agentprov.db'}"
        return
    server: Server = request.getfixturevalue("postgres")
    name = server.new_database()
    yield server.url(name)
    server.drop_database(name)

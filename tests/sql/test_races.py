"""Sessions that race for one tenant: what must not both happen doesn't, whoever is first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agentprov.repositories import Store
from tests.databases import prepared
from tests.deep.races import RACES, ROUTES, run, three
from tests.deep.sabotage import NO_SECOND_GUARD, NO_UNIQUE_INDEX, without_version_test
from tests.servers import Server

# `make races` makes a thousand.
TRIALS = {"read committed": 50, "serializable": 8, "sqlite": 8}
Stores = tuple[Store, Store, Store]


@pytest.fixture(scope="module", params=ROUTES)
def route(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Stores]]:
    """A way to keep sessions apart, and three stores that go it."""
    name: str = request.param
    if name == "sqlite":
        folder: Path = tmp_path_factory.mktemp("races")
        with three(prepared(f"sqlite:///{folder / 'races.db'}")) as stores:
            yield name, stores
        return
    server: Server = request.getfixturevalue("postgres")
    database = server.new_database()
    with three(prepared(server.url(database)), serializable=name == "serializable") as stores:
        yield name, stores
    server.drop_database(database)


@pytest.mark.parametrize("race", RACES)
def test_of_two_sessions_one_is_first(route: tuple[str, Stores], race: str) -> None:
    """ST-2, LC-2, AC-5, CR-2: no two logins alike, no lost update, no last admin gone, no code used twice."""
    name, (one, two, judge) = route
    tally = run(RACES[race], (one, two), judge, TRIALS[name])
    assert (TRIALS[name], 0, {}) == (tally.trials, tally.broken, dict(tally.examples))


@pytest.mark.parametrize(
    ("race", "without"),
    [("lost update", NO_SECOND_GUARD), ("same login", NO_SECOND_GUARD + NO_UNIQUE_INDEX)],
)
def test_a_store_without_its_guards_is_found_out(postgres: Server, race: str, without: tuple[str, ...]) -> None:
    """ST-6: the control: where a commit doesn't test the version, and the indexes are gone, the races are lost."""
    database = postgres.new_database()
    url = prepared(postgres.url(database))
    for statement in without:
        postgres.execute(statement, database)
    with three(url, sabotage=without_version_test) as (one, two, judge):
        tally = run(RACES[race], (one, two), judge, 30)
    postgres.drop_database(database)
    assert 0 < tally.broken

"""Workers, connections and servers that are killed: nothing acknowledged is lost, nothing is there by halves."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.databases import prepared
from tests.deep.kills import a_client, kill_in, run
from tests.deep.sabotage import asynchronous, log_apart
from tests.servers import OwnServer


@pytest.mark.parametrize(("killed", "kills"), [("client", 16), ("connection", 12), ("backend", 3), ("server", 2)])
def test_nothing_is_lost_on_postgresql(durable_postgres: OwnServer, killed: str, kills: int) -> None:
    """ST-2: whatever is killed, what was acknowledged is stored; what wasn't is stored once when sent again."""
    outcome = kill_in(killed, durable_postgres, kills)
    assert outcome.fine, outcome
    assert kills <= outcome.acknowledged


def test_nothing_is_lost_on_sqlite(tmp_path: Path) -> None:
    """ST-2: the same of processes that share a file."""
    outcome = run(prepared(f"sqlite:///{tmp_path / 'kills.db'}"), a_client, 16)
    assert outcome.fine, outcome
    assert outcome.acknowledged


def test_a_log_that_is_written_apart_is_found_out(durable_postgres: OwnServer) -> None:
    """ST-5, ST-6: the control: with its entry in a second transaction a killed worker leaves a half behind."""
    outcome = kill_in("client", durable_postgres, 40, sabotage=log_apart)
    assert outcome.halves, outcome


def test_commits_that_do_not_wait_are_found_out(durable_postgres: OwnServer) -> None:
    """ST-6: the control: where a commit doesn't wait for the disk, a server that stops loses what it acknowledged."""
    outcomes = (kill_in("server", durable_postgres, 3, sabotage=asynchronous) for _ in range(10))
    assert any(outcome.lost for outcome in outcomes)

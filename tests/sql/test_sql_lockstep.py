"""A store in tables and the dictionaries, side by side (P80)."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from agentprov.repositories import Store
from agentprov.sql import SqlStore, open_store
from agentprov.testing.lockstep import StoreMachine
from tests.servers import Server

EXAMPLES = 1_000 if os.environ.get("HYPOTHESIS_PROFILE") == "deep" else 6
"""Each takes about a second: every step reads all that is stored."""


def compare(address: Callable[[], str], *, copies: int) -> None:
    """Run the machine with stores in databases at these addresses."""
    with ExitStack() as closing:

        class Machine(StoreMachine):
            def store(self) -> Store:
                closing.close()  # the one of the example before
                opened: SqlStore = closing.enter_context(open_store(address(), upgrade=True, copies=copies))
                return opened

        run_state_machine_as_test(Machine, settings=settings(max_examples=EXAMPLES, stateful_step_count=25))


@pytest.mark.parametrize("copies", [0, 8])
def test_sqlite_answers_as_the_dictionaries_do(tmp_path: Path, copies: int) -> None:
    """P80: every answer, every error and all that is stored is equal, with tenants at hand and without."""
    files = iter(range(1_000_000))
    compare(lambda: f"sqlite:///{tmp_path / str(next(files))}.db", copies=copies)


@pytest.mark.parametrize("copies", [0, 8])
def test_postgresql_answers_as_the_dictionaries_do(postgres: Server, copies: int) -> None:
    """P80: and so it is on PostgreSQL."""
    made: list[str] = []

    def address() -> str:
        made.append(postgres.new_database())
        return postgres.url(made[-1])

    try:
        compare(address, copies=copies)
    finally:
        for name in made:
            postgres.drop_database(name)

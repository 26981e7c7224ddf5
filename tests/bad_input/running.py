"""What must hold of every row, beside its own answer: nothing lost, nothing shown, one line for one problem."""

from __future__ import annotations

import logging
import pickle

import attrs

from agentprov.codec import dumps, loads
from agentprov.errors import AgentprovError, Problem
from agentprov.model.secret import Secret
from tests.bad_input.rows import ANYTHING, Fault, Row
from tests.bad_input.showing import locals_of_library, logged, of_change, of_error
from tests.bad_input.world import CANARY, World, a_world, written

SHORTEST_SECRET = 6
"""A shorter password may occur anywhere by chance."""


@attrs.frozen(kw_only=True)
class Outcome:
    """What came of a row: what it gave, or the error."""

    gave: object
    error: AgentprovError | None

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The problems, each with where it is."""
        return () if self.error is None else tuple((each.where, each.code) for each in self.error.problems)


def attempt(row: Row, world: World) -> Outcome:
    """Do what the row says. Any exception outside the family goes on, and fails the test."""
    try:
        return Outcome(gave=row.act(world), error=None)
    except AgentprovError as error:
        return Outcome(gave=None, error=error)


def run(row: Row) -> None:
    """Do what the row says in a world of its own, and check everything."""
    world = a_world(row.plan)
    before, tenant = world.state(), world.tenant
    with logged() as log:
        outcome = attempt(row, world)
    assert row.faults == outcome.faults
    assert "" == log.getvalue(), "the library logs nothing itself"
    if outcome.error is None:
        check_accepted(row, outcome, world)
    else:
        assert before == world.state(), "nothing is lost, and nothing is left behind"
        assert written(row.plan) == dumps(tenant), "and the tenant is the same to the byte"
        check_error(outcome.error, secrets=(CANARY, row.secret))
        if row.secret is None or isinstance(row.value, Secret):
            # A host that gives a password as plain text passes it through its own variables and the library's.
            unseen(list(locals_of_library(outcome.error)), secrets=(CANARY, row.secret))


def check_accepted(row: Row, outcome: Outcome, world: World) -> None:
    """What an accepted input leaves behind: what the row says, in a tenant that is read back as it was written."""
    if row.gives is not ANYTHING:
        assert row.gives == outcome.gave
    assert row.warnings == tuple((each.where, each.code) for change in world.changes for each in change.warnings)
    assert world.tenant == loads(dumps(world.tenant))
    for change in world.changes:
        for line in change.describe():
            assert [line] == line.splitlines()
        unseen(list(of_change(change)), secrets=(CANARY, row.secret))


def check_error(error: AgentprovError, *, secrets: tuple[str | None, ...]) -> None:
    """An error travels, shows no secret, and is one line of a log for each problem (ER-1, CR-7, B154)."""
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  our own bytes
    assert (type(error), error.problems, str(error)) == (type(again), again.problems, str(again))
    unseen(list(of_error(error)), secrets=secrets)
    assert [str(problem) for problem in error.problems] == str(error).splitlines()
    for problem in error.problems:
        check_lines(problem)


def check_lines(problem: Problem) -> None:
    """One record of a log is one line, whatever the input was."""
    with logged() as log:
        logging.getLogger("host").warning("refused: %s", problem)
    assert [f"refused: {problem}\n"] == log.getvalue().splitlines(keepends=True)
    assert str(problem).isprintable()


def unseen(texts: list[str], *, secrets: tuple[str | None, ...]) -> None:
    """No text has a secret in it."""
    for secret in secrets:
        if secret is not None and len(secret) >= SHORTEST_SECRET:
            assert [] == [text[:200] for text in texts if secret in text]

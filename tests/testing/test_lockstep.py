"""The machine of stores finds nothing in dictionaries behind coroutines, and the faults of broken stores."""

from __future__ import annotations

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from agentprov.memory import MemoryStore, MemoryTenants
from agentprov.repositories import Store
from agentprov.repositories.asynchronous import in_threads
from agentprov.testing.contracts import blocking
from agentprov.testing.lockstep import STEPS, StoreMachine
from tests.testing import broken_stores as stores
from tests.testing import broken_tenants as tenants
from tests.testing.broken_stores import lingering


class Later(StoreMachine):
    """P80: a store of coroutines gives the answers and the errors of one that answers at once."""

    def store(self) -> Store:
        """An empty one."""
        return blocking(in_threads(MemoryStore()))


TestLater = Later.TestCase
TestLater.settings = settings(max_examples=8, stateful_step_count=25)


def with_tenants(broken: type[MemoryTenants]) -> type[MemoryStore]:
    """A store whose tenants are kept by a broken adapter."""

    class Broken(MemoryStore):
        def __init__(self) -> None:
            super().__init__()
            self.tenants = broken(self.tenants._lock, check=self._check, then=self._follow)  # noqa: SLF001
            self.presence._knows = self.tenants.knows  # noqa: SLF001

    Broken.__name__ = broken.__name__
    return Broken


@pytest.mark.parametrize(
    "broken",
    [
        with_tenants(tenants.Forgetful),
        with_tenants(tenants.Halfway),
        with_tenants(tenants.CaseBlind),
        with_tenants(tenants.Rehashing),
        with_tenants(tenants.Leaky),
        with_tenants(tenants.Founderless),
        with_tenants(tenants.Hoarding),
        with_tenants(tenants.ByTheClock),
        with_tenants(tenants.ById),
        lingering("presence"),
        stores.Moving,
        stores.Unknowing,
        stores.Wide,
    ],
    ids=lambda broken: str(broken.__name__),
)
def test_the_machine_sees_a_broken_store(broken: type[MemoryStore]) -> None:
    """P80: a store that is wrong in one way is told apart from the dictionaries, without being told how."""

    class Machine(StoreMachine):
        def store(self) -> Store:
            return broken()

    tries = settings(max_examples=400, derandomize=True, database=None, phases=[Phase.generate], stateful_step_count=40)
    with pytest.raises(AssertionError, match="expected"):
        run_state_machine_as_test(Machine, settings=tries)


def test_an_exemption_names_a_step_and_a_reason() -> None:
    """ST-6: a name that is no step is an error, and so is a reason that says nothing."""
    for exempt in ({"folding": "why"}, {"fold": " "}):
        with pytest.raises(TypeError, match="is exempt from"):
            type("Mine", (StoreMachine,), {"EXEMPT": exempt})
    assert {"create", "commit", "repeat", "fold", "put_presence", "look"} <= STEPS


def test_an_exempt_step_is_never_done() -> None:
    """ST-6: an adapter that doesn't fold passes without that step."""

    class Foldless(MemoryTenants):
        def fold(self, tenant: object, version: int) -> None:
            raise NotImplementedError

    class Machine(StoreMachine):
        EXEMPT = {"fold": "the log is kept for ever"}  # noqa: RUF012  as an author writes it

        def store(self) -> Store:
            return with_tenants(Foldless)()

    run_state_machine_as_test(Machine, settings=settings(max_examples=10))

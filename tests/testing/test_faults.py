"""A store fails exactly where it is told to, and nowhere else (P79)."""

from __future__ import annotations

import pytest

from agentprov.memory import MemoryTenants
from agentprov.model.ids import UserId
from agentprov.testing.contracts.samples import AT, a_creation, a_tenant
from agentprov.testing.faults import Faults, failing


def test_it_fails_at_the_nth_call_and_once() -> None:
    """P79: the calls before it and after it are as ever."""
    faults = Faults()
    store = failing(MemoryTenants(), faults)
    tenant = a_tenant()
    store.create(tenant, at=AT)
    faults.arm(2, done=False, error=TimeoutError("too slow"))
    assert tenant == store.load(tenant.id)
    with pytest.raises(TimeoutError, match="too slow"):
        store.load(tenant.id)
    assert tenant == store.load(tenant.id)
    assert (4, 1) == (faults.calls, faults.struck)


@pytest.mark.parametrize("done", [False, True])
def test_the_state_is_the_one_before_or_the_one_after(done: bool) -> None:
    """P79, ST-2: a commit that fails did nothing or everything, and tried again with its key it is done once."""
    faults, inner = Faults(), MemoryTenants()
    store = failing(inner, faults)
    tenant = a_tenant()
    store.create(tenant, at=AT)
    change = a_creation(tenant, "ravi")
    faults.arm(done=done)
    with pytest.raises(ConnectionError):
        store.commit(change, at=AT, key="key-1")
    assert done == (UserId("u-ravi") in inner.load(tenant.id).users)
    assert change.apply(tenant) == store.commit(change, at=AT, key="key-1") == inner.load(tenant.id)


def test_it_can_be_called_off() -> None:
    """P79: what is disarmed doesn't fail."""
    faults = Faults()
    store = failing(MemoryTenants(), faults)
    faults.arm(done=False)
    faults.disarm()
    store.create(a_tenant(), at=AT)
    assert 0 == faults.struck


def test_what_isnt_there_isnt_there() -> None:
    """P79: the store has no more methods than it had."""
    with pytest.raises(AttributeError):
        failing(MemoryTenants(), Faults()).forget  # type: ignore[attr-defined]  # noqa: B018

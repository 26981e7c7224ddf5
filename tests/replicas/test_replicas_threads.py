"""Threads decide with replicas while versions are committed, here and elsewhere (PF-15, ST-3).

The tenant of version `n` follows a rule that a person can reckon, and so do its answers; nothing expected comes from
the engine. The interpreter is told to switch threads often.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from threading import Event
from typing import Final

import attrs
import pytest

from agentprov.engine.access import Access
from agentprov.memory import MemoryTenants
from agentprov.model.changes import Change, Edit
from agentprov.model.ids import RoleId, TenantId, UserId
from agentprov.model.references import Item, Kind
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status
from agentprov.replicas import Follower, Replicas
from agentprov.testing.contracts.samples import race
from tests.engine.companies import company, grant, role, user
from tests.replicas.stores_that_tell import AT

READERS: Final = 4
VERSIONS: Final = 1_000


def company_of(number: int) -> Tenant:
    """Asha may edit everybody in even versions, as a lead; every third Ravi may see them; every fifth Omar may."""
    return attrs.evolve(
        company(
            user("u-asha", roles=["lead"] if number % 2 == 0 else []),
            user("u-ravi", *([grant("user:view")] if number % 3 == 0 else [])),
            user("u-omar", grant("user:view"), status=Status.ACTIVE if number % 5 == 0 else Status.DISABLED),
            role("lead", grant("user:edit")),
        ),
        version=number,
    )


def expected_of(number: int) -> tuple[bool, ...]:
    """Whether Asha may edit, Ravi may see, Omar may see."""
    return number % 2 == 0, number % 3 == 0, number % 5 == 0


def answers(access: Access) -> tuple[bool, ...]:
    """The same, asked."""
    questions = (("u-asha", "user:edit"), ("u-ravi", "user:view"), ("u-omar", "user:view"))
    return tuple(access.allows(actor, permission, "u-ravi") for actor, permission in questions)


def step(before: Tenant, after: Tenant) -> Change:
    """The change from one version to the next."""
    changed: list[tuple[Item, Item]] = [
        (before.users[id_], after.users[id_]) for id_ in before.users if before.users[id_] != after.users[id_]
    ]
    edits = [Edit(kind=Kind.USERS, id=one.id, before=one, after=other) for one, other in changed]  # type: ignore[union-attr]
    return Change(tenant=before.id, base=before.version, edits=edits)


@pytest.fixture(autouse=True)
def _hurried() -> Iterator[None]:
    """Threads that take turns every hundred microseconds instead of every five milliseconds."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.parametrize("here", [True, False], ids=["committed here", "committed elsewhere"])
def test_every_answer_is_of_one_version(*, here: bool) -> None:
    """PF-15, P12: four threads ask while a thousand versions come; each answer is of its version, none goes back."""
    tenants = [company_of(number) for number in range(1, VERSIONS + 1)]
    assert expected_of(6) == answers(Access(tenants[5]))
    store = MemoryTenants()
    store.create(tenants[0], at=AT)
    replicas = Replicas(store)
    over = Event()
    id_ = tenants[0].id

    def read() -> set[int]:
        seen, last = set(), 0
        while True:
            last_round = over.wait(0.0002)
            access = replicas.compiled(id_, Access)
            number = access.tenant.version
            assert expected_of(number) == answers(access)
            assert last <= number
            last = number
            seen.add(number)
            if last_round:
                return seen

    def write() -> None:
        try:
            for before, after in pairwise(tenants):
                latest = store.commit(step(before, after), at=AT)
                if here:
                    replicas.accept(latest)
                    assert replicas.compiled(id_, Access).tenant.version >= latest.version
        finally:
            if not here:
                replicas.catch_up()
            over.set()

    with Follower(replicas, every=0.001):
        _, *readers = race([write, *[read] * READERS])
    for seen in readers:
        assert isinstance(seen, set), seen
        assert len(seen) > 1
        assert VERSIONS in seen
    assert tenants[-1] == replicas.held(id_)


def test_two_who_are_held_by_many_threads_beyond_the_bound() -> None:
    """ST-3: threads that ask for more tenants than may be held get the right ones, and the bound is kept at the end."""
    store = MemoryTenants()
    tenants = [attrs.evolve(company_of(number), id=TenantId(f"t-{number}")) for number in range(1, 9)]
    for tenant in tenants:
        store.create(tenant, at=AT)
    size = sum(len(tenants[0].table(kind)) for kind in Kind)
    replicas = Replicas(store, most_objects=3 * size)

    def ask(first: int) -> int:
        for number in range(first, first + 200):
            tenant = tenants[number % len(tenants)]
            assert tenant == replicas.get(tenant.id)
            if number % 7 == 0:
                replicas.catch_up()
        return first

    assert list(range(READERS)) == race([partial(ask, first) for first in range(READERS)])
    assert len(replicas.status()) == 3


def test_who_is_let_go_is_a_lead_no_longer() -> None:
    """P12: after a revoking commit in this process no thread is allowed what was revoked."""
    tenants = [company_of(number) for number in (2, 3)]
    store = MemoryTenants()
    store.create(tenants[0], at=AT)
    replicas = Replicas(store)
    id_ = tenants[0].id
    assert replicas.compiled(id_, Access).allows("u-asha", "user:edit", "u-ravi")
    assert tenants[0].users[UserId("u-asha")].roles == {RoleId("lead")}
    replicas.accept(store.commit(step(*tenants), at=AT))
    refused = race([lambda: replicas.compiled(id_, Access).allows("u-asha", "user:edit", "u-ravi")] * READERS)
    assert [False] * READERS == refused

"""Commands that are done once for their key, made again when others were first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from agentprov.errors import Code, Conflict, Refused
from agentprov.memory import MemoryAudit, MemoryTenants
from agentprov.model.changes import Change
from agentprov.model.ids import TenantId, UserId
from agentprov.model.secret import Secret
from agentprov.model.tenant import Tenant
from agentprov.repositories import AuditQuery, Performed, perform, perform_async, request_digest
from agentprov.repositories.asynchronous import in_threads
from agentprov.testing.contracts.samples import AT, a_creation, a_renaming, a_tenant, race
from agentprov.testing.faults import Faults, failing

ACME = TenantId("t-acme")
Perform = Callable[..., Performed]


def with_coroutines(tenants: MemoryTenants, *given: Any, audit: MemoryAudit | None = None, **named: Any) -> Performed:
    """The command, with coroutines of the same store."""
    later = None if audit is None else in_threads(audit)
    return asyncio.run(perform_async(in_threads(tenants), *given, audit=later, **named))


@pytest.fixture(params=[perform, with_coroutines], ids=["at once", "with coroutines"])
def do(request: pytest.FixtureRequest) -> Perform:
    """Performs a command, in either way."""
    found: Perform = request.param
    return found


class Overtaken(MemoryTenants):
    """A store in which somebody else commits just before the first commits do."""

    def __init__(self, *others: str) -> None:
        super().__init__()
        self.others = list(others)

    def commit(self, change: Change, **given: Any) -> Tenant:
        """Create another user first, for a while."""
        if self.others:
            login = self.others.pop()
            super().commit(a_creation(self.load(change.tenant), login, id_=f"u-other-{login}"), at=AT)
        return super().commit(change, **given)


def a_store(*others: str) -> Overtaken:
    """A store with the small tenant."""
    store = Overtaken(*others)
    store.create(a_tenant(), at=AT)
    return store


def create_ravi(tenant: Tenant) -> Change:
    """The change that creates Ravi, with something that is shown once."""
    return a_creation(tenant, "ravi", secret="purple otter climbs")


def test_a_command_is_done_once_and_answers_alike(do: Perform) -> None:
    """ST-2: sent again with its key it gives an equal answer, whatever happened since, and changes nothing."""
    store = a_store()
    first = do(store, ACME, create_ravi, at=AT, key="k-1", request={"login": "ravi"}, reason="she asked")
    store.commit(a_renaming(store.load(ACME), "Asha Rao"), at=AT)
    again = do(store, ACME, create_ravi, at=AT, key="k-1", request={"login": "ravi"})
    assert first == again
    assert (2, "k-1", "she asked") == (first.entry.version, first.entry.key, first.entry.reason)
    assert (2, 3) == (first.tenant.version, again.tenant.version)
    assert 2 == len(store.changes_since(ACME, 1))


def test_what_is_shown_once_is_shown_once(do: Perform) -> None:
    """CR-2: the answer to a command that is sent again has no secrets."""
    store = a_store()
    first, again = (do(store, ACME, create_ravi, at=AT, key="k-1") for _ in range(2))
    assert {"password": Secret("purple otter climbs").reveal()} == {
        name: secret.reveal() for name, secret in first.secrets.items()
    }
    assert {} == dict(again.secrets)
    assert "otter" not in repr(first)


def test_a_key_belongs_to_one_request(do: Perform) -> None:
    """ST-2: with another request it is refused, and nothing is stored."""
    store = a_store()
    do(store, ACME, create_ravi, at=AT, key="k-1", request={"login": "ravi"})
    with pytest.raises(Conflict) as caught:
        do(store, ACME, lambda tenant: a_creation(tenant, "mina"), at=AT, key="k-1", request={"login": "mina"})
    assert (Code.IDEMPOTENCY_KEY_REUSED,) == caught.value.codes
    assert 2 == store.load(ACME).version


def test_a_command_is_made_again_when_others_were_first(do: Perform) -> None:
    """ST-2: on the latest version, as often as it takes."""
    store = a_store("tom", "mina")
    done = do(store, ACME, create_ravi, at=AT, key="k-1")
    assert 4 == done.entry.version == done.tenant.version
    assert {"u-asha", "u-ravi", "u-other-tom", "u-other-mina"} == set(store.load(ACME).users)


def test_what_somebody_took_meanwhile_is_told_by_the_command(do: Perform) -> None:
    """ST-2: the second time round it looks at what is true now, and its own words come through."""

    def unless_taken(tenant: Tenant) -> Change:
        if any(user.login == "ravi" for user in tenant.users.values()):
            raise Conflict.of(Code.LOGIN_TAKEN, "login", value="ravi")
        return create_ravi(tenant)

    store = a_store("ravi")
    with pytest.raises(Conflict) as caught:
        do(store, ACME, unless_taken, at=AT, key="k-1")
    assert (Code.LOGIN_TAKEN,) == caught.value.codes
    assert 2 == store.load(ACME).version


def test_a_command_gives_up_in_the_end(do: Perform) -> None:
    """ST-2: whoever is never first is told so, and nothing is stored."""
    store = a_store(*(f"other{number}" for number in range(100)))
    with pytest.raises(Conflict) as caught:
        do(store, ACME, create_ravi, at=AT, key="k-1")
    assert Code.CONFLICT_STALE in caught.value.codes
    assert UserId("u-ravi") not in store.load(ACME).users
    assert store.committed(ACME, "k-1") is None


def test_a_refusal_is_noted_once(do: Perform) -> None:
    """ST-5: who was refused what, when and why; sent again with its key it is the same note. Nothing else is stored."""

    def refuse(tenant: Tenant) -> Change:
        raise Refused.of(Code.PERMISSION_NOT_GRANTED, permission="user:edit", value=tenant.id)

    store, audit = a_store(), MemoryAudit()
    for _ in range(2):
        with pytest.raises(Refused):
            do(store, ACME, refuse, at=AT, key="k-1", audit=audit, action="user:edit", by=UserId("u-asha"))
    (noted,) = audit.notes(ACME, AuditQuery())
    assert ("user:edit", "u-asha", AT) == (noted.action, noted.actor, noted.at)
    assert (Code.PERMISSION_NOT_GRANTED,) == tuple(problem.code for problem in noted.problems)
    assert 1 == store.load(ACME).version
    with pytest.raises(Refused):
        do(store, ACME, refuse, at=AT, key="k-2")


def test_of_one_command_sent_many_times_at_once_one_is_done() -> None:
    """ST-2: all get the same answer, one of them with what is shown once."""
    store = a_store()
    outcomes = race([lambda: perform(store, ACME, create_ravi, at=AT, key="k-1")] * 8)
    answers = [outcome for outcome in outcomes if isinstance(outcome, Performed)]
    assert 8 == len(answers)
    assert all(answers[0] == answer for answer in answers)
    assert 1 == sum(len(answer.secrets) for answer in answers)
    assert 2 == store.load(ACME).version


def test_a_twin_that_was_first_answers_for_both(do: Perform) -> None:
    """ST-2: where the other of two equal commands was committed between looking and committing, its answer counts."""
    twin = a_creation(a_tenant(), "ravi", id_="u-twin")

    class Twinned(Overtaken):
        def commit(self, change: Change, **given: Any) -> Tenant:
            MemoryTenants.commit(self, twin, at=AT, key="k-1", request=request_digest(None))
            return super().commit(change, **given)

    store = Twinned()
    store.create(a_tenant(), at=AT)
    done = do(store, ACME, create_ravi, at=AT, key="k-1")
    assert twin == done.entry.change
    assert {} == dict(done.secrets)
    assert {"u-asha", "u-twin"} == set(done.tenant.users)


def test_an_answer_outlives_a_folded_log(do: Perform) -> None:
    """ST-2: even where the entry was folded away the moment after, the command that was done has its answer."""

    class Folding(Overtaken):
        def commit(self, change: Change, **given: Any) -> Tenant:
            after = super().commit(change, **given)
            self.fold(after.id, after.version)
            return after

    store = Folding()
    store.create(a_tenant(), at=AT)
    done = do(store, ACME, create_ravi, at=AT, key="k-1")
    assert create_ravi(a_tenant()) == done.entry.change
    assert 1 == len(done.secrets)


def test_the_digest_of_a_request_holds_no_secret() -> None:
    """P75: what is wrapped counts as the same whatever it is; what is no plain data is refused."""
    one, other = ({"password": Secret(text), "login": "a"} for text in ("first otter", "second otter"))
    assert request_digest(one) == request_digest(other)
    assert request_digest({"a": 1}) != request_digest({"a": 2})
    with pytest.raises(TypeError, match="plain data"):
        request_digest({"at": AT})


def test_every_fault_of_a_command_ends_before_or_after_it(do: Perform) -> None:
    """P79: whichever call of the store fails, before or after it was done, trying again comes to the same end."""
    expected = create_ravi(a_tenant()).apply(a_tenant())
    for nth in range(1, 5):
        for done in (False, True):
            inner, faults = a_store(), Faults()
            faults.arm(nth, done=done)
            try:
                do(failing(inner, faults), ACME, create_ravi, at=AT, key="k-1")
            except ConnectionError:
                assert inner.load(ACME) in (a_tenant(), expected)
            answer = do(failing(inner, faults), ACME, create_ravi, at=AT, key="k-1")
            assert expected == answer.tenant == inner.load(ACME)
            assert 1 == len(inner.changes_since(ACME, 1))

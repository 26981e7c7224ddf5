"""With a key a commit is done once."""

from __future__ import annotations

from functools import partial

import pytest

from agentprov.errors import Code, Conflict, InvalidValue
from agentprov.model.ids import TenantId
from agentprov.repositories import Committed
from agentprov.testing.contracts.samples import AT, RACERS, a_creation, a_renaming, a_tenant, race
from agentprov.testing.contracts.tenants.founding import TenantFounding


class TenantKeys(TenantFounding):
    """However often it is tried."""

    def test_a_retried_commit_applies_once(self) -> None:
        """ST-2: a commit that is tried again with its key changes nothing, and gives the tenant as it is now."""
        store, tenant = self.founded()
        change = a_creation(tenant, "ravi")
        first = store.commit(change, at=AT, key="k-1")
        assert first == store.commit(change, at=AT, key="k-1")
        second = store.commit(a_creation(first, "mina"), at=AT, key="k-2")
        assert second == store.commit(change, at=AT, key="k-1")
        assert 2 == len(store.changes_since(tenant.id, tenant.version))

    def test_a_key_belongs_to_one_change(self) -> None:
        """ST-2: a key that comes again with another change is refused, and nothing is stored."""
        store, tenant = self.founded()
        first = store.commit(a_creation(tenant, "ravi"), at=AT, key="k-1")
        with pytest.raises(Conflict) as caught:
            store.commit(a_creation(first, "mina"), at=AT, key="k-1")
        assert (Code.IDEMPOTENCY_KEY_REUSED,) == caught.value.codes
        assert first == store.load(tenant.id)

    def test_keys_are_compared_with_their_case(self) -> None:
        """ST-2: ``K-1`` is another key than ``k-1``."""
        store, tenant = self.founded()
        first = store.commit(a_creation(tenant, "ravi"), at=AT, key="k-1")
        assert tenant.version + 2 == store.commit(a_creation(first, "mina"), at=AT, key="K-1").version

    @pytest.mark.parametrize("key", ["", "a b", "k\n", "x" * 201, "\u00e9"])
    def test_what_is_no_key_is_refused(self, key: str) -> None:
        """ST-2: a key is 1 to 200 printable ASCII characters without a space, so that every store keeps it as it is."""
        store, tenant = self.founded()
        with pytest.raises(InvalidValue) as caught:
            store.commit(a_creation(tenant, "ravi"), at=AT, key=key)
        assert (Code.IDEMPOTENCY_KEY_INVALID,) == caught.value.codes
        assert tenant == store.load(tenant.id)

    def test_of_racing_retries_one_applies(self) -> None:
        """ST-2: the same commit tried many times at one moment, with one key, applies once and succeeds for all."""
        store, tenant = self.founded()
        change = a_creation(tenant, "ravi")
        outcomes = race([lambda: store.commit(change, at=AT, key="k-1")] * RACERS)
        expected = change.apply(tenant)
        assert [expected] * RACERS == outcomes
        assert 1 == len(store.changes_since(tenant.id, tenant.version))

    def test_a_key_belongs_to_one_request(self) -> None:
        """ST-2: made anew on a later version the change is another one, but the request is the same: it is done once.

        Another request with the key is refused, even where it comes to the same change.
        """
        store, tenant = self.founded()
        change = a_creation(tenant, "ravi")
        first = store.commit(change, at=AT, key="k-1", request="r-1")
        assert first == store.commit(a_renaming(first, "New"), at=AT, key="k-1", request="r-1")
        with pytest.raises(Conflict) as caught:
            store.commit(change, at=AT, key="k-1", request="r-2")
        assert (Code.IDEMPOTENCY_KEY_REUSED,) == caught.value.codes
        assert first == store.load(tenant.id)

    @pytest.mark.parametrize(("first", "then"), [("r-1", None), (None, "r-1"), ("r-1", "R-1")])
    def test_a_key_with_a_request_is_not_one_without(self, first: str | None, then: str | None) -> None:
        """ST-2: a key that came for a request is no answer to the same change without one, nor the other way round."""
        store, tenant = self.founded()
        change = a_creation(tenant, "ravi")
        after = store.commit(change, at=AT, key="k-1", request=first)
        with pytest.raises(Conflict) as caught:
            store.commit(change, at=AT, key="k-1", request=then)
        assert (Code.IDEMPOTENCY_KEY_REUSED,) == caught.value.codes
        assert after == store.load(tenant.id)

    def test_secrets_are_no_part_of_what_a_key_belongs_to(self) -> None:
        """ST-2: they aren't stored, so a change that comes again with another generated password is the same one."""
        store, tenant = self.founded()
        first = store.commit(a_creation(tenant, "ravi", secret="purple otter climbs"), at=AT, key="k-1")
        assert first == store.commit(a_creation(tenant, "ravi", secret="green heron dives"), at=AT, key="k-1")

    def test_what_a_key_did_is_found_by_it(self) -> None:
        """ST-2: by that key, in that tenant; by another one, one of another case, or one that failed, nothing is."""
        store, tenant = self.founded()
        store.create(a_tenant("t-other"), at=AT)
        change = a_creation(tenant, "ravi")
        first = store.commit(change, at=AT, key="k-1", request="r-1", reason="new here")
        store.commit(a_creation(first, "mina"), at=AT)
        with pytest.raises(Conflict):
            store.commit(a_creation(tenant, "tom"), at=AT, key="k-2")
        expected = Committed(change=change, version=first.version, at=AT, key="k-1", request="r-1", reason="new here")
        assert expected == store.committed(tenant.id, "k-1")
        assert [None] * 3 == [store.committed(tenant.id, key) for key in ("K-1", "k-2", "r-1")]
        assert store.committed(TenantId("t-other"), "k-1") is None

    def test_what_is_no_request_is_refused(self) -> None:
        """ST-2: a request's digest is written like a key."""
        store, tenant = self.founded()
        with pytest.raises(InvalidValue) as caught:
            store.commit(a_creation(tenant, "ravi"), at=AT, key="k-1", request="r 1")
        assert (Code.IDEMPOTENCY_KEY_INVALID,) == caught.value.codes
        assert tenant == store.load(tenant.id)

    def test_of_racing_requests_with_one_key_one_applies(self) -> None:
        """ST-2: different requests that come with one key at one moment: one is done, the others learn of it."""
        store, tenant = self.founded()
        changes = [a_creation(tenant, f"racer{racer}") for racer in range(RACERS)]
        outcomes = race(
            [
                partial(store.commit, change, at=AT, key="k-1", request=f"r-{racer}")
                for racer, change in enumerate(changes)
            ]
        )
        losers = [outcome.codes for outcome in outcomes if isinstance(outcome, Conflict)]
        assert [(Code.IDEMPOTENCY_KEY_REUSED,)] * (RACERS - 1) == losers
        assert 1 == len(store.changes_since(tenant.id, tenant.version))

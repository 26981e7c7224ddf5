"""A commit is done whole or not at all."""

from __future__ import annotations

import attrs
import pytest

from agentprov.errors import AgentprovError, Code, Conflict, InvalidValue
from agentprov.model.changes import Change
from agentprov.model.ids import TenantId, UserId
from agentprov.repositories import TenantRepository
from agentprov.testing.contracts.samples import AT, a_change, a_creation, a_renaming, a_tenant, removing
from agentprov.testing.contracts.tenants.founding import TenantFounding


class TenantWholeness(TenantFounding):
    """After an error nothing is stored."""

    def test_a_failed_commit_leaves_nothing(self) -> None:
        """ST-2: a change whose outcome isn't whole stores no user, no version, no log entry and no key."""
        store, tenant = self.founded()
        fine = a_creation(tenant, "ravi").edits
        broken = attrs.evolve(
            a_creation(tenant, "asha", id_="u-double"), edits=[*fine, *a_creation(tenant, "asha", id_="u-x").edits]
        )
        with pytest.raises(InvalidValue):
            store.commit(broken, at=AT, key="k-1")
        assert tenant == store.load(tenant.id)
        assert () == store.changes_since(tenant.id, tenant.version)
        after = store.commit(a_creation(tenant, "mina"), at=AT, key="k-1")
        assert tenant.version + 1 == after.version

    def test_a_change_of_something_else_by_now_is_a_conflict(self) -> None:
        """ST-2: a change that says of an object what isn't so is refused even on the right version."""
        store, tenant = self.founded()
        edit = a_renaming(tenant, "New").edits[0]
        wrong = attrs.evolve(edit, before=attrs.evolve(tenant.users[UserId("u-asha")], name="Not so"))
        with pytest.raises(Conflict) as caught:
            store.commit(Change(tenant=tenant.id, base=tenant.version, edits=[wrong]), at=AT)
        assert (Code.CONFLICT_CHANGED,) == caught.value.codes
        assert tenant == store.load(tenant.id)

    def test_an_instant_without_offset_is_refused(self) -> None:
        """ST-2: a commit needs an instant, not a reading of some wall clock."""
        store, tenant = self.founded()
        with pytest.raises(InvalidValue) as caught:
            store.commit(a_creation(tenant, "ravi"), at=AT.replace(tzinfo=None))
        assert (Code.FIELD_NAIVE_INSTANT,) == caught.value.codes
        assert tenant == store.load(tenant.id)

    def test_what_others_refer_to_is_not_removed(self) -> None:
        """ST-2: a user who is a member of a department stays, with everything that came with the change."""
        store, tenant = self.founded()
        with pytest.raises(InvalidValue) as caught:
            store.commit(a_change(tenant, *a_creation(tenant, "ravi").edits, removing(tenant, "u-asha")), at=AT)
        assert Code.REFERENCE_MISSING in caught.value.codes
        assert tenant == store.load(tenant.id)
        assert () == store.changes_since(tenant.id, tenant.version)

    @pytest.mark.parametrize("reason", ["", " ", "a\x00b", "tab\tin it", "bell\a", "x" * 100_000, "\ud800"])
    def test_a_reason_that_nobody_can_read_is_refused(self, reason: str) -> None:
        """ST-5: neither a change nor a tenant is stored with it."""
        store, tenant = self.founded()
        with pytest.raises(InvalidValue):
            store.commit(a_creation(tenant, "ravi"), at=AT, reason=reason)
        with pytest.raises(InvalidValue):
            store.create(a_tenant("t-other"), at=AT, reason=reason)
        assert tenant == store.load(tenant.id)
        assert (tenant.id,) == store.tenant_ids()

    def test_a_tenant_is_not_created_at_no_instant(self) -> None:
        """ST-2: creating one needs an instant as well."""
        store = self.repository()
        with pytest.raises(InvalidValue) as caught:
            store.create(a_tenant(), at=AT.replace(tzinfo=None))
        assert (Code.FIELD_NAIVE_INSTANT,) == caught.value.codes
        assert () == store.tenant_ids()

    def test_every_refusal_leaves_all_as_it_was(self) -> None:
        """P82: after each way to be refused the tenant, its log, its founding and its keys are the same as before."""
        store, tenant = self.founded()
        first = store.commit(a_renaming(tenant, "First"), at=AT, key="k-1", request="r-1")
        refused: tuple[tuple[Change, dict[str, str]], ...] = (
            (a_renaming(tenant, "Stale"), {}),
            (a_creation(first, "asha", id_="u-double"), {}),
            (a_creation(first, "ravi"), {"key": "k-1", "request": "r-2"}),
            (a_creation(first, "ravi"), {"key": "k 2"}),
            (a_creation(first, "ravi"), {"reason": "\x00"}),
            (a_change(first, removing(first, "u-asha")), {}),
        )
        before = _all_of(store, tenant.id)
        for change, given in refused:
            with pytest.raises(AgentprovError):
                store.commit(change, at=AT, **{"key": "k-new", **given})
            assert before == _all_of(store, tenant.id)


def _all_of(store: TenantRepository, tenant: TenantId) -> tuple[object, ...]:
    """Everything that is kept of a tenant."""
    founding = store.founding(tenant)
    log = store.changes_since(tenant, founding.tenant.version)
    return store.load(tenant), founding, log, store.committed(tenant, "k-1"), store.committed(tenant, "k-new")

"""A log that is folded begins later, and nothing else changes."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from agentprov.errors import Code, Conflict, NotFound
from agentprov.model.ids import TenantId
from agentprov.model.tenant import Tenant
from agentprov.repositories import AuditQuery, TenantRepository
from agentprov.testing.contracts.samples import AT, a_creation, a_renaming
from agentprov.testing.contracts.tenants.founding import TenantFounding

_DAY = timedelta(days=1)


class TenantFolding(TenantFounding):
    """Older entries and their keys are gone."""

    def grown(self) -> tuple[TenantRepository, list[Tenant]]:
        """A store in which three users were created, a day apart, each with a key; and every version of the tenant."""
        store, tenant = self.founded()
        versions = [tenant]
        for day, login in enumerate(("ravi", "mina", "tom")):
            change = a_creation(versions[-1], login)
            versions.append(store.commit(change, at=AT + day * _DAY, key=f"k-{login}", request=f"r-{login}"))
        return store, versions

    def test_a_folded_log_begins_there(self) -> None:
        """ST-5: the founding is the tenant of that version, since when that was; the later entries are as they were."""
        store, versions = self.grown()
        entries = store.changes_since(versions[0].id, versions[2].version)
        store.fold(versions[0].id, versions[2].version)
        founding = store.founding(versions[0].id)
        assert versions[2] == founding.tenant
        assert AT + _DAY == founding.at
        assert entries == store.changes_since(versions[0].id, versions[2].version)
        assert entries == store.history(versions[0].id, AuditQuery())
        assert versions[3] == entries[0].change.apply(founding.tenant)

    def test_folding_leaves_the_tenant(self) -> None:
        """ST-5: it is as it was, and so is the way to it: commits go on from the same version."""
        store, versions = self.grown()
        for version in (versions[1].version, versions[3].version):
            store.fold(versions[0].id, version)
            assert versions[3] == store.load(versions[0].id)
        after = store.commit(a_renaming(versions[3], "New"), at=AT)
        assert versions[3].version + 1 == after.version
        assert after == store.load(versions[0].id)

    def test_followers_from_before_a_fold_load_anew(self) -> None:
        """ST-5: they aren't told "nothing happened", nor less than all that happened."""
        store, versions = self.grown()
        store.fold(versions[0].id, versions[2].version)
        for version in (versions[0].version, versions[1].version):
            with pytest.raises(NotFound) as caught:
                store.changes_since(versions[0].id, version)
            assert (Code.VERSION_UNKNOWN,) == caught.value.codes
        assert 1 == len(store.changes_since(versions[0].id, versions[2].version))

    def test_folding_again_does_nothing(self) -> None:
        """ST-5: nor does folding to where the log begins anyway, or below: that version is unknown."""
        store, versions = self.grown()
        tenant = versions[0].id
        begun = store.founding(tenant)
        store.fold(tenant, versions[0].version)
        assert begun == store.founding(tenant)
        store.fold(tenant, versions[1].version)
        before = store.founding(tenant), store.changes_since(tenant, versions[1].version)
        store.fold(tenant, versions[1].version)
        assert before == (store.founding(tenant), store.changes_since(tenant, versions[1].version))

    def test_a_log_is_folded_in_steps(self) -> None:
        """ST-5: to the latest version too, which leaves no entry; what comes then is the first one."""
        store, versions = self.grown()
        tenant = versions[0].id
        for version in versions[1:]:
            store.fold(tenant, version.version)
            assert version == store.founding(tenant).tenant
        assert () == store.changes_since(tenant, versions[3].version)
        after = store.commit(a_renaming(versions[3], "New"), at=AT)
        (entry,) = store.changes_since(tenant, versions[3].version)
        assert after == entry.change.apply(store.founding(tenant).tenant)

    @pytest.mark.parametrize("version", [-1, 0, 1, 5])
    def test_a_version_outside_the_log_is_not_folded_to(self, version: int) -> None:
        """ST-5: it is unknown, whether it was folded away or isn't there yet, and the log stays."""
        store, versions = self.grown()
        tenant = versions[0].id
        store.fold(tenant, versions[1].version)
        with pytest.raises(NotFound) as caught:
            store.fold(tenant, version)
        assert (Code.VERSION_UNKNOWN,) == caught.value.codes
        assert versions[1] == store.founding(tenant).tenant
        assert 2 == len(store.changes_since(tenant, versions[1].version))

    def test_keys_go_with_their_entries(self) -> None:
        """ST-2: a key that was folded away is found no more; what comes with it is stale, and isn't done again."""
        store, versions = self.grown()
        tenant = versions[0].id
        store.fold(tenant, versions[2].version)
        assert store.committed(tenant, "k-ravi") is None
        kept = store.committed(tenant, "k-tom")
        assert kept is not None
        assert versions[3].version == kept.version
        with pytest.raises(Conflict) as caught:
            store.commit(a_creation(versions[0], "ravi"), at=AT, key="k-ravi", request="r-ravi")
        assert (Code.CONFLICT_STALE, Code.LOGIN_TAKEN) == caught.value.codes
        assert versions[3] == store.load(tenant)
        assert versions[3] == store.commit(a_creation(versions[2], "tom"), at=AT, key="k-tom", request="r-tom")

    def test_folding_one_tenant_leaves_the_others(self) -> None:
        """ST-5: their logs and their keys, even the ones of the same name."""
        store, versions = self.grown()
        other = attrs.evolve(versions[0], id=TenantId("t-other"))
        store.create(other, at=AT)
        store.commit(a_creation(other, "ravi"), at=AT, key="k-ravi")
        store.fold(versions[0].id, versions[3].version)
        assert other == store.founding(other.id).tenant
        assert store.committed(other.id, "k-ravi") is not None
        assert 1 == len(store.changes_since(other.id, other.version))

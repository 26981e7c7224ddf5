"""The audit of changes: the log, as far as somebody asks."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from agentprov.model.changes import Edit, SettingsEdit
from agentprov.model.departments import Department
from agentprov.model.ids import DepartmentId, TenantId, UserId
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.repositories import AuditQuery, TenantRepository
from agentprov.testing.contracts.samples import AT, a_change, a_creation, a_renaming, a_tenant
from agentprov.testing.contracts.tenants.founding import TenantFounding

_HOUR = timedelta(hours=1)
ASHA, BEN = UserId("u-asha"), UserId("u-ben")


class TenantHistory(TenantFounding):
    """By object, actor and time."""

    def acted(self) -> tuple[TenantRepository, Tenant]:
        """A store in which five changes were made, an hour apart, and the first version."""
        store, tenant = self.founded()
        twin = Department(id=DepartmentId("u-asha"), name="Asha's")
        settings = attrs.evolve(tenant.settings, ring_budget=45)
        now = store.commit(attrs.evolve(a_creation(tenant, "ben"), actor=ASHA), at=AT)
        now = store.commit(attrs.evolve(a_renaming(now, "Two"), actor=BEN), at=AT + _HOUR)
        now = store.commit(
            a_change(now, Edit(kind=Kind.DEPARTMENTS, id=twin.id, after=twin), actor=ASHA), at=AT + 2 * _HOUR
        )
        now = store.commit(
            a_change(now, settings=SettingsEdit(before=tenant.settings, after=settings), actor=ASHA), at=AT + 3 * _HOUR
        )
        store.commit(a_renaming(now, "Five"), at=AT + 4 * _HOUR)
        return store, tenant

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            (AuditQuery(), [1, 2, 3, 4, 5]),
            (AuditQuery(about=(Kind.USERS, "u-asha")), [2, 5]),
            (AuditQuery(about=(Kind.DEPARTMENTS, "u-asha")), [3]),
            (AuditQuery(about=(Kind.USERS, "u-ben")), [1]),
            (AuditQuery(about=(Kind.USERS, "U-ASHA")), []),
            (AuditQuery(actor=ASHA), [1, 3, 4]),
            (AuditQuery(actor=UserId("U-ASHA")), []),
            (AuditQuery(actor=BEN, about=(Kind.USERS, "u-asha")), [2]),
            (AuditQuery(actor=ASHA, about=(Kind.USERS, "u-asha")), []),
            (AuditQuery(limit=2), [1, 2]),
            (AuditQuery(limit=2, newest=True), [4, 5]),
            (AuditQuery(newest=True), [1, 2, 3, 4, 5]),
            (AuditQuery(actor=ASHA, limit=2, newest=True), [3, 4]),
            (AuditQuery(about=(Kind.USERS, "u-asha"), limit=1, newest=True), [5]),
            (AuditQuery(actor=ASHA, limit=2), [1, 3]),
            (AuditQuery(about=(Kind.USERS, "u-asha"), limit=1), [2]),
        ],
    )
    def test_changes_are_found_by_object_and_actor(self, query: AuditQuery, expected: list[int]) -> None:
        """ST-5: all that is asked must hold; in order, the oldest or the newest so many."""
        store, tenant = self.acted()
        found = [entry.version - tenant.version for entry in store.history(tenant.id, query)]
        assert expected == found

    @pytest.mark.parametrize(
        ("since", "until", "expected"),
        [
            (1, None, [2, 3, 4, 5]),
            (None, 1, [1]),
            (1, 3, [2, 3]),
            (1, 1, []),
            (3, 1, []),
            (9, None, []),
            (None, 9, [1, 2, 3, 4, 5]),
        ],
    )
    def test_changes_are_found_by_time(self, since: int | None, until: int | None, expected: list[int]) -> None:
        """ST-5: from an instant, that one included, until before another one."""
        store, tenant = self.acted()
        query = AuditQuery(
            since=None if since is None else AT + since * _HOUR, until=None if until is None else AT + until * _HOUR
        )
        assert expected == [entry.version - tenant.version for entry in store.history(tenant.id, query)]

    def test_instants_are_compared_to_the_microsecond(self) -> None:
        """ST-5: a microsecond after the instant asked for is after it."""
        store, tenant = self.founded()
        late = AT + timedelta(microseconds=1)
        store.commit(a_renaming(tenant, "New"), at=late)
        assert [0, 1, 1, 0] == [
            len(store.history(tenant.id, query))
            for query in (AuditQuery(until=late), AuditQuery(since=late), AuditQuery(since=AT), AuditQuery(until=AT))
        ]

    def test_the_order_is_that_of_the_versions(self) -> None:
        """ST-5: a clock that was set back doesn't change what was first."""
        store, tenant = self.founded()
        first = store.commit(a_renaming(tenant, "First"), at=AT)
        store.commit(a_renaming(first, "Second"), at=AT - _HOUR)
        found = store.history(tenant.id, AuditQuery(about=(Kind.USERS, "u-asha")))
        assert [first.version, first.version + 1] == [entry.version for entry in found]

    def test_a_history_is_of_one_tenant(self) -> None:
        """ST-5: what was done in another one, to an object of the same id by an actor of the same id, isn't in it."""
        store, tenant = self.acted()
        other = a_tenant("t-other")
        store.create(other, at=AT)
        assert () == store.history(other.id, AuditQuery(about=(Kind.USERS, "u-asha")))
        store.commit(attrs.evolve(a_renaming(other, "Other"), actor=ASHA), at=AT)
        assert 5 == len(store.history(tenant.id, AuditQuery()))
        assert 1 == len(store.history(TenantId("t-other"), AuditQuery(actor=ASHA)))

    def test_a_history_tells_before_and_after(self) -> None:
        """ST-5: its entries are those of the log."""
        store, tenant = self.acted()
        assert store.changes_since(tenant.id, tenant.version) == store.history(tenant.id, AuditQuery())

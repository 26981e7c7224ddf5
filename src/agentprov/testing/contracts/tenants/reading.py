"""What is read back is what was stored."""

from __future__ import annotations

import attrs
import pytest

from agentprov.errors import Code, Conflict, NotFound
from agentprov.model.changes import Change, Edit, LimitEdit, PropertyEdit, SettingsEdit
from agentprov.model.departments import Department
from agentprov.model.identity import Login
from agentprov.model.ids import DepartmentId, TenantId, UserId
from agentprov.model.limits import PropertyLimit
from agentprov.model.properties import NONE, PropertyName
from agentprov.model.references import Kind
from agentprov.model.table import Table
from agentprov.model.users import User
from agentprov.repositories import AuditQuery
from agentprov.testing.contracts.samples import AT, a_change, a_creation, a_person, a_renaming, a_tenant, putting
from agentprov.testing.contracts.tenants.founding import TenantFounding

LOOKALIKES = (
    "007",
    "1e5",
    "0x1F",
    "NULL",
    "None",
    "none",
    "true",
    "NaN",
    "2026-01-01",
    "[]",
    '"',
    "\\u0041",
    "%s",
    "' OR 1=1",
)


class TenantReading(TenantFounding):
    """Equal, for the id that was asked for, at the latest version."""

    def test_what_was_created_comes_back_equal(self) -> None:
        """ST-1: a tenant is read back equal to what was stored: accents, quotes, leading zeros, big numbers, "none"."""
        store, tenant = self.founded()
        assert tenant == store.load(tenant.id)

    def test_what_was_committed_comes_back_equal(self) -> None:
        """ST-2: a commit gives the tenant that applying the change gives, and so does reading it afterwards."""
        store, tenant = self.founded()
        change = a_creation(tenant, "ravi")
        expected = change.apply(tenant)
        assert expected == store.commit(change, at=AT)
        assert expected == store.load(tenant.id)

    def test_removals_and_the_tenants_own_properties_are_kept(self) -> None:
        """ST-2: what a change takes away is gone, and a value of the tenant's own is there, an explicit "none" too."""
        store, tenant = self.founded()
        department = tenant.departments[DepartmentId("d-1")]
        change = Change(
            tenant=tenant.id,
            base=tenant.version,
            edits=[Edit(kind=Kind.DEPARTMENTS, id=department.id, before=department)],
            properties=[
                PropertyEdit(name=PropertyName("wrap_up.chat"), after=7),
                PropertyEdit(name=PropertyName("resource_filter"), after=NONE),
            ],
        )
        store.commit(change, at=AT)
        loaded = store.load(tenant.id)
        assert len(loaded.departments) == 0
        assert Table({"wrap_up.chat": 7, "resource_filter": NONE}) == loaded.properties

    def test_an_unknown_tenant_is_not_found(self) -> None:
        """ST-1: reading, following or changing a tenant that was never created says so."""
        store = self.repository()
        none = TenantId("t-none")
        for attempt in (
            lambda: store.load(none),
            lambda: store.changes_since(none, 1),
            lambda: store.committed(none, "k-1"),
            lambda: store.founding(none),
            lambda: store.history(none, AuditQuery()),
            lambda: store.fold(none, 1),
            lambda: store.commit(a_creation(a_tenant("t-none"), "ravi"), at=AT),
            lambda: store.commit(a_creation(a_tenant("t-none"), "ravi"), at=AT, key="k-1"),
        ):
            with pytest.raises(NotFound) as caught:
                attempt()
            assert (Code.TENANT_UNKNOWN,) == caught.value.codes

    def test_a_tenant_is_created_once(self) -> None:
        """ST-2: a second tenant under the same id is refused, and the first stays as it is."""
        store, tenant = self.founded()
        with pytest.raises(Conflict) as caught:
            store.create(attrs.evolve(tenant, name="Another"), at=AT)
        assert (Code.TENANT_EXISTS,) == caught.value.codes
        assert tenant == store.load(tenant.id)

    def test_ids_and_logins_are_compared_with_their_case(self) -> None:
        """ST-2: ``T-ACME`` isn't ``t-acme``, and within a tenant ``U-Asha`` isn't ``u-asha``, nor ``Asha`` ``asha``."""
        store, tenant = self.repository(), a_tenant()
        other = a_tenant("T-ACME", User(id=UserId("U-ASHA"), login=Login("ASHA")))
        store.create(tenant, at=AT)
        store.create(other, at=AT)
        assert (tenant, other) == (store.load(tenant.id), store.load(other.id))
        assert {"u-asha", "U-ASHA"} == set(store.load(other.id).users)
        with pytest.raises(NotFound):
            store.load(TenantId("T-acme"))

    def test_tenants_do_not_touch_each_other(self) -> None:
        """ST-2: a commit to one tenant leaves another one, its version and its log alone, even with the same ids."""
        store, tenant, other = self.repository(), a_tenant(), a_tenant("t-other")
        store.create(tenant, at=AT)
        store.create(other, at=AT)
        store.commit(a_creation(tenant, "ravi"), at=AT, key="k")
        assert other == store.load(other.id)
        assert () == store.changes_since(other.id, other.version)
        store.commit(a_creation(other, "ravi", id_="u-other"), at=AT, key="k")
        assert {"u-asha", "u-other"} == set(store.load(other.id).users)

    def test_ids_are_listed_in_their_order(self) -> None:
        """ST-1: every tenant's id, by code points, whatever the order they came in and whatever a language says."""
        store = self.repository()
        assert () == store.tenant_ids()
        for id_ in ("t-b", "t_a", "T-c", "t-10", "t-a", "t-9"):
            store.create(a_tenant(id_), at=AT)
        assert ("T-c", "t-10", "t-9", "t-a", "t-b", "t_a") == store.tenant_ids()

    def test_texts_that_look_like_something_else_stay_texts(self) -> None:
        """ST-1: "007" isn't 7, "None" isn't nothing, and what a quoting forgets stays one text."""
        store, tenant = self.founded()
        people = [a_person(f"p{nth}", name=text, alias=text) for nth, text in enumerate(LOOKALIKES)]
        store.commit(a_change(tenant, *(putting(tenant, person) for person in people)), at=AT)
        loaded = store.load(tenant.id)
        assert list(LOOKALIKES) == [loaded.users[person.id].name for person in people]
        assert list(LOOKALIKES) == [loaded.users[person.id].alias for person in people]

    def test_what_is_not_given_stays_nothing(self) -> None:
        """ST-1: a name that nobody gave isn't an empty one, and many may have no numeric id and no extension."""
        store, tenant = self.founded()
        bare = [a_person(f"p{nth}") for nth in range(3)]
        after = store.commit(a_change(tenant, *(putting(tenant, person) for person in bare)), at=AT)
        assert bare == [store.load(tenant.id).users[person.id] for person in bare]
        assert after == store.load(tenant.id)

    def test_one_id_of_two_kinds_is_two_objects(self) -> None:
        """ST-1: a department may have the id of a user; changing the one leaves the other."""
        store, tenant = self.founded()
        twin = Department(id=DepartmentId("u-asha"), name="Asha's")
        created = store.commit(a_change(tenant, Edit(kind=Kind.DEPARTMENTS, id=twin.id, after=twin)), at=AT)
        store.commit(a_change(created, Edit(kind=Kind.DEPARTMENTS, id=twin.id, before=twin)), at=AT)
        loaded = store.load(tenant.id)
        assert tenant.users == loaded.users
        assert tenant.departments == loaded.departments

    def test_settings_and_limits_of_the_tenant_are_kept(self) -> None:
        """ST-2: what a change says of the tenant itself is there, and one that says nothing of it leaves it."""
        store, tenant = self.founded()
        settings = attrs.evolve(tenant.settings, ring_budget=45, time_zone="Europe/Oslo")
        limit = LimitEdit(name=PropertyName("wrap_up.chat"), after=PropertyLimit(locked=True))
        change = a_change(
            tenant,
            limits=[limit],
            settings=SettingsEdit(before=tenant.settings, after=settings),
            actor=UserId("u-asha"),
        )
        after = store.commit(change, at=AT)
        assert settings == after.settings
        assert after == store.load(tenant.id)
        renamed = store.commit(a_renaming(after, "New"), at=AT)
        assert (settings, after.property_limits) == (renamed.settings, renamed.property_limits)
        assert renamed == store.load(tenant.id)

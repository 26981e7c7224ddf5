"""The obligations of a store of tenants, each as a test."""

from __future__ import annotations

import attrs
import pytest

from agentprov.errors import Code, Conflict, InvalidValue, NotFound
from agentprov.model.changes import Change, Edit, PropertyEdit
from agentprov.model.identity import Login
from agentprov.model.ids import DepartmentId, TenantId, UserId
from agentprov.model.properties import NONE, PropertyName
from agentprov.model.references import Kind
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import Calling, Extension, User
from agentprov.repositories import Committed, TenantRepository
from agentprov.testing.contracts.samples import AT, RACERS, a_creation, a_renaming, a_tenant, race


class TenantRepositoryContract:
    """The obligations of :class:`~agentprov.repositories.TenantRepository`."""

    def repository(self) -> TenantRepository:
        """An empty store. Each call gives another one."""
        raise NotImplementedError

    # ---- reading back

    def test_what_was_created_comes_back_equal(self) -> None:
        """ST-1: a tenant is read back equal to what was stored: accents, quotes, leading zeros, big numbers, "none"."""
        store, tenant = self.repository(), a_tenant()
        store.create(tenant, at=AT)
        assert tenant == store.load(tenant.id)

    def test_what_was_committed_comes_back_equal(self) -> None:
        """ST-2: a commit gives the tenant that applying the change gives, and so does reading it afterwards."""
        store, tenant = self.repository(), a_tenant()
        store.create(tenant, at=AT)
        change = a_creation(tenant, "ravi")
        expected = change.apply(tenant)
        assert expected == store.commit(change, at=AT)
        assert expected == store.load(tenant.id)

    def test_removals_and_the_tenants_own_properties_are_kept(self) -> None:
        """ST-2: what a change takes away is gone, and a value of the tenant's own is there, an explicit "none" too."""
        store, tenant = self.repository(), a_tenant()
        store.create(tenant, at=AT)
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
        for attempt in (
            lambda: store.load(TenantId("t-none")),
            lambda: store.changes_since(TenantId("t-none"), 1),
            lambda: store.commit(a_creation(a_tenant("t-none"), "ravi"), at=AT),
        ):
            with pytest.raises(NotFound) as caught:
                attempt()
            assert (Code.TENANT_UNKNOWN,) == caught.value.codes

    def test_a_tenant_is_created_once(self) -> None:
        """ST-2: a second tenant under the same id is refused, and the first stays as it is."""
        store, tenant = self.repository(), a_tenant()
        store.create(tenant, at=AT)
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

    # ---- versions and the log

    def test_versions_count_by_one(self) -> None:
        """ST-2: every commit leads to the next version, from whatever version the tenant was created at."""
        store, tenant = self.repository(), attrs.evolve(a_tenant(), version=41)
        store.create(tenant, at=AT)
        first = store.commit(a_creation(tenant, "ravi"), at=AT)
        second = store.commit(a_creation(first, "mina"), at=AT)
        assert (42, 43) == (first.version, second.version)

    def test_the_log_gives_the_way_from_any_version(self) -> None:
        """ST-2: applied in order, what was committed since a version leads from its tenant to the latest one."""
        store, tenant = self.repository(), a_tenant()
        store.create(tenant, at=AT)
        history = [tenant]
        for login in ("ravi", "mina", "tom"):
            history.append(store.commit(a_creation(history[-1], login), at=AT, key=f"key-{login}"))
        for begin in history:
            follower = begin
            for committed in store.changes_since(tenant.id, begin.version):
                follower = committed.change.apply(follower)
                assert committed.version == follower.version
            assert history[-1] == follower

    def test_the_log_keeps_what_came_with_the_commit(self) -> None:
        """ST-2: an entry of the log is the change without its secrets, its version, its instant and its key."""
        store, tenant = self.repository(), a_tenant()
        store.create(tenant, at=AT)
        change = a_creation(tenant, "ravi", secret="purple otter climbs")
        store.commit(change, at=AT, key="k-1")
        (entry,) = store.changes_since(tenant.id, tenant.version)
        assert Committed(change=change, version=tenant.version + 1, at=AT, key="k-1") == entry
        assert len(entry.change.secrets) == 0

    @pytest.mark.parametrize("version", [0, 2, -1])
    def test_a_version_outside_the_log_is_an_error(self, version: int) -> None:
        """ST-2: whoever asks from a version that the log hasn't must load anew, and isn't told "nothing happened"."""
        store, tenant = self.repository(), a_tenant()
        store.create(tenant, at=AT)
        with pytest.raises(NotFound) as caught:
            store.changes_since(tenant.id, version)
        assert (Code.VERSION_UNKNOWN,) == caught.value.codes

    # ---- no update is lost

    def test_a_stale_change_is_a_conflict(self) -> None:
        """ST-2: a change made on an older version is refused, names both versions, and stores nothing."""
        store, tenant = self.repository(), a_tenant()
        store.create(tenant, at=AT)
        stale = a_renaming(tenant, "Second")
        first = store.commit(a_renaming(tenant, "First"), at=AT)
        with pytest.raises(Conflict) as caught:
            store.commit(stale, at=AT)
        (problem,) = caught.value.problems
        assert Code.CONFLICT_STALE is problem.code
        assert {"value": first.version, "expected": tenant.version} == problem.parameters
        assert first == store.load(tenant.id)
        assert 1 == len(store.changes_since(tenant.id, tenant.version))

    def test_a_change_from_the_future_is_a_conflict(self) -> None:
        """ST-2: a change made on a version that isn't there yet is as stale as one made on an old one."""
        store, tenant = self.repository(), a_tenant()
        store.create(tenant, at=AT)
        ahead = a_creation(tenant, "ravi").apply(tenant)
        with pytest.raises(Conflict):
            store.commit(a_renaming(ahead, "Ahead"), at=AT)
        assert tenant == store.load(tenant.id)

    def test_a_taken_login_is_named(self) -> None:
        """ST-2: whoever creates a login that somebody created meanwhile is told whose it is now."""
        store, tenant = self.repository(), a_tenant()
        store.create(tenant, at=AT)
        late = a_creation(tenant, "ravi", id_="u-late")
        store.commit(a_creation(tenant, "ravi", id_="u-early"), at=AT)
        with pytest.raises(Conflict) as caught:
            store.commit(late, at=AT)
        assert (Code.CONFLICT_STALE, Code.LOGIN_TAKEN) == caught.value.codes
        assert {"value": "ravi", "holder": "u-early"} == caught.value.problems[1].parameters

    def test_a_taken_login_is_named_when_the_ids_collide_too(self) -> None:
        """ST-2: ids are often made of logins, so two who create one login collide in both; the login is still named."""
        store, tenant = self.repository(), a_tenant()
        store.create(tenant, at=AT)
        store.commit(a_creation(tenant, "ravi"), at=AT)
        with pytest.raises(Conflict) as caught:
            store.commit(a_creation(tenant, "ravi"), at=AT)
        assert (Code.CONFLICT_STALE, Code.LOGIN_TAKEN) == caught.value.codes

    def test_a_taken_number_is_named(self) -> None:
        """ST-2: so it is for a numeric id and for an extension."""
        store, tenant = self.repository(), a_tenant()
        store.create(tenant, at=AT)

        def numbered(id_: str) -> Change:
            calling = Calling(extension=Extension(number="008"))
            user = User(id=UserId(id_), login=Login(id_), numeric_id=8, calling=calling)
            edit = Edit(kind=Kind.USERS, id=user.id, after=user)
            return Change(tenant=tenant.id, base=tenant.version, edits=[edit])

        late = numbered("u-late")
        store.commit(numbered("u-early"), at=AT)
        with pytest.raises(Conflict) as caught:
            store.commit(late, at=AT)
        assert (Code.CONFLICT_STALE, Code.NUMERIC_ID_TAKEN, Code.EXTENSION_TAKEN) == caught.value.codes

    def test_of_racing_creators_exactly_one_wins(self) -> None:
        """ST-2: of many who create the same login at the same moment one wins, and each other gets a conflict."""
        store, tenant = self.repository(), a_tenant()
        store.create(tenant, at=AT)
        changes = [a_creation(tenant, "ravi", id_=f"u-{racer}") for racer in range(RACERS)]
        outcomes = race([lambda change=change: store.commit(change, at=AT) for change in changes])  # type: ignore[misc]
        winners = [outcome for outcome in outcomes if isinstance(outcome, Tenant)]
        losers = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
        assert (1, RACERS - 1) == (len(winners), len(losers))
        assert all(Code.LOGIN_TAKEN in loser.codes for loser in losers)
        assert winners[0] == store.load(tenant.id)

    def test_racing_updates_are_not_lost(self) -> None:
        """ST-2: writers who load, change and try again after a conflict all get their change in."""
        store, tenant = self.repository(), a_tenant()
        store.create(tenant, at=AT)

        def insist(login: str) -> None:
            while True:
                try:
                    store.commit(a_creation(store.load(tenant.id), login), at=AT)
                except Conflict:
                    continue
                return

        race([lambda racer=racer: insist(f"racer{racer}") for racer in range(RACERS)])  # type: ignore[misc]
        loaded = store.load(tenant.id)
        assert {"u-asha", *(f"u-racer{racer}" for racer in range(RACERS))} == set(loaded.users)
        assert tenant.version + RACERS == loaded.version

    def test_of_racing_founders_exactly_one_wins(self) -> None:
        """ST-2: of many who create the same tenant at the same moment one wins."""
        store = self.repository()
        tenants = [attrs.evolve(a_tenant(), name=f"Founder {racer}") for racer in range(RACERS)]
        outcomes = race([lambda tenant=tenant: store.create(tenant, at=AT) for tenant in tenants])  # type: ignore[misc]
        assert 1 == outcomes.count(None)
        assert tenants[outcomes.index(None)] == store.load(TenantId("t-acme"))

    # ---- all or nothing

    def test_a_failed_commit_leaves_nothing(self) -> None:
        """ST-2: a change whose outcome isn't whole stores no user, no version, no log entry and no key."""
        store, tenant = self.repository(), a_tenant()
        store.create(tenant, at=AT)
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
        store, tenant = self.repository(), a_tenant()
        store.create(tenant, at=AT)
        edit = a_renaming(tenant, "New").edits[0]
        wrong = attrs.evolve(edit, before=attrs.evolve(tenant.users[UserId("u-asha")], name="Not so"))
        with pytest.raises(Conflict) as caught:
            store.commit(Change(tenant=tenant.id, base=tenant.version, edits=[wrong]), at=AT)
        assert (Code.CONFLICT_CHANGED,) == caught.value.codes
        assert tenant == store.load(tenant.id)

    def test_an_instant_without_offset_is_refused(self) -> None:
        """ST-2: a commit needs an instant, not a reading of some wall clock."""
        store, tenant = self.repository(), a_tenant()
        store.create(tenant, at=AT)
        with pytest.raises(InvalidValue) as caught:
            store.commit(a_creation(tenant, "ravi"), at=AT.replace(tzinfo=None))
        assert (Code.FIELD_NAIVE_INSTANT,) == caught.value.codes
        assert tenant == store.load(tenant.id)

    # ---- idempotency keys

    def test_a_retried_commit_applies_once(self) -> None:
        """ST-2: a commit that is tried again with its key changes nothing, and gives the tenant as it is now."""
        store, tenant = self.repository(), a_tenant()
        store.create(tenant, at=AT)
        change = a_creation(tenant, "ravi")
        first = store.commit(change, at=AT, key="k-1")
        assert first == store.commit(change, at=AT, key="k-1")
        second = store.commit(a_creation(first, "mina"), at=AT, key="k-2")
        assert second == store.commit(change, at=AT, key="k-1")
        assert 2 == len(store.changes_since(tenant.id, tenant.version))

    def test_a_key_belongs_to_one_change(self) -> None:
        """ST-2: a key that comes again with another change is refused, and nothing is stored."""
        store, tenant = self.repository(), a_tenant()
        store.create(tenant, at=AT)
        first = store.commit(a_creation(tenant, "ravi"), at=AT, key="k-1")
        with pytest.raises(Conflict) as caught:
            store.commit(a_creation(first, "mina"), at=AT, key="k-1")
        assert (Code.IDEMPOTENCY_KEY_REUSED,) == caught.value.codes
        assert first == store.load(tenant.id)

    def test_keys_are_compared_with_their_case(self) -> None:
        """ST-2: ``K-1`` is another key than ``k-1``."""
        store, tenant = self.repository(), a_tenant()
        store.create(tenant, at=AT)
        first = store.commit(a_creation(tenant, "ravi"), at=AT, key="k-1")
        assert tenant.version + 2 == store.commit(a_creation(first, "mina"), at=AT, key="K-1").version

    @pytest.mark.parametrize("key", ["", "a b", "k\n", "x" * 201, "\u00e9"])
    def test_what_is_no_key_is_refused(self, key: str) -> None:
        """ST-2: a key is 1 to 200 printable ASCII characters without a space, so that every store keeps it as it is."""
        store, tenant = self.repository(), a_tenant()
        store.create(tenant, at=AT)
        with pytest.raises(InvalidValue) as caught:
            store.commit(a_creation(tenant, "ravi"), at=AT, key=key)
        assert (Code.IDEMPOTENCY_KEY_INVALID,) == caught.value.codes
        assert tenant == store.load(tenant.id)

    def test_of_racing_retries_one_applies(self) -> None:
        """ST-2: the same commit tried many times at one moment, with one key, applies once and succeeds for all."""
        store, tenant = self.repository(), a_tenant()
        store.create(tenant, at=AT)
        change = a_creation(tenant, "ravi")
        outcomes = race([lambda: store.commit(change, at=AT, key="k-1")] * RACERS)
        expected = change.apply(tenant)
        assert [expected] * RACERS == outcomes
        assert 1 == len(store.changes_since(tenant.id, tenant.version))

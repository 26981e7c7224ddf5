"""No update is lost, and what is unique stays so."""

from __future__ import annotations

import attrs
import pytest

from agentprov.errors import Code, Conflict, InvalidValue
from agentprov.model.changes import Change, Edit, SettingsEdit
from agentprov.model.identity import Login
from agentprov.model.ids import TenantId, UserId
from agentprov.model.references import Kind
from agentprov.model.settings import LoginComparison
from agentprov.model.tenant import Tenant
from agentprov.model.users import Calling, Extension, User
from agentprov.repositories import TenantRepository
from agentprov.testing.contracts.samples import (
    AT,
    RACERS,
    a_change,
    a_creation,
    a_person,
    a_renaming,
    a_tenant,
    putting,
    race,
    removing,
)
from agentprov.testing.contracts.tenants.founding import TenantFounding


class TenantConflicts(TenantFounding):
    """Of several who write, each learns whether it was done."""

    def test_a_stale_change_is_a_conflict(self) -> None:
        """ST-2: a change made on an older version is refused, names both versions, and stores nothing."""
        store, tenant = self.founded()
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
        store, tenant = self.founded()
        ahead = a_creation(tenant, "ravi").apply(tenant)
        with pytest.raises(Conflict):
            store.commit(a_renaming(ahead, "Ahead"), at=AT)
        assert tenant == store.load(tenant.id)

    def test_a_taken_login_is_named(self) -> None:
        """ST-2: whoever creates a login that somebody created meanwhile is told whose it is now."""
        store, tenant = self.founded()
        late = a_creation(tenant, "ravi", id_="u-late")
        store.commit(a_creation(tenant, "ravi", id_="u-early"), at=AT)
        with pytest.raises(Conflict) as caught:
            store.commit(late, at=AT)
        assert (Code.CONFLICT_STALE, Code.LOGIN_TAKEN) == caught.value.codes
        assert {"value": "ravi", "holder": "u-early"} == caught.value.problems[1].parameters

    def test_a_taken_login_is_named_when_the_ids_collide_too(self) -> None:
        """ST-2: ids are often made of logins, so two who create one login collide in both; the login is still named."""
        store, tenant = self.founded()
        store.commit(a_creation(tenant, "ravi"), at=AT)
        with pytest.raises(Conflict) as caught:
            store.commit(a_creation(tenant, "ravi"), at=AT)
        assert (Code.CONFLICT_STALE, Code.LOGIN_TAKEN) == caught.value.codes

    def test_a_taken_number_is_named(self) -> None:
        """ST-2: so it is for a numeric id and for an extension."""
        store, tenant = self.founded()

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
        store, tenant = self.founded()
        changes = [a_creation(tenant, "ravi", id_=f"u-{racer}") for racer in range(RACERS)]
        outcomes = race([lambda change=change: store.commit(change, at=AT) for change in changes])  # type: ignore[misc]
        winners = [outcome for outcome in outcomes if isinstance(outcome, Tenant)]
        losers = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
        assert (1, RACERS - 1) == (len(winners), len(losers))
        assert all(Code.LOGIN_TAKEN in loser.codes for loser in losers)
        assert winners[0] == store.load(tenant.id)

    def test_racing_updates_are_not_lost(self) -> None:
        """ST-2: writers who load, change and try again after a conflict all get their change in."""
        store, tenant = self.founded()

        def insist(login: str) -> None:
            for _ in range(RACERS):  # each conflict is another's commit, of which there are no more
                try:
                    store.commit(a_creation(store.load(tenant.id), login), at=AT)
                except Conflict:
                    continue
                return
            raise AssertionError(f"{login} never got their change in")

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

    def test_a_taken_login_is_refused_on_the_latest_version_too(self) -> None:
        """ST-2: a second user with a login that somebody has isn't stored, whatever version the change was made on."""
        store, tenant = self.founded()
        with pytest.raises(InvalidValue):
            store.commit(a_creation(tenant, "asha", id_="u-second"), at=AT)
        assert tenant == store.load(tenant.id)

    def test_logins_that_count_as_one_are_taken(self) -> None:
        """ST-2: where the tenant compares logins without case ``RAVI`` is taken by ``ravi``, and named so."""
        store, tenant = self._without_case()
        late = a_creation(tenant, "RAVI", id_="u-late")
        after = store.commit(a_creation(tenant, "ravi", id_="u-early"), at=AT)
        with pytest.raises(Conflict) as caught:
            store.commit(late, at=AT)
        assert (Code.CONFLICT_STALE, Code.LOGIN_TAKEN) == caught.value.codes
        with pytest.raises(InvalidValue):
            store.commit(a_creation(after, "RAVI", id_="u-late"), at=AT)
        assert after == store.load(tenant.id)

    def test_logins_count_by_the_settings_of_now(self) -> None:
        """ST-2: logins that were stored before the setting changed count by it, and with case again after it goes."""
        store, tenant = self._without_case()
        with pytest.raises(InvalidValue):
            store.commit(a_creation(tenant, "ASHA", id_="u-second"), at=AT)
        settings = attrs.evolve(tenant.settings, login_comparison=LoginComparison.CASE_SENSITIVE)
        change = a_change(tenant, settings=SettingsEdit(before=tenant.settings, after=settings))
        with_case = store.commit(change, at=AT)
        after = store.commit(a_creation(with_case, "ASHA", id_="u-second"), at=AT)
        assert after == store.load(tenant.id)
        with pytest.raises(InvalidValue):
            store.commit(attrs.evolve(change.undo(), base=after.version), at=AT)
        assert after == store.load(tenant.id)

    def test_what_is_unique_changes_hands_within_a_change(self) -> None:
        """ST-2: two users swap logins, numeric ids and extensions, and a third takes those of one who goes, at once."""
        store, tenant = self.founded()
        before = store.commit(a_change(tenant, *(putting(tenant, _numbered(nth)) for nth in (1, 2, 3))), at=AT)
        swapped = [
            putting(before, attrs.evolve(_numbered(2), id=UserId("u-1"))),
            putting(before, attrs.evolve(_numbered(1), id=UserId("u-2"))),
            removing(before, "u-3"),
            putting(before, attrs.evolve(_numbered(3), id=UserId("u-4"))),
        ]
        after = store.commit(a_change(before, *swapped), at=AT)
        assert after == store.load(tenant.id)
        assert {"u-1": 2, "u-2": 1, "u-4": 3} == {
            id_: user.numeric_id for id_, user in after.users.items() if id_ != "u-asha"
        }

    def test_what_is_unique_is_free_when_it_is_given_up(self) -> None:
        """ST-2: a login, a numeric id and an extension can be had again after their user took others, or went."""
        store, tenant = self.founded()
        first = store.commit(a_change(tenant, putting(tenant, _numbered(1))), at=AT)
        other = attrs.evolve(_numbered(2), id=UserId("u-1"))
        second = store.commit(a_change(first, putting(first, other)), at=AT)
        third = store.commit(a_change(second, putting(second, attrs.evolve(_numbered(1), id=UserId("u-x")))), at=AT)
        fourth = store.commit(a_change(third, removing(third, "u-1")), at=AT)
        last = store.commit(a_change(fourth, putting(fourth, attrs.evolve(_numbered(2), id=UserId("u-y")))), at=AT)
        assert {"u-asha", "u-x", "u-y"} == set(store.load(tenant.id).users)
        assert last == store.load(tenant.id)

    def test_what_is_unique_in_one_tenant_is_free_in_another(self) -> None:
        """ST-2: two tenants may have users with the same ids, logins, numeric ids and extensions."""
        store, tenant = self.founded()
        other = a_tenant("t-other", _numbered(1))
        store.create(other, at=AT)
        after = store.commit(a_change(tenant, putting(tenant, _numbered(1))), at=AT)
        assert (after, other) == (store.load(tenant.id), store.load(other.id))

    def _without_case(self) -> tuple[TenantRepository, Tenant]:
        """A store with a tenant that compares logins without case since its second version."""
        store, tenant = self.founded()
        settings = attrs.evolve(tenant.settings, login_comparison=LoginComparison.CASE_INSENSITIVE)
        change = a_change(tenant, settings=SettingsEdit(before=tenant.settings, after=settings))
        return store, store.commit(change, at=AT)


def _numbered(nth: int) -> User:
    """A user with everything that only one user may have."""
    return a_person(f"{nth}", numeric_id=nth, calling=Calling(extension=Extension(number=f"00{nth}")))

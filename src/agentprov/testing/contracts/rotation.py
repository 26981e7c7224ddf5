"""The obligations of a store of whose turn it was, each as a test."""

from __future__ import annotations

from functools import partial

import pytest

from agentprov.errors import Code, Conflict
from agentprov.model.effects import Offered
from agentprov.model.ids import DepartmentId, TenantId, UserId
from agentprov.repositories import RotationRepository
from agentprov.testing.contracts.contract import Contract
from agentprov.testing.contracts.samples import RACERS, race

ASHA, BEN = UserId("u-asha"), UserId("u-ben")
SALES, SUPPORT = DepartmentId("d-sales"), DepartmentId("d-support")


class RotationRepositoryContract(Contract):
    """The obligations of :class:`~agentprov.repositories.RotationRepository`."""

    TENANT = TenantId("t-acme")

    def rotation(self) -> RotationRepository:
        """An empty store. Each call gives another one."""
        return self.store().rotation

    def turns(self, store: RotationRepository, tenant: TenantId = TENANT) -> dict[DepartmentId, UserId]:
        """What a store knows of a tenant."""
        return dict(store.rotation(tenant))

    def test_nobody_was_offered_anything_at_first(self) -> None:
        """RT-6: a tenant without turns has none."""
        assert {} == self.turns(self.rotation())

    def test_a_turn_is_kept(self) -> None:
        """RT-6: of each department its last one."""
        store = self.rotation()
        store.offer(self.TENANT, Offered(department=SALES, user=ASHA), expected=None)
        store.offer(self.TENANT, Offered(department=SUPPORT, user=ASHA), expected=None)
        store.offer(self.TENANT, Offered(department=SALES, user=BEN), expected=ASHA)
        assert {SALES: BEN, SUPPORT: ASHA} == self.turns(store)

    def test_turns_belong_to_one_department_of_one_tenant(self) -> None:
        """RT-6: no other tenant, and no id that differs by case, has them."""
        store = self.rotation()
        store.offer(self.TENANT, Offered(department=SALES, user=ASHA), expected=None)
        store.offer(self.TENANT, Offered(department=DepartmentId("D-SALES"), user=BEN), expected=None)
        store.offer(TenantId("T-ACME"), Offered(department=SALES, user=BEN), expected=None)
        assert {"d-sales": "u-asha", "D-SALES": "u-ben"} == self.turns(store)
        assert {} == self.turns(store, TenantId("t-other"))

    def test_only_the_expected_turn_is_replaced(self) -> None:
        """ST-2: who expects another one than the last gets a conflict, and the last one stays."""
        store = self.rotation()
        store.offer(self.TENANT, Offered(department=SALES, user=ASHA), expected=None)
        for expected in (None, BEN, UserId("U-ASHA")):
            with pytest.raises(Conflict) as caught:
                store.offer(self.TENANT, Offered(department=SALES, user=BEN), expected=expected)
            assert (Code.CONFLICT_CHANGED,) == caught.value.codes
        with pytest.raises(Conflict):
            store.offer(self.TENANT, Offered(department=SUPPORT, user=BEN), expected=ASHA)
        assert {SALES: ASHA} == self.turns(store)

    def test_a_turn_may_stay_with_the_same_user(self) -> None:
        """RT-6: where a department has one member who is free."""
        store = self.rotation()
        for expected in (None, ASHA):
            store.offer(self.TENANT, Offered(department=SALES, user=ASHA), expected=expected)
        assert {SALES: ASHA} == self.turns(store)

    @pytest.mark.parametrize("before", [None, ASHA], ids=["first", "later"])
    def test_of_racing_calls_exactly_one_gets_the_turn(self, before: UserId | None) -> None:
        """RT-6: of many calls at one moment one goes on behind the same member, the others are decided again."""
        store = self.rotation()
        if before is not None:
            store.offer(self.TENANT, Offered(department=SALES, user=before), expected=None)
        tried = [Offered(department=SALES, user=UserId(f"u-{racer}")) for racer in range(RACERS)]
        outcomes = race([partial(store.offer, self.TENANT, offered, expected=before) for offered in tried])
        assert 1 == outcomes.count(None)
        assert {SALES: tried[outcomes.index(None)].user} == self.turns(store)

    def test_a_forgotten_user_has_no_turn(self) -> None:
        """LC-3: in their tenant alone, and nobody else is forgotten; again is no error."""
        store, other = self.rotation(), TenantId("t-other")
        for tenant, department, user in (
            (self.TENANT, SALES, ASHA),
            (self.TENANT, DepartmentId("d-1"), ASHA),
            (self.TENANT, SUPPORT, BEN),
            (other, SALES, ASHA),
        ):
            store.offer(tenant, Offered(department=department, user=user), expected=None)
        store.forget_user(self.TENANT, ASHA)
        store.forget_user(self.TENANT, ASHA)
        assert {SUPPORT: BEN} == self.turns(store)
        assert {SALES: ASHA} == self.turns(store, other)
        store.offer(self.TENANT, Offered(department=SALES, user=BEN), expected=None)
        assert {SALES: BEN, SUPPORT: BEN} == self.turns(store)

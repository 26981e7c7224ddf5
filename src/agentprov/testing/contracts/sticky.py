"""The obligations of a store of who served whom last, each as a test."""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs
import pytest

from agentprov.engine.zones import epoch
from agentprov.errors import Code, InvalidValue
from agentprov.model.contact import PhoneNumber
from agentprov.model.effects import StickyAssigned
from agentprov.model.ids import TenantId, UserId
from agentprov.model.sticky import LastAgent, StickyKey, StickyPlace
from agentprov.repositories import StickyRepository
from agentprov.testing.contracts.contract import Contract
from agentprov.testing.contracts.samples import AT, RACERS, race

_DAY = timedelta(days=1)


class StickyRepositoryContract(Contract):
    """The obligations of :class:`~agentprov.repositories.StickyRepository`."""

    TENANT = TenantId("t-acme")
    CALLER = PhoneNumber("+919812345678")
    KEY = StickyKey(caller=CALLER, place=StickyPlace.DEPARTMENT, id="sales")
    FIRST = StickyAssigned(key=KEY, user=UserId("u-asha"), at=epoch(AT), until=epoch(AT + _DAY))
    LATER = StickyAssigned(key=KEY, user=UserId("u-ravi"), at=epoch(AT) + 60, until=epoch(AT + _DAY) + 60)

    def sticky(self) -> StickyRepository:
        """An empty store. Each call gives another one."""
        return self.store().sticky

    def last_agents(self, store: StickyRepository, at: datetime = AT) -> dict[StickyKey, LastAgent]:
        """What a store knows of the caller."""
        return dict(store.last_agents(self.TENANT, self.CALLER, at=at))

    def test_nobody_is_known_at_first(self) -> None:
        """RT-5: a caller without records has none."""
        assert {} == self.last_agents(self.sticky())

    def test_a_record_comes_back_equal(self) -> None:
        """RT-5: who, and when they answered, at each number and department of its own."""
        store = self.sticky()
        number = attrs.evolve(self.FIRST, key=attrs.evolve(self.KEY, place=StickyPlace.NUMBER))
        store.assign(self.TENANT, self.FIRST)
        store.assign(self.TENANT, attrs.evolve(number, user=UserId("u-ravi")))
        assert {
            self.KEY: LastAgent(user=UserId("u-asha"), at=AT),
            number.key: LastAgent(user=UserId("u-ravi"), at=AT),
        } == self.last_agents(store)

    def test_records_belong_to_one_caller_of_one_tenant(self) -> None:
        """RT-5: no other tenant, no id that differs by case, no other caller has them."""
        store = self.sticky()
        store.assign(self.TENANT, self.FIRST)
        assert {} == dict(store.last_agents(TenantId("T-ACME"), self.CALLER, at=AT))
        assert {} == dict(store.last_agents(self.TENANT, PhoneNumber("+919812345679"), at=AT))
        other = attrs.evolve(self.FIRST, key=attrs.evolve(self.KEY, id="Sales"), user=UserId("u-lena"))
        store.assign(self.TENANT, other)
        assert {"u-asha", "u-lena"} == {record.user for record in self.last_agents(store).values()}

    def test_a_record_is_dead_at_its_end(self) -> None:
        """RT-5: a second before it lives."""
        store = self.sticky()
        store.assign(self.TENANT, self.FIRST)
        assert [self.KEY] == list(self.last_agents(store, AT + _DAY - timedelta(seconds=1)))
        assert {} == self.last_agents(store, AT + _DAY)

    def test_the_later_answer_stays(self) -> None:
        """RT-5: in place of the one before, however often it is reported."""
        store = self.sticky()
        for report in (self.FIRST, self.LATER, self.LATER):
            store.assign(self.TENANT, report)
        assert UserId("u-ravi") == self.last_agents(store)[self.KEY].user

    def test_a_late_report_changes_nothing(self) -> None:
        """RT-5: who answered earlier doesn't come back."""
        store = self.sticky()
        for report in (self.LATER, self.FIRST):
            store.assign(self.TENANT, report)
        assert UserId("u-ravi") == self.last_agents(store)[self.KEY].user

    def test_a_user_is_forgotten_everywhere(self) -> None:
        """RT-5: in their tenant alone, and nobody else is; forgetting again is no error."""
        store = self.sticky()
        elsewhere = attrs.evolve(self.LATER, key=attrs.evolve(self.KEY, id="support"))
        other = TenantId("t-other")
        for tenant, record in ((self.TENANT, self.FIRST), (self.TENANT, elsewhere), (other, self.FIRST)):
            store.assign(tenant, record)
        store.forget_user(self.TENANT, UserId("u-asha"))
        store.forget_user(self.TENANT, UserId("u-asha"))
        assert [elsewhere.key] == list(self.last_agents(store))
        assert [self.KEY] == list(store.last_agents(other, self.CALLER, at=AT))

    def test_forgetting_the_dead_keeps_the_living(self) -> None:
        """RT-5: whoever asks can't tell whether it was done."""
        store = self.sticky()
        elsewhere = attrs.evolve(self.LATER, key=attrs.evolve(self.KEY, id="support"))
        store.assign(self.TENANT, self.FIRST)
        store.assign(self.TENANT, elsewhere)
        store.forget_dead(self.TENANT, at=AT + _DAY)
        assert [elsewhere.key] == list(self.last_agents(store))
        store.forget_dead(self.TENANT, at=AT + 2 * _DAY)
        assert {} == self.last_agents(store)

    def test_an_instant_needs_its_offset(self) -> None:
        """RT-5: it is refused, and nothing is forgotten."""
        store = self.sticky()
        store.assign(self.TENANT, self.FIRST)
        naive = (AT + 2 * _DAY).replace(tzinfo=None)
        with pytest.raises(InvalidValue) as caught:
            store.forget_dead(self.TENANT, at=naive)
        assert (Code.FIELD_NAIVE_INSTANT,) == caught.value.codes
        with pytest.raises(InvalidValue):
            store.last_agents(self.TENANT, self.CALLER, at=naive)
        assert [self.KEY] == list(self.last_agents(store))

    def test_of_racing_reports_the_latest_stays(self) -> None:
        """RT-5: of many that come at the same moment."""
        store = self.sticky()
        reports = [
            attrs.evolve(self.FIRST, user=UserId(f"u-{racer}"), at=self.FIRST.at + racer) for racer in range(RACERS)
        ]
        race([lambda report=report: store.assign(self.TENANT, report) for report in reports])  # type: ignore[misc]
        assert UserId(f"u-{RACERS - 1}") == self.last_agents(store)[self.KEY].user

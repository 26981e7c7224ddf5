"""The obligations of a store of what agents are doing, each as a test."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import attrs
import pytest

from agentprov.errors import Code, Conflict
from agentprov.model.ids import ProfileId, QueueId, TenantId, UserId
from agentprov.model.live import Counters, Presence
from agentprov.model.network import Address
from agentprov.repositories import AgentPresence, PresenceRepository
from agentprov.testing.contracts.contract import Contract
from agentprov.testing.contracts.samples import AT, RACERS, a_person, a_tenant, race


class PresenceRepositoryContract(Contract):
    """The obligations of :class:`~agentprov.repositories.PresenceRepository`."""

    TENANT = TenantId("t-acme")
    OTHER = TenantId("t-other")
    USER = UserId("u-asha")
    FIRST = AgentPresence(
        user=USER,
        at=AT + timedelta(microseconds=1),
        presence=Presence.WRAP_UP,
        queues=[QueueId("q-sales"), QueueId("Q-Sales")],
        panel=True,
        profile=ProfileId("p-night"),
        address=Address(version=6, number=(1 << 128) - 1),
        counters=Counters(idle_since=AT - timedelta(microseconds=1), calls=7, talk_seconds=10**9, unanswered=2),
    )
    SECOND = attrs.evolve(FIRST, queues=[], panel=False)
    BARE = AgentPresence(user=USER, at=AT)

    def presence(self) -> PresenceRepository:
        """A store without records. Each call gives another one.

        Where it knows the users of its tenants, both tenants are there, with the users that :meth:`people` names.
        """
        store = self.store()
        for tenant in (self.TENANT, self.OTHER):
            store.tenants.create(a_tenant(tenant, *map(a_person, self.people())), at=AT)
        return store.presence

    def people(self) -> tuple[str, ...]:
        """The users beside ``u-asha`` of both tenants, without the ``u-``: ids of all sorts."""
        return ("ben", "Ben", "10", "9")

    def test_nothing_is_kept_at_first(self) -> None:
        """LC-2: of nobody, whether they exist or not."""
        store = self.presence()
        assert () == store.everybody(self.TENANT)
        assert [None, None] == [store.presence(self.TENANT, user) for user in (self.USER, UserId("u-nobody"))]

    @pytest.mark.parametrize("record", [FIRST, SECOND, BARE], ids=["full", "no queue", "bare"])
    def test_a_record_comes_back_equal(self, record: AgentPresence) -> None:
        """LC-2: what was stored is read back equal, instants to the microsecond, alone and with everybody's."""
        store = self.presence()
        store.put_presence(self.TENANT, record, expected=None)
        assert record == store.presence(self.TENANT, self.USER)
        assert (record,) == store.everybody(self.TENANT)

    @pytest.mark.parametrize("presence", Presence)
    def test_every_presence_is_kept(self, presence: Presence) -> None:
        """LC-2: whatever an agent is doing."""
        store = self.presence()
        store.put_presence(self.TENANT, attrs.evolve(self.BARE, presence=presence), expected=None)
        assert [presence] == [record.presence for record in store.everybody(self.TENANT)]

    def test_records_belong_to_one_user_of_one_tenant(self) -> None:
        """LC-2: nobody else has it: no other tenant, no other user, and no id that differs by case."""
        store = self.presence()
        store.put_presence(self.TENANT, self.FIRST, expected=None)
        assert store.presence(self.OTHER, self.USER) is None
        assert store.presence(TenantId("T-ACME"), self.USER) is None
        assert store.presence(self.TENANT, UserId("U-ASHA")) is None
        assert () == store.everybody(self.OTHER)

    def test_everybody_comes_by_their_ids(self) -> None:
        """LC-2: sorted by code points."""
        store = self.presence()
        for login in ("asha", *self.people()):
            store.put_presence(self.TENANT, attrs.evolve(self.BARE, user=UserId(f"u-{login}")), expected=None)
        assert ["u-10", "u-9", "u-Ben", "u-asha", "u-ben"] == [each.user for each in store.everybody(self.TENANT)]

    def test_only_the_expected_record_is_replaced(self) -> None:
        """ST-2: who expects another record than the stored one gets a conflict, and the stored one stays."""
        store = self.presence()
        store.put_presence(self.TENANT, self.FIRST, expected=None)
        for expected in (None, self.SECOND):
            with pytest.raises(Conflict) as caught:
                store.put_presence(self.TENANT, self.SECOND, expected=expected)
            assert (Code.CONFLICT_CHANGED,) == caught.value.codes
        assert self.FIRST == store.presence(self.TENANT, self.USER)
        store.put_presence(self.TENANT, self.SECOND, expected=self.FIRST)
        assert (self.SECOND,) == store.everybody(self.TENANT)

    def test_nothing_is_not_replaced_by_what_expects_something(self) -> None:
        """ST-2: whoever expects a record where there is none gets a conflict."""
        store = self.presence()
        with pytest.raises(Conflict) as caught:
            store.put_presence(self.TENANT, self.SECOND, expected=self.FIRST)
        assert (Code.CONFLICT_CHANGED,) == caught.value.codes
        assert store.presence(self.TENANT, self.USER) is None

    @pytest.mark.parametrize("before", [None, FIRST], ids=["first", "later"])
    def test_of_racing_records_exactly_one_wins(self, before: AgentPresence | None) -> None:
        """ST-2: of many who store one in place of the same one at one moment one wins, and it is the one stored."""
        store = self.presence()
        if before is not None:
            store.put_presence(self.TENANT, before, expected=None)
        tried = [attrs.evolve(self.BARE, counters=Counters(calls=racer)) for racer in range(RACERS)]
        outcomes = race([partial(store.put_presence, self.TENANT, each, expected=before) for each in tried])
        assert 1 == outcomes.count(None)
        assert tried[outcomes.index(None)] == store.presence(self.TENANT, self.USER)

    def test_a_forgotten_user_has_nothing(self) -> None:
        """LC-3: in their tenant alone, and nobody else is forgotten; again is no error."""
        store = self.presence()
        other = attrs.evolve(self.FIRST, user=UserId("u-ben"))
        for tenant, record in ((self.TENANT, self.FIRST), (self.TENANT, other), (self.OTHER, self.FIRST)):
            store.put_presence(tenant, record, expected=None)
        store.forget_user(self.TENANT, self.USER)
        store.forget_user(self.TENANT, self.USER)
        assert (other,) == store.everybody(self.TENANT)
        assert (self.FIRST,) == store.everybody(self.OTHER)
        store.put_presence(self.TENANT, self.SECOND, expected=None)
        assert self.SECOND == store.presence(self.TENANT, self.USER)

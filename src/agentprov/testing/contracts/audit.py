"""The obligations of a store of what was asked and changed no tenant, each as a test."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import attrs
import pytest

from agentprov.errors import Code, Problem
from agentprov.model.changes import Event, EventKind
from agentprov.model.ids import TenantId, UserId
from agentprov.model.references import Kind
from agentprov.repositories import AuditQuery, AuditRepository, Noted
from agentprov.testing.contracts.contract import Contract
from agentprov.testing.contracts.samples import AT, RACERS, race

_HOUR = timedelta(hours=1)
ASHA, BEN = UserId("u-asha"), UserId("u-ben")


class AuditRepositoryContract(Contract):
    """The obligations of :class:`~agentprov.repositories.AuditRepository`."""

    TENANT = TenantId("t-acme")
    FULL = Noted(
        key="k-1",
        at=AT + timedelta(microseconds=1),
        action="user:delete",
        actor=ASHA,
        about=[(Kind.USERS, "u-ben"), (Kind.DEPARTMENTS, "u-ben")],
        problems=[
            Problem(code=Code.ADMIN_LAST),
            Problem(
                code=Code.FIELD_REQUIRED,
                path=("users", "u-ben", 0, "name"),
                parameters={"value": "007", "most": 7, "users": ("u-1", "U-1")},
            ),
        ],
        events=[Event(kind=EventKind.USER_TOLD, subject="u-ben", facts={"\u0906": "' \\ %s", "from": ""})],
        reason="Zeile eins,\nzweite: \U0001f469\u200d\U0001f4bb",
    )
    BARE = Noted(key="k-2", at=AT, action="sign-in")

    def audit(self) -> AuditRepository:
        """An empty store. Each call gives another one."""
        return self.store().audit

    def noted(self, store: AuditRepository, tenant: TenantId = TENANT) -> tuple[Noted, ...]:
        """Everything that was noted."""
        return store.notes(tenant, AuditQuery())

    def test_nothing_is_noted_at_first(self) -> None:
        """ST-5: and nobody learns whether there is such a tenant."""
        assert () == self.noted(self.audit())

    @pytest.mark.parametrize("noted", [FULL, BARE], ids=["full", "bare"])
    def test_a_note_comes_back_equal(self, noted: Noted) -> None:
        """ST-5: who, when, why, what about, with every problem and event, instants to the microsecond."""
        store = self.audit()
        store.note(self.TENANT, noted)
        assert (noted,) == self.noted(store)

    def test_what_was_noted_stays(self) -> None:
        """ST-5: with a key that was noted before nothing happens, whatever comes with it."""
        store = self.audit()
        for noted in (self.FULL, self.FULL, attrs.evolve(self.BARE, key=self.FULL.key)):
            store.note(self.TENANT, noted)
        assert (self.FULL,) == self.noted(store)

    def test_keys_belong_to_one_tenant_and_have_their_case(self) -> None:
        """ST-5: ``K-1`` is another key than ``k-1``, and another tenant has its own, also one that differs by case."""
        store = self.audit()
        upper = attrs.evolve(self.FULL, key="K-1")
        for tenant, noted in ((self.TENANT, self.FULL), (self.TENANT, upper), (TenantId("T-ACME"), self.FULL)):
            store.note(tenant, noted)
        assert (upper, self.FULL) == self.noted(store)
        assert (self.FULL,) == self.noted(store, TenantId("T-ACME"))
        assert () == self.noted(store, TenantId("t-other"))

    def test_notes_come_by_when_it_was(self) -> None:
        """ST-5: then by key, in whatever order they were noted."""
        store = self.audit()
        late = attrs.evolve(self.BARE, key="a", at=AT + _HOUR)
        keys = [attrs.evolve(self.BARE, key=key) for key in ("k-9", "K-9", "k-10", "_")]
        for noted in (late, *keys):
            store.note(self.TENANT, noted)
        assert ["K-9", "_", "k-10", "k-9", "a"] == [each.key for each in self.noted(store)]

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            (AuditQuery(), ["k-1", "k-2", "k-3", "k-4"]),
            (AuditQuery(actor=ASHA), ["k-1", "k-3"]),
            (AuditQuery(actor=UserId("U-ASHA")), []),
            (AuditQuery(about=(Kind.USERS, "u-ben")), ["k-1", "k-2"]),
            (AuditQuery(about=(Kind.DEPARTMENTS, "u-ben")), ["k-3"]),
            (AuditQuery(about=(Kind.USERS, "U-BEN")), []),
            (AuditQuery(about=(Kind.USERS, "u-ben"), actor=BEN), ["k-2"]),
            (AuditQuery(since=AT + _HOUR), ["k-2", "k-3", "k-4"]),
            (AuditQuery(until=AT + _HOUR), ["k-1"]),
            (AuditQuery(since=AT + _HOUR, until=AT + 3 * _HOUR), ["k-2", "k-3"]),
            (AuditQuery(since=AT, until=AT), []),
            (AuditQuery(limit=3), ["k-1", "k-2", "k-3"]),
            (AuditQuery(limit=3, newest=True), ["k-2", "k-3", "k-4"]),
            (AuditQuery(about=(Kind.USERS, "u-ben"), limit=1, newest=True), ["k-2"]),
            (AuditQuery(actor=ASHA, since=AT + timedelta(microseconds=1), limit=1), ["k-3"]),
        ],
    )
    def test_notes_are_found_by_object_actor_and_time(self, query: AuditQuery, expected: list[str]) -> None:
        """ST-5: all that is asked must hold; from an instant, included, until before another; the oldest first."""
        store = self.audit()
        ben = (Kind.USERS, "u-ben")
        for noted in (
            Noted(key="k-4", at=AT + 3 * _HOUR, action="sign-in"),
            Noted(
                key="k-3", at=AT + 2 * _HOUR, action="department:edit", actor=ASHA, about=[(Kind.DEPARTMENTS, "u-ben")]
            ),
            Noted(key="k-2", at=AT + _HOUR, action="password.reset", actor=BEN, about=[ben]),
            Noted(key="k-1", at=AT, action="user:delete", actor=ASHA, about=[ben, (Kind.USERS, "u-asha")]),
        ):
            store.note(self.TENANT, noted)
        assert expected == [each.key for each in store.notes(self.TENANT, query)]

    def test_of_racing_notes_with_one_key_one_stays(self) -> None:
        """ST-5: noted many times at one moment it is there once, and nobody is told of an error."""
        store = self.audit()
        tried = [attrs.evolve(self.FULL, reason=f"racer {racer}") for racer in range(RACERS)]
        assert [None] * RACERS == race([partial(store.note, self.TENANT, noted) for noted in tried])
        (kept,) = self.noted(store)
        assert kept in tried

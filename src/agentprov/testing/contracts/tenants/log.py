"""The log: every commit in its order, without gaps, and without secrets."""

from __future__ import annotations

import pickle
import traceback
from datetime import timedelta, timezone

import attrs
import pytest

from agentprov.errors import Code, Conflict, NotFound, Problem
from agentprov.model.changes import Change, Event, EventKind, LimitEdit, PropertyEdit, SettingsEdit
from agentprov.model.ids import UserId
from agentprov.model.limits import PropertyLimit
from agentprov.model.properties import PropertyName
from agentprov.repositories import AuditQuery, Committed, Founded
from agentprov.testing.contracts.samples import AT, a_change, a_creation, a_renaming, a_tenant, removing
from agentprov.testing.contracts.tenants.founding import TenantFounding

CANARY = "purple-otter-7f3a91c2e5d8"


class TenantLog(TenantFounding):
    """Applied to where it begins, it gives the latest version."""

    def test_versions_count_by_one(self) -> None:
        """ST-2: every commit leads to the next version, from whatever version the tenant was created at."""
        store, tenant = self.repository(), attrs.evolve(a_tenant(), version=41)
        store.create(tenant, at=AT)
        first = store.commit(a_creation(tenant, "ravi"), at=AT)
        second = store.commit(a_creation(first, "mina"), at=AT)
        assert (42, 43) == (first.version, second.version)

    def test_the_log_gives_the_way_from_any_version(self) -> None:
        """ST-2: applied in order, what was committed since a version leads from its tenant to the latest one."""
        store, tenant = self.founded()
        history = [tenant]
        for login in ("ravi", "mina", "tom"):
            history.append(store.commit(a_creation(history[-1], login), at=AT, key=f"key-{login}"))
        for begin in history:
            follower = begin
            for committed in store.changes_since(tenant.id, begin.version):
                follower = committed.change.apply(follower)
                assert committed.version == follower.version
            assert history[-1] == follower

    def test_catching_up_gives_what_loading_gives(self) -> None:
        """ST-3: where a store catches up by itself, from every version, also from one that the log has forgotten."""
        store, tenant = self.founded()
        catch_up = getattr(store, "caught_up", lambda known: store.load(known.id))
        history = [tenant]
        for change in (a_creation, lambda latest, _: a_change(latest, removing(latest, "u-ravi")), a_creation):
            history.append(store.commit(change(history[-1], "ravi"), at=AT))
        for _ in range(2):
            assert [history[-1]] * 4 == [catch_up(known) for known in history]
            store.fold(tenant.id, history[2].version)

    def test_the_log_keeps_what_came_with_the_commit(self) -> None:
        """ST-2: an entry of the log is the change without its secrets, its version, its instant and its key."""
        store, tenant = self.founded()
        change = a_creation(tenant, "ravi", secret="purple otter climbs")
        store.commit(change, at=AT, key="k-1")
        (entry,) = store.changes_since(tenant.id, tenant.version)
        assert Committed(change=change, version=tenant.version + 1, at=AT, key="k-1") == entry
        assert len(entry.change.secrets) == 0

    @pytest.mark.parametrize("version", [0, 2, -1])
    def test_a_version_outside_the_log_is_an_error(self, version: int) -> None:
        """ST-2: whoever asks from a version that the log hasn't must load anew, and isn't told "nothing happened"."""
        store, tenant = self.founded()
        with pytest.raises(NotFound) as caught:
            store.changes_since(tenant.id, version)
        assert (Code.VERSION_UNKNOWN,) == caught.value.codes

    def test_an_entry_keeps_who_why_and_what(self) -> None:
        """ST-5: actor, reason, request, events and warnings come back equal; the instant too, to the microsecond."""
        store, tenant = self.founded()
        at = (AT + timedelta(microseconds=1)).astimezone(timezone(timedelta(hours=5, minutes=30)))
        change = attrs.evolve(
            a_creation(tenant, "ravi"),
            actor=UserId("u-asha"),
            events=[Event(kind=EventKind.USER_CREATED, subject="u-ravi", facts={"\u0906": "' \\ %s"})],
            warnings=[Problem(code=Code.FIELD_REQUIRED, path=("users", "u-ravi", 0), parameters={"value": "007"})],
        )
        reason = "Zeile eins,\nzweite: \U0001f469\u200d\U0001f4bb"
        store.commit(change, at=at, key="k-1", request="r-1", reason=reason)
        expected = Committed(change=change, version=tenant.version + 1, at=at, key="k-1", request="r-1", reason=reason)
        assert (expected,) == store.changes_since(tenant.id, tenant.version)
        assert (expected,) == store.history(tenant.id, AuditQuery())

    def test_the_founding_is_what_was_created(self) -> None:
        """ST-5: the log begins with the tenant that was created, since when and why; commits leave it alone."""
        store, tenant = self.repository(), attrs.evolve(a_tenant(), version=7)
        store.create(tenant, at=AT, reason="signed up")
        expected = Founded(tenant=tenant, at=AT, reason="signed up")
        assert expected == store.founding(tenant.id)
        store.commit(a_creation(tenant, "ravi"), at=AT + timedelta(days=1))
        assert expected == store.founding(tenant.id)

    def test_the_log_rebuilds_the_tenant(self) -> None:
        """P81: what was committed, applied to where the log begins, gives the latest version, of every kind of edit."""
        store, tenant = self.founded()
        versions = [tenant]

        def commit(change: Change) -> None:
            versions.append(store.commit(change, at=AT))

        commit(a_creation(tenant, "ravi"))
        settings = SettingsEdit(before=tenant.settings, after=attrs.evolve(tenant.settings, ring_budget=45))
        commit(a_change(versions[-1], settings=settings))
        edits = {
            "properties": [PropertyEdit(name=PropertyName("wrap_up.chat"), after=7)],
            "limits": [LimitEdit(name=PropertyName("wrap_up.chat"), after=PropertyLimit(locked=True))],
        }
        commit(a_change(versions[-1], **edits))
        commit(attrs.evolve(a_change(versions[-1], **edits).undo(), base=versions[-1].version))
        commit(a_change(versions[-1], removing(versions[-1], "u-ravi")))
        commit(a_renaming(versions[-1], "Last"))
        founding = store.founding(tenant.id)
        rebuilt = founding.tenant
        for entry in store.changes_since(tenant.id, rebuilt.version):
            rebuilt = entry.change.apply(rebuilt)
        assert versions[-1] == rebuilt
        assert versions[-1] == store.load(tenant.id)

    def test_secrets_are_never_stored(self) -> None:
        """P75: a password that came with a change is nowhere in what is read back, nor in what a conflict says."""
        store, tenant = self.founded()
        change = a_creation(tenant, "ravi", secret=CANARY)
        after = store.commit(change, at=AT, key="k-1", request="r-1", reason="new here")
        (entry,) = store.changes_since(tenant.id, tenant.version)
        for each in (entry, store.committed(tenant.id, "k-1"), *store.history(tenant.id, AuditQuery())):
            assert each is not None
            assert 0 == len(each.change.secrets)
            assert CANARY.encode() not in pickle.dumps(each)
        for read in (after, store.load(tenant.id), store.founding(tenant.id)):
            assert CANARY.encode() not in pickle.dumps(read)
        with pytest.raises(Conflict) as caught:
            store.commit(a_creation(tenant, "ravi", secret=CANARY), at=AT)
        assert CANARY not in "".join(traceback.format_exception(caught.value))

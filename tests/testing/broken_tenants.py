"""Stores of tenants that are wrong, each in one way."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from copy import copy
from datetime import datetime
from typing import Any

import attrs

from agentprov.errors import Code, Conflict, InvalidValue, NotFound
from agentprov.memory import MemoryTenants
from agentprov.model.changes import Change
from agentprov.model.ids import TenantId
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from agentprov.repositories import AuditQuery, Committed, Founded, conflict

PAUSE = 0.02
"""How long a store takes where it should have held a lock."""


class Forgetful(MemoryTenants):
    """Ignores the expected version, and so loses updates."""

    def commit(self, change: Change, **given: Any) -> Tenant:
        """Apply the change to whatever is there."""
        with self._lock:
            current = self.load(change.tenant)
            return super().commit(attrs.evolve(change, base=current.version), **given)


class Lockless(MemoryTenants):
    """Compares the version, and takes a while until it writes."""

    def commit(self, change: Change, **given: Any) -> Tenant:
        """Compare, wait, write over whatever is there by then."""
        current = self.load(change.tenant)
        if current.version != change.base or self._keys:
            return super().commit(change, **given)
        after = change.apply(current)
        if threading.current_thread() is not threading.main_thread():  # alone nobody comes between
            time.sleep(PAUSE)
        entry = Committed(change=change.without_secrets(), version=after.version, at=given["at"], key=given.get("key"))
        self._logs[change.tenant].append(attrs.evolve(entry, reason=given.get("reason"), request=given.get("request")))
        self._tenants[change.tenant] = after
        return after


class Additive(MemoryTenants):
    """Catches up by what the log still has, and goes by the versions alone."""

    def caught_up(self, known: Tenant) -> Tenant:
        """The copy, with every later entry that is there."""
        entries = [entry for entry in self._logs[known.id] if entry.version > known.version]
        for entry in entries:
            known = attrs.evolve(entry.change, base=known.version).apply(known)
        return known


class Unindexed(MemoryTenants):
    """Has no unique index: of two who create a login both succeed."""

    def commit(self, change: Change, **given: Any) -> Tenant:
        """Store what the rules refuse."""
        try:
            return super().commit(change, **given)
        except (InvalidValue, Conflict) as error:
            if not {Code.LOGIN_TAKEN, Code.FIELD_DUPLICATE} & set(error.codes):
                raise
            doubled = copy(self.load(change.tenant))
            users: dict[Any, Any] = dict(doubled.users)
            users |= {edit.id: edit.after for edit in change.edits}
            object.__setattr__(doubled, "users", Table(users))
            object.__setattr__(doubled, "version", doubled.version + 1)
            self._tenants[change.tenant] = doubled
            return doubled


class Halfway(MemoryTenants):
    """Stores the edits one by one, and stops at the first that fails."""

    def commit(self, change: Change, **given: Any) -> Tenant:
        """After an error the first edit stays."""
        try:
            return super().commit(change, **given)
        except InvalidValue:
            first = attrs.evolve(change, edits=change.edits[:1])
            self._tenants[change.tenant] = first.apply(self.load(change.tenant))
            raise


class OneByOne(MemoryTenants):
    """Checks what is unique after each edit, as an index does that isn't deferred."""

    def commit(self, change: Change, **given: Any) -> Tenant:
        """Try each edit alone first."""
        now = self.load(change.tenant)
        if now.version == change.base and len(change.edits) > 1:
            for edit in change.edits:
                now = Change(tenant=now.id, base=now.version, edits=[edit]).apply(now)
        return super().commit(change, **given)


class Silent(MemoryTenants):
    """Says of a conflict only that there was one."""

    def commit(self, change: Change, **given: Any) -> Tenant:
        """Drop whatever else it says."""
        try:
            return super().commit(change, **given)
        except Conflict as error:
            raise Conflict(error.problems[:1]) from None


class Backwards(MemoryTenants):
    """Takes a change from the future for one from now."""

    def commit(self, change: Change, **given: Any) -> Tenant:
        """Refuse older versions only."""
        current = self.load(change.tenant)
        return super().commit(attrs.evolve(change, base=min(change.base, current.version)), **given)


class Trusting(MemoryTenants):
    """Believes what a change says was there before."""

    def commit(self, change: Change, **given: Any) -> Tenant:
        """Put in what is there."""
        current = self.load(change.tenant)
        if current.version == change.base:
            edits = [attrs.evolve(edit, before=current.table(edit.kind).get(edit.id)) for edit in change.edits]
            change = attrs.evolve(change, edits=edits)
        return super().commit(change, **given)


class CaseBlind(MemoryTenants):
    """Compares ids as a database with a careless collation does."""

    def create(self, tenant: Tenant, **given: Any) -> None:
        """Refuse an id that differs by case only."""
        if any(str(known).casefold() == tenant.id.casefold() for known in self._tenants):
            raise Conflict.of(Code.TENANT_EXISTS)
        super().create(tenant, **given)


class Overwriting(MemoryTenants):
    """Creates a tenant in place of the one that is there."""

    def create(self, tenant: Tenant, **given: Any) -> None:
        """Forget the old one."""
        self._tenants.pop(tenant.id, None)
        super().create(tenant, **given)


class Empty(MemoryTenants):
    """Answers with nothing, where there is no such tenant."""

    def changes_since(self, tenant: TenantId, version: int) -> tuple[Committed, ...]:
        """Nothing of nobody."""
        return super().changes_since(tenant, version) if tenant in self._tenants else ()

    def history(self, tenant: TenantId, query: AuditQuery) -> tuple[Committed, ...]:
        """Nothing of nobody."""
        return super().history(tenant, query) if tenant in self._tenants else ()


class Reading(MemoryTenants):
    """Reads users another way than they were stored."""

    def load(self, tenant: TenantId) -> Tenant:
        """Each user, as it is read."""
        found = super().load(tenant)
        users = {id_: self.read(user) for id_, user in found.users.items()}
        return found if users == found.users else attrs.evolve(found, users=users)

    def read(self, user: User) -> User:
        """The fault."""
        raise NotImplementedError


class Numeric(Reading):
    """Takes texts of digits for numbers."""

    def read(self, user: User) -> User:
        """Without the noughts in front: "7"."""
        return attrs.evolve(user, name=str(int(user.name)) if user.name and user.name.isdigit() else user.name)


class Stringly(Reading):
    """Writes nothing as a text."""

    def read(self, user: User) -> User:
        """None becomes "None"."""
        return attrs.evolve(user, alias=str(user.alias))


class Kindless(MemoryTenants):
    """Keeps objects by their ids alone, whatever kind they are of."""

    def commit(self, change: Change, **given: Any) -> Tenant:
        """A department takes away what is filed under its id."""
        after = super().commit(change, **given)
        for edit in change.edits:
            if edit.kind.value == "departments" and edit.id in after.users:
                after = attrs.evolve(after, users={id_: user for id_, user in after.users.items() if id_ != edit.id})
                self._tenants[after.id] = after
        return after


class Partial(MemoryTenants):
    """Stores the objects of a tenant, and forgets what it says of itself."""

    def commit(self, change: Change, **given: Any) -> Tenant:
        """Without settings, values and limits."""
        after = super().commit(change, **given)
        founding = self._foundings[change.tenant].tenant
        self._tenants[after.id] = attrs.evolve(
            after, settings=founding.settings, properties=founding.properties, property_limits=founding.property_limits
        )
        return after


class Cached(MemoryTenants):
    """Loads a tenant once."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._loaded: dict[TenantId, Tenant] = {}

    def create(self, tenant: Tenant, **given: Any) -> None:
        """And keep it at once."""
        super().create(tenant, **given)
        self.load(tenant.id)

    def load(self, tenant: TenantId) -> Tenant:
        """As it was when somebody first asked."""
        return self._loaded.setdefault(tenant, super().load(tenant))

    def commit(self, change: Change, **given: Any) -> Tenant:
        """What is cached stays."""
        kept = self._loaded.pop(change.tenant, None)
        after = super().commit(change, **given)
        self._loaded[change.tenant] = kept or after
        return after


class Insertion(MemoryTenants):
    """Lists ids in the order they came in."""

    def tenant_ids(self) -> tuple[TenantId, ...]:
        """Unsorted."""
        return tuple(self._tenants)


class Polite(MemoryTenants):
    """Sorts ids as people do."""

    def tenant_ids(self) -> tuple[TenantId, ...]:
        """Without case."""
        return tuple(sorted(self._tenants, key=str.casefold))


# ---- versions, keys, the log -----------------------------------------------------------------------------------------


class Restarting(MemoryTenants):
    """Begins to count at one, whatever version came."""

    def create(self, tenant: Tenant, **given: Any) -> None:
        """At version 1."""
        super().create(attrs.evolve(tenant, version=1), **given)


class Refounding(MemoryTenants):
    """Counts anew after a fold."""

    def fold(self, tenant: TenantId, version: int) -> None:
        """Version 1 again, when the log is empty."""
        super().fold(tenant, version)
        if not self._logs[tenant]:
            self._tenants[tenant] = attrs.evolve(self._tenants[tenant], version=1)


class Unlogged(MemoryTenants):
    """Stores the tenant and loses the log's entry."""

    def commit(self, change: Change, **given: Any) -> Tenant:
        """Without the entry."""
        version = self.load(change.tenant).version
        after = super().commit(change, **given)
        if after.version != version:
            self._logs[change.tenant].pop()
        return after


class Gappy(MemoryTenants):
    """Answers "nothing happened" where its log doesn't reach."""

    def changes_since(self, tenant: TenantId, version: int) -> tuple[Committed, ...]:
        """Nothing, for a version that isn't in the log."""
        try:
            return super().changes_since(tenant, version)
        except NotFound:
            return ()


class Unkeyed(MemoryTenants):
    """Drops the idempotency key, and so applies a retried commit again or refuses it."""

    def commit(self, change: Change, **given: Any) -> Tenant:
        """Commit without the key."""
        return super().commit(change, at=given["at"], reason=given.get("reason"))


class Eager(MemoryTenants):
    """Remembers the key before it knows that the change can be applied."""

    def commit(self, change: Change, **given: Any) -> Tenant:
        """Note the key, then commit."""
        key, entry = given.get("key"), Committed(change=change, version=change.base + 1, at=given["at"])
        if key is not None and self._keys.setdefault((change.tenant, key), entry) is not entry:
            return super().commit(change, **given)
        current = self.load(change.tenant)
        if current.version != change.base:
            raise conflict(change, current)
        return super().commit(change, at=given["at"])


class Rekeyed(MemoryTenants):
    """Finds the entry of a key in its own way."""

    def commit(self, change: Change, **given: Any) -> Tenant:
        """With the key's entry made to fit, where it seems to be the same."""
        done = self._keys.get((change.tenant, given.get("key") or ""))
        if done is not None and self.same(done, change, given.get("request")):
            return self.load(change.tenant)
        return super().commit(change, **given)

    def same(self, done: Committed, change: Change, request: str | None) -> bool:
        """The fault."""
        raise NotImplementedError


class Requestless(Rekeyed):
    """Compares the change alone, whatever was asked."""

    def same(self, done: Committed, change: Change, request: str | None) -> bool:  # noqa: ARG002  that is the fault
        """The same change."""
        return done.change == change


class Gullible(Rekeyed):
    """Takes whatever comes with a key for the same."""

    def same(self, done: Committed, change: Change, request: str | None) -> bool:  # noqa: ARG002  that is the fault
        """Anything."""
        return True


class Rehashing(MemoryTenants):
    """Compares the change, even where a request was named."""

    def commit(self, change: Change, **given: Any) -> Tenant:
        """Without the request."""
        return super().commit(change, **{**given, "request": None})


class CaseBlindKeys(MemoryTenants):
    """Compares keys without case."""

    def commit(self, change: Change, **given: Any) -> Tenant:
        """In small letters."""
        key = given.get("key")
        return super().commit(change, **{**given, "key": key and key.lower()})

    def committed(self, tenant: TenantId, key: str) -> Committed | None:
        """In small letters."""
        return super().committed(tenant, key.lower())


class SharedKeys(MemoryTenants):
    """Keeps keys for all tenants together."""

    def commit(self, change: Change, **given: Any) -> Tenant:
        """A key that anybody has used is used."""
        key = given.get("key")
        if key is not None and any(known == key and owner != change.tenant for owner, known in self._keys):
            raise Conflict.of(Code.IDEMPOTENCY_KEY_REUSED)
        return super().commit(change, **given)


class Lenient(MemoryTenants):
    """Takes whatever comes with a commit."""

    def create(self, tenant: Tenant, **given: Any) -> None:
        """Mend what should be refused."""
        super().create(tenant, **_mended(given))

    def commit(self, change: Change, **given: Any) -> Tenant:
        """Mend what should be refused."""
        return super().commit(change, **_mended(given))


def _mended(given: dict[str, Any]) -> dict[str, Any]:
    texts = {name: value and "fine" for name, value in given.items() if name != "at"}
    return {**texts, "at": given["at"].astimezone()}


class Changed(MemoryTenants):
    """Keeps something else than came with the commit."""

    def commit(self, change: Change, **given: Any) -> Tenant:
        """Another entry, after it was done."""
        version = self.load(change.tenant).version
        after = super().commit(change, **given)
        if after.version != version:
            entry = self.other(self._logs[change.tenant].pop(), change)
            self._logs[change.tenant].append(entry)
            if entry.key is not None:
                self._keys[change.tenant, entry.key] = entry
        return after

    def other(self, entry: Committed, change: Change) -> Committed:
        """The fault."""
        raise NotImplementedError


class Leaky(Changed):
    """Stores the secrets too."""

    def other(self, entry: Committed, change: Change) -> Committed:
        """The change as it came."""
        return attrs.evolve(entry, change=change)


class ToTheSecond(Changed):
    """Keeps instants to the second."""

    def other(self, entry: Committed, change: Change) -> Committed:  # noqa: ARG002  as the other ones
        """Cut off."""
        return attrs.evolve(entry, at=entry.at.replace(microsecond=0))


class Actorless(Changed):
    """Forgets who it was, and why."""

    def other(self, entry: Committed, change: Change) -> Committed:
        """Nobody, for no reason."""
        return attrs.evolve(entry, reason=None, change=attrs.evolve(change.without_secrets(), actor=None))


class Founderless(MemoryTenants):
    """Folds the log and not its beginning."""

    def fold(self, tenant: TenantId, version: int) -> None:
        """Keep the old founding."""
        before = self.founding(tenant)
        super().fold(tenant, version)
        self._foundings[tenant] = before


class Refolding(MemoryTenants):
    """Takes for the founding whatever is the latest."""

    def founding(self, tenant: TenantId) -> Founded:
        """Now."""
        return attrs.evolve(super().founding(tenant), tenant=self.load(tenant))


class Hoarding(MemoryTenants):
    """Keeps the keys of what was folded."""

    def fold(self, tenant: TenantId, version: int) -> None:
        """Put them back."""
        keys = dict(self._keys)
        super().fold(tenant, version)
        self._keys = keys


class FoldingAll(MemoryTenants):
    """Folds the logs of all tenants."""

    def fold(self, tenant: TenantId, version: int) -> None:
        """And the others to their latest version."""
        super().fold(tenant, version)
        for other in set(self._tenants) - {tenant}:
            super().fold(other, self.load(other).version)


class Unfolding(MemoryTenants):
    """Is content with a version that isn't in the log."""

    def fold(self, tenant: TenantId, version: int) -> None:
        """Do nothing."""
        try:
            super().fold(tenant, version)
        except NotFound:
            return


class Resetting(MemoryTenants):
    """Folds again as if the log were new."""

    def fold(self, tenant: TenantId, version: int) -> None:
        """Where there is nothing to fold, say that it was founded then."""
        before = self.founding(tenant)
        super().fold(tenant, version)
        if self.founding(tenant) == before:
            self._foundings[tenant] = attrs.evolve(before, at=datetime(2000, 1, 1).astimezone())


class Asking(MemoryTenants):
    """Reads a history in its own way."""

    def history(self, tenant: TenantId, query: AuditQuery) -> tuple[Committed, ...]:
        """What it takes for wanted, in its order."""
        self.load(tenant)
        log = [entry for entry in self._logs[tenant] if self.wanted(query, entry)]
        return tuple(sorted(log, key=self.order)[: query.limit])

    def wanted(self, query: AuditQuery, entry: Committed) -> bool:
        """Whether an entry is asked for."""
        return query.wants(entry.at, entry.change.actor, [(edit.kind, edit.id) for edit in entry.change.edits])

    def order(self, entry: Committed) -> Any:
        """What entries are sorted by."""
        return entry.version


class Inclusive(Asking):
    """Counts the end as inside."""

    def wanted(self, query: AuditQuery, entry: Committed) -> bool:
        """Until and with."""
        return super().wanted(query, entry) or (
            query.until == entry.at and super().wanted(attrs.evolve(query, until=None), entry)
        )


class Endless(Asking):
    """Ignores the end."""

    def wanted(self, query: AuditQuery, entry: Committed) -> bool:
        """Until ever."""
        return super().wanted(attrs.evolve(query, until=None), entry)


class ById(Asking):
    """Finds by the id alone, whatever kind it is of."""

    def wanted(self, query: AuditQuery, entry: Committed) -> bool:
        """The ids."""
        ids = [(query.about[0], edit.id) for edit in entry.change.edits] if query.about else ()
        return query.wants(entry.at, entry.change.actor, ids)


class AnyOf(Asking):
    """Takes one of the conditions for enough."""

    def wanted(self, query: AuditQuery, entry: Committed) -> bool:
        """The object or the actor."""
        parts: Iterable[AuditQuery] = (attrs.evolve(query, actor=None), attrs.evolve(query, about=None))
        return any(super(AnyOf, self).wanted(part, entry) for part in parts)


class Newest(Asking):
    """Begins with the newest."""

    def order(self, entry: Committed) -> Any:
        """The other way round."""
        return -entry.version


class ByTheClock(Asking):
    """Sorts by the instant."""

    def order(self, entry: Committed) -> Any:
        """When it was."""
        return entry.at


class Everyones(Asking):
    """Gives the history of all tenants."""

    def history(self, tenant: TenantId, query: AuditQuery) -> tuple[Committed, ...]:
        """Of everybody."""
        self.load(tenant)
        return tuple(entry for log in self._logs.values() for entry in log if self.wanted(query, entry))[: query.limit]

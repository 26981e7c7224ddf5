"""Stores of everything else that are wrong, each in one way, and whole stores whose parts don't hold together."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import attrs

from agentprov.errors import Code, Conflict
from agentprov.memory import (
    MemoryAudit,
    MemoryCodes,
    MemoryCredentials,
    MemoryPresence,
    MemoryRotation,
    MemorySticky,
    MemoryStore,
    MemoryTokens,
)
from agentprov.model.api_tokens import ApiToken
from agentprov.model.changes import Change
from agentprov.model.contact import PhoneNumber
from agentprov.model.effects import Offered, StickyAssigned
from agentprov.model.ids import DepartmentId, TenantId, UserId
from agentprov.model.one_time_codes import CodeKey, CodeRecord
from agentprov.model.sticky import LastAgent, StickyKey
from agentprov.model.stored_passwords import StoredPassword
from agentprov.model.tenant import Tenant
from agentprov.repositories import AgentPresence, AuditQuery, Noted
from agentprov.repositories.presence import departing, removed
from tests.testing.broken_tenants import PAUSE, Forgetful

# ---- passwords, codes, tokens ----------------------------------------------------------------------------------------


class CarelessPasswords(MemoryCredentials):
    """Overwrites whatever password is stored, and takes a while."""

    def put_password(
        self,
        tenant: TenantId,
        user: UserId,
        password: StoredPassword,
        *,
        expected: StoredPassword | None,  # noqa: ARG002  that is the fault
    ) -> None:
        """Store it, expected or not."""
        super().put_password(tenant, user, password, expected=self.password(tenant, user))


class SharedPasswords(MemoryCredentials):
    """Keeps one password for ids that differ by case, and for all tenants."""

    def password(self, tenant: TenantId, user: UserId) -> StoredPassword | None:  # noqa: ARG002  that is the fault
        """Anybody's of that id."""
        return next((each for (_, own), each in self._passwords.items() if own.lower() == user.lower()), None)


class TimelessPasswords(MemoryCredentials):
    """Forgets that a password is for one time."""

    def password(self, tenant: TenantId, user: UserId) -> StoredPassword | None:
        """For ever."""
        stored = super().password(tenant, user)
        return stored and attrs.evolve(stored, one_time=False)


class HauntedPasswords(MemoryCredentials):
    """Has a password for everybody."""

    def password(self, tenant: TenantId, user: UserId) -> StoredPassword | None:
        """One, in any case."""
        ghost = StoredPassword(
            hash="$argon2id$v=19$m=8,t=1,p=1$Zg$Zg", one_time=True, at=datetime(2026, 1, 1).astimezone()
        )
        return super().password(tenant, user) or ghost


class StickyPasswords(MemoryCredentials):
    """Doesn't forget."""

    def remove_password(self, tenant: TenantId, user: UserId) -> None:
        """Do nothing."""


class SlapdashCodes(MemoryCodes):
    """Takes a while to write, and overwrites whatever record is stored by then."""

    def put_codes(self, record: CodeRecord, *, expected: CodeRecord | None) -> None:  # noqa: ARG002  that is the fault
        """Store it, expected or not."""
        time.sleep(PAUSE)
        super().put_codes(record, expected=self.codes(record.key))


class PurposelessCodes(MemoryCodes):
    """Keeps one record for a user, whatever it is for."""

    def codes(self, key: CodeKey) -> CodeRecord | None:
        """Any of the user's."""
        return next((record for known, record in self._records.items() if known.user == key.user), None)


class RoundedCodes(MemoryCodes):
    """Keeps instants to the second."""

    def put_codes(self, record: CodeRecord, *, expected: CodeRecord | None) -> None:
        """Cut off."""
        code = record.code and attrs.evolve(record.code, expires_at=record.code.expires_at.replace(microsecond=0))
        super().put_codes(attrs.evolve(record, code=code), expected=expected)


class HauntedCodes(MemoryCodes):
    """Has a record that nobody stored, for whoever asks first."""

    asked = False

    def codes(self, key: CodeKey) -> CodeRecord | None:
        """One, the first time."""
        found, self.asked = (super().codes(key) if self.asked else CodeRecord(key=key)), True
        return found


class CodelessCodes(MemoryCodes):
    """Keeps no record that has no code."""

    def codes(self, key: CodeKey) -> CodeRecord | None:
        """Nothing instead."""
        record = super().codes(key)
        return None if record is None or record.code is None else record


class StickyCodes(MemoryCodes):
    """Doesn't forget."""

    def forget_user(self, tenant: TenantId, user: UserId) -> None:
        """Do nothing."""


class ResurrectingTokens(MemoryTokens):
    """Overwrites whatever token is stored, a revoked one too."""

    def put_token(self, token: ApiToken, *, expected: ApiToken | None) -> None:  # noqa: ARG002  that is the fault
        """Store it, expected or not."""
        time.sleep(PAUSE if token.revoked_at is None else 0)
        super().put_token(token, expected=self.token(token.tenant, token.digest))


class GlobalTokens(MemoryTokens):
    """Finds a token by its digest, whosever tenant it is."""

    def token(self, tenant: TenantId, digest: str) -> ApiToken | None:  # noqa: ARG002  that is the fault
        """Of any tenant."""
        return next((token for (_, known), token in self._tokens.items() if known == digest), None)


class UnsortedTokens(MemoryTokens):
    """Lists tokens as they came in."""

    def tokens(self, tenant: TenantId, user: UserId) -> tuple[ApiToken, ...]:
        """Unsorted, those that aren't revoked."""
        return tuple(token for token in self._tokens.values() if (token.tenant, token.user) == (tenant, user))


class ListedTokens(MemoryTokens):
    """Answers with nothing instead of an empty list."""

    def tokens(self, tenant: TenantId, user: UserId) -> tuple[ApiToken, ...]:
        """None, where there are none."""
        return super().tokens(tenant, user) or None  # type: ignore[return-value]


class StickyTokens(MemoryTokens):
    """Doesn't forget."""

    def forget_user(self, tenant: TenantId, user: UserId) -> None:
        """Do nothing."""


class RoundedTokens(MemoryTokens):
    """Keeps instants to the second."""

    def put_token(self, token: ApiToken, *, expected: ApiToken | None) -> None:
        """Cut off."""
        super().put_token(attrs.evolve(token, expires_at=token.expires_at.replace(microsecond=0)), expected=expected)


# ---- presence, turns, who served whom, notes -------------------------------------------------------------------------


class CarelessPresence(MemoryPresence):
    """Overwrites whatever record is stored."""

    def put_presence(
        self,
        tenant: TenantId,
        presence: AgentPresence,
        *,
        expected: AgentPresence | None,  # noqa: ARG002  that is the fault
    ) -> None:
        """Store it, expected or not."""
        super().put_presence(tenant, presence, expected=self.presence(tenant, presence.user))


class LocklessPresence(MemoryPresence):
    """Compares, and takes a while until it writes."""

    def put_presence(self, tenant: TenantId, presence: AgentPresence, *, expected: AgentPresence | None) -> None:
        """Compare, wait, write."""
        if self.presence(tenant, presence.user) == expected:
            time.sleep(PAUSE)
            self._records[tenant, presence.user] = presence
        else:
            super().put_presence(tenant, presence, expected=expected)


class CaseBlindPresence(MemoryPresence):
    """Compares ids without case."""

    def presence(self, tenant: TenantId, user: UserId) -> AgentPresence | None:
        """Anybody's whose id looks like it."""
        wanted = tenant.lower(), user.lower()
        found = (each for (owner, own), each in self._records.items() if (owner.lower(), own.lower()) == wanted)
        return next(found, None)


class UnsortedPresence(MemoryPresence):
    """Lists everybody as they came in."""

    def everybody(self, tenant: TenantId) -> tuple[AgentPresence, ...]:
        """Unsorted."""
        return tuple(record for (owner, _), record in self._records.items() if owner == tenant)


class PlainPresence(MemoryPresence):
    """Keeps what an agent is doing, and not what they have done; and knows two ways to be."""

    def presence(self, tenant: TenantId, user: UserId) -> AgentPresence | None:
        """Without the counters."""
        record = super().presence(tenant, user)
        return record and AgentPresence(user=user, at=record.at)

    def everybody(self, tenant: TenantId) -> tuple[AgentPresence, ...]:
        """As they are read one by one."""
        return tuple(AgentPresence(user=record.user, at=record.at) for record in super().everybody(tenant))


class EverywherePresence(MemoryPresence):
    """Forgets a user in every tenant."""

    def forget_user(self, tenant: TenantId, user: UserId) -> None:  # noqa: ARG002  that is the fault
        """In all of them."""
        for owner, _ in list(self._records):
            super().forget_user(owner, user)


class GhostPresence(MemoryPresence):
    """Gives everybody a record, and ignores whom nobody expects."""

    def presence(self, tenant: TenantId, user: UserId) -> AgentPresence | None:
        """One, in any case."""
        return super().presence(tenant, user) or AgentPresence(user=user, at=datetime(2026, 1, 1).astimezone())


class TolerantPresence(MemoryPresence):
    """Takes what is expected where there is nothing for a first record."""

    def put_presence(self, tenant: TenantId, presence: AgentPresence, *, expected: AgentPresence | None) -> None:
        """Where there is nothing, nothing is compared."""
        known = self.presence(tenant, presence.user)
        super().put_presence(tenant, presence, expected=None if known is None else expected)


class CarelessTurns(MemoryRotation):
    """Overwrites whosever turn it was."""

    def offer(self, tenant: TenantId, offered: Offered, *, expected: UserId | None) -> None:  # noqa: ARG002
        """Keep it, expected or not."""
        super().offer(tenant, offered, expected=self._turns.get(tenant, {}).get(offered.department))


class FrozenTurns(MemoryRotation):
    """Stays with the first turn."""

    def offer(self, tenant: TenantId, offered: Offered, *, expected: UserId | None) -> None:
        """Keep it, if it is the first."""
        if expected is None or self._turns.get(tenant, {}).get(offered.department) != expected:
            super().offer(tenant, offered, expected=expected)


class StrictTurns(MemoryRotation):
    """Refuses a turn that goes to the same member again."""

    def offer(self, tenant: TenantId, offered: Offered, *, expected: UserId | None) -> None:
        """As if it were another's."""
        if offered.user == expected:
            raise Conflict.of(Code.CONFLICT_CHANGED)
        super().offer(tenant, offered, expected=expected)


class SharedTurns(MemoryRotation):
    """Has turns for everybody."""

    def rotation(self, tenant: TenantId) -> dict[DepartmentId, UserId]:  # noqa: ARG002  that is the fault
        """Of all tenants."""
        return {department: last for turns in self._turns.values() for department, last in turns.items()}


class HauntedTurns(MemoryRotation):
    """Knows of somebody before there was a call."""

    def rotation(self, tenant: TenantId) -> Mapping[DepartmentId, UserId]:  # type: ignore[override]
        """Somebody."""
        return super().rotation(tenant) or {DepartmentId("d-1"): UserId("u-1")}


class EverywhereTurns(MemoryRotation):
    """Forgets a user in every tenant."""

    def forget_user(self, tenant: TenantId, user: UserId) -> None:  # noqa: ARG002  that is the fault
        """In all of them."""
        for owner in list(self._turns):
            super().forget_user(owner, user)


class HastySticky(MemorySticky):
    """Keeps whatever was reported last, even if somebody answered later."""

    def assign(self, tenant: TenantId, assigned: StickyAssigned) -> None:
        """Overwrite it."""
        time.sleep(PAUSE - assigned.at % 60 / 1_000)
        self._records.setdefault((tenant, assigned.key.caller), {})[assigned.key] = assigned


class FirstSticky(MemorySticky):
    """Keeps who served a caller first."""

    def assign(self, tenant: TenantId, assigned: StickyAssigned) -> None:
        """Unless there is somebody."""
        self._records.setdefault((tenant, assigned.key.caller), {}).setdefault(assigned.key, assigned)


class UndyingSticky(MemorySticky):
    """Counts a record's last instant as one of its life."""

    def last_agents(self, tenant: TenantId, caller: PhoneNumber, *, at: datetime) -> dict[StickyKey, LastAgent]:
        """What lived a second ago."""
        return super().last_agents(tenant, caller, at=at - timedelta(seconds=1))


class EverywhereSticky(MemorySticky):
    """Forgets a user in every tenant."""

    def forget_user(self, tenant: TenantId, user: UserId) -> None:  # noqa: ARG002  that is the fault
        """In all of them."""
        for owner, _ in list(self._records):
            super().forget_user(owner, user)


class SharedSticky(MemorySticky):
    """Knows every caller by the records of all tenants."""

    def last_agents(self, tenant: TenantId, caller: PhoneNumber, *, at: datetime) -> dict[StickyKey, LastAgent]:
        """Of any tenant."""
        owners = {owner for owner, _ in self._records} | {tenant}
        return {
            key: last
            for owner in owners
            for key, last in super(SharedSticky, self).last_agents(owner, caller, at=at).items()
        }


class PlacelessSticky(MemorySticky):
    """Keeps one record of a caller."""

    def last_agents(self, tenant: TenantId, caller: PhoneNumber, *, at: datetime) -> dict[StickyKey, LastAgent]:
        """The latest."""
        return dict(list(super().last_agents(tenant, caller, at=at).items())[-1:])


class BuryingSticky(MemorySticky):
    """Forgets everybody with the dead."""

    def forget_dead(self, tenant: TenantId, *, at: datetime) -> None:
        """All of them."""
        super().forget_dead(tenant, at=at + timedelta(days=365))


class LocalSticky(MemorySticky):
    """Takes an instant without an offset for one of this machine."""

    def last_agents(self, tenant: TenantId, caller: PhoneNumber, *, at: datetime) -> dict[StickyKey, LastAgent]:
        """Of here."""
        return super().last_agents(tenant, caller, at=at.astimezone())

    def forget_dead(self, tenant: TenantId, *, at: datetime) -> None:
        """Of here."""
        super().forget_dead(tenant, at=at.astimezone())


class HauntedSticky(MemorySticky):
    """Knows of somebody before there was a call."""

    def last_agents(self, tenant: TenantId, caller: PhoneNumber, *, at: datetime) -> dict[StickyKey, LastAgent]:
        """Somebody."""
        found = super().last_agents(tenant, caller, at=at)
        return found or {StickyKey(caller=caller, place="number", id="n"): LastAgent(user=UserId("u"), at=at)}  # type: ignore[arg-type]


class OverwritingAudit(MemoryAudit):
    """Writes a note over the one that came with the key before."""

    def note(self, tenant: TenantId, noted: Noted) -> None:
        """The last one stays."""
        self._notes.setdefault(tenant, {})[noted.key] = noted


class RefusingAudit(MemoryAudit):
    """Says that a key is used."""

    def note(self, tenant: TenantId, noted: Noted) -> None:
        """With an error."""
        with self._lock:
            if noted.key in self._notes.get(tenant, {}):
                raise Conflict.of(Code.IDEMPOTENCY_KEY_REUSED)
            super().note(tenant, noted)


class BriefAudit(MemoryAudit):
    """Keeps codes without what they are about."""

    def note(self, tenant: TenantId, noted: Noted) -> None:
        """Without the parameters."""
        super().note(
            tenant, attrs.evolve(noted, problems=[attrs.evolve(each, parameters={}) for each in noted.problems])
        )


class LoudAudit(MemoryAudit):
    """Compares keys and tenants without case."""

    def note(self, tenant: TenantId, noted: Noted) -> None:
        """In small letters."""
        super().note(TenantId(tenant.lower()), attrs.evolve(noted, key=noted.key.lower()))

    def notes(self, tenant: TenantId, query: AuditQuery) -> tuple[Noted, ...]:
        """In small letters."""
        return super().notes(TenantId(tenant.lower()), query)


class UnsortedAudit(MemoryAudit):
    """Lists notes as they came in."""

    def notes(self, tenant: TenantId, query: AuditQuery) -> tuple[Noted, ...]:
        """Unsorted, and from a tenant that nobody noted anything of, something."""
        return tuple(
            each for each in self._notes.get(tenant, {}).values() if query.wants(each.at, each.actor, each.about)
        )


class InclusiveAudit(MemoryAudit):
    """Counts the end as inside."""

    def notes(self, tenant: TenantId, query: AuditQuery) -> tuple[Noted, ...]:
        """Until and with."""
        until = query.until and query.until + timedelta(microseconds=1)
        return super().notes(tenant, attrs.evolve(query, until=until))


class HauntedAudit(MemoryAudit):
    """Has a note that nobody made."""

    def notes(self, tenant: TenantId, query: AuditQuery) -> tuple[Noted, ...]:
        """One, in any case."""
        noted = Noted(key="k", at=datetime(2026, 1, 1).astimezone(), action="sign-in")
        return super().notes(tenant, query) or (noted,)


# ---- whole stores ----------------------------------------------------------------------------------------------------


class Lingering(MemoryStore):
    """Leaves something of a removed user behind."""

    part: str

    def _follow(self, change: Change) -> None:
        kept, self.__dict__[self.part] = self.__dict__[self.part], type(getattr(self, self.part))()
        super()._follow(change)
        self.__dict__[self.part] = kept


def lingering(part: str) -> type[MemoryStore]:
    """A store that leaves behind what this part of it keeps."""
    return type(f"Lingering[{part}]", (Lingering,), {"part": part})


class Early(MemoryStore):
    """Looks at presence before it holds the lock."""

    def __init__(self) -> None:
        super().__init__()
        commit, check = self.tenants.commit, self.tenants._check  # noqa: SLF001  it is taken apart
        self.tenants._check = lambda change: None  # noqa: ARG005, SLF001

        def late(change: Change, **given: Any) -> Tenant:
            check(change)
            time.sleep(PAUSE)
            return commit(change, **given)

        self.tenants.commit = late  # type: ignore[method-assign]


class Unasked(MemoryStore):
    """Asks nobody whether they are logged on."""

    def _check(self, change: Change) -> None:
        pass


class Rooted(MemoryStore):
    """Lets nobody be changed who is logged on."""

    def _check(self, change: Change) -> None:
        edited = [attrs.evolve(edit, after=None) for edit in change.edits if edit.before is not None]
        super()._check(attrs.evolve(change, edits=edited))


class Moving(MemoryStore):
    """Asks only whom a change removes."""

    def _check(self, change: Change) -> None:
        gone = removed(change)
        super()._check(attrs.evolve(change, edits=[edit for edit in change.edits if edit.id in gone]))


class First(MemoryStore):
    """Names the first who is logged on."""

    def _check(self, change: Change) -> None:
        for user in departing(change):
            super()._check(attrs.evolve(change, edits=[edit for edit in change.edits if edit.id == user]))


class Unknowing(MemoryStore):
    """Keeps the presence of anybody."""

    def __init__(self) -> None:
        super().__init__()
        self.presence = MemoryPresence()


class Hurried(MemoryStore):
    """Forgets a user before it is known that they go."""

    def __init__(self) -> None:
        super().__init__()
        commit = self.tenants.commit

        def hurried(change: Change, **given: Any) -> Tenant:
            self._follow(change)
            return commit(change, **given)

        self.tenants.commit = hurried  # type: ignore[method-assign]


class Repeating(MemoryStore):
    """Forgets a user again when their removal comes again."""

    def __init__(self) -> None:
        super().__init__()
        commit = self.tenants.commit

        def repeating(change: Change, **given: Any) -> Tenant:
            after = commit(change, **given)
            self._follow(change)
            return after

        self.tenants.commit = repeating  # type: ignore[method-assign]


class Wide(MemoryStore):
    """Forgets a removed user in all tenants."""

    def _follow(self, change: Change) -> None:
        for tenant in self.tenants.tenant_ids():
            super()._follow(attrs.evolve(change, tenant=tenant))


class Harsh(MemoryStore):
    """Forgets everybody who is moved."""

    def _follow(self, change: Change) -> None:
        edited = [attrs.evolve(edit, after=None) for edit in change.edits if edit.before is not None]
        super()._follow(attrs.evolve(change, edits=edited))


class Adminless(MemoryStore):
    """Ignores the expected version, and takes a while to load."""

    def __init__(self) -> None:
        super().__init__()
        self.tenants = Slow(self.tenants._lock, check=self._check, then=self._follow)  # noqa: SLF001


class Slow(Forgetful):
    """Takes a while to load."""

    def load(self, tenant: TenantId) -> Tenant:
        """As it was a while ago."""
        found = super().load(tenant)
        time.sleep(PAUSE)
        return found


class Chatty(MemoryStore):
    """Notes again what was noted."""

    def __init__(self) -> None:
        super().__init__()
        note = self.audit.note
        self.audit.note = lambda tenant, noted: note(  # type: ignore[method-assign]
            tenant, attrs.evolve(noted, key=f"{noted.key}.{time.monotonic_ns()}")
        )


class Deaf(MemoryStore):
    """Drops the keys of commits."""

    def __init__(self) -> None:
        super().__init__()
        self.tenants._keys = Dropping()  # noqa: SLF001


class Dropping(dict[Any, Any]):
    """Keeps nothing."""

    def __setitem__(self, key: object, value: object) -> None:
        pass

"""What a store must promise: protocols, each obligation spelt out (ST-1, ST-2).

A host puts its own database behind these. :mod:`agentprov.memory` satisfies them in dictionaries, and
:mod:`agentprov.testing.contracts` says whether an adapter is right: there is a test for every obligation here.

The engines never see a repository. A process loads a tenant, decides with it, makes a change, commits the change, and
goes on with the tenant that the commit gives back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Final, Protocol, TypeVar

import attrs

from agentprov.errors import Code, Collector, Conflict, InvalidValue, Problem
from agentprov.model.api_tokens import ApiToken
from agentprov.model.changes import Change
from agentprov.model.contact import PhoneNumber
from agentprov.model.effects import StickyAssigned
from agentprov.model.identity import login_key
from agentprov.model.ids import TenantId, UserId
from agentprov.model.instants import check_instants
from agentprov.model.one_time_codes import CodeKey, CodeRecord
from agentprov.model.settings import LoginComparison
from agentprov.model.sticky import LastAgent, StickyKey
from agentprov.model.stored_passwords import StoredPassword
from agentprov.model.tenant import Tenant
from agentprov.model.users import User


@attrs.frozen(kw_only=True)
class Committed:
    """A change that was committed: the version it led to, when, and the key it came with. Never with its secrets."""

    change: Change
    version: int
    at: datetime
    key: str | None = None


class TenantReader(Protocol):
    """Reads tenants, and what was done to them."""

    def load(self, tenant: TenantId) -> Tenant:
        """The tenant at its latest version, equal to what was stored: nothing lost, nothing coerced.

        Ids are compared exactly, case included: ``Acme`` and ``acme`` are two tenants.

        Raises:
            NotFound: ``tenant.unknown``.
        """
        ...

    def changes_since(self, tenant: TenantId, version: int) -> tuple[Committed, ...]:
        """What was committed after a version, in the order of the versions, without gaps.

        Applied one after the other to the tenant of that version they give the latest. None is ever missing: a version
        that the log doesn't reach back to, or that isn't there yet, is an error and not an empty answer.

        Raises:
            NotFound: ``tenant.unknown`` or ``version.unknown``.
        """
        ...


class TenantWriter(Protocol):
    """Writes tenants, all or nothing."""

    def create(self, tenant: Tenant) -> None:
        """Store a new tenant, at whatever version it has; its log begins there. Of several racing, exactly one wins.

        Raises:
            Conflict: ``tenant.exists``.
        """
        ...

    def commit(self, change: Change, *, at: datetime, key: str | None = None) -> Tenant:
        """Apply a change to the version it was made on and store the outcome and the log's entry together, or neither.

        - The expected version is the change's own base. If the tenant has another one by now, nothing is stored and the
          conflict names it; where the change also gives a login, a numeric id or an extension that somebody else has by
          now, it names that too (:func:`conflict`). So no update is lost, and of two who create the same login exactly
          one wins.
        - With a ``key`` the commit happens once, however often it is tried: trying again gives the tenant as it is now,
          whose version is at least the one that the first commit led to. A key belongs to one tenant and one change.
        - After an error nothing is stored: not the tenant, not the log, not the key.
        - Secrets of the change are never stored.

        Raises:
            NotFound: ``tenant.unknown``.
            Conflict: ``conflict.stale``, with ``login.taken`` and its like; ``conflict.changed``;
                ``idempotency_key.reused`` when the key came with another change before.
            InvalidValue: the tenant wouldn't be whole; ``field.naive_instant`` for ``at``; ``idempotency_key.invalid``.
        """
        ...


class TenantRepository(TenantReader, TenantWriter, Protocol):
    """Both halves."""


class CredentialRepository(Protocol):
    """Keeps the password hashes of users, apart from the users themselves (CR-7). It never sees a password."""

    def password(self, tenant: TenantId, user: UserId) -> StoredPassword | None:
        """The stored password of a user, or nothing. Nobody is told whether the user exists: that isn't known here."""
        ...

    def put_password(
        self, tenant: TenantId, user: UserId, password: StoredPassword, *, expected: StoredPassword | None
    ) -> None:
        """Store a password in place of the ``expected`` one, at once or not at all; of several racing one wins.

        Raises:
            Conflict: ``conflict.changed``; another password is stored by now, or none.
        """
        ...

    def remove_password(self, tenant: TenantId, user: UserId) -> None:
        """Forget a user's password, as when the user is deleted. One that isn't there is gone already."""
        ...


class CodeRepository(Protocol):
    """Keeps the one-time codes of users, hashed, with what throttles guessing (CR-2). It never sees a code.

    One record for each key: whose, and what for. What differs by case is another key.
    """

    def codes(self, key: CodeKey) -> CodeRecord | None:
        """What is kept under a key, equal to what was stored; or nothing."""
        ...

    def put_codes(self, record: CodeRecord, *, expected: CodeRecord | None) -> None:
        """Store a record under its key in place of the ``expected`` one, at once or not at all.

        Of several racing one wins. This alone makes a code good for one use, and counts wrong tries that come
        together: after a conflict whoever checked a code forgets what came of it and checks it again
        (:func:`settle_codes`).

        Raises:
            Conflict: ``conflict.changed``; another record is stored by now, or none.
        """
        ...

    def forget_user(self, tenant: TenantId, user: UserId) -> None:
        """Forget every record of a user, as when they are deleted. Where there is none, nothing happens."""
        ...


class TokenRepository(Protocol):
    """Keeps the API tokens of users, as digests (CR-4). It never sees a token."""

    def token(self, tenant: TenantId, digest: str) -> ApiToken | None:
        """The token of a tenant with this digest, equal to what was stored; nothing, if it is another tenant's."""
        ...

    def tokens(self, tenant: TenantId, user: UserId) -> tuple[ApiToken, ...]:
        """Every token of a user, revoked and expired ones too, by when they were created, then by digest."""
        ...

    def put_token(self, token: ApiToken, *, expected: ApiToken | None) -> None:
        """Store a token in place of the ``expected`` record, at once or not at all; of several racing one wins.

        With nothing expected it is a new one. So noting a last use never undoes a revocation.

        Raises:
            Conflict: ``conflict.changed``; another record is stored by now, or none.
        """
        ...

    def forget_user(self, tenant: TenantId, user: UserId) -> None:
        """Forget every token of a user, as when they are deleted. Where there is none, nothing happens."""
        ...


class StickyRepository(Protocol):
    """Keeps who served which caller last, at which number or department (RT-5). It changes at the rate of calls.

    A record belongs to a tenant and a key; what differs by case is another one. A user who moves to another group keeps
    theirs.
    """

    def last_agents(self, tenant: TenantId, caller: PhoneNumber, *, at: datetime) -> Mapping[StickyKey, LastAgent]:
        """Every record of a caller that is alive at an instant: what :attr:`Live.last_agents` takes.

        A record is dead at its ``until``, that instant included.

        Raises:
            InvalidValue: ``field.naive_instant``.
        """
        ...

    def assign(self, tenant: TenantId, assigned: StickyAssigned) -> None:
        """Keep who served a caller, in place of who did before; doing it again changes nothing.

        Reports may come late: of two the one who answered later stays.
        """
        ...

    def forget_user(self, tenant: TenantId, user: UserId) -> None:
        """Forget every record of a user, as when they are deleted. Where there is none, nothing happens."""
        ...

    def forget_dead(self, tenant: TenantId, *, at: datetime) -> None:
        """Forget what is dead at an instant. Nobody can tell the difference but the store, which stays small.

        Raises:
            InvalidValue: ``field.naive_instant``.
        """
        ...


# ---- what every adapter needs ----------------------------------------------------------------------------------------


class KeepsCodes(Protocol):
    """An outcome that counts once a record is saved: an issue, a verdict."""

    @property
    def record(self) -> CodeRecord | None:
        """What to save; nothing where nothing is kept."""
        ...


Outcome = TypeVar("Outcome", bound=KeepsCodes)


def settle_codes(store: CodeRepository, key: CodeKey | None, step: Callable[[CodeRecord | None], Outcome]) -> Outcome:
    """What came of a step with a user's codes, its record saved; done again as often as somebody else was first.

    ``step`` gets what is stored and gives an outcome. With no key, for a login that nobody has, nothing is stored.
    """
    while True:
        before = None if key is None else store.codes(key)
        outcome = step(before)
        if outcome.record is None or outcome.record == before:
            return outcome
        try:
            store.put_codes(outcome.record, expected=before)
        except Conflict:
            continue
        return outcome


_KEY: Final = re.compile(r"[!-~]{1,200}")


def check_commit(at: datetime, key: str | None) -> None:
    """Refuse what no commit can come with: an instant without an offset, a key that is no key.

    Raises:
        InvalidValue: ``field.naive_instant``, ``idempotency_key.invalid``.
    """
    found = Collector()
    check_instants(found, ("at", at))
    if key is not None and _KEY.fullmatch(key) is None:
        found.add(Code.IDEMPOTENCY_KEY_INVALID, "key", value=str(key)[:80])
    found.check(InvalidValue)


def conflict(change: Change, current: Tenant) -> Conflict:
    """The conflict of a change that was made on another version: that, and every unique value taken meanwhile."""
    stale = Problem(code=Code.CONFLICT_STALE, parameters={"value": current.version, "expected": change.base})
    return Conflict([stale, *_taken(change, current)])


def _taken(change: Change, current: Tenant) -> Iterator[Problem]:
    fold = current.settings.login_comparison is LoginComparison.CASE_INSENSITIVE
    for edit in change.edits:
        if isinstance(edit.after, User):
            for other in current.users.values():
                # Somebody else who was created under the same id is another user, too.
                if other.id != edit.id or edit.before is None:
                    yield from _clashes(edit.after, other, fold=fold)


def _clashes(user: User, other: User, *, fold: bool) -> Iterator[Problem]:
    """What two users both have and only one of them may."""
    if login_key(user.login, ignore_case=fold) == login_key(other.login, ignore_case=fold):
        yield _clash(Code.LOGIN_TAKEN, user, other, str(user.login), "login")
    if user.numeric_id is not None and user.numeric_id == other.numeric_id:
        yield _clash(Code.NUMERIC_ID_TAKEN, user, other, str(user.numeric_id), "numeric_id")
    one, two = user.calling.extension, other.calling.extension
    if one is not None and two is not None and one.number == two.number:
        yield _clash(Code.EXTENSION_TAKEN, user, other, one.number, "calling", "extension", "number")


def _clash(code: Code, user: User, other: User, value: str, *path: str) -> Problem:
    return Problem(code=code, path=("users", user.id, *path), parameters={"value": value, "holder": other.id})

"""Two sessions that do what must not both be done, at the same moment: ``make races``.

Each race has its rule. A trial prepares a tenant of its own, lets both sessions go at a barrier, and then asks whether
the rule still holds. Two stores on one database are two sessions as two processes have them: nothing is shared but the
database. The seedless chance is the machine's; the controls of ``tests/sql/test_races.py`` prove that it suffices.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any, Final, cast

import attrs

from agentprov.credentials.one_time_codes import check_code
from agentprov.credentials.password_changes import rehashed
from agentprov.credentials.passwords import HashingParameters, hash_password
from agentprov.credentials.token_requests import used
from agentprov.engine.access import Access
from agentprov.engine.admins import is_admin
from agentprov.errors import AgentprovError, Conflict
from agentprov.model.access import Permission
from agentprov.model.api_tokens import ApiToken, TokenKind
from agentprov.model.changes import Change, Edit
from agentprov.model.effects import Offered
from agentprov.model.identity import Login
from agentprov.model.ids import DepartmentId, QueueId, TenantId, UserGroupId, UserId
from agentprov.model.live import Live
from agentprov.model.one_time_codes import CodeKey, CodeKind, CodePurpose, CodeRecord, StoredCode
from agentprov.model.references import Kind
from agentprov.model.secret import Secret
from agentprov.model.stored_passwords import StoredPassword
from agentprov.model.tenant import Tenant
from agentprov.model.users import Calling, Extension, User
from agentprov.provisioning import delete_user
from agentprov.repositories import AgentPresence, Store, TenantRepository, perform, settle_codes
from tests.databases import Sabotage, opened, prepared, spared
from tests.servers import OwnServer
from tests.tenants import by_id, grant, small, user

AT: Final = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ASHA: Final = UserId("u-asha")
RAVI: Final = UserId("u-ravi")
SALES: Final = DepartmentId("d-sales")
NIGHT: Final = UserGroupId("g-all")
LOGGED_OFF: Final = Live(queues={})
CHEAPEST: Final = HashingParameters(memory_kib=8, time_cost=1, parallelism=1)
CODE: Final = Secret("271828")
PASSWORD: Final = Secret("purple otter climbs")

Session = Callable[[Store, TenantId], object]
Check = Callable[[Store, TenantId, Sequence[object]], bool]


def _nothing(store: Store, tenant: TenantId) -> None:
    pass


@attrs.frozen(kw_only=True)
class Race:
    """What two sessions do, and what must hold whoever is first."""

    rule: str
    first: Session
    second: Session
    holds: Check
    """Given what each session got, or was refused with."""
    prepare: Session = _nothing
    created: bool = True
    """Whether the tenant is there before the race."""


# ---- the tenant ------------------------------------------------------------------------------------------------------


def a_tenant(id_: TenantId) -> Tenant:
    """A tenant with two admins, who work for a department and in no group's way."""
    admin = grant("access:grant")
    people = [user("asha", grants=[admin]), user("ravi", grants=[admin], user_group=UserGroupId("g-day"))]
    whole = small()
    department = attrs.evolve(whole.departments[SALES], members=[])
    return attrs.evolve(
        whole,
        id=id_,
        users=by_id(people),
        departments=by_id([department]),
        profiles=by_id([]),
    )


def _edit(tenant: Tenant, id_: UserId, before: User | None, after: User | None) -> Change:
    edit = Edit(kind=Kind.USERS, id=id_, before=before, after=after)
    return Change(tenant=tenant.id, base=tenant.version, edits=[edit])


def _creating(name: str, **fields: Any) -> Session:
    """A session that creates a user."""
    return _performing(name, _creation(name, **fields))


def _creating_blindly(name: str, **fields: Any) -> Session:
    """A session that creates a user on the version that was there before the race, as a form that was opened then."""
    make = _creation(name, **fields)
    return lambda store, id_: store.tenants.commit(make(a_tenant(id_)), at=AT)


def _creation(name: str, **fields: Any) -> Callable[[Tenant], Change]:
    new = attrs.evolve(user(name), **fields)
    return lambda tenant: _edit(tenant, new.id, None, new)


def _performing(key: str, command: Callable[[Tenant], Change]) -> Session:
    return lambda store, id_: perform(store.tenants, id_, command, at=AT, key=key, request=key)


class _Plain:
    """A store of tenants that leaves the making of commands to whoever commits them, as the protocol demands."""

    def __init__(self, tenants: TenantRepository) -> None:
        self._tenants = tenants

    def __getattr__(self, name: str) -> object:
        if name == "carry_out":
            raise AttributeError(name)
        return getattr(self._tenants, name)


def _plainly(session: Callable[[TenantRepository, TenantId], object]) -> Session:
    """The same session, made on what was loaded, and made again when somebody else was first."""
    return lambda store, id_: session(cast("TenantRepository", _Plain(store.tenants)), id_)


def _one_of_both(store: Store, id_: TenantId, outcomes: Sequence[object]) -> bool:
    """One was done and one refused, and the tenant is whole."""
    refused = [isinstance(outcome, AgentprovError) for outcome in outcomes]
    return sorted(refused) == [False, True] and len(store.tenants.load(id_).users) == 3


# ---- changes of one tenant -------------------------------------------------------------------------------------------


def _count(tenant: Tenant) -> Change:
    """Add one to a number that is kept in a user's name."""
    before = tenant.users[ASHA]
    number = int(before.name) if before.name is not None and before.name.isdecimal() else 0
    return _edit(tenant, ASHA, before, attrs.evolve(before, name=str(number + 1)))


def _counting_plainly(key: str) -> Session:
    return _plainly(lambda tenants, id_: perform(tenants, id_, _count, at=AT, key=key, request=key))


def _counted_twice(store: Store, id_: TenantId, outcomes: Sequence[object]) -> bool:  # noqa: ARG001
    return store.tenants.load(id_).users[ASHA].name == "2"


def _deleting(id_: UserId) -> Session:
    """A session that deletes a user who was logged off when it looked."""
    return _performing(f"delete-{id_}", lambda tenant: delete_user(tenant, id_, by=None, at=AT, live=LOGGED_OFF))


def _deleting_blindly(store: Store, id_: TenantId) -> object:
    return store.tenants.commit(delete_user(a_tenant(id_), RAVI, by=None, at=AT, live=LOGGED_OFF), at=AT)


def _an_admin_is_left(store: Store, id_: TenantId, outcomes: Sequence[object]) -> bool:  # noqa: ARG001
    tenant = store.tenants.load(id_)
    access = Access(tenant)
    return any(is_admin(access, each) for each in tenant.users)


def _moving(store: Store, id_: TenantId) -> object:
    """Move somebody to another group."""

    def command(tenant: Tenant) -> Change:
        before = tenant.users[RAVI]
        return _edit(tenant, RAVI, before, attrs.evolve(before, user_group=NIGHT))

    return perform(store.tenants, id_, command, at=AT, key="move", request="move")


def _logging_on(store: Store, id_: TenantId) -> None:
    presence = AgentPresence(user=RAVI, at=AT, queues=[QueueId("q-1")])
    store.presence.put_presence(id_, presence, expected=None)


def _logged_off_or_there(store: Store, id_: TenantId, outcomes: Sequence[object]) -> bool:
    """Of two one won: whoever is logged on is still there, in the old group."""
    record = store.presence.presence(id_, RAVI)
    ravi = store.tenants.load(id_).users.get(RAVI)
    one = [isinstance(outcome, AgentprovError) for outcome in outcomes].count(False)
    if record is None:
        return one == 1 and (ravi is None or ravi.user_group == NIGHT)
    # A move that was done before the log-on is nobody's loss.
    return ravi is not None and (ravi.user_group != NIGHT or one == 2)


def _founding(name: str) -> Session:
    return lambda store, id_: store.tenants.create(attrs.evolve(a_tenant(id_), name=name), at=AT)


def _one_founder(store: Store, id_: TenantId, outcomes: Sequence[object]) -> bool:
    won = [name for name, outcome in zip(("One", "Two"), outcomes, strict=True) if outcome is None]
    conflicts = sum(isinstance(outcome, Conflict) for outcome in outcomes)
    loaded, founded = store.tenants.load(id_), store.tenants.founding(id_).tenant
    return len(won) == conflicts == 1 and loaded == founded == attrs.evolve(a_tenant(id_), name=won[0])


def _once(store: Store, id_: TenantId, outcomes: Sequence[object]) -> bool:
    """Both got the same answer, and the log has one entry."""
    return outcomes[0] == outcomes[1] and len(store.tenants.changes_since(id_, 1)) == 1


def _folding(store: Store, id_: TenantId) -> None:
    store.tenants.fold(id_, 2)


def _two_changes(store: Store, id_: TenantId) -> None:
    for number in (1, 2):
        _performing(f"before-{number}", _count)(store, id_)


def _log_is_whole(store: Store, id_: TenantId, outcomes: Sequence[object]) -> bool:
    """The log, from where it begins, gives the tenant, and both were done."""
    founded = store.tenants.founding(id_)
    tenant = founded.tenant
    for entry in store.tenants.changes_since(id_, tenant.version):
        tenant = entry.change.apply(tenant)
    done = not any(isinstance(outcome, AgentprovError) for outcome in outcomes)
    return done and founded.tenant.version == 2 and tenant == store.tenants.load(id_) and tenant.version == 4


# ---- compare and set -------------------------------------------------------------------------------------------------


def _codes_of(id_: TenantId) -> CodeKey:
    return CodeKey(tenant=id_, user=RAVI, purpose=CodePurpose.RECOVERY)


HASH: Final = hash_password(PASSWORD, CHEAPEST).reveal()


def _issued(store: Store, id_: TenantId) -> None:
    # As `issue_code` hashes it, but a code that is known.
    from agentprov.credentials.one_time_codes import _bound

    key, kind = _codes_of(id_), CodeKind.RECOVERY_BY_SMS
    hashed = hash_password(_bound(key, kind, None, CODE), CHEAPEST).reveal()
    code = StoredCode(kind=kind, hash=hashed, issued_at=AT, expires_at=AT + timedelta(minutes=5))
    store.codes.put_codes(CodeRecord(key=key, code=code, issues=[AT], seen=AT), expected=None)


def _presenting(store: Store, id_: TenantId) -> object:
    key = _codes_of(id_)
    verdict = settle_codes(
        store.codes, key, lambda record: check_code(key, CODE, record=record, at=AT, parameters=CHEAPEST)
    )
    return verdict.accepted


def _accepted_once(store: Store, id_: TenantId, outcomes: Sequence[object]) -> bool:
    record = store.codes.codes(_codes_of(id_))
    used_up = record is not None and record.code is not None and record.code.used
    return used_up and sorted(map(bool, outcomes)) == [False, True]


DIGEST: Final = "ab" * 32


def _minted(store: Store, id_: TenantId) -> None:
    token = ApiToken(
        tenant=id_,
        user=RAVI,
        kind=TokenKind.BY_ADMIN,
        digest=DIGEST,
        hint="apv_aBCD",
        permissions=[Permission("user:edit")],
        created_at=AT,
        expires_at=AT + timedelta(days=1),
    )
    store.tokens.put_token(token, expected=None)


def _revoking(store: Store, id_: TenantId) -> None:
    while True:
        token = store.tokens.token(id_, DIGEST)
        assert token is not None
        try:
            store.tokens.put_token(attrs.evolve(token, revoked_at=AT), expected=token)
        except Conflict:
            continue
        return


def _using(store: Store, id_: TenantId) -> None:
    token = store.tokens.token(id_, DIGEST)
    assert token is not None
    # Whoever loses to a revocation leaves it at that.
    store.tokens.put_token(used(token, at=AT + timedelta(minutes=5)), expected=token)


def _stays_revoked(store: Store, id_: TenantId, outcomes: Sequence[object]) -> bool:  # noqa: ARG001
    token = store.tokens.token(id_, DIGEST)
    return token is not None and token.revoked_at == AT


RESET: Final = StoredPassword(hash="$argon2id$reset", one_time=True, at=AT)


def _with_password(store: Store, id_: TenantId) -> None:
    store.credentials.put_password(
        id_, RAVI, StoredPassword(hash=HASH, one_time=False, at=AT - timedelta(days=1)), expected=None
    )


def _rehashing(store: Store, id_: TenantId) -> None:
    stored = store.credentials.password(id_, RAVI)
    assert stored is not None
    if stored != RESET:
        store.credentials.put_password(id_, RAVI, rehashed(stored, PASSWORD, CHEAPEST), expected=stored)


def _resetting(store: Store, id_: TenantId) -> None:
    while True:
        try:
            store.credentials.put_password(id_, RAVI, RESET, expected=store.credentials.password(id_, RAVI))
        except Conflict:
            continue
        return


def _stays_reset(store: Store, id_: TenantId, outcomes: Sequence[object]) -> bool:  # noqa: ARG001
    return store.credentials.password(id_, RAVI) == RESET


MEMBERS: Final = (ASHA, RAVI)


def _ringing(store: Store, id_: TenantId) -> object:
    """Offer a call to whoever's turn it is."""
    while True:
        last = store.rotation.rotation(id_).get(SALES)
        turn = MEMBERS[0] if last is None else MEMBERS[MEMBERS.index(last) - 1]
        try:
            store.rotation.offer(id_, Offered(department=SALES, user=turn), expected=last)
        except Conflict:
            continue
        return turn


def _everybody_had_a_turn(store: Store, id_: TenantId, outcomes: Sequence[object]) -> bool:  # noqa: ARG001
    return set(outcomes) == set(MEMBERS)


# ---- all of them -----------------------------------------------------------------------------------------------------

RACES: Final[Mapping[str, Race]] = {
    "same login": Race(
        rule="ST-2",
        first=_creating_blindly("mina", login=Login("x")),
        second=_creating_blindly("omar", login=Login("x")),
        holds=_one_of_both,
    ),
    "same numeric id": Race(
        rule="ST-2",
        first=_creating("mina", numeric_id=7),
        second=_creating_blindly("omar", numeric_id=7),
        holds=_one_of_both,
    ),
    "same extension": Race(
        rule="ST-2",
        first=_creating("mina", calling=Calling(extension=Extension(number="007"))),
        second=_creating("omar", calling=Calling(extension=Extension(number="007"))),
        holds=_one_of_both,
    ),
    "lost update": Race(
        rule="ST-2", first=_counting_plainly("one"), second=_counting_plainly("two"), holds=_counted_twice
    ),
    "lost update, queueing": Race(
        rule="ST-2", first=_performing("one", _count), second=_counting_plainly("two"), holds=_counted_twice
    ),
    "last admin": Race(rule="AC-5", first=_deleting(ASHA), second=_deleting(RAVI), holds=_an_admin_is_left),
    "delete, log on": Race(rule="LC-2", first=_deleting(RAVI), second=_logging_on, holds=_logged_off_or_there),
    "delete blindly, log on": Race(
        rule="LC-2", first=_deleting_blindly, second=_logging_on, holds=_logged_off_or_there
    ),
    "move, log on": Race(rule="LC-2", first=_moving, second=_logging_on, holds=_logged_off_or_there),
    "two founders": Race(
        rule="ST-2", first=_founding("One"), second=_founding("Two"), holds=_one_founder, created=False
    ),
    "same key": Race(rule="ST-2", first=_creating("mina"), second=_creating("mina"), holds=_once),
    "fold, commit": Race(
        rule="ST-3", prepare=_two_changes, first=_folding, second=_performing("more", _count), holds=_log_is_whole
    ),
    "one code twice": Race(rule="CR-2", prepare=_issued, first=_presenting, second=_presenting, holds=_accepted_once),
    "revoke, use": Race(rule="CR-4", prepare=_minted, first=_revoking, second=_using, holds=_stays_revoked),
    "reset, rehash": Race(rule="CR-7", prepare=_with_password, first=_resetting, second=_rehashing, holds=_stays_reset),
    "one turn twice": Race(rule="RT-6", first=_ringing, second=_ringing, holds=_everybody_had_a_turn),
}


# ---- running them ----------------------------------------------------------------------------------------------------


@attrs.define
class Tally:
    """What came of the trials of one race."""

    trials: int = 0
    broken: int = 0
    examples: Counter[str] = attrs.field(factory=Counter)
    """What both sessions got, in short, in the trials that broke the rule."""


_NUMBERS: Final = itertools.count(1)


def run(race: Race, stores: Sequence[Store], judge: Store, trials: int) -> Tally:
    """So many trials, the sessions with a store each; ``judge`` is a third one, which saw nothing of the race."""
    tally = Tally()
    barrier = Barrier(2)

    def attempt(session: Session, store: Store, id_: TenantId) -> object:
        barrier.wait(60)
        try:
            return session(store, id_)
        except AgentprovError as error:
            return error

    with ThreadPoolExecutor(2) as threads:
        for _ in range(trials):
            id_ = TenantId(f"t-{next(_NUMBERS)}")
            if race.created:
                judge.tenants.create(a_tenant(id_), at=AT)
            race.prepare(judge, id_)
            for store in stores if race.created else ():
                store.tenants.load(id_)  # as a process has it that has worked with the tenant before
            sessions = zip((race.first, race.second), stores, strict=True)
            going = [threads.submit(attempt, session, store, id_) for session, store in sessions]
            outcomes = [each.result() for each in going]
            tally.trials += 1
            try:
                found = None if race.holds(judge, id_, outcomes) else "broken"
            except AgentprovError as error:  # what can't be read any more is broken, too
                found = f"unreadable: {error.codes}"
            if found is not None:
                tally.broken += 1
                tally.examples[f"{found}: {', '.join(map(_briefly, outcomes))}"] += 1
    return tally


def _briefly(outcome: object) -> str:
    return "/".join(outcome.codes) if isinstance(outcome, AgentprovError) else type(outcome).__name__


@contextmanager
def three(url: str, *, serializable: bool = False, sabotage: Sabotage = spared) -> Iterator[tuple[Store, Store, Store]]:
    """Three stores on one database whose tables are there, as three processes would have them."""
    with (
        opened(url, serializable=serializable, sabotage=sabotage) as one,
        opened(url, serializable=serializable, sabotage=sabotage) as two,
        opened(url, serializable=serializable) as judge,
    ):
        yield one, two, judge


ROUTES: Final = ("sqlite", "read committed", "serializable")


def main() -> int:
    """Run, print a table, and fail if a rule was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=1_000)
    parser.add_argument("--routes", nargs="*", default=ROUTES, choices=ROUTES)
    parser.add_argument("races", nargs="*", default=[*RACES])
    chosen = parser.parse_args()
    broken = 0
    sys.stdout.write("| database | race | rule | trials | broken | s |\n|---|---|---|---:|---:|---:|\n")
    with tempfile.TemporaryDirectory() as folder, OwnServer() as server:
        for route in chosen.routes:
            url = f"sqlite:///{Path(folder) / 'races.db'}" if route == "sqlite" else server.url(server.new_database())
            with three(prepared(url), serializable=route == "serializable") as (one, two, judge):
                for name in chosen.races:
                    begun = time.perf_counter()
                    tally = run(RACES[name], (one, two), judge, chosen.trials)
                    broken += tally.broken
                    seconds = time.perf_counter() - begun
                    row = (
                        f"| {route} | {name} | {RACES[name].rule} | {tally.trials:,} | {tally.broken} | {seconds:.0f} |"
                    )
                    lines = [row, *(f"  {count} x {text}" for text, count in tally.examples.most_common(5))]
                    sys.stdout.write("\n".join([*lines, ""]))
                    sys.stdout.flush()
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())

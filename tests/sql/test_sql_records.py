"""What a store in a database promises beyond the suites: races, few round trips, damaged rows, any text."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread
from typing import Any

import attrs
import pytest
from sqlalchemy import Engine, delete, event, func, select, text, update

from agentprov.errors import (
    BrokenStore,
    Code,
    Conflict,
    InvalidValue,
    MissingExtra,
    NotFound,
    Parameter,
    Problem,
    Refused,
    Unavailable,
)
from agentprov.model.api_tokens import ApiToken, TokenKind
from agentprov.model.changes import Event, EventKind
from agentprov.model.contact import PhoneNumber
from agentprov.model.effects import Offered, StickyAssigned
from agentprov.model.groups import UserGroup
from agentprov.model.ids import DepartmentId, QueueId, TenantId, UserGroupId, UserId
from agentprov.model.one_time_codes import CodeKey, CodePurpose, CodeRecord
from agentprov.model.references import Kind
from agentprov.model.sticky import StickyKey, StickyPlace
from agentprov.model.stored_passwords import StoredPassword
from agentprov.model.tenant import Tenant
from agentprov.repositories import AgentPresence, AuditQuery, Noted, Store
from agentprov.sql import Runner, SqlStore, open_async_store, open_engine, open_store, presence, tables
from agentprov.testing.contracts.samples import AT, a_change, a_person, a_tenant, putting, race, removing
from tests.servers import Server

TENANT, ASHA, BEN = TenantId("t-acme"), UserId("u-asha"), UserId("u-ben")
ODD = ("", "\0", "a\ud800", "u-1\n", "x" * 1_000_000)
"""What is no id, and much of it nothing that a driver takes."""
SALES = UserGroup(id=UserGroupId("g-sales"), name="Sales")
CALLER = PhoneNumber("+919812345679")
PASSWORD = StoredPassword(hash="$argon2id$v=19$m=8,t=1,p=1$Zmlyc3Q$Zmlyc3Q", one_time=False, at=AT)
TOKEN = ApiToken(
    tenant=TENANT,
    user=BEN,
    kind=TokenKind.EXCHANGED,
    digest="5e" * 32,
    hint="apv_e123",
    permissions=[],
    created_at=AT,
    expires_at=AT + timedelta(days=1),
)
CODES = CodeRecord(key=CodeKey(tenant=TENANT, user=BEN, purpose=CodePurpose.RECOVERY))
ASSIGNED = StickyAssigned(
    key=StickyKey(caller=CALLER, place=StickyPlace.NUMBER, id="n:1"), user=BEN, at=1_800_000_000, until=1_800_000_060
)
NOTED = Noted(key="n-1", at=AT, action="sign-in", actor=BEN, about=[(Kind.USERS, "u-ben")])


def founded(store: Store) -> Tenant:
    """A tenant in which Ben may be removed."""
    tenant = a_tenant(TENANT, a_person("ben"), user_groups={SALES.id: SALES})
    store.tenants.create(tenant, at=AT)
    return tenant


def logged_on(user: UserId = BEN, *queues: str) -> AgentPresence:
    """A user who is logged on to queues."""
    return AgentPresence(user=user, at=AT, queues=[QueueId(queue) for queue in queues or ("q-1",)])


def fill(store: Store) -> None:
    """Everything that is kept of Ben."""
    store.credentials.put_password(TENANT, BEN, PASSWORD, expected=None)
    store.codes.put_codes(CODES, expected=None)
    store.tokens.put_token(TOKEN, expected=None)
    store.presence.put_presence(TENANT, AgentPresence(user=BEN, at=AT), expected=None)
    store.sticky.assign(TENANT, ASSIGNED)
    store.rotation.offer(TENANT, Offered(department=DepartmentId("d-1"), user=BEN), expected=None)


# ---- users who go ---------------------------------------------------------------------------------------------------


def test_tenants_alone_let_nothing_of_a_user_remain(engine: Engine) -> None:
    """LC-3: whoever commits, the bundle or the tenants alone, deletes every row of whom the change removes."""
    store = SqlStore(engine)
    tenant = founded(store)
    fill(store)
    with open_store(engine.url) as other:
        other.tenants.commit(a_change(tenant, removing(tenant, "u-ben")), at=AT)
    with engine.connect() as connection:
        left = {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar()
            for table in tables.OF_USERS
        }
    assert dict.fromkeys(left, 0) == left


@pytest.mark.parametrize("serializable", [(False, False), (True, True), (True, False), (False, True)], ids=str)
@pytest.mark.parametrize("departure", ["removed", "moved"])
def test_who_logs_on_first_stays(
    postgres: Server, on_postgres: str, departure: str, serializable: tuple[bool, bool]
) -> None:
    """LC-2: a commit that began before waits for them and is refused, whatever isolation the two processes have."""
    committing, engine = (open_engine(postgres.url(on_postgres), serializable=each) for each in serializable)
    store = SqlStore(committing)
    tenant = founded(store)
    ben = tenant.users[BEN]
    edit = (
        removing(tenant, "u-ben") if departure == "removed" else putting(tenant, attrs.evolve(ben, user_group=SALES.id))
    )
    outcome: list[object] = []

    def commit() -> None:
        try:
            outcome.append(store.tenants.commit(a_change(tenant, edit), at=AT))
        except Refused as error:
            outcome.append(error.codes)

    with engine.begin() as connection:
        presence.put_presence(connection, TENANT, logged_on(), None)
        thread = Thread(target=commit)
        thread.start()
        waiting(postgres)
    thread.join()
    assert [(Code.USER_LOGGED_ON_QUEUE,)] == outcome
    assert tenant == store.tenants.load(TENANT)
    engine.dispose()
    committing.dispose()


@pytest.mark.parametrize("serializable", [False, True])
def test_who_is_removed_first_logs_on_to_nothing(postgres: Server, on_postgres: str, serializable: bool) -> None:
    """LC-2: whoever logs on while they are being removed waits for that, and is then nobody."""
    engine = open_engine(postgres.url(on_postgres), serializable=serializable)
    store = SqlStore(engine)
    founded(store)
    outcome: list[object] = []

    def log_on() -> None:
        try:
            store.presence.put_presence(TENANT, logged_on(), expected=None)
        except NotFound as error:
            outcome.append(error.codes)

    with engine.begin() as connection:
        connection.execute(delete(tables.objects).where(tables.objects.c.id == "u-ben"))
        thread = Thread(target=log_on)
        thread.start()
        waiting(postgres)
    thread.join()
    assert [(Code.USER_UNKNOWN,)] == outcome
    engine.dispose()


def waiting(postgres: Server) -> None:
    """Wait until somebody waits for a lock."""
    end = time.monotonic() + 30
    while not postgres.execute("SELECT 1 FROM pg_locks WHERE NOT granted"):
        assert time.monotonic() < end
        time.sleep(0.01)


# ---- many at once ---------------------------------------------------------------------------------------------------


def test_of_many_who_expect_the_same_one_wins(engine: Engine) -> None:
    """ST-2: in each repository, of those who are created or replaced at one moment, in threads."""
    store = SqlStore(engine)
    founded(store)
    other = logged_on(BEN, "q-2")
    offers = [Offered(department=DepartmentId("d-1"), user=user) for user in (ASHA, BEN)]
    tries: list[Callable[[], None]] = [
        lambda: store.credentials.put_password(TENANT, BEN, PASSWORD, expected=None),
        lambda: store.codes.put_codes(CODES, expected=None),
        lambda: store.codes.put_codes(attrs.evolve(CODES, failures=1), expected=CODES),
        lambda: store.tokens.put_token(TOKEN, expected=None),
        lambda: store.tokens.put_token(attrs.evolve(TOKEN, revoked_at=AT), expected=TOKEN),
        lambda: store.presence.put_presence(TENANT, logged_on(), expected=None),
        lambda: store.presence.put_presence(TENANT, other, expected=logged_on()),
        lambda: store.rotation.offer(TENANT, offers[0], expected=None),
        lambda: store.rotation.offer(TENANT, offers[1], expected=ASHA),
    ]
    for attempt in tries:
        outcomes = race([attempt] * 8)
        assert 1 == outcomes.count(None)
        refusals = [outcome.codes for outcome in outcomes if isinstance(outcome, Conflict)]
        assert [(Code.CONFLICT_CHANGED,)] * 7 == refusals


def test_many_tasks_share_a_few_connections(database: str) -> None:
    """ST-4: twenty tasks at once, of which each counts until its count is in: none is lost, and the loop goes on."""

    async def use() -> tuple[int, int]:
        async with open_async_store(database, upgrade=True) as store:
            ticks = 0

            async def tick() -> None:
                nonlocal ticks
                while True:
                    ticks += 1
                    await asyncio.sleep(0.001)

            async def count() -> None:
                while True:
                    before = await store.codes.codes(CODES.key)
                    after = CODES if before is None else attrs.evolve(before, failures=before.failures + 1)
                    try:
                        return await store.codes.put_codes(after, expected=before)
                    except Conflict:
                        pass

            ticking = asyncio.create_task(tick())
            await asyncio.gather(*(count() for _ in range(20)))
            ticking.cancel()
            kept = await store.codes.codes(CODES.key)
            assert kept is not None
            return kept.failures, ticks

    failures, ticks = asyncio.run(use())
    assert 19 == failures
    assert ticks > 10


def test_a_database_in_memory_serves_tasks_one_by_one() -> None:
    """ST-4: it is one connection, which no two tasks use at once."""

    async def use() -> int:
        async with open_async_store("sqlite://", upgrade=True) as store:
            notes = [attrs.evolve(NOTED, key=f"n-{nth}") for nth in range(20)]
            await asyncio.gather(*(store.audit.note(TENANT, note) for note in notes))
            return len(await store.audit.notes(TENANT, AuditQuery()))

    assert 20 == asyncio.run(use())


def test_a_task_that_is_cancelled_leaves_no_lock(database: str) -> None:
    """ST-4: its transaction is undone, and the connection serves others."""

    async def use() -> None:
        async with open_async_store(database, upgrade=True, pool_size=1, max_overflow=0) as store:
            for nth in range(5):
                task = asyncio.create_task(store.audit.note(TENANT, NOTED))
                await asyncio.sleep(0.001 * nth)
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
            await store.audit.note(TENANT, NOTED)
            assert (NOTED,) == await store.audit.notes(TENANT, AuditQuery())

    asyncio.run(use())


# ---- round trips ----------------------------------------------------------------------------------------------------


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """Notes what is sent meanwhile: statements, and how transactions begin and end."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement.split(maxsplit=1)[0])

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def test_what_calls_write_is_one_statement(engine: Engine) -> None:
    """ST-4: presence, sticky records and turns are written at the rate of calls."""
    store = SqlStore(engine)
    founded(store)
    with statements(engine) as sent:
        store.presence.put_presence(TENANT, logged_on(), expected=None)
        store.presence.put_presence(TENANT, logged_on(BEN, "q-2"), expected=logged_on())
        store.sticky.assign(TENANT, ASSIGNED)
        store.rotation.offer(TENANT, Offered(department=DepartmentId("d-1"), user=BEN), expected=None)
        store.rotation.offer(TENANT, Offered(department=DepartmentId("d-1"), user=ASHA), expected=BEN)
    assert ["INSERT", "UPDATE", "INSERT", "INSERT", "UPDATE"] == [each for each in sent if each != "BEGIN"]


@pytest.mark.parametrize("serializable", [False, True])
def test_one_statement_is_its_own_transaction(postgres: Server, on_postgres: str, serializable: bool) -> None:
    """ST-4: of the engine's isolation; and the next transaction is one again."""
    engine = open_engine(postgres.url(on_postgres), serializable=serializable)
    run = Runner(engine)
    query = text("SELECT current_setting('transaction_isolation'), now() = statement_timestamp()")
    expected = "serializable" if serializable else "read committed"

    def ask(connection: Any) -> tuple[object, ...]:
        connection.execute(text("SELECT pg_sleep(0.001)"))
        return tuple(connection.execute(query).one())

    assert (expected, True) == run.write_one(ask) == run.read_one(ask)
    assert (expected, False) == run.write(ask)
    assert ("repeatable read", False) == run.read(ask)
    engine.dispose()


def test_a_lost_connection_is_told_where_the_statement_may_have_arrived(postgres: Server, on_postgres: str) -> None:
    """ST-2: who writes with one statement is told that nothing is known; what only reads is done again by itself."""
    with open_store(postgres.url(on_postgres)) as store:
        founded(store)
        end_connections(postgres, on_postgres)
        with pytest.raises(Unavailable) as caught:
            store.presence.put_presence(TENANT, logged_on(), expected=None)
        assert (Code.STORE_UNAVAILABLE,) == caught.value.codes
        store.presence.put_presence(TENANT, logged_on(), expected=None)
        end_connections(postgres, on_postgres)
        assert logged_on() == store.presence.presence(TENANT, BEN)


def end_connections(postgres: Server, database: str) -> None:
    """End every connection to a database, and wait until they are gone."""
    for backend in postgres.backends(database):
        postgres.execute(f"SELECT pg_terminate_backend({backend}, 10000)")


# ---- what is no record ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_nothing_is_kept_under_what_is_no_id(engine: Engine, odd: str) -> None:
    """ST-1: whoever asks for it finds nothing, whoever forgets it does nothing, and nothing is stored under it."""
    store = SqlStore(engine)
    tenant, user = TenantId(odd), UserId(odd)
    assert store.credentials.password(TENANT, user) is store.credentials.password(tenant, BEN) is None
    assert store.tokens.token(TENANT, odd) is None
    assert () == store.tokens.tokens(TENANT, user)
    assert () == store.presence.everybody(tenant)
    assert store.presence.presence(TENANT, user) is None
    assert {} == store.sticky.last_agents(TENANT, PhoneNumber(odd), at=AT)
    assert {} == store.rotation.rotation(tenant)
    assert () == store.audit.notes(tenant, AuditQuery())
    assert () == store.audit.notes(TENANT, AuditQuery(about=(Kind.USERS, odd)))
    store.credentials.remove_password(TENANT, user)
    for repository in (store.codes, store.tokens, store.presence, store.sticky, store.rotation):
        repository.forget_user(tenant, user)
    store.sticky.forget_dead(tenant, at=AT)
    attempts: list[Callable[[], None]] = [
        lambda: store.credentials.put_password(TENANT, user, PASSWORD, expected=None),
        lambda: store.sticky.assign(tenant, ASSIGNED),
        lambda: store.rotation.offer(tenant, Offered(department=DepartmentId("d-1"), user=BEN), expected=None),
        lambda: store.sticky.assign(TENANT, attrs.evolve(ASSIGNED, user=user)),
        lambda: store.rotation.offer(TENANT, Offered(department=DepartmentId(odd), user=BEN), expected=None),
        lambda: store.rotation.offer(TENANT, Offered(department=DepartmentId("d-1"), user=user), expected=None),
        lambda: store.audit.note(tenant, NOTED),
    ]
    for attempt in attempts:
        with pytest.raises(InvalidValue) as caught:
            attempt()
        assert (Code.ID_INVALID,) == caught.value.codes
    with pytest.raises(NotFound):
        store.presence.put_presence(tenant, logged_on(), expected=None)


def test_a_note_repeats_what_was_asked_for(engine: Engine) -> None:
    """ST-5: a refusal says what was typed, be it no text at all, and comes back equal."""
    store = SqlStore(engine)
    typed: dict[str, Parameter] = {
        "value": "a\ud800\0\n\U0001f469",
        "low": 1,
        "share": 0.1,
        "yes": True,
        "choices": ("b", "a"),
    }
    problem = Problem(code=Code.FIELD_INVALID, path=("users", "u-ben", 3), parameters=typed)
    told = Event(kind=EventKind.USER_TOLD, subject="u-ben", facts={"text": "a\ud800"})
    noted = attrs.evolve(NOTED, problems=[problem], events=[told], reason="because")
    store.audit.note(TENANT, noted)
    assert (noted,) == store.audit.notes(TENANT, AuditQuery())


@pytest.mark.parametrize("odd", ODD)
def test_a_note_is_by_and_about_ids(odd: str) -> None:
    """ST-5: an id that is none is refused where the note is made, so every store takes what there is."""
    for fields in ({"actor": odd}, {"about": [(Kind.USERS, odd)]}):
        with pytest.raises(InvalidValue) as caught:
            Noted(key="n-1", at=AT, action="user:delete", **fields)
        assert (Code.ID_INVALID,) == caught.value.codes


def test_a_damaged_record_is_named(engine: Engine) -> None:
    """ST-2: what isn't as it was written is no answer; the error says where it stands, and nothing of it."""
    store = SqlStore(engine)
    founded(store)
    fill(store)
    store.audit.note(TENANT, NOTED)
    with engine.begin() as connection:
        for table in (tables.passwords, tables.codes, tables.tokens, tables.presence, tables.notes):
            connection.execute(update(table).values(document='{"hash": "zk3-canary'))
        connection.execute(update(tables.sticky).values(place="nowhere"))
    reads: dict[str, Callable[[], object]] = {
        "passwords.t-acme.u-ben": lambda: store.credentials.password(TENANT, BEN),
        "codes.t-acme.u-ben.recovery": lambda: store.codes.codes(CODES.key),
        f"tokens.t-acme.{TOKEN.digest}": lambda: store.tokens.tokens(TENANT, BEN),
        "presence.t-acme.u-ben": lambda: store.presence.everybody(TENANT),
        "sticky.t-acme": lambda: store.sticky.last_agents(TENANT, CALLER, at=AT),
        "notes.t-acme.n-1": lambda: store.audit.notes(TENANT, AuditQuery()),
    }
    for where, read in reads.items():
        with pytest.raises(BrokenStore) as caught:
            read()
        assert [(Code.STORE_CORRUPTED, where)] == [(each.code, each.where) for each in caught.value.problems]
        assert "canary" not in str(caught.value)


# ---- opening --------------------------------------------------------------------------------------------------------


def test_a_store_without_tables_is_refused(database: str) -> None:
    """ST-4: at opening, with the command that makes them."""
    with pytest.raises(BrokenStore) as caught, open_store(database):
        pass
    assert (Code.STORE_SCHEMA_MISSING,) == caught.value.codes


def test_a_store_is_opened_again(database: str) -> None:
    """ST-1: what was stored is there, for either face, and the connections are closed at the end."""
    with open_store(database, upgrade=True) as store:
        tenant = founded(store)
        fill(store)

    async def load() -> tuple[object, ...]:
        async with open_async_store(database) as later:
            return await later.tenants.load(TENANT), await later.tokens.tokens(TENANT, BEN)

    assert (tenant, (TOKEN,)) == asyncio.run(load())


def test_the_rights_to_read_and_write_rows_are_enough(postgres: Server, on_postgres: str) -> None:
    """ST-4: a role that may neither create nor alter anything serves."""
    with open_store(postgres.url(on_postgres, postgres.new_role(on_postgres))) as store:
        tenant = founded(store)
        fill(store)
        store.presence.put_presence(TENANT, logged_on(), expected=AgentPresence(user=BEN, at=AT))
        store.presence.forget_user(TENANT, BEN)
        store.audit.note(TENANT, NOTED)
        store.tenants.commit(a_change(tenant, removing(tenant, "u-ben")), at=AT)
        assert store.credentials.password(TENANT, BEN) is None


@pytest.mark.parametrize(
    ("url", "module", "extra"),
    [("postgresql://h/d", "psycopg", "postgres"), ("sqlite://", "aiosqlite", "sql-async")],
)
def test_a_missing_driver_is_named(url: str, module: str, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """ER-1: which extra to install."""
    monkeypatch.setitem(sys.modules, module, None)

    async def use() -> None:
        async with open_async_store(url):
            pass

    with pytest.raises(MissingExtra) as caught:
        asyncio.run(use())
    assert [extra] == [problem.parameters["extra"] for problem in caught.value.problems]


def test_without_sqlalchemy_the_extra_is_named() -> None:
    """ER-1: which extra to install, from a process that never had it."""
    program = (
        "import sys; sys.modules['sqlalchemy'] = None\n"
        "from agentprov.errors import MissingExtra\n"
        "try:\n    import agentprov.sql\n"
        "except MissingExtra as error:\n    print(error.problems[0].parameters['extra'])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "sql\n" == done.stdout

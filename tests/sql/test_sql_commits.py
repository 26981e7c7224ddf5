"""What a commit writes, in how many statements, and what it leaves alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta, timezone

import attrs
import psycopg
import pytest
from sqlalchemy import Engine, event, select

from agentprov.codec import encode_value
from agentprov.codec.rows import row_text
from agentprov.errors import Code, Conflict, InvalidValue, NotFound, Refused
from agentprov.model.changes import Change, Edit, SettingsEdit
from agentprov.model.groups import UserGroup
from agentprov.model.identity import Login
from agentprov.model.ids import QueueId, TenantId, UserGroupId, UserId
from agentprov.model.references import Kind
from agentprov.model.settings import LoginComparison
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from agentprov.repositories import AgentPresence, AuditQuery
from agentprov.sql import (
    AsyncRunner,
    AsyncSqlStore,
    Runner,
    SqlTenants,
    commits,
    open_async_engine,
    open_engine,
    tables,
    upgrade,
)
from agentprov.testing.contracts.samples import AT, a_creation, a_renaming, a_tenant, race
from tests.servers import Server

ASHA = UserId("u-asha")
Holders = set[tuple[str, str, str]]


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that an engine executes meanwhile."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def holders(engine: Engine) -> Holders:
    """Who has which unique value."""
    columns = tables.unique_values.c
    with engine.connect() as connection:
        rows = connection.execute(select(columns.field, columns.value, columns.holder))
        return {tuple(row) for row in rows}


def users_edit(tenant: Tenant, *pairs: tuple[User | None, User | None]) -> Change:
    """The change that replaces users."""
    edits = [
        Edit(kind=Kind.USERS, id=(after or before).id, before=before, after=after)  # type: ignore[union-attr]
        for before, after in pairs
    ]
    return Change(tenant=tenant.id, base=tenant.version, edits=edits)


# ---- statements -----------------------------------------------------------------------------------------------------


def test_a_commit_is_a_handful_of_statements(engine: Engine) -> None:
    """PF-5: renaming takes the guard, the entry, its object and the object's row; a new login one row more."""
    store, tenant = SqlTenants(Runner(engine)), a_tenant()
    store.create(tenant, at=AT)
    store.load(tenant.id)
    with counted(engine) as renaming:
        after = store.commit(a_renaming(tenant, "Asha"), at=AT, key="k1")
    with counted(engine) as creating:
        store.commit(a_creation(after, "ravi"), at=AT, key="k2")
    assert (4, 5) == (len(renaming), len(creating))


def test_a_commit_needs_no_copy(engine: Engine) -> None:
    """ST-2: whoever has never seen the tenant, or an older version of it, commits all the same."""
    tenant = a_tenant()
    SqlTenants(Runner(engine)).create(tenant, at=AT)
    older = SqlTenants(Runner(engine))
    older.load(tenant.id)
    first = SqlTenants(Runner(engine)).commit(a_creation(tenant, "ravi"), at=AT)
    second = older.commit(a_creation(first, "mina"), at=AT)
    assert a_creation(first, "mina").apply(first) == second == older.load(tenant.id)
    SqlTenants(Runner(engine)).fold(tenant.id, second.version)
    third = SqlTenants(Runner(engine)).commit(a_renaming(second, "A"), at=AT)
    older.fold(tenant.id, third.version)
    assert a_renaming(third, "B").apply(third) == older.commit(a_renaming(third, "B"), at=AT)


def test_a_copy_of_another_database_is_not_believed(engine: Engine) -> None:
    """ST-2: where a database was restored from a backup, a copy of what came after is dropped, not written."""
    store, tenant = SqlTenants(Runner(engine)), a_tenant()
    store.create(tenant, at=AT)
    store.commit(a_creation(store.commit(a_creation(tenant, "ravi"), at=AT), "mina"), at=AT)
    with engine.begin() as connection:
        for table in tables.metadata.sorted_tables:
            if table is not tables.schema:
                connection.execute(table.delete())
    store.create(tenant, at=AT)
    renaming = a_renaming(tenant, "Asha B")
    assert renaming.apply(tenant) == store.commit(renaming, at=AT) == store.load(tenant.id)
    # Nor is it when the new history is as long as the old one.
    second = store.commit(a_renaming(store.load(tenant.id), "Asha C"), at=AT)
    assert second == store.load(tenant.id) == SqlTenants(Runner(engine)).load(tenant.id)


def test_a_long_log_is_gone_through_in_parts(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """ST-3: it is folded, and a copy far behind it catches up, without being in memory as a whole."""
    monkeypatch.setattr(commits, "BULK", 2)
    store, behind = SqlTenants(Runner(engine)), SqlTenants(Runner(engine))
    versions = [a_tenant()]
    store.create(versions[0], at=AT)
    behind.load(versions[0].id)
    for name in "abcdefg":
        versions.append(store.commit(a_renaming(versions[-1], name), at=AT + timedelta(days=len(versions))))
    latest = a_renaming(versions[-1], "h")
    assert latest.apply(versions[-1]) == behind.commit(latest, at=AT)
    for folded in (2, 7, 7):
        store.fold(latest.tenant, folded)
        founded = store.founding(latest.tenant)
        assert (versions[folded - 1], AT + timedelta(days=folded - 1)) == (founded.tenant, founded.at)


@pytest.mark.parametrize("most", [1, 0, -1])
def test_at_most_so_many_copies_are_kept(engine: Engine, most: int) -> None:
    """ST-3: a store keeps few tenants at hand, or none, and serves the others all the same."""
    store = SqlTenants(Runner(engine), copies=most)
    pair = [a_tenant("t-1"), a_tenant("t-2")]
    for tenant in pair:
        store.create(tenant, at=AT)
    for _ in range(2):
        pair = [store.commit(a_renaming(tenant, f"N{tenant.version}"), at=AT) for tenant in pair]
    assert pair == [store.load(tenant.id) for tenant in pair]


# ---- unique values --------------------------------------------------------------------------------------------------


def test_unique_values_follow_their_users(engine: Engine) -> None:
    """ST-2: logins, numeric ids and extensions are held by who has them, given on in one change, and free again."""
    store, tenant = SqlTenants(Runner(engine)), a_tenant()
    store.create(tenant, at=AT)
    asha = tenant.users[ASHA]
    expected: Holders = {("login", "asha", ASHA), ("numeric_id", str(10**17 + 1), ASHA), ("extension", "007", ASHA)}
    assert expected == holders(engine)
    heir = User(id=UserId("u-2"), login=Login("ravi"), numeric_id=asha.numeric_id, calling=asha.calling)
    bare = attrs.evolve(asha, numeric_id=None, calling=User(id=ASHA, login=asha.login).calling)
    after = store.commit(users_edit(tenant, (None, heir), (asha, bare)), at=AT)
    expected = {
        ("login", "asha", ASHA),
        ("login", "ravi", "u-2"),
        ("numeric_id", str(10**17 + 1), "u-2"),
        ("extension", "007", "u-2"),
    }
    assert expected == holders(engine)
    store.commit(users_edit(after, (heir, None)), at=AT)
    assert {("login", "asha", ASHA)} == holders(engine)


def test_logins_are_filed_as_the_tenant_compares_them(engine: Engine) -> None:
    """ST-2: where a tenant begins to ignore case, its logins are filed in one case from then on."""
    store, tenant = SqlTenants(Runner(engine)), a_tenant("t-1", User(id=UserId("u-2"), login=Login("RAVI")))
    store.create(tenant, at=AT)
    assert ("login", "RAVI", "u-2") in holders(engine)
    other = attrs.evolve(tenant.settings, login_comparison=LoginComparison.CASE_INSENSITIVE)
    change = Change(tenant=tenant.id, base=tenant.version, settings=SettingsEdit(before=tenant.settings, after=other))
    after = store.commit(change, at=AT)
    assert after == store.load(tenant.id)
    assert {("login", "asha", ASHA), ("login", "ravi", "u-2")} <= holders(engine)
    assert ("login", "RAVI", "u-2") not in holders(engine)


# ---- many at once ---------------------------------------------------------------------------------------------------


def many(tenant: Tenant, count: int) -> Change:
    """The change that creates so many users."""
    users = [User(id=UserId(f"u-{number}"), login=Login(f"user{number}"), name="N") for number in range(count)]
    return users_edit(tenant, *((None, user) for user in users))


def test_thousands_in_one_change_are_kept_and_go(engine: Engine) -> None:
    """ST-4: a change of thousands of objects creates, replaces and removes them as one of a single object does."""
    store, tenant = SqlTenants(Runner(engine)), attrs.evolve(a_tenant(), departments={})
    store.create(tenant, at=AT)
    with counted(engine) as statements:
        full = store.commit(many(tenant, 1_100), at=AT)
    assert len(statements) < 10
    assert full == store.load(tenant.id)
    others = [(user, attrs.evolve(user, login=Login(f"{user.login}x"))) for user in full.users.values()]
    renamed = store.commit(users_edit(full, *others), at=AT)
    assert renamed == store.load(tenant.id)
    assert {user.login for user in renamed.users.values()} == {v for f, v, _ in holders(engine) if f == "login"}
    emptied = store.commit(users_edit(renamed, *((user, None) for user in renamed.users.values())), at=AT)
    assert emptied == store.load(tenant.id)
    assert set() == holders(engine)
    copy = attrs.evolve(full, id=TenantId("t-copy"))
    store.create(copy, at=AT)
    assert copy == store.load(copy.id)


def test_coroutines_write_thousands_too(database: str) -> None:
    """ST-4: the asynchronous face does what the other does, the bulk of PostgreSQL included."""

    async def use() -> None:
        engine = open_async_engine(database)
        await AsyncRunner(engine).write(upgrade)
        store, tenant = AsyncSqlStore(engine).tenants, a_tenant()
        await store.create(tenant, at=AT, reason="new")
        change = many(tenant, 1_000)
        after = await store.commit(change, at=AT, key="k", request="r")
        assert (
            change.apply(tenant)
            == after
            == await store.load(tenant.id)
            == await store.commit(change, at=AT, key="k", request="r")
        )
        done = await store.committed(tenant.id, "k")
        assert done is not None
        assert (done,) == await store.changes_since(tenant.id, tenant.version)
        assert (done,) == await store.history(tenant.id, AuditQuery(about=(Kind.USERS, "u-7")))
        assert (tenant.id,) == await store.tenant_ids()
        await store.fold(tenant.id, after.version)
        founded = await store.founding(tenant.id)
        assert (after, "new") == (founded.tenant, founded.reason)
        with pytest.raises(NotFound):
            await store.load(TenantId("t-none"))
        await engine.dispose()

    asyncio.run(use())


# ---- users who are at work, and who are gone ------------------------------------------------------------------------


def put_presence(engine: Engine, tenant: Tenant, user: UserId, *queues: str) -> None:
    """Note that a user is logged on to queues, as a store of presence does."""
    record = AgentPresence(user=user, at=AT, queues=[QueueId(queue) for queue in queues])
    row = {
        "tenant": tenant.id,
        "user": user,
        "queues": len(queues),
        "document": row_text(encode_value(record)),
    }
    with engine.begin() as connection:
        connection.execute(tables.presence.delete())
        connection.execute(tables.presence.insert(), row)


def test_who_is_logged_on_to_a_queue_is_neither_removed_nor_moved(engine: Engine) -> None:
    """LC-2: by the store's own presence; logged on to none they go, and whoever stays may be changed."""
    group = UserGroup(id=UserGroupId("g-1"), name="G")
    store, tenant = SqlTenants(Runner(engine)), attrs.evolve(a_tenant(), user_groups={group.id: group}, departments={})
    store.create(tenant, at=AT)
    asha = tenant.users[ASHA]
    put_presence(engine, tenant, ASHA, "q-b", "q-a")
    for change in (
        users_edit(tenant, (asha, None)),
        users_edit(tenant, (asha, attrs.evolve(asha, user_group=group.id))),
    ):
        with pytest.raises(Refused) as caught:
            store.commit(change, at=AT)
        assert [(Code.USER_LOGGED_ON_QUEUE, ("q-a", "q-b"))] == [
            (each.code, each.parameters["queues"]) for each in caught.value.problems
        ]
        assert tenant == store.load(tenant.id)
    after = store.commit(a_renaming(tenant, "Asha"), at=AT)
    put_presence(engine, tenant, ASHA)
    assert {} == dict(store.commit(users_edit(after, (after.users[ASHA], None)), at=AT).users)


def test_with_a_user_everything_of_theirs_goes(engine: Engine) -> None:
    """LC-2: a password, codes, tokens, presence, sticky records and turns go in the same commit; others' stay."""
    mina = User(id=UserId("u-mina"), login=Login("mina"))
    store, tenant = SqlTenants(Runner(engine)), attrs.evolve(a_tenant("t-1", mina), departments={})
    other = a_tenant("t-2")
    store.create(tenant, at=AT)
    store.create(other, at=AT)
    for owner, user in ((tenant, ASHA), (tenant, mina.id), (other, ASHA)):
        with engine.begin() as connection:
            for table in tables.OF_USERS:
                row = {column.name: f"x-{user}" if column.type.python_type is str else 0 for column in table.c}
                connection.execute(table.insert(), {**row, "tenant": owner.id, "user": user})
    store.commit(users_edit(tenant, (tenant.users[ASHA], None)), at=AT)
    for table in tables.OF_USERS:
        with engine.connect() as connection:
            left = {tuple(row) for row in connection.execute(select(table.c.tenant, table.c.user))}
        assert {("t-1", "u-mina"), ("t-2", "u-asha")} == left


# ---- the log --------------------------------------------------------------------------------------------------------


def test_instants_are_kept_exactly(engine: Engine) -> None:
    """ST-5: to the microsecond, long ago and far away, whatever the zone they were given in."""
    store, tenant = SqlTenants(Runner(engine)), a_tenant()
    store.create(tenant, at=AT)
    first, last = AT.replace(year=1970, microsecond=999_999), AT.replace(year=2200, microsecond=1)
    instants = [AT + timedelta(microseconds=1), first, last.astimezone(timezone(timedelta(hours=5, minutes=45)))]
    for at in instants:
        tenant = store.commit(a_renaming(tenant, f"N{tenant.version}"), at=at)
    assert instants == [each.at for each in store.changes_since(tenant.id, 1)]


def test_a_key_committed_twice_at_once_counts_once(engine: Engine) -> None:
    """ST-2: of several tries of one commit at the same moment one applies it, and all get its tenant."""
    tenant = a_tenant()
    SqlTenants(Runner(engine)).create(tenant, at=AT)
    change = a_creation(tenant, "ravi")
    tries = [lambda: SqlTenants(Runner(engine)).commit(change, at=AT, key="k") for _ in range(6)]
    assert [change.apply(tenant)] * 6 == race(tries)


def test_a_key_of_another_request_is_refused_on_any_version(engine: Engine) -> None:
    """ST-2: a key that was used is refused for another request, even where its change is made on the latest version."""
    store, tenant = SqlTenants(Runner(engine)), a_tenant()
    store.create(tenant, at=AT)
    after = store.commit(a_creation(tenant, "ravi"), at=AT, key="k", request="one")
    again = a_creation(after, "mina")
    with pytest.raises(Conflict) as caught:
        store.commit(again, at=AT, key="k", request="two")
    assert (Code.IDEMPOTENCY_KEY_REUSED,) == caught.value.codes
    assert after == store.commit(again, at=AT, key="k", request="one") == store.load(tenant.id)


@pytest.mark.parametrize("base", [-1, 0, 7, 2**62, 2**63, 10**40])
def test_a_version_that_never_was_is_a_conflict(engine: Engine, base: int) -> None:
    """ST-2: a change of any other version is stale, however large its number; a tenant can't begin past counting."""
    store, tenant = SqlTenants(Runner(engine)), a_tenant()
    store.create(tenant, at=AT)
    with pytest.raises(Conflict) as caught:
        store.commit(attrs.evolve(a_creation(tenant, "ravi"), base=base), at=AT)
    assert (Code.CONFLICT_STALE,) == caught.value.codes
    with pytest.raises(InvalidValue):
        store.create(attrs.evolve(tenant, id=TenantId("t-2"), version=2**62 + 1), at=AT)


# ---- PostgreSQL alone -----------------------------------------------------------------------------------------------


def test_whoever_listens_is_told(postgres: Server, on_postgres: str) -> None:
    """ST-3: with notifications every commit tells the tenant's id, once it is committed, and a refused one nothing."""
    engine = open_engine(postgres.url(on_postgres), notify=True)
    store, tenant = SqlTenants(Runner(engine)), a_tenant()
    store.create(tenant, at=AT)
    with psycopg.connect(postgres.dsn(on_postgres), autocommit=True) as listener:
        listener.execute("LISTEN agentprov")
        store.commit(a_creation(tenant, "ravi"), at=AT, key="k")
        with pytest.raises(Conflict):
            store.commit(a_creation(tenant, "mina"), at=AT)
        assert ["t-acme"] == [told.payload for told in listener.notifies(timeout=0.3)]
    engine.dispose()


@pytest.mark.parametrize("serializable", [False, True])
def test_of_many_writers_none_is_lost(postgres: Server, on_postgres: str, serializable: bool) -> None:
    """ST-2: writers who try again after a conflict all get through, on either isolation, and no deadlock shows."""
    engine = open_engine(postgres.url(on_postgres), serializable=serializable)
    store = SqlTenants(Runner(engine))
    store.create(a_tenant(), at=AT)

    def writer(number: int) -> Callable[[], object]:
        def write() -> None:
            for turn in range(5):
                while True:
                    tenant = store.load(TenantId("t-acme"))
                    try:
                        store.commit(a_creation(tenant, f"u{number}-{turn}"), at=AT)
                    except Conflict:
                        continue
                    break

        return write

    assert [None] * 4 == race([writer(number) for number in range(4)])
    final = store.load(TenantId("t-acme"))
    assert (21, 21) == (len(final.users), final.version)
    engine.dispose()


def test_a_role_without_rights_on_the_schema_serves(postgres: Server, on_postgres: str) -> None:
    """ST-4: selecting, inserting, updating and deleting is all that a store does, the bulk included."""
    engine = open_engine(postgres.url(on_postgres, postgres.new_role(on_postgres)))
    store, tenant = SqlTenants(Runner(engine)), a_tenant()
    store.create(tenant, at=AT)
    after = store.commit(many(tenant, 1_100), at=AT, key="k")
    after = store.commit(users_edit(after, *((user, None) for user in list(after.users.values())[1:])), at=AT)
    store.fold(tenant.id, after.version)
    assert after == store.load(tenant.id) == store.founding(tenant.id).tenant
    engine.dispose()

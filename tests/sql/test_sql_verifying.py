"""What is wrong with a store is found: rows damaged, missing, left over, at odds with each other (ST-4, ST-5)."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from agentprov.errors import Code, Problem
from agentprov.model.changes import Change, Edit
from agentprov.model.effects import Offered
from agentprov.model.ids import DepartmentId, QueueId, UserId
from agentprov.model.references import Kind
from agentprov.repositories import AgentPresence, Noted
from agentprov.sql import Runner, SqlStore, open_engine, upgrade
from agentprov.sql.verifying import verify
from agentprov.testing.contracts import (
    CodeRepositoryContract,
    CredentialRepositoryContract,
    StickyRepositoryContract,
    TokenRepositoryContract,
)
from agentprov.testing.contracts.samples import AT, a_creation, a_renaming, a_tenant
from tests.servers import Server

ASHA, API = UserId("u-asha"), UserId("u-api")


def filled(engine: Engine) -> SqlStore:
    """A store with something in every table: t-acme at version 5, and beside it t-other."""
    store = SqlStore(engine)
    tenant = a_tenant()
    store.tenants.create(tenant, at=AT, reason="set up")
    store.tenants.create(a_tenant("t-other"), at=AT)
    for position, login in enumerate(("ravi", "api", "gone")):
        tenant = store.tenants.commit(a_creation(tenant, login), at=AT, key=f"key-{position}", reason="new")
    tenant = store.tenants.commit(a_renaming(tenant, "Asha"), at=AT)
    store.credentials.put_password(tenant.id, ASHA, CredentialRepositoryContract.FIRST, expected=None)
    store.codes.put_codes(CodeRepositoryContract.FIRST, expected=None)
    store.tokens.put_token(TokenRepositoryContract.FIRST, expected=None)
    present = AgentPresence(user=ASHA, at=AT, queues=[QueueId("q-sales")])
    store.presence.put_presence(tenant.id, present, expected=None)
    store.sticky.assign(tenant.id, StickyRepositoryContract.FIRST)
    store.rotation.offer(tenant.id, Offered(department=DepartmentId("d-1"), user=ASHA), expected=None)
    problem = Problem(code=Code.PERMISSION_NOT_GRANTED, parameters={"value": "user:delete"})
    noted = Noted(key="n-1", at=AT, action="user:delete", actor=API, about=[(Kind.USERS, ASHA)], problems=[problem])
    store.audit.note(tenant.id, noted)
    return store


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def copies(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copies]:
    """Makes copies of one filled store: that takes a tenth of the time of filling it."""
    made: list[Engine] = []
    if request.param == "sqlite":
        original = tmp_path_factory.mktemp("store") / "agentprov.db"
        fill(f"sqlite:///{original}")

        def copied() -> str:
            return f"sqlite:///{shutil.copy(original, tmp_path_factory.mktemp('copy'))}"
    else:
        server: Server = request.getfixturevalue("postgres")
        template = server.new_database()
        fill(server.url(template))

        def copied() -> str:
            return server.url(server.new_database(options=f"TEMPLATE {template}"))

    def copy() -> Engine:
        made.append(open_engine(copied()))
        return made[-1]

    yield copy
    for engine in made:
        engine.dispose()


Copies = Callable[[], Engine]


def fill(url: str) -> None:
    """A store with tables, filled."""
    engine = open_engine(url)
    Runner(engine).write(upgrade)
    filled(engine)
    engine.dispose()


def execute(engine: Engine, *statements: str) -> None:
    """What somebody does to the tables by hand."""
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def found(engine: Engine) -> set[tuple[str, str]]:
    """The code and place of each fault."""
    return {(problem.code.value, ".".join(map(str, problem.path))) for problem in verify(engine)}


def test_a_store_that_is_whole_has_no_faults(engine: Engine) -> None:
    """ST-4: whatever a store itself writes is in order: with something in every table, folded, with users gone."""
    store = filled(engine)
    assert () == verify(engine)

    store.tenants.fold(a_tenant().id, 3)
    tenant = store.tenants.load(a_tenant().id)
    edit = Edit(kind=Kind.USERS, id=API, before=tenant.users[API])
    store.tenants.commit(Change(tenant=tenant.id, base=tenant.version, edits=[edit]), at=AT)
    assert () == verify(engine)


def test_an_empty_store_has_no_faults(engine: Engine) -> None:
    """ST-4: no tenant, no fault."""
    assert () == verify(engine)


DAMAGES: dict[str, tuple[tuple[str, ...], set[tuple[str, str]]]] = {
    "an object isn't JSON": (
        ("UPDATE agentprov_objects SET document = '{' WHERE tenant = 't-acme' AND id = 'u-ravi'",),
        {("store.corrupted", "objects.t-acme.users.u-ravi")},
    ),
    "an object isn't of its kind": (
        ("UPDATE agentprov_objects SET document = '{\"nmae\":\"x\"}' WHERE tenant = 't-acme' AND id = 'u-ravi'",),
        {("store.corrupted", "objects.t-acme.users.u-ravi")},
    ),
    "there is no such kind": (
        ("UPDATE agentprov_objects SET kind = 'usres' WHERE tenant = 't-acme' AND id = 'u-ravi'",),
        {("store.corrupted", "objects.t-acme.usres.u-ravi")},
    ),
    "an object says something else than the log": (
        ('UPDATE agentprov_objects SET document = \'{"login":"ravi","name":"X"}\' WHERE id = \'u-ravi\'',),
        {("store.log_diverged", "objects.t-acme.users.u-ravi")},
    ),
    "an object was deleted": (
        ("DELETE FROM agentprov_objects WHERE tenant = 't-acme' AND id = 'u-ravi'",),
        {
            ("store.log_diverged", "objects.t-acme.users.u-ravi"),
            ("store.lookup_wrong", "unique_values.t-acme.login.u-ravi"),
        },
    ),
    "an object that others refer to was deleted": (
        ("DELETE FROM agentprov_objects WHERE tenant = 't-acme' AND id = 'u-asha'",),
        {
            ("store.corrupted", "tenants.t-acme"),
            ("store.row_orphaned", "passwords.t-acme.u-asha"),
            ("store.row_orphaned", "codes.t-acme.u-asha.recovery"),
            ("store.row_orphaned", "presence.t-acme.u-asha"),
            ("store.row_orphaned", "sticky.t-acme.+919812345678.department:sales"),
            ("store.row_orphaned", "rotation.t-acme.d-1"),
        },
    ),
    "an object was added": (
        ("INSERT INTO agentprov_objects VALUES ('t-acme', 'skills', 's-1', '{\"name\":\"x\"}')",),
        {("store.log_diverged", "objects.t-acme.skills.s-1")},
    ),
    "the head is broken": (
        ("UPDATE agentprov_tenants SET head = 'x' WHERE tenant = 't-acme'",),
        {("store.corrupted", "tenants.t-acme")},
    ),
    "the head says something else": (
        ("UPDATE agentprov_tenants SET head = replace(head, 'Asia/Kolkata', 'Asia/Dubai') WHERE tenant = 't-acme'",),
        {("store.log_diverged", "tenants.t-acme")},
    ),
    "the version went ahead of the log": (
        ("UPDATE agentprov_tenants SET version = 7 WHERE tenant = 't-acme'",),
        {("store.log_gap", "log.t-acme.6"), ("store.log_gap", "log.t-acme.7")},
    ),
    "the version went back": (
        ("UPDATE agentprov_tenants SET version = 4 WHERE tenant = 't-acme'",),
        {("store.row_orphaned", "log.t-acme.5")},
    ),
    "the version is before the log": (
        ("UPDATE agentprov_tenants SET version = 0 WHERE tenant = 't-other'",),
        {("store.log_diverged", "tenants.t-other"), ("store.corrupted", "tenants.t-other")},  # no version is 0
    ),
    "an entry of the log is missing": (
        ("DELETE FROM agentprov_log WHERE tenant = 't-acme' AND version = 3",),
        {("store.log_gap", "log.t-acme.3")},
    ),
    "two entries of the log are wrong": (
        (
            "UPDATE agentprov_log SET reason = 'something else' WHERE tenant = 't-acme' AND version = 2",
            "UPDATE agentprov_log SET at = at + 1 WHERE tenant = 't-acme' AND version = 4",
        ),
        {("store.corrupted", "log.t-acme.2"), ("store.corrupted", "log.t-acme.4")},
    ),
    "another did it": (
        ("UPDATE agentprov_log SET actor = 'u-asha' WHERE tenant = 't-acme' AND version = 2",),
        {("store.corrupted", "log.t-acme.2")},
    ),
    "the document of an entry was changed": (
        ("UPDATE agentprov_log SET document = replace(document, 'ravi', 'rava') WHERE version = 2",),
        {("store.corrupted", "log.t-acme.2")},
    ),
    "two entries changed places": (
        (
            "UPDATE agentprov_log SET version = 99 WHERE version = 2",
            "UPDATE agentprov_log SET version = 2 WHERE version = 3",
            "UPDATE agentprov_log SET version = 3 WHERE version = 99",
        ),
        {("store.corrupted", "log.t-acme.2"), ("store.corrupted", "log.t-acme.3")},
    ),
    "the log's beginning is missing": (
        ("DELETE FROM agentprov_foundings WHERE tenant = 't-acme'",),
        {("store.corrupted", "foundings.t-acme")},
    ),
    "the log begins with another tenant": (
        (
            "DELETE FROM agentprov_foundings WHERE tenant = 't-acme'",
            "UPDATE agentprov_foundings SET tenant = 't-acme' WHERE tenant = 't-other'",
        ),
        {("store.corrupted", "foundings.t-acme"), ("store.corrupted", "foundings.t-other")},
    ),
    "what an entry is about is missing": (
        ("DELETE FROM agentprov_log_objects WHERE version = 2",),
        {("store.lookup_wrong", "log_objects.t-acme.users.u-ravi.2")},
    ),
    "what an entry is about is another": (
        ("UPDATE agentprov_log_objects SET id = 'u-x' WHERE version = 2",),
        {
            ("store.lookup_wrong", "log_objects.t-acme.users.u-ravi.2"),
            ("store.lookup_wrong", "log_objects.t-acme.users.u-x.2"),
        },
    ),
    "a login is another's": (
        ("UPDATE agentprov_unique_values SET holder = 'u-asha' WHERE holder = 'u-ravi'",),
        {("store.lookup_wrong", "unique_values.t-acme.login.u-ravi")},
    ),
    "an extension is held by nobody": (
        ("DELETE FROM agentprov_unique_values WHERE tenant = 't-acme' AND field = 'extension'",),
        {("store.lookup_wrong", "unique_values.t-acme.extension.u-asha")},
    ),
    "a numeric id is held that nobody has": (
        ("INSERT INTO agentprov_unique_values VALUES ('t-acme', 'numeric_id', '17', 'u-ravi')",),
        {("store.lookup_wrong", "unique_values.t-acme.numeric_id.u-ravi")},
    ),
    "a password is broken": (
        ("UPDATE agentprov_passwords SET document = '{}'",),
        {("store.corrupted", "passwords.t-acme.u-asha")},
    ),
    "a password is left of nobody": (
        ("UPDATE agentprov_passwords SET \"user\" = 'u-none'",),
        {("store.row_orphaned", "passwords.t-acme.u-none")},
    ),
    "the codes are another's": (
        ("UPDATE agentprov_codes SET \"user\" = 'u-ravi'",),
        {("store.lookup_wrong", "codes.t-acme.u-ravi.recovery")},
    ),
    "a token is another's": (
        ("UPDATE agentprov_tokens SET \"user\" = 'u-ravi'",),
        {("store.lookup_wrong", "tokens.t-acme.tok-0000000000000000")},
    ),
    "a token is found by another digest": (
        ("UPDATE agentprov_tokens SET digest = 'abc'",),
        {("store.lookup_wrong", "tokens.t-acme.tok-abc")},
    ),
    "presence counts other queues": (
        ("UPDATE agentprov_presence SET queues = 0",),
        {("store.lookup_wrong", "presence.t-acme.u-asha")},
    ),
    "presence is broken": (
        ("UPDATE agentprov_presence SET document = '[]'",),
        {("store.corrupted", "presence.t-acme.u-asha")},
    ),
    "a caller was served by nobody": (
        ("UPDATE agentprov_sticky SET \"user\" = 'u-none'",),
        {("store.row_orphaned", "sticky.t-acme.+919812345678.department:sales")},
    ),
    "it was nobody's turn": (
        ("UPDATE agentprov_rotation SET \"user\" = 'u-none'",),
        {("store.row_orphaned", "rotation.t-acme.d-1")},
    ),
    "a note is broken": (
        ("UPDATE agentprov_notes SET document = '{}'",),
        {("store.corrupted", "notes.t-acme.n-1")},
    ),
    "a note is found under another object": (
        ("UPDATE agentprov_note_objects SET id = 'u-ravi'",),
        {
            ("store.lookup_wrong", f"note_objects.t-acme.users.u-asha.{int(AT.timestamp()) * 10**6}.n-1"),
            ("store.lookup_wrong", f"note_objects.t-acme.users.u-ravi.{int(AT.timestamp()) * 10**6}.n-1"),
        },
    ),
    "a note is gone, and what it was about is left": (
        ("DELETE FROM agentprov_notes",),
        {("store.lookup_wrong", f"note_objects.t-acme.users.u-asha.{int(AT.timestamp()) * 10**6}.n-1")},
    ),
    "a tenant is gone, and its rows are left": (
        ("DELETE FROM agentprov_tenants WHERE tenant = 't-other'",),
        {
            ("store.row_orphaned", "objects.t-other"),
            ("store.row_orphaned", "unique_values.t-other"),
            ("store.row_orphaned", "foundings.t-other"),
        },
    ),
    "the tables are an older release's": (
        ("DELETE FROM agentprov_schema",),
        {("store.schema_missing", "")},
    ),
    "the tables are a newer release's": (
        ("INSERT INTO agentprov_schema (version, at) VALUES (99, 0)",),
        {("store.schema_newer", "")},
    ),
    "a table is gone": (
        ("DROP TABLE agentprov_note_objects",),
        {("store.table_wrong", "agentprov_note_objects")},
    ),
    "an index is gone": (
        ("DROP INDEX agentprov_log_at",),
        {("store.table_wrong", "agentprov_log.agentprov_log_at")},
    ),
    "a column is gone": (
        ("ALTER TABLE agentprov_foundings DROP COLUMN reason",),
        {("store.table_wrong", "agentprov_foundings.reason")},
    ),
    "there is a column more": (
        ("ALTER TABLE agentprov_tenants ADD COLUMN more TEXT",),
        {("store.table_wrong", "agentprov_tenants.more")},
    ),
    "a key is gone": (
        (
            "DROP TABLE agentprov_rotation",
            'CREATE TABLE agentprov_rotation (tenant TEXT NOT NULL, department TEXT NOT NULL, "user" TEXT NOT NULL)',
            'CREATE INDEX agentprov_rotation_user ON agentprov_rotation (tenant, "user")',
        ),
        {("store.table_wrong", "agentprov_rotation.primary key")},
    ),
}


@pytest.mark.parametrize("damage", DAMAGES, ids=[each.replace(" ", "-").replace("'", "") for each in DAMAGES])
def test_each_damage_is_found_where_it_is(copies: Copies, damage: str) -> None:
    """ST-5: what somebody does to the tables by hand is found, all of it and nothing else, with its place."""
    statements, faults = DAMAGES[damage]
    engine = copies()

    execute(engine, *statements)

    assert faults == found(engine)
    engine.dispose()


def test_nothing_of_the_content_is_shown(copies: Copies) -> None:
    """ST-5: faults say where and never what: no login, no hash, no digest of a token in full."""
    engine = copies()
    execute(
        engine,
        "UPDATE agentprov_objects SET document = '{\"login\":\"hidden-login\"' WHERE id = 'u-ravi'",
        'UPDATE agentprov_passwords SET document = \'{"hash":"hidden-hash"}\'',
        "UPDATE agentprov_tokens SET document = '{}'",
    )

    faults = verify(engine)

    assert ["store.corrupted"] * 3 == [problem.code.value for problem in faults]
    shown = " ".join(f"{problem} {problem.parameters}" for problem in faults)
    assert not [each for each in ("hidden", "0" * 17) if each in shown]


def test_a_damaged_file_is_a_fault(tmp_path: Path) -> None:
    """ST-4: of SQLite's file itself, where its own check finds it damaged."""
    address = f"sqlite:///{tmp_path / 'agentprov.db'}"
    fill(address)
    content = (tmp_path / "agentprov.db").read_bytes()
    page = content.index(b'"login":"ravi"') // 4096 * 4096
    (tmp_path / "agentprov.db").write_bytes(content[:page] + b"\0" * 4096 + content[page + 4096 :])
    engine = open_engine(address)

    codes = {problem.code.value for problem in verify(engine)}
    engine.dispose()

    assert {"store.corrupted"} == codes

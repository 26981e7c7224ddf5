"""A filter as a query of SQL finds what the filter lists, with the missing facts of a table as NULL (AC-9)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing

from hypothesis import given

from agentprov.engine.access import Access
from agentprov.engine.filters import Conditions, Field, Filter, filter_for
from agentprov.engine.visibility import RecordFilter, Seen, Sight
from agentprov.model.tenant import Tenant
from tests.engine.companies import NUMBERS, PERMISSIONS, USERS
from tests.engine.viewers import KINDS, limited_tenants, watched_tenants

Query = tuple[str, list[str]]
"""A condition and the values of its parameters."""

TABLES = """
CREATE TABLE objects (kind TEXT, id TEXT, home_department TEXT, supervisor TEXT, user_group TEXT);
CREATE TABLE memberships (id TEXT, agent_group TEXT);
CREATE TABLE records (id INTEGER, number TEXT);
CREATE TABLE concerned (record INTEGER, id TEXT);
"""
COLUMNS = {
    Field.ID: "objects.id",
    Field.HOME_DEPARTMENT: "objects.home_department",
    Field.SUPERVISOR: "objects.supervisor",
    Field.USER_GROUP: "objects.user_group",
}
RECORDS = [
    (number, users)
    for number in (None, *NUMBERS, "n-gone")
    for users in ((), (USERS[0],), (USERS[1], USERS[3]), (USERS[5], "u-gone"))
]


def either(queries: Iterable[Query]) -> Query:
    """Any of the conditions; of none, no."""
    several = list(queries)
    text = " OR ".join(text for text, _ in several)
    return f"({text or '0'})", [value for _, values in several for value in values]


def among(column: str, values: Iterable[str]) -> Query:
    """A column is among values: a column without a value isn't, so that its negation is true and not NULL."""
    several = sorted(values)
    return f"({column} IS NOT NULL AND {column} IN ({', '.join('?' * len(several))}))", several


def inside(conditions: Conditions) -> Iterator[Query]:
    """The conditions of a filter over the table of objects."""
    for condition in conditions:
        if condition.field is Field.AGENT_GROUP:
            text, values = among("agent_group", condition.values)
            yield f"EXISTS (SELECT 1 FROM memberships WHERE memberships.id = objects.id AND {text})", values  # noqa: S608
        else:
            yield among(COLUMNS[condition.field], condition.values)


def where(listed: Filter) -> Query:
    """A filter as the condition of a query."""
    allowed, yes = ("1", []) if listed.everything else either(inside(listed.allowed))
    denied, no = either(inside(listed.denied))
    only, limit = ("1", []) if listed.only is None else among("objects.id", listed.only)
    return f"objects.kind = ? AND {allowed} AND NOT {denied} AND {only}", [listed.kind.value, *yes, *no, *limit]


def concerning(conditions: Conditions) -> Query:
    """A record concerns a user inside the conditions."""
    text, values = either(inside(conditions))
    users = "SELECT 1 FROM concerned JOIN objects ON objects.id = concerned.id AND objects.kind = 'users'"
    return f"EXISTS ({users} WHERE concerned.record = records.id AND {text})", values


def where_record(listed: RecordFilter) -> Query:
    """A filter of records as the condition of a query."""
    shown, yes = either([among("number", listed.numbers), concerning(listed.users)])
    hidden, no = either([among("number", listed.denied_numbers), concerning(listed.denied_users)])
    return f"{'1' if listed.everything else shown} AND NOT {hidden}", [*([] if listed.everything else yes), *no]


def database(tenant: Tenant) -> sqlite3.Connection:
    """A host's tables: every object, users with their facts, and some records."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(TABLES)
    for kind in KINDS:
        for id_ in tenant.table(kind):
            connection.execute("INSERT INTO objects (kind, id) VALUES (?, ?)", (kind.value, id_))
    for user in tenant.users.values():
        facts = (tenant.home_department(user), user.supervisor, user.user_group, user.id)
        connection.execute(
            "UPDATE objects SET home_department = ?, supervisor = ?, user_group = ? WHERE kind = 'users' AND id = ?",
            facts,
        )
        connection.executemany("INSERT INTO memberships VALUES (?, ?)", [(user.id, each) for each in user.agent_groups])
    for place, (number, users) in enumerate(RECORDS):
        connection.execute("INSERT INTO records VALUES (?, ?)", (place, number))
        connection.executemany("INSERT INTO concerned VALUES (?, ?)", [(place, each) for each in users])
    return connection


@given(limited_tenants())
def test_a_query_finds_what_the_filter_lists(tenant: Tenant) -> None:
    """AC-9: for every actor, permission and kind, the rows of the query are the ids of the filter."""
    access = Access(tenant)
    with closing(database(tenant)) as connection:
        for actor in (*USERS, "u-nobody"):
            for permission in PERMISSIONS:
                for kind in KINDS:
                    listed = filter_for(access, actor, permission, kind)
                    text, values = where(listed)
                    rows = connection.execute(f"SELECT id FROM objects WHERE {text} ORDER BY id", values)  # noqa: S608
                    assert list(listed.ids()) == [id_ for (id_,) in rows]


@given(watched_tenants())
def test_a_query_finds_the_records_that_are_seen(tenant: Tenant) -> None:
    """AC-9, VI-1: for every viewer, the rows of the query are the records that they see."""
    sight = Sight(Access(tenant))
    with closing(database(tenant)) as connection:
        for viewer in (*USERS, "u-nobody"):
            for what in Seen:
                listed = sight.filter(viewer, what)
                text, values = where_record(listed)
                rows = connection.execute(f"SELECT id FROM records WHERE {text} ORDER BY id", values)  # noqa: S608
                expected = [
                    place for place, (number, users) in enumerate(RECORDS) if listed.matches(number=number, users=users)
                ]
                assert expected == [id_ for (id_,) in rows]


def test_a_null_would_drop_what_a_deny_leaves() -> None:
    """AC-9: why a condition says IS NOT NULL: negated without it, a row without a department is in no list."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE users (id TEXT, home_department TEXT)")
        connection.execute("INSERT INTO users VALUES ('u-asha', 'd-sales'), ('u-bela', NULL)")
        text, values = among("home_department", ["d-sales"])
        careless = connection.execute("SELECT id FROM users WHERE NOT (home_department IN ('d-sales'))").fetchall()
        careful = connection.execute(f"SELECT id FROM users WHERE NOT {text}", values).fetchall()  # noqa: S608

    assert ([], [("u-bela",)]) == (careless, careful)

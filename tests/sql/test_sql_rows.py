"""The statements that every repository in a database is made of, and what is asked of the log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from agentprov.memory import MemoryTenants
from agentprov.model.ids import UserId
from agentprov.model.references import Kind
from agentprov.repositories import AuditQuery
from agentprov.sql import Runner, SqlTenants, open_engine, tables
from agentprov.sql.rows import can_be_asked, compare_and_set, instant_of, micros
from agentprov.testing.contracts.samples import AT, a_creation, a_renaming, a_tenant, race


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_comes_back_from_its_microseconds(instant: datetime) -> None:
    """ST-1: every instant that there is comes back exactly, and a later one is a greater number."""
    assert instant == instant_of(micros(instant))
    if instant.year < 9999:
        assert micros(instant) + 1 == micros(instant + timedelta(microseconds=1))


@given(st.text(st.characters()))
def test_what_utf8_holds_can_be_asked(text: str) -> None:
    """ST-1: a text can be asked for where it has neither NUL nor half of a surrogate pair."""
    assert can_be_asked(text) == ("\0" not in text and text.encode("utf-8", "ignore").decode() == text)


def test_a_row_is_put_in_place_of_the_expected_one(engine: Engine) -> None:
    """ST-2: with nothing expected there must be none; else the one that is there must be the one expected."""
    run = Runner(engine)
    key = {"tenant": "t", "user": "u"}

    def put(document: str, expected: str | None) -> bool:
        return run.write(compare_and_set, tables.passwords, key, {"document": document}, expected=expected)

    assert [True, False, False, True, True] == [
        put("a", None),
        put("b", None),
        put("b", "other"),
        put("b", "a"),
        put("b", "b"),
    ]
    with engine.connect() as connection:
        assert [("t", "u", "b")] == [tuple(row) for row in connection.execute(select(tables.passwords))]


@pytest.mark.parametrize("serializable", [False, True])
@pytest.mark.parametrize("expected", [None, "0"])
def test_of_several_who_put_one_wins(engine: Engine, serializable: bool, expected: str | None) -> None:
    """ST-2: of several who put a row in place of the same one at once, exactly one does, on either isolation."""
    own = open_engine(engine.url, serializable=serializable)
    run = Runner(own)
    key = {"tenant": "t", "user": "u"}
    if expected is not None:
        assert run.write(compare_and_set, tables.passwords, key, {"document": expected}, expected=None)
    puts = [
        lambda document=str(number): run.write(
            compare_and_set, tables.passwords, key, {"document": document}, expected=expected
        )
        for number in range(1, 7)
    ]
    assert [False] * 5 + [True] == sorted(race(puts))  # type: ignore[type-var]
    own.dispose()


def test_the_log_is_asked_as_a_log_in_memory_is(engine: Engine) -> None:
    """ST-5: by object, actor, time and number together, a database finds what a filter finds."""
    stores = (SqlTenants(Runner(engine)), MemoryTenants())
    tenant = a_tenant()
    for store in stores:
        store.create(tenant, at=AT)
        latest = tenant
        for number in range(6):
            change = a_creation(latest, f"u{number}") if number % 3 else a_renaming(latest, f"N{number}")
            actor = UserId("u-asha") if number % 2 else None
            latest = store.commit(
                type(change)(tenant=change.tenant, base=change.base, actor=actor, edits=change.edits),
                at=AT + timedelta(hours=5 - number),
                key=f"k{number}",
                reason="why" if number else None,
            )
    queries = [
        AuditQuery(about=about, actor=actor, since=since, until=until, limit=limit)
        for about, actor, since, until, limit in product(
            (None, (Kind.USERS, "u-asha"), (Kind.QUEUES, "u-asha"), (Kind.USERS, "u-u1")),
            (None, UserId("u-asha"), UserId("u-none")),
            (None, AT + timedelta(hours=1)),
            (None, AT + timedelta(hours=4)),
            (2, 1_000),
        )
    ]
    assert [stores[1].history(tenant.id, each) for each in queries] == [
        stores[0].history(tenant.id, each) for each in queries
    ]
    assert () == stores[0].history(tenant.id, AuditQuery(actor=UserId("\0")))

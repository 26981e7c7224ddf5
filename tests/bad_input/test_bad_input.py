"""The catalogue of bad inputs: each row has its code and path, and nothing is lost, shown or written beside it."""

from __future__ import annotations

import re
from collections import Counter
from itertools import zip_longest

import pytest

from agentprov.errors import AgentprovError
from agentprov.model.text import is_nothing
from agentprov.provisioning import create_user, update_user
from agentprov.provisioning.fields import fields_of
from tests.bad_input.rows import Fault, Row
from tests.bad_input.running import check_error, run
from tests.bad_input.table import IDS, ROWS
from tests.bad_input.world import ANNA, CANARY, NEW, a_world
from tests.provisioning.samples import ADMIN, AT, a_form


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.id} {row.says}")
def test_a_bad_input_has_its_answer(row: Row) -> None:
    """P76, P77: exactly these codes at exactly these paths, and nothing lost, shown or multiplied."""
    run(row)


def test_every_row_of_the_catalogue_is_here() -> None:
    """ER-1: 103 rows, each with a test; and no id twice."""
    ids = [row.id for row in ROWS]
    assert [] == [id_ for id_, count in Counter(ids).items() if count > 1]
    assert (103, set()) == (len(IDS), {*IDS} - {*ids})
    assert set() == {match[0] for id_ in ids if (match := re.match(r"B\d{3}", id_))} - {*IDS, "B048", "B147", "B153"}


def test_every_row_has_a_neighbour() -> None:
    """ER-1: a family matters more than its row: each has at least one more input of the kind."""
    families = Counter(match[0] for row in ROWS if (match := re.match(r"B\d{3}", row.id)))
    assert [] == [id_ for id_ in IDS if families[id_] < 2]


# ---- together --------------------------------------------------------------------------------------------------------


def forms() -> list[tuple[Row, ...]]:
    """Refused rows of different fields put into one form, each row at least once."""
    by_field: dict[str, list[Row]] = {}
    for row in ROWS:
        if row.field and row.faults and row.together and row.plan == "smartflo":
            by_field.setdefault(row.field, []).append(row)
    columns = list(by_field.values())
    most = max(map(len, columns))
    padded = [[column[position % len(column)] for position in range(most)] for column in columns]
    return [tuple(row for row in form if row is not None) for form in zip_longest(*padded)]


def union(rows: tuple[Row, ...]) -> list[Fault]:
    """All their faults, in the order of the fields; what is no field comes last."""
    order = list(fields_of(a_world().tenant.blueprint))

    def place(row: Row) -> int:
        return order.index(row.field) if row.field in order else len(order)

    return [fault for row in sorted(rows, key=place) for fault in row.faults]


@pytest.mark.parametrize("rows", forms(), ids=lambda rows: " ".join(row.id for row in rows))
def test_all_faults_of_a_form_are_reported_together(rows: tuple[Row, ...]) -> None:
    """P77, PV-2: bad values of a dozen fields at once have each its own answer, in the order of the fields."""
    world = a_world()
    before = world.state()
    form = a_form(**{row.field: row.value for row in rows})
    with pytest.raises(AgentprovError) as caught:
        create_user(world.tenant, form, by=ADMIN, id=NEW, at=AT)
    assert union(rows) == [(each.where, each.code) for each in caught.value.problems]
    assert before == world.state()
    check_error(caught.value, secrets=(CANARY,))


@pytest.mark.parametrize("rows", forms(), ids=lambda rows: " ".join(row.id for row in rows))
def test_all_faults_of_an_update_are_reported_together(rows: tuple[Row, ...]) -> None:
    """P77, PV-2: the same for a user who is stored; an absent value clears a field, which is another question."""
    world = a_world()
    given = tuple(row for row in rows if not is_nothing(row.value) and row.field != "login")
    with pytest.raises(AgentprovError) as caught:
        update_user(world.tenant, ANNA, {row.field: row.value for row in given}, by=ADMIN, at=AT)
    assert union(given) == [(each.where, each.code) for each in caught.value.problems]
    check_error(caught.value, secrets=(CANARY,))

"""Laws of tables: a table is a dictionary that never changes, at every size."""

from __future__ import annotations

import pickle

from hypothesis import given
from hypothesis import strategies as st

from agentprov.model.table import SMALL, Table

KEYS = st.sampled_from([f"u-{number}" for number in range(0, SMALL + 40, 40)] + ["new", "", "é", "\ud800"])
STEPS = st.lists(st.tuples(st.dictionaries(KEYS, st.integers(0, 3), max_size=4), st.sets(KEYS, max_size=3)), max_size=6)
STARTS = st.sampled_from([0, 5, SMALL - 1, SMALL, SMALL + 1, SMALL + 2, SMALL + 50])


def start(size: int) -> dict[str, int]:
    """So many entries."""
    return {f"u-{number}": number for number in range(size)}


@given(STARTS, STEPS)
def test_a_table_does_what_a_dictionary_does(size: int, steps: list[tuple[dict[str, int], set[str]]]) -> None:
    """ID-1: after any steps it has the entries that a dictionary has, and every table before is as it was."""
    model = start(size)
    table = Table(model)
    seen = [(table, dict(model))]
    for put, drop in steps:
        gone = [key for key in drop if key in model]
        for key in gone:
            del model[key]
        model.update(put)
        table = table.edited(put, gone)
        seen.append((table, dict(model)))
    for each, expected in seen:
        assert dict(each.items()) == expected
        assert len(each) == len(expected)
        assert each == Table(expected)
        assert hash(each) == hash(Table(expected))
        assert set(each) == expected.keys()
        assert sorted(each.values()) == sorted(expected.values())
        assert all(each[key] == value and key in each for key, value in expected.items())
    assert pickle.loads(pickle.dumps(table)) == table  # noqa: S301  our own bytes


@given(STARTS, STEPS, STEPS)
def test_differing_is_what_differs(
    size: int, one: list[tuple[dict[str, int], set[str]]], other: list[tuple[dict[str, int], set[str]]]
) -> None:
    """ID-1: the keys that differ are those, however the two tables came about; none means equal."""
    base = Table(start(size))
    tables = []
    for steps in (one, other):
        table = base
        for put, drop in steps:
            table = table.edited(put, [key for key in drop if key in table])
        tables.append(table)
    left, right = tables
    expected = {key for key in {*left, *right} if left.get(key, -1) != right.get(key, -1)}
    assert left.differing(right) == expected
    assert right.differing(left) == expected
    assert (left == right) == (not expected)

"""Tables of any size: small ones are a dictionary, big ones that were changed are shards, and nobody can tell."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys

import pytest

from agentprov.model.table import SMALL, Table

MANY = 3 * SMALL
BIG = Table({f"u-{number}": number for number in range(MANY)})


def changed(table: Table[str, int]) -> Table[str, int]:
    """A table equal to this one, after two changes: in shards if it is big."""
    return table.put("u-new", -1).drop("u-new")


def test_a_table_of_a_table_is_itself() -> None:
    """ID-1: like a tuple of a tuple; so evolving a value doesn't copy its tables."""
    small = Table({"a": 1})
    assert Table(small) is small
    assert Table(Table(BIG)) is BIG
    assert Table() is Table({})


def test_a_big_table_reads_as_a_small_one() -> None:
    """ID-1: the same entries and the same answers, whatever a table is made of."""
    table = changed(BIG)
    assert len(table) == MANY
    assert dict(table) == dict(BIG)
    assert sorted(table) == sorted(BIG)
    assert sorted(table.keys()) == sorted(BIG.keys())
    assert sorted(table.values()) == list(range(MANY))
    assert sorted(table.items()) == sorted(BIG.items())
    assert (table["u-7"], table.get("u-7"), table.get("no"), table.get("no", 3)) == (7, 7, None, 3)
    assert ("u-7" in table, "no" in table, "u-7" in table.keys(), 7 in table.values()) == (True, False, True, True)  # noqa: SIM118
    with pytest.raises(KeyError):
        table["no"]


def test_big_tables_are_equal_by_their_entries() -> None:
    """ID-1: neither order nor the way a table was made takes part in equality or in the hash."""
    table = changed(BIG)
    assert table == BIG
    assert BIG == table
    assert hash(table) == hash(BIG)
    assert table == changed(Table({key: BIG[key] for key in sorted(BIG)}))
    assert table.put("u-7", 0) != table
    assert table.put("u-7", 0) != BIG
    assert table.drop("u-7") != table
    assert table != dict(BIG)


def test_a_big_table_never_changes() -> None:
    """ID-1: putting and dropping give another table, and the one given stays as it was."""
    table = changed(BIG)
    assert table.put("u-7", -7)["u-7"] == -7
    assert "u-7" not in table.drop("u-7")
    assert table["u-7"] == BIG["u-7"] == 7
    with pytest.raises(KeyError):
        table.drop("no")
    with pytest.raises(KeyError):
        BIG.drop("no")
    with pytest.raises(AttributeError, match="never changes"):
        table.anything = 1


def test_several_entries_at_once() -> None:
    """ID-1: many entries are put and dropped in one step, with the same result as one by one."""
    new = {f"n-{number}": number for number in range(5)} | {"u-9": -9}
    for table in (Table({"u-8": 8, "u-9": 9}), BIG, changed(BIG)):
        at_once = table.edited(new, ["u-8"])
        one_by_one = table.drop("u-8")
        for key, value in new.items():
            one_by_one = one_by_one.put(key, value)
        assert at_once == one_by_one
        assert len(at_once) == len(table) + 4


def test_big_tables_copy_and_pickle() -> None:
    """ID-1: a big table is its own copy, survives pickling, and shows what it holds."""
    table = changed(BIG)
    assert copy.copy(table) is table
    assert copy.deepcopy(table) is table
    assert pickle.loads(pickle.dumps(table)) == BIG  # noqa: S301  our own bytes
    assert repr(table) == f"Table({dict(table)!r})"


def test_growing_and_shrinking() -> None:
    """ID-1: a table that outgrows its shards gets more, and one that has become small is a dictionary again."""
    grown = changed(BIG)
    grown = grown.edited({f"v-{number}": number for number in range(20 * MANY)})
    assert len(grown) == 21 * MANY
    assert grown.put("x", 1).get("v-77") == 77
    shrunk = grown.edited({}, [key for key in grown if not key.endswith("77")])
    assert list(shrunk.put("last", 1))[-1] == "last"
    assert shrunk == Table({key: value for key, value in grown.items() if key.endswith("77")})


def test_keys_of_any_kind() -> None:
    """ID-1: keys need only be hashable: whole numbers, nothing, texts with half a character."""
    numbered: dict[object, int] = {number: number for number in range(MANY)}
    table = Table(numbered).put(None, 1).put("\ud800", 2).put((1, 2), 3)
    assert (table[None], table["\ud800"], table[1, 2], table[1.0], table.get("1")) == (1, 2, 3, 1, None)
    with pytest.raises(TypeError):
        table.get([])


def test_differing() -> None:
    """ID-1: two tables tell which keys they differ in: other values, and keys that one of them lacks."""
    for table in (Table({"u-1": 1, "u-2": 2, "u-3": 3}), BIG, changed(BIG)):
        other = table.edited({"u-1": -1, "new": 0}, ["u-2"])
        assert table.differing(other) == other.differing(table) == {"u-1", "u-2", "new"}
        assert table.differing(table) == frozenset()
        assert table.differing(Table(dict(other))) == {"u-1", "u-2", "new"}
        assert other.differing(Table({**other})) == frozenset()


class Incomparable:
    """A value that is itself and nothing else can be asked of it."""

    def __eq__(self, other: object) -> bool:
        raise AssertionError(other)

    __hash__ = None  # type: ignore[assignment]  # nor can it be hashed


def test_what_is_shared_is_not_compared() -> None:
    """PF-5: two versions of a table are compared by what isn't shared; comparing big values costs a lot."""
    for size in (3, MANY):
        table: Table[str, object] = Table({f"u-{number}": Incomparable() for number in range(size)})
        other = table.put("u-1", 1)
        assert other.put("u-2", 2).differing(other.put("u-2", 3)) == {"u-2"}
        assert other == other.put("u-1", 1)
        assert other != other.put("u-1", 2)


ORDER = """
from agentprov.model.table import SMALL, Table
table = Table({f"u-{n}": n for n in range(2 * SMALL)}).put("u-new", 1).drop("u-3")
print(list(table) == list(table.keys()) == [key for key, _ in table.items()], *table.values())
"""


def test_order_is_the_same_in_every_process() -> None:
    """ID-1: the order of a big table doesn't depend on how this process hashes text."""
    printed = [
        subprocess.run(
            [sys.executable, "-c", ORDER],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert printed[0].startswith("True ")
    assert printed[0] == printed[1]


def test_shards_are_even() -> None:
    """PF-5: ids that are counted up are spread evenly, so that the worst change costs about what the usual one does."""
    table = Table({f"u-{number:06}": number for number in range(100_000)}).put("u-000000", 0)
    places = {key: place for place, key in enumerate(table)}
    assert len(places) == 100_000
    sizes = [len(shard) for shard in table._shards]  # type: ignore[attr-defined]  # noqa: SLF001  what is asked about
    assert max(sizes) < 2 * sum(sizes) / len(sizes)

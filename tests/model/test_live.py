"""Live facts: what a host knows, and what it can't mean (RT-1, RT-5, RT-6)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from agentprov.errors import InvalidValue
from agentprov.model.contact import PhoneNumber
from agentprov.model.ids import DepartmentId, ProfileId, QueueId, UserId
from agentprov.model.live import NOTHING_COUNTED, Counters, Live, Presence
from agentprov.model.sticky import LastAgent, StickyKey, StickyPlace

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ASHA = UserId("u-asha")
MOST = 10**12


def faults(make: Callable[[], object]) -> list[tuple[str, str]]:
    """Code and path of everything that keeps a value from being made."""
    with pytest.raises(InvalidValue) as caught:
        make()
    return [(problem.code.value, problem.where) for problem in caught.value.problems]


@pytest.mark.parametrize("name", ["calls", "talk_seconds", "unanswered"])
@pytest.mark.parametrize("value", [-1, MOST + 1, 1.0, True, "5", None])
def test_counts_are_whole_numbers(name: str, value: Any) -> None:
    """RT-6: what is counted is a whole number, not below zero."""
    assert [("field.out_of_range", name)] == faults(lambda: Counters(**{name: value}))


def test_everything_wrong_with_counters_is_told_at_once() -> None:
    """RT-6: an instant without an offset and counts below zero, together."""
    expected = [
        ("field.naive_instant", "idle_since"),
        ("field.out_of_range", "calls"),
        ("field.out_of_range", "unanswered"),
    ]

    assert expected == faults(lambda: Counters(idle_since=NOON.replace(tzinfo=None), calls=-1, unanswered=-1))


def test_who_is_not_counted_has_done_nothing() -> None:
    """RT-6: no counters are those of somebody who never had a call."""
    assert NOTHING_COUNTED == Counters(idle_since=None, calls=0, talk_seconds=0, unanswered=0)
    assert MOST == Counters(calls=MOST).calls


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"rotation": ["d-sales"]}, [("field.wrong_type", "rotation")]),
        ({"counters": [1]}, [("field.wrong_type", "counters")]),
        ({"profiles": "p-day"}, [("field.wrong_type", "profiles")]),
        ({"addresses": 5}, [("field.wrong_type", "addresses")]),
        ({"presence": []}, [("field.wrong_type", "presence")]),
        ({"presence": {"u-asha": "asleep"}}, [("field.unknown_choice", "presence.u-asha")]),
        ({"queues": {"u-asha": "q-main"}}, [("field.wrong_type", "queues")]),
        ({"panel": "u-asha"}, [("field.wrong_type", "panel")]),
        ({"panel": 5}, [("field.wrong_type", "panel")]),
    ],
    ids=lambda value: str(value)[:50],
)
def test_facts_of_another_shape_are_refused(fields: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    """RT-1: a single id isn't taken for many, nor a list for a table."""
    assert expected == faults(lambda: Live(**fields))


def test_what_a_host_knows_is_kept_as_it_was_said() -> None:
    """RT-1: counters, rotation, profiles, last agents and the seed come in as values."""
    key = StickyKey(caller=PhoneNumber("+918123456789"), place=StickyPlace.DEPARTMENT, id="d-sales")
    last = LastAgent(user=ASHA, at=NOON)
    live = Live(
        queues={"u-asha": ["q-main"]},
        presence={"u-asha": "busy"},
        profiles={"u-asha": "p-day"},
        counters={"u-asha": Counters(calls=1)},
        rotation={"d-sales": "u-asha"},
        last_agents={key: last},
        seed=7,
    )

    assert (ProfileId("p-day"), Counters(calls=1)) == (live.profiles[ASHA], live.counters[ASHA])
    assert (ASHA, last, 7) == (live.rotation[DepartmentId("d-sales")], live.last_agents[key], live.seed)
    assert (Presence.BUSY, frozenset({QueueId("q-main")})) == (live.presence[ASHA], live.queues_of(ASHA))
    assert (frozenset(), None) == (live.queues_of(UserId("u-ravi")), Live().queues_of(ASHA))

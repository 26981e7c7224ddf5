"""Who served a caller last, and for how long that counts (RT-5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest

from agentprov.errors import InvalidValue
from agentprov.model.contact import PhoneNumber
from agentprov.model.ids import UserId
from agentprov.model.sticky import LastAgent, Sticky, StickyKey, StickyPlace

CALLER = PhoneNumber("+918123456789")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def faults(make: Callable[[], object]) -> list[tuple[str, str]]:
    """Code and path of everything that keeps a value from being made."""
    with pytest.raises(InvalidValue) as caught:
        make()
    return [(problem.code.value, problem.where) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("sticky", "seconds"),
    [
        (Sticky(hours=1), 3_600),
        (Sticky(hours=8760), 31_536_000),
        (Sticky(days=1), 86_400),
        (Sticky(days=365), 31_536_000),
    ],
)
def test_a_life_is_hours_or_days(sticky: Sticky, seconds: int) -> None:
    """RT-5: a time to live in hours or days."""
    assert seconds == sticky.seconds


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: Sticky(), [("sticky.time_to_live", "(whole)")]),  # noqa: PLW0108
        (lambda: Sticky(hours=1, days=1), [("sticky.time_to_live", "(whole)")]),
        (lambda: Sticky(hours=0), [("field.out_of_range", "hours")]),
        (lambda: Sticky(hours=8761), [("field.out_of_range", "hours")]),
        (lambda: Sticky(days=0), [("field.out_of_range", "days")]),
        (lambda: Sticky(days=366), [("field.out_of_range", "days")]),
        (lambda: Sticky(days=True), [("field.out_of_range", "days")]),
        (lambda: Sticky(days=1, reserve=-1), [("timeout.out_of_range", "reserve")]),
        (lambda: Sticky(days=1, reserve=601), [("timeout.out_of_range", "reserve")]),
        (
            lambda: StickyKey(caller=PhoneNumber("080"), place=StickyPlace.NUMBER, id=""),
            [("phone.not_canonical", "caller"), ("id.invalid", "id")],
        ),
        (lambda: LastAgent(user=UserId(""), at=NOON), [("id.invalid", "user")]),
        (lambda: LastAgent(user=UserId("u"), at=NOON.replace(tzinfo=None)), [("field.naive_instant", "at")]),
    ],
)
def test_what_does_not_fit_is_refused(make: Callable[[], object], expected: list[tuple[str, str]]) -> None:
    """RT-5: hours or days, one of the two, up to a year; a reserve of 0 to 600 seconds; a caller with a number."""
    assert expected == faults(make)


def test_an_instant_is_kept_in_utc() -> None:
    """RT-5: when somebody answered is one instant, however it was written."""
    india = timezone(timedelta(hours=5, minutes=30))
    told = LastAgent(user=UserId("u"), at=NOON.astimezone(india))

    assert LastAgent(user=UserId("u"), at=NOON) == told
    assert UTC == told.at.tzinfo

"""Instants in values: in UTC, with an offset, and within the years that can be told in any zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from agentprov.errors import Code, Collector
from agentprov.model.instants import check_instants, utc, utc_or_none

INDIA = timezone(timedelta(hours=5, minutes=30))


def problems(instant: datetime | None) -> list[Code]:
    """What is wrong with an instant in a field."""
    found = Collector()
    check_instants(found, ("at", instant))
    return [problem.code for problem in found.problems]


def test_two_spellings_are_one_value() -> None:
    """HR-4: an instant is kept in UTC, whichever offset it was given with."""
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert utc(noon.astimezone(INDIA)).isoformat() == "2026-11-23T12:00:00+00:00"
    assert utc_or_none(None) is None
    assert problems(noon) == []
    assert problems(None) == []


def test_without_an_offset() -> None:
    """HR-4: nobody knows when an instant without an offset is."""
    assert problems(utc(datetime(2026, 1, 1))) == [Code.FIELD_NAIVE_INSTANT]


@pytest.mark.parametrize(
    "edge",
    [
        datetime.min.replace(tzinfo=INDIA),
        datetime.max.replace(tzinfo=timezone(-timedelta(hours=5))),
        datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC),
        datetime(2201, 1, 1, tzinfo=UTC),
    ],
)
def test_outside_the_years_that_can_be_told(edge: datetime) -> None:
    """HR-4: an instant before 1970 or after 2200, in whatever offset it is told, is a fault, never a crash."""
    assert problems(utc(edge)) == [Code.FIELD_OUT_OF_RANGE]


def test_the_edges_themselves() -> None:
    """HR-4: the instants just inside are fine."""
    assert problems(utc(datetime(1970, 1, 1, tzinfo=UTC))) == []
    assert problems(utc(datetime(2200, 12, 31, 23, 59, tzinfo=UTC))) == []


@pytest.mark.parametrize("odd", ["2026-11-23T12:00:00Z", date(2026, 11, 23), 1_795_435_200])
def test_what_is_no_instant(odd: object) -> None:
    """ER-1: a text, a date or a number in place of an instant is a fault of the field, wherever one is given."""
    assert problems(utc(odd)) == [Code.FIELD_WRONG_TYPE]  # type: ignore[arg-type]

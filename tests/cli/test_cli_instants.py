"""Instants as people type and read them, clock changes included (CL-1, HR-2)."""

from __future__ import annotations

import pytest

from agentprov.cli.instants import Moment, duration, parse_moment
from agentprov.cli.mistakes import Mistake

OSLO = "Europe/Oslo"


@pytest.mark.parametrize(
    ("typed", "rfc3339"),
    [
        ("2026-11-23T09:30+05:30", "2026-11-23T09:30:00+05:30"),
        ("2026-11-23T04:00Z", "2026-11-23T09:30:00+05:30"),
        ("2026-11-23t04:00:15z", "2026-11-23T09:30:15+05:30"),
        ("2026-11-23 09:30", "2026-11-23T09:30:00+05:30"),
        ("2026-11-23 09:30:00.75", "2026-11-23T09:30:00+05:30"),
        ("2026-11-22 23:00 -05:00", "2026-11-23T09:30:00+05:30"),
    ],
)
def test_an_instant_is_read_with_its_offset_or_on_the_local_wall_clock(typed: str, rfc3339: str) -> None:
    """CL-1: an offset says which instant is meant; without one it is the wall clock of the zone."""
    assert rfc3339 == parse_moment(typed, "Asia/Kolkata").text


@pytest.mark.parametrize(
    "typed", ["", "soon", "09:30", "2026-11-23", "23.11.2026 09:30", "2026-11-23T0930", "2026-W48-1T09:30"]
)
def test_what_is_no_instant_is_refused_with_how_to_write_one(typed: str) -> None:
    """CL-1: the message shows forms that work."""
    with pytest.raises(Mistake, match="is not an instant") as caught:
        parse_moment(typed, OSLO)
    assert "2026-11-23T04:00Z" in caught.value.mend


@pytest.mark.parametrize(
    "typed", ["2026-02-29 09:30", "2026-11-23T24:01", "2026-11-23T09:30+25:00", "2026-13-01 00:00"]
)
def test_a_date_that_does_not_exist_is_refused(typed: str) -> None:
    """CL-1: neither rolled over nor guessed."""
    with pytest.raises(Mistake, match="no date or time of day"):
        parse_moment(typed, OSLO)


@pytest.mark.parametrize("typed", ["1969-12-31T23:59Z", "2201-01-01T12:00Z", "9999-12-31 23:59", "0001-01-01 00:00"])
def test_an_instant_out_of_range_is_refused(typed: str) -> None:
    """CL-1: the years 1970 to 2200 can be asked about, whatever the zone."""
    for zone in (OSLO, "America/New_York"):
        with pytest.raises(Mistake, match="outside the years"):
            parse_moment(typed, zone)


def test_a_time_that_comes_twice_is_refused_with_both() -> None:
    """HR-2: at 03:00 on 25 October 2026 Oslo's clocks go back to 02:00, so 02:30 alone names two instants."""
    with pytest.raises(Mistake, match="comes twice in Europe/Oslo") as caught:
        parse_moment("2026-10-25 02:30", OSLO)

    mend = caught.value.mend
    assert mend.index("2026-10-25T02:30:00+02:00") < mend.index("2026-10-25T02:30:00+01:00")
    assert 3600 == parse_moment("2026-10-25T02:30+01:00", OSLO).at - parse_moment("2026-10-25T02:30+02:00", OSLO).at


def test_a_time_that_never_comes_is_refused_with_the_change() -> None:
    """HR-2: on 29 March 2026 Oslo's clocks go from 02:00 to 03:00, so there is no 02:30."""
    with pytest.raises(Mistake, match="doesn't exist in Europe/Oslo: the clocks go from 02:00 to 03:00") as caught:
        parse_moment("2026-03-29 02:30", OSLO)

    assert "2026-03-29T03:00:00+02:00" in caught.value.mend


def test_an_odd_clock_change_is_told_exactly() -> None:
    """HR-2: Lord Howe Island goes forward by half an hour, from 02:00 to 02:30."""
    with pytest.raises(Mistake, match="the clocks go from 02:00 to 02:30"):
        parse_moment("2026-10-04 02:15", "Australia/Lord_Howe")


def test_an_instant_is_shown_with_weekday_and_offset() -> None:
    """CL-1: times are shown on the wall clock of the zone, with its offset; seconds only where there are any."""
    shown = [parse_moment(text, OSLO).words for text in ("2026-11-23T12:00Z", "2026-07-01T12:00:05Z")]

    assert ["Mon 2026-11-23 13:00 +01:00", "Wed 2026-07-01 14:00:05 +02:00"] == shown


def test_a_typed_wall_clock_is_remembered_as_such() -> None:
    """CL-1: the answer says in which zone a time without offset was read."""
    assert parse_moment("2026-11-23 09:30", OSLO).read_as_local
    assert not parse_moment("2026-11-23T09:30Z", OSLO).read_as_local
    assert isinstance(parse_moment("now", OSLO), Moment)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (61, "1 min 1 s"), (3600, "1 h"), (90_061, "1 day 1 h"), (172_800, "2 days"), (86_460, "1 day 1 min")],
)
def test_a_duration_is_told_in_its_two_largest_units(seconds: int, words: str) -> None:
    """CL-1: nobody reads seconds after days."""
    assert words == duration(seconds)

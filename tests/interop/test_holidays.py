"""Public holidays of a country as a holiday calendar (HR-3)."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime
from typing import Any

import pytest

from agentprov.engine.hours import Hours
from agentprov.engine.zones import epoch
from agentprov.errors import AgentprovError, Code, MissingExtra
from agentprov.interop.holidays import country_calendar
from agentprov.model.dates import WORKDAYS, OneDate
from agentprov.model.hours import CalendarEntry, CalendarUse, HolidayCalendar, Special, TimeGroup
from agentprov.model.ids import CalendarId, TimeGroupId
from agentprov.model.intervals import day_hours, weekly_hours

ID = CalendarId("k-no")


def calendar(country: str, *years: int, **more: Any) -> HolidayCalendar:
    """The holidays of a country in these years."""
    return country_calendar(country, years=years, id=ID, **more)


def dates(found: HolidayCalendar) -> dict[str, list[str]]:
    """The dates of each name."""
    named: dict[str, list[str]] = {}
    for entry in found.entries:
        assert isinstance(entry.dates, OneDate)
        named.setdefault(entry.name, []).append(entry.dates.date.isoformat())
    return named


def test_the_holidays_of_norway() -> None:
    """HR-3: the dates of the law of 1947 and of the church's year around Easter Sunday, 5 April 2026."""
    assert {
        "New Year's Day": ["2026-01-01"],
        "Maundy Thursday": ["2026-04-02"],
        "Good Friday": ["2026-04-03"],
        "Easter Sunday": ["2026-04-05"],
        "Easter Monday": ["2026-04-06"],
        "Labor Day": ["2026-05-01"],
        "Ascension Day": ["2026-05-14"],
        "Constitution Day": ["2026-05-17"],
        "Pentecost": ["2026-05-24"],
        "Pentecost Monday": ["2026-05-25"],
        "Christmas Day": ["2026-12-25"],
        "Second Day of Christmas": ["2026-12-26"],
    } == dates(calendar("NO", 2026, language="en_US"))


def test_names_are_the_countrys_own_unless_asked_otherwise() -> None:
    """HR-3: Christmas Day as people there call it; opting out goes by these names."""
    assert ["2026-12-25", "2027-12-25"] == dates(calendar("NO", 2026, 2027))["Første juledag"]


def test_what_is_given_for_a_holiday_on_a_free_day_has_its_own_name() -> None:
    """HR-3: Boxing Day 2026 is a Saturday, and 28 December is given for it; who doesn't want that leaves it out."""
    found = dates(calendar("GB", 2026, subdivision="ENG"))

    assert (["2026-12-26"], ["2026-12-28"]) == (found["Boxing Day"], found["Boxing Day (observed)"])
    assert "Boxing Day (observed)" not in dates(calendar("GB", 2026, subdivision="ENG", observed=False))


def test_a_subdivision_has_holidays_of_its_own() -> None:
    """HR-3: Epiphany is a holiday in Bavaria and not in Berlin."""
    epiphany = [calendar("DE", 2026, subdivision=each, language="en_US") for each in ("BY", "BE")]

    assert [True, False] == [["2026-01-06"] in dates(each).values() for each in epiphany]
    assert ["DE BY", "DE BE"] == [each.name for each in epiphany]


def test_two_holidays_on_one_date_are_two_entries() -> None:
    """HR-3: Ascension Day and Labour Day met on 1 May 2008; opting out of one leaves the other."""
    both = [
        entry.name
        for entry in calendar("NO", 2008, language="en_US").entries
        if entry.dates == OneDate(date=date(2008, 5, 1))
    ]

    assert ["Ascension Day", "Labor Day"] == sorted(both)


def test_another_effect_and_name() -> None:
    """HR-3: a category of half days may be open in the morning."""
    morning = Special(intervals=day_hours("09:00-12:00"))
    found = calendar("GR", 2026, categories=["half_day"], language="en_US", effect=morning, name="Half days")

    assert ("Half days", {morning}) == (found.name, {entry.effect for entry in found.entries})
    assert ["2026-12-24"] == dates(found)["Christmas Eve"]


def test_a_time_group_follows_it() -> None:
    """HR-3, HR-5: closed on Easter Monday by the holiday, which is named."""
    norway = calendar("NO", 2026)
    group = TimeGroup(
        id=TimeGroupId("h"),
        name="H",
        time_zone="Europe/Oslo",
        weekly=weekly_hours(WORKDAYS, "09:00-17:00"),
        calendars=[CalendarUse(calendar=ID, without=["Første mai", "Arbeidernes dag"])],
    )
    hours = Hours(group, {ID: norway})
    state = hours.state(epoch(datetime(2026, 4, 6, 10, tzinfo=UTC)))
    assert (False, "Andre påskedag", ID) == (state.open, state.because.name, state.because.calendar)


@pytest.mark.parametrize(
    ("asked", "where", "code"),
    [
        ({"country": "XX"}, "country", Code.FIELD_INVALID),
        ({"country": "no"}, "country", Code.FIELD_INVALID),
        ({"country": "country_holidays"}, "country", Code.FIELD_INVALID),
        ({"country": None}, "country", Code.FIELD_INVALID),
        ({"subdivision": "99"}, "subdivision", Code.FIELD_UNKNOWN_CHOICE),
        ({"country": "VA", "subdivision": "99"}, "subdivision", Code.FIELD_UNKNOWN_CHOICE),
        ({"categories": ["public", "fun"]}, "categories[1]", Code.FIELD_UNKNOWN_CHOICE),
        ({"language": "xx"}, "language", Code.FIELD_UNKNOWN_CHOICE),
        ({"years": []}, "years", Code.FIELD_EMPTY),
        ({"years": [2026, 1969]}, "years", Code.FIELD_OUT_OF_RANGE),
        ({"years": [2101]}, "years", Code.FIELD_OUT_OF_RANGE),
        ({"years": range(10**12)}, "years", Code.FIELD_OUT_OF_RANGE),
        ({"id": CalendarId("")}, "id", Code.ID_INVALID),
    ],
)
def test_what_there_is_not_is_refused(asked: dict[str, Any], where: str, code: Code) -> None:
    """ER-1: and what there is to choose from is named."""
    with pytest.raises(AgentprovError) as caught:
        country_calendar(**{"country": "NO", "years": [2026], "id": ID, **asked})

    assert [(where, code)] == [(problem.where, problem.code) for problem in caught.value.problems]


def test_everything_wrong_is_told_at_once() -> None:
    """P77: all that was asked for and isn't there."""
    with pytest.raises(AgentprovError) as caught:
        country_calendar("NO", years=[], subdivision="99", language="xx", id=ID)

    assert ["years", "subdivision", "language"] == [problem.where for problem in caught.value.problems]


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """ER-1: which extra to install."""
    monkeypatch.setitem(sys.modules, "holidays", None)
    with pytest.raises(MissingExtra) as caught:
        calendar("NO", 2026)

    assert (Code.EXTRA_MISSING,) == caught.value.codes


def test_the_environment_makes_no_difference() -> None:
    """P14: a process that speaks another language finds the same names."""
    code = (
        "from agentprov.interop.holidays import country_calendar as c;"
        "print([e.name for e in c('DE', years=[2026], id='k').entries])"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code], env={"LANG": lang, "LANGUAGE": lang}, capture_output=True, check=True
        ).stdout
        for lang in ("C", "de_DE.UTF-8", "en_US.UTF-8")
    }

    assert 1 == len(said)


def test_entries_are_closed_all_day() -> None:
    """HR-3: a holiday closes, and owns its date."""
    assert {(True, False)} == {
        (entry == CalendarEntry(name=entry.name, dates=entry.dates), entry.only_adds)
        for entry in calendar("IN", 2026, subdivision="MH").entries
    }

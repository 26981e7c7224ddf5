"""The public holidays of a country as a holiday calendar, by the library ``holidays``; needs the extra ``holidays``.

They are worked out once and become a calendar of our own, with an entry for each name and date: what a time group
follows doesn't change when the library does. Come back for further years, and for what governments proclaim later.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from types import ModuleType
from typing import Any, Final

from agentprov.errors import Code, Collector, InvalidValue, MissingExtra
from agentprov.interop.years import asked_years
from agentprov.model.dates import OneDate
from agentprov.model.hours import CalendarEntry, Closed, HolidayCalendar, HoursEffect
from agentprov.model.ids import CalendarId
from agentprov.model.instants import END, FIRST
from agentprov.model.text import matches

_COUNTRY: Final = re.compile(r"[A-Z]{2}")


def country_calendar(
    country: str,
    *,
    years: Iterable[int],
    id: CalendarId,
    name: str | None = None,
    subdivision: str | None = None,
    categories: Iterable[str] = ("public",),
    language: str | None = None,
    observed: bool = True,
    effect: HoursEffect = Closed(),  # noqa: B008  a value without fields
) -> HolidayCalendar:
    """The holidays of ``country``, two capital letters as in ``NO``, in these years: one entry for each name and date.

    ``subdivision`` is a state or region as the library knows it (``BY``); ``categories`` are its own words (``bank``,
    ``half_day``); ``language`` is one it has the names in, or else the country's own. With ``observed`` a holiday that
    falls on a free day comes again on the day that is given for it, under a name of its own. On all of these dates
    holds ``effect``.

    Raises:
        InvalidValue: ``field.unknown_choice`` for what the library doesn't have; ``field.out_of_range`` for a year it
            doesn't know; ``field.invalid`` for what is no country; ``schedule.too_many``.
        MissingExtra: ``extra.missing``.
    """
    library = _library()
    found = Collector()
    plain = _plain(library, country)
    wanted = tuple(categories)
    asked = asked_years(found, years, low=max(FIRST.year, plain.start_year), high=min(END.year - 1, plain.end_year))
    places = {*plain.subdivisions, *plain.subdivisions_aliases}
    if subdivision is not None and subdivision not in places:
        _unknown(found, "subdivision", subdivision, plain.subdivisions)
    for position, category in enumerate(wanted):
        if category not in plain.supported_categories:
            _unknown(found, ("categories", position), category, plain.supported_categories)
    if language is not None and language not in plain.supported_languages:
        _unknown(found, "language", language, plain.supported_languages)
    found.check()
    # Named, or the environment would choose the language.
    spoken = language or plain.default_language
    dates = library.country_holidays(
        country,
        subdiv=subdivision,
        years=asked,
        expand=False,
        observed=observed,
        language=spoken,
        categories=wanted,
    )
    return HolidayCalendar(
        id=id,
        name=name or " ".join(filter(None, (country, subdivision))),
        entries=[
            CalendarEntry(name=each, dates=OneDate(date=day), effect=effect)
            for day in sorted(dates)
            if day.year in asked
            for each in dict.fromkeys(dates.get_list(day))
        ],
    )


def _library() -> ModuleType:
    try:
        import holidays
    except ImportError:
        raise MissingExtra.of(Code.EXTRA_MISSING, extra="holidays", package="holidays") from None
    return holidays


def _plain(library: ModuleType, country: str) -> Any:  # noqa: ANN401  the library's classes have no types here
    """The library's country, without dates: it tells what there is to choose from."""
    try:
        if matches(_COUNTRY, country):
            return library.country_holidays(country, expand=False)
    except NotImplementedError:
        pass
    expected = "a country that has holidays here, as two capital letters such as `NO`"
    raise InvalidValue.of(Code.FIELD_INVALID, "country", value=str(country)[:80], expected=expected)


def _unknown(found: Collector, field: str | tuple[str | int, ...], value: object, choices: Iterable[str]) -> None:
    path = (field,) if isinstance(field, str) else field
    found.add(Code.FIELD_UNKNOWN_CHOICE, *path, value=str(value)[:80], choices=tuple(sorted(choices)) or ("nothing",))

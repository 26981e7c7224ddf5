"""Coverage as a calendar of text: days down, the hours of the wall clock across, a sign for what a caller gets (AN-6).

Signs are read without colour: capital letters where somebody can be rung, small ones where only a message is taken, a
dot where the call is hung up whatever the caller does, a slash where it changes inside the cell, and a blank where the
clock skips the time or the period doesn't reach.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from string import ascii_lowercase, ascii_uppercase
from typing import Final

import attrs

from agentprov.analysis.coverage import NumberCoverage
from agentprov.analysis.outcomes import Chance, Outcome
from agentprov.engine.zones import pieces
from agentprov.model.intervals import DAY
from agentprov.model.tenant import Tenant
from agentprov.views.names import day_title
from agentprov.views.outcome_words import outcome_rows, percent

HALF_HOUR: Final = 30
CELLS: Final = (15, HALF_HOUR, 60)
"""How many minutes a cell may have."""
MOST_DAYS: Final = 62
CHANGES: Final = "/"
LOST: Final = "."
OTHERS: Final = {Chance.SOMEBODY: "+", Chance.MESSAGE: "-"}
"""The signs of outcomes after the twenty-sixth."""
_LETTERS: Final = {Chance.SOMEBODY: ascii_uppercase, Chance.MESSAGE: ascii_lowercase}
_EPOCH: Final = date(1970, 1, 1).toordinal()


@attrs.frozen(kw_only=True)
class WeekCell:
    """A stretch of the wall clock: its sign, and the chance of whoever calls then. ``None``: it changes, or isn't."""

    sign: str
    chance: Chance | None


@attrs.frozen(kw_only=True)
class Week:
    """A number's coverage by local dates, each date with its cells in order."""

    covers: NumberCoverage
    minutes: int
    signs: dict[Outcome, str]
    days: tuple[tuple[date, tuple[WeekCell, ...]], ...]
    left_out: int
    """How many days of the period aren't drawn."""


def signs_of(covers: NumberCoverage) -> dict[Outcome, str]:
    """A sign for each distinct outcome; the most frequent get the letters, in the order in which they first come."""
    frequent = sorted(covers.outcomes, key=lambda pair: -pair[1])
    signs = {outcome: OTHERS.get(outcome.chance, LOST) for outcome, _ in frequent}
    for chance, letters in _LETTERS.items():
        lettered = set([each for each, _ in frequent if each.chance is chance][: len(letters)])
        named = [outcome for outcome, _ in covers.outcomes if outcome in lettered]
        signs |= dict(zip(named, letters, strict=False))
    return {outcome: signs[outcome] for outcome, _ in covers.outcomes}


def week(covers: NumberCoverage, zone: str, *, minutes: int = HALF_HOUR) -> Week:
    """The days of a coverage on the wall clock of a time zone, in cells of so many minutes: 15, 30 or 60."""
    signs = signs_of(covers)
    length = minutes * 60
    cells: dict[int, WeekCell] = {}
    for stretch in covers.stretches:
        cell = WeekCell(sign=signs[stretch.outcome], chance=stretch.outcome.chance)
        for low, high, offset in pieces(zone, stretch.start, stretch.end):
            # Only the first and the last cell can have been begun by somebody else.
            for place in range((low + offset) // length, (high + offset - 1) // length + 1):
                cells[place] = cell if cells.get(place, cell) == cell else _CHANGING
    first, last = min(cells), max(cells)
    across = DAY // length
    days = range(first // across, last // across + 1)
    return Week(
        covers=covers,
        minutes=minutes,
        signs=signs,
        days=tuple(
            (
                date.fromordinal(_EPOCH + day),
                tuple(cells.get(place, _NOTHING) for place in range(day * across, (day + 1) * across)),
            )
            for day in days[:MOST_DAYS]
        ),
        left_out=max(0, len(days) - MOST_DAYS),
    )


_CHANGING: Final = WeekCell(sign=CHANGES, chance=None)
_NOTHING: Final = WeekCell(sign=" ", chance=None)


def hours_line(minutes: int) -> str:
    """The hours above the cells, every second one or every third, where there is room for them."""
    width = 60 // minutes
    step = 4 if width == 1 else 2
    return "".join(f"{hour:02}".ljust(width * step) for hour in range(0, 24, step))


@attrs.frozen(kw_only=True)
class Meaning:
    """What a sign stands for: an outcome with its share of the time, and rows of (option, words)."""

    sign: str
    share: str
    chance: Chance | None
    rows: tuple[tuple[str, str], ...]


def meanings(tenant: Tenant, covers: NumberCoverage, signs: dict[Outcome, str]) -> Iterator[Meaning]:
    """What each sign means, in the order in which they first come; a menu's options in full only the first time."""
    whole = covers.end - covers.start
    others: dict[str, int] = {}
    told: dict[str, tuple[Outcome, str]] = {}
    for outcome, seconds in covers.outcomes:
        sign = signs[outcome]
        if sign in OTHERS.values():
            others[sign] = others.get(sign, 0) + seconds
            continue
        menus = " ".join(choice.ivr for choice in outcome.choices)
        before, as_sign = told.setdefault(menus, (outcome, sign))
        rows = tuple(outcome_rows(tenant, outcome, None if before is outcome else before))
        if len(rows) <= len(outcome.choices):
            rows = (*rows, ("", f"the other options as in {as_sign}"))
        yield Meaning(sign=sign, share=percent(seconds, whole), chance=outcome.chance, rows=rows)
    for sign, seconds in others.items():
        rows = (("", "others, each of them seldom"),)
        yield Meaning(sign=sign, share=percent(seconds, whole), chance=None, rows=rows)


def changes_inside(drawn: Week) -> bool:
    """Whether some cell says that it changes inside."""
    return any(cell is _CHANGING for _, cells in drawn.days for cell in cells)


def week_lines(tenant: Tenant, drawn: Week) -> Iterator[str]:
    """A week as plain lines: hours, days, and what the signs mean."""
    yield f"{'':14}  {hours_line(drawn.minutes)}".rstrip()
    for day, cells in drawn.days:
        yield f"{day_title(day)}  {''.join(cell.sign for cell in cells)}".rstrip()
    if drawn.left_out:
        yield f"{drawn.left_out} more days aren't drawn"
    yield ""
    for meaning in meanings(tenant, drawn.covers, drawn.signs):
        for at, (option, words) in enumerate(meaning.rows):
            head = " " * 14 if at else f"{meaning.sign} {meaning.share:>12}"
            yield f"{head}  {option}{': ' if option else ''}{words}"
    if changes_inside(drawn):
        yield f"{CHANGES} {'':12}  changes inside these {drawn.minutes} minutes"

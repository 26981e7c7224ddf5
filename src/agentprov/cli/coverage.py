"""``agentprov coverage``: what callers get over a period, number by number, and when nobody is there."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from agentprov.analysis.coverage import Coverage, NumberCoverage
from agentprov.analysis.outcomes import Chance
from agentprov.cli.commands import Command
from agentprov.cli.coverage_data import coverage_data
from agentprov.cli.coverage_page import coverage_page
from agentprov.cli.instants import HOW, Moment, parse_moment
from agentprov.cli.live_facts import assumed_facts, fact_arguments, live_facts
from agentprov.cli.mistakes import Mistake
from agentprov.cli.output import Answer
from agentprov.cli.sources import load_tenant, tenant_argument
from agentprov.cli.tenants import find_number
from agentprov.engine.zones import EARLIEST, LATEST, epoch
from agentprov.views.week_text import CELLS, HALF_HOUR, MOST_DAYS

LOST: Final = 1
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_A_WEEK: Final = 7
_LONGEST: Final = 3_660
"""Days: ten years."""


def _arguments(parser: ArgumentParser) -> None:
    tenant_argument(parser)
    parser.add_argument(
        "--number",
        metavar="NUMBER",
        action="append",
        default=[],
        help="this number only: its id, or as a person dials it; may be repeated",
    )
    parser.add_argument(
        "--from",
        metavar="DATE",
        dest="start",
        help="the first day, in the tenant's time zone, or an instant; the default is today",
    )
    parser.add_argument(
        "--to", metavar="DATE", dest="end", help="the last day, which is included, or an instant; the default: a week"
    )
    fact_arguments(parser)
    parser.add_argument("--week", action="store_true", help="draw the days as a calendar, hours across")
    parser.add_argument(
        "--minutes",
        type=int,
        choices=CELLS,
        help=f"how many minutes a sign of the calendar stands for, more where a terminal is too narrow; the default is"
        f" {HALF_HOUR}",
    )


def _run(arguments: Namespace) -> Answer:
    if arguments.minutes is not None and not arguments.week:
        raise Mistake("--minutes says how a calendar is drawn, and there is none", "add --week")
    tenant = load_tenant(arguments)
    zone = tenant.settings.time_zone
    start, end = _period(arguments.start, arguments.end, zone)
    numbers = dict.fromkeys(find_number(tenant, text).id for text in arguments.number)
    coverage = Coverage(tenant, live=live_facts(tenant, arguments))
    found = (
        [coverage.number(number, start.at, end.at) for number in numbers]
        if numbers
        else list(coverage.numbers(start.at, end.at))
    )
    page = coverage_page(
        tenant,
        found,
        start,
        end,
        minutes=(arguments.minutes or HALF_HOUR) if arguments.week else None,
        assumed=assumed_facts(arguments),
    )
    return Answer(
        status=LOST if any(map(_loses_calls, found)) else 0,
        page=page,
        data=coverage_data(found, start, end),
    )


def _loses_calls(covers: NumberCoverage) -> bool:
    return covers.seconds(Chance.NOTHING) > 0


def _period(start: str | None, end: str | None, zone: str) -> tuple[Moment, Moment]:
    """The instants that a person's dates mean: the first day's beginning, and the end of the last day."""
    first = Moment(at=epoch(datetime.now(UTC)), zone=zone)
    begin = _midnight(first.local.date(), zone) if start is None else _instant(start, zone, after=0)
    until = _midnight(begin.local.date(), zone, after=_A_WEEK) if end is None else _instant(end, zone, after=1)
    if until.at <= begin.at:
        raise Mistake(f"the period ends ({until.words}) before it begins ({begin.words})", "choose a later --to")
    if until.at - begin.at > _LONGEST * 86_400:
        raise Mistake("more than ten years can't be told at once", "choose an earlier --to")
    return begin, until


def _instant(text: str, zone: str, *, after: int) -> Moment:
    """The beginning of a day, or of the one ``after`` it; or an instant as it is."""
    if not _DATE.fullmatch(text.strip()):
        return parse_moment(text, zone)
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise Mistake(f"there is no date like `{text}`", HOW) from None
    return _midnight(day, zone, after=after)


def _midnight(day: date, zone: str, *, after: int = 0) -> Moment:
    """The first instant of a date, or of one some days after; where the clocks skip midnight, the first there is."""
    try:
        at = epoch(datetime.combine(day + timedelta(days=after), time(), ZoneInfo(zone)))
    except OverflowError:
        at = LATEST
    if not EARLIEST <= at < LATEST:
        raise Mistake("the period reaches outside the years 1970 to 2200", "choose dates in between")
    return Moment(at=at, zone=zone)


COMMAND: Final = Command(
    name="coverage",
    summary="Tell what callers get over a period, number by number, and when nobody is there",
    details=(
        "For each number: how much of the time somebody can be rung, a message is all there is, or the call is hung up"
        " whatever the caller does; what callers get, behind every option of a menu too; and from which minute on. It"
        " is exact, worked out from the hours and not by sampling.\n\n"
        "Asked is what a call gets that comes in at an instant: the hours stand still while it rings. Everybody inside"
        " their hours counts as there, logged in and available, unless --presence and --panel say otherwise. The caller"
        " is anonymous. A number outside and a queue count as somebody.\n\n"
        f"--week draws the days, {MOST_DAYS} at most, on the tenant's wall clock. The exit status is 1 if at some time"
        " calls to a number are hung up whatever the caller does, else 0."
    ),
    examples=(
        "coverage smartflo.toml --from 2026-11-23 --to 2026-11-29",
        "coverage smartflo.toml --number n-ravi --from 2026-11-23 --to 2026-11-29 --week",
        "coverage smartflo.toml --number n-main --from 2026-01-01 --to 2026-12-31 --format json",
    ),
    arguments=_arguments,
    run=_run,
)

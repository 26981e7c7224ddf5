"""Coverage for people: shares, what each sign means, and when it changes, as lists or as a calendar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from agentprov.analysis.coverage import NumberCoverage
from agentprov.analysis.outcomes import Chance, Outcome
from agentprov.cli.instants import Moment, clock, duration, offset_text
from agentprov.cli.output import Cell, Page, Piece, Span, Style, bad, faint, strong
from agentprov.cli.tenants import name_text, named
from agentprov.cli.writing import assumptions
from agentprov.engine.zones import epoch
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.views.names import day_title
from agentprov.views.outcome_words import chance_words, choice_title, percent
from agentprov.views.week_text import CELLS, CHANGES, Week, changes_inside, hours_line, meanings, signs_of, week

MOST_LISTED: Final = 62
"""How many days with changes are listed of one number."""
_STYLES: Final = {Chance.SOMEBODY: Style.GOOD, Chance.MESSAGE: Style.WARN, Chance.NOTHING: Style.BAD, None: Style.PLAIN}


def coverage_page(
    tenant: Tenant,
    found: Sequence[NumberCoverage],
    start: Moment,
    end: Moment,
    *,
    minutes: int | None,
    assumed: str | None,
) -> Page:
    """All numbers; with ``minutes`` each as a calendar whose cells are so long, or longer where they don't fit."""
    page = Page()
    page.line("from ", start.words, " until ", end.words, faint(f"  {start.zone}"))
    _emergencies(page, tenant, start, end)
    for covers in found:
        page.gap()
        _number(page, tenant, covers, start, minutes)
    if not found:
        page.gap()
        page.line("the tenant has no numbers")
    page.gap()
    ruled = any(tenant.numbers[covers.number].caller_rules for covers in found)
    assumptions(page, *([] if assumed is None else [assumed]), *(["the caller is anonymous"] if ruled else []))
    return page


def _emergencies(page: Page, tenant: Tenant, start: Moment, end: Moment) -> None:
    """Name the emergencies that are in force in the period: they decide before any hours."""
    groups = ((name_text(tenant, Kind.TIME_GROUPS, id_), each.emergency) for id_, each in tenant.time_groups.items())
    for whose, emergency in [("the whole tenant", tenant.settings.emergency), *groups]:
        if emergency is None:
            continue
        since = start if emergency.set_at is None else start.later(epoch(emergency.set_at))
        if since.at < end.at:
            reason = "" if emergency.reason is None else f" ({emergency.reason})"
            begins = f" from {since.words}" if since.at > start.at else ""
            page.line(bad("emergency"), f" of {whose}{reason}{begins}, until it is revoked")


def _number(page: Page, tenant: Tenant, covers: NumberCoverage, start: Moment, minutes: int | None) -> None:
    head = named(tenant, Kind.NUMBERS, covers.number)
    page.line(*(strong(piece) if isinstance(piece, str) else piece for piece in head))
    page.grid(_shares(covers))
    _hung_up(page, covers)
    _gaps(page, covers, start)
    page.gap()
    signs = signs_of(covers)
    if minutes is None:
        page.grid(_changes(covers, signs, start))
        page.gap()
        page.grid(_meanings(tenant, covers, signs))
    else:
        page.fitting(*(_drawn(week(covers, start.zone, minutes=each), minutes) for each in CELLS if each >= minutes))
        page.gap()
        page.grid(_meanings(tenant, covers, signs))
    options = list(_deaf_options(tenant, covers))
    if options:
        page.gap()
        page.line("options that at times lead to nobody:", indent=2)
        page.grid(options, indent=4)


def _shares(covers: NumberCoverage) -> Iterator[tuple[Cell, ...]]:
    whole = covers.end - covers.start
    for chance in Chance:
        lengths: dict[str, int] = {}
        for outcome, seconds in covers.outcomes:
            if outcome.chance is chance:
                words = chance_words(outcome)
                lengths[words] = lengths.get(words, 0) + seconds
        for words, seconds in sorted(lengths.items()):
            yield percent(seconds, whole), Span(words, _STYLES[chance]), faint(duration(seconds))


def _hung_up(page: Page, covers: NumberCoverage) -> None:
    """How long a call is hung up that nobody answers, if that is longer than calls are hung up anyway."""
    seconds = covers.hang_up_seconds
    if seconds > covers.seconds(Chance.NOTHING):
        pressed = " and nothing is pressed" if any(outcome.choices for outcome, _ in covers.outcomes) else ""
        share = percent(seconds, covers.end - covers.start)
        page.line(f"if nobody answers{pressed}, hung up {share} of the time", indent=2)


def _gaps(page: Page, covers: NumberCoverage, start: Moment) -> None:
    gaps = covers.gaps
    if not gaps or len(covers.stretches) == 1:
        return
    begin, until = max(gaps, key=lambda gap: gap[1] - gap[0])
    which = "one gap, " if len(gaps) == 1 else f"{len(gaps)} gaps, the longest "
    when = f"{start.later(begin).words} until {start.later(until).words}"
    page.line(which, when, faint(f"  {duration(until - begin)}"), indent=2)


def _changes(covers: NumberCoverage, signs: dict[Outcome, str], start: Moment) -> Iterator[tuple[Cell, ...]]:
    """Each day on which something changes, with the times and the signs from then on."""
    days = [
        (day, list(stretches))
        for day, stretches in groupby(covers.stretches, key=lambda each: start.later(each.start).local.date())
    ]
    for day, stretches in days[:MOST_LISTED]:
        pieces: list[Piece] = []
        before = offset_text(start.later(stretches[0].start).local)
        for stretch in stretches:
            local = start.later(stretch.start).local
            # Where the clocks change, a time of day can come twice.
            offset = "" if offset_text(local) == before else f" {offset_text(local)}"
            pieces += [faint(f"{'   ' if pieces else ''}{clock(local)}{offset} "), _sign(stretch.outcome, signs)]
            before = offset_text(local)
        yield day_title(day), tuple(pieces)
    if len(days) > MOST_LISTED:
        yield f"{len(days) - MOST_LISTED} more", "days with changes aren't listed; --format json tells all"


def _sign(outcome: Outcome, signs: dict[Outcome, str]) -> Span:
    return Span(signs[outcome], _STYLES[outcome.chance])


def _drawn(drawn: Week, minutes: int) -> Page:
    """A calendar, and what it says of itself; ``minutes`` were asked for."""
    page = Page()
    page.line(faint(f"{'':14}  {hours_line(drawn.minutes)}"), indent=2)
    for day, cells in drawn.days:
        runs = (
            Span("".join(cell.sign for cell in run), _STYLES[chance])
            for chance, run in groupby(cells, key=lambda cell: cell.chance)
        )
        page.line(f"{day_title(day)}  ", *runs, indent=2)
    if drawn.left_out:
        page.line(f"{drawn.left_out} more days aren't drawn", indent=2)
    if changes_inside(drawn):
        page.line(f"{CHANGES}  changes inside these {drawn.minutes} minutes", indent=2)
    if drawn.minutes != minutes:
        page.line(faint(f"{drawn.minutes} minutes a sign; {minutes} don't fit"), indent=2)
    return page


def _meanings(tenant: Tenant, covers: NumberCoverage, signs: dict[Outcome, str]) -> Iterator[tuple[Cell, ...]]:
    for meaning in meanings(tenant, covers, signs):
        for at, (option, words) in enumerate(meaning.rows):
            said = (strong(option), ": ", words) if option else (words,)
            if at:
                yield "", "", said
            else:
                yield Span(meaning.sign, _STYLES[meaning.chance]), meaning.share, said


def _deaf_options(tenant: Tenant, covers: NumberCoverage) -> Iterator[tuple[Cell, ...]]:
    """Options behind which at times nobody can be rung although at others somebody can, with the share of the time."""
    seconds: dict[str, dict[Chance, int]] = {}
    for outcome, length in covers.outcomes:
        for choice in outcome.choices:
            known = seconds.setdefault(choice_title(tenant, choice), dict.fromkeys(Chance, 0))
            known[choice.course.chance] += length
    for option, known in seconds.items():
        nobody = known[Chance.MESSAGE] + known[Chance.NOTHING]
        if nobody and known[Chance.SOMEBODY]:
            yield option, percent(nobody, covers.end - covers.start)

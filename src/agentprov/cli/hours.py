"""``agentprov open``: is a time group open at an instant, why, and until when."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Final

from agentprov.cli.commands import Command
from agentprov.cli.instants import Moment, duration, moment_cell, parse_moment
from agentprov.cli.output import Answer, Cell, Json, Page, Span, bad, faint, good, strong
from agentprov.cli.sources import load_tenant, tenant_argument
from agentprov.cli.tenants import find, name_text
from agentprov.engine.days import HoursReason, Layer
from agentprov.engine.hours import Hours, HoursState, hours_of
from agentprov.model.hours import ManualOverride, TimeGroup
from agentprov.model.ids import TimeGroupId
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant

CLOSED: Final = 1


def _arguments(parser: ArgumentParser) -> None:
    tenant_argument(parser)
    parser.add_argument("time_group", metavar="TIMEGROUP", help="the id of a time group")
    parser.add_argument(
        "--at",
        metavar="INSTANT",
        default="now",
        help="2026-11-23T09:30+05:30, or '2026-11-23 09:30' on the time group's wall clock; the default is now",
    )


def _run(arguments: Namespace) -> Answer:
    tenant = load_tenant(arguments)
    group = tenant.time_groups[TimeGroupId(find(tenant, Kind.TIME_GROUPS, arguments.time_group))]
    hours = hours_of(group, tenant.calendars, tenant.settings.emergency)
    moment = parse_moment(arguments.at, group.time_zone)
    state = hours.state(moment.at)
    return Answer(
        status=0 if state.open else CLOSED,
        page=_page(tenant, group, moment, hours),
        data={
            "time_group": group.id,
            "time_zone": group.time_zone,
            "at": moment.text,
            "open": state.open,
            "because": _reason_data(state.because),
            "losers": [_reason_data(each) for each in state.losers],
            "until": None if state.until is None else moment.later(state.until).text,
        },
    )


def _reason_data(reason: HoursReason) -> Json:
    return {
        "layer": reason.layer.value,
        "open": reason.open,
        "name": reason.name,
        "calendar": reason.calendar,
        "tenant_wide": reason.tenant_wide,
    }


def open_word(is_open: bool) -> Span:  # noqa: FBT001  the word for a truth value
    """Open or closed, in its colour."""
    return good("open") if is_open else bad("closed")


def _page(tenant: Tenant, group: TimeGroup, moment: Moment, hours: Hours) -> Page:
    state = hours.state(moment.at)
    page = Page()
    page.line(strong(group.name), faint(f" ({group.id})"), " is ", open_word(state.open))
    page.gap()
    rows: list[tuple[Cell, ...]] = [
        ("at", moment_cell(moment)),
        ("because", reason_words(tenant, group, state.because)),
    ]
    rows += [
        ("which beats", (reason_words(tenant, group, loser), ": ", "open" if loser.open else "closed"))
        for loser in state.losers
    ]
    rows += _future(tenant, group, moment, hours, state)
    page.grid(rows)
    return page


def _future(
    tenant: Tenant, group: TimeGroup, moment: Moment, hours: Hours, state: HoursState
) -> list[tuple[Cell, ...]]:
    if state.until is None:
        return [("until", "further notice: no change is in sight")]
    change = moment.later(state.until)
    then = hours.state(state.until)
    rows: list[tuple[Cell, ...]] = [
        ("until", (change.words, faint(f"  in {duration(change.at - moment.at)}"))),
        ("then", (open_word(then.open), ", ", reason_words(tenant, group, then.because))),
    ]
    if then.until is not None:
        rows.append((f"{'closes' if then.open else 'opens'} again", moment.later(then.until).words))
    return rows


def reason_words(tenant: Tenant, group: TimeGroup, reason: HoursReason) -> str:
    """Which layer of a time group's hours decides, in words."""
    match reason.layer:
        case Layer.EMERGENCY:
            whose = "of the whole tenant" if reason.tenant_wide else "of this time group"
            return f"emergency {whose}{_quoted(reason.name)}, until it is revoked"
        case Layer.OVERRIDE:
            return f"set by hand{_by(tenant, group.override)}{_quoted(reason.name)}"
        case Layer.EXCEPTION:
            return f"exception {reason.name}"
        case Layer.CALENDAR:
            calendar = "" if reason.calendar is None else f" of {name_text(tenant, Kind.CALENDARS, reason.calendar)}"
            return f"holiday {reason.name}{calendar}"
        case Layer.WEEKLY:
            return "weekly hours"
        case Layer.CLOSED:
            return "outside the weekly hours" if group.weekly else "there are no weekly hours"


def _quoted(reason: str | None) -> str:
    return "" if reason is None else f" ({reason})"


def _by(tenant: Tenant, override: ManualOverride | None) -> str:
    return "" if override is None or override.actor is None else f" by {name_text(tenant, Kind.USERS, override.actor)}"


COMMAND: Final = Command(
    name="open",
    summary="Tell whether a time group is open at an instant, why, and until when",
    details=(
        "The strongest layer decides: emergency, then what was set by hand, dated exception, holiday calendar, weekly"
        " hours. Those that lost are named as well.\n\n"
        "An instant without an offset is read on the wall clock of the time group's time zone. One that a clock change"
        " skips or shows twice is refused. The exit status is 0 for open and 1 for closed."
    ),
    examples=(
        "open smartflo.toml h-day --at '2026-11-23 09:30'",
        "open smartflo.toml h-day --at 2026-11-23T04:00Z",
    ),
    arguments=_arguments,
    run=_run,
)

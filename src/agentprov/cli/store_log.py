"""``agentprov store log``: what was done to a tenant, by whom, when and why, and what was refused."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from agentprov.cli.commands import Command
from agentprov.cli.instants import HOW, Moment, parse_moment
from agentprov.cli.mistakes import Mistake
from agentprov.cli.objects import find_kind
from agentprov.cli.output import Answer, Json, Page, Piece, bad, faint, plain_data, strong
from agentprov.cli.refusals import problem_data
from agentprov.cli.sources import address_source, store_argument, tenant_option
from agentprov.cli.tenants import named
from agentprov.engine.zones import epoch, instant
from agentprov.model.changes import Event
from agentprov.model.ids import UserId
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.repositories import AuditQuery, Committed, Founded, Noted

LIMIT: Final = 100
MOST_SHOWN: Final = 100_000
MOST_LINES: Final = 10
"""How many lines of one entry are shown; JSON has all."""

Entry = Committed | Noted


def _arguments(parser: ArgumentParser) -> None:
    store_argument(parser)
    tenant_option(parser)
    parser.add_argument("--about", metavar="KIND:ID", help="only what concerns this object, such as user:u-ravi")
    parser.add_argument("--actor", metavar="USER", help="only what this user did or tried: their id, or login")
    parser.add_argument("--since", metavar="INSTANT", help=f"only from this instant on: {HOW}")
    parser.add_argument("--until", metavar="INSTANT", help="only before this instant")
    parser.add_argument(
        "--limit", metavar="N", type=int, default=LIMIT, help=f"the latest N entries; {LIMIT} unless given"
    )


def _run(arguments: Namespace) -> Answer:
    if not 1 <= arguments.limit <= MOST_SHOWN:
        raise Mistake(f"--limit takes a number from 1 to {MOST_SHOWN:,}", f"leave it out for the latest {LIMIT}")
    source = address_source(arguments)
    store, tenant = source.store, source.load()
    zone = tenant.settings.time_zone
    query = AuditQuery(
        about=None if arguments.about is None else find_kind(arguments.about),
        actor=None if arguments.actor is None else _actor(tenant, arguments.actor),
        since=None if arguments.since is None else instant(parse_moment(arguments.since, zone).at),
        until=None if arguments.until is None else instant(parse_moment(arguments.until, zone).at),
        limit=arguments.limit + 1,  # one more tells that there are more
        newest=True,
    )
    found: list[Entry] = [*store.tenants.history(tenant.id, query), *store.all.audit.notes(tenant.id, query)]
    entries = _in_order(found)
    shown = entries[-arguments.limit :]
    founded = store.tenants.founding(tenant.id)
    more = len(shown) < len(entries)
    whole = not more and query == AuditQuery(limit=query.limit, newest=True)
    return Answer(
        status=0,
        page=_page(source.name, tenant, founded if whole else None, shown, more=more),
        data={
            **source.data,
            "tenant": tenant.id,
            "begins": {"version": founded.tenant.version, "at": _text(founded.at, zone), "reason": founded.reason},
            "more": more,
            "entries": [_data(entry, zone) for entry in shown],
        },
    )


def _actor(tenant: Tenant, text: str) -> UserId:
    """The user of this id or login; who is gone by now is asked for by id."""
    if text not in tenant.users:
        for user in tenant.users.values():
            if user.login == text:
                return user.id
    return UserId(text)


def _in_order(entries: list[Entry]) -> list[Entry]:
    """By when they happened; changes stay in the order of their versions, whatever a clock said."""
    latest: datetime | None = None
    keyed: list[tuple[datetime, Entry]] = []
    for entry in entries:
        at = entry.at
        if isinstance(entry, Committed):
            latest = at = at if latest is None else max(at, latest)
        keyed.append((at, entry))
    keyed.sort(key=lambda each: each[0])
    return [entry for _, entry in keyed]


def _page(name: str, tenant: Tenant, founded: Founded | None, shown: Sequence[Entry], *, more: bool) -> Page:
    zone = tenant.settings.time_zone
    entries = f"{len(shown):,} entries" if len(shown) != 1 else "1 entry"
    page = Page()
    page.line(strong(name), f": {entries}", faint(f", times of {zone}"))
    if more:
        page.line(faint(f"the latest {len(shown):,}; more with --limit"), indent=2)
    if founded is not None:
        page.gap()
        page.line(strong(f"version {founded.tenant.version}"), *_when(founded.at, zone), "  the log begins")
        _why(page, founded.reason)
    for entry in shown:
        page.gap()
        lines: list[str]
        match entry:
            case Committed():
                who = _who(tenant, entry.change.actor)
                page.line(strong(f"version {entry.version}"), *_when(entry.at, zone), "  ", *who)
                lines = list(entry.change.describe())
            case Noted():
                verdict: Piece = bad("refused") if entry.problems else strong("noted")
                page.line(verdict, *_when(entry.at, zone), "  ", *_who(tenant, entry.actor), f": {entry.action}")
                lines = [f"{each.where}: {each.message}" if each.path else each.message for each in entry.problems]
                lines += [_event_words(event) for event in entry.events]
        _why(page, entry.reason)
        for line in lines[:MOST_LINES]:
            page.item(line)
        if len(lines) > MOST_LINES:
            page.item(faint(f"and {len(lines) - MOST_LINES:,} more; --format json has all"))
    return page


def _when(at: datetime, zone: str) -> tuple[Piece, ...]:
    return ("  ", Moment(at=epoch(at), zone=zone).words)


def _why(page: Page, reason: str | None) -> None:
    if reason is not None:
        page.line(faint("reason: "), reason, indent=2)


def _who(tenant: Tenant, actor: UserId | None) -> tuple[Piece, ...]:
    if actor is None:
        return (faint("the host"),)
    return named(tenant, Kind.USERS, actor) if actor in tenant.users else (actor,)


def _event_words(event: Event) -> str:
    facts = ", ".join(f"{name} {value}" for name, value in sorted(event.facts.items()))
    return f"{event.kind.value} {event.subject}" + (f" ({facts})" if facts else "")


def _text(at: datetime, zone: str) -> str:
    return Moment(at=epoch(at), zone=zone).text


def _data(entry: Entry, zone: str) -> dict[str, Json]:
    shared: dict[str, Json] = {"at": _text(entry.at, zone), "reason": entry.reason, "key": entry.key}
    match entry:
        case Committed(change=change):
            return {
                "type": "change",
                "version": entry.version,
                "actor": change.actor,
                **shared,
                "about": [{"kind": each.kind.value, "id": each.id} for each in change.edits],
                "changes": list(change.describe()),
                "warnings": problem_data(change.warnings),
            }
        case Noted():
            return {
                "type": "note",
                "action": entry.action,
                "actor": entry.actor,
                **shared,
                "about": [{"kind": kind.value, "id": id_} for kind, id_ in sorted(entry.about)],
                "problems": problem_data(entry.problems),
                "events": [
                    {"kind": each.kind.value, "subject": each.subject, "facts": plain_data(each.facts)}
                    for each in entry.events
                ],
            }


COMMAND: Final = Command(
    name="store log",
    summary="Show what was done to a tenant: when, by whom and why, and what was refused",
    details=(
        "Every change is an entry, with the version it led to and what it changed, before and after. Between them, in"
        " the order of time, stands what the host noted and what changed no tenant: refusals with their reasons,"
        " sign-ins, passwords, tokens. No secret is ever among it."
    ),
    examples=(
        "store log --store sqlite:///centre.db --tenant t-kaveri",
        "store log --store sqlite:///centre.db --about user:u-ravi --since '2026-11-01 00:00'",
    ),
    arguments=_arguments,
    run=_run,
)

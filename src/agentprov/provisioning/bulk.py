"""Provisioning in bulk: a roster of many users becomes a plan, and the plan one change (PV-10).

What a row asks is read, held against the blueprint and refused in the very words of the single operations, and a plan
that goes through leads where these would lead, carried out one by one in some order: a row may refer to a user whom a
later row creates, and take what another row sets free.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from datetime import datetime
from difflib import get_close_matches
from typing import Final

import attrs

from agentprov.errors import Code, InvalidValue, Problem
from agentprov.model.changes import Change, Event, EventKind
from agentprov.model.ids import user_id
from agentprov.model.live import Live
from agentprov.model.secret import Secret
from agentprov.model.tenant import Tenant
from agentprov.provisioning.fields import SINGULAR, FieldKind
from agentprov.provisioning.forms import in_field_order, problem_fields
from agentprov.provisioning.forwarding import forward_events
from agentprov.provisioning.lines import GROUP, Asking, Generate, Line, check_line, read_line
from agentprov.provisioning.moves import move_events
from agentprov.provisioning.others import Others
from agentprov.provisioning.requests import created_events, password_event
from agentprov.provisioning.roster import ID, PASSWORD, Action, Plan, PlannedRow, Progress, Row, Stage, not_a_row
from agentprov.provisioning.statuses import status_events
from agentprov.provisioning.together import tried

MOST_UNKNOWN: Final = 100
"""How many unknown columns are told."""

STEP: Final = 1_000
"""After how many rows progress is told."""


def plan_users(
    tenant: Tenant,
    rows: Iterable[Row | Mapping[str, object]],
    *,
    by: str | None,
    at: datetime | None = None,
    live: Live | None = None,
    tolerate: int = 0,
    ignore: Iterable[str] = (),
    generate: Generate | None = None,
    progress: Progress | None = None,
) -> Plan:
    """The plan for a roster. Nothing is done until its change is applied.

    A row is the form of one user: matched by ``id`` if it has one, else by the login. A field that isn't in a row
    stays as it is; one that is null or empty is cleared. Another user group is a move of its own, for which ``live``
    must say that the user is logged off. Mappings are rows as well, numbered from 1.

    By default one fault stops the plan; with ``tolerate`` so many faulty rows are left out, and those that need them
    count as faulty too. Unknown columns stop it. ``ignore`` names columns to pass over, unknown or not, by field or as
    the file calls them, in any case. ``generate`` makes the passwords that rows ask for. ``progress`` is told how far
    it is, after every thousand rows and at the end of every stage.

    What readers of files raise, this does. Everything else is in the plan.
    """
    actor = user_id(by)
    asking = Asking.of(tenant, actor, at=at, live=live, generate=generate)
    unknown = _Unknown(asking)
    ignored = frozenset(name.casefold() for name in ignore)
    read_rows: list[Row] = []
    for number, row in enumerate(rows, 1):
        read_rows.append(_heeded(_as_row(number, row), ignored))
        unknown.look(read_rows[-1])
        if progress is not None and number % STEP == 0:
            progress(Stage.READ, number, None)
    _tell(progress, Stage.READ, len(read_rows))
    _read_phones(asking, read_rows)
    lines = [read_line(asking, row) for row in _watched(read_rows, progress)]
    _find_twice(asking, lines)
    read = [line for line in lines if line.reading is not None]
    others = Others(tenant, {line.id: line.reading.typed for line in read if line.reading is not None})
    for line in read:
        check_line(asking, others, line)
    _tell(progress, Stage.CHECK, len(lines))
    outcome = tried(asking, read)
    _tell(progress, Stage.APPLY, len(lines))
    whole = (*unknown.problems(), *outcome.whole)
    faulty = sum(line.is_faulty for line in lines)
    change = outcome.applied.change if outcome.applied is not None and not whole and faulty <= tolerate else None
    return Plan(
        rows=[_planned(asking, line) for line in lines],
        problems=whole,
        tolerated=tolerate,
        change=None if change is None else _finished(asking, change, lines),
    )


def _tell(progress: Progress | None, stage: Stage, count: int) -> None:
    if progress is not None:
        progress(stage, count, count)


def _watched(rows: Sequence[Row], progress: Progress | None) -> Iterator[Row]:
    for number, row in enumerate(rows):
        if progress is not None and number and number % STEP == 0:
            progress(Stage.CHECK, number, len(rows))
        yield row


def _read_phones(asking: Asking, rows: Sequence[Row]) -> None:
    """Read all telephone numbers in their order: numbers of one country are cheaper to read after one another."""
    for name, field in asking.fields.items():
        if field.kind is FieldKind.PHONE:
            values = {value for row in rows if isinstance(value := row.form.get(name), str) and value}
            for value in sorted(values):
                with suppress(InvalidValue):
                    asking.parser.parse(name, value)


# ---- columns and rows as such ----------------------------------------------------------------------------------------


def _as_row(number: int, row: object) -> Row:
    if isinstance(row, Row):
        return row
    return Row(number=number, form=row) if isinstance(row, Mapping) else not_a_row(number)


def _heeded(row: Row, ignored: AbstractSet[str]) -> Row:
    """The row without the columns that are passed over, and without the faults in them."""
    if not ignored:
        return row

    def is_heeded(key: object) -> bool:
        name = SINGULAR.get(str(key), str(key))
        return ignored.isdisjoint((str(key).casefold(), name.casefold(), row.columns.get(name, name).casefold()))

    return attrs.evolve(
        row,
        form={key: value for key, value in row.form.items() if is_heeded(key)},
        problems=[each for each in row.problems if all(map(is_heeded, problem_fields([each])))],
    )


class _Unknown:
    """The columns that no field has, each told once, wherever it comes first."""

    __slots__ = ("_first", "_known")

    def __init__(self, asking: Asking) -> None:
        self._known = {ID, *asking.fields, *SINGULAR}
        self._first: dict[str, int] = {}

    def look(self, row: Row) -> None:
        """Note what isn't known of the row's columns."""
        for name in row.form.keys() - self._known:
            if len(self._first) < MOST_UNKNOWN:
                self._first.setdefault(str(name), row.number)

    def problems(self) -> tuple[Problem, ...]:
        """One problem for every unknown column, in the order of their names."""
        return tuple(self._problem(name) for name in sorted(self._first))

    def _problem(self, name: str) -> Problem:
        shown = name[:80]
        near = get_close_matches(shown, sorted(self._known), n=1)
        hint = f"; perhaps `{near[0]}` is meant" if near else ""
        return Problem(
            code=Code.FIELD_UNKNOWN,
            path=(shown,),
            parameters={"field": shown, "hint": hint, "row": self._first[name]},
        )


def _find_twice(asking: Asking, lines: Sequence[Line]) -> None:
    """Note every row that is about the user of a row before it: of the same id, or of the same login once saved."""
    ids: dict[str, Line] = {}
    logins: dict[str, Line] = {}
    for line in lines:
        if line.reading is None:
            continue
        login = line.reading.typed.login
        first = ids.get(line.id)
        if first is None and line.stored is None and login is not None:
            first = logins.get(asking.key(login))
        if first is None:
            ids[line.id] = line
            if login is not None:
                logins.setdefault(asking.key(login), line)
        else:
            value = line.id if login is None else login
            line.found.add(Code.ROW_TWICE, row=first.row.number, value=value)
            line.reading = None


# ---- what comes out --------------------------------------------------------------------------------------------------


def _planned(asking: Asking, line: Line) -> PlannedRow:
    problems = in_field_order(asking.tenant.blueprint, [*line.found.problems, *line.guards.problems])
    login = None if line.reading is None else line.reading.typed.login
    return PlannedRow(
        number=line.row.number,
        line=line.row.line,
        actions=_actions(line),
        user=line.id or None,
        login=line.base.login if line.base is not None else login,
        problems=problems,
        warnings=() if line.is_faulty else line.warnings.problems,
        columns=line.row.columns,
    )


_ERROR: Final = (Action.ERROR,)
_CREATE: Final = (Action.CREATE,)
_UNCHANGED: Final = (Action.UNCHANGED,)


def _actions(line: Line) -> tuple[Action, ...]:
    if line.is_faulty:
        return _ERROR
    if line.stored is None:
        return _CREATE
    if not line.changes and line.password.secret is None:
        return _UNCHANGED
    moved = (Action.MOVE,) if line.differs(GROUP) else ()
    updated = (Action.UPDATE,) if line.after != line.base or line.password.secret is not None else ()
    return moved + updated


def _finished(asking: Asking, change: Change, lines: Iterable[Line]) -> Change:
    """The change with what happens by it, what to look at, and the passwords apart."""
    events: list[Event] = []
    warnings: list[Problem] = []
    secrets: dict[str, Secret] = {}
    for line in lines:
        if line.is_faulty:
            continue
        if line.after is not None and line.stored is None:
            events += created_events(asking.tenant, line.after)
        elif line.stored is not None and line.base is not None and line.changes:
            events += move_events(line.stored, line.base.user_group)
            if line.after != line.base:
                events.append(Event(kind=EventKind.USER_UPDATED, subject=line.id))
            if line.after is not None:
                events += [*status_events(line.stored, line.after), *forward_events(line.stored, line.after)]
        warnings += [problem.under("users", line.id) for problem in line.warnings.problems]
        if line.password.secret is not None:
            secrets[line.id + PASSWORD] = line.password.secret
            events.append(password_event(line.id, line.password))
    return attrs.evolve(change, events=events, warnings=warnings, secrets=secrets)

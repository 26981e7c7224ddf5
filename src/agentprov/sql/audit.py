"""What was asked and changed no tenant, in a database (ST-5)."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from sqlalchemy import Connection, select

from agentprov.codec.rows import row_document
from agentprov.errors import Code, Problem
from agentprov.model.changes import Event, EventKind
from agentprov.model.ids import TenantId, identifier, is_identifier
from agentprov.model.references import Kind
from agentprov.repositories import AuditQuery, Noted
from agentprov.sql.rows import add_rows, instant_of, intact, micros, new_row, wanted
from agentprov.sql.running import Runner
from agentprov.sql.tables import note_objects, notes


class SqlAudit:
    """An :class:`~agentprov.repositories.AuditRepository`."""

    def __init__(self, run: Runner) -> None:
        self._run = run

    def note(self, tenant: TenantId, noted: Noted) -> None:
        """Keep it, unless its key was noted before."""
        return self._run.write(_note, tenant, noted)

    def notes(self, tenant: TenantId, query: AuditQuery) -> tuple[Noted, ...]:
        """What was noted, as far as the query asks."""
        return self._run.read_one(_notes, tenant, query)


def _note(connection: Connection, tenant: TenantId, noted: Noted) -> None:
    same = {"tenant": identifier(tenant), "key": noted.key, "at": micros(noted.at)}
    if new_row(connection, notes, {**same, "actor": noted.actor, "document": _text(noted)}):
        about = sorted(noted.about)
        add_rows(connection, note_objects, [{**same, "kind": kind.value, "id": id_} for kind, id_ in about])


def _notes(connection: Connection, tenant: TenantId, query: AuditQuery) -> tuple[Noted, ...]:
    ids = (tenant, *(each for each in (query.actor, query.about and query.about[1]) if each is not None))
    if not all(map(is_identifier, ids)):
        return ()
    statement = select(notes).where(notes.c.tenant == tenant, *wanted(notes, query))
    if query.about is not None:
        kind, id_ = query.about
        same = (note_objects.c.tenant == notes.c.tenant) & (note_objects.c.key == notes.c.key)
        statement = statement.join(note_objects, same).where(
            note_objects.c.tenant == tenant, note_objects.c.kind == kind.value, note_objects.c.id == id_
        )
    order = (notes.c.at.desc(), notes.c.key.desc()) if query.newest else (notes.c.at, notes.c.key)
    rows = connection.execute(statement.order_by(*order).limit(query.limit))
    found = tuple(intact(partial(noted_of, row), "notes", tenant, row.key) for row in rows)
    return found[::-1] if query.newest else found


# ---- documents: written and read without the codec, since a problem repeats what was asked for, even what is no text -


def _text(noted: Noted) -> str:
    document = {
        "action": noted.action,
        "about": sorted((kind.value, id_) for kind, id_ in noted.about),
        "problems": [(each.code.value, each.path, dict(each.parameters)) for each in noted.problems],
        "events": [(each.kind.value, each.subject, dict(each.facts)) for each in noted.events],
        "reason": noted.reason,
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":"))


def noted_of(row: Any) -> Noted:  # noqa: ANN401  a row
    """The note that a row is; for :func:`~agentprov.sql.rows.intact`, since a damaged one may raise anything."""
    document = row_document(row.document)
    return Noted(
        key=row.key,
        at=instant_of(row.at),
        action=document["action"],
        actor=row.actor,
        about=[(Kind(kind), id_) for kind, id_ in document["about"]],
        problems=[_problem(*each) for each in document["problems"]],
        events=[
            Event(kind=EventKind(kind), subject=subject, facts=facts) for kind, subject, facts in document["events"]
        ],
        reason=document["reason"],
    )


def _problem(code: str, path: list[str | int], parameters: dict[str, Any]) -> Problem:
    read = {name: tuple(value) if isinstance(value, list) else value for name, value in parameters.items()}
    return Problem(code=Code(code), path=tuple(path), parameters=read)

"""Rosters in files: CSV and JSON lines as rows for :func:`agentprov.provisioning.plan_users`, and exports (PV-10).

Reading gives row after row and keeps none. A fault of the file itself, such as an encoding that isn't what it seems,
is raised; a fault of one row goes with the row, so that all are told together.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from typing import BinaryIO, Final

from agentprov.codec.json_text import parse as parse_json
from agentprov.codec.limits import Limits
from agentprov.errors import Code, InvalidValue, MalformedDocument, Problem
from agentprov.interop.cells import AS_IT_IS, cell_of, cell_value
from agentprov.interop.csv_text import Record, RosterLimits, plain_name, records, text_lines
from agentprov.model.blueprint import Blueprint
from agentprov.model.tenant import Tenant
from agentprov.provisioning.fields import SINGULAR, Field, FieldKind, fields_of
from agentprov.provisioning.filled import exported_fields, form_of
from agentprov.provisioning.forms import problem_fields
from agentprov.provisioning.roster import ID, Row, not_a_row

_DEFAULT: Final = RosterLimits()
_BOM: Final = "\ufeff"
_EMPTY_COLUMN: Final = ""
_MOST_KEPT: Final = 10_000
_DEPTH: Final = 8


def read_csv(
    file: BinaryIO | bytes,
    blueprint: Blueprint,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    limits: RosterLimits = _DEFAULT,
) -> Iterator[Row]:
    """The rows of a table in CSV. The first row names the fields, by name or by label, in any case.

    The delimiter (comma, semicolon, tab, bar) is found from the header. Empty rows are passed over. How a cell is read
    is said in :mod:`agentprov.interop.cells`.

    Raises:
        MalformedDocument: the encoding, the quoting, the header, or a limit; see the codes ``csv.*`` and ``row.*``.
    """
    names = _names(blueprint)
    table = records(text_lines(file, encoding, limits), tuple(names), delimiter, limits)
    header = next((record for record in table if any(map(str.strip, record.cells))), None)
    if header is None:
        raise MalformedDocument.of(Code.CSV_NO_HEADER)
    fields = fields_of(blueprint)
    columns = _columns(header, names, limits)
    if not any(column in fields or column == ID for column in columns):
        raise MalformedDocument.of(Code.CSV_NO_HEADER)
    cells = _Cells(fields, columns, header.cells)
    for record in table:
        if any(map(str.strip, record.cells)):
            yield cells.row(record)


def read_json_lines(
    file: BinaryIO | bytes, blueprint: Blueprint, *, encoding: str | None = None, limits: RosterLimits = _DEFAULT
) -> Iterator[Row]:
    """The rows of JSON lines: an object on every line. Empty lines are passed over.

    Raises:
        MalformedDocument: the encoding, or a limit. What is wrong with one line goes with its row.
    """
    fields = fields_of(blueprint)
    bounds = Limits(size_bytes=4 * limits.row_characters, depth=_DEPTH, items=limits.row_characters)
    count = 0
    for number, line in enumerate(text_lines(file, encoding, limits), 1):
        if not line.strip():
            continue
        count += 1
        if count > limits.rows:
            raise MalformedDocument.of(Code.ROWS_TOO_MANY, limit=limits.rows)
        yield _json_row(number, line, fields, bounds)


def _json_row(number: int, line: str, fields: Mapping[str, Field], bounds: Limits) -> Row:
    try:
        parsed = parse_json(line, bounds)
    except MalformedDocument as error:
        moved = (
            Problem(
                code=each.code,
                path=(),
                parameters={**each.parameters, "line": number} if "line" in each.parameters else each.parameters,
            )
            for each in error.problems
        )
        return Row(number=number, form={}, problems=moved)
    document = parsed.document
    if not isinstance(document, dict):
        return not_a_row(number)
    faulty = problem_fields(parsed.problems)
    form = {name: value for name, value in document.items() if SINGULAR.get(name, name) not in faulty}
    # A key that is no field, and is faulty besides, is told as what it is: unknown.
    problems = [each for each in parsed.problems if problem_fields([each]) & (fields.keys() | {ID})]
    form |= {name: None for name in document if name in faulty and name not in fields and name != ID}
    return Row(number=number, form=form, problems=problems)


# ---- the header ------------------------------------------------------------------------------------------------------


def _names(blueprint: Blueprint) -> dict[str, tuple[str, ...]]:
    """What columns may be called, as they are compared, and the fields each name means. A field's own name means it."""
    fields = fields_of(blueprint)
    labels = [(field.label, field.name) for field in fields.values()]
    labels += [(rule.label, rule.field) for rule in blueprint.rules if rule.label is not None]
    meant: dict[str, list[str]] = {}
    for label, name in labels:
        known = meant.setdefault(plain_name(label), [])
        if name not in known:
            known.append(name)
    own = {plain_name(name): (name,) for name in (ID, *fields)}
    own |= {plain_name(one): (several,) for one, several in SINGULAR.items()}
    return {**{label: tuple(names) for label, names in meant.items()}, **own}


def _columns(header: Record, names: Mapping[str, tuple[str, ...]], limits: RosterLimits) -> list[str]:
    """The field of every column; its own text for one that isn't known, nothing for one without a name.

    Raises:
        MalformedDocument: with everything that is wrong with the header.
    """
    if len(header.cells) > limits.columns:
        raise MalformedDocument.of(Code.FIELD_TOO_MANY, limit=limits.columns)
    columns: list[str] = []
    found: list[Problem] = []
    for text in header.cells:
        name, *others = names.get(plain_name(text)) or (text.strip(),)
        if others:
            found.append(
                Problem(
                    code=Code.CSV_AMBIGUOUS_COLUMN, parameters={"value": text.strip()[:80], "choices": (name, *others)}
                )
            )
        elif name in columns and name != _EMPTY_COLUMN:
            other = header.cells[columns.index(name)].strip()[:80]
            parameters = {"value": text.strip()[:80], "other": other, "field": name[:80]}
            found.append(Problem(code=Code.CSV_DUPLICATE_COLUMN, parameters=parameters))
        columns.append(name)
    if found:
        raise MalformedDocument(found)
    return columns


class _Cells:
    """Makes rows of the records under one header."""

    __slots__ = ("_columns", "_fields", "_known", "_titles")

    def __init__(self, fields: Mapping[str, Field], columns: list[str], header: list[str]) -> None:
        self._fields = fields
        self._columns = columns
        self._titles = {column: title.strip() for column, title in zip(columns, header, strict=True) if column}
        self._known: dict[tuple[str, str], object] = {}

    def row(self, record: Record) -> Row:
        """The row that a record says."""
        cells, columns = record.cells, self._columns
        more = len(cells) - len(columns)
        if more < 0 or any(cells[len(columns) :]):
            parameters = {"found": len(cells), "expected": len(columns)}
            problem = Problem(code=Code.ROW_RAGGED, parameters=parameters)
            return Row(number=record.number, line=record.line, form={}, problems=[problem], columns=self._titles)
        form: dict[str, object] = {}
        problems: list[Problem] = []
        for position, (name, cell) in enumerate(zip(columns, cells, strict=False), 1):
            if name == _EMPTY_COLUMN:
                if cell.strip():
                    problems.append(Problem(code=Code.CSV_BLANK_COLUMN, parameters={"column": position}))
                continue
            field = self._fields.get(name)
            if field is None:
                form[name] = cell
            elif field.kind is not FieldKind.DESTINATION or cell != AS_IT_IS:
                try:
                    form[name] = self._value(field, cell)
                except InvalidValue as error:
                    problems += [problem.under(name) for problem in error.problems]
        return Row(number=record.number, line=record.line, form=form, problems=problems, columns=self._titles)

    def _value(self, field: Field, cell: str) -> object:
        key = (field.name, cell)
        if key in self._known:
            return self._known[key]
        value = cell_value(field, cell)
        if isinstance(value, bool) and len(self._known) < _MOST_KEPT:
            self._known[key] = value
        return value


# ---- writing ---------------------------------------------------------------------------------------------------------


def csv_lines(tenant: Tenant, *, fields: Iterable[str] | None = None, delimiter: str = ",") -> Iterator[str]:
    """The users of a tenant as CSV, line by line, the header first: ids, and the fields that say anything.

    It begins with a byte order mark, by which spreadsheets know UTF-8. Reading it back changes nothing. No secret is in
    it: users hold none.
    """
    chosen = exported_fields(tenant) if fields is None else tuple(fields)
    yield _BOM + _csv_line([ID, *chosen], delimiter)
    for user in tenant.users.values():
        form = form_of(user, tenant.blueprint)
        cells = [cell_of(form[name]) if name in form else AS_IT_IS for name in chosen]
        yield _csv_line([user.id, *cells], delimiter)


def _csv_line(cells: list[str], delimiter: str) -> str:
    buffer = StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue()


def json_lines(tenant: Tenant, *, fields: Iterable[str] | None = None) -> Iterator[str]:
    """The same as JSON lines."""
    chosen = exported_fields(tenant) if fields is None else tuple(fields)
    for user in tenant.users.values():
        form = form_of(user, tenant.blueprint)
        row = {ID: user.id, **{name: form[name] for name in chosen if name in form}}
        yield json.dumps(row, ensure_ascii=False) + "\n"

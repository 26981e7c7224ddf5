"""Documents of changes: for a log that is kept, sent on, and read again (PV-9, ST-5)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import islice
from typing import Any, Final

import attrs

from agentprov.codec.documents import Document
from agentprov.codec.hooks import reader, unknown_field, writer
from agentprov.codec.leaves import Read, Write, read_list, read_text, read_whole, wrong_type
from agentprov.codec.limits import GENERATED, Limits, check_shape
from agentprov.codec.parsed import Parsed
from agentprov.codec.reading import MOST_PROBLEMS, reading
from agentprov.codec.rows import encode_object, object_reader
from agentprov.codec.shapes import Choice, shape_of
from agentprov.codec.versions import VERSION, VERSION_KEY, current
from agentprov.errors import Code, InvalidValue, Problem
from agentprov.model.changes import Change, Edit, Event, LimitEdit, PropertyEdit, SettingsEdit
from agentprov.model.properties import PropertyDefinition
from agentprov.model.references import Item, Kind


def encode_change(change: Change) -> Document:
    """The document of a change, in plain dictionaries, lists, text, numbers and booleans.

    An object that is edited stands in it whole, as it was and as it becomes. What is empty is left out, so equal
    changes have equal documents, and :func:`decode_change` gives an equal change back.

    The change's secrets are never written.

    Raises:
        InvalidValue: ``id.wrong_kind`` or ``id.mismatch``, for an edit of which the object is another than it says;
            ``field.wrong_type``, for a warning that holds what is no parameter.
    """
    document: Document = {VERSION_KEY: VERSION, "tenant": change.tenant, "base": change.base}
    if change.actor is not None:
        document["actor"] = change.actor
    if change.edits:
        document["edits"] = [_write_edit(edit, position) for position, edit in enumerate(change.edits)]
    for name, write in _writers().items():
        if part := getattr(change, name):
            document[name] = write(part)
    return document


def decode_change(document: Mapping[str, object], *, limits: Limits = GENERATED) -> Change:
    """The change that a document says, without secrets.

    Whether it fits a tenant is asked when it is applied.

    Raises:
        MalformedDocument: with every problem of the document and its path.

    >>> change = decode_change(
    ...     {
    ...         "agentprov": 1,
    ...         "tenant": "t-acme",
    ...         "base": 4,
    ...         "edits": [{"kind": "skills", "id": "s-hindi", "after": {"name": "Hindi"}}],
    ...     }
    ... )
    >>> change.describe()
    ('create skill s-hindi (Hindi)',)
    """
    plain: object = document
    if isinstance(plain, Mapping):
        plain = dict(plain)
    check_shape(plain, limits)
    try:
        with reading():
            return _read_change(current(plain))
    except InvalidValue as error:
        raise Parsed(document=plain).error(error.problems) from None


# ---- edits of objects -----------------------------------------------------------------------------------------------


def _write_edit(edit: Edit, position: int) -> Document:
    document: Document = {"kind": edit.kind.value, "id": edit.id}
    for name, item in (("before", edit.before), ("after", edit.after)):
        if item is not None:
            try:
                document[name] = encode_object(edit.kind, item)
            except InvalidValue as error:
                raise InvalidValue(problem.under("edits", position, name) for problem in error.problems) from None
            if (own := _own_id(item)) != edit.id:
                raise InvalidValue.of(Code.ID_MISMATCH, "edits", position, name, "id", value=own)
    return document


def _own_id(item: Item) -> str:
    return item.name if isinstance(item, PropertyDefinition) else item.id


_read_kind: Final = reader(Choice(Kind))
_KINDS: Final = {kind.value: kind for kind in Kind}
_STAND_IN: Final = "x"
"""The id of an object whose own couldn't be read: it is valid for every kind, and nothing is said of it."""


def _read_edit(value: object, _: object = None) -> Edit:
    """An edit. Its kind says how its objects are read, so without one they aren't."""
    if type(value) is not dict:
        raise wrong_type("a table", value)
    kind, id_ = value.get("kind"), value.get("id")
    known = _KINDS.get(kind) if type(kind) is str else None
    key = id_ if type(id_) is str else _STAND_IN

    def read_object(entry: object, _: object = None) -> Item | None:
        return None if known is None else object_reader(known)(key, entry)

    fields = {
        "kind": _Field(_read_kind, required=True),
        "id": _Field(read_text, required=True),
        "before": _Field(read_object),
        "after": _Field(read_object),
    }
    parts, problems = _read_fields(fields, value)
    if problems:
        raise InvalidValue(problems)
    return Edit(**parts)


def _read_edits(value: object, _: object = None) -> list[Edit]:
    return read_list(value, _read_edit)


# ---- the whole ------------------------------------------------------------------------------------------------------


@cache
def _writers() -> Mapping[str, Write]:
    found = {name: writer(shape_of(kind)) for name, kind in _PLAIN.items()}
    return {name: write for name, write in found.items() if write is not None}


_PLAIN: Final[Mapping[str, Any]] = {
    "properties": tuple[PropertyEdit, ...],
    "limits": tuple[LimitEdit, ...],
    "settings": SettingsEdit,
    "events": tuple[Event, ...],
    "warnings": tuple[Problem, ...],
}
"""The fields of a change that are written as every value is."""


@attrs.frozen
class _Field:
    read: Read
    required: bool = attrs.field(default=False, kw_only=True)


@cache
def _fields() -> Mapping[str, _Field]:
    return {
        "tenant": _Field(read_text, required=True),
        "base": _Field(read_whole, required=True),
        "actor": _Field(read_text),
        "edits": _Field(_read_edits),
        **{name: _Field(reader(shape_of(kind))) for name, kind in _PLAIN.items()},
    }


def _read_change(document: dict[Any, object]) -> Change:
    parts, problems = _read_fields(_fields(), document)
    try:
        # What the change itself objects to in the rest is said too.
        change = Change(**{"tenant": _STAND_IN, "base": 1, **parts})
    except InvalidValue as error:
        raise InvalidValue([*problems, *error.problems]) from None
    if problems:
        raise InvalidValue(problems)
    return change


def _read_fields(fields: Mapping[str, _Field], value: dict[Any, object]) -> tuple[dict[str, Any], list[Problem]]:
    """The fields of a table that could be read, and the problems of the others and of unknown keys."""
    parts: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, field in fields.items():
        if name in value:
            try:
                parts[name] = field.read(value[name], None)
            except InvalidValue as error:
                problems += [problem.under(name) for problem in error.problems]
        elif field.required:
            problems.append(Problem(code=Code.FIELD_REQUIRED, path=(name,)))
    unknown = (key for key in value if key not in fields)
    problems += [unknown_field(key, tuple(fields)) for key in islice(unknown, MOST_PROBLEMS + 1)]
    return parts, problems

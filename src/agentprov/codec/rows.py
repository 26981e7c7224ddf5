"""A tenant in rows: its head, and one document for each of its objects, for stores that keep one object a row.

The head is the tenant's document without its tables of objects. An object's document is what stands under its id there.
A store keeps both as texts, under a key that is the object's kind and id: :func:`row_text`, :func:`row_document`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final, cast

from agentprov.codec.documents import Document, decode_parsed, write_fields
from agentprov.codec.hooks import ReadEntry, entry_reader, entry_writer
from agentprov.codec.leaves import Write
from agentprov.codec.limits import GENERATED, check_shape
from agentprov.codec.parsed import Parsed
from agentprov.codec.reading import reading
from agentprov.codec.shapes import TableOf, fields_of
from agentprov.errors import Code, InvalidValue, MalformedDocument, Problem
from agentprov.model.references import CLASSES, Item, Kind
from agentprov.model.tenant import Tenant
from agentprov.model.text import named

_TABLES: Final = frozenset(kind.value for kind in Kind)


# ---- objects --------------------------------------------------------------------------------------------------------


def encode_object(kind: Kind, item: Item) -> Document:
    """The document of one object, as it stands under its id in the tenant's.

    Raises:
        InvalidValue: ``id.wrong_kind``; the object is of another kind.

    >>> from agentprov.model.groups import Skill
    >>> from agentprov.model.ids import SkillId
    >>> encode_object(Kind.SKILLS, Skill(id=SkillId("s-hindi"), name="Hindi"))
    {'name': 'Hindi'}
    """
    if type(item) is not CLASSES[kind]:
        raise InvalidValue.of(Code.ID_WRONG_KIND, kind=kind.noun)
    return cast("Document", _writer(kind)(item))


def decode_object(kind: Kind, id: str, document: object) -> Item:
    """The object that a document says, filed under this id.

    Raises:
        MalformedDocument: with every problem, the paths relative to the object.
    """
    check_shape(document, GENERATED)
    try:
        with reading():
            item: Item = object_reader(kind)(id, document)
    except InvalidValue as error:
        raise Parsed(document=document).error(error.problems) from None
    return item


@cache
def object_reader(kind: Kind) -> ReadEntry:
    """The function that reads objects of this kind, for whoever is reading a document already."""
    return entry_reader(_table(kind))


@cache
def _writer(kind: Kind) -> Write:
    return cast("Write", entry_writer(_table(kind)))


@cache
def _table(kind: Kind) -> TableOf:
    return next(cast("TableOf", field.shape) for field in fields_of(Tenant) if field.name == kind.value)


# ---- tenants --------------------------------------------------------------------------------------------------------


def encode_head(tenant: Tenant) -> Document:
    """The document of a tenant without its tables of objects. Equal tenants have equal heads."""
    return write_fields(tenant, (field for field in fields_of(Tenant) if field.name not in _TABLES))


def tenant_of(head: Mapping[str, object], objects: Iterable[tuple[Kind, str, object]]) -> Tenant:
    """The tenant with this head and these objects: of each the kind, the id and the document.

    There are no other objects: a tenant without definitions of properties has none, where a document that says nothing
    of them has the ready ones. How big it all is isn't asked, since whoever keeps a tenant has taken it before.

    Raises:
        MalformedDocument: with every problem, the paths as in the tenant's document; ``field.duplicate`` for an object
            that is there twice.
    """
    tables: dict[str, dict[str, object]] = {kind.value: {} for kind in Kind}
    problems = []
    for kind, id_, document in objects:
        table = tables[kind]
        if id_ in table:
            problems.append(Problem(code=Code.FIELD_DUPLICATE, path=(kind.value, id_), parameters={"value": id_}))
        table[id_] = document
    whole: object = head
    if isinstance(whole, Mapping):
        misplaced = sorted(_TABLES.intersection(whole))
        problems += [
            Problem(code=Code.FIELD_UNKNOWN, path=(name,), parameters={"field": name, "hint": ""}) for name in misplaced
        ]
        whole = {**whole, **tables}
    try:
        return decode_parsed(Parsed(document=whole, problems=tuple(problems)))
    except RecursionError:
        raise MalformedDocument.of(Code.DOCUMENT_TOO_DEEP, limit=GENERATED.depth) from None


# ---- texts ----------------------------------------------------------------------------------------------------------

_WRITE: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def row_text(document: object) -> str:
    """The JSON text of a document in as few characters as it can be, all ASCII. Equal documents have the same text.

    Raises:
        InvalidValue: ``field.control_character``; a text holds half a surrogate pair, which no reader takes.
    """
    text = _WRITE(document)
    if r"\ud" in text:
        whole = json.dumps(document, ensure_ascii=False)
        try:
            whole.encode("utf-8")
        except UnicodeEncodeError as error:
            raise InvalidValue.of(Code.FIELD_CONTROL_CHARACTER, character=named(whole[error.start])) from None
    return text


def row_document(text: str) -> Any:  # noqa: ANN401  any value of JSON
    """The document that :func:`row_text` wrote.

    Raises:
        MalformedDocument: ``document.syntax``, ``document.too_deep`` or ``json.number``; the text is damaged.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        reason = error.msg[:1].lower() + error.msg[1:]
        raise MalformedDocument.of(
            Code.DOCUMENT_SYNTAX, format="JSON", line=error.lineno, column=error.colno, reason=reason
        ) from None
    except ValueError:  # a whole number of thousands of digits
        raise MalformedDocument.of(Code.JSON_NUMBER) from None
    except RecursionError:
        raise MalformedDocument.of(Code.DOCUMENT_TOO_DEEP, limit=GENERATED.depth) from None

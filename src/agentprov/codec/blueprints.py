"""The shipped blueprints, and blueprints of a host's own, read from files (PV-1)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from agentprov.codec.formats import Format, format_of, parse_text, read_file
from agentprov.codec.hooks import reader, writer
from agentprov.codec.limits import BY_HAND, GENERATED, Limits, check_shape
from agentprov.codec.parsed import Parsed
from agentprov.codec.reading import reading
from agentprov.codec.shapes import Record, fields_of
from agentprov.codec.versions import VERSION, VERSION_KEY, current
from agentprov.errors import Code, InvalidValue
from agentprov.model.blueprint import Blueprint

_SUFFIX: Final = ".toml"


@cache
def blueprint_names() -> tuple[str, ...]:
    """The names of the shipped blueprints, sorted."""
    return tuple(sorted(_shipped()))


@cache
def _shipped() -> dict[str, Traversable]:
    folder = files("agentprov") / "blueprints"
    return {each.name.removesuffix(_SUFFIX): each for each in folder.iterdir() if each.name.endswith(_SUFFIX)}


def blueprint(name: str) -> Blueprint:
    """A shipped blueprint.

    Raises:
        InvalidValue: ``field.unknown_choice``; no shipped blueprint has this name.
    """
    if name not in _shipped():
        raise InvalidValue.of(Code.FIELD_UNKNOWN_CHOICE, value=name[:80], choices=blueprint_names())
    return _read_shipped(name)


@cache
def _read_shipped(name: str) -> Blueprint:
    return _decode(parse_text(_shipped()[name].read_text(encoding="utf-8"), Format.TOML, BY_HAND))


def is_shipped(value: Blueprint) -> bool:
    """Whether this is a shipped blueprint, unchanged."""
    return value.name in _shipped() and _read_shipped(value.name) == value


def load_blueprint(path: str | os.PathLike[str], *, limits: Limits | None = None) -> Blueprint:
    """The blueprint in a file: JSON, TOML or YAML by its suffix.

    The file is a document like a tenant's: `agentprov` says the version, all other keys are the blueprint's fields.

    Raises:
        MalformedDocument: with every problem of the document.
        OSError: the file can't be read.
    """
    format_ = format_of(path)
    return _decode(parse_text(read_file(path, format_, limits), format_, limits))


def decode_blueprint(document: Mapping[str, object], *, limits: Limits = GENERATED) -> Blueprint:
    """The blueprint that a document says, given as plain dictionaries, lists, text, numbers and booleans.

    Raises:
        MalformedDocument: with every problem of the document and its path.

    >>> decode_blueprint({"agentprov": 1, "name": "small", "catalogue": {"sections": {"user": ["view"]}}}).name
    'small'
    """
    plain: object = document
    if isinstance(plain, Mapping):
        plain = dict(plain)
    check_shape(plain, limits)
    return _decode(Parsed(document=plain))


def encode_blueprint(value: Blueprint) -> dict[str, object]:
    """The document of a blueprint: what has its default is left out, so equal blueprints have equal documents."""
    document: dict[str, object] = {VERSION_KEY: VERSION}
    for field in fields_of(Blueprint):
        part = getattr(value, field.name)
        if field.required or part != field.default:
            write = writer(field.shape)
            document[field.name] = part if write is None else write(part)
    return document


def holds_blueprint(path: str | os.PathLike[str], *, limits: Limits | None = None) -> bool:
    """Whether a file is meant as a blueprint: it has a catalogue or rules at its top, and nothing of a tenant.

    Raises:
        MalformedDocument: it can't be read as its format at all.
        OSError: the file can't be read.
    """
    format_ = format_of(path)
    document = parse_text(read_file(path, format_, limits), format_, limits).document
    return isinstance(document, dict) and not _TENANT.intersection(document) and bool(_OWN.intersection(document))


_TENANT: Final = frozenset(("id", "settings", "blueprint", "users"))
_OWN: Final = frozenset(("catalogue", "rules"))


def _decode(parsed: Parsed) -> Blueprint:
    try:
        with reading():
            value: Blueprint = reader(Record(Blueprint))(current(parsed.document), None)
    except InvalidValue as error:
        raise parsed.error(error.problems) from None
    if parsed.problems:
        raise parsed.error(())
    return value

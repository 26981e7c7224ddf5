"""The text formats of documents: which file has which, from bytes to a parsed document, and back to text."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Final, assert_never

from agentprov.codec import json_text, toml_text, yaml_text
from agentprov.codec.limits import BY_HAND, GENERATED, Limits, check_size
from agentprov.codec.parsed import Parsed
from agentprov.errors import Code, MalformedDocument

_BOM: Final = "\ufeff"


class Format(StrEnum):
    """A text format. JSON is written canonically: equal tenants give the same text."""

    JSON = "json"
    TOML = "toml"
    YAML = "yaml"


_SUFFIXES: Final = {".json": Format.JSON, ".toml": Format.TOML, ".yaml": Format.YAML, ".yml": Format.YAML}


def format_named(name: str) -> Format:
    """The format of this name.

    Raises:
        MalformedDocument: ``document.unknown_format``.
    """
    if name not in tuple(Format):
        raise MalformedDocument.of(Code.DOCUMENT_UNKNOWN_FORMAT, value=str(name)[:80], choices=tuple(Format))
    return Format(name)


def format_of(path: str | os.PathLike[str]) -> Format:
    """The format of a file, by its suffix: ``.json``, ``.toml``, ``.yaml`` or ``.yml``, in any case.

    Raises:
        MalformedDocument: ``document.unknown_format``.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in _SUFFIXES:
        raise MalformedDocument.of(Code.DOCUMENT_UNKNOWN_FORMAT, value=suffix[:80], choices=tuple(_SUFFIXES))
    return _SUFFIXES[suffix]


def limits_for(format_: Format, limits: Limits | None) -> Limits:
    """The limits given, or those that suit the format."""
    return limits or (GENERATED if format_ is Format.JSON else BY_HAND)


def read_file(path: str | os.PathLike[str], format_: Format, limits: Limits | None) -> bytes:
    """The bytes of a file, refused before they are all in memory if there are too many.

    Raises:
        MalformedDocument: ``document.too_large``.
        OSError: the file can't be read.
    """
    most = limits_for(format_, limits).size_bytes
    with Path(path).open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise MalformedDocument.of(Code.DOCUMENT_TOO_LARGE, limit=most)
    return content


def parse_text(text: str | bytes, format_: Format, limits: Limits | None) -> Parsed:
    """The document that a text says. A byte-order mark before it is skipped.

    Raises:
        MalformedDocument: the text is no document of this format, or over a limit.
        MissingExtra: ``extra.missing``, for YAML.
    """
    most = limits_for(format_, limits)
    check_size(text, most)
    plain = (text if isinstance(text, str) else _decoded(text)).removeprefix(_BOM)
    if not plain or plain.isspace():
        raise MalformedDocument.of(Code.DOCUMENT_EMPTY)
    match format_:
        case Format.JSON:
            return json_text.parse(plain, most)
        case Format.TOML:
            return toml_text.parse(plain, most)
        case Format.YAML:
            return yaml_text.parse(plain, most)
        case _:
            assert_never(format_)


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        raise MalformedDocument.of(Code.DOCUMENT_ENCODING, line=line, column=column) from None


def write_text(document: dict[str, object], format_: Format) -> str:
    """A document as text.

    Raises:
        MissingExtra: ``extra.missing``, for TOML and YAML.
    """
    match format_:
        case Format.JSON:
            return json_text.write(document)
        case Format.TOML:
            return toml_text.write(document)
        case Format.YAML:
            return yaml_text.write(document)
        case _:
            assert_never(format_)

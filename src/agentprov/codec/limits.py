"""How big a document may be (FF-2). What is over a limit is refused before anything is made of it."""

from __future__ import annotations

from typing import Final

import attrs

from agentprov.errors import Code, MalformedDocument


@attrs.frozen(kw_only=True)
class Limits:
    """The most that is read of a document; the defaults admit a tenant of several hundred thousand users."""

    size_bytes: int = 512 * 1024 * 1024
    """The length of the text in UTF-8."""
    depth: int = 64
    """How many tables and lists may stand inside one another."""
    items: int = 20_000_000
    """How many entries all tables and lists may have together."""


GENERATED: Final = Limits()
"""For JSON, which programs write."""

BY_HAND: Final = Limits(size_bytes=4 * 1024 * 1024)
"""For TOML and YAML, which people write: a megabyte takes twenty and a hundred and fifty times as long as JSON's."""


LONGEST_NUMBER: Final = 400
"""How many digits a number of a JSON or YAML text may have; more would cost more than linear time."""


def check_size(text: str | bytes, limits: Limits) -> None:
    """Refuse a text that is too long.

    Raises:
        MalformedDocument: ``document.too_large``.
    """
    size = len(text)
    # A character has one to four bytes, so a text has to be encoded only where that could matter.
    if isinstance(text, str) and size <= limits.size_bytes < size * 4 and not text.isascii():
        size = len(text.encode("utf-8", "surrogatepass"))
    if size > limits.size_bytes:
        raise MalformedDocument.of(Code.DOCUMENT_TOO_LARGE, limit=limits.size_bytes)


def check_shape(document: object, limits: Limits) -> None:
    """Refuse a document with too many entries, or with too many tables and lists inside one another.

    Raises:
        MalformedDocument: ``document.too_deep`` or ``document.too_many``.
    """
    items = 0
    depth = 0
    level: list[dict[object, object] | list[object]] = [document] if isinstance(document, (dict, list)) else []
    while level:
        depth += 1
        items += sum(map(len, level))
        if items > limits.items:
            raise MalformedDocument.of(Code.DOCUMENT_TOO_MANY, limit=limits.items)
        if depth > limits.depth:
            raise MalformedDocument.of(Code.DOCUMENT_TOO_DEEP, limit=limits.depth)
        level = [
            entry
            for container in level
            for entry in (container.values() if isinstance(container, dict) else container)
            if isinstance(entry, (dict, list))
        ]

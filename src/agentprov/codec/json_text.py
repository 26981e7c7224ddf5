"""JSON as text: strict reading (no repeated keys, no NaN, no endless numbers) and canonical writing."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Final

from agentprov.codec.limits import LONGEST_NUMBER, Limits, check_shape
from agentprov.codec.parsed import Parsed, everything
from agentprov.errors import Code, MalformedDocument, Problem

# Matches to the end of the text where a quote is missing, so that a hostile text is gone through once.
_STRINGS: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)


class _UnreadableNumber:
    """Stands where the text has NaN, an infinity, or a number too long or too large."""


def parse(text: str, limits: Limits) -> Parsed:
    """The document that a JSON text says.

    Raises:
        MalformedDocument: ``document.syntax`` with line and column, or a limit.
    """
    if text.count(",") > limits.items and _STRINGS.sub("", text).count(",") > limits.items:
        raise MalformedDocument.of(Code.DOCUMENT_TOO_MANY, limit=limits.items)
    repeated: list[tuple[dict[str, object], list[str]]] = []
    unreadable: list[_UnreadableNumber] = []

    def table(pairs: list[tuple[str, object]]) -> dict[str, object]:
        out = dict(pairs)
        if len(out) != len(pairs):
            counts = Counter(key for key, _ in pairs)
            repeated.append((out, [key for key, count in counts.items() if count > 1]))
        return out

    def unreadable_number(_: str) -> _UnreadableNumber:
        unreadable.append(_UnreadableNumber())
        return unreadable[-1]

    def whole(digits: str) -> object:
        return int(digits) if len(digits) <= LONGEST_NUMBER else unreadable_number(digits)

    def fraction(digits: str) -> object:
        number = float(digits)
        return unreadable_number(digits) if number in {float("inf"), float("-inf")} else number

    try:
        document = json.loads(
            text, object_pairs_hook=table, parse_constant=unreadable_number, parse_int=whole, parse_float=fraction
        )
    except json.JSONDecodeError as error:
        reason = error.msg[:1].lower() + error.msg[1:]
        raise MalformedDocument.of(
            Code.DOCUMENT_SYNTAX, format="JSON", line=error.lineno, column=error.colno, reason=reason
        ) from None
    except RecursionError:
        raise MalformedDocument.of(Code.DOCUMENT_TOO_DEEP, limit=limits.depth) from None
    check_shape(document, limits)
    return Parsed(document=document, problems=_problems(document, repeated, found_numbers=bool(unreadable)))


def _problems(
    document: object, repeated: list[tuple[dict[str, object], list[str]]], *, found_numbers: bool
) -> tuple[Problem, ...]:
    if not repeated and not found_numbers:
        return ()
    keys_of = {id(table): keys for table, keys in repeated}
    problems = []
    for path, value in everything(document):
        if isinstance(value, _UnreadableNumber):
            problems.append(Problem(code=Code.JSON_NUMBER, path=path))
        problems += [
            Problem(code=Code.JSON_DUPLICATE_KEY, path=(*path, key), parameters={"key": key[:80]})
            for key in keys_of.get(id(value), ())
        ]
    return tuple(problems)


def write(document: object) -> str:
    """Canonical JSON: keys sorted, two spaces for each level, letters as they are, a line end at the end."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, indent=2) + "\n"

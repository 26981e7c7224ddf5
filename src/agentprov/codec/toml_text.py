"""TOML as text. Reading is the standard library's; writing needs the extra ``toml``."""

from __future__ import annotations

import re
import tomllib
from typing import Final

from agentprov.codec.limits import Limits, check_shape
from agentprov.codec.parsed import Parsed, place_of
from agentprov.errors import Code, MalformedDocument, MissingExtra

_PLACE: Final = re.compile(r" \(at (?:line (?P<line>[0-9]+), column (?P<column>[0-9]+)|end of document)\)$")
_PART: Final = r"""(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+"""
_END: Final = re.compile(rf"{_PART}[=\]]")


def parse(text: str, limits: Limits) -> Parsed:
    """The document that a TOML text says. Its dates and times are taken as such, as its text is.

    Raises:
        MalformedDocument: ``document.syntax`` with line and column (a repeated key is one), ``toml.number``, or a
            limit.
    """
    _check_dotted_keys(text, limits)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(text, str(error)) from None
    except ValueError:  # a whole number of thousands of digits
        raise MalformedDocument.of(Code.TOML_NUMBER) from None
    except RecursionError:
        raise MalformedDocument.of(Code.DOCUMENT_TOO_DEEP, limit=limits.depth) from None
    check_shape(document, limits)
    return Parsed(document=document)


def _check_dotted_keys(text: str, limits: Limits) -> None:
    """Refuse a key of very many parts: each part is a table inside the last, and reading them isn't linear."""
    # Each run is gone through once: it starts where a key can start, and gives nothing back.
    for run in re.finditer(rf"(?<![\w.\"'-])(?:{_PART}\.[ \t]*+){{{limits.depth},}}+", text, re.ASCII):
        if _END.match(text, run.end()):
            line, column = place_of(text, run.start())
            raise MalformedDocument.of(Code.DOCUMENT_TOO_DEEP, limit=limits.depth, line=line, column=column)


def _syntax_error(text: str, message: str) -> MalformedDocument:
    match = _PLACE.search(message)
    reason = message if match is None else message[: match.start()]
    line, column = place_of(text, len(text))
    if match is not None and match["line"]:
        line, column = int(match["line"]), int(match["column"])
    return MalformedDocument.of(
        Code.DOCUMENT_SYNTAX, format="TOML", line=line, column=column, reason=reason[:1].lower() + reason[1:]
    )


def write(document: dict[str, object]) -> str:
    """TOML, the tables in the order of the document.

    Raises:
        MissingExtra: ``extra.missing``; ``agentprov[toml]`` isn't installed.
    """
    try:
        import tomli_w
    except ImportError:
        raise MissingExtra.of(Code.EXTRA_MISSING, extra="toml", package="tomli-w") from None
    return tomli_w.dumps(document)

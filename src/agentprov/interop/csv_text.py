"""CSV as text: bytes become lines, lines records, never more than one record at a time (PV-10, FF-2).

The encoding is UTF-8 (with or without a byte order mark) or UTF-16 with one; any other must be named, because guesses
go wrong silently. A quote that isn't closed where a cell ends is an error, as RFC 4180 wants it: the standard library
alone would take the rows behind it for one cell.
"""

from __future__ import annotations

import codecs
import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from itertools import chain, islice
from typing import BinaryIO, Final, NamedTuple, NoReturn

import attrs

from agentprov.errors import Code, MalformedDocument

ENCODINGS: Final = ("utf-8", "utf-16", "cp1252", "iso-8859-1", "iso-8859-15")
"""The encodings that may be named; the last three never fail, or hardly, so they are never guessed."""

DELIMITERS: Final = (",", ";", "\t", "|")
"""What may stand between cells: the one that makes most of the header known, in this order where that is equal."""

_CHUNK: Final = 65_536
_HEADER_LINES: Final = 64
_LINE_END: Final = re.compile(r"\r\n|\n|\r")
_SEP: Final = re.compile(r"sep=([,;|\t])(?:\r\n|\n|\r)")
_WORDS: Final = {"\n": "LF", "\r\n": "CR LF", "\r": "CR"}


@attrs.frozen(kw_only=True)
class RosterLimits:
    """How big a roster may be. What is over a limit is refused before anything is made of it."""

    rows: int = 1_000_000
    row_characters: int = 1_000_000
    columns: int = 1_000


class Record(NamedTuple):
    """One row of a table: its number as a spreadsheet counts, the line where it begins, and its cells."""

    number: int
    line: int
    cells: list[str]


def text_lines(file: BinaryIO | bytes, encoding: str | None, limits: RosterLimits) -> Iterator[str]:
    """The lines of a file, each with its end, as they are read.

    Raises:
        MalformedDocument: ``csv.unknown_encoding``; ``csv.encoding``, also where there is a NUL; ``row.too_large``.
    """
    stream = BytesIO(file) if isinstance(file, bytes) else file
    chunk = stream.read(_CHUNK)
    name, mark = _encoding(chunk, encoding)
    decoder = codecs.getincrementaldecoder(name)("strict")
    chunk = chunk[mark:]
    rest, count = "", 0
    while True:
        broken = None
        try:
            text = rest + decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            text, broken = "", error.object[: error.start].decode(name, "ignore")
        if broken is not None:
            # Refused out here: the error above holds the bytes themselves, and there may be passwords among them.
            _refuse_encoding(name, count + len(_LINE_END.findall(rest + broken)) + 1, "it has bytes that are no letter")
        if "\0" in text:
            _refuse_encoding(name, count + len(_LINE_END.findall(text[: text.index("\0")])) + 1, "it holds a NUL")
        # A CR at the end may be half of a line end.
        end = len(text) - 1 if chunk and text.endswith("\r") else len(text)
        at = 0
        # Ends are looked for: a pattern for whole lines would try anew from every letter of one without an end.
        for match in _LINE_END.finditer(text, 0, end):
            count += 1
            yield text[at : match.end()]
            at = match.end()
        rest = text[at:]
        if len(rest) > limits.row_characters:
            _refuse_size(count + 1, limits)
        if not chunk:
            break
        chunk = stream.read(_CHUNK)
    if rest:
        yield rest


def _encoding(start: bytes, named: str | None) -> tuple[str, int]:
    """The encoding of a file that begins so, and the length of its byte order mark."""
    if named is not None and named.casefold() not in ENCODINGS:
        raise MalformedDocument.of(Code.CSV_UNKNOWN_ENCODING, value=str(named)[:40], choices=ENCODINGS)
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8", len(codecs.BOM_UTF8)
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        _refuse_encoding("utf-8", 1, "it is UTF-32")
    for mark, name in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if start.startswith(mark):
            return name, len(mark)
    if named is not None and named.casefold() == "utf-16":
        _refuse_encoding("utf-16", 1, "it has no byte order mark")
    return (named or "utf-8").casefold(), 0


def _refuse_encoding(encoding: str, line: int, reason: str) -> NoReturn:
    raise MalformedDocument.of(Code.CSV_ENCODING, encoding=encoding.upper(), line=line, reason=reason)


def _refuse_size(line: int, limits: RosterLimits) -> NoReturn:
    raise MalformedDocument.of(Code.ROW_TOO_LARGE, limit=limits.row_characters, line=line)


class _Feed:
    """Hands lines to the reader of CSV, and knows where it is."""

    __slots__ = ("_limits", "_lines", "count", "end", "size")

    def __init__(self, lines: Iterable[str], limits: RosterLimits) -> None:
        self._lines = iter(lines)
        self._limits = limits
        self.count = 0
        self.size = 0
        """How many characters the present record has."""
        self.end = ""
        """How the last line ended."""

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.count += 1
        self.size += len(line)
        if self.size > self._limits.row_characters:
            _refuse_size(self.count, self._limits)
        self.end = "\r\n" if line.endswith("\r\n") else line[-1:] if line[-1:] in "\r\n" else ""
        return line


def records(
    lines: Iterator[str], known: Sequence[str], delimiter: str | None, limits: RosterLimits
) -> Iterator[Record]:
    """The records of a table, the header first; ``known`` are the names of columns, as :func:`plain_name` gives them.

    Raises:
        MalformedDocument: ``csv.unclosed_quote``, ``row.too_large``, ``rows.too_many``; ``csv.encoding`` where rows
            end in different ways.
    """
    first = list(islice(lines, _HEADER_LINES))
    told = _SEP.fullmatch(first[0]) if first else None
    skipped = 0
    if told is not None:
        delimiter, skipped = delimiter or told.group(1), 1
    feed = _Feed(chain(first, lines), limits)
    for _ in range(skipped):
        next(feed)
    reader = csv.reader(feed, delimiter=delimiter or _delimiter(first[skipped:], known), strict=True)
    number, usual = 0, ""
    while True:
        feed.size = 0
        line = feed.count + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "limit" in str(error):
                _refuse_size(line, limits)
            raise MalformedDocument.of(Code.CSV_UNCLOSED_QUOTE, line=line) from None
        number += 1
        if number > limits.rows + 1:
            raise MalformedDocument.of(Code.ROWS_TOO_MANY, limit=limits.rows)
        usual = usual or feed.end
        if feed.end not in ("", usual):
            words = f"some rows end in {_WORDS[usual]}, and this one in {_WORDS[feed.end]}"
            raise MalformedDocument.of(Code.CSV_ENCODING, encoding="CSV", line=line, reason=words)
        yield Record(number, line, cells)


def _delimiter(first: Sequence[str], known: Sequence[str]) -> str:
    """The delimiter by which the header has most known names, then most cells."""
    best, most = DELIMITERS[0], (0, 0)
    for delimiter in DELIMITERS:
        try:
            header = next(csv.reader(iter(first), delimiter=delimiter, strict=True), [])
        except csv.Error:
            continue
        score = (sum(plain_name(cell) in known for cell in header), len(header))
        if score > most:
            best, most = delimiter, score
    return best


def plain_name(name: str) -> str:
    """A column's name as it is compared: in lower case, and without what people put between words.

    >>> plain_name(" E-Mail ") == plain_name("email")
    True
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(character for character in folded if character not in "\ufeff \t-_")

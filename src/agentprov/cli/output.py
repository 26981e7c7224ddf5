"""What a command has to say, and how it is put on paper: text with colours and tables for people, JSON for programs.

A command builds a :class:`Page` of lines and tables and knows nothing of terminals; :func:`render` knows nothing of
commands. Everything that comes from outside, a name or an argument, is shown on one line with its control characters
escaped, so that no file can play tricks on a terminal.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Final

import attrs

UNLIMITED: Final = 1_000_000
"""The width of what is no terminal: nothing is wrapped, so that a search finds whole lines."""
NARROWEST: Final = 40
"""A terminal narrower than this is treated as this wide."""

Json = bool | int | float | str | Sequence["Json"] | dict[str, "Json"] | None
"""What JSON can say."""


def plain_data(value: object) -> Json:
    """The value if it is made of what JSON has; tuples become lists. Anything else is a fault of ours."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case list() | tuple():
            return [plain_data(each) for each in value]
        case Mapping():
            return {str(key): plain_data(each) for key, each in value.items()}
        case _:
            raise TypeError(type(value).__name__)


def plain_object(value: Mapping[str, object]) -> dict[str, Json]:
    """The same for what is an object of JSON."""
    return {name: plain_data(each) for name, each in value.items()}


class Style(Enum):
    """How a piece of text is meant; the value is its colour in the terms of a terminal (ECMA-48)."""

    PLAIN = ""
    STRONG = "1"
    FAINT = "2"
    GOOD = "1;32"
    BAD = "1;31"
    WARN = "33"
    NAME = "36"


@attrs.frozen
class Span:
    """A piece of text in one style."""

    text: str
    style: Style = Style.PLAIN


Piece = str | Span


def strong(text: str) -> Span:
    """Text that a reader should see first."""
    return Span(text, Style.STRONG)


def faint(text: str) -> Span:
    """Text that a reader may skip."""
    return Span(text, Style.FAINT)


def good(text: str) -> Span:
    """A yes."""
    return Span(text, Style.GOOD)


def bad(text: str) -> Span:
    """A no."""
    return Span(text, Style.BAD)


def warn(text: str) -> Span:
    """Something to look at."""
    return Span(text, Style.WARN)


Cell = Piece | tuple[Piece, ...]
"""One field of a table."""


def _cells(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    return tuple(cells)


def _rows(rows: Iterable[Iterable[Cell]]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(tuple(row) for row in rows)


@attrs.frozen(kw_only=True)
class Line:
    """One paragraph; where it is wrapped, it goes on ``hang`` columns further in."""

    pieces: tuple[Piece, ...]
    indent: int = 0
    hang: int = 2


@attrs.frozen(kw_only=True)
class Grid:
    """Rows under aligned columns. The last column is wrapped where the terminal ends."""

    rows: tuple[tuple[Cell, ...], ...] = attrs.field(converter=_rows)
    header: tuple[Cell, ...] = attrs.field(default=(), converter=_cells)
    indent: int = 2


@attrs.frozen(kw_only=True)
class Verbatim:
    """A line for a program to read: it is never wrapped."""

    text: str


@attrs.frozen(kw_only=True)
class Fitting:
    """Several ways to draw the same, the widest first; the first that fits is shown, and no way is ever wrapped."""

    ways: tuple[Page, ...]


class Page:
    """What a command says to a person, in order."""

    __slots__ = ("blocks",)

    def __init__(self) -> None:
        self.blocks: list[Line | Grid | Verbatim | Fitting] = []

    def line(self, *pieces: Piece, indent: int = 0, hang: int = 2) -> None:
        """Add a paragraph."""
        self.blocks.append(Line(pieces=pieces, indent=indent, hang=hang))

    def verbatim(self, text: str) -> None:
        """Add a text for a program to read, line by line as it is."""
        self.blocks += [Verbatim(text=line) for line in text.splitlines()]

    def fitting(self, *ways: Page) -> None:
        """Add the first of these drawings, which aren't wrapped, for which the page is wide enough, else the last."""
        self.blocks.append(Fitting(ways=ways))

    def item(self, *pieces: Piece, indent: int = 2) -> None:
        """Add an entry of a list."""
        self.line("- ", *pieces, indent=indent, hang=2)

    def gap(self) -> None:
        """Add an empty line, unless there is one already or nothing above."""
        if self.blocks and self.blocks[-1] != _EMPTY:
            self.blocks.append(_EMPTY)

    def grid(self, rows: Iterable[Iterable[Cell]], *header: str, indent: int = 2) -> None:
        """Add a table."""
        self.blocks.append(Grid(rows=rows, header=tuple(faint(title) for title in header), indent=indent))

    def extend(self, other: Page) -> None:
        """Add what another page says."""
        self.blocks.extend(other.blocks)


_EMPTY: Final = Line(pieces=())


@attrs.frozen(kw_only=True)
class Answer:
    """What a command found: the exit status, the words for people and the data for programs."""

    status: int
    page: Page
    data: dict[str, Json]


# ---- text -----------------------------------------------------------------------------------------------------------


def render(page: Page, *, width: int = UNLIMITED, colour: bool = False) -> str:
    """The page as text, each line ended; without ``colour`` it holds nothing but printable characters."""
    width = max(width, NARROWEST)
    lines: list[str] = []
    for block in page.blocks:
        match block:
            case Line(pieces=pieces, indent=indent, hang=hang):
                lines += [
                    " " * (indent + (hang if position else 0)) + _paint(spans, colour=colour)
                    for position, spans in enumerate(_wrap(pieces, width - indent, width - indent - hang))
                ]
            case Grid():
                lines += _grid(block, width, colour=colour)
            case Verbatim(text=text):
                lines.append(one_line(text))
            case Fitting(ways=ways):
                fits = (way for way in ways if max(map(_columns, render(way).splitlines()), default=0) <= width)
                lines += render(next(fits, ways[-1]), colour=colour).splitlines()
    while lines and not lines[-1]:
        lines.pop()
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _grid(grid: Grid, width: int, *, colour: bool) -> Iterator[str]:
    rows = [[_pieces(cell) for cell in row] for row in ([grid.header] if grid.header else []) + list(grid.rows)]
    count = max((len(row) for row in rows), default=0)
    widths = [max((_width(row[at]) for row in rows if at < len(row) - 1), default=0) for at in range(count)]
    for row in rows:
        head: list[Span] = [Span(" " * grid.indent)]
        for cell, room in zip(row[:-1], widths, strict=False):
            head += [*_spans(cell), Span(" " * (room - _width(cell) + 2))]
        column = _width(tuple(head))
        # A column too narrow to read is worse than a line too long.
        room = max(width - column, NARROWEST // 2)
        for position, spans in enumerate(_wrap(row[-1], room, room)):
            yield _paint([*head, *spans] if position == 0 else [Span(" " * column), *spans], colour=colour)


def _pieces(cell: Cell) -> tuple[Piece, ...]:
    return cell if isinstance(cell, tuple) else (cell,)


def _spans(pieces: tuple[Piece, ...]) -> list[Span]:
    return [
        Span(one_line(piece.text), piece.style) if isinstance(piece, Span) else Span(one_line(piece))
        for piece in pieces
    ]


def one_line(text: str) -> str:
    r"""The text with everything that isn't printable escaped.

    >>> print(one_line("a\tb\x1b[31m"))
    a\tb\x1b[31m
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode("ascii") for c in text)


def _width(pieces: tuple[Piece, ...]) -> int:
    return sum(_columns(span.text) for span in _spans(pieces))


def _columns(text: str) -> int:
    """The columns that a text takes: two for a wide character, none for one that is put over another."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in ("W", "F") else 1 for c in text
    )


def _wrap(pieces: tuple[Piece, ...], first: int, rest: int) -> list[list[Span]]:
    """The pieces in lines of at most ``first`` columns, then ``rest``, broken at spaces; a longer word stands alone."""
    lines: list[list[Span]] = [[]]
    used = 0
    for unit, columns, space in _units(pieces):
        room = first if len(lines) == 1 else rest
        if used and not space and used + columns > room:
            while lines[-1] and not lines[-1][-1].text.strip(" "):
                lines[-1].pop()
            lines.append([])
            used = 0
        if used or not space or len(lines) == 1:
            lines[-1] += unit
            used += columns
    return lines


def _units(pieces: tuple[Piece, ...]) -> Iterator[tuple[list[Span], int, bool]]:
    """Runs of spaces, and runs without one; the latter may change their style in between."""
    unit: list[Span] = []
    columns = 0
    space = False
    for span in _spans(pieces):
        for part in _parts(span.text):
            if unit and (part[0] == " ") is not space:
                yield unit, columns, space
                unit, columns = [], 0
            space = part[0] == " "
            unit.append(Span(part, span.style))
            columns += _columns(part)
    if unit:
        yield unit, columns, space


def _parts(text: str) -> Iterator[str]:
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or (text[at] == " ") is not (text[start] == " "):
            yield text[start:at]
            start = at


def _paint(spans: list[Span], *, colour: bool) -> str:
    if not colour:
        return "".join(span.text for span in spans)
    out = ""
    style = Style.PLAIN
    for span in spans:
        if span.style is not style:
            out += ("\x1b[0m" if style.value else "") + (f"\x1b[{span.style.value}m" if span.style.value else "")
            style = span.style
        out += span.text
    return out + ("\x1b[0m" if style.value else "")

"""A matrix of permissions as lines of text: a column for each row of the matrix, a line for each permission."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from agentprov.views.extents import Reach
from agentprov.views.matrix import Cell, Matrix, Row, legend, person

MOST_ABREAST: Final = 12
"""How many rows of a matrix stand side by side: what fits a terminal."""
MOST_NAMED: Final = 3
_SIGNS: Final = {Reach.WHOLE: "all", Reach.DENIED: "no", Reach.NOTHING: "."}


def matrix_lines(matrix: Matrix) -> Iterator[str]:
    """The lines of a matrix: who the columns are, the table, and what its signs mean.

    A dozen users or classes stand side by side; those after them follow in a table of their own.
    """
    marks = matrix.marks()
    width = max((len(column) for column in matrix.columns), default=0)
    for start in range(0, len(matrix.rows), MOST_ABREAST):
        some = matrix.rows[start : start + MOST_ABREAST]
        numbers = [str(start + at + 1) for at in range(len(some))]
        for number, row in zip(numbers, some, strict=True):
            yield f"{number:>5}  {row_words(matrix, row)}"
        yield ""
        yield _line("", numbers, width)
        for at, column in enumerate(matrix.columns):
            yield _line(column, [_sign(row.cells[at], marks) for row in some], width)
        yield ""
    yield from _legend(matrix, marks)


def row_words(matrix: Matrix, row: Row) -> str:
    """Who a row is about, in one line."""
    if row.role is not None:
        return f"{row.title}: {_counted(len(row.users))}"
    if row.detail:
        return f"{row.title}: {row.detail}"
    names = ", ".join(person(matrix.tenant, id_) for id_ in row.users[:MOST_NAMED])
    more = f" and {len(row.users) - MOST_NAMED:,} more" if len(row.users) > MOST_NAMED else ""
    return f"{row.title}: {_counted(len(row.users))}, {names}{more}"


def _counted(users: int) -> str:
    return "1 user" if users == 1 else f"{users:,} users"


def _sign(cell: Cell, marks: dict[str, str]) -> str:
    return marks[cell.words] if cell.reach is Reach.PART else _SIGNS[cell.reach]


def _line(title: str, signs: list[str], width: int) -> str:
    return f"  {title:<{width}}" + "".join(f"{sign:>5}" for sign in signs)


def _legend(matrix: Matrix, marks: dict[str, str]) -> Iterator[str]:
    reached = {cell.reach for row in matrix.rows for cell in row.cells}
    if Reach.WHOLE in reached:
        yield f"{_SIGNS[Reach.WHOLE]:>5}  for the whole tenant"
    for mark, words in legend(marks).items():
        yield f"{mark:>5}  {words}"
    if Reach.DENIED in reached:
        yield f"{_SIGNS[Reach.DENIED]:>5}  denied for the whole tenant, whatever is granted"
    if Reach.NOTHING in reached:
        yield f"{_SIGNS[Reach.NOTHING]:>5}  nothing grants it"
    if matrix.left_out:
        yield ""
        yield f"{matrix.left_out:,} more {matrix.about} aren't shown"

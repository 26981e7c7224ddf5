"""What is said of rosters: rows of users, and the files they come in."""

from __future__ import annotations

from typing import Final

from agentprov.messages.entries import Catalogue, Entry

ROSTERS: Final[Catalogue] = {
    "row.twice": Entry("row {row} is about the same user, `{value}`", "leave one of the two rows out"),
    "row.depends": Entry(
        "this needs `{value}`, and row {row}, which would see to it, has a fault", "mend row {row} first"
    ),
    "row.ragged": Entry(
        "the row has {found} cells, and the header {expected}", "put quotes around cells that hold the delimiter"
    ),
    "row.too_large": Entry(
        "the row is larger than {limit} characters", "shorten its cells, or look for a quote that isn't closed"
    ),
    "rows.too_many": Entry("there are more than {limit} rows", "cut the roster into several"),
    "rows.too_many_faults": Entry(
        "{count} rows have faults, and {tolerated} are tolerated", "mend the rows, or tolerate as many"
    ),
    "csv.encoding": Entry(
        "the file isn't text in {encoding}, from line {line} on: {reason}",
        "save it as CSV in UTF-8, or say which encoding it has",
    ),
    "csv.unknown_encoding": Entry("no roster is read in the encoding `{value}`", "name one of {choices}"),
    "csv.unclosed_quote": Entry(
        "a quote of the row that begins at line {line} isn't closed where a cell ends",
        "close it, or write a quote inside a cell twice",
    ),
    "csv.no_header": Entry(
        "the first row names no column that is known", "put the names of the fields into the first row"
    ),
    "csv.blank_column": Entry("column {column} has cells and no name", "name it in the first row, or empty it"),
    "csv.duplicate_column": Entry(
        "the columns `{value}` and `{other}` both give the field `{field}`", "leave one of them out"
    ),
    "csv.ambiguous_column": Entry("`{value}` can mean any of {choices}", "use the name of the field"),
}

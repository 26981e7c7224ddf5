"""The whole table, and the ids that the catalogue has."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Final

from tests.bad_input.rows import Row

ROWS: Final[tuple[Row, ...]] = tuple(
    row
    for path in sorted(Path(__file__).parent.glob("rows_*.py"))
    for row in import_module(f"tests.bad_input.{path.stem}").ROWS
)
"""The rows of every family, each in a module of its own, ``rows_FAMILY.py``."""

IDS: Final = tuple(
    f"B{number:03}"
    for number in (
        *(1, 2, 4, 5, 7, 8, 10, 11, 13, 14, 16, 17, 19, 20, 22, 23, 25, 26, 28, 29),
        *(31, 32, 34, 35, 37, 38, 40, 41, 43, 44, 46, 47, 49, 50),
        *(52, 53, 55, 56, 58, 59, 61, 62, 64, 65, 67),
        *(68, 70, 71, 73, 74),
        *(76, 77, 79, 80, 82, 83, 85, 86, 88, 89, 91),
        *(92, 94, 95, 97, 98, 100, 101, 103, 104, 106, 107, 109, 110, 112, 113),
        *(115, 116, 118, 119, 121, 122, 124, 125, 127),
        *(128, 130, 131, 133, 134),
        *(136, 137, 139, 140, 142, 143, 145, 146),
        *(148, 149, 151, 152, 154),
    )
)
"""Every row that there must be."""

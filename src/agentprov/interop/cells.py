r"""Cells of a table as values of a form, and back (PV-10).

A cell is text. Flags are ``yes`` or ``no`` (``true`` and ``false`` are read too), in any case. Entries of a list stand
between semicolons, ``g-sales; g-care``; a semicolon, a backslash or an equals sign that belongs to an entry has a
backslash before it, and so has a space that begins or ends one. Entries with a key are ``key=value``.

What a spreadsheet would run as a formula has an apostrophe before it, as spreadsheets themselves write it; reading
takes it away again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from agentprov.errors import Code, InvalidValue
from agentprov.provisioning.fields import Field, FieldKind
from agentprov.provisioning.parsing import ALL_ADDRESSES

AS_IT_IS: Final = "(as it is)"
"""Stands in a cell for a destination that a form can't write: the field isn't touched."""

FORMULA: Final = frozenset("=+-@\t\r\n＝＋－＠")  # noqa: RUF001  the full-width forms are meant
"""What makes a spreadsheet take a cell for a formula, when it stands first."""

_APOSTROPHE: Final = "'"
_YES: Final = {"yes": True, "true": True, "no": False, "false": False}
_LONGEST_NUMBER: Final = 15


def neutralised(text: str) -> str:
    """The text as a cell that no spreadsheet runs.

    >>> neutralised("=1+1"), neutralised("Asha")
    ("'=1+1", 'Asha')
    """
    return _APOSTROPHE + text if text[:1] in FORMULA or text[:1] == _APOSTROPHE else text


def restored(cell: str) -> str:
    """The text of a cell: what :func:`neutralised` gave, as it was; any other as it is.

    >>> restored("'=1+1"), restored("'tis")
    ('=1+1', "'tis")
    """
    if cell[:1] != _APOSTROPHE:
        return cell
    return cell[1:] if cell[1:2] in FORMULA or cell[1:2] == _APOSTROPHE else cell


def cell_value(field: Field, cell: str) -> object:
    """What a cell of this field says in a form. An empty cell is an empty text, which clears the field.

    Raises:
        InvalidValue: it doesn't say yes or no, a number, or keys with values.
    """
    text = restored(cell)
    read = _READERS.get(field.kind)
    return text if read is None or not text else read(text)


def cell_of(value: object) -> str:
    """The cell that says a value of a form."""
    return neutralised(_written(value))


# ---- reading ---------------------------------------------------------------------------------------------------------


def _flag(text: str) -> bool:
    said = _YES.get(text.strip().casefold())
    if said is None:
        raise InvalidValue.of(Code.FIELD_WRONG_TYPE, expected="yes or no", found="text")
    return said


def _number(text: str) -> int:
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER):
        raise InvalidValue.of(Code.FIELD_WRONG_TYPE, expected="a whole number", found="text")
    return int(digits)


def _list(text: str) -> list[str]:
    return ["".join(letter for letter, _ in entry) for entry in _entries(text)]


def _addresses(text: str) -> object:
    return text if text == ALL_ADDRESSES else _list(text)


def _keyed(text: str) -> dict[str, str]:
    out: dict[str, str] = {}
    for entry in _entries(text):
        at = next((at for at, (letter, plain) in enumerate(entry) if plain and letter == "="), None)
        if at is None:
            raise InvalidValue.of(Code.FIELD_WRONG_TYPE, expected="key=value; key=value", found="text")
        key, value = (_joined(entry[:at]), _joined(entry[at + 1 :]))
        if key in out:
            raise InvalidValue.of(Code.FIELD_DUPLICATE, value=key)
        out[key] = value
    return out


def _skills(text: str) -> object:
    """``s-hindi; s-billing=3``: a list where no level is given."""
    levels: dict[str, int | None] = {}
    for entry in _entries(text):
        at = next((at for at, (letter, plain) in enumerate(entry) if plain and letter == "="), None)
        skill = _joined(entry if at is None else entry[:at])
        if skill in levels:
            raise InvalidValue.of(Code.FIELD_DUPLICATE, value=skill)
        levels[skill] = None if at is None else _number(_joined(entry[at + 1 :]))
    return levels


Letters = list[tuple[str, bool]]
"""The letters of an entry, each with whether it stands without a backslash."""


def _entries(text: str) -> list[Letters]:
    """The entries between semicolons; an empty one, as behind a last semicolon, is none."""
    entries: list[Letters] = [[]]
    letters = iter(text)
    for letter in letters:
        if letter == "\\":
            entries[-1].append((next(letters, "\\"), False))
        elif letter == ";":
            entries.append([])
        else:
            entries[-1].append((letter, True))
    return [entry for entry in map(_stripped, entries) if entry]


def _stripped(entry: Letters) -> Letters:
    start, end = 0, len(entry)
    while start < end and entry[start] == (" ", True):
        start += 1
    while end > start and entry[end - 1] == (" ", True):
        end -= 1
    return entry[start:end]


def _joined(entry: Letters) -> str:
    return "".join(letter for letter, _ in _stripped(entry))


_READERS: Final[Mapping[FieldKind, Callable[[str], object]]] = {
    FieldKind.FLAG: _flag,
    FieldKind.SECONDS: _number,
    FieldKind.PHONES: _list,
    FieldKind.REFERENCES: _list,
    FieldKind.REFERENCE_SET: _list,
    FieldKind.ADDRESSES: _addresses,
    FieldKind.DETAILS: _keyed,
    FieldKind.AREA_CALLER_IDS: _keyed,
    FieldKind.SKILLS: _skills,
}
"""How the cells of a field are read that says more than one text. All others are the text itself."""


# ---- writing ---------------------------------------------------------------------------------------------------------


def _written(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Mapping():
            return "; ".join(
                _escaped(str(key)) if entry is None else f"{_escaped(str(key))}={_escaped(str(entry))}"
                for key, entry in value.items()
            )
        case list() | tuple():
            return "; ".join(_escaped(str(entry)) for entry in value)
        case _:
            return str(value)


def _escaped(text: str) -> str:
    out = "".join(f"\\{letter}" if letter in "\\;=" else letter for letter in text)
    if out[:1] == " ":
        out = "\\" + out
    if out[-1:] == " " and out != "\\ ":
        out = out[:-1] + "\\ "
    return out

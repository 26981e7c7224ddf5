"""The table of bad inputs: what a row says, and short ways to write one.

A row is one input, what is done with it, and exactly what is answered: every fault with its code and path, in order, or
that the input is accepted and what it becomes. Ids are those of the catalogue (``B004``); a neighbour, an input of the
same family, has the id of its row and a letter (``B004a``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import attrs

from agentprov.errors import Code
from tests.bad_input.world import World

Fault = tuple[str, Code]
"""Where, as a path is written for people, and what."""

ANYTHING: Final = object()
"""What an accepted input becomes isn't said."""

NOTHING_SAID: Final = object()
"""The value of a row that is about no field of a form."""

Act = Callable[[World], object]


def _faults(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    return tuple(faults)


@attrs.frozen(kw_only=True)
class Row:
    """One bad input. ``act`` does it in a world of its own, and gives what an accepted input becomes."""

    id: str
    says: str
    """What the input is, in a few words."""
    act: Act
    faults: tuple[Fault, ...] = attrs.field(default=(), converter=_faults)
    """What is refused, in order; empty for an input that is accepted."""
    warnings: tuple[Fault, ...] = attrs.field(default=(), converter=_faults)
    gives: object = ANYTHING
    """What an accepted input becomes."""
    secret: str | None = attrs.field(default=None, repr=False)
    """A text of the input that must be seen nowhere afterwards, besides the world's own canary."""
    field: str = ""
    """The field of a form that the row is about; rows of different fields are tried in one form as well."""
    value: Any = attrs.field(default=NOTHING_SAID, repr=False)
    plan: str = "smartflo"
    together: bool = True
    """Whether the row's faults stay the same beside those of other fields."""


def asks(id_: str, says: str, act: Act, *faults: Fault, gives: object = ANYTHING, secret: str | None = None) -> Row:
    """A row about any operation."""
    return Row(id=id_, says=says, act=act, faults=faults, gives=gives, secret=secret)


def field_row(
    id_: str,
    says: str,
    field: str,
    value: object,
    *codes: Code | Fault,
    gives: object = ANYTHING,
    warns: Code | None = None,
    plan: str = "smartflo",
    together: bool = True,
    secret: str | None = None,
    **beside: object,
) -> Row:
    """A row about one field of a new user's form. A bare code is at the field itself; ``beside`` are more fields."""
    return Row(
        id=id_,
        says=says,
        act=lambda world: world.create(plan, field, **{field: value, **beside}),
        faults=((field, code) if isinstance(code, Code) else code for code in codes),
        warnings=() if warns is None else ((field, warns),),
        gives=gives,
        secret=secret,
        field=field,
        value=value,
        plan=plan,
        together=together and not beside,
    )


def each(
    id_: str, says: str, field: str, values: Iterable[object], *codes: Code | Fault, **options: Any
) -> tuple[Row, ...]:
    """Rows that differ in the value alone: the first has the id itself, the others are its neighbours."""
    return tuple(
        field_row(id_ + letter, f"{says}: {shown(value)}", field, value, *codes, **options)
        for letter, value in zip(_letters(), values, strict=False)
    )


def shown(value: object) -> str:
    """A value in the name of a test: its beginning, in ASCII."""
    huge = isinstance(value, int) and value.bit_length() > 200
    return "a huge number" if huge else ascii(value)[:40]


def _letters() -> Iterable[str]:
    yield ""
    for first in ("", *"abcdefghij"):
        for second in "abcdefghijklmnopqrstuvwxyz":
            yield first + second

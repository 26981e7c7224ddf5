"""What one reading of a document keeps in mind: how many hints it has given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from difflib import get_close_matches
from typing import Final

MOST_PROBLEMS: Final = 1_000
"""How many problems are reported of one document. A hostile one could have millions."""
_MOST_HINTS: Final = 100
_LONGEST_HINTED: Final = 64


class Reading:
    """The state of one reading."""

    __slots__ = ("hints",)

    def __init__(self) -> None:
        self.hints = _MOST_HINTS


# Every reading sets it, so that there is always one where a value is read.
_CURRENT: ContextVar[Reading] = ContextVar("agentprov_reading")


@contextmanager
def reading() -> Iterator[None]:
    """Within, a document is read: what a hostile one could ask for a million times is given a hundred times."""
    token = _CURRENT.set(Reading())
    try:
        yield
    finally:
        _CURRENT.reset(token)


def hint(word: str, known: tuple[str, ...]) -> str:
    """The words that suggest a name close to ``word``; empty without one. Given a hundred times in one reading."""
    state = _CURRENT.get()
    if len(word) > _LONGEST_HINTED or state.hints <= 0:
        return ""
    state.hints -= 1
    close = get_close_matches(word, known, n=1)
    return f", perhaps to `{close[0]}`" if close else ""

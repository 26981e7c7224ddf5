"""What a person did wrong at the command line, as far as it isn't in their file: exit status 2."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

SHORTEST_PART: Final = 3
"""How many letters a part of a word needs to stand for it."""


class Mistake(Exception):
    """A command that can't be carried out as it was given: what is wrong with it, and what to do."""

    def __init__(self, message: str, mend: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend


def nearest(typed: str, known: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """The known words that were perhaps meant, the likeliest first; case doesn't matter.

    >>> nearest("u-revi", ["u-ravi", "u-asha"])
    ('u-ravi',)
    """
    folded = {word.casefold(): word for word in known}
    low = typed.casefold()
    found = get_close_matches(low, folded, n=most, cutoff=0.75)
    found += [word for word in folded if len(low) >= SHORTEST_PART and low in word and word not in found]
    return tuple(folded[word] for word in found[:most])


def did_you_mean(near: Iterable[str], otherwise: str = "") -> str:
    """The hint after an unknown word."""
    words = [f"`{word}`" for word in near]
    return f"did you mean {' or '.join(words)}?" if words else otherwise


def os_words(error: OSError) -> str:
    """What the operating system says, in lower case."""
    text = error.strerror or str(error)
    return text[:1].lower() + text[1:]

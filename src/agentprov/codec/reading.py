"""What one reading of a document keeps in mind: the phone numbers and addresses it met, and how many hints it gave.

Verifying a number against the numbering plans costs more than all else that is done with it, and twenty times more when
numbers of many regions come mixed. So the numbers of a document, and its e-mail addresses, are gathered while it is
read and verified once each in sorted order. Only if some are faulty is the document read again, to say where they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from difflib import get_close_matches
from typing import Final

from agentprov.errors import Problem
from agentprov.model.emails import verify_email
from agentprov.model.phones import verify_phone

MOST_PROBLEMS: Final = 1_000
"""How many problems are reported of one document. A hostile one could have millions."""
_MOST_HINTS: Final = 100
_LONGEST_HINTED: Final = 64

Verify = Callable[[object], tuple[Problem, ...]]


class Reading:
    """The state of one reading; see the module."""

    __slots__ = ("emails", "faults", "hints", "phones")

    def __init__(self) -> None:
        self.phones: set[str] = set()
        self.emails: set[str] = set()
        self.faults: dict[str, tuple[Problem, ...]] = {}
        self.hints = _MOST_HINTS

    def verify(self) -> bool:
        """Verify what was gathered; whether something is faulty, so that the document has to be read again."""
        self._verify(verify_phone, self.phones)
        self._verify(verify_email, self.emails)
        return bool(self.faults)

    def _verify(self, verify: Verify, texts: set[str]) -> None:
        for text in sorted(texts):
            problems = verify(text)
            if problems:
                self.faults[text] = problems


# Every reading sets it, so that there is always one where a value is read.
_CURRENT: ContextVar[Reading] = ContextVar("agentprov_reading")


@contextmanager
def reading() -> Iterator[Reading]:
    """Within, the readers gather phone numbers and addresses, and report those that are known to be faulty."""
    state = Reading()
    token = _CURRENT.set(state)
    try:
        yield state
    finally:
        _CURRENT.reset(token)


def phone_faults(text: str) -> tuple[Problem, ...]:
    """What is known to be wrong with a phone number. Takes note of it, to be verified with all the others."""
    state = _CURRENT.get()
    state.phones.add(text)
    return state.faults.get(text, ())


def email_faults(text: str) -> tuple[Problem, ...]:
    """What is known to be wrong with an address. Takes note of it, to be verified with all the others."""
    state = _CURRENT.get()
    state.emails.add(text)
    return state.faults.get(text, ())


def hint(word: str, known: tuple[str, ...]) -> str:
    """The words that suggest a name close to ``word``; empty without one. Given a hundred times in one reading."""
    state = _CURRENT.get()
    if len(word) > _LONGEST_HINTED or state.hints <= 0:
        return ""
    state.hints -= 1
    close = get_close_matches(word, known, n=1)
    return f", perhaps to `{close[0]}`" if close else ""

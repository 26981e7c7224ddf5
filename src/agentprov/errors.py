"""Codes, problems with a path, and a short family of exceptions that carry them.

A :class:`Problem` is data: a code that never changes, where it is, and the parameters a sentence needs. The
sentence itself is made on demand from a catalogue (:mod:`agentprov.messages`), so a host can translate it. Whoever
checks something collects every problem and raises once; see :class:`Collector`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Self

import attrs

from agentprov.codes import Code
from agentprov.messages import ENGLISH, Catalogue, sentence

__all__ = [
    "AgentprovError",
    "BrokenStore",
    "Code",
    "Collector",
    "Conflict",
    "InvalidValue",
    "MalformedDocument",
    "MissingExtra",
    "NotFound",
    "Parameter",
    "Path",
    "Problem",
    "Refused",
    "Unavailable",
    "path_text",
]

Path = tuple[str | int, ...]
"""Where a problem is: field names and map keys are text, positions in a list are integers counted from 0."""

Parameter = str | int | float | bool | tuple[str, ...]


@attrs.frozen(kw_only=True)
class Problem:
    """One thing that is wrong: a stable code, where it is, and the parameters its sentence needs.

    >>> from agentprov.errors import Code, Problem
    >>> p = Problem(code=Code.FIELD_REQUIRED, path=("users", "u-asha", "login"))
    >>> print(p)
    users.u-asha.login: a value is required (field.required)
    """

    code: Code
    path: Path = ()
    parameters: Mapping[str, Parameter] = attrs.field(factory=dict, hash=False)

    def under(self, *parts: str | int) -> Problem:
        """The same problem seen from further out: ``parts`` are put before its path."""
        return Problem(code=self.code, path=(*parts, *self.path), parameters=self.parameters)

    @property
    def where(self) -> str:
        """The path as text: ``users.u-asha.alternate_numbers[1]``; ``(whole)`` for the empty path."""
        return path_text(self.path)

    @property
    def message(self) -> str:
        """The problem as one plain English sentence without a full stop."""
        return self.words(ENGLISH)

    @property
    def mend(self) -> str:
        """What a person can do about it, in English."""
        return self.mend_words(ENGLISH)

    def words(self, catalogue: Catalogue) -> str:
        """The sentence from a host's own catalogue; a code that the catalogue lacks is given in English."""
        entry = catalogue.get(self.code.value) or ENGLISH[self.code.value]
        return sentence(entry.message, self.parameters, catalogue)

    def mend_words(self, catalogue: Catalogue) -> str:
        """What a person can do about it, from a host's own catalogue."""
        entry = catalogue.get(self.code.value) or ENGLISH[self.code.value]
        return sentence(entry.mend, self.parameters, catalogue)

    def __str__(self) -> str:
        return f"{self.where}: {self.message} ({self.code.value})"


def path_text(path: Path) -> str:
    """A path as a person writes it. A key that holds a dot, a bracket or a space is put in double quotes."""
    out = ""
    for part in path:
        if isinstance(part, int):
            out += f"[{part}]"
        else:
            plain = part.replace("-", "").replace("_", "").isalnum() and part.isascii()
            text = part if plain else '"' + part.encode("unicode_escape").decode("ascii")[:80] + '"'
            out += f".{text}" if out else text
    return out or "(whole)"


class AgentprovError(Exception):
    """The root of the family. ``problems`` is never empty, and every problem of the attempt is in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        # Exceptions pickle by calling the class with `args`, so `args` holds exactly the parameter.
        super().__init__(self.problems)

    @classmethod
    def of(cls, code: Code, *path: str | int, **parameters: Parameter) -> Self:
        """The error with this one problem."""
        return cls([Problem(code=code, path=path, parameters=parameters)])

    @property
    def codes(self) -> tuple[Code, ...]:
        """The codes of the problems, in order."""
        return tuple(problem.code for problem in self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class InvalidValue(AgentprovError, ValueError):
    """A value or a tenant can't be built from what was given."""


class MalformedDocument(AgentprovError, ValueError):
    """A document can't be read: not the format, not the version, over a limit, or not a valid value inside."""


class NotFound(AgentprovError, LookupError):
    """What was asked about isn't there."""


class Refused(AgentprovError):
    """The request is well formed and isn't allowed, by want of a permission or by a guard."""


class Conflict(AgentprovError):
    """Somebody else was first: the version is no longer the expected one, or a unique value was taken."""


class Unavailable(AgentprovError):
    """A store didn't answer, or had no time: what was asked is done, or it isn't. Try again with the same key."""


class BrokenStore(AgentprovError):
    """A store can't do what it must until somebody mends it: trying again won't help. Nothing was stored."""


class MissingExtra(AgentprovError, ImportError):
    """An optional extra isn't installed; the problem names it."""


class Collector:
    """Collects problems and raises them once, so that whoever asks sees all of them.

    >>> from agentprov.errors import Code, Collector, InvalidValue
    >>> found = Collector()
    >>> found.add(Code.FIELD_REQUIRED, "login")
    >>> found.add(Code.FIELD_REQUIRED, "name")
    >>> try:
    ...     found.check()
    ... except InvalidValue as error:
    ...     print(error)
    login: a value is required (field.required)
    name: a value is required (field.required)
    """

    __slots__ = ("problems",)

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, code: Code, *path: str | int, **parameters: Parameter) -> None:
        """Note one problem at ``path``."""
        self.problems.append(Problem(code=code, path=path, parameters=parameters))

    def absorb(self, problems: Iterable[Problem], *path: str | int) -> None:
        """Note problems found further in, as seen from here: ``path`` is put before theirs."""
        if problems:
            self.problems.extend(problem.under(*path) for problem in problems)

    def check(self, error: type[AgentprovError] = InvalidValue) -> None:
        """Raise ``error`` with everything collected, if anything was."""
        if self.problems:
            raise error(self.problems)

"""What a text format hands on: the document, what is wrong with its text, and where things stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import attrs

from agentprov.codec.reading import MOST_PROBLEMS
from agentprov.errors import Code, MalformedDocument, Path, Problem

Place = tuple[int, int]
"""Line and column, both counted from 1."""


def _no_places() -> Mapping[Path, Place]:
    return {}


@attrs.frozen(kw_only=True)
class Parsed:
    """A document as read from its text. ``problems`` are those that don't keep it from being read further."""

    document: object
    problems: tuple[Problem, ...] = ()
    places: Mapping[Path, Place] = attrs.field(factory=_no_places)
    """Where the values stand, if the format tells."""

    def located(self, problem: Problem) -> Problem:
        """The problem with the line and column of its value, or of the closest one around it."""
        if "line" in problem.parameters:
            return problem
        for length in range(len(problem.path), -1, -1):
            place = self.places.get(problem.path[:length])
            if place is not None:
                parameters = {**problem.parameters, "line": place[0], "column": place[1]}
                return Problem(code=problem.code, path=problem.path, parameters=parameters)
        return problem

    def error(self, others: Iterable[Problem]) -> MalformedDocument:
        """The error of everything that is wrong: with the text, and what ``others`` say of other places.

        What the text already got wrong at a place isn't reported a second time there. After a thousand problems it says
        ``document.more_problems`` and stops.
        """
        known = {problem.path for problem in self.problems}
        problems = [*self.problems, *(problem for problem in others if problem.path not in known)]
        if len(problems) > MOST_PROBLEMS:
            more = Problem(code=Code.DOCUMENT_MORE_PROBLEMS, parameters={"limit": MOST_PROBLEMS})
            problems = [*problems[:MOST_PROBLEMS], more]
        return MalformedDocument([self.located(problem) for problem in problems])


def place_of(text: str, position: int) -> Place:
    """The line and column of a position in a text."""
    before = text[:position]
    return before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1


def everything(document: object) -> Iterator[tuple[Path, object]]:
    """Every value of a document with its path, without recursion."""
    waiting: list[tuple[Path, object]] = [((), document)]
    while waiting:
        path, value = waiting.pop()
        yield path, value
        if isinstance(value, dict):
            waiting.extend(((*path, str(key)), entry) for key, entry in value.items())
        elif isinstance(value, list):
            waiting.extend(((*path, position), entry) for position, entry in enumerate(value))

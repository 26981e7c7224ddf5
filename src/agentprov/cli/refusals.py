"""What is said when a command can't be carried out: wrong arguments, a broken file, a refusal."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from typing import Final

from agentprov.cli.mistakes import Mistake
from agentprov.cli.output import Answer, Json, Page, bad, faint, strong
from agentprov.errors import AgentprovError, Conflict, MalformedDocument, MissingExtra, NotFound, Problem, Refused

WRONG: Final = 2
REFUSED: Final = 1
MOST_SHOWN: Final = 3
"""How many defects of a file are shown by a command that wanted something else of it."""


def mistake_answer(mistake: Mistake) -> Answer:
    """The answer to arguments that can't be used."""
    page = Page()
    page.line(bad("error: "), mistake.message)
    if mistake.mend:
        page.line(mistake.mend, indent=2)
    return Answer(status=WRONG, page=page, data={"error": {"message": mistake.message, "mend": mistake.mend}})


def refusal_answer(error: AgentprovError, file: str) -> Answer:
    """The answer to what the library refuses: every problem, and how to mend it."""
    if isinstance(error, MalformedDocument):
        return _broken_answer(error, file)
    match error:
        case Refused():
            title, status = "refused", REFUSED
        case Conflict():
            title, status = "somebody else was first", REFUSED
        case NotFound():
            title, status = "not found", WRONG
        case MissingExtra():
            title, status = "something isn't installed", WRONG
        case _:
            title, status = "not possible", REFUSED
    page = Page()
    page.line(bad("error: "), title)
    page.gap()
    page.extend(problem_page(error.problems))
    return Answer(status=status, page=page, data=_error_data(title, error))


def _broken_answer(error: MalformedDocument, file: str) -> Answer:
    """The answer of a command whose file can't be read: a few defects, and how to see them all."""
    title = f"{file} is broken: {count(len(error.problems), 'defect')}"
    page = Page()
    page.line(bad("error: "), title)
    page.gap()
    page.extend(problem_page(error.problems[:MOST_SHOWN]))
    if len(error.problems) > MOST_SHOWN:
        page.gap()
        page.line(f"see all of them: agentprov check {shlex.quote(file)}")
    return Answer(status=WRONG, page=page, data=_error_data(title, error))


def _error_data(title: str, error: AgentprovError) -> dict[str, Json]:
    return {"error": {"message": title, "problems": problem_data(error.problems)}}


def count(number: int, noun: str) -> str:
    """A number of things.

    >>> count(1, "defect"), count(1200, "defect"), count(2, "property"), count(2, "box"), count(2, "address")
    ('1 defect', '1,200 defects', '2 properties', '2 boxes', '2 addresses')
    """
    if number == 1:
        return f"1 {noun}"
    if noun.endswith("y"):
        return f"{number:,} {noun[:-1]}ies"
    return f"{number:,} {noun}{'es' if noun.endswith(('s', 'x')) else 's'}"


def problem_page(problems: Iterable[Problem]) -> Page:
    """The problems for a person: where, what and its code, and how to mend it. What is alike is said once."""
    alike: dict[tuple[str, str, str], list[Problem]] = {}
    for problem in problems:
        alike.setdefault((problem.message, problem.code.value, problem.mend), []).append(problem)
    page = Page()
    for (message, code, mend), each in alike.items():
        page.gap()
        for problem in each:
            if problem.path:
                page.line(strong(problem.where), faint(place_words(problem)), indent=2)
        page.line(message, faint(f"  {code}"), indent=4)
        page.line(faint("to mend: "), mend, indent=4)
    return page


def place_words(problem: Problem) -> str:
    """The line and column of a problem, where the file's format tells them."""
    line, column = problem.parameters.get("line"), problem.parameters.get("column")
    if line is None:
        return ""
    return f"  line {line}" if column is None else f"  line {line}, column {column}"


def problem_data(problems: Iterable[Problem]) -> list[Json]:
    """The problems for a program."""
    return [
        {
            "code": problem.code.value,
            "path": list(problem.path),
            "message": problem.message,
            "mend": problem.mend,
            "parameters": {
                name: list(value) if isinstance(value, tuple) else value for name, value in problem.parameters.items()
            },
        }
        for problem in problems
    ]

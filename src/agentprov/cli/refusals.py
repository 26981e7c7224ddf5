"""What is said when a command can't be carried out: wrong arguments, a broken file, a refusal."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from datetime import UTC
from typing import Final

from agentprov.cli.mistakes import Mistake
from agentprov.cli.output import Answer, Json, Page, bad, faint, good, strong
from agentprov.cli.stores import hidden
from agentprov.errors import (
    AgentprovError,
    BrokenStore,
    Code,
    Conflict,
    InvalidValue,
    MalformedDocument,
    MissingExtra,
    NotFound,
    Problem,
    Refused,
    Unavailable,
)
from agentprov.repositories import Committed

WRONG: Final = 2
REFUSED: Final = 1
MOST_SHOWN: Final = 3
"""How many defects of a file are shown by a command that wanted something else of it."""
MOST_LISTED: Final = 20
"""How many lines of a change are shown of what was done before."""


def mistake_answer(mistake: Mistake) -> Answer:
    """The answer to arguments that can't be used."""
    message, mend = hidden(mistake.message), hidden(mistake.mend)
    page = Page()
    page.line(bad("error: "), message)
    if mend:
        page.line(mend, indent=2)
    return Answer(status=WRONG, page=page, data={"error": {"message": message, "mend": mend}})


def done_answer(entry: Committed) -> Answer:
    """The answer to a command that was carried out before, with the same key."""
    at = f"{entry.at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    page = Page()
    page.line(good("done before"), f": version {entry.version}, {at}", faint(f", with the key {entry.key}"))
    for line in entry.change.describe()[:MOST_LISTED]:
        page.item(line)
    return Answer(
        status=0,
        page=page,
        data={
            "changes": list(entry.change.describe()),
            "warnings": problem_data(entry.change.warnings),
            "version": entry.version,
            "written": False,
            "done_before": entry.at.isoformat(),
        },
    )


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
        case Unavailable():
            # Not 1: of a question that would be a no.
            title, status = "the store gives no answer", WRONG
        case BrokenStore():
            title, status = "the store can't be used as it is", WRONG
        case MissingExtra():
            title, status = "something isn't installed", WRONG
        case InvalidValue() if Code.STORE_ADDRESS in error.codes:
            title, status = "not possible", WRONG
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

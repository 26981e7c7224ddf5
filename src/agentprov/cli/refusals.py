"""What is said when a command can't be carried out: wrong arguments, a broken file, a refusal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from agentprov.cli.mistakes import Mistake
from agentprov.cli.output import Answer, Json, Page, bad, faint, strong
from agentprov.errors import AgentprovError, Conflict, MalformedDocument, MissingExtra, NotFound, Problem, Refused

WRONG: Final = 2
REFUSED: Final = 1


def mistake_answer(mistake: Mistake) -> Answer:
    """The answer to arguments that can't be used."""
    page = Page()
    page.line(bad("error: "), mistake.message)
    if mistake.mend:
        page.line(mistake.mend, indent=2)
    return Answer(status=WRONG, page=page, data={"error": {"message": mistake.message, "mend": mistake.mend}})


def refusal_answer(error: AgentprovError) -> Answer:
    """The answer to what the library refuses: every problem, and how to mend it."""
    page = Page()
    match error:
        case MalformedDocument():
            title = f"the file is broken: {count(len(error.problems), 'defect')}"
        case Refused():
            title = "refused"
        case Conflict():
            title = "somebody else was first"
        case NotFound():
            title = "not found"
        case MissingExtra():
            title = "something isn't installed"
        case _:
            title = f"not possible: {count(len(error.problems), 'problem')}"
    page.line(bad("error: "), title)
    page.extend(problem_page(error.problems))
    status = WRONG if isinstance(error, MalformedDocument | NotFound | MissingExtra) else REFUSED
    return Answer(
        status=status, page=page, data={"error": {"message": title, "problems": problem_data(error.problems)}}
    )


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
    """The problems for a person: where, what and its code, and how to mend it."""
    page = Page()
    for problem in problems:
        page.gap()
        place = place_words(problem)
        if problem.path or place:
            page.line(strong(problem.where if problem.path else "the file"), faint(place), indent=2)
        page.line(problem.message, faint(f"  {problem.code.value}"), indent=4)
        page.line(faint("to mend: "), problem.mend, indent=4)
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

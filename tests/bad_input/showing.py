"""Everything that a program may print or log of an error or a change: where a secret would be seen."""

from __future__ import annotations

import json
import logging
import pickle
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Final

import attrs

import agentprov
from agentprov.errors import AgentprovError, Problem
from agentprov.model.changes import Change

SOURCE: Final = str(Path(agentprov.__file__).parent)


@contextmanager
def logged() -> Iterator[StringIO]:
    """Everything that is logged within, at any level, one record after the other."""
    out = StringIO()
    handler = logging.StreamHandler(out)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.NOTSET)
    try:
        yield out
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


def chain(error: BaseException) -> Iterator[BaseException]:
    """The error, what it came from, and whatever was being handled meanwhile, also where it is suppressed."""
    waiting, seen = [error], set[int]()
    while waiting:
        each = waiting.pop()
        if id(each) not in seen:
            seen.add(id(each))
            yield each
            waiting += [other for other in (each.__cause__, each.__context__) if other is not None]


def of_problem(problem: Problem) -> Iterator[str]:
    """What a problem shows, and what it carries."""
    yield from (repr(problem), str(problem), format(problem), problem.message, problem.mend)
    yield repr(attrs.asdict(problem))
    yield json.dumps({"path": problem.path, **problem.parameters}, default=str)


def of_error(error: AgentprovError) -> Iterator[str]:
    """What an error shows: itself, everything in its chain, its pickle, its traceback, and a log of it."""
    for each in chain(error):
        yield from (repr(each), str(each), format(each), repr(each.args), repr(vars(each)))
    for problem in error.problems:
        yield from of_problem(problem)
    yield pickle.dumps(error).decode("latin-1")
    yield "".join(traceback.format_exception(error))
    with logged() as log:
        try:
            raise error
        except AgentprovError:
            logging.getLogger("host").exception("refused: %s, %r", error, error)
    yield log.getvalue()


def locals_of_library(error: BaseException) -> Iterator[str]:
    """The local variables of the library's own functions, as tools that collect errors show them."""
    for each in chain(error):
        for frame, _ in traceback.walk_tb(each.__traceback__):
            if frame.f_code.co_filename.startswith(SOURCE):
                yield from map(_written, frame.f_locals.values())


def _written(value: object) -> str:
    """What a tool shows of a variable."""
    try:
        return repr(value)
    except ValueError:
        return "a number with thousands of digits"


def of_value(value: object) -> Iterator[str]:
    """What any value shows: its texts, its fields, its JSON, and its pickle or why there is none."""
    yield from (repr(value), str(value), format(value), ascii(value), f"{[value]}")
    if attrs.has(type(value)) and not isinstance(value, type):
        fields = attrs.asdict(value)  # type: ignore[arg-type]
        yield from (repr(fields), json.dumps(repr(fields)), json.dumps(value, default=str))
    try:
        yield pickle.dumps(value).decode("latin-1")
    except TypeError as refused:
        yield "".join(traceback.format_exception(refused))


def of_change(change: Change) -> Iterator[str]:
    """What a change shows: itself, its words, its events and warnings, and what stays of it without secrets."""
    yield from of_value(change)
    yield from of_value(change.without_secrets())
    yield from change.describe()
    for event in change.events:
        yield repr(event)
    for warning in change.warnings:
        yield from of_problem(warning)

"""A roster: many rows, each the form of one user, and the plan that becomes of them (PV-10)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Final

import attrs

from agentprov.errors import Code, InvalidValue, Problem
from agentprov.model.changes import Change
from agentprov.model.ids import UserId
from agentprov.model.secret import Secret
from agentprov.model.table import Table
from agentprov.provisioning.forms import problem_fields

ID: Final = "id"
"""The column of a user's id. It is no field of a form."""


def _form(form: Mapping[str, object]) -> Mapping[str, object]:
    password = form.get("password")
    return {**form, "password": Secret(password)} if isinstance(password, str) and password else dict(form)


def _problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(problems)


@attrs.frozen(kw_only=True, eq=False)
class Row:
    """One row as it was read: a form, and what couldn't be read of it.

    ``form`` has names of fields and plain values, and may have an ``id``. A password in it is kept as a secret.
    """

    number: int
    """As the reader of the file counts: in a table the header is row 1, in JSON lines the first line is."""
    form: Mapping[str, object] = attrs.field(converter=_form, repr=False)
    line: int | None = None
    """The line of the text where the row begins. It is another one where cells above have several lines."""
    problems: tuple[Problem, ...] = attrs.field(default=(), converter=_problems)
    """Faults of cells, each at its field; those of the whole row have no path."""
    columns: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    """What the columns are called in the file, by field, where they are called otherwise."""


def not_a_row(number: int) -> Row:
    """What stands for a row that is no object with names, as data from the net may have it: its fault."""
    parameters = {"expected": "an object with the names of fields", "found": "something else"}
    return Row(number=number, form={}, problems=[Problem(code=Code.FIELD_WRONG_TYPE, parameters=parameters)])


class Action(StrEnum):
    """What a plan does with a row."""

    CREATE = "create"
    MOVE = "move"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    ERROR = "error"


class Stage(StrEnum):
    """Where the making of a plan is."""

    READ = "read"
    CHECK = "check"
    APPLY = "apply"


Progress = Callable[[Stage, int, int | None], None]
"""Who is told how many rows are done, and of how many where that is known."""


def _actions(actions: Iterable[Action]) -> tuple[Action, ...]:
    return tuple(actions)


@attrs.frozen(kw_only=True)
class PlannedRow:
    """What becomes of one row. A move and an update of one user are two actions."""

    number: int
    line: int | None = None
    actions: tuple[Action, ...] = attrs.field(converter=_actions)
    user: UserId | None = None
    login: str | None = None
    problems: tuple[Problem, ...] = attrs.field(default=(), converter=_problems)
    """Every fault of the row, as the single operation tells it, in the order of the fields."""
    warnings: tuple[Problem, ...] = attrs.field(default=(), converter=_problems)
    columns: Mapping[str, str] = attrs.field(factory=dict, repr=False)

    @property
    def is_faulty(self) -> bool:
        """Whether nothing is done with the row."""
        return self.actions == (Action.ERROR,)

    def column(self, problem: Problem) -> str | None:
        """What the column of a problem is called in the file; nothing for one of the whole row."""
        (field,) = problem_fields([problem]) or (None,)
        return None if field is None else self.columns.get(field, str(problem.path[0]))


def _rows(rows: Iterable[PlannedRow]) -> tuple[PlannedRow, ...]:
    return tuple(rows)


@attrs.frozen(kw_only=True)
class Plan:
    """What a roster would do to a tenant. Nothing is done until the change is applied."""

    rows: tuple[PlannedRow, ...] = attrs.field(converter=_rows)
    problems: tuple[Problem, ...] = attrs.field(default=(), converter=_problems)
    """What is wrong with the whole: unknown columns, and what can't be told of a row. Any of it stops the plan."""
    tolerated: int = 0
    """How many faulty rows may be left out."""
    change: Change | None = None
    """The change that the good rows make together; nothing where the plan doesn't go through."""

    @property
    def faulty(self) -> tuple[PlannedRow, ...]:
        """The rows with faults."""
        return tuple(row for row in self.rows if row.is_faulty)

    def counts(self) -> dict[Action, int]:
        """How many rows there are of every action."""
        out = dict.fromkeys(Action, 0)
        for row in self.rows:
            for action in row.actions:
                out[action] += 1
        return out

    @property
    def passwords(self) -> Table[UserId, Secret]:
        """The passwords that come with the change, by user, for the host to hash and keep."""
        secrets = {} if self.change is None else self.change.secrets
        return Table({UserId(key.removesuffix(PASSWORD)): secret for key, secret in secrets.items()})

    def accept(self) -> Change:
        """The change, if the plan goes through.

        Raises:
            InvalidValue: every fault, at ``rows``, the row's number and the field; and what is wrong with the whole.
        """
        if self.change is not None:
            return self.change
        found = [problem.under("rows", row.number) for row in self.faulty for problem in row.problems]
        if len(self.faulty) > self.tolerated > 0:
            found.append(
                Problem(
                    code=Code.ROWS_TOO_MANY_FAULTS,
                    path=("rows",),
                    parameters={"count": len(self.faulty), "tolerated": self.tolerated},
                )
            )
        raise InvalidValue([*found, *self.problems])


PASSWORD: Final = ".password"  # noqa: S105  a part of a name, not a password
"""How the name of a secret in a change of many users ends: the user's id stands before."""

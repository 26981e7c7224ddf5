"""``agentprov import``: many users from a table or from JSON lines."""

from __future__ import annotations

import csv
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

from agentprov.cli.commands import Command
from agentprov.cli.live_facts import assumes_nobody_logged_on, logged_on, logged_on_argument
from agentprov.cli.mistakes import Mistake, os_words
from agentprov.cli.output import Answer, Cell, Json, Page, Piece, bad, faint, good, strong, warn
from agentprov.cli.progress import shown_progress
from agentprov.cli.refusals import REFUSED, WRONG, count, problem_data, problem_page
from agentprov.cli.sources import FileSource, load_tenant, source_of, tenant_argument
from agentprov.cli.writing import actor_of, assumptions, change_arguments, outcome, write
from agentprov.credentials.passwords import generate_password
from agentprov.errors import MalformedDocument, Problem
from agentprov.interop.csv_text import ENCODINGS
from agentprov.interop.rosters import read_csv, read_json_lines
from agentprov.model.ids import UserId
from agentprov.model.secret import Secret
from agentprov.model.tenant import Tenant
from agentprov.provisioning import plan_users
from agentprov.provisioning.roster import Action, Plan, PlannedRow, Row

STDIN: Final = "-"
CSV, JSON_LINES = "csv", "jsonl"
_BY_SUFFIX: Final = {".csv": CSV, ".tsv": CSV, ".txt": CSV, ".jsonl": JSON_LINES, ".ndjson": JSON_LINES}
MOST_SHOWN: Final = 100
"""How many faults a page shows; JSON has all."""


def _arguments(parser: ArgumentParser) -> None:
    tenant_argument(parser)
    parser.add_argument("roster", metavar="ROSTER", help="a CSV or JSON lines file, or - for the standard input")
    parser.add_argument(
        "--tolerate", metavar="N", type=int, default=0, help="leave out up to N faulty rows; by default one stops all"
    )
    parser.add_argument(
        "--ignore", metavar="COLUMN", action="append", default=[], help="a column to pass over; may be repeated"
    )
    parser.add_argument("--as", dest="kind", choices=(CSV, JSON_LINES), help="what ROSTER is, if its name doesn't say")
    parser.add_argument("--encoding", choices=ENCODINGS, help="the encoding of ROSTER, if it isn't UTF-8")
    logged_on_argument(parser)
    parser.add_argument("--passwords", metavar="CSV", help="where to write the passwords that rows ask to be generated")
    change_arguments(parser)


def _run(arguments: Namespace) -> Answer:
    tenant = load_tenant(arguments)
    by = actor_of(tenant, arguments)
    if arguments.tolerate < 0:
        raise Mistake("--tolerate takes the number of faulty rows to leave out", "give 0 or more")
    generated: list[Secret] = []

    def generate(login: str | None) -> Secret:
        generated.append(generate_password(tenant.blueprint.password_policy, login=login).secret)
        return generated[-1]

    try:
        with _opened(arguments) as rows, shown_progress() as progress:
            plan = plan_users(
                tenant,
                rows(tenant),
                by=by,
                at=datetime.now(UTC),
                live=logged_on(tenant, arguments),
                tolerate=arguments.tolerate,
                ignore=arguments.ignore,
                generate=generate,
                progress=progress,
            )
    except MalformedDocument as error:
        return _unreadable(arguments.roster, error)
    change = plan.change
    changes = change is not None and bool(change.edits or change.secrets)
    after, backup = None, None
    made = {} if change is None else _made(plan, generated)
    if change is not None and changes and arguments.write:
        if made and arguments.passwords is None:
            raise Mistake(
                f"the passwords made for {count(len(made), 'user')} would be lost", "name a file with --passwords CSV"
            )
        source = source_of(arguments)
        # A store has the log to go back by.
        backup = _keep(tenant, source.name) if isinstance(source, FileSource) else None
        if made:
            _write_passwords(plan, made, arguments.passwords)
        after = write(tenant, change, arguments)
    page = _page(arguments, plan)
    if changes:
        page.gap()
        if by is None:
            assumptions(page, "whoever does it may; ask somebody's rights with --by ACTOR")
        if made.keys() != plan.passwords.keys():
            page.line(warn("note: "), f"passwords in the roster are {source_of(arguments).PASSWORDS}")
        if assumes_nobody_logged_on(arguments) and plan.counts()[Action.MOVE]:
            assumptions(page, "nobody is logged on to a queue; say otherwise with --logged-on USER:QUEUE")
        outcome(page, arguments, after)
        if backup is not None:
            page.line("to undo: put ", strong(backup), f" in the place of {source_of(arguments).name}")
    return Answer(
        status=0 if plan.change is not None else REFUSED,
        page=page,
        data={
            "counts": {action.value: number for action, number in plan.counts().items()},
            "rows": [_row_data(row) for row in plan.rows],
            "problems": problem_data(plan.problems),
            "version": tenant.version if after is None else after.version,
            "written": after is not None,
            "backup": backup,
        },
    )


@contextmanager
def _opened(arguments: Namespace) -> Iterator[Rows]:
    """The roster's rows, for as long as its file is open."""
    path = arguments.roster
    kind = arguments.kind or _BY_SUFFIX.get(Path(path).suffix.lower())
    if kind is None:
        raise Mistake(f"`{path}` doesn't say what it is", f"add --as {CSV} or --as {JSON_LINES}")
    if path == STDIN:
        yield Rows(sys.stdin.buffer, kind, arguments.encoding)
        return
    try:
        file: BinaryIO = Path(path).open("rb")  # noqa: SIM115  only opening it may fail here
    except OSError as error:
        raise Mistake(f"can't read `{path}`: {os_words(error)}") from None
    with file:
        yield Rows(file, kind, arguments.encoding)


class Rows:
    """The rows of an open roster."""

    def __init__(self, file: BinaryIO, kind: str, encoding: str | None) -> None:
        self._file, self._kind, self._encoding = file, kind, encoding

    def __call__(self, tenant: Tenant) -> Iterator[Row]:
        """The rows as forms of this tenant, read as they are asked for."""
        read = read_csv if self._kind == CSV else read_json_lines
        return read(self._file, tenant.blueprint, encoding=self._encoding)


def _unreadable(roster: str, error: MalformedDocument) -> Answer:
    page = Page()
    page.line(bad("error: "), "the roster" if roster == STDIN else roster, " can't be read")
    page.gap()
    page.extend(problem_page(error.problems))
    return Answer(status=WRONG, page=page, data={"problems": problem_data(error.problems)})


def _keep(tenant: Tenant, path: str) -> str:
    """Put the tenant as it is beside its file, under the name of its version. What was kept before stays."""
    file = Path(path)
    content = file.read_bytes()
    names = (f"{file.stem}.v{tenant.version}{more}{file.suffix}" for more in ("", *(f"-{n}" for n in range(2, 1000))))
    free = (file.with_name(name) for name in names)
    backup = next((each for each in free if not each.exists() or each.read_bytes() == content), None)
    if backup is None:
        raise Mistake(f"there are too many copies of `{path}` beside it", "move some of them away")
    try:
        backup.write_bytes(content)
    except OSError as error:
        raise Mistake(f"can't write `{backup}`: {os_words(error)}", "nothing is changed") from None
    return str(backup)


def _made(plan: Plan, generated: Iterable[Secret]) -> dict[str, Secret]:
    """The passwords that were generated, by user. Those that were typed are in the roster."""
    made = frozenset(map(id, generated))
    return {user: secret for user, secret in plan.passwords.items() if id(secret) in made}


def _write_passwords(plan: Plan, made: dict[str, Secret], path: str) -> None:
    logins = {row.user: row.login for row in plan.rows}
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["login", "password"])
            for id_, secret in made.items():
                writer.writerow([logins[UserId(id_)], secret.reveal()])
    except OSError as error:
        raise Mistake(f"can't write `{path}`: {os_words(error)}", "nothing is changed") from None


# ---- what is shown ---------------------------------------------------------------------------------------------------


def _page(arguments: Namespace, plan: Plan) -> Page:
    page = Page()
    counts = plan.counts()
    title = "the roster" if arguments.roster == STDIN else arguments.roster
    page.line(strong(title), f": {count(len(plan.rows), 'row')}")
    page.gap()
    page.grid([(action.value, f"{number:,}") for action, number in counts.items() if number])
    if plan.problems:
        page.gap()
        page.line(bad("the roster as a whole"))
        page.gap()
        page.extend(problem_page(plan.problems))
    faults = [(row, problem) for row in plan.faulty for problem in row.problems]
    if faults:
        page.gap()
        page.line(bad(count(len(faults), "fault")), f" in {count(len(plan.faulty), 'row')}")
        page.gap()
        cells: list[tuple[Cell, ...]] = [
            (_place(row), row.column(problem) or faint("-"), _words(problem)) for row, problem in faults[:MOST_SHOWN]
        ]
        page.grid(cells, "row", "column", "fault")
        if len(faults) > MOST_SHOWN:
            page.line(faint(f"and {len(faults) - MOST_SHOWN:,} more; --format json has all"), indent=2)
    warnings = [(row, problem) for row in plan.rows for problem in row.warnings]
    if warnings:
        page.gap()
        page.line(warn(count(len(warnings), "warning")))
        page.gap()
        page.grid(_summed(warnings), "rows", "column", "warning")
    page.gap()
    if plan.change is None:
        page.line(bad("not possible: "), "mend the rows", faint(_tolerance(plan)))
    elif plan.faulty:
        page.line(good("possible: "), f"{count(len(plan.faulty), 'faulty row')} will be left out")
    elif not plan.change.edits and not plan.change.secrets:
        page.line("nothing becomes different")
    return page


def _words(problem: Problem) -> tuple[Piece, ...]:
    """The fault, with the other row where it has a value that must be one row's."""
    row = problem.parameters.get("row")
    other = f", of row {row}" if "holder" in problem.parameters and row is not None else ""
    return (problem.message, other, faint(f"  {problem.code.value}"))


def _tolerance(plan: Plan) -> str:
    if plan.problems or not plan.faulty:
        return ""
    return f", or leave them out with --tolerate {len(plan.faulty)}"


def _place(row: PlannedRow) -> str:
    """The row as a spreadsheet counts, and the line where that is another."""
    return f"{row.number}" if row.line in (None, row.number) else f"{row.number} (line {row.line})"


def _summed(warnings: list[tuple[PlannedRow, Problem]]) -> list[tuple[Cell, ...]]:
    """Each warning once, with how many rows it is about."""
    alike: dict[tuple[str, str, str], int] = {}
    for row, problem in warnings:
        key = (row.column(problem) or "-", problem.message, problem.code.value)
        alike[key] = alike.get(key, 0) + 1
    return [
        (f"{number:,}", column, (message, faint(f"  {code}")))
        for (column, message, code), number in list(alike.items())[:MOST_SHOWN]
    ]


def _row_data(row: PlannedRow) -> dict[str, Json]:
    return {
        "row": row.number,
        "line": row.line,
        "actions": [action.value for action in row.actions],
        "user": row.user,
        "login": row.login,
        "problems": [
            {**data, "column": row.column(problem)}
            for data, problem in zip(problem_data(row.problems), row.problems, strict=True)
            if isinstance(data, dict)
        ],
        "warnings": problem_data(row.warnings),
    }


COMMAND: Final = Command(
    name="import",
    summary="Create, update and move many users from a table, after a review",
    details=(
        "ROSTER is CSV or JSON lines; its columns are fields of a form, by name or label. A row is matched by id, else"
        " by login. A column that is missing leaves the field alone, an empty cell clears it. Every fault is shown"
        " with its row and column, and one stops all unless --tolerate says how many may be left out.\n\n"
        "With --write the file is replaced in one step, and kept as it was under the name of its version: put that in"
        " its place to undo. A store's log has the change: `agentprov store undo`."
    ),
    examples=(
        "import puzzel.toml rosters/mended.csv",
        "import puzzel.toml rosters/mended.csv --by u-admin --tolerate 3 --write",
    ),
    arguments=_arguments,
    run=_run,
)

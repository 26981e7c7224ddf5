"""Files of many users: encodings, quotes, formulas, and one bad row among a thousand good ones."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from io import StringIO
from typing import Any, Final

import attrs

from agentprov.errors import Code
from agentprov.interop.cells import cell_of, restored
from agentprov.interop.rosters import csv_lines, read_csv, read_json_lines
from agentprov.provisioning.bulk import plan_users
from agentprov.provisioning.roster import Plan
from agentprov.provisioning.roster import Row as RosterRow
from tests.bad_input.rows import ANYTHING, Act, Fault, Row, asks
from tests.bad_input.world import ANNA, CANARY, World
from tests.provisioning.samples import ADMIN, AT, LOGGED_OFF

HEADER: Final = "login,name,phone,email,role,status,password"
GOOD: Final = f"ravi,Ravi Rao,9812345678,ravi@example.com,agent,active,{CANARY}"
ENCODING, QUOTE = ("(whole)", Code.CSV_ENCODING), ("(whole)", Code.CSV_UNCLOSED_QUOTE)


def planned(world: World, rows: Iterable[RosterRow], **options: Any) -> Plan:
    """The plan for rows of a file."""
    return plan_users(world.tenant, rows, by=ADMIN, at=AT, live=LOGGED_OFF, **options)


def done(world: World, plan: Plan) -> object:
    """How many users there are more when the plan was carried out."""
    before = len(world.tenant.users)
    return len(world.commit(plan.accept()).users) - before


def table(content: str | bytes, *faults: Fault, **options: Any) -> tuple[Act, tuple[Fault, ...]]:
    """A table in CSV, and what is wrong with it."""
    data = content.encode() if isinstance(content, str) else content
    return lambda world: done(world, planned(world, read_csv(data, world.tenant.blueprint), **options)), faults


def csv_row(id_: str, says: str, content: str | bytes, *faults: Fault, gives: object = 1) -> Row:
    """A row about a table in CSV, each of whose rows has a password."""
    act, expected = table(content, *faults)
    return asks(id_, says, act, *expected, gives=gives, secret=CANARY)


def json_row(id_: str, says: str, content: str | bytes, *faults: Fault) -> Row:
    """A row about JSON lines."""
    data = content.encode() if isinstance(content, str) else content
    return asks(
        id_,
        says,
        lambda world: done(world, planned(world, read_json_lines(data, world.tenant.blueprint))),
        *faults,
        secret=CANARY,
    )


def line(more: str) -> str:
    """A line of JSON that makes a user, with one more key in it."""
    return json.dumps(dict(zip(HEADER.split(","), GOOD.split(","), strict=True)))[:-1] + f", {more}}}\n"


def exported(text: str) -> Act:
    """A cell that says a text: no formula, and the same text when it is read."""

    def act(_: object) -> object:
        assert cell_of(text).startswith("'")
        return restored(cell_of(text))

    return act


def exported_and_read(text: str) -> Act:
    """Anna's name in an exported table, as a spreadsheet sees it, and imported again: nothing changes."""

    def act(world: World) -> object:
        anna = attrs.evolve(world.tenant.users[ANNA], name=text)
        tenant = attrs.evolve(world.tenant, users=world.tenant.users.put(ANNA, anna))
        content = "".join(csv_lines(tenant))
        cells = [cell for line in csv.reader(StringIO(content.removeprefix("\ufeff"))) for cell in line]
        assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")]
        plan = plan_users(tenant, read_csv(content.encode(), tenant.blueprint), by=ADMIN, live=LOGGED_OFF)
        assert () == plan.accept().edits
        (row,) = (row for row in read_csv(content.encode(), tenant.blueprint) if row.form["id"] == ANNA)
        return row.form["name"]

    return act


def _people(count: int, bad: int) -> str:
    """A table of so many users, one of them with a bad login."""
    rows = (f"p{n}" if n != bad else "a b" for n in range(1, count + 1))
    return "\n".join(("login,name,role", *(f"{login},P,supervisor" for login in rows))) + "\n"


def _one_bad(
    id_: str, says: str, count: int, bad: int, *faults: Fault, tolerate: int = 0, gives: object = ANYTHING
) -> Row:
    """A row about a table in which one row is bad."""
    act, expected = table(_people(count, bad), *faults, tolerate=tolerate)
    return Row(id=id_, says=says, act=act, faults=expected, gives=gives, plan="smartq")


ROWS: Final[tuple[Row, ...]] = (
    csv_row("B128", "a byte order mark", f"\ufeff{HEADER}\n{GOOD}\n"),
    csv_row("B128a", "UTF-16 with its mark", f"{HEADER}\n{GOOD}\n".encode("utf-16")),
    csv_row("B128b", "labels in another case", f"\ufeff{HEADER.upper()}\r\n{GOOD}\r\n"),
    csv_row("B128c", "nothing", b"", ("(whole)", Code.CSV_NO_HEADER)),
    csv_row("B128d", "a column twice", f"{HEADER},login\n{GOOD},x\n", ("(whole)", Code.CSV_DUPLICATE_COLUMN)),
    csv_row("B130", "a quote that isn't closed", f'{HEADER}\n{GOOD}\n"mina,{GOOD}\n{GOOD}\n', QUOTE),
    csv_row("B130a", "a quote inside a cell", f'{HEADER}\n"ra"vi,{GOOD}\n', QUOTE),
    csv_row("B130b", "a cell too many", f"{HEADER}\n{GOOD},more\n", ("rows[2]", Code.ROW_RAGGED)),
    *(
        asks(f"B131{letter}", f"a formula: {text!a}", exported(text), gives=text)
        for letter, text in zip(
            ("", *"abcdefghij"),
            ("=1+1", "+1", "-2", "@x", "\t=1", "\r=1", "＝1", "＋1", "－2", "＠x", "'=1"),
            strict=True,
        )
    ),
    *(
        asks(f"B131{letter}", f"a name: {text!a}", exported_and_read(text), gives=text)
        for letter, text in zip("opqrstu", ("=1+1", "+1", "-2", "@x", "＝1", "'=1", 'a "b", c; d'), strict=True)
    ),
    csv_row("B133", "a NUL", f"{HEADER}\n{GOOD}\0\n", ENCODING),
    csv_row("B133a", "line ends of two kinds", f"{HEADER}\r\n{GOOD}\n", ENCODING),
    csv_row("B133b", "UTF-16 without its mark", f"{HEADER}\n{GOOD}\n".encode("utf-16-le"), ENCODING),
    csv_row("B133c", "UTF-32", f"{HEADER}\n{GOOD}\n".encode("utf-32"), ENCODING),
    csv_row("B133d", "bytes that are no letter", f"{HEADER}\n{GOOD}".encode() + b"\xff\n", ENCODING),
    csv_row("B133e", "another code page", f"{HEADER}\n{GOOD},é\n".encode("latin-1"), ENCODING),
    _one_bad("B134", "row 500 of 1,000", 1_000, 500, ("rows[501].login", Code.LOGIN_INVALID_CHARACTER)),
    _one_bad("B134a", "row 50 of 100, tolerated", 100, 50, tolerate=1, gives=99),
    csv_row(
        "B134b",
        "faults of three rows, each told",
        f"{HEADER}\na b,,9812345678,a@x.no,agent,active,{CANARY}\n{GOOD}\n"
        f"mina,Mina,12,b@x.test,agent,active,{CANARY}\n",
        ("rows[2].login", Code.LOGIN_INVALID_CHARACTER),
        ("rows[2].name", Code.FIELD_REQUIRED),
        ("rows[4].email", Code.EMAIL_RESERVED_DOMAIN),
        ("rows[4].phone", Code.PHONE_LENGTH),
    ),
    csv_row(
        "B134c",
        "one login in two spellings",
        f"{HEADER}\nrene\u0301,A,9812345678,a@x.no,agent,active,{CANARY}\n"
        f"ren\u00e9,B,9812345671,b@x.no,agent,active,{CANARY}\n",
        ("rows[2].id", Code.FIELD_REQUIRED),
        ("rows[3].id", Code.FIELD_REQUIRED),
        ("rows[3]", Code.ROW_TWICE),
    ),
    json_row("B136m", "a key twice in a line", line('"login": "mina"'), ("rows[1].login", Code.JSON_DUPLICATE_KEY)),
    json_row("B136n", "a line that is no JSON", line('"name": "A"')[:-2], ("rows[1]", Code.DOCUMENT_SYNTAX)),
    json_row("B136o", "a line that is a list", json.dumps(["a", CANARY]), ("rows[1]", Code.FIELD_WRONG_TYPE)),
    json_row("B137m", "NaN in a line", line('"extension": NaN'), ("rows[1].extension", Code.JSON_NUMBER)),
    json_row("B133m", "bytes that are no letter in JSON lines", line('"alias": "A"').encode()[:-2] + b"\xff", ENCODING),
)

"""FF-2, B128 to B137: how rosters in files are read, and what is refused."""

from __future__ import annotations

import pytest

from agentprov.errors import Code, MalformedDocument
from agentprov.interop.csv_text import RosterLimits
from agentprov.interop.rosters import csv_lines, read_csv, read_json_lines
from agentprov.model.ids import UserId
from agentprov.provisioning import plan_users
from agentprov.provisioning.roster import Row
from tests.provisioning.samples import a_form, a_tenant, created

BLUEPRINT = a_tenant("puzzel").blueprint
FLO = a_tenant("smartflo").blueprint


def rows(data: str | bytes, encoding: str | None = None) -> list[Row]:
    """The rows of a table."""
    return list(read_csv(data.encode() if isinstance(data, str) else data, BLUEPRINT, encoding=encoding))


def refusal(data: str | bytes, limits: RosterLimits | None = None, encoding: str | None = None) -> tuple[Code, ...]:
    """Why a table is refused."""
    given = data.encode() if isinstance(data, str) else data
    with pytest.raises(MalformedDocument) as caught:
        list(read_csv(given, BLUEPRINT, limits=limits or RosterLimits(), encoding=encoding))
    return caught.value.codes


def faults(read: list[Row]) -> list[tuple[int, str, Code]]:
    """Row, place and code of every fault."""
    return [(row.number, problem.where, problem.code) for row in read for problem in row.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_marked_and_plain_unicode_is_read(encoding: str) -> None:
    """B128: a byte order mark is no part of the first name."""
    assert [{"login": "a", "name": "Ås"}] == [row.form for row in rows("login,name\na,Ås\n".encode(encoding))]


def test_columns_are_called_as_people_write_them() -> None:
    """PV-10: a field's name or label in any case, whatever stands between its words."""
    (row,) = rows("LOGIN;E-Mail;user group;Numeric-ID\na;a@desk.example.com;g-private;7\n")
    assert {"login": "a", "email": "a@desk.example.com", "user_group": "g-private", "numeric_id": "7"} == row.form


@pytest.mark.parametrize("encoding", ["cp1252", "iso-8859-1", "iso-8859-15"])
def test_other_encodings_are_read_when_named_and_never_guessed(encoding: str) -> None:
    """B133: what isn't UTF-8 is refused with its line; named, it is read."""
    data = "login,name\na,Ås\n".encode(encoding)
    assert (Code.CSV_ENCODING,) == refusal(data)
    assert "Ås" == rows(data, encoding=encoding)[0].form["name"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"login\na\0b\n", Code.CSV_ENCODING),
        ("login\na\n".encode("utf-32"), Code.CSV_ENCODING),
        (b"login,name\r\na,A\nb,B\n", Code.CSV_ENCODING),
        (b'login,name\na,"A\nb,B\n', Code.CSV_UNCLOSED_QUOTE),
        (b'login,name\na,"A\nb,B\nc,"C"\n', Code.CSV_UNCLOSED_QUOTE),
        (b"", Code.CSV_NO_HEADER),
        (b"\n \n", Code.CSV_NO_HEADER),
        (b"shoe,size\n1,2\n", Code.CSV_NO_HEADER),
        (b"login,Login\na,b\n", Code.CSV_DUPLICATE_COLUMN),
        (b"login,role,roles\na,b,c\n", Code.CSV_DUPLICATE_COLUMN),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(data: bytes, code: Code) -> None:
    """B130, B133: unclosed quotes, NULs, mixed line ends, and headers that name nothing or one field twice."""
    assert (code,) == refusal(data)


def test_encodings_that_are_not_what_they_are_called() -> None:
    """B133: an unknown name, and UTF-16 without its mark."""
    assert (Code.CSV_UNKNOWN_ENCODING,) == refusal("login\n", encoding="ebcdic")
    assert (Code.CSV_ENCODING,) == refusal("login\n".encode("utf-16-le"), encoding="utf-16")


def test_limits_are_kept() -> None:
    """FF-2: rows, columns, the size of a row, with and without quotes or line ends."""
    assert (Code.ROWS_TOO_MANY,) == refusal("login\na\nb\n", RosterLimits(rows=1))
    assert (Code.FIELD_TOO_MANY,) == refusal("login,name\na\n", RosterLimits(columns=1))
    assert (Code.ROW_TOO_LARGE,) == refusal("login\n" + "a" * 50, RosterLimits(row_characters=20))
    assert (Code.ROW_TOO_LARGE,) == refusal('login\n"' + "a\n" * 50, RosterLimits(row_characters=20))
    assert (Code.ROW_TOO_LARGE,) == refusal("login\n" + "a" * 140_000 + "\n")
    with pytest.raises(MalformedDocument) as caught:
        list(read_json_lines(b"{}\n{}\n", BLUEPRINT, limits=RosterLimits(rows=1)))
    assert (Code.ROWS_TOO_MANY,) == caught.value.codes


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_from_the_header(delimiter: str) -> None:
    """PV-10: whatever stands in the cells below."""
    text = f'login{delimiter}Display name\na{delimiter}"x,y;z|w\tv"\n'
    assert {"login": "a", "display_name": "x,y;z|w\tv"} == rows(text)[0].form


def test_a_spreadsheets_own_word_on_the_delimiter_is_heard() -> None:
    """PV-10: the line `sep=;` is no row."""
    assert [(1 + 1, 3)] == [(row.number, row.line) for row in rows("sep=;\nlogin;name\na;b\n")]


def test_rows_and_lines_are_counted_as_people_do() -> None:
    """PV-10: the header is row 1, empty rows count, cells of several lines are one row."""
    read = rows('login,name\na,"x\ny"\n\n,\nb,z\n')
    assert [(2, 2), (5, 6)] == [(row.number, row.line) for row in read]


def test_ragged_rows_and_nameless_columns_are_told() -> None:
    """PV-10: a row that is too short could clear what it doesn't mean to; empty cells too many do no harm."""
    text = "login,name,\na,b\na,b,,\na,b,,x\na,b,y\n"
    assert [
        (2, "(whole)", Code.ROW_RAGGED),
        (4, "(whole)", Code.ROW_RAGGED),
        (5, "(whole)", Code.CSV_BLANK_COLUMN),
    ] == faults(rows(text))


def test_cells_are_read_by_the_kind_of_their_field() -> None:
    """PV-10: flags, numbers, lists and keys; what can't be read is told at its field."""
    header = "login;two factor;ring_timeout;alternate numbers;contact_details;skills;allowed addresses;Status\n"
    good = 'a;YES;30;"1\\;2; 3";"a=b=c; d=";"s=3; t";all;active\n'
    bad = 'b;perhaps;soon;;"nothing";"s=x; s=1";"a; b";\n'
    twice = 'c;no;;;"a=1; a=2";"s; s";;\n'
    read = list(read_csv((header + good + bad + twice).encode(), FLO))
    form = read[0].form
    assert (True, 30, ["1;2", "3"]) == (form["two_factor"], form["ring_timeout"], form["alternate_numbers"])
    assert ({"a": "b=c", "d": ""}, {"s": 3, "t": None}) == (form["contact_details"], form["skills"])
    assert ("all", "active") == (form["allowed_addresses"], form["status"])
    assert [
        (3, "two_factor", Code.FIELD_WRONG_TYPE),
        (3, "ring_timeout", Code.FIELD_WRONG_TYPE),
        (3, "contact_details", Code.FIELD_WRONG_TYPE),
        (3, "skills", Code.FIELD_WRONG_TYPE),
        (4, "contact_details", Code.FIELD_DUPLICATE),
        (4, "skills", Code.FIELD_DUPLICATE),
    ] == faults(read)


def test_json_lines_are_strict_line_by_line() -> None:
    """B136, B137, B139: keys twice, NaN, endless numbers and broken lines are told at their row."""
    lines = (
        '{"login": "a", "name": "A"}',
        '{"login": "b", "name": "x", "name": "y"}',
        '{"login": "c", "ring_timeout": NaN}',
        '{"login": "d", "ring_timeout": ' + "9" * 5000 + "}",
        '{"login": ',
        "[1]",
        "[" * 30,
        '{"x": 1, "x": 2}',
    )
    read = list(read_json_lines("\n".join(lines).encode(), FLO))
    assert [
        (2, "name", Code.JSON_DUPLICATE_KEY),
        (3, "ring_timeout", Code.JSON_NUMBER),
        (4, "ring_timeout", Code.JSON_NUMBER),
        (5, "(whole)", Code.DOCUMENT_SYNTAX),
        (6, "(whole)", Code.FIELD_WRONG_TYPE),
        (7, "(whole)", Code.DOCUMENT_SYNTAX),
    ] == faults(read)
    assert 5 == read[4].problems[0].parameters["line"]
    assert {"x": None} == read[7].form


def test_an_export_neutralises_formulas() -> None:
    """B131: no cell begins as a formula does, and the very text comes back."""
    tenant = created(a_tenant("puzzel"), a_form("puzzel", name="=1+1"))
    text = "".join(csv_lines(tenant))
    assert "'=1+1" in text
    assert not [cell for line in text.splitlines() for cell in line.split(",") if cell[:1] in tuple("=+-@")]
    plan = plan_users(tenant, read_csv(text.encode(), tenant.blueprint), by=None)
    assert () == plan.accept().edits
    assert "=1+1" == tenant.users[UserId("u-ravi")].name

"""P74, P76: what is exported is read back as it was, and no bytes surprise a reader."""

from __future__ import annotations

import csv
import json
from contextlib import suppress
from io import StringIO

import attrs
from hypothesis import given
from hypothesis import strategies as st

from agentprov.errors import InvalidValue, MalformedDocument
from agentprov.interop.cells import FORMULA, cell_of, cell_value, neutralised, restored
from agentprov.interop.csv_text import DELIMITERS, RosterLimits
from agentprov.interop.rosters import csv_lines, json_lines, read_csv, read_json_lines
from agentprov.model.tenant import Tenant
from agentprov.provisioning import plan_users
from agentprov.provisioning.fields import FIELDS, FieldKind
from agentprov.testing.strategies import tenants
from tests.provisioning.samples import a_tenant

TEXT = st.one_of(
    st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=12),
    st.text(st.sampled_from("=+-@\t\r\n＝＋－＠'\" ;\\,|a"), max_size=8),
)
BLUEPRINT = a_tenant("puzzel").blueprint


@given(text=TEXT)
def test_neutralising_is_taken_back_exactly(text: str) -> None:
    """P74, B131: for all text; and no neutralised cell begins as a formula does."""
    assert text == restored(neutralised(text))
    assert neutralised(text)[:1] not in FORMULA


@given(names=st.lists(TEXT, min_size=1, max_size=4), delimiter=st.sampled_from(DELIMITERS))
def test_every_text_comes_back_from_a_table(names: list[str], delimiter: str) -> None:
    """P74: through cells, quoting, line ends and encodings, with the delimiter found again."""
    out = StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(["login", "name"])
    writer.writerows(["x", cell_of(name)] for name in names)
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        rows = read_csv(out.getvalue().encode(encoding), BLUEPRINT)
        assert names == [row.form["name"] for row in rows]


@given(entries=st.lists(TEXT.filter(bool), max_size=3), keyed=st.dictionaries(TEXT, TEXT, max_size=3))
def test_lists_and_keys_come_back_from_a_cell(entries: list[str], keyed: dict[str, str]) -> None:
    """PV-10: with semicolons, backslashes, equals signs and spaces in them."""
    assert (entries or "") == cell_value(FIELDS["alternate_numbers"], cell_of(entries))
    if keyed and "" not in keyed:
        assert keyed == cell_value(FIELDS["contact_details"], cell_of(keyed))


@given(tenant=tenants())
def test_an_export_read_back_changes_nothing(tenant: Tenant) -> None:
    """PV-10: for every tenant, as CSV and as JSON lines."""
    for rows in (
        read_csv("".join(csv_lines(tenant)).encode(), tenant.blueprint),
        read_json_lines("".join(json_lines(tenant)).encode(), tenant.blueprint),
    ):
        plan = plan_users(tenant, rows, by=None)
        assert [("unchanged",)] * len(tenant.users) == [tuple(row.actions) for row in plan.rows]
        assert () == plan.accept().edits


@given(data=st.one_of(st.binary(max_size=60), TEXT.map(lambda text: f"login,name\n{text}".encode())))
def test_any_bytes_are_rows_or_a_problem(data: bytes) -> None:
    """P76: rows, or one error of the family, whatever the bytes, in either format."""
    for read in (read_csv, read_json_lines):
        try:
            rows = list(read(data, BLUEPRINT, limits=RosterLimits(rows=5, row_characters=40, columns=5)))
        except MalformedDocument as error:
            problems = error.problems
        else:
            assert rows == sorted(rows, key=lambda row: row.number)
            problems = tuple(problem for row in rows for problem in row.problems)
        assert all(problem.message and problem.mend for problem in problems)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=3), inner, max_size=2)),
    max_leaves=4,
)


@given(values=st.lists(JSON, max_size=4))
def test_any_json_is_a_row(values: list[object]) -> None:
    """P76: every line that is JSON, or nearly, is one row."""
    text = "".join(json.dumps(value) + "\n" for value in values)
    assert len(values) == len(list(read_json_lines(text.encode(), BLUEPRINT)))


@given(cell=TEXT, kind=st.sampled_from(sorted(FieldKind)))
def test_any_cell_is_a_value_or_a_problem(cell: str, kind: FieldKind) -> None:
    """P76: for every kind of field."""
    field = attrs.evolve(FIELDS["name"], kind=kind)
    with suppress(InvalidValue):
        cell_value(field, cell)

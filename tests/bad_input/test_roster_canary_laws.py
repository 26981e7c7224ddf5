"""P75: a random text as the password in a file of many users is seen nowhere, at the command line neither (CR-7)."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from agentprov.cli import main
from agentprov.interop.rosters import csv_lines, json_lines, read_csv, read_json_lines
from agentprov.provisioning.bulk import plan_users
from tests.bad_input.running import unseen
from tests.bad_input.showing import of_change, of_value
from tests.bad_input.test_canary_laws import canaries, check
from tests.bad_input.world import a_world
from tests.cli.desk import DESK
from tests.provisioning.samples import ADMIN, AT, LOGGED_OFF, a_form

SPOILT = st.sampled_from(["", "\0", "\udcff", '"', "\r", ",x", "\u200b"])
"""What is put behind the password in one row."""


def tables(canary: str, spoilt: str) -> dict[str, bytes]:
    """Two users, one of them with a fault, in both kinds of file."""
    forms = [
        a_form(login="ravi", password=canary + spoilt),
        a_form(login="mina", password=canary, phone="112", email="m@x.no", windows_login=canary[:0]),
    ]
    names = sorted(forms[0])
    lines = [",".join(names), *(",".join(str(form[name]) for name in names) for form in forms)]
    return {
        "csv": ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape"),
        "jsonl": "".join(json.dumps(form) + "\n" for form in forms).encode(),
    }


@given(canaries(), SPOILT, st.booleans(), st.booleans())
def test_no_plan_shows_a_password(canary: str, spoilt: str, tolerant: bool, csv: bool) -> None:
    """P75, PV-10: rows, plans and changes, whether they go through or not, and what is exported afterwards."""
    tenant = a_world().tenant
    files = tables(canary, spoilt)
    read = read_csv if csv else read_json_lines
    content = files["csv" if csv else "jsonl"]

    def rows() -> object:
        return tuple(read(content, tenant.blueprint))

    def planned() -> object:
        by = plan_users(
            tenant, read(content, tenant.blueprint), by=ADMIN, at=AT, live=LOGGED_OFF, tolerate=2 * tolerant
        )
        unseen(list(of_value(by)), secrets=(canary[:12],))
        change = by.accept()
        unseen(list(of_change(change)), secrets=(canary[:12],))
        after = change.apply(tenant)
        return "".join((*csv_lines(after), *json_lines(after)))

    check(rows, canary)
    check(planned, canary)


@given(canaries(), SPOILT, st.lists(st.sampled_from(["--write", "--tolerate=1", "--format=json"]), unique=True))
def test_the_command_line_shows_no_password_of_a_file(canary: str, spoilt: str, options: list[str]) -> None:
    """P75, CL-1: imported, refused, half good, or no such file."""
    for suffix, content in tables(canary, spoilt).items():
        with TemporaryDirectory() as folder:
            tenant, roster = Path(folder) / "desk.toml", Path(folder) / f"roster.{suffix}"
            tenant.write_text(DESK, encoding="utf-8")
            roster.write_bytes(content)
            out, err = io.StringIO(), io.StringIO()
            with redirect_stdout(out), redirect_stderr(err):
                main(
                    ["import", str(tenant), str(roster), "--ignore=phone", "--ignore=role", "--ignore=status", *options]
                )
            kept = "".join(path.read_text("utf-8") for path in Path(folder).iterdir() if path.suffix == ".toml")
            unseen([out.getvalue(), err.getvalue(), kept], secrets=(canary,))

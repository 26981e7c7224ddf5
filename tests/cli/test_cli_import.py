"""CL-1, PV-10: rosters at the command line: reviewed, applied, undone, exported."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from agentprov.cli.progress import shown_progress
from agentprov.codec import load
from agentprov.model.ids import UserId
from agentprov.provisioning.roster import Stage
from tests.cli.desk import Desk

GOOD = "login,Name,e-mail?,email\nada,Ada Lie,x,ada@desk.example.com\ndag,Dag Moe,y,dag@desk.example.com\n"


def test_a_roster_is_reviewed_and_nothing_is_written(desk: Desk) -> None:
    """PV-10: counts for each action, and every fault with row, column and code."""
    roster = desk.write("r.csv", 'login,name,email\nada,"Ada\nLie",ada@@\nbo,Bo B,bo@desk.example.com\ndag,,\n')
    before = desk.file.read_text(encoding="utf-8")
    ran = desk.run("import", "FILE", roster)
    assert (1, "") == (ran.status, ran.err)
    assert "r.csv: 3 rows\n\n  update  1\n  error   2\n\n3 faults in 2 rows\n" in ran.out
    assert "  2           email   `ada@@` is not an email address  email.invalid\n" in ran.out
    assert "  4 (line 5)  name    a value is required  field.required\n" in ran.out
    assert "not possible: mend the rows, or leave them out with --tolerate 2\n" in ran.out
    assert before == desk.file.read_text(encoding="utf-8")


def test_a_good_roster_is_written_and_can_be_undone(desk: Desk) -> None:
    """PV-9, PV-10: the file as it was stands beside it, under the name of its version."""
    roster = desk.write("r.csv", GOOD)
    before = desk.file.read_text(encoding="utf-8")
    assert 1 == desk.run("import", "FILE", roster).status
    tried = desk.run("import", "FILE", roster, "--ignore", "e-mail?")
    assert "nothing is written; add --write" in tried.out
    ran = desk.run("import", "FILE", roster, "--ignore", "e-mail?", "--write")
    assert 0 == ran.status
    after = load(desk.file)
    assert ("Ada Lie", "dag@desk.example.com") == (
        after.users[UserId("u-ada")].name,
        after.users[UserId("u-dag")].email,
    )
    backup = desk.file.with_name("desk.v1.toml")
    assert f"to undo: put {backup} in the place of" in ran.out
    assert before == backup.read_text(encoding="utf-8")


def test_a_file_that_was_kept_is_never_written_over(desk: Desk) -> None:
    """PV-9: after undoing by hand and another edit, the next import keeps its own copy beside the first."""
    roster = desk.write("r.csv", GOOD)
    first = desk.file.read_text(encoding="utf-8")
    desk.run("import", "FILE", roster, "--ignore", "e-mail?", "--write")
    desk.file.write_text("# by hand\n" + first, encoding="utf-8")
    desk.run("import", "FILE", roster, "--ignore", "e-mail?", "--write")

    kept = {path.name: path.read_text(encoding="utf-8") for path in desk.file.parent.glob("desk.v*")}
    assert {"desk.v1.toml": first, "desk.v1-2.toml": "# by hand\n" + first} == kept


def test_good_rows_go_through_where_faults_are_tolerated(desk: Desk) -> None:
    """B134: as many as said, and no more."""
    roster = desk.write(
        "r.jsonl", '{"login": "ada", "name": "A"}\n{"login": "bo", "name": ""}\n\n{"login": "x", "x": 1, "x": 2}\n'
    )
    assert 1 == desk.run("import", "FILE", roster, "--tolerate", "1").status
    ran = desk.run("import", "FILE", roster, "--tolerate", "2", "--ignore", "x", "--apply", "--format", "json")
    assert ran.data["written"]
    assert (0, {"create": 0, "move": 0, "update": 1, "unchanged": 0, "error": 2}) == (ran.status, ran.data["counts"])
    assert [2, 4] == [row["row"] for row in ran.data["rows"] if row["problems"]]
    assert (
        "possible: 2 faulty rows will be left out"
        in desk.run("import", "FILE", roster, "--tolerate", "2", "--ignore", "x").out
    )


def test_rights_are_asked_of_the_actor(desk: Desk) -> None:
    """PV-2: --by; a lead edits their department and adds nobody."""
    roster = desk.write("r.csv", "login,name\nbo,B\nnew,N\n")
    ran = desk.run("import", "FILE", roster, "--by", "ada")
    assert "  3    -       " in ran.out
    assert "permission.not_granted" in ran.out


def test_moves_assume_that_nobody_is_logged_on(desk: Desk) -> None:
    """PR-7: the fact is said, or taken for granted in so many words."""
    roster = desk.write("r.csv", "login,user group\nbo,g-night\n")
    assert "assumed: nobody is logged on to a queue" in desk.run("import", "FILE", roster).out
    ran = desk.run("import", "FILE", roster, "--logged-on", "u-bo:q-sales")
    assert "user.logged_on_queue" in ran.out


def test_generated_passwords_need_a_place(desk: Desk) -> None:
    """CR-1: they are never printed; the file is for its owner only, and never overwritten."""
    roster = desk.write("r.csv", "login,name,generate password\ndag,Dag,yes\n")
    lost = desk.run("import", "FILE", roster, "--write")
    assert (2, 1) == (lost.status, load(desk.file).version)
    assert "--passwords" in lost.err
    path = desk.folder / "p.csv"
    assert 0 == desk.run("import", "FILE", roster, "--write", "--passwords", str(path)).status
    login, password = path.read_text(encoding="utf-8").splitlines()[1].split(",", 1)
    assert "dag" == login
    assert len(password) >= 15
    assert 0o600 == path.stat().st_mode & 0o777
    again = desk.write("s.csv", "login,generate password\ndag,yes\n")
    assert 2 == desk.run("import", "FILE", again, "--write", "--passwords", str(path)).status


def test_a_typed_password_is_said_to_be_in_no_file(desk: Desk) -> None:
    """CR-1: it is an update all the same, and the host's to keep."""
    ran = desk.run("import", "FILE", desk.write("r.csv", "login,password\nada,purple otter climbs\n"))
    assert "note: passwords in the roster are checked, and never written to a file\n" in ran.out
    assert "nothing becomes different" not in ran.out
    assert "otter" not in ran.out


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("r.csv", 'login,name\na,"x\nb,y\n', "csv.unclosed_quote"),
        ("r.csv", "a,b\n", "csv.no_header"),
        ("r.csv", "", "csv.no_header"),
        ("r.xlsx", "login", "doesn't say what it is"),
    ],
)
def test_an_unreadable_roster_is_told_plainly(desk: Desk, name: str, text: str, said: str) -> None:
    """FF-2: exit status 2, and what to do."""
    ran = desk.run("import", "FILE", desk.write(name, text))
    assert 2 == ran.status
    assert said in ran.out + ran.err


def test_what_is_typed_wrong_is_a_mistake(desk: Desk) -> None:
    """CL-1: a missing roster, a tolerance below nothing, a file that is there already."""
    assert 2 == desk.run("import", "FILE", "nowhere.csv").status
    roster = desk.write("r.csv", "login\nada\n")
    assert 2 == desk.run("import", "FILE", roster, "--tolerate", "-1").status
    assert 2 == desk.run("export", "FILE", "--to", roster).status
    assert 2 == desk.run("export", "FILE", "--to", str(desk.folder / "no" / "r.csv")).status


def test_a_roster_comes_from_the_standard_input(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """CL-1: with --as, because no name says what it is; another encoding is named."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("login;name\nada;Åda\n".encode("cp1252"))))
    ran = desk.run("import", "FILE", "-", "--as", "csv", "--encoding", "cp1252")
    assert "the roster: 1 row\n\n  update  1\n" in ran.out


def test_an_export_read_back_changes_nothing(desk: Desk) -> None:
    """PV-10: in both formats, to a file and to the screen."""
    for name in ("r.csv", "r.jsonl"):
        path = desk.folder / name
        assert f"written: {path}, 3 users" in desk.run("export", "FILE", "--to", str(path)).out
        assert "  unchanged  3\n\nnothing becomes different\n" in desk.run("import", "FILE", str(path)).out
    assert "id,name\nu-ada,Ada Lien\n" in desk.run("export", "FILE", "--field", "name").out
    assert '{"id": "u-bo", "name": "Bo Dahl"}\n' in desk.run("export", "FILE", "--field", "name", "--jsonl").out


def test_letters_that_a_terminal_changes_are_not_shown(desk: Desk) -> None:
    """P74: what is shown could be copied, so it is whole or not at all."""
    text = desk.file.read_text(encoding="utf-8").replace("Ada Lien", "Ada\u00a0Lien")
    desk.file.write_text(text, encoding="utf-8")
    assert 2 == desk.run("export", "FILE").status
    assert 0 == desk.run("export", "FILE", "--to", str(desk.folder / "r.csv")).status


class Terminal(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        """Yes."""
        return True


def test_progress_is_shown_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """PV-10: rich's bar where it is installed, a plain one where it isn't, nothing in a log."""
    with shown_progress(io.StringIO()) as nobody:
        assert nobody is None
    with shown_progress(Terminal()) as tell:
        assert tell is not None
        tell(Stage.READ, 1000, None)
    for name in ("rich", "rich.console", "rich.progress"):
        monkeypatch.setitem(sys.modules, name, None)
    plain = Terminal()
    with shown_progress(plain) as tell:
        assert tell is not None
        tell(Stage.READ, 1000, None)
        tell(Stage.CHECK, 1000, 2000)
    shown = plain.getvalue().split("\r\x1b[K")
    assert ["", "reading 1,000 rows", "checking [############............] 1,000 rows", ""] == shown


def test_the_folder_is_clean_afterwards(desk: Desk) -> None:
    """FF-2: no half-written file is left."""
    desk.run("import", "FILE", desk.write("r.csv", GOOD), "--ignore", "e-mail?", "--write")
    assert {"desk.toml", "desk.v1.toml", "r.csv"} == {path.name for path in Path(desk.folder).iterdir()}

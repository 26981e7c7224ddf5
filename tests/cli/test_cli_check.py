"""`agentprov check`, and what every command does with a file that can't be read (CL-1, FF-1)."""

from __future__ import annotations

import pytest

from tests.cli.desk import DESK, Desk


def test_a_file_in_order_is_fine(desk: Desk) -> None:
    """CL-1: exit status 0, and what was loaded, counted."""
    ran = desk.run("check", "FILE")

    assert (0, "") == (ran.status, ran.err)
    assert ran.out.startswith(f"{desk.file}: fine\n")
    assert "Front Desk (t-desk), version 1, blueprint desk" in ran.out
    assert "3 users, 1 role, 2 user groups, 1 department" in ran.out


def test_every_defect_is_shown_at_once_with_where_what_and_how_to_mend_it(desk: Desk) -> None:
    """FF-1, CL-1: a broken file is exit status 2; each defect has its path, its sentence, its code and a remedy."""
    text = DESK.replace('supervisor = "u-ada"', "").replace(
        'members = ["u-bo", "u-cai"]', 'members = ["u-bo", "u-dag"]'
    )
    broken = desk.write("broken.toml", text.replace('time_zone = "Europe/Oslo"\nregion', 'time_zone = "Oslo"\nregion'))

    ran = desk.run("check", broken)

    assert (2, "") == (ran.status, ran.err)
    assert f"{broken}: 2 defects" in ran.out
    for told in (
        "settings.time_zone",
        "time_zone.unknown",
        "departments.d-sales.members[1]",
        "there is no user `u-dag`",
        "reference.missing",
        "to mend: create that user, or refer to one that exists",
    ):
        assert told in ran.out


def test_defects_are_data_for_programs(desk: Desk) -> None:
    """CL-1: JSON carries code, path, message, remedy and parameters of each defect."""
    broken = desk.write("broken.toml", DESK.replace('"u-bo", "u-cai"', '"u-bo", "u-dag"'))

    ran = desk.run("check", broken, "--format", "json")

    assert (2, 2, []) == (ran.status, ran.data["status"], ran.data["warnings"])
    (defect,) = ran.data["defects"]
    assert ("reference.missing", ["departments", "d-sales", "members", 1]) == (defect["code"], defect["path"])
    assert {"kind": "user", "value": "u-dag"} == defect["parameters"]
    assert {"code", "path", "message", "mend", "parameters"} == defect.keys()


def test_one_fault_at_many_places_is_said_once_with_every_place(desk: Desk) -> None:
    """CL-1: a misspelt reference in two users is one sentence and two paths."""
    broken = desk.write("broken.toml", DESK.replace('user_group = "g-day"', 'user_group = "g-dya"'))

    ran = desk.run("check", broken)

    assert 1 == ran.out.count("there is no user group `g-dya`")
    assert "  users.u-bo.user_group\n  users.u-cai.user_group\n" in ran.out


def test_a_folder_is_no_tenant(desk: Desk) -> None:
    """CL-1: a folder, and a file that isn't there, are told as such, whatever they are called."""
    folder, nothing = desk.run("check", str(desk.file.parent)), desk.run("check", "nothing")

    assert (2, 2) == (folder.status, nothing.status)
    assert "it is a folder" in folder.err
    assert "no such file" in nothing.err


def test_a_required_field_that_is_missing_is_a_warning(desk: Desk) -> None:
    """ID-11: a stored user who lacks a required field loads, and check warns; only --strict makes it a finding."""
    lacking = desk.write("lacking.toml", DESK.replace('name = "Bo Dahl"\n', ""))

    usual, strict = desk.run("check", lacking), desk.run("check", lacking, "--strict", "--format", "json")

    assert (0, 1) == (usual.status, strict.status)
    assert "1 warning" in usual.out
    assert "users.u-bo.name" in usual.out
    assert [["users", "u-bo", "name"]] == [warning["path"] for warning in strict.data["warnings"]]


def test_a_syntax_error_tells_line_and_column(desk: Desk) -> None:
    """FF-1: a text that isn't TOML is a defect with its place, not a traceback."""
    ran = desk.run("check", desk.write("bad.toml", 'id = "t-1"\nname = [\n'))

    assert 2 == ran.status
    assert "document.syntax" in ran.out
    assert "line 3" in ran.out or "line 2" in ran.out


@pytest.mark.parametrize("command", [("resolve", "u-bo"), ("can", "u-bo", "user:edit"), ("open", "h-day")])
def test_another_command_tells_that_the_file_is_broken_and_how_to_see_all(desk: Desk, command: tuple[str, ...]) -> None:
    """CL-1: a broken file is exit status 2 whatever was asked of it; the first defects go to the standard error."""
    text = DESK.replace('"u-bo", "u-cai"', '"u-1", "u-2", "u-3", "u-4"')
    broken = desk.write("broken file.toml", text)

    ran = desk.run(command[0], broken, *command[1:])

    assert (2, "") == (ran.status, ran.out)
    assert "is broken: 4 defects" in ran.err
    assert f"see all of them: agentprov check '{broken}'" in ran.err
    assert "u-3" in ran.err
    assert "u-4" not in ran.err


def test_a_file_that_is_not_there_is_a_plain_error(desk: Desk) -> None:
    """CL-1: no traceback for a wrong path, a folder, or an unknown kind of file; exit status 2."""
    missing = desk.run("check", str(desk.folder / "nowhere.toml"))
    folder = desk.run("resolve", desk.write("x.toml", "")[: -len("x.toml")] + "y.toml/z.toml", "u-bo")
    unknown = desk.run("check", desk.write("desk.txt", DESK))

    assert [2, 2, 2] == [missing.status, folder.status, unknown.status]
    assert "no such file or directory" in missing.err
    assert "error: can't read" in folder.err
    assert "document.unknown_format" in unknown.out

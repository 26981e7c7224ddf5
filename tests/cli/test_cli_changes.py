"""`agentprov move` and `provision`: changes shown before they are written, and written whole (CL-1, PV-2, PR-8)."""

from __future__ import annotations

import io
import json
import sys

import pytest

from agentprov.codec import load
from tests.cli.desk import DESK, FORM, Desk

# ---- move -----------------------------------------------------------------------------------------------------------


def test_a_move_is_shown_and_nothing_is_written(desk: Desk) -> None:
    """PR-7, PR-8: Bo's own wrap-up time stays, the inherited ring timeout falls back to the default."""
    ran = desk.run("move", "FILE", "u-bo", "g-night")

    assert 0 == ran.status
    assert "move Bo Dahl (u-bo): Day (g-day) -> Night (g-night)" in ran.out
    assert "20 s" in ran.out
    assert "Wrap-up" not in ran.out
    assert "nothing is written" in ran.out
    assert DESK == desk.file.read_text(encoding="utf-8")


def test_without_facts_the_assumption_is_stated(desk: Desk) -> None:
    """LC-2: who is logged on only the host knows; what is assumed instead is said."""
    assert "assumed: nobody is logged on to a queue" in desk.run("move", "FILE", "u-bo", "g-night").out
    assert "assumed: nobody" not in desk.run("move", "FILE", "u-bo", "g-night", "--logged-on", "u-cai:q-sales").out


def test_a_user_who_is_logged_on_is_not_moved(desk: Desk) -> None:
    """PR-7: refused with the guard's reason, status 1, and the file stays as it is even with --write."""
    ran = desk.run("move", "FILE", "u-bo", "g-night", "--logged-on", "u-bo:q-sales", "--write")

    assert (1, "") == (ran.status, ran.out)
    assert "`u-bo` is logged on to q-sales" in ran.err
    assert "user.logged_on_queue" in ran.err
    assert DESK == desk.file.read_text(encoding="utf-8")


def test_a_written_move_is_in_the_file(desk: Desk) -> None:
    """CL-1: with --write the next version replaces the file, and the loss of comments is told."""
    before = load(desk.file)

    ran = desk.run("move", "FILE", "u-bo", "g-night", "--write")

    after = load(desk.file)
    assert 0 == ran.status
    assert ("g-night", before.version + 1) == (after.users[before.users["u-bo"].id].user_group, after.version)  # type: ignore[index]
    assert "comments" in ran.out
    assert [desk.file] == list(desk.folder.iterdir())


def test_a_refused_actor_moves_nobody(desk: Desk) -> None:
    """AC-5: with --by the actor's rights are asked: Bo may edit nobody; Ada may edit Bo."""
    refused, allowed = (
        desk.run("move", "FILE", "u-bo", "g-night", "--by", by, "--format", "json") for by in ("u-bo", "u-ada")
    )

    assert [1, 0] == [refused.status, allowed.status]
    assert ["permission.not_granted"] == [each["code"] for each in refused.data["error"]["problems"]]
    assert ("g-day", "g-night", False) == (allowed.data["from"], allowed.data["to"], allowed.data["written"])
    assert ["ring_timeout"] == allowed.data["changes"]["properties"]


def test_a_move_to_where_they_are_changes_nothing(desk: Desk) -> None:
    """PR-7: said so, and the file isn't written."""
    ran = desk.run("move", "FILE", "u-bo", "g-day", "--write")

    assert (0, "Bo Dahl (u-bo) is there already: nothing changes\n") == (ran.status, ran.out)
    assert DESK == desk.file.read_text(encoding="utf-8")


def test_a_user_can_leave_every_group(desk: Desk) -> None:
    """PR-7: `none` stands for no group."""
    assert None is desk.run("move", "FILE", "u-bo", "none", "--format", "json").data["to"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("u-bo", "g-dya"), "there is no user group `g-dya`"),
        (("u-bo", "g-night", "--by", "u-x"), "there is no user `u-x`"),
        (("u-bo", "g-night", "--logged-on", "u-bo"), "write USER:QUEUE"),
        (("u-bo", "g-night", "--logged-on", "u-bo:q-x"), "there is no queue `q-x`"),
    ],
)
def test_wrong_arguments_of_a_move_are_mistakes(desk: Desk, arguments: tuple[str, ...], message: str) -> None:
    """CL-1: status 2."""
    ran = desk.run("move", "FILE", *arguments)

    assert 2 == ran.status
    assert message in ran.err


def test_a_file_that_can_not_be_written_is_a_plain_error(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """CL-1: without the library that writes TOML, the missing extra is named and the file stays as it is."""
    monkeypatch.setitem(sys.modules, "tomli_w", None)

    ran = desk.run("move", "FILE", "u-bo", "g-night", "--write")

    assert (2, "") == (ran.status, ran.out)
    assert "extra.missing" in ran.err
    assert DESK == desk.file.read_text(encoding="utf-8")


# ---- provision ------------------------------------------------------------------------------------------------------


def test_a_new_user_is_shown_in_words_and_as_data(desk: Desk) -> None:
    """PV-2, PV-9: the change can be looked at before it is written."""
    form = desk.write("form.json", json.dumps(FORM))

    ran, data = desk.run("provision", "FILE", form), desk.run("provision", "FILE", form, "--format", "json").data

    assert 0 == ran.status
    assert "new user Dag Moe (u-dag)" in ran.out
    assert "joins department Sales (d-sales), as the last of 3 members" in ran.out
    assert ("u-dag", "dag@desk.example.com", False) == (data["user"], data["fields"]["email"], data["written"])
    assert DESK == desk.file.read_text(encoding="utf-8")


def test_a_form_in_toml_and_on_the_standard_input(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """CL-1: FORM is JSON or TOML, in a file or typed in; all say the same."""
    toml = "\n".join(f'{name} = "{value}"' for name, value in FORM.items())
    forms = [desk.write("form.toml", toml), desk.write("form.json", json.dumps(FORM)), "-", "-"]
    typed = iter([toml, json.dumps(FORM)])
    fields = []
    for form in forms:
        if form == "-":
            monkeypatch.setattr(sys, "stdin", io.StringIO(next(typed)))
        fields.append(desk.run("provision", "FILE", form, "--format", "json").data["fields"])

    assert [fields[0]] * 4 == fields


def test_every_violation_of_a_form_is_shown_at_once(desk: Desk) -> None:
    """PV-2: a taken login, a wrong address, an unknown department and an unknown field: status 1, all four."""
    form = desk.write(
        "form.json", json.dumps({"login": "bo", "email": "x", "name": "X", "home_department": "d-x", "nmae": "X"})
    )

    command = ("provision", "FILE", form, "--id", "u-new")

    ran, data = desk.run(*command), desk.run(*command, "--format", "json").data

    assert 1 == ran.status
    assert {"login.taken", "email.invalid", "reference.missing", "field.unknown"} == {
        each["code"] for each in data["violations"]
    }
    assert all(each["message"] in ran.out and each["mend"] in ran.out for each in data["violations"])


def test_a_written_user_is_in_the_file_without_a_password(desk: Desk) -> None:
    """PV-9, CR-7: the user is stored; the password, in the form or generated, is not."""
    form = desk.write("form.json", json.dumps({**FORM, "password": "correct horse battery staple"}))

    ran = desk.run("provision", "FILE", form, "--write")

    assert 0 == ran.status
    assert "dag" in [user.login for user in load(desk.file).users.values()]
    assert "correct horse" not in desk.file.read_text(encoding="utf-8") + ran.out + ran.err
    assert "password: the one in the form; it is checked, and never written to a file" in ran.out


def test_a_generated_password_is_never_put_into_a_pipe_unasked(desk: Desk) -> None:
    """CR-1, PV-9: shown once, on a terminal or where it was asked for; otherwise the user isn't written at all."""
    form = desk.write("form.json", json.dumps({**FORM, "generate_password": True}))

    preview, refused = desk.run("provision", "FILE", form), desk.run("provision", "FILE", form, "--write")
    as_data = desk.run("provision", "FILE", form, "--write", "--format", "json")
    assert (0, 2, 2) == (preview.status, refused.status, as_data.status)
    assert "made and shown once with --write" in preview.out
    assert "would be lost" in refused.err
    assert DESK == desk.file.read_text(encoding="utf-8")

    shown = desk.run("provision", "FILE", form, "--write", "--format", "json", "--show-secrets")
    assert 0 == shown.status
    assert len(shown.data["password"]) >= 15
    assert shown.data["password"] not in desk.file.read_text(encoding="utf-8")


def test_a_generated_password_is_shown_once_on_a_terminal(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """CR-1: on a terminal the password that goes with the stored user is shown, in plain sight, once."""
    form = desk.write("form.json", json.dumps({**FORM, "generate_password": True}))
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda _: True)

    ran = desk.run("provision", "FILE", form, "--write", "--color", "never")

    (line,) = [line for line in ran.out.splitlines() if line.startswith("password")]
    assert line.startswith("password, shown this once: ")
    assert len(line.removeprefix("password, shown this once: ")) >= 15


def test_who_may_not_add_users_is_refused_first_and_alone(desk: Desk) -> None:
    """PV-2: a refusal for want of permission comes first and alone, with status 1."""
    form = desk.write("form.json", json.dumps(FORM))

    ran = desk.run("provision", "FILE", form, "--by", "u-bo", "--format", "json")

    assert 1 == ran.status
    assert ["permission.not_granted"] == [each["code"] for each in ran.data["error"]["problems"]]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("form.json", "{", "is not JSON: expecting property name enclosed in double quotes at line 1, column 2"),
        ("form.json", "[]", "holds no fields"),
        ("form.json", '{"name": "A", "name": "B"}', "the field `name` is given twice"),
        ("form.json", "[" * 100_000, "is not JSON"),
        ("form.toml", "name = ", "is not TOML"),
        ("form.toml", "x" * 1_000_001, "too long for a form"),
    ],
)
def test_a_form_that_can_not_be_read_is_a_mistake(desk: Desk, name: str, text: str, message: str) -> None:
    """CL-1: status 2, told in words."""
    ran = desk.run("provision", "FILE", desk.write(name, text))

    assert (2, "") == (ran.status, ran.out)
    assert message in ran.err


def test_a_form_that_is_not_there_or_no_text_is_a_mistake(desk: Desk) -> None:
    """CL-1: status 2."""
    (desk.folder / "latin.json").write_bytes(b'{"name": "\xe9"}')

    missing = desk.run("provision", "FILE", str(desk.folder / "none.json"))
    latin = desk.run("provision", "FILE", str(desk.folder / "latin.json"))

    assert [2, 2] == [missing.status, latin.status]
    assert "no such file or directory" in missing.err
    assert "not text in UTF-8" in latin.err

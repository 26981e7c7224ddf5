"""`agentprov referrers`, `delete` and `status`: who refers, what goes, and accounts closed (CL-1, LC-1 to LC-3)."""

from __future__ import annotations

import pytest

from agentprov.codec import load
from agentprov.model.ids import UserId
from agentprov.model.references import Kind
from agentprov.model.users import Status
from tests.cli.desk import DESK, Desk

BO = UserId("u-bo")


def unchanged(desk: Desk) -> bool:
    """Whether the file is as it was."""
    return desk.file.read_text(encoding="utf-8") == DESK


# ---- referrers -------------------------------------------------------------------------------------------------------


def test_who_refers_is_listed_with_fields(desk: Desk) -> None:
    """LC-3: a line for each reference, as what, and who holds it."""
    ran = desk.run("referrers", "FILE", "u-bo")
    assert 0 == ran.status
    assert "2 references to the user Bo Dahl (u-bo), from 2 holders" in ran.out
    assert "departments.d-sales.members[0]  member       department d-sales" in ran.out
    assert "numbers.n-bo.to.user            destination  number n-bo" in ran.out


@pytest.mark.parametrize("text", ["department:d-sales", "departments:d-sales"])
def test_every_kind_can_be_asked_about(desk: Desk, text: str) -> None:
    """LC-3: by the kind's noun or its key in the file; JSON has the path in pieces."""
    data = desk.run("referrers", "FILE", text, "--format", "json").data
    assert ("departments", "d-sales") == (data["kind"], data["id"])
    assert ["ivrs", "i-main", "options", 0, "to", "department"] == data["referrers"][-1]["path"]
    assert {"users", "ivrs"} == {each["kind"] for each in data["referrers"]}


def test_nothing_refers(desk: Desk) -> None:
    """LC-3: said so."""
    assert "nothing refers to the user group Night (g-night)" in desk.run("referrers", "FILE", "user-group:g-night").out


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("departmint:d-sales", "did you mean `department`?"),
        ("x:y", "`x` is no kind of object"),
        ("department:d-none", "there is no department `d-none`"),
        ("user:u-none", "there is no user `u-none`"),
        ("u-none", "there is no user `u-none`"),
    ],
)
def test_what_is_typed_wrong(desk: Desk, text: str, told: str) -> None:
    """CL-1: a mistake of the command line, with what was perhaps meant."""
    ran = desk.run("referrers", "FILE", text)
    assert 2 == ran.status
    assert told in ran.err


# ---- delete ----------------------------------------------------------------------------------------------------------


def test_who_is_referred_to_is_not_deleted(desk: Desk) -> None:
    """LC-3: refused, and who refers is shown."""
    ran = desk.run("delete", "FILE", "u-bo", "--write")
    assert 1 == ran.status
    assert "refused: delete user Bo Dahl (u-bo)" in ran.out
    assert "- numbers.n-bo.to.user (destination)" in ran.out
    assert unchanged(desk)
    data = desk.run("delete", "FILE", "u-bo", "--format", "json").data
    assert ["reference.in_use"] == [each["code"] for each in data["error"]["problems"]]
    assert ["departments.d-sales.members[0]", "numbers.n-bo.to.user"] == [each["where"] for each in data["referrers"]]


def test_what_would_break_is_refused(desk: Desk) -> None:
    """LC-3: a number must lead somewhere."""
    ran = desk.run("delete", "FILE", "bo", "--detach")
    assert (1, True) == (ran.status, "numbers.n-bo.to" in ran.out)


def test_shown_confirmed_and_written(desk: Desk) -> None:
    """LC-2, LC-3: without --write the digest is shown; with it nothing goes without the digest."""
    shown = desk.run("delete", "FILE", "u-bo", "--replace-by", "u-cai")
    assert 0 == shown.status
    assert "- remove user u-bo (bo, Bo Dahl)" in shown.out
    assert "- number n-bo: to.user u-bo -> u-cai" in shown.out
    digest = shown.out.partition("--confirm ")[2].split()[0]

    unconfirmed = desk.run("delete", "FILE", "u-bo", "--replace-by", "u-cai", "--write")
    assert (1, True) == (unconfirmed.status, f"confirm `{digest}`" in unconfirmed.out)
    void = desk.run("delete", "FILE", "u-bo", "--replace-by", "u-ada", "--write", "--confirm", digest)
    assert (1, True) == (void.status, "confirmation.void" in void.out)
    assert unchanged(desk)

    done = desk.run(
        "delete", "FILE", "u-bo", "--replace-by", "u-cai", "--write", "--confirm", digest, "--format", "json"
    )
    assert (0, True, 2, digest) == (
        done.status,
        done.data["written"],
        done.data["version"],
        done.data["confirmation"],
    )
    assert ["user.deleted", "sessions.revoke"] == [each["kind"] for each in done.data["events"]][-2:]
    after = load(desk.file)
    assert BO not in after.users
    assert ("u-cai",) == after.table(Kind.DEPARTMENTS)["d-sales"].members  # type: ignore[union-attr]


def test_what_nobody_refers_to_needs_no_confirmation(desk: Desk) -> None:
    """LC-2: one object, plainly."""
    ran = desk.run("delete", "FILE", "user_group:g-night", "--write")
    assert (0, False) == (ran.status, "--confirm" in ran.out)
    assert "g-night" not in load(desk.file).table(Kind.USER_GROUPS)


def test_several_go_together_and_are_of_one_kind(desk: Desk) -> None:
    """LC-2: all or nothing; of several kinds nothing is done."""
    mixed = desk.run("delete", "FILE", "u-bo", "department:d-sales")
    assert (2, True) == (mixed.status, "of several kinds: user, department" in mixed.err)
    ran = desk.run("delete", "FILE", "u-ada", "u-cai", "--detach")
    assert 0 == ran.status
    assert "delete user Ada Lien (u-ada), user Cai Holm (u-cai)" in ran.out


def test_hours_that_go_are_warned_of(desk: Desk) -> None:
    """LC-3: a detached time group leaves Bo reachable at all times."""
    ran = desk.run("delete", "FILE", "time_group:h-day", "--detach")
    assert (0, True) == (ran.status, "hours.none_left" in ran.out)


def test_the_guards_hold(desk: Desk) -> None:
    """LC-2, AC-4: logged on to a queue; an actor without the right."""
    on = desk.run("delete", "FILE", "u-ada", "--logged-on", "u-ada:q-sales")
    assert (1, True) == (on.status, "user.logged_on_queue" in on.out)
    by = desk.run("delete", "FILE", "u-ada", "--by", "u-bo")
    assert (1, True) == (by.status, "permission.not_granted" in by.err)


# ---- status ----------------------------------------------------------------------------------------------------------


def test_closed_and_back(desk: Desk) -> None:
    """LC-1: shown, then written, then back; what is so already is said."""
    shown = desk.run("status", "FILE", "u-bo", "disable")
    assert (0, True) == (shown.status, "- user u-bo: status active -> disabled" in shown.out)
    assert unchanged(desk)
    assert 0 == desk.run("status", "FILE", "u-bo", "cai", "deactivate", "--write").status
    assert {Status.DEACTIVATED} == {load(desk.file).users[each].status for each in (BO, UserId("u-cai"))}
    again = desk.run("status", "FILE", "u-bo", "deactivate", "--write")
    assert (0, True) == (again.status, "nothing changes" in again.out)
    wrong = desk.run("status", "FILE", "u-bo", "enable")
    assert (1, True) == (wrong.status, "reactivate them instead" in wrong.err)
    back = desk.run("status", "FILE", "u-bo", "reactivate", "--write", "--format", "json").data
    assert (["u-bo"], "reactivate", True) == (back["users"], back["operation"], back["written"])
    assert ["user.reactivated", "user.told"] == [each["kind"] for each in back["events"]]


def test_a_queue_is_named(desk: Desk) -> None:
    """LC-1: closed all the same, with a warning."""
    ran = desk.run("status", "FILE", "u-bo", "block", "--logged-on", "u-bo:q-sales", "--by", "u-ada")
    assert (0, True) == (ran.status, "user.still_logged_on" in ran.out)

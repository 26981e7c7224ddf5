"""`agentprov can`, `resolve` and `open`: questions that change nothing (CL-1)."""

from __future__ import annotations

import pytest

from tests.cli.desk import DESK, Desk

# ---- can ------------------------------------------------------------------------------------------------------------


def test_yes_is_status_0_with_the_grant_as_reason(desk: Desk) -> None:
    """AC-3, AC-7: Ada's role lets her edit users of her home department, and Bo is one."""
    ran = desk.run("can", "FILE", "u-ada", "user:edit", "--on", "u-bo")

    assert (0, "") == (ran.status, ran.err)
    assert ran.out.startswith("yes: Ada Lien (u-ada) may edit Bo Dahl (u-bo)")
    assert "role Lead, within their own department" in ran.out


def test_no_is_status_1_with_what_was_missing(desk: Desk) -> None:
    """AC-2, AC-7: nothing grants Bo anything; Ada isn't granted it for Cai, who has no home department."""
    nothing, elsewhere = (
        desk.run("can", "FILE", "u-bo", "user:edit"),
        desk.run("can", "FILE", "ada", "user:edit", "--on", "cai"),
    )

    assert [1, 1] == [nothing.status, elsewhere.status]
    assert nothing.out.startswith("no: Bo Dahl (u-bo) may not edit throughout the tenant")
    assert elsewhere.out.startswith("no: Ada Lien (u-ada) may not edit Cai Holm (u-cai)")
    assert "role Lead" in elsewhere.out


def test_the_answer_about_access_is_data_for_programs(desk: Desk) -> None:
    """CL-1: question, answer, reasons as data and as words."""
    ran = desk.run("can", "FILE", "u-ada", "user:edit", "--on", "u-bo", "--format", "json")

    data = ran.data
    assert ("u-ada", "user:edit", True, 0) == (data["user"], data["permission"], data["allowed"], data["status"])
    assert {"kind": "user", "id": "u-bo"} == data["on"]
    assert [("granted", ["home-department"])] == [(each["reason"], each["satisfied"]) for each in data["reasons"]]


@pytest.mark.parametrize(
    ("on", "kind", "id_"),
    [
        ("number:n-bo", "number", "n-bo"),
        ("number:22222223", "number", "n-bo"),
        ("department:d-sales", "department", "d-sales"),
        ("user:bo", "user", "u-bo"),
        ("queue:q-sales", "queue", "q-sales"),
    ],
)
def test_an_object_is_named_by_its_kind_and_id(desk: Desk, on: str, kind: str, id_: str) -> None:
    """CL-1: a number may be given as it is dialled, a user by login."""
    assert {"kind": kind, "id": id_} == desk.run(
        "can", "FILE", "u-ada", "user:view", "--on", on, "--format", "json"
    ).data["on"]


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (("u-boo", "user:edit"), "there is no user `u-boo`", "did you mean `u-bo`?"),
        (("U-BO", "user:edit"), "there is no user `U-BO`", "did you mean `u-bo`?"),
        (("Bo Dal", "user:edit"), "there is no user `Bo Dal`", "`u-bo`"),
        (("u-bo", "user:edt"), "there is no permission `user:edt`", "did you mean `user:edit`"),
        (("u-bo", "zzz"), "there is no permission `zzz`", "the catalogue has: user (view, add, edit), number (view)"),
        (("u-bo", "user:*"), "`user:*` can be granted, not asked for", "user:view, user:add, user:edit"),
        (("u-bo", "user:edit", "--on", "number:n-boo"), "there is no number `n-boo`", "did you mean `n-bo`?"),
        (
            ("u-bo", "user:edit", "--on", "number:"),
            "there is no number ``",
            "there are: n-main (+4722222222), n-bo (+4722222223)",
        ),
        (("u-bo", "user:edit", "--on", "room:1"), "`room` is no kind of object", "KIND:ID"),
        (("u-bo", "user:edit", "--on", "nmber:n-bo"), "`nmber` is no kind of object", "did you mean `number:n-bo`?"),
        (("u-bo", "user:edit", "--on", "n-bo"), "there is no user `n-bo`", "did you mean `number:n-bo`?"),
        (("u-bo", "user:edit", "--on", "g-day"), "there is no user `g-day`", "did you mean `user-group:g-day`?"),
        (("Ada Lien", "user:edit"), "there is no user `Ada Lien`", "did you mean `u-ada`?"),
        (("u-bo", "user:edit", "--on", "department:x"), "there is no department `x`", "there are: d-sales"),
        (("u-bo", "user:edit", "--on", "skill:x"), "there is no skill `x`", "the tenant has no skill at all"),
    ],
)
def test_an_unknown_id_is_status_2_and_the_nearest_are_named(
    desk: Desk, arguments: tuple[str, ...], message: str, hint: str
) -> None:
    """CL-1, AC-1: a slip of the pen is told apart from a no."""
    ran = desk.run("can", "FILE", *arguments)

    assert (2, "") == (ran.status, ran.out)
    assert message in ran.err
    assert hint in ran.err


# ---- resolve --------------------------------------------------------------------------------------------------------


def test_a_property_is_shown_with_its_source_and_what_it_shadows(desk: Desk) -> None:
    """PR-3: Bo's 60 s hide the group's 30 s, which hide the default of 15 s."""
    ran = desk.run("resolve", "FILE", "u-bo", "wrap_up.phone", "--format", "json")

    assert (0, 60, "s") == (ran.status, ran.data["value"], ran.data["unit"])
    assert {"level": "user", "id": "u-bo"} == ran.data["source"]
    assert [(30, "user-group", "g-day"), (15, "definition", None)] == [
        (each["value"], each["source"]["level"], each["source"]["id"]) for each in ran.data["shadowed"]
    ]


def test_all_properties_of_a_user_are_a_table(desk: Desk) -> None:
    """PR-3, CL-1: one row for each property: value with unit, source, what it shadows."""
    ran = desk.run("resolve", "FILE", "u-bo")
    rows = {line.split()[0]: line.split() for line in ran.out.splitlines()[2:]}

    assert 0 == ran.status
    assert ["wrap_up.phone", "60", "s", "set", "on", "the", "user", "30", "s"] == rows["wrap_up.phone"][:9]
    assert ["ring_timeout", "20", "s", "user", "group", "Day", "(g-day)", "30", "s", "(default)"] == rows[
        "ring_timeout"
    ]
    assert ["language", "en", "default"] == rows["language"]


def test_the_column_of_shadowed_values_is_there_only_when_needed(desk: Desk) -> None:
    """CL-1: a user without values and group has defaults only, and nothing is shadowed."""
    assert "instead of" in desk.run("resolve", "FILE", "u-bo").out
    assert "instead of" not in desk.run("resolve", "FILE", "u-ada").out


def test_an_unknown_property_is_a_mistake(desk: Desk) -> None:
    """CL-1: status 2, and the nearest name."""
    ran = desk.run("resolve", "FILE", "u-bo", "wrapup.phone")

    assert 2 == ran.status
    assert "did you mean `wrap_up.phone`" in ran.err


# ---- open -----------------------------------------------------------------------------------------------------------


def test_open_tells_why_and_until_when(desk: Desk) -> None:
    """HR-5, HR-6: on Monday at 10 the weekly hours open until 17, and then not before Monday, for Tuesday is owned."""
    ran = desk.run("open", "FILE", "h-day", "--at", "2026-11-23 10:00")

    assert 0 == ran.status
    assert "Day hours (h-day) is open" in ran.out
    assert "read on the wall clock of Europe/Oslo" in ran.out
    rows = {line[:15].strip(): line for line in ran.out.splitlines()}
    assert "weekly hours" in rows["because"]
    assert "Mon 2026-11-23 17:00 +01:00" in rows["until"]
    assert "in 7 h" in rows["until"]
    assert "Mon 2026-11-30 09:00 +01:00" in rows["opens again"]


def test_closed_is_status_1_and_the_layers_that_lost_are_named(desk: Desk) -> None:
    """HR-3, HR-5: the exception owns Tuesday, so the weekly hours lose."""
    ran = desk.run("open", "FILE", "h-day", "--at", "2026-11-24T09:30Z", "--format", "json")

    assert 1 == ran.status
    assert (False, "exception", "Stocktaking") == (
        ran.data["open"],
        ran.data["because"]["layer"],
        ran.data["because"]["name"],
    )
    assert ["weekly"] == [each["layer"] for each in ran.data["losers"]]
    assert ("2026-11-24T10:30:00+01:00", "2026-11-30T09:00:00+01:00") == (ran.data["at"], ran.data["until"])


def test_what_was_set_by_hand_is_told_with_who_and_why(desk: Desk) -> None:
    """HR-4: the override's actor and reason are in the answer."""
    by_hand = (
        'override = { state = "closed", actor = "u-ada", reason = "fire drill", set_at = "2026-11-23T09:00:00Z", '
        'until = "2026-11-23T10:00:00Z" }\n[time_groups.h-late]\nname = "Late"\ntime_zone = "Europe/Oslo"\n'
    )
    drill = desk.write("drill.toml", DESK + by_hand)

    ran = desk.run("open", drill, "h-day", "--at", "2026-11-23 10:30")
    never = desk.run("open", drill, "h-late", "--at", "2026-11-23 10:30")

    assert "set by hand by Ada Lien (u-ada) (fire drill)" in ran.out
    assert ["which beats weekly hours: open"] == [
        " ".join(line.split()) for line in ran.out.splitlines() if "beats" in line
    ]
    assert 1 == never.status
    assert "no change is in sight" in never.out


def test_an_emergency_is_told_with_whose_it_is(desk: Desk) -> None:
    """HR-4, HR-5: the tenant's emergency beats everything, until it is revoked."""
    text = DESK.replace('region = "NO"\n', 'region = "NO"\nemergency = { reason = "flood" }\n')

    ran = desk.run("open", desk.write("flood.toml", text), "h-day", "--at", "2026-11-23 10:30")

    assert 1 == ran.status
    assert "emergency of the whole tenant (flood), until it is revoked" in ran.out
    assert "weekly hours: open" in ran.out


def test_a_time_that_a_clock_change_skips_is_refused(desk: Desk) -> None:
    """HR-2: 02:30 on 29 March 2026 doesn't exist in Oslo; status 2, nothing guessed."""
    ran = desk.run("open", "FILE", "h-day", "--at", "2026-03-29 02:30")

    assert (2, "") == (ran.status, ran.out)
    assert "doesn't exist in Europe/Oslo" in ran.err


def test_an_unknown_time_group_is_a_mistake(desk: Desk) -> None:
    """CL-1: status 2, and the nearest id."""
    ran = desk.run("open", "FILE", "h-dya", "--at", "2026-11-23 10:00")

    assert 2 == ran.status
    assert "did you mean `h-day`?" in ran.err

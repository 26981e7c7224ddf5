"""`agentprov set`, and what `resolve`, `check` and `move` tell of locks and bounds (PR-3, PR-4, PR-8, CL-1)."""

from __future__ import annotations

import json

import pytest

from agentprov.codec import load
from agentprov.model.limits import Among, PropertyLimit, Range
from agentprov.model.properties import NONE, PropertyName
from tests.cli.desk import DESK, Desk

WRAP_UP = PropertyName("wrap_up.phone")


def test_a_groups_value_is_shown_with_whom_it_concerns(desk: Desk) -> None:
    """PR-8: how many inherit it, and from what to what; nothing is written without being asked to."""
    ran = desk.run("set", "FILE", "ring_timeout", "33", "--group", "g-day")

    assert 0 == ran.status
    assert "concerns 2 users" in ran.out
    assert "-> 33 s (user group Day (g-day))" in ran.out
    assert "nothing is written" in ran.out
    assert DESK == desk.file.read_text(encoding="utf-8")


def test_a_written_value_is_in_the_file(desk: Desk) -> None:
    """CL-1: with --write the next version replaces the file; taken away, everything is as before."""
    before = load(desk.file)
    assert 0 == desk.run("set", "FILE", "wrap_up.phone", "33", "--write").status
    assert 33 == load(desk.file).properties[WRAP_UP]
    assert 0 == desk.run("set", "FILE", "wrap_up.phone", "--reset", "--write").status
    assert (before.properties, before.version + 2) == (load(desk.file).properties, load(desk.file).version)


def test_a_users_own_value_is_previewed(desk: Desk) -> None:
    """PR-8: of one user the whole preview; Bo has 60 seconds of their own."""
    ran = desk.run("set", "FILE", "wrap_up.phone", "5", "--user", "bo")
    assert "Wrap-up time after a call: 60 s (their own) -> 5 s (their own)" in ran.out
    again = desk.run("set", "FILE", "wrap_up.phone", "60", "--user", "bo")
    assert "nothing changes" in again.out


def test_a_lock_is_counted_told_and_kept(desk: Desk) -> None:
    """PR-4: Bo's own value falls asleep; then resolve, check and move tell of it, and wake it again."""
    locked = desk.run("set", "FILE", "wrap_up.phone", "--lock", "--write")
    assert "their own falls asleep" in locked.out
    assert "property.puts_to_sleep" in locked.out
    resolved = desk.run("resolve", "FILE", "bo", "wrap_up.phone")
    assert "asleep     60 s  set on the user, locked by tenant" in resolved.out
    assert "locked by  tenant" in resolved.out
    assert "60 s (set on the user; locked by tenant)" in desk.run("resolve", "FILE", "bo").out
    checked = desk.run("check", "FILE")
    assert "property.sleeps_locked" in checked.out
    refused = desk.run("set", "FILE", "wrap_up.phone", "5", "--user", "bo")
    assert (1, True) == (refused.status, "property.locked" in refused.err)
    unlocked = desk.run("set", "FILE", "wrap_up.phone", "--unlock", "--write")
    assert "their own wakes" in unlocked.out
    assert "asleep" not in desk.run("resolve", "FILE", "bo").out


def test_a_bound_is_told_with_its_values(desk: Desk) -> None:
    """PR-4: from 0 to 30 seconds; Bo's 60 are outside; a group that nobody is in concerns nobody."""
    desk.run("set", "FILE", "wrap_up.phone", "--within", "0:30", "--or-none", "--write")
    assert PropertyLimit(bound=Range(low=0, high=30, or_none=True)) == load(desk.file).property_limits[WRAP_UP]
    resolved = desk.run("resolve", "FILE", "bo", "wrap_up.phone")
    assert "asleep      60 s  set on the user, outside 0 to 30 s or none of tenant" in resolved.out
    assert "within      0 to 30 s or none  tenant" in resolved.out
    data = json.loads(desk.run("resolve", "FILE", "bo", "wrap_up.phone", "--format", "json").out)
    assert [{"value": 60, "why": "out-of-bounds"}] == [
        {key: each[key] for key in ("value", "why")} for each in data["sleeping"]
    ]
    assert (None, ["0 to 30 s or none"]) == (data["locked_by"], [each["bound"] for each in data["bounds"]])
    desk.run("set", "FILE", "wrap_up.phone", "--unbound", "--write")
    assert {} == dict(load(desk.file).property_limits)


def test_the_answer_as_data(desk: Desk) -> None:
    """CL-1: the level, the counts, group by group before and after, in one JSON object."""
    data = json.loads(desk.run("set", "FILE", "wrap_up.phone", "--lock", "--group", "g-day", "--format", "json").out)
    assert ("user-group", "g-day", False) == (data["level"], data["id"], data["written"])
    assert {"concerned": 1, "woken": 0, "put_to_sleep": 1} == data["users"]
    (effect,) = data["effects"]
    assert ("g-day", 60, True, 1, 60) == (
        effect["group"],
        effect["own"],
        effect["has_own"],
        effect["users"],
        effect["before"]["value"],
    )
    own = json.loads(desk.run("set", "FILE", "wrap_up.phone", "5", "--user", "bo", "--format", "json").out)
    assert ("user", "u-bo", None, []) == (own["level"], own["id"], own["users"], own["effects"])


def test_values_of_every_kind_are_typed(desk: Desk) -> None:
    """PR-1: numbers, texts, sets of ids, an explicit none; a list of what is allowed."""
    typed = {"resource_filter": "q-1, q-2", "language": "nb-NO", "pause.longest": "none"}
    for name, value in typed.items():
        assert 0 == desk.run("set", "FILE", name, value, "--write").status
    expected = [frozenset({"q-1", "q-2"}), "nb-NO", NONE]
    assert expected == [load(desk.file).properties[PropertyName(name)] for name in typed]
    desk.run("set", "FILE", "language", "--among", "en,nb-NO", "--write")
    assert (
        PropertyLimit(bound=Among(values=["en", "nb-NO"])) == load(desk.file).property_limits[PropertyName("language")]
    )


def test_a_flag_is_yes_or_no(desk: Desk) -> None:
    """PR-1: a property of the file's own."""
    text = DESK + '\n[property_definitions.loud]\ntitle = "Loud"\nkind = { type = "flag" }\n'
    text += '\n[property_definitions."wrap_up.phone"]\ntitle = "Wrap-up"\nkind = { type = "whole-number" }\n'
    text += '\n[property_definitions.ring_timeout]\ntitle = "Ring"\nkind = { type = "whole-number" }\n'
    desk.file.write_text(text, encoding="utf-8")
    assert 0 == desk.run("set", "FILE", "loud", "yes", "--group", "g-day", "--write").status
    assert "yes" in desk.run("resolve", "FILE", "bo", "loud").out
    assert 2 == desk.run("set", "FILE", "loud", "perhaps").status


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("wrap_up.phone",), "give either a value or one of the options"),
        (("wrap_up.phone", "5", "--lock"), "give either a value or one of the options"),
        (("wrap_up.phone", "--lock", "--user", "bo"), "a user locks and bounds nothing"),
        (("wrap_up.phone", "5", "--or-none"), "--or-none belongs to a bound"),
        (("wrap_up.phone", "--within", "5"), "is not a range"),
        (("wrap_up.phone", "--within", "a:b"), "is not a whole number"),
        (("wrap_up.phone", "5s"), "is not a whole number"),
        (("wrap_up.fone", "5"), "did you mean `wrap_up.phone`"),
        (("wrap_up.phone", "5", "--group", "g-dya"), "did you mean"),
    ],
)
def test_a_command_that_says_too_little_or_too_much(desk: Desk, given: tuple[str, ...], words: str) -> None:
    """CL-1: exit status 2, with what to do."""
    ran = desk.run("set", "FILE", *given)
    assert 2 == ran.status
    assert words in ran.err


def test_a_group_without_members_concerns_nobody(desk: Desk) -> None:
    """PR-8: said so, instead of an empty list."""
    text = DESK + '\n[user_groups.g-empty]\nname = "Empty"\n'
    desk.file.write_text(text, encoding="utf-8")
    assert "concerns no user at present" in desk.run("set", "FILE", "wrap_up.phone", "5", "--group", "g-empty").out


def test_a_move_tells_what_begins_to_sleep(desk: Desk) -> None:
    """PR-8, PR-4: Night locks the wrap-up time, so Bo's own 60 seconds won't count there."""
    desk.run("set", "FILE", "wrap_up.phone", "--lock", "--group", "g-night", "--write")
    ran = desk.run("move", "FILE", "u-bo", "g-night")
    assert "their own 60 s sleeps" in ran.out
    assert "property.sleeps_locked" in ran.out

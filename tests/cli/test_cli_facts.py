"""`agentprov route --facts`: who is known to the caller, whose turn it is, what was counted (CL-1)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.desk import Desk, Ran

MONDAY = "2026-11-23 10:00"
CALLER = "22 33 00 00"
STICKY = 'name = "Sales"\nsticky = { days = 30 }\n'


def route(desk: Desk, facts: str | None, *arguments: str, strategy: str = "round-robin") -> Ran:
    """A call to the sales department on Monday at ten, with these facts."""
    text = desk.file.read_text(encoding="utf-8")
    text = text.replace('name = "Sales"\nmembers', f'{STICKY}strategy = "{strategy}"\nmembers')
    desk.file.write_text(text, encoding="utf-8")
    given = [] if facts is None else ["--facts", str(written(desk.file.parent / "facts.toml", facts))]
    return desk.run("route", "FILE", "--to", "n-main", "--at", MONDAY, "--press", "1", *given, *arguments)


def written(path: Path, text: str) -> Path:
    """A file with this text."""
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("strategy", "facts", "first"),
    [
        ("round-robin", "seed = 1", "u-bo"),
        ("round-robin", 'rotation = { d-sales = "u-bo" }', "u-cai"),
        ("fewest-calls", "[counters]\nu-bo = { calls = 2 }\nu-cai = { calls = 1 }", "u-cai"),
        ("longest-idle", "[counters]\nu-bo = { idle_since = 2026-11-23T08:30:00Z }", "u-cai"),
        ("order", '[last_agents]\nd-sales = { user = "u-cai", at = 2026-11-20T08:00:00Z }', "u-cai"),
    ],
)
def test_facts_decide_who_rings_first(desk: Desk, strategy: str, facts: str, first: str) -> None:
    """RT-5, RT-6: what was counted and is remembered counts as it does for a host."""
    ran = route(desk, facts, "--from", CALLER, "--format", "json", strategy=strategy)

    rings = [step["action"] for step in ran.data["steps"] if step["action"]["kind"] == "ring"]
    assert [first] == [leg["user"] for leg in rings[0]["legs"]]


def test_an_anonymous_caller_is_known_to_nobody(desk: Desk) -> None:
    """RT-5: who served a caller is remembered by their number."""
    facts = '[last_agents]\nd-sales = { user = "u-cai", at = 2026-11-20T08:00:00Z }'

    assert "outcome: Bo Dahl (u-bo) answers" in route(desk, facts).out


@pytest.mark.parametrize(
    ("facts", "arguments", "said"),
    [
        (
            None,
            ["--from", CALLER],
            "assumed: nobody has served this caller before and nobody has had a call yet (--facts)",
        ),
        (None, [], "assumed: nobody has had a call yet (--facts)"),
        ('rotation = { d-sales = "u-bo" }', [], None),
    ],
)
def test_what_nobody_said_is_told(desk: Desk, facts: str | None, arguments: list[str], said: str | None) -> None:
    """CL-1: what a call's way depends on and no file said is taken for granted aloud."""
    ran = route(desk, facts, *arguments)

    assert ([] if said is None else [said]) == [line for line in ran.out.splitlines() if "--facts" in line]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ("rotation = { d-slaes = 'u-bo' }", "rotation.d-slaes: there is no department `d-slaes`"),
        ("counters = { u-boo = { calls = 1 } }", "counters.u-boo: there is no user `u-boo`"),
        ("counters = { u-bo = { cals = 1 } }", "counters.u-bo.cals: there is no field `cals` here"),
        ("profiles = { u-bo = 'p-x' }", "profiles.u-bo: there is no profile `p-x`"),
        ("seeds = 3", "seeds: there is no field `seeds` here"),
        ("seed = ", "invalid"),
    ],
)
def test_facts_that_cannot_be_used_are_a_mistake(desk: Desk, facts: str, said: str) -> None:
    """CL-1: a typo in the file ends the command with status 2; it is never taken for nothing."""
    ran = route(desk, facts)

    assert 2 == ran.status
    assert said.casefold() in " ".join(ran.err.split()).casefold()


def test_a_file_of_facts_that_is_not_there_is_a_mistake(desk: Desk) -> None:
    """CL-1: a missing file ends the command with status 2."""
    ran = route(desk, None, "--facts", "nowhere.toml")

    assert (2, True) == (ran.status, "can't read `nowhere.toml`" in ran.err)

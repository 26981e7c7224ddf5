"""`agentprov route --why-not`: every candidate who is never rung, why, and when that is over (AN-1, RT-10)."""

from __future__ import annotations

import pytest

from tests.cli.desk import Desk, Ran

MORNING = "2026-11-23 08:00"
NOON = "2026-11-23 12:00"


def why_not(desk: Desk, at: str, *arguments: str) -> Ran:
    """A call to the desk's sales at an instant."""
    return desk.run("route", "FILE", "--to", "n-main", "--press", "1", "--at", at, "--why-not", *arguments)


def told(ran: Ran) -> list[str]:
    """The lines under the heading, without columns."""
    lines = [" ".join(line.split()) for line in ran.out.splitlines()]
    return lines[lines.index("never rung in this call:") + 2 :]


def test_outside_hours_is_told_with_the_time_it_ends(desk: Desk) -> None:
    """AN-1, RT-10: at eight the one whose hours begin at nine could be rung from nine on, on the wall clock."""
    assert told(why_not(desk, MORNING)) == ["Bo Dahl (u-bo) outside their hours from 09:00 +01:00"]


def test_what_nobody_knows_the_end_of_is_told_by_what_ends_it(desk: Desk) -> None:
    """AN-1: hours end by the clock, being logged out by logging in, busy when free; each that applies is named."""
    ran = why_not(desk, MORNING, "--panel", "nobody", "--presence", "u-bo=busy")

    assert told(ran) == [
        "Bo Dahl (u-bo) outside their hours; busy from 09:00 +01:00, and once they are free",
        "Cai Holm (u-cai) not logged in to the agent panel once they log in",
    ]


def test_whose_turn_comes_later_is_told_so(desk: Desk) -> None:
    """AN-1: whoever is behind the one who answers would have been rung later in the same call."""
    assert told(why_not(desk, NOON)) == ["Cai Holm (u-cai) their turn comes later later in this call"]


def test_whoever_rings_later_isnt_told(desk: Desk) -> None:
    """AN-1: a candidate whose turn came later, and who then rang, was rung."""
    ran = why_not(desk, NOON, "--answer", "nobody")

    assert "nobody is passed over in this call: every agent it comes to is rung" in ran.out


def test_a_reason_beats_a_turn(desk: Desk) -> None:
    """AN-1: first it wasn't their turn, then they weren't logged in: the latter is why they are never rung."""
    ran = why_not(desk, NOON, "--answer", "nobody", "--panel", "nobody")

    assert told(ran) == ["Cai Holm (u-cai) not logged in to the agent panel once they log in"]


def test_hours_that_never_open_have_no_end(desk: Desk) -> None:
    """AN-1, HR-6: of hours without an opening ahead it is said that none is in sight."""
    text = desk.file.read_text(encoding="utf-8")
    start, end = text.index("weekly = [{"), text.index("exceptions = [{")
    desk.file.write_text(text[:start] + text[end:], encoding="utf-8")

    assert told(why_not(desk, NOON)) == ["Bo Dahl (u-bo) outside their hours no opening of their hours is in sight"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('status = "disabled"', "the account is disabled once the account is enabled"),
        ('status = "blocked"', "the account is blocked once the account is unblocked"),
        ('status = "deactivated"', "the account is deactivated once the account is reactivated"),
    ],
)
def test_a_status_is_told_with_its_way_back(desk: Desk, line: str, expected: str) -> None:
    """AN-1, LC-1: each status ends by its own way back."""
    text = desk.file.read_text(encoding="utf-8").replace('name = "Cai Holm"\n', f'name = "Cai Holm"\n{line}\n')
    desk.file.write_text(text, encoding="utf-8")

    assert f"Cai Holm (u-cai) {expected}" in told(why_not(desk, MORNING))


def test_a_missing_skill_and_a_later_stage_are_told(desk: Desk) -> None:
    """AN-1, RT-6: whoever lacks the skill of every stage could be rung once they have it; or at a stage without it."""
    text = desk.file.read_text(encoding="utf-8") + '[skills.s-sami]\nname = "Sámi"\n'
    asks = '[departments.d-sales]\nstages = [{ needs = [{ type = "skill", skill = "s-sami" }] }'
    told_of = []
    for more in ("]", ", { after = 30 }]"):
        changed = text.replace("[departments.d-sales]", f"{asks}{more}").replace(
            'name = "Cai Holm"', 'name = "Cai Holm"\nskills = { s-sami = true }'
        )
        desk.file.write_text(changed, encoding="utf-8")
        told_of.append(told(why_not(desk, NOON)))

    assert told_of == [
        ["Bo Dahl (u-bo) a skill that is asked for is missing once they have the skill"],
        ["Bo Dahl (u-bo) may not ring yet from 12:00:30 +01:00"],
    ]


def test_programs_read_the_codes_and_the_end(desk: Desk) -> None:
    """CL-1: the codes of each, and the instant at which all of them are over, if the clock alone ends them."""
    alone = why_not(desk, MORNING, "--format", "json").data["never_rung"]
    both = why_not(desk, MORNING, "--presence", "u-bo=busy", "--format", "json").data["never_rung"]

    assert alone == [{"user": "u-bo", "codes": ["hours.outside"], "until": "2026-11-23T09:00:00+01:00"}]
    assert both == [{"user": "u-bo", "codes": ["hours.outside", "presence.busy"], "until": None}]


def test_everybody_present_is_nothing_assumed(desk: Desk) -> None:
    """AN-1: --everybody-present says aloud what otherwise is assumed, and can't be said beside a fact."""
    said = desk.run("route", "FILE", "--to", "n-bo", "--at", NOON, "--everybody-present", "--answer", "nobody")
    refused = desk.run("route", "FILE", "--to", "n-bo", "--everybody-present", "--panel", "u-bo")

    assert ["assumed: nobody has had a call yet (--facts)"] == [
        line for line in said.out.splitlines() if "assumed" in line
    ]
    assert (2, "") == (refused.status, refused.out)
    assert "--everybody-present and --panel contradict each other" in refused.err

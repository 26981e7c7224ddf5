"""`agentprov route`: a call played to its end, told step by step (CL-1, AN-1, RT-10)."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentprov.cli import main
from agentprov.cli.call_words import SAID
from agentprov.model.reasons import ReasonCode
from tests.cli.desk import Desk, Ran

MONDAY = "2026-11-23 10:00"


def route(desk: Desk, *arguments: str) -> Ran:
    """A call on Monday at ten, as data."""
    return desk.run("route", "FILE", "--at", MONDAY, "--format", "json", *arguments)


def kinds(ran: Ran) -> list[tuple[int, str]]:
    """When each step begins and what it is."""
    return [(step["after"], step["action"]["kind"]) for step in ran.data["steps"]]


def test_a_call_is_told_from_the_number_to_its_end(desk: Desk) -> None:
    """RT-8, RT-10: menu, option, the department's first member, who answers; the other's turn hadn't come."""
    ran = desk.run("route", "FILE", "--to", "n-main", "--from", "22 33 00 00", "--at", MONDAY, "--press", "1")

    assert (0, "") == (ran.status, ran.err)
    lines = [" ".join(line.split()) for line in ran.out.splitlines()]
    assert "call from +4722330000 to Main line +4722222222 (n-main)" == lines[0]
    assert "at Mon 2026-11-23 10:00 +01:00 read on the wall clock of Europe/Oslo" == lines[1]
    assert "outcome: Bo Dahl (u-bo) answers" == lines[2]
    steps = [line for line in lines if line.startswith(("+", "then", "not rung"))]
    assert [
        "+0:00 menu Main menu (i-main): waits 5 s for a key",
        "then the caller presses 1, Sales",
        "+0:00 ring Bo Dahl (u-bo) on +4722334455 for 20 s",
        "not rung Cai Holm (u-cai): their turn comes later",
        "then Bo Dahl (u-bo) answers",
    ] == steps


def test_nobody_answers_and_time_runs_as_the_steps_say(desk: Desk) -> None:
    """RT-4, RT-6: both members ring for the group's 20 s, one after the other; then the department's failover."""
    ran = route(desk, "--to", "n-main", "--press", "1", "--answer", "nobody")

    assert [(0, "menu"), (0, "ring"), (20, "ring"), (40, "hang-up")] == kinds(ran)
    assert ({"kind": "hang-up", "cause": "unavailable", "after": 40}, 0) == (ran.data["outcome"], ran.status)
    assert ["digits", "no-answer", "no-answer", None] == [
        None if step["event"] is None else step["event"]["kind"] for step in ran.data["steps"]
    ]


def test_a_department_closed_by_an_exception_is_told_with_it(desk: Desk) -> None:
    """RT-10, HR-5: not only that it is closed, but that it is stocktaking; on a Saturday no more than that."""
    desk.file.write_text(
        desk.file.read_text(encoding="utf-8").replace(
            'members = ["u-bo", "u-cai"]', 'members = ["u-bo", "u-cai"]\nhours = { time_group = "h-day" }'
        ),
        encoding="utf-8",
    )
    call = ("route", "FILE", "--to", "n-main", "--press", "1")

    stocktaking, saturday = desk.run(*call, "--at", "2026-11-24 10:00"), desk.run(*call, "--at", "2026-11-21 10:00")

    assert "department Sales (d-sales): closed, exception Stocktaking, until Mon 2026-11-30 09:00" in stocktaking.out
    assert "department Sales (d-sales): closed, until Mon 2026-11-23 09:00" in saturday.out
    assert "outcome: hung up, with the cause: unavailable" in saturday.out


def test_a_time_condition_closed_by_a_holiday_is_told_with_it(capsys: pytest.CaptureFixture[str]) -> None:
    """RT-10, HR-5: the service desk of the examples is closed on Labor Day, whose calendar is named."""
    desk_file = str(Path(__file__).parents[2] / "examples" / "smartq.toml")

    main(["route", desk_file, "--to", "n-desk", "--at", "2026-09-07 10:00"])

    told = " ".join(capsys.readouterr().out.split())
    assert "closed, holiday Labor Day of Federal holidays (k-us), until Tue 2026-09-08 07:00" in told


def test_one_user_answers_when_their_turn_comes(desk: Desk) -> None:
    """RT-6: with --answer only Cai takes the call, after Bo's 20 s."""
    ran = route(desk, "--to", "n-main", "--press", "1", "--answer", "cai")

    assert {"kind": "connect", "user": "u-cai", "after": 20} == ran.data["outcome"]


def test_who_answers_and_is_never_rung_is_told(desk: Desk) -> None:
    """CL-1: what was said and had no effect is noted, as a key that no menu asks for is."""
    ran = desk.run("route", "FILE", "--to", "n-bo", "--at", MONDAY, "--answer", "u-cai", "--press", "4")

    assert "note: Cai Holm (u-cai) is never rung" in ran.out
    assert "note: no menu asks for 4" in ran.out


def test_without_keys_the_menu_times_out_and_that_is_assumed(desk: Desk) -> None:
    """RT-7: nothing pressed in 5 s, no retries, no destination for it: the call ends."""
    ran = desk.run("route", "FILE", "--to", "n-main", "--at", MONDAY)

    assert "then the caller presses nothing" in " ".join(ran.out.split())
    assert "assumed: the caller presses nothing (--press)" in ran.out
    assert "hung up after 0:05" in ran.out


def test_presence_and_the_panel_are_as_told(desk: Desk) -> None:
    """RT-3: Bo is busy; Cai, who is reached only while logged in to the panel, isn't. Everybody is, unless said."""
    both = route(desk, "--to", "n-main", "--press", "1", "--presence", "u-bo=busy", "--panel", "nobody")
    busy = route(desk, "--to", "n-main", "--press", "1", "--presence", "u-bo=busy")
    named = route(
        desk, "--to", "n-main", "--press", "1", "--presence", "u-bo=busy", "--panel", "u-bo", "--panel", "cai"
    )

    reasons = {reason["id"]: reason["code"] for reason in both.data["steps"][-1]["reasons"] if reason["kind"] == "user"}
    assert {"u-bo": "presence.busy", "u-cai": "panel.logged_out"} == reasons
    assert ["hang-up", "connect", "connect"] == [ran.data["outcome"]["kind"] for ran in (both, busy, named)]
    assert busy.data["outcome"] == named.data["outcome"]


def test_a_candidate_outside_their_hours_is_told_with_when_that_ends(desk: Desk) -> None:
    """RT-2, RT-10: Bo's hours begin at nine; called directly, with no failover and no fallback, the call ends."""
    ran = desk.run("route", "FILE", "--to", "n-bo", "--at", "2026-11-23 08:59")
    data = desk.run("route", "FILE", "--to", "n-bo", "--at", "2026-11-23 08:59", "--format", "json").data

    assert "Bo Dahl (u-bo): outside their hours, until 09:00 +01:00" in ran.out
    assert ["2026-11-23T09:00:00+01:00"] == [
        reason["until"] for reason in data["steps"][0]["reasons"] if reason["code"] == "hours.outside"
    ]


@pytest.mark.parametrize("dialled", ["n-bo", "+4722222223", "22 22 22 23", "004722222223", "22222223"])
def test_a_number_is_named_by_id_or_as_a_person_dials_it(desk: Desk, dialled: str) -> None:
    """ID-9: national form, + and 00 forms mean the same number."""
    assert "n-bo" == route(desk, "--to", dialled).data["to"]["id"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--to", "n-boo"), "there is no number `n-boo`"),
        (("--to", "22222229"), "there is no number `22222229`"),
        (("--to", "n-bo", "--from", "12"), "--from"),
        (("--to", "n-bo", "--from", "caller"), "--from"),
        (("--to", "n-bo", "--press", "1a"), "--press"),
        (("--to", "n-bo", "--answer", "u-bob"), "there is no user `u-bob`"),
        (("--to", "n-bo", "--panel", "u-bob"), "there is no user `u-bob`"),
        (("--to", "n-bo", "--presence", "u-bo"), "write USER=STATE"),
        (("--to", "n-bo", "--presence", "u-bo=bussy"), "did you mean `busy`"),
        (("--to", "n-bo", "--presence", "u-bob=busy"), "there is no user `u-bob`"),
        (("--to", "n-bo", "--at", "2026-03-29 02:30"), "doesn't exist in Europe/Oslo"),
    ],
)
def test_wrong_arguments_of_a_call_are_mistakes(desk: Desk, arguments: tuple[str, ...], message: str) -> None:
    """CL-1: status 2, told in words."""
    ran = desk.run("route", "FILE", *arguments)

    assert (2, "") == (ran.status, ran.out)
    assert message in ran.err


EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (
            "smartflo.toml --to n-corporate --at 2026-11-22T21:30+05:30",
            ("play announcement We are closed", "then the announcement ends", "outside the tenant, for 30 s"),
        ),
        (
            "smartflo.toml --to n-corporate --at 2026-11-22T21:30+05:30 --answer nobody",
            ("forward rings +91", "then nobody answers", "voicemail takes a message in Support (v-support)"),
        ),
        (
            "smartq.toml --to n-vip --at 2026-11-23T10:00-05:00 --answer nobody",
            ("queue hands the call over to", "then the call leaves the queue unserved", "voicemail takes a message"),
        ),
        (
            "smartq.toml --to n-vip --at 2026-11-23T10:00-05:00 --panel nobody",
            ("not logged in to the agent panel", "outcome: answered outside the tenant or in a queue"),
        ),
        (
            "smartflo.toml --to n-main --at 2026-11-23T10:00+05:30 --press 7 2 1 --answer nobody",
            ("what was pressed is no option", "14 agents on 14 telephones, 25 s in all"),
        ),
    ],
)
def test_every_kind_of_step_is_told(call: str, told: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """RT-8, RT-10: announcements, forwards, queues, voicemail, waves: what the host does, and what happened then."""
    file, *arguments = call.split()

    assert 0 == main(["route", str(EXAMPLES / file), *arguments])

    words = " ".join(capsys.readouterr().out.split())
    assert [] == [each for each in told if each not in words]


def test_every_reason_has_words() -> None:
    """RT-10: no reason that a step can give is without a sentence."""
    assert set(ReasonCode) == set(SAID)

"""`agentprov route`: what agents and queues are told of a call, and what is left behind (RT-8, RT-12, RT-13)."""

from __future__ import annotations

from pathlib import Path

from agentprov.cli.call_data import call_data
from agentprov.cli.call_words import SAID
from agentprov.cli.instants import parse_moment
from agentprov.codec import load
from agentprov.engine.call_flow import Router
from agentprov.engine.playing import Script, play
from agentprov.model.calls import Call
from agentprov.model.ids import NumberId, UserId
from agentprov.model.live import Counters, Live
from agentprov.model.reasons import ReasonCode
from tests.cli.desk import Desk

FILE = """
agentprov = 1
id = "t-told"
name = "Told"

[settings]
time_zone = "UTC"
region = "NO"
confirm = ["mobile", "external"]

[blueprint]
name = "told"
catalogue = { sections = { user = ["view"] } }

[users.u-asha]
login = "asha"
name = "Asha"
phone = "+4790000001"
alternate_numbers = ["+4722000001"]
calling = { ring_plan = { order = "simultaneous", timeout = 20 } }
properties = { "pause.after_missed_calls" = 1, "wrap_up.phone" = 30 }

[departments.d-sales]
name = "Sales"
members = ["u-asha"]
strategy = "round-robin"
sticky = { hours = 1 }

[departments.d-sales.failover]
type = "external"
number = "+4722999999"
timeout = 15
next = { type = "queue", queue = "q-line", priority = 7, max_wait = 60, max_length = 3 }

[queues.q-line]
name = "Line"

[numbers.n-main]
phone = "+4722222222"
to = { type = "department", department = "d-sales" }
presents = "dialled"
mark = { labels = ["vip"], language = "en", priority = 5 }
"""


def told(desk: Desk, *arguments: str) -> list[str]:
    """The lines of a call on a Monday."""
    desk.file.write_text(FILE, encoding="utf-8")
    ran = desk.run("route", "FILE", "--to", "n-main", "--from", "+4790999999", "--at", "2026-11-23 10:00", *arguments)
    assert (0, "") == (ran.status, ran.err)
    return [" ".join(line.split()) for line in ran.out.splitlines()]


def test_agents_and_queues_are_told(desk: Desk) -> None:
    """RT-8, RT-12, RT-14: labels, languages, priority, the number that is shown, limits, and who must press a key."""
    lines = told(desk, "--answer", "nobody")

    assert "tells labels vip; languages en; priority 5; +4722222222 as the caller" in lines
    assert "Asha (u-asha) on +4790000001 for 20 s, confirmed by a key" in lines
    assert "+0:20 forward rings +4722999999, outside the tenant, for 15 s, confirmed by a key" in lines
    assert (
        "+0:35 queue hands the call over to Line (q-line), priority 12, for at most 60 s, if fewer than 3 wait" in lines
    )
    assert "then the call leaves the queue unserved: it waited as long as it may" in lines


def test_what_is_left_for_later_calls_is_data(tmp_path: Path) -> None:
    """RT-13: rotation, missed calls and pauses, who served whom, wrap-up."""
    path = tmp_path / "told.toml"
    path.write_text(FILE, encoding="utf-8")
    tenant = load(path)
    number = tenant.numbers[NumberId("n-main")]
    call = Call(to=number.phone, caller="+4790999999")
    moment = parse_moment("2026-11-23 10:00", "UTC")
    live = Live(counters={"u-asha": Counters(unanswered=2)})

    def effects(script: Script) -> list[object]:
        played = play(Router(tenant), call, at=moment.at, live=live, script=script)
        steps = call_data(number, call, moment, played)["steps"]
        assert isinstance(steps, list)
        return [effect for step in steps if isinstance(step, dict) for effect in step["effects"]]

    offered = {"kind": "offered", "department": "d-sales", "user": "u-asha"}
    assert [
        offered,
        {"kind": "unanswered", "user": "u-asha"},
        {"kind": "pause", "user": "u-asha", "unanswered": 3},
    ] == effects(Script())
    assert [
        offered,
        {"kind": "served", "user": "u-asha", "department": "d-sales"},
        {
            "kind": "sticky-assigned",
            "caller": "+4790999999",
            "place": "department",
            "id": "d-sales",
            "user": "u-asha",
            "at": moment.at,
            "until": moment.at + 3600,
        },
        {"kind": "wrap-up", "user": "u-asha", "seconds": 30},
    ] == effects(Script(answering=[UserId("u-asha")]))


def test_every_reason_has_its_words() -> None:
    """RT-10: none is told by its code alone."""
    assert set(ReasonCode) == set(SAID)

"""The example of a web hook serves whole calls over HTTP on loopback, and keeps nothing between two requests."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import attrs
import pytest
from twilio.request_validator import RequestValidator

from agentprov import dump
from agentprov.model.departments import Strategy
from agentprov.model.effects import Effect, Served, Unanswered
from agentprov.model.groups import Announcement, Voicemail
from agentprov.model.ids import AnnouncementId, DepartmentId, UserId, VoicemailId
from agentprov.model.routing import RingOrder
from agentprov.model.settings import Confirm
from agentprov.model.tenant import Tenant
from agentprov.model.users import Extension
from examples.webhook.server import hook_of, main
from tests.engine.call_centre import (
    DIALLED,
    QUEUE,
    VOICEMAIL,
    agent,
    announced,
    centre,
    department,
    menu,
    option,
    outside,
    phone,
    settings,
    to,
    to_department,
    to_menu,
)
from tests.interop.twilio_calls import KEY, NOON, TOKEN, TwilioCall, ask, free_port, post, program, serving


def desk(**fields: Any) -> Tenant:
    """A menu in front of a department of two, which fails over to voicemail; a queue, a number outside, a team."""
    box = Voicemail(id=VoicemailId("box"), name="Box", reference="Leave a message.")
    return centre(
        announced(to_menu("main")),
        agent("asha", calling={"extension": Extension(number="101")}),
        agent("ravi"),
        agent("omar", plan=RingOrder.ORDER, timeout=15, alternates=[phone("zoe")]),
        department("sales", "asha", "ravi", failover=VOICEMAIL),
        department("team", "ravi", "omar", strategy=Strategy.SIMULTANEOUS, failover=VOICEMAIL),
        menu(
            "main",
            option("1", to_department("sales")),
            option("2", QUEUE),
            option("3", outside(20)),
            option("4", to_department("team")),
            option("6", to("ravi"), VOICEMAIL),
            option("7", attrs.evolve(QUEUE, max_wait=60, next=VOICEMAIL)),
            prompt=AnnouncementId("greeting"),
        ),
        announcements={
            AnnouncementId("greeting"): Announcement(
                id=AnnouncementId("greeting"), name="Greeting", reference="https://media.example.com/g.mp3"
            )
        },
        voicemails={VoicemailId("box"): box},
        **fields,
    )


def at_the_menu(base: str, sid: str = "CA1") -> TwilioCall:
    """A call that has heard the announcement and is asked for a key."""
    call = TwilioCall(base=base, sid=sid, to=DIALLED)
    call.dial_in()
    call.report()
    return call


def test_a_call_from_start_to_end() -> None:
    """FF-3: announcement, menu, two agents who don't answer, the failover, a message, the end."""
    with serving(desk()) as base:
        call = TwilioCall(base=base, sid="CA1", to=DIALLED)

        call.dial_in()
        assert ["Play", "Redirect"] == call.tags

        call.report()
        assert ["Gather"] == call.tags
        assert "https://media.example.com/g.mp3" == call.document[0][0].text

        call.report(Digits="1")
        assert ["sip:101@pbx.example.com"] == call.rung

        call.report(DialCallStatus="no-answer")
        assert [phone("ravi")] == call.rung

        call.report(DialCallStatus="busy")
        assert ["Say", "Record", "Redirect"] == call.tags
        assert "Leave a message." == call.document[0].text

        call.report(RecordingUrl="https://media.example.com/1", RecordingDuration="9")
        assert ["Hangup"] == call.tags


def test_a_call_that_is_answered() -> None:
    """FF-3: the agent picks up, which is told at once; when the conversation is over, so is the call."""
    with serving(desk()) as base:
        call = at_the_menu(base)
        call.report(Digits="1")

        picked_up = call.pick_up(0)
        assert [] == list(picked_up.document)

        call.report(DialCallStatus="completed", DialBridged="true", DialCallDuration="61")
        assert ["Hangup"] == call.tags


def test_keys_that_lead_nowhere_and_no_keys_at_all() -> None:
    """RT-7: the menu is played again after an unknown key and after silence, until the retries are over."""
    with serving(desk()) as base:
        call = at_the_menu(base)
        for each in range(3):
            assert (each, ["Gather"]) == (each, call.tags)
            call.report(Digits="9")
        assert ["Hangup"] == call.tags

        call = at_the_menu(base)
        for each in range(3):
            assert (each, ["Gather"]) == (each, call.tags)
            call.report(Digits="")
        assert ["Hangup"] == call.tags


def test_a_queue_and_a_number_outside() -> None:
    """FF-3: the host's queue serves the call or loses it; a number outside answers or doesn't."""
    with serving(desk()) as base:
        for keys, verb, report in (
            ("2", "Enqueue", {"QueueResult": "bridged"}),
            ("2", "Enqueue", {"QueueResult": "queue-full"}),
            ("3", "Dial", {"DialCallStatus": "completed"}),
            ("3", "Dial", {"DialCallStatus": "failed"}),
        ):
            call = at_the_menu(base)
            call.report(Digits=keys)
            assert [verb] == call.tags
            call.report(**report)
            assert ["Hangup"] == call.tags


def test_a_wave_in_parts_is_one_wave() -> None:
    """FF-3: legs that begin later ring in later parts, under the same state, and the router hears once how it ended."""
    with serving(desk()) as base:
        call = at_the_menu(base)
        call.report(Digits="4")
        parts = []
        while "Dial" in call.tags:
            parts.append((set(call.rung), call.document[0].attrib["timeout"]))
            call.report(DialCallStatus="no-answer")

        assert [
            ({phone("ravi"), phone("omar")}, "15"),
            ({phone("ravi"), phone("zoe")}, "15"),
        ] == parts
        assert ["Say", "Record", "Redirect"] == call.tags


def test_a_caller_who_hangs_up() -> None:
    """FF-3: whatever the call was doing, it ends when its caller is gone."""
    with serving(desk()) as base:
        for keys, report in (
            ("1", {"DialCallStatus": "canceled"}),
            ("2", {"QueueResult": "hangup"}),
            ("4", {"DialCallStatus": "no-answer"}),
        ):
            call = at_the_menu(base)
            call.report(Digits=keys)
            call.status = "completed"
            call.report(**report)
            assert ["Hangup"] == call.tags


def test_an_unknown_number_is_rejected_before_it_is_taken() -> None:
    """FF-3: a number that isn't the tenant's is rejected while it rings."""
    with serving(desk()) as base:
        call = TwilioCall(base=base, sid="CA1", to="+918069659999")

        assert ["Reject"] == [each.tag for each in call.dial_in()]


def test_whoever_wasnt_rung_cant_answer() -> None:
    """RT-1: the user in the URL of an answer is one who was rung, whatever somebody writes there."""
    with serving(desk()) as base:
        call = at_the_menu(base)
        call.report(Digits="1")
        url = call.document[0][0].attrib["statusCallback"]
        own = {"CallSid": "CA1-0", "ParentCallSid": "CA1"}

        replies = [
            post(url.replace("user=asha", f"user={user}"), own) for user in ("asha", "ravi", "nobody", "a%20b", "")
        ]

        assert [200, 409, 409, 400, 400] == [reply.status for reply in replies]
        assert [["call.not_rung"], ["call.not_rung"], ["id.invalid"], ["id.invalid"]] == [
            reply.codes for reply in replies[1:]
        ]


def test_confirming_leads_to_the_answer() -> None:
    """RT-14: who has to confirm hears a prompt, and only a key leads to the URL that connects."""
    with serving(desk(settings=settings(confirm=[Confirm.EXTERNAL, Confirm.MOBILE]))) as base:
        call = at_the_menu(base)
        call.report(Digits="3")
        noun = call.document[0][0]
        assert {"url"} == set(noun.attrib)
        own = {"CallSid": "CA1-0", "ParentCallSid": "CA1"}

        prompt = post(noun.attrib["url"], own).document
        assert ["Gather", "Hangup"] == [each.tag for each in prompt]

        connected = post(prompt[0].attrib["action"], own | {"Digits": "5"}).document
        assert [] == list(connected)

        call.report(DialCallStatus="completed", DialBridged="true")
        assert ["Hangup"] == call.tags


def test_a_voicemail_that_picks_up_doesnt_confirm() -> None:
    """RT-14: picked up but not confirmed is no answer, and the call goes on as after one."""
    with serving(desk(settings=settings(confirm=[Confirm.EXTERNAL]))) as base:
        call = at_the_menu(base)
        call.report(Digits="6")
        assert "url" in call.document[0][0].attrib

        call.report(DialCallStatus="completed", DialBridged="false")
        assert ["Say", "Record", "Redirect"] == call.tags


def test_a_queue_holds_a_caller_so_long_and_no_longer() -> None:
    """RT-8: what is heard in the queue goes on until the longest wait; then the call goes where that leads."""
    with serving(desk()) as base:
        call = at_the_menu(base)
        call.report(Digits="7")
        url = call.document[0].attrib["waitUrl"]

        assert [["Say", "Pause"], ["Leave"]] == [
            [each.tag for each in post(url, call.parameters(QueueTime=seconds)).document] for seconds in ("0", "60")
        ]
        assert (400, ["field.invalid"]) == ((reply := post(url, call.parameters(QueueTime="x"))).status, reply.codes)

        call.report(QueueResult="leave", QueueTime="60")
        assert ["Say", "Record", "Redirect"] == call.tags


def test_what_follows_for_later_calls_is_kept_once() -> None:
    """RT-13: who was offered the call, let it ring, and served it, is told to the host, with the call's id."""
    kept: list[tuple[str, Effect]] = []
    with serving(desk(), keep=lambda call, effects: kept.extend((call, effect) for effect in effects)) as base:
        call = at_the_menu(base)
        call.report(Digits="1")
        call.report(DialCallStatus="no-answer")
        call.pick_up(0)
        call.report(DialCallStatus="completed", DialBridged="true")

    assert [
        ("CA1", Unanswered(user=UserId("asha"))),
        ("CA1", Served(user=UserId("ravi"), department=DepartmentId("sales"))),
    ] == [each for each in kept if isinstance(each[1], (Unanswered, Served))]


def test_a_request_that_comes_twice_is_answered_alike() -> None:
    """FF-3: a provider that repeats a request does no harm: the answer says the same."""
    with serving(desk()) as base:
        call = at_the_menu(base)
        url = call.report_url

        first, second = (post(url, call.parameters(Digits="1")) for _ in range(2))

        assert first == second


def test_calls_at_the_same_time_dont_meet() -> None:
    """FF-3: many calls in threads, each goes its own way to its own end."""

    def whole(each: int) -> list[list[str]]:
        call = at_the_menu(base, sid=f"CA{each}")
        tags = [call.tags]
        for report in (
            {"Digits": "1" if each % 2 else "3"},
            {"DialCallStatus": "no-answer"},
            *(({"DialCallStatus": "busy"}, {"RecordingUrl": "/1"}) if each % 2 else ()),
        ):
            call.report(**report)
            tags.append(call.tags)
        return tags

    with serving(desk()) as base, ThreadPoolExecutor(8) as threads:
        ways = list(threads.map(whole, range(40)))

    message = ["Say", "Record", "Redirect"]
    assert [
        [["Gather"], ["Dial"], ["Dial"], message, ["Hangup"]] if each % 2 else [["Gather"], ["Dial"], ["Hangup"]]
        for each in range(40)
    ] == ways


def test_a_killed_server_is_followed_by_another_one(tmp_path: Path) -> None:
    """FF-3: a process is killed between two steps, and a new one goes on with the same URLs."""
    tenant = tmp_path / "desk.json"
    dump(desk(), tenant)
    port = free_port()
    with program(tenant, port=port) as base:
        call = at_the_menu(base)
        call.report(Digits="1")
    with pytest.raises(ConnectionError):
        post(call.report_url, call.parameters())
    with program(tenant, port=port) as again:
        assert base == again
        call.report(DialCallStatus="no-answer")
        assert [phone("ravi")] == call.rung
        call.report(DialCallStatus="completed")
        assert ["Hangup"] == call.tags


# ---- what isn't well ------------------------------------------------------------------------------------------------


def test_requests_that_arent_twilios_are_refused() -> None:
    """FF-3: without Twilio's signature, or with that of another URL or form, nothing is answered."""
    with serving(desk()) as base:
        call = TwilioCall(base=base, sid="CA1", to=DIALLED)
        url, form = f"{base}/call", call.parameters()

        replies = [
            post(url, form),
            post(url, form, token="another-token"),
            post(url, form, token=None),
            post(url, form, signed="é"),
            post(f"{url}?a=1", form, signed=signed(url, form)),
        ]

        assert [200, 403, 403, 403, 403] == [reply.status for reply in replies]
        assert [["request.signature"]] * 4 == [reply.codes for reply in replies[1:]]


def test_a_form_that_was_changed_on_its_way_is_refused() -> None:
    """FF-3: a parameter that Twilio didn't sign is noticed, and the call goes on where it stood."""
    with serving(desk()) as base:
        call = at_the_menu(base)
        right = call.parameters(Digits="1")
        reply = post(call.report_url, right | {"Digits": "2"}, signed=signed(call.report_url, right))

        assert (403, ["request.signature"]) == (reply.status, reply.codes)
        assert ["Dial"] == [each.tag for each in call.report(Digits="1")]


def signed(url: str, form: dict[str, str]) -> str:
    """The signature by Twilio's own library."""
    return str(RequestValidator(TOKEN).compute_signature(url, form))


def test_links_that_are_tampered_with_are_refused_and_the_right_one_goes_on() -> None:
    """FF-3: every change to a link is refused with a code; the call's last good link stays usable."""
    with serving(desk()) as base:
        call, other = at_the_menu(base), at_the_menu(base, sid="CA2")
        right = call.report_url.partition("link=")[2]
        version, payload, seal = right.split(".")
        changed = payload[:9] + ("A" if payload[9] != "A" else "B") + payload[10:]
        cases = {
            f"{version}.{changed}.{seal}": (403, "link.seal"),
            f"{version}.{payload}.{seal[:-1]}{'A' if seal[-1] != 'A' else 'B'}": (403, "link.seal"),
            right[:-1]: (400, "link.malformed"),
            right[:20]: (400, "link.malformed"),
            "": (400, "link.malformed"),
            f"{right}.": (400, "link.malformed"),
            f"{right}%0A": (400, "link.malformed"),
            f"{version}.{payload}é.{seal}": (400, "link.malformed"),
            f"2.{payload}.{seal}": (400, "link.version"),
            f"01.{payload}.{seal}": (400, "link.version"),
            other.report_url.partition("link=")[2]: (403, "link.other_call"),
            "1." + "A" * 3_600 + f".{seal}": (400, "link.malformed"),
        }

        for link, expected in cases.items():
            reply = post(f"{base}/report?link={link}".replace("é", "%C3%A9"), call.parameters(Digits="1"))
            assert (link, *expected) == (link, reply.status, *reply.codes)

        assert ["Dial"] == [each.tag for each in call.report(Digits="1")]


def test_a_link_expires() -> None:
    """FF-3: a link is good until its instant, and not at it."""
    clock = [NOON]
    with serving(desk(), clock=clock) as base:
        call = at_the_menu(base)
        clock[0] = NOON + 5 * 3_600
        late = post(call.report_url, call.parameters(Digits="1"))
        clock[0] -= 1
        in_time = post(call.report_url, call.parameters(Digits="1"))

    assert (410, ["link.expired"]) == (late.status, late.codes)
    assert 200 == in_time.status


def test_a_server_with_another_key_refuses_every_link() -> None:
    """FF-3: who doesn't have the key can't make a link, and a new key ends the old ones."""
    with serving(desk()) as base:
        call = at_the_menu(base)
    hook = hook_of(desk(), public=base, key=KEY[::-1], token=None, sip="pbx.example.com", clock=lambda: NOON)
    answer = hook.answer(call.report_url.removeprefix(base), b"CallSid=CA1&Digits=1", None)

    assert (403, '{"errors": ["link.seal"]}') == (answer.status, answer.body)


def test_a_short_key_is_refused_at_the_start() -> None:
    """FF-3: a server doesn't start with a key that can be guessed, and never shows the one it has."""
    with pytest.raises(ValueError, match="at least 32 bytes"):
        hook_of(desk(), public="/", key=b"short", token=None, sip="pbx.example.com")

    shown = repr(hook_of(desk(), public="/", key=KEY, token=TOKEN, sip="pbx.example.com"))
    assert KEY.decode() not in shown
    assert TOKEN not in shown


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/call", b"", 400, "field.required"),
        ("/call", b"To=%2B918069651170", 400, "field.required"),
        ("/call", b"To=100&CallSid=CA1", 400, "phone.not_canonical"),
        ("/call", b"To=%2B918069651170&CallSid=CA1&CallStatus=lost", 400, "field.unknown_choice"),
        ("/call", b"To=1&To=2", 400, "request.malformed"),
        ("/call", b"To=%FF", 400, "request.malformed"),
        ("/call", b"\xff", 400, "request.malformed"),
        ("/call", b"a=1&" * 250, 400, "request.malformed"),
        ("/report", b"CallSid=CA1", 400, "link.malformed"),
        ("/report?link=1&link=2", b"CallSid=CA1", 400, "request.malformed"),
        ("/report", b"", 400, "field.required"),
        ("/answered", b"CallSid=CA1", 400, "field.required"),
        ("/elsewhere", b"", 404, "request.unknown_path"),
        ("/call", b"a" * 65_537, 413, "request.too_large"),
    ],
)
def test_a_request_that_isnt_right_is_one_clear_refusal(path: str, body: bytes, status: int, code: str) -> None:
    """FF-3: whatever is wrong with a request, the answer is a client's error with a code."""
    with serving(desk(), token=None) as base:
        reply = ask("POST", base + path, body)

    assert (status, [code]) == (reply.status, reply.codes)


@pytest.mark.parametrize("target", ["", ":99999/call", "http://[/call", "//[/call", "*", "/call?a=%FF"])
def test_a_target_that_is_no_path_is_refused(target: str) -> None:
    """FF-3: whatever stands where the path should, with or without Twilio's signature, it is a client's error."""
    for token in (None, TOKEN):
        hook = hook_of(desk(), public="http://127.0.0.1:1", key=KEY, token=token, sip="pbx.example.com")

        assert (400, '{"errors": ["request.malformed"]}') == (
            (answer := hook.answer(target, b"", None)).status,
            answer.body,
        )


def test_a_report_that_doesnt_fit_leaves_the_call_where_it_stood() -> None:
    """FF-3: a report with values that nobody knows is refused, and the right one still works."""
    with serving(desk()) as base:
        call = at_the_menu(base)
        call.report(Digits="1")
        replies = [
            post(call.report_url, call.parameters(**report))
            for report in ({}, {"DialCallStatus": "lost"}, {"DialCallStatus": "busy", "CallStatus": "lost"})
        ]

        assert [(400, ["field.required"]), *[(400, ["field.unknown_choice"])] * 2] == [
            (reply.status, reply.codes) for reply in replies
        ]
        call.report(DialCallStatus="busy")
        assert [phone("ravi")] == call.rung


def test_only_posts_are_answered() -> None:
    """FF-3: a GET, and a post without a length, are refused."""
    with serving(desk()) as base:
        assert (405, ["request.method"]) == ((reply := ask("GET", f"{base}/call")).status, reply.codes)
        assert (411, ["request.no_length"]) == (
            (reply := ask("POST", f"{base}/call", b"", {"Content-Length": "-1"})).status,
            reply.codes,
        )


def test_a_refusal_names_the_parameter() -> None:
    """FF-3: whoever wires a server up is told which parameter is missing, or has a value that nobody knows."""
    hook = hook_of(desk(), public="http://127.0.0.1:1", key=KEY, token=None, sip="pbx.example.com")
    lost = b"To=%2B918069651170&CallSid=CA1&CallStatus=lost"

    assert '{"errors": ["CallSid: field.required"]}' == hook.answer("/call", b"", None).body
    assert '{"errors": ["CallStatus: field.unknown_choice"]}' == hook.answer("/call", lost, None).body


@pytest.mark.parametrize("content", [None, "agentprov = ", "{}"], ids=["not there", "no TOML", "no tenant"])
def test_a_tenant_that_cannot_be_read_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    """FF-3: a program that can't start says why in a line, and shows no traceback."""
    monkeypatch.setenv("AGENTPROV_KEY", KEY.decode())
    path = tmp_path / "tenant.toml"
    if content is not None:
        path.write_text(content, encoding="utf-8")

    with pytest.raises(SystemExit) as ended:
        main([str(path)])

    usage, _, said = capsys.readouterr().err.partition(": error: ")
    assert 2 == ended.value.code
    assert usage.startswith("usage: ")
    assert "tenant.toml" in said
    assert 1 == len(said.splitlines())

"""What Twilio reports, as events: by the tables of Twilio's documentation."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentprov.errors import AgentprovError, Code, InvalidValue, Problem
from agentprov.interop.twiml_reports import call_of, events_of, is_ringing, waited
from agentprov.model.calls import (
    AnnouncementEnded,
    Answered,
    Busy,
    Call,
    CallerGone,
    CallEvent,
    Digits,
    InputTimeout,
    LeftQueue,
    LegFailed,
    NoAnswer,
    Rejected,
)
from agentprov.model.contact import PhoneNumber
from agentprov.model.destinations import QueueExit
from agentprov.model.ids import DepartmentId, IvrId, UserId, VoicemailId
from agentprov.model.standings import (
    Announcing,
    Connected,
    Ended,
    Forwarding,
    InMenu,
    InQueue,
    Place,
    Recording,
    RingingAgent,
    RingingDepartment,
    Waiting,
)

ASHA, RAVI = UserId("u-asha"), UserId("u-ravi")
PLACE = Place(kind="numbers", id="n-main", exit="to")
AGENT = RingingAgent(user=ASHA, rung=("101",))
FORWARD = Forwarding(place=PLACE)
MENU = InMenu(ivr=IvrId("i-main"))
QUEUE = InQueue(place=PLACE)
MESSAGE = Recording(voicemail=VoicemailId("box"))
GONE = CallerGone()


TEAM = RingingDepartment(department=DepartmentId("d"), list="0" * 8, ringing=3, past=3, entered=0, ring_left=0)


STANDINGS: tuple[Waiting, ...] = (
    AGENT,
    TEAM,
    FORWARD,
    MENU,
    Announcing(place=PLACE),
    QUEUE,
    MESSAGE,
    Connected(by=ASHA),
    Ended(),
)


@pytest.mark.parametrize(
    ("parameters", "waiting", "events"),
    [
        ({"DialCallStatus": "no-answer"}, AGENT, (NoAnswer(),)),
        ({"DialCallStatus": "busy"}, AGENT, (Busy(),)),
        ({"DialCallStatus": "busy", "DialSipResponseCode": "603"}, AGENT, (Rejected(),)),
        ({"DialCallStatus": "failed"}, AGENT, (LegFailed(),)),
        ({"DialCallStatus": "failed", "DialSipResponseCode": "603"}, AGENT, (Rejected(),)),
        ({"DialCallStatus": "failed", "DialSipResponseCode": "503"}, AGENT, (LegFailed(),)),
        ({"DialCallStatus": "canceled"}, AGENT, (NoAnswer(),)),
        ({"DialCallStatus": "canceled", "CallStatus": "completed"}, AGENT, (GONE,)),
        ({"DialCallStatus": "no-answer", "CallStatus": "completed"}, AGENT, (GONE,)),
        ({"CallStatus": "completed"}, AGENT, (GONE,)),
        ({"DialCallStatus": "completed"}, AGENT, (Answered(by=ASHA), GONE)),
        ({"DialCallStatus": "answered"}, AGENT, (Answered(by=ASHA), GONE)),
        ({"DialCallStatus": "completed", "DialBridged": "true"}, AGENT, (Answered(by=ASHA), GONE)),
        ({"DialCallStatus": "completed", "DialBridged": "false"}, AGENT, (NoAnswer(),)),
        ({"DialCallStatus": "completed"}, TEAM, (GONE,)),
        ({"DialCallStatus": "no-answer"}, TEAM, (NoAnswer(),)),
        ({"DialCallStatus": "completed"}, FORWARD, (Answered(), GONE)),
        ({"DialCallStatus": "no-answer"}, FORWARD, (NoAnswer(),)),
        ({"Digits": "12"}, MENU, (Digits(keys="12", complete=True),)),
        ({"Digits": ""}, MENU, (InputTimeout(),)),
        ({"CallStatus": "in-progress"}, MENU, (InputTimeout(),)),
        ({"Digits": "1", "CallStatus": "completed"}, MENU, (GONE,)),
        ({"CallStatus": "in-progress"}, Announcing(place=PLACE), (AnnouncementEnded(),)),
        ({"CallStatus": "canceled"}, Announcing(place=PLACE), (GONE,)),
        ({"QueueResult": "bridged"}, QUEUE, (Answered(), GONE)),
        ({"QueueResult": "bridged", "CallStatus": "completed"}, QUEUE, (Answered(), GONE)),
        ({"QueueResult": "redirected-from-bridged"}, QUEUE, (Answered(), GONE)),
        ({"QueueResult": "bridging-in-process"}, QUEUE, (Answered(),)),
        ({"QueueResult": "hangup"}, QUEUE, (GONE,)),
        ({"QueueResult": "leave"}, QUEUE, (LeftQueue(exit=QueueExit.TIMEOUT),)),
        ({"QueueResult": "redirected"}, QUEUE, (LeftQueue(exit=QueueExit.LEFT),)),
        ({"QueueResult": "queue-full"}, QUEUE, (LeftQueue(exit=QueueExit.FULL),)),
        ({"QueueResult": "error"}, QUEUE, (LeftQueue(exit=QueueExit.EMPTY),)),
        ({"QueueResult": "system-error"}, QUEUE, (LeftQueue(exit=QueueExit.EMPTY),)),
        ({"QueueResult": "system-error", "CallStatus": "completed"}, QUEUE, (GONE,)),
        ({"CallStatus": "completed"}, QUEUE, (GONE,)),
        ({"RecordingUrl": "https://media.example.com/1", "Digits": "hangup"}, MESSAGE, (GONE,)),
        ({"RecordingStatus": "in-progress"}, MESSAGE, ()),
        ({"RecordingStatus": "completed"}, MESSAGE, (GONE,)),
        ({"RecordingStatus": "absent"}, MESSAGE, (GONE,)),
        ({"RecordingStatus": "in-progress", "CallStatus": "completed"}, MESSAGE, (GONE,)),
        ({}, Connected(by=ASHA), (GONE,)),
        ({}, Ended(), (GONE,)),
    ],
)
def test_a_report_is_read_by_what_the_call_waits_for(
    parameters: Mapping[str, str], waiting: Waiting, events: tuple[CallEvent, ...]
) -> None:
    """FF-3: every value that Twilio documents is one event, or two: an answer is reported when it is over."""
    assert events == events_of(parameters, waiting=waiting)


def test_a_host_that_keeps_who_answered_says_so() -> None:
    """FF-3: where several rang, or a queue served the call, the host may know who it was."""
    assert (Answered(by=RAVI), GONE) == events_of({"DialCallStatus": "completed"}, waiting=TEAM, by=RAVI)
    assert (Answered(by=RAVI), GONE) == events_of({"QueueResult": "bridged"}, waiting=QUEUE, by=RAVI)


@pytest.mark.parametrize(
    ("parameters", "waiting", "code", "name"),
    [
        ({"DialCallStatus": "ringing"}, AGENT, Code.FIELD_UNKNOWN_CHOICE, "DialCallStatus"),
        ({"DialCallStatus": "Completed"}, AGENT, Code.FIELD_UNKNOWN_CHOICE, "DialCallStatus"),
        ({}, AGENT, Code.FIELD_REQUIRED, "DialCallStatus"),
        ({"DialCallStatus": ""}, FORWARD, Code.FIELD_REQUIRED, "DialCallStatus"),
        ({"DialCallStatus": "completed", "DialBridged": "maybe"}, AGENT, Code.FIELD_UNKNOWN_CHOICE, "DialBridged"),
        ({"CallStatus": "gone"}, MENU, Code.FIELD_UNKNOWN_CHOICE, "CallStatus"),
        ({"Digits": "A"}, MENU, Code.FIELD_INVALID, "Digits"),
        ({"Digits": "1" * 33}, MENU, Code.FIELD_INVALID, "Digits"),
        ({"Digits": "\ud800"}, MENU, Code.FIELD_INVALID, "Digits"),
        ({"Digits": 1}, MENU, Code.FIELD_WRONG_TYPE, "Digits"),
        ({}, QUEUE, Code.FIELD_REQUIRED, "QueueResult"),
        ({"QueueResult": "lost"}, QUEUE, Code.FIELD_UNKNOWN_CHOICE, "QueueResult"),
        ({"RecordingStatus": "paused"}, MESSAGE, Code.FIELD_UNKNOWN_CHOICE, "RecordingStatus"),
    ],
)
def test_what_isnt_known_is_refused_by_its_name(
    parameters: Mapping[str, str], waiting: Waiting, code: Code, name: str
) -> None:
    """FF-3: a value that Twilio doesn't document is a problem under the parameter's name, and no guess."""
    with pytest.raises(InvalidValue) as caught:
        events_of(parameters, waiting=waiting)

    assert [(code, (name,))] == [(each.code, each.path) for each in caught.value.problems]


NAMES = st.sampled_from(
    ["CallStatus", "DialCallStatus", "DialBridged", "DialSipResponseCode", "Digits", "QueueResult", "RecordingStatus"]
)
VALUES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["completed", "busy", "no-answer", "in-progress", "bridged", "leave", "true", "false", "12", "603"]
    ),
    st.integers().map(str),
)


@given(
    parameters=st.dictionaries(st.one_of(NAMES, st.text()), VALUES),
    waiting=st.sampled_from(STANDINGS),
)
def test_any_request_is_events_or_a_problem_of_ours(parameters: dict[str, str], waiting: Waiting) -> None:
    """FF-3: whatever a request holds, it is two events at most, or problems of ours, each under a parameter's name."""
    events: tuple[CallEvent, ...] = ()
    problems: tuple[Problem, ...] = ()
    try:
        events = events_of(parameters, waiting=waiting)
    except AgentprovError as error:
        problems = error.problems

    assert {each.path[0] for each in problems} <= {*parameters, "DialCallStatus", "QueueResult"}
    assert len(events) <= 2
    assert GONE not in events[:-1]


@given(parameters=st.dictionaries(NAMES, VALUES), extra=st.dictionaries(st.text(min_size=20), VALUES))
def test_parameters_that_nobody_knows_change_nothing(parameters: dict[str, str], extra: dict[str, str]) -> None:
    """FF-3: Twilio may add parameters: they are passed over."""

    def read(given: dict[str, str]) -> object:
        found: list[object] = []
        for waiting in STANDINGS:
            try:
                found.append(events_of(given, waiting=waiting))
            except InvalidValue as error:
                found.append(error.codes)
        return found

    assert read(parameters) == read(extra | parameters)


@pytest.mark.parametrize(
    ("caller", "expected"),
    [
        ("+919812345678", "+919812345678"),
        ("+266696687", None),
        ("+7378742833", None),
        ("+2562533", None),
        ("+86282452253", None),
        ("+8656696", None),
        ("anonymous", None),
        ("client:asha", None),
        ("sip:asha@pbx.example.com", None),
        ("+919812345678;ext=1", None),
        ("", None),
        ("\ud800", None),
    ],
)
def test_a_caller_without_a_number_is_anonymous(caller: str, expected: str | None) -> None:
    """FF-3: what isn't E.164, and what Twilio gives for a withheld number, is no caller's number."""
    number = None if expected is None else PhoneNumber(expected)

    assert Call(to=PhoneNumber("+918069651170"), caller=number) == call_of({"To": "+918069651170", "From": caller})


def test_a_call_needs_the_number_that_was_dialled() -> None:
    """FF-3: without the dialled number in E.164 there is no call."""
    for parameters, code in (
        ({}, Code.FIELD_REQUIRED),
        ({"To": "100"}, Code.PHONE_NOT_CANONICAL),
        ({"To": "+918069651170;ext=1"}, Code.PHONE_NOT_CANONICAL),
    ):
        with pytest.raises(InvalidValue) as caught:
            call_of(parameters)

        assert [(code, "To")] == [(each.code, str(each.path[0])) for each in caught.value.problems]


def test_a_call_rings_until_it_is_taken() -> None:
    """FF-3: before a call is taken its status says so."""
    assert [True, True, True, False, False, False] == [
        is_ringing({"CallStatus": status} if status else {})
        for status in ("queued", "initiated", "ringing", "in-progress", "completed", "")
    ]


def test_the_time_in_a_queue_is_seconds() -> None:
    """FF-3: how long somebody has waited is a number of seconds, or a problem."""
    assert 75 == waited({"QueueTime": "75"})
    for parameters, code in (
        ({}, Code.FIELD_REQUIRED),
        ({"QueueTime": "-1"}, Code.FIELD_INVALID),
        ({"QueueTime": "1e3"}, Code.FIELD_INVALID),
        ({"QueueTime": "٣"}, Code.FIELD_INVALID),
        ({"QueueTime": "9" * 5_000}, Code.FIELD_INVALID),
    ):
        with pytest.raises(InvalidValue) as caught:
            waited(parameters)

        assert [(code, ("QueueTime",))] == [(each.code, each.path) for each in caught.value.problems]

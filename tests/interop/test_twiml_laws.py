"""Laws of documents: whatever the step and the host's names, TwiML admits what is written, and it is what was meant."""

from __future__ import annotations

import attrs
from hypothesis import given
from hypothesis import strategies as st

from agentprov.engine.call_flow import Router
from agentprov.engine.playing import Script, play
from agentprov.errors import InvalidValue
from agentprov.interop.twiml import MOST_TELEPHONES, render
from agentprov.interop.twiml_values import Client, Play, Say, Sip, Telephony, Urls
from agentprov.model.calls import Call
from agentprov.model.destinations import Cause
from agentprov.model.ids import AnnouncementId, IvrId, QueueId, UserId, VoicemailId
from agentprov.model.live import Live
from agentprov.model.steps import Action, Announce, Connect, End, Forward, Leg, Menu, Ring, TakeMessage, ToHostQueue
from agentprov.model.tenant import Tenant
from agentprov.testing import strategies as ours
from tests.interop.twiml_grammar import faults, read
from tests.interop.twiml_steps import EVERY_URL, TELEPHONY, step

AWKWARD = st.one_of(
    st.text(),
    st.text(alphabet=st.characters(categories=["Cs", "Cc", "Lu"])),
    st.sampled_from(
        ["<Dial>", "a & b", '"', "'", "]]>", "<!--", "&amp;", "\x00", "\ud800", "\ufffe", "\x0b", "é" * 50]
    ),
)
"""Texts as hosts and tenants may have them, and as attackers would."""

LEGS = st.builds(
    Leg,
    user=st.sampled_from([UserId("u-1"), UserId("u:2@x/+=")]),
    number=st.one_of(
        st.from_regex(r"\+[1-9][0-9]{6,12}(;ext=[0-9]{1,4})?", fullmatch=True), st.sampled_from(["1", "101"])
    ),
    delay=st.integers(0, 60),
    duration=st.integers(1, 60),
    confirm=st.booleans(),
)
KEYS = st.text(alphabet="0123456789*#", min_size=1, max_size=4)
ACTIONS: st.SearchStrategy[Action] = st.one_of(
    st.lists(LEGS, min_size=1, max_size=14).map(
        lambda legs: Ring(legs=tuple(legs), duration=max(leg.end for leg in legs))
    ),
    st.builds(
        Menu,
        ivr=st.just(IvrId("i")),
        prompt=st.sampled_from([None, AnnouncementId("welcome"), AnnouncementId("other")]),
        options=st.lists(KEYS, min_size=1, unique=True).map(tuple),
        timeout=st.integers(1, 60),
        inter_digit_timeout=st.integers(1, 30),
    ),
    st.builds(Announce, announcement=st.just(AnnouncementId("welcome"))),
    st.builds(Forward, number=ours.phones(), timeout=st.integers(1, 600), confirm=st.booleans()),
    st.builds(
        ToHostQueue,
        queue=st.just(QueueId("line")),
        priority=st.integers(0, 100),
        max_wait=st.none() | st.integers(1, 3_600),
        max_length=st.none() | st.integers(0, 10_000),
    ),
    st.builds(TakeMessage, voicemail=st.sampled_from([VoicemailId("box"), VoicemailId("other")])),
    st.builds(Connect, user=st.sampled_from([None, UserId("u-1")])),
    st.builds(End, cause=st.sampled_from(Cause)),
)


@given(
    action=ACTIONS,
    ringing=st.booleans(),
    urls=st.sampled_from([EVERY_URL, Urls(report="/r", confirm="/c", hold="/h", recorded="/x")]),
)
def test_every_document_is_admitted(action: Action, urls: Urls, *, ringing: bool) -> None:
    """FF-3: whatever the step, the document has only verbs, attributes and values that TwiML has, in their places."""
    document = render(step(action), telephony=TELEPHONY, urls=urls, ringing=ringing)

    assert [] == list(faults(read(document.text)))


@given(action=ACTIONS)
def test_the_telephones_of_a_wave_are_those_that_begin_with_it(action: Action) -> None:
    """FF-3: those telephones ring that ring first, in their order, ten at most; and nothing else has any."""
    found = [
        noun.text for noun in read(render(step(action), telephony=TELEPHONY, urls=EVERY_URL).text).iterfind("Dial/*")
    ]
    expected: list[str | None] = []
    if isinstance(action, Ring):
        first = min(leg.delay for leg in action.legs)
        rung = [leg.number.partition(";")[0] for leg in action.legs if leg.delay == first][:MOST_TELEPHONES]
        expected = [{"1": "agent_1", "101": "sip:101@pbx.example.com"}.get(number, number) for number in rung]
    elif isinstance(action, Forward):
        expected = [action.number.partition(";")[0]]

    assert expected == found


def heard(text: str) -> str:
    """A text as XML gives it back: it knows one kind of line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


@given(text=AWKWARD, part=AWKWARD, name=AWKWARD)
def test_no_text_becomes_mark_up(text: str, part: str, name: str) -> None:
    """FF-3: whatever a text holds, it stands there as it is or is refused by a problem of ours; it adds no element."""
    url = f"https://media.example.com/{part}"
    telephony = attrs.evolve(
        TELEPHONY, announcement=lambda *_: Say(text=text), greeting=lambda *_: Play(url=url), queue=lambda _: name
    )
    actions: tuple[tuple[Action, str, list[str]], ...] = (
        (Announce(announcement=AnnouncementId("a")), text, ["Say", "Redirect"]),
        (TakeMessage(voicemail=VoicemailId("box")), url, ["Play", "Record", "Redirect"]),
        (ToHostQueue(queue=QueueId("line")), name, ["Enqueue"]),
    )
    for action, expected, tags in actions:
        try:
            document = render(step(action), telephony=telephony, urls=EVERY_URL)
        except InvalidValue:
            continue
        found = read(document.text)

        assert tags == [each.tag for each in found]
        assert heard(expected) == found[0].text


@given(url=st.one_of(AWKWARD, AWKWARD.map("https://calls.example.com/{}".format)))
def test_a_url_comes_through_or_is_refused(url: str) -> None:
    """FF-3: a URL stands in the document as it was given, ampersands and all, or can't be given."""
    try:
        urls = Urls(report=url)
    except InvalidValue:
        return
    document = read(render(step(Announce(announcement=AnnouncementId("a"))), telephony=TELEPHONY, urls=urls).text)

    assert url == document[1].text


@given(address=AWKWARD)
def test_an_address_comes_through_or_is_refused(address: str) -> None:
    """FF-3: an address stands in the document as it was given, or can't be given."""
    for kind, expected in ((Client, address), (Sip, f"sip:{address}")):
        try:
            telephone = kind(**{"identity" if kind is Client else "uri": expected})
        except InvalidValue:
            continue
        telephony = attrs.evolve(TELEPHONY, extension={"1": telephone}.__getitem__)
        ring = Ring(legs=(Leg(user=UserId("u"), number="1", delay=0, duration=5),), duration=5)

        assert expected == read(render(step(ring), telephony=telephony, urls=EVERY_URL).text)[0][0].text


@given(data=st.data())
def test_every_step_of_every_call_can_be_rendered(data: st.DataObject) -> None:
    """FF-3: whatever the tenant and the call, each step of it becomes a document that TwiML admits."""
    tenant: Tenant = data.draw(ours.tenants())
    call: Call = data.draw(ours.calls())
    live: Live = data.draw(ours.live_facts())
    at = data.draw(ours.instants())
    script = Script(digits=data.draw(st.lists(st.sampled_from(["1", "12", "2", "9"]), max_size=4)))
    telephony = Telephony.of(tenant, extension=lambda number: Sip(uri=f"sip:{number}@pbx.example.com"))

    played = play(Router(tenant), call, at=at, live=live, script=script)

    for each in played.steps:
        assert [] == list(faults(read(render(each, telephony=telephony, urls=EVERY_URL).text)))


def test_the_judge_finds_faults() -> None:
    """FF-3: the grammar taken from Twilio's library refuses what isn't TwiML."""
    wrong = '<Response>text<Dial speed="1" timeout="0"><Play/></Dial><Number/></Response>'

    assert [
        "<Dial> has no speed",
        "<Play> can't stand in <Dial>",
        "<Dial timeout='0'>",
        "<Number> can't stand in <Response>",
        "<Response> holds text",
    ] == list(faults(read(wrong)))

"""A step as TwiML: the same document as Twilio's own library builds."""

from __future__ import annotations

from xml.etree.ElementTree import canonicalize

import attrs
import pytest
from twilio.twiml.voice_response import Gather, VoiceResponse

from agentprov.errors import AgentprovError, Code, InvalidValue
from agentprov.interop.twiml import confirmation, hold, render, render_wave
from agentprov.interop.twiml_values import Client, Document, Note, Play, Say, Sip, Telephony, Urls
from agentprov.interop.waves import Wave
from agentprov.model.calls import Call, NoAnswer
from agentprov.model.contact import PhoneNumber
from agentprov.model.destinations import Cause
from agentprov.model.groups import Announcement, Voicemail
from agentprov.model.ids import AnnouncementId, IvrId, QueueId, UserId, VoicemailId
from agentprov.model.standings import Carried
from agentprov.model.steps import Announce, Connect, End, Forward, Menu, Ring, TakeMessage, ToHostQueue
from tests.engine.call_centre import CALLER, VOICEMAIL, centre
from tests.interop.twiml_grammar import read
from tests.interop.twiml_steps import ANSWERED, ASHA, AUDIO, MEERA, RAVI, REPORT, TELEPHONY, URLS, leg, step


def same(expected: VoiceResponse, actual: Document) -> bool:
    """Whether two documents say the same, whatever the order of their attributes."""
    return canonicalize(expected.to_xml()) == canonicalize(actual.text)


def gather(**attributes: object) -> Gather:
    """A gathering of keys as every menu has it, but for these attributes."""
    always = {"input": "dtmf", "action": REPORT, "action_on_empty_result": True}
    return Gather(**always, **attributes)


def test_a_wave_is_one_attempt_that_rings_them_all() -> None:
    """FF-3: numbers, SIP telephones and browsers ring together, and each tells who picked up."""
    legs = (leg(ASHA, "+919800000001"), leg(RAVI, "101"), leg(MEERA, "7"))
    expected = VoiceResponse()
    dial = expected.dial(action=REPORT, timeout=30, answer_on_bridge=True, caller_id=CALLER)
    for noun, who, address in (
        (dial.number, ASHA, "+919800000001"),
        (dial.sip, RAVI, "sip:101@pbx.example.com"),
        (dial.client, MEERA, "agent_7"),
    ):
        noun(address, status_callback=f"{ANSWERED}&user={who}", status_callback_event="answered")

    document = render(step(Ring(legs=legs, duration=30)), telephony=TELEPHONY, urls=URLS)

    assert same(expected, document)
    assert () == document.notes


def test_without_an_answered_url_nobody_is_asked_who_picked_up() -> None:
    """FF-3: what the host gives no URL for isn't in the document."""
    expected = VoiceResponse()
    expected.dial(action=REPORT, timeout=30, answer_on_bridge=True, caller_id=CALLER).number("+919800000001")

    document = render(
        step(Ring(legs=(leg(ASHA, "+919800000001"),), duration=30)), telephony=TELEPHONY, urls=Urls(report=REPORT)
    )

    assert same(expected, document)


def test_keys_are_dialled_after_the_answer() -> None:
    """FF-3: a number with a suffix is dialled without it, and the suffix after a pause."""
    expected = VoiceResponse()
    dial = expected.dial(action=REPORT, timeout=20, answer_on_bridge=True, caller_id=CALLER)
    dial.number("+912226000000", send_digits="wwww12")

    document = render(
        step(Forward(number=PhoneNumber("+912226000000;ext=12"), timeout=20)),
        telephony=TELEPHONY,
        urls=Urls(report=REPORT),
    )

    assert same(expected, document)


def test_a_forward_rings_a_number_outside() -> None:
    """FF-3: a forward is an attempt with one number, whose answer is nobody's of the tenant."""
    expected = VoiceResponse()
    dial = expected.dial(action=REPORT, timeout=25, answer_on_bridge=True, caller_id=CALLER)
    dial.number("+912226000000", status_callback=ANSWERED, status_callback_event="answered")

    document = render(step(Forward(number=PhoneNumber("+912226000000"), timeout=25)), telephony=TELEPHONY, urls=URLS)

    assert same(expected, document)


def test_a_wave_whose_legs_begin_later_is_rung_in_parts() -> None:
    """FF-3: TwiML starts all telephones of an attempt together, so each span with the same legs is one of its own."""
    wave = Wave.of(Ring(legs=(leg(ASHA, "101", 0, 30), leg(RAVI, "102", 20, 30)), duration=50))
    rung = []
    notes = []
    while isinstance(wave, Wave):
        document = render_wave(wave, telephony=TELEPHONY, urls=URLS)
        rung.append((tuple(each.number for each in wave.now), wave.seconds))
        notes.append(document.notes)
        after = wave.after(NoAnswer())
        if not isinstance(after, Wave):
            break
        wave = after

    assert [(("101",), 20), (("101", "102"), 10), (("102",), 20)] == rung
    assert [(Note.WAVE_IN_PARTS,)] * 3 == notes


def test_ten_telephones_ring_at_most() -> None:
    """FF-3: an eleventh telephone can't ring, which the document's notes say."""
    legs = tuple(leg(UserId(f"u-{each}"), f"+91980000{each:04}") for each in range(11))
    expected = VoiceResponse()
    dial = expected.dial(action=REPORT, timeout=30, answer_on_bridge=True, caller_id=CALLER)
    for each in range(10):
        dial.number(f"+91980000{each:04}")

    document = render(step(Ring(legs=legs, duration=30)), telephony=TELEPHONY, urls=Urls(report=REPORT))

    assert same(expected, document)
    assert (Note.LEGS_LEFT_OUT,) == document.notes


@pytest.mark.parametrize(
    ("options", "pressed", "keys", "ends", "notes"),
    [
        (("1", "2"), "", 1, "", ()),
        (("1", "#"), "", 1, "", ()),
        (("1", "12"), "", 2, "#", (Note.ONE_TIMEOUT,)),
        (("1", "12#"), "", 3, "", (Note.ONE_TIMEOUT,)),
        (("1", "12"), "1", 1, "", ()),
        (("1", "123"), "1", 2, "#", (Note.ONE_TIMEOUT,)),
    ],
)
def test_a_menu_collects_as_many_keys_as_its_longest_option(
    options: tuple[str, ...], pressed: str, keys: int, ends: str, notes: tuple[Note, ...]
) -> None:
    """FF-3: keys are collected as far as an option goes; the pound key ends longer input, if it is in no option."""
    expected = VoiceResponse()
    inner = gather(timeout=5, num_digits=keys, finish_on_key=ends)
    if not pressed:
        inner.play(AUDIO)
    expected.append(inner)

    document = render(
        step(
            Menu(
                ivr=IvrId("i-main"),
                prompt=AnnouncementId("welcome"),
                options=options,
                timeout=5,
                inter_digit_timeout=3,
                pressed=pressed,
            )
        ),
        telephony=TELEPHONY,
        urls=URLS,
    )

    assert same(expected, document)
    assert notes == document.notes


def test_a_menu_without_a_prompt_waits_in_silence() -> None:
    """FF-3: nothing is played where the menu has no prompt."""
    expected = VoiceResponse()
    expected.append(gather(timeout=9, num_digits=1, finish_on_key=""))

    document = render(
        step(Menu(ivr=IvrId("i-main"), prompt=None, options=("0",), timeout=9, inter_digit_timeout=3)),
        telephony=TELEPHONY,
        urls=URLS,
    )

    assert same(expected, document)


def test_an_announcement_is_heard_and_then_the_host_is_asked() -> None:
    """FF-3: an announcement is spoken or played, then Twilio asks what is next."""
    expected = VoiceResponse()
    expected.say("This is closed & more.")
    expected.redirect(REPORT)

    document = render(step(Announce(announcement=AnnouncementId("closed"))), telephony=TELEPHONY, urls=URLS)

    assert same(expected, document)


def test_a_queue_is_called_as_the_host_calls_it() -> None:
    """FF-3: the call is put into the host's queue, and hears what the host has for those who wait."""
    expected = VoiceResponse()
    expected.enqueue("line", action=REPORT, wait_url="/hold")

    document = render(
        step(ToHostQueue(queue=QueueId("line"))), telephony=TELEPHONY, urls=Urls(report=REPORT, hold="/hold")
    )

    assert same(expected, document)
    assert () == document.notes


@pytest.mark.parametrize(
    ("asked", "size", "notes"),
    [
        ({"max_length": 20}, 20, ()),
        ({"max_length": 0}, 1, (Note.LENGTH_BOUNDED,)),
        ({"max_length": 9_000}, 5_000, (Note.LENGTH_BOUNDED,)),
        ({"priority": 3}, None, (Note.PRIORITY_LEFT_OUT,)),
        ({"max_wait": 60}, None, (Note.WAIT_UNBOUNDED,)),
    ],
)
def test_what_a_queue_cant_do_is_noted(asked: dict[str, int], size: int | None, notes: tuple[Note, ...]) -> None:
    """FF-3: a queue's length is kept, as far as Twilio's queues go; a priority isn't; a wait needs a URL to end it."""
    expected = VoiceResponse()
    expected.enqueue("line", action=REPORT, max_queue_size=size)

    document = render(
        step(ToHostQueue(queue=QueueId("line"), **asked)),
        telephony=TELEPHONY,
        urls=Urls(report=REPORT),
    )

    assert same(expected, document)
    assert notes == document.notes


def test_a_message_is_recorded_after_the_greeting() -> None:
    """FF-3: the greeting, the tone, the recording; and silence reports as well."""
    expected = VoiceResponse()
    expected.say("Leave a message.", language="en-IN")
    expected.record(
        action=REPORT, max_length=120, finish_on_key="#", play_beep=True, recording_status_callback="/recorded"
    )
    expected.redirect(REPORT)

    document = render(
        step(TakeMessage(voicemail=VoicemailId("box"))),
        telephony=TELEPHONY,
        urls=Urls(report=REPORT, recorded="/recorded"),
    )

    assert same(expected, document)


def test_a_box_without_a_greeting_has_its_tone() -> None:
    """FF-3: without a greeting the recording begins with the tone."""
    expected = VoiceResponse()
    expected.record(action=REPORT, max_length=120, finish_on_key="#", play_beep=True)
    expected.redirect(REPORT)

    assert same(expected, render(step(TakeMessage(voicemail=VoicemailId("other"))), telephony=TELEPHONY, urls=URLS))


def test_connecting_is_nothing_more_to_do() -> None:
    """FF-3: Twilio has put the call through itself, so an empty document lets it."""
    assert same(VoiceResponse(), render(step(Connect(user=ASHA)), telephony=TELEPHONY, urls=URLS))


@pytest.mark.parametrize(
    ("cause", "reason"),
    [
        (Cause.BUSY, "busy"),
        (Cause.REJECTED, "rejected"),
        (Cause.UNAVAILABLE, "rejected"),
        (Cause.NO_ANSWER, "rejected"),
    ],
)
def test_a_call_that_was_never_taken_is_rejected_with_a_reason(cause: Cause, reason: str) -> None:
    """FF-3: before a call is taken, its caller's side is told why it ends; afterwards it is hung up."""
    rejected, hung_up = VoiceResponse(), VoiceResponse()
    rejected.reject(reason=reason)
    hung_up.hangup()

    ringing = render(step(End(cause=cause)), telephony=TELEPHONY, urls=URLS, ringing=True)
    taken = render(step(End(cause=cause)), telephony=TELEPHONY, urls=URLS)

    assert same(rejected, ringing)
    assert () == ringing.notes
    assert same(hung_up, taken)
    assert (Note.CAUSE_NOT_TOLD,) == taken.notes


@pytest.mark.parametrize("ringing", [False, True])
def test_a_normal_end_is_a_hang_up(*, ringing: bool) -> None:
    """FF-3: a call that ends as it should is hung up."""
    expected = VoiceResponse()
    expected.hangup()

    document = render(step(End(cause=Cause.NORMAL)), telephony=TELEPHONY, urls=URLS, ringing=ringing)

    assert same(expected, document)
    assert () == document.notes


def test_whoever_has_to_confirm_presses_a_key_or_is_hung_up_on() -> None:
    """RT-14: only a key leads to where the call is connected; a voicemail presses none."""
    expected = VoiceResponse()
    inner = Gather(input="dtmf", action=ANSWERED, num_digits=1, finish_on_key="", timeout=10)
    inner.say("Press any key to take the call.")
    expected.append(inner)
    expected.hangup()

    assert same(expected, confirmation(TELEPHONY.confirm, answered=ANSWERED))


def test_a_caller_leaves_the_queue_when_the_time_is_over() -> None:
    """FF-3: music goes on until the longest wait, then the call leaves the queue."""
    music, leaving = VoiceResponse(), VoiceResponse()
    music.play(AUDIO)
    leaving.leave()

    assert same(music, hold(Play(url=AUDIO), waited=59, longest=60))
    assert same(leaving, hold(Play(url=AUDIO), waited=60, longest=60))
    assert same(music, hold(Play(url=AUDIO), waited=86_400, longest=None))


def test_those_who_wait_arent_spoken_to_without_a_break() -> None:
    """FF-3: what is spoken is followed by silence, which ends with the time."""
    for waited, longest, silence in ((0, None, 10), (0, 60, 10), (55, 60, 5)):
        expected = VoiceResponse()
        expected.say("Please hold the line.")
        expected.pause(length=silence)

        assert same(expected, hold(TELEPHONY.hold, waited=waited, longest=longest))


def test_who_has_to_confirm_isnt_connected_at_once() -> None:
    """RT-14: who has to confirm hears a document before they are connected; for the others a report is asked."""
    urls = Urls(report=REPORT, answered=ANSWERED, confirm="/confirm")
    expected = VoiceResponse()
    dial = expected.dial(action=REPORT, timeout=30, answer_on_bridge=True, caller_id=CALLER)
    dial.number("+919800000001", url="/confirm?user=u-asha")
    dial.sip("sip:101@pbx.example.com", status_callback=f"{ANSWERED}&user=u-ravi", status_callback_event="answered")
    outside = VoiceResponse()
    outside.dial(action=REPORT, timeout=30, answer_on_bridge=True, caller_id=CALLER).number(
        "+912226000000", url="/confirm"
    )
    legs = (leg(ASHA, "+919800000001", confirm=True), leg(RAVI, "101"))

    ring = render(step(Ring(legs=legs, duration=30)), telephony=TELEPHONY, urls=urls)
    forward = render(
        step(Forward(number=PhoneNumber("+912226000000"), timeout=30, confirm=True)), telephony=TELEPHONY, urls=urls
    )

    assert same(expected, ring)
    assert same(outside, forward)


def test_without_a_url_to_confirm_at_nobody_is_rung() -> None:
    """RT-14: a host that can't ask for a key doesn't ring who has to press one, lest a voicemail answer the call."""
    for action in (
        Ring(legs=(leg(ASHA, "101", confirm=True),), duration=30),
        Forward(number=PhoneNumber("+912226000000"), timeout=30, confirm=True),
    ):
        with pytest.raises(InvalidValue) as caught:
            render(step(action), telephony=TELEPHONY, urls=URLS)

        assert [(Code.FIELD_REQUIRED, ("urls", "confirm"))] == [
            (each.code, each.path) for each in caught.value.problems
        ]


def test_a_callers_languages_choose_what_is_heard() -> None:
    """RT-12: the host gets the languages that were chosen on the way, and plays what fits."""
    telephony = attrs.evolve(
        TELEPHONY,
        announcement=lambda id_, languages: Play(url=f"/{languages[-1]}/{id_}.mp3"),
        greeting=lambda id_, languages: Play(url=f"/{languages[-1]}/{id_}.mp3"),
    )
    carried = Carried(languages=("en", "hi"))
    menu = Menu(ivr=IvrId("i"), prompt=AnnouncementId("a"), options=("1",), timeout=5, inter_digit_timeout=3)

    heard = [
        read(render(step(action, carried), telephony=telephony, urls=URLS).text).find(".//Play")
        for action in (menu, Announce(announcement=AnnouncementId("b")), TakeMessage(voicemail=VoicemailId("c")))
    ]

    assert ["/hi/a.mp3", "/hi/b.mp3", "/hi/c.mp3"] == [None if each is None else each.text for each in heard]


def test_telephones_show_what_the_step_says() -> None:
    """RT-12: the number that agents are shown is the step's; for a caller who shows none, Twilio's default stays."""
    shown = Carried(caller_id=PhoneNumber("+918069651170"))
    ring = Ring(legs=(leg(ASHA, "101"),), duration=30)
    anonymous = attrs.evolve(step(ring), state=attrs.evolve(step(ring).state, call=Call(to=CALLER)))

    dials = [
        read(render(each, telephony=TELEPHONY, urls=URLS).text)[0].get("callerId")
        for each in (step(ring, shown), step(ring), anonymous)
    ]

    assert ["+918069651170", CALLER, None] == dials


def test_a_tenants_own_references_are_heard() -> None:
    """FF-3: a reference that is a URL is played, another one is spoken or a file, without one a name is spoken."""
    tenant = centre(
        VOICEMAIL,
        announcements={
            AnnouncementId("a"): Announcement(
                id=AnnouncementId("a"), name="A", reference="https://media.example.com/a"
            ),
            AnnouncementId("b"): Announcement(id=AnnouncementId("b"), name="B", reference="We are closed."),
            AnnouncementId("c"): Announcement(id=AnnouncementId("c"), name="We open at nine."),
        },
        voicemails={
            VoicemailId("box"): Voicemail(id=VoicemailId("box"), name="Box", reference="Speak now."),
            VoicemailId("mute"): Voicemail(id=VoicemailId("mute"), name="Mute"),
        },
    )
    telephony = Telephony.of(tenant, extension=lambda number: Client(identity=number))

    assert [Play(url="https://media.example.com/a"), Say(text="We are closed."), Say(text="We open at nine.")] == [
        telephony.announcement(AnnouncementId(each), ()) for each in "abc"
    ]
    assert [Say(text="Speak now."), None] == [
        telephony.greeting(VoicemailId(each), ("hi",)) for each in ("box", "mute")
    ]
    assert "line" == telephony.queue(QueueId("line"))
    kept = Telephony.of(tenant, extension=lambda number: Client(identity=number), media="https://media.example.com/m/")
    assert [
        Play(url="https://media.example.com/a"),
        Play(url="https://media.example.com/m/We%20are%20closed."),
        Say(text="We open at nine."),
    ] == [kept.announcement(AnnouncementId(each), ()) for each in "abc"]
    assert Play(url="https://media.example.com/m/Speak%20now.") == kept.greeting(VoicemailId("box"), ())


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/answered", "/answered?user=u-asha"),
        ("/answered?link=1", "/answered?link=1&user=u-asha"),
        ("/answered?link=1#rc=2", "/answered?link=1&user=u-asha#rc=2"),
    ],
)
def test_the_user_is_put_to_the_query(url: str, expected: str) -> None:
    """FF-3: who was rung stands in the query of the URL, before what Twilio itself reads behind the hash."""
    document = render(
        step(Ring(legs=(leg(ASHA, "101"),), duration=30)), telephony=TELEPHONY, urls=Urls(report=REPORT, answered=url)
    )
    wanted = VoiceResponse()
    wanted.dial(action=REPORT, timeout=30, answer_on_bridge=True, caller_id=CALLER).sip(
        "sip:101@pbx.example.com", status_callback=expected, status_callback_event="answered"
    )

    assert same(wanted, document)


def refused(make: object) -> tuple[Code, ...]:
    """The codes with which something can't be made."""
    assert callable(make)
    with pytest.raises(AgentprovError) as caught:
        make()
    return caught.value.codes


def test_what_a_host_gives_has_to_be_writable() -> None:
    """FF-3: a sound, an address or a URL that can't stand in a document is a problem when it is made."""
    assert (Code.FIELD_CONTROL_CHARACTER,) == refused(lambda: Say(text="a\x00b"))
    assert (Code.FIELD_CONTROL_CHARACTER,) == refused(lambda: Say(text="\ud800"))
    assert (Code.FIELD_REQUIRED,) == refused(lambda: Say(text=" "))
    assert (Code.FIELD_TOO_LONG,) == refused(lambda: Say(text="a" * 4_097))
    assert (Code.FIELD_INVALID,) == refused(lambda: Say(text="a", language='en"'))
    assert (Code.FIELD_INVALID,) == refused(lambda: Play(url="javascript:alert(1)"))
    assert (Code.FIELD_INVALID,) == refused(lambda: Play(url="https://a.example/ b"))
    assert (Code.FIELD_TOO_LONG,) == refused(lambda: Urls(report="https://a.example/" + "a" * 4_000))
    assert (Code.FIELD_INVALID, Code.FIELD_INVALID) == refused(lambda: Urls(report="x", answered="\n"))
    assert (Code.FIELD_INVALID,) == refused(lambda: Sip(uri="sip:a<b@c"))
    assert (Code.FIELD_INVALID,) == refused(lambda: Sip(uri="tel:+91"))
    assert (Code.FIELD_INVALID,) == refused(lambda: Client(identity="a b"))
    assert (Code.FIELD_OUT_OF_RANGE,) == refused(lambda: attrs.evolve(TELEPHONY, longest_message=0))


@pytest.mark.parametrize(
    ("name", "code"),
    [("", Code.FIELD_REQUIRED), ("q" * 65, Code.FIELD_TOO_LONG), ("a\x07", Code.FIELD_CONTROL_CHARACTER)],
)
def test_a_queues_name_has_to_be_one_that_twilio_takes(name: str, code: Code) -> None:
    """FF-3: the host's name for a queue has 1 to 64 characters that can be written."""
    telephony = attrs.evolve(TELEPHONY, queue=lambda _: name)
    with pytest.raises(InvalidValue) as caught:
        render(step(ToHostQueue(queue=QueueId("line"))), telephony=telephony, urls=URLS)

    assert (code,) == caught.value.codes
    assert ("queue",) == caught.value.problems[0].path


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (leg(UserId("u & v"), "101"), Code.ID_INVALID),
        (leg(ASHA, '101"/><Number>+1'), Code.PHONE_NOT_CANONICAL),
        (leg(ASHA, "101", -1), Code.FIELD_OUT_OF_RANGE),
        (leg(ASHA, "101", 0, 0), Code.FIELD_OUT_OF_RANGE),
    ],
)
def test_a_leg_that_no_step_has_is_refused(wrong: object, code: Code) -> None:
    """FF-3: whoever makes up legs can't write mark-up with them."""
    with pytest.raises(InvalidValue) as caught:
        render(step(Ring(legs=(wrong,), duration=30)), telephony=TELEPHONY, urls=URLS)  # type: ignore[arg-type]

    assert (code,) == caught.value.codes


def test_a_number_that_no_step_has_is_refused() -> None:
    """FF-3: a forward to what is no number isn't written."""
    with pytest.raises(InvalidValue) as caught:
        render(step(Forward(number=PhoneNumber("1<2"), timeout=5)), telephony=TELEPHONY, urls=URLS)

    assert (Code.PHONE_NOT_CANONICAL,) == caught.value.codes

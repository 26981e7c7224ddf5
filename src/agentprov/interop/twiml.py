"""A step as TwiML, the mark-up in which Twilio is told what to do with a call (FF-3).

Nothing of Twilio's is needed: a document is made with the standard library's XML. What the mark-up can't say is said in
the document's notes. What comes back is read by :mod:`agentprov.interop.twiml_reports`.
"""

from __future__ import annotations

from typing import Final, assert_never
from xml.etree.ElementTree import Element, SubElement, tostring

from agentprov.errors import Code, Collector, InvalidValue
from agentprov.interop.twiml_values import (
    LONGEST_NAME,
    Client,
    Document,
    Note,
    Play,
    Say,
    Sip,
    Sound,
    Telephony,
    Urls,
    check_written,
    with_user,
)
from agentprov.interop.waves import Wave
from agentprov.model.contact import PhoneNumber, check_e164, dialled_suffix, without_suffix
from agentprov.model.destinations import Cause
from agentprov.model.ids import UserId
from agentprov.model.steps import Announce, Connect, End, Forward, Leg, Menu, Ring, Step, TakeMessage, ToHostQueue

MOST_TELEPHONES: Final = 10
"""How many telephones one attempt rings."""

LONGEST_QUEUE: Final = 5_000
"""How many calls a queue can hold."""

_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>'
_SILENCE: Final = 10  # seconds between what is spoken to those who wait
_PAUSE: Final = "wwww"  # half a second each, before what is dialled after the answer


def render(step: Step, *, telephony: Telephony, urls: Urls, ringing: bool = False) -> Document:
    """The document that makes Twilio do what the step says.

    A wave that isn't rung in one part (:attr:`Wave.in_parts`) has to be kept with the state, and is asked what follows.
    ``ringing``: the call hasn't been taken yet, which is so for the first request of a call (its ``CallStatus`` is
    ``ringing``); only then can the caller's side be told a cause.

    Raises:
        InvalidValue: the host's name for a queue, or a leg or number that no step has, can't be written; or somebody
            has to confirm and there is no URL for that (``field.required``).
    """
    match step.action:
        case Ring() as ring:
            return render_wave(Wave.of(ring), telephony=telephony, urls=urls, caller_id=step.caller_id)
        case Menu(prompt=prompt) as menu:
            heard = None if prompt is None or menu.pressed else telephony.announcement(prompt, step.languages)
            return _menu(menu, heard, urls)
        case Announce(announcement=announcement):
            response = Element("Response")
            _sound(response, telephony.announcement(announcement, step.languages))
            _text(response, "Redirect", urls.report)
            return _document(response)
        case Forward() as forward:
            return _forward(forward, urls, step.caller_id)
        case ToHostQueue() as queue:
            return _queue(queue, telephony, urls)
        case TakeMessage(voicemail=voicemail):
            return _message(telephony.greeting(voicemail, step.languages), telephony.longest_message, urls)
        case Connect():  # Twilio itself puts through whoever answers
            return _document(Element("Response"))
        case End(cause=cause):
            return _end(cause, ringing=ringing)
        case _:
            assert_never(step.action)


def render_wave(wave: Wave, *, telephony: Telephony, urls: Urls, caller_id: PhoneNumber | None = None) -> Document:
    """The document that rings the next part of a wave. ``caller_id`` is what the telephones show, as the step says.

    Raises:
        InvalidValue: as :func:`render`.
    """
    response = Element("Response")
    legs = wave.now
    dial = _dial(response, urls, wave.seconds, caller_id)
    for leg in legs[:MOST_TELEPHONES]:
        _telephone(dial, leg, telephony, urls)
    notes = (
        *((Note.WAVE_IN_PARTS,) if wave.in_parts else ()),
        *((Note.LEGS_LEFT_OUT,) if len(legs) > MOST_TELEPHONES else ()),
    )
    return _document(response, *notes)


def confirmation(prompt: Sound, *, answered: str, timeout: int = 10) -> Document:
    """What whoever was rung hears before they are connected: a key leads on to ``answered``, no key hangs up on them.

    What ``answered`` answers with is ``<Response/>``, which connects them.
    """
    response = Element("Response")
    gather = SubElement(
        response,
        "Gather",
        input="dtmf",
        action=answered,
        numDigits="1",
        finishOnKey="",
        timeout=str(timeout),
    )
    _sound(gather, prompt)
    SubElement(response, "Hangup")
    return _document(response)


def hold(sound: Sound, *, waited: int, longest: int | None) -> Document:
    """What a caller hears in a queue, once; then Twilio asks again. After ``longest`` seconds the call leaves it.

    ``waited`` are the seconds that Twilio reports as ``QueueTime``. What is spoken is followed by silence; a recording
    is heard to its end, so the time is kept as exactly as it is short.
    """
    response = Element("Response")
    left = None if longest is None else longest - waited
    if left is not None and left <= 0:
        SubElement(response, "Leave")
        return _document(response)
    _sound(response, sound)
    if isinstance(sound, Say):
        SubElement(response, "Pause", length=str(_SILENCE if left is None else min(_SILENCE, left)))
    return _document(response)


# ---- actions --------------------------------------------------------------------------------------------------------


def _dial(response: Element, urls: Urls, seconds: int, caller_id: PhoneNumber | None) -> Element:
    # answerOnBridge: the caller goes on hearing it ring until somebody is put through.
    dial = SubElement(response, "Dial", action=urls.report, timeout=str(seconds), answerOnBridge="true")
    if caller_id is not None:
        dial.set("callerId", without_suffix(caller_id))
    return dial


def _telephone(dial: Element, leg: Leg, telephony: Telephony, urls: Urls) -> None:
    attributes = _asked(urls, leg.user, confirm=leg.confirm)
    if not leg.is_extension:
        _number(dial, PhoneNumber(leg.number), attributes)
        return
    match telephony.extension(leg.number):
        case Sip(uri=uri):
            _text(dial, "Sip", uri, **attributes)
        case Client(identity=identity):
            _text(dial, "Client", identity, **attributes)
        case _ as other:
            assert_never(other)


def _asked(urls: Urls, user: UserId | None, *, confirm: bool) -> dict[str, str]:
    """What Twilio asks when a telephone is picked up; nobody is connected unconfirmed who has to confirm."""
    if confirm:
        if urls.confirm is None:
            raise InvalidValue.of(Code.FIELD_REQUIRED, "urls", "confirm")
        return {"url": with_user(urls.confirm, user)}
    if urls.answered is None:
        return {}
    return {"statusCallback": with_user(urls.answered, user), "statusCallbackEvent": "answered"}


def _number(dial: Element, number: PhoneNumber, attributes: dict[str, str]) -> None:
    suffix = dialled_suffix(number)
    keys = {"sendDigits": _PAUSE + suffix} if suffix else {}
    _text(dial, "Number", without_suffix(number), **keys, **attributes)


def _forward(forward: Forward, urls: Urls, caller_id: PhoneNumber | None) -> Document:
    found = Collector()
    check_e164(found, "number", forward.number)
    found.check()
    response = Element("Response")
    dial = _dial(response, urls, forward.timeout, caller_id)
    _number(dial, forward.number, _asked(urls, None, confirm=forward.confirm))
    return _document(response)


def _menu(menu: Menu, prompt: Sound | None, urls: Urls) -> Document:
    """Keys are collected as far as the longest option goes. ``#`` ends longer input early, unless an option has it."""
    longest = max(
        (len(option) - len(menu.pressed) for option in menu.options if option.startswith(menu.pressed)), default=1
    )
    several = longest > 1
    ends_early = several and not any("#" in option for option in menu.options)
    response = Element("Response")
    gather = SubElement(
        response,
        "Gather",
        input="dtmf",
        action=urls.report,
        actionOnEmptyResult="true",
        timeout=str(menu.timeout),
        numDigits=str(max(longest, 1)),
        finishOnKey="#" if ends_early else "",
    )
    if prompt is not None:
        _sound(gather, prompt)
    return _document(response, *((Note.ONE_TIMEOUT,) if several and menu.timeout != menu.inter_digit_timeout else ()))


def _queue(queue: ToHostQueue, telephony: Telephony, urls: Urls) -> Document:
    name = telephony.queue(queue.queue)
    found = Collector()
    check_written(found, "queue", name, limit=LONGEST_NAME)
    found.check()
    response = Element("Response")
    enqueue = _text(response, "Enqueue", name, action=urls.report)
    if urls.hold is not None:
        enqueue.set("waitUrl", urls.hold)
    length = queue.max_length
    bounded = None if length is None else min(max(length, 1), LONGEST_QUEUE)
    if bounded is not None:
        enqueue.set("maxQueueSize", str(bounded))
    return _document(
        response,
        *((Note.PRIORITY_LEFT_OUT,) if queue.priority else ()),
        *((Note.LENGTH_BOUNDED,) if bounded != length else ()),
        *((Note.WAIT_UNBOUNDED,) if queue.max_wait is not None and urls.hold is None else ()),
    )


def _message(greeting: Sound | None, longest: int, urls: Urls) -> Document:
    response = Element("Response")
    if greeting is not None:
        _sound(response, greeting)
    record = SubElement(
        response, "Record", action=urls.report, maxLength=str(longest), finishOnKey="#", playBeep="true"
    )
    if urls.recorded is not None:
        record.set("recordingStatusCallback", urls.recorded)
    _text(response, "Redirect", urls.report)  # without a sound nothing is recorded, and the document goes on here
    return _document(response)


def _end(cause: Cause, *, ringing: bool) -> Document:
    response = Element("Response")
    if cause is Cause.NORMAL or not ringing:
        SubElement(response, "Hangup")
        return _document(response, *(() if cause is Cause.NORMAL else (Note.CAUSE_NOT_TOLD,)))
    SubElement(response, "Reject", reason="busy" if cause is Cause.BUSY else "rejected")
    return _document(response)


# ---- writing --------------------------------------------------------------------------------------------------------


def _sound(parent: Element, sound: Sound) -> None:
    match sound:
        case Play(url=url):
            _text(parent, "Play", url)
        case Say(text=text, language=language):
            _text(parent, "Say", text, **({} if language is None else {"language": language}))
        case _:
            assert_never(sound)


def _text(parent: Element, name: str, text: str, **attributes: str) -> Element:
    element = SubElement(parent, name, attributes)
    element.text = text
    return element


def _document(response: Element, *notes: Note) -> Document:
    return Document(text=_DECLARATION + tostring(response, encoding="unicode"), notes=notes)

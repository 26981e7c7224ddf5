"""What Twilio reports of a call, as the library's events (FF-3).

A request's parameters are read by name, those that matter to what the call waits for; others are passed over, for
Twilio adds new ones without notice. A value that isn't known is a problem and no guess: a wrong one would send a caller
to the wrong place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, assert_never

import attrs

from agentprov.errors import Code, InvalidValue
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
from agentprov.model.contact import SUFFIX, PhoneNumber, phone_problems
from agentprov.model.destinations import QueueExit
from agentprov.model.ids import UserId
from agentprov.model.standings import (
    Announcing,
    Connected,
    Ended,
    Forwarding,
    InMenu,
    InQueue,
    Recording,
    RingingAgent,
    RingingDepartment,
    Waiting,
)

Parameters = Mapping[str, str]
"""The parameters of a request, each once."""

Events = tuple[CallEvent, ...]
"""What one request reports, in order: that somebody answered and that the call is over may come together."""

_GONE: Final = CallerGone()
_OPEN: Final = ("queued", "initiated", "ringing", "in-progress")
_OVER: Final = ("completed", "busy", "failed", "no-answer", "canceled")
_RECORDING: Final = ("in-progress", "completed", "absent", "failed")
_DIALLED: Final = ("completed", "answered", "no-answer", "busy", "failed", "canceled")
_QUEUE: Final[dict[str, Events]] = {
    "bridged": (Answered(), _GONE),
    "bridging-in-process": (Answered(),),
    "redirected-from-bridged": (Answered(), _GONE),
    "hangup": (_GONE,),
    "leave": (LeftQueue(exit=QueueExit.TIMEOUT),),  # what the hold document does when the time is over
    "redirected": (LeftQueue(exit=QueueExit.LEFT),),
    "queue-full": (LeftQueue(exit=QueueExit.FULL),),
    "error": (LeftQueue(exit=QueueExit.EMPTY),),
    "system-error": (LeftQueue(exit=QueueExit.EMPTY),),
}
_DECLINED: Final = "603"
"""The SIP response of whoever declines."""

# Callers without a number come as these words, dialled on a keypad.
_WITHHELD: Final = frozenset(
    {
        "+266696687",  # anonymous
        "+2562533",  # blocked
        "+7378742833",  # restricted
        "+86282452253",  # unavailable
        "+8656696",  # unknown
    }
)


def call_of(parameters: Parameters) -> Call:
    """The call that a first request is about.

    A caller whose number isn't one (withheld, a SIP address, a browser) is anonymous.

    Raises:
        InvalidValue: ``To`` is missing or no number: ``field.required`` or ``phone.not_canonical``.

    >>> call_of({"To": "+918069651170", "From": "+266696687", "CallStatus": "ringing"}).caller is None
    True
    """
    to = _required(parameters, "To")
    caller = _given(parameters, "From")
    withheld = caller is None or caller in _WITHHELD or SUFFIX in caller or bool(phone_problems(caller))
    try:
        return Call(to=PhoneNumber(to), caller=None if caller is None or withheld else PhoneNumber(caller))
    except InvalidValue as error:  # the caller's number is in order, so it is the other one
        raise _at("To", error) from None


def is_ringing(parameters: Parameters) -> bool:
    """Whether the call hasn't been taken yet, by its ``CallStatus``."""
    return _call_status(parameters) in {"queued", "initiated", "ringing"}


def waited(parameters: Parameters) -> int:
    """The seconds that a caller has been in a queue, by ``QueueTime``.

    Raises:
        InvalidValue: it is missing or no number.
    """
    text = _required(parameters, "QueueTime")
    if not (text.isascii() and text.isdigit() and len(text) <= 9):  # noqa: PLR2004  more is no time
        raise InvalidValue.of(Code.FIELD_INVALID, "QueueTime", value=text, expected="a number of seconds")
    return int(text)


def events_of(parameters: Parameters, *, waiting: Waiting, by: UserId | None = None) -> Events:
    """What a request to the ``report`` URL says, of a call that waits for this; often one event.

    ``by`` says who answered, if the host knows: the only one who rang, or whom the request to the ``answered`` URL
    named. Who rings in a department isn't in the state; without ``by`` the end of such a call is reported, and no
    answer. Nothing is reported when nothing has happened that matters to the call.

    Raises:
        InvalidValue: ``field.required``, ``field.unknown_choice``, ``field.invalid``, ``field.wrong_type`` or
            ``id.invalid``, under the parameter's name.

    >>> from agentprov.model.call_state import InMenu
    >>> from agentprov.model.ids import IvrId
    >>> events_of({"Digits": "12", "CallStatus": "in-progress"}, waiting=InMenu(ivr=IvrId("i-main")))
    (Digits(keys='12', complete=True),)
    """
    gone = _call_status(parameters) in _OVER
    match waiting:
        case RingingAgent(user=user):
            return _dialled(parameters, by or user, gone=gone)
        case RingingDepartment():
            return _dialled(parameters, by, gone=gone)
        case Forwarding():
            return _dialled(parameters, None, gone=gone, outside=True)
        case InMenu():
            return (_GONE,) if gone else (_keys(parameters),)
        case Announcing():
            return (_GONE,) if gone else (AnnouncementEnded(),)
        case InQueue():
            return _left(parameters, by, gone=gone)
        case Recording():
            status = _choice(parameters, "RecordingStatus", _RECORDING)
            return () if status == "in-progress" and not gone else (_GONE,)
        case Connected() | Ended():
            return (_GONE,)
        case _:
            assert_never(waiting)


def _dialled(parameters: Parameters, by: UserId | None, *, gone: bool, outside: bool = False) -> Events:
    """How an attempt to ring somebody ended. The request comes when it is over, the conversation included."""
    status = _choice(parameters, "DialCallStatus", _DIALLED)
    if status is None:
        if gone:
            return (_GONE,)
        raise InvalidValue.of(Code.FIELD_REQUIRED, "DialCallStatus")
    if status in {"completed", "answered"} and _choice(parameters, "DialBridged", ("true", "false")) != "false":
        return (Answered(by=by), _GONE) if outside or by is not None else (_GONE,)
    if gone:
        return (_GONE,)
    match status:
        case "busy" | "failed" if parameters.get("DialSipResponseCode") == _DECLINED:
            return (Rejected(),)
        case "busy":
            return (Busy(),)
        case "failed":
            return (LegFailed(),)
        case _:  # rang in vain, or whoever picked up didn't confirm
            return (NoAnswer(),)


def _keys(parameters: Parameters) -> CallEvent:
    """What was pressed; Twilio has waited for more keys itself."""
    keys = _given(parameters, "Digits")
    if keys is None:
        return InputTimeout()
    try:
        return Digits(keys=keys, complete=True)
    except InvalidValue as error:
        raise _at("Digits", error) from None


def _left(parameters: Parameters, by: UserId | None, *, gone: bool) -> Events:
    result = _choice(parameters, "QueueResult", tuple(_QUEUE))
    if result is None:
        if gone:
            return (_GONE,)
        raise InvalidValue.of(Code.FIELD_REQUIRED, "QueueResult")
    events = _QUEUE[result]
    if events[0] == Answered():
        return (Answered(by=by), *events[1:])
    return (_GONE,) if gone else events


# ---- parameters -----------------------------------------------------------------------------------------------------


def _at(name: str, error: InvalidValue) -> InvalidValue:
    """The same problems, under the parameter that they are about."""
    return InvalidValue(attrs.evolve(problem, path=(name,)) for problem in error.problems)


def _given(parameters: Parameters, name: str) -> str | None:
    """The parameter's value; empty is as good as missing."""
    value: object = parameters.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise InvalidValue.of(Code.FIELD_WRONG_TYPE, name, expected="text", found="something else")
    return value


def _required(parameters: Parameters, name: str) -> str:
    value = _given(parameters, name)
    if value is None:
        raise InvalidValue.of(Code.FIELD_REQUIRED, name)
    return value


def _choice(parameters: Parameters, name: str, choices: tuple[str, ...]) -> str | None:
    value = _given(parameters, name)
    if value is not None and value not in choices:
        raise InvalidValue.of(Code.FIELD_UNKNOWN_CHOICE, name, value=value[:80], choices=choices)
    return value


def _call_status(parameters: Parameters) -> str | None:
    return _choice(parameters, "CallStatus", (*_OPEN, *_OVER))

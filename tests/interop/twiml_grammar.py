"""What TwiML admits, asked of the classes of Twilio's own library: verbs, what stands inside them, attributes."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, fromstring

from twilio.twiml import TwiML
from twilio.twiml.voice_response import VoiceResponse

_MARK = "some text"


def _children(parent: TwiML) -> Iterator[TwiML]:
    """Everything that the class has a method for, made with every parameter that the method names."""
    for name, method in inspect.getmembers(type(parent), inspect.isfunction):
        if name.startswith("_") or hasattr(TwiML, name):
            continue
        named = [
            each for each in inspect.signature(method).parameters.values() if each.kind is each.POSITIONAL_OR_KEYWORD
        ]
        given: dict[str, Any] = {each.name: f"{_MARK} {each.name}" for each in named[1:]}
        yield method(parent, **given)


def _grammar() -> dict[str, tuple[frozenset[str], frozenset[str], bool]]:
    """By verb: its attributes, the verbs inside it, and whether text stands in it. The top is ``Response``."""
    found: dict[str, tuple[frozenset[str], frozenset[str], bool]] = {}

    def visit(node: TwiML) -> None:
        if node.name in found:
            return
        attributes, text = frozenset(node.attrs), node.value is not None
        found[node.name] = (attributes, frozenset(), text)
        inner = list(_children(node))
        found[node.name] = (attributes, frozenset(child.name for child in inner), text)
        for child in inner:
            visit(child)

    visit(VoiceResponse())
    return found


GRAMMAR = _grammar()

AT_MOST = {"Number": 10, "Client": 10, "Sip": 10}
"""How many of a noun one <Dial> may hold, by Twilio's documentation."""

WHOLE_NUMBERS = {
    ("Dial", "timeout"): (1, 600),
    ("Gather", "timeout"): (1, 600),
    ("Gather", "numDigits"): (1, 32),
    ("Record", "maxLength"): (1, 14_400),
    ("Enqueue", "maxQueueSize"): (1, 5_000),
    ("Pause", "length"): (1, 600),
}
"""By verb and attribute: the numbers that Twilio's documentation admits."""

CHOICES = {
    ("Dial", "answerOnBridge"): {"true", "false"},
    ("Gather", "input"): {"dtmf", "speech", "dtmf speech"},
    ("Gather", "actionOnEmptyResult"): {"true", "false"},
    ("Gather", "finishOnKey"): {"", *"0123456789*#"},
    ("Record", "finishOnKey"): {*"0123456789*#"},
    ("Record", "playBeep"): {"true", "false"},
    ("Reject", "reason"): {"rejected", "busy"},
    ("Number", "statusCallbackEvent"): {"initiated", "ringing", "answered", "completed"},
    ("Client", "statusCallbackEvent"): {"initiated", "ringing", "answered", "completed"},
    ("Sip", "statusCallbackEvent"): {"initiated", "ringing", "answered", "completed"},
}
"""By verb and attribute: the words that Twilio's documentation admits."""


def read(document: str) -> Element:
    """The document's top. What doesn't parse is a failure of the test."""
    return fromstring(document)  # noqa: S314  written by ourselves


def faults(element: Element) -> Iterator[str]:
    """Everything about the element, and what stands in it, that TwiML doesn't admit."""
    attributes, inner, text = GRAMMAR[element.tag]
    for name in element.attrib.keys() - attributes:
        yield f"<{element.tag}> has no {name}"
    for child in element:
        if child.tag in inner:
            yield from faults(child)
        else:
            yield f"<{child.tag}> can't stand in <{element.tag}>"
    if element.text is not None and not text:
        yield f"<{element.tag}> holds text"
    for name, value in element.items():
        low, high = WHOLE_NUMBERS.get((element.tag, name), (None, None))
        if low is not None and high is not None and not (value.isdigit() and low <= int(value) <= high):
            yield f"<{element.tag} {name}={value!r}>"
        if value not in CHOICES.get((element.tag, name), {value}):
            yield f"<{element.tag} {name}={value!r}>"
    if len(element) > AT_MOST["Number"] and element.tag == "Dial":
        yield f"<Dial> rings {len(element)}"

"""What a host says about its telephony at Twilio: addresses, sounds, URLs; and the document that comes of it (FF-3)."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Final
from urllib.parse import quote

import attrs

from agentprov.errors import Code, Collector
from agentprov.model.destinations import check_whole_number
from agentprov.model.ids import AnnouncementId, QueueId, UserId, VoicemailId
from agentprov.model.tenant import Tenant

LONGEST_URL: Final = 4_000
"""The most characters of a URL: what Twilio's own interface takes for one."""

LONGEST_TEXT: Final = 4_096
"""The most characters that are spoken at once."""

LONGEST_NAME: Final = 64
"""The most characters of a queue's name."""

# What XML 1.0 admits, tabs and line ends among it.
_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_URL: Final = re.compile(r"(?:https?://|/)[!-~]*", re.IGNORECASE)
_SIP: Final = re.compile(r"sips?:[!#-;=?-~]{1,250}", re.IGNORECASE)
_CLIENT: Final = re.compile(r"[A-Za-z0-9!$&'()*+,./:;=?@_~-]{1,256}")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


def check_written(found: Collector, name: str, value: str, *, limit: int = LONGEST_TEXT) -> None:
    """Note a text that can't stand in an XML document, is empty, or is longer than ``limit`` characters."""
    refused = _NO_XML.search(value)
    if not value.strip():
        found.add(Code.FIELD_REQUIRED, name)
    elif len(value) > limit:
        found.add(Code.FIELD_TOO_LONG, name, limit=limit)
    elif refused is not None:
        found.add(Code.FIELD_CONTROL_CHARACTER, name, character=f"U+{ord(refused.group()):04X}")


def _check_url(found: Collector, name: str, value: str | None) -> None:
    if value is None:
        return
    if len(value) > LONGEST_URL:
        found.add(Code.FIELD_TOO_LONG, name, limit=LONGEST_URL)
    elif _URL.fullmatch(value) is None:
        found.add(Code.FIELD_INVALID, name, value=value, expected="an `http://` or `https://` URL, or a path from `/`")


def _check_pattern(found: Collector, name: str, value: str, pattern: re.Pattern[str], expected: str) -> None:
    if pattern.fullmatch(value) is None:
        found.add(Code.FIELD_INVALID, name, value=value, expected=expected)


@attrs.frozen(kw_only=True)
class Play:
    """Audio at a URL."""

    url: str

    def __attrs_post_init__(self) -> None:
        found = Collector()
        _check_url(found, "url", self.url)
        found.check()


@attrs.frozen(kw_only=True)
class Say:
    """Text to be spoken, in the account's language or in another one (BCP 47)."""

    text: str
    language: str | None = None

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_written(found, "text", self.text)
        if self.language is not None:
            _check_pattern(found, "language", self.language, _LANGUAGE, "a language such as `en-IN`")
        found.check()


Sound = Play | Say
"""What a caller hears."""


@attrs.frozen(kw_only=True)
class Sip:
    """A telephone at a SIP address: ``sip:101@pbx.example.com``."""

    uri: str

    def __attrs_post_init__(self) -> None:
        found = Collector()
        _check_pattern(found, "uri", self.uri, _SIP, "a SIP address such as `sip:101@pbx.example.com`")
        found.check()


@attrs.frozen(kw_only=True)
class Client:
    """A telephone in a browser or an application, by the identity that it registered with."""

    identity: str

    def __attrs_post_init__(self) -> None:
        found = Collector()
        _check_pattern(found, "identity", self.identity, _CLIENT, "an identity without spaces, quotes and brackets")
        found.check()


Endpoint = Sip | Client
"""How an extension is reached."""


def _sound(reference: str, media: str | None) -> Sound:
    """A reference that is a URL is played, and any other one from ``media``; without that it is read out."""
    if reference.startswith(("http://", "https://")):
        return Play(url=reference)
    return Say(text=reference) if media is None else Play(url=media + quote(reference))


@attrs.frozen(kw_only=True)
class Telephony:
    """What stays the same from call to call: how extensions are reached, what is heard, what queues are called."""

    extension: Callable[[str], Endpoint]
    announcement: Callable[[AnnouncementId, tuple[str, ...]], Sound]
    """What is heard, for a caller who chose these languages on the way; the last one counts most."""
    greeting: Callable[[VoicemailId, tuple[str, ...]], Sound | None]
    """What is heard before the tone, likewise."""
    queue: Callable[[QueueId], str] = str
    hold: Sound = Say(text="Please hold the line.")
    """What a caller hears in a queue, again and again."""
    confirm: Sound = Say(text="Press any key to take the call.")
    """What whoever is rung hears before they are connected, where they have to confirm."""
    longest_message: int = 120
    """The most seconds of a message."""

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_whole_number(found, "longest_message", self.longest_message, low=1, high=14_400)
        found.check()

    @classmethod
    def of(cls, tenant: Tenant, *, extension: Callable[[str], Endpoint], media: str | None = None) -> Telephony:
        """What the tenant's own references say, in every language alike.

        A reference that is a URL is played. Any other one is a file at ``media``, which is a URL up to a slash; without
        ``media`` it is a text to be spoken. An announcement without a reference is its name, spoken; a voicemail box
        without one has no greeting but the tone. A queue is called by its id.
        """

        def announcement(id_: AnnouncementId, _: tuple[str, ...]) -> Sound:
            found = tenant.announcements[id_]
            return Say(text=found.name) if found.reference is None else _sound(found.reference, media)

        def greeting(id_: VoicemailId, _: tuple[str, ...]) -> Sound | None:
            found = tenant.voicemails[id_]
            return None if found.reference is None else _sound(found.reference, media)

        return cls(extension=extension, announcement=announcement, greeting=greeting)


@attrs.frozen(kw_only=True)
class Urls:
    """Where Twilio asks next, for one step of one call.

    ``report`` is asked when what the step does has ended. The others are asked in between, and what isn't given isn't
    asked: ``answered`` when a telephone is picked up; ``confirm`` for what it hears before it is connected (see
    :func:`agentprov.interop.twiml.confirmation`), where the leg has to confirm; ``hold`` for what is heard in a queue;
    ``recorded`` when a message can be fetched. To the first two the user who was rung is added as ``user=``.
    """

    report: str
    answered: str | None = None
    confirm: str | None = None
    hold: str | None = None
    recorded: str | None = None

    def __attrs_post_init__(self) -> None:
        found = Collector()
        for name in ("report", "answered", "confirm", "hold", "recorded"):
            _check_url(found, name, getattr(self, name))
        found.check()


def with_user(url: str, user: UserId | None) -> str:
    """The URL with ``user=`` put to its query. Nobody known: as it was."""
    if user is None:
        return url
    plain, hash_, fragment = url.partition("#")
    return f"{plain}{'&' if '?' in plain else '?'}user={quote(user, safe='')}{hash_}{fragment}"


class Note(StrEnum):
    """Where a document does something else than the step says, because TwiML can't."""

    WAVE_IN_PARTS = "wave.in_parts"
    """The legs don't begin and end together: the wave is rung in parts, and telephones stop for a moment between."""
    LEGS_LEFT_OUT = "legs.left_out"
    """More than ten telephones: the first ten ring."""
    ONE_TIMEOUT = "keys.one_timeout"
    """Between keys the menu waits as long as before the first one."""
    PRIORITY_LEFT_OUT = "queue.priority_left_out"
    """Twilio's queues serve in the order of arrival."""
    LENGTH_BOUNDED = "queue.length_bounded"
    """Twilio's queues hold 1 to 5,000 calls."""
    WAIT_UNBOUNDED = "queue.wait_unbounded"
    """The call may wait so long only, and there is no ``hold`` URL to end its waiting."""
    CAUSE_NOT_TOLD = "cause.not_told"
    """The call was taken already, so the caller's side isn't told why it ends."""


@attrs.frozen(kw_only=True)
class Document:
    """What a web hook answers with, as ``text/xml``; and what it doesn't say."""

    text: str
    notes: tuple[Note, ...] = ()

"""A call's state in a URL: signed, bound to its call, good until an instant.

A link is ``version.payload.seal``. The payload is the state as JSON, compressed, with the call's id and the instant at
which the link expires; the seal is HMAC-SHA256 over all that stands before it. Whoever holds a link can read it: it
holds the caller's number. Nobody without the key can make one, or change one, or use it for another call.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from enum import StrEnum
from typing import Final

import attrs

from agentprov import State
from agentprov.interop.waves import Wave
from agentprov.model.ids import UserId, user_id

VERSION: Final = "1"
SHORTEST_KEY: Final = 32
"""The fewest bytes of a key."""

LONGEST: Final = 3_600
"""The most characters of a link, so that the URL around it stays below Twilio's 4,000."""

_LINK: Final = re.compile(r"([0-9]{1,4})\.([A-Za-z0-9_-]{1,3600})\.([A-Za-z0-9_-]{43})")


class LinkCode(StrEnum):
    """Why a link is refused."""

    MALFORMED = "link.malformed"
    VERSION = "link.version"
    SEAL = "link.seal"
    EXPIRED = "link.expired"
    OTHER_CALL = "link.other_call"
    TOO_LONG = "link.too_long"


class LinkRefused(Exception):
    """A link that isn't taken, or can't be made; it carries the code alone."""

    def __init__(self, code: LinkCode) -> None:
        self.code = code
        super().__init__(code)


@attrs.frozen(kw_only=True)
class Link:
    """What a URL brings back: where the call stands, and what that doesn't say."""

    state: State
    wave: Wave | None = None
    """What is left of a wave that is rung in parts."""
    by: UserId | None = None
    """Who rings, if only one user does."""
    wait: int | None = None
    """The longest time in a queue, in seconds."""


def seal(link: Link, *, key: bytes, call: str, until: int) -> str:
    """The link as text, for the call of this id, good before ``until`` (seconds since 1970)."""
    wave = None if link.wave is None else link.wave.to_json()
    content = json.dumps([call, until, link.state.to_json(), wave, link.by, link.wait], separators=(",", ":"))
    payload = _text(zlib.compress(content.encode(), 9))
    if len(payload) > LONGEST - len(VERSION) - 45:
        raise LinkRefused(LinkCode.TOO_LONG)
    return f"{VERSION}.{payload}.{_seal(key, VERSION, payload)}"


def unseal(text: str, *, key: bytes, call: str, now: int) -> Link:
    """What stands behind a link, if it is whole, is ours, is of this call and hasn't expired.

    Raises:
        LinkRefused: why not.
        MalformedDocument: the state in it is of a version that this library doesn't read.
    """
    found = _LINK.fullmatch(text)
    if found is None or len(text) > LONGEST:
        raise LinkRefused(LinkCode.MALFORMED)
    version, payload, given = found.groups()
    if version != VERSION:
        raise LinkRefused(LinkCode.VERSION)
    if not hmac.compare_digest(_seal(key, version, payload), given):
        raise LinkRefused(LinkCode.SEAL)
    # What comes now was written by us: nobody else could have sealed it.
    its_call, until, state, wave, by, wait = json.loads(
        zlib.decompress(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    )
    if not hmac.compare_digest(its_call.encode(), call.encode()):
        raise LinkRefused(LinkCode.OTHER_CALL)
    if now >= until:
        raise LinkRefused(LinkCode.EXPIRED)
    wave = None if wave is None else Wave.from_json(wave)
    return Link(state=State.from_json(state), wave=wave, by=user_id(by), wait=wait)


def _seal(key: bytes, version: str, payload: str) -> str:
    return _text(hmac.digest(key, f"agentprov link {version}.{payload}".encode(), hashlib.sha256))


def _text(content: bytes) -> str:
    return urlsafe_b64encode(content).decode("ascii").rstrip("=")

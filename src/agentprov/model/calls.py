"""A call, and what the host reports about it (RT-1)."""

from __future__ import annotations

import re
from typing import Final

import attrs

from agentprov.errors import Code, Collector
from agentprov.model.contact import PhoneNumber, check_plain_e164
from agentprov.model.destinations import (
    QueueExit,
    ToAgent,
    ToDepartment,
    ToExternal,
    ToIvr,
    ToQueue,
    ToTimeCondition,
    ToVoicemail,
)
from agentprov.model.ids import UserId, check_ids
from agentprov.model.text import check_kind, check_member, matches


def _phone(text: str) -> PhoneNumber:
    return PhoneNumber(text)


def _phone_or_none(text: str | None) -> PhoneNumber | None:
    return None if text is None else PhoneNumber(text)


@attrs.frozen(kw_only=True)
class Call:
    """An incoming call: the number that was dialled and the caller's, both E.164. ``None``: the caller is anonymous.

    >>> from agentprov.model.calls import Call
    >>> Call(to="+918069651170", caller="+919812345678").to
    '+918069651170'
    """

    to: PhoneNumber = attrs.field(converter=_phone)
    caller: PhoneNumber | None = attrs.field(default=None, converter=_phone_or_none)

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_plain_e164(found, "to", self.to)
        if self.caller is not None:
            check_plain_e164(found, "caller", self.caller)
        found.check()


@attrs.frozen(kw_only=True)
class Answered:
    """Somebody took the call: the user who did, or nobody that the tenant knows (outside, in a queue)."""

    by: UserId | None = None

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_ids(found, ("by", self.by))
        found.check()


@attrs.frozen(kw_only=True)
class NoAnswer:
    """The whole wave, or the external number, rang for its time and nobody answered.

    One report ends a wave. If its legs ended differently, the first of these that is true of any leg is reported: no
    answer, busy, rejected, failed.
    """


@attrs.frozen(kw_only=True)
class Busy:
    """Every leg of the wave was busy."""


@attrs.frozen(kw_only=True)
class Rejected:
    """Whoever rang declined. It counts as busy."""


@attrs.frozen(kw_only=True)
class LegFailed:
    """No leg of the wave could be set up."""


LONGEST_DIGITS: Final = 32
_DIGITS: Final = re.compile(r"[0-9*#]{1,32}")


@attrs.frozen(kw_only=True)
class Digits:
    """The caller pressed keys: one, or as many as the host collected.

    ``complete``: no more are coming, because the host has itself waited for the menu's inter-digit timeout.
    """

    keys: str
    complete: bool = False

    def __attrs_post_init__(self) -> None:
        found = Collector()
        if not matches(_DIGITS, self.keys):
            expected = f"1 to {LONGEST_DIGITS} of `0`-`9`, `*` and `#`"
            found.add(Code.FIELD_INVALID, "keys", value=str(self.keys), expected=expected)
        found.check()


@attrs.frozen(kw_only=True)
class InputTimeout:
    """The menu's timeout passed without a key."""


@attrs.frozen(kw_only=True)
class AnnouncementEnded:
    """The announcement was played to its end."""


@attrs.frozen(kw_only=True)
class LeftQueue:
    """The call left the host's queue without being served, and why."""

    exit: QueueExit = QueueExit.TIMEOUT

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_member(found, "exit", self.exit, QueueExit)
        found.check()


@attrs.frozen(kw_only=True)
class CallerGone:
    """The caller hung up."""


TransferTarget = ToAgent | ToDepartment | ToIvr | ToTimeCondition | ToExternal | ToVoicemail | ToQueue
"""Where a call can be transferred to. A destination that carries another one inside loses it: nothing comes after."""


@attrs.frozen(kw_only=True)
class TransferAsked:
    """Whoever has the call wants it transferred. If nobody can be reached there, the call stays where it was (RT-2)."""

    to: TransferTarget

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_kind(found, "to", self.to, _TARGETS, "where to transfer to")
        found.check()


_TARGETS: Final = (ToAgent, ToDepartment, ToIvr, ToTimeCondition, ToExternal, ToVoicemail, ToQueue)


CallEvent = (
    Answered
    | NoAnswer
    | Busy
    | Rejected
    | LegFailed
    | Digits
    | InputTimeout
    | AnnouncementEnded
    | LeftQueue
    | TransferAsked
    | CallerGone
)
"""Everything that a host reports about a call."""

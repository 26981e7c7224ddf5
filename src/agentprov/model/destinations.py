"""Everywhere a call can go, as values, and where it goes after a failed attempt (RT-4, RT-8).

A *failover* is where a call goes because an agent or a department is unavailable; a *fallback* is where it goes after
a failed attempt. They are different fields, never one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final

import attrs

from agentprov.errors import Code, Collector
from agentprov.model.contact import PhoneNumber, check_e164
from agentprov.model.ids import (
    AnnouncementId,
    DepartmentId,
    IvrId,
    QueueId,
    TimeConditionId,
    UserId,
    VoicemailId,
    check_ids,
)
from agentprov.model.table import Table
from agentprov.model.text import NAME_LIMIT, check_kind, check_member

LONGEST_RING: Final = 600
"""The longest ring of one number, in seconds."""
LONGEST_WAIT: Final = 86_400
"""The longest wait in a queue that can be asked for, in seconds."""
HIGHEST_PRIORITY: Final = 100


class Cause(StrEnum):
    """Why a call is hung up: what the caller's side is told."""

    NORMAL = "normal"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    UNAVAILABLE = "unavailable"
    REJECTED = "rejected"


class Failure(StrEnum):
    """Why an attempt to reach somebody failed; a fallback may differ by it (RT-4)."""

    NO_ANSWER = "no-answer"
    BUSY = "busy"
    UNREACHABLE = "unreachable"


class QueueExit(StrEnum):
    """Why a call left a queue unserved; where it goes then may differ by it (RT-8)."""

    TIMEOUT = "timeout"
    """It waited as long as it may."""
    FULL = "full"
    """As many calls as may wait were waiting already."""
    EMPTY = "empty"
    """Nobody serves the queue."""
    LEFT = "left"
    """The caller asked to leave it."""


@attrs.frozen(kw_only=True)
class ToAgent:
    """Ring one agent."""

    user: UserId

    def __attrs_post_init__(self) -> None:
        _check_one_id(("user", self.user))


@attrs.frozen(kw_only=True)
class ToDepartment:
    """Distribute to a department's members."""

    department: DepartmentId

    def __attrs_post_init__(self) -> None:
        _check_one_id(("department", self.department))


@attrs.frozen(kw_only=True)
class ToIvr:
    """Play a menu."""

    ivr: IvrId

    def __attrs_post_init__(self) -> None:
        _check_one_id(("ivr", self.ivr))


@attrs.frozen(kw_only=True)
class ToTimeCondition:
    """Go one way while a time group is open and another way while it is closed."""

    time_condition: TimeConditionId

    def __attrs_post_init__(self) -> None:
        _check_one_id(("time_condition", self.time_condition))


@attrs.frozen(kw_only=True)
class ToExternal:
    """Forward to a number outside.

    Without an answer in ``timeout`` seconds: ``next``, else the fallback that led here, else hang up.
    """

    number: PhoneNumber
    timeout: int = 30
    next: Destination | None = None

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_e164(found, "number", self.number)
        check_timeout(found, "timeout", self.timeout)
        _check_inside(found, self)
        found.check()


@attrs.frozen(kw_only=True)
class ToVoicemail:
    """Record a message."""

    voicemail: VoicemailId

    def __attrs_post_init__(self) -> None:
        _check_one_id(("voicemail", self.voicemail))


@attrs.frozen(kw_only=True)
class ToAnnouncement:
    """Play an announcement, then go on to ``next``."""

    announcement: AnnouncementId
    next: Destination

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_ids(found, ("announcement", self.announcement))
        need_destination(found, "next", self.next)
        found.check()
        _check_inside(found, self)
        found.check()


def _by_exit(items: Mapping[QueueExit, Destination]) -> Table[QueueExit, Destination]:
    return Table(items)


@attrs.frozen(kw_only=True)
class ToQueue:
    """Hand over to a queue that the host runs, with a priority and limits that the host keeps to.

    When the call leaves it unserved: what stands for the cause, else ``next``, else hang up.
    """

    queue: QueueId
    priority: int = 0
    """Added to the call's own; the higher, the sooner. 0 to 100."""
    max_wait: int | None = None
    """The seconds after which the call leaves it."""
    max_length: int | None = None
    """The calls that may wait; one more finds it full."""
    next: Destination | None = None
    by_exit: Table[QueueExit, Destination] = attrs.field(factory=Table, converter=_by_exit)

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_ids(found, ("queue", self.queue))
        check_whole_number(found, "priority", self.priority, low=0, high=HIGHEST_PRIORITY)
        check_timeout(found, "max_wait", self.max_wait, high=LONGEST_WAIT)
        if self.max_length is not None:
            check_whole_number(found, "max_length", self.max_length, low=0, high=1_000_000)
        _check_inside(found, self)
        found.check()

    def after(self, exit_: QueueExit) -> tuple[str, Destination | None]:
        """Where a call goes that left the queue so, and the field in which that stands; nowhere means hang up."""
        to = self.by_exit.get(exit_)
        return ("next", self.next) if to is None else (f"by_exit/{exit_.value}", to)


@attrs.frozen(kw_only=True)
class HangUp:
    """End the call."""

    cause: Cause = Cause.NORMAL

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_member(found, "cause", self.cause, Cause)
        found.check()


Destination = (
    ToAgent | ToDepartment | ToIvr | ToTimeCondition | ToExternal | ToVoicemail | ToAnnouncement | ToQueue | HangUp
)
"""Everywhere a call can go (RT-8)."""


MOST_INSIDE: Final = 50
"""The most destinations that one carries inside, itself counted."""


def check_destination(found: Collector, name: str, value: object, *inside: str | int) -> None:
    """Note what is no destination. Nothing is fine, where nothing may be."""
    if value is not None:
        need_destination(found, name, value, *inside)


def need_destination(found: Collector, name: str, value: object, *inside: str | int) -> None:
    """Note what is no destination, nothing included."""
    check_kind(found, name, value, _DESTINATIONS, "a destination", *inside)


_DESTINATIONS: Final = (
    *(ToAgent, ToDepartment, ToIvr, ToTimeCondition, ToExternal, ToVoicemail, ToAnnouncement, ToQueue, HangUp),
)


def _check_inside(found: Collector, carrier: ToExternal | ToAnnouncement | ToQueue) -> None:
    """Note what a destination carries that is none, and more of them than one may carry."""
    wrong = len(found.problems)
    check_destination(found, "next", carrier.next)
    if isinstance(carrier, ToQueue):
        for exit_, to in carrier.by_exit.items():
            check_member(found, "by_exit", exit_, QueueExit, str(exit_))
            check_destination(found, "by_exit", to, str(exit_))
    if len(found.problems) == wrong and len(nested(carrier)) > MOST_INSIDE:
        found.add(Code.FIELD_TOO_MANY, "next", limit=MOST_INSIDE)


def _check_one_id(field: tuple[str, str]) -> None:
    found = Collector()
    check_ids(found, field)
    found.check()


def check_timeout(found: Collector, name: str, value: int | None, *, low: int = 1, high: int = LONGEST_RING) -> None:
    """Note a number of seconds that is no whole number from ``low`` to ``high``. Nothing is fine."""
    if value is None:
        return
    if type(value) is not int:
        found.add(Code.FIELD_WRONG_TYPE, name, expected="a whole number of seconds", found=f"`{value}`")
    elif not low <= value <= high:
        found.add(Code.TIMEOUT_OUT_OF_RANGE, name, value=value, low=low, high=high)


def check_whole_number(found: Collector, name: str, value: object, *, low: int, high: int) -> None:
    """Note what is no whole number from ``low`` to ``high``."""
    if type(value) is not int or not low <= value <= high:
        shown = value if isinstance(value, int) else str(value)[:NAME_LIMIT]
        found.add(Code.FIELD_OUT_OF_RANGE, name, value=shown, low=low, high=high)


def _by_failure(items: Table[Failure, Destination]) -> Table[Failure, Destination]:
    return Table(items)


@attrs.frozen(kw_only=True)
class Fallback:
    """Where a call goes after a failed attempt: one destination, or another for some causes (RT-4)."""

    to: Destination
    by_failure: Table[Failure, Destination] = attrs.field(factory=Table, converter=_by_failure)

    def __attrs_post_init__(self) -> None:
        found = Collector()
        need_destination(found, "to", self.to)
        for failure, to in self.by_failure.items():
            check_member(found, "by_failure", failure, Failure, str(failure))
            check_destination(found, "by_failure", to, str(failure))
        found.check()

    def destination(self, failure: Failure) -> Destination:
        """The destination after this kind of failure."""
        return self.by_failure.get(failure, self.to)


def inside(destination: Destination) -> Iterator[tuple[tuple[str, ...], Destination]]:
    """The destinations that one carries itself, each with the names of the fields that lead to it."""
    if isinstance(destination, (ToExternal, ToAnnouncement, ToQueue)) and destination.next is not None:
        yield ("next",), destination.next
    if isinstance(destination, ToQueue):
        for exit_, to in destination.by_exit.items():
            yield ("by_exit", exit_.value), to


def nested(destination: Destination) -> tuple[tuple[tuple[str, ...], Destination], ...]:
    """The destination and all those inside it, outer ones first, each with the names of the fields that lead to it."""
    out: list[tuple[tuple[str, ...], Destination]] = []
    ahead: list[tuple[tuple[str, ...], Destination]] = [((), destination)]
    while ahead:
        path, at = ahead.pop()
        out.append((path, at))
        ahead += reversed([((*path, *names), to) for names, to in inside(at)])
    return tuple(out)

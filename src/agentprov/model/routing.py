"""Where calls go, as values: destinations, ring plans, departments, menus, numbers (RT-4, RT-6 to RT-8).

A *failover* is where a call goes because an agent or a department is unavailable; a *fallback* is where it goes after
a failed attempt. They are different fields, never one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

import attrs

from agentprov.errors import Code, Collector
from agentprov.model.contact import PhoneNumber, check_e164
from agentprov.model.ids import (
    AnnouncementId,
    DepartmentId,
    IvrId,
    NumberId,
    QueueId,
    TimeConditionId,
    TimeGroupId,
    UserId,
    VoicemailId,
    check_ids,
)
from agentprov.model.table import Table
from agentprov.model.text import check_name, matches

LONGEST_RING: Final = 600
"""The longest ring of one number, in seconds."""


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
        _check_one_id(("announcement", self.announcement))


@attrs.frozen(kw_only=True)
class ToQueue:
    """Hand over to a queue that the host runs. When the call leaves it unserved: ``next``, else hang up."""

    queue: QueueId
    next: Destination | None = None

    def __attrs_post_init__(self) -> None:
        _check_one_id(("queue", self.queue))


@attrs.frozen(kw_only=True)
class HangUp:
    """End the call."""

    cause: Cause = Cause.NORMAL


Destination = (
    ToAgent | ToDepartment | ToIvr | ToTimeCondition | ToExternal | ToVoicemail | ToAnnouncement | ToQueue | HangUp
)
"""Everywhere a call can go (RT-8)."""


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
        found.add(Code.FIELD_OUT_OF_RANGE, name, value=str(value), low=low, high=high)


def _by_failure(items: Table[Failure, Destination]) -> Table[Failure, Destination]:
    return Table(items)


@attrs.frozen(kw_only=True)
class Fallback:
    """Where a call goes after a failed attempt: one destination, or another for some causes (RT-4)."""

    to: Destination
    by_failure: Table[Failure, Destination] = attrs.field(factory=Table, converter=_by_failure)

    def destination(self, failure: Failure) -> Destination:
        """The destination after this kind of failure."""
        return self.by_failure.get(failure, self.to)


class RingOrder(StrEnum):
    """How one agent's own numbers ring."""

    ORDER = "order"
    SIMULTANEOUS = "simultaneous"


@attrs.frozen(kw_only=True)
class RingPlan:
    """How an agent's primary and alternate numbers ring, and for how many seconds each (RT-4).

    Without a timeout the property ``ring_timeout`` says how long.
    """

    order: RingOrder = RingOrder.ORDER
    timeout: int | None = None

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_timeout(found, "timeout", self.timeout)
        found.check()


class Strategy(StrEnum):
    """How a department offers a call to its members. An unknown name is an error, never a default (RT-6)."""

    ORDER = "order"
    SIMULTANEOUS = "simultaneous"


@attrs.frozen(kw_only=True)
class DepartmentHours:
    """The hours of a department of its own, and where its calls go outside them. Nowhere means its failover."""

    time_group: TimeGroupId
    closed: Destination | None = None

    def __attrs_post_init__(self) -> None:
        _check_one_id(("time_group", self.time_group))


def _members(members: Iterable[UserId]) -> tuple[UserId, ...]:
    return tuple(members)


@attrs.frozen(kw_only=True)
class Department:
    """An ordered list of members that calls are distributed to, with a strategy and a failover (RT-6)."""

    id: DepartmentId
    name: str
    members: tuple[UserId, ...] = attrs.field(default=(), converter=_members)
    strategy: Strategy = Strategy.ORDER
    failover: Destination | None = None
    hours: DepartmentHours | None = None
    ring_time: int | None = None
    """In a simultaneous department: the seconds after which a member's own ring plan is cut."""
    ring_budget: int | None = None
    """The most seconds that a call may ring in all once it is here; the tenant's budget bounds it as well."""

    def __attrs_post_init__(self) -> None:
        _check_department(self)


def _check_department(department: Department) -> None:
    found = Collector()
    check_ids(found, ("id", department.id))
    check_name(found, "name", department.name)
    seen: set[str] = set()
    for position, member in enumerate(department.members):
        if member in seen:
            found.add(Code.FIELD_DUPLICATE, "members", position, value=member)
        seen.add(member)
    check_timeout(found, "ring_time", department.ring_time)
    check_timeout(found, "ring_budget", department.ring_budget, high=3600)
    found.check()


_DIGITS = re.compile(r"[0-9*#]{1,16}")


@attrs.frozen(kw_only=True)
class IvrOption:
    """What a caller may press, where that leads, and where it leads when nobody could be reached there."""

    digits: str
    to: Destination
    fallback: Fallback | None = None
    label: str | None = None

    def __attrs_post_init__(self) -> None:
        found = Collector()
        if not matches(_DIGITS, self.digits):
            found.add(Code.FIELD_INVALID, "digits", value=str(self.digits), expected="1 to 16 of `0`-`9`, `*` and `#`")
        check_name(found, "label", self.label)
        found.check()


def _options(options: Iterable[IvrOption]) -> tuple[IvrOption, ...]:
    return tuple(options)


@attrs.frozen(kw_only=True)
class Ivr:
    """A menu (RT-7). Times are seconds; a retry plays the menu again.

    ``1`` and ``12`` may stand side by side: after ``1`` the inter-digit timeout decides.
    """

    id: IvrId
    name: str
    prompt: AnnouncementId | None = None
    options: tuple[IvrOption, ...] = attrs.field(converter=_options)
    timeout: int = 5
    inter_digit_timeout: int = 3
    timeout_retries: int = 2
    invalid_retries: int = 2
    on_timeout: Destination | None = None
    on_invalid: Destination | None = None

    def __attrs_post_init__(self) -> None:
        _check_ivr(self)


def _check_ivr(ivr: Ivr) -> None:
    found = Collector()
    check_ids(found, ("id", ivr.id), ("prompt", ivr.prompt))
    check_name(found, "name", ivr.name)
    if not ivr.options:
        found.add(Code.FIELD_EMPTY, "options")
    seen: set[str] = set()
    for position, option in enumerate(ivr.options):
        if option.digits in seen:
            found.add(Code.FIELD_DUPLICATE, "options", position, "digits", value=option.digits)
        seen.add(option.digits)
    check_timeout(found, "timeout", ivr.timeout, high=60)
    check_timeout(found, "inter_digit_timeout", ivr.inter_digit_timeout, high=30)
    for name, value in (("timeout_retries", ivr.timeout_retries), ("invalid_retries", ivr.invalid_retries)):
        check_whole_number(found, name, value, low=0, high=10)
    found.check()


@attrs.frozen(kw_only=True)
class TimeCondition:
    """A time group with one destination for open and one for closed (RT-8)."""

    id: TimeConditionId
    name: str
    time_group: TimeGroupId
    open: Destination
    closed: Destination

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_ids(found, ("id", self.id), ("time_group", self.time_group))
        check_name(found, "name", self.name)
        found.check()


@attrs.frozen(kw_only=True)
class Number:
    """A number of the tenant that callers dial: where it leads, and its fallback (RT-8)."""

    id: NumberId
    phone: PhoneNumber
    name: str | None = None
    to: Destination
    fallback: Fallback | None = None

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_ids(found, ("id", self.id))
        check_e164(found, "phone", self.phone)
        check_name(found, "name", self.name)
        found.check()


def nested(destination: Destination) -> tuple[tuple[tuple[str, ...], Destination], ...]:
    """The destination and those it carries inside, outermost first, each with the field names that lead to it."""
    out: list[tuple[tuple[str, ...], Destination]] = []
    path: tuple[str, ...] = ()
    at: Destination | None = destination
    while at is not None:
        out.append((path, at))
        at = at.next if isinstance(at, (ToExternal, ToAnnouncement, ToQueue)) else None
        path = (*path, "next")
    return tuple(out)

"""How one agent's numbers ring, menus, and time conditions (RT-4, RT-7, RT-8).

Destinations are in :mod:`agentprov.model.destinations`, departments in :mod:`agentprov.model.departments`, numbers in
:mod:`agentprov.model.numbers`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

import attrs

from agentprov.errors import Code, Collector
from agentprov.model.destinations import (
    Destination,
    Fallback,
    check_destination,
    check_timeout,
    check_whole_number,
    need_destination,
)
from agentprov.model.ids import AnnouncementId, IvrId, TimeConditionId, TimeGroupId, check_ids
from agentprov.model.marks import Mark
from agentprov.model.text import check_member, check_name, matches


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
        check_member(found, "order", self.order, RingOrder)
        check_timeout(found, "timeout", self.timeout)
        found.check()


_DIGITS = re.compile(r"[0-9*#]{1,16}")


@attrs.frozen(kw_only=True)
class IvrOption:
    """What a caller may press, where that leads, and where it leads when nobody could be reached there."""

    digits: str
    to: Destination
    fallback: Fallback | None = None
    label: str | None = None
    mark: Mark | None = None
    """What the choice gives to the call."""

    def __attrs_post_init__(self) -> None:
        found = Collector()
        if not matches(_DIGITS, self.digits):
            found.add(Code.FIELD_INVALID, "digits", value=str(self.digits), expected="1 to 16 of `0`-`9`, `*` and `#`")
        check_name(found, "label", self.label)
        need_destination(found, "to", self.to)
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
    check_destination(found, "on_timeout", ivr.on_timeout)
    check_destination(found, "on_invalid", ivr.on_invalid)
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
        need_destination(found, "open", self.open)
        need_destination(found, "closed", self.closed)
        found.check()

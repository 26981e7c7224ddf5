"""The numbers that callers dial: where they lead, and what is done with certain callers (RT-8, RT-12, RT-15)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

import attrs

from agentprov.errors import Code, Collector
from agentprov.model.contact import PhoneNumber, check_e164, check_plain_e164
from agentprov.model.destinations import (
    HIGHEST_PRIORITY,
    Cause,
    Destination,
    Fallback,
    check_whole_number,
    need_destination,
)
from agentprov.model.ids import CallerIdId, NumberId, check_ids
from agentprov.model.marks import Mark
from agentprov.model.sticky import Sticky
from agentprov.model.text import check_kind, check_member, check_name, matches
from agentprov.model.users import check_region

MOST_RULES: Final = 1_000

_PREFIX: Final = re.compile(r"\+[1-9][0-9]{0,14}")

# ---- callers --------------------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class FromNumber:
    """Callers with exactly this number."""

    number: PhoneNumber

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_plain_e164(found, "number", self.number)
        found.check()


@attrs.frozen(kw_only=True)
class FromPrefix:
    """Callers whose number begins so: ``+4790``."""

    prefix: str

    def __attrs_post_init__(self) -> None:
        found = Collector()
        if not matches(_PREFIX, self.prefix):
            found.add(Code.FIELD_INVALID, "prefix", value=str(self.prefix), expected="`+` and 1 to 15 digits")
        found.check()


@attrs.frozen(kw_only=True)
class FromCountry:
    """Callers from a country, two capital letters: ``NO``."""

    region: str

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_region(found, "region", self.region)
        found.check()


@attrs.frozen(kw_only=True)
class Anonymous:
    """Callers who don't show their number."""


Callers = FromNumber | FromPrefix | FromCountry | Anonymous
"""Which callers a rule is about."""


@attrs.frozen(kw_only=True)
class Refuse:
    """Hang up."""

    cause: Cause = Cause.REJECTED

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_member(found, "cause", self.cause, Cause)
        found.check()


@attrs.frozen(kw_only=True)
class SendTo:
    """Somewhere else, instead of the number's destination; the number's fallback stays."""

    to: Destination

    def __attrs_post_init__(self) -> None:
        found = Collector()
        need_destination(found, "to", self.to)
        found.check()


@attrs.frozen(kw_only=True)
class RaisePriority:
    """The call's priority is raised by so much, 1 to 100."""

    by: int

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_whole_number(found, "by", self.by, low=1, high=HIGHEST_PRIORITY)
        found.check()


CallerAction = Refuse | SendTo | RaisePriority
"""What a rule does with a call."""


_CALLERS: Final = (FromNumber, FromPrefix, FromCountry, Anonymous)
_ACTIONS: Final = (Refuse, SendTo, RaisePriority)


def _callers(callers: Iterable[Callers]) -> tuple[Callers, ...]:
    return tuple(callers)


@attrs.frozen(kw_only=True)
class CallerRule:
    """What is done with calls from certain callers. Of a number's rules the first that matches counts, alone."""

    callers: tuple[Callers, ...] = attrs.field(converter=_callers)
    action: CallerAction
    name: str | None = None

    def __attrs_post_init__(self) -> None:
        found = Collector()
        if not self.callers:
            found.add(Code.FIELD_EMPTY, "callers")
        for position, callers in enumerate(self.callers):
            check_kind(found, "callers", callers, _CALLERS, "callers", position)
        check_kind(found, "action", self.action, _ACTIONS, "what is done with them")
        check_name(found, "name", self.name)
        found.check()


# ---- numbers --------------------------------------------------------------------------------------------------------


class Presents(StrEnum):
    """Which number an agent is shown when a call rings (RT-12)."""

    CALLER = "caller"
    DIALLED = "dialled"


def _rules(rules: Iterable[CallerRule]) -> tuple[CallerRule, ...]:
    return tuple(rules)


@attrs.frozen(kw_only=True)
class Number:
    """A number of the tenant that callers dial: where it leads, and its fallback (RT-8)."""

    id: NumberId
    phone: PhoneNumber
    name: str | None = None
    to: Destination
    fallback: Fallback | None = None
    caller_rules: tuple[CallerRule, ...] = attrs.field(default=(), converter=_rules)
    mark: Mark | None = None
    sticky: Sticky | None = None
    presents: Presents = Presents.CALLER
    caller_id: CallerIdId | None = None
    """Shown to agents instead of what :attr:`presents` says."""

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_ids(found, ("id", self.id), ("caller_id", self.caller_id))
        check_e164(found, "phone", self.phone)
        check_name(found, "name", self.name)
        need_destination(found, "to", self.to)
        check_member(found, "presents", self.presents, Presents)
        if len(self.caller_rules) > MOST_RULES:
            found.add(Code.FIELD_TOO_MANY, "caller_rules", limit=MOST_RULES)
        found.check()

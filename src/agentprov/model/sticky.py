"""Who served a caller last, and for how long a returning caller is sent to them again (RT-5)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

import attrs

from agentprov.errors import Code, Collector
from agentprov.model.contact import PhoneNumber, check_plain_e164
from agentprov.model.destinations import LONGEST_RING, check_timeout, check_whole_number
from agentprov.model.ids import UserId, check_ids
from agentprov.model.instants import check_instants, utc
from agentprov.model.text import check_member

HOUR: Final = 3_600
DAY_HOURS: Final = 24
LONGEST_DAYS: Final = 365


@attrs.frozen(kw_only=True)
class Sticky:
    """A returning caller gets the agent who last served them here, for so many hours or days: one of the two is said.

    First they alone ring, for ``reserve`` seconds; then they are the first in the strategy's order; then anyone.
    """

    hours: int | None = None
    days: int | None = None
    reserve: int = 20
    """Seconds, 0 to 600; with 0 they are only preferred."""
    members_only: bool = False
    """Whether somebody who isn't a member of the department, or isn't any more, is passed over."""

    def __attrs_post_init__(self) -> None:
        found = Collector()
        if (self.hours is None) == (self.days is None):
            found.add(Code.STICKY_TIME_TO_LIVE)
        for name, value, high in (("hours", self.hours, LONGEST_DAYS * DAY_HOURS), ("days", self.days, LONGEST_DAYS)):
            if value is not None:
                check_whole_number(found, name, value, low=1, high=high)
        check_timeout(found, "reserve", self.reserve, low=0, high=LONGEST_RING)
        found.check()

    @property
    def seconds(self) -> int:
        """How long a record lives. At its end it is dead."""
        return (self.hours or 0) * HOUR + (self.days or 0) * DAY_HOURS * HOUR


class StickyPlace(StrEnum):
    """What remembers its callers."""

    NUMBER = "number"
    DEPARTMENT = "department"


@attrs.frozen(kw_only=True)
class StickyKey:
    """Whose record it is: a caller's, at one number or department. Anonymous callers have none."""

    caller: PhoneNumber
    place: StickyPlace
    id: str

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_plain_e164(found, "caller", self.caller)
        check_member(found, "place", self.place, StickyPlace)
        check_ids(found, ("id", self.id))
        found.check()


@attrs.frozen(kw_only=True)
class LastAgent:
    """Who served a caller last, and when they answered."""

    user: UserId
    at: datetime = attrs.field(converter=utc)

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_ids(found, ("user", self.user))
        check_instants(found, ("at", self.at))
        found.check()

"""How often somebody may fail to sign in, and what is kept of their failures (CR-5).

Both are values: the policy is a setting of the tenant, and a user's throttle is kept by the host, beside the password.
What follows from them is decided in :mod:`agentprov.engine.throttling`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import attrs

from agentprov.errors import Code, Collector
from agentprov.model.destinations import check_whole_number
from agentprov.model.instants import check_instants, utc_or_none
from agentprov.model.network import Network
from agentprov.model.text import check_kind

FAILURE_CEILING: Final = 100
"""No policy allows more failures in a row (NIST SP 800-63B-4, 3.2.2)."""

SHORTEST_WAIT: Final = 30
LONGEST_WAIT: Final = 3_600
PLACE_CEILING: Final = 16


@attrs.frozen(kw_only=True)
class SignInPolicy:
    """How a tenant slows guessing down: passwords and one-time codes are counted apart, each by these figures.

    After a few free failures each further one is followed by a wait that doubles, in seconds. At the limit nobody gets
    in any more until an admin resets the count.
    """

    failures: int = 10
    """How many failures in a row lock the user out, 1 to 100."""
    free: int = 2
    """How many of them are followed by no wait."""
    first_wait: int = 30
    """Seconds, 30 to 3,600."""
    longest_wait: int = 3_600
    places: int = 4
    """How many addresses a user signed in from last are counted apart, so that strangers can't lock them out there."""

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_whole_number(found, "failures", self.failures, low=1, high=FAILURE_CEILING)
        check_whole_number(found, "free", self.free, low=0, high=FAILURE_CEILING - 1)
        check_whole_number(found, "first_wait", self.first_wait, low=SHORTEST_WAIT, high=LONGEST_WAIT)
        check_whole_number(found, "longest_wait", self.longest_wait, low=SHORTEST_WAIT, high=LONGEST_WAIT)
        check_whole_number(found, "places", self.places, low=0, high=PLACE_CEILING)
        found.check()
        if self.first_wait > self.longest_wait:
            found.add(
                Code.FIELD_OUT_OF_RANGE,
                "longest_wait",
                value=self.longest_wait,
                low=self.first_wait,
                high=LONGEST_WAIT,
            )
        found.check()


USUAL_POLICY: Final = SignInPolicy()


@attrs.frozen(kw_only=True)
class Failures:
    """Failures in a row, and the latest instant at which one was counted."""

    count: int = 0
    last: datetime | None = attrs.field(default=None, converter=utc_or_none)

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_whole_number(found, "count", self.count, low=0, high=FAILURE_CEILING)
        check_instants(found, ("last", self.last))
        if self.last is None and self.count != 0:
            found.add(Code.FIELD_REQUIRED, "last")
        if self.last is not None and self.count == 0:
            found.add(Code.FIELD_CONTRADICTS, "last", other="count")
        found.check()


NO_FAILURES: Final = Failures()


@attrs.frozen(kw_only=True)
class Place:
    """Where a user signed in from before, with the wrong passwords that came from there since."""

    network: Network
    failures: Failures = NO_FAILURES

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_kind(found, "network", self.network, Network, "a network")
        check_kind(found, "failures", self.failures, Failures, "failures")
        found.check()


def _places(places: Iterable[Place]) -> tuple[Place, ...]:
    return tuple(places)


@attrs.frozen(kw_only=True)
class Throttle:
    """What is kept of one user's failures. A new user's is :data:`NOTHING_FAILED`; only the engine makes others."""

    passwords: Failures = NO_FAILURES
    """Wrong passwords that came from anywhere but a known place."""
    codes: Failures = NO_FAILURES
    places: tuple[Place, ...] = attrs.field(default=(), converter=_places)
    """The known places, the one signed in from last first."""

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_kind(found, "passwords", self.passwords, Failures, "failures")
        check_kind(found, "codes", self.codes, Failures, "failures")
        seen: set[Network] = set()
        for position, place in enumerate(self.places):
            if place.network in seen:
                found.add(Code.FIELD_DUPLICATE, "places", position, "network", value=str(place.network))
            seen.add(place.network)
        if len(self.places) > PLACE_CEILING:
            found.add(Code.FIELD_TOO_MANY, "places", limit=PLACE_CEILING)
        found.check()


NOTHING_FAILED: Final = Throttle()


@attrs.frozen(kw_only=True)
class Lock:
    """Nobody gets in before an instant; nothing: before an admin resets the count."""

    until: datetime | None

"""What follows from a step for later calls, for the host to keep: nothing is written here (RT-13).

The host puts them where :class:`agentprov.model.live.Live` comes from: rotation, counters, who served whom last.
"""

from __future__ import annotations

import attrs

from agentprov.model.ids import DepartmentId, UserId
from agentprov.model.sticky import StickyKey


@attrs.frozen(kw_only=True)
class Offered:
    """A department offered the call to a member in turn: its rotation goes on behind them."""

    department: DepartmentId
    user: UserId


@attrs.frozen(kw_only=True)
class Unanswered:
    """The call rang at a user, who didn't answer: one more in a row."""

    user: UserId


@attrs.frozen(kw_only=True)
class Pause:
    """A user has left so many calls in a row unanswered that they are to be paused."""

    user: UserId
    unanswered: int


@attrs.frozen(kw_only=True)
class Served:
    """A user answered: one call more, and none in a row unanswered."""

    user: UserId
    department: DepartmentId | None
    """The department that distributed the call."""


@attrs.frozen(kw_only=True)
class StickyAssigned:
    """A user served a caller at a place, and is to be tried first until before ``until``, in seconds since 1970."""

    key: StickyKey
    user: UserId
    at: int
    """When they answered, in seconds since 1970."""
    until: int


@attrs.frozen(kw_only=True)
class WrapUp:
    """When the call is over, the user has so many seconds to wrap it up, in which they aren't rung."""

    user: UserId
    seconds: int


Effect = Offered | Unanswered | Pause | Served | StickyAssigned | WrapUp
"""Everything that a step may leave behind."""

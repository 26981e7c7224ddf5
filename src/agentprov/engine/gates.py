"""Whether an agent may be rung, and where a call goes if not (RT-2, RT-3).

Both answers are tables. :data:`GATES` says which gate each failing reason belongs to, in the order in which gates
decide; :data:`WAYS` says, for each reach and obstacle, what is tried in turn. The documentation prints the same table.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from agentprov.engine.hours import Hours, HoursState
from agentprov.model.live import Live, Presence
from agentprov.model.reasons import Reach, Reason, ReasonCode, SubjectKind, reason
from agentprov.model.settings import Settings
from agentprov.model.table import Table
from agentprov.model.user_types import UserType
from agentprov.model.users import Status, User


class Obstacle(StrEnum):
    """Why an agent isn't reached: a gate that fails, or an attempt that did."""

    STATUS = "status"
    """Gate 1: the account's status and type, and the calling option."""
    HOURS = "hours"
    """Gate 2: outside the time group."""
    PANEL = "panel"
    """Gate 3: login-based calling, and not logged in to the panel."""
    PRESENCE = "presence"
    """Gate 4: busy; with login-based calling also break, wrap-up, do not disturb, offline."""
    ATTEMPT = "attempt"
    """Every gate is passed, and nobody answered, or there was no number to ring."""


class Way(StrEnum):
    """Where a call may go when an agent isn't reached."""

    OWN_FAILOVER = "own-failover"
    """The failover of the agent's own hours."""
    FALLBACK = "fallback"
    """The number's fallback, or the option's."""
    NEXT_MEMBER = "next-member"
    DEPARTMENT_FAILOVER = "department-failover"
    HANG_UP = "hang-up"
    NOT_STICKY = "not-sticky"
    """On as if nobody had served the caller before."""
    STAY = "stay"
    """The transfer is refused, and the call stays where it was."""


_FALLBACK: Final = (Way.FALLBACK, Way.HANG_UP)
_MEMBERS: Final = (Way.NEXT_MEMBER, Way.DEPARTMENT_FAILOVER, Way.HANG_UP)


def _always(ways: tuple[Way, ...]) -> Table[Obstacle, tuple[Way, ...]]:
    return Table(dict.fromkeys(Obstacle, ways))


WAYS: Final[Table[Reach, Table[Obstacle, tuple[Way, ...]]]] = Table(
    {
        Reach.DIRECT: Table(
            {
                Obstacle.STATUS: _FALLBACK,
                Obstacle.HOURS: (Way.OWN_FAILOVER, Way.FALLBACK, Way.HANG_UP),
                Obstacle.PANEL: _FALLBACK,
                Obstacle.PRESENCE: _FALLBACK,
                Obstacle.ATTEMPT: _FALLBACK,
            }
        ),
        Reach.IVR: Table(
            {
                Obstacle.STATUS: _FALLBACK,
                Obstacle.HOURS: (Way.HANG_UP,),
                Obstacle.PANEL: _FALLBACK,
                Obstacle.PRESENCE: _FALLBACK,
                Obstacle.ATTEMPT: _FALLBACK,
            }
        ),
        Reach.DEPARTMENT: _always(_MEMBERS),
        Reach.STICKY: _always((Way.NOT_STICKY,)),
        Reach.FAILOVER: _always((Way.HANG_UP,)),
        Reach.TRANSFER: _always((Way.STAY,)),
    }
)
"""What is tried, in this order, for each reach and obstacle. What isn't there is passed over (RT-2 to RT-4)."""

GATES: Final = Table(
    {
        ReasonCode.TYPE_NOT_ROUTED: Obstacle.STATUS,
        ReasonCode.STATUS_DISABLED: Obstacle.STATUS,
        ReasonCode.STATUS_BLOCKED: Obstacle.STATUS,
        ReasonCode.STATUS_DEACTIVATED: Obstacle.STATUS,
        ReasonCode.CALLING_OFF: Obstacle.STATUS,
        ReasonCode.HOURS_OUTSIDE: Obstacle.HOURS,
        ReasonCode.PANEL_LOGGED_OUT: Obstacle.PANEL,
        ReasonCode.PRESENCE_BUSY: Obstacle.PRESENCE,
        ReasonCode.PRESENCE_BREAK: Obstacle.PRESENCE,
        ReasonCode.PRESENCE_WRAP_UP: Obstacle.PRESENCE,
        ReasonCode.PRESENCE_DO_NOT_DISTURB: Obstacle.PRESENCE,
        ReasonCode.PRESENCE_OFFLINE: Obstacle.PRESENCE,
    }
)
"""The gate that each reason makes fail. Of several failing gates the first one decides (RT-3)."""

_STATUSES: Final = {
    Status.DISABLED: ReasonCode.STATUS_DISABLED,
    Status.BLOCKED: ReasonCode.STATUS_BLOCKED,
    Status.DEACTIVATED: ReasonCode.STATUS_DEACTIVATED,
}
_PRESENCES: Final = {
    Presence.BUSY: ReasonCode.PRESENCE_BUSY,
    Presence.BREAK: ReasonCode.PRESENCE_BREAK,
    Presence.WRAP_UP: ReasonCode.PRESENCE_WRAP_UP,
    Presence.DO_NOT_DISTURB: ReasonCode.PRESENCE_DO_NOT_DISTURB,
    Presence.OFFLINE: ReasonCode.PRESENCE_OFFLINE,
}
# Looking up a member of an enumeration is slow, and these are looked up for every candidate.
_AVAILABLE: Final = Presence.AVAILABLE
_BUSY: Final = Presence.BUSY
_IS_BUSY: Final = ReasonCode.PRESENCE_BUSY
_LOGGED_OUT: Final = ReasonCode.PANEL_LOGGED_OUT


def blocking(user: User, type_: UserType | None, settings: Settings) -> tuple[ReasonCode, ...]:
    """What of gate 1 fails, which depends on no instant: type, status, calling option."""
    found: list[ReasonCode] = []
    if type_ is not None and not type_.routed:
        found.append(ReasonCode.TYPE_NOT_ROUTED)
    status = user.status
    if status is not Status.ACTIVE and not (status is Status.DISABLED and settings.ring_disabled_agents):
        found.append(_STATUSES[status])
    if not user.calling.enabled:
        found.append(ReasonCode.CALLING_OFF)
    return tuple(found)


class Gates:
    """One agent's gates, ready to be tested. Reasons are made once and shared by all steps.

    INVARIANT: the memos hold values that depend on their key alone, and are published by one assignment each.
    """

    __slots__ = ("_blocked", "_hours", "_login_based", "_outside", "_reasons", "user")

    def __init__(self, user: User, type_: UserType | None, hours: Hours | None, settings: Settings) -> None:
        self.user = user.id
        self._reasons: dict[ReasonCode, tuple[Reason]] = {}
        self._blocked = tuple(self.reason(code) for code in blocking(user, type_, settings))
        self._hours = hours
        self._login_based = user.calling.login_based
        self._outside: tuple[HoursState, tuple[Reason]] | None = None

    def reason(self, code: ReasonCode) -> Reason:
        """The one reason that says ``code`` of this agent."""
        return self._says(code)[0]

    def failing(self, at: int, live: Live) -> tuple[Reason, ...]:
        """Every gate that fails at an instant, in order; none: the agent may be rung."""
        found = self._blocked
        if self._hours is not None:
            state = self._hours.state(at)
            if not state.open:
                known = self._outside
                found += known[1] if known is not None and known[0] is state else self._says_outside(state)
        presence = live.presence.get(self.user)
        if self._login_based:
            if live.panel is None or self.user not in live.panel:
                found += self._says(_LOGGED_OUT)
            if presence is not None and presence is not _AVAILABLE:
                found += self._says(_PRESENCES[presence])
        elif presence is _BUSY:
            found += self._says(_IS_BUSY)
        return found

    def _says(self, code: ReasonCode) -> tuple[Reason]:
        known = self._reasons.get(code)
        if known is None:
            known = self._reasons[code] = (reason(SubjectKind.USER, self.user, code),)
        return known

    def _says_outside(self, state: HoursState) -> tuple[Reason]:
        said = (reason(SubjectKind.USER, self.user, ReasonCode.HOURS_OUTSIDE, state.until),)
        self._outside = (state, said)
        return said

"""What RT-9 says of circles: whether a call can be sent round for ever without its caller pressing a key.

Whoever is reached by a failover, or by a menu without an option, has no way out of their own (RT-2), so an agent is
always an end of such a walk. A menu's options take a key, and so do input that it doesn't know and leaving a queue.
What is left is stations that send on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agentprov.model.departments import Department
from agentprov.model.destinations import (
    Destination,
    QueueExit,
    ToAnnouncement,
    ToDepartment,
    ToExternal,
    ToIvr,
    ToQueue,
    ToTimeCondition,
)
from agentprov.model.ids import DepartmentId, IvrId, TimeConditionId
from agentprov.model.routing import Ivr, TimeCondition

Stations = tuple[Mapping[DepartmentId, Department], Mapping[IvrId, Ivr], Mapping[TimeConditionId, TimeCondition]]


def onward(stations: Stations, at: Destination) -> Iterator[Destination | None]:
    """Where a call can go next, whatever the clock and whoever is there, without a key."""
    departments, ivrs, conditions = stations
    match at:
        case ToDepartment(department=id_):
            department = departments[id_]
            yield department.failover
            yield department.hours.closed if department.hours is not None else None
        case ToIvr(ivr=ivr):
            yield ivrs[ivr].on_timeout
        case ToTimeCondition(time_condition=condition):
            yield conditions[condition].open
            yield conditions[condition].closed
        case ToAnnouncement(next=after) | ToExternal(next=after):
            yield after
        case ToQueue(next=after, by_exit=by_exit):
            yield after
            yield from (to for cause, to in by_exit.items() if cause is not QueueExit.LEFT)
        case _:
            return


def comes_back(stations: Stations, start: Destination) -> bool:
    """Whether a call that is at this station can come to it again."""
    seen: set[Destination] = set()
    ahead = {to for to in onward(stations, start) if to is not None}
    while ahead - seen:
        seen |= ahead
        ahead = {to for at in seen for to in onward(stations, at) if to is not None}
    return start in seen


def has_circle(stations: Stations) -> bool:
    """RT-9: whether there is a station that a call can come back to."""
    departments, ivrs, conditions = stations
    starts: list[Destination] = [
        *(ToDepartment(department=id_) for id_ in departments),
        *(ToIvr(ivr=ivr) for ivr in ivrs),
        *(ToTimeCondition(time_condition=condition) for condition in conditions),
    ]
    return any(comes_back(stations, start) for start in starts)

"""The call flow of a number as a graph: what a call can come to, and by which ways (AN-6).

Objects are one node each, wherever they are reached from. An announcement, a number outside and a queue that lead on
stand where they are written, so what follows each is told apart. Ways are the exits of
:func:`agentprov.model.routes.exits` that a call can take: one that this module has no words for is named by its field;
and the endings that callers meet without one, a refusal and a menu without an answer.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final, assert_never

import attrs

from agentprov.errors import Path
from agentprov.model.departments import Department
from agentprov.model.destinations import (
    Cause,
    Destination,
    HangUp,
    ToAgent,
    ToAnnouncement,
    ToDepartment,
    ToExternal,
    ToIvr,
    ToQueue,
    ToTimeCondition,
    ToVoicemail,
    inside,
)
from agentprov.model.ids import NumberId, TimeConditionId
from agentprov.model.numbers import (
    Anonymous,
    CallerRule,
    Callers,
    FromCountry,
    FromNumber,
    FromPrefix,
    Number,
    Refuse,
    SendTo,
)
from agentprov.model.references import Item, Kind
from agentprov.model.routes import exits, gone_by
from agentprov.model.routing import Ivr, TimeCondition
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from agentprov.views.names import object_name, title

MOST_NODES: Final = 150
MOST_EDGES: Final = 300
"""More than this nobody reads, and what draws it refuses."""
_MOST_NAMED: Final = 3


class Sort(StrEnum):
    """What a node is."""

    NUMBER = "number"
    AGENT = "agent"
    DEPARTMENT = "department"
    MENU = "menu"
    CONDITION = "condition"
    OUTSIDE = "outside"
    VOICEMAIL = "voicemail"
    ANNOUNCEMENT = "announcement"
    QUEUE = "queue"
    HANG_UP = "hang-up"


@attrs.frozen(kw_only=True)
class Node:
    """One thing that a call can come to: the parts of its id, which only change with what it is, and lines of text."""

    id: tuple[str, ...]
    sort: Sort
    lines: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Edge:
    """A way from one node to another. ``failed``: taken because somebody wasn't there or didn't answer."""

    start: tuple[str, ...]
    end: tuple[str, ...]
    label: str
    failed: bool = False


@attrs.frozen(kw_only=True)
class CallGraph:
    """What a call to a number can come to. ``left_out`` names the nodes from which ways lead on that aren't told."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    left_out: tuple[tuple[str, ...], ...] = ()


def call_graph(
    tenant: Tenant, number: NumberId, *, most_nodes: int = MOST_NODES, most_edges: int = MOST_EDGES
) -> CallGraph:
    """The graph of a number of the tenant, the nearest nodes first; a bigger one is told in part."""
    growing = _Growing(tenant, most_nodes, most_edges)
    first = tenant.numbers[number]
    start = growing.object(Kind.NUMBERS, number)
    emergency = tenant.settings.emergency
    if emergency is not None:
        destination = emergency.destination or HangUp(cause=Cause.UNAVAILABLE)
        growing.lead(start, destination, "emergency", place=("settings", "emergency"), failed=True)
    growing.grow(start, first)
    return CallGraph(
        nodes=tuple(growing.nodes.values()), edges=tuple(growing.edges), left_out=tuple(dict.fromkeys(growing.left_out))
    )


class _Growing:
    """A graph while it grows, breadth first."""

    def __init__(self, tenant: Tenant, most_nodes: int, most_edges: int) -> None:
        self.tenant = tenant
        self.nodes: dict[tuple[str, ...], Node] = {}
        self.edges: list[Edge] = []
        self.left_out: list[tuple[str, ...]] = []
        self._most_nodes = most_nodes
        self._most_edges = most_edges
        self._waiting: deque[tuple[tuple[str, ...], Item]] = deque()

    def grow(self, start: tuple[str, ...], first: Item) -> None:
        """Follow every exit of everything that is come to, beginning with the number."""
        self._waiting.appendleft((start, first))
        while self._waiting:
            id_, item = self._waiting.popleft()
            for path, to in _ways(self.tenant, item):
                label, failed = _way_words(item, path)
                self.lead(id_, to, label, place=(*id_, *map(str, path)), failed=failed)
            gone = gone_by(item)
            if gone is not None:
                _, group = gone
                for way in exits(self.tenant.time_groups[group]):
                    place = (Kind.TIME_GROUPS.value, group, *map(str, way.path))
                    self.lead(id_, way.to, "emergency", place=place, failed=True)

    def object(self, kind: Kind, id_: str) -> tuple[str, ...]:
        """The node of an object of the tenant, without its ways."""
        node = Node(id=(kind.value, id_), sort=_SORTS[kind], lines=tuple(_lines(self.tenant, kind, id_)))
        self.nodes[node.id] = node
        return node.id

    def lead(
        self, start: tuple[str, ...], to: Destination, label: str, *, place: tuple[str, ...], failed: bool
    ) -> None:
        """Add a way to a destination, and what the destination carries inside."""
        id_ = _node_id(to, place)
        is_new = id_ not in self.nodes
        if len(self.edges) >= self._most_edges or (is_new and len(self.nodes) >= self._most_nodes):
            self.left_out.append(start)
            return
        self.edges.append(Edge(start=start, end=id_, label=label, failed=failed))
        if is_new:
            self._add(id_, to, place)

    def _add(self, id_: tuple[str, ...], to: Destination, place: tuple[str, ...]) -> None:
        tenant = self.tenant
        match to:
            case ToAgent(user=user):
                self._waiting.append((self.object(Kind.USERS, user), tenant.users[user]))
            case ToDepartment(department=department):
                self._waiting.append((self.object(Kind.DEPARTMENTS, department), tenant.departments[department]))
            case ToIvr(ivr=ivr):
                self._waiting.append((self.object(Kind.IVRS, ivr), tenant.ivrs[ivr]))
            case ToTimeCondition(time_condition=condition):
                self._waiting.append((self.object(Kind.TIME_CONDITIONS, condition), tenant.time_conditions[condition]))
            case ToVoicemail(voicemail=voicemail):
                self._put(id_, Sort.VOICEMAIL, "voicemail", title(tenant, Kind.VOICEMAILS, voicemail))
            case HangUp(cause=cause):
                self._put(id_, Sort.HANG_UP, "hang up", cause.value.replace("-", " "))
            case ToAnnouncement(announcement=announcement):
                self._put(id_, Sort.ANNOUNCEMENT, title(tenant, Kind.ANNOUNCEMENTS, announcement))
            case ToExternal(number=number, timeout=timeout):
                self._put(id_, Sort.OUTSIDE, number, f"for {timeout} s")
            case ToQueue(queue=queue):
                self._put(id_, Sort.QUEUE, "queue", title(tenant, Kind.QUEUES, queue))
            case _:
                assert_never(to)
        for path, then in inside(to):
            label, failed = _NEXT[type(to)] if path == ("next",) else (path[-1], True)
            self.lead(id_, then, label, place=(*place, *path), failed=failed)

    def _put(self, id_: tuple[str, ...], sort: Sort, *lines: str) -> None:
        self.nodes[id_] = Node(id=id_, sort=sort, lines=lines)


_NEXT: Final[dict[type[Destination], tuple[str, bool]]] = {
    ToAnnouncement: ("then", False),
    ToExternal: ("no answer", True),
    ToQueue: ("left unserved", True),
}
_SORTS: Final = {
    Kind.NUMBERS: Sort.NUMBER,
    Kind.USERS: Sort.AGENT,
    Kind.DEPARTMENTS: Sort.DEPARTMENT,
    Kind.IVRS: Sort.MENU,
    Kind.TIME_CONDITIONS: Sort.CONDITION,
}


def _ways(tenant: Tenant, item: Item) -> Iterator[tuple[Path, Destination]]:
    """The ways that a call can take out of an object, each with its field, or the fields that aren't filled."""
    for way in exits(item):
        if "fallback" not in way.path or _falls_back(tenant, item, way.path):
            yield way.path, way.to
    match item:
        case Number(caller_rules=rules):
            for position, rule in enumerate(rules):
                if isinstance(rule.action, Refuse):
                    yield ("caller_rules", position), HangUp(cause=rule.action.cause)
        case Ivr(on_timeout=on_timeout, on_invalid=on_invalid):
            unsaid = {"on_timeout": on_timeout, "on_invalid": on_invalid}
            path = tuple(name for name, to in unsaid.items() if to is None)
            if path:
                yield path, HangUp()
        case _:
            return


def _falls_back(tenant: Tenant, item: Item, path: Path) -> bool:
    """Whether a fallback of a number or an option can be used (RT-2)."""
    match item:
        case Number(to=to, caller_rules=rules):
            return _can_fail(tenant, [to, *(rule.action.to for rule in rules if isinstance(rule.action, SendTo))])
        case Ivr(options=options) if isinstance(path[1], int):
            return _can_fail(tenant, [options[path[1]].to])
        case _:
            return True


def _can_fail(tenant: Tenant, destinations: Iterable[Destination]) -> bool:
    """Whether one of these leads, with nothing in between that has a say of its own, to an attempt that can fail."""
    waiting, seen = list(destinations), set[TimeConditionId]()
    while waiting:
        match waiting.pop():
            case ToAgent() | ToExternal(next=None):
                return True
            case ToAnnouncement(next=then):
                waiting.append(then)
            case ToTimeCondition(time_condition=id_) if id_ not in seen:
                seen.add(id_)
                waiting += [tenant.time_conditions[id_].open, tenant.time_conditions[id_].closed]
            case _:
                continue
    return False


def _node_id(to: Destination, place: tuple[str, ...]) -> tuple[str, ...]:
    match to:
        case ToAgent(user=user):
            return Kind.USERS.value, user
        case ToDepartment(department=department):
            return Kind.DEPARTMENTS.value, department
        case ToIvr(ivr=ivr):
            return Kind.IVRS.value, ivr
        case ToTimeCondition(time_condition=condition):
            return Kind.TIME_CONDITIONS.value, condition
        case ToVoicemail(voicemail=voicemail):
            return Kind.VOICEMAILS.value, voicemail
        case HangUp(cause=cause):
            return "hang-up", cause.value
        case ToAnnouncement() | ToExternal() | ToQueue():
            return place
        case _:
            assert_never(to)


def _lines(tenant: Tenant, kind: Kind, id_: str) -> Iterator[str]:
    """What stands in the node of an object: its name, then what a reader wants to know of it."""
    yield object_name(tenant, kind, id_) or id_
    match tenant.table(kind)[id_]:
        case Number(phone=phone):
            yield phone
        case User(calling=calling) if calling.hours is not None:
            yield f"hours: {title(tenant, Kind.TIME_GROUPS, calling.hours.time_group)}"
        case Department(members=members, strategy=strategy, hours=hours):
            names = [title(tenant, Kind.USERS, member) for member in members]
            who = ", ".join(names) if len(names) <= _MOST_NAMED else f"{len(names)} members"
            yield f"{strategy}: {who or 'nobody'}"
            if hours is not None:
                yield f"hours: {title(tenant, Kind.TIME_GROUPS, hours.time_group)}"
        case TimeCondition(time_group=group):
            yield f"hours: {title(tenant, Kind.TIME_GROUPS, group)}"
        case _:
            return


_FAILED: Final = "not reached"
_WORDS: Final[dict[Path, tuple[str, bool]]] = {
    ("to",): ("", False),
    ("fallback", "to"): (_FAILED, True),
    ("open",): ("open", False),
    ("closed",): ("closed", False),
    ("failover",): ("nobody left", True),
    ("hours", "closed"): ("closed", False),
    ("calling", "hours", "failover"): ("outside hours, if called directly", True),
    ("on_timeout",): ("no key", True),
    ("on_invalid",): ("wrong key", True),
    ("on_timeout", "on_invalid"): ("no key or a wrong one", True),
}


def _way_words(item: Item, path: Path) -> tuple[str, bool]:
    """What stands at a way out of an object, and whether it is taken because an attempt failed."""
    if isinstance(item, Ivr) and path[0] == "options" and isinstance(path[1], int):
        option = item.options[path[1]]
        name = f"{option.digits} {option.label}" if option.label else option.digits
        label, failed = _field_words(path[2:])
        return (f"{name}, {label}" if label else name), failed
    if isinstance(item, Number) and path[0] == "caller_rules" and isinstance(path[1], int):
        return _rule_words(item.caller_rules[path[1]]), False
    return _field_words(path)


def _rule_words(rule: CallerRule) -> str:
    words = ", ".join(map(_caller_words, rule.callers[:_MOST_NAMED]))
    if len(rule.callers) > _MOST_NAMED:
        words += " and more"
    return words if rule.name is None else f"{rule.name}: {words}"


def _caller_words(callers: Callers) -> str:
    match callers:
        case FromNumber(number=number):
            return f"from {number}"
        case FromPrefix(prefix=prefix):
            return f"from {prefix}..."
        case FromCountry(region=region):
            return f"from {region}"
        case Anonymous():
            return "anonymous"
        case _:
            assert_never(callers)


def _field_words(path: Path) -> tuple[str, bool]:
    if path[:2] == ("fallback", "by_failure"):
        return str(path[2]).replace("-", " "), True
    return _WORDS.get(path) or (" ".join(str(part).replace("_", " ") for part in path), False)

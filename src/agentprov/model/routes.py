"""Routes that can't be right, whatever the hour (RT-9): circles, and numbers that lead back to their own tenant.

Which circles can be walked follows from the reach rule (RT-2). An agent's own failover and the fallbacks of numbers and
options are used once and lead to the reach ``failover``, from which none of them is used again; an option needs a
caller's key. So a circle that needs no key runs through departments, menus and time conditions alone, over the exits
that :func:`exits` calls free, and over those of the time groups that departments and time conditions go by. Two agents
who cover for each other are none.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterator, Mapping
from typing import Final

import attrs

from agentprov.errors import Code, Collector, Path
from agentprov.model.contact import without_suffix
from agentprov.model.departments import Department
from agentprov.model.destinations import (
    Destination,
    Fallback,
    QueueExit,
    ToAgent,
    ToDepartment,
    ToExternal,
    ToIvr,
    ToTimeCondition,
    nested,
)
from agentprov.model.hours import TimeGroup
from agentprov.model.ids import TimeGroupId
from agentprov.model.numbers import Number, SendTo
from agentprov.model.references import Item, Kind
from agentprov.model.routing import Ivr, TimeCondition
from agentprov.model.users import User

_MOST_LOOKS: Final = 200_000
"""How much is looked at for a shorter circle in one knot. Only knots of thousands of objects need more."""


@attrs.frozen(kw_only=True)
class Exit:
    """One way out of an object: the field it stands in, where it leads, and whether a call takes it without a key."""

    path: Path
    to: Destination
    free: bool = True


def exits(item: Item) -> Iterator[Exit]:
    """Every way out of an object, in the order of its fields. Objects that calls don't go through have none."""
    match item:
        case Number(to=to, fallback=fallback, caller_rules=rules):
            yield Exit(path=("to",), to=to)
            yield from _fallback_exits(("fallback",), fallback)
            for position, rule in enumerate(rules):
                if isinstance(rule.action, SendTo):
                    yield Exit(path=("caller_rules", position, "action", "to"), to=rule.action.to)
        case User(calling=calling):
            if calling.hours is not None and calling.hours.failover is not None:
                yield Exit(path=("calling", "hours", "failover"), to=calling.hours.failover)
        case Department(failover=failover, hours=hours):
            if failover is not None:
                yield Exit(path=("failover",), to=failover)
            if hours is not None and hours.closed is not None:
                yield Exit(path=("hours", "closed"), to=hours.closed)
        case Ivr():
            yield from _menu_exits(item)
        case TimeCondition(open=open_, closed=closed):
            yield Exit(path=("open",), to=open_)
            yield Exit(path=("closed",), to=closed)
        case TimeGroup(emergency=emergency):
            if emergency is not None and emergency.destination is not None:
                yield Exit(path=("emergency", "destination"), to=emergency.destination)
        case _:
            return


def gone_by(item: Item) -> tuple[Path, TimeGroupId] | None:
    """The time group that a department or a time condition goes by, with the field that names it."""
    match item:
        case Department(hours=hours) if hours is not None:
            return ("hours", "time_group"), hours.time_group
        case TimeCondition(time_group=time_group):
            return ("time_group",), time_group
        case _:
            return None


def _menu_exits(ivr: Ivr) -> Iterator[Exit]:
    for position, option in enumerate(ivr.options):
        yield Exit(path=("options", position, "to"), to=option.to, free=False)
        for each in _fallback_exits(("options", position, "fallback"), option.fallback):
            yield attrs.evolve(each, free=False)
    if ivr.on_timeout is not None:
        yield Exit(path=("on_timeout",), to=ivr.on_timeout)
    if ivr.on_invalid is not None:
        yield Exit(path=("on_invalid",), to=ivr.on_invalid, free=False)


def _fallback_exits(path: Path, fallback: Fallback | None) -> Iterator[Exit]:
    if fallback is not None:
        yield Exit(path=(*path, "to"), to=fallback.to)
        for failure, to in fallback.by_failure.items():
            yield Exit(path=(*path, "by_failure", failure.value), to=to)


def check_routes(
    found: Collector, tables: Mapping[Kind, Mapping[str, Item]], emergency: Destination | None = None
) -> None:
    """Note circles that can be walked, agents who are their own failover, and numbers that lead back to the tenant.

    Every reference must lead somewhere. ``emergency`` is the destination of the tenant's emergency, if it has one.
    """
    own = {without_suffix(each.phone) for each in tables[Kind.NUMBERS].values() if isinstance(each, Number)}
    for kind in (Kind.DEPARTMENTS, Kind.NUMBERS, Kind.IVRS, Kind.TIME_CONDITIONS, Kind.TIME_GROUPS):
        for id_, item in tables[kind].items():
            for way in exits(item):
                _check_external(found, own, way.to, (kind.value, id_, *way.path))
    if emergency is not None:
        _check_external(found, own, emergency, ("settings", "emergency", "destination"))
    for id_, user in tables[Kind.USERS].items():
        # Most users of a big tenant have neither, and this runs for each of them.
        if isinstance(user, User) and (user.calling.hours is not None or user.calling.forward is not None):
            check_user_routes(found, own, id_, user)
    _check_circles(found, tables)


def _check_external(found: Collector, own: Container[str], to: Destination, path: Path) -> None:
    if isinstance(to, (ToAgent, ToDepartment)):
        return
    for inner, each in nested(to):
        if isinstance(each, ToExternal) and without_suffix(each.number) in own:
            found.add(Code.FORWARD_SELF, *path, *inner, "number", value=each.number)


def check_user_routes(found: Collector, own: Container[str], id_: str, user: User) -> None:
    """Note where a user's calls lead back: to one of the tenant's ``own`` numbers, or to the user."""
    calling = user.calling
    forward = user.forward_number
    if forward is not None and without_suffix(forward) in own:
        found.add(Code.FORWARD_SELF, "users", id_, "calling", "forward", value=forward)
    if calling.hours is not None and calling.hours.failover is not None:
        path = ("users", id_, "calling", "hours", "failover")
        _check_external(found, own, calling.hours.failover, path)
        for inner, each in nested(calling.hours.failover):
            if isinstance(each, ToAgent) and each.user == id_:
                found.add(Code.FAILOVER_SELF, *path, *inner, "user")


# ---- circles --------------------------------------------------------------------------------------------------------

_Node = tuple[Kind, str]
_Graph = dict[_Node, dict[_Node, Path]]
"""From each object to those a call reaches from it without a key, with the field that leads there."""


def _check_circles(found: Collector, tables: Mapping[Kind, Mapping[str, Item]]) -> None:
    graph: _Graph = {}
    for kind in (Kind.DEPARTMENTS, Kind.IVRS, Kind.TIME_CONDITIONS, Kind.TIME_GROUPS):
        for id_, item in tables[kind].items():
            edges: dict[_Node, Path] = {}
            going = gone_by(item)
            if going is not None:
                edges[Kind.TIME_GROUPS, going[1]] = going[0]
            for way in exits(item):
                if way.free:
                    for node in _through(way.to):
                        edges.setdefault(node, way.path)
            graph[kind, str(id_)] = edges
    for knot in _knots(graph):
        circle = _shortest_circle(graph, knot)
        (kind, id_), after = circle[0], circle[1 % len(circle)]
        witness = " -> ".join(f"{each.noun} {name}" for each, name in (*circle, circle[0]))
        found.add(Code.ROUTE_CYCLE, kind.value, id_, *graph[circle[0]][after], witness=witness)


def _through(to: Destination) -> Iterator[_Node]:
    """The departments, menus and time conditions that a destination leads to without a key, those inside included."""
    for path, each in nested(to):
        if QueueExit.LEFT in path:  # a caller leaves a queue by a key
            continue
        match each:
            case ToDepartment(department=id_):
                yield Kind.DEPARTMENTS, id_
            case ToIvr(ivr=id_):
                yield Kind.IVRS, id_
            case ToTimeCondition(time_condition=id_):
                yield Kind.TIME_CONDITIONS, id_
            case _:
                pass


def _knots(graph: _Graph) -> Iterator[list[_Node]]:
    """The sets of objects that lead to one another (Tarjan), by their smallest. Deep graphs don't hurt the stack."""
    order: dict[_Node, int] = {}
    low: dict[_Node, int] = {}
    path: list[_Node] = []
    closed: set[_Node] = set()
    knots: list[list[_Node]] = []
    for start in graph:
        trail = [] if start in order else [(start, iter(graph[start]))]
        while trail:
            node, following = trail[-1]
            if node not in order:
                order[node] = low[node] = len(order)
                path.append(node)
            for after in following:
                if after not in order:
                    trail.append((after, iter(graph[after])))
                    break
                if after not in closed:
                    low[node] = min(low[node], order[after])
            else:
                trail.pop()
                if trail:
                    low[trail[-1][0]] = min(low[trail[-1][0]], low[node])
                if low[node] == order[node]:
                    knot = [path.pop()]
                    while knot[-1] != node:
                        knot.append(path.pop())
                    closed.update(knot)
                    if len(knot) > 1 or node in graph[node]:
                        knots.append(sorted(knot))
    yield from sorted(knots)


def _shortest_circle(graph: _Graph, knot: list[_Node]) -> tuple[_Node, ...]:
    """The shortest circle of a knot, beginning at its smallest object; of several the one of the smallest object."""
    inside = set(knot)
    best: tuple[_Node, ...] = ()
    looks = 0
    for start in knot:
        before: dict[_Node, _Node] = {}
        waiting = deque([start])
        while waiting and start not in before:
            node = waiting.popleft()
            for after in sorted(inside & graph[node].keys()):
                looks += 1
                if after not in before:
                    before[after] = node
                    waiting.append(after)
        circle = _back(before, start)
        if not best or len(circle) < len(best):
            best = circle
        if len(best) == 1 or looks > _MOST_LOOKS:
            break
    return best


def _back(before: dict[_Node, _Node], start: _Node) -> tuple[_Node, ...]:
    """The circle from ``start`` to itself, followed from its end."""
    circle = [before[start]]
    while circle[-1] != start:
        circle.append(before[circle[-1]])
    return tuple(reversed(circle))

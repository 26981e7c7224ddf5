"""What answers about calls depend on along time, and when that changes (AN-2).

Where a call goes at an instant follows from the tenant, the live facts and how the time groups are then: from one bit
for each time group that a call can meet from where it is, open or closed; one for each emergency, which may begin
later; and one for each record of who served the caller last, which dies at its end. So between two flips of a bit
nothing changes, and equal bits give equal answers whenever they come.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate, chain, repeat
from operator import and_, rshift, xor

from agentprov.engine.hours import Hours, hours_of
from agentprov.engine.memo import Memo
from agentprov.engine.zones import EARLIEST, epoch
from agentprov.model.contact import PhoneNumber
from agentprov.model.departments import Department
from agentprov.model.ids import TimeGroupId, UserId
from agentprov.model.live import Live
from agentprov.model.numbers import Number
from agentprov.model.references import Kind, Reference, references
from agentprov.model.standings import SETTINGS
from agentprov.model.sticky import StickyPlace
from agentprov.model.tenant import Tenant

Node = tuple[str, str]
"""An object, by its kind and id; or the tenant's settings, whose emergency leads somewhere from everywhere."""

_TIME_GROUPS = Kind.TIME_GROUPS.value
_ON_THE_WAY = frozenset({Kind.USERS, Kind.DEPARTMENTS, Kind.IVRS, Kind.TIME_CONDITIONS, Kind.TIME_GROUPS})


class Clockwork:
    """The time groups of one version of a tenant: which of them matter from where, and their hours.

    INVARIANT: the memos hold what depends on their key alone, so threads may share it.
    """

    __slots__ = ("_always", "_ends", "_led_to", "hours", "met", "tenant")

    def __init__(self, tenant: Tenant, live: Live, caller: PhoneNumber | None) -> None:
        """For calls of ``caller``, of whom ``live`` may know who served them last."""
        self.tenant = tenant
        remembered = list(_remembered(tenant, live, caller))
        self._ends = [end for _, end in remembered]
        known = [(Kind.USERS.value, user) for user, _ in remembered if user in tenant.users]
        self._always = (*_nodes(references(tenant.settings)), *known)
        self._led_to: Memo[Node, tuple[Node, ...]] = Memo(self._leads_to)
        self.met: Memo[Node, frozenset[TimeGroupId]] = Memo(self._met)
        """The time groups that a call can meet from an object on; some that it can't may be among them."""
        self.hours: Memo[TimeGroupId, Hours] = Memo(self._hours)

    def turns(self, groups: Iterable[TimeGroupId]) -> list[int]:
        """From when on emergencies hold, the tenant's and these time groups', and from when on records are dead."""
        closed = [self.tenant.settings.emergency, *(self.tenant.time_groups[group].emergency for group in groups)]
        begin = [EARLIEST if each.set_at is None else epoch(each.set_at) for each in closed if each is not None]
        return begin + self._ends

    def state(self, groups: frozenset[TimeGroupId], at: int) -> tuple[bool, ...]:
        """How it is at an instant: which of these time groups are open, which emergencies hold, which records died."""
        ordered = sorted(groups)
        is_open = [self.hours[group].is_open(at) for group in ordered]
        return (*is_open, *[since <= at for since in self.turns(ordered)])

    def _hours(self, id_: TimeGroupId) -> Hours:
        tenant = self.tenant
        return hours_of(tenant.time_groups[id_], tenant.calendars, tenant.settings.emergency)

    def _met(self, node: Node) -> frozenset[TimeGroupId]:
        waiting = [node, *self._always]
        seen = set(waiting)
        while waiting:
            for after in self._led_to[waiting.pop()]:
                if after not in seen:
                    seen.add(after)
                    waiting.append(after)
        return frozenset([TimeGroupId(id_) for kind, id_ in seen if kind == _TIME_GROUPS])

    def _leads_to(self, node: Node) -> tuple[Node, ...]:
        """What an object refers to that a call can come to, or whose hours it asks."""
        kind, id_ = node
        if kind == SETTINGS:
            return ()
        item = self.tenant.table(Kind(kind))[id_]
        # Of a user's references only those of their calls matter: their supervisor, say, is rung by nobody.
        return _nodes(each for each in references(item) if kind != Kind.USERS.value or each.path[0] == "calling")


def _remembered(tenant: Tenant, live: Live, caller: PhoneNumber | None) -> Iterator[tuple[UserId, int]]:
    """Who served the caller last somewhere, and until when that counts there."""
    for key, record in live.last_agents.items():
        if key.caller == caller:
            kind = Kind.NUMBERS if key.place is StickyPlace.NUMBER else Kind.DEPARTMENTS
            item = tenant.table(kind).get(key.id)
            if isinstance(item, (Number, Department)) and item.sticky is not None:
                yield record.user, epoch(record.at) + item.sticky.seconds


def _nodes(held: Iterable[Reference]) -> tuple[Node, ...]:
    return tuple({(each.kind.value, each.id): None for each in held if each.kind in _ON_THE_WAY})


class Period:
    """Flips from ``start`` until before ``end``."""

    __slots__ = ("_clockwork", "_flips", "end", "start")

    def __init__(self, clockwork: Clockwork, start: int, end: int) -> None:
        self._clockwork = clockwork
        self.start = start
        self.end = end
        self._flips: Memo[TimeGroupId, list[int]] = Memo(self._flips_of)

    def bits(self, groups: frozenset[TimeGroupId]) -> dict[int, int]:
        """The instants at which something flips at these time groups, in order, each with the bits from then on.

        The first is the period's start. What a bit says isn't told, only that equal bits are equal states.
        """
        lists = [self._flips[group] for group in groups]
        lists += [[since] for since in self._clockwork.turns(groups) if self.start < since < self.end]
        # A year of a big tenant has millions of flips, so the loops are Python's own. An instant and the bit that
        # flips at it are one number, for such are sorted fastest; of several flips at one instant the last one stays.
        width = len(lists)
        flips = sorted(chain.from_iterable([at << width | 1 << bit for at in flips] for bit, flips in enumerate(lists)))
        instants = map(rshift, flips, repeat(width))
        states = accumulate(map(and_, flips, repeat((1 << width) - 1)), xor)
        return dict(chain([(self.start, 0)], zip(instants, states, strict=True)))

    def _flips_of(self, id_: TimeGroupId) -> list[int]:
        """The instants inside the period at which a time group opens or closes."""
        flips = list(chain.from_iterable(self._clockwork.hours[id_].intervals(self.start, self.end)))
        if flips and flips[-1] == self.end:
            del flips[-1]
        return flips[1:] if flips and flips[0] == self.start else flips

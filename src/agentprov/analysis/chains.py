"""One chain of grants by which a user comes to hold more of a permission (AC-10)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from agentprov.analysis.delegation import Delegation, Step
from agentprov.analysis.reach import REACHABLE, Reach
from agentprov.engine.access import Access
from agentprov.engine.extents import Extent
from agentprov.model.access import Chosen, Permission, ScopeTerm, Within
from agentprov.model.ids import UserId
from agentprov.model.references import CHOSEN, Kind

_CHOSEN_KINDS = {kind: chosen for chosen, kind in CHOSEN.items()}

Offer = tuple[ScopeTerm, Callable[[UserId], bool]]
"""What somebody could be given at once, and who could pass it on."""


class Chains:
    """Who may come to grant over whom, and what can be handed on that way, in one version of a tenant."""

    def __init__(self, access: Access) -> None:
        self.reach = Reach(access)
        self.delegation = Delegation(access, self.reach)
        self._classes = access.classes

    def steps(self, receiver: UserId, permission: Permission) -> tuple[Step, ...]:
        """A chain that ends with the receiver holding more of the permission; empty, if there is none."""
        if self.extent(receiver, permission).whole or receiver not in self.reach.active:
            return ()
        domains = self.delegation.domains
        direct = sorted(giver for giver, users in domains.items() if receiver in users)
        others = sorted(set(self.delegation.sources([receiver])) - {receiver, *direct})
        found = (steps for source in (*direct, *others) if (steps := self._from(source, receiver, permission)))
        return next(found, ())

    def reaches(self, source: UserId, receiver: UserId, permission: Permission) -> bool:
        """Whether anything of the permission can come from one to another."""
        return bool(self._from(source, receiver, permission))

    def extent(self, user: UserId, permission: Permission) -> Extent:
        """How far a user holds a permission, with the denies of it where they don't."""
        return self.reach.extent(self._classes[user], permission)

    def _from(self, source: UserId, receiver: UserId, permission: Permission) -> tuple[Step, ...]:
        for scope, passes in self._offers(source, receiver, permission):
            way = self.delegation.path(source, receiver, passes)
            if way is not None:
                steps: list[Step] = []
                for giver, next_ in pairwise(way):
                    steps += self.delegation.steps(giver, next_)
                    steps.append(Step(giver=giver, receiver=next_, permission=permission, scope=scope))
                return tuple(dict.fromkeys(steps))
        return ()

    def _offers(self, source: UserId, receiver: UserId, permission: Permission) -> Iterator[Offer]:
        """What the receiver lacks of what the source holds: the whole tenant, else objects."""
        has, wants = self.extent(source, permission), self.extent(receiver, permission)
        if not has.allowed or Within.TENANT in wants.denied:
            return
        if has.whole and Within.TENANT not in wants.allowed and (not wants.denied or self.reach.has_others):
            yield Within.TENANT, lambda user: self._lacks_whole(user, permission)
        for kind in REACHABLE:
            missing = self._objects(kind, source, has) - self._spoken_of(kind, receiver, wants)
            if kind is Kind.DEPARTMENTS:
                missing = frozenset(each for each in missing if self._covers(receiver, wants, each))
            for id_ in _least_first(missing):
                yield Chosen(kind=_CHOSEN_KINDS[kind], id=id_), self._passes(source, permission, kind, id_)

    def _lacks_whole(self, user: UserId, permission: Permission) -> bool:
        extent = self.extent(user, permission)
        return Within.TENANT not in extent.allowed and not extent.denied

    def _passes(self, source: UserId, permission: Permission, kind: Kind, id_: str) -> Callable[[UserId], bool]:
        """Whether a user could be given an object, to pass it on: they lack it, and it isn't denied to them."""

        def passes(user: UserId) -> bool:
            extent = self.extent(user, permission)
            if id_ in self._spoken_of(kind, user, extent):
                return False
            return kind is not Kind.DEPARTMENTS or self.reach.residents(id_) <= (
                self._spoken_of(Kind.USERS, user, extent)
                | self._objects(Kind.USERS, source, self.extent(source, permission))
            )

        return passes

    def _objects(self, kind: Kind, user: UserId, extent: Extent) -> frozenset[str]:
        row = self.reach.row(user)
        return self.reach.objects(kind, row, extent.allowed) - self.reach.objects(kind, row, extent.denied)

    def _spoken_of(self, kind: Kind, user: UserId, extent: Extent) -> frozenset[str]:
        """The objects over which a user holds a permission or is denied it: nothing to be gained there."""
        row = self.reach.row(user)
        return self.reach.objects(kind, row, extent.allowed) | self.reach.objects(kind, row, extent.denied)

    def _covers(self, user: UserId, extent: Extent, department: str) -> bool:
        """Whether nothing is gained with a department but itself: one that brings its users is found by these."""
        return self.reach.residents(department) <= self._spoken_of(Kind.USERS, user, extent)


def _least_first(ids: frozenset[str]) -> Iterator[str]:
    """The ids in order. The first costs less than all."""
    if ids:
        first = min(ids)
        yield first
        yield from sorted(ids - {first})

"""Who may come to grant over whom, if those who may grant hand the right to grant on (AC-5, AC-10).

Whoever may grant over two users may give one of them the right to grant over the other. So all whom one giver reaches
may come to grant over each other: they are a *block*. Blocks that share a member are one, and so is a block with all
whom one of its members may grant over. This makes the chains countable: the blocks are found in about the time it takes
to look at everybody once.

Admins are no part of it: they may give what they like to anybody, that is their work. Users to whom ``access:grant`` is
denied for some of the tenant can't be given it there; they are followed one by one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping

import attrs

from agentprov.analysis.admins import admins
from agentprov.analysis.reach import NO_USERS, Reach, Users
from agentprov.engine.access import Access
from agentprov.engine.admins import ACCESS_GRANT
from agentprov.engine.memo import Memo
from agentprov.model.access import Chosen, ChosenKind, Permission, ScopeTerm, Within
from agentprov.model.ids import UserId


@attrs.frozen(kw_only=True)
class Step:
    """One grant of a chain: somebody who may grant over another gives them a permission."""

    giver: UserId
    receiver: UserId
    permission: Permission
    scope: ScopeTerm


class Block:
    """Users who may all come to grant over each other, and others over whom they all may come to grant."""

    __slots__ = ("givers", "users")

    def __init__(self) -> None:
        self.users: set[UserId] = set()
        self.givers: set[UserId] = set()
        """Who may grant over some of its members."""


class Delegation:
    """Who may come to grant over whom, in one version of a tenant. Worked out when it is made; active users only."""

    def __init__(self, access: Access, reach: Reach) -> None:
        self.domains: dict[UserId, Users] = {}
        """Who may grant as it is, admins apart, and over whom."""
        self.idle: set[UserId] = set(admins(access))
        """Who never grants in a chain: admins, and those to whom it is denied for the whole tenant."""
        self._denied: dict[UserId, Users] = {}
        """Over whom somebody can't be given it."""
        self._apart: set[UserId] = set()
        """Who is no member of a block because of such a deny. Where it is for themselves only and they grant over
        nobody as it is, it makes no difference."""
        self._given: Memo[UserId, set[UserId]] = Memo(lambda _: set())
        """Over whom these come to grant outside of blocks."""
        self._block: dict[UserId, Block] = {}
        self._blocks: Memo[UserId, set[Block]] = Memo(lambda _: set())
        """In which blocks those are who are no members."""
        if ACCESS_GRANT in access.tenant.blueprint.catalogue.permissions:
            self._begin(reach)
            actors = sorted(self.domains.keys() | self._apart)
            while sum(self._spread(giver) for giver in actors):
                pass

    def _begin(self, reach: Reach) -> None:
        active = reach.active
        for group in reach.groups:
            extent = reach.extent(group.rights, ACCESS_GRANT)
            if Within.TENANT in extent.denied:
                self.idle |= group.users
            elif extent.allowed or extent.denied:
                for id_ in group.users - self.idle:
                    row = reach.row(id_)
                    denied = reach.users(row, extent.denied)
                    domain = (reach.users(row, extent.allowed) - denied) & active
                    if domain:
                        self.domains[id_] = domain
                    if denied:
                        self._denied[id_] = denied
                    if denied - {id_} or (denied and domain):
                        self._apart.add(id_)

    # ---- blocks ------------------------------------------------------------------------------------------------------

    def _spread(self, giver: UserId) -> bool:
        """Let somebody hand the right to grant over all whom they reach to each of these; whether that was news."""
        denied = self._denied.get(giver, NO_USERS)
        own = self.domains.get(giver, NO_USERS) | self._given.get(giver, NO_USERS)
        theirs = self.blocks_of(giver)
        some = self._block.get(next(iter(own), giver))
        if some is not None and giver in some.givers and theirs <= {some} and own <= some.users:
            return False
        joined = {block for block in theirs if any(self.is_member(id_) for id_ in block.users if id_ not in denied)}
        joined |= {self._block[id_] for id_ in own if id_ in self._block}
        users = own.union(*(block.users - denied for block in theirs - joined))
        if joined or any(map(self.is_member, users)):
            return self._join(giver, users, joined)
        return sum(self._give(id_, users) for id_ in users & self._apart) > 0

    def _join(self, giver: UserId, users: Users, blocks: set[Block]) -> bool:
        """Make one block of several and of further users; whether it is bigger than each of them."""
        largest = max(blocks, key=lambda block: len(block.users), default=None) or Block()
        before = len(largest.users)
        smaller = blocks - {largest}
        for each in (users - largest.users, *(block.users for block in smaller)):
            largest.users |= each
            for id_ in each:
                if self.is_member(id_):
                    self._block[id_] = largest
                else:
                    self._blocks[id_] = (self._blocks[id_] - smaller) | {largest}
        largest.givers.update([giver], *(block.givers for block in smaller))
        return len(largest.users) > before

    def _give(self, receiver: UserId, users: Users) -> bool:
        """Give somebody who is followed alone the right to grant over users; whether that was news."""
        more = users - self._denied[receiver] - self._given[receiver] - self.domains.get(receiver, NO_USERS)
        more = more.difference(*(block.users for block in self.blocks_of(receiver)))
        self._given[receiver] |= more
        return bool(more)

    def is_member(self, id_: UserId) -> bool:
        """Whether an active user can be a member of a block, and isn't only granted over."""
        return id_ not in self.idle and id_ not in self._apart

    def blocks_of(self, id_: UserId) -> set[Block]:
        """The blocks that somebody is in: one at most of a member, several of others."""
        block = self._block.get(id_)
        return self._blocks.get(id_, set()) if block is None else {block}

    # ---- questions ---------------------------------------------------------------------------------------------------

    @property
    def outsiders(self) -> set[UserId]:
        """Everybody who can be given something and can't be a member of a block."""
        return self.idle | self._apart

    @property
    def blocks(self) -> list[Block]:
        """Every block, each once."""
        return list(dict.fromkeys(self._block.values()))

    def may(self, giver: UserId, user: UserId) -> bool:
        """Whether ``giver`` may come to grant over ``user``."""
        if giver in self.idle or user in self._denied.get(giver, NO_USERS):
            return False
        return (
            user in self.domains.get(giver, NO_USERS)
            or user in self._given.get(giver, NO_USERS)
            or any(user in block.users for block in self.blocks_of(giver))
        )

    def over(self, giver: UserId) -> Iterator[UserId]:
        """Everybody over whom ``giver`` may come to grant, those over whom they may as it is first."""
        yield from self.domains.get(giver, ())
        yield from self._given.get(giver, ())
        denied = self._denied.get(giver, NO_USERS)
        for block in self.blocks_of(giver):
            yield from (id_ for id_ in block.users if id_ not in denied)

    def sources(self, users: Iterable[UserId]) -> list[UserId]:
        """Everybody from whom something can come to any of the users, by whatever chain, and who of them grants."""
        found = list(dict.fromkeys(users))
        seen = set(found)
        blocks: set[Block] = set()
        for user in found:
            beyond: list[UserId] = []
            for block in self.blocks_of(user) - blocks:
                blocks.add(block)
                beyond += block.users
                beyond += block.givers
            for each in beyond if self.is_member(user) else (*beyond, *self.givers_of(user)):
                if each not in seen and each not in self.idle:
                    seen.add(each)
                    found.append(each)
        return [id_ for id_ in found if id_ not in self.idle]

    def givers_of(self, user: UserId) -> list[UserId]:
        """Those who may grant over a user as it is."""
        tables = (self.domains, self._given)
        return [giver for table in tables for giver, users in table.items() if user in users]

    def lone_givers(self) -> dict[UserId, list[UserId]]:
        """Those who may grant as it is, and over no member of a block, by the users over whom they may."""
        found: dict[UserId, list[UserId]] = {}
        outsiders = self.outsiders
        for table in (self.domains, self._given):
            for giver, users in table.items():
                for each in users & outsiders:
                    if not any(map(self.is_member, self.over(giver))):
                        found.setdefault(each, []).append(giver)
        return found

    def path(self, source: UserId, user: UserId, passes: Callable[[UserId], bool]) -> tuple[UserId, ...] | None:
        """A shortest way for something from one to another, by users who may each come to grant over the next."""
        before: dict[UserId, UserId | None] = {source: None}
        waiting = deque([source])
        blocks: set[Block] = set()
        while waiting:
            at = waiting.popleft()
            if self.may(at, user):
                return (*_way(before, at), user)
            block = self._block.get(at)
            if block is not None:
                if block in blocks:  # all members of a block grant over the same
                    continue
                blocks.add(block)
            for each in sorted(self.over(at)):
                if each not in before and each not in self.idle and passes(each):
                    before[each] = at
                    waiting.append(each)
        return None

    def steps(self, giver: UserId, user: UserId) -> tuple[Step, ...]:
        """The grants by which ``giver`` comes to grant over ``user``; none, if they may as it is."""
        if user in self.domains.get(giver, NO_USERS):
            return ()
        return self._derived(self._linked(giver, user), giver, user) or self._derived(
            self.sources([giver, user]), giver, user
        )

    def _linked(self, giver: UserId, user: UserId) -> set[UserId]:
        """The users on a shortest way between two by what one giver reaches at a time, and these givers."""
        before: dict[UserId, UserId | None] = {giver: None}
        waiting = deque([giver])
        asked: set[UserId] = set()
        while waiting and user not in before:
            at = waiting.popleft()
            for over in sorted({*self.givers_of(at), at} - asked):
                asked.add(over)
                for each, by in ((over, at), *((each, over) for each in sorted(self.domains.get(over, ())))):
                    if each not in before and (each == user or each not in self.idle):
                        before[each] = by
                        waiting.append(each)
        return set(_way(before, user)) if user in before else set()

    def _derived(self, among: Iterable[UserId], giver: UserId, user: UserId) -> tuple[Step, ...]:
        """The grants, of some users to each other, by which ``giver`` comes to grant over ``user``; none if they don't.

        Tried out round by round, so that what is used in a round was there before it.
        """
        some = frozenset(among) | {giver, user}
        reached = {each: dict.fromkeys(self.domains.get(each, NO_USERS) & some) for each in some - self.idle}
        while user not in reached[giver]:
            news = [
                (receiver, each, by)
                for by, theirs in reached.items()
                for receiver in theirs
                if receiver in reached
                for each in theirs
                if each not in reached[receiver] and each not in self._denied.get(receiver, NO_USERS)
            ]
            if not news:
                return ()
            for receiver, each, by in sorted(news):
                reached[receiver].setdefault(each, by)
        return _proof(reached, giver, user)


def _proof(reached: Mapping[UserId, Mapping[UserId, UserId | None]], giver: UserId, user: UserId) -> tuple[Step, ...]:
    """The grants behind one of the facts that were derived, in an order in which they can be given."""
    by = reached[giver][user]
    if by is None:
        return ()
    scope = Chosen(kind=ChosenKind.USER, id=user)
    step = Step(giver=by, receiver=giver, permission=ACCESS_GRANT, scope=scope)
    return tuple(dict.fromkeys((*_proof(reached, by, giver), *_proof(reached, by, user), step)))


def _way(before: dict[UserId, UserId | None], to: UserId) -> tuple[UserId, ...]:
    """The way that led somewhere."""
    backwards: list[UserId] = []
    at: UserId | None = to
    while at is not None:
        backwards.append(at)
        at = before[at]
    return tuple(reversed(backwards))

"""Who can come to hold more, of every permission at once (AC-10).

What a chain can bring is the same for many: users of one class, permissions that a class holds equally far. So it is
worked out for a block of users who may come to grant over each other: what all who can give to them hold together, set
against what each class of them holds, permissions as bits. Only where a class holds some of it are its users compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from agentprov.analysis.chains import Chains
from agentprov.analysis.delegation import Block
from agentprov.analysis.reach import NO_USERS, REACHABLE, Reach, Users, seen_by
from agentprov.engine.extents import Extent
from agentprov.engine.memo import Memo
from agentprov.engine.rights import Rights
from agentprov.engine.scopes import Row
from agentprov.model.access import Permission, Within
from agentprov.model.ids import UserId
from agentprov.model.references import Kind


class Pool:
    """What some users hold of some permissions equally far: the objects of all of them together, found when needed."""

    __slots__ = ("_objects", "_reach", "bits", "extent", "users")

    def __init__(self, reach: Reach, extent: Extent) -> None:
        self._reach = reach
        self.extent = extent
        self.bits = 0
        self.users: list[UserId] = []
        self._objects: dict[Kind, frozenset[str]] = {}

    def objects(self, kind: Kind) -> frozenset[str]:
        """All objects over which one of them holds the permissions."""
        found = self._objects.get(kind)
        if found is None:
            found = self._objects[kind] = self._found(kind)
        return found

    def _found(self, kind: Kind) -> frozenset[str]:
        extent = self.extent
        if kind not in self._reach.kinds[extent.allowed]:
            return frozenset()
        users = self.users[:1] if self._reach.is_absolute(extent) else self.users
        if kind is Kind.USERS and not extent.denied:
            return self._reach.users_of_all(users, extent.allowed)
        rows = map(self._reach.row, users)
        return frozenset().union(
            *(
                self._reach.objects(kind, row, extent.allowed) - self._reach.objects(kind, row, extent.denied)
                for row in rows
            )
        )


class Gains:
    """Who gains what by chains."""

    def __init__(self, chains: Chains) -> None:
        self._chains = chains
        self._reach = chains.reach
        self._delegation = chains.delegation
        self._everything = (1 << self._reach.size) - 1
        self._by_bits: Memo[int, list[UserId]] = Memo(lambda _: [])
        """Users by the permissions of which they gain."""
        self._others: Memo[UserId, int] = Memo(lambda _: 0)
        """What those gain who are in several blocks, or in none."""

    def receivers(self) -> dict[Permission, Users]:
        """The permissions of which anybody gains, in the order of the catalogue, and who does."""
        if self._delegation.domains:
            for block in self._delegation.blocks:
                self._of_block(block)
            for user, givers in self._delegation.lone_givers().items():
                left = self._everything & ~self._others[user]
                self._others[user] |= self._any_of(self._delegation.sources(givers), user, left)
            for user, bits in self._others.items():
                self._by_bits[bits].append(user)
        every = 0
        for bits in self._by_bits:
            every |= bits
        united: Memo[tuple[int, ...], Users] = Memo(lambda keys: NO_USERS.union(*(self._by_bits[key] for key in keys)))
        found = {}
        for permission in self._reach.permissions(every):
            bit = self._reach.bit(permission)
            found[permission] = united[tuple(bits for bits in self._by_bits if bits & bit)]
        return found

    # ---- blocks ------------------------------------------------------------------------------------------------------

    def _of_block(self, block: Block) -> None:
        by_class = self._by_class(block.users)
        outside = block.users & self._delegation.outsiders
        pools, aside = self._pooled(block, by_class, outside)
        for rights, users in by_class.items():
            everyone, single = self._of_class(rights, users, pools)
            if not (single or aside or outside):
                self._by_bits[everyone] += users
                continue
            for user in users:
                bits = everyone | single.get(user, 0)
                for source, held in aside:
                    bits |= self._from_one(source, user, held & ~bits)
                if user in outside:
                    self._others[user] |= bits
                else:
                    self._by_bits[bits].append(user)

    def _by_class(self, users: Iterable[UserId]) -> dict[Rights, list[UserId]]:
        found: defaultdict[Rights, list[UserId]] = defaultdict(list)
        rights = self._reach.rights
        for user in users:
            found[rights[user]].append(user)
        return found

    def _pooled(
        self, block: Block, by_class: dict[Rights, list[UserId]], outside: set[UserId]
    ) -> tuple[list[Pool], list[tuple[UserId, int]]]:
        """What can be given to anybody of a block; and who besides holds what they can't give to all of it.

        A member may come to grant over all. Whoever else may grant over members gives it to one who hands it on, unless
        it is denied to each of these.
        """
        pools: dict[tuple[Extent, int], Pool] = {}
        aside: list[tuple[UserId, int]] = []
        members = block.users - outside
        for user in self._delegation.sources((outside | block.givers) - members - self._delegation.idle):
            if user in members:
                continue
            passed = self._passed_on(user, block)
            self._add(pools, self._reach.rights[user], [user], passed)
            held = sum(span.permissions for span in self._reach.spans[self._reach.rights[user]] if span.extent.allowed)
            if held & ~passed:
                aside.append((user, held & ~passed))
        for rights, users in by_class.items():
            inside = [user for user in users if user in members] if outside else users
            if inside:
                self._add(pools, rights, inside, self._everything)
        return sorted(pools.values(), key=lambda pool: (not pool.extent.whole, len(pool.users))), aside

    def _add(self, pools: dict[tuple[Extent, int], Pool], rights: Rights, users: list[UserId], passed: int) -> None:
        for span in self._reach.spans[rights]:
            bits = span.permissions & passed
            if span.extent.allowed and bits:
                key = (span.extent, 0 if self._reach.is_absolute(span.extent) else bits)
                pool = pools.get(key)
                if pool is None:
                    pool = pools[key] = Pool(self._reach, span.extent)
                pool.bits |= bits
                pool.users += users

    def _passed_on(self, source: UserId, block: Block) -> int:
        """The permissions that nobody is denied, in the least, of some member over whom the source may grant."""
        passed = 0
        asked: set[Rights] = set()
        for user in self._delegation.over(source):
            rights = self._reach.rights[user]
            if rights not in asked and user in block.users and self._delegation.is_member(user):
                asked.add(rights)
                passed |= sum(span.permissions for span in self._reach.spans[rights] if not span.extent.denied)
                if passed == self._everything:
                    break
        return passed

    # ---- what a class gains of a pool --------------------------------------------------------------------------------

    def _of_class(self, rights: Rights, users: list[UserId], pools: list[Pool]) -> tuple[int, dict[UserId, int]]:
        """The permissions of which all users of a class gain, and of which single ones do."""
        everyone = 0
        single: Memo[UserId, int] = Memo(lambda _: 0)
        for span in self._reach.spans[rights]:
            if span.extent.whole or Within.TENANT in span.extent.denied:
                continue
            left = span.permissions
            for pool in pools:
                bits = pool.bits & left
                if bits and self._all_gain(span.extent, pool):
                    everyone |= bits
                    left &= ~bits
                elif bits:
                    left &= ~self._some_gain(span.extent, bits, users, pool, single)
                if not left:
                    break
        return everyone, single

    def _all_gain(self, extent: Extent, pool: Pool) -> bool:
        """Whether it is sure that everybody gains of a pool who holds so much, whoever they are."""
        if pool.extent.whole:
            return Within.TENANT not in extent.allowed and (not extent.denied or self._reach.has_others)
        most = self._reach.most_users(extent.allowed) + self._reach.most_users(extent.denied)
        return len(pool.objects(Kind.USERS)) > most

    def _some_gain(self, extent: Extent, bits: int, users: list[UserId], pool: Pool, single: Memo[UserId, int]) -> int:
        """Note who of some users of a class gains of a pool; the permissions of which all of them do by now."""
        seen = seen_by(extent)
        answers: dict[tuple[object, ...], Kind | None] = {}
        for user in users:
            if not bits & ~single.get(user, 0):
                continue
            row = self._reach.row(user)
            key = seen(row)
            if key not in answers:
                answers[key] = self._lacking(row, extent, pool)
            lacking = answers[key]
            if lacking is Kind.DEPARTMENTS:
                single[user] |= self._any_of(pool.users, user, bits & ~single[user])
            elif lacking is not None:
                single[user] |= bits
        for user in users:
            bits &= single.get(user, 0)
        return bits

    def _lacking(self, row: Row, extent: Extent, pool: Pool) -> Kind | None:
        """The first kind of which a pool has an object that somebody who holds so much neither has nor is denied."""
        for kind in REACHABLE:
            missing = pool.objects(kind)
            for scope in (extent.allowed, extent.denied):
                if missing and scope:
                    missing -= self._reach.objects(kind, row, scope)
            if missing:
                return kind
        return None

    # ---- one by one --------------------------------------------------------------------------------------------------

    def _any_of(self, sources: Iterable[UserId], user: UserId, bits: int) -> int:
        """The permissions, of some, of which anything can come to a user from any of these, tried one by one."""
        found = 0
        for source in sources:
            if found != bits:
                found |= self._from_one(source, user, bits & ~found)
        return found

    def _from_one(self, source: UserId, user: UserId, bits: int) -> int:
        found = (each for each in self._reach.permissions(bits) if self._chains.reaches(source, user, each))
        return sum(map(self._reach.bit, found))

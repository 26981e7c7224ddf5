"""Commands to levels, groups and profiles, and what the rules make of them (PR-2 to PR-7)."""

from __future__ import annotations

import attrs
from hypothesis import strategies as st

from agentprov.errors import Code
from agentprov.model.changes import Change
from agentprov.model.limits import Range
from agentprov.provisioning import (
    bound_property,
    create_profile,
    create_user_group,
    delete_profile,
    delete_user_group,
    lock_property,
    move_user,
    move_user_group,
    reset_property,
    set_property,
    tick_profile,
    unbound_property,
    unlock_property,
    untick_profile,
)
from tests.machines.commands import Moment, Step
from tests.machines.levels_world import GROUPS, PEOPLE, TENANT, WRAP_UP, Levels


def missing(world: Levels, *groups: str | None) -> set[Code]:
    """What it is to name a group that isn't there."""
    there = {None, TENANT, *world.parents, *world.people}
    return {Code.REFERENCE_MISSING} if set(groups) - there else set()


def group_of(holder: str) -> str | None:
    """The group that a holder is; none for the tenant."""
    return None if holder == TENANT else holder


@attrs.frozen(kw_only=True)
class SetValue:
    """A value at a level, or what is inherited again."""

    holder: str
    value: int | None

    def expected(self, now: Moment[Levels]) -> Step[Levels]:
        """Not below a lock; whatever sleeps may be taken away. Outside a bound it is kept, and sleeps."""
        world = now.world
        values = {id_: value for id_, value in world.values.items() if id_ != self.holder}
        after = attrs.evolve(world, values=values if self.value is None else {**values, self.holder: self.value})
        codes = world.want(now.by) or missing(world, self.holder)
        if not codes and self.value is not None and world.locked_above(self.holder):
            codes = {Code.PROPERTY_LOCKED}
        return Step(codes=codes or after.faults(), after=after)

    def make(self, now: Moment[Levels]) -> Change:
        """By the operation."""
        user = self.holder if self.holder in PEOPLE else None
        group = None if user else group_of(self.holder)
        if self.value is None:
            return reset_property(now.tenant, WRAP_UP, user=user, group=group, by=now.by)
        return set_property(now.tenant, WRAP_UP, self.value, user=user, group=group, by=now.by)


@attrs.frozen(kw_only=True)
class Lock:
    """A lock of the tenant or a group, or none."""

    holder: str
    on: bool

    def expected(self, now: Moment[Levels]) -> Step[Levels]:
        """Not below another; but any can be taken away, unless what wakes can't be."""
        world = now.world
        after = attrs.evolve(world, locks=world.locks | {self.holder} if self.on else world.locks - {self.holder})
        codes = world.want(now.by) or missing(world, self.holder)
        if not codes and self.on and world.locked_above(self.holder):
            codes = {Code.PROPERTY_LOCKED}
        return Step(codes=codes or after.faults(), after=after)

    def make(self, now: Moment[Levels]) -> Change:
        """By the operation."""
        operation = lock_property if self.on else unlock_property
        return operation(now.tenant, WRAP_UP, group=group_of(self.holder), by=now.by)


@attrs.frozen(kw_only=True)
class Bound:
    """A bound of the tenant or a group, or none."""

    holder: str
    bound: tuple[int, int] | None

    def expected(self, now: Moment[Levels]) -> Step[Levels]:
        """Not below a lock; and there is always a value inside."""
        world = now.world
        bounds = {id_: bound for id_, bound in world.bounds.items() if id_ != self.holder}
        after = attrs.evolve(world, bounds=bounds if self.bound is None else {**bounds, self.holder: self.bound})
        codes = world.want(now.by) or missing(world, self.holder)
        if not codes and self.bound is not None and world.locked_above(self.holder):
            codes = {Code.PROPERTY_LOCKED}
        return Step(codes=codes or after.faults(), after=after)

    def make(self, now: Moment[Levels]) -> Change:
        """By the operation."""
        group = group_of(self.holder)
        if self.bound is None:
            return unbound_property(now.tenant, WRAP_UP, group=group, by=now.by)
        return bound_property(now.tenant, WRAP_UP, Range(low=self.bound[0], high=self.bound[1]), group=group, by=now.by)


@attrs.frozen(kw_only=True)
class MoveUser:
    """A user into another group, or out of theirs."""

    user: str
    to: str | None

    def expected(self, now: Moment[Levels]) -> Step[Levels]:
        """Nothing but the group changes: what is the user's own stays, asleep or awake (PR-7)."""
        after = attrs.evolve(now.world, people={**now.world.people, self.user: self.to})
        return Step(codes=now.world.want(now.by) or missing(now.world, self.to), after=after)

    def make(self, now: Moment[Levels]) -> Change:
        """By the operation."""
        return move_user(now.tenant, self.user, to=self.to, by=now.by, live=now.live)


@attrs.frozen(kw_only=True)
class MoveGroup:
    """A group into another one with all that is in it; a new one, where there is none of this id."""

    group: str
    to: str | None

    def expected(self, now: Moment[Levels]) -> Step[Levels]:
        """Never into itself, nor to where something bounded would have no value."""
        world = now.world
        after = attrs.evolve(world, parents={**world.parents, self.group: self.to})
        codes = world.want(now.by) or missing(world, self.to)
        if not codes and after.goes_round():
            codes = {Code.REFERENCE_CYCLE}
        return Step(codes=codes or after.faults(), after=after)

    def make(self, now: Moment[Levels]) -> Change:
        """By the operation, whichever it is."""
        if self.group not in now.world.parents and self.to != self.group:
            return create_user_group(now.tenant, self.group, name="New", parent=self.to, by=now.by)
        return move_user_group(now.tenant, self.group, to=self.to, by=now.by)


@attrs.frozen(kw_only=True)
class DeleteGroup:
    """A group, with what it says and its profiles."""

    group: str

    def expected(self, now: Moment[Levels]) -> Step[Levels]:
        """Not while somebody or something is in it; nothing of it is left, unticks elsewhere neither (LC-3)."""
        world = now.world
        codes = world.want(now.by) or missing(world, self.group)
        if not codes and self.group in (*world.people.values(), *world.parents.values()):
            codes = {Code.REFERENCE_IN_USE}
        gone = {name for name, owner in world.profiles.items() if owner == self.group}
        return Step(
            codes=codes,
            after=attrs.evolve(
                world,
                parents={id_: parent for id_, parent in world.parents.items() if id_ != self.group},
                values={id_: value for id_, value in world.values.items() if id_ != self.group},
                locks=world.locks - {self.group},
                bounds={id_: bound for id_, bound in world.bounds.items() if id_ != self.group},
                profiles={name: owner for name, owner in world.profiles.items() if name not in gone},
                unticked=frozenset(each for each in world.unticked if each[1] not in gone),
            ),
        )

    def make(self, now: Moment[Levels]) -> Change:
        """By the operation."""
        return delete_user_group(now.tenant, self.group, by=now.by)


@attrs.frozen(kw_only=True)
class PutProfile:
    """A profile of a group or a user created, or deleted where there is one."""

    id: str
    owner: str

    def expected(self, now: Moment[Levels]) -> Step[Levels]:
        """Where it was unticked, that goes with it."""
        world = now.world
        if self.id in world.profiles:
            profiles = {name: owner for name, owner in world.profiles.items() if name != self.id}
            unticked = frozenset(each for each in world.unticked if each[1] != self.id)
            return Step(codes=world.want(now.by), after=attrs.evolve(world, profiles=profiles, unticked=unticked))
        after = attrs.evolve(world, profiles={**world.profiles, self.id: self.owner})
        return Step(codes=world.want(now.by) or missing(world, self.owner), after=after)

    def make(self, now: Moment[Levels]) -> Change:
        """By the operation."""
        if self.id in now.world.profiles:
            return delete_profile(now.tenant, self.id, by=now.by)
        user = self.owner if self.owner in PEOPLE else None
        group = None if user else self.owner
        return create_profile(now.tenant, self.id, name="Profile", group=group, user=user, by=now.by)


@attrs.frozen(kw_only=True)
class Tick:
    """A profile of their group ticked for a user, or unticked."""

    user: str
    profile: str
    on: bool

    def expected(self, now: Moment[Levels]) -> Step[Levels]:
        """Only what is offered is unticked; personal ones never."""
        world, pair = now.world, (self.user, self.profile)
        after = attrs.evolve(world, unticked=world.unticked - {pair} if self.on else world.unticked | {pair})
        codes = world.want(now.by)
        if not codes and self.profile not in world.profiles:
            codes = {Code.REFERENCE_MISSING}
        if not codes and not self.on and self.profile not in world.offered(self.user):
            personal = world.profiles[self.profile] in world.people
            codes = {Code.PROFILE_PERSONAL if personal else Code.PROFILE_NOT_OFFERED}
        return Step(codes=codes, after=after)

    def make(self, now: Moment[Levels]) -> Change:
        """By the operation."""
        operation = tick_profile if self.on else untick_profile
        return operation(now.tenant, self.user, self.profile, by=now.by)


people = st.sampled_from(PEOPLE)
groups = st.sampled_from(GROUPS)
places = st.none() | groups
above = st.just(TENANT) | groups
edges = st.sampled_from((10, 20, 30, 40))
values = st.builds(SetValue, holder=above | people, value=st.none() | edges)
limits = st.builds(Lock, holder=above, on=st.booleans()) | st.builds(
    Bound, holder=above, bound=st.none() | st.tuples(edges, edges).map(lambda pair: (min(pair), max(pair)))
)
moves = st.builds(MoveUser, user=people, to=places)
group_changes = (
    st.builds(MoveGroup, group=groups, to=places)
    | st.builds(MoveGroup, group=groups, to=places)
    | st.builds(DeleteGroup, group=groups)
)
names = st.sampled_from(("p-1", "p-2", "p-3"))
profile_changes = st.builds(PutProfile, id=names, owner=groups | people) | st.builds(
    Tick, user=people, profile=names, on=st.booleans()
)

"""Values, locks, bounds, groups and profiles against naive levels, in any order (P19 to P24, P78, P82, P83)."""

from __future__ import annotations

from typing import Final

import attrs
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from agentprov.engine.inheritance import resolve
from agentprov.engine.profiles import active_profile
from agentprov.model.ids import ProfileId, UserId
from agentprov.model.live import Live
from agentprov.model.properties import Level
from tests.machines.commands import Command
from tests.machines.driving import Driven
from tests.machines.levels_commands import (
    MoveUser,
    PutProfile,
    Tick,
    group_changes,
    limits,
    moves,
    names,
    people,
    places,
    profile_changes,
    values,
)
from tests.machines.levels_world import (
    ADMIN,
    PEOPLE,
    TENANT,
    WRAP_UP,
    Levels,
    a_company,
    available_in,
    levels_of,
)
from tests.machines.world import NOBODY

NAMED: Final = {Level.DEFINITION: "definition", Level.TENANT: TENANT}
actors = st.sampled_from((None, None, ADMIN, "u-2", NOBODY))
commands = values | limits | moves | group_changes | profile_changes


class Inherited(Driven[Levels]):
    """What is set where, and who inherits it."""

    @initialize()
    def begin(self) -> None:
        """A tenant with three users in a group."""
        tenant = a_company()
        self.version = tenant.version
        self.found(tenant, levels_of(tenant))

    @rule(command=values, by=actors)
    def set_or_reset(self, command: Command[Levels], by: str | None) -> None:
        """A value, or none of its own."""
        self.take(command, by)

    @rule(command=limits, by=actors)
    def limit(self, command: Command[Levels], by: str | None) -> None:
        """A lock or a bound, or none."""
        self.take(command, by)

    @rule(command=moves | group_changes, by=actors)
    def move(self, command: Command[Levels], by: str | None) -> None:
        """Users and groups go elsewhere; groups come and go."""
        self.take(command, by)

    @rule(command=profile_changes, by=actors)
    def profile(self, command: Command[Levels], by: str | None) -> None:
        """Profiles come and go, and are ticked."""
        self.take(command, by)

    @rule(user=people, to=places)
    def there_and_back(self, user: str, to: str | None) -> None:
        """P20: moving there and back gives an equal tenant."""
        before, home = self.tenant, self.world.people[user]
        if self.take(MoveUser(user=user, to=to)) and self.take(MoveUser(user=user, to=home)):
            assert before == attrs.evolve(self.tenant, version=before.version)

    @rule(user=people, name=names, between=moves | group_changes | values)
    def a_profile_comes_and_goes(self, user: str, name: str, between: Command[Levels]) -> None:
        """LC-3: a profile is unticked, something happens, and it is deleted: nothing of it is left anywhere."""
        group = self.world.people[user]
        if group is not None and name not in self.world.profiles:
            self.take(PutProfile(id=name, owner=group))
            self.take(Tick(user=user, profile=name, on=False))
            self.take(between)
            if name in self.world.profiles:
                self.take(PutProfile(id=name, owner=group))

    @rule(first=commands, second=commands)
    def two_at_once(self, first: Command[Levels], second: Command[Levels]) -> None:
        """Two admins save at the same moment (P83)."""
        self.save_two(first, second)

    @rule()
    def undo(self) -> None:
        """The last change is taken back (PV-9)."""
        self.take_back()

    @rule(position=st.integers(0, 30))
    def commit_again(self, position: int) -> None:
        """Something that was done is tried again (ST-2)."""
        self.try_again(position)

    @invariant()
    def both_are_the_same(self) -> None:
        """P78: the tenant has what the levels have."""
        if self.founded is not None:
            assert self.world == levels_of(self.tenant)
            assert self.version == self.tenant.version

    @invariant()
    def the_nearest_value_inside_counts(self) -> None:
        """P19 to P23: the value and where it came from, what it shadows, and what sleeps."""
        for user in PEOPLE if self.founded is not None else ():
            resolved = resolve(self.tenant, UserId(user), WRAP_UP)
            found = [(resolved.source, resolved.value), *resolved.shadowed]
            named = [(NAMED.get(source.level, source.id), value) for source, value in found]
            assert self.world.candidates(user) == named
            assert self.world.asleep(user) == {
                NAMED.get(each.source.level, each.source.id) for each in resolved.sleeping
            }

    @invariant()
    def profiles_are_those_of_the_place(self) -> None:
        """P24, PR-6: those of the group and around it, but what is unticked; and one that is lost isn't active."""
        for user in PEOPLE if self.founded is not None else ():
            available = self.world.available(user)
            assert available == available_in(self.tenant, user)
            for name in self.world.profiles:
                live = Live(profiles={UserId(user): ProfileId(name)})
                active = active_profile(self.tenant, UserId(user), live)
                assert (name if name in available else None) == (active and active.id)


TestInherited = Inherited.TestCase
TestInherited.settings = settings(stateful_step_count=30)

"""The whole life of users against a naive world, in any order, with every guard (P10 to P12, P78, P82 to P84)."""

from __future__ import annotations

import attrs
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from agentprov.engine.access import Access
from agentprov.errors import Code
from tests.machines.accounts_commands import (
    CLOSING,
    OPENING,
    Create,
    SetStatus,
    Update,
    creations,
    moves,
    status_changes,
    updates,
)
from tests.machines.commands import Command, Step
from tests.machines.driving import Driven
from tests.machines.leaving_commands import Asked, Delete, deletions, desks, member_lists
from tests.machines.roster_commands import rosters
from tests.machines.world import (
    PERMISSIONS,
    World,
    a_tenant,
    actors,
    ids,
    world_of,
)

ways = st.sampled_from(("unblock", "unblock", *CLOSING, *OPENING))
closings = st.sampled_from(("block", "block", *CLOSING))
commands = creations | updates | moves | status_changes | deletions | member_lists | desks | rosters


def clashes(was: World, now: World, theirs: World) -> set[Code]:
    """Two admins who create the same login: the conflict names it (ST-2)."""
    logins = {now.key(each.login) for each in now.people.values()}
    return {
        Code.LOGIN_TAKEN
        for id_ in theirs.people.keys() - was.people.keys()
        if now.key(theirs.people[id_].login) in logins
    }


class Life(Driven[World]):
    """Admins, leads and clerks, who come, move, are closed out, come back, and go."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: tuple[Delete, str, Asked] | None = None
        """A deletion that somebody was asked to confirm, and what it would have been."""

    @initialize(fold=st.booleans(), reuse=st.booleans())
    def begin(self, fold: bool, reuse: bool) -> None:
        """The host founds a tenant with an admin, a lead and a clerk."""
        self.found(a_tenant(fold=fold, reuse=reuse), World(fold=fold, reuse=reuse))
        for id_, login, role in (("u-1", "anna", "admin"), ("u-2", "ben", "lead"), ("u-3", "cleo", "clerk")):
            form = {"id": id_, "login": login, "role": role, "group": "g-1", "name": None, "supervisor": None}
            assert self.take(Create(by_draft=False, **form))  # type: ignore[arg-type]  # a form is of texts

    @rule(command=creations, by=actors)
    def create(self, command: Command[World], by: str | None) -> None:
        """A new user, by a form or a draft."""
        self.take(command, by)

    @rule(command=updates | status_changes, by=actors)
    def update(self, command: Command[World], by: str | None) -> None:
        """A user edited, accounts closed and opened."""
        self.take(command, by)

    @rule(command=rosters)
    def import_a_roster(self, command: Command[World]) -> None:
        """A few users at once, by a plan."""
        self.take(command)

    @rule(command=moves, by=actors)
    def move(self, command: Command[World], by: str | None) -> None:
        """A user moved to another group."""
        self.take(command, by)

    @rule(command=deletions, by=actors)
    def delete(self, command: Command[World], by: str | None) -> None:
        """Users deleted, and those who refer to them refused, detached or given somebody else."""
        self.take(command, by)

    @rule(command=member_lists | desks)
    def refer(self, command: Command[World]) -> None:
        """Somebody refers to users, so that they aren't free to go."""
        self.take(command)

    @rule(command=deletions)
    def show(self, command: Delete) -> None:
        """Somebody is shown what would go, and thinks it over."""
        if command.needs_confirming and not command.asks_amiss(self.now()):
            digest = command.confirmation_digest(self.tenant, None)
            self.shown = (command, digest, command.asked(self.world))

    @rule(other=st.none() | deletions)
    def confirm(self, other: Delete | None) -> None:
        """They confirm it, or something else by it: void, if it isn't what is so by now (LC-2)."""
        if self.shown is not None:
            command, digest, asked = self.shown
            meant = other or command
            self.take(Delete(ids=meant.ids, way=meant.way, by_whom=meant.by_whom, confirmed=asked, digest=digest))

    @rule(command=deletions, between=member_lists | desks | updates)
    def confirm_too_late(self, command: Delete, between: Command[World]) -> None:
        """Somebody is shown what would go; something happens; they confirm what they were shown."""
        self.show(command)
        self.take(between)
        self.confirm(None)

    @rule(id_=ids, closing=closings, opening=ways | updates, by=st.sampled_from(("u-1", "u-2", "u-3")))
    def close_and_open(self, id_: str, closing: str, opening: str | Update, by: str) -> None:
        """An account is closed by the host, and somebody leads out of it, or tries to."""
        self.take(SetStatus(way=closing, ids=(id_,)))
        if isinstance(opening, Update):
            self.take(attrs.evolve(opening, id=id_), by)
        else:
            self.take(SetStatus(way=opening, ids=(id_,)), by)

    @rule(id_=ids)
    def log_on_or_off(self, id_: str) -> None:
        """The live facts change; the tenant doesn't."""
        self.on_queue = (self.on_queue ^ {id_}) & self.world.people.keys()

    @rule(first=commands, second=commands)
    def two_at_once(self, first: Command[World], second: Command[World]) -> None:
        """Two admins save at the same moment (P83)."""
        self.save_two(first, second, clashes)

    @rule()
    def undo(self) -> None:
        """The last change is taken back (PV-9)."""
        self.take_back()

    @rule(position=st.integers(0, 30))
    def commit_again(self, position: int) -> None:
        """Something that was done is tried again (ST-2)."""
        self.try_again(position)

    # ---- of every command

    def check(self, step: Step[World], by: str | None) -> None:
        """P10, P11: nobody gains by their own command, and no command makes rights that nobody held."""
        if by is not None:
            before, after = self.world.people, step.after.people
            if by in after:
                assert PERMISSIONS[after[by].role] <= PERMISSIONS[before[by].role]
            held = {permission for each in before.values() for permission in PERMISSIONS[each.role]}
            assert {permission for each in after.values() for permission in PERMISSIONS[each.role]} <= held

    # ---- after every step

    @invariant()
    def both_are_the_same(self) -> None:
        """P78: the tenant has what the world has."""
        tenant = self.tenant
        assert self.world == world_of(tenant)
        assert self.version == tenant.version

    @invariant()
    def rights_are_those_of_now(self) -> None:
        """P12: whoever is closed out or demoted loses their rights with that very change."""
        access = Access(self.tenant)
        for id_, person in self.world.people.items():
            held = {permission for permission in PERMISSIONS["admin"] if access.allows(id_, permission)}
            assert person.permissions == held
        for id_ in self.world.gone:
            assert not access.allows(id_, "user:view")

    @invariant()
    def logins_stay(self) -> None:
        """P84: over the history of an id its login is one, and no two people have one login."""
        first: dict[str, str] = {}
        for committed in self.store.changes_since(self.tenant.id, 1) if self.version > 1 else ():
            for edit in committed.change.edits:
                for each in (edit.before, edit.after):
                    login = getattr(each, "login", None)
                    if login is not None and edit.id in self.world.people:
                        first[edit.id] = str(login)
        for id_, person in self.world.people.items():
            assert first.get(id_, person.login) == person.login


TestLife = Life.TestCase
TestLife.settings = settings(stateful_step_count=30)

"""Deleting users, and who refers to them: what the rules make of it (LC-2, LC-3)."""

from __future__ import annotations

from collections.abc import Iterable

import attrs
from hypothesis import strategies as st

from agentprov.errors import Code
from agentprov.model.changes import Change, Edit, EventKind
from agentprov.model.destinations import HangUp, ToAgent
from agentprov.model.ids import UserId
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.provisioning import confirmation, delete
from tests.machines.commands import Moment, Step
from tests.machines.world import AT, DEPARTMENT, DESK, IDS, NOBODY, World, ids

Asked = tuple[frozenset[tuple[str, str]], str, str | None, frozenset[tuple[str, str]]]
"""What somebody confirmed: who goes, by id and login, how, who comes instead, and who refers to whom."""


@attrs.frozen(kw_only=True)
class Delete:
    """One user or several; refused, detached or replaced where others refer to them."""

    ids: tuple[str, ...]
    way: str = "refuse"
    by_whom: str | None = None
    """Who comes in their place."""
    confirmed: bool | Asked = True
    """By what is so now, by nothing, or by what was shown before."""
    digest: str | None = None
    """Of what was shown before."""

    @property
    def needs_confirming(self) -> bool:
        """More than one, and whatever becomes of references."""
        return len(self.ids) > 1 or self.way != "refuse"

    def references(self, world: World) -> frozenset[tuple[str, str]]:
        """Who refers to whom of them, and stays: agents, the department, the number."""
        agents = {(id_, each.supervisor) for id_, each in world.people.items() if id_ not in self.ids}
        others = {("department", each) for each in world.members} | {("number", world.desk)}
        return frozenset((who, whom) for who, whom in agents | others if whom is not None and whom in self.ids)

    def asked(self, world: World) -> Asked:
        """What would be confirmed now."""
        who = frozenset((id_, world.people[id_].login) for id_ in self.ids)
        return who, self.way, self.by_whom, self.references(world)

    def asks_amiss(self, now: Moment[World]) -> set[Code]:
        """What keeps it from being looked at."""
        if self.by_whom in self.ids:
            # Nobody can mean that, so nothing of the tenant is asked.
            return {Code.REPLACEMENT_GOES}
        named = self.ids if self.by_whom is None else (*self.ids, self.by_whom)
        return now.world.want(now.by, "user:delete", *named)

    def expected(self, now: Moment[World]) -> Step[World]:
        """Whatever stands in the way, together; all or nothing, and nothing dangles."""
        world = now.world
        codes = self.asks_amiss(now)
        if codes:
            return Step(codes=codes, after=world)
        after = self.without(world)
        referrers = {who for who, _ in self.references(world)}
        codes |= {Code.USER_LOGGED_ON_QUEUE} if now.on_queue & set(self.ids) else set()
        codes |= {Code.REFERENCE_IN_USE} if self.way == "refuse" and referrers else set()
        codes |= {Code.REFERENCE_NEEDED} if self.way == "detach" and world.desk in self.ids else set()
        codes |= after.goes_round() if self.way == "replace" else set()
        codes |= {Code.ADMIN_LAST} if world.loses_its_admins(after) else set()
        if self.needs_confirming and self.confirmed is not True:
            void = self.confirmed is not False and self.confirmed != self.asked(world)
            codes |= {Code.CONFIRMATION_REQUIRED} if self.confirmed is False else set()
            codes |= {Code.CONFIRMATION_VOID} if void else set()
        events = {(kind, id_) for id_ in self.ids for kind in (EventKind.USER_DELETED, EventKind.SESSIONS_REVOKE)}
        events |= {(EventKind.USER_UPDATED, each) for each in referrers & world.people.keys()}
        if "department" in referrers:
            events.add((EventKind.MEMBERS_CHANGED, DEPARTMENT))
        return Step(codes=codes, after=after, events=events)

    def without(self, world: World) -> World:
        """The world without them: a tombstone stays; in their place nobody, or the other one, once."""
        members = list(world.members)
        if self.by_whom in members:
            members = [each for each in members if each not in self.ids]
        for place, each in enumerate(members):
            members[place] = (self.by_whom or "") if each in self.ids else each
        people = {}
        for id_, person in world.people.items():
            if id_ not in self.ids:
                instead = self.by_whom if self.by_whom != id_ else None
                people[id_] = attrs.evolve(person, supervisor=instead) if person.supervisor in self.ids else person
        return attrs.evolve(
            world,
            people=people,
            gone={**world.gone, **{id_: world.people[id_].login for id_ in self.ids}},
            members=tuple(dict.fromkeys(filter(None, members))),
            desk=self.by_whom if world.desk in self.ids else world.desk,
        )

    def confirmation_digest(self, tenant: Tenant, by: str | None) -> str:
        """What the library shows, to be confirmed."""
        asked = confirmation(tenant, Kind.USERS, *self.ids, by=by, detach=self.way == "detach", replace_by=self.by_whom)
        return asked.digest

    def make(self, now: Moment[World]) -> Change:
        """By the operation."""
        tenant, by = now.tenant, now.by
        confirm = self.digest
        if confirm is None and self.confirmed and self.needs_confirming:
            confirm = self.confirmation_digest(tenant, by)
        return delete(
            tenant,
            Kind.USERS,
            *self.ids,
            by=by,
            at=AT,
            live=now.live,
            detach=self.way == "detach",
            replace_by=self.by_whom,
            confirm=confirm,
        )


@attrs.frozen(kw_only=True)
class PutMembers:
    """The host says who is in the department: a change of its own making."""

    members: tuple[str, ...]

    def expected(self, now: Moment[World]) -> Step[World]:
        """A tenant is whole, whoever makes the change (ID-3)."""
        world = now.world
        codes = {Code.REFERENCE_MISSING} if set(self.members) - world.people.keys() else set()
        return Step(codes=codes, after=attrs.evolve(world, members=self.members))

    def make(self, now: Moment[World]) -> Change:
        """By hand."""
        tenant = now.tenant
        before = tenant.departments[DEPARTMENT]
        after = attrs.evolve(before, members=tuple(map(UserId, self.members)))
        return tried(tenant, Edit(kind=Kind.DEPARTMENTS, id=before.id, before=before, after=after))


@attrs.frozen(kw_only=True)
class PutDesk:
    """The host says whom the number rings."""

    desk: str | None

    def expected(self, now: Moment[World]) -> Step[World]:
        """A tenant is whole, whoever makes the change (ID-3)."""
        world = now.world
        codes = {Code.REFERENCE_MISSING} if self.desk is not None and self.desk not in world.people else set()
        return Step(codes=codes, after=attrs.evolve(world, desk=self.desk))

    def make(self, now: Moment[World]) -> Change:
        """By hand."""
        tenant = now.tenant
        before = tenant.numbers[DESK]
        to = HangUp() if self.desk is None else ToAgent(user=UserId(self.desk))
        return tried(tenant, Edit(kind=Kind.NUMBERS, id=before.id, before=before, after=attrs.evolve(before, to=to)))


def tried(tenant: Tenant, *edits: Edit) -> Change:
    """A change of one's own making that leads to a whole tenant; else the tenant says why not."""
    change = Change(tenant=tenant.id, base=tenant.version, edits=edits)
    change.apply(tenant)
    return change


def deletion(ids: Iterable[str], way: str, instead: str, *, confirmed: bool) -> Delete:
    """A deletion; somebody comes instead only where somebody is to."""
    return Delete(ids=tuple(ids), way=way, by_whom=instead if way == "replace" else None, confirmed=confirmed)


deletions = st.builds(
    deletion,
    st.lists(ids, min_size=1, max_size=2, unique=True),
    st.sampled_from(("refuse", "detach", "replace")),
    st.sampled_from((*IDS, NOBODY)),
    confirmed=st.integers(0, 3).map(bool),
)
member_lists = st.builds(PutMembers, members=st.lists(ids, max_size=3, unique=True).map(tuple))
desks = st.builds(PutDesk, desk=st.none() | ids)

"""Commands to one account, and what the rules make of them: create, update, move, and every status (PV-2, LC-1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs
from hypothesis import strategies as st

from agentprov.errors import Code
from agentprov.model.changes import Change, EventKind
from agentprov.provisioning import (
    begin_draft,
    block,
    create_user,
    deactivate,
    disable,
    enable,
    enter,
    finish_draft,
    move_user,
    next_step,
    reactivate,
    review_draft,
    unblock,
    update_user,
)
from tests.machines.commands import Moment, Step
from tests.machines.world import GROUPS, NOBODY, Person, World, groups, ids, logins, roles

STATUSES: Final = ("active", "disabled", "blocked", "deactivated")
CLOSING: Final = {"disable": "disabled", "block": "blocked", "deactivate": "deactivated"}
OPENING: Final = {"enable": "disabled", "unblock": "blocked", "reactivate": "deactivated"}
"""Each way back, and what it is the way back from."""

OPERATIONS: Final = {
    "disable": disable,
    "block": block,
    "deactivate": deactivate,
    "enable": enable,
    "unblock": unblock,
    "reactivate": reactivate,
}
CLOSED: Final = {
    "disabled": EventKind.USER_DISABLED,
    "blocked": EventKind.USER_BLOCKED,
    "deactivated": EventKind.USER_DEACTIVATED,
}
OPENED: Final = {
    "disabled": EventKind.USER_ENABLED,
    "blocked": EventKind.USER_UNBLOCKED,
    "deactivated": EventKind.USER_REACTIVATED,
}


def told_of_status(id_: str, before: str, after: str) -> set[tuple[EventKind, str]]:
    """What is told when a status changes: listeners, the host whose sessions end, and the user."""
    if before == after:
        return set()
    if after == "active":
        return {(OPENED[before], id_), (EventKind.USER_TOLD, id_)}
    # Of an account that was closed already no session is left to end.
    ends = {(EventKind.SESSIONS_REVOKE, id_)} if before == "active" else set()
    return {(CLOSED[after], id_), (EventKind.USER_TOLD, id_)} | ends


@attrs.frozen(kw_only=True)
class Create:
    """A form for a new user; at once, or as a draft that is filled in page by page."""

    id: str
    login: str
    role: str
    group: str
    name: str | None
    supervisor: str | None
    by_draft: bool

    def expected(self, now: Moment[World]) -> Step[World]:
        """Logins and ids that anybody has or had aren't given again (ID-5); what is given the actor holds (AC-5)."""
        world, by = now.world, now.by
        person = Person(self.login, self.role, self.group, self.name, supervisor=self.supervisor)
        after = attrs.evolve(world, people={**world.people, self.id: person})
        codes = world.want(by, "user:add") or world.exceeds(by, None, self.role)
        if not codes:
            codes |= {Code.LOGIN_TAKEN} if world.taken(self.login) else set()
            taken = self.id in world.people.keys() | world.gone.keys()
            codes |= {Code.ID_TAKEN} if taken else set()
            codes |= {Code.REFERENCE_MISSING} if self.group not in GROUPS else set()
            # Whoever has the id already may well supervise somebody who would be new.
            codes |= supervisor_faults(world, NOBODY if taken else self.id, self.supervisor)
        return Step(codes=codes, after=after, events={(EventKind.USER_CREATED, self.id)})

    def make(self, now: Moment[World]) -> Change:
        """By the form; a draft must come to the same."""
        tenant, by = now.tenant, now.by
        pages: tuple[dict[str, Any], ...] = (
            {"login": self.login, "name": self.name, "user_group": self.group},
            {"roles": [self.role], "supervisor": self.supervisor},
        )
        if not self.by_draft:
            return create_user(tenant, {**pages[0], **pages[1]}, by=by, id=self.id)
        draft = enter(tenant, begin_draft(tenant), pages[0])
        if review_draft(tenant, draft, by=by).here:
            # A page isn't left while something on it is wrong; the whole form says no less.
            return create_user(tenant, {**pages[0], **pages[1]}, by=by, id=self.id)
        draft = enter(tenant, next_step(tenant, draft, by=by), pages[1])
        return finish_draft(tenant, draft, by=by, id=self.id)


def supervisor_faults(world: World, id_: str, supervisor: str | None) -> set[Code]:
    """A supervisor is there and is somebody else."""
    if supervisor == id_ != NOBODY:
        return {Code.SUPERVISOR_SELF}
    return {Code.REFERENCE_MISSING} if supervisor is not None and supervisor not in world.people else set()


@attrs.frozen(kw_only=True)
class Update:
    """A form for a stored user. A field that isn't in it stays."""

    id: str
    form: Mapping[str, Any]

    def expected(self, now: Moment[World]) -> Step[World]:
        """Neither login nor group changes (ID-5, PV-11); the last admin stays, only admins unblock (AC-5, LC-1)."""
        world, by = now.world, now.by
        form = self.form
        codes = world.want(by, "user:edit", self.id)
        if codes:
            return Step(codes=codes, after=world)
        was = world.people[self.id]
        changed = {name: form[name] for name in ("name", "role", "status", "supervisor") if name in form}
        new = attrs.evolve(was, **changed)
        after = attrs.evolve(world, people={**world.people, self.id: new})
        codes = world.exceeds(by, was.role, new.role)
        if not codes:
            codes |= {Code.LOGIN_IMMUTABLE} if form.get("login", was.login) != was.login else set()
            codes |= {Code.USER_MOVE_NOT_UPDATE} if form.get("user_group", was.group) != was.group else set()
            codes |= supervisor_faults(world, self.id, new.supervisor) or after.goes_round()
            codes |= {Code.ADMIN_LAST} if world.loses_its_admins(after) else set()
            codes |= leaves_blocked(world, was, new.status, by)
        events = set() if was == new else {(EventKind.USER_UPDATED, self.id)}
        return Step(codes=codes, after=after, events=events | told_of_status(self.id, was.status, new.status))

    def make(self, now: Moment[World]) -> Change:
        """By the form."""
        tenant, by = now.tenant, now.by
        return update_user(tenant, self.id, self.form, by=by)


def leaves_blocked(world: World, was: Person, status: str, by: str | None) -> set[Code]:
    """Only an admin leads out of blocked."""
    out = was.status == "blocked" and status != "blocked"
    return {Code.USER_UNBLOCK_NEEDS_ADMIN} if out and not world.is_admin(by) else set()


@attrs.frozen(kw_only=True)
class Move:
    """To another group, or out of theirs."""

    id: str
    to: str | None
    told: bool = True
    """Whether the host says who is logged on."""

    def expected(self, now: Moment[World]) -> Step[World]:
        """Refused while logged on, and where the host doesn't say; nothing but the group changes (PR-7, PV-2)."""
        world, by = now.world, now.by
        codes = world.want(by, "user:edit", self.id)
        if codes:
            return Step(codes=codes, after=world)
        if not self.told:
            codes |= {Code.LIVE_FACT_MISSING}
        elif self.id in now.on_queue:
            codes |= {Code.USER_LOGGED_ON_QUEUE}
        codes |= {Code.REFERENCE_MISSING} if self.to not in (None, *GROUPS) else set()
        was = world.people[self.id]
        new = attrs.evolve(was, group=self.to)
        events = set() if was == new else {(EventKind.USER_MOVED, self.id), (EventKind.USER_TOLD, self.id)}
        return Step(codes=codes, after=attrs.evolve(world, people={**world.people, self.id: new}), events=events)

    def make(self, now: Moment[World]) -> Change:
        """By the operation."""
        tenant, by = now.tenant, now.by
        return move_user(tenant, self.id, to=self.to, by=by, live=now.live if self.told else None)


@attrs.frozen(kw_only=True)
class SetStatus:
    """Several accounts closed, or opened again."""

    way: str
    ids: tuple[str, ...]

    def expected(self, now: Moment[World]) -> Step[World]:
        """All or none; each status has its own way back, and only admins lead out of blocked (LC-1)."""
        world, by = now.world, now.by
        codes = world.want(by, "user:edit", *self.ids)
        if codes:
            return Step(codes=codes, after=world)
        status = CLOSING.get(self.way, "active")
        events: set[tuple[EventKind, str]] = set()
        people = dict(world.people)
        for id_ in self.ids:
            was = world.people[id_]
            if status == "active" and was.status not in ("active", OPENING[self.way]):
                codes |= {Code.STATUS_OTHER_WAY}
                continue
            codes |= leaves_blocked(world, was, status, by)
            people[id_] = attrs.evolve(was, status=status)
            events |= told_of_status(id_, was.status, status)
        after = attrs.evolve(world, people=people)
        codes |= {Code.ADMIN_LAST} if world.loses_its_admins(after) else set()
        return Step(codes=codes, after=after, events=events)

    def make(self, now: Moment[World]) -> Change:
        """By the operation."""
        tenant, by = now.tenant, now.by
        return OPERATIONS[self.way](tenant, *self.ids, by=by)


names = st.sampled_from(("One", "Two", None))
supervisors = st.none() | ids | st.just(NOBODY)
creations = st.builds(
    Create,
    id=ids,
    login=logins,
    role=roles,
    group=groups | st.just("g-nowhere"),
    name=names,
    supervisor=st.none() | supervisors,
    by_draft=st.booleans(),
)
updates = st.builds(
    Update,
    id=ids,
    form=st.fixed_dictionaries(
        {},
        optional={
            "name": names,
            "role": roles,
            "status": st.sampled_from(STATUSES),
            "supervisor": supervisors,
            "login": logins,
            "user_group": groups,
        },
    ),
)
moves = st.builds(Move, id=ids, to=st.none() | groups | st.just("g-nowhere"), told=st.integers(0, 3).map(bool))
status_changes = st.builds(
    SetStatus,
    way=st.sampled_from((*CLOSING, *OPENING)),
    ids=st.lists(ids, min_size=1, max_size=2, unique=True).map(tuple),
)

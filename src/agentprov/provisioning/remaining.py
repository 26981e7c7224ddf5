"""What a deletion leaves behind: who referred, rewritten; tombstones; what listeners and people are told (LC-3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

import attrs

from agentprov.errors import Collector, Problem
from agentprov.model.changes import Edit, Event, EventKind, LimitEdit, PropertyEdit, SettingsEdit
from agentprov.model.departments import Department
from agentprov.model.groups import Profile, Tombstone, UserGroup
from agentprov.model.ids import UserGroupId, UserId
from agentprov.model.live import Live
from agentprov.model.references import Item, Kind
from agentprov.model.referrers import Key, is_named_alone, owner
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from agentprov.provisioning.confirming import Confirmation
from agentprov.provisioning.detaching import Rewriting
from agentprov.provisioning.guards import check_logged_off
from agentprov.provisioning.levels import told
from agentprov.provisioning.moves import move_events
from agentprov.provisioning.objections import Objections

KEPT_BY_HOST: Final = ("password", "sessions", "codes", "tokens", "sticky-records")
"""What a host keeps of a user, apart from the tenant, and forgets when they are deleted (RT-5, CR-7)."""


@attrs.frozen(kw_only=True)
class Rest:
    """What becomes of those who refer."""

    edits: tuple[Edit, ...] = ()
    properties: tuple[PropertyEdit, ...] = ()
    settings: SettingsEdit | None = None
    limits: tuple[LimitEdit, ...] = ()
    warnings: tuple[Problem, ...] = ()


def rest_of(asked: Confirmation, kind: Kind, found: Collector) -> Rest:
    """Everybody who refers, rewritten; in ``found`` is what can't be."""
    tenant = asked.tenant
    alone = frozenset(key[1] for key in asked.gone if is_named_alone(tenant, key))
    # What goes along, such as a group's own profiles, is replaced by nothing.
    swaps = {key: asked.replace_by if key[0] is kind else None for key in asked.gone}
    warnings = Collector()
    replacing = Rewriting(swaps=swaps, alone=alone, found=found, warnings=warnings)
    detaching = attrs.evolve(replacing, swaps=dict.fromkeys(asked.gone))
    objections = Objections(tenant)
    edits: list[Edit] = []
    for holder, id_ in dict.fromkeys((each.kind, each.id) for each in asked.referrers):
        if holder is None:
            continue
        before = tenant.table(holder)[id_]
        one = detaching if (holder, id_) == (kind, asked.replace_by) else replacing
        after: Item = one.item(before, (holder.value, id_))
        if after != before:
            edits.append(Edit(kind=holder, id=id_, before=before, after=after))
            if isinstance(before, User) and isinstance(after, User):
                found.absorb(objections.new(before, after), "users", id_)
    settings = replacing.item(tenant.settings, ("settings",))
    values = replacing.values(tenant.properties, ("properties",))
    limits = replacing.limits(tenant.property_limits, ("property_limits",))
    return Rest(
        edits=tuple(edits),
        settings=None if settings == tenant.settings else SettingsEdit(before=tenant.settings, after=settings),
        properties=tuple(
            PropertyEdit(name=name, before=tenant.properties.get(name), after=values.get(name))
            for name in sorted(values.differing(tenant.properties))
        ),
        limits=tuple(
            LimitEdit(name=name, before=tenant.property_limits.get(name), after=limits.get(name))
            for name in sorted(limits.differing(tenant.property_limits))
        ),
        warnings=tuple(warnings.problems),
    )


def check_moved(found: Collector, edits: tuple[Edit, ...], live: Live | None) -> None:
    """Note who would come out of their user group while they are logged on to a queue (LC-2): it is a move."""
    for edit in edits:
        before, after = edit.before, edit.after
        if isinstance(before, User) and isinstance(after, User) and before.user_group != after.user_group:
            own = Collector()
            check_logged_off(own, live, before.id)
            at = (Kind.USERS.value, before.id, "user_group")
            found.absorb(attrs.evolve(problem, path=at) for problem in own.problems)


def removals(tenant: Tenant, gone: tuple[Key, ...]) -> Iterator[Edit]:
    """The edits by which objects go."""
    for kind, id_ in gone:
        yield Edit(kind=kind, id=id_, before=tenant.table(kind)[id_])


def tombstones(tenant: Tenant, kind: Kind, ids: tuple[str, ...], at: datetime | None) -> Iterator[Edit]:
    """The edits by which a tombstone stays of each user who goes."""
    if kind is Kind.USERS and at is not None:
        for id_ in map(UserId, ids):
            stone = Tombstone(id=id_, login=tenant.users[id_].login, deleted_at=at)
            yield Edit(kind=Kind.TOMBSTONES, id=id_, after=stone)


def events_of(edits: tuple[Edit, ...]) -> Iterator[Event]:
    """What happens to those who referred."""
    for edit in edits:
        before, after = edit.before, edit.after
        if isinstance(before, User) and isinstance(after, User):
            if attrs.evolve(before, user_group=after.user_group) != after:
                yield Event(kind=EventKind.USER_UPDATED, subject=edit.id)
            yield from move_events(before, after.user_group)
        elif isinstance(before, Department) and isinstance(after, Department):
            left = [user for user in before.members if user not in after.members]
            joined = [user for user in after.members if user not in before.members]
            facts = {"left": ",".join(left), "joined": ",".join(joined)}
            if left:
                yield Event(
                    kind=EventKind.MEMBERS_CHANGED, subject=edit.id, facts={k: v for k, v in facts.items() if v}
                )


def farewells(tenant: Tenant, kind: Kind, ids: tuple[str, ...], actor: UserId | None) -> Iterator[Event]:
    """What happens to those who go, what the host is to forget of them, and who is told."""
    for id_ in ids:
        match tenant.table(kind)[id_]:
            case User(login=login):
                facts = {"login": str(login), "forget": ",".join(KEPT_BY_HOST)}
                yield Event(kind=EventKind.USER_DELETED, subject=id_, facts=facts)
                yield Event(kind=EventKind.SESSIONS_REVOKE, subject=id_, facts={"why": "deleted"})
            case UserGroup(name=name):
                yield Event(kind=EventKind.GROUP_DELETED, subject=id_, facts={"name": name})
            case Profile() as profile:
                of, whose = owner(profile)
                of_user = of is Kind.USERS
                holder = tenant.users[UserId(whose)] if of_user else tenant.user_groups[UserGroupId(whose)]
                facts = {"user" if of_user else "group": whose}
                yield Event(kind=EventKind.PROFILE_DELETED, subject=id_, facts=facts)
                yield from told(tenant, holder, actor, why="profile", profile=id_)
            case _:
                yield Event(kind=EventKind.OBJECT_DELETED, subject=id_, facts={"kind": kind.value})

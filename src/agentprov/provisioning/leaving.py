"""Deleting anything, one or many of a kind: refused, detached or replaced where others refer to it (LC-2, LC-3).

A deletion is one change with every edit it takes. It goes whole or not at all, and leaves no reference that leads
nowhere. What may become of each reference is said in :mod:`agentprov.provisioning.detaching`.

Users are deleted by who holds ``user:delete`` over them, roles and separations by who holds ``access:grant``, anything
else by who holds ``SECTION:delete`` for the whole tenant, such as ``department:delete``; where the catalogue has no
such permission, ``user:edit``. Detaching and replacing edit others, and need the right to edit each of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Final

import attrs

from agentprov.errors import Code, Collector, InvalidValue, NotFound, Path, Problem, Refused
from agentprov.model.access import Effect, Permission
from agentprov.model.changes import Change, Edit, Event, EventKind, LimitEdit, PropertyEdit, SettingsEdit
from agentprov.model.departments import Department
from agentprov.model.groups import Tombstone
from agentprov.model.ids import UserId, user_id
from agentprov.model.live import Live
from agentprov.model.references import Item, Kind
from agentprov.model.referrers import Key, is_named_alone
from agentprov.model.tenant import Tenant
from agentprov.model.text import member
from agentprov.model.users import User
from agentprov.provisioning.confirming import Confirmation, check_confirmed, confirmation_of
from agentprov.provisioning.detaching import Rewriting
from agentprov.provisioning.filter_gains import check_filters
from agentprov.provisioning.guards import (
    ACCESS_GRANT,
    MOST_NAMED,
    USER_DELETE,
    USER_EDIT,
    check_logged_off,
    check_rights,
    check_taken,
    note_last_admin,
    permit,
    some_of,
    stored_user,
)
from agentprov.provisioning.objections import Objections

KEPT_BY_HOST: Final = ("password", "sessions", "codes", "tokens", "sticky-records")
"""What a host keeps of a user, apart from the tenant, and forgets when they are deleted (RT-5, CR-7)."""


def delete(
    tenant: Tenant,
    kind: Kind | str,
    *ids: str,
    by: str | None,
    at: datetime | None = None,
    live: Live | None = None,
    detach: bool = False,
    replace_by: str | None = None,
    confirm: str | None = None,
) -> Change:
    """The change that deletes objects of a kind, all of them or none.

    Who refers to one of them stands in the way, unless the references are to be detached, or to lead to the object
    ``replace_by`` of the same kind instead; that one's own references to what goes are detached. Of users their
    personal profiles go too, a tombstone stays, and ``at`` and ``live`` are needed.

    ``confirm`` is the digest of :func:`confirmation`. It is needed for more than one, and to detach or to replace.

    Raises:
        NotFound: ``user.unknown``, or ``reference.missing`` for others, with all that aren't there.
        InvalidValue: what was asked for isn't anything that can be done.
        Refused: ``by`` may not; else everything that stands in the way: ``reference.in_use`` with who refers and in
            which fields, what a detached reference would break, what users' own guards say, ``confirmation.required``
            or ``confirmation.void``.
    """
    actor = user_id(by)
    sort = _asked(tenant, kind, ids, actor, detach=detach, replace_by=replace_by)
    if sort is Kind.USERS and at is None:
        raise InvalidValue.of(Code.FIELD_REQUIRED, "at")
    asked = confirmation_of(tenant, sort, ids, detach=detach, replace_by=replace_by)
    found = Collector()
    if sort is Kind.USERS:
        _check_users(found, tenant, ids, live)
    stuck = Collector()
    if detach or replace_by is not None:
        rest = _rest(asked, sort, stuck)
        _permit_edits(tenant, actor, sort, rest)
    else:
        _note_users_of(stuck, asked, sort, ids)
        rest = _Rest()
    change = Change(
        tenant=tenant.id,
        base=tenant.version,
        actor=actor,
        edits=[*rest.edits, *_removals(tenant, asked.gone), *_stones(tenant, sort, ids, at)],
        properties=rest.properties,
        limits=rest.limits,
        settings=rest.settings,
        events=[*_events(rest.edits), *_farewells(tenant, sort, ids)],
        warnings=rest.warnings,
    )
    if not stuck.problems:
        _try(stuck, tenant, change, actor)
    if len(ids) > 1 or detach or replace_by is not None:
        check_confirmed(stuck, asked, confirm)
    found.absorb(problem for problem in stuck.problems if problem not in found.problems)
    found.check(Refused)
    return change


def confirmation(
    tenant: Tenant, kind: Kind | str, *ids: str, by: str | None, detach: bool = False, replace_by: str | None = None
) -> Confirmation:
    """What :func:`delete` would take away and who refers to it, to be shown and confirmed.

    It tells nothing of whether the deletion would be refused.

    Raises:
        NotFound, InvalidValue, Refused: as :func:`delete`, by what is asked for and by who asks.
    """
    sort = _asked(tenant, kind, ids, user_id(by), detach=detach, replace_by=replace_by)
    return confirmation_of(tenant, sort, ids, detach=detach, replace_by=replace_by)


# ---- what is asked, and who may --------------------------------------------------------------------------------------


def permission_for(tenant: Tenant, kind: Kind, action: str) -> Permission:
    """What allows an action on objects of a kind: ``department:delete``; ``user:edit`` where there is no such."""
    if kind is Kind.USERS:
        return USER_DELETE if action == "delete" else USER_EDIT
    if kind in {Kind.ROLES, Kind.SEPARATIONS}:
        return ACCESS_GRANT
    section = "address" if kind is Kind.ADDRESSES else kind.value.removesuffix("s")
    return _known(tenant, Permission(f"{section}:{action}"))


def _known(tenant: Tenant, permission: Permission) -> Permission:
    return permission if tenant.blueprint.catalogue.expand(permission) else USER_EDIT


def _asked(
    tenant: Tenant,
    kind: Kind | str,
    ids: tuple[str, ...],
    actor: UserId | None,
    *,
    detach: bool,
    replace_by: str | None,
) -> Kind:
    """The kind, if what is asked for can be asked and the actor may."""
    found = Collector()
    sort = member(found, Kind, kind, "kind")
    untyped: tuple[object, ...] = ids
    for position, each in enumerate(untyped):
        if not isinstance(each, str):
            expected = "a user's id" if sort is Kind.USERS else "an id"
            found.add(Code.FIELD_WRONG_TYPE, *_at(ids, position), expected=expected, found="something else")
        elif each in ids[:position]:
            found.add(Code.FIELD_DUPLICATE, *_at(ids, position), value=each)
    if not ids:
        found.add(Code.FIELD_REQUIRED, "ids")
    if detach and replace_by is not None:
        found.add(Code.FIELD_CONTRADICTS, "replace_by", other="detach")
    elif replace_by in ids:
        found.add(Code.REPLACEMENT_GOES, "replace_by", value=str(replace_by))
    found.check()
    if sort is Kind.TOMBSTONES:
        raise Refused.of(Code.TOMBSTONE_STAYS, "kind")
    _permit_deletion(tenant, sort, ids, actor)
    for position, id_ in enumerate(ids):
        _note_missing(found, tenant, sort, id_, *_at(ids, position))
    if replace_by is not None:
        _note_missing(found, tenant, sort, replace_by, "replace_by")
    found.check(NotFound)
    return sort


def _permit_deletion(tenant: Tenant, kind: Kind, ids: tuple[str, ...], actor: UserId | None) -> None:
    if kind is not Kind.USERS:
        permit(tenant, actor, permission_for(tenant, kind, "delete"))
        return
    denied: list[Problem] = []
    for id_ in ids:
        try:
            stored_user(tenant, UserId(id_), actor, USER_DELETE)
        except NotFound:
            pass  # told of with the others, once it is clear that they may be deleted
        except Refused as error:
            denied += [problem for problem in error.problems if problem not in denied]
    if denied:
        raise Refused(denied)


def _note_missing(found: Collector, tenant: Tenant, kind: Kind, id_: str, *path: str | int) -> None:
    if id_ in tenant.table(kind):
        return
    if kind is Kind.USERS:
        found.add(Code.USER_UNKNOWN, *path, value=str(id_)[:80])
    else:
        found.add(Code.REFERENCE_MISSING, *path, kind=kind.noun, value=str(id_)[:80])


def _at(ids: tuple[str, ...], position: int) -> Path:
    return ("id",) if len(ids) == 1 else ("ids", position)


def _permit_edits(tenant: Tenant, actor: UserId | None, kind: Kind, rest: _Rest) -> None:
    """Whether the actor may edit all who refer. Who may delete a role takes it from them by that alone."""
    if actor is None or kind is Kind.ROLES:
        return
    denied: list[Problem] = []
    for permission, on in dict.fromkeys(_needed(tenant, rest)):
        try:
            permit(tenant, actor, permission, on)
        except Refused as error:
            denied += [problem for problem in error.problems if problem not in denied]
    if denied:
        raise Refused(denied)


def _needed(tenant: Tenant, rest: _Rest) -> Iterator[tuple[Permission, UserId | None]]:
    for edit in rest.edits:
        yield permission_for(tenant, edit.kind, "edit"), UserId(edit.id) if edit.kind is Kind.USERS else None
    if rest.settings is not None:
        yield _known(tenant, Permission("settings:edit")), None
    if rest.properties or rest.limits:
        yield USER_EDIT, None


# ---- what stands in the way ------------------------------------------------------------------------------------------


def _check_users(found: Collector, tenant: Tenant, ids: tuple[str, ...], live: Live | None) -> None:
    for position, id_ in enumerate(ids):
        own = Collector()
        if not tenant.blueprint.users_can_be_deleted:
            own.add(Code.USER_BLOCK_NOT_DELETE, "id", value=id_)
        check_logged_off(own, live, UserId(id_))
        found.absorb(attrs.evolve(problem, path=_at(ids, position)) for problem in own.problems)
    note_last_admin(found, tenant, ids)


def _note_users_of(found: Collector, asked: Confirmation, kind: Kind, ids: tuple[str, ...]) -> None:
    """Note who refers to each, and in which fields."""
    for position, id_ in enumerate(ids):
        own = [each for each in asked.referrers if each.to == (kind, id_)]
        if own:
            holders = tuple(dict.fromkeys(each.holder for each in own))
            fields = tuple(str(each) for each in own)
            found.add(
                Code.REFERENCE_IN_USE,
                *_at(ids, position),
                referrers=some_of(holders, MOST_NAMED),
                fields=some_of(fields, MOST_NAMED),
            )


def _try(found: Collector, tenant: Tenant, change: Change, actor: UserId | None) -> None:
    """Note what the tenant and the guards about rights say of the outcome."""
    try:
        after = change.apply(tenant)
    except InvalidValue as error:
        found.absorb(error.problems)
        return
    denied = [edit.after for edit in change.edits if isinstance(edit.after, User) and _denies(edit.before, edit.after)]
    for check in (
        partial(check_rights, tenant, after, actor),
        partial(check_filters, tenant, after, actor),
        *(partial(check_taken, tenant, user, actor, "users", user.id) for user in denied),
    ):
        try:
            check()
        except Refused as error:
            found.absorb(error.problems)


def _denies(before: Item | None, after: User) -> bool:
    """Whether denies of the user are about something else now. An allow for what goes takes nothing that is left."""
    old = before.grants if isinstance(before, User) else ()
    was, becomes = ([each for each in grants if each.effect is Effect.DENY] for grants in (old, after.grants))
    return any(deny not in was for deny in becomes)


# ---- the edits -------------------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class _Rest:
    """What becomes of those who refer."""

    edits: tuple[Edit, ...] = ()
    properties: tuple[PropertyEdit, ...] = ()
    limits: tuple[LimitEdit, ...] = ()
    settings: SettingsEdit | None = None
    warnings: tuple[Problem, ...] = ()


def _rest(asked: Confirmation, kind: Kind, found: Collector) -> _Rest:
    """Everybody who refers, rewritten; in ``found`` is what can't be."""
    tenant = asked.tenant
    alone = frozenset(key[1] for key in asked.gone if is_named_alone(tenant, key))
    swaps = dict.fromkeys(asked.gone, asked.replace_by)
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
    return _Rest(
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


def _removals(tenant: Tenant, gone: tuple[Key, ...]) -> Iterator[Edit]:
    for kind, id_ in gone:
        yield Edit(kind=kind, id=id_, before=tenant.table(kind)[id_])


def _stones(tenant: Tenant, kind: Kind, ids: tuple[str, ...], at: datetime | None) -> Iterator[Edit]:
    if kind is Kind.USERS and at is not None:
        for id_ in map(UserId, ids):
            stone = Tombstone(id=id_, login=tenant.users[id_].login, deleted_at=at)
            yield Edit(kind=Kind.TOMBSTONES, id=id_, after=stone)


def _events(edits: tuple[Edit, ...]) -> Iterator[Event]:
    """What happens to those who referred."""
    for edit in edits:
        if isinstance(edit.after, User):
            yield Event(kind=EventKind.USER_UPDATED, subject=edit.id)
        elif isinstance(edit.before, Department) and isinstance(edit.after, Department):
            left = [user for user in edit.before.members if user not in edit.after.members]
            joined = [user for user in edit.after.members if user not in edit.before.members]
            facts = {"left": ",".join(left), "joined": ",".join(joined)}
            if left:
                yield Event(
                    kind=EventKind.MEMBERS_CHANGED, subject=edit.id, facts={k: v for k, v in facts.items() if v}
                )


def _farewells(tenant: Tenant, kind: Kind, ids: tuple[str, ...]) -> Iterator[Event]:
    """What happens to those who go, and what the host is to forget of them."""
    for id_ in ids:
        if kind is Kind.USERS:
            facts = {"login": str(tenant.users[UserId(id_)].login), "forget": ",".join(KEPT_BY_HOST)}
            yield Event(kind=EventKind.USER_DELETED, subject=id_, facts=facts)
            yield Event(kind=EventKind.SESSIONS_REVOKE, subject=id_, facts={"why": "deleted"})
        else:
            yield Event(kind=EventKind.OBJECT_DELETED, subject=id_, facts={"kind": kind.value})

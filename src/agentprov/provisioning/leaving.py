"""Deleting anything, one or many of a kind: refused, detached or replaced where others refer to it (LC-2, LC-3).

A deletion is one change with every edit it takes. It goes whole or not at all, and leaves no reference that leads
nowhere. What may become of each reference is said in :mod:`agentprov.provisioning.detaching`.

Users are deleted by who holds ``user:delete`` over them, personal profiles by who may edit the user, roles and
separations by who holds ``access:grant``, anything else by who holds ``SECTION:delete`` for the whole tenant, such as
``department:delete``; where the catalogue has no such permission, ``user:edit``. Detaching and replacing edit others,
and need the right to edit each of them. Unticks go along with a profile, whoever has them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

import attrs

from agentprov.engine.admins import ACCESS_GRANT, USER_EDIT
from agentprov.engine.permits import USER_DELETE, known_permission, permit
from agentprov.errors import Code, Collector, InvalidValue, NotFound, Path, Problem, Refused
from agentprov.model.access import Effect, Permission
from agentprov.model.changes import Change, Edit
from agentprov.model.ids import ProfileId, UserId, user_id
from agentprov.model.live import Live
from agentprov.model.references import Item, Kind
from agentprov.model.referrers import Key, owner
from agentprov.model.tenant import Tenant
from agentprov.model.text import member
from agentprov.model.users import User
from agentprov.provisioning.confirming import Confirmation, check_confirmed, confirmation_of
from agentprov.provisioning.filter_gains import check_filters
from agentprov.provisioning.guards import (
    MOST_NAMED,
    check_logged_off,
    check_rights,
    check_taken,
    note_last_admin,
    some_of,
)
from agentprov.provisioning.remaining import Rest, check_moved, events_of, farewells, removals, rest_of, tombstones


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
    ``replace_by`` of the same kind instead; that one's own references to what goes are detached. The profiles of a user
    group go with it, and of users their personal ones; wherever a profile was unticked, that goes as well. Of users a
    tombstone stays, and ``at`` and ``live`` are needed; ``live`` also where users come out of a group.

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
        rest = rest_of(asked, sort, stuck)
        _permit_edits(tenant, actor, sort, rest)
        check_moved(stuck, rest.edits, live)
    else:
        _note_users_of(stuck, asked, sort, ids)
        # What goes along goes along; the rest is in the way, and told of already.
        along = tuple(each for each in asked.referrers if each.goes_along)
        rest = rest_of(attrs.evolve(asked, referrers=along), sort, stuck) if along else Rest()
    change = Change(
        tenant=tenant.id,
        base=tenant.version,
        actor=actor,
        edits=[*rest.edits, *removals(tenant, asked.gone), *tombstones(tenant, sort, ids, at)],
        properties=rest.properties,
        limits=rest.limits,
        settings=rest.settings,
        events=[*events_of(rest.edits), *farewells(tenant, sort, ids, actor)],
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
    return known_permission(tenant, Permission(f"{section}:{action}"))


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
    denied: list[Problem] = []
    for id_ in ids:
        try:
            permit(tenant, actor, *_needed_for(tenant, kind, id_, "delete"))
        except Refused as error:
            denied += [problem for problem in error.problems if problem not in denied]
    if denied:
        raise Refused(denied)


def _needed_for(tenant: Tenant, kind: Kind, id_: str, action: str) -> tuple[Permission, UserId | None]:
    """What an action on one object asks for, and over whom. Over all, where there is no such object."""
    if kind is Kind.USERS:
        return permission_for(tenant, kind, action), UserId(id_) if id_ in tenant.users else None
    profile = tenant.profiles.get(ProfileId(id_)) if kind is Kind.PROFILES else None
    if profile is not None and profile.user is not None:
        return USER_EDIT, profile.user
    return permission_for(tenant, kind, action), None


def _note_missing(found: Collector, tenant: Tenant, kind: Kind, id_: str, *path: str | int) -> None:
    if id_ in tenant.table(kind):
        return
    if kind is Kind.USERS:
        found.add(Code.USER_UNKNOWN, *path, value=str(id_)[:80])
    else:
        found.add(Code.REFERENCE_MISSING, *path, kind=kind.noun, value=str(id_)[:80])


def _at(ids: tuple[str, ...], position: int) -> Path:
    return ("id",) if len(ids) == 1 else ("ids", position)


def _permit_edits(tenant: Tenant, actor: UserId | None, kind: Kind, rest: Rest) -> None:
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


def _needed(tenant: Tenant, rest: Rest) -> Iterator[tuple[Permission, UserId | None]]:
    for edit in rest.edits:
        if not _only_unticks(edit):
            yield _needed_for(tenant, edit.kind, edit.id, "edit")
    if rest.settings is not None:
        yield known_permission(tenant, Permission("settings:edit")), None
    if rest.properties or rest.limits:
        yield USER_EDIT, None


def _only_unticks(edit: Edit) -> bool:
    """Whether nothing of a user becomes different but which profiles are unticked."""
    before, after = edit.before, edit.after
    if not isinstance(before, User) or not isinstance(after, User):
        return False
    return attrs.evolve(before, unticked_profiles=after.unticked_profiles) == after


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
    in_the_way = [each for each in asked.referrers if not each.goes_along]
    for position, id_ in enumerate(ids):
        own = [each for each in in_the_way if _asked_for(asked.tenant, kind, each.to) == (kind, id_)]
        if own:
            holders = tuple(dict.fromkeys(each.holder for each in own))
            fields = tuple(str(each) for each in own)
            found.add(
                Code.REFERENCE_IN_USE,
                *_at(ids, position),
                referrers=some_of(holders, MOST_NAMED),
                fields=some_of(fields, MOST_NAMED),
            )


def _asked_for(tenant: Tenant, kind: Kind, to: Key) -> Key:
    """With what it goes: a profile with whose own it is, where it isn't asked for itself."""
    return to if to[0] is kind else owner(tenant.profiles[ProfileId(to[1])])


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

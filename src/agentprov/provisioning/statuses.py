"""The life cycle of accounts: disable, block, deactivate, and the way back from each (LC-1).

A status changes nothing else in a user. Roles, grants, group, options and values stay through all of it, and count
again when the account is active; that is how reactivating restores them. What went meanwhile, such as a role that was
deleted, is told by :func:`restoration`.

Whoever may edit a user does all of it but one: only an admin leads out of ``blocked``. Disabling is never refused for a
call or a queue: an account that must be closed is closed at once, and the host ends sessions and log-ons.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import attrs

from agentprov.engine.access import Access
from agentprov.engine.admins import USER_EDIT, is_admin
from agentprov.engine.permits import stored_user
from agentprov.engine.separation import separation_problems, violations
from agentprov.errors import Code, Collector, InvalidValue, NotFound, Path, Problem, Refused
from agentprov.model.changes import Change, Edit, Event, EventKind
from agentprov.model.ids import UserId, user_id
from agentprov.model.live import Live
from agentprov.model.references import Kind
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status, User
from agentprov.provisioning.guards import check_kept
from agentprov.provisioning.rules import missing_fields

WAYS_BACK: Final = Table(
    {Status.DISABLED: "enable", Status.BLOCKED: "unblock", Status.DEACTIVATED: "reactivate"},
)
"""The operation that leads back from each status."""

_LEFT: Final = Table(
    {
        Status.DISABLED: EventKind.USER_DISABLED,
        Status.BLOCKED: EventKind.USER_BLOCKED,
        Status.DEACTIVATED: EventKind.USER_DEACTIVATED,
    }
)
_BACK: Final = Table(
    {
        Status.DISABLED: EventKind.USER_ENABLED,
        Status.BLOCKED: EventKind.USER_UNBLOCKED,
        Status.DEACTIVATED: EventKind.USER_REACTIVATED,
    }
)


# ---- away ------------------------------------------------------------------------------------------------------------


def disable(tenant: Tenant, *ids: str, by: str | None, live: Live | None = None) -> Change:
    """The change that disables users: no sign-in, no rights, neither rung nor dialling out, until they are enabled.

    With the setting ``ring_disabled_agents`` it is about signing in only, and they are still rung. Who is disabled
    already stays so. A warning names the queues that somebody is logged on to, where ``live`` says it.

    Raises:
        NotFound: ``user.unknown``, with all who aren't there.
        InvalidValue: nobody is named, or somebody twice.
        Refused: ``by`` may not edit one of them; it is the last admin; ``user.unblock_needs_admin``.
    """
    return _led(tenant, ids, Status.DISABLED, by=by, live=live)


def block(tenant: Tenant, *ids: str, by: str | None, live: Live | None = None) -> Change:
    """The change that blocks users, as :func:`disable`; only an admin unblocks them."""
    return _led(tenant, ids, Status.BLOCKED, by=by, live=live)


def deactivate(tenant: Tenant, *ids: str, by: str | None, live: Live | None = None) -> Change:
    """The change that deactivates users, as :func:`disable`; they are hidden from lists as well, and keep all else."""
    return _led(tenant, ids, Status.DEACTIVATED, by=by, live=live)


# ---- and back --------------------------------------------------------------------------------------------------------


def enable(tenant: Tenant, *ids: str, by: str | None) -> Change:
    """The change that brings disabled users back. Who is active already stays so.

    Raises:
        NotFound, InvalidValue: as :func:`disable`.
        Refused: ``by`` may not edit one of them; ``status.other_way``, for who is blocked or deactivated.
    """
    return _led(tenant, ids, Status.ACTIVE, by=by, back_from=Status.DISABLED)


def unblock(tenant: Tenant, *ids: str, by: str | None) -> Change:
    """The change that brings blocked users back, as :func:`enable`; ``by`` must be an admin."""
    return _led(tenant, ids, Status.ACTIVE, by=by, back_from=Status.BLOCKED)


def reactivate(tenant: Tenant, *ids: str, by: str | None, left: Mapping[UserId, User] | None = None) -> Change:
    """The change that brings deactivated users back, as :func:`enable`, with all they kept.

    What isn't as it was, or stands against today's rules, comes as warnings: :func:`restoration`. ``left`` holds the
    users as they were when they were deactivated, where the host has its log at hand: :func:`as_they_left`.
    """
    change = _led(tenant, ids, Status.ACTIVE, by=by, back_from=Status.DEACTIVATED)
    warnings = [
        problem
        for edit in change.edits
        for problem in restoration(tenant, edit.id, left=(left or {}).get(UserId(edit.id))).missing
    ]
    return attrs.evolve(change, warnings=warnings)


# ---- what comes back -------------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Restoration:
    """What a user comes back with, and what can't be restored."""

    user: User
    """As they would be."""
    missing: tuple[Problem, ...]
    """What isn't as it was when they left, and what the separations and the blueprint have against them today."""

    @property
    def is_whole(self) -> bool:
        """Whether they come back with all they had, and nothing is to be mended."""
        return not self.missing


def restoration(tenant: Tenant, id: str, *, left: User | None = None) -> Restoration:
    """What reactivating brings back for a user, and what it can't.

    ``left`` is the user as they were when they left; without it nothing is known of what went meanwhile, and only
    today's rules are asked.

    Raises:
        NotFound: ``user.unknown``.
    """
    user = tenant.users.get(UserId(id))
    if user is None:
        raise NotFound.of(Code.USER_UNKNOWN, "id", value=str(id)[:80])
    return Restoration(
        user=attrs.evolve(user, status=Status.ACTIVE),
        missing=(*_changed(tenant, user, left), *_against(tenant, user)),
    )


def as_they_left(changes: Iterable[Change]) -> dict[UserId, User]:
    """The users of a log, oldest change first, as they were when they were last deactivated."""
    found: dict[UserId, User] = {}
    for change in changes:
        for edit in change.edits:
            before, after = edit.before, edit.after
            leaves = isinstance(after, User) and after.status is Status.DEACTIVATED
            if leaves and isinstance(before, User) and before.status is not Status.DEACTIVATED:
                found[before.id] = before
    return found


def _changed(tenant: Tenant, user: User, left: User | None) -> Iterable[Problem]:
    """What of the user isn't as it was, line by line."""
    if left is None:
        return
    was = attrs.evolve(left, status=user.status)
    if was != user:
        both = Change(
            tenant=tenant.id, base=tenant.version, edits=[Edit(kind=Kind.USERS, id=user.id, before=was, after=user)]
        )
        for line in both.describe():
            words = line.partition(": ")[2]
            field = words.partition(" ")[0].partition(".")[0].partition("[")[0]
            yield Problem(code=Code.RESTORE_MISSING, path=("users", user.id, field), parameters={"words": words})


def _against(tenant: Tenant, user: User) -> Iterable[Problem]:
    """What today's separations and today's blueprint have against the user."""
    for violation in violations(tenant):
        if user.id in violation.users:
            only = attrs.evolve(violation, users=frozenset({user.id}))
            yield from separation_problems([only], "users", user.id, "roles")
    for code, fields in missing_fields(tenant.blueprint, user):
        yield Problem(code=code, path=("users", user.id, fields[0]), parameters={"fields": fields})


# ---- what forms and these operations share ---------------------------------------------------------------------------


def check_way_out(
    found: Collector, tenant: Tenant, user: User, to: Status, *path: str | int, by: UserId | None
) -> None:
    """Note that this actor may not lead the user out of where they are: only an admin unblocks."""
    leaves = user.status is Status.BLOCKED and to is not Status.BLOCKED
    if leaves and by is not None and not is_admin(Access(tenant), by):
        found.add(Code.USER_UNBLOCK_NEEDS_ADMIN, *path, value=user.id)


def status_events(before: User, after: User, queues: Iterable[str] = ()) -> tuple[Event, ...]:
    """What happens when a user's status changes: to whom listens, to the sessions, and what the user is told."""
    if before.status is after.status:
        return ()
    back = after.status is Status.ACTIVE
    kind = _BACK[before.status] if back else _LEFT[after.status]
    events = [Event(kind=kind, subject=after.id, facts={"from": before.status.value, "to": after.status.value})]
    if before.status is Status.ACTIVE:
        facts = {"why": after.status.value}
        on = ",".join(sorted(queues))
        events.append(
            Event(kind=EventKind.SESSIONS_REVOKE, subject=after.id, facts={**facts, "queues": on} if on else facts)
        )
    told = {"why": kind.value.partition(".")[2]}
    return (*events, Event(kind=EventKind.USER_TOLD, subject=after.id, facts=told))


# ---- the parts -------------------------------------------------------------------------------------------------------


def _named(tenant: Tenant, ids: tuple[str, ...], actor: UserId | None) -> list[tuple[Path, User]]:
    """The users, each with where it was asked for. Whoever may not edit one of them is told that alone."""
    found, denied, missing = Collector(), Collector(), Collector()
    users: list[tuple[Path, User]] = []
    if not ids:
        found.add(Code.FIELD_REQUIRED, "ids")
    for position, id_ in enumerate(ids):
        place: Path = ("id",) if len(ids) == 1 else ("ids", position)
        if id_ in ids[:position]:
            found.add(Code.FIELD_DUPLICATE, *place, value=str(id_)[:80])
            continue
        try:
            users.append((place, stored_user(tenant, UserId(id_), actor, USER_EDIT)))
        except Refused as error:
            denied.absorb(problem for problem in error.problems if problem not in denied.problems)
        except NotFound:
            missing.add(Code.USER_UNKNOWN, *place, value=str(id_)[:80])
        except InvalidValue as error:
            found.absorb(attrs.evolve(problem, path=place) for problem in error.problems)
    denied.check(Refused)
    found.check()
    missing.check(NotFound)
    return users


def _led(
    tenant: Tenant,
    ids: tuple[str, ...],
    to: Status,
    *,
    by: str | None,
    live: Live | None = None,
    back_from: Status | None = None,
) -> Change:
    """The change that leads users to a status; with ``back_from`` only from that one."""
    actor = user_id(by)
    guards, warnings = Collector(), Collector()
    edits: list[Edit] = []
    events: list[Event] = []
    for place, before in _named(tenant, ids, actor):
        if back_from is not None and before.status not in {back_from, to}:
            way = WAYS_BACK[before.status]
            guards.add(Code.STATUS_OTHER_WAY, *place, value=before.id, status=before.status.value, operation=way)
            continue
        check_way_out(guards, tenant, before, to, *place, by=actor)
        after = attrs.evolve(before, status=to)
        if after != before:
            edits.append(Edit(kind=Kind.USERS, id=after.id, before=before, after=after))
            queues = (None if live is None else live.queues_of(after.id)) or frozenset()
            events += status_events(before, after, queues)
            if queues:
                on = tuple(sorted(queues))
                warnings.add(Code.USER_STILL_LOGGED_ON, "users", after.id, "status", value=after.id, queues=on)
    change = Change(
        tenant=tenant.id, base=tenant.version, actor=actor, edits=edits, events=events, warnings=warnings.problems
    )
    try:
        check_kept(tenant, change.apply(tenant))
    except Refused as error:
        guards.absorb(error.problems)
    guards.check(Refused)
    return change

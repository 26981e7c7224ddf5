"""Opening and closing by hand: manual overrides of a time group, and emergencies (HR-4).

Each operation gives a change, to be shown, applied and undone as any other. Who gives it must hold ``time_group:edit``
for the whole tenant; where the catalogue has no such permission, ``user:edit``, which goes for whatever concerns all.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

import attrs

from agentprov.engine.hours import next_scheduled_change
from agentprov.engine.permits import known_permission, permit
from agentprov.engine.zones import epoch, instant
from agentprov.errors import Code, Collector, InvalidValue, NotFound, Problem
from agentprov.model.access import Permission
from agentprov.model.changes import Change, Edit, Event, EventKind, SettingsEdit
from agentprov.model.destinations import Destination
from agentprov.model.hours import ClosedByEmergency, ManualOverride, OverrideState, TimeGroup
from agentprov.model.ids import TimeGroupId, UserId, user_id
from agentprov.model.instants import check_instants
from agentprov.model.references import Kind
from agentprov.model.settings import Emergency
from agentprov.model.tenant import Tenant
from agentprov.model.text import member
from agentprov.provisioning.roles import check_given

TIME_GROUP_EDIT: Final = Permission("time_group:edit")


class Until(StrEnum):
    """When an override ends, other than at an instant."""

    NEXT_CHANGE = "next-change"
    """The next change of open or closed of what lies below it: worked out when it is set, and fixed from then on."""
    REVOKED = "revoked"


def set_override(
    tenant: Tenant,
    time_group: str,
    state: OverrideState | str,
    *,
    reason: str,
    at: datetime,
    until: datetime | Until | str = Until.REVOKED,
    by: str | None,
) -> Change:
    """The change that opens or closes a time group by hand, from ``at`` on; one set before is replaced.

    Until the next change where none comes any more is until it is revoked.

    Raises:
        Refused: ``by`` may not.
        NotFound: ``reference.missing``.
        InvalidValue: ``state`` or ``until`` is none of those there are; ``schedule.override_empty``, for an end that
            isn't later than ``at``; or what is wrong with the reason and the instants.
    """
    actor = user_id(by)
    group = _stored(tenant, time_group, actor)
    found = Collector()
    chosen = member(found, OverrideState, state, "state")
    check_given(found, ("reason", reason))
    check_instants(found, ("at", at))
    end = _end(found, tenant, group, at, until)
    found.check()
    override = ManualOverride(state=chosen, actor=actor, reason=reason, set_at=at, until=end)
    facts = {"state": override.state.value, "reason": reason}
    if override.until is not None:
        facts["until"] = override.until.isoformat()
    event = Event(kind=EventKind.OVERRIDE_SET, subject=group.id, facts=facts)
    return _change(tenant, actor, group, attrs.evolve(group, override=override), event)


def revoke_override(tenant: Tenant, time_group: str, *, by: str | None) -> Change:
    """The change that takes an override away, be it over or not; without one, no change.

    Raises:
        Refused, NotFound: as :func:`set_override`.
    """
    actor = user_id(by)
    group = _stored(tenant, time_group, actor)
    event = Event(kind=EventKind.OVERRIDE_REVOKED, subject=group.id)
    return _change(tenant, actor, group, attrs.evolve(group, override=None), event)


def declare_emergency(
    tenant: Tenant,
    *,
    time_group: str | None = None,
    destination: Destination | None = None,
    reason: str,
    at: datetime,
    by: str | None,
) -> Change:
    """The change that closes a time group, or the whole tenant where none is named, from ``at`` until it is revoked.

    Calls go to ``destination`` meanwhile. An emergency declared before is replaced.

    Raises:
        Refused: ``by`` may not.
        NotFound: ``reference.missing``, for the time group.
        InvalidValue: what is wrong with the reason or the instant; or the destination leads to what isn't there, or
            back to what the emergency closes.
    """
    actor = user_id(by)
    group = _found(tenant, time_group, actor)
    found = Collector()
    check_given(found, ("reason", reason))
    check_instants(found, ("at", at))
    found.check()
    event = Event(kind=EventKind.EMERGENCY_DECLARED, subject=_subject(tenant, group), facts={"reason": reason})
    if group is None:
        of_all = Emergency(destination=destination, actor=actor, reason=reason, set_at=at)
        change = _of_tenant(tenant, actor, of_all, event)
    else:
        own = ClosedByEmergency(destination=destination, actor=actor, reason=reason, set_at=at)
        change = _change(tenant, actor, group, attrs.evolve(group, emergency=own), event)
    try:
        change.apply(tenant)
    except InvalidValue as error:
        raise InvalidValue(_as_asked(problem) for problem in error.problems) from None
    return change


def revoke_emergency(tenant: Tenant, *, time_group: str | None = None, by: str | None) -> Change:
    """The change that ends the emergency of a time group, or of the whole tenant; without one, no change.

    Raises:
        Refused, NotFound: as :func:`declare_emergency`.
    """
    actor = user_id(by)
    group = _found(tenant, time_group, actor)
    event = Event(kind=EventKind.EMERGENCY_REVOKED, subject=_subject(tenant, group))
    if group is None:
        return _of_tenant(tenant, actor, None, event)
    return _change(tenant, actor, group, attrs.evolve(group, emergency=None), event)


# ---- what is asked --------------------------------------------------------------------------------------------------


def _permit(tenant: Tenant, actor: UserId | None) -> None:
    permit(tenant, actor, known_permission(tenant, TIME_GROUP_EDIT))


def _stored(tenant: Tenant, id_: str, actor: UserId | None) -> TimeGroup:
    _permit(tenant, actor)
    group = tenant.time_groups.get(TimeGroupId(id_))
    if group is None:
        raise NotFound.of(Code.REFERENCE_MISSING, "time_group", kind=Kind.TIME_GROUPS.noun, value=str(id_))
    return group


def _found(tenant: Tenant, id_: str | None, actor: UserId | None) -> TimeGroup | None:
    """The time group that is named; nothing for the whole tenant."""
    if id_ is not None:
        return _stored(tenant, id_, actor)
    _permit(tenant, actor)
    return None


def _subject(tenant: Tenant, group: TimeGroup | None) -> str:
    return tenant.id if group is None else group.id


def _end(
    found: Collector, tenant: Tenant, group: TimeGroup, at: datetime, until: datetime | Until | str
) -> datetime | None:
    if isinstance(until, datetime):
        return until
    if member(found, Until, until, "until") is Until.REVOKED or found.problems:
        return None
    following = next_scheduled_change(group, tenant.calendars, epoch(at))
    return None if following is None else instant(following)


def _as_asked(problem: Problem) -> Problem:
    """The problem at the argument it is about; of what the tenant objects to, where it stands in the emergency."""
    match problem.path:
        case ("settings", "emergency", *below) | ("time_groups", _, "emergency", *below):
            return attrs.evolve(problem, path=tuple(below))
        case _:
            return problem


# ---- the changes ----------------------------------------------------------------------------------------------------


def _change(tenant: Tenant, actor: UserId | None, before: TimeGroup, after: TimeGroup, event: Event) -> Change:
    same = before == after
    return Change(
        tenant=tenant.id,
        base=tenant.version,
        actor=actor,
        edits=[] if same else [Edit(kind=Kind.TIME_GROUPS, id=before.id, before=before, after=after)],
        events=[] if same else [event],
    )


def _of_tenant(tenant: Tenant, actor: UserId | None, emergency: Emergency | None, event: Event) -> Change:
    before = tenant.settings
    after = attrs.evolve(before, emergency=emergency)
    same = before == after
    return Change(
        tenant=tenant.id,
        base=tenant.version,
        actor=actor,
        settings=None if same else SettingsEdit(before=before, after=after),
        events=[] if same else [event],
    )

"""Personal profiles as a field of the user's form: made, changed and removed with the user, in one change (PV-7, PR-5).

They aren't kept in the user but beside, as profiles of their own. A form gives all of them: one that a stored user has
and the form doesn't name goes. Which is which is said by its id; without one, a profile of the same name is meant, and
where there is none a new one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from agentprov.errors import Code, Collector
from agentprov.model.changes import Edit, Event, EventKind
from agentprov.model.groups import Profile
from agentprov.model.ids import ProfileId, UserId, is_identifier
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from agentprov.provisioning.forms import Reading
from agentprov.provisioning.levels import told
from agentprov.provisioning.typed_form import PersonalProfile, TypedForm, typed_form_of

FIELD: Final = "personal_profiles"


def stored_form(tenant: Tenant, user: User) -> TypedForm:
    """The typed form that a stored user, and what is kept beside them, would have been made from."""
    typed = typed_form_of(user, tenant.blueprint)
    if not any(rule.field == FIELD for rule in tenant.blueprint.rules):
        return typed
    own = tuple(
        PersonalProfile(id=each.id, name=each.name, skills=each.skills)
        for each in tenant.profiles.values()
        if each.user == user.id
    )
    return typed.put({FIELD: own}) if own else typed


def with_ids(tenant: Tenant, reading: Reading, user: UserId, found: Collector) -> Reading:
    """The reading with an id for each personal profile: its own, that of the name, or a new one."""
    given, stored = reading.typed.personal_profiles, reading.base.personal_profiles
    if FIELD in reading.faulty or given == stored:
        return reading
    known = {each.id for each in stored}
    named = {each.id for each in given}
    for position, each in enumerate(given):
        if each.id is None:
            continue
        if any(other.id == each.id for other in given[:position]):
            found.add(Code.FIELD_DUPLICATE, FIELD, position, "id", value=each.id)
        elif each.id not in known and each.id in tenant.profiles:
            found.add(Code.ID_TAKEN, FIELD, position, "id", value=each.id, holder="another profile")
    by_name = {each.name: each.id for each in reversed(stored) if each.id not in named}
    fresh = _fresh(tenant, user, named)
    whole = tuple(
        each if each.id is not None else attrs.evolve(each, id=by_name.pop(each.name, None) or next(fresh))
        for each in given
    )
    return attrs.evolve(reading, typed=reading.typed.put({FIELD: whole}))


def _fresh(tenant: Tenant, user: UserId, named: set[ProfileId | None]) -> Iterator[ProfileId]:
    """Ids that no profile has, made of the user's."""
    stem = f"p-{user.removeprefix('u-')}"
    number = 0
    while True:
        number += 1
        id_ = ProfileId(f"{stem}-{number}" if is_identifier(f"{stem}-{number}") else f"p-own-{number}")
        if id_ not in tenant.profiles and id_ not in named:
            yield id_


def profile_edits(tenant: Tenant, user: UserId, typed: TypedForm, base: TypedForm) -> list[Edit]:
    """The edits by which the user has the personal profiles of a typed form, in the place of those they had."""
    if typed.personal_profiles == base.personal_profiles:
        return []
    kept = {each.id for each in typed.personal_profiles}
    edits = [
        Edit(kind=Kind.PROFILES, id=each.id, before=tenant.profiles[each.id])
        for each in base.personal_profiles
        if each.id is not None and each.id not in kept
    ]
    for each in typed.personal_profiles:
        if each.id is None:
            continue
        before = tenant.profiles.get(each.id)
        after = Profile(id=each.id, name=each.name, user=user, skills=each.skills)
        if after != before:
            edits.append(Edit(kind=Kind.PROFILES, id=each.id, before=before, after=after))
    return edits


def profile_events(tenant: Tenant, user: User, edits: tuple[Edit, ...], by: UserId | None) -> list[Event]:
    """What happens to a user's personal profiles by these edits; one who was there before is told, once."""
    own = [edit for edit in edits if edit.kind is Kind.PROFILES]
    events = [Event(kind=_kind(edit), subject=edit.id, facts={"user": user.id}) for edit in own]
    if events and user.id in tenant.users:
        events += told(tenant, user, by, why="profile")
    return events


def _kind(edit: Edit) -> EventKind:
    if edit.before is None:
        return EventKind.PROFILE_CREATED
    return EventKind.PROFILE_DELETED if edit.after is None else EventKind.PROFILE_UPDATED

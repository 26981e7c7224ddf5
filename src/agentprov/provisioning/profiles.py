"""Group profiles, personal profiles, and which of their group's profiles a user has (PR-5, PR-6).

A personal profile belongs to a user, and is edited by who may edit that user. A group's is edited by who holds
``profile:add``, ``:edit`` or ``:delete`` for the whole tenant, or ``user:edit`` where the catalogue has no such
permission. That a profile is unticked is kept on the user, also while the user is in another group.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

from agentprov.engine.admins import USER_EDIT
from agentprov.engine.permits import known_permission, permit, stored_user
from agentprov.engine.profiles import Profiles
from agentprov.errors import Code, Collector, InvalidValue, NotFound
from agentprov.model.access import Permission
from agentprov.model.changes import Change, Edit, Event, EventKind
from agentprov.model.groups import Profile, UserGroup
from agentprov.model.ids import ProfileId, SkillId, UserId, user_id
from agentprov.model.references import Kind
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from agentprov.provisioning.leaving import delete
from agentprov.provisioning.levels import edited, existing_group, told, try_out
from agentprov.provisioning.roles import check_given

PROFILE_ADD: Final = Permission("profile:add")
PROFILE_EDIT: Final = Permission("profile:edit")

Levels = Mapping[str, int | None]
"""Skills with their levels; nothing as a level means that it isn't said."""


def create_profile(
    tenant: Tenant,
    id: str,
    *,
    name: str,
    skills: Levels | None = None,
    group: str | None = None,
    user: str | None = None,
    by: str | None,
) -> Change:
    """The change that creates a profile of a user group, or of one user.

    Raises:
        Refused: ``by`` may not add group profiles, or not edit the user.
        NotFound: ``user.unknown``; ``reference.missing`` for the group.
        InvalidValue: ``profile.owner``: neither a group nor a user is named, or both; ``id.invalid``, ``id.taken``; or
            what is wrong with the name and the skills, such as a level off the tenant's scale.
    """
    actor = user_id(by)
    if (group is None) == (user is None):
        raise InvalidValue.of(Code.PROFILE_OWNER)
    owner: User | UserGroup
    if user is not None:
        owner = stored_user(tenant, UserId(user), actor, USER_EDIT)
    else:
        permit(tenant, actor, known_permission(tenant, PROFILE_ADD))
        owner = existing_group(tenant, str(group), "group")
    found = Collector()
    if id in tenant.profiles:
        found.add(Code.ID_TAKEN, "id", value=id, holder="another profile")
    check_given(found, ("name", name))
    _check_levels(tenant, skills or {}, found)
    try:
        profile = Profile(
            id=ProfileId(id),
            name=name,
            user=owner.id if isinstance(owner, User) else None,
            user_group=owner.id if isinstance(owner, UserGroup) else None,
            skills=_levels(skills or {}),
        )
    except InvalidValue as error:
        raise InvalidValue([*found.problems, *error.problems]) from None
    found.check()
    return _change(tenant, actor, None, profile, owner=owner, kind=EventKind.PROFILE_CREATED)


def update_profile(
    tenant: Tenant, id: str, *, name: str | None = None, skills: Levels | None = None, by: str | None
) -> Change:
    """The change that gives a profile another name, or other skills in the place of those it has; nothing stays.

    Raises:
        Refused: ``by`` may not edit group profiles, or not the user whose own it is.
        NotFound: ``reference.missing``.
        InvalidValue: what is wrong with the name and the skills.
    """
    actor = user_id(by)
    profile, owner = _stored(tenant, id, actor)
    found = Collector()
    _check_levels(tenant, skills or {}, found)
    try:
        after = attrs.evolve(
            profile,
            name=profile.name if name is None else name,
            skills=profile.skills if skills is None else _levels(skills),
        )
    except InvalidValue as error:
        raise InvalidValue([*found.problems, *error.problems]) from None
    found.check()
    return _change(tenant, actor, profile, after, owner=owner, kind=EventKind.PROFILE_UPDATED)


def delete_profile(tenant: Tenant, id: str, *, by: str | None) -> Change:
    """The change that deletes a profile. Where it was unticked, that goes with it.

    Who works under it is back to their own skills, as an active profile counts only while it is available (PR-6).
    It is :func:`agentprov.provisioning.delete` for one profile.

    Raises:
        Refused: ``by`` may not delete group profiles, or not edit the user whose own it is; ``reference.in_use``, where
            a resource filter names it.
        NotFound: ``reference.missing``.
    """
    return delete(tenant, Kind.PROFILES, id, by=by)


def tick_profile(tenant: Tenant, user: str, profile: str, *, by: str | None) -> Change:
    """The change by which a profile that was unticked for a user is available again; otherwise no change.

    Raises:
        Refused: ``by`` may not edit the user.
        NotFound: ``user.unknown``; ``reference.missing`` for the profile.
    """
    actor = user_id(by)
    holder = stored_user(tenant, UserId(user), actor, USER_EDIT)
    id_ = _existing(tenant, profile, "profile").id
    return _ticked(tenant, actor, holder, id_, now=True)


def untick_profile(tenant: Tenant, user: str, profile: str, *, by: str | None) -> Change:
    """The change by which a profile of a user's group, or of one around it, isn't available to the user.

    Raises:
        Refused, NotFound: as :func:`tick_profile`.
        InvalidValue: ``profile.personal``; ``profile.not_offered``: it is another group's.
    """
    actor = user_id(by)
    holder = stored_user(tenant, UserId(user), actor, USER_EDIT)
    chosen = _existing(tenant, profile, "profile")
    if chosen.user_group is None:
        raise InvalidValue.of(Code.PROFILE_PERSONAL, "profile", value=chosen.id)
    if chosen not in Profiles(tenant).offered(holder.user_group):
        raise InvalidValue.of(Code.PROFILE_NOT_OFFERED, "profile", value=chosen.id)
    return _ticked(tenant, actor, holder, chosen.id, now=False)


# ---- the parts ------------------------------------------------------------------------------------------------------


def _existing(tenant: Tenant, id: str, at: str) -> Profile:
    if not isinstance(id, str):
        raise InvalidValue.of(Code.FIELD_WRONG_TYPE, at, expected="a profile's id", found="something else")
    profile = tenant.profiles.get(ProfileId(id))
    if profile is None:
        raise NotFound.of(Code.REFERENCE_MISSING, at, kind=Kind.PROFILES.noun, value=str(id)[:80])
    return profile


def _stored(tenant: Tenant, id: str, by: UserId | None) -> tuple[Profile, User | UserGroup]:
    """The profile and whose it is, for an actor who may do this to it.

    Who may do it to no group's profile, and edit not all users, can't learn here which ids there are.
    """
    personal = tenant.profiles.get(ProfileId(str(id)))
    if personal is not None and personal.user is not None:
        return personal, stored_user(tenant, personal.user, by, USER_EDIT)
    permit(tenant, by, known_permission(tenant, PROFILE_EDIT))
    profile = _existing(tenant, id, "id")
    return profile, existing_group(tenant, str(profile.user_group), "id")


def _levels(skills: Levels) -> Table[SkillId, int | None]:
    return Table({SkillId(skill): level for skill, level in skills.items()})


def _check_levels(tenant: Tenant, skills: Levels, found: Collector) -> None:
    """Note levels where the blueprint has none (PV-8)."""
    if not tenant.blueprint.skill_levels:
        for skill, level in skills.items():
            if level is not None:
                found.add(Code.SKILL_WITHOUT_LEVEL, "skills", skill)


def _change(
    tenant: Tenant,
    by: UserId | None,
    before: Profile | None,
    after: Profile,
    *,
    owner: User | UserGroup,
    kind: EventKind,
) -> Change:
    """The change of one profile, with its event and one for whoever has it."""
    if before == after:
        return Change(tenant=tenant.id, base=tenant.version, actor=by)
    facts = {"user" if isinstance(owner, User) else "group": str(owner.id)}
    change = Change(
        tenant=tenant.id,
        base=tenant.version,
        actor=by,
        edits=[Edit(kind=Kind.PROFILES, id=after.id, before=before, after=after)],
        events=[
            Event(kind=kind, subject=after.id, facts=facts),
            *told(tenant, owner, by, why="profile", profile=after.id),
        ],
    )
    try_out(tenant, change)
    return change


def _ticked(tenant: Tenant, by: UserId | None, user: User, profile: ProfileId, *, now: bool) -> Change:
    unticked = user.unticked_profiles - {profile} if now else user.unticked_profiles | {profile}
    if unticked == user.unticked_profiles:
        return Change(tenant=tenant.id, base=tenant.version, actor=by)
    kind = EventKind.PROFILE_TICKED if now else EventKind.PROFILE_UNTICKED
    return Change(
        tenant=tenant.id,
        base=tenant.version,
        actor=by,
        edits=[edited(user, attrs.evolve(user, unticked_profiles=unticked))],
        events=[
            Event(kind=kind, subject=user.id, facts={"profile": profile}),
            *told(tenant, user, by, why="profile", profile=profile),
        ],
    )

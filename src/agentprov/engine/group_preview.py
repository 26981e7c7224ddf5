"""Whom an edit above the users concerns, and what it does to them, counted and not looked at one by one (PR-8, PR-9).

Users who are in the same group and say the same, or nothing, of a property fare alike. So a change of the tenant's or a
group's values, locks and bounds, of a group's place, or of the groups' profiles is compared once for each group that it
reaches and each value that its members have of their own. Users whom the change itself edits aren't told here;
:mod:`agentprov.engine.preview` tells of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from agentprov.engine.inheritance import Properties, Resolved, is_asleep
from agentprov.engine.population import Group, Population
from agentprov.engine.profiles import Profiles
from agentprov.model.changes import Change
from agentprov.model.groups import Profile
from agentprov.model.ids import UserGroupId, UserId
from agentprov.model.properties import PropertyName, PropertyValue
from agentprov.model.tenant import Tenant


@attrs.frozen(kw_only=True)
class PropertyEffect:
    """What becomes of a property for the users of one group who have the value ``own``, or none, of their own."""

    name: PropertyName
    group: Group
    own: PropertyValue | None
    users: int
    before: Resolved
    after: Resolved

    @property
    def wakes(self) -> bool:
        """Whether their own value begins to count, or could."""
        return is_asleep(self.before) and not is_asleep(self.after)

    @property
    def falls_asleep(self) -> bool:
        """Whether their own value no longer counts."""
        return is_asleep(self.after) and not is_asleep(self.before)


@attrs.frozen(kw_only=True)
class ProfileEffect:
    """A group profile that becomes available to the users of one group, or no longer is; the unticked aside."""

    profile: Profile
    group: Group
    users: int
    gained: bool


@attrs.frozen(kw_only=True)
class GroupPreview:
    """What becomes different for users above whom something is edited."""

    properties: tuple[PropertyEffect, ...] = ()
    profiles: tuple[ProfileEffect, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing becomes different for anybody."""
        return not (self.properties or self.profiles)

    def concerned(self, name: str) -> int:
        """How many users get another value of a property, or the same from elsewhere."""
        return sum(effect.users for effect in self.properties if effect.name == name)

    def woken(self, name: str) -> int:
        """How many users' own values of a property wake."""
        return sum(effect.users for effect in self.properties if effect.name == name and effect.wakes)

    def put_to_sleep(self, name: str) -> int:
        """How many users' own values of a property fall asleep."""
        return sum(effect.users for effect in self.properties if effect.name == name and effect.falls_asleep)


def preview_above(tenant: Tenant, change: Change, population: Population | None = None) -> GroupPreview:
    """What a change above the users does to them; nothing is applied.

    ``population`` is the tenant's, or is counted now.

    Raises:
        Conflict, InvalidValue: as :meth:`~agentprov.model.changes.Change.apply` does.
    """
    return compare_above(tenant, change.apply(tenant), population)


def compare_above(before: Tenant, after: Tenant, population: Population | None = None) -> GroupPreview:
    """The same between two versions, for the users that ``population`` counts: by default those of the first."""
    counted = population or Population(before)
    groups = tuple(group for group in _reached(before, after) if counted.members[group])
    old, new = Properties(before), Properties(after)
    names = [name for name in after.property_definitions if name in before.property_definitions]
    effects = [
        effect
        for group in groups
        for name in names
        for effect in _effects(old, new, group, name, counted)
        if _visible(effect.before) != _visible(effect.after)
    ]
    return GroupPreview(properties=tuple(effects), profiles=tuple(_offers(before, after, groups, counted)))


def listed(tenant: Tenant, preview: GroupPreview) -> tuple[UserId, ...]:
    """The users whom a preview concerns, in order of their ids. This looks at every user of the tenant."""
    own: dict[tuple[Group, PropertyName], set[PropertyValue | None]] = {}
    for effect in preview.properties:
        own.setdefault((effect.group, effect.name), set()).add(effect.own)
    offered = {(effect.group, effect.profile.id) for effect in preview.profiles}
    return tuple(
        sorted(
            id_
            for id_, user in tenant.users.items()
            if any(group == user.user_group and user.properties.get(name) in own[group, name] for group, name in own)
            or any(group == user.user_group and each not in user.unticked_profiles for group, each in offered)
        )
    )


def _reached(before: Tenant, after: Tenant) -> Iterable[Group]:
    """The groups of both versions for whose members something may be another, outer ones and inner ones alike."""
    common = sorted(before.user_groups.keys() & after.user_groups.keys())
    whole = ("properties", "property_limits", "property_definitions")
    if any(getattr(before, field) != getattr(after, field) for field in whole):
        return (None, *common)
    edited = set(before.user_groups.differing(after.user_groups))
    for id_ in before.profiles.differing(after.profiles):
        edited.update(
            tenant.profiles[id_].user_group or UserGroupId("") for tenant in (before, after) if id_ in tenant.profiles
        )
    return tuple(
        group for group in common if not edited.isdisjoint((*before.group_path(group), *after.group_path(group)))
    )


def _effects(
    old: Properties, new: Properties, group: Group, name: PropertyName, counted: Population
) -> Iterator[PropertyEffect]:
    values = counted.values.get((group, name), {})
    heirs = counted.members[group] - sum(values.values())
    if heirs:
        before, after = old.inherited(group, name), new.inherited(group, name)
        yield PropertyEffect(name=name, group=group, own=None, users=heirs, before=before, after=after)
    for value, users in values.items():
        before, after = old.overridden(group, name, value), new.overridden(group, name, value)
        yield PropertyEffect(name=name, group=group, own=value, users=users, before=before, after=after)


def _offers(before: Tenant, after: Tenant, groups: Iterable[Group], counted: Population) -> Iterator[ProfileEffect]:
    old, new = Profiles(before), Profiles(after)
    for group in groups:
        had = {profile.id: profile for profile in old.offered(group)}
        has = {profile.id: profile for profile in new.offered(group)}
        for id_ in sorted(had.keys() ^ has.keys()):
            users = counted.members[group] - counted.unticked[group, id_]
            if users:
                yield ProfileEffect(profile={**had, **has}[id_], group=group, users=users, gained=id_ in has)


def _visible(resolved: Resolved) -> object:
    """What counts as a difference: the value, its source, and whether a value of one's own sleeps."""
    return resolved.value, resolved.source, is_asleep(resolved)

"""The two tenants that a preview compares, each compiled once for all users; and whom a change touches."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from agentprov.engine.access import Access
from agentprov.engine.decisions import Object
from agentprov.engine.extents import NOWHERE, Extent
from agentprov.engine.hierarchy import Assignments
from agentprov.engine.inheritance import Properties, Resolved
from agentprov.engine.memo import Memo
from agentprov.engine.profiles import Profiles
from agentprov.engine.scopes import Rows, moved
from agentprov.engine.sentences import named, scope_words, value_words
from agentprov.model.access import Permission, Scope
from agentprov.model.changes import Edit
from agentprov.model.departments import Department
from agentprov.model.groups import Profile
from agentprov.model.ids import UserGroupId, UserId
from agentprov.model.properties import Level, PropertyDefinition, PropertyName
from agentprov.model.references import REACHABLE, Kind
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant

_LEVEL_WORDS = {Level.DEFINITION: "by default", Level.TENANT: "from the tenant", Level.USER: "their own"}


class Side:
    """A tenant, with its answers about any user; about a user whom it doesn't have they are empty."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.permissions = tenant.blueprint.catalogue.permissions
        self._access = Access(tenant)
        self.rows: Rows = self._access.rows
        self._properties = Properties(tenant)
        self._profiles = Profiles(tenant)
        self._departments: dict[UserId, dict[str, Department]] = {}
        for id_, department in sorted(tenant.departments.items()):
            for member in department.members:
                self._departments.setdefault(member, {})[id_] = department

    @cached_property
    def objects(self) -> frozenset[Object]:
        """Every object that a scope narrower than the tenant can hold."""
        return frozenset(Object(kind=kind, id=id_) for kind in REACHABLE for id_ in self.tenant.table(kind))

    @staticmethod
    def of_user(user: UserId) -> Object:
        """The user as an object of questions."""
        return Object(kind=Kind.USERS, id=user)

    def extent(self, user: UserId, permission: Permission) -> Extent:
        """How far the user holds a permission."""
        return self._access.extent(user, permission) if permission in self.permissions else NOWHERE

    def allows(self, user: UserId, permission: Permission, on: Object | None) -> bool:
        """Whether the user may."""
        return permission in self.permissions and self._access.allows(user, permission, on)

    def properties_of(self, user: UserId) -> Table[PropertyName, Resolved]:
        """Every property of the user."""
        return self._properties.all_properties(user) if user in self.tenant.users else Table()

    def profiles_of(self, user: UserId) -> dict[str, Profile]:
        """The profiles available to the user, by id."""
        profiles = self._profiles.available(user) if user in self.tenant.users else ()
        return {profile.id: profile for profile in profiles}

    def departments_of(self, user: UserId) -> dict[str, Department]:
        """The departments that send calls to the user, by id."""
        return self._departments.get(user, {})

    def definition(self, name: PropertyName) -> PropertyDefinition:
        """What a property is."""
        return self.tenant.property_definitions[name]

    def property_words(self, name: PropertyName, resolved: Resolved | None) -> str:
        """A value and where it comes from, in words: ``20 s (from the user group Sales)``."""
        if resolved is None:
            return "not there"
        source = resolved.source
        if source.level is Level.USER_GROUP:
            where = f"from the user group {named(self.tenant, Kind.USER_GROUPS, str(source.id))}"
        else:
            where = _LEVEL_WORDS[source.level]
        unit = self.definition(name).unit
        own = [each.value for each in resolved.sleeping if each.source.level is Level.USER]
        asleep = "".join(f"; their own {value_words(value, unit)} sleeps" for value in own)
        return f"{value_words(resolved.value, unit)} ({where}{asleep})"

    def extent_words(self, allowed: Scope, denied: Scope) -> str:
        """How far a permission goes, in words: ``for the whole tenant, but not for themselves``."""
        granted = scope_words(self.tenant, allowed) or "nothing"
        return f"{granted}, but not {scope_words(self.tenant, denied)}" if denied else granted


def moved_objects(before: Side, after: Side) -> frozenset[Object]:
    """The objects that are created or removed, and the users of whom a scope would ask something different."""
    return before.objects ^ after.objects | frozenset(map(Side.of_user, moved(before.rows, after.rows)))


def affected(before: Side, after: Side, edits: Iterable[Edit]) -> tuple[UserId, ...]:
    """The users whom edits touch, in order of their ids: themselves, or through what they belong to or hold."""
    edited: dict[Kind, set[str]] = {}
    found: set[UserId] = set()
    for edit in edits:
        edited.setdefault(edit.kind, set()).add(edit.id)
        for item in (edit.before, edit.after):
            match item:
                case Department(members=members):
                    found.update(members)
                case Profile(user=None, user_group=group):
                    edited.setdefault(Kind.USER_GROUPS, set()).add(str(group))
                case Profile(user=user):
                    found.add(UserId(str(user)))
                case _:
                    pass
    return tuple(sorted(found | _touched(before.tenant, edited) | _touched(after.tenant, edited)))


def _touched(tenant: Tenant, edited: dict[Kind, set[str]]) -> set[UserId]:
    """The users of one tenant who are edited, or who belong to, or hold, something that is."""
    if Kind.PROPERTY_DEFINITIONS in edited:
        return set(tenant.users)
    users, groups = edited.get(Kind.USERS, set()), edited.get(Kind.USER_GROUPS, set())
    roles = edited.get(Kind.ROLES, set())
    had = Assignments(tenant).authorized
    in_groups: Memo[UserGroupId | None, bool] = Memo(lambda group: not groups.isdisjoint(tenant.group_path(group)))
    return {
        id_
        for id_, user in tenant.users.items()
        if id_ in users
        or user.supervisor in users
        or in_groups[user.user_group]
        or not roles.isdisjoint(had[user.roles])
    }

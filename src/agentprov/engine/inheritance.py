"""What value a property has for a user, where it comes from, and what it shadows (PR-1 to PR-3).

The levels, outermost first: the definition's default, the tenant, the user groups that the user is in (outer before
inner), the user. The innermost that says something wins. "Inherit" is saying nothing; being pinned to the value that
the parent happens to have, and an explicit "none", are saying something.

Every level is one table from property to resolved value, made from the table of the level above when it is first
asked. A user without values of their own uses their group's table, so what a group says is worked out once, however
many users it has (PR-9).
"""

from __future__ import annotations

import attrs

from agentprov.engine.memo import Memo
from agentprov.errors import Code, NotFound
from agentprov.model.ids import UserGroupId, UserId
from agentprov.model.properties import Level, PropertyName, PropertyValue, PropertyValues
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant


@attrs.frozen(kw_only=True)
class Source:
    """Where a value was set: the level, and which user group or user. The two levels above have no id."""

    level: Level
    id: str | None = None


@attrs.frozen(kw_only=True)
class Resolved:
    """The value of a property for a user, and where it was set. Reading the source gives the value.

    ``shadowed`` are the values that this one hides, nearest first: without it, the first of them would count.
    """

    value: PropertyValue
    source: Source
    shadowed: tuple[tuple[Source, PropertyValue], ...] = ()


class _Level(dict[str, Resolved]):
    """The properties as they stand at one level: its own values laid over those of the level above.

    INVARIANT: a resolved value is a function of the tenant and the level, so two threads that race store equal ones.
    """

    __slots__ = ("_own", "_source", "above")

    def __init__(self, above: dict[str, Resolved], source: Source, own: PropertyValues) -> None:
        super().__init__()
        self.above = above
        self._source = source
        self._own = own

    def __missing__(self, name: str) -> Resolved:
        # Groups may be nested deeper than calls can be, so this climbs by itself to a level that knows.
        waiting: list[_Level] = [self]
        above = self.above
        while isinstance(above, _Level) and name not in above:
            waiting.append(above)
            above = above.above
        resolved = above[name]
        for level in reversed(waiting):
            resolved = level[name] = level.laid_over(resolved, PropertyName(name))
        return resolved

    def laid_over(self, inherited: Resolved, name: PropertyName) -> Resolved:
        """What the property is here: what this level says, shadowing what is inherited, else what is inherited."""
        if name not in self._own:
            return inherited
        hidden = (inherited.source, inherited.value)
        return Resolved(value=self._own[name], source=self._source, shadowed=(hidden, *inherited.shadowed))


class Properties:
    """Resolves properties for one version of a tenant. Threads may share it; making one costs nothing."""

    __slots__ = ("_groups", "_tenant", "_users", "_whole")

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        definitions: Memo[str, Resolved] = Memo(self._default)
        self._whole = _Level(definitions, Source(level=Level.TENANT), tenant.properties)
        self._groups: dict[UserGroupId, _Level] = {}
        self._users: Memo[str, _Level] = Memo(self._user)

    def resolve(self, user: str, name: str) -> Resolved:
        """The property ``name`` for ``user``.

        Raises:
            NotFound: ``user.unknown`` or ``property.unknown``.
        """
        return self._users[user][name]

    def all_properties(self, user: str) -> Table[PropertyName, Resolved]:
        """Every property of ``user``, in the order in which the tenant defines them.

        Raises:
            NotFound: ``user.unknown``.
        """
        level = self._users[user]
        return Table({name: level[name] for name in self._tenant.property_definitions})

    def _default(self, name: str) -> Resolved:
        definition = self._tenant.property_definitions.get(PropertyName(name))
        if definition is None:
            raise NotFound.of(Code.PROPERTY_UNKNOWN, "property", value=str(name))
        return Resolved(value=definition.default, source=Source(level=Level.DEFINITION))

    def _group(self, id_: UserGroupId | None) -> _Level:
        """The table of a user group, with those of the groups it is nested in; without a group the tenant's."""
        level = self._whole
        for group in self._tenant.group_path(id_):
            source = Source(level=Level.USER_GROUP, id=group)
            level = self._groups.setdefault(group, _Level(level, source, self._tenant.user_groups[group].properties))
        return level

    def _user(self, id_: str) -> _Level:
        user = self._tenant.users.get(UserId(id_))
        if user is None:
            raise NotFound.of(Code.USER_UNKNOWN, "user", value=str(id_))
        inherited = self._group(user.user_group)
        if not user.properties:
            return inherited
        return _Level(inherited, Source(level=Level.USER, id=id_), user.properties)


def resolve(tenant: Tenant, user: str, name: str) -> Resolved:
    """One property of one user; for many questions keep a :class:`Properties`.

    Raises:
        NotFound: ``user.unknown`` or ``property.unknown``.
    """
    return Properties(tenant).resolve(user, name)

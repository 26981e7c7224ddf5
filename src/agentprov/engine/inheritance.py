"""What value a property has for a user, where it comes from, and what it shadows (PR-1 to PR-4).

The levels, outermost first: the definition's default, the tenant, the user groups that the user is in (outer before
inner), the user. The innermost that says something wins. "Inherit" is saying nothing; being pinned to the value that
the parent happens to have, and an explicit "none", are saying something.

A lock puts to sleep what is said below it: values, and locks and bounds too, so the highest one wins. Of the values
that are awake those outside a bound sleep as well, whichever level sets the bound. The innermost of the rest counts.
There is always one: a tenant that has something bounded and nothing inside can't be built.

Every level is one table from property to resolved value, made from the table of the level above when it is first
asked. A user without values of their own uses their group's table, so what a group says is worked out once, however
many users it has (PR-9). Locks and bounds are weighed when a table is filled, never when it is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs

from agentprov.engine.memo import Memo
from agentprov.errors import Code, NotFound
from agentprov.model.ids import UserGroupId, UserId
from agentprov.model.limits import Bound, PropertyLimits, is_within
from agentprov.model.properties import Level, PropertyName, PropertyValue, PropertyValues
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant


@attrs.frozen(kw_only=True)
class Source:
    """Where a value was set: the level, and which user group or user. The two levels above have no id."""

    level: Level
    id: str | None = None


_NO_LIMITS: Final[PropertyLimits] = Table()


@attrs.frozen(kw_only=True)
class LockedBy:
    """Why a value sleeps: a level above it locks the property."""

    source: Source


@attrs.frozen(kw_only=True)
class OutOfBounds:
    """Why a value sleeps: it is outside a bound; of several the outermost."""

    source: Source
    bound: Bound


@attrs.frozen(kw_only=True)
class Sleeping:
    """A value that is kept and doesn't count for now."""

    source: Source
    value: PropertyValue
    why: LockedBy | OutOfBounds


@attrs.frozen(kw_only=True)
class Resolved:
    """The value of a property for a user, and where it was set. Reading the source gives the value.

    ``shadowed`` are the values that this one hides, nearest first: without it, the first of them would count.
    ``sleeping`` are those that don't count whatever is taken away, nearest first, each with why. ``locked_by`` is who
    locks the property, and ``bounds`` are those in force, outermost first; the value is inside all of them.
    """

    value: PropertyValue
    source: Source
    shadowed: tuple[tuple[Source, PropertyValue], ...] = ()
    sleeping: tuple[Sleeping, ...] = ()
    locked_by: Source | None = None
    bounds: tuple[tuple[Source, Bound], ...] = ()

    @property
    def is_limited(self) -> bool:
        """Whether the property is locked or bounded here."""
        return self.locked_by is not None or bool(self.bounds)


def is_asleep(resolved: Resolved) -> bool:
    """Whether a user's own value is among those that sleep."""
    return any(each.source.level is Level.USER for each in resolved.sleeping)


class _Level(dict[str, Resolved]):
    """The properties as they stand at one level: its own values laid over those of the level above.

    INVARIANT: a resolved value is a function of the tenant and the level, so two threads that race store equal ones.
    """

    __slots__ = ("above", "limits", "own", "source")

    def __init__(
        self, above: dict[str, Resolved], source: Source, own: PropertyValues, limits: PropertyLimits = _NO_LIMITS
    ) -> None:
        super().__init__()
        self.above = above
        self.source = source
        self.own = own
        self.limits = limits

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
        if name in self.limits or (name in self.own and inherited.is_limited):
            return self._weighed(name)
        if name not in self.own:
            return inherited
        hidden = (inherited.source, inherited.value)
        return Resolved(value=self.own[name], source=self.source, shadowed=(hidden, *inherited.shadowed))

    def _weighed(self, name: PropertyName) -> Resolved:
        """The same from the beginning, where something is locked or bounded."""
        levels: list[_Level] = [self]
        while isinstance(levels[-1].above, _Level):
            levels.append(levels[-1].above)
        return _weighed(levels[-1].above[name], reversed(levels), name)


def _weighed(default: Resolved, levels: Iterable[_Level], name: PropertyName) -> Resolved:
    """What counts of what some levels say, outermost first, by the locks and the bounds that they set."""
    awake: list[tuple[Source, PropertyValue]] = [(default.source, default.value)]
    asleep: list[Sleeping] = []
    bounds: list[tuple[Source, Bound]] = []
    locked_by: Source | None = None
    for level in levels:
        value, limit = level.own.get(name), level.limits.get(name)
        if locked_by is not None:
            if value is not None:
                asleep.append(Sleeping(source=level.source, value=value, why=LockedBy(source=locked_by)))
            continue
        if value is not None:
            awake.append((level.source, value))
        if limit is not None:
            bounds += [] if limit.bound is None else [(level.source, limit.bound)]
            locked_by = level.source if limit.locked else None
    judged = [(source, value, _outside(value, bounds)) for source, value in reversed(awake)]
    outside = (Sleeping(source=source, value=value, why=why) for source, value, why in judged if why is not None)
    # INVARIANT: something is inside all bounds; the tenant's constructor saw to it (`check_bounded`).
    (source, value), *shadowed = ((source, value) for source, value, why in judged if why is None)
    return Resolved(
        value=value,
        source=source,
        shadowed=tuple(shadowed),
        sleeping=(*reversed(asleep), *outside),
        locked_by=locked_by,
        bounds=tuple(bounds),
    )


def _outside(value: PropertyValue, bounds: Iterable[tuple[Source, Bound]]) -> OutOfBounds | None:
    """The outermost bound that the value is outside of."""
    for source, bound in bounds:
        if not is_within(value, bound):
            return OutOfBounds(source=source, bound=bound)
    return None


class Properties:
    """Resolves properties for one version of a tenant. Threads may share it; making one costs nothing."""

    __slots__ = ("_groups", "_tenant", "_users", "_whole")

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        definitions: Memo[str, Resolved] = Memo(self._default)
        self._whole = _Level(definitions, Source(level=Level.TENANT), tenant.properties, tenant.property_limits)
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

    def inherited(self, group: UserGroupId | None, name: str) -> Resolved:
        """The property for whoever is in a user group, or in none, and has no value of their own.

        Raises:
            NotFound: ``property.unknown``.
        """
        return self._group(group)[name]

    def overridden(self, group: UserGroupId | None, name: str, value: PropertyValue) -> Resolved:
        """The same for whoever has this value of their own; the source has no id.

        Raises:
            NotFound: ``property.unknown``.
        """
        return _Level(self._group(group), Source(level=Level.USER), Table({PropertyName(name): value}))[name]

    def _default(self, name: str) -> Resolved:
        definition = self._tenant.property_definitions.get(PropertyName(name))
        if definition is None:
            raise NotFound.of(Code.PROPERTY_UNKNOWN, "property", value=str(name))
        return Resolved(value=definition.default, source=Source(level=Level.DEFINITION))

    def _group(self, id_: UserGroupId | None) -> _Level:
        """The table of a user group, with those of the groups it is nested in; without a group the tenant's."""
        level = self._whole
        for group in self._tenant.group_path(id_):
            source, of = Source(level=Level.USER_GROUP, id=group), self._tenant.user_groups[group]
            level = self._groups.setdefault(group, _Level(level, source, of.properties, of.property_limits))
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

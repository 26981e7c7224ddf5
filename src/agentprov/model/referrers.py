"""Who refers to an object, where, and as what (LC-3).

Beside the references of :mod:`agentprov.model.references` there are two that a tenant can be whole without: a value,
a lock or a bound refers to the definition of its property, and a resource filter names objects of any kind by their
ids. An object that goes must not leave these behind either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import attrs

from agentprov.errors import Path, path_text
from agentprov.model.groups import Profile, UserGroup
from agentprov.model.incremental import tally
from agentprov.model.limits import Among, PropertyLimit
from agentprov.model.properties import PropertyDefinition, PropertyName, PropertyValue
from agentprov.model.references import Item, Kind, references
from agentprov.model.settings import Settings
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import User

Key = tuple[Kind, str]
"""An object of a tenant: its kind and its id."""


@attrs.frozen(kw_only=True)
class Referrer:
    """One reference, seen from what it leads to: who holds it, in which field."""

    kind: Kind | None
    """The kind of the holder; nothing where the tenant itself holds it, in its settings or its own values."""
    id: str
    at: Path
    """The field, as seen from the holder; from the tenant, where it is the tenant's."""
    to: Key

    @property
    def path(self) -> Path:
        """The field, as seen from the tenant: ``ivrs.i-main.options[1].to.user``."""
        return self.at if self.kind is None else (self.kind.value, self.id, *self.at)

    @property
    def holder(self) -> str:
        """Who refers, in words: ``department d-sales``."""
        return str(self.at[0]) if self.kind is None else f"{self.kind.noun} {self.id}"

    @property
    def what(self) -> str:
        """As what the object is referred to, in words: ``member``."""
        parts = [part for part in self.at if isinstance(part, str)]
        known = WORDS[self.kind]
        return next(known[name] for end in range(len(parts), 0, -1) if (name := ".".join(parts[:end])) in known)

    @property
    def goes_along(self) -> bool:
        """Whether it says no more than that its holder does without the object, as an untick: it stands in no way."""
        return self.kind is Kind.USERS and self.at[0] == "unticked_profiles"

    def __str__(self) -> str:
        return f"{path_text(self.path)} ({self.what})"


_VALUES: Final = {"properties": "value, or resource filter"}
_LIMITS: Final = {"property_limits": "lock, or bound"}

WORDS: Final[Table[Kind | None, Mapping[str, str]]] = Table(
    {
        None: {
            **_VALUES,
            **_LIMITS,
            "settings.emergency": "destination in an emergency",
            "settings.emergency_caller_id": "caller ID for emergency calls",
        },
        Kind.USERS: {
            **_VALUES,
            "user_group": "user group",
            "home_department": "home department",
            "supervisor": "supervisor",
            "agent_groups": "agent group",
            "roles": "role",
            "grants": "scope of a grant",
            "skills": "skill",
            "unticked_profiles": "unticked profile",
            "site": "caller ID for emergency calls",
            "calling.hours.time_group": "hours",
            "calling.hours.failover": "failover outside the hours",
            "calling.extension.area_caller_ids": "caller ID by area code",
            "calling.extension.addresses": "address to call from",
            "calling.caller_ids": "allowed caller ID",
            "sign_in": "address to sign in from",
            "visibility": "visibility",
        },
        Kind.ROLES: {"inherits": "inherited role", "grants": "scope of a grant"},
        Kind.SEPARATIONS: {"roles": "role kept apart"},
        Kind.USER_GROUPS: {**_VALUES, **_LIMITS, "parent": "outer user group"},
        Kind.DEPARTMENTS: {
            "members": "member",
            "stages": "skill of a stage",
            "failover": "failover",
            "hours.time_group": "hours",
            "hours.closed": "destination outside the hours",
        },
        Kind.PROFILES: {"user_group": "owner", "user": "owner", "skills": "skill"},
        Kind.NUMBERS: {
            "to": "destination",
            "fallback": "fallback",
            "caller_rules": "destination of a caller rule",
            "mark": "skill asked for",
            "caller_id": "caller ID shown",
        },
        Kind.IVRS: {
            "prompt": "prompt",
            "options": "option",
            "options.fallback": "fallback of an option",
            "options.mark": "skill asked for by an option",
            "on_timeout": "destination without input",
            "on_invalid": "destination after invalid input",
        },
        Kind.TIME_CONDITIONS: {
            "time_group": "hours",
            "open": "destination while open",
            "closed": "destination while closed",
        },
        Kind.TIME_GROUPS: {"calendars": "holiday calendar", "emergency": "destination in an emergency"},
        Kind.PROPERTY_DEFINITIONS: {"default": "default of a resource filter"},
    }
)
"""As what each field refers, by holder and by the beginning of the field's path without positions."""


def going(tenant: Tenant, kind: Kind, ids: Iterable[str]) -> tuple[Key, ...]:
    """What goes when these objects go: they themselves, and first the profiles that are a user's or a group's own."""
    named = [(kind, id_) for id_ in ids]
    if kind not in _OWNERS:
        return tuple(named)
    owners = frozenset(named)
    own = ((Kind.PROFILES, profile.id) for profile in tenant.profiles.values() if owner(profile) in owners)
    return (*own, *named)


_OWNERS: Final = (Kind.USERS, Kind.USER_GROUPS)


def owner(profile: Profile) -> Key:
    """Whose own a profile is: a user's, or a user group's."""
    return (Kind.USERS, profile.user) if profile.user is not None else (Kind.USER_GROUPS, str(profile.user_group))


def referrers(tenant: Tenant, kind: Kind, *ids: str) -> tuple[Referrer, ...]:
    """Everything that refers to objects of a kind, apart from what would go with them.

    In the order of the kinds; the tenant's own settings and values come last. The tenant's tally says how many
    references there are: objects are looked at, small tables first, until all of them are found.
    """
    gone = frozenset(going(tenant, kind, ids))
    found = _counted(tenant, gone)
    for holder in _WITH_VALUES:
        for id_, item in tenant.table(holder).items():
            if isinstance(item, User | UserGroup) and (holder, id_) not in gone:
                found[holder] += _seen_from(holder, id_, _of_level(tenant, item, gone))
            elif isinstance(item, PropertyDefinition) and (holder, id_) not in gone:
                named = ((("default",), key) for key in _listed(tenant, item.default, gone))
                found[holder] += _seen_from(holder, id_, named)
    found[None] += _seen_from(None, tenant.id, _of_level(tenant, tenant, gone))
    for holder in _WITH_VALUES:
        place = {id_: position for position, id_ in enumerate(tenant.table(holder))} if found[holder] else {}
        found[holder].sort(key=lambda each, place=place: place[each.id])  # type: ignore[misc]
    return tuple(each for holder in (*Kind, None) for each in found[holder])


_WITH_VALUES: Final = (Kind.USERS, Kind.USER_GROUPS, Kind.PROPERTY_DEFINITIONS)


def _counted(tenant: Tenant, gone: frozenset[Key]) -> dict[Kind | None, list[Referrer]]:
    """The references that a tally counts, by the kind of their holder."""
    found: dict[Kind | None, list[Referrer]] = {holder: [] for holder in (*Kind, None)}
    counts = tally(tenant)
    left = sum(counts.count(*key) for key in gone)
    own = [(("settings", *at), to) for at, to in held_by(tenant.settings, gone)] if left else []
    found[None] = _seen_from(None, tenant.id, own)
    left -= len(own)
    for holder in sorted(Kind, key=lambda each: len(tenant.table(each))):
        for id_, item in tenant.table(holder).items() if left else ():
            held = list(held_by(item, gone))
            if held:
                left -= len(held)
                if (holder, id_) not in gone:
                    found[holder] += _seen_from(holder, id_, held)
                if not left:
                    break
    return found


def held_by(item: Item | Settings, gone: frozenset[Key]) -> Iterator[tuple[Path, Key]]:
    """The fields of an object in which it refers to any of ``gone``."""
    for each in references(item):
        if (each.kind, each.id) in gone:
            yield each.path, (each.kind, each.id)


def _seen_from(holder: Kind | None, id_: str, held: Iterable[tuple[Path, Key]]) -> list[Referrer]:
    return [Referrer(kind=holder, id=id_, at=at, to=to) for at, to in held]


def _of_level(tenant: Tenant, level: Tenant | UserGroup | User, gone: frozenset[Key]) -> Iterator[tuple[Path, Key]]:
    """What a level's values and limits name: definitions, and the objects of resource filters."""
    if level.properties:
        yield from _of_table(tenant, "properties", level.properties, gone)
    if not isinstance(level, User) and level.property_limits:
        listed = {name: _allowed(limit) for name, limit in level.property_limits.items()}
        yield from _of_table(tenant, "property_limits", listed, gone)


def _of_table(
    tenant: Tenant, field: str, values: Mapping[PropertyName, PropertyValue], gone: frozenset[Key]
) -> Iterator[tuple[Path, Key]]:
    for name, value in values.items():
        key = (Kind.PROPERTY_DEFINITIONS, name)
        if key in gone:
            yield (field, name), key
        else:
            for named in _listed(tenant, value, gone):
                yield (field, name), named


def _allowed(limit: PropertyLimit) -> PropertyValue:
    """The objects that a bound of a resource filter leaves, if it is one; ids are text."""
    values = limit.bound.values if isinstance(limit.bound, Among) else frozenset()
    return frozenset(value for value in values if isinstance(value, str))


def _listed(tenant: Tenant, value: PropertyValue, gone: frozenset[Key]) -> list[Key]:
    """Which of ``gone`` a resource filter names."""
    if not isinstance(value, frozenset):
        return []
    return sorted(key for key in gone if key[1] in value and is_named_alone(tenant, key))


def is_named_alone(tenant: Tenant, key: Key) -> bool:
    """Whether the id of an object is no other object's, of whatever kind: then a resource filter means this one."""
    kind, id_ = key
    return not any(id_ in tenant.table(other) for other in Kind if other is not kind and other is not Kind.TOMBSTONES)

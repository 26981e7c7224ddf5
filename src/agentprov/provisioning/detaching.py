"""An object without its references to what goes, or with them leading to something else (LC-3).

What may become of each field is data: :data:`FIELDS`. A reference is only detached where nobody comes to be let in by
it: who may sign in, or call, from some addresses alone keeps one of them, and what is for emergencies stays whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum, StrEnum
from typing import Any, Final, TypeVar, cast

import attrs

from agentprov.errors import Code, Collector, InvalidValue, Path
from agentprov.model.access import Chosen, Grant, Role
from agentprov.model.departments import Department, DepartmentHours
from agentprov.model.destinations import (
    Fallback,
    ToAgent,
    ToAnnouncement,
    ToDepartment,
    ToExternal,
    ToIvr,
    ToQueue,
    ToTimeCondition,
    ToVoicemail,
)
from agentprov.model.groups import Profile, UserGroup
from agentprov.model.hours import CalendarUse, ClosedByEmergency, TimeGroup
from agentprov.model.limits import Among, PropertyLimit
from agentprov.model.marks import Mark
from agentprov.model.needs import AllOf, AnyOf, HasSkill, Not, Stage
from agentprov.model.numbers import CallerRule, Number, SendTo
from agentprov.model.properties import PropertyDefinition
from agentprov.model.references import CHOSEN, Kind
from agentprov.model.routing import Ivr, IvrOption, TimeCondition
from agentprov.model.separations import Separation
from agentprov.model.settings import Emergency, Settings
from agentprov.model.table import Table
from agentprov.model.users import (
    AgentHours,
    AreaCallerId,
    Calling,
    Extension,
    SelectedAddresses,
    SignIn,
    Site,
    User,
    Visibility,
)

T = TypeVar("T")
Swaps = Mapping[tuple[Kind, str], str | None]
"""For each object that goes the id of the one that takes its place, or nothing."""


class Detach(StrEnum):
    """What becomes of a field when what it leads to goes and nothing takes its place."""

    CLEAR = "clear"
    """It is emptied."""
    DROP = "drop"
    """The entry leaves the list."""
    KEEP_ONE = "keep-one"
    """The entry leaves the list if another stays: an empty list would mean that anything goes."""
    HOLDER = "holder"
    """What holds the field goes too, of a list when no entry is left; the rule of the field that holds it decides."""
    ALONE = "alone"
    """The same, where its holder holds nothing else."""
    NEXT = "next"
    """Its holder gives way to what would come next."""
    STAYS = "stays"
    """It can't be detached; replaced it can be."""


@attrs.frozen
class Field:
    """A field that leads to objects: what detaching does, and the kind of objects that its ids name.

    Without a kind it holds no ids but values that hold references further in.
    """

    detach: Detach
    kind: Kind | None = None


_CLEAR, _DROP, _HOLDER, _STAYS = Detach.CLEAR, Detach.DROP, Detach.HOLDER, Detach.STAYS
_VALUES: Final = Field(_DROP, Kind.PROPERTY_DEFINITIONS)
"""Values by the names of their properties; resource filters among them, which name objects of any kind."""
_LIMITS: Final = Field(_DROP, Kind.PROPERTY_DEFINITIONS)
"""Limits by the names of their properties; the bound of a resource filter names objects as well."""
_FILTER: Final = Field(_DROP)
"""One value, that may be a resource filter."""

FIELDS: Final[Mapping[type, Mapping[str, Field]]] = {
    User: {
        "user_group": Field(_CLEAR, Kind.USER_GROUPS),
        "home_department": Field(_CLEAR, Kind.DEPARTMENTS),
        "supervisor": Field(_CLEAR, Kind.USERS),
        "agent_groups": Field(_DROP, Kind.AGENT_GROUPS),
        "roles": Field(_DROP, Kind.ROLES),
        "grants": Field(_DROP),
        "skills": Field(_DROP, Kind.SKILLS),
        "unticked_profiles": Field(_DROP, Kind.PROFILES),
        "properties": _VALUES,
        "site": Field(_STAYS),
        "calling": Field(_STAYS),
        "sign_in": Field(_STAYS),
        "visibility": Field(_STAYS),
    },
    Site: {"emergency_caller_id": Field(_STAYS, Kind.CALLER_IDS)},
    Calling: {
        "hours": Field(_CLEAR),
        "extension": Field(_STAYS),
        "caller_ids": Field(_DROP, Kind.CALLER_IDS),
    },
    AgentHours: {"time_group": Field(_HOLDER, Kind.TIME_GROUPS), "failover": Field(_CLEAR)},
    Extension: {"area_caller_ids": Field(_DROP), "addresses": Field(Detach.KEEP_ONE, Kind.ADDRESSES)},
    AreaCallerId: {"caller_id": Field(_HOLDER, Kind.CALLER_IDS)},
    SignIn: {"addresses": Field(_STAYS)},
    SelectedAddresses: {"named": Field(_DROP, Kind.ADDRESSES)},
    Visibility: {
        "numbers": Field(_DROP, Kind.NUMBERS),
        "users": Field(_DROP, Kind.USERS),
        "agent_groups": Field(_DROP, Kind.AGENT_GROUPS),
    },
    Role: {"inherits": Field(_DROP, Kind.ROLES), "grants": Field(_DROP)},
    Grant: {"scope": Field(_HOLDER)},
    Separation: {"roles": Field(_DROP, Kind.ROLES)},
    UserGroup: {"parent": Field(_CLEAR, Kind.USER_GROUPS), "properties": _VALUES, "property_limits": _LIMITS},
    Department: {
        "members": Field(_DROP, Kind.USERS),
        "tiers": Field(_DROP, Kind.USERS),
        "stages": Field(_STAYS),
        "failover": Field(_CLEAR),
        "hours": Field(_CLEAR),
    },
    DepartmentHours: {"time_group": Field(_HOLDER, Kind.TIME_GROUPS), "closed": Field(_CLEAR)},
    Stage: {"needs": Field(_DROP), "without": Field(_DROP, Kind.SKILLS)},
    HasSkill: {"skill": Field(_HOLDER, Kind.SKILLS)},
    AllOf: {"needs": Field(_HOLDER)},
    AnyOf: {"needs": Field(_HOLDER)},
    Not: {"need": Field(_HOLDER)},
    Profile: {
        "user_group": Field(_STAYS, Kind.USER_GROUPS),
        "user": Field(_STAYS, Kind.USERS),
        "skills": Field(_DROP, Kind.SKILLS),
    },
    Number: {
        "to": Field(_STAYS),
        "fallback": Field(_CLEAR),
        "caller_rules": Field(_DROP),
        "mark": Field(_STAYS),
        "caller_id": Field(_CLEAR, Kind.CALLER_IDS),
    },
    CallerRule: {"action": Field(_HOLDER)},
    SendTo: {"to": Field(_HOLDER)},
    Mark: {"skills": Field(_DROP, Kind.SKILLS)},
    Ivr: {
        "prompt": Field(_CLEAR, Kind.ANNOUNCEMENTS),
        "options": Field(_DROP),
        "on_timeout": Field(_CLEAR),
        "on_invalid": Field(_CLEAR),
    },
    IvrOption: {"to": Field(_HOLDER), "fallback": Field(_CLEAR), "mark": Field(_STAYS)},
    TimeCondition: {
        "time_group": Field(_STAYS, Kind.TIME_GROUPS),
        "open": Field(_STAYS),
        "closed": Field(_STAYS),
    },
    TimeGroup: {"calendars": Field(_DROP), "emergency": Field(_STAYS)},
    CalendarUse: {"calendar": Field(_HOLDER, Kind.CALENDARS)},
    ClosedByEmergency: {"destination": Field(_STAYS)},
    PropertyDefinition: {"default": _FILTER},
    Settings: {"emergency": Field(_STAYS), "emergency_caller_id": Field(_STAYS, Kind.CALLER_IDS)},
    Emergency: {"destination": Field(_STAYS)},
    Fallback: {"to": Field(Detach.ALONE), "by_failure": Field(_DROP)},
    ToAgent: {"user": Field(_HOLDER, Kind.USERS)},
    ToDepartment: {"department": Field(_HOLDER, Kind.DEPARTMENTS)},
    ToIvr: {"ivr": Field(_HOLDER, Kind.IVRS)},
    ToTimeCondition: {"time_condition": Field(_HOLDER, Kind.TIME_CONDITIONS)},
    ToVoicemail: {"voicemail": Field(_HOLDER, Kind.VOICEMAILS)},
    ToAnnouncement: {"announcement": Field(Detach.NEXT, Kind.ANNOUNCEMENTS), "next": Field(_HOLDER)},
    ToExternal: {"next": Field(_CLEAR)},
    ToQueue: {"queue": Field(_HOLDER, Kind.QUEUES), "next": Field(_CLEAR), "by_exit": Field(_DROP)},
}
"""Every field that leads to an object, directly or further in. What stands in none of these holds no reference."""

_OPEN_WITHOUT: Final = (AgentHours, DepartmentHours)
"""What keeps calls away at times, so that without it there are calls at all times."""


class _Gone(Enum):
    GONE = "gone"


_GONE: Final = _Gone.GONE


@attrs.frozen
class Rewriting:
    """What goes and what takes its place, and what is found on the way: what refuses it, and what should be known."""

    swaps: Swaps
    alone: frozenset[str]
    """The ids among them that name one object only, so that a resource filter means that one."""
    found: Collector = attrs.field(factory=Collector)
    warnings: Collector = attrs.field(factory=Collector)

    def item(self, item: T, path: Path) -> T:
        """The object as it becomes; the same one, where nothing in it leads to what goes."""
        return cast("T", self._value(item, path))

    def values(self, values: Table[Any, Any], path: Path) -> Table[Any, Any]:
        """A level's property values as they become."""
        return cast("Table[Any, Any]", self._entries(values, _VALUES, path, frozenset(values)))

    def limits(self, limits: Table[Any, Any], path: Path) -> Table[Any, Any]:
        """A level's limits as they become."""
        return cast("Table[Any, Any]", self._entries(limits, _LIMITS, path, frozenset(limits)))

    def _value(self, value: Any, path: Path) -> Any:  # noqa: ANN401  any value of the model
        fields = FIELDS.get(type(value))
        if fields is None:
            return self._term(value) if isinstance(value, Chosen) else value
        changes: dict[str, Any] = {}
        gone: list[tuple[str, Field]] = []
        for name, field in fields.items():
            old = getattr(value, name)
            if not old:
                continue  # most users say nothing in most of their fields
            new = self._field(value, name, field, path)
            if new is _GONE:
                gone.append((name, field))
            elif new is not old:
                changes[name] = new
        if any(field.detach is Detach.HOLDER for _, field in gone):
            return self._with_holder(value, path)
        for name, field in gone:
            match field.detach:
                case Detach.CLEAR:
                    changes[name] = None
                case Detach.ALONE if not changes.get("by_failure", value.by_failure):
                    return _GONE
                case Detach.NEXT:
                    return changes.get("next", value.next)
                case _:
                    self.found.add(Code.REFERENCE_NEEDED, *path, name)
        return self._evolved(value, changes, path) if changes else value

    def _with_holder(self, value: object, path: Path) -> _Gone:
        if isinstance(value, _OPEN_WITHOUT):
            self.warnings.add(Code.HOURS_NONE_LEFT, *path)
        return _GONE

    def _evolved(self, value: Any, changes: dict[str, Any], path: Path) -> Any:  # noqa: ANN401
        try:
            return attrs.evolve(value, **changes)
        except InvalidValue as error:
            self.found.absorb(error.problems, *path)
            return value

    def _field(self, owner: Any, name: str, field: Field, path: Path) -> Any:  # noqa: ANN401
        """What the field becomes; gone, where that is nothing."""
        old, inside = getattr(owner, name), (*path, name)
        if isinstance(old, Table):
            # A member's tier stays with the place in the list, and whoever has a place of their own keeps theirs.
            taken = frozenset(owner.members) if name == "tiers" else frozenset(old)
            return self._entries(old, field, inside, taken)
        if isinstance(old, tuple | frozenset):
            new = self._several(old, field, inside)
            if old and not new and field.detach is Detach.HOLDER:
                return _GONE
            if old and not new and field.detach is Detach.KEEP_ONE:
                self.found.add(Code.REFERENCE_NEEDED, *inside)
                return old
            return new
        return self._one(old, field, inside)

    def _one(self, old: Any, field: Field, path: Path) -> Any:  # noqa: ANN401
        if field.kind is None or not isinstance(old, str):
            return self._value(old, path)
        new = self.swaps.get((field.kind, old), old)
        return _GONE if new is None else new

    def _term(self, term: Chosen) -> object:
        new = self.swaps.get((CHOSEN[term.kind], term.id), term.id)
        if new is None:
            return _GONE
        return term if new == term.id else attrs.evolve(term, id=new)

    def _several(self, old: Iterable[Any], field: Field, path: Path) -> Any:  # noqa: ANN401
        """The entries of a list or a set as they become, each once."""
        if field is _FILTER:
            return self._filter(cast("frozenset[str]", old))
        in_order = isinstance(old, tuple)
        new = [self._one(entry, field, (*path, position) if in_order else path) for position, entry in enumerate(old)]
        if all(one is other for one, other in zip(old, new, strict=True)):
            return old
        if not in_order:
            return frozenset(entry for entry in new if entry is not _GONE)
        seen = {_once(entry) for entry, was in zip(new, old, strict=True) if entry is was}
        kept: list[Any] = []
        for entry, was in zip(new, old, strict=True):
            if entry is was or (entry is not _GONE and _once(entry) not in seen):
                kept.append(entry)
                seen.add(_once(entry))
        return tuple(kept)

    def _filter(self, ids: frozenset[str]) -> frozenset[str]:
        """The objects of a resource filter. Emptied it shows nothing."""
        meant = {id_: new for (_, id_), new in self.swaps.items() if id_ in self.alone}
        if ids.isdisjoint(meant):
            return ids
        new = (meant.get(id_, id_) for id_ in ids)
        return frozenset(id_ for id_ in new if id_ is not None)

    def _limit(self, limit: PropertyLimit, path: Path) -> PropertyLimit:
        """The limit without what goes from a bound; a bound that would leave nothing can't be detached."""
        if not isinstance(limit.bound, Among):
            return limit
        left = self._filter(cast("frozenset[str]", limit.bound.values))
        if left == limit.bound.values:
            return limit
        if not left:
            self.found.add(Code.REFERENCE_NEEDED, *path)
            return limit
        return attrs.evolve(limit, bound=attrs.evolve(limit.bound, values=left))

    def _entries(self, old: Table[Any, Any], field: Field, path: Path, taken: frozenset[str]) -> object:
        """A table with ids for keys, or with values that hold references."""
        new: dict[Any, Any] = {}
        for key, value in old.items():
            to: Any = key if field.kind is None else self.swaps.get((field.kind, key), key)
            if to is None or (to != key and to in taken):
                continue
            becomes = value
            if field is _VALUES:
                becomes = self._filter(value) if isinstance(value, frozenset) else value
            elif field is _LIMITS:
                becomes = self._limit(value, (*path, str(key)))
            elif field.kind is None:
                becomes = self._value(value, (*path, str(key)))
            if becomes is not _GONE:
                new[to] = becomes
        same = len(new) == len(old) and all(key in old and old[key] is value for key, value in new.items())
        return old if same else Table(new)


def _once(entry: object) -> object:
    """By what entries of a list are told apart: a calendar is followed once, whatever is left out of it."""
    return entry.calendar if isinstance(entry, CalendarUse) else entry

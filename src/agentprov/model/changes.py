"""A change is a value: from one version of a tenant to the next (PV-9).

It is made, shown to a person, applied or thrown away. Undoing it is a change too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import Enum, StrEnum
from typing import Any

import attrs

from agentprov.errors import Code, Collector, Conflict, InvalidValue, Problem
from agentprov.model.ids import TenantId, UserId
from agentprov.model.incremental import Replaced, next_version
from agentprov.model.limits import PropertyLimit, limit_words
from agentprov.model.properties import PropertyName, PropertyValue
from agentprov.model.references import Item, Kind
from agentprov.model.secret import Secret
from agentprov.model.settings import Settings
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant


@attrs.frozen(kw_only=True)
class Edit:
    """One object created (nothing before), replaced, or removed (nothing after)."""

    kind: Kind
    id: str
    before: Item | None = None
    after: Item | None = None

    def __attrs_post_init__(self) -> None:
        if self.before is None and self.after is None:
            raise InvalidValue.of(Code.FIELD_REQUIRED, "after")


@attrs.frozen(kw_only=True)
class PropertyEdit:
    """The tenant's own value of one property set (nothing before), replaced, or taken away (nothing after)."""

    name: PropertyName
    before: PropertyValue | None = None
    after: PropertyValue | None = None

    def __attrs_post_init__(self) -> None:
        if self.before is None and self.after is None:
            raise InvalidValue.of(Code.FIELD_REQUIRED, "after")


@attrs.frozen(kw_only=True)
class LimitEdit:
    """The tenant's own lock and bound of one property set (nothing before), replaced, or taken away (nothing after)."""

    name: PropertyName
    before: PropertyLimit | None = None
    after: PropertyLimit | None = None

    def __attrs_post_init__(self) -> None:
        if self.before is None and self.after is None:
            raise InvalidValue.of(Code.FIELD_REQUIRED, "after")


@attrs.frozen(kw_only=True)
class SettingsEdit:
    """The tenant's settings replaced."""

    before: Settings
    after: Settings


class EventKind(StrEnum):
    """What happened, in the words of the domain, for whoever listens."""

    USER_CREATED = "user.created"
    USER_UPDATED = "user.updated"
    USER_MOVED = "user.moved"
    USER_DELETED = "user.deleted"
    USER_TOLD = "user.told"
    """The user should be told of the change: their profiles or settings are no longer the same."""
    PASSWORD_SET = "user.password_set"  # noqa: S105  a wire value, not a password
    """A password comes with the change, in its secrets, for the host to hash and keep."""
    MEMBERS_CHANGED = "department.members_changed"
    PROPERTY_SET = "property.set"
    PROPERTY_RESET = "property.reset"
    GRANT_GIVEN = "grant.given"
    GRANT_REVOKED = "grant.revoked"
    OVERRIDE_SET = "override.set"
    """A time group is open or closed by hand; the subject is the time group."""
    OVERRIDE_REVOKED = "override.revoked"
    EMERGENCY_DECLARED = "emergency.declared"
    """The subject is the time group, or the tenant where it is the whole tenant's."""
    EMERGENCY_REVOKED = "emergency.revoked"
    USER_DISABLED = "user.disabled"
    USER_ENABLED = "user.enabled"
    USER_BLOCKED = "user.blocked"
    USER_UNBLOCKED = "user.unblocked"
    USER_DEACTIVATED = "user.deactivated"
    USER_REACTIVATED = "user.reactivated"
    SESSIONS_REVOKE = "sessions.revoke"
    """Every session and token of the user ends at once, and they are logged off from their queues."""
    OBJECT_DELETED = "object.deleted"
    """Another object than a user is gone; the fact ``kind`` says of which kind."""
    CODE_ISSUED = "user.code_issued"
    """A one-time code was made, for the host to send; the fact ``kind`` says what for and how."""
    CODES_LOCKED = "user.codes_locked"
    """Too many wrong codes: none is accepted until somebody allows them again."""
    CODES_UNLOCKED = "user.codes_unlocked"
    PASSWORD_CHANGED = "user.password_changed"  # noqa: S105  a wire value, not a password
    """Another password is stored; the fact ``how`` says whether by a reset, by a code or by the user. Sessions that
    were opened with the old one should end."""
    TOKEN_ISSUED = "user.token_issued"  # noqa: S105
    TOKEN_REVOKED = "user.token_revoked"  # noqa: S105
    PROPERTY_LOCKED = "property.locked"
    """The subject is the user group, or the tenant, that sets the lock or the bound."""
    PROPERTY_UNLOCKED = "property.unlocked"
    PROPERTY_BOUND = "property.bound"
    PROPERTY_UNBOUND = "property.unbound"
    PROPERTY_DEFINED = "property.defined"
    PROPERTY_REDEFINED = "property.redefined"
    PROPERTY_REMOVED = "property.removed"
    GROUP_CREATED = "user_group.created"
    GROUP_UPDATED = "user_group.updated"
    GROUP_MOVED = "user_group.moved"
    GROUP_DELETED = "user_group.deleted"
    PROFILE_CREATED = "profile.created"
    PROFILE_UPDATED = "profile.updated"
    PROFILE_DELETED = "profile.deleted"
    PROFILE_TICKED = "profile.ticked"
    """The subject is the user."""
    PROFILE_UNTICKED = "profile.unticked"
    FORWARD_CHANGED = "user.forward_changed"
    """The user's calls are forwarded elsewhere than before; the facts ``from`` and ``to`` are numbers, or empty."""


def _facts(facts: Mapping[str, str]) -> Table[str, str]:
    return Table(facts)


@attrs.frozen(kw_only=True)
class Event:
    """Something that happens when the change is applied: what, to whom, and the facts a listener needs."""

    kind: EventKind
    subject: str
    facts: Table[str, str] = attrs.field(factory=Table, converter=_facts)

    def __attrs_post_init__(self) -> None:
        # Events are logged and sent on, so a secret is refused here, unnamed.
        if not all(isinstance(fact, str) for fact in self.facts.values()):
            raise InvalidValue.of(Code.FIELD_WRONG_TYPE, "facts", expected="text", found="something else")


def _edits(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    return tuple(edits)


def _property_edits(edits: Iterable[PropertyEdit]) -> tuple[PropertyEdit, ...]:
    return tuple(edits)


def _limit_edits(edits: Iterable[LimitEdit]) -> tuple[LimitEdit, ...]:
    return tuple(edits)


def _events(events: Iterable[Event]) -> tuple[Event, ...]:
    return tuple(events)


def _warnings(warnings: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(warnings)


def _secrets(secrets: Mapping[str, Secret]) -> Table[str, Secret]:
    return Table(secrets)


@attrs.frozen(kw_only=True)
class Change:
    """From one version of a tenant to the next.

    ``secrets`` holds what is shown once, such as a generated password, by the name of its field. It is no part of
    what the change means: it takes no part in comparison, and never prints.
    """

    tenant: TenantId
    base: int
    """The version it was made on."""
    actor: UserId | None = None
    edits: tuple[Edit, ...] = attrs.field(default=(), converter=_edits)
    properties: tuple[PropertyEdit, ...] = attrs.field(default=(), converter=_property_edits)
    """Edits of the values that the tenant itself gives to properties."""
    limits: tuple[LimitEdit, ...] = attrs.field(default=(), converter=_limit_edits)
    """Edits of what the tenant itself locks and bounds."""
    settings: SettingsEdit | None = None
    events: tuple[Event, ...] = attrs.field(default=(), converter=_events)
    warnings: tuple[Problem, ...] = attrs.field(default=(), converter=_warnings)
    secrets: Table[str, Secret] = attrs.field(factory=Table, converter=_secrets, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        found = Collector()
        seen: set[tuple[Kind, str]] = set()
        for position, edit in enumerate(self.edits):
            if (edit.kind, edit.id) in seen:
                found.add(Code.FIELD_DUPLICATE, "edits", position, value=edit.id)
            seen.add((edit.kind, edit.id))
        named = {"properties": [each.name for each in self.properties], "limits": [each.name for each in self.limits]}
        for field, names in named.items():
            for position, name in enumerate(names):
                if name in names[:position]:
                    found.add(Code.FIELD_DUPLICATE, field, position, value=name)
        found.check()

    def apply(self, tenant: Tenant) -> Tenant:
        """The next tenant; the one given stays as it is.

        Raises:
            Conflict: ``conflict.tenant`` or ``conflict.stale``, when this isn't the tenant or the version that the
                change was made on, or ``conflict.changed`` when an object isn't what it was.
            InvalidValue: the result wouldn't be whole.
        """
        self._check_base(tenant)
        values = tenant.properties
        for edited in self.properties:
            values = values.drop(edited.name) if edited.after is None else values.put(edited.name, edited.after)
        limits = tenant.property_limits
        for limit in self.limits:
            limits = limits.drop(limit.name) if limit.after is None else limits.put(limit.name, limit.after)
        settings = tenant.settings if self.settings is None else self.settings.after
        replaced = (Replaced(e.kind, e.id, e.before, e.after) for e in self.edits)
        return next_version(tenant, replaced, values, settings, limits)

    def undo(self) -> Change:
        """The change that takes this one back: made on the version this one leads to."""
        return Change(
            tenant=self.tenant,
            base=self.base + 1,
            actor=self.actor,
            edits=tuple(
                Edit(kind=edit.kind, id=edit.id, before=edit.after, after=edit.before) for edit in reversed(self.edits)
            ),
            properties=tuple(
                PropertyEdit(name=edit.name, before=edit.after, after=edit.before) for edit in reversed(self.properties)
            ),
            limits=tuple(
                LimitEdit(name=edit.name, before=edit.after, after=edit.before) for edit in reversed(self.limits)
            ),
            settings=None
            if self.settings is None
            else SettingsEdit(before=self.settings.after, after=self.settings.before),
        )

    def describe(self) -> tuple[str, ...]:
        """The change in words, one line for each thing that becomes different. No secret is ever among them."""
        lines = [line for edit in self.edits for line in _lines(edit)]
        lines += [f"tenant: {edit.name} {_shown(edit.before)} -> {_shown(edit.after)}" for edit in self.properties]
        lines += [f"tenant: {edit.name} {_shown(edit.before)} -> {_shown(edit.after)}" for edit in self.limits]
        if self.settings is not None:
            lines += _replaced("settings", self.settings.before, self.settings.after)
        return tuple(lines)

    def without_secrets(self) -> Change:
        """The same change without what is shown once: what may be stored, logged and sent on."""
        return attrs.evolve(self, secrets=Table())

    def _check_base(self, tenant: Tenant) -> None:
        found = Collector()
        if tenant.id != self.tenant:
            found.add(Code.CONFLICT_TENANT, value=tenant.id, expected=self.tenant)
        elif tenant.version != self.base:
            found.add(Code.CONFLICT_STALE, value=tenant.version, expected=self.base)
        else:
            for edit in self.edits:
                found_there = tenant.table(edit.kind).get(edit.id)
                # Mostly it is the very object, and comparing one with itself field by field isn't for nothing.
                if found_there is not edit.before and found_there != edit.before:
                    found.add(Code.CONFLICT_CHANGED, edit.kind.value, edit.id)
            for edited in self.properties:
                if tenant.properties.get(edited.name) != edited.before:
                    found.add(Code.CONFLICT_CHANGED, "properties", edited.name)
            for limit in self.limits:
                if tenant.property_limits.get(limit.name) != limit.before:
                    found.add(Code.CONFLICT_CHANGED, "property_limits", limit.name)
            if self.settings is not None and tenant.settings != self.settings.before:
                found.add(Code.CONFLICT_CHANGED, "settings")
        found.check(Conflict)


def _lines(edit: Edit) -> Iterator[str]:
    subject = f"{edit.kind.noun} {edit.id}"
    if edit.before is None:
        yield f"create {subject}{_named(edit.after)}"
    elif edit.after is None:
        yield f"remove {subject}{_named(edit.before)}"
    else:
        yield from _replaced(subject, edit.before, edit.after)


def _replaced(subject: str, before: object, after: object) -> Iterator[str]:
    for path, was, now in differences(before, after):
        # An empty list that comes with a new part is nothing new to a reader.
        if (one := _shown(was)) != (other := _shown(now)):
            yield f"{subject}: {path} {_entries(was, now) or f'{one} -> {other}'}"


def _entries(before: object, after: object) -> str:
    """What came into a list and what left it, ``+ u-new - u-old``; nothing where the order is new as well."""
    if not (isinstance(before, tuple | frozenset) and isinstance(after, tuple | frozenset) and before and after):
        return ""
    kept = [entry for entry in before if entry in after]
    if not kept or (isinstance(after, tuple) and kept != [entry for entry in after if entry in before]):
        return ""
    came = [f"+ {text}" for text in sorted(_shown(entry) for entry in after if entry not in before)]
    went = [f"- {text}" for text in sorted(_shown(entry) for entry in before if entry not in after)]
    return " ".join((*came, *went))


def _named(item: Item | None) -> str:
    """How people know an object, in brackets: its login, its name, or both."""
    names = (getattr(item, field, None) for field in ("login", "name"))
    shown = ", ".join(str(name) for name in names if name is not None)
    return f" ({shown})" if shown else ""


def differences(before: object, after: object, path: str = "") -> Iterator[tuple[str, object, object]]:
    """Where two values differ: (field path, before, after), following nested values and tables.

    Nothing against a value with fields is nothing against each of them.
    """
    if before == after:
        return
    if isinstance(before, Table) or isinstance(after, Table):
        one, other = _keyed(before), _keyed(after)
        for key in sorted({*one, *other}):
            yield from differences(one.get(key), other.get(key), f"{path}[{key}]")
    elif _has_fields(before, after):
        for name in _field_names(before, after):
            inner = f"{path}.{name}" if path else name
            yield from differences(getattr(before, name, None), getattr(after, name, None), inner)
    else:
        yield path, before, after


def _keyed(value: object) -> Mapping[Any, object]:
    return value if isinstance(value, Table) else {}


def _has_fields(before: object, after: object) -> bool:
    """Whether both are nothing or a value with fields: only then can they be compared field by field.

    A lock with its bound is told as one thing.
    """
    values = (before, after)
    return all(value is None or attrs.has(type(value)) for value in values) and not any(
        isinstance(value, PropertyLimit) for value in values
    )


def _field_names(before: object, after: object) -> list[str]:
    """The names of the fields of either, in their order."""
    return list(dict.fromkeys((*_names(before), *_names(after))))


def _names(value: object) -> tuple[str, ...]:
    """The names of the value's fields; nothing has none."""
    kind = type(value)
    return tuple(field.name for field in attrs.fields(kind)) if attrs.has(kind) else ()


def _shown(value: object) -> str:
    match value:
        case None | () | frozenset() if not value:
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case frozenset():
            return ", ".join(sorted(map(_shown, value)))
        case tuple():
            return ", ".join(map(_shown, value))
        case Enum():
            return str(value.value)
        case PropertyLimit():
            return limit_words(value)
        case datetime():
            return value.isoformat()
        case Table():
            return ", ".join(f"{key} {_shown(value[key])}" for key in sorted(value))
        case _ if _names(value):
            fields = ((name, getattr(value, name)) for name in _names(value))
            return "(" + ", ".join(f"{name} {_shown(inner)}" for name, inner in fields if inner is not None) + ")"
        case _:
            return str(value)

"""A change is a value: from one version of a tenant to the next (PV-9).

It is made, shown to a person, applied or thrown away. Undoing it is a change too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

import attrs

from agentprov.errors import Code, Collector, Conflict, Problem
from agentprov.model.ids import TenantId, UserId
from agentprov.model.references import Item, Kind
from agentprov.model.secret import Secret
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant


@attrs.frozen(kw_only=True)
class Edit:
    """One object created (nothing before), replaced, or removed (nothing after)."""

    kind: Kind
    id: str
    before: Item | None = None
    after: Item | None = None


class EventKind(StrEnum):
    """What happened, in the words of the domain, for whoever listens."""

    USER_CREATED = "user.created"
    USER_UPDATED = "user.updated"
    USER_MOVED = "user.moved"
    USER_DELETED = "user.deleted"
    USER_TOLD = "user.told"
    """The user should be told of the change: their profiles or settings are no longer the same."""
    MEMBERS_CHANGED = "department.members_changed"


def _facts(facts: Mapping[str, str]) -> Table[str, str]:
    return Table(facts)


@attrs.frozen(kw_only=True)
class Event:
    """Something that happens when the change is applied: what, to whom, and the facts a listener needs."""

    kind: EventKind
    subject: str
    facts: Table[str, str] = attrs.field(factory=Table, converter=_facts)


def _edits(edits: Iterable[Edit]) -> tuple[Edit, ...]:
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
    edits: tuple[Edit, ...] = attrs.field(converter=_edits)
    events: tuple[Event, ...] = attrs.field(default=(), converter=_events)
    warnings: tuple[Problem, ...] = attrs.field(default=(), converter=_warnings)
    secrets: Table[str, Secret] = attrs.field(factory=Table, converter=_secrets, repr=False, eq=False)

    def apply(self, tenant: Tenant) -> Tenant:
        """The next tenant; the one given stays as it is.

        Raises:
            Conflict: ``conflict.tenant`` or ``conflict.stale``, when this isn't the tenant or the version that the
                change was made on, or ``conflict.changed`` when an object isn't what it was.
            InvalidValue: the result wouldn't be whole.
        """
        self._check_base(tenant)
        tables: dict[Kind, Table[str, Item]] = {}
        for edit in self.edits:
            table = tables.get(edit.kind, tenant.table(edit.kind))
            tables[edit.kind] = table.drop(edit.id) if edit.after is None else table.put(edit.id, edit.after)
        # Removing and putting back must give an equal tenant, so order is no part of a table's meaning.
        return attrs.evolve(
            tenant, version=tenant.version + 1, **{kind.value: table for kind, table in tables.items()}
        )

    def undo(self) -> Change:
        """The change that takes this one back: made on the version this one leads to."""
        return Change(
            tenant=self.tenant,
            base=self.base + 1,
            actor=self.actor,
            edits=tuple(
                Edit(kind=edit.kind, id=edit.id, before=edit.after, after=edit.before) for edit in reversed(self.edits)
            ),
        )

    def describe(self) -> tuple[str, ...]:
        """The change in words, one line for each thing that becomes different. No secret is ever among them."""
        return tuple(line for edit in self.edits for line in _lines(edit))

    def _check_base(self, tenant: Tenant) -> None:
        found = Collector()
        if tenant.id != self.tenant:
            found.add(Code.CONFLICT_TENANT, value=tenant.id, expected=self.tenant)
        elif tenant.version != self.base:
            found.add(Code.CONFLICT_STALE, value=tenant.version, expected=self.base)
        else:
            for edit in self.edits:
                if tenant.table(edit.kind).get(edit.id) != edit.before:
                    found.add(Code.CONFLICT_CHANGED, edit.kind.value, edit.id)
        found.check(Conflict)


def _lines(edit: Edit) -> Iterator[str]:
    subject = f"{edit.kind.noun} {edit.id}"
    if edit.before is None:
        yield f"create {subject}"
    elif edit.after is None:
        yield f"remove {subject}"
    else:
        for path, before, after in differences(edit.before, edit.after):
            yield f"{subject}: {path} {_shown(before)} -> {_shown(after)}"


def differences(before: object, after: object, path: str = "") -> Iterator[tuple[str, object, object]]:
    """Where two values of one kind differ: (field path, before, after), following nested values and tables."""
    if before == after:
        return
    if attrs.has(type(before)) and type(before) is type(after):
        for field in attrs.fields(type(before)):
            inner = f"{path}.{field.name}" if path else field.name
            yield from differences(getattr(before, field.name), getattr(after, field.name), inner)
    elif isinstance(before, Table) and isinstance(after, Table):
        for key in sorted({*before, *after}):
            yield from differences(before.get(key), after.get(key), f"{path}[{key}]")
    else:
        yield path, before, after


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, frozenset | tuple):
        items = sorted(map(_shown, value)) if isinstance(value, frozenset) else list(map(_shown, value))
        return ", ".join(items) or "nothing"
    if isinstance(value, StrEnum):
        return value.value
    return str(value)

"""Reads the values of many forms of one tenant, and remembers what is worth it."""

from __future__ import annotations

from typing import Final

from agentprov.errors import InvalidValue
from agentprov.model.blueprint import Ask
from agentprov.model.ids import RoleId
from agentprov.model.tenant import Tenant
from agentprov.model.users import AuthenticationMethod
from agentprov.provisioning.fields import FieldKind, fields_of
from agentprov.provisioning.parsing import Reader, reader

MOST_KEPT: Final = 1_000_000
"""How many values a parser keeps in mind."""

_REMEMBERED: Final = frozenset({FieldKind.PHONE, FieldKind.LOGIN, FieldKind.LANGUAGE, FieldKind.CHOICE})
"""The kinds of which a text is asked more than once and costs more to read than to remember."""

Kind = tuple[frozenset[RoleId], str | None, AuthenticationMethod | None]
"""What defaults depend on: a user's roles, type and authentication method."""


class Parser:
    """Reads many values of one tenant."""

    __slots__ = ("_blueprint", "_defaults", "_known", "_readers", "defaulted", "fields", "order")

    def __init__(self, tenant: Tenant) -> None:
        blueprint = tenant.blueprint
        self.fields = dict(fields_of(blueprint))
        self.order = {name: position for position, name in enumerate(self.fields)}
        derivable = {rule.field: True for rule in blueprint.rules if rule.ask is Ask.DERIVED}
        named = (default.field for default in blueprint.defaults)
        names = dict.fromkeys(("type", "authentication_method", *named, *derivable))
        self.defaulted = tuple((name, name in derivable) for name in names)
        """The fields that may have a default, in the order in which they are filled, and whether they may be derived.

        The type and the authentication method come first, because other defaults and the rules depend on them.
        """
        self._blueprint = blueprint
        self._readers: dict[str, Reader] = {name: reader(field, tenant) for name, field in self.fields.items()}
        self._known: dict[str, dict[str, object]] = {
            name: {} for name, field in self.fields.items() if field.kind in _REMEMBERED
        }
        self._defaults: dict[tuple[str, Kind], tuple[bool, object]] = {}

    def parse(self, name: str, value: object) -> object:
        """What :func:`agentprov.provisioning.parsing.parse` gives for the field of this name.

        Raises:
            InvalidValue: with every problem of the value.
        """
        known = self._known.get(name)
        if known is None or type(value) is not str:
            return self._readers[name](value)
        read = known.get(value, self)
        if read is self:
            try:
                read = self._readers[name](value)
            except InvalidValue as error:
                read = error
            if len(known) < MOST_KEPT:
                known[value] = read
        if isinstance(read, InvalidValue):
            raise InvalidValue(read.problems)
        return read

    def default(self, name: str, kind: Kind, *, derivable: bool) -> tuple[bool, object]:
        """Whether a field is derived for users of a kind, and its default, as plain as the blueprint has it."""
        known = self._defaults.get((name, kind))
        if known is None:
            rule = self._blueprint.rule(name, *kind) if derivable else None
            derived = rule is not None and rule.ask is Ask.DERIVED
            known = self._defaults[name, kind] = (derived, self._blueprint.default(name, *kind))
        return known

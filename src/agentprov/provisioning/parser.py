"""Reads the values of many forms of one tenant, and remembers what it has read."""

from __future__ import annotations

from typing import Final

from agentprov.errors import InvalidValue
from agentprov.model.blueprint import Ask
from agentprov.model.tenant import Tenant
from agentprov.provisioning.fields import Field, FieldKind, fields_of
from agentprov.provisioning.parsing import parse

MOST_KEPT: Final = 1_000_000
"""How many values a parser keeps in mind."""


class Parser:
    """Reads many values of one tenant, each different text of a field once."""

    __slots__ = ("_known", "_tenant", "defaulted", "fields", "order")

    def __init__(self, tenant: Tenant) -> None:
        blueprint = tenant.blueprint
        self.fields = fields_of(blueprint)
        self.order = {name: position for position, name in enumerate(self.fields)}
        derivable = {rule.field: True for rule in blueprint.rules if rule.ask is Ask.DERIVED}
        named = (default.field for default in blueprint.defaults)
        names = dict.fromkeys(("type", "authentication_method", *named, *derivable))
        self.defaulted = tuple((name, name in derivable) for name in names)
        """The fields that may have a default, in the order in which they are filled, and whether they may be derived.

        The type and the authentication method come first, because other defaults and the rules depend on them.
        """
        self._tenant = tenant
        self._known: dict[tuple[str, str], object] = {}

    def parse(self, field: Field, value: object) -> object:
        """What :func:`parse` gives.

        Raises:
            InvalidValue: with every problem of the value.
        """
        if type(value) is not str or field.kind is FieldKind.SECRET:
            return parse(field, value, self._tenant)
        key = (field.name, value)
        known = self._known.get(key, self)
        if known is self:
            try:
                known = parse(field, value, self._tenant)
            except InvalidValue as error:
                known = error
            if len(self._known) < MOST_KEPT:
                self._known[key] = known
        if isinstance(known, InvalidValue):
            raise InvalidValue(known.problems)
        return known

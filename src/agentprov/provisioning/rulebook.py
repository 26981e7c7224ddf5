"""A blueprint's rules sorted by whom they mean, so that many forms are held against them without asking each rule."""

from __future__ import annotations

from typing import NamedTuple

from agentprov.model.blueprint import Ask, Blueprint, FieldRule
from agentprov.model.ids import RoleId
from agentprov.model.users import AuthenticationMethod
from agentprov.provisioning.fields import Field, fields_of
from agentprov.provisioning.forms import PARTS
from agentprov.provisioning.typed_form import TypedForm

WHOLE_OF = {part: whole for whole, parts in PARTS.items() for part in parts}
"""By a field that is a part: the field that it is a part of."""


class Watched(NamedTuple):
    """A field that may be at fault whether or not a form names it."""

    field: Field
    rule: FieldRule | None
    limited: bool
    """Whether the rule says anything of the value itself."""
    needed: tuple[str, ...]
    """The fields that it needs."""


class Asked(NamedTuple):
    """What is asked of users of one kind."""

    rules: dict[str, FieldRule]
    """The rule of every field that has one."""
    watched: tuple[Watched, ...]
    """The fields that may be at fault whether or not a form names them, in their order."""


class RuleBook:
    """The rules of one blueprint."""

    __slots__ = ("_known", "blueprint", "by_methods", "by_roles", "fields", "required")

    def __init__(self, blueprint: Blueprint) -> None:
        self.blueprint = blueprint
        self.fields = dict(fields_of(blueprint))
        self.by_roles = frozenset(rule.field for rule in blueprint.rules if rule.when.roles)
        self.by_methods = frozenset(rule.field for rule in blueprint.rules if rule.when.methods)
        self.required = frozenset(rule.field for rule in blueprint.rules if rule.ask is Ask.REQUIRED)
        self._known: dict[tuple[frozenset[RoleId], str, AuthenticationMethod], Asked] = {}

    def asked(self, typed: TypedForm) -> Asked:
        """What is asked of the user that the typed form describes."""
        key = (typed.roles, typed.type, typed.authentication_method)
        known = self._known.get(key)
        if known is None:
            found = {name: self.blueprint.rule(name, *key) for name in self.fields}
            known = self._known[key] = Asked(
                rules={name: rule for name, rule in found.items() if rule is not None},
                watched=tuple(
                    Watched(self.fields[name], rule, _limits(rule), _needed(name, rule))
                    for name, rule in found.items()
                    if name in WHOLE_OF or _objects(rule)
                ),
            )
        return known


def _objects(rule: FieldRule | None) -> bool:
    """Whether a rule may object to a field that a form doesn't name, or to what it says."""
    if rule is None:
        return False
    return rule.ask is not Ask.OPTIONAL or _limits(rule) or bool(rule.needs)


def _limits(rule: FieldRule | None) -> bool:
    """Whether a rule says how many entries there may be, or that a value is fixed or nobody else's."""
    return rule is not None and (rule.immutable or rule.unique or rule.most is not None)


def _needed(name: str, rule: FieldRule | None) -> tuple[str, ...]:
    """The fields that a field with a value needs."""
    needs = () if rule is None or name == "password" else rule.needs
    return tuple(dict.fromkeys((*needs, WHOLE_OF[name]))) if name in WHOLE_OF else tuple(needs)

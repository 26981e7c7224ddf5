"""How a tenant provisions users, as a value: a blueprint (PV-1).

It says which fields there are and what is asked of them, the roles, the permission catalogue, the password rule, the
steps of the form, the defaults. Blueprints are data. Five that reproduce published products are shipped; a host writes
its own. The fields themselves are named in :mod:`agentprov.provisioning.fields`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

import attrs

from agentprov.errors import Code, Collector
from agentprov.model.access import EVERYONE, Catalogue, Permission, Role, is_permission
from agentprov.model.ids import RoleId, check_id_lists, role_ids
from agentprov.model.passwords import SINGLE_FACTOR, PasswordPolicy
from agentprov.model.table import Table
from agentprov.model.text import check_name
from agentprov.model.user_types import READY_USER_TYPES, UserType
from agentprov.model.users import AuthenticationMethod


def _words(words: Iterable[str]) -> frozenset[str]:
    return frozenset(words)


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(names)


def _methods(methods: Iterable[AuthenticationMethod]) -> frozenset[AuthenticationMethod]:
    return frozenset(methods)


@attrs.frozen(kw_only=True)
class When:
    """The users a rule speaks of: with one of the roles, of one of the types, signing in by one of the methods.

    What names nothing means everybody. A condition on something that isn't known (yet) doesn't hold.
    """

    roles: frozenset[RoleId] = attrs.field(default=frozenset(), converter=role_ids)
    types: frozenset[str] = attrs.field(default=frozenset(), converter=_words)
    methods: frozenset[AuthenticationMethod] = attrs.field(default=frozenset(), converter=_methods)

    def holds(
        self, roles: frozenset[RoleId], type_: str | None = None, method: AuthenticationMethod | None = None
    ) -> bool:
        """Whether a user with these roles, of this type and with this authentication method is meant."""
        return (
            (not self.roles or not self.roles.isdisjoint(roles))
            and (not self.types or type_ in self.types)
            and (not self.methods or method in self.methods)
        )


ALWAYS = When()


class Ask(StrEnum):
    """What a rule asks of a field."""

    REQUIRED = "required"
    RECOMMENDED = "recommended"
    OPTIONAL = "optional"
    DISCOURAGED = "discouraged"
    FORBIDDEN = "forbidden"
    DERIVED = "derived"
    """Follows from other fields and can't be entered."""


@attrs.frozen(kw_only=True)
class FieldRule:
    """What is asked of one field for the users that ``when`` means. The first rule that fits a user counts.

    A field without a rule that fits isn't part of this tenant's form: entering it is an error.
    """

    field: str
    ask: Ask = Ask.OPTIONAL
    when: When = ALWAYS
    label: str | None = None
    help: str | None = None
    unique: bool = False
    immutable: bool = False
    needs: tuple[str, ...] = attrs.field(default=(), converter=_names)
    """Fields that must have a value for this one to be allowed."""
    most: int | None = None
    """The most entries that a field of several entries may have."""


Scalar = bool | int | str


@attrs.frozen(kw_only=True)
class Default:
    """The value of a field that isn't entered, for the users that ``when`` means. The first that fits counts."""

    field: str
    value: Scalar
    when: When = ALWAYS


@attrs.frozen(kw_only=True)
class Switch:
    """A field of yes or no that stands for a permission of the user, granted for the whole tenant (PV-8)."""

    field: str
    permission: Permission


class RoleHierarchy(StrEnum):
    """How roles may inherit from each other (the standard's general and limited hierarchies)."""

    GENERAL = "general"
    """From any number of roles."""
    LIMITED = "limited"
    """From one at most: a tree."""


@attrs.frozen(kw_only=True)
class FormStep:
    """One page of the form: its fields, in order."""

    name: str
    title: str
    fields: tuple[str, ...] = attrs.field(converter=_names)


def _rules(rules: Iterable[FieldRule]) -> tuple[FieldRule, ...]:
    return tuple(rules)


def _defaults(defaults: Iterable[Default]) -> tuple[Default, ...]:
    return tuple(defaults)


def _switches(switches: Iterable[Switch]) -> tuple[Switch, ...]:
    return tuple(switches)


def _steps(steps: Iterable[FormStep]) -> tuple[FormStep, ...]:
    return tuple(steps)


def _alternatives(groups: Iterable[Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(group) for group in groups)


def _types(types: Table[str, UserType]) -> Table[str, UserType]:
    return Table(types)


def _ready_roles(roles: Table[RoleId, Role]) -> Table[RoleId, Role]:
    return Table(roles)


@attrs.frozen(kw_only=True)
class Blueprint:
    """How a tenant provisions (PV-1)."""

    name: str
    catalogue: Catalogue
    rules: tuple[FieldRule, ...] = attrs.field(default=(), converter=_rules)
    at_least_one: tuple[tuple[str, ...], ...] = attrs.field(default=(), converter=_alternatives)
    """Groups of fields of which one at least must have a value (ID-11)."""
    defaults: tuple[Default, ...] = attrs.field(default=(), converter=_defaults)
    switches: tuple[Switch, ...] = attrs.field(default=(), converter=_switches)
    steps: tuple[FormStep, ...] = attrs.field(default=(), converter=_steps)
    roles: frozenset[RoleId] | None = attrs.field(default=None, converter=attrs.converters.optional(role_ids))
    """The only roles there may be, besides everyone; nothing means the tenant's own choice."""
    ready_roles: Table[RoleId, Role] = attrs.field(factory=Table, converter=_ready_roles)
    """Roles for a new tenant to begin with. They bind nobody: a tenant has the roles it files itself."""
    several_roles: bool = True
    role_hierarchy: RoleHierarchy = RoleHierarchy.GENERAL
    skill_levels: bool = True
    """Whether a skill can be given with a level (PV-8: without)."""
    users_can_be_deleted: bool = True
    """Where they can't, an account that nobody needs any more is blocked (PV-8)."""
    password_policy: PasswordPolicy = SINGLE_FACTOR
    user_types: Table[str, UserType] = attrs.field(default=READY_USER_TYPES, converter=_types)
    national_digits: int | None = None
    """How many national digits a phone number has while international calling is off."""
    department_from_supervisor: frozenset[RoleId] = attrs.field(default=frozenset(), converter=role_ids)
    """Users with one of these roles have their supervisor's home department, as a live link (PV-8)."""
    supervisors: frozenset[RoleId] = attrs.field(default=frozenset(), converter=role_ids)
    """The roles of which a supervisor has one; none named: anybody may be a supervisor (PV-8)."""
    department_joins: bool = False
    """Whether a new user is appended to the members of their home department (PV-6)."""

    def __attrs_post_init__(self) -> None:
        _check_blueprint(self)

    def rule(
        self,
        field: str,
        roles: frozenset[RoleId],
        type_: str | None = None,
        method: AuthenticationMethod | None = None,
    ) -> FieldRule | None:
        """The first rule for ``field`` that means a user with these roles, of this type and with this method."""
        for rule in self.rules:
            if rule.field == field and rule.when.holds(roles, type_, method):
                return rule
        return None

    def default(
        self,
        field: str,
        roles: frozenset[RoleId],
        type_: str | None = None,
        method: AuthenticationMethod | None = None,
    ) -> Scalar | None:
        """The first default for ``field`` that means a user with these roles, of this type and with this method."""
        for default in self.defaults:
            if default.field == field and default.when.holds(roles, type_, method):
                return default.value
        return None


_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")


def _check_blueprint(blueprint: Blueprint) -> None:
    found = Collector()
    check_name(found, "name", blueprint.name)
    known = {rule.field for rule in blueprint.rules}
    named: list[tuple[tuple[str | int, ...], str]] = []
    for position, rule in enumerate(blueprint.rules):
        if _NAME.fullmatch(rule.field) is None:
            found.add(Code.FIELD_INVALID, "rules", position, "field", value=rule.field, expected="the name of a field")
        named += [(("rules", position, "needs", index), field) for index, field in enumerate(rule.needs)]
        check_name(found, "rules", rule.label, position, "label")
        check_name(found, "rules", rule.help, position, "help")
        if rule.most is not None and (type(rule.most) is not int or rule.most < 1):
            found.add(Code.FIELD_OUT_OF_RANGE, "rules", position, "most", value=str(rule.most), low=1, high="any")
        _check_when(found, rule.when, blueprint, "rules", position)
    for position, group in enumerate(blueprint.at_least_one):
        named += [(("at_least_one", position, index), field) for index, field in enumerate(group)]
    for position, default in enumerate(blueprint.defaults):
        named.append((("defaults", position, "field"), default.field))
        _check_when(found, default.when, blueprint, "defaults", position)
    for position, switch in enumerate(blueprint.switches):
        named.append((("switches", position, "field"), switch.field))
        if not is_permission(switch.permission) or not blueprint.catalogue.expand(switch.permission):
            found.add(Code.PERMISSION_UNKNOWN, "switches", position, "permission", value=str(switch.permission))
    for position, step in enumerate(blueprint.steps):
        named += [(("steps", position, "fields", index), field) for index, field in enumerate(step.fields)]
    for path, field in named:
        if field not in known:
            found.add(Code.BLUEPRINT_NO_RULE, *path, value=field)
    if blueprint.roles is not None:
        check_id_lists(found, ("roles", blueprint.roles))
    linked = blueprint.department_from_supervisor
    _check_roles(found, linked, blueprint, "department_from_supervisor")
    _check_roles(found, blueprint.supervisors, blueprint, "supervisors")
    _check_ready_roles(found, blueprint)
    found.check()


def _check_when(found: Collector, when: When, blueprint: Blueprint, *path: str | int) -> None:
    """Note the user types and the roles that a rule names and the blueprint doesn't have."""
    for type_ in sorted(when.types - blueprint.user_types.keys()):
        choices = tuple(blueprint.user_types)
        found.add(Code.FIELD_UNKNOWN_CHOICE, *path, "when", "types", value=type_, choices=choices)
    _check_roles(found, when.roles, blueprint, *path, "when", "roles")


def _check_roles(found: Collector, roles: Iterable[RoleId], blueprint: Blueprint, *path: str | int) -> None:
    """Note roles that aren't among the only ones there may be. Where the tenant chooses, any role may be named."""
    if blueprint.roles is not None:
        choices = tuple(sorted(blueprint.roles))
        for role in sorted(frozenset(roles) - blueprint.roles - {EVERYONE}):
            found.add(Code.ROLE_NOT_IN_BLUEPRINT, *path, value=role, choices=choices)


def _check_ready_roles(found: Collector, blueprint: Blueprint) -> None:
    """Note ready roles that a tenant of this blueprint couldn't have."""
    _check_roles(found, blueprint.ready_roles, blueprint, "ready_roles")
    for role_id, role in blueprint.ready_roles.items():
        if role.id != role_id:
            found.add(Code.ID_MISMATCH, "ready_roles", role_id, "id", value=role.id)
        for position, grant in enumerate(role.grants):
            if not blueprint.catalogue.expand(grant.permission):
                path = ("ready_roles", role_id, "grants", position, "permission")
                found.add(Code.PERMISSION_UNKNOWN, *path, value=grant.permission)

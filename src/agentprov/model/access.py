"""Who may do what, as values: permissions and their catalogue, scopes, grants, roles (AC-1 to AC-3, AC-11)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType

import attrs

from agentprov.errors import Code, Collector, InvalidValue
from agentprov.model.ids import RoleId, UserId, check_id_lists, check_ids, is_identifier, role_ids
from agentprov.model.instants import check_instants, utc_or_none
from agentprov.model.table import Table
from agentprov.model.text import check_name

Permission = NewType("Permission", str)
"""``section:action`` from the catalogue. In a grant ``section:*`` stands for all actions of the section."""

EVERYONE: Final = RoleId("everyone")
"""The implicit role: every user has it, whether or not the tenant defines it (AC-2)."""

_SECTION = re.compile(r"[a-z][a-z0-9_.-]{0,63}")
_ACTION = re.compile(r"[a-z][a-z0-9_.-]{0,63}|\*")


def is_permission(text: object) -> bool:
    """Whether ``text`` has the form ``section:action`` or ``section:*``."""
    if not isinstance(text, str):
        return False
    section, colon, action = text.partition(":")
    return bool(colon) and _SECTION.fullmatch(section) is not None and _ACTION.fullmatch(action) is not None


def _sections(items: Table[str, tuple[str, ...]]) -> Table[str, tuple[str, ...]]:
    return Table({section: tuple(actions) for section, actions in items.items()})


@attrs.frozen(kw_only=True)
class Catalogue:
    """Every permission there is: sections, each with its actions (AC-1).

    >>> from agentprov.model.access import Catalogue
    >>> from agentprov.model.table import Table
    >>> Catalogue(sections=Table({"user": ("view", "edit")})).in_order
    ('user:view', 'user:edit')
    """

    sections: Table[str, tuple[str, ...]] = attrs.field(factory=Table, converter=_sections)

    def __attrs_post_init__(self) -> None:
        _check_catalogue(self)

    @property
    def permissions(self) -> frozenset[Permission]:
        """Every ``section:action``."""
        return frozenset(self.in_order)

    @property
    def in_order(self) -> tuple[Permission, ...]:
        """Every ``section:action``, as they are written: section by section."""
        return tuple(
            Permission(f"{section}:{action}") for section, actions in self.sections.items() for action in actions
        )

    def expand(self, permission: Permission) -> tuple[Permission, ...]:
        """The permissions a grant of ``permission`` covers: itself, or all of its section for ``section:*``.

        Empty when the catalogue doesn't have it.
        """
        section, _, action = permission.partition(":")
        actions = self.sections.get(section, ())
        if action == "*":
            return tuple(Permission(f"{section}:{each}") for each in actions)
        return (permission,) if action in actions else ()


def _check_catalogue(catalogue: Catalogue) -> None:
    found = Collector()
    for section, actions in catalogue.sections.items():
        if _SECTION.fullmatch(section) is None:
            found.add(Code.PERMISSION_INVALID, "sections", section, value=section)
        if not actions:
            found.add(Code.FIELD_EMPTY, "sections", section)
        seen: set[str] = set()
        for position, action in enumerate(actions):
            if _SECTION.fullmatch(action) is None:
                found.add(Code.PERMISSION_INVALID, "sections", section, position, value=action)
            elif action in seen:
                found.add(Code.FIELD_DUPLICATE, "sections", section, position, value=action)
            seen.add(action)
    found.check()


class Within(StrEnum):
    """A scope that is relative to whoever holds the grant (AC-3)."""

    TENANT = "tenant"
    HOME_DEPARTMENT = "home-department"
    OWN_AGENTS = "own-agents"
    OWN_USER_GROUP = "own-user-group"
    OWN_NUMBERS = "own-numbers"
    SELF = "self"


class ChosenKind(StrEnum):
    """What a scope can name one by one."""

    USER = "user"
    AGENT_GROUP = "agent-group"
    DEPARTMENT = "department"
    NUMBER = "number"


@attrs.frozen(kw_only=True)
class Chosen:
    """A scope that names one object: a user, everybody of an agent group or home department, or a number."""

    kind: ChosenKind
    id: str

    def __attrs_post_init__(self) -> None:
        if not is_identifier(self.id):
            raise InvalidValue.of(Code.ID_INVALID, "id", value=str(self.id))


ScopeTerm = Within | Chosen
Scope = frozenset[ScopeTerm]
"""The union of its terms: an object is inside if any term holds it."""

WHOLE_TENANT: Final[Scope] = frozenset({Within.TENANT})


def parse_scope_term(text: str) -> ScopeTerm:
    """A scope term from its text: ``own-agents``, or ``user:u-ravi`` for a chosen object.

    Raises:
        InvalidValue: ``scope.unknown``, or ``id.invalid`` for what is chosen.
    """
    kind, colon, chosen = text.partition(":")
    if colon and kind in _CHOSEN_KINDS:
        return Chosen(kind=_CHOSEN_KINDS[kind], id=chosen)
    if text in _WITHINS:
        return _WITHINS[text]
    raise InvalidValue.of(Code.SCOPE_UNKNOWN, value=text, choices=(*_WITHINS, *(f"{k}:ID" for k in _CHOSEN_KINDS)))


def scope_term_text(term: ScopeTerm) -> str:
    """The text that :func:`parse_scope_term` reads back."""
    return term.value if isinstance(term, Within) else f"{term.kind.value}:{term.id}"


_WITHINS = {member.value: member for member in Within}
_CHOSEN_KINDS = {member.value: member for member in ChosenKind}


MOST_TERMS: Final = 10_000
"""The most terms of one scope. Who is to reach more chooses groups or departments, or the whole tenant."""

MOST_GRANTS: Final = 10_000
"""The most grants that one role or one user can have of their own."""


class Effect(StrEnum):
    """What a grant does. A deny beats every allow for the objects inside its scope."""

    ALLOW = "allow"
    DENY = "deny"


def _scope(terms: Iterable[ScopeTerm]) -> Scope:
    return frozenset(terms)


@attrs.frozen(kw_only=True)
class Grant:
    """One permission, for the objects inside one scope, allowed or denied; who gave it and when (AC-11)."""

    permission: Permission
    scope: Scope = attrs.field(converter=_scope)
    effect: Effect = Effect.ALLOW
    given_by: UserId | None = None
    given_at: datetime | None = attrs.field(default=None, converter=utc_or_none)

    def __attrs_post_init__(self) -> None:
        _check_grant(self)


def _check_grant(grant: Grant) -> None:
    found = Collector()
    if not is_permission(grant.permission):
        found.add(Code.PERMISSION_INVALID, "permission", value=str(grant.permission))
    if not grant.scope:
        found.add(Code.FIELD_EMPTY, "scope")
    if len(grant.scope) > MOST_TERMS:
        found.add(Code.SCOPE_TOO_LONG, "scope", value=len(grant.scope), most=MOST_TERMS)
    check_ids(found, ("given_by", grant.given_by))
    check_instants(found, ("given_at", grant.given_at))
    found.check()


def check_grant_count(found: Collector, name: str, grants: tuple[Grant, ...]) -> None:
    """Note more grants than one holder can have: a mistake of whoever made them, or an attack."""
    if len(grants) > MOST_GRANTS:
        found.add(Code.GRANTS_TOO_MANY, name, value=len(grants), most=MOST_GRANTS)


def grants_in_order(grants: Iterable[Grant]) -> tuple[Grant, ...]:
    """The grants as a tuple, for constructors."""
    return tuple(grants)


@attrs.frozen(kw_only=True)
class Role:
    """A named bundle of grants, with the roles whose grants it has as well (AC-2)."""

    id: RoleId
    name: str
    inherits: frozenset[RoleId] = attrs.field(default=frozenset(), converter=role_ids)
    grants: tuple[Grant, ...] = attrs.field(default=(), converter=grants_in_order)

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_ids(found, ("id", self.id))
        check_name(found, "name", self.name)
        check_id_lists(found, ("inherits", self.inherits))
        check_grant_count(found, "grants", self.grants)
        found.check()

"""Grants that do nothing, and roles that do nothing (AC-10).

A grant is looked at together with everything that whoever holds it holds as well: of a role, what it inherits from and
what everybody has; of a user, what comes with their roles, too. Only what is so for every holder is reported. So what
is found shadowed, redundant or empty can be removed, one of it or all of it together, and no answer changes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import assert_never

import attrs

from agentprov.analysis.findings import Finding, FindingCode
from agentprov.engine.access import Access
from agentprov.engine.decisions import scope_texts
from agentprov.engine.hierarchy import Hierarchy
from agentprov.engine.memo import Memo
from agentprov.engine.scopes import NOBODY, Row, Rows, object_test, user_test
from agentprov.errors import Parameter, Path, path_text
from agentprov.model.access import EVERYONE, Chosen, ChosenKind, Effect, Grant, Permission, Scope, ScopeTerm, Within
from agentprov.model.ids import RoleId, UserId
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant

Line = tuple[Path, Grant]
"""A grant with the path to it."""


def grant_findings(access: Access) -> Iterator[Finding]:
    """Every grant that is shadowed, partly empty or redundant, and the roles of whose grants all do nothing.

    A user's own grants are looked at while the user is active.
    """
    lines = _Lines(access)
    yield from lines.dead()
    yield from lines.redundant()


def dead_grants(access: Access) -> Iterator[Finding]:
    """The shadowed and partly empty ones of these only, which are found sooner."""
    return _Lines(access).dead()


def unused_roles(access: Access) -> Iterator[Finding]:
    """Every role that nobody has, directly or because another role inherits from it. Users of any status count."""
    missing = set(access.tenant.roles)
    for group in access.classes.groups:
        missing.difference_update(group.rights.roles)
        if not missing:
            return
    authorized = Memo(Hierarchy(access.tenant.roles).authorized)
    for user in access.tenant.users.values():
        missing -= authorized[user.roles]
    for id_ in sorted(missing - {EVERYONE}):
        yield Finding(code=FindingCode.ROLE_UNUSED, path=(Kind.ROLES.value, id_), parameters={"value": id_})


@attrs.frozen(kw_only=True)
class _Holder:
    """What comes together: everybody who holds one grant holds these."""

    roles: Collection[RoleId]
    own: tuple[Line, ...] = ()
    row: Row | None = None
    """The one user whose grants are looked at."""


class _Lines:
    """All grants of a tenant's roles by the permissions that they speak of, and those of them that do nothing."""

    def __init__(self, access: Access) -> None:
        self._roles = access.tenant.roles
        self._users = access.tenant.users
        self._classes = [group for group in access.classes.groups if group.rights.grants]
        """Those who have grants of their own."""
        self._rows = access.rows
        self._places = _Places(access.tenant, access.rows)
        self._expand = Memo(access.tenant.blueprint.catalogue.expand)
        self._hierarchy = Hierarchy(access.tenant.roles)
        self._gone: set[Path] = set()
        """What was found to do nothing: no two grants are reported each for the other's sake."""
        self._by_role: Memo[tuple[Permission, Effect], dict[RoleId, list[Line]]] = Memo(lambda _: {})
        self._lines_of = {id_: _lines(Kind.ROLES, id_, role.grants) for id_, role in access.tenant.roles.items()}
        for id_, lines in self._lines_of.items():
            for path, grant in lines:
                for permission in self._expand[grant.permission]:
                    self._by_role[permission, grant.effect].setdefault(id_, []).append((path, grant))

    def dead(self) -> Iterator[Finding]:
        """Allows that are shadowed, and those with terms that hold nothing."""
        for holder, lines in self._of_roles():
            yield from self._dead(holder, lines)
        denying = frozenset(role for (_, effect), by in self._by_role.items() if effect is Effect.DENY for role in by)
        for group in self._classes:
            roles = group.rights.roles
            denied = not denying.isdisjoint(roles)
            for user in group.users:
                if self._may_be_dead(self._users[user].grants, denied=denied):
                    holder = self._user(user, roles)
                    yield from self._dead(holder, holder.own)

    def _may_be_dead(self, grants: tuple[Grant, ...], *, denied: bool) -> bool:
        """Whether it is worth looking: most users hold no deny, and no scope that could be empty."""
        deny, can_be_empty = Effect.DENY, self._places.can_be_empty
        allows = [each for each in grants if each.effect is not deny]
        if denied or len(allows) < len(grants):
            return bool(allows)
        return any(can_be_empty[each.scope] for each in allows)

    def redundant(self) -> Iterator[Finding]:
        """Grants that others make superfluous, and roles of which no grant is left. To be asked after the dead ones."""
        for holder, lines in self._of_roles():
            yield from self._redundant(holder, lines)
        for id_ in sorted(self._roles):
            lines = self._lines_of[id_]
            if lines and all(path in self._gone for path, _ in lines):
                path = (Kind.ROLES.value, id_)
                yield Finding(code=FindingCode.ROLE_ADDS_NOTHING, path=path, parameters={"value": id_})
        for group in self._classes:
            for user in group.users:
                holder = self._user(user, group.rights.roles)
                yield from self._redundant(holder, holder.own)

    def _of_roles(self) -> Iterator[tuple[_Holder, tuple[Line, ...]]]:
        for id_ in sorted(self._roles):
            yield _Holder(roles=self._hierarchy.authorized(frozenset({id_}))), self._lines_of[id_]

    def _user(self, id_: UserId, roles: Collection[RoleId]) -> _Holder:
        return _Holder(roles=roles, own=_lines(Kind.USERS, id_, self._users[id_].grants), row=self._rows[id_])

    def _dead(self, holder: _Holder, lines: tuple[Line, ...]) -> Iterator[Finding]:
        for path, grant in lines:
            if grant.effect is Effect.DENY:
                continue
            by = self._covering(path, grant, Effect.DENY, holder)
            if by:
                yield self._superfluous(FindingCode.GRANT_SHADOWED, path, grant, by)
            elif empty := self._places.empty(grant.scope, holder.row):
                yield _finding(FindingCode.SCOPE_EMPTY, path, grant, empty=tuple(scope_texts(empty)))

    def _redundant(self, holder: _Holder, lines: tuple[Line, ...]) -> Iterator[Finding]:
        for path, grant in lines:
            by = () if path in self._gone else self._covering(path, grant, grant.effect, holder)
            if by:
                yield self._superfluous(FindingCode.GRANT_REDUNDANT, path, grant, by)

    def _superfluous(self, code: FindingCode, path: Path, grant: Grant, by: tuple[Line, ...]) -> Finding:
        self._gone.add(path)
        return _finding(code, path, grant, by=tuple(dict.fromkeys(path_text(each) for each, _ in by)))

    def _covering(self, path: Path, grant: Grant, effect: Effect, holder: _Holder) -> tuple[Line, ...]:
        """Other grants of an effect that hold for all that this one holds for; nothing, if they don't."""
        found: list[Line] = []
        for permission in self._expand[grant.permission]:
            beside = [each for each in self._beside(permission, effect, holder) if self._counts(each, path)]
            scope: Scope = frozenset().union(*(other.scope for _, other in beside))
            if not beside or not self._places.covers(scope, grant.scope, holder.row):
                return ()
            found += beside
        return tuple(found)

    def _counts(self, line: Line, beside: Path) -> bool:
        return line[0] != beside and line[0] not in self._gone

    def _beside(self, permission: Permission, effect: Effect, holder: _Holder) -> Iterator[Line]:
        """The grants that speak of a permission: of the holder's roles, and of their own."""
        for role, lines in self._by_role[permission, effect].items():
            if role in holder.roles:
                yield from lines
        for path, grant in holder.own:
            if grant.effect is effect and permission in self._expand[grant.permission]:
                yield path, grant


def _lines(kind: Kind, id_: str, grants: Iterable[Grant]) -> tuple[Line, ...]:
    return tuple(((kind.value, id_, "grants", position), grant) for position, grant in enumerate(grants))


def _finding(code: FindingCode, path: Path, grant: Grant, **parameters: tuple[str, ...]) -> Finding:
    said: dict[str, Parameter] = {
        "permission": grant.permission,
        "scope": tuple(scope_texts(grant.scope)),
        **parameters,
    }
    return Finding(code=code, path=path, parameters=said)


class _Places:
    """Which scopes lie inside others, and which hold nothing: of sets of objects only what is sure."""

    def __init__(self, tenant: Tenant, rows: Rows) -> None:
        self._tenant = tenant
        self._rows = rows
        self.can_be_empty: Memo[Scope, bool] = Memo(lambda scope: not _FULL.issuperset(map(_what, scope)))
        """Whether any term of a scope may hold nothing, for whoever holds it."""
        self._filled: Memo[Within | ChosenKind, frozenset[str | None]] = Memo(self._fill)

    def covers(self, scope: Scope, other: Scope, row: Row | None) -> bool:
        """Whether all that lies inside ``other`` lies inside ``scope``, whoever holds both, or for the one who does."""
        return Within.TENANT in scope or other <= scope or all(self._inside(term, scope, row) for term in other)

    def empty(self, scope: Scope, row: Row | None) -> Scope:
        """The terms that hold nothing at present, whoever holds them, or for the one who does."""
        return frozenset(term for term in scope if self._is_empty(term, row))

    def _inside(self, term: ScopeTerm, scope: Scope, row: Row | None) -> bool:
        if term in scope:
            return True
        match _spelled_out(term, row):
            case Chosen(kind=ChosenKind.USER, id=id_):
                target = self._rows[id_]
                return target is not None and user_test(tuple(scope))(row or NOBODY, target) > 0
            case Chosen(kind=ChosenKind.NUMBER, id=id_):
                return object_test(Kind.NUMBERS, tuple(scope))(row or NOBODY, id_) > 0
            case spelled_out:
                return spelled_out in {_spelled_out(each, row) for each in scope}

    def _is_empty(self, term: ScopeTerm, row: Row | None) -> bool:
        if isinstance(term, Chosen):
            return term.kind is ChosenKind.AGENT_GROUP and term.id not in self._filled[ChosenKind.AGENT_GROUP]
        if row is None:
            return False
        match term:
            case Within.HOME_DEPARTMENT:
                return row.department is None
            case Within.OWN_USER_GROUP:
                return row.group is None
            case Within.OWN_NUMBERS:
                return not row.numbers
            case Within.OWN_AGENTS:
                return row.id not in self._filled[Within.OWN_AGENTS]
            case Within.TENANT | Within.SELF:
                return False
            case _:
                assert_never(term)

    def _fill(self, what: Within | ChosenKind) -> frozenset[str | None]:
        """The agent groups with members; the users with agents."""
        users = self._tenant.users.values()
        if what is ChosenKind.AGENT_GROUP:
            return frozenset().union(*(user.agent_groups for user in users))
        return frozenset(user.supervisor for user in users)


_FULL = frozenset({Within.TENANT, Within.SELF, ChosenKind.USER, ChosenKind.DEPARTMENT, ChosenKind.NUMBER})
"""What always holds something."""


def _what(term: ScopeTerm) -> Within | ChosenKind:
    return term.kind if isinstance(term, Chosen) else term


def _spelled_out(term: ScopeTerm, row: Row | None) -> ScopeTerm:
    """A relative term as what it holds for the one who holds it, where one chosen term says it."""
    if row is not None and term is Within.SELF:
        return Chosen(kind=ChosenKind.USER, id=row.id)
    if row is not None and term is Within.HOME_DEPARTMENT and row.department is not None:
        return Chosen(kind=ChosenKind.DEPARTMENT, id=row.department)
    return term

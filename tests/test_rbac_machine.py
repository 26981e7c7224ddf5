"""The RBAC standard against a naive model of it: every command, in any order, and every review function (AC-6, AC-2).

The model is written from the text of the standard, ANSI INCITS 359: the sets USERS, ROLES, UA, PA, the immediate
inheritances, the separations and the sessions, with its functions as set comprehensions over them. It knows no tenant,
no class of users and no change. Each command is given to both with the same random arguments. They must accept or
refuse alike, and after each step every review function must give the same for every argument.

Where the library means something else than the standard, the model says what the library's documentation says; these
lines are marked with "differs".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TypeVar

import attrs
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from agentprov.engine.access import Access
from agentprov.engine.decisions import Object
from agentprov.engine.review import Review
from agentprov.engine.sessions import (
    SessionAccess,
    Sessions,
    add_active_role,
    create_session,
    delete_session,
    drop_active_role,
    live_sessions,
)
from agentprov.errors import AgentprovError
from agentprov.model.access import EVERYONE, Catalogue, Chosen, ChosenKind, Effect, Scope, Within
from agentprov.model.blueprint import Ask, Blueprint, FieldRule, RoleHierarchy
from agentprov.model.changes import Change
from agentprov.model.ids import SessionId, TenantId
from agentprov.model.live import Live
from agentprov.model.references import Kind
from agentprov.model.sessions import Session
from agentprov.model.settings import Settings
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.provisioning.role_grants import grant_permission, revoke_permission
from agentprov.provisioning.roles import (
    add_ascendant,
    add_descendant,
    add_inheritance,
    add_role,
    assign_user,
    deassign_user,
    delete_inheritance,
    delete_role,
    rename_role,
)
from agentprov.provisioning.separations import (
    add_separation_role,
    create_separation,
    delete_separation,
    delete_separation_role,
    set_separation_cardinality,
)
from agentprov.provisioning.users import create_user, delete_user

AT = datetime(2026, 1, 1, tzinfo=UTC)
WHOLE = "tenant"
USERS = ("u-1", "u-2", "u-3")
ROLES = ("a", "b", "c", "d", EVERYONE)
OPERATIONS = ("doc:read", "doc:write")
SCOPES = (WHOLE, *USERS)
SETS = ("s-1", "s-2")
SESSIONS = ("x-1", "x-2")

users = st.sampled_from(USERS)
roles = st.sampled_from(ROLES)
some_roles = st.frozensets(roles, max_size=2)
members = st.frozensets(roles, min_size=2, max_size=4) | some_roles
operations = st.sampled_from(OPERATIONS)
scopes = st.sampled_from(SCOPES)
effects = st.sampled_from(list(Effect))
sets = st.sampled_from(SETS)
sessions = st.sampled_from(SESSIONS)
MOSTLY = st.sampled_from((True, True, True, False))
COUNTS = st.integers(0, 2)
numbers = st.integers(2, 3) | st.integers(0, 5)

T = TypeVar("T", bound="tuple[str, ...] | str")

Granted = tuple[str, str, str, Effect]
"""A role, an operation, the scope, and whether it is allowed or denied."""


class Standard:
    """The standard's sets and functions, in the plainest way."""

    def __init__(self, *, limited: bool) -> None:
        self.limited = limited
        self.users: set[str] = set()
        self.gone: set[str] = set()
        self.roles: set[str] = set()
        self.ua: set[tuple[str, str]] = set()
        self.pa: set[Granted] = set()
        self.inherits: set[tuple[str, str]] = set()
        self.ssd: dict[str, tuple[frozenset[str], int]] = {}
        self.dsd: dict[str, tuple[frozenset[str], int]] = {}
        self.sessions: dict[str, tuple[str, frozenset[str]]] = {}

    def copy(self) -> Standard:
        """The same sets, to try a command out."""
        other = Standard(limited=self.limited)
        for name in ("users", "gone", "roles", "ua", "pa", "inherits", "ssd", "dsd", "sessions"):
            setattr(other, name, getattr(self, name).copy())
        return other

    # ---- what follows from the sets

    def known(self) -> set[str]:
        """The roles there are; differs: the role everyone is always there, and everybody has it."""
        return self.roles | {EVERYONE}

    def juniors(self, role: str) -> set[str]:
        """The role and all below it: the reflexive and transitive closure."""
        found = {role}
        while more := {junior for senior, junior in self.inherits if senior in found} - found:
            found |= more
        return found

    def assigned(self, user: str) -> set[str]:
        """The roles that are assigned to a user."""
        return {role for each, role in self.ua if each == user} | {EVERYONE}

    def below(self, these: Iterable[str]) -> set[str]:
        """The roles and all below any of them, and below everyone."""
        return {junior for role in {*these, EVERYONE} for junior in self.juniors(role)}

    def authorized(self, user: str) -> set[str]:
        """The roles that a user has by assignment or inheritance."""
        return self.below(self.assigned(user))

    def permits(self, these: set[str], operation: str, on: str | None) -> bool:
        """Whether these roles permit it; differs: a deny forbids, and the whole tenant is forbidden by any deny."""
        if on is not None and on not in self.users:
            return False
        speaking = {(scope, effect) for role, each, scope, effect in self.pa if role in these and each == operation}
        denying = {scope for scope, effect in speaking if effect is Effect.DENY}
        allowing = {scope for scope, effect in speaking if effect is Effect.ALLOW}
        if on is None:
            return WHOLE in allowing and not denying
        return bool({WHOLE, on} & allowing) and not {WHOLE, on} & denying

    def extents(self, these: set[str]) -> dict[str, tuple[set[str], set[str]]]:
        """By operation: the scopes that are allowed, and those that are denied."""
        found: dict[str, tuple[set[str], set[str]]] = {}
        for role, operation, scope, effect in self.pa:
            if role in these:
                allowed, denied = found.setdefault(operation, (set(), set()))
                (allowed if effect is Effect.ALLOW else denied).add(scope)
        return found

    def keeps_apart(self) -> bool:
        """No user is authorized for so many roles of a static set that they are too many."""
        return all(len(self.authorized(user) & these) < n for user in self.users for these, n in self.ssd.values())

    def may_be_active(self, active: Iterable[str]) -> bool:
        """Not so many roles of a dynamic set are active that they are too many, counting inherited ones."""
        return all(len(self.below(active) & these) < n for these, n in self.dsd.values())

    def acyclic(self) -> bool:
        """No role is below itself by way of another."""
        return all(senior not in self.juniors(junior) for senior, junior in self.inherits)

    def a_hierarchy(self) -> bool:
        """The hierarchy is one: no circles, and where it is limited, nobody inherits directly from two."""
        seniors = [senior for senior, _ in self.inherits]
        return self.acyclic() and not (self.limited and len(seniors) != len(set(seniors)))

    def end_sessions(self) -> None:
        """Sessions end whose user is gone, or lacks a role that is active, or that have too many of a set's roles."""
        self.sessions = {
            id_: (user, active)
            for id_, (user, active) in self.sessions.items()
            if user in self.users and active <= self.authorized(user) and self.may_be_active(active)
        }


def a_tenant(*, limited: bool) -> Tenant:
    """A tenant with nobody and nothing in it."""
    return Tenant(
        id=TenantId("t-1"),
        name="One",
        settings=Settings(time_zone="UTC", region="NO"),
        blueprint=Blueprint(
            name="own",
            catalogue=Catalogue(sections=Table({"doc": ("read", "write")})),
            rules=[FieldRule(field="login", ask=Ask.REQUIRED)],
            role_hierarchy=RoleHierarchy.LIMITED if limited else RoleHierarchy.GENERAL,
        ),
    )


def scope_of(text: str) -> Scope:
    """The library's scope for the model's."""
    return frozenset({Within.TENANT if text == WHOLE else Chosen(kind=ChosenKind.USER, id=text)})


class Commands(RuleBasedStateMachine):
    """All commands of core RBAC, hierarchies, and static and dynamic separation of duty."""

    limited = False

    def __init__(self) -> None:
        super().__init__()
        self.tenant = a_tenant(limited=self.limited)
        self.sessions: Sessions = Table()
        self.model = Standard(limited=self.limited)

    @property
    def set_ids(self) -> set[str]:
        """The separations there are."""
        return {*self.model.ssd, *self.model.dsd}

    @property
    def owners(self) -> set[tuple[str, str]]:
        """The sessions there are, with their users."""
        return {(id_, user) for id_, (user, _) in self.model.sessions.items()}

    @property
    def access(self) -> Access:
        """What the library answers now."""
        return Access(self.tenant)

    def expect(self, command: Callable[[], Change], after: Standard | None) -> None:
        """The library makes the change if the model does, and refuses it if the model does."""
        before = self.tenant
        try:
            change = command()
        except AgentprovError as error:
            self.refuses(error, after)
            return
        assert after is not None, f"accepted, although the standard refuses it: {change.describe()}"
        self.tenant = change.apply(before)
        assert attrs.evolve(change.undo().apply(self.tenant), version=before.version) == before
        after.end_sessions()
        self.model = after
        ended = {id_ for id_, each in self.sessions.items() if self.is_over(each)}
        self.sessions = live_sessions(self.access, self.sessions)
        assert ended.isdisjoint(self.sessions)

    def refuses(self, error: AgentprovError, after: object) -> None:
        """The model refuses, too."""
        assert after is None, f"refused, although the standard accepts it: {error}"

    def is_over(self, session: Session) -> bool:
        """Whether a session permits nothing and says why."""
        asked = SessionAccess(self.access, session)
        if asked.over or session.user not in self.tenant.users:
            assert not any(asked.allows(each) for each in OPERATIONS)
            assert not asked.what()
            return True
        return False

    def expect_sessions(
        self, command: Callable[[], Sessions], after: dict[str, tuple[str, frozenset[str]]] | None
    ) -> None:
        """The same for a command about sessions."""
        try:
            sessions = command()
        except AgentprovError as error:
            self.refuses(error, after)
            return
        assert after is not None, "accepted, although the standard refuses it"
        self.sessions, self.model.sessions = sessions, after

    @initialize(
        inherits=st.sets(st.tuples(st.sampled_from("ab"), st.sampled_from("bc")), max_size=2),
        assigned=st.sets(st.tuples(st.sampled_from(USERS[:2]), st.sampled_from("abcd")), min_size=1, max_size=4),
        granted=st.sets(st.tuples(st.sampled_from("abc"), operations, scopes, effects), max_size=4),
        kept_apart=st.tuples(
            st.booleans(), st.frozensets(st.sampled_from("abcd"), min_size=2), st.sampled_from((2, 3))
        ),
    )
    def found(
        self,
        inherits: set[tuple[str, str]],
        assigned: set[tuple[str, str]],
        granted: set[Granted],
        kept_apart: tuple[bool, frozenset[str], int],
    ) -> None:
        """Something to begin with; made by the commands, so some of it may be refused."""
        for user in USERS[:2]:
            self.add_user(user)
        for role in ROLES[:4]:
            self.add_role(role)
        for senior, junior in sorted(inherits):
            self.add_inheritance(senior, junior)
        for user, role in sorted(assigned):
            self.assign_user(user, role)
        for each in sorted(granted):
            self.grant_permission(*each)
        self.create_set(SETS[0], *kept_apart)
        for id_, user in zip(SESSIONS, USERS, strict=False):
            self.create_session(id_, user, frozenset(sorted(self.model.assigned(user))[:1]))

    def one_of(self, data: st.DataObject, there: Iterable[T], anything: st.SearchStrategy[T]) -> T:
        """Mostly one of those that are there, if any are."""
        present = sorted(there)
        mostly = data.draw(MOSTLY)
        return data.draw(st.sampled_from(present) if present and mostly else anything)

    # ---- core

    @rule(user=users)
    def add_user(self, user: str) -> None:
        """AddUser: they aren't there; differs: nor was anybody of this id, ever."""
        after = self.model.copy()
        after.users.add(user)
        ok = user not in self.model.users | self.model.gone and after.keeps_apart()
        self.expect(
            lambda: create_user(self.tenant, {"login": user}, by=None, id=user),
            after if ok else None,
        )

    @rule(user=users)
    def delete_user(self, user: str) -> None:
        """DeleteUser: they are there; differs: and no permission names them."""
        after = self.model.copy()
        after.users.discard(user)
        after.gone.add(user)
        after.ua = {(each, role) for each, role in after.ua if each != user}
        named = {scope for _, _, scope, _ in self.model.pa}
        self.expect(
            lambda: delete_user(self.tenant, user, by=None, at=AT, live=Live(queues={})),
            after if user in self.model.users - named else None,
        )

    @rule(role=roles)
    def add_role(self, role: str) -> None:
        """AddRole: it isn't there."""
        after = self.model.copy()
        after.roles.add(role)
        self.expect(
            lambda: add_role(self.tenant, role, name="Role", by=None),
            after if role not in self.model.roles else None,
        )

    @rule(role=roles, name=st.sampled_from(["Other", ""]))
    def rename_role(self, role: str, name: str) -> None:
        """A name is no matter of the standard: nothing changes."""
        ok = role in self.model.roles and name
        self.expect(lambda: rename_role(self.tenant, role, name=name, by=None), self.model.copy() if ok else None)

    @rule(role=roles, detach=st.booleans())
    def delete_role(self, role: str, detach: bool) -> None:
        """DeleteRole: it is there; differs: detached only if asked, and if every separation keeps enough roles."""
        model, after = self.model, self.model.copy()
        after.roles.discard(role)
        after.ua = {(user, each) for user, each in after.ua if each != role}
        after.pa = {each for each in after.pa if each[0] != role}
        after.inherits = {pair for pair in after.inherits if role not in pair}
        for kind in (after.ssd, after.dsd):
            kind.update({id_: (these - {role}, n) for id_, (these, n) in kind.items()})
        separations = [*model.ssd.values(), *model.dsd.values()]
        referred = (
            any(each == role for _, each in model.ua)
            or any(junior == role for _, junior in model.inherits)
            or any(role in these for these, _ in separations)
        )
        enough = all(n <= len(these - {role}) for these, n in separations)
        ok = role in model.roles and (enough if detach else not referred)
        self.expect(lambda: delete_role(self.tenant, role, detach=detach, by=None), after if ok else None)

    @rule(user=users, role=roles)
    def assign_user(self, user: str, role: str) -> None:
        """AssignUser: both are there, it isn't assigned, and no static separation comes to be violated."""
        model, after = self.model, self.model.copy()
        after.ua.add((user, role))
        ok = user in model.users and role in model.roles - model.assigned(user) and after.keeps_apart()
        self.expect(lambda: assign_user(self.tenant, user, role=role, by=None), after if ok else None)

    @rule(data=st.data())
    def deassign_user(self, data: st.DataObject) -> None:
        """DeassignUser: it is assigned."""
        user, role = self.one_of(data, self.model.ua, st.tuples(users, roles))
        after = self.model.copy()
        after.ua.discard((user, role))
        ok = (user, role) in self.model.ua
        self.expect(lambda: deassign_user(self.tenant, user, role=role, by=None), after if ok else None)

    @rule(role=roles, operation=operations, scope=scopes, effect=effects)
    def grant_permission(self, role: str, operation: str, scope: str, effect: Effect) -> None:
        """GrantPermission: role and object are there; differs: and it isn't granted yet."""
        model, after = self.model, self.model.copy()
        after.pa.add((role, operation, scope, effect))
        ok = role in model.roles and scope in {WHOLE, *model.users} and after.pa != model.pa
        self.expect(
            lambda: grant_permission(
                self.tenant, role, operation, scope=scope_of(scope), effect=effect, by=None, at=AT
            ),
            after if ok else None,
        )

    @rule(data=st.data())
    def revoke_permission(self, data: st.DataObject) -> None:
        """RevokePermission: it is granted; without a scope, wherever it is."""
        role, operation, where, effect = self.one_of(data, self.model.pa, st.tuples(roles, operations, scopes, effects))
        scope = where if data.draw(MOSTLY) else None
        model, after = self.model, self.model.copy()
        gone = {
            each
            for each in model.pa
            if each[:2] == (role, operation) and each[3] is effect and scope in (each[2], None)
        }
        after.pa -= gone
        self.expect(
            lambda: revoke_permission(
                self.tenant, role, operation, scope=None if scope is None else scope_of(scope), effect=effect, by=None
            ),
            after if gone else None,
        )

    # ---- hierarchies

    @rule(senior=roles, junior=roles)
    def add_inheritance(self, senior: str, junior: str) -> None:
        """AddInheritance: both are there, not yet so, no circle, no static separation violated."""
        model, after = self.model, self.model.copy()
        after.inherits.add((senior, junior))
        ok = {senior, junior} <= model.roles and after.inherits != model.inherits
        ok = ok and after.a_hierarchy() and after.keeps_apart()
        self.expect(lambda: add_inheritance(self.tenant, senior=senior, junior=junior, by=None), after if ok else None)

    @rule(data=st.data())
    def delete_inheritance(self, data: st.DataObject) -> None:
        """DeleteInheritance: it is an immediate one."""
        senior, junior = self.one_of(data, self.model.inherits, st.tuples(roles, roles))
        after = self.model.copy()
        after.inherits.discard((senior, junior))
        ok = (senior, junior) in self.model.inherits
        self.expect(
            lambda: delete_inheritance(self.tenant, senior=senior, junior=junior, by=None), after if ok else None
        )

    @rule(role=roles, junior=roles)
    def add_ascendant(self, role: str, junior: str) -> None:
        """AddAscendant: the new role isn't there, the junior one is."""
        model, after = self.model, self.model.copy()
        after.roles.add(role)
        after.inherits.add((role, junior))
        ok = role not in model.roles and junior in model.roles and after.keeps_apart()
        self.expect(
            lambda: add_ascendant(self.tenant, role, name="Above", junior=junior, by=None), after if ok else None
        )

    @rule(role=roles, senior=roles)
    def add_descendant(self, role: str, senior: str) -> None:
        """AddDescendant: the new role isn't there, the senior one is."""
        model, after = self.model, self.model.copy()
        after.roles.add(role)
        after.inherits.add((senior, role))
        ok = role not in model.roles and senior in model.roles and after.a_hierarchy() and after.keeps_apart()
        self.expect(
            lambda: add_descendant(self.tenant, role, name="Below", senior=senior, by=None), after if ok else None
        )

    # ---- static and dynamic separation

    def separation(self, after: Standard, id_: str) -> dict[str, tuple[frozenset[str], int]]:
        """The sets among which this one is."""
        return after.ssd if id_ in after.ssd else after.dsd

    @rule(id_=sets, static=st.booleans(), these=members, n=numbers)
    def create_set(self, id_: str, static: bool, these: frozenset[str], n: int) -> None:
        """CreateSsdSet, CreateDsdSet: a new name, known roles, a sound cardinality, nobody who violates it."""
        model, after = self.model, self.model.copy()
        (after.ssd if static else after.dsd)[id_] = (these, n)
        ok = id_ not in {*model.ssd, *model.dsd} and these <= model.known() and 2 <= n <= len(these)
        kind = "static" if static else "dynamic"
        self.expect(
            lambda: create_separation(self.tenant, id_, name="Set", kind=kind, roles=these, cardinality=n, by=None),
            after if ok and after.keeps_apart() else None,
        )

    @rule(data=st.data())
    def delete_set(self, data: st.DataObject) -> None:
        """DeleteSsdSet, DeleteDsdSet: it is there."""
        id_ = self.one_of(data, self.set_ids, sets)
        after = self.model.copy()
        ok = self.separation(after, id_).pop(id_, None) is not None
        self.expect(lambda: delete_separation(self.tenant, id_, by=None), after if ok else None)

    @rule(data=st.data(), role=roles)
    def add_member(self, data: st.DataObject, role: str) -> None:
        """AddSsdRoleMember, AddDsdRoleMember: the role isn't in it, and nobody comes to violate it."""
        id_ = self.one_of(data, self.set_ids, sets)
        after = self.model.copy()
        kind = self.separation(after, id_)
        these, n = kind.get(id_, (frozenset({role}), 0))
        kind[id_] = (these | {role}, n)
        ok = role in self.model.known() - these and after.keeps_apart()
        self.expect(lambda: add_separation_role(self.tenant, id_, role=role, by=None), after if ok else None)

    @rule(data=st.data())
    def delete_member(self, data: st.DataObject) -> None:
        """DeleteSsdRoleMember, DeleteDsdRoleMember: the role is in it, and enough others are."""
        id_ = self.one_of(data, self.set_ids, sets)
        role = self.one_of(data, self.separation(self.model, id_).get(id_, ((), 0))[0], roles)
        after = self.model.copy()
        kind = self.separation(after, id_)
        these, n = kind.get(id_, (frozenset[str](), 0))
        kind[id_] = (these - {role}, n)
        ok = role in these and n <= len(these) - 1
        self.expect(lambda: delete_separation_role(self.tenant, id_, role=role, by=None), after if ok else None)

    @rule(data=st.data(), n=numbers)
    def set_cardinality(self, data: st.DataObject, n: int) -> None:
        """SetSsdSetCardinality, SetDsdSetCardinality: from 2 to the number of roles, and nobody violates it."""
        id_ = self.one_of(data, self.set_ids, sets)
        after = self.model.copy()
        kind = self.separation(after, id_)
        these, _ = kind.get(id_, (frozenset[str](), 0))
        kind[id_] = (these, n)
        ok = 2 <= n <= len(these) and after.keeps_apart()
        self.expect(lambda: set_separation_cardinality(self.tenant, id_, cardinality=n, by=None), after if ok else None)

    # ---- sessions

    @rule(data=st.data())
    def draw_session(self, data: st.DataObject) -> None:
        """CreateSession: a new one, of a user who is authorized for its roles, which may be active together."""
        id_, user = data.draw(sessions), self.one_of(data, self.model.users, users)
        active = frozenset({self.one_of(data, self.model.authorized(user), roles) for _ in range(data.draw(COUNTS))})
        self.create_session(id_, user, active)

    def create_session(self, id_: str, user: str, active: frozenset[str]) -> None:
        """CreateSession, with these."""
        model = self.model
        ok = id_ not in model.sessions and user in model.users and active <= model.authorized(user)
        ok = ok and model.may_be_active(active)
        self.expect_sessions(
            lambda: self.sessions.put(
                SessionId(id_), create_session(self.access, id_, user=user, roles=active, among=self.sessions)
            ),
            {**model.sessions, id_: (user, active - {EVERYONE})} if ok else None,
        )

    @rule(data=st.data())
    def delete_session(self, data: st.DataObject) -> None:
        """DeleteSession: it is there, and the user's."""
        id_, user = self.one_of(data, self.owners, st.tuples(sessions, users))
        model = self.model
        ok = id_ in model.sessions and model.sessions[id_][0] == user
        self.expect_sessions(
            lambda: delete_session(self.sessions, id_, user=user),
            {each: session for each, session in model.sessions.items() if each != id_} if ok else None,
        )

    @rule(data=st.data())
    def add_active_role(self, data: st.DataObject) -> None:
        """AddActiveRole: of the user's own session, authorized, not active yet, no dynamic fault."""
        id_, user = self.one_of(data, self.owners, st.tuples(sessions, users))
        owner, active = self.model.sessions.get(id_, (user, frozenset[str]()))
        role = self.one_of(data, self.model.authorized(owner) - active, roles)
        session, model = self.sessions.get(SessionId(id_)), self.model
        if session is None:
            return
        owner, active = model.sessions[id_]
        ok = user == owner and role in model.authorized(user) - active - {EVERYONE}
        ok = ok and model.may_be_active(active | {role})
        self.expect_sessions(
            lambda: self.sessions.put(session.id, add_active_role(self.access, session, user=user, role=role)),
            {**model.sessions, id_: (owner, active | {role})} if ok else None,
        )

    @rule(data=st.data())
    def drop_active_role(self, data: st.DataObject) -> None:
        """DropActiveRole: of the user's own session, a role that is active."""
        id_, user = self.one_of(data, self.owners, st.tuples(sessions, users))
        role = self.one_of(data, self.model.sessions.get(id_, ("", ()))[1], roles)
        session, model = self.sessions.get(SessionId(id_)), self.model
        if session is None:
            return
        owner, active = model.sessions[id_]
        ok = user == owner and role in active
        self.expect_sessions(
            lambda: self.sessions.put(session.id, drop_active_role(self.access, session, user=user, role=role)),
            {**model.sessions, id_: (owner, active - {role})} if ok else None,
        )

    # ---- what must hold after each step

    @invariant()
    def users_and_roles(self) -> None:
        """AssignedUsers, AssignedRoles, AuthorizedUsers, AuthorizedRoles."""
        model, review = self.model, Review(self.access)
        for role in model.known():
            assert {user for user in model.users if role in model.assigned(user)} == review.assigned_users(role)
            assert {user for user in model.users if role in model.authorized(user)} == review.authorized_users(role)
        for user in model.users:
            assert model.assigned(user) == review.assigned_roles(user)
            assert model.authorized(user) == review.authorized_roles(user)

    @invariant()
    def permissions(self) -> None:
        """RolePermissions, UserPermissions, RoleOperationsOnObject, UserOperationsOnObject, and Access itself."""
        model, access = self.model, self.access
        review = Review(access)
        for role in model.known():
            assert model.extents(model.juniors(role)) == shown(review.role_permissions(role))
            for on in USERS:
                permitted = {each for each in OPERATIONS if model.permits(model.juniors(role), each, on)}
                assert permitted == review.role_operations_on_object(role, on)
        for user in model.users:
            held = {each: both for each, both in model.extents(model.authorized(user)).items() if both[0]}
            assert held == shown(review.user_permissions(user))
            for on in USERS:
                permitted = {each for each in OPERATIONS if model.permits(model.authorized(user), each, on)}
                assert permitted == review.user_operations_on_object(user, Object(kind=Kind.USERS, id=on))
                assert permitted == {each for each in OPERATIONS if access.allows(user, each, on)}

    @invariant()
    def the_sessions(self) -> None:
        """SessionRoles, SessionPermissions, CheckAccess; no dynamic separation is violated."""
        model, access = self.model, self.access
        review = Review(access)
        assert {*model.sessions} == {*self.sessions}
        for id_, (user, active) in model.sessions.items():
            session = self.sessions[SessionId(id_)]
            assert (user, active | {EVERYONE}) == (session.user, review.session_roles(session))
            held = {each: both for each, both in model.extents(model.below(active)).items() if both[0]}
            assert held == shown(review.session_permissions(session))
            asked = SessionAccess(access, session)
            for operation in OPERATIONS:
                for on in (None, *USERS):
                    expected = model.permits(model.below(active), operation, on)
                    assert expected == asked.allows(operation, on) == asked.decide(operation, on).allowed
            assert model.may_be_active(active)

    @invariant()
    def the_separations(self) -> None:
        """SsdRoleSets and the like; sets stay sound, nobody violates a static one, no circle comes about."""
        model, review = self.model, Review(self.access)
        assert {*model.ssd} == review.static_separations()
        assert {*model.dsd} == review.dynamic_separations()
        for id_, (these, n) in {**model.ssd, **model.dsd}.items():
            assert these == review.separation_roles(id_)
            assert n == review.separation_cardinality(id_)
            assert 2 <= n <= len(these)
        assert () == review.violations()
        assert model.a_hierarchy()


def shown(extents: object) -> dict[str, tuple[set[str], set[str]]]:
    """The library's extents as the model's."""
    assert isinstance(extents, Table)
    return {each: (texts(extent.allowed), texts(extent.denied)) for each, extent in extents.items()}


def texts(scope: Scope) -> set[str]:
    """The model's scopes."""
    return {WHOLE if isinstance(term, Within) else term.id for term in scope}


class LimitedCommands(Commands):
    """The same, where a role inherits directly from one at most."""

    limited = True


TestGeneralHierarchies = Commands.TestCase
TestGeneralHierarchies.settings = settings(stateful_step_count=30)
TestLimitedHierarchies = LimitedCommands.TestCase
TestLimitedHierarchies.settings = settings(stateful_step_count=30)

"""Provisioning against a naive model: every operation, in any order, with every guard (P78, P82, P84, PV-9, ST-2).

The model is a dictionary for each user, written from the rules: it knows no tenant, no change and no blueprint. After
each step both have the same users, logins, groups and values; a refusal leaves both as they were.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import attrs
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from agentprov.engine.inheritance import resolve
from agentprov.errors import AgentprovError, Code, Conflict, Refused
from agentprov.memory import MemoryTenants
from agentprov.model.access import WHOLE_TENANT, Catalogue, Grant, Permission, Role
from agentprov.model.blueprint import Ask, Blueprint, FieldRule
from agentprov.model.changes import Change
from agentprov.model.groups import Queue, UserGroup
from agentprov.model.ids import QueueId, RoleId, TenantId, UserGroupId, UserId
from agentprov.model.live import Live
from agentprov.model.properties import PropertyName
from agentprov.model.settings import Settings
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.provisioning import create_user, delete_user, move_user, reset_property, set_property, update_user

AT = datetime(2026, 1, 1, tzinfo=UTC)
LOGINS = ("anna", "ben", "Anna")
GROUPS = ("g-1", "g-2")
NAMES = ("One", "Two", None)
WRAP_UP = PropertyName("wrap_up.phone")
DEFAULT = 15
CLERK = RoleId("clerk")
ADMIN = RoleId("admin")
ROLES = (CLERK, ADMIN)

logins = st.sampled_from(LOGINS)
groups = st.sampled_from(GROUPS)
names = st.sampled_from(NAMES)
values = st.integers(1, 3)
roles = st.sampled_from(ROLES)


def a_tenant() -> Tenant:
    """A tenant with two groups and nobody in it."""
    catalogue = Catalogue(sections=Table({"user": ("view", "add", "edit", "delete"), "access": ("grant",)}))
    whole = [Grant(permission=each, scope=WHOLE_TENANT) for each in sorted(catalogue.permissions)]
    view = [Grant(permission=Permission("user:view"), scope=WHOLE_TENANT)]
    rules = [
        FieldRule(field="login", ask=Ask.REQUIRED),
        FieldRule(field="user_group", ask=Ask.REQUIRED),
        FieldRule(field="name"),
        FieldRule(field="roles", ask=Ask.REQUIRED),
        FieldRule(field="status"),
    ]
    return Tenant(
        id=TenantId("t-1"),
        name="One",
        settings=Settings(time_zone="UTC", region="NO"),
        blueprint=Blueprint(name="own", catalogue=catalogue, rules=rules),
        roles={CLERK: Role(id=CLERK, name="Clerk", grants=view), ADMIN: Role(id=ADMIN, name="Admin", grants=whole)},
        user_groups={id_: UserGroup(id=id_, name=id_) for id_ in map(UserGroupId, GROUPS)},
        queues={QueueId("q-1"): Queue(id=QueueId("q-1"), name="Queue")},
    )


class Provisioning(RuleBasedStateMachine):
    """Two administrators' worth of operations on one tenant, in a store."""

    def __init__(self) -> None:
        super().__init__()
        self.store = MemoryTenants()
        self.users: dict[str, dict[str, Any]] = {}
        self.gone: set[str] = set()
        self.logged_on: set[str] = set()
        self.group_values: dict[str, int] = {}
        self.tenant_value: int | None = None
        self.version = 1
        self.held: Change | None = None
        self.undoable: tuple[Change, dict[str, dict[str, Any]], set[str], dict[str, int], int | None] | None = None

    @initialize()
    def found(self) -> None:
        """The host founds a tenant with an admin and a clerk."""
        self.store.create(a_tenant())
        for login, role in (("anna", ADMIN), ("ben", CLERK)):
            users = self.copy()
            users[f"u-{login}"] = {
                "login": login,
                "group": "g-1",
                "name": None,
                "role": role,
                "status": "active",
                "value": None,
            }
            form = {"login": login, "user_group": "g-1", "role": role}
            self.expect(lambda form=form: create_user(self.tenant, form, by=None), set(), users)

    # ---- what the rules say, in the plainest way

    @property
    def tenant(self) -> Tenant:
        """The tenant as it is stored."""
        return self.store.load(TenantId("t-1"))

    @property
    def live(self) -> Live:
        """Who is logged on."""
        return Live(queues={UserId(id_): [QueueId("q-1")] for id_ in self.logged_on})

    def may(self, by: str | None) -> bool:
        """Whether the actor may do anything to anybody: the host may, and active admins."""
        return by is None or (by in self.users and self.is_admin(by))

    def is_admin(self, id_: str) -> bool:
        """Whether a user is an active admin."""
        return bool(self.users[id_]["role"] == ADMIN and self.users[id_]["status"] == "active")

    def leaves_no_admin(self, users: dict[str, dict[str, Any]]) -> bool:
        """Whether there is an admin now and none among these."""
        now = any(self.is_admin(id_) for id_ in self.users)
        then = any(user["role"] == ADMIN and user["status"] == "active" for user in users.values())
        return now and not then

    def copy(self) -> dict[str, dict[str, Any]]:
        """The model's users, to change and to compare."""
        return {id_: dict(user) for id_, user in self.users.items()}

    def expect(self, attempt: Any, codes: set[Code], users: dict[str, dict[str, Any]] | None = None) -> bool:
        """Do it: either it is refused with these codes and nothing changes, or it is done and the model follows."""
        before = self.tenant
        if codes:
            with pytest.raises(AgentprovError) as caught:
                attempt()
            assert codes == set(caught.value.codes)
            assert before is self.tenant
            return False
        change = attempt()
        self.undoable = (change, self.users, set(self.gone), dict(self.group_values), self.tenant_value)
        self.store.commit(change, at=AT)
        self.version += 1
        if users is not None:
            self.users = users
        return True

    def actor(self, data: st.DataObject) -> str | None:
        """The host, somebody of the tenant, or somebody unknown."""
        return data.draw(st.sampled_from([None, None, *sorted(self.users), "u-who"]))

    def want_of(self, by: str | None, user: str | None = None) -> set[Code]:
        """What a refusal for want of permission says."""
        if self.may(by):
            return {Code.USER_UNKNOWN} if user is not None and user not in self.users else set()
        if by not in self.users:
            return {Code.USER_UNKNOWN}
        return {Code.PERMISSION_NOT_GRANTED if self.users[by]["status"] == "active" else Code.USER_NOT_ACTIVE}

    # ---- operations

    @rule(data=st.data(), login=logins, group=groups, name=names, role=roles)
    def create(self, data: st.DataObject, login: str, group: str, name: str | None, role: RoleId) -> None:
        """Create a user; a login that is taken, now or by a deleted user, is refused."""
        by, id_ = self.actor(data), f"u-{login}"
        codes = self.want_of(by)
        if not codes and (id_ in self.users or id_ in self.gone):
            codes = {Code.LOGIN_TAKEN}
        users = self.copy()
        users[id_] = {"login": login, "group": group, "name": name, "role": role, "status": "active", "value": None}
        form = {"login": login, "user_group": group, "name": name, "role": role}
        self.expect(lambda: create_user(self.tenant, form, by=by and UserId(by)), codes, users)

    @rule(data=st.data(), login=logins, name=names, role=roles, status=st.sampled_from(("active", "disabled")))
    def update(self, data: st.DataObject, login: str, name: str | None, role: RoleId, status: str) -> None:
        """Update a user; the last admin stays one."""
        by, id_ = self.actor(data), f"u-{login}"
        codes = self.want_of(by, id_)
        users = self.copy()
        if not codes:
            users[id_].update(name=name, role=role, status=status)
            codes = {Code.ADMIN_LAST} if self.leaves_no_admin(users) else set()
        form = {"name": name, "role": role, "status": status}
        self.expect(lambda: update_user(self.tenant, UserId(id_), form, by=by and UserId(by)), codes, users)

    @rule(login=logins, other=logins, group=groups)
    def update_what_is_fixed(self, login: str, other: str, group: str) -> None:
        """An update changes neither the login nor the group."""
        id_ = f"u-{login}"
        codes = self.want_of(None, id_)
        if not codes and other != login:
            codes = {Code.LOGIN_IMMUTABLE}
        if id_ in self.users and self.users[id_]["group"] != group:
            codes.add(Code.USER_MOVE_NOT_UPDATE)
        form = {"login": other, "user_group": group}
        self.expect(lambda: update_user(self.tenant, UserId(id_), form, by=None), codes)

    @rule(data=st.data(), login=logins, group=groups)
    def move(self, data: st.DataObject, login: str, group: str) -> None:
        """Move a user, unless they are logged on."""
        by, id_ = self.actor(data), f"u-{login}"
        codes = self.want_of(by, id_)
        if not codes and id_ in self.logged_on:
            codes = {Code.USER_LOGGED_ON_QUEUE}
        users = self.copy()
        if not codes:
            users[id_]["group"] = group
        self.expect(
            lambda: move_user(self.tenant, UserId(id_), to=UserGroupId(group), by=by and UserId(by), live=self.live),
            codes,
            users,
        )

    @rule(data=st.data(), login=logins)
    def delete(self, data: st.DataObject, login: str) -> None:
        """Delete a user, unless they are logged on or the last admin."""
        by, id_ = self.actor(data), f"u-{login}"
        codes = self.want_of(by, id_)
        users = self.copy()
        if not codes and id_ in self.logged_on:
            codes = {Code.USER_LOGGED_ON_QUEUE}
        if not codes:
            del users[id_]
            codes = {Code.ADMIN_LAST} if self.leaves_no_admin(users) else set()
        done = self.expect(
            lambda: delete_user(self.tenant, UserId(id_), by=by and UserId(by), at=AT, live=self.live),
            codes,
            users,
        )
        if done:
            self.gone = {*self.gone, id_}

    @rule(login=logins)
    def move_without_live_facts(self, login: str) -> None:
        """A guard that isn't told what it needs refuses."""
        id_ = f"u-{login}"
        codes = self.want_of(None, id_) or {Code.LIVE_FACT_MISSING}
        self.expect(lambda: move_user(self.tenant, UserId(id_), to=UserGroupId("g-1"), by=None, live=None), codes)

    @rule(login=logins, value=st.none() | values)
    def set_users_value(self, login: str, value: int | None) -> None:
        """Give a user a value of their own, or take it away."""
        id_ = UserId(f"u-{login}")
        users = self.copy()
        if id_ in users:
            users[id_]["value"] = value

        def attempt() -> Change:
            if value is None:
                return reset_property(self.tenant, WRAP_UP, user=id_, by=None)
            return set_property(self.tenant, WRAP_UP, value, user=id_, by=None)

        self.expect(attempt, self.want_of(None, id_), users)

    @rule(group=st.none() | groups, value=values)
    def set_inherited_value(self, group: str | None, value: int) -> None:
        """Give a group or the tenant a value."""
        id_ = None if group is None else UserGroupId(group)
        self.expect(lambda: set_property(self.tenant, WRAP_UP, value, group=id_, by=None), set())
        if group is None:
            self.tenant_value = value
        else:
            self.group_values = {**self.group_values, group: value}

    @rule(login=logins)
    def log_on_or_off(self, login: str) -> None:
        """The live facts change; the tenant doesn't."""
        id_ = f"u-{login}"
        self.logged_on = (self.logged_on ^ {id_}) & self.users.keys()

    # ---- two at once, and taking back

    @rule(login=logins, group=groups)
    def prepare(self, login: str, group: str) -> None:
        """Another administrator makes a change, and waits."""
        if f"u-{login}" not in self.users and f"u-{login}" not in self.gone:
            form = {"login": login, "user_group": group, "role": CLERK}
            self.held = create_user(self.tenant, form, by=None)

    @precondition(lambda self: self.held is not None)
    @rule()
    def commit_what_was_prepared(self) -> None:
        """It is committed if nothing happened since, and is a conflict otherwise."""
        assert self.held is not None
        change, self.held = self.held, None
        (edit,) = change.edits
        user: Any = edit.after
        if change.base == self.version:
            users = self.copy()
            users[user.id] = {
                "login": user.login,
                "group": user.user_group,
                "name": None,
                "role": CLERK,
                "status": "active",
                "value": None,
            }
            self.expect(lambda: change, set(), users)
            return
        before = self.tenant
        with pytest.raises(Conflict) as caught:
            self.store.commit(change, at=AT)
        assert Code.CONFLICT_STALE in caught.value.codes
        assert before is self.tenant

    @precondition(lambda self: self.undoable is not None)
    @rule()
    def undo(self) -> None:
        """The last change is taken back, and everything but the version is as before it."""
        assert self.undoable is not None
        change, users, gone, group_values, tenant_value = self.undoable
        self.undoable = None
        self.store.commit(change.undo(), at=AT)
        self.version += 1
        self.users, self.gone = users, gone
        self.group_values, self.tenant_value = group_values, tenant_value
        self.logged_on &= self.users.keys()

    # ---- after every step

    @invariant()
    def both_are_the_same(self) -> None:
        """The tenant has what the model has."""
        tenant = self.tenant
        found = {
            str(user.id): {
                "login": user.login,
                "group": user.user_group,
                "name": user.name,
                "role": next(iter(user.roles)),
                "status": user.status.value,
                "value": user.properties.get(WRAP_UP),
            }
            for user in tenant.users.values()
        }
        assert self.users == found
        assert self.version == tenant.version
        assert self.gone == {str(id_) for id_ in tenant.tombstones}

    @invariant()
    def values_are_inherited(self) -> None:
        """A user's value is their own, else the group's, else the tenant's, else the default (PR-2)."""
        for id_, user in self.users.items():
            nearest = [user["value"], self.group_values.get(user["group"]), self.tenant_value, DEFAULT]
            expected = next(value for value in nearest if value is not None)
            assert expected == resolve(self.tenant, id_, WRAP_UP).value

    def teardown(self) -> None:
        """The log leads from the founded tenant to the last one (ST-5)."""
        follower = a_tenant()
        for committed in self.store.changes_since(follower.id, 1):
            follower = committed.change.apply(follower)
        assert self.tenant == follower
        super().teardown()


TestProvisioning = Provisioning.TestCase
TestProvisioning.settings = settings(stateful_step_count=30)


def test_a_refusal_is_no_change() -> None:
    """P82: whoever is refused gets no change at all to apply."""
    with pytest.raises(Refused):
        create_user(a_tenant(), {"login": "x"}, by=UserId("u-who"))
    assert attrs.evolve(a_tenant()) == a_tenant()

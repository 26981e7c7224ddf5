"""Who may do what in three products, with blueprints and ready roles as they are shipped (PV-4, PV-5, PV-8, LC-1).

What a product opens is told as the whole set of permissions, so that nothing more is opened unseen.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs
import pytest

from agentprov.codec import blueprint
from agentprov.engine.access import Access
from agentprov.engine.decisions import Object
from agentprov.errors import Code, Refused
from agentprov.model.access import WHOLE_TENANT, Grant, Permission, Role
from agentprov.model.changes import Change
from agentprov.model.departments import Department
from agentprov.model.groups import Queue
from agentprov.model.identity import Login
from agentprov.model.ids import DepartmentId, QueueId, RoleId, TenantId, UserId
from agentprov.model.references import Kind
from agentprov.model.settings import Settings
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status, User
from agentprov.provisioning import create_user, delete_user, update_user
from agentprov.provisioning.access_list import tick, untick
from agentprov.provisioning.granting import grant, revoke
from tests.provisioning.samples import AT, LOGGED_OFF, a_form, faults

BOSS = UserId("u-boss")
LEAD = UserId("u-lead")
RAVI = UserId("u-ravi")
REFUSED = [("(whole)", Code.PERMISSION_NOT_GRANTED)]


def a_product(name: str, *users: User, id_: str = "t-acme") -> Tenant:
    """A new tenant of a product: its ready roles and nothing else, and these users."""
    plan = blueprint(name)
    return Tenant(
        id=TenantId(id_),
        name="Acme",
        settings=Settings(time_zone="Europe/Oslo", region="NO"),
        blueprint=plan,
        roles=plan.ready_roles,
        users={user.id: user for user in users},
        departments={id_: Department(id=id_, name=id_) for id_ in map(DepartmentId, ("d-sales", "d-care"))},
        queues={QueueId("q-1"): Queue(id=QueueId("q-1"), name="Queue")},
    )


def a_user(login: str, *roles: str, **fields: object) -> User:
    """A user with these roles."""
    return User(id=UserId(f"u-{login}"), login=Login(login), name=login, roles=list(map(RoleId, roles)), **fields)  # type: ignore[arg-type]


def opened(tenant: Tenant, user: UserId) -> dict[str, bool]:
    """Every permission that a user holds for anything, and whether it is for the whole tenant."""
    return {permission: extent.whole for permission, extent in Access(tenant).what(user).items()}


def whole(*permissions: str) -> dict[str, bool]:
    """These permissions, for the whole tenant."""
    return dict.fromkeys(permissions, True)


# ---- SmartQ (PV-4) ---------------------------------------------------------------------------------------------------

SECTIONS = ("user", "queue", "agent")
ACTIONS = ("view", "add", "edit", "delete")


def smartq() -> Tenant:
    """An admin, a supervisor, an API user."""
    robot = a_user("robot", "api-user", type="api")
    return a_product("smartq", a_user("boss", "admin"), a_user("lead", "supervisor"), robot)


def test_a_smartq_admin_may_all_of_their_own_tenant() -> None:
    """PV-4: view, add, edit and delete users, queues and agents, and grant; nothing else is in the catalogue."""
    every = [f"{section}:{action}" for section in SECTIONS for action in ACTIONS]
    assert whole(*every, "access:grant") == opened(smartq(), BOSS)


def test_a_smartq_admin_may_nothing_of_another_tenant() -> None:
    """PV-4: even if its objects have the ids of their own tenant's."""
    access = Access(smartq())
    for permission in smartq().blueprint.catalogue.permissions:
        for kind, id_ in ((Kind.USERS, "u-lead"), (Kind.QUEUES, "q-1")):
            assert access.allows(BOSS, permission, on=Object(kind=kind, id=id_, tenant=TenantId("t-acme")))
            assert not access.allows(BOSS, permission, on=Object(kind=kind, id=id_, tenant=TenantId("t-other")))
    other = a_product("smartq", a_user("anna", "admin"), id_="t-other")
    assert {} == opened(other, BOSS)
    attempts: list[Callable[[], Change]] = [
        lambda: create_user(other, a_form("smartq"), by=BOSS),
        lambda: update_user(other, "u-anna", {"name": "A"}, by=BOSS),
        lambda: delete_user(other, "u-anna", by=BOSS, at=AT, live=LOGGED_OFF),
        lambda: grant(other, "u-anna", "user:view", by=BOSS),
    ]
    for attempt in attempts:
        with pytest.raises(Refused) as caught:
            attempt()
        assert (Code.USER_UNKNOWN,) == caught.value.codes


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("action", ACTIONS)
def test_a_smartq_supervisor_has_exactly_what_was_ticked(section: str, action: str) -> None:
    """PV-4: nothing before; then this action of this section, and no other."""
    tenant = smartq()
    assert {} == opened(tenant, LEAD)
    ticked = tick(tenant, LEAD, section, [action], scope=["tenant"], by=BOSS, at=AT).apply(tenant)
    assert whole(f"{section}:{action}") == opened(ticked, LEAD)
    assert {} == opened(untick(ticked, LEAD, section, [action], by=BOSS).apply(ticked), LEAD)


def test_only_smartq_admins_grant() -> None:
    """PV-4: not a supervisor with everything that can be ticked, nor a program."""
    tenant = smartq()
    for section in SECTIONS:
        tenant = tick(tenant, LEAD, section, ACTIONS, scope=["tenant"], by=BOSS, at=AT).apply(tenant)
    tenant = grant(tenant, "u-robot", "user:*", by=BOSS).apply(tenant)
    for actor in (LEAD, "u-robot"):
        assert REFUSED == faults(
            lambda actor=actor: tick(tenant, LEAD, "user", [], scope=["tenant"], by=actor)  # type: ignore[misc]
        )
        assert REFUSED == faults(lambda actor=actor: grant(tenant, LEAD, "queue:view", by=actor))  # type: ignore[misc]
        assert REFUSED == faults(lambda actor=actor: revoke(tenant, LEAD, "user:*", by=actor))  # type: ignore[misc]


@pytest.mark.parametrize("action", ["add", "edit", "delete"])
def test_what_is_ticked_for_users_opens_the_operation(action: str) -> None:
    """PV-4: each of the three opens its own operation, and neither of the others."""
    tenant = smartq()
    tenant = create_user(tenant, a_form("smartq"), by=BOSS).apply(tenant)
    tenant = tick(tenant, LEAD, "user", [action], scope=["tenant"], by=BOSS, at=AT).apply(tenant)
    attempts: dict[str, Callable[[], Change]] = {
        "add": lambda: create_user(tenant, a_form("smartq", login="mina"), by=LEAD),
        "edit": lambda: update_user(tenant, RAVI, {"name": "R"}, by=LEAD),
        "delete": lambda: delete_user(tenant, RAVI, by=LEAD, at=AT, live=LOGGED_OFF),
    }
    for each, attempt in attempts.items():
        if each == action:
            assert tenant.version == attempt().base
        else:
            assert REFUSED == faults(attempt)


def test_a_smartq_supervisor_makes_no_admin() -> None:
    """PV-4, AC-5: with all of the users' section ticked they add supervisors, and neither add nor make an admin."""
    tenant = smartq()
    tenant = tick(tenant, LEAD, "user", ACTIONS, scope=["tenant"], by=BOSS, at=AT).apply(tenant)
    exceeds = [("roles", Code.ROLE_EXCEEDS_ACTOR)]
    assert exceeds == faults(lambda: create_user(tenant, a_form("smartq", role="admin"), by=LEAD))
    assert exceeds == faults(lambda: update_user(tenant, LEAD, {"role": "admin"}, by=LEAD))
    takes = [("roles", Code.REVOKE_EXCEEDS_ACTOR)]
    assert takes == faults(lambda: update_user(tenant, BOSS, {"role": "supervisor"}, by=LEAD))
    assert 1 == len(create_user(tenant, a_form("smartq"), by=LEAD).edits)


# ---- SmarterTrack (PV-5) ---------------------------------------------------------------------------------------------


def smartertrack() -> Tenant:
    """An administrator and a customer."""
    return a_product(
        "smartertrack",
        a_user("boss", "administrator"),
        a_user("kari", "ticket-submitter", "article-reader", type="customer"),
    )


def test_a_smartertrack_administrator_may_all_that_there_is() -> None:
    """PV-5: users and the portal."""
    assert whole(*smartertrack().blueprint.catalogue.permissions) == opened(smartertrack(), BOSS)


def test_a_customers_roles_are_united() -> None:
    """PV-5: submitting and reading, and with the role everyone whatever that gives; nothing of users."""
    tenant = smartertrack()
    kari = UserId("u-kari")
    assert whole("portal:submit_ticket", "portal:read_articles") == opened(tenant, kari)
    community = Grant(permission=Permission("portal:community"), scope=WHOLE_TENANT)
    everyone = Role(id=RoleId("everyone"), name="Everyone", grants=[community])
    tenant = attrs.evolve(tenant, roles=tenant.roles.put(everyone.id, everyone))
    assert whole("portal:submit_ticket", "portal:read_articles", "portal:community") == opened(tenant, kari)


@pytest.mark.parametrize("by", ["u-kari", "u-editor"])
def test_only_an_administrator_creates_and_deletes(by: str) -> None:
    """PV-5: neither a customer nor somebody who may view and edit users."""
    tenant = smartertrack()
    may = [Grant(permission=Permission(f"user:{each}"), scope=WHOLE_TENANT) for each in ("view", "edit")]
    editor = a_user("editor", grants=may)
    tenant = attrs.evolve(tenant, users=tenant.users.put(editor.id, editor))
    form = a_form("smartertrack")
    assert REFUSED == faults(lambda: create_user(tenant, form, by=by))
    assert REFUSED == faults(lambda: delete_user(tenant, "u-kari", by=by, at=AT, live=LOGGED_OFF))
    made = create_user(tenant, form, by=BOSS).apply(tenant)
    assert RAVI not in delete_user(made, RAVI, by=BOSS, at=AT, live=LOGGED_OFF).apply(made).users


def test_an_editor_gives_only_roles_that_they_hold() -> None:
    """PV-5, AC-5: without `access:grant` in the catalogue a form gives and takes what the editor holds."""
    tenant = smartertrack()
    may = [Grant(permission=Permission(each), scope=WHOLE_TENANT) for each in ("user:edit", "portal:read_articles")]
    editor = a_user("editor", grants=may)
    tenant = attrs.evolve(tenant, users=tenant.users.put(editor.id, editor))
    tenant = create_user(tenant, a_form("smartertrack"), by=BOSS).apply(tenant)
    reading = update_user(tenant, RAVI, {"roles": ["article-reader"]}, by="u-editor").apply(tenant)
    assert whole("portal:read_articles") == opened(reading, RAVI)
    assert {} == opened(update_user(reading, RAVI, {"roles": []}, by="u-editor").apply(reading), RAVI)
    assert [("roles", Code.ROLE_EXCEEDS_ACTOR)] == faults(
        lambda: update_user(tenant, RAVI, {"roles": ["administrator"]}, by="u-editor")
    )
    submitting = update_user(tenant, RAVI, {"roles": ["ticket-submitter"]}, by=BOSS).apply(tenant)
    assert [("roles", Code.REVOKE_EXCEEDS_ACTOR)] == faults(
        lambda: update_user(submitting, RAVI, {"roles": []}, by="u-editor")
    )


# ---- the supervisor workplace (PV-8) ---------------------------------------------------------------------------------

SWITCHES = {
    "transfer_threads": ("thread:transfer",),
    "manage_accounts": ("user:view", "user:add", "user:edit", "user:delete"),
    "manage_sessions": ("settings:view", "settings:edit"),
}


def workplace() -> Tenant:
    """A supervisor without switches."""
    return a_product(
        "supervisor-workplace",
        a_user("lead", "supervisor", home_department=DepartmentId("d-sales"), email="lead@example.com"),
    )


@pytest.mark.parametrize("switch", SWITCHES)
def test_each_switch_opens_what_it_stands_for(switch: str) -> None:
    """PV-8: transferring threads, managing accounts, managing agent sessions; nothing else, and off again nothing."""
    tenant = workplace()
    assert {} == opened(tenant, LEAD)
    on = update_user(tenant, LEAD, {switch: True}, by=None, at=AT).apply(tenant)
    assert whole(*SWITCHES[switch]) == opened(on, LEAD)
    assert {} == opened(update_user(on, LEAD, {switch: False}, by=None).apply(on), LEAD)


def test_all_switches_open_what_each_does() -> None:
    """PV-8: and an agent has none of it."""
    tenant = workplace()
    tenant = update_user(tenant, LEAD, dict.fromkeys(SWITCHES, True), by=None).apply(tenant)
    assert whole(*(each for permissions in SWITCHES.values() for each in permissions)) == opened(tenant, LEAD)
    tenant = create_user(tenant, a_form("supervisor-workplace"), by=LEAD).apply(tenant)
    assert {} == opened(tenant, RAVI)


def test_without_the_switch_there_are_no_accounts_to_manage() -> None:
    """PV-8: managing accounts is what creates agents and supervisors, and edits them."""
    tenant = workplace()
    sessions = update_user(tenant, LEAD, {"manage_sessions": True, "transfer_threads": True}, by=None).apply(tenant)
    form = a_form("supervisor-workplace")
    assert REFUSED == faults(lambda: create_user(sessions, form, by=LEAD))
    assert REFUSED == faults(lambda: update_user(sessions, LEAD, {"name": "L"}, by=LEAD))
    managing = update_user(tenant, LEAD, {"manage_accounts": True}, by=None).apply(tenant)
    made = create_user(managing, form, by=LEAD).apply(managing)
    assert "R" == update_user(made, RAVI, {"name": "R"}, by=LEAD).apply(made).users[RAVI].name


# ---- statuses (LC-1) -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.DISABLED, Status.BLOCKED, Status.DEACTIVATED])
@pytest.mark.parametrize(("name", "switch"), [("smartq", None), ("supervisor-workplace", "manage_accounts")])
def test_a_status_closes_everything_and_gives_exactly_it_back(status: Status, name: str, switch: str | None) -> None:
    """LC-1: no rights while disabled, blocked or deactivated; then those there were, of roles, ticks and switches."""
    tenant = smartq() if switch is None else workplace()
    if switch is None:
        tenant = tick(tenant, LEAD, "user", ["view", "edit"], scope=["self"], by=BOSS, at=AT).apply(tenant)
    else:
        tenant = update_user(tenant, LEAD, {switch: True}, by=None).apply(tenant)
    before = Access(tenant).what(LEAD)
    assert 2 <= len(before), name
    closed = update_user(tenant, LEAD, {"status": status.value}, by=None).apply(tenant)
    assert {} == opened(closed, LEAD)
    assert not any(
        Access(closed).allows(LEAD, permission, on=LEAD) for permission in tenant.blueprint.catalogue.permissions
    )
    back = update_user(closed, LEAD, {"status": "active"}, by=None).apply(closed)
    assert before == Access(back).what(LEAD)
    assert tenant.users[LEAD] == back.users[LEAD]


@pytest.mark.parametrize(
    ("status", "by_editor", "by_admin"),
    [(Status.DISABLED, True, True), (Status.DEACTIVATED, True, True), (Status.BLOCKED, False, True)],
)
def test_who_leads_back(status: Status, by_editor: bool, by_admin: bool) -> None:
    """LC-1: enabling needs `user:edit`, unblocking an admin."""
    tenant = smartq()
    editor = a_user("editor", "supervisor", grants=[Grant(permission=Permission("user:edit"), scope=WHOLE_TENANT)])
    tenant = attrs.evolve(tenant, users=tenant.users.put(editor.id, editor))
    closed = update_user(tenant, LEAD, {"status": status.value}, by=editor.id).apply(tenant)
    for by, allowed in ((editor.id, by_editor), (BOSS, by_admin)):
        try:
            found = [edit.id for edit in update_user(closed, LEAD, {"status": "active"}, by=by).edits]
        except Refused as error:
            found = [code.value for code in error.codes]
        assert ([LEAD] if allowed else ["user.unblock_needs_admin"]) == found

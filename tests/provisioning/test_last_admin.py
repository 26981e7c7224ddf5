"""No change may take a tenant from some admins to none, whatever kind of change it is (AC-5, q)."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import pytest

from agentprov.engine.access import Access
from agentprov.engine.admins import admins_permission, is_admin
from agentprov.errors import Code, Refused
from agentprov.model.access import WHOLE_TENANT, Effect, Grant, Permission, Role, Within
from agentprov.model.changes import Change
from agentprov.model.contact import Email, PhoneNumber
from agentprov.model.identity import Login
from agentprov.model.ids import RoleId, UserId
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.user_types import API, PERSON
from agentprov.model.users import Status, User
from agentprov.provisioning import create_user, delete_user, update_user
from agentprov.provisioning.access_list import tick, untick
from agentprov.provisioning.granting import grant, replace_scope, revoke
from agentprov.provisioning.guards import check_kept, check_rights
from agentprov.provisioning.role_grants import grant_permission, revoke_permission
from agentprov.provisioning.roles import deassign_user, delete_inheritance, delete_role
from tests.provisioning.samples import ADMIN, AT, LOGGED_OFF, a_tenant, faults

SECOND = UserId("u-second")
GRANT = Permission("access:grant")
MANAGER = RoleId("manager")

Attempt = Callable[[Tenant, str | None], Change]


def by_role() -> Tenant:
    """One admin, by a role that inherits `access:grant` from another; somebody else without rights."""
    tenant = a_tenant()
    roles = {
        RoleId("admin"): attrs.evolve(tenant.roles[RoleId("admin")], inherits=[MANAGER], grants=[allowed("user:*")]),
        MANAGER: Role(id=MANAGER, name="Manager", grants=[allowed(GRANT)]),
    }
    boss = attrs.evolve(
        tenant.users[ADMIN],
        roles=[RoleId("admin"), RoleId("agent")],
        grants=(),
        name="Boss",
        email=Email("boss@example.com"),
        phone=PhoneNumber("+919812345600"),
    )
    return attrs.evolve(
        tenant,
        blueprint=attrs.evolve(tenant.blueprint, roles=None, several_roles=True),
        roles={**tenant.roles, **roles},
        users=tenant.users.put(ADMIN, boss),
    )


def by_tick() -> Tenant:
    """One admin, by grants of their own."""
    tenant = by_role()
    boss = attrs.evolve(tenant.users[ADMIN], roles=[RoleId("agent")], grants=[allowed("user:*"), allowed("access:*")])
    return attrs.evolve(tenant, users=tenant.users.put(ADMIN, boss))


def allowed(permission: str) -> Grant:
    """An allow for the whole tenant."""
    return Grant(permission=Permission(permission), scope=WHOLE_TENANT)


def with_second(tenant: Tenant, **fields: object) -> Tenant:
    """The tenant with a second user who holds what makes an admin."""
    given: dict[str, object] = {"id": SECOND, "login": Login("second"), "grants": [allowed(GRANT)], **fields}
    return attrs.evolve(tenant, users=tenant.users.put(SECOND, User(**given)))  # type: ignore[arg-type]


WAYS: dict[str, tuple[Callable[[], Tenant], Attempt]] = {
    "demoted": (by_role, lambda t, by: update_user(t, ADMIN, {"role": "agent"}, by=by)),
    "without a role": (by_role, lambda t, by: deassign_user(t, ADMIN, role="admin", by=by)),
    "disabled": (by_role, lambda t, by: update_user(t, ADMIN, {"status": "disabled"}, by=by)),
    "blocked": (by_role, lambda t, by: update_user(t, ADMIN, {"status": "blocked"}, by=by)),
    "deactivated": (by_role, lambda t, by: update_user(t, ADMIN, {"status": "deactivated"}, by=by)),
    "deleted": (by_role, lambda t, by: delete_user(t, ADMIN, by=by, at=AT, live=LOGGED_OFF)),
    "denied": (by_role, lambda t, by: grant(t, ADMIN, GRANT, effect=Effect.DENY, by=by)),
    "denied for a part": (by_role, lambda t, by: grant(t, ADMIN, GRANT, scope=["self"], effect=Effect.DENY, by=by)),
    "denied by a role": (by_role, lambda t, by: grant_permission(t, "admin", GRANT, effect=Effect.DENY, by=by)),
    "role narrowed": (by_role, lambda t, by: revoke_permission(t, "manager", GRANT, by=by)),
    "role without its heritage": (
        by_role,
        lambda t, by: delete_inheritance(t, senior="admin", junior="manager", by=by),
    ),
    "role deleted": (by_role, lambda t, by: delete_role(t, "manager", detach=True, by=by)),
    "revoked": (by_tick, lambda t, by: revoke(t, ADMIN, GRANT, by=by)),
    "narrowed": (by_tick, lambda t, by: replace_scope(t, ADMIN, GRANT, scope=["home-department"], by=by)),
    "unticked": (by_tick, lambda t, by: untick(t, ADMIN, "access", ["grant"], by=by)),
    "ticked for less": (by_tick, lambda t, by: tick(t, ADMIN, "access", ["grant"], scope=["own-agents"], by=by)),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("by", [ADMIN, None])
def test_the_last_admin_stays_one_whatever_is_tried(way: str, by: UserId | None) -> None:
    """AC-5 (q): demotion, disabling, blocking, deletion, deny, narrowing, role edit; by themselves or by the host."""
    make, attempt = WAYS[way]
    assert Code.ADMIN_LAST in [code for _, code in faults(lambda: attempt(make(), by))]


def test_it_is_told_with_the_faults_of_the_form() -> None:
    """PV-2, AC-5: a form that would demote the last admin and has a fault as well is told both at once."""
    found = faults(lambda: update_user(by_role(), ADMIN, {"roles": ["agent"], "user_group": "g-none"}, by=None))
    assert {Code.ADMIN_LAST} < {code for _, code in found}


@pytest.mark.parametrize("way", WAYS)
def test_with_a_second_admin_any_of_them_goes(way: str) -> None:
    """AC-5: one is enough."""
    make, attempt = WAYS[way]
    tenant = with_second(make())
    after = attempt(tenant, None).apply(tenant)
    assert [False, True] == [is_admin(Access(after), id_) for id_ in (ADMIN, SECOND)]


@pytest.mark.parametrize(
    "fields",
    [
        {"status": Status.DISABLED},
        {"status": Status.BLOCKED},
        {"status": Status.DEACTIVATED},
        {"type": API},
        {"grants": [attrs.evolve(allowed(GRANT), scope=[Within.HOME_DEPARTMENT])]},
        {"grants": [allowed(GRANT), attrs.evolve(allowed(GRANT), scope=[Within.SELF], effect=Effect.DENY)]},
    ],
)
def test_somebody_who_is_no_admin_is_no_second_one(fields: dict[str, object]) -> None:
    """AC-5: an admin is an active person who, after denies, holds `access:grant` for the whole tenant."""
    tenant = with_second(by_role(), **fields)
    assert [("(whole)", Code.ADMIN_LAST)] == faults(lambda: update_user(tenant, ADMIN, {"status": "disabled"}, by=None))


def test_a_tenant_without_admins_can_be_built_and_changed() -> None:
    """AC-5: the host provisions one user after the other; nothing asks for an admin before there is one."""
    tenant = a_tenant("smartq")
    tenant = attrs.evolve(tenant, users=Table(), profiles=Table())
    for login in ("anna", "ben"):
        form = {"login": login, "name": login, "role": "supervisor"}
        tenant = create_user(tenant, form, by=None).apply(tenant)
    tenant = update_user(tenant, "u-anna", {"status": "disabled"}, by=None).apply(tenant)
    gone = delete_user(tenant, "u-anna", by=None, at=AT, live=LOGGED_OFF).apply(tenant)
    assert {"u-ben"} == set(gone.users)


def test_where_nobody_can_grant_who_edits_everybody_is_the_admin() -> None:
    """PV-5: SmarterTrack's catalogue has no `access:grant`; the last person who may edit all users stays one."""
    tenant = a_tenant("smartertrack")
    boss = attrs.evolve(tenant.users[ADMIN], grants=())
    tenant = attrs.evolve(tenant, users=tenant.users.put(ADMIN, boss))
    assert is_admin(Access(tenant), ADMIN)
    attempts: list[Callable[[], Change]] = [
        lambda: deassign_user(tenant, ADMIN, role="administrator", by=None),
        lambda: delete_user(tenant, ADMIN, by=None, at=AT, live=LOGGED_OFF),
        lambda: grant(tenant, ADMIN, "user:edit", effect=Effect.DENY, by=None),
    ]
    for attempt in attempts:
        assert Code.ADMIN_LAST in [code for _, code in faults(attempt)]


def test_where_nobody_can_edit_either_there_are_no_admins() -> None:
    """AC-5: such a catalogue has nothing to guard."""
    tenant = a_tenant("smartertrack")
    catalogue = attrs.evolve(tenant.blueprint.catalogue, sections=Table({"portal": ("community",)}))
    plain = attrs.evolve(tenant.blueprint, catalogue=catalogue, ready_roles=Table())
    boss = User(id=ADMIN, login=Login("boss"), type=PERSON, grants=[allowed("portal:*")])
    tenant = attrs.evolve(tenant, blueprint=plain, roles=Table(), users={ADMIN: boss}, profiles=Table())
    assert admins_permission(tenant) is None
    assert not is_admin(Access(tenant), ADMIN)
    gone = attrs.evolve(tenant, users=Table())
    check_kept(tenant, gone)


def test_a_change_made_by_hand_is_asked_by_the_guard_itself() -> None:
    """AC-5: applying a change asks no guard; a host that makes changes of its own asks them."""
    tenant = by_role()
    after = attrs.evolve(tenant, users=tenant.users.drop(ADMIN))
    with pytest.raises(Refused) as caught:
        check_rights(tenant, after, None)
    assert (Code.ADMIN_LAST,) == caught.value.codes

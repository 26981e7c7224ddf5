"""What may refuse a change although its form is in order: permissions, delegation, live facts, the last admin.

``by`` is the acting user. Nobody (``None``) means the host itself acts, as when it sets up a tenant: then permissions
aren't asked for, but every guard about the tenant still holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from agentprov.engine.access import Access
from agentprov.engine.decisions import DeniedBy, NotGranted, Object, Reason
from agentprov.errors import Code, Collector, NotFound, Refused
from agentprov.model.access import Permission
from agentprov.model.changes import Change, Edit
from agentprov.model.ids import UserId
from agentprov.model.live import Live
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.model.user_types import PERSON
from agentprov.model.users import Status, User

USER_ADD: Final = Permission("user:add")
USER_EDIT: Final = Permission("user:edit")
USER_DELETE: Final = Permission("user:delete")
ACCESS_GRANT: Final = Permission("access:grant")


def permit(tenant: Tenant, by: UserId | None, permission: Permission, on: UserId | None = None) -> None:
    """Refuse unless ``by`` holds the permission over ``on``; over the whole tenant where nobody is named.

    Raises:
        Refused: ``permission.not_granted``, ``permission.denied``, ``user.not_active`` or ``user.unknown``.
    """
    if by is not None:
        access = Access(tenant)
        if not access.allows(by, permission, on):
            raise Refused(access.decide(by, permission, on).problems(by, permission))


def permit_somewhere(tenant: Tenant, by: UserId | None, permission: Permission) -> bool:
    """Whether ``by`` holds the permission over the whole tenant; with it for some of it only, no.

    Raises:
        Refused: the actor holds it nowhere.
    """
    if by is None:
        return True
    decision = Access(tenant).decide(by, permission)
    if not decision.allowed and not any(map(_holds_for_some, decision.reasons)):
        raise Refused(decision.problems(by, permission))
    return decision.allowed


def _holds_for_some(reason: Reason) -> bool:
    """Whether a refusal for the whole tenant leaves room for some object: a narrower grant, or a deny for a part."""
    return bool(reason.nearest) if isinstance(reason, NotGranted) else isinstance(reason, DeniedBy)


def stored_user(tenant: Tenant, id_: UserId) -> User:
    """The user of this id.

    Raises:
        NotFound: ``user.unknown``.
    """
    user = tenant.users.get(id_)
    if user is None:
        raise NotFound.of(Code.USER_UNKNOWN, "id", value=str(id_))
    return user


def check_logged_off(found: Collector, live: Live | None, user: UserId) -> None:
    """Note that the user is logged on to queues, or that the host didn't say whether they are (LC-2)."""
    queues = None if live is None else live.queues_of(user)
    if queues is None:
        found.add(Code.LIVE_FACT_MISSING, "id", fact="queues")
    elif queues:
        found.add(Code.USER_LOGGED_ON_QUEUE, "id", value=user, queues=tuple(sorted(queues)))


def is_admin(tenant: Tenant, access: Access, id_: UserId) -> bool:
    """Whether this is an active person who holds ``access:grant`` for the whole tenant (AC-5).

    In a catalogue without ``access:grant`` nobody can hand on rights, and holding ``user:edit`` for the whole tenant is
    what makes an admin.
    """
    user = tenant.users.get(id_)
    if user is None or user.type != PERSON or user.status is not Status.ACTIVE:
        return False
    return access.allows(id_, _admins_permission(tenant))


def _admins_permission(tenant: Tenant) -> Permission:
    return ACCESS_GRANT if tenant.blueprint.catalogue.expand(ACCESS_GRANT) else USER_EDIT


def check_admins_left(before: Tenant, after: Tenant) -> None:
    """Refuse a change that takes a tenant from some admins to none (AC-5). One without admins may stay without.

    Raises:
        Refused: ``admin.last``.
    """
    if before.blueprint.catalogue.expand(ACCESS_GRANT) and _has_admin(before) and not _has_admin(after):
        raise Refused.of(Code.ADMIN_LAST)


def _has_admin(tenant: Tenant) -> bool:
    access = Access(tenant)
    return any(is_admin(tenant, access, id_) for id_ in tenant.users)


def check_handed_on(before: Tenant, after: Tenant, by: UserId | None, receiver: UserId) -> None:
    """Refuse to hand on what the actor doesn't hold: whatever the receiver gains, ``by`` must hold already (AC-5).

    A gain is a permission over an object. Both tenants are asked, so every way to gain counts: a role, a switch, a
    group that makes a relative scope wider. What the role everyone gives, and what comes back with a status, isn't
    handed on.

    Raises:
        Refused: ``role.exceeds_actor``.
    """
    if by is None or not _may_gain(before, after, receiver):
        return
    gains = _Gains(before, after, by, receiver)
    permissions = sorted(after.blueprint.catalogue.permissions)
    too_much = tuple(permission for permission in permissions if gains.exceed(permission))
    if too_much:
        raise Refused.of(Code.ROLE_EXCEEDS_ACTOR, "roles", permissions=too_much, actor=by)


def _may_gain(before: Tenant, after: Tenant, receiver: UserId) -> bool:
    """Whether something changes on which the receiver's rights depend."""
    old, new = before.users.get(receiver), after.users[receiver]
    if old is None:
        return bool(new.roles or new.grants)
    depends = ("type", "roles", "grants", "user_group", "home_department", "supervisor", "agent_groups", "visibility")
    return any(getattr(old, name) != getattr(new, name) for name in depends)


class _Gains:
    """What a receiver gains by a change, against what the actor holds."""

    def __init__(self, before: Tenant, after: Tenant, by: UserId, receiver: UserId) -> None:
        self.by, self.receiver = by, receiver
        self.holds, self.gets, self.had = Access(before), Access(after), Access(_baseline(before, after, receiver))
        # A new user is an object that only the tenant after the change knows.
        self.over_receiver = self.holds if receiver in before.users else self.gets

    def exceed(self, permission: Permission) -> bool:
        """Whether the receiver gains this permission over anything over which the actor doesn't hold it."""
        if self.holds.allows(self.by, permission) or not self._reaches(permission):
            return False
        if self.gets.allows(self.receiver, permission) and not self.had.allows(self.receiver, permission):
            return True
        return any(self._gained(permission, on) and not self._held(permission, on) for on in self._objects())

    def _reaches(self, permission: Permission) -> bool:
        """Whether the receiver may hold the permission over anything at all: cheap, and most often no."""
        reasons = self.gets.decide(self.receiver, permission).reasons
        return not all(isinstance(reason, NotGranted) and not reason.nearest for reason in reasons)

    def _objects(self) -> Iterator[str | Object]:
        tenant = self.gets.tenant
        yield from tenant.users
        for kind in (Kind.DEPARTMENTS, Kind.NUMBERS):
            yield from (Object(kind=kind, id=each) for each in tenant.table(kind))

    def _gained(self, permission: Permission, on: str | Object) -> bool:
        return self.gets.allows(self.receiver, permission, on) and not self.had.allows(self.receiver, permission, on)

    def _held(self, permission: Permission, on: str | Object) -> bool:
        return (self.over_receiver if on == self.receiver else self.holds).allows(self.by, permission, on)


def _baseline(before: Tenant, after: Tenant, receiver: UserId) -> Tenant:
    """The tenant to compare with: the receiver as before, apart from the status; a new one without roles and grants."""
    old, new = before.users.get(receiver), after.users[receiver]
    if old is None:
        return _with(after, attrs.evolve(new, roles=(), grants=()))
    return before if old.status is new.status else _with(before, attrs.evolve(old, status=new.status))


def _with(tenant: Tenant, user: User) -> Tenant:
    """The tenant with this user instead of the one of the same id."""
    edit = Edit(kind=Kind.USERS, id=user.id, before=tenant.users[user.id], after=user)
    return Change(tenant=tenant.id, base=tenant.version, edits=[edit]).apply(tenant)

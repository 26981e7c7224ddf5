"""The access-control list: supervisors and admins, with a box to tick for every section and action (AC-5, PV-4).

A tick is a grant of the user's own. Ticking one action gives no other; unticking one out of a whole section leaves the
others. What a role gives shows in the box and can't be unticked here; nor can a deny.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum

import attrs

from agentprov.engine.access import Access
from agentprov.engine.admins import admins_permission
from agentprov.engine.decisions import Held
from agentprov.engine.listing import list_users
from agentprov.errors import Code, Collector, Refused
from agentprov.model.access import Effect, Grant, Permission, Scope, ScopeTerm, Within
from agentprov.model.changes import Change
from agentprov.model.ids import UserId, user_id
from agentprov.model.instants import check_instants
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status, User
from agentprov.provisioning.gains import as_if_active
from agentprov.provisioning.granting import MOST_SHOWN, change_of_grants, read_scope, receiver, without


class Tick(StrEnum):
    """How a box looks."""

    TICKED = "ticked"
    """By a grant of the user's own."""
    BY_ROLE = "by-role"
    """By a role alone."""
    DENIED = "denied"
    """A deny for the whole tenant forbids it, whatever is ticked."""
    NOT = "not"


@attrs.frozen(kw_only=True)
class Box:
    """One action of one user: the grants behind it, each with its scope, and who gave it and when (AC-11)."""

    permission: Permission
    ticks: tuple[Grant, ...]
    """The allows of the user's own."""
    by_role: tuple[Held, ...]
    """The allows that come by a role, each with the way to it."""
    denied: tuple[Held, ...]
    """The denies, of the user's own and by a role; one with a narrower scope forbids a part."""

    @property
    def tick(self) -> Tick:
        """How the box looks."""
        if any(Within.TENANT in held.grant.scope for held in self.denied):
            return Tick.DENIED
        if self.ticks:
            return Tick.TICKED
        return Tick.BY_ROLE if self.by_role else Tick.NOT


@attrs.frozen(kw_only=True)
class AccessRow:
    """One user of the list. What they hold is told whatever their status: it comes back with it."""

    user: UserId
    login: str
    name: str | None
    status: Status
    admin: bool
    """Whether they hold ``access:grant`` for the whole tenant; what makes them an admin while they are active."""
    sections: Table[str, tuple[Box, ...]]
    """By section of the catalogue: its actions in their order."""

    def box(self, permission: str) -> Box:
        """The box of a permission.

        Raises:
            KeyError: the catalogue doesn't have it.
        """
        section = permission.partition(":")[0]
        return {box.permission: box for box in self.sections[section]}[Permission(permission)]


def access_list(tenant: Tenant, *, hidden: bool = False) -> tuple[AccessRow, ...]:
    """The list, by id: admins, and supervisors where the blueprint says which roles make one; else everybody.

    Users of a type that isn't in the list, such as API users, are never among them (ID-14). ``hidden`` lists those
    who are deactivated as well.
    """
    access = as_if_active(tenant, Access(tenant))
    listed = (user for user in list_users(tenant, hidden=hidden) if _is_listed(access, user))
    return tuple(_row(access, user) for user in listed)


def tick(
    tenant: Tenant,
    user: str,
    section: str,
    actions: Iterable[str],
    *,
    scope: Iterable[ScopeTerm | str],
    by: str | None,
    at: datetime | None = None,
) -> Change:
    """The change after which exactly these actions of a section are ticked, each for this scope and for no other.

    An action is named without its section: ``view``. What is ticked for this scope already keeps who gave it and when.
    The section's ticks for other scopes go. Nothing changes where all is as it should be.

    Raises:
        NotFound: ``user.unknown``.
        Refused: ``by`` may not grant over this user, or somebody would gain what ``by`` doesn't hold; it is the last
            admin's; the user isn't in the list.
        InvalidValue: the catalogue doesn't have the section or an action; the scope is empty, or names what isn't
            there.
    """
    stored = _listed(tenant, user, by)
    found = Collector()
    wanted = _permissions(tenant, section, actions, found)
    terms = read_scope(tenant, scope, found)
    check_instants(found, ("at", at))
    found.check()
    left = _set(tenant, stored, section, wanted, terms)
    catalogue = tenant.blueprint.catalogue
    kept = {
        permission for held in left if held.effect is Effect.ALLOW for permission in catalogue.expand(held.permission)
    }
    given = (
        Grant(permission=permission, scope=terms, given_by=user_id(by), given_at=at)
        for permission in wanted
        if permission not in kept
    )
    return change_of_grants(tenant, stored, (*left, *given), user_id(by))


def untick(tenant: Tenant, user: str, section: str, actions: Iterable[str], *, by: str | None) -> Change:
    """The change that takes these ticks away, for whatever scope, and leaves the section's others.

    What isn't ticked stays so. Nothing is given here, so there is no instant to note; a commit notes when it was done.

    Raises:
        NotFound, Refused, InvalidValue: as :func:`tick` does.
    """
    stored = _listed(tenant, user, by)
    found = Collector()
    gone = frozenset(_permissions(tenant, section, actions, found))
    found.check()
    left = without(tenant.blueprint.catalogue, stored.grants, gone, Effect.ALLOW, None)
    return change_of_grants(tenant, stored, left, user_id(by))


def _is_listed(access: Access, user: User) -> bool:
    """Whether the list shows this user."""
    blueprint = access.tenant.blueprint
    if not blueprint.user_types[user.type].in_access_control_list:
        return False
    return not blueprint.supervisors or not blueprint.supervisors.isdisjoint(user.roles) or _is_admin(access, user)


def _is_admin(access: Access, user: User) -> bool:
    permission = admins_permission(access.tenant)
    return permission is not None and access.allows(user.id, permission)


def _row(access: Access, user: User) -> AccessRow:
    sections = access.tenant.blueprint.catalogue.sections
    return AccessRow(
        user=user.id,
        login=user.login,
        name=user.name,
        status=user.status,
        admin=_is_admin(access, user),
        sections=Table(
            {
                section: tuple(_box(access, user.id, Permission(f"{section}:{action}")) for action in actions)
                for section, actions in sections.items()
            }
        ),
    )


def _box(access: Access, user: UserId, permission: Permission) -> Box:
    held = access.held(user, permission)
    allows = [each for each in held if each.grant.effect is Effect.ALLOW]
    return Box(
        permission=permission,
        ticks=tuple(each.grant for each in allows if not each.path),
        by_role=tuple(each for each in allows if each.path),
        denied=tuple(each for each in held if each.grant.effect is Effect.DENY),
    )


def _listed(tenant: Tenant, user: str, by: str | None) -> User:
    """A user of the list, whose ticks are to change by somebody who may."""
    stored = receiver(tenant, user, by)
    if not _is_listed(as_if_active(tenant, Access(tenant)), stored):
        raise Refused.of(Code.USER_NOT_IN_ACCESS_LIST, "user", value=stored.id)
    return stored


def _permissions(tenant: Tenant, section: str, actions: Iterable[str], found: Collector) -> tuple[Permission, ...]:
    """The permissions of a section, each once and in the order of the catalogue; noted is what isn't there."""
    asked = dict.fromkeys([actions] if isinstance(actions, str) else actions)
    known = tenant.blueprint.catalogue.sections.get(section)
    if known is None:
        choices = tuple(tenant.blueprint.catalogue.sections)
        found.add(Code.FIELD_UNKNOWN_CHOICE, "section", value=section[:MOST_SHOWN], choices=choices)
        return ()
    for action in asked:
        if action not in known:
            found.add(Code.FIELD_UNKNOWN_CHOICE, "actions", value=str(action)[:MOST_SHOWN], choices=known)
    return tuple(Permission(f"{section}:{action}") for action in known if action in asked)


def _set(tenant: Tenant, user: User, section: str, wanted: Collection[Permission], scope: Scope) -> tuple[Grant, ...]:
    """The user's grants without the section's ticks that are to go: those unticked, and those of another scope."""
    catalogue = tenant.blueprint.catalogue
    every = frozenset(catalogue.expand(Permission(f"{section}:*")))
    grants: list[Grant] = []
    for held in user.grants:
        gone = every if held.scope != scope else every.difference(wanted)
        grants += without(catalogue, [held], gone, Effect.ALLOW, None)
    return tuple(grants)

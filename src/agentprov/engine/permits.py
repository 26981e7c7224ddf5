"""Whether an actor may do something to somebody, asked before anything else is said (AC-1).

``by`` is the acting user. Nobody (``None``) means the host itself acts, as when it sets up a tenant: it may do all.
"""

from __future__ import annotations

from typing import Final

from agentprov.engine.access import Access
from agentprov.engine.admins import USER_EDIT
from agentprov.engine.decisions import DeniedBy, NotGranted, Reason
from agentprov.errors import Code, Collector, InvalidValue, NotFound, Parameter, Problem, Refused
from agentprov.model.access import Permission
from agentprov.model.ids import UserId
from agentprov.model.tenant import Tenant
from agentprov.model.users import User

USER_ADD: Final = Permission("user:add")
USER_DELETE: Final = Permission("user:delete")


def known_permission(tenant: Tenant, permission: Permission) -> Permission:
    """The permission, or ``user:edit`` where the catalogue doesn't have it."""
    return permission if tenant.blueprint.catalogue.expand(permission) else USER_EDIT


def permit(tenant: Tenant, by: UserId | None, permission: Permission, on: UserId | None = None) -> None:
    """Refuse unless ``by`` holds the permission over ``on``; over the whole tenant where nobody is named.

    What the catalogue doesn't have nobody holds.

    Raises:
        Refused: ``permission.not_granted``, ``permission.denied``, ``user.not_active`` or ``user.unknown``.
    """
    if by is not None:
        _check_actor(by)
        found = Collector()
        found.absorb(not_permitted(Access(tenant), by, permission, on))
        found.check(Refused)


def not_permitted(access: Access, by: UserId, permission: Permission, on: UserId | None = None) -> tuple[Problem, ...]:
    """What :func:`permit` objects to, for who asks about many users of one version of a tenant."""
    if not access.tenant.blueprint.catalogue.expand(permission):
        parameters: dict[str, Parameter] = {"value": by, "actor": by, "permission": permission}
        return (Problem(code=Code.PERMISSION_NOT_GRANTED, parameters=parameters),)
    return () if access.allows(by, permission, on) else access.decide(by, permission, on).problems(by, permission)


def _check_actor(by: UserId) -> None:
    if not isinstance(by, str):
        raise InvalidValue.of(Code.FIELD_WRONG_TYPE, "by", expected="a user's id", found="something else")


def permit_somewhere(tenant: Tenant, by: UserId | None, permission: Permission) -> bool:
    """Whether ``by`` holds the permission over the whole tenant; with it for some of it only, no.

    Raises:
        Refused: the actor holds it nowhere.
    """
    if by is None:
        return True
    _check_actor(by)
    decision = Access(tenant).decide(by, permission)
    if not decision.allowed and not any(map(_holds_for_some, decision.reasons)):
        raise Refused(decision.problems(by, permission))
    return decision.allowed


def _holds_for_some(reason: Reason) -> bool:
    """Whether a refusal for the whole tenant leaves room for some object: a narrower grant, or a deny for a part."""
    return bool(reason.nearest) if isinstance(reason, NotGranted) else isinstance(reason, DeniedBy)


def stored_user(tenant: Tenant, id_: UserId, by: UserId | None, permission: Permission) -> User:
    """The user of this id, over whom ``by`` holds the permission.

    Who doesn't hold it for the whole tenant can't learn here which ids there are: the refusal is the same for those
    that there aren't.

    Raises:
        NotFound: ``user.unknown``, to whom it may concern.
        InvalidValue: ``field.wrong_type``: a user isn't their own id.
        Refused: as :func:`permit` does.
    """
    if not isinstance(id_, str):
        raise InvalidValue.of(Code.FIELD_WRONG_TYPE, "id", expected="a user's id", found="something else")
    user = tenant.users.get(id_)
    permit(tenant, by, permission, None if user is None else id_)
    if user is None:
        raise NotFound.of(Code.USER_UNKNOWN, "id", value=str(id_))
    return user

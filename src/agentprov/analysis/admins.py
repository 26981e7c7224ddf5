"""Who is an admin, and who could grant rights without being one (AC-5)."""

from __future__ import annotations

from typing import Final

from agentprov.engine.access import Access
from agentprov.model.access import Permission
from agentprov.model.ids import UserId
from agentprov.model.tenant import Tenant
from agentprov.model.user_types import PERSON

ACCESS_GRANT: Final = Permission("access:grant")
USER_EDIT: Final = Permission("user:edit")


def admins_permission(tenant: Tenant) -> Permission | None:
    """What makes an admin when it is held for the whole tenant.

    That is ``access:grant``; where the catalogue hasn't it, nobody can hand on rights, and it is ``user:edit``.
    Nothing, where it has neither.
    """
    known = tenant.blueprint.catalogue.permissions
    return next((each for each in (ACCESS_GRANT, USER_EDIT) if each in known), None)


def admins(access: Access) -> frozenset[UserId]:
    """The active persons who may hand on rights in the whole tenant."""
    permission = admins_permission(access.tenant)
    if permission is None:
        return frozenset()
    users = access.tenant.users
    return frozenset(
        id_
        for group in access.classes.groups
        if group.rights.extent(permission).whole
        for id_ in group.users
        if users[id_].type == PERSON
    )

"""All admins of a tenant, found by class (AC-5)."""

from __future__ import annotations

from agentprov.engine.access import Access
from agentprov.engine.admins import admins_permission, is_admin
from agentprov.model.ids import UserId


def admins(access: Access) -> frozenset[UserId]:
    """The active persons who may hand on rights in the whole tenant."""
    permission = admins_permission(access.tenant)
    if permission is None:
        return frozenset()
    whole = (group.users for group in access.classes.groups if group.rights.extent(permission).whole)
    return frozenset(id_ for users in whole for id_ in users if is_admin(access, id_))

"""Who is an admin: an active person who may hand on rights in the whole tenant (AC-5)."""

from __future__ import annotations

from typing import Final

from agentprov.engine.access import Access
from agentprov.model.access import Permission
from agentprov.model.ids import UserId
from agentprov.model.tenant import Tenant
from agentprov.model.user_types import PERSON
from agentprov.model.users import Status

ACCESS_GRANT: Final = Permission("access:grant")
USER_EDIT: Final = Permission("user:edit")


def admins_permission(tenant: Tenant) -> Permission | None:
    """What makes an admin, held for the whole tenant: ``access:grant``.

    In a catalogue without it nobody can hand on rights, and it is ``user:edit``. Nothing, where the catalogue has
    neither: then there are no admins.
    """
    catalogue = tenant.blueprint.catalogue
    return next((each for each in (ACCESS_GRANT, USER_EDIT) if catalogue.expand(each)), None)


def is_admin(access: Access, id_: UserId) -> bool:
    """Whether this is an active person who holds for the whole tenant what makes an admin."""
    user = access.tenant.users.get(id_)
    if user is None or user.type != PERSON or user.status is not Status.ACTIVE:
        return False
    permission = admins_permission(access.tenant)
    return permission is not None and access.allows(id_, permission)

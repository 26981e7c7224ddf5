"""An RBAC session: a user at work with some of their roles (AC-6). Nothing to do with signing in."""

from __future__ import annotations

import attrs

from agentprov.errors import Collector
from agentprov.model.ids import RoleId, SessionId, TenantId, UserId, check_id_lists, check_ids, role_ids


@attrs.frozen(kw_only=True)
class Session:
    """A user with the roles that are active. The role everyone and the user's own grants always are.

    A session is a value: the host keeps it, in a cookie or a table, and it is worth what the tenant's present version
    says of it (:mod:`agentprov.engine.sessions`).
    """

    id: SessionId
    tenant: TenantId
    user: UserId
    roles: frozenset[RoleId] = attrs.field(default=frozenset(), converter=role_ids)
    """The active roles; what these inherit comes with them."""

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_ids(found, ("id", self.id), ("tenant", self.tenant), ("user", self.user))
        check_id_lists(found, ("roles", self.roles))
        found.check()

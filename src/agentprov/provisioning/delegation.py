"""May somebody do this to a user or a role: the six questions of delegated administration (AC-5, AC-6).

Each tries the operation itself and throws the change away, so answer and operation can't disagree. The answer is
what stands in the way: nothing means yes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from agentprov.engine.admins import USER_EDIT
from agentprov.engine.permits import stored_user
from agentprov.errors import AgentprovError, Problem
from agentprov.model.access import WHOLE_TENANT, Effect, ScopeTerm
from agentprov.model.changes import Change
from agentprov.model.ids import UserId, user_id
from agentprov.model.tenant import Tenant
from agentprov.provisioning.forms import Form
from agentprov.provisioning.role_grants import grant_permission, revoke_permission
from agentprov.provisioning.roles import assign_user, deassign_user
from agentprov.provisioning.users import create_user, update_user


def can_assign(tenant: Tenant, actor: str | None, user: str, role: str) -> tuple[Problem, ...]:
    """What keeps the actor from giving a user this role."""
    return _problems(lambda: assign_user(tenant, user, role=role, by=actor))


def can_deassign(tenant: Tenant, actor: str | None, user: str, role: str) -> tuple[Problem, ...]:
    """What keeps the actor from taking this role from a user."""
    return _problems(lambda: deassign_user(tenant, user, role=role, by=actor))


def can_grant(
    tenant: Tenant,
    actor: str | None,
    role: str,
    permission: str,
    *,
    scope: Iterable[ScopeTerm | str] = WHOLE_TENANT,
    effect: Effect | str = Effect.ALLOW,
) -> tuple[Problem, ...]:
    """What keeps the actor from giving a role this permission."""
    return _problems(lambda: grant_permission(tenant, role, permission, scope=scope, effect=effect, by=actor))


def can_revoke(
    tenant: Tenant,
    actor: str | None,
    role: str,
    permission: str,
    *,
    scope: Iterable[ScopeTerm | str] | None = None,
    effect: Effect | str = Effect.ALLOW,
) -> tuple[Problem, ...]:
    """What keeps the actor from taking this permission from a role."""
    return _problems(lambda: revoke_permission(tenant, role, permission, scope=scope, effect=effect, by=actor))


def can_add(tenant: Tenant, actor: str | None, form: Form) -> tuple[Problem, ...]:
    """What keeps the actor from creating the user of this form, faults of the form among it."""
    return _problems(lambda: create_user(tenant, form, by=actor))


def can_edit(tenant: Tenant, actor: str | None, user: str, form: Form | None = None) -> tuple[Problem, ...]:
    """What keeps the actor from updating a user by this form; without one, from updating them at all."""
    return _problems(
        lambda: _may_edit(tenant, actor, user) if form is None else update_user(tenant, user, form, by=actor)
    )


def _may_edit(tenant: Tenant, actor: str | None, user: str) -> None:
    stored_user(tenant, UserId(user), user_id(actor), USER_EDIT)


def _problems(attempt: Callable[[], Change | None]) -> tuple[Problem, ...]:
    try:
        attempt()
    except AgentprovError as error:
        return error.problems
    return ()

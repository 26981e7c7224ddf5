"""What may refuse a change although its form is in order: permissions, delegation, live facts, the last admin.

``by`` is the acting user. Nobody (``None``) means the host itself acts, as when it sets up a tenant: then permissions
aren't asked for, but every guard about the tenant still holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from agentprov.engine import admins
from agentprov.engine.access import Access
from agentprov.engine.decisions import DeniedBy, NotGranted, Reason
from agentprov.engine.separation import new_violations, separation_problems
from agentprov.errors import Code, Collector, InvalidValue, NotFound, Parameter, Problem, Refused
from agentprov.model.access import Permission
from agentprov.model.ids import UserId
from agentprov.model.live import Live
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from agentprov.provisioning.gains import Excess, excess, taken
from agentprov.provisioning.sight_gains import SightGains

USER_ADD: Final = Permission("user:add")
USER_EDIT: Final = admins.USER_EDIT
USER_DELETE: Final = Permission("user:delete")
ACCESS_GRANT: Final = admins.ACCESS_GRANT

MOST_NAMED: Final = 20
"""How many users a refusal names."""


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


def check_logged_off(found: Collector, live: Live | None, user: UserId) -> None:
    """Note that the user is logged on to queues, or that the host didn't say whether they are (LC-2)."""
    queues = None if live is None else live.queues_of(user)
    if queues is None:
        found.add(Code.LIVE_FACT_MISSING, "id", fact="queues")
    elif queues:
        found.add(Code.USER_LOGGED_ON_QUEUE, "id", value=user, queues=tuple(sorted(queues)))


def check_rights(before: Tenant, after: Tenant, by: UserId | None, *path: str | int) -> None:
    """Refuse a change of rights that breaks a promise, whatever kind of change it is.

    Nobody gains what ``by`` doesn't hold (:func:`check_handed_on`); a tenant with admins keeps one, and nobody comes
    to have roles together that are to be kept apart (:func:`check_kept`).

    Raises:
        Refused: with every problem; those about rights and roles have the ``path``.
    """
    found = Collector()
    found.absorb(exceeding(before, after, by), *path)
    found.absorb(_not_kept(before, after, *path))
    found.check(Refused)


def check_kept(before: Tenant, after: Tenant, *path: str | int) -> None:
    """Refuse what nobody may do, the host neither: the last admin goes, or a static separation comes to be violated.

    Raises:
        Refused: ``admin.last``; ``separation.violated``, with the ``path``.
    """
    found = Collector()
    note_kept(found, before, after, *path)
    found.check(Refused)


def note_kept(found: Collector, before: Tenant, after: Tenant, *path: str | int) -> None:
    """Note what :func:`check_kept` refuses, to be told with whatever else stands in the way."""
    found.absorb(_not_kept(before, after, *path))


def _not_kept(before: Tenant, after: Tenant, *path: str | int) -> tuple[Problem, ...]:
    return (*without_admins(before, after), *separation_problems(new_violations(before, after), *path))


def note_last_admin(found: Collector, tenant: Tenant, going: Sequence[str]) -> None:
    """Note that nobody who stays is an admin, where somebody is now: also of a deletion that couldn't be tried."""
    staying = [id_ for id_ in tenant.users if id_ not in going]
    if _an_admin(tenant, staying) is None and _an_admin(tenant, tenant.users) is not None:
        found.add(Code.ADMIN_LAST)


# ---- handed on -------------------------------------------------------------------------------------------------------


def check_handed_on(before: Tenant, after: Tenant, by: UserId | None, *path: str | int) -> None:
    """Refuse to hand on what the actor doesn't hold: whatever anybody gains, ``by`` must hold already (AC-5).

    Every way to gain counts, for everybody: a role or a grant, a deny that goes, a place that makes a relative scope
    wider. What a gain is, and what isn't one, is said in :mod:`agentprov.provisioning.gains`.

    Raises:
        Refused: ``role.exceeds_actor``; ``visibility.exceeds_actor``, where visibility options show more.
    """
    found = Collector()
    found.absorb(exceeding(before, after, by), *path)
    found.check(Refused)


def exceeding(before: Tenant, after: Tenant, by: UserId | None, most: int = MOST_NAMED) -> tuple[Problem, ...]:
    """What :func:`check_handed_on` objects to, naming at most so many users."""
    if by is None:
        return ()
    shown = SightGains(before, after, by).beyond()
    found = list(_too_much(Code.ROLE_EXCEEDS_ACTOR, excess(before, after, by), by, most))
    if shown:
        what = tuple(sorted({each.value for seen in shown.values() for each in seen}))
        users = some_of(sorted(shown), most)
        parameters: dict[str, Parameter] = {"what": what, "users": users, "actor": by}
        found.append(Problem(code=Code.VISIBILITY_EXCEEDS_ACTOR, parameters=parameters))
    return tuple(found)


def check_taken(before: Tenant, user: User, by: UserId | None, *path: str | int) -> None:
    """Refuse to take more from a user than the actor holds, unless they may grant and revoke over this user (AC-5).

    ``user`` is the user as they would be. Only what goes with their roles and grants counts.

    Raises:
        Refused: ``revoke.exceeds_actor``.
    """
    old = before.users[user.id]
    if by is None or (old.roles == user.roles and old.grants == user.grants):
        return
    if before.blueprint.catalogue.expand(ACCESS_GRANT) and Access(before).allows(by, ACCESS_GRANT, user.id):
        return
    found = Collector()
    found.absorb(_too_much(Code.REVOKE_EXCEEDS_ACTOR, taken(before, user, by), by), *path)
    found.check(Refused)


def _too_much(code: Code, much: Excess, by: UserId, most: int = MOST_NAMED) -> tuple[Problem, ...]:
    if not much.permissions:
        return ()
    parameters: dict[str, Parameter] = {
        "permissions": much.permissions,
        "users": some_of(much.users, most),
        "actor": by,
    }
    return (Problem(code=code, parameters=parameters),)


def some_of(names: Sequence[str], most: int) -> tuple[str, ...]:
    """The first names, and how many more there are."""
    return (*names[:most], f"{len(names) - most} more") if len(names) > most else tuple(names)


# ---- the last admin --------------------------------------------------------------------------------------------------


def without_admins(before: Tenant, after: Tenant) -> tuple[Problem, ...]:
    """The objection to a change that takes a tenant from some admins to none (AC-5).

    A tenant without admins may stay without.
    """
    admin = _an_admin(before, before.users)
    if admin is None or _an_admin(after, (admin, *after.users)) is not None:
        return ()
    return (Problem(code=Code.ADMIN_LAST),)


def _an_admin(tenant: Tenant, users: Iterable[UserId]) -> UserId | None:
    """The first of the users who is an admin."""
    access = Access(tenant)
    return next((id_ for id_ in users if admins.is_admin(access, id_)), None)

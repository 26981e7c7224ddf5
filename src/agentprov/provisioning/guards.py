"""What may refuse a change although its form is in order: permissions, delegation, live facts, the last admin.

``by`` is the acting user. Nobody (``None``) means the host itself acts, as when it sets up a tenant: then permissions
aren't asked for, but every guard about the tenant still holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from agentprov.engine.access import Access
from agentprov.engine.admins import ACCESS_GRANT, is_admin
from agentprov.engine.separation import new_violations, separation_problems
from agentprov.errors import Code, Collector, Parameter, Problem, Refused
from agentprov.model.ids import UserId
from agentprov.model.live import Live
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from agentprov.provisioning.gains import Excess, excess, taken
from agentprov.provisioning.sight_gains import SightGains

MOST_NAMED: Final = 20
"""How many users a refusal names."""


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
    return next((id_ for id_ in users if is_admin(access, id_)), None)

"""Who is stronger than an actor: whoever sets another's credentials can be that other, so must hold as much (AC-5).

Stronger is who holds a permission over anything over which the actor doesn't hold it. They are taken as active:
somebody disabled is enabled again one day. What the role everyone gives to all over themselves makes nobody stronger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from agentprov.engine.access import Access
from agentprov.engine.decisions import Object
from agentprov.engine.extents import NOWHERE, Extent
from agentprov.engine.memo import Memo
from agentprov.engine.rights import Rights
from agentprov.engine.scopes import Row
from agentprov.errors import Code, Parameter, Problem
from agentprov.model.access import EVERYONE, Chosen, ChosenKind, Permission, Scope, Within
from agentprov.model.ids import UserId
from agentprov.model.references import REACHABLE, Kind
from agentprov.model.sign_in import registered_mobile
from agentprov.model.tenant import Tenant
from agentprov.model.users import User


def exceeding_credentials(access: Access, user: User, by: UserId | None, *fields: str) -> tuple[Problem, ...]:
    """Why ``by`` may not set what this user signs in with: ``credentials.exceeds_actor``, at each of the fields.

    Without fields it is one problem about no field. Nobody (``None``) is the host, who may, as may users themselves.
    """
    return Strength(access, by).objections(user, *fields)


class Strength:
    """Who is stronger than an actor, for who asks about many users of one version of a tenant."""

    __slots__ = ("_access", "_by", "_unlike")

    def __init__(self, access: Access, by: UserId | None) -> None:
        self._access = access
        self._by = by
        self._unlike: Memo[Rights, tuple[Permission, ...]] = Memo(
            lambda rights: tuple(each for each in rights.extents if by is None or not access.allows(by, each))
        )
        """By what users hold: the permissions that may be too much. Whoever holds one for the whole tenant has all."""

    def objections(self, user: User, *fields: str) -> tuple[Problem, ...]:
        """What :func:`exceeding_credentials` says."""
        permissions = self.beyond(user)
        if self._by is None or not permissions:
            return ()
        parameters: dict[str, Parameter] = {"value": user.id, "actor": self._by, "permissions": permissions}
        paths: tuple[tuple[str, ...], ...] = tuple((name,) for name in fields) or ((),)
        return tuple(Problem(code=Code.CREDENTIALS_EXCEEDS_ACTOR, path=path, parameters=parameters) for path in paths)

    def beyond(self, user: User) -> tuple[Permission, ...]:
        """The permissions that a user holds, were they active, over anything over which the actor doesn't."""
        if self._by is None or self._by == user.id:
            return ()
        policy = self._access.classes.policy
        rights = policy.rights[user.roles, frozenset(user.grants), ()]
        unlike = self._unlike[rights]
        if not unlike:
            return ()
        theirs = Access(self._access.tenant, like=self._access)
        theirs.classes.set_apart(user.id, rights)
        return tuple(each for each in unlike if self._is_beyond(theirs, user.id, self._by, each))

    def _is_beyond(self, theirs: Access, user: UserId, by: UserId, permission: Permission) -> bool:
        held, holds = theirs.extent(user, permission), self._access.extent(by, permission)
        if not _is_held(held):
            return False
        if held.whole or not _is_held(holds) or (_anything(held) and not _anything(holds)):
            return True
        return any(
            theirs.allows(user, permission, on) and not self._access.allows(by, permission, on)
            for on in self._within(user, by, held, holds)
            if not (on == user and self._is_everyones(permission))
        )

    def _within(self, user: UserId, by: UserId, held: Extent, holds: Extent) -> Iterator[str | Object]:
        """What may lie inside what the user holds and outside what the actor does."""
        rows = self._access.rows
        allowed, denied = _placed(held, rows[user])
        also, but = _placed(holds, rows[by])
        rest = allowed - also
        if but <= denied and all(isinstance(each, Chosen) and each.kind is ChosenKind.USER for each in rest):
            return (each.id for each in rest if isinstance(each, Chosen))
        return _objects(self._access.tenant)

    def _is_everyones(self, permission: Permission) -> bool:
        """Whether all hold the permission over themselves."""
        extents = self._access.classes.policy.extents_of[EVERYONE]
        return Within.SELF in extents.get(permission, NOWHERE).allowed


def _is_held(extent: Extent) -> bool:
    return bool(extent.allowed) and Within.TENANT not in extent.denied


def _anything(extent: Extent) -> bool:
    """Whether objects are reached that no narrower scope can hold, such as queues."""
    return Within.TENANT in extent.allowed


def _placed(extent: Extent, row: Row | None) -> tuple[frozenset[object], frozenset[object]]:
    """What is allowed and denied, with what is relative to who holds it put by its place: equal ones hold the same."""
    return _places(extent.allowed, row), _places(extent.denied, row)


def _places(scope: Scope, row: Row | None) -> frozenset[object]:
    found: set[object] = set()
    for term in scope:
        match term:
            case Within.SELF if row is not None:
                found.add(Chosen(kind=ChosenKind.USER, id=row.id))
            case Within.HOME_DEPARTMENT if row is not None and row.department is not None:
                found.add(Chosen(kind=ChosenKind.DEPARTMENT, id=row.department))
            case Within.OWN_USER_GROUP if row is not None:
                found.add((term, row.group))
            case Within.OWN_AGENTS | Within.OWN_NUMBERS if row is not None:
                found.add((term, row.id))
            case _:
                found.add(term)
    return frozenset(found)


def _objects(tenant: Tenant) -> Iterator[str | Object]:
    """Everything that a scope narrower than the tenant can hold; users by their ids, which are asked more quickly."""
    for kind in REACHABLE:
        if kind is Kind.USERS:
            yield from tenant.users
        else:
            yield from (Object(kind=kind, id=id_) for id_ in tenant.table(kind))


# ---- what lets somebody in -------------------------------------------------------------------------------------------


def changed_credentials(before: User, after: User) -> tuple[str, ...]:
    """The fields of a change by which whoever makes it may come to sign in as this user.

    The email and the registered mobile, to which codes are sent (ID-13); the method, the second factor and the name in
    Windows. A blocked web login and the allowed addresses open a door to whoever has the key, and are none.
    """
    found = [name for name, value in _CREDENTIALS if value(before) != value(after)]
    sent = (registered_mobile(user.mobile, user.phone) for user in (before, after))
    if before.phone != after.phone and len({*sent}) > 1:
        found.append("phone")
    return tuple(found)


_CREDENTIALS: Final[tuple[tuple[str, Callable[[User], object]], ...]] = (
    ("email", lambda user: user.email),
    ("mobile", lambda user: user.mobile),
    ("windows_login", lambda user: user.person.windows_login),
    ("authentication_method", lambda user: user.sign_in.method),
    ("two_factor", lambda user: user.sign_in.two_factor),
)

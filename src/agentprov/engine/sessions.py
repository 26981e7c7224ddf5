"""Sessions of the RBAC standard: a user at work with some of their roles (AC-6, AC-2).

A session is a value that the host keeps, and every function here gives another value. It is worth what the tenant's
present version says of it: it is over while a role that is active in it isn't its user's, or while it has too many
roles of a dynamic separation. No event is needed for that, and none can be missed; :func:`live_sessions` tells a host
which to forget.

In a session the active roles count with all that they inherit from. The role everyone and the user's own grants always
do (AC-2), and so do their visibility options. For a dynamic separation a role that is inherited counts as active.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from agentprov.engine.access import Access
from agentprov.engine.decisions import Decision, Gate, Object, SessionEnd, SessionOver
from agentprov.engine.extents import Extent
from agentprov.engine.hierarchy import Hierarchy
from agentprov.engine.rights import Rights
from agentprov.errors import Code, Collector, InvalidValue, NotFound, Refused
from agentprov.model.access import EVERYONE, Permission
from agentprov.model.ids import RoleId, SeparationId, SessionId, UserId, is_identifier
from agentprov.model.references import Kind
from agentprov.model.separations import SeparationKind
from agentprov.model.sessions import Session
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status, User

Sessions = Table[SessionId, Session]
"""The sessions that a host keeps, by id."""


class SessionAccess:
    """Answers questions about access for one session: those of :class:`~agentprov.engine.access.Access`, without actor.

    Raises, in every question:
        NotFound: ``permission.unknown``.
    """

    __slots__ = ("_user", "access", "over", "session")

    def __init__(self, access: Access, session: Session) -> None:
        _check_made_of(access, session)
        self.session = session
        self.over = _ends(access.tenant, session)
        """Why the session is over; nothing while it isn't."""
        self._user = session.user
        self.access: Access = _access_of(access, session, self.over)
        """The engine in which the session's user holds what they hold in the session, and everybody else what they do.

        It is for lists (:func:`~agentprov.engine.filters.filter_for`), for
        :class:`~agentprov.engine.visibility.Sight`, and for whatever else is asked of an engine with an actor.
        """

    def allows(self, permission: str, on: str | Object | None = None) -> bool:
        """Whether the session's user may, without a word of explanation: the standard's CheckAccess."""
        return self.access.allows(self._user, permission, on)

    def decide(self, permission: str, on: str | Object | None = None) -> Decision:
        """Whether the session's user may, and why."""
        return self.access.decide(self._user, permission, on)

    def explain(self, permission: str, on: str | Object | None = None) -> str:
        """The decision in one plain English sentence."""
        return self.access.explain(self._user, permission, on)

    def what(self) -> Table[Permission, Extent]:
        """Every permission that is held in the session for anything, with how far."""
        return self.access.what(self._user)

    def allows_anywhere(self, permission: str) -> bool:
        """Whether there is anything in the tenant that the session's user may do this to: the question of a menu."""
        return self.access.allows_anywhere(self._user, permission)

    def objects(self, permission: str, kind: Kind | str = Kind.USERS) -> frozenset[str]:
        """The ids of all objects of a kind to which the session's user may do this."""
        return self.access.objects(self._user, permission, kind)


def _access_of(access: Access, session: Session, over: tuple[SessionOver, ...]) -> Access:
    user = access.tenant.users.get(session.user)
    foreign = session.tenant != access.tenant.id
    if user is not None and not foreign:
        return access.with_roles(user, session.roles, over)
    # Nothing is told of whether another tenant's user is one here, too.
    gates: tuple[Gate, ...] = over if foreign else access.classes[session.user].gates
    nobody = Access(access.tenant, like=access)
    nobody.classes.set_apart(session.user, Rights(access.classes.policy, frozenset(), frozenset(), gates))
    return nobody


def create_session(
    access: Access,
    id: str,
    *,
    user: str,
    roles: Iterable[str] = (),
    among: Sessions | None = None,
) -> Session:
    """A session of ``user`` in which ``roles`` are active; none of them unless said so.

    ``among`` are the sessions that are there already, for their ids to be taken; a host whose ids are unique by
    themselves leaves it out.

    Raises:
        NotFound: ``user.unknown``, ``role.unknown``.
        InvalidValue: ``id.invalid`` or ``id.taken``, with what would be refused; ``field.wrong_type``.
        Refused: ``user.not_active``, ``role.not_authorized`` or ``session.separation``.
    """
    given = _read_roles(access, user, roles)
    tenant, active = access.tenant, given - {EVERYONE}
    stored = _known(tenant, user, active, "roles")
    found, guards = Collector(), Collector()
    if not is_identifier(id):
        found.add(Code.ID_INVALID, "id", value=str(id))
    if among is not None and id in among:
        found.add(Code.ID_TAKEN, "id", value=id, holder="another session")
    _check_active(tenant, stored, active, guards, "roles")
    if found.problems:
        raise InvalidValue([*found.problems, *guards.problems])
    guards.check(Refused)
    return Session(id=SessionId(id), tenant=tenant.id, user=stored.id, roles=active)


def delete_session(sessions: Sessions, id: str, *, user: str) -> Sessions:
    """The sessions without this one.

    Raises:
        NotFound: ``session.unknown``.
        Refused: ``session.other_user``.
        InvalidValue: ``field.wrong_type``: a session isn't its own id, nor is a user.
    """
    found = Collector()
    _note(found, "id", "a session's id", fits=isinstance(id, str))
    _note(found, "user", "a user's id", fits=isinstance(user, str))
    found.check()
    session = sessions.get(SessionId(id))
    if session is None:
        raise NotFound.of(Code.SESSION_UNKNOWN, "id", value=str(id))
    _check_own(session, user)
    return sessions.drop(session.id)


def live_sessions(access: Access, sessions: Sessions) -> Sessions:
    """The sessions without those that are over, and without those of users who are gone.

    A user who isn't active may do nothing in a session either, and keeps it: the account may come back.
    """
    found = Collector()
    _note(found, "access", "an Access", fits=isinstance(access, Access))
    found.check()
    tenant = access.tenant
    ended = [id_ for id_, each in sessions.items() if each.user not in tenant.users or _ends(tenant, each)]
    return sessions.edited({}, ended)


def add_active_role(access: Access, session: Session, *, user: str, role: str) -> Session:
    """The session with one more role active.

    Raises:
        NotFound: ``user.unknown``, ``role.unknown``.
        InvalidValue: ``session.role_active``.
        Refused: ``session.other_user`` or ``session.over``; ``user.not_active``, ``role.not_authorized`` or
            ``session.separation``.
    """
    _check_command(access, session, user, role)
    added = RoleId(role)
    stored = _check_usable(access.tenant, session, user, added)
    if added == EVERYONE or added in session.roles:
        raise InvalidValue.of(Code.SESSION_ROLE_ACTIVE, "role", value=added)
    guards = Collector()
    _check_active(access.tenant, stored, session.roles | {added}, guards, "role")
    guards.check(Refused)
    return attrs.evolve(session, roles=session.roles | {added})


def drop_active_role(access: Access, session: Session, *, user: str, role: str) -> Session:
    """The session with one role less active. What a role that stays active inherits stays, too.

    Raises:
        NotFound: ``user.unknown``, ``role.unknown``, ``session.role_not_active``.
        InvalidValue: ``role.everyone``: that one always is.
        Refused: ``session.other_user`` or ``session.over``.
    """
    _check_command(access, session, user, role)
    dropped = RoleId(role)
    _check_usable(access.tenant, session, user, dropped)
    if dropped == EVERYONE:
        raise InvalidValue.of(Code.ROLE_EVERYONE, "role", value=dropped)
    if dropped not in session.roles:
        raise NotFound.of(Code.SESSION_ROLE_NOT_ACTIVE, "role", value=dropped, choices=tuple(sorted(session.roles)))
    return attrs.evolve(session, roles=session.roles - {dropped})


# ---- the parts ------------------------------------------------------------------------------------------------------


def _check_made_of(access: object, session: object) -> None:
    found = Collector()
    _note(found, "access", "an Access", fits=isinstance(access, Access))
    _note(found, "session", "a session", fits=isinstance(session, Session))
    found.check()


def _check_command(access: object, session: object, user: object, role: object) -> None:
    _check_made_of(access, session)
    found = Collector()
    _note(found, "user", "a user's id", fits=isinstance(user, str))
    _note(found, "role", "a role's id", fits=isinstance(role, str))
    found.check()


def _read_roles(access: object, user: object, roles: object) -> frozenset[RoleId]:
    """The roles that a session is to have. A text is none of the collections that they may come in."""
    found, read = Collector(), list[object]()
    _note(found, "access", "an Access", fits=isinstance(access, Access))
    _note(found, "user", "a user's id", fits=isinstance(user, str))
    if isinstance(roles, Iterable) and not isinstance(roles, (str, bytes)):
        read = list(roles)
        _note(found, "roles", "roles' ids", fits=all(isinstance(each, str) for each in read))
    else:
        _note(found, "roles", "a list of roles' ids", fits=False)
    found.check()
    return frozenset(RoleId(str(each)) for each in read)


def _note(found: Collector, path: str, expected: str, *, fits: bool) -> None:
    if not fits:
        found.add(Code.FIELD_WRONG_TYPE, path, expected=expected, found="something else")


def _ends(tenant: Tenant, session: Session) -> tuple[SessionOver, ...]:
    """Everything for which the session is over in this version. That its user is gone is said by another gate."""
    if session.tenant != tenant.id:
        return (SessionOver(end=SessionEnd.OTHER_TENANT),)
    user = tenant.users.get(session.user)
    if user is None:
        return ()
    hierarchy = Hierarchy(tenant.roles)
    lost = session.roles - hierarchy.authorized(user.roles)
    violated = _violated(tenant, hierarchy, session.roles)
    ends = ((SessionEnd.ROLE_LOST, sorted(lost)), (SessionEnd.SEPARATION, violated))
    return tuple(SessionOver(end=end, about=tuple(about)) for end, about in ends if about)


def _violated(tenant: Tenant, hierarchy: Hierarchy, active: frozenset[RoleId]) -> list[SeparationId]:
    """The dynamic separations of which these are too many active roles."""
    dynamic = (each for each in tenant.separations.values() if each.kind is SeparationKind.DYNAMIC)
    had = hierarchy.authorized(active)
    return sorted(each.id for each in dynamic if each.violated_by(had))


def _known(tenant: Tenant, user: str, roles: Iterable[RoleId], path: str) -> User:
    """The user, who must be there, as the roles must.

    Raises:
        NotFound: with all that aren't there.
    """
    found = Collector()
    stored = tenant.users.get(UserId(user))
    if stored is None:
        found.add(Code.USER_UNKNOWN, "user", value=str(user))
    for role in sorted(frozenset(roles) - tenant.roles.keys() - {EVERYONE}):
        found.add(Code.ROLE_UNKNOWN, path, value=role)
    if stored is None or found.problems:
        raise NotFound(found.problems)
    return stored


def _check_usable(tenant: Tenant, session: Session, user: str, role: RoleId) -> User:
    """Whether the session is the user's and isn't over."""
    stored = _known(tenant, user, [role], "role")
    _check_own(session, user)
    if _ends(tenant, session):
        raise Refused.of(Code.SESSION_OVER, "session", value=stored.id)
    return stored


def _check_own(session: Session, user: str) -> None:
    if session.user != user:
        raise Refused.of(Code.SESSION_OTHER_USER, "user", value=str(user))


def _check_active(tenant: Tenant, user: User, active: frozenset[RoleId], found: Collector, path: str) -> None:
    """Note in ``found`` what keeps these roles from being active together for the user."""
    if user.status is not Status.ACTIVE:
        found.add(Code.USER_NOT_ACTIVE, "user", value=user.id)
    hierarchy = Hierarchy(tenant.roles)
    authorized = hierarchy.authorized(user.roles)
    for role in sorted(active - authorized):
        found.add(Code.ROLE_NOT_AUTHORIZED, path, value=role, user=user.id)
    had = hierarchy.authorized(active)
    for id_ in _violated(tenant, hierarchy, active):
        roles = tuple(sorted(tenant.separations[id_].roles & had))
        found.add(Code.SESSION_SEPARATION, path, value=id_, roles=roles)

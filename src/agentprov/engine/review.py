"""The review functions of the RBAC standard: who has which roles, what they permit, what is kept apart (AC-6).

Everyone counts as a role of everybody: it is among the assigned roles of each user, every user is among those assigned
to it, and it is there even where the tenant doesn't define it. Users of any status have their roles; who isn't active
has no permissions (AC-4).

Denies count in two ways. Of a *user* or a *session* the effective permissions are told, as
:meth:`agentprov.engine.access.Access.what` tells them: how far each is allowed, and what of that is denied. Of a *role*
is told what it allows and, apart from that, what it denies, also where it denies only: a role alone decides nothing.
"""

from __future__ import annotations

from agentprov.engine.access import Access
from agentprov.engine.decisions import Object
from agentprov.engine.extents import Extent, united_by_permission
from agentprov.engine.hierarchy import Assignments
from agentprov.engine.scopes import NOBODY, Terms, object_test, user_test
from agentprov.engine.separation import Violation, violations
from agentprov.engine.sessions import SessionAccess
from agentprov.errors import Code, NotFound
from agentprov.model.access import EVERYONE, Permission, Scope
from agentprov.model.ids import RoleId, SeparationId, UserId
from agentprov.model.references import Kind
from agentprov.model.separations import Separation, SeparationKind
from agentprov.model.sessions import Session
from agentprov.model.table import Table
from agentprov.model.users import User


class Review:
    """The review functions, for the version of the tenant that ``access`` answers for. Threads may share it.

    Raises, in every function that names one:
        NotFound: ``user.unknown``, ``role.unknown`` or ``separation.unknown``.
    """

    __slots__ = ("_access", "_assignments", "_tenant")

    def __init__(self, access: Access) -> None:
        self._access = access
        self._tenant = access.tenant
        self._assignments = Assignments(access.tenant)

    # ---- users and roles

    def assigned_users(self, role: str) -> frozenset[UserId]:
        """The users who have the role as their own."""
        wanted = self._role(role)
        own = self._assignments.by_roles.items()
        return frozenset().union(*(users for roles, users in own if wanted in roles or wanted == EVERYONE))

    def assigned_roles(self, user: str) -> frozenset[RoleId]:
        """The user's own roles, Everyone among them."""
        return self._user(user).roles | {EVERYONE}

    def authorized_users(self, role: str) -> frozenset[UserId]:
        """The users who have the role as their own or by one that inherits from it."""
        wanted, assignments = self._role(role), self._assignments
        own = assignments.by_roles.items()
        return frozenset().union(*(users for roles, users in own if wanted in assignments.authorized[roles]))

    def authorized_roles(self, user: str) -> frozenset[RoleId]:
        """The user's own roles with all that these inherit from."""
        return self._assignments.authorized[self._user(user).roles]

    # ---- permissions

    def role_permissions(self, role: str) -> Table[Permission, Extent]:
        """Every permission of which the role, or one it inherits from, speaks: what is allowed, and what is denied."""
        policy = self._access.classes.policy
        roles = self._assignments.hierarchy.juniors[self._role(role)]
        extents = united_by_permission(policy.extents_of[each] for each in roles)
        return Table((each, extents[each]) for each in policy.permissions if each in extents)

    def user_permissions(self, user: str) -> Table[Permission, Extent]:
        """Every permission that the user holds for anything, with how far; none of who isn't active."""
        return self._access.what(self._user(user).id)

    def session_roles(self, session: Session) -> frozenset[RoleId]:
        """The active roles, Everyone among them; none of a session that is over or whose user is gone."""
        gone = session.user not in self._tenant.users or SessionAccess(self._access, session).over
        return frozenset() if gone else session.roles | {EVERYONE}

    def session_permissions(self, session: Session) -> Table[Permission, Extent]:
        """Every permission that is held in the session for anything, with how far; none if it is over."""
        return SessionAccess(self._access, session).what()

    def role_operations_on_object(self, role: str, on: str | Object) -> frozenset[Permission]:
        """What the role, with those it inherits from, permits to do to the object whoever has it.

        So scopes that depend on who has the role, such as own agents, count neither way here. To an object that the
        tenant doesn't have, nothing may be done.
        """
        spoken = self.role_permissions(role).items()
        return frozenset(
            permission
            for permission, extent in spoken
            if self._holds(extent.allowed, on) and not self._holds(extent.denied, on)
        )

    def user_operations_on_object(self, user: str, on: str | Object) -> frozenset[Permission]:
        """What the user may do to the object."""
        actor = self._user(user).id
        return frozenset(each for each in self._access.what(actor) if self._access.allows(actor, each, on))

    # ---- separations

    def static_separations(self) -> frozenset[SeparationId]:
        """The sets of roles of which no user may have too many."""
        return self._separations(SeparationKind.STATIC)

    def dynamic_separations(self) -> frozenset[SeparationId]:
        """The sets of roles of which too many may not be active in one session."""
        return self._separations(SeparationKind.DYNAMIC)

    def separation_roles(self, separation: str) -> frozenset[RoleId]:
        """The roles of a set of either kind."""
        return self._separation(separation).roles

    def separation_cardinality(self, separation: str) -> int:
        """How many roles of a set of either kind are too many."""
        return self._separation(separation).cardinality

    def violations(self) -> tuple[Violation, ...]:
        """Every violation of a static separation. A tenant can be built with some; no operation makes one."""
        return violations(self._assignments)

    # ---- the parts

    def _user(self, id_: str) -> User:
        user = self._tenant.users.get(UserId(id_))
        if user is None:
            raise NotFound.of(Code.USER_UNKNOWN, "user", value=str(id_))
        return user

    def _role(self, id_: str) -> RoleId:
        role = RoleId(id_)
        if role not in self._tenant.roles and role != EVERYONE:
            raise NotFound.of(Code.ROLE_UNKNOWN, "role", value=str(id_))
        return role

    def _separation(self, id_: str) -> Separation:
        separation = self._tenant.separations.get(SeparationId(id_))
        if separation is None:
            raise NotFound.of(Code.SEPARATION_UNKNOWN, "separation", value=str(id_))
        return separation

    def _separations(self, kind: SeparationKind) -> frozenset[SeparationId]:
        return frozenset(each.id for each in self._tenant.separations.values() if each.kind is kind)

    def _holds(self, scope: Scope, on: str | Object) -> bool:
        """Whether an object lies inside a scope whoever has it."""
        terms: Terms = tuple(scope)
        on = Object(kind=Kind.USERS, id=on) if isinstance(on, str) else on
        if on.tenant not in (None, self._tenant.id) or on.id not in self._tenant.table(on.kind):
            return False
        row = self._access.rows[on.id] if on.kind is Kind.USERS else None
        return bool(object_test(on.kind, terms)(NOBODY, on.id) if row is None else user_test(terms)(NOBODY, row))

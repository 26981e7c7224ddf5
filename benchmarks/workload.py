"""A made-up company for the measurements of access: every size follows from the number of users, all of it seeded.

Tenants of 1,000 users (or one tenant of all users); 20 roles in three levels that inherit downwards; 200 permissions;
30 grants a role; one to three roles a user, the first by the team; 2 % of users with one to five grants of their own.
Half of the questions are answered with yes; of the others, every fifth is asked in a foreign tenant.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final

import attrs

from agentprov.model.access import Catalogue, Chosen, ChosenKind, Grant, Permission, Role, Scope, Within
from agentprov.model.blueprint import Blueprint
from agentprov.model.departments import Department
from agentprov.model.identity import Login
from agentprov.model.ids import DepartmentId, RoleId, TenantId, UserId
from agentprov.model.settings import Settings
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import User

SEED: Final = 20_261_121
ACTIONS: Final = ("view", "add", "edit", "delete", "export")
SECTIONS: Final = tuple(f"section{number:02d}" for number in range(40))
PERMISSIONS: Final = tuple(f"{section}:{action}" for section in SECTIONS for action in ACTIONS)
SENIORS: Final = tuple(f"senior{number}" for number in range(2))
MIDDLES: Final = tuple(f"middle{number}" for number in range(6))
JUNIORS: Final = tuple(f"junior{number:02d}" for number in range(12))
ROLES: Final = (*SENIORS, *MIDDLES, *JUNIORS)
INHERITS: Final = {
    **{senior: MIDDLES[3 * place : 3 * place + 3] for place, senior in enumerate(SENIORS)},
    **{middle: JUNIORS[2 * place : 2 * place + 2] for place, middle in enumerate(MIDDLES)},
    **dict.fromkeys(JUNIORS, ()),
}
WEIGHTS: Final = (1,) * 2 + (3,) * 6 + (8,) * 12
TEAM: Final = 50
QUESTIONS: Final = 20_000
CHOSEN: Final = 40


@attrs.frozen(kw_only=True)
class Member:
    """One user of the workload."""

    id: str
    tenant: str
    team: int
    roles: tuple[str, ...]
    own: tuple[str, ...]


@attrs.frozen
class Question:
    """Whether the user may do this in that tenant, to that user, and the answer."""

    user: str
    tenant: str
    permission: str
    target: str
    expected: bool


class Workload:
    """The members, what their roles hold, and questions with their answers, all worked out the slow obvious way."""

    def __init__(self, users: int, *, one_tenant: bool, scoped: bool, hot: int | None = None) -> None:
        rng = random.Random(SEED)
        count = 1 if one_tenant else max(1, users // 1000)
        self.scoped = scoped
        self.tenants = [f"t{number}" for number in range(count)]
        self.role_permissions = {role: tuple(sorted(rng.sample(PERMISSIONS, 30))) for role in ROLES}
        teams = max(1, users // TEAM)
        leading = [rng.choice(ROLES) for _ in range(teams)]
        self.members: dict[str, Member] = {}
        for number in range(users):
            team = number % teams
            more = rng.choices(ROLES, WEIGHTS, k=rng.choice((0, 0, 1, 2)))
            own = rng.sample(PERMISSIONS, rng.randint(1, 5)) if rng.random() < 0.02 else ()
            member = Member(
                id=f"u{number}",
                tenant=self.tenants[team % count],
                team=team,
                roles=tuple(dict.fromkeys((leading[team], *more))),
                own=tuple(own),
            )
            self.members[member.id] = member
        self.teams: dict[int, list[str]] = {}
        self.of_tenant: dict[str, list[Member]] = {}
        for member in self.members.values():
            self.teams.setdefault(member.team, []).append(member.id)
            self.of_tenant.setdefault(member.tenant, []).append(member)
        self.closure = {role: tuple(_closure(role)) for role in ROLES}
        self.held = {role: frozenset(p for r in self.closure[role] for p in self.role_permissions[r]) for role in ROLES}
        asked = list(self.members) if hot is None else rng.sample(sorted(self.members), min(hot, users))
        self.questions = list(self._scoped(rng, asked) if scoped else self._plain(rng, asked))

    def holds(self, user: str) -> frozenset[str]:
        """What a user holds: by every role, and of their own."""
        member = self.members[user]
        return frozenset(member.own).union(*(self.held[role] for role in member.roles))

    def department(self, member: Member) -> str:
        """A department is two teams of a tenant."""
        return f"d{member.team // len(self.tenants) // 2}-{member.tenant}"

    def leader(self, member: Member) -> str | None:
        """The first of a team supervises the others."""
        first = self.teams[member.team][0]
        return None if first == member.id else first

    def chosen(self, role: str) -> tuple[str, ...]:
        """The users that a role's chosen scope names, in every tenant those whose turn it is."""
        return tuple(f"u{(ROLES.index(role) * 37 + step * 11) % len(self.members)}" for step in range(CHOSEN))

    def scope_of(self, permission: str, role: str, tenant: str) -> Scope:
        """In the scoped workload every permission has one kind of scope."""
        match PERMISSIONS.index(permission) % 4:
            case 0:
                return frozenset({Within.HOME_DEPARTMENT})
            case 1:
                return frozenset({Within.OWN_AGENTS})
            case 2:
                here = [id_ for id_ in self.chosen(role) if self.members[id_].tenant == tenant]
                return frozenset({Chosen(kind=ChosenKind.USER, id=id_) for id_ in here}) or frozenset({Within.SELF})
            case _:
                return frozenset({Within.SELF})

    def inside(self, user: str, permission: str, target: str) -> bool:
        """Whether a scoped grant of the permission that the user holds holds for the target."""
        actor, other = self.members[user], self.members[target]
        if actor.tenant != other.tenant:
            return False
        holders = {r for role in actor.roles for r in self.closure[role] if permission in self.role_permissions[r]}
        if permission in actor.own:
            return True
        for holder in holders:
            for term in self.scope_of(permission, holder, actor.tenant):
                match term:
                    case Within.HOME_DEPARTMENT if self.department(actor) == self.department(other):
                        return True
                    case Within.OWN_AGENTS if self.leader(other) == user:
                        return True
                    case Within.SELF if user == target:
                        return True
                    case Chosen(id=id_) if id_ == target:
                        return True
                    case _:
                        pass
        return False

    def _plain(self, rng: random.Random, asked: list[str]) -> Iterator[Question]:
        for number in range(QUESTIONS):
            user = rng.choice(asked)
            home = self.members[user].tenant
            held = self.holds(user)
            if number % 2 == 0:
                yield Question(user, home, rng.choice(sorted(held)), user, expected=True)
            elif len(self.tenants) > 1 and rng.random() < 0.2:
                foreign = rng.choice([tenant for tenant in self.tenants if tenant != home])
                yield Question(user, foreign, rng.choice(sorted(held)), user, expected=False)
            else:
                yield Question(user, home, rng.choice([p for p in PERMISSIONS if p not in held]), user, expected=False)

    def _scoped(self, rng: random.Random, asked: list[str]) -> Iterator[Question]:
        """Targets are of the user's own team, of the chosen, the user, or anybody."""
        for number in range(QUESTIONS):
            user = rng.choice(asked)
            member = self.members[user]
            permission = rng.choice(sorted(self.holds(user)))
            chosen = self.chosen(rng.choice(self.closure[member.roles[0]]))
            mates = self.teams[member.team]
            target = (rng.choice(mates), rng.choice(chosen), user, rng.choice(asked))[number % 4]
            yield Question(user, member.tenant, permission, target, self.inside(user, permission, target))

    def build_tenants(self) -> dict[str, Tenant]:
        """The tenants as the library's own values."""
        sections = Table(dict.fromkeys(SECTIONS, ACTIONS))
        blueprint = Blueprint(name="bench", catalogue=Catalogue(sections=sections))
        return {tenant: self._tenant(tenant, blueprint) for tenant in self.tenants}

    def _tenant(self, tenant: str, blueprint: Blueprint) -> Tenant:
        members = self.of_tenant[tenant]
        roles = {
            RoleId(role): Role(
                id=RoleId(role),
                name=role,
                inherits=[RoleId(each) for each in INHERITS[role]],
                grants=[self._grant(permission, role, tenant) for permission in self.role_permissions[role]],
            )
            for role in ROLES
        }
        departments = {self.department(member) for member in members}
        return Tenant(
            id=TenantId(tenant),
            name=tenant,
            settings=Settings(time_zone="Asia/Kolkata", region="IN"),
            blueprint=blueprint,
            roles=Table(roles),
            departments=Table(
                {DepartmentId(id_): Department(id=DepartmentId(id_), name=id_) for id_ in sorted(departments)}
            ),
            users=Table({UserId(member.id): self._user(member) for member in members}),
        )

    def _grant(self, permission: str, role: str, tenant: str) -> Grant:
        scope = self.scope_of(permission, role, tenant) if self.scoped else frozenset({Within.TENANT})
        return Grant(permission=Permission(permission), scope=scope)

    def _user(self, member: Member) -> User:
        leader = self.leader(member)
        return User(
            id=UserId(member.id),
            login=Login(member.id),
            home_department=DepartmentId(self.department(member)),
            supervisor=None if leader is None else UserId(leader),
            roles=[RoleId(role) for role in member.roles],
            grants=[Grant(permission=Permission(own), scope=[Within.TENANT]) for own in member.own],
        )


def _closure(role: str) -> Iterator[str]:
    yield role
    for below in INHERITS[role]:
        yield from _closure(below)

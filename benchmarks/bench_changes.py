"""What the next version of a tenant costs, for one change of each kind, beside a copy of the dictionary of its users.

python benchmarks/bench_changes.py
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable

import attrs
import workload

from agentprov.codec import blueprint
from agentprov.model.access import Role
from agentprov.model.changes import Change, Edit
from agentprov.model.contact import Email, PhoneNumber
from agentprov.model.departments import Department
from agentprov.model.destinations import ToAgent
from agentprov.model.groups import UserGroup
from agentprov.model.identity import Login
from agentprov.model.ids import DepartmentId, NumberId, RoleId, TenantId, UserGroupId, UserId
from agentprov.model.numbers import Number
from agentprov.model.properties import PropertyName
from agentprov.model.references import Item, Kind
from agentprov.model.settings import Settings
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from agentprov.provisioning import confirmation, delete
from agentprov.provisioning.roles import delete_role

TIMES = 1_000
WRAP_UP = PropertyName("wrap_up.phone")
cpu = time.thread_time_ns
Make = Callable[[Tenant, random.Random, int], Change]


def build(users: int) -> Tenant:
    """The company of the measurements of access in one tenant, with user groups of 50, nested three deep."""
    tenant = workload.Workload(users, one_tenant=True, scoped=True).build_tenants()["t0"]
    groups = {}
    for number in range(max(3, users // 50)):
        id_ = UserGroupId(f"g{number}")
        groups[id_] = UserGroup(id=id_, name=id_, parent=UserGroupId(f"g{number - 1}") if number % 3 else None)
    members = {
        id_: attrs.evolve(user, user_group=UserGroupId(f"g{number % len(groups)}"))
        for number, (id_, user) in enumerate(tenant.users.items())
    }
    return attrs.evolve(tenant, users=Table(members), user_groups=Table(groups))


def change(tenant: Tenant, kind: Kind, before: Item | None, after: Item) -> Change:
    """The change of one object."""
    edit = Edit(kind=kind, id=getattr(after, "id", ""), before=before, after=after)
    return Change(tenant=tenant.id, base=tenant.version, edits=[edit])


def anybody(tenant: Tenant, rng: random.Random) -> User:
    """One of the users the company began with."""
    return tenant.users[UserId(f"u{rng.randrange(len(tenant.users) // 2)}")]


def name_of_user(tenant: Tenant, rng: random.Random, turn: int) -> Change:
    """A field that nothing else depends on."""
    user = anybody(tenant, rng)
    return change(tenant, Kind.USERS, user, attrs.evolve(user, name=f"Name {turn}"))


def roles_of_user(tenant: Tenant, rng: random.Random, turn: int) -> Change:  # noqa: ARG001  as the others
    """Other roles."""
    user = anybody(tenant, rng)
    return change(tenant, Kind.USERS, user, attrs.evolve(user, roles=[RoleId(rng.choice(workload.ROLES))]))


def place_of_user(tenant: Tenant, rng: random.Random, turn: int) -> Change:  # noqa: ARG001
    """Another supervisor, department and user group: those of somebody who is nobody's supervisor."""
    user, other = anybody(tenant, rng), anybody(tenant, rng)
    boss = None if other.supervisor == user.id else other.supervisor
    moved = attrs.evolve(user, supervisor=boss, home_department=other.home_department, user_group=other.user_group)
    above = None if boss is None else tenant.users[boss].supervisor
    return change(tenant, Kind.USERS, user, moved if above is None else user)


def new_user(tenant: Tenant, rng: random.Random, turn: int) -> Change:
    """A user like another; taking the change back deletes them."""
    name = f"new{turn}"
    user = attrs.evolve(anybody(tenant, rng), id=UserId(name), login=Login(name))
    return change(tenant, Kind.USERS, None, user)


def grant_of_role(tenant: Tenant, rng: random.Random, turn: int) -> Change:
    """One of thirty grants becomes another."""
    role = tenant.roles[RoleId(rng.choice(workload.ROLES))]
    place = turn % len(role.grants)
    other = attrs.evolve(role.grants[place], given_by=UserId("u1"))
    return change(
        tenant, Kind.ROLES, role, attrs.evolve(role, grants=(*role.grants[:place], other, *role.grants[place + 1 :]))
    )


def property_of_group(tenant: Tenant, rng: random.Random, turn: int) -> Change:
    """A value that the group's members inherit."""
    group = tenant.user_groups[UserGroupId(f"g{rng.randrange(len(tenant.user_groups))}")]
    return change(tenant, Kind.USER_GROUPS, group, attrs.evolve(group, properties=Table({WRAP_UP: turn % 60})))


def parent_of_group(tenant: Tenant, rng: random.Random, turn: int) -> Change:  # noqa: ARG001
    """A group that has none inside moves into another that is nobody's."""
    low, high = (3 * rng.randrange(len(tenant.user_groups) // 3) + step for step in (2, 0))
    group = tenant.user_groups[UserGroupId(f"g{low}")]
    return change(tenant, Kind.USER_GROUPS, group, attrs.evolve(group, parent=UserGroupId(f"g{high}")))


def members_of_department(tenant: Tenant, rng: random.Random, turn: int) -> Change:  # noqa: ARG001
    """The agents that a department rings."""
    user = anybody(tenant, rng)
    department = tenant.departments[user.home_department or next(iter(tenant.departments))]
    return change(tenant, Kind.DEPARTMENTS, department, attrs.evolve(department, members=[user.id]))


def new_number(tenant: Tenant, rng: random.Random, turn: int) -> Change:
    """A number of the tenant's own: all routes are walked, in case one leads to it."""
    id_, phone = NumberId(f"n{turn}"), PhoneNumber(f"+91226{turn:07}")
    return change(tenant, Kind.NUMBERS, None, Number(id=id_, phone=phone, to=ToAgent(user=anybody(tenant, rng).id)))


WORK: dict[str, tuple[Make, int]] = {
    "a user's name": (name_of_user, TIMES),
    "a user's roles": (roles_of_user, TIMES),
    "a user's supervisor, department, group": (place_of_user, TIMES),
    "a user created (and deleted)": (new_user, TIMES),
    "a role's grant": (grant_of_role, TIMES),
    "a group's property": (property_of_group, TIMES),
    "a group's parent": (parent_of_group, 100),
    "a department's members": (members_of_department, TIMES),
    "a number created (and removed)": (new_number, 50),
}


@attrs.frozen
class Times:
    """Microseconds of processor time, sorted."""

    values: list[float]

    def at(self, part: float) -> float:
        """The time that this part of them stays below."""
        return self.values[min(len(self.values) - 1, int(len(self.values) * part))]


def timed(act: Callable[[], object]) -> float:
    """The processor time of something, in microseconds."""
    start = cpu()
    act()
    return (cpu() - start) / 1000


def measure(tenant: Tenant, make: Make, times: int) -> tuple[Tenant, Times, Times, Times]:
    """The tenant after so many changes; how long making, applying and taking back took. Undone ones are checked."""
    rng = random.Random(7)
    made, applied, undone = [], [], []
    for turn in range(times):
        start = cpu()
        one = make(tenant, rng, turn)
        middle = cpu()
        after = one.apply(tenant)
        end = cpu()
        made.append((middle - start) / 1000)
        applied.append((end - middle) / 1000)
        back: list[Tenant] = []
        undone.append(timed(lambda one=one, after=after, back=back: back.append(one.undo().apply(after))))
        assert back[0].table(one.edits[0].kind).get(one.edits[0].id) == one.edits[0].before
        tenant = after
    assert attrs.evolve(tenant) == tenant  # the constructor finds it whole
    return tenant, *(Times(sorted(each)) for each in (made, applied, undone))


# ---- deletions that many refer to ------------------------------------------------------------------------------------


def crowd(users: int) -> Tenant:
    """A company that provisions as Smartflo does: all in one department, with two roles each."""
    plan = attrs.evolve(blueprint("smartflo"), several_roles=True, roles=None, supervisors=["supervisor"])
    spare = Role(id=RoleId("spare"), name="Spare")
    boss = User(id=UserId("u-boss"), login=Login("boss"), roles=[RoleId("admin")])
    everybody = [boss] + [
        User(
            id=UserId(f"u{n}"),
            login=Login(f"user{n}"),
            name=f"Asha {n}",
            phone=PhoneNumber(f"+919{n:09}"),
            email=Email(f"user{n}@example.com"),
            roles=[RoleId("agent"), spare.id],
            home_department=DepartmentId("d-old"),
        )
        for n in range(users)
    ]
    return Tenant(
        id=TenantId("t0"),
        name="Acme",
        settings=Settings(time_zone="Asia/Kolkata", region="IN"),
        blueprint=plan,
        roles={**plan.ready_roles, spare.id: spare},
        departments={id_: Department(id=id_, name=id_) for id_ in map(DepartmentId, ("d-old", "d-new"))},
        users={user.id: user for user in everybody},
    )


def replaced(tenant: Tenant) -> Change:
    """The department deleted, with another in its place."""
    asked = confirmation(tenant, Kind.DEPARTMENTS, "d-old", by=None, replace_by="d-new")
    return delete(tenant, Kind.DEPARTMENTS, "d-old", by=None, replace_by="d-new", confirm=asked.digest)


def detached(tenant: Tenant) -> Change:
    """The role deleted, and taken from everybody."""
    asked = confirmation(tenant, Kind.ROLES, "spare", by=None, detach=True)
    return delete(tenant, Kind.ROLES, "spare", by=None, detach=True, confirm=asked.digest)


def deleted(tenant: Tenant) -> Change:
    """The same by the command for roles."""
    return delete_role(tenant, "spare", by=None, detach=True)


DELETIONS = {
    "a department, another in its place": replaced,
    "a role, detached": detached,
    "a role, by `delete_role`": deleted,
}


def measure_deletions() -> None:
    """Measure and print what a deletion costs for each user who refers to what goes, beside writing the user anew."""
    print("\n| users | deletion | ms | us for each user | a user written anew, us |")
    print("|---:|---|---:|---:|---:|")
    for users in (1_000, 20_000):
        tenant = crowd(users)
        floor = timed(lambda tenant=tenant: [attrs.evolve(user, alias="x") for user in tenant.users.values()]) / users
        for name, delete_it in DELETIONS.items():
            gc.collect()
            made: list[Change] = []
            cost = timed(lambda tenant=tenant, made=made, make=delete_it: made.append(make(tenant)))
            assert len(made[0].edits) == users + 1
            print(f"| {users:,} | {name} | {cost / 1000:,.0f} | {cost / users:.0f} | {floor:.0f} |", flush=True)


def main() -> None:
    """Measure and print."""
    print("| users | change | making it | apply p50 | p99 | max | undo and apply p50 | p99 | max |")
    print("|---:|---|---:|---:|---:|---:|---:|---:|---:|")
    floors = []
    for users in (1_000, 10_000, 100_000):
        tenant = build(users)
        gc.collect()
        whole = timed(lambda tenant=tenant: attrs.evolve(tenant))
        first = timed(lambda tenant=tenant: name_of_user(tenant, random.Random(1), 0).apply(tenant))
        copied = {**tenant.users}
        floor = Times(sorted(timed(lambda copied=copied: {**copied, "u1": None}) for _ in range(200)))
        floors.append((users, whole, first, floor.at(0.5), floor.at(0.99)))
        for name, (make, times) in WORK.items():
            tenant, made, applied, undone = measure(tenant, make, times)
            figures = [f"{each.at(part):.0f}" for each in (applied, undone) for part in (0.5, 0.99, 1)]
            print(f"| {users:,} | {name} | {made.at(0.5):.0f} | {' | '.join(figures)} |", flush=True)
    print("\n| users | whole check, ms | first change, ms | plain copy p50, us | p99, us |")
    print("|---:|---:|---:|---:|---:|")
    for users, whole, first, *copies in floors:
        print(f"| {users:,} | {whole / 1000:.0f} | {first / 1000:.0f} | {copies[0]:.0f} | {copies[1]:.0f} |")
    measure_deletions()


if __name__ == "__main__":
    main()

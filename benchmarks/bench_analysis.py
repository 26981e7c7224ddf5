"""How fast a whole tenant is analysed: separations of duty, grants that do nothing, escalations.

    python benchmarks/bench_analysis.py [users]

Of two companies: that of ``bench_access`` (20 roles of 30 permissions, thousands of classes of users), with ten
separations and some denies; and a contact centre (teams of 50 with a supervisor, who may grant over their agents; a
manager for every ten supervisors, who may grant over these). For escalations also the first company, if its middle
roles grant over their own agents: with grants for the tenant, and with grants of every kind of scope (*scoped*), which
nearly no two users share. Milliseconds of processor time; of several runs the median and the best. *Warm* is an access
whose classes of users are worked out; *cold* is a new one.
"""

from __future__ import annotations

import gc
import random
import sys
import time
from collections.abc import Callable, Iterator
from statistics import median

import attrs
from workload import ACTIONS, MIDDLES, PERMISSIONS, ROLES, SECTIONS, SEED, Workload

from agentprov.analysis.access_lint import lint_access
from agentprov.analysis.escalation import escalations
from agentprov.analysis.grants import dead_grants, grant_findings, unused_roles
from agentprov.engine.access import Access
from agentprov.engine.hierarchy import Assignments
from agentprov.engine.separation import violations
from agentprov.model.access import Catalogue, Effect, Grant, Permission, Role, ScopeTerm, Within
from agentprov.model.blueprint import Blueprint
from agentprov.model.departments import Department
from agentprov.model.identity import Login
from agentprov.model.ids import DepartmentId, RoleId, SeparationId, TenantId, UserId
from agentprov.model.separations import Separation
from agentprov.model.settings import Settings
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import User

RUNS = 7
TEAM = 50
cpu = time.thread_time_ns


def of_many_classes(users: int) -> Tenant:
    """The company of ``bench_access``, with ten separations of duty, and a deny for every hundredth user."""
    tenant = Workload(users, one_tenant=True, scoped=False).build_tenants()["t0"]
    rng = random.Random(SEED)
    separations = {}
    for number in range(10):
        id_ = SeparationId(f"s{number}")
        roles = [RoleId(role) for role in rng.sample(ROLES, 3)]
        separations[id_] = Separation(id=id_, name=id_, roles=roles, cardinality=3)
    changed = dict(tenant.users)
    for id_ in rng.sample(sorted(changed), users // 100):
        deny = Grant(permission=Permission(rng.choice(PERMISSIONS)), scope=[Within.TENANT], effect=Effect.DENY)
        changed[id_] = attrs.evolve(changed[id_], grants=(*changed[id_].grants, deny))
    return attrs.evolve(tenant, separations=Table(separations), users=Table(changed))


def delegating(users: int, *, scoped: bool) -> Tenant:
    """The company of ``bench_access``, whose middle roles may grant over their own agents."""
    tenant = Workload(users, one_tenant=True, scoped=scoped).build_tenants()["t0"]
    sections = Table({**dict.fromkeys(SECTIONS, ACTIONS), "access": ("grant",)})
    grants = Grant(permission=Permission("access:grant"), scope=[Within.OWN_AGENTS])
    roles = dict(tenant.roles)
    for id_ in map(RoleId, MIDDLES):
        roles[id_] = attrs.evolve(roles[id_], grants=(*roles[id_].grants, grants))
    blueprint = attrs.evolve(tenant.blueprint, catalogue=Catalogue(sections=sections))
    return attrs.evolve(tenant, blueprint=blueprint, roles=Table(roles))


def contact_centre(users: int) -> Tenant:
    """Teams with supervisors, and managers over these; everybody in one of some departments."""
    departments = [DepartmentId(f"d{number}") for number in range(max(1, users // 1_000))]
    members = {}
    for number in range(users):
        id_ = UserId(f"u{number}")
        team, place = divmod(number, TEAM)
        above, role = f"u{team * TEAM}", "senior" if place % 10 == 1 else "agent"
        if place == 0:
            above, role = ("", "manager") if team % 10 == 0 else (f"u{team // 10 * 10 * TEAM}", "supervisor")
        members[id_] = User(
            id=id_,
            login=Login(id_),
            home_department=departments[team // 20 % len(departments)],
            supervisor=UserId(above) if above else None,
            roles=[RoleId("admin" if number == 0 else role)],
        )
    sections = {"access": ("grant",), "user": ("view", "add", "edit", "delete"), "report": ("view", "export")}
    sections |= {f"section{number:02d}": ("view", "edit") for number in range(20)}
    return Tenant(
        id=TenantId("t"),
        name="Centre",
        settings=Settings(time_zone="Asia/Kolkata", region="IN"),
        blueprint=Blueprint(name="bench", catalogue=Catalogue(sections=Table(sections))),
        roles=Table({role.id: role for role in _roles(sections)}),
        departments=Table({id_: Department(id=id_, name=id_) for id_ in departments}),
        users=Table(members),
    )


def _roles(sections: dict[str, tuple[str, ...]]) -> Iterator[Role]:
    everything = [f"{section}:*" for section in sections]
    views = [f"section{number:02d}:view" for number in range(20)]
    agent = [("user:view", Within.SELF), ("user:edit", Within.SELF), ("report:view", Within.SELF)]
    senior = [(each, Within.HOME_DEPARTMENT) for each in ("user:view", *views[:10])]
    supervisor = [(each, Within.OWN_AGENTS) for each in ("access:grant", "user:*", "report:view", *views)]
    manager = [("section00:edit", Within.TENANT), ("report:*", Within.HOME_DEPARTMENT)]
    yield _role("agent", agent)
    yield _role("senior", senior, "agent")
    yield _role("supervisor", supervisor, "agent")
    yield _role("manager", manager, "supervisor")
    yield _role("admin", [(each, Within.TENANT) for each in everything])


def _role(id_: str, grants: list[tuple[str, ScopeTerm]], inherits: str | None = None) -> Role:
    return Role(
        id=RoleId(id_),
        name=id_,
        inherits=[] if inherits is None else [RoleId(inherits)],
        grants=[Grant(permission=Permission(permission), scope=[term]) for permission, term in grants],
    )


def times(run: Callable[[], object]) -> tuple[float, float]:
    """The median and the best of several runs, in milliseconds."""
    taken = []
    for _ in range(RUNS):
        gc.collect()
        start = cpu()
        run()
        taken.append((cpu() - start) / 1e6)
    return median(taken), min(taken)


def warm(tenant: Tenant) -> Access:
    """An access whose classes of users are worked out."""
    access = Access(tenant)
    assert access.classes.groups
    return access


def main(users: int) -> None:
    """Measure and print."""
    print(f"| {users:,} users | median | best | found |\n|---|---:|---:|---:|")
    for name, tenant in (("many classes", of_many_classes(users)), ("contact centre", contact_centre(users))):
        access, assignments = warm(tenant), Assignments(tenant)
        assert assignments.by_roles
        measured = {
            "classes of users, cold": lambda tenant=tenant: Access(tenant).classes.groups,
            "separations of duty, warm": lambda assignments=assignments: violations(assignments),
            "shadowed and dead grants, warm": lambda access=access: [*dead_grants(access)],
            "with redundant ones, warm": lambda access=access: [*grant_findings(access)],
            "unused roles, warm": lambda access=access: [*unused_roles(access)],
            "escalations, warm": lambda access=access: escalations(access),
            "everything, warm": lambda access=access: lint_access(access),
            "everything, cold": lambda tenant=tenant: lint_access(tenant),
        }
        for what, run in measured.items():
            middle, best = times(run)
            print(f"| {name}: {what} | {middle:.1f} | {best:.1f} | {len(run())} |")
    for name, scoped in (("many classes, delegating", False), ("many classes, delegating, scoped", True)):
        access = warm(delegating(users, scoped=scoped))
        start = cpu()
        found = escalations(access)
        print(f"| {name}: escalations, warm | {(cpu() - start) / 1e6:.1f} | (once) | {len(found)} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)

"""How fast a property is resolved, beside three dictionary look-ups, and what a group edit costs.

python benchmarks/bench_properties.py
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from statistics import median

import attrs

from agentprov.engine.group_preview import preview_above
from agentprov.engine.inheritance import Properties
from agentprov.engine.population import Population
from agentprov.model.access import Catalogue
from agentprov.model.blueprint import Blueprint
from agentprov.model.groups import UserGroup
from agentprov.model.identity import Login
from agentprov.model.ids import TenantId, UserGroupId, UserId
from agentprov.model.incremental import tally
from agentprov.model.limits import PropertyLimit, Range
from agentprov.model.properties import PropertyName
from agentprov.model.settings import Settings
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from agentprov.provisioning import set_property

WRAP_UP = PropertyName("wrap_up.phone")
ASKED = 20_000
cpu = time.thread_time_ns


def build(users: int) -> Tenant:
    """Users in groups of 50, nested three deep; every tenth user has a wrap-up time of their own."""
    groups = {}
    for number in range(max(3, users // 50)):
        id_ = UserGroupId(f"g{number}")
        parent = None if number % 3 == 0 else UserGroupId(f"g{number - 1}")
        values = {WRAP_UP: 20 + number % 5} if number % 3 == 1 else {}
        groups[id_] = UserGroup(id=id_, name=id_, parent=parent, properties=Table(values))
    members = {}
    for number in range(users):
        id_ = UserId(f"u{number}")
        group = UserGroupId(f"g{number % len(groups)}")
        own = {WRAP_UP: 5} if number % 10 == 0 else {}
        members[id_] = User(id=id_, login=Login(id_), user_group=group, properties=Table(own))
    return Tenant(
        id=TenantId("t"),
        name="Bench",
        settings=Settings(time_zone="Asia/Kolkata", region="IN"),
        blueprint=Blueprint(name="bench", catalogue=Catalogue()),
        users=Table(members),
        user_groups=Table(groups),
    )


def floor(tenant: Tenant) -> Callable[[str, str], object]:
    """Three look-ups by hand: the user's own value, else the group's, worked out beforehand."""
    group_of = {id_: user.user_group for id_, user in tenant.users.items()}
    own = {id_: dict(user.properties) for id_, user in tenant.users.items() if user.properties}
    engine = Properties(tenant)
    values: dict[UserGroupId | None, dict[str, object]] = {}
    for id_, user in tenant.users.items():
        if user.user_group not in values and id_ not in own:
            values[user.user_group] = {name: each.value for name, each in engine.all_properties(id_).items()}

    def resolve(user: str, name: str) -> object:
        values_of = own.get(UserId(user))
        if values_of is not None and name in values_of:
            return values_of[PropertyName(name)]
        return values[group_of[UserId(user)]][name]

    return resolve


def mean(resolve: Callable[[str, str], object], asked: Sequence[str]) -> float:
    """The median over blocks of the mean processor time of a call, in microseconds."""
    for user in asked:
        resolve(user, WRAP_UP)
    blocks = []
    for place in range(0, len(asked), 1_000):
        block = asked[place : place + 1_000]
        start = cpu()
        for user in block:
            resolve(user, WRAP_UP)
        blocks.append((cpu() - start) / len(block) / 1000)
    return median(blocks)


def once(act: Callable[[], object], times: int = 50) -> float:
    """The median processor time of something, in microseconds."""
    found = []
    for _ in range(times):
        start = cpu()
        act()
        found.append((cpu() - start) / 1000)
    return median(found)


def limited(tenant: Tenant) -> Tenant:
    """The same with the wrap-up time bounded by the tenant and by every third group, and locked by another third."""
    bound, lock = PropertyLimit(bound=Range(low=0, high=22)), PropertyLimit(locked=True)
    groups = {
        id_: attrs.evolve(group, property_limits=Table({WRAP_UP: lock if number % 3 else bound}))
        for number, (id_, group) in enumerate(tenant.user_groups.items())
        if number % 3 != 1
    }
    return attrs.evolve(tenant, property_limits=Table({WRAP_UP: bound}), user_groups=tenant.user_groups.edited(groups))


def edits(tenant: Tenant) -> tuple[float, ...]:
    """An edit of a group: made, applied, and whom it concerns; then counting everybody, and counting on. In us."""
    tally(tenant)
    population = Population(tenant)
    change = set_property(tenant, WRAP_UP, 18, group="g1", by=None)
    after = set_property(tenant, "language", "en", user="u17", by=None).apply(tenant)
    Population(after, like=population)
    return (
        once(lambda: set_property(tenant, WRAP_UP, 18, group="g1", by=None)),
        once(lambda: change.apply(tenant)),
        once(lambda: preview_above(tenant, change, population), 10),
        once(lambda: Population(tenant), 5),
        once(lambda: Population(after, like=population), 10),
    )


def groups_edited() -> None:
    """What an edit above users costs, without limits anywhere and with them everywhere."""
    print()
    print("| users | limits | edit a group | apply | whom it concerns | count everybody | count on |")
    print("|---:|---|---:|---:|---:|---:|---:|")
    for users in (1_000, 100_000):
        plain = build(users)
        for name, tenant in (("none", plain), ("in two groups of three", limited(plain))):
            figures = " | ".join(f"{figure:,.0f}" for figure in edits(tenant))
            print(f"| {users:,} | {name} | {figures} |")


def main() -> None:
    """Measure and print."""
    print("| users | limits | asked | resolve | floor | x floor | overridden | all nine | edit, first question |")
    print("|---:|---|---|---:|---:|---:|---:|---:|---:|")
    for users, limits in ((1_000, False), (1_000, True), (100_000, False), (100_000, True)):
        tenant = limited(build(users)) if limits else build(users)
        properties = Properties(tenant)
        rng = random.Random(7)
        by_hand = floor(tenant)
        group = UserGroupId("g1")
        edited = attrs.evolve(tenant.user_groups[group], properties=Table({WRAP_UP: 99}))
        after = attrs.evolve(tenant, user_groups=tenant.user_groups.put(group, edited))
        edit = once(lambda after=after: Properties(after).resolve("u1", WRAP_UP))
        for name, pool in (("hot", 1_000), ("uniform", users)):
            asked = [f"u{rng.randrange(pool)}" for _ in range(ASKED)]
            overridden = [f"u{rng.randrange(pool // 10) * 10}" for _ in range(ASKED)]
            ours, theirs = mean(properties.resolve, asked), mean(by_hand, asked)
            print(
                f"| {users:,} | {'yes' if limits else 'no'} | {name} | {ours:.2f} | {theirs:.2f} | {ours / theirs:.2f} "
                f"| {mean(properties.resolve, overridden):.2f} "
                f"| {once(lambda p=properties: p.all_properties('u17')):.1f} | {edit:.1f} |"
            )
    groups_edited()


if __name__ == "__main__":
    main()

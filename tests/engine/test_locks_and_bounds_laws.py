"""Laws of locks and bounds (PR-4), for all values and limits at every level."""

from __future__ import annotations

import attrs
from hypothesis import event, given

from agentprov.engine.inheritance import Properties, Resolved, resolve
from agentprov.engine.sleeping import sleeping_values
from agentprov.model.ids import UserGroupId, UserId
from agentprov.model.limits import PropertyLimit, PropertyLimits, is_within
from agentprov.model.properties import Level, PropertyName
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from tests.engine.limited import (
    every_value,
    levels,
    limit_tables,
    limited_tenants,
    limits_of,
    names,
    users,
    with_limits,
)


def all_resolved(tenant: Tenant) -> dict[tuple[UserId, PropertyName], Resolved]:
    """Every property of every user, with all that is told of it."""
    properties = Properties(tenant)
    return {(user, name): each for user in tenant.users for name, each in properties.all_properties(user).items()}


def without_locks(limits: PropertyLimits) -> PropertyLimits:
    """The bounds of some limits."""
    bounded = {name: limit.bound for name, limit in limits.items() if limit.bound is not None}
    return Table({name: PropertyLimit(bound=bound) for name, bound in bounded.items()})


@given(limited_tenants(), users, names)
def test_what_counts_is_inside_every_bound(tenant: Tenant, user: UserId, name: PropertyName) -> None:
    """PR-4: there always is a value, and it is inside all bounds in force; so is every one that it shadows."""
    resolved = resolve(tenant, user, name)
    event(f"bounds {len(resolved.bounds)}, locked {resolved.locked_by is not None}")

    for value in (resolved.value, *(value for _, value in resolved.shadowed)):
        assert all(is_within(value, bound) for _, bound in resolved.bounds)


@given(limited_tenants(), users, names)
def test_nothing_is_dropped(tenant: Tenant, user: UserId, name: PropertyName) -> None:
    """PR-4: whatever is set, and the default, is the value, shadowed or sleeping: exactly one of the three."""
    resolved = resolve(tenant, user, name)
    told = [resolved.source, *(source for source, _ in resolved.shadowed), *(each.source for each in resolved.sleeping)]
    bare = attrs.evolve(with_all_limits_gone(tenant))
    free = resolve(bare, user, name)

    assert sorted(map(str, (free.source, *(source for source, _ in free.shadowed)))) == sorted(map(str, told))
    assert () == free.sleeping


def with_all_limits_gone(tenant: Tenant) -> Tenant:
    """The tenant without any lock or bound."""
    groups = {id_: attrs.evolve(group, property_limits=Table()) for id_, group in tenant.user_groups.items()}
    return attrs.evolve(tenant, property_limits=Table(), user_groups=Table(groups))


@given(limited_tenants(), levels, limit_tables())
def test_a_limit_that_goes_wakes_exactly_what_slept(
    tenant: Tenant, level: UserGroupId | None, given_: PropertyLimits
) -> None:
    """PR-4: with a level's limits set, and put back, every value, shadowed and sleeping one is as it was."""
    after = with_limits(tenant, level, given_)
    back = with_limits(after, level, limits_of(tenant, level))

    assert all_resolved(tenant) == all_resolved(back)


@given(limited_tenants(), levels, levels, names)
def test_locks_commute(tenant: Tenant, one: UserGroupId | None, other: UserGroupId | None, name: PropertyName) -> None:
    """PR-4: which of two locks was set first makes no difference."""
    results = []
    for first, second in ((one, other), (other, one)):
        after = tenant
        for level in (first, second):
            own = limits_of(after, level)
            bound = own[name].bound if name in own else None
            after = with_limits(after, level, own.put(name, PropertyLimit(locked=True, bound=bound)))
        results.append(all_resolved(after))

    assert results[0] == results[1]


@given(limited_tenants(), users, names)
def test_the_highest_lock_wins(tenant: Tenant, user: UserId, name: PropertyName) -> None:
    """PR-4: the outermost level on the user's way that locks is who locks; nothing below it counts or bounds."""
    path = tenant.group_path(tenant.users[user].user_group)
    holders: list[tuple[Level, str | None, PropertyLimits]] = [(Level.TENANT, None, tenant.property_limits)]
    holders += [(Level.USER_GROUP, group, tenant.user_groups[group].property_limits) for group in path]
    locks = [(level, id_) for level, id_, limits in holders if name in limits and limits[name].locked]
    resolved = resolve(tenant, user, name)
    found = resolved.locked_by

    assert (locks[0] if locks else None) == (None if found is None else (found.level, found.id))
    if found is not None:
        above = [(level, id_) for level, id_, _ in holders]
        above = [(Level.DEFINITION, None), *above[: above.index((found.level, found.id)) + 1]]
        counting = (resolved.source, *(source for source, _ in resolved.shadowed), *(s for s, _ in resolved.bounds))
        assert {(source.level, source.id) for source in counting} <= set(above)


@given(limited_tenants(), levels, limit_tables())
def test_limits_change_only_whom_they_reach(tenant: Tenant, level: UserGroupId | None, given_: PropertyLimits) -> None:
    """P22, PR-4: users outside the group, and the tenant's other properties, don't notice."""
    before, after = all_resolved(tenant), all_resolved(with_limits(tenant, level, given_))
    touched = given_.keys() | limits_of(tenant, level).keys()
    for (user, name), resolved in before.items():
        inside = level is None or level in tenant.group_path(tenant.users[user].user_group)
        if not inside or name not in touched:
            assert resolved == after[user, name]


@given(limited_tenants())
def test_what_sleeps_changes_nothing_by_going(tenant: Tenant) -> None:
    """PR-4: with every sleeping value of users and groups taken away, everybody's values are the same."""
    bare = tenant
    for name, each in sleeping_values(tenant):
        match each.source.level:
            case Level.USER:
                user = bare.users[UserId(str(each.source.id))]
                kept = attrs.evolve(user, properties=user.properties.drop(name))
                bare = attrs.evolve(bare, users=bare.users.put(user.id, kept))
            case Level.USER_GROUP:
                group = bare.user_groups[UserGroupId(str(each.source.id))]
                rest = attrs.evolve(group, properties=group.properties.drop(name))
                bare = attrs.evolve(bare, user_groups=bare.user_groups.put(group.id, rest))
            case _:
                bare = attrs.evolve(bare, properties=bare.properties.drop(name))

    assert every_value(tenant) == every_value(bare)


@given(limited_tenants(), levels)
def test_unlocking_is_always_possible(tenant: Tenant, level: UserGroupId | None) -> None:
    """PR-4: a tenant without a level's locks is whole, whatever bounds wake, and values are inside them."""
    after = with_limits(tenant, level, without_locks(limits_of(tenant, level)))
    for resolved in all_resolved(after).values():
        assert all(is_within(resolved.value, bound) for _, bound in resolved.bounds)


@given(limited_tenants(), users, levels)
def test_there_and_back_is_identity_below_limits(tenant: Tenant, user: UserId, group: UserGroupId | None) -> None:
    """P20, PR-4: a move and the move back leave every value as it was, what slept on the way too."""
    home = tenant.users[user].user_group
    away = attrs.evolve(tenant, users=tenant.users.put(user, attrs.evolve(tenant.users[user], user_group=group)))
    back = attrs.evolve(away, users=away.users.put(user, attrs.evolve(away.users[user], user_group=home)))

    assert all_resolved(tenant) == all_resolved(back)

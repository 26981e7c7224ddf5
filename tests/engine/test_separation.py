"""Static separation of duty: who violates what, and what a change would (AC-6)."""

from __future__ import annotations

from typing import Any

import attrs

from agentprov.engine.hierarchy import Assignments
from agentprov.engine.separation import Violation, brought, new_violations, separation_problems, violations
from agentprov.errors import Code, Parameter, Problem
from agentprov.model.access import EVERYONE, Role
from agentprov.model.ids import RoleId, SeparationId, UserId
from agentprov.model.separations import Separation, SeparationKind
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status, User
from tests.engine.companies import company, role, user

ASHA = UserId("u-asha")
RAVI = UserId("u-ravi")


def a_separation(id_: str, *roles: str, cardinality: int = 2, **fields: Any) -> Separation:
    """A separation in few words, static unless said otherwise."""
    members = map(RoleId, roles)
    return Separation(id=SeparationId(id_), name=id_, roles=members, cardinality=cardinality, **fields)


def keeping(*separations: Separation, of: tuple[User | Role, ...]) -> Tenant:
    """A tenant with these separations."""
    return company(*of, separations=Table({each.id: each for each in separations}))


PAY = a_separation("s-pay", "buyer", "payer")
ROLES = (role("buyer"), role("payer"), role("auditor"), role("chief", inherits=["buyer"]))


def roles(*names: str) -> frozenset[RoleId]:
    """Roles by name."""
    return frozenset(map(RoleId, names))


def violation(own: frozenset[RoleId], *users: UserId, had: frozenset[RoleId] = roles("buyer", "payer")) -> Violation:
    """A violation of s-pay."""
    return Violation(separation=PAY.id, roles=had, own=own, users=frozenset(users))


def test_users_with_equal_roles_are_one_violation() -> None:
    """AC-6: a violation names the separation, the users, the roles they have of it, and their own roles."""
    both = ["buyer", "payer"]
    tenant = keeping(PAY, of=(*ROLES, user("u-asha", roles=both), user("u-ravi", roles=both), user("u-mina")))

    assert (violation(roles(*both), ASHA, RAVI),) == violations(tenant)


def test_an_inherited_role_counts() -> None:
    """AC-6: the chief, who inherits from the buyer, can't be payer; what brings which role can be asked."""
    tenant = keeping(PAY, of=(*ROLES, user("u-asha", roles=["chief", "payer", "buyer"])))
    (found,) = violations(tenant)

    assert violation(roles("chief", "payer", "buyer"), ASHA) == found
    buyers = (RoleId("buyer"), RoleId("chief"))
    assert Table({RoleId("buyer"): buyers, RoleId("payer"): (RoleId("payer"),)}) == brought(tenant, found)


def test_the_role_everyone_counts() -> None:
    """AC-6, AC-2: what everybody has by Everyone counts for each, and it is told that it comes from there."""
    all_of_us = role("everyone", inherits=["buyer"])
    tenant = keeping(PAY, of=(*ROLES, all_of_us, user("u-asha", roles=["payer"]), user("u-ravi")))
    (found,) = violations(tenant)

    assert violation(roles("payer"), ASHA) == found
    assert (EVERYONE,) == brought(tenant, found)[RoleId("buyer")]


def test_users_of_any_status_count() -> None:
    """AC-6: a disabled account keeps its roles, so bringing it back can't bring a violation."""
    tenant = keeping(PAY, of=(*ROLES, user("u-asha", roles=["buyer", "payer"], status=Status.DEACTIVATED)))

    assert (violation(roles("buyer", "payer"), ASHA),) == violations(tenant)


def test_fewer_than_the_cardinality_are_fine() -> None:
    """AC-6: two of three are fine where three are too many."""
    three = a_separation("s-pay", "buyer", "payer", "auditor", cardinality=3)
    of = (*ROLES, user("u-asha", roles=["buyer", "payer"]))

    assert () == violations(keeping(three, of=of))
    assert 1 == len(violations(keeping(attrs.evolve(three, cardinality=2), of=of)))


def test_dynamic_separations_bind_no_users() -> None:
    """AC-6: to have roles that a dynamic separation keeps apart is no violation."""
    dynamic = attrs.evolve(PAY, kind=SeparationKind.DYNAMIC)

    assert () == violations(keeping(dynamic, of=(*ROLES, user("u-asha", roles=["buyer", "payer"]))))


def test_what_was_worked_out_is_used() -> None:
    """PF-6: given assignments, the same answer comes from what they know already."""
    tenant = keeping(PAY, of=(*ROLES, user("u-asha", roles=["buyer", "payer"])))
    assignments = Assignments(tenant)

    assert violations(tenant) == violations(assignments) == violations(assignments)


# ---- what a change would violate ------------------------------------------------------------------------------------


def after(tenant: Tenant, *users: User, **tables: Any) -> Tenant:
    """The next tenant."""
    put = {each.id: each for each in users}
    return attrs.evolve(tenant, users=tenant.users.edited(put), version=tenant.version + 1, **tables)


def test_only_what_is_new_counts() -> None:
    """AC-6: a tenant that was built with violations can still be changed; a new violator is told."""
    asha, ravi = user("u-asha", roles=["buyer", "payer"]), user("u-ravi", roles=["buyer"])
    before = keeping(PAY, of=(*ROLES, asha, ravi))

    assert () == new_violations(before, after(before, attrs.evolve(asha, name="A.")))
    assert () == new_violations(before, after(before, attrs.evolve(asha, roles=roles("buyer", "payer", "auditor"))))
    expected = (violation(roles("buyer", "payer"), RAVI),)
    assert expected == new_violations(before, after(before, attrs.evolve(ravi, roles=roles("buyer", "payer"))))


def test_a_violation_that_gets_worse_is_new() -> None:
    """AC-6: one more role of the set, or another one, counts for somebody who has too many already."""
    wide = a_separation("s-pay", "buyer", "payer", "auditor")
    asha = user("u-asha", roles=["buyer", "payer"])
    before = keeping(wide, of=(*ROLES, asha))

    more = after(before, attrs.evolve(asha, roles=roles("buyer", "payer", "auditor")))
    assert (violation(asha.roles | roles("auditor"), ASHA, had=wide.roles),) == new_violations(before, more)
    other = after(before, attrs.evolve(asha, roles=roles("buyer", "auditor")))
    assert (violation(roles("buyer", "auditor"), ASHA, had=roles("buyer", "auditor")),) == new_violations(before, other)


def test_a_new_user_and_one_who_goes() -> None:
    """AC-6: a new user can violate; one who is gone can't."""
    both = roles("buyer", "payer")
    before = keeping(PAY, of=(*ROLES, user("u-ravi", roles=[*both])))

    assert (violation(both, ASHA),) == new_violations(before, after(before, user("u-asha", roles=[*both])))
    assert () == new_violations(before, attrs.evolve(before, users=before.users.drop(RAVI)))


def test_a_change_of_roles_or_separations_is_asked_of_everybody() -> None:
    """AC-6: an inheritance and a tighter separation make violators of users who themselves stay the same."""
    asha, ravi = user("u-asha", roles=["chief", "payer"]), user("u-ravi", roles=["buyer", "payer"])
    apart = keeping(of=(role("buyer"), role("payer"), role("chief"), asha, ravi))
    before = attrs.evolve(apart, separations={PAY.id: PAY})
    inherits = before.roles.put(RoleId("chief"), role("chief", inherits=["buyer"]))

    assert (violation(asha.roles, ASHA),) == new_violations(before, after(before, roles=inherits))
    assert (violation(ravi.roles, RAVI),) == new_violations(apart, before)
    dynamic = attrs.evolve(apart, separations={PAY.id: attrs.evolve(PAY, kind=SeparationKind.DYNAMIC)})
    assert (violation(ravi.roles, RAVI),) == new_violations(dynamic, before)
    assert () == new_violations(before, dynamic)


def test_a_problem_names_twenty_users_and_counts_all() -> None:
    """AC-6: of many violators the first twenty by id are named, and how many there are."""
    ids = [f"u-{number:02d}" for number in range(25)]
    people = [user(id_, roles=["chief" if id_ == "u-00" else "buyer", "payer"]) for id_ in ids]
    tenant = keeping(PAY, a_separation("s-none", "chief", "auditor"), of=(*ROLES, *people))

    parameters: dict[str, Parameter] = {
        "value": "s-pay",
        "users": tuple(ids[:20]),
        "count": 25,
        "roles": ("buyer", "payer"),
    }
    expected = Problem(code=Code.SEPARATION_VIOLATED, path=("roles",), parameters=parameters)
    assert (expected,) == separation_problems(violations(tenant), "roles")

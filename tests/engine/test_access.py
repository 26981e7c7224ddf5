"""Access by example (AC-1 to AC-4, AC-7)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

import attrs
import pytest

from agentprov.engine.access import Access
from agentprov.engine.decisions import (
    Decision,
    DeniedBy,
    Granted,
    Held,
    NotActive,
    NotGranted,
    Object,
    UnknownObject,
    UnknownUser,
)
from agentprov.errors import Code, InvalidValue, NotFound, Refused
from agentprov.model.access import Chosen, ChosenKind, Within
from agentprov.model.ids import AgentGroupId, DepartmentId, NumberId, RoleId, TenantId, UserGroupId, UserId
from agentprov.model.references import Kind
from agentprov.model.table import Table
from agentprov.model.user_types import API, CUSTOMER
from agentprov.model.users import Status, User, Visibility
from tests.engine.companies import BLUEPRINT, chosen, company, every_object, grant, role, user

EDIT = "user:edit"
ASHA = "u-asha"


def may(asha: User, on: str | Object | None = None, *others: User) -> bool:
    """Whether Asha may edit that."""
    return Access(company(asha, *others)).allows(ASHA, EDIT, on=on)


# ---- permissions ----------------------------------------------------------------------------------------------------


def test_nothing_said_means_no() -> None:
    """AC-2: a user without any grant may nothing, and the reason says so."""
    access = Access(company(user("u-asha"), user("u-ravi")))

    assert Decision(allowed=False, reasons=(NotGranted(),)) == access.decide(ASHA, EDIT, on="u-ravi")
    assert (Code.PERMISSION_NOT_GRANTED,) == tuple(p.code for p in access.decide(ASHA, EDIT).problems(ASHA, EDIT))


@pytest.mark.parametrize("asked", ["user:fly", "user:*", "user", "", "nothing:view", "USER:EDIT"])
@pytest.mark.parametrize("actor", ["u-asha", "u-blocked", "u-nobody"])
def test_an_unknown_permission_is_an_error_wherever_it_is_asked(actor: str, asked: str) -> None:
    """AC-1: a permission that the catalogue hasn't, or a whole section, can't be asked for, whoever asks."""
    access = Access(company(user("u-asha", grant("user:*")), user("u-blocked", status=Status.BLOCKED)))

    for question in (
        lambda: access.allows(actor, asked),
        lambda: access.allows(actor, asked, on="u-asha"),
        lambda: access.allows(actor, asked, on="u-nobody"),
        lambda: access.decide(actor, asked),
        lambda: access.allows_anywhere(actor, asked),
        lambda: access.explain(actor, asked),
        lambda: access.held(actor, asked),
    ):
        with pytest.raises(NotFound) as error:
            question()
        assert (Code.PERMISSION_UNKNOWN,) == error.value.codes


def test_a_section_is_all_of_its_actions_and_no_other() -> None:
    """AC-1: `user:*` means every action of the section in the catalogue."""
    access = Access(company(user("u-asha", grant("user:*"))))

    assert access.allows(ASHA, "user:view")
    assert access.allows(ASHA, "user:edit")
    assert not access.allows(ASHA, "queue:view")


def test_a_deny_of_a_section_denies_each_action() -> None:
    """AC-1, AC-2: a denied section beats a grant of one of its actions."""
    access = Access(company(user("u-asha", grant(EDIT), grant("user:*", deny=True))))

    assert not access.allows(ASHA, EDIT)


# ---- roles ----------------------------------------------------------------------------------------------------------


def test_rights_are_the_union_over_roles_and_direct_grants() -> None:
    """AC-2: what any role or grant of their own gives, the user has."""
    asha = user("u-asha", grant("queue:view"), roles=["viewer", "editor"])
    access = Access(company(asha, role("viewer", grant("user:view")), role("editor", grant("user:edit"))))

    assert [True] * 3 == [access.allows(ASHA, each) for each in ("user:view", "user:edit", "queue:view")]


def test_everyone_is_a_role_of_every_user() -> None:
    """AC-2: what Everyone has, each user has, without being given the role; and what Everyone inherits, too."""
    access = Access(
        company(
            user("u-asha"),
            role("everyone", grant("user:view"), inherits=["guest"]),
            role("guest", grant("queue:view")),
        )
    )

    path = (RoleId("everyone"), RoleId("guest"))
    expected = Granted(held=Held(grant=grant("queue:view"), path=path), terms=frozenset({Within.TENANT}))
    assert access.allows(ASHA, "user:view")
    assert Decision(allowed=True, reasons=(expected,)) == access.decide(ASHA, "queue:view")


def test_everyone_can_be_named_without_being_defined() -> None:
    """AC-2: the implicit role is there even where the tenant doesn't define it."""
    access = Access(company(user("u-asha", grant(EDIT), roles=["everyone"])))

    assert access.allows(ASHA, EDIT)


def test_a_role_has_what_it_inherits_at_any_depth() -> None:
    """AC-2, AC-7: rights come down a chain of roles, and the reason shows the chain."""
    access = Access(
        company(
            user("u-asha", roles=["admin"]),
            role("admin", inherits=["lead"]),
            role("lead", inherits=["junior"]),
            role("junior", grant(EDIT)),
        )
    )

    path = (RoleId("admin"), RoleId("lead"), RoleId("junior"))
    expected = Granted(held=Held(grant=grant(EDIT), path=path), terms=frozenset({Within.TENANT}))
    assert (expected,) == access.decide(ASHA, EDIT).reasons


def test_the_shortest_way_to_a_role_is_shown() -> None:
    """AC-7: of several ways to a role the shortest is told, of equally short ones the first by id."""
    access = Access(
        company(
            user("u-asha", roles=["c", "b", "a"]),
            role("a", inherits=["x"]),
            role("x", inherits=["holder"]),
            role("c", inherits=["holder"]),
            role("b", inherits=["holder"]),
            role("holder", grant(EDIT)),
        )
    )

    (held,) = access.held(ASHA, EDIT)
    assert (RoleId("b"), RoleId("holder")) == held.path


def test_a_long_chain_of_roles_is_followed_to_its_end() -> None:
    """AC-2: the longest chain that there can be, of a hundred roles, is followed to its end."""
    roles = [role(f"r{number}", inherits=[f"r{number + 1}"]) for number in range(99)]
    access = Access(company(user("u-asha", roles=["r0"]), *roles, role("r99", grant(EDIT))))

    assert access.allows(ASHA, EDIT)
    assert 100 == len(access.held(ASHA, EDIT)[0].path)


def test_an_inherited_deny_beats_an_allow_of_ones_own() -> None:
    """AC-2: a deny is inherited like an allow and beats any number of allows, wherever they come from."""
    asha = user("u-asha", grant(EDIT), roles=["admin"])
    access = Access(
        company(asha, role("admin", grant("user:*"), inherits=["trainee"]), role("trainee", grant(EDIT, deny=True)))
    )

    denied = Held(grant=grant(EDIT, deny=True), path=(RoleId("admin"), RoleId("trainee")))
    expected = DeniedBy(held=denied, terms=frozenset({Within.TENANT}))
    assert Decision(allowed=False, reasons=(expected,)) == access.decide(ASHA, EDIT, on=ASHA)


@pytest.mark.parametrize("type_", [CUSTOMER, API])
def test_users_of_every_type_have_rights_by_roles(type_: str) -> None:
    """ID-14: customers and api users hold rights as persons do."""
    access = Access(company(user("u-asha", roles=["viewer"], type=type_), role("viewer", grant("user:view"))))

    assert access.allows(ASHA, "user:view")


# ---- scopes ---------------------------------------------------------------------------------------------------------

SALES = DepartmentId("d-sales")


def test_the_whole_tenant_holds_every_object() -> None:
    """AC-3: a grant for the tenant holds for objects of any kind, and for the question without an object."""
    tenant = company(user("u-asha", grant(EDIT)), user("u-ravi"))
    access = Access(tenant)

    assert access.allows(ASHA, EDIT)
    assert all(access.allows(ASHA, EDIT, on=each) for each in every_object(tenant))


def test_home_department_holds_the_users_who_share_it_and_the_department() -> None:
    """AC-3: own department, on users by their home department, on departments the department itself."""
    asha = user("u-asha", grant(EDIT, Within.HOME_DEPARTMENT), home_department=SALES)
    mates = (user("u-ravi", home_department=SALES), user("u-omar", home_department=DepartmentId("d-night")))

    assert may(asha, "u-ravi", *mates)
    assert may(asha, "u-asha", *mates)
    assert not may(asha, "u-omar", *mates)
    assert may(asha, Object(kind=Kind.DEPARTMENTS, id="d-sales"))
    assert not may(asha, Object(kind=Kind.DEPARTMENTS, id="d-night"))
    assert not may(asha, Object(kind=Kind.NUMBERS, id="n-1"))
    assert not may(asha)


def test_two_users_without_a_department_share_none() -> None:
    """AC-3: no department equals no other, one's own included."""
    asha = user("u-asha", grant(EDIT, Within.HOME_DEPARTMENT))

    assert not may(asha, "u-ravi", user("u-ravi"))
    assert not may(asha, "u-asha")


def test_two_users_without_a_group_share_none() -> None:
    """AC-3: no user group equals no other, one's own included."""
    asha = user("u-asha", grant(EDIT, Within.OWN_USER_GROUP))

    assert not may(asha, "u-ravi", user("u-ravi"))
    assert not may(asha, "u-asha")


def test_a_user_without_supervisor_is_nobodys_agent() -> None:
    """AC-3: no supervisor is no supervisor, even for an actor whom the tenant doesn't have."""
    access = Access(company(user("u-asha", grant(EDIT, Within.OWN_AGENTS)), user("u-ravi")))

    assert not access.allows(ASHA, EDIT, on="u-ravi")


def test_the_department_follows_the_supervisors_where_the_blueprint_links_it() -> None:
    """AC-3, PV-8: an agent whose home department is linked to the supervisor's is inside the supervisor's."""
    linked = attrs.evolve(BLUEPRINT, department_from_supervisor=[RoleId("agent")])
    tenant = company(
        user("u-asha", grant(EDIT, Within.HOME_DEPARTMENT), home_department=SALES),
        user("u-ravi", roles=["agent"], supervisor=UserId("u-asha")),
        role("agent"),
        blueprint=linked,
    )

    assert Access(tenant).allows(ASHA, EDIT, on="u-ravi")


def test_own_agents_are_not_transitive() -> None:
    """AC-3: own agents are those one supervises, not theirs, and not oneself."""
    asha = user("u-asha", grant(EDIT, Within.OWN_AGENTS))
    below = (user("u-ravi", supervisor=UserId("u-asha")), user("u-omar", supervisor=UserId("u-ravi")))

    assert may(asha, "u-ravi", *below)
    assert not may(asha, "u-omar", *below)
    assert not may(asha, "u-asha", *below)


def test_own_user_group_includes_nested_groups_and_no_outer_one() -> None:
    """AC-3: the own group with those inside it; not the group around it."""
    asha = user("u-asha", grant(EDIT, Within.OWN_USER_GROUP), user_group=UserGroupId("g-sales"))
    others = {
        "g-sales": True,
        "g-north": True,
        "g-all": False,
        "g-other": False,
    }

    for group, inside in others.items():
        assert inside is may(asha, "u-ravi", user("u-ravi", user_group=UserGroupId(group)))


def test_own_numbers_are_those_assigned() -> None:
    """AC-3: own numbers are the numbers assigned to the user."""
    asha = user("u-asha", grant(EDIT, Within.OWN_NUMBERS), visibility=Visibility(numbers=[NumberId("n-1")]))

    assert may(asha, Object(kind=Kind.NUMBERS, id="n-1"))
    assert not may(asha, Object(kind=Kind.NUMBERS, id="n-2"))
    assert not may(asha, "u-asha")


def test_self_is_only_oneself() -> None:
    """AC-3: a grant for oneself can be given before the user exists, and holds for nobody else."""
    asha = user("u-asha", grant(EDIT, Within.SELF))

    assert may(asha, "u-asha")
    assert not may(asha, "u-ravi", user("u-ravi"))
    assert not may(asha, Object(kind=Kind.DEPARTMENTS, id="d-sales"))


@pytest.mark.parametrize(
    ("term", "inside", "outside"),
    [
        (chosen(ChosenKind.USER, "u-ravi"), "u-ravi", "u-omar"),
        (chosen(ChosenKind.AGENT_GROUP, "a-red"), "u-ravi", "u-omar"),
        (chosen(ChosenKind.DEPARTMENT, "d-sales"), "u-ravi", "u-omar"),
        (
            chosen(ChosenKind.DEPARTMENT, "d-sales"),
            Object(kind=Kind.DEPARTMENTS, id="d-sales"),
            Object(kind=Kind.DEPARTMENTS, id="d-night"),
        ),
        (
            chosen(ChosenKind.NUMBER, "n-1"),
            Object(kind=Kind.NUMBERS, id="n-1"),
            Object(kind=Kind.NUMBERS, id="n-2"),
        ),
        (
            chosen(ChosenKind.USER, "u-ravi"),
            Object(kind=Kind.USERS, id="u-ravi"),
            Object(kind=Kind.AGENT_GROUPS, id="a-red"),
        ),
        (chosen(ChosenKind.NUMBER, "n-1"), Object(kind=Kind.NUMBERS, id="n-1"), "u-ravi"),
    ],
)
def test_chosen_objects(term: Chosen, inside: str | Object, outside: str | Object) -> None:
    """AC-3: a chosen user, everybody of a chosen agent group or department, a chosen department or number."""
    asha = user("u-asha", grant(EDIT, term))
    others = (
        user("u-ravi", agent_groups=[AgentGroupId("a-red"), AgentGroupId("a-blue")], home_department=SALES),
        user("u-omar"),
    )

    assert may(asha, inside, *others)
    assert not may(asha, outside, *others)
    assert not may(asha, None, *others)


def test_anything_else_is_reached_by_the_tenant_alone() -> None:
    """AC-3: queues, agent groups and the rest are inside no scope but the tenant."""
    narrow = user("u-asha", grant(EDIT, *(set(Within) - {Within.TENANT}), chosen(ChosenKind.AGENT_GROUP, "a-red")))

    assert not may(narrow, Object(kind=Kind.QUEUES, id="q-1"))
    assert not may(narrow, Object(kind=Kind.AGENT_GROUPS, id="a-red"))
    assert may(user("u-asha", grant(EDIT)), Object(kind=Kind.QUEUES, id="q-1"))


def test_scopes_combine_by_union_and_reasons_name_the_terms_that_hold() -> None:
    """AC-3, AC-7: any term is enough; those that hold are named, the others not."""
    asha = user("u-asha", grant(EDIT, Within.SELF, Within.OWN_AGENTS, Within.HOME_DEPARTMENT), home_department=SALES)
    access = Access(company(asha, user("u-ravi", supervisor=UserId("u-asha"), home_department=SALES)))

    (reason,) = access.decide(ASHA, EDIT, on="u-ravi").reasons
    assert isinstance(reason, Granted)
    assert {Within.OWN_AGENTS, Within.HOME_DEPARTMENT} == reason.terms


# ---- denies and the whole tenant ------------------------------------------------------------------------------------


def test_a_deny_holds_for_the_objects_inside_it_only() -> None:
    """AC-2: a deny with a scope beats the allows for the objects inside, and leaves the others."""
    asha = user("u-asha", grant(EDIT), grant(EDIT, Within.SELF, deny=True))

    assert may(asha, "u-ravi", user("u-ravi"))
    assert not may(asha, "u-asha", user("u-ravi"))


def test_a_deny_for_a_part_refuses_the_question_for_the_whole() -> None:
    """AC-2: without an object all of the tenant is asked for, and a deny, however narrow, leaves less than all."""
    asha = user("u-asha", grant(EDIT), grant(EDIT, chosen(ChosenKind.USER, "u-ravi"), deny=True))
    access = Access(company(asha, user("u-ravi"), user("u-omar")))

    assert not access.allows(ASHA, EDIT)
    assert access.allows(ASHA, EDIT, on="u-omar")
    assert (Code.PERMISSION_DENIED,) == tuple(p.code for p in access.decide(ASHA, EDIT).problems(ASHA, EDIT))


def test_only_an_allow_for_the_tenant_answers_the_question_for_the_whole() -> None:
    """AC-2: scopes that happen to cover every user don't amount to the whole tenant; they are named as nearest."""
    narrow = grant(EDIT, Within.SELF)
    access = Access(company(user("u-asha", narrow)))

    assert Decision(allowed=False, reasons=(NotGranted(nearest=(Held(grant=narrow),)),)) == access.decide(ASHA, EDIT)


def test_anywhere_asks_for_a_single_object() -> None:
    """AC-2: anywhere is another question: true as soon as one object is allowed."""
    access = Access(
        company(
            user("u-asha", grant(EDIT, Within.OWN_AGENTS)),
            user("u-ravi", grant(EDIT, Within.OWN_AGENTS), supervisor=UserId("u-asha")),
            user("u-omar", grant(EDIT)),
            user("u-mina"),
        )
    )

    assert access.allows_anywhere(ASHA, EDIT)
    assert access.decide(ASHA, EDIT, on="u-ravi") == access.decide_anywhere(ASHA, EDIT)
    assert not access.allows_anywhere("u-ravi", EDIT)
    assert access.decide("u-ravi", EDIT) == access.decide_anywhere("u-ravi", EDIT)
    assert access.allows_anywhere("u-omar", EDIT)
    assert not access.allows_anywhere("u-mina", EDIT)


def test_anywhere_is_nowhere_when_a_deny_covers_all_that_is_allowed() -> None:
    """AC-2: an allow for the own agents and a deny for the only one leave nothing."""
    asha = user("u-asha", grant(EDIT, Within.OWN_AGENTS), grant(EDIT, chosen(ChosenKind.USER, "u-ravi"), deny=True))
    access = Access(company(asha, user("u-ravi", supervisor=UserId("u-asha"))))

    assert not access.allows_anywhere(ASHA, EDIT)


# ---- gates ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.DISABLED, Status.BLOCKED, Status.DEACTIVATED])
def test_an_account_that_is_not_active_may_nothing(status: Status) -> None:
    """AC-4, LC-1: whatever is granted, such a user may do nothing, to themselves neither."""
    access = Access(company(user("u-asha", grant(EDIT), status=status)))

    expected = Decision(allowed=False, reasons=(NotActive(status=status),))
    assert expected == access.decide(ASHA, EDIT)
    assert expected == access.decide(ASHA, EDIT, on=ASHA)
    assert not access.allows(ASHA, EDIT)
    assert not access.allows(ASHA, EDIT, on=ASHA)
    assert not access.allows_anywhere(ASHA, EDIT)
    assert () == access.held(ASHA, EDIT)


def test_an_account_that_is_not_active_can_still_be_acted_on() -> None:
    """LC-1: whoever may edit them finds a blocked user like any other."""
    access = Access(company(user("u-asha", grant(EDIT)), user("u-ravi", status=Status.BLOCKED)))

    assert access.allows(ASHA, EDIT, on="u-ravi")


def test_an_unknown_user_is_denied() -> None:
    """AC-2: whom the tenant doesn't have may do nothing, what Everyone may neither."""
    access = Access(company(user("u-asha"), role("everyone", grant(EDIT))))

    assert Decision(allowed=False, reasons=(UnknownUser(),)) == access.decide("u-nobody", EDIT)
    assert Decision(allowed=False, reasons=(UnknownUser(),)) == access.decide("u-nobody", EDIT, on="u-asha")
    assert not access.allows("u-nobody", EDIT)
    assert not access.allows("u-nobody", EDIT, on="u-asha")
    assert not access.allows("u-nobody", EDIT, on=Object(kind=Kind.QUEUES, id="q-1"))


@pytest.mark.parametrize("on", ["", "u-nobody", "U-RAVI", "u-ravi ", "u-ravi\x00", "d-sales"])
def test_an_unknown_object_is_denied(on: str) -> None:
    """AC-2: to what isn't there nobody may do anything; ids are compared exactly."""
    access = Access(company(user("u-asha", grant(EDIT)), user("u-ravi")))

    assert Decision(allowed=False, reasons=(UnknownObject(),)) == access.decide(ASHA, EDIT, on=on)
    assert not access.allows(ASHA, EDIT, on=on)


def test_an_object_is_looked_up_among_its_kind() -> None:
    """AC-2: a department's id is no queue's."""
    access = Access(company(user("u-asha", grant(EDIT))))

    assert not access.allows(ASHA, EDIT, on=Object(kind=Kind.QUEUES, id="d-sales"))


@pytest.mark.parametrize("kind_and_id", [(Kind.USERS, "u-ravi"), (Kind.DEPARTMENTS, "d-sales"), (Kind.QUEUES, "q-1")])
def test_another_tenants_object_is_unknown_even_under_an_own_id(kind_and_id: tuple[Kind, str]) -> None:
    """AC-4: the decision, and its words, are those of an unknown id, whatever the role."""
    kind, id_ = kind_and_id
    access = Access(company(user("u-asha", grant("user:*"), roles=["admin"]), user("u-ravi"), role("admin")))
    own = Object(kind=kind, id=id_, tenant=TenantId("t-1"))
    foreign = Object(kind=kind, id=id_, tenant=TenantId("t-2"))
    unknown = Object(kind=kind, id="x-unknown")

    assert access.allows(ASHA, EDIT, on=own)
    assert access.decide(ASHA, EDIT, on=Object(kind=kind, id=id_)) == access.decide(ASHA, EDIT, on=own)
    assert not access.allows(ASHA, EDIT, on=foreign)
    assert access.decide(ASHA, EDIT, on=unknown) == access.decide(ASHA, EDIT, on=foreign)
    assert access.explain(ASHA, EDIT, on=foreign).endswith(f"there is no {kind.noun} `{id_}` in this tenant")
    assert "Ravi" not in access.explain(ASHA, EDIT, on=foreign)


def test_every_failing_gate_is_reported() -> None:
    """AC-7: a blocked user who asks about an unknown object hears both; so does an unknown one."""
    access = Access(company(user("u-asha", status=Status.BLOCKED)))

    both = (NotActive(status=Status.BLOCKED), UnknownObject())
    assert Decision(allowed=False, reasons=both) == access.decide(ASHA, EDIT, on="u-nobody")
    assert (UnknownUser(), UnknownObject()) == access.decide("u-x", EDIT, on="u-y").reasons


# ---- explanations ---------------------------------------------------------------------------------------------------


def test_every_grant_that_holds_is_a_reason() -> None:
    """AC-7: the reasons of a yes are all allows that hold, direct ones first, and no other."""
    own, by_role, elsewhere = grant(EDIT, Within.SELF), grant("user:*"), grant(EDIT, Within.OWN_AGENTS)
    access = Access(company(user("u-asha", own, elsewhere, roles=["admin"]), role("admin", by_role)))

    expected = (
        Granted(held=Held(grant=own), terms=frozenset({Within.SELF})),
        Granted(held=Held(grant=by_role, path=(RoleId("admin"),)), terms=frozenset({Within.TENANT})),
    )
    assert expected == access.decide(ASHA, EDIT, on=ASHA).reasons


def test_a_no_by_deny_names_every_deny_that_holds_and_no_allow() -> None:
    """AC-7: the reasons are exactly the satisfied grants of the winning effect."""
    first, second = grant(EDIT, Within.SELF, deny=True), grant("user:*", deny=True)
    asha = user("u-asha", grant(EDIT), first, second, grant(EDIT, Within.OWN_AGENTS, deny=True))

    reasons = Access(company(asha)).decide(ASHA, EDIT, on=ASHA).reasons
    assert {first, second} == {each.held.grant for each in reasons if isinstance(each, DeniedBy)}
    assert 2 == len(reasons)


def test_a_decision_is_made_once_and_shared() -> None:
    """AC-7: users with the same rights get the same decision, so that logging it costs nothing to build."""
    access = Access(company(user("u-asha", roles=["a"]), user("u-ravi", roles=["a"]), role("a", grant(EDIT))))

    assert access.decide(ASHA, EDIT) is access.decide("u-ravi", EDIT)


SENTENCES = [
    ("u-asha", "u-ravi", "Asha may edit Ravi (user:edit): role Lead, inherited by Admin, for their own agents"),
    ("u-asha", "u-asha", "Asha may edit Asha (user:edit): a grant of their own, for themselves"),
    (
        "u-asha",
        None,
        (
            "Asha may not edit throughout the tenant (user:edit): nothing grants it here; nearest comes a grant of "
            "their own, for themselves; role Lead, inherited by Admin, for their own agents"
        ),
    ),
    (
        "u-ravi",
        "u-asha",
        "Ravi may not edit Asha (user:edit): denied by role Shut, for Asha",
    ),
    ("u-omar", "u-ravi", "Omar the Great may not edit Ravi (user:edit): the account is disabled"),
    (
        "u-omar",
        "u-x",
        (
            "Omar the Great may not edit `u-x` (user:edit): the account is disabled; and there is no user `u-x` "
            "in this tenant"
        ),
    ),
    ("u-y\n", "u-ravi", "`u-y\\n` may not edit Ravi (user:edit): there is no user `u-y\\n` in this tenant"),
    (
        "u-mina",
        Object(kind=Kind.DEPARTMENTS, id="d-sales"),
        "Mina may edit the department Sales (user:edit): a grant of their own, for the department Sales",
    ),
    (
        "u-mina",
        Object(kind=Kind.NUMBERS, id="n-1"),
        "Mina may edit the number `n-1` (user:edit): a grant of their own, for the number `n-1`",
    ),
    (
        "u-mina",
        Object(kind=Kind.USERS, id="u-omar"),
        "Mina may edit Omar the Great (user:edit): a grant of their own, for the agent group Red",
    ),
    (
        "u-mina",
        Object(kind=Kind.NUMBERS, id="n-1", tenant=TenantId("t-2")),
        "Mina may not edit the number `n-1` (user:edit): there is no number `n-1` in this tenant",
    ),
    ("u-login", "u-ravi", "login may not edit Ravi (user:edit): nothing grants it"),
]


@pytest.mark.parametrize(("actor", "on", "sentence"), SENTENCES)
def test_decisions_in_words(actor: str, on: str | Object | None, sentence: str) -> None:
    """AC-7: one plain sentence says who may what to whom, and why; role paths from the role that holds the grant."""
    mina = user(
        "u-mina",
        grant(
            EDIT,
            chosen(ChosenKind.DEPARTMENT, "d-sales"),
            chosen(ChosenKind.NUMBER, "n-1"),
            chosen(ChosenKind.AGENT_GROUP, "a-red"),
        ),
    )
    shut = grant(EDIT, Within.HOME_DEPARTMENT, chosen(ChosenKind.USER, "u-asha"), deny=True)
    tenant = company(
        user("u-asha", grant(EDIT, Within.SELF), roles=["admin"]),
        user("u-ravi", supervisor=UserId("u-asha"), home_department=SALES, roles=["shut"]),
        user("u-omar", status=Status.DISABLED, agent_groups=[AgentGroupId("a-red")], display_name="Omar the Great"),
        mina,
        attrs.evolve(user("u-login"), name=None),
        role("admin", inherits=["lead"]),
        role("lead", grant(EDIT, Within.OWN_AGENTS)),
        role("shut", shut),
    )
    assert sentence == Access(tenant).explain(actor, EDIT, on=on)


def test_the_role_everyone_in_words() -> None:
    """AC-7: Everyone is called so, or as the tenant calls it; two denies are joined."""
    everyone = role("everyone", grant(EDIT, deny=True))
    access = Access(company(user("u-asha", grant("user:*", Within.SELF, deny=True)), everyone))

    expected = (
        "Asha may not edit Asha (user:edit): denied by a grant of their own, for themselves; "
        "and denied by role Everyone, for the whole tenant"
    )
    assert expected == access.explain(ASHA, EDIT, on=ASHA)


def test_decisions_as_data() -> None:
    """AC-7, AC-11: every kind of reason turns into plain values for a log, with who gave the grant and when."""
    given = attrs.evolve(
        grant(EDIT, Within.SELF, Within.OWN_AGENTS),
        given_by=UserId("u-boss"),
        given_at=datetime(2026, 11, 2, 9, 30, tzinfo=UTC),
    )
    denied = grant("user:view", deny=True)
    access = Access(
        company(user("u-asha", given, denied, roles=["a"]), user("u-off", status=Status.BLOCKED), role("a", denied))
    )
    held = {
        "permission": "user:edit",
        "effect": "allow",
        "scope": ["own-agents", "self"],
        "path": [],
        "given_by": "u-boss",
        "given_at": "2026-11-02T09:30:00+00:00",
    }
    deny = {"permission": "user:view", "effect": "deny", "scope": ["tenant"], "given_by": None, "given_at": None}

    def data(actor: str, permission: str, on: str | None) -> object:
        return json.loads(json.dumps(access.decide(actor, permission, on=on).as_data()))

    granted = {"allowed": True, "reasons": [{"reason": "granted", **held, "satisfied": ["self"]}]}
    assert granted == data(ASHA, EDIT, ASHA)
    denied_by = [{"reason": "denied-by", **deny, "path": path, "satisfied": ["tenant"]} for path in ([], ["a"])]
    assert {"allowed": False, "reasons": denied_by} == data(ASHA, "user:view", ASHA)
    nearest = {"allowed": False, "reasons": [{"reason": "not-granted", "nearest": [held]}]}
    assert nearest == data(ASHA, EDIT, "u-off")
    gates = [{"reason": "not-active", "status": "blocked"}, {"reason": "unknown-object"}]
    assert {"allowed": False, "reasons": gates} == data("u-off", EDIT, "u-x")
    assert {"allowed": False, "reasons": [{"reason": "unknown-user"}]} == data("u-x", EDIT, None)


def test_a_refusal_turns_into_problems_to_raise() -> None:
    """AC-7, ER-1: a refusal carries codes and parameters; a yes has no problems."""
    access = Access(company(user("u-asha", grant(EDIT, Within.SELF))))

    refused = Refused(access.decide(ASHA, EDIT).problems(ASHA, EDIT))
    assert (Code.PERMISSION_NOT_GRANTED,) == refused.codes
    assert "`u-asha` isn't granted `user:edit` here" in str(refused)
    assert () == access.decide(ASHA, EDIT, on=ASHA).problems(ASHA, EDIT)


# ---- one engine, many questions -------------------------------------------------------------------------------------


def test_strangers_questions_leave_nothing_behind() -> None:
    """AC-2: asking about unknown users and objects doesn't make the engine grow (a peer's does)."""
    access = Access(company(user("u-asha", grant(EDIT))))
    access.allows(ASHA, EDIT, on=ASHA)
    before = remembered(access)

    for number in range(100):
        access.decide(f"u-stranger{number}", EDIT, on=f"u-other{number}")

    assert before == remembered(access)


def remembered(access: Access) -> tuple[int, int]:
    """How many users the engine remembers, which can't be seen from outside."""
    return len(access.rows), len(access.classes)


def test_a_new_version_of_the_tenant_answers_by_itself() -> None:
    """AC-2: revoking is immediate: the engine of the next version says no, the old one still answers as it was."""
    before = company(user("u-asha", roles=["a"]), role("a", grant(EDIT)))
    after = attrs.evolve(before, version=2, roles=Table({RoleId("a"): role("a")}))

    assert Access(before).allows(ASHA, EDIT)
    assert not Access(after).allows(ASHA, EDIT)


@pytest.mark.parametrize("on", [5, b"u-asha", user("u-asha"), ["u-asha"]])
def test_what_is_no_object_is_an_error(on: Any) -> None:
    """AC-2, ER-1: something else than an id or an object is one clear error in every question, never an answer."""
    access = Access(company(user("u-asha", grant(EDIT))))
    asks: list[Callable[[], object]] = [
        lambda: access.allows("u-asha", EDIT, on),
        lambda: access.decide("u-asha", EDIT, on),
        lambda: access.who(EDIT, on),
        lambda: access.batch([("u-asha", EDIT, on)]),
    ]
    for ask in asks:
        with pytest.raises(InvalidValue) as caught:
            ask()
        assert [(Code.FIELD_WRONG_TYPE, ("on",))] == [(each.code, each.path) for each in caught.value.problems]


def test_every_fault_of_an_object_is_told() -> None:
    """ER-1: an object that can't be is refused with all that is wrong, in words that name the kinds there are."""
    kind: Any = "user"
    with pytest.raises(InvalidValue) as caught:
        Object(kind=kind, id=cast("str", None), tenant=cast("TenantId", 5))
    assert [("kind",), ("id",), ("tenant",)] == [problem.path for problem in caught.value.problems]
    assert caught.value.problems[0].message.startswith("`user` is not one of: users, roles, ")


def test_a_kind_can_be_named_by_its_text() -> None:
    """AC-3: a kind and its text are one and the same object; what is no text at all isn't shown."""
    access = Access(company(user(ASHA, grant(EDIT))))
    assert Object(kind=Kind.NUMBERS, id="n-1") == Object(kind="numbers", id="n-1")
    assert type(Object(kind="numbers", id="n-1").kind) is Kind
    assert access.objects(ASHA, EDIT, Kind.NUMBERS) == access.objects(ASHA, EDIT, "numbers") != frozenset()
    for kind in ("number", None, ["users"], access):
        attempts: list[Callable[[], object]] = [
            lambda kind=kind: Object(kind=kind, id="n-1"),  # type: ignore[misc]
            lambda kind=kind: access.objects(ASHA, EDIT, kind),  # type: ignore[misc]
        ]
        for attempt in attempts:
            with pytest.raises(InvalidValue) as caught:
                attempt()
            (problem,) = caught.value.problems
            assert (Code.FIELD_UNKNOWN_CHOICE, ("kind",)) == (problem.code, problem.path)
            assert "Access" not in problem.message


def test_a_user_is_not_their_own_id() -> None:
    """ER-1, AC-4: an actor that is no text is a mistake of the host's, and no silent no."""
    tenant = company(user(ASHA, grant(EDIT)))
    access = Access(tenant)
    for actor in (tenant.users[UserId(ASHA)], None, 5):
        wrong: Any = actor
        asks: list[Callable[[Any], object]] = [
            lambda who: access.allows(who, EDIT),
            lambda who: access.allows(who, EDIT, ASHA),
            lambda who: access.decide(who, EDIT),
            lambda who: access.explain(who, EDIT),
            lambda who: access.allows_anywhere(who, EDIT),
            lambda who: access.held(who, EDIT),
            lambda who: access.extent(who, EDIT),
            lambda who: access.objects(who, EDIT),
            access.what,
            lambda who: access.batch([(who, EDIT, None)]),
        ]
        for ask in asks:
            with pytest.raises(InvalidValue) as caught:
                ask(wrong)
            assert [(Code.FIELD_WRONG_TYPE, ("actor",))] == [(each.code, each.path) for each in caught.value.problems]


def test_an_engine_is_made_of_a_tenant() -> None:
    """ER-1: the name of a file isn't its tenant, nor is a tenant the engine of another version."""
    wrong: Any = "ferry.toml"
    with pytest.raises(InvalidValue) as caught:
        Access(wrong, like=wrong)
    assert [("tenant",), ("like",)] == [problem.path for problem in caught.value.problems]
    assert {Code.FIELD_WRONG_TYPE} == {*caught.value.codes}


def test_a_batch_is_of_whole_questions() -> None:
    """ER-1: a pair, a text of three letters and nothing are told by their places; a list of three will do."""
    access = Access(company(user(ASHA, grant(EDIT))))
    wrong: Any = [(ASHA, EDIT), [ASHA, EDIT, None], "abc", None]
    with pytest.raises(InvalidValue) as caught:
        access.batch(wrong)
    assert [(0,), (2,), (3,)] == [problem.path for problem in caught.value.problems]
    assert {Code.FIELD_WRONG_TYPE} == {*caught.value.codes}
    listed: Any = [[ASHA, EDIT, None]]
    assert [True] == access.batch(listed)
    assert [] == access.batch([])


def test_an_access_says_whose_it_is() -> None:
    """ER-1: in a log an engine is known by its tenant and version."""
    tenant = company()
    assert f"<Access of {tenant.id}, version {tenant.version}>" == repr(Access(tenant))

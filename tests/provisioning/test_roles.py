"""Roles: created, deleted, assigned, inherited, granted permissions (AC-6, AC-5, AC-11, LC-3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from agentprov.engine.access import Access
from agentprov.errors import AgentprovError, Code, InvalidValue, NotFound, Problem, Refused
from agentprov.model.access import MOST_GRANTS, WHOLE_TENANT, Effect, Grant, Permission, Role, Within
from agentprov.model.blueprint import Ask, FieldRule, RoleHierarchy, When
from agentprov.model.changes import Change, Event, EventKind
from agentprov.model.ids import DepartmentId, RoleId, SeparationId, UserId
from agentprov.model.separations import Separation
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from agentprov.model.whole import MOST_LEVELS
from agentprov.provisioning.role_grants import grant_permission, revoke_permission
from agentprov.provisioning.roles import (
    add_ascendant,
    add_descendant,
    add_inheritance,
    add_role,
    assign_user,
    deassign_user,
    delete_inheritance,
    delete_role,
    rename_role,
)
from tests.tenants import BLUEPRINT, by_id, grant, role, small, user

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PAY = Separation(id=SeparationId("s-pay"), name="Pay", roles=[RoleId("buyer"), RoleId("payer")])
NOTHING: Any = None
"""What JSON has where a text should be."""
Commands = Callable[[Tenant, str | None], Change]


def an_office(**parts: Any) -> Tenant:
    """The boss holds everything; the lead may grant over their agents and hold what a buyer holds; Ravi is theirs."""
    fields: dict[str, Any] = {
        "users": by_id(
            [
                user("boss", roles=[RoleId("admin")]),
                user("lead", roles=[RoleId("lead")], home_department=DepartmentId("d-sales")),
                user("ravi", roles=[RoleId("buyer")], supervisor=UserId("u-lead")),
                user("asha"),
            ]
        ),
        "roles": by_id(
            [
                role("admin", grant("user:*"), grant("number:*"), grant("access:grant")),
                role("lead", grant("access:grant", frozenset({Within.OWN_AGENTS})), inherits=["buyer"]),
                role("buyer", grant("number:view")),
                role("payer", grant("number:edit")),
                role("spare"),
            ]
        ),
        "separations": by_id([PAY]),
        "departments": by_id([attrs.evolve(small().departments[DepartmentId("d-sales")], members=[])]),
        "profiles": {},
    }
    return small(**{**fields, **parts})


def changed(tenant: Tenant, *items: User | Role) -> Tenant:
    """The tenant with some users and roles replaced by hand."""
    users = {each.id: each for each in items if isinstance(each, User)}
    roles = {each.id: each for each in items if isinstance(each, Role)}
    return attrs.evolve(tenant, users=tenant.users.edited(users), roles=tenant.roles.edited(roles))


def refusal(kind: type[AgentprovError], attempt: Callable[[], Change]) -> list[tuple[str, Code]]:
    """Where and why something is refused."""
    with pytest.raises(kind) as error:
        attempt()
    return [(problem.where, problem.code) for problem in error.value.problems]


def problem(attempt: Callable[[], Change]) -> Problem:
    """The one problem for which something is refused."""
    with pytest.raises(AgentprovError) as error:
        attempt()
    (found,) = error.value.problems
    return found


OFFICE = an_office()
LIMITED = attrs.evolve(OFFICE, blueprint=attrs.evolve(BLUEPRINT, role_hierarchy=RoleHierarchy.LIMITED))


# ---- what they do ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [None, "u-boss"])
@pytest.mark.parametrize(
    ("command", "described"),
    [
        (lambda t, by: add_role(t, "new", name="New", by=by), ["create role new (New)"]),
        (lambda t, by: add_role(t, "everyone", name="All", by=by), ["create role everyone (All)"]),
        (lambda t, by: delete_role(t, "spare", by=by), ["remove role spare (Spare)"]),
        (lambda t, by: rename_role(t, "buyer", name="Shopper", by=by), ["role buyer: name Buyer -> Shopper"]),
        (lambda t, by: rename_role(t, "buyer", name="Buyer", by=by), []),
        (lambda t, by: assign_user(t, "u-asha", role="payer", by=by), ["user u-asha: roles nothing -> payer"]),
        (lambda t, by: deassign_user(t, "u-ravi", role="buyer", by=by), ["user u-ravi: roles buyer -> nothing"]),
        (
            lambda t, by: add_inheritance(t, senior="buyer", junior="spare", by=by),
            ["role buyer: inherits nothing -> spare"],
        ),
        (
            lambda t, by: delete_inheritance(t, senior="lead", junior="buyer", by=by),
            ["role lead: inherits buyer -> nothing"],
        ),
        (
            lambda t, by: add_ascendant(t, "new", name="New", junior="payer", by=by),
            ["create role new (New)"],
        ),
        (
            lambda t, by: add_descendant(t, "new", name="New", senior="payer", by=by),
            ["create role new (New)", "role payer: inherits nothing -> new"],
        ),
    ],
)
def test_what_a_command_changes(command: Commands, described: list[str], by: str | None) -> None:
    """AC-6: exactly that, by the host or by an admin, and undoing it gives an equal tenant."""
    change = command(OFFICE, by)
    after = change.apply(OFFICE)

    assert described == list(change.describe())
    assert by == change.actor
    assert attrs.evolve(change.undo().apply(after), version=OFFICE.version) == OFFICE
    updated = [edit.id for edit in change.edits if edit.kind.value == "users"]
    assert [Event(kind=EventKind.USER_UPDATED, subject=id_) for id_ in updated] == list(change.events)


def test_what_comes_by_a_role_comes_and_goes_with_it() -> None:
    """AC-6, AC-2: rights follow assignments and inheritances at once."""
    given = assign_user(OFFICE, "u-asha", role="payer", by=None).apply(OFFICE)
    above = add_ascendant(given, "head", name="Head", junior="payer", by=None).apply(given)
    head = attrs.evolve(above.users[UserId("u-asha")], roles=[RoleId("head")])
    above = changed(above, head)
    cut = delete_inheritance(above, senior="head", junior="payer", by=None).apply(above)

    holds = [Access(each).allows("u-asha", "number:edit") for each in (OFFICE, given, above, cut)]
    assert [False, True, True, False] == holds


def test_a_new_name_changes_no_decision() -> None:
    """P15: roles are known by their ids."""
    after = rename_role(OFFICE, "buyer", name="Shopper", by="u-boss").apply(OFFICE)

    for each in OFFICE.users:
        assert Access(OFFICE).what(each) == Access(after).what(each)


# ---- deleting a role ------------------------------------------------------------------------------------------------


def test_a_role_in_use_is_not_deleted() -> None:
    """LC-3: who refers to it is named: users, roles, separations."""
    found = problem(lambda: delete_role(OFFICE, "buyer", by=None))

    assert ("id", Code.REFERENCE_IN_USE) == (found.where, found.code)
    assert ("user u-ravi", "role lead", "separation s-pay") == found.parameters["referrers"]


def test_of_many_referrers_twenty_are_named() -> None:
    """LC-3: and how many more there are."""
    crowd = changed(OFFICE, *(user(f"c{number:02d}", roles=[RoleId("spare")]) for number in range(25)))
    referrers = problem(lambda: delete_role(crowd, "spare", by=None)).parameters["referrers"]

    assert isinstance(referrers, tuple)
    assert (21, "5 more") == (len(referrers), referrers[-1])


def test_detaching_takes_a_role_from_all_who_have_it() -> None:
    """LC-3, AC-6: users and heirs lose it, separations keep the others apart, and nothing dangles."""
    three = attrs.evolve(PAY, roles=[*PAY.roles, RoleId("spare")])
    office = attrs.evolve(OFFICE, separations=by_id([three]))
    change = delete_role(office, "buyer", detach=True, by="u-boss")

    assert (
        "user u-ravi: roles buyer -> nothing",
        "role lead: inherits buyer -> nothing",
        "separation s-pay: roles - buyer",
        "remove role buyer (Buyer)",
    ) == change.describe()
    after = change.apply(office)
    assert {"payer", "spare"} == after.separations[PAY.id].roles
    assert not Access(after).allows("u-lead", "number:view")
    assert (Event(kind=EventKind.USER_UPDATED, subject="u-ravi"),) == change.events


def test_a_separation_that_would_keep_nothing_apart_refuses() -> None:
    """LC-3: of two roles one can't be taken, nor one of three of which three are too many."""
    assert [("separations.s-pay.roles", Code.SEPARATION_TOO_FEW_ROLES)] == refusal(
        Refused, lambda: delete_role(OFFICE, "buyer", detach=True, by=None)
    )
    three = attrs.evolve(PAY, roles=[*PAY.roles, RoleId("spare")], cardinality=3)
    office = attrs.evolve(OFFICE, separations=by_id([three]))
    assert [("separations.s-pay.cardinality", Code.FIELD_OUT_OF_RANGE)] == refusal(
        Refused, lambda: delete_role(office, "buyer", detach=True, by=None)
    )


def test_the_last_admins_role_stays() -> None:
    """AC-5: no change of a role takes a tenant from some admins to none, not even the host's."""
    for attempt in (
        lambda: delete_role(OFFICE, "admin", detach=True, by=None),
        lambda: deassign_user(OFFICE, "u-boss", role="admin", by=None),
        lambda: revoke_permission(OFFICE, "admin", "access:grant", by="u-boss"),
        lambda: grant_permission(OFFICE, "admin", "access:grant", effect=Effect.DENY, by=None),
    ):
        assert Code.ADMIN_LAST == problem(attempt).code


# ---- what the blueprint asks of a user ------------------------------------------------------------------------------


def asking(*rules: FieldRule, **fields: Any) -> Tenant:
    """The office with a blueprint that asks something."""
    return attrs.evolve(OFFICE, blueprint=attrs.evolve(BLUEPRINT, rules=rules, **fields))


def test_a_role_that_asks_for_more_is_not_given() -> None:
    """AC-6, PV-8: who lacks what the blueprint asks of somebody with the role can't get it."""
    payers = When(roles=frozenset({RoleId("payer")}))
    office = asking(FieldRule(field="mobile", ask=Ask.REQUIRED, when=payers))

    assert [("users.u-asha.mobile", Code.PHONE_REQUIRED)] == refusal(
        Refused, lambda: assign_user(office, "u-asha", role="payer", by=None)
    )


def test_the_only_role_of_a_user_who_must_have_one_stays() -> None:
    """LC-3: neither deassigned nor detached; who lacked something before isn't refused for that."""
    office = asking(FieldRule(field="roles", ask=Ask.REQUIRED), FieldRule(field="language", ask=Ask.REQUIRED))
    expected = [("users.u-ravi.roles", Code.FIELD_REQUIRED)]

    assert expected == refusal(Refused, lambda: deassign_user(office, "u-ravi", role="buyer", by=None))
    office = attrs.evolve(office, separations={})
    assert expected == refusal(Refused, lambda: delete_role(office, "buyer", detach=True, by=None))
    assert assign_user(office, "u-asha", role="spare", by=None).edits


def test_one_role_where_there_may_be_one() -> None:
    """AC-6: the blueprint of one role each has an assignment refused to who has one."""
    office = asking(several_roles=False)

    assert [("users.u-ravi.roles", Code.ROLE_ONLY_ONE)] == refusal(
        Refused, lambda: assign_user(office, "u-ravi", role="spare", by=None)
    )


def test_a_supervisor_with_agents_stays_one() -> None:
    """PV-8: deassigned from the role by which they are one, who has agents would leave them without."""
    office = asking(supervisors=frozenset({RoleId("lead")}))

    assert [("users.u-lead.roles", Code.SUPERVISOR_HAS_AGENTS)] == refusal(
        Refused, lambda: deassign_user(office, "u-lead", role="lead", by=None)
    )


def test_only_the_blueprints_roles() -> None:
    """PV-4: a blueprint that names the only roles there may be has no other created."""
    names = frozenset(map(RoleId, [*OFFICE.roles]))
    office = asking(roles=names)

    assert [("id", Code.ROLE_NOT_IN_BLUEPRINT)] == refusal(
        InvalidValue, lambda: add_role(office, "new", name="New", by=None)
    )


# ---- separations ----------------------------------------------------------------------------------------------------


def test_no_command_makes_somebody_violate_a_separation() -> None:
    """AC-6: by assignment, by inheritance, by a new role above or below, or by what Everyone inherits."""
    head = changed(OFFICE, role("head", inherits=["payer"]), role("everyone"))
    head = changed(head, user("asha", roles=[RoleId("head")]))
    attempts: list[tuple[str, list[str], Callable[[], Change]]] = [
        ("role", ["u-ravi"], lambda: assign_user(OFFICE, "u-ravi", role="payer", by="u-boss")),
        ("role", ["u-ravi"], lambda: assign_user(head, "u-ravi", role="head", by=None)),
        ("junior", ["u-asha"], lambda: add_inheritance(head, senior="head", junior="buyer", by=None)),
        ("junior", ["u-asha"], lambda: add_inheritance(head, senior="everyone", junior="buyer", by=None)),
        ("junior", ["u-lead", "u-ravi"], lambda: add_inheritance(OFFICE, senior="buyer", junior="payer", by=None)),
        ("id", ["u-lead", "u-ravi"], lambda: add_ascendant(OFFICE, "everyone", name="All", junior="payer", by=None)),
    ]
    for where, users, attempt in attempts:
        found = problem(attempt)
        assert (where, Code.SEPARATION_VIOLATED) == (found.where, found.code)
        expected = {"value": "s-pay", "users": tuple(users), "count": len(users), "roles": ("buyer", "payer")}
        assert expected == dict(found.parameters)


# ---- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "attempt", "expected"),
    [
        (
            NotFound,
            lambda: assign_user(OFFICE, "u-who", role="who", by=None),
            [("user", Code.USER_UNKNOWN), ("role", Code.ROLE_UNKNOWN)],
        ),
        (NotFound, lambda: deassign_user(OFFICE, "u-ravi", role="who", by=None), [("role", Code.ROLE_UNKNOWN)]),
        (NotFound, lambda: deassign_user(OFFICE, "u-asha", role="buyer", by=None), [("role", Code.ROLE_NOT_ASSIGNED)]),
        (NotFound, lambda: deassign_user(OFFICE, "u-lead", role="buyer", by=None), [("role", Code.ROLE_NOT_ASSIGNED)]),
        (InvalidValue, lambda: assign_user(OFFICE, "u-ravi", role="buyer", by=None), [("role", Code.ROLE_ASSIGNED)]),
        (InvalidValue, lambda: assign_user(OFFICE, "u-ravi", role="everyone", by=None), [("role", Code.ROLE_EVERYONE)]),
        (
            InvalidValue,
            lambda: deassign_user(OFFICE, "u-ravi", role="everyone", by=None),
            [("role", Code.ROLE_EVERYONE)],
        ),
        (NotFound, lambda: delete_role(OFFICE, "who", by=None), [("id", Code.ROLE_UNKNOWN)]),
        (NotFound, lambda: rename_role(OFFICE, "who", name="Who", by=None), [("id", Code.ROLE_UNKNOWN)]),
        (InvalidValue, lambda: rename_role(OFFICE, "buyer", name="", by=None), [("name", Code.FIELD_REQUIRED)]),
        (InvalidValue, lambda: add_role(OFFICE, "buyer", name="New", by=None), [("id", Code.ID_TAKEN)]),
        (
            InvalidValue,
            lambda: add_role(OFFICE, NOTHING, name=NOTHING, by=None),
            [("id", Code.FIELD_REQUIRED), ("name", Code.FIELD_REQUIRED)],
        ),
        (InvalidValue, lambda: rename_role(OFFICE, "buyer", name=NOTHING, by=None), [("name", Code.FIELD_REQUIRED)]),
        (
            InvalidValue,
            lambda: grant_permission(OFFICE, "buyer", NOTHING, by=None),
            [("permission", Code.PERMISSION_UNKNOWN)],
        ),
        (
            InvalidValue,
            lambda: add_role(OFFICE, "?", name="", by=None),
            [("id", Code.ID_INVALID), ("name", Code.FIELD_REQUIRED)],
        ),
        (
            InvalidValue,
            lambda: add_role(OFFICE, "buyer", name="", by=None),
            [("id", Code.ID_TAKEN), ("name", Code.FIELD_REQUIRED)],
        ),
        (
            NotFound,
            lambda: add_inheritance(OFFICE, senior="x", junior="y", by=None),
            [("senior", Code.ROLE_UNKNOWN), ("junior", Code.ROLE_UNKNOWN)],
        ),
        (
            InvalidValue,
            lambda: add_inheritance(OFFICE, senior="lead", junior="buyer", by=None),
            [("junior", Code.ROLE_INHERITED)],
        ),
        (
            InvalidValue,
            lambda: add_inheritance(OFFICE, senior="buyer", junior="lead", by=None),
            [("junior", Code.REFERENCE_CYCLE)],
        ),
        (
            InvalidValue,
            lambda: add_inheritance(OFFICE, senior="buyer", junior="buyer", by=None),
            [("junior", Code.REFERENCE_CYCLE)],
        ),
        (
            InvalidValue,
            lambda: add_inheritance(LIMITED, senior="lead", junior="spare", by=None),
            [("junior", Code.ROLE_SECOND_PARENT)],
        ),
        (
            InvalidValue,
            lambda: add_descendant(LIMITED, "new", name="New", senior="lead", by=None),
            [("senior", Code.ROLE_SECOND_PARENT)],
        ),
        (
            NotFound,
            lambda: delete_inheritance(OFFICE, senior="lead", junior="payer", by=None),
            [("junior", Code.ROLE_NOT_INHERITED)],
        ),
        (
            NotFound,
            lambda: add_ascendant(OFFICE, "new", name="New", junior="who", by=None),
            [("junior", Code.ROLE_UNKNOWN)],
        ),
        (
            InvalidValue,
            lambda: add_ascendant(OFFICE, "lead", name="New", junior="buyer", by=None),
            [("id", Code.ID_TAKEN)],
        ),
        (
            NotFound,
            lambda: add_descendant(OFFICE, "new", name="New", senior="who", by=None),
            [("senior", Code.ROLE_UNKNOWN)],
        ),
        (NotFound, lambda: grant_permission(OFFICE, "who", "user:view", by=None), [("role", Code.ROLE_UNKNOWN)]),
        (NotFound, lambda: revoke_permission(OFFICE, "who", "user:view", by=None), [("role", Code.ROLE_UNKNOWN)]),
        (
            InvalidValue,
            lambda: grant_permission(OFFICE, "buyer", "user:fly", scope=["here", "user:u-who"], effect="?", by=None),
            [
                ("permission", Code.PERMISSION_UNKNOWN),
                ("effect", Code.FIELD_UNKNOWN_CHOICE),
                ("scope[0]", Code.SCOPE_UNKNOWN),
                ("scope[1]", Code.REFERENCE_MISSING),
            ],
        ),
        (
            InvalidValue,
            lambda: grant_permission(OFFICE, "buyer", "user:view", scope=[], by=None, at=AT.replace(tzinfo=None)),
            [("scope", Code.FIELD_EMPTY), ("at", Code.FIELD_NAIVE_INSTANT)],
        ),
        (
            InvalidValue,
            lambda: grant_permission(OFFICE, "buyer", "number:view", by=None),
            [("permission", Code.GRANT_EXISTS)],
        ),
        (
            NotFound,
            lambda: revoke_permission(OFFICE, "lead", "number:view", by=None),
            [("permission", Code.GRANT_MISSING)],
        ),
        (
            NotFound,
            lambda: revoke_permission(OFFICE, "buyer", "number:view", scope=["self"], by=None),
            [("permission", Code.GRANT_MISSING)],
        ),
        (
            NotFound,
            lambda: revoke_permission(OFFICE, "buyer", "number:view", effect="deny", by=None),
            [("permission", Code.GRANT_MISSING)],
        ),
        (
            InvalidValue,
            lambda: revoke_permission(OFFICE, "buyer", "number", by=None),
            [("permission", Code.PERMISSION_UNKNOWN)],
        ),
    ],
)
def test_what_is_refused(
    kind: type[AgentprovError], attempt: Callable[[], Change], expected: list[tuple[str, Code]]
) -> None:
    """AC-6: a precondition of the standard that isn't met, all of them at once."""
    assert expected == refusal(kind, attempt)


def test_roles_are_nested_only_so_deep() -> None:
    """AC-6: the level that is one too many is refused, at what was asked for."""
    chain = [role("r000"), *(role(f"r{level:03d}", inherits=[f"r{level - 1:03d}"]) for level in range(1, MOST_LEVELS))]
    office = changed(OFFICE, *chain)

    assert [("id", Code.REFERENCE_TOO_DEEP)] == refusal(
        InvalidValue, lambda: add_ascendant(office, "top", name="Top", junior=chain[-1].id, by=None)
    )


def test_a_role_has_only_so_many_grants() -> None:
    """AC-6: one more than the most is refused."""
    full = attrs.evolve(OFFICE.roles[RoleId("spare")], grants=[grant("user:view")] * MOST_GRANTS)

    assert [("role.grants", Code.GRANTS_TOO_MANY)] == refusal(
        InvalidValue, lambda: grant_permission(changed(OFFICE, full), "spare", "user:edit", by=None)
    )


# ---- who may --------------------------------------------------------------------------------------------------------

ROLE_COMMANDS: list[Commands] = [
    lambda t, by: add_role(t, "buyer", name="", by=by),
    lambda t, by: delete_role(t, "buyer", by=by),
    lambda t, by: rename_role(t, "buyer", name="", by=by),
    lambda t, by: add_inheritance(t, senior="lead", junior="buyer", by=by),
    lambda t, by: delete_inheritance(t, senior="lead", junior="payer", by=by),
    lambda t, by: add_ascendant(t, "buyer", name="", junior="buyer", by=by),
    lambda t, by: add_descendant(t, "buyer", name="", senior="buyer", by=by),
    lambda t, by: grant_permission(t, "buyer", "user:fly", by=by),
    lambda t, by: revoke_permission(t, "buyer", "user:fly", by=by),
]


@pytest.mark.parametrize("command", ROLE_COMMANDS, ids=range(len(ROLE_COMMANDS)))
def test_who_may_change_roles(command: Commands) -> None:
    """AC-5: whoever may grant in the whole tenant; want of it comes first and alone."""
    for by, code in (
        ("u-lead", Code.PERMISSION_NOT_GRANTED),
        ("u-ravi", Code.PERMISSION_NOT_GRANTED),
        ("u-nobody", Code.USER_UNKNOWN),
    ):
        assert [("(whole)", code)] == refusal(Refused, lambda by=by: command(OFFICE, by))  # type: ignore[misc]


def test_a_supervisor_assigns_within_what_they_hold() -> None:
    """AC-5: over their own agents, roles all of whose rights they hold; both ways."""
    plain = attrs.evolve(OFFICE, separations={})
    asha = attrs.evolve(plain.users[UserId("u-asha")], supervisor=UserId("u-lead"))

    assert assign_user(changed(plain, asha), "u-asha", role="buyer", by="u-lead").edits
    assert deassign_user(plain, "u-ravi", role="buyer", by="u-lead").edits
    for command in (assign_user, deassign_user):
        assert [("(whole)", Code.PERMISSION_NOT_GRANTED)] == refusal(
            Refused,
            lambda command=command: command(plain, "u-asha", role="buyer", by="u-lead"),  # type: ignore[misc]
        )
    assert [("role", Code.ROLE_EXCEEDS_ACTOR)] == refusal(
        Refused, lambda: assign_user(plain, "u-ravi", role="payer", by="u-lead")
    )


def test_nobody_gives_a_role_more_than_they_hold() -> None:
    """AC-5: by a grant, by taking a deny away, by an inheritance: whoever has the role would gain it."""
    clerk = role("clerk", grant("access:grant"), grant("number:view"))
    buyer = attrs.evolve(
        OFFICE.roles[RoleId("buyer")], grants=[grant("number:view"), grant("user:edit", effect=Effect.DENY)]
    )
    payer = attrs.evolve(OFFICE.roles[RoleId("payer")], grants=[grant("user:edit")])
    both = user("ravi", roles=[RoleId("buyer")], grants=[grant("user:edit")])
    office = changed(OFFICE, clerk, buyer, payer, both, user("clerk", roles=[RoleId("clerk")]))
    office = attrs.evolve(office, separations={})

    for where, attempt in (
        ("permission", lambda: grant_permission(office, "buyer", "number:edit", by="u-clerk")),
        ("permission", lambda: revoke_permission(office, "buyer", "user:edit", effect="deny", by="u-clerk")),
    ):
        assert [(where, Code.ROLE_EXCEEDS_ACTOR)] == refusal(Refused, attempt)
    lead = attrs.evolve(office, roles=office.roles.put(RoleId("lead"), role("lead")))
    assert [("junior", Code.ROLE_EXCEEDS_ACTOR)] == refusal(
        Refused, lambda: add_inheritance(lead, senior="lead", junior="payer", by="u-clerk")
    )
    assert add_inheritance(lead, senior="spare", junior="payer", by="u-clerk").edits, "nobody has it"


# ---- permissions of roles -------------------------------------------------------------------------------------------


def grants_of(change: Change, role_id: str = "buyer", tenant: Tenant = OFFICE) -> tuple[Grant, ...]:
    """The grants that a role has afterwards."""
    return change.apply(tenant).roles[RoleId(role_id)].grants


def test_a_grant_records_who_gave_it_and_when() -> None:
    """AC-11: the actor and the instant; the host is nobody."""
    given = Grant(permission=Permission("user:view"), given_by=UserId("u-boss"), given_at=AT, scope=WHOLE_TENANT)
    change = grant_permission(OFFICE, "buyer", "user:view", by="u-boss", at=AT)

    assert (grant("number:view"), given) == grants_of(change)
    facts = {"permission": "user:view", "effect": "allow", "scope": "tenant"}
    assert (Event(kind=EventKind.GRANT_GIVEN, subject="buyer", facts=facts),) == change.events
    by_host = grant_permission(OFFICE, "buyer", "user:view", scope=["own-agents", "self"], effect="deny", by=None)
    expected = grant("user:view", frozenset({Within.OWN_AGENTS, Within.SELF}), Effect.DENY)
    assert (grant("number:view"), expected) == grants_of(by_host)


def test_revoking_one_action_leaves_the_rest_of_the_section() -> None:
    """AC-1, AC-11: what is left of a section keeps who gave it; a whole section goes with all its actions."""
    whole = Grant(permission=Permission("number:*"), scope=WHOLE_TENANT, given_by=UserId("u-boss"), given_at=AT)
    office = changed(OFFICE, attrs.evolve(OFFICE.roles[RoleId("buyer")], grants=[whole, grant("user:view")]))

    left = grants_of(revoke_permission(office, "buyer", "number:edit", by="u-boss"), tenant=office)
    assert (attrs.evolve(whole, permission=Permission("number:view")), grant("user:view")) == left
    change = revoke_permission(OFFICE, "admin", "number:*", by="u-boss")
    assert (grant("user:*"), grant("access:grant")) == grants_of(change, "admin")
    assert [EventKind.GRANT_REVOKED] == [event.kind for event in change.events]


def test_revoking_within_some_terms() -> None:
    """AC-3: a term is taken out of a scope, and the other terms stay."""
    wide = grant("user:view", frozenset({Within.OWN_AGENTS, Within.SELF}))
    office = changed(OFFICE, attrs.evolve(OFFICE.roles[RoleId("buyer")], grants=[wide]))

    left = grants_of(revoke_permission(office, "buyer", "user:view", scope=["self"], by=None), tenant=office)
    assert (grant("user:view", frozenset({Within.OWN_AGENTS})),) == left
    assert () == grants_of(revoke_permission(office, "buyer", "user:view", by=None), tenant=office)


def test_a_user_is_no_id() -> None:
    """ER-1: where an id belongs, a whole user is a fault of that field, and nothing of them is repeated."""
    ravi: Any = OFFICE.users[UserId("u-ravi")]
    with pytest.raises(NotFound) as caught:
        assign_user(OFFICE, ravi, role="buyer", by=None)
    assert [("user", Code.FIELD_WRONG_TYPE)] == [(str(each.path[0]), each.code) for each in caught.value.problems]
    assert "ravi" not in str(caught.value)

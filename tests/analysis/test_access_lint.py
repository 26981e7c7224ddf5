"""The lint of access by example: what is found, and what is not (AC-10, AN-4)."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from agentprov.analysis.access_lint import lint_access
from agentprov.analysis.findings import Finding, FindingCode
from agentprov.analysis.grants import dead_grants
from agentprov.engine.access import Access
from agentprov.model.access import Catalogue, ChosenKind, Grant, Role, Within
from agentprov.model.blueprint import Blueprint
from agentprov.model.ids import RoleId, SeparationId
from agentprov.model.separations import Separation, SeparationKind
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.user_types import API
from agentprov.model.users import Status, User, Visibility
from tests.engine.companies import NUMBERS, chosen, company, grant, role, user

OTHERS = {FindingCode.NO_ADMIN, FindingCode.ONE_ADMIN, FindingCode.ESCALATION, FindingCode.EDITS_STRONGER}
"""What is no matter of single grants and roles."""
BLUEPRINT = Blueprint(
    name="test",
    catalogue=Catalogue(
        sections=Table({"access": ("grant",), "user": ("view", "edit", "delete"), "queue": ("view", "edit")})
    ),
)


def findings(*items: User | Role, **tables: Any) -> list[Finding]:
    """All that is found in a tenant of these."""
    return list(lint_access(company(*items, **{"blueprint": BLUEPRINT, **tables})))


def found(*items: User | Role, **tables: Any) -> list[tuple[str, str]]:
    """Codes and places of what is found among grants and roles."""
    return [(each.code.name, each.where) for each in findings(*items, **tables) if each.code not in OTHERS]


# ---- shadowed --------------------------------------------------------------------------------------------------------


def test_a_deny_for_everybody_shadows_every_allow() -> None:
    """AC-10, AC-2: what everybody is denied in the whole tenant can't be allowed to anybody."""
    everyone = role("everyone", grant("user:delete", deny=True))
    lead = role("lead", grant("user:delete", Within.OWN_AGENTS), grant("user:edit", Within.OWN_AGENTS))

    assert found(everyone, lead, user("u-asha", roles=["lead"])) == [("GRANT_SHADOWED", "roles.lead.grants[0]")]


def test_a_grant_that_is_partly_allowed_is_no_shadow() -> None:
    """AC-10: an allow of which some is left isn't reported, nor one that some of its holders may use."""
    junior = role("junior", grant("user:view", Within.SELF), grant("user:delete", Within.OWN_AGENTS))
    senior = role("senior", grant("user:view", Within.OWN_AGENTS, Within.SELF, deny=True), inherits=["junior"])
    partly = role("partly", grant("user:edit", Within.HOME_DEPARTMENT), grant("user:edit", Within.SELF, deny=True))
    users = [user("u-asha", roles=["senior"]), user("u-bela", roles=["junior", "partly"])]

    assert found(junior, senior, partly, *users) == []


def test_a_whole_section_is_shadowed_action_by_action() -> None:
    """AC-10, AC-1: `section:*` is shadowed when each of its actions is."""
    one = role("one", grant("queue:*"), grant("queue:view", deny=True))
    all_ = role("all", grant("queue:*"), grant("queue:view", deny=True), grant("queue:edit", deny=True))
    users = [user("u-asha", roles=["one"]), user("u-bela", roles=["all"])]

    assert found(one, all_, *users) == [("GRANT_SHADOWED", "roles.all.grants[0]")]


def test_a_users_own_grant_is_shadowed_by_what_their_roles_deny() -> None:
    """AC-10: a direct allow under a deny of a role names that deny; one of an inactive user isn't looked at."""
    agent = role("agent", grant("user:edit", Within.HOME_DEPARTMENT, deny=True))
    asha = user(
        "u-asha",
        grant("user:edit", Within.SELF),
        grant("user:edit", chosen(ChosenKind.DEPARTMENT, "d-sales")),
        grant("user:edit", chosen(ChosenKind.USER, "u-bela")),
        grant("user:edit", chosen(ChosenKind.USER, "u-ravi")),
        roles=["agent"],
        home_department="d-sales",
    )
    bela = user("u-bela", home_department="d-sales")
    ravi = user("u-ravi", *asha.grants, roles=["agent"], home_department="d-billing", status=Status.BLOCKED)
    shadowed = [each for each in findings(agent, asha, bela, ravi) if each.code is FindingCode.GRANT_SHADOWED]

    assert [each.where for each in shadowed] == [f"users.u-asha.grants[{position}]" for position in range(3)]
    assert {each.parameters["by"] for each in shadowed} == {("roles.agent.grants[0]",)}


def test_a_chosen_number_is_shadowed_where_own_numbers_are_denied() -> None:
    """AC-10, AC-3: of the numbers chosen, one is the holder's own."""
    agent = role("agent", grant("queue:view", Within.OWN_NUMBERS, deny=True))
    grants = [grant("queue:view", chosen(ChosenKind.NUMBER, number)) for number in NUMBERS]
    asha = user("u-asha", *grants, roles=["agent"], visibility=Visibility(numbers=NUMBERS[:1]))

    assert found(agent, asha) == [("GRANT_SHADOWED", "users.u-asha.grants[0]")]


# ---- redundant -------------------------------------------------------------------------------------------------------


def test_what_is_inherited_needs_no_grant() -> None:
    """AC-10: a grant that a junior role has as well, or wider, or for the whole section, is redundant; a deny, too."""
    junior = role("junior", grant("user:*"), grant("queue:view", Within.SELF, deny=True))
    senior = role(
        "senior",
        grant("user:edit", Within.OWN_AGENTS),
        grant("queue:edit"),
        grant("queue:view", Within.SELF, deny=True),
        inherits=["junior"],
    )

    assert found(junior, senior, user("u-asha", roles=["senior"])) == [
        ("GRANT_REDUNDANT", "roles.senior.grants[0]"),
        ("GRANT_REDUNDANT", "roles.senior.grants[2]"),
    ]


def test_of_two_equal_grants_one_is_redundant() -> None:
    """AC-10: never are two grants each reported for the other's sake."""
    twice = user("u-asha", grant("user:edit"), grant("user:edit"))

    assert found(twice) == [("GRANT_REDUNDANT", "users.u-asha.grants[0]")]


def test_a_role_whose_grants_are_all_redundant_adds_nothing() -> None:
    """AC-10: such a role is reported with its grants; one without grants is a label, and fine."""
    junior, label = role("junior", grant("user:view")), role("label")
    senior = role("senior", grant("user:view", Within.SELF), inherits=["junior"])

    assert found(junior, senior, label, user("u-asha", roles=["senior", "label"])) == [
        ("ROLE_ADDS_NOTHING", "roles.senior"),
        ("GRANT_REDUNDANT", "roles.senior.grants[0]"),
    ]


# ---- empty, unused ---------------------------------------------------------------------------------------------------


def test_a_choice_is_stale_when_nobody_is_left_in_it() -> None:
    """AC-3: an agent group without members holds nothing; a department is an object itself, a user even if blocked."""
    lead = role(
        "lead",
        grant("user:view", chosen(ChosenKind.AGENT_GROUP, "a-red"), chosen(ChosenKind.AGENT_GROUP, "a-blue")),
        grant("user:edit", chosen(ChosenKind.DEPARTMENT, "d-night"), chosen(ChosenKind.USER, "u-bela")),
        grant("user:delete", chosen(ChosenKind.AGENT_GROUP, "a-blue"), deny=True),
        grant("queue:view", Within.OWN_AGENTS, Within.HOME_DEPARTMENT),
    )
    asha = user("u-asha", roles=["lead"], agent_groups=["a-red"])
    stale = [each for each in findings(lead, asha, user("u-bela", status=Status.BLOCKED)) if each.code not in OTHERS]

    assert [(each.code.name, each.where) for each in stale] == [("SCOPE_EMPTY", "roles.lead.grants[0]")]
    assert stale[0].parameters["empty"] == ("agent-group:a-blue",)


@pytest.mark.parametrize(
    ("term", "fields"),
    [
        (Within.HOME_DEPARTMENT, {"home_department": "d-sales"}),
        (Within.OWN_USER_GROUP, {"user_group": "g-all"}),
        (Within.OWN_NUMBERS, {"visibility": Visibility(numbers=NUMBERS)}),
    ],
)
def test_a_users_scope_may_hold_nothing_for_them(term: Within, fields: dict[str, Any]) -> None:
    """AC-3, AC-10: a direct grant within what its holder hasn't got is reported; once they have it, it isn't."""
    asha = user("u-asha", grant("user:view", term))

    assert found(asha) == [("SCOPE_EMPTY", "users.u-asha.grants[0]")]
    assert found(attrs.evolve(asha, **fields)) == []


def test_own_agents_of_somebody_without_agents() -> None:
    """AC-3, AC-10: as for the others; a blocked agent is an agent."""
    asha = user("u-asha", grant("user:view", Within.OWN_AGENTS))

    assert found(asha) == [("SCOPE_EMPTY", "users.u-asha.grants[0]")]
    assert found(asha, user("u-bela", supervisor="u-asha", status=Status.BLOCKED)) == []


def test_a_role_is_unused_when_nobody_has_it() -> None:
    """AC-10: a role counts as had when it is inherited, by Everyone too, and by users who are blocked."""
    roles = [
        role("unused", inherits=["spare"]),
        role("spare"),
        role("middle", inherits=["low"]),
        role("low"),
        role("asleep"),
        role("common"),
        role("everyone", inherits=["common"]),
    ]
    users = [user("u-asha", roles=["middle"]), user("u-bela", roles=["asleep"], status=Status.BLOCKED)]

    assert found(*roles, *users) == [("ROLE_UNUSED", "roles.spare"), ("ROLE_UNUSED", "roles.unused")]
    assert found(role("everyone")) == []


# ---- separations, admins, editors ------------------------------------------------------------------------------------


def test_a_violated_separation_names_one_who_violates_it() -> None:
    """AC-10, AC-6: once for each static separation, with how many and the first of them; dynamic ones bind sessions."""
    till, safe = role("till"), role("safe", inherits=["till"])
    static = Separation(id=SeparationId("s-1"), name="Money", roles=[RoleId("till"), RoleId("safe")])
    dynamic = attrs.evolve(static, id=SeparationId("s-2"), kind=SeparationKind.DYNAMIC)
    separations = Table({each.id: each for each in (static, dynamic)})
    users = [user("u-bela", roles=["safe"]), user("u-asha", roles=["safe", "till"]), user("u-ravi", roles=["till"])]
    violated = [
        each
        for each in findings(till, safe, *users, separations=separations)
        if each.code is FindingCode.SEPARATION_VIOLATED
    ]

    assert [each.where for each in violated] == ["separations.s-1"]
    assert violated[0].parameters == {"value": "s-1", "count": 2, "user": "u-asha", "roles": ("safe", "till")}


def admin_findings(*users: User, **tables: Any) -> list[tuple[str, str]]:
    """What is found about admins."""
    about = {FindingCode.NO_ADMIN, FindingCode.ONE_ADMIN}
    return [(each.code.name, each.where) for each in findings(*users, **tables) if each.code in about]


def test_a_tenant_has_two_admins_better_than_one() -> None:
    """AC-5: an admin is an active person who may grant in the whole tenant, after denies."""
    asha, bela = user("u-asha", grant("access:grant")), user("u-bela", grant("access:grant"))
    program = attrs.evolve(bela, type=API)
    narrow = user("u-bela", grant("access:grant"), grant("access:grant", Within.SELF, deny=True))

    assert admin_findings(asha, bela) == []
    for other in (program, narrow, attrs.evolve(bela, status=Status.BLOCKED)):
        assert admin_findings(asha, other) == [("ONE_ADMIN", "users.u-asha")]
        assert admin_findings(other) == [("NO_ADMIN", "(whole)")]


def test_where_rights_cant_be_handed_on_who_edits_everybody_is_admin() -> None:
    """AC-5: a catalogue without `access:grant`; without `user:edit` as well, nothing makes an admin."""
    catalogue = Catalogue(sections=Table({"user": ("edit",)}))
    assert admin_findings(
        user("u-asha", grant("user:edit")), blueprint=Blueprint(name="test", catalogue=catalogue)
    ) == [("ONE_ADMIN", "users.u-asha")]
    assert admin_findings(user("u-asha"), blueprint=Blueprint(name="test", catalogue=Catalogue())) == []


def edited(*items: User | Role) -> list[dict[str, object]]:
    """What is found about who edits somebody stronger."""
    return [dict(each.parameters) for each in findings(*items) if each.code is FindingCode.EDITS_STRONGER]


def test_who_edits_somebody_stronger_could_become_them() -> None:
    """AC-10: by class of editors with one witness; stronger is who holds anything they don't, or more widely."""
    lead = role("lead", grant("user:edit", Within.HOME_DEPARTMENT), grant("user:view", Within.SELF))
    users = [
        user("u-bela", roles=["lead"], home_department="d-sales"),
        user("u-asha", roles=["lead"], home_department="d-sales"),
        user("u-kiran", roles=["lead"], home_department="d-night"),
        user("u-mina", grant("user:view"), home_department="d-sales"),
        user("u-ravi", grant("user:view", Within.OWN_AGENTS), home_department="d-night"),
    ]

    assert edited(lead, *users) == [
        {
            "value": "u-asha",
            "count": 2,
            "target": "u-mina",
            "permissions": ("user:view",),
            "permission": "user:edit",
        }
    ]


@pytest.mark.parametrize(
    "grants",
    [
        [grant("user:edit", Within.SELF)],
        [grant("user:edit", Within.OWN_AGENTS), grant("user:edit", deny=True)],
        [grant("user:edit", Within.OWN_AGENTS), grant("user:edit", chosen(ChosenKind.USER, "u-mina"), deny=True)],
        [grant("user:*", Within.OWN_AGENTS), grant("user:view")],
        [grant("user:edit"), grant("access:grant")],
    ],
)
def test_who_edits_nobody_stronger_is_not_reported(grants: list[Grant]) -> None:
    """AC-10: only themselves, nobody after denies, nobody who holds more; nor admins, whose work it is."""
    assert edited(user("u-asha", *grants), user("u-mina", grant("user:view"), supervisor="u-asha")) == []


# ---- the list --------------------------------------------------------------------------------------------------------


def made() -> Tenant:
    """A tenant in which several things are found."""
    lead = role("lead", grant("user:edit", Within.SELF), *[grant("user:view") for _ in range(12)])
    asha = user("u-asha", grant("access:grant", Within.OWN_AGENTS), roles=["lead"])
    return company(lead, role("spare"), asha, user("u-bela", supervisor="u-asha"), blueprint=BLUEPRINT)


def test_findings_are_in_order() -> None:
    """AN-4: by path, positions as numbers; the tenant itself first; and the same when asked again or of an access."""
    places = [finding.path for finding in lint_access(made())]

    assert places[0] == ()
    assert places[1:12] == [("roles", "lead", "grants", position) for position in range(1, 12)]
    assert places[12:] == [("roles", "spare"), *[("users", "u-bela")] * (len(places) - 13)]
    assert lint_access(made()) == lint_access(Access(made()))


def test_dead_grants_are_some_of_all_that_is_found() -> None:
    """AC-10: asked for alone they are the same findings."""
    everyone = role("everyone", grant("user:delete", deny=True))
    lead = role("lead", grant("user:*"), grant("user:delete"), grant("user:view"))
    tenant = company(everyone, lead, user("u-asha", roles=["lead"]), blueprint=BLUEPRINT)
    dead = list(dead_grants(Access(tenant)))

    assert [finding.where for finding in dead] == ["roles.lead.grants[1]"]
    assert set(dead) <= set(lint_access(tenant))

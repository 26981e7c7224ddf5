"""Escalation by example: who can come to hold more, by which grants (AC-10, AC-5)."""

from __future__ import annotations

import subprocess
import sys

import pytest

from agentprov.analysis.access_lint import lint_access
from agentprov.analysis.escalation import escalation, escalations
from agentprov.analysis.findings import FindingCode
from agentprov.engine.access import Access
from agentprov.errors import Code, NotFound
from agentprov.model.access import ChosenKind, Grant, Role, Within, scope_term_text
from agentprov.model.tenant import Tenant
from agentprov.model.user_types import API
from agentprov.model.users import Status, User, Visibility
from tests.analysis.granting_companies import BLUEPRINT
from tests.engine.companies import NUMBERS, chosen, company, grant, user

DELEGATES = grant("access:grant", Within.OWN_AGENTS)


def centre(*items: User | Role) -> Tenant:
    """A tenant whose catalogue has `access:grant`, `user:view` and `user:edit`."""
    return company(*items, blueprint=BLUEPRINT)


def agent(id_: str, *grants: Grant, of: str = "u-boss") -> User:
    """Somebody supervised."""
    return user(id_, *grants, supervisor=of)


def chain(tenant: Tenant, user_: str, permission: str) -> list[str]:
    """The steps by which a user comes to hold more, in words."""
    return [
        f"{step.giver} > {step.receiver}: {step.permission} {scope_term_text(step.scope)}"
        for step in escalation(tenant, user_, permission)
    ]


def receivers(tenant: Tenant) -> dict[str, list[str]]:
    """Who gains, by permission."""
    return {found.permission: sorted(found.receivers) for found in escalations(tenant)}


def test_a_supervisor_gives_their_agents_what_they_hold() -> None:
    """AC-5: one step: the whole tenant where the giver holds it, else an object; the supervisor gains nothing."""
    boss = user("u-boss", DELEGATES, grant("user:view"), grant("user:edit", Within.OWN_AGENTS))
    tenant = centre(boss, agent("u-asha", grant("user:edit", Within.SELF)), agent("u-bela"))

    assert chain(tenant, "u-asha", "user:view") == ["u-boss > u-asha: user:view tenant"]
    assert chain(tenant, "u-asha", "user:edit") == ["u-boss > u-asha: user:edit user:u-bela"]
    assert chain(tenant, "u-asha", "access:grant") == ["u-boss > u-asha: access:grant user:u-asha"]
    assert chain(tenant, "u-boss", "user:edit") == []
    assert receivers(tenant) == {each: ["u-asha", "u-bela"] for each in ("access:grant", "user:edit", "user:view")}


def test_an_agent_gives_another_what_their_supervisor_doesnt_hold() -> None:
    """AC-10: made a giver, an agent who holds much hands it to their colleagues."""
    tenant = centre(user("u-boss", DELEGATES), agent("u-asha"), agent("u-bela", grant("user:edit")))

    assert chain(tenant, "u-asha", "user:edit") == [
        "u-boss > u-bela: access:grant user:u-asha",
        "u-bela > u-asha: user:edit tenant",
    ]
    assert chain(tenant, "u-boss", "user:edit") == []


def test_two_who_grant_over_each_other_hold_everything_together() -> None:
    """AC-10: neither is an admin, and both end with the union."""
    asha = user("u-asha", grant("access:grant", chosen(ChosenKind.USER, "u-bela")), grant("user:edit"))
    bela = user("u-bela", grant("access:grant", chosen(ChosenKind.USER, "u-asha")), grant("user:view"))
    tenant = centre(asha, bela)

    assert chain(tenant, "u-asha", "user:view") == ["u-bela > u-asha: user:view tenant"]
    assert chain(tenant, "u-bela", "user:edit") == ["u-asha > u-bela: user:edit tenant"]


def test_rights_cross_from_team_to_team_where_one_grants_over_both_supervisors() -> None:
    """AC-10: a long chain: the manager links the teams, and an agent gets what an agent of the other team holds."""
    supervisors = [user(f"u-lead{number}", DELEGATES, supervisor="u-boss") for number in (1, 2)]
    agents = [agent("u-asha", of="u-lead1"), agent("u-bela", grant("user:edit"), of="u-lead2")]
    steps = chain(centre(user("u-boss", DELEGATES), *supervisors, *agents), "u-asha", "user:edit")

    assert steps[-1] == "u-bela > u-asha: user:edit tenant"
    assert len(steps) == 4


def test_what_somebody_cant_give_directly_is_passed_on() -> None:
    """AC-10: boss grants over Asha only, and lead over both; what boss holds comes to Bela by Asha, unless denied."""
    only, both = (chosen(ChosenKind.USER, "u-asha"), [chosen(ChosenKind.USER, f"u-{id_}") for id_ in ("asha", "bela")])
    boss = user("u-boss", grant("access:grant", only), grant("user:view"))
    lead = user("u-lead", grant("access:grant", *both))
    denied = user("u-asha", grant("user:view", Within.SELF, deny=True))

    assert chain(centre(boss, lead, user("u-asha"), user("u-bela")), "u-bela", "user:view") == [
        "u-boss > u-asha: user:view tenant",
        "u-lead > u-asha: access:grant user:u-bela",
        "u-asha > u-bela: user:view tenant",
    ]
    assert chain(centre(boss, lead, denied, user("u-bela")), "u-bela", "user:view")[0] == (
        "u-boss > u-asha: user:view user:u-bela"
    )
    everything = user("u-asha", grant("user:view", deny=True))
    assert chain(centre(boss, lead, everything, user("u-bela")), "u-bela", "user:view") == []


def test_an_admin_is_in_no_chain() -> None:
    """AC-5: what an admin gives is their work; a program with an admin's rights is none."""
    tenant = centre(user("u-boss", grant("access:grant"), grant("user:*")), agent("u-asha"))
    program = centre(user("u-boss", grant("access:grant"), grant("user:*"), type=API), agent("u-asha"))

    assert receivers(tenant) == {}
    assert chain(program, "u-asha", "user:view") == ["u-boss > u-asha: user:view tenant"]


def test_an_admin_may_gain() -> None:
    """AC-10: an admin who lacks a permission can be given it by who may grant over them, and hands nothing on."""
    tenant = centre(
        user("u-boss", DELEGATES, grant("user:view")),
        agent("u-asha", grant("access:grant"), grant("user:edit")),
        agent("u-bela"),
    )

    assert receivers(tenant) == {
        "access:grant": ["u-bela"],
        "user:view": ["u-asha", "u-bela"],
    }


def test_denies_stop_a_chain() -> None:
    """AC-2: to whom it is denied can't be given it, nor pass it on; to whom granting is denied never grants."""
    boss, strong = user("u-boss", DELEGATES, grant("user:view")), grant("user:edit")
    denied = agent("u-asha", grant("user:view", deny=True))
    silent = agent("u-bela", strong, grant("access:grant", deny=True))

    assert receivers(centre(boss, denied, silent)) == {"access:grant": ["u-asha"], "user:view": ["u-bela"]}


def test_a_narrow_deny_leaves_what_is_beside_it() -> None:
    """AC-2: an object is given where the whole tenant can't be; what is denied of it isn't."""
    boss = user("u-boss", DELEGATES, grant("user:view", Within.OWN_AGENTS))
    asha = agent("u-asha", grant("user:view", chosen(ChosenKind.USER, "u-asha"), deny=True))

    assert chain(centre(boss, asha, agent("u-bela")), "u-asha", "user:view") == [
        "u-boss > u-asha: user:view user:u-bela"
    ]
    assert chain(centre(boss, asha), "u-asha", "user:view") == []


def test_departments_and_numbers_are_objects_too() -> None:
    """AC-3: where no user is left to gain, a number or a department itself may be."""
    number, department = (chosen(ChosenKind.NUMBER, NUMBERS[0]), chosen(ChosenKind.DEPARTMENT, "d-night"))
    boss = user(
        "u-boss",
        DELEGATES,
        grant("user:view", Within.OWN_NUMBERS),
        grant("user:edit", department),
        visibility=Visibility(numbers=NUMBERS[:1]),
    )
    chief = user("u-chief", grant("access:grant", chosen(ChosenKind.USER, "u-asha")), grant("user:edit", department))
    tenant = centre(boss, chief, agent("u-asha"))

    assert chain(tenant, "u-asha", "user:view") == [f"u-boss > u-asha: user:view {scope_term_text(number)}"]
    assert chain(tenant, "u-asha", "user:edit") == ["u-boss > u-asha: user:edit department:d-night"]
    assert receivers(tenant)["user:edit"] == ["u-asha"]


def test_users_of_one_class_gain_apart_where_scopes_are_their_own() -> None:
    """AC-10: of two admins who hold their department, each gains those of the other's; a third user changes nothing."""
    rights = (grant("access:grant"), grant("user:view", Within.HOME_DEPARTMENT))
    admins = [user("u-asha", *rights, home_department="d-sales"), user("u-bela", *rights, home_department="d-night")]
    others = [user("u-ravi", home_department="d-sales"), user("u-mina", home_department="d-night"), user("u-omar")]
    over = grant("access:grant", *(chosen(ChosenKind.USER, id_) for id_ in ("u-asha", "u-bela", "u-omar")))
    givers = [
        user(f"u-over-{id_}", over, grant("user:view", chosen(ChosenKind.USER, f"u-{id_}"))) for id_ in ("ravi", "mina")
    ]

    assert receivers(centre(*admins, *others, givers[0]))["user:view"] == ["u-bela", "u-omar"]
    assert receivers(centre(*admins, *others, *givers))["user:view"] == ["u-asha", "u-bela", "u-omar"]


def test_what_one_who_grants_over_nobody_else_passes_to_an_admin() -> None:
    """AC-10: Ravi may grant over the admin and never over his colleagues; what he is given comes to the admin."""
    colleagues = [chosen(ChosenKind.USER, f"u-{id_}") for id_ in ("asha", "bela", "ravi")]
    ravi = agent(
        "u-ravi",
        grant("access:grant", chosen(ChosenKind.USER, "u-admin")),
        grant("access:grant", *colleagues, deny=True),
    )
    boss = user("u-boss", DELEGATES, grant("user:view"))
    tenant = centre(boss, agent("u-asha"), agent("u-bela"), ravi, user("u-admin", grant("access:grant")))

    assert chain(tenant, "u-admin", "user:view") == [
        "u-boss > u-ravi: user:view tenant",
        "u-ravi > u-admin: user:view tenant",
    ]
    assert receivers(tenant)["user:view"] == ["u-admin", "u-asha", "u-bela", "u-ravi"]


def test_the_nearest_way_may_be_barred() -> None:
    """AC-10: Omar links the teams, but is denied the right over the strong one; a longer way is by two others."""

    def over(id_: str, *whom: str) -> User:
        return user(id_, grant("access:grant", *(chosen(ChosenKind.USER, f"u-{each}") for each in whom)))

    omar = user("u-omar", grant("access:grant", chosen(ChosenKind.USER, "u-strong"), deny=True))
    givers = [over("u-1", "asha", "omar", "bela"), over("u-2", "omar", "strong", "mina"), over("u-3", "bela", "mina")]
    others = [user("u-asha"), user("u-bela"), user("u-mina"), user("u-strong", grant("user:edit"))]
    steps = chain(centre(omar, *givers, *others), "u-asha", "user:edit")

    assert steps[-1] == "u-strong > u-asha: user:edit tenant"
    assert not any("omar" in step for step in steps)


def test_who_isnt_active_neither_gives_nor_gains() -> None:
    """AC-4: a blocked account is in no chain; over it rights can be held all the same."""
    boss = user("u-boss", DELEGATES, grant("user:view", Within.OWN_AGENTS))
    blocked = user("u-bela", grant("user:edit"), supervisor="u-boss", status=Status.BLOCKED)
    tenant = centre(boss, agent("u-asha"), blocked)

    assert receivers(tenant) == {"access:grant": ["u-asha"], "user:view": ["u-asha"]}
    assert chain(tenant, "u-bela", "user:view") == []
    assert chain(tenant, "u-nobody", "user:view") == []


def test_without_the_right_to_grant_there_is_nothing() -> None:
    """AC-5: in a catalogue without `access:grant` nobody hands on anything."""
    tenant = company(user("u-boss", grant("user:view")), agent("u-asha"))

    assert receivers(tenant) == {}
    assert escalation(tenant, "u-asha", "user:view") == ()


def test_an_unknown_permission_is_an_error() -> None:
    """AC-1: as in every question."""
    with pytest.raises(NotFound) as refused:
        escalation(centre(user("u-boss")), "u-boss", "user:fly")
    assert refused.value.codes == (Code.PERMISSION_UNKNOWN,)


def test_an_access_gives_the_same_report() -> None:
    """AC-10: whether a tenant is given or its access; as data it is plain values."""
    tenant = centre(user("u-boss", DELEGATES, grant("user:view")), agent("u-asha"))
    report = escalations(Access(tenant))

    assert report == escalations(tenant)
    assert escalation(Access(tenant), "u-asha", "user:view") == report[1].steps
    assert report[1].as_data() == {
        "permission": "user:view",
        "receivers": ["u-asha"],
        "steps": [{"giver": "u-boss", "receiver": "u-asha", "permission": "user:view", "scope": ["tenant"]}],
    }


def three_teams() -> Tenant:
    """A manager, three supervisors, and agents one of whom holds something: many ways lead to the others."""
    leads = [user(f"u-lead{number}", DELEGATES, supervisor="u-boss") for number in range(3)]
    agents = [agent(f"u-{number}{place}", of=f"u-lead{number}") for number in range(3) for place in range(4)]
    return centre(user("u-boss", DELEGATES), *leads, *agents, agent("u-strong", grant("user:edit"), of="u-lead2"))


PROGRAM = """
from agentprov.analysis.access_lint import lint_access
from agentprov.analysis.escalation import escalations
from tests.analysis.test_escalation import three_teams

for finding in (*lint_access(three_teams()), *escalations(three_teams())):
    print(finding.as_data())
"""


def test_another_process_finds_the_same() -> None:
    """AC-10: with another seed for hashing, findings and chains come out equal, in the same order."""

    def printed(seed: str) -> str:
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(path for path in sys.path if path)}
        command = [sys.executable, "-c", PROGRAM]
        return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout

    first = printed("1")
    assert str(escalations(three_teams())[-1].as_data()) in first
    assert [first, first] == [printed("2"), printed("3")]


def test_the_lint_joins_what_the_same_users_gain() -> None:
    """AN-4: one finding for all permissions of the same receivers, with the shortest of their chains."""
    boss = user("u-boss", DELEGATES, grant("user:view"))
    tenant = centre(boss, agent("u-asha"), agent("u-bela"), agent("u-ravi", grant("user:edit")))
    found = [each for each in lint_access(tenant) if each.code is FindingCode.ESCALATION]

    assert [(each.where, each.parameters["permissions"], each.parameters["count"]) for each in found] == [
        ("users.u-asha", ("access:grant", "user:view"), 3),
        ("users.u-asha", ("user:edit",), 2),
    ]
    assert found[0].parameters["steps"] == ("u-boss gives u-asha access:grant within user:u-asha",)
    assert found[1].message == (
        "without an admin 2 can come to hold more of user:edit: for example `u-asha` of `user:edit`, from `u-ravi`,"
        " in 2 steps"
    )

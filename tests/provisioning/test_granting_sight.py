"""What visibility options show is handed on as rights are (AC-5, VI-1, P11)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from agentprov.engine.access import Access
from agentprov.engine.visibility import Seen, Sight
from agentprov.errors import Code, Refused
from agentprov.model.access import Chosen, ChosenKind, Effect, Grant, Permission, Role, Scope, Within
from agentprov.model.ids import AgentGroupId, RoleId, UserId
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status, Visibility
from agentprov.provisioning import create_user, update_user
from agentprov.provisioning.granting import grant, revoke
from agentprov.provisioning.guards import check_rights
from tests.provisioning.samples import ADMIN, a_form, a_tenant, created, faults, the_user

AT = datetime(2026, 3, 1, tzinfo=UTC)
LEAD = UserId("u-lead")
RAVI = UserId("u-ravi")
MINA = UserId("u-mina")
RED = AgentGroupId("ag-1")
EXCEEDS = [("roles", Code.VISIBILITY_EXCEEDS_ACTOR)]
RECORDS, LIVE = "record:view", "live_call:view"


def an_office(*grants: Grant) -> Tenant:
    """Ravi and Mina, agents; a lead who edits everybody, and sees what these grants show."""
    tenant = created(a_tenant(), a_form())
    tenant = created(tenant, a_form(login="mina", email="mina@example.com"))
    return changed(tenant, LEAD, roles=(), grants=[a_grant("user:edit"), a_grant("user:add"), *grants])


def changed(tenant: Tenant, user: UserId, **fields: Any) -> Tenant:
    """The tenant with a user changed by hand."""
    return attrs.evolve(tenant, users=tenant.users.put(user, attrs.evolve(tenant.users[user], **fields)))


def a_grant(permission: str, *terms: Within | Chosen, deny: bool = False) -> Grant:
    """A grant in few words; without terms for the whole tenant."""
    scope: Scope = frozenset(terms or [Within.TENANT])
    return Grant(permission=Permission(permission), scope=scope, effect=Effect.DENY if deny else Effect.ALLOW)


def one(user: UserId) -> Chosen:
    """A chosen user."""
    return Chosen(kind=ChosenKind.USER, id=user)


@pytest.mark.parametrize("form", [{"visible_users": ["u-mina"]}, {"visible_numbers": ["n-1"]}, {"visible_own": True}])
def test_nobody_shows_themselves_more(form: dict[str, object]) -> None:
    """P11: the lead may edit everybody, and so themselves; but sees no record."""
    tenant = changed(
        an_office(), LEAD, name="Lea", roles=[RoleId("agent")], phone="+919812345601", email="l@example.com"
    )
    assert EXCEEDS == faults(lambda: update_user(tenant, LEAD, form, by=LEAD))
    assert EXCEEDS == faults(lambda: update_user(tenant, RAVI, form, by=LEAD))
    assert 1 == len(update_user(tenant, LEAD, form, by=ADMIN).edits)


def test_a_refusal_tells_what_would_be_shown_and_to_whom() -> None:
    """AC-5: a number shows records and live calls; the lead sees the records."""
    with pytest.raises(Refused) as caught:
        update_user(an_office(a_grant(RECORDS)), RAVI, {"visible_numbers": ["n-1"]}, by=LEAD)
    (problem,) = caught.value.problems
    assert (("live-calls",), ("u-ravi",), "u-lead") == tuple(problem.parameters[n] for n in ("what", "users", "actor"))


def test_what_the_actor_sees_is_shown_to_others() -> None:
    """AC-5: by a grant or by options of their own."""
    both = an_office(a_grant(RECORDS, one(MINA)), a_grant("report:view", one(MINA)))
    assert {MINA} == the_user(update_user(both, RAVI, {"visible_users": ["u-mina"]}, by=LEAD)).visibility.users
    assert EXCEEDS == faults(lambda: update_user(both, RAVI, {"visible_users": ["u-mina", "u-boss"]}, by=LEAD))
    optional = changed(an_office(), LEAD, visibility=Visibility(users=[MINA]))
    after = update_user(optional, RAVI, {"visible_users": ["u-mina"]}, by=LEAD).apply(optional)
    assert Sight(Access(after)).sees(RAVI, Seen.RECORDS, users=[MINA])


def test_who_is_new_is_seen_as_they_would_be() -> None:
    """AC-3: an agent with their own records, created by a lead who sees those of the department they begin in."""
    tenant = an_office(a_grant(RECORDS, Within.HOME_DEPARTMENT), a_grant("report:view", Within.HOME_DEPARTMENT))
    form = a_form(login="omar", email="omar@example.com", visible_own=True)
    here = create_user(tenant, {**form, "home_department": "d-sales"}, by=LEAD).apply(tenant)
    assert Sight(Access(here)).sees("u-omar", Seen.RECORDS, users=["u-omar"])
    assert EXCEEDS == faults(lambda: create_user(tenant, {**form, "home_department": "d-care"}, by=LEAD))


def test_an_agent_group_shows_who_joins_it() -> None:
    """AC-5: those who see the group come to see its new agent; and who comes to see the group, all its agents."""
    tenant = changed(an_office(), MINA, visibility=Visibility(agent_groups=[RED]))
    tenant = changed(tenant, ADMIN, visibility=Visibility(own=True))
    with pytest.raises(Refused) as caught:
        update_user(tenant, RAVI, {"agent_groups": ["ag-1"]}, by=LEAD)
    assert ("u-mina",) == caught.value.problems[0].parameters["users"]
    assert 1 == len(update_user(tenant, RAVI, {"agent_groups": ["ag-2"]}, by=LEAD).edits)
    joined = update_user(tenant, RAVI, {"agent_groups": ["ag-1"]}, by=ADMIN).apply(tenant)
    assert 1 == len(update_user(joined, RAVI, {"agent_groups": []}, by=LEAD).edits)
    apart = changed(joined, MINA, visibility=Visibility())
    assert EXCEEDS == faults(lambda: update_user(apart, MINA, {"visible_agent_groups": ["ag-1"]}, by=LEAD))
    assert 1 == len(update_user(apart, MINA, {"visible_agent_groups": ["ag-2"]}, by=LEAD).edits)


def test_somebody_who_is_disabled_counts() -> None:
    """LC-1: what is shown to them comes with the status; the status itself shows nothing new."""
    tenant = changed(an_office(), RAVI, status=Status.DISABLED)
    assert EXCEEDS == faults(lambda: update_user(tenant, RAVI, {"visible_users": ["u-mina"]}, by=LEAD))
    shown = update_user(tenant, RAVI, {"visible_users": ["u-mina"]}, by=ADMIN).apply(tenant)
    assert 1 == len(update_user(shown, RAVI, {"status": "active"}, by=LEAD).edits)


def test_a_deny_that_goes_shows() -> None:
    """AC-5, VI-1: a deny hides what options show; whoever revokes it must see that."""
    hidden = a_grant(RECORDS, one(MINA), deny=True)
    tenant = changed(an_office(a_grant("access:grant")), RAVI, visibility=Visibility(users=[MINA]), grants=[hidden])
    assert [("grants", Code.VISIBILITY_EXCEEDS_ACTOR)] == faults(
        lambda: revoke(tenant, RAVI, RECORDS, effect="deny", by=LEAD)
    )
    assert () == the_user(revoke(tenant, RAVI, RECORDS, effect="deny", by=ADMIN)).grants
    by_role = Role(id=RoleId("agent"), name="Agent", grants=[hidden])
    tenant = changed(tenant, RAVI, grants=())
    tenant = attrs.evolve(tenant, roles=tenant.roles.put(by_role.id, by_role))
    free = attrs.evolve(tenant, roles=tenant.roles.put(by_role.id, attrs.evolve(by_role, grants=())))
    assert [("(whole)", Code.VISIBILITY_EXCEEDS_ACTOR)] == faults(lambda: check_rights(tenant, free, LEAD))
    other = attrs.evolve(by_role, grants=[hidden, a_grant("user:view", one(LEAD), deny=True)])
    check_rights(tenant, attrs.evolve(tenant, roles=tenant.roles.put(by_role.id, other)), LEAD)


def test_where_nobody_can_hold_it_whoever_edits_shows_it() -> None:
    """AC-5: a catalogue without a permission to see records has nothing that the actor could lack."""
    tenant = an_office()
    sections = {name: actions for name, actions in tenant.blueprint.catalogue.sections.items() if name != "record"}
    catalogue = attrs.evolve(tenant.blueprint.catalogue, sections=Table(sections))
    roles = {id_: attrs.evolve(role, grants=()) for id_, role in tenant.roles.items()}
    plain = attrs.evolve(tenant.blueprint, catalogue=catalogue, ready_roles=Table())
    tenant = changed(tenant, ADMIN, grants=[a_grant("access:grant")])
    tenant = attrs.evolve(tenant, blueprint=plain, roles=roles)
    with pytest.raises(Refused) as caught:
        update_user(tenant, RAVI, {"visible_users": ["u-mina"]}, by=LEAD)
    assert ("reports",) == caught.value.problems[0].parameters["what"]
    seeing = grant(tenant, LEAD, "report:view", by=None, at=AT).apply(tenant)
    assert 1 == len(update_user(seeing, RAVI, {"visible_users": ["u-mina"]}, by=LEAD).edits)

"""Laws of visibility: what VI-1 says, said once more in sets; filters, questions and decisions agree with it."""

from __future__ import annotations

import json
from itertools import product

import attrs
from hypothesis import event, given
from hypothesis import strategies as st

from agentprov.engine.access import Access
from agentprov.engine.decisions import DeniedBy, Granted
from agentprov.engine.inheritance import resolve
from agentprov.engine.visibility import PERMISSIONS, Assigned, NotShown, OutsideResourceFilter, Seen, Sight
from agentprov.model.access import Effect, Grant, Role, Within
from agentprov.model.ids import NumberId, TenantId, UserId
from agentprov.model.properties import NONE, RESOURCE_FILTER
from agentprov.model.references import Kind
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status, User
from tests.engine.companies import NUMBERS, USERS
from tests.engine.viewers import watched_tenants
from tests.oracle.access import covers, grants_of, thing_inside

RECORDS = [
    (number, users)
    for number in (None, *NUMBERS, "n-gone")
    for users in ((), (USERS[0],), (USERS[1], USERS[4]), (USERS[2], USERS[5], "u-gone"), (USERS[3], "u-gone"))
]
"""Records by number and users, some of which the tenant doesn't have."""


# ---- VI-1 in sets ---------------------------------------------------------------------------------------------------


def reached(tenant: Tenant, viewer: User, what: Seen, effect: Effect) -> tuple[bool, set[str], set[str]]:
    """Whether grants of this effect reach the whole tenant; the numbers and the users that they reach."""
    if PERMISSIONS[what] not in tenant.blueprint.catalogue.permissions:
        return False, set(), set()
    terms = {
        term
        for grant in grants_of(tenant, viewer)
        if grant.effect is effect and covers(grant, PERMISSIONS[what])
        for term in grant.scope
    }
    return (
        "tenant" in terms,
        {id_ for id_ in tenant.numbers for term in terms if thing_inside(tenant, viewer, term, (Kind.NUMBERS, id_))},
        {id_ for id_ in tenant.users for term in terms if thing_inside(tenant, viewer, term, (Kind.USERS, id_))},
    )


def seen(tenant: Tenant, viewer: str, what: Seen, number: str | None, users: tuple[str, ...]) -> bool:
    """VI-1, PR-1, AC-4 in sets.

    An assigned number shows records and live calls; an assigned user or agent group, or oneself, records and reports;
    a grant shows what it reaches, a deny hides it, and a resource filter leaves what it names.
    """
    user = tenant.users.get(UserId(viewer))
    if user is None or user.status is not Status.ACTIVE:
        return False
    options = user.visibility
    assigned_numbers = set(options.numbers) if what in {Seen.RECORDS, Seen.LIVE_CALLS} else set()
    members = {id_ for id_, each in tenant.users.items() if each.agent_groups & options.agent_groups}
    own = {user.id} if options.own else set()
    assigned_users = {*options.users, *members, *own} if what in {Seen.RECORDS, Seen.REPORTS} else set()
    everything, allowed_numbers, allowed_users = reached(tenant, user, what, Effect.ALLOW)
    nothing, denied_numbers, denied_users = reached(tenant, user, what, Effect.DENY)
    if nothing or number in denied_numbers or denied_users & set(users):
        return False
    showing = {id_ for id_ in (number,) if id_ in assigned_numbers | allowed_numbers}
    showing |= set(users) & (assigned_users | allowed_users)
    limit = resolve(tenant, viewer, RESOURCE_FILTER).value
    return bool(showing & limit) if isinstance(limit, frozenset) else everything or bool(showing)


@given(watched_tenants())
def test_what_is_seen_is_what_the_rule_says(tenant: Tenant) -> None:
    """VI-1, AC-7, AC-9: a filter lists, and a decision allows for reasons that say so, exactly what the rule says."""
    sight = Sight(Access(tenant))
    for viewer, what in product((*USERS, "u-nobody"), Seen):
        listed = sight.filter(viewer, what)
        event(f"{what.value}: {'nothing' if listed.is_empty else 'all' if listed.is_everything else 'some'}")
        for number, users in RECORDS:
            expected = seen(tenant, viewer, what, number, users)
            decision = sight.decide(viewer, what, number=number, users=users)
            event(f"{what.value}: {type(decision.reasons[0]).__name__}")
            assert expected is listed.matches(number=number, users=users)
            assert expected is decision.allowed
            assert {expected} == {isinstance(reason, Assigned | Granted) for reason in decision.reasons}
            assert decision.as_data() == json.loads(json.dumps(decision.as_data()))


def without(tenant: Tenant, grants: set[Grant]) -> Tenant:
    """The tenant in which nobody has these grants."""
    users = {
        id_: attrs.evolve(user, grants=tuple(each for each in user.grants if each not in grants))
        for id_, user in tenant.users.items()
    }
    roles = {
        id_: attrs.evolve(role, grants=tuple(each for each in role.grants if each not in grants))
        for id_, role in tenant.roles.items()
    }
    return attrs.evolve(tenant, users=Table(users), roles=Table(roles))


@given(watched_tenants(), st.sampled_from(USERS), st.sampled_from(Seen), st.sampled_from(RECORDS))
def test_without_its_reasons_an_answer_is_another(
    tenant: Tenant, viewer: UserId, what: Seen, record: tuple[str | None, tuple[str, ...]]
) -> None:
    """AC-7: without the denies that are its reasons, a no is no longer one by deny; without the limit, none by it."""
    number, users = record
    decision = Sight(Access(tenant)).decide(viewer, what, number=number, users=users)
    first = decision.reasons[0]
    named = {reason.held.grant for reason in decision.reasons if isinstance(reason, DeniedBy)}
    again = Sight(Access(without(tenant, named))).decide(viewer, what, number=number, users=users)
    if isinstance(first, DeniedBy):
        assert not isinstance(again.reasons[0], DeniedBy)
    if isinstance(first, OutsideResourceFilter):
        free = attrs.evolve(tenant.users[viewer], properties=Table({RESOURCE_FILTER: NONE}))
        after = attrs.evolve(tenant, users=tenant.users.put(viewer, free))
        assert Sight(Access(after)).sees(viewer, what, number=number, users=users)
    if isinstance(first, NotShown):
        assert decision == again


@given(watched_tenants(), st.sampled_from(USERS), st.sampled_from(Seen))
def test_another_tenants_is_never_seen(tenant: Tenant, viewer: UserId, what: Seen) -> None:
    """AC-4: what is another tenant's is hidden, even if number and users are written alike."""
    sight = Sight(Access(tenant))
    for number, users in RECORDS:
        own = sight.sees(viewer, what, number=number, users=users)
        assert own is sight.sees(viewer, what, number=number, users=users, tenant=tenant.id)
        assert not sight.sees(viewer, what, number=number, users=users, tenant=TenantId("t-other"))
        assert not sight.decide(viewer, what, number=number, users=users, tenant=TenantId("t-other")).allowed


@given(watched_tenants(), st.sampled_from(USERS), st.sampled_from(NUMBERS))
def test_an_option_more_never_hides(tenant: Tenant, viewer: UserId, more: NumberId) -> None:
    """VI-1: what is seen is the union, so one number more shows what was seen before, and never a report.

    Grants for one's own numbers reach further with it, so they aren't in the tenants of this law.
    """
    holders: list[User | Role] = [*tenant.users.values(), *tenant.roles.values()]
    own = {grant for holder in holders for grant in holder.grants if Within.OWN_NUMBERS in grant.scope}
    tenant = without(tenant, own)
    user = tenant.users[viewer]
    options = attrs.evolve(user.visibility, numbers=user.visibility.numbers | {more})
    after = attrs.evolve(tenant, users=tenant.users.put(viewer, attrs.evolve(user, visibility=options)))
    before_sight, after_sight = Sight(Access(tenant)), Sight(Access(after))
    for what, (number, users) in product(Seen, RECORDS):
        before = before_sight.sees(viewer, what, number=number, users=users)
        assert after_sight.sees(viewer, what, number=number, users=users) or not before
    assert before_sight.filter(viewer, Seen.REPORTS) == after_sight.filter(viewer, Seen.REPORTS)

"""Laws of outbound calls: what holds for every tenant, agent and text (P51 to P53)."""

from __future__ import annotations

from random import Random

import attrs
from hypothesis import assume, event, example, given
from hypothesis import strategies as st

from agentprov.engine.outbound import Outbound
from agentprov.model.call_permissions import SAYS_NOTHING, CallPermissions
from agentprov.model.contact import PhoneNumber
from agentprov.model.ids import CallerIdId
from agentprov.model.live import Live
from agentprov.model.outbound import Attempt, Dial, DialChannel, DialEmergency, NotDialled
from agentprov.model.tenant import Tenant
from agentprov.model.users import Extension, OutboundBlock, Status, User
from agentprov.testing.strategies import attempts, call_permissions, live_facts, pools, tenants
from tests.engine.dial_centre import DELHI, MUMBAI, OSLO, area, asha, centre, made, tried

EMERGENCIES = {"IN": ("100", "101", "112"), "NO": ("110", "113"), "GB": ("999",), "US": ("911",)}
DRAWN = tenants(details=False)


def blocked(tenant: Tenant, user: User, block: OutboundBlock) -> Tenant:
    """The tenant with this outbound block of one user."""
    edited = attrs.evolve(user, calling=attrs.evolve(user.calling, outbound_block=block))
    return attrs.evolve(tenant, users={**tenant.users, user.id: edited})


@given(
    DRAWN,
    live_facts(),
    attempts(),
    st.sampled_from(("{}", " {} ", "{}#", "\u200b{}", "+{}", "{} ext. 9")),
    st.data(),
)
def test_an_emergency_call_is_always_made(
    tenant: Tenant, live: Live, attempt: Attempt, form: str, data: st.DataObject
) -> None:
    """P51, OB-6 (q): whatever the tenant says about whomever, their emergency number is called, and as it is."""
    user = data.draw(st.sampled_from(list(tenant.users.values())))
    region = tenant.settings.region if user.site is None else user.site.emergency_region
    number = data.draw(st.sampled_from(EMERGENCIES[region]))

    outcome = Outbound(tenant).dial(attrs.evolve(attempt, agent=user.id, dialled=form.format(number)), live)

    assert isinstance(outcome, DialEmergency)
    assert (number, region) == (outcome.number, outcome.region)


@given(DRAWN, call_permissions(), st.sampled_from(Status), st.data())
def test_nothing_that_is_set_changes_an_emergency_call(
    tenant: Tenant, said: CallPermissions, status: Status, data: st.DataObject
) -> None:
    """P51, OB-6: blocks, bindings, lists, permissions and status can be anything; number, region, caller ID stay."""
    user = data.draw(st.sampled_from(list(tenant.users.values())))
    bare = attrs.evolve(user.calling, hours=None, call_permissions=said, caller_ids=(), extension=None)
    closed = attrs.evolve(bare, enabled=False, outbound_block=OutboundBlock.ALL, forward=None)
    settings = attrs.evolve(tenant.settings, international_calling=False, call_permissions=said)
    changed = attrs.evolve(
        tenant,
        settings=settings,
        users={**tenant.users, user.id: attrs.evolve(user, status=status, calling=closed)},
    )
    attempt = Attempt(agent=user.id, dialled="112")

    before, after = Outbound(tenant).dial(attempt), Outbound(changed).dial(attempt)

    assert isinstance(before, DialEmergency)
    assert isinstance(after, DialEmergency)
    assert (before.number, before.region, before.caller_id) == (after.number, after.region, after.caller_id)


PREFIXES = st.lists(
    st.sampled_from(("2", "22", "222", "91", "8", "80", "+223", "+2", "+47", "+4722", "+915", "+9")),
    unique=True,
    max_size=8,
)
NUMBERS = st.sampled_from(
    ("+912223456789", "+918069651170", "+22365012345", "+4722334455", "+447400123456", "+15555555555")
)


@given(PREFIXES, NUMBERS, st.randoms(use_true_random=False), st.sampled_from((None, MUMBAI, DELHI, OSLO, "c-none")))
@example(["22"], "+22365012345", Random(0), None)
def test_the_longest_prefix_wins_whatever_the_order(
    prefixes: list[str], number: str, chance: Random, wish: CallerIdId | None
) -> None:
    """P52, OB-5: the choice is the longest matching prefix, whatever the order of the list, and always allowed."""
    allowed = (MUMBAI, DELHI, OSLO)
    entries = [(prefix, allowed[position % 3]) for position, prefix in enumerate(prefixes)]
    stand_for = {
        ("+91" if prefix == "91" else prefix if prefix.startswith("+") else f"+91{prefix}"): caller_id
        for prefix, caller_id in entries
    }
    matching = [prefix for prefix in stand_for if number.startswith(prefix)]
    expected = stand_for[max(matching, key=len)] if matching else wish if wish in allowed else MUMBAI
    shuffled = list(entries)
    chance.shuffle(shuffled)

    for listed in (entries, shuffled):
        tenant = centre(asha(extension=Extension(number="201", area_caller_ids=area(*listed))))
        assert expected == made(tried(tenant, number, caller_id=wish)).caller_id


@given(DRAWN, live_facts(), attempts())
def test_a_call_that_is_made_presents_an_allowed_caller_id(tenant: Tenant, live: Live, attempt: Attempt) -> None:
    """P52, OB-5: whatever the lists and the wishes, what is presented is among the agent's own."""
    outcome = Outbound(tenant).dial(attempt, live)

    event(type(outcome).__name__)
    if isinstance(outcome, Dial):
        assert outcome.caller_id in tenant.users[attempt.agent].calling.caller_ids
        assert tenant.caller_ids[outcome.caller_id].phone.partition(";")[0] == outcome.presents


@given(DRAWN, live_facts(), attempts())
def test_a_stronger_block_never_lets_more_calls_through(tenant: Tenant, live: Live, attempt: Attempt) -> None:
    """P53, OB-2: "all" lets through a part of what "only extension" does, and that a part of what no block does."""
    assume(attempt.agent in tenant.users)
    user = tenant.users[attempt.agent]
    order = (OutboundBlock.NONE, OutboundBlock.ONLY_EXTENSION, OutboundBlock.ALL)
    outcomes = [Outbound(blocked(tenant, user, block)).dial(attempt, live) for block in order]
    through = [not isinstance(outcome, NotDialled) for outcome in outcomes]

    assert sorted(through, reverse=True) == through
    if not isinstance(outcomes[0], DialEmergency):
        assert not through[2]
        assert attempt.channel is not DialChannel.SOFTPHONE or not through[1]
    if attempt.channel is DialChannel.CLICK_TO_CALL:
        assert outcomes[0] == outcomes[1]


@given(DRAWN, live_facts(), attempts())
def test_a_refusal_has_reasons_and_a_call_has_none_of_them(tenant: Tenant, live: Live, attempt: Attempt) -> None:
    """OB-1: there is a refusal exactly if something refuses; no reason is given twice."""
    outcome = Outbound(tenant).dial(attempt, live)

    assert outcome.reasons
    assert len(set(outcome.reasons)) == len(outcome.reasons)
    assert outcome == Outbound(tenant).dial(attempt, live)


@given(DRAWN, live_facts(), st.text(max_size=200))
@example(centre(asha()), Live(), "\ud800112")
@example(centre(asha()), Live(), "\x00")
def test_no_text_raises(tenant: Tenant, live: Live, text: str) -> None:
    """OB-1: whatever is typed, there is an answer, and what would be dialled holds nothing but digits."""
    engine = Outbound(tenant)

    for user in tenant.users:
        outcome = engine.dial(Attempt(agent=user, dialled=text), live)
        number = "" if isinstance(outcome, NotDialled) else outcome.number
        assert set(number.replace(";ext=", "")) <= set("+0123456789")


@given(DRAWN, live_facts(), attempts(), st.sampled_from(pools.USERS))
def test_other_users_do_not_matter(tenant: Tenant, live: Live, attempt: Attempt, other: str) -> None:
    """OB-2: closing somebody else's account changes no call of this agent."""
    assume(other in tenant.users and other != attempt.agent)
    user = tenant.users[next(id_ for id_ in tenant.users if id_ == other)]
    closed = attrs.evolve(tenant, users={**tenant.users, user.id: attrs.evolve(user, status=Status.BLOCKED)})

    assert Outbound(tenant).dial(attempt, live) == Outbound(closed).dial(attempt, live)


@given(DRAWN, live_facts(), attempts())
def test_saying_nothing_about_whom_to_call_refuses_nobody(tenant: Tenant, live: Live, attempt: Attempt) -> None:
    """OB-7: where no level says anything, no reason is about permissions; and taking sayings away only opens."""
    silent = attrs.evolve(
        tenant,
        settings=attrs.evolve(tenant.settings, call_permissions=SAYS_NOTHING),
        user_groups={id_: attrs.evolve(g, call_permissions=SAYS_NOTHING) for id_, g in tenant.user_groups.items()},
        users={
            id_: attrs.evolve(user, calling=attrs.evolve(user.calling, call_permissions=SAYS_NOTHING))
            for id_, user in tenant.users.items()
        },
    )

    before, after = Outbound(tenant).dial(attempt, live), Outbound(silent).dial(attempt, live)

    assert [] == [reason for reason in after.reasons if reason.rule == "OB-7"]
    if isinstance(before, NotDialled) and isinstance(after, NotDialled):
        assert [reason for reason in before.reasons if reason.rule != "OB-7"] == list(after.reasons)
    elif not isinstance(before, NotDialled):
        assert type(before) is type(after)


@given(NUMBERS)
def test_the_number_called_is_the_one_dialled(number: str) -> None:
    """OB-1: nothing rewrites a number; in E.164 it goes out as it came in."""
    assert PhoneNumber(number) == made(tried(centre(asha()), number)).number

"""The engine and the oracle agree on every attempt: how the call is made, or exactly why it isn't."""

from __future__ import annotations

from typing import assert_never

import attrs
from hypothesis import event, given
from hypothesis import strategies as st

from agentprov.engine.outbound import Outbound
from agentprov.model.live import Live
from agentprov.model.outbound import Attempt, Dial, DialEmergency, DialOutcome, NotDialled
from agentprov.model.tenant import Tenant
from agentprov.model.users import OutboundBlock, Status
from agentprov.testing.strategies import attempts, live_facts, pools, tenants
from tests.oracle import outbound as oracle
from tests.oracle.outbound import Told


def eased(tenant: Tenant) -> Tenant:
    """The tenant with agents who may call out, as far as blocks, status and caller IDs go."""
    return attrs.evolve(
        tenant,
        settings=attrs.evolve(tenant.settings, international_calling=True),
        users={
            user.id: attrs.evolve(
                user,
                status=Status.ACTIVE,
                calling=attrs.evolve(
                    user.calling,
                    enabled=True,
                    outbound_block=OutboundBlock.NONE,
                    caller_ids=user.calling.caller_ids or pools.CALLER_IDS,
                ),
            )
            for user in tenant.users.values()
        },
    )


CENTRES = st.one_of(tenants(details=False), tenants(details=False).map(eased))
ATTEMPTS = st.lists(attempts(), min_size=8, max_size=8)


def told(outcome: DialOutcome) -> Told:
    """The outcome in the oracle's words."""
    match outcome:
        case Dial(leg=leg, rings=rings, number=number, caller_id=caller_id, presents=presents):
            return "dial", (leg.value, rings, number, caller_id, presents)
        case DialEmergency(leg=leg, rings=rings, number=called):
            return "emergency", (leg.value, rings, called, outcome.region, outcome.caller_id, outcome.presents)
        case NotDialled(reasons=reasons):
            return "refused", set(map(str, reasons))
        case _:
            assert_never(outcome)


@given(CENTRES, live_facts(), ATTEMPTS)
def test_the_engine_decides_as_the_rules_say(tenant: Tenant, live: Live, tried: list[Attempt]) -> None:
    """OB-1 to OB-7: engine and oracle come to the same outcome, and to the same reasons of a refusal."""
    engine = Outbound(tenant)

    for attempt in tried:
        expected = oracle.decide(tenant, attempt, live)
        event(expected[0])
        assert expected == told(engine.dial(attempt, live))

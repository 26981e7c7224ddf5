"""Laws of escalation: exactly what can be handed on is found, and every chain can be walked (AC-10, AC-5)."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import event, given, settings

from agentprov.analysis.delegation import Step
from agentprov.analysis.escalation import escalation, escalations
from agentprov.errors import Refused
from agentprov.model.ids import UserId
from agentprov.model.tenant import Tenant
from agentprov.provisioning.granting import grant
from tests.analysis.granting_companies import (
    PERMISSIONS,
    admins,
    everything_handed_on,
    gained,
    tenants,
)


def walked(tenant: Tenant, steps: Sequence[Step]) -> Tenant | None:
    """The tenant after these steps, one after the other; nothing, if one of them is refused."""
    for step in steps:
        try:
            change = grant(tenant, step.receiver, step.permission, scope=[step.scope], by=step.giver)
        except Refused:
            return None
        tenant = change.apply(tenant)
    return tenant


@given(tenants())
def test_every_chain_can_be_walked(tenant: Tenant) -> None:
    """AC-10, AC-5: each step is accepted by the guards, none is by an admin, and in the end the receiver holds more."""
    for found in escalations(tenant):
        event(f"{len(found.steps)} steps")
        after = walked(tenant, found.steps)

        assert after is not None
        assert (min(found.receivers), found.permission) in gained(tenant, after)
        assert found.steps[-1].receiver == min(found.receivers)
        assert admins(tenant).isdisjoint(step.giver for step in found.steps)


@given(tenants())
def test_no_step_of_a_chain_can_be_left_out(tenant: Tenant) -> None:
    """AC-10: without any one of its steps another is refused, or the receiver doesn't gain."""
    for found in escalations(tenant):
        for place in range(len(found.steps)):
            after = walked(tenant, [*found.steps[:place], *found.steps[place + 1 :]])
            assert after is None or (min(found.receivers), found.permission) not in gained(tenant, after)


@given(tenants())
def test_the_report_says_of_everybody_what_is_found_for_them(tenant: Tenant) -> None:
    """AC-10: somebody is among the receivers of a permission if and only if there is a chain for them."""
    receivers = {found.permission: found.receivers for found in escalations(tenant)}

    for permission in PERMISSIONS:
        assert {id_ for id_ in tenant.users if escalation(tenant, id_, permission)} == set(
            receivers.get(permission, frozenset[UserId]())
        )


@settings(max_examples=25)
@given(tenants())
def test_who_gains_is_who_gains_when_everything_is_handed_on(tenant: Tenant) -> None:
    """AC-10: those are found who hold more after everybody has given all they may, tried out by the operations."""
    found = {(id_, each.permission) for each in escalations(tenant) for id_ in each.receivers}
    event(f"{len(found)} gain")

    assert gained(tenant, everything_handed_on(tenant)) == found

"""Laws of escalation: exactly what can be handed on is found, and every chain can be walked (AC-10, AC-5)."""

from __future__ import annotations

from hypothesis import event, given, settings

from agentprov.analysis.escalation import escalation, escalations
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


@given(tenants())
def test_every_chain_can_be_walked(tenant: Tenant) -> None:
    """AC-10, AC-5: each step is accepted by the guards, none is by an admin, and in the end the receiver holds more."""
    for found in escalations(tenant):
        event(f"{len(found.steps)} steps")
        after = tenant
        for step in found.steps:
            assert step.giver not in admins(tenant)
            after = grant(after, step.receiver, step.permission, scope=[step.scope], by=step.giver).apply(after)

        assert found.steps[-1].receiver == min(found.receivers)
        assert (min(found.receivers), found.permission) in gained(tenant, after)


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

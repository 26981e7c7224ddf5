"""Logging on to a queue by telephone, and off it (ID-8)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentprov.engine.queue_log_on import QueueTelephone
from agentprov.model.ids import QueueId, UserId
from agentprov.model.queue_log_on import LogOn, LogOnGate, LogOnStep, NotLoggedOn
from agentprov.model.table import Table
from agentprov.model.users import Status
from tests.tenants import by_id, small, user

ON, OFF = LogOnStep.ON, LogOnStep.OFF


def phone_of(**fields: Any) -> QueueTelephone:
    """The telephone of a tenant with one user, Mia, who has these fields."""
    bare: dict[str, Any] = dict.fromkeys(("departments", "profiles", "numbers", "ivrs", "roles"), Table())
    return QueueTelephone(small(users=by_id([user("mia", **fields)]), **bare))


def gates(outcome: LogOn | NotLoggedOn) -> list[str]:
    """Why not."""
    return [gate.value for gate in outcome.gates] if isinstance(outcome, NotLoggedOn) else []


@pytest.mark.parametrize("step", LogOnStep)
def test_an_agent_types_the_numeric_id(step: LogOnStep) -> None:
    """ID-8: the digits say who it is, and the outcome carries what statistics call them."""
    telephone = phone_of(numeric_id=4711)
    expected = LogOn(user=UserId("u-mia"), numeric_id=4711, queue=QueueId("q-1"), step=step)

    assert [expected, expected] == [telephone.typed("4711", "q-1", step) for _ in range(2)]
    assert expected == telephone.of_user("u-mia", "q-1", step)


@pytest.mark.parametrize(
    ("fields", "user_id", "queue", "on", "off"),
    [
        ({}, "u-mia", "q-1", ["numeric_id.none"], ["numeric_id.none"]),
        ({"status": Status.DISABLED}, "u-mia", "q-1", ["numeric_id.none", "status.disabled"], ["numeric_id.none"]),
        ({"status": Status.DISABLED, "numeric_id": 7}, "u-mia", "q-1", ["status.disabled"], []),
        ({"status": Status.BLOCKED, "numeric_id": 7}, "u-mia", "q-1", ["status.blocked"], []),
        ({"status": Status.DEACTIVATED, "numeric_id": 7}, "u-mia", "q-1", ["status.deactivated"], []),
        ({"type": "customer", "numeric_id": 7}, "u-mia", "q-1", ["type.not_routed"], []),
        ({"numeric_id": 7}, "u-mia", "q-2", ["queue.unknown"], ["queue.unknown"]),
        ({}, "u-none", "q-2", ["user.unknown", "queue.unknown"], ["user.unknown", "queue.unknown"]),
    ],
)
def test_why_not(fields: Any, user_id: str, queue: str, on: list[str], off: list[str]) -> None:
    """ID-8, LC-1: every reason at once; whoever can say who they are may log off."""
    telephone = phone_of(**fields)

    assert on == gates(telephone.of_user(user_id, queue, ON))
    assert off == gates(telephone.of_user(user_id, queue, OFF))


@given(st.text(max_size=30) | st.text(alphabet="0123456789", max_size=30))
def test_only_the_digits_themselves_are_an_id(typed: str) -> None:
    """ID-8: one spelling on the telephone: no leading zero, no full-width digit, no space."""
    outcome = phone_of(numeric_id=7).typed(typed, "q-1", ON)

    assert (typed == "7") is isinstance(outcome, LogOn)
    assert ([] if typed == "7" else [LogOnGate.NUMERIC_ID_UNKNOWN.value]) == gates(outcome)
    assert ["numeric_id.unknown", "queue.unknown"] == gates(phone_of().typed(typed, "q-2", ON))

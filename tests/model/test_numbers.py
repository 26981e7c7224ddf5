"""Numbers that callers dial, and rules about their callers (RT-8, RT-12, RT-15)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agentprov.errors import InvalidValue
from agentprov.model.contact import PhoneNumber
from agentprov.model.destinations import Cause, HangUp, QueueExit, ToQueue, nested
from agentprov.model.ids import CallerIdId, NumberId, QueueId
from agentprov.model.numbers import (
    MOST_RULES,
    Anonymous,
    CallerRule,
    FromCountry,
    FromNumber,
    FromPrefix,
    Number,
    Presents,
    RaisePriority,
    Refuse,
)
from agentprov.model.table import Table

PHONE = PhoneNumber("+918069651170")
RULE = CallerRule(callers=[Anonymous()], action=Refuse())


def faults(make: Callable[[], object]) -> list[tuple[str, str]]:
    """Code and path of everything that keeps a value from being made."""
    with pytest.raises(InvalidValue) as caught:
        make()
    return [(problem.code.value, problem.where) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: FromNumber(number=PhoneNumber("0806")), [("phone.not_canonical", "number")]),
        (lambda: FromPrefix(prefix="47"), [("field.invalid", "prefix")]),
        (lambda: FromPrefix(prefix="+"), [("field.invalid", "prefix")]),
        (lambda: FromPrefix(prefix="+0"), [("field.invalid", "prefix")]),
        (lambda: FromPrefix(prefix="+1234567890123456"), [("field.invalid", "prefix")]),
        (lambda: FromPrefix(prefix="+47\n"), [("field.invalid", "prefix")]),
        (lambda: FromPrefix(prefix=47), [("field.invalid", "prefix")]),  # type: ignore[arg-type]  # on purpose
        (lambda: FromCountry(region="no"), [("region.unknown", "region")]),
        (lambda: FromCountry(region="NOR"), [("region.unknown", "region")]),
        (lambda: RaisePriority(by=0), [("field.out_of_range", "by")]),
        (lambda: RaisePriority(by=101), [("field.out_of_range", "by")]),
        (
            lambda: CallerRule(callers=[], action=Refuse(), name=""),
            [("field.empty", "callers"), ("field.required", "name")],
        ),
        (
            lambda: Number(id=NumberId(""), phone=PHONE, to=HangUp(), caller_id=CallerIdId("")),
            [("id.invalid", "id"), ("id.invalid", "caller_id")],
        ),
        (
            lambda: Number(id=NumberId("n"), phone=PHONE, to=HangUp(), caller_rules=[RULE] * (MOST_RULES + 1)),
            [("field.too_many", "caller_rules")],
        ),
        (lambda: ToQueue(queue=QueueId("q"), priority=-1), [("field.out_of_range", "priority")]),
        (lambda: ToQueue(queue=QueueId("q"), priority=101), [("field.out_of_range", "priority")]),
        (lambda: ToQueue(queue=QueueId("q"), max_wait=0), [("timeout.out_of_range", "max_wait")]),
        (lambda: ToQueue(queue=QueueId("q"), max_wait=86_401), [("timeout.out_of_range", "max_wait")]),
        (lambda: ToQueue(queue=QueueId("q"), max_length=-1), [("field.out_of_range", "max_length")]),
        (lambda: ToQueue(queue=QueueId("q"), max_length=1_000_001), [("field.out_of_range", "max_length")]),
    ],
)
def test_what_does_not_fit_is_refused(make: Callable[[], object], expected: list[tuple[str, str]]) -> None:
    """RT-8, RT-15: full numbers, prefixes with their plus, two-letter countries, priorities and limits in range."""
    assert expected == faults(make)


def test_the_limits_themselves_fit() -> None:
    """RT-8, RT-15: both ends of what is allowed."""
    assert MOST_RULES == len(
        Number(id=NumberId("n"), phone=PHONE, to=HangUp(), caller_rules=[RULE] * 1000).caller_rules
    )
    assert 15 == len(FromPrefix(prefix="+123456789012345").prefix) - 1
    assert 0 == len(ToQueue(queue=QueueId("q"), priority=100, max_wait=86_400, max_length=0).by_exit)


def test_a_plain_number_shows_the_caller() -> None:
    """RT-12: without a word about it, an agent is shown the caller's number; a refusal says rejected."""
    plain = Number(id=NumberId("n"), phone=PHONE, to=HangUp())

    assert (Presents.CALLER, None, (), None) == (plain.presents, plain.caller_id, plain.caller_rules, plain.sticky)
    assert Cause.REJECTED is Refuse().cause


def test_a_queue_has_an_exit_for_each_cause_or_what_is_next() -> None:
    """RT-8: what stands for the cause, else what is next, else nothing; each with its field."""
    busy, last = HangUp(cause=Cause.BUSY), HangUp()
    both = ToQueue(queue=QueueId("q"), next=last, by_exit=Table({QueueExit.FULL: busy}))

    assert ("by_exit/full", busy) == both.after(QueueExit.FULL)
    assert ("next", last) == both.after(QueueExit.LEFT)
    assert ("next", None) == ToQueue(queue=QueueId("q")).after(QueueExit.EMPTY)
    assert (((), both), (("next",), last), (("by_exit", "full"), busy)) == nested(both)

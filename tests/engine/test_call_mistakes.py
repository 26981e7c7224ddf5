"""What hosts hand over by mistake is refused in words, and a step without a decision says what it comes from."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from agentprov.engine.call_flow import Router
from agentprov.engine.decisions import Object
from agentprov.errors import Code, InvalidValue
from agentprov.model.calls import Call, Digits
from agentprov.model.reasons import ReasonCode, SubjectKind, reason
from agentprov.model.steps import Menu
from tests.tenants import PHONE, small

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_menu_straight_behind_a_number_says_so() -> None:
    """RT-10: every step explains itself: nothing was decided here but that the number was dialled."""
    step = Router(small()).start(Call(to=PHONE), at=NOON)
    assert isinstance(step.action, Menu)
    assert step.reasons == (reason(SubjectKind.NUMBER, "n-1", ReasonCode.NUMBER_DIALLED),)


@pytest.mark.parametrize("wrong", ["step", '{"v": 1}', None])
def test_only_a_state_is_resumed(wrong: Any) -> None:
    """RT-1: a whole step or its JSON text in place of the state is refused, whatever else is wrong."""
    router = Router(small())
    given: Any = router.start(Call(to=PHONE), at=NOON) if wrong == "step" else wrong
    with pytest.raises(InvalidValue) as caught:
        router.resume(given, Digits(keys="1"), at=NOON)
    assert [(problem.code, problem.where) for problem in caught.value.problems] == [(Code.FIELD_WRONG_TYPE, "state")]


@pytest.mark.parametrize("keys", [1, "", "12a", None, "1" * 33])
def test_keys_are_text(keys: Any) -> None:
    """RT-7: keys are `0`-`9`, `*` and `#`, as text."""
    with pytest.raises(InvalidValue) as caught:
        Digits(keys=keys)
    assert caught.value.codes == (Code.FIELD_INVALID,)


def test_an_object_has_one_of_the_kinds() -> None:
    """AC-4: a kind that there isn't is a mistake of the caller, told at once."""
    wrong: Any = "number"
    with pytest.raises(InvalidValue) as caught:
        Object(kind=wrong, id="n-1")
    assert caught.value.codes == (Code.FIELD_UNKNOWN_CHOICE,)

"""Conditions about skills, and the stages that relax them (RT-6, PR-5)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agentprov.errors import InvalidValue
from agentprov.model.ids import SkillId
from agentprov.model.needs import MOST_NEEDS, AllOf, AnyOf, HasSkill, Need, Not, Stage, conditions

HINDI = SkillId("s-hindi")
PLAIN = HasSkill(skill=HINDI)


def faults(make: Callable[[], object]) -> list[tuple[str, str]]:
    """Code and path of everything that keeps a value from being made."""
    with pytest.raises(InvalidValue) as caught:
        make()
    return [(problem.code.value, problem.where) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: HasSkill(skill=SkillId("")), [("id.invalid", "skill")]),
        (lambda: HasSkill(skill=HINDI, low=-1), [("field.out_of_range", "low")]),
        (lambda: HasSkill(skill=HINDI, low=1001), [("field.out_of_range", "low")]),
        (lambda: HasSkill(skill=HINDI, high=True), [("field.out_of_range", "high")]),
        (
            lambda: HasSkill(skill=SkillId(" "), low=-1, high=1001),
            [("id.invalid", "skill"), ("field.out_of_range", "low"), ("field.out_of_range", "high")],
        ),
        (lambda: HasSkill(skill=HINDI, low=3, high=2), [("field.out_of_range", "high")]),
        (lambda: AllOf(needs=[]), [("field.empty", "needs")]),
        (lambda: AnyOf(needs=()), [("field.empty", "needs")]),
        (lambda: AnyOf(needs=[PLAIN] * MOST_NEEDS), [("field.too_many", "(whole)")]),
        (lambda: Stage(after=-1), [("timeout.out_of_range", "after")]),
        (lambda: Stage(after=86_401), [("timeout.out_of_range", "after")]),
        (lambda: Stage(after="5"), [("field.wrong_type", "after")]),  # type: ignore[arg-type]  # on purpose
        (lambda: Stage(tier=-1), [("field.out_of_range", "tier")]),
        (lambda: Stage(tier=1001), [("field.out_of_range", "tier")]),
        (lambda: Stage(needs=[PLAIN] * (MOST_NEEDS + 1)), [("field.too_many", "needs")]),
        (lambda: Stage(without=[SkillId("")]), [("id.invalid", "without")]),
    ],
)
def test_what_does_not_fit_is_refused(make: Callable[[], object], expected: list[tuple[str, str]]) -> None:
    """RT-6: levels from 0 to 1000, a low end under the high one, no empty list, fifty conditions at most."""
    assert expected == faults(make)


def test_a_condition_can_be_no_deeper_than_there_may_be_conditions() -> None:
    """RT-6: conditions inside conditions are counted, so a deep one is refused as it is made."""
    need: Need = PLAIN
    for _ in range(MOST_NEEDS - 1):
        need = Not(need=need)

    assert MOST_NEEDS == len(list(conditions(need)))
    assert [("field.too_many", "(whole)")] == faults(lambda: Not(need=need))


def test_the_limits_themselves_fit() -> None:
    """RT-6: both ends of what is allowed."""
    assert HasSkill(skill=HINDI, low=0, high=1000) == HasSkill(skill=HINDI, low=0, high=1000)
    assert Stage(after=86_400, tier=1000, needs=[PLAIN] * MOST_NEEDS).without == frozenset()


def test_conditions_are_walked_with_their_paths() -> None:
    """RT-6: outer ones first, each with the fields that lead to it."""
    inner = Not(need=PLAIN)
    need = AllOf(needs=[PLAIN, AnyOf(needs=[inner])])
    expected = [
        ((), need),
        (("needs", 0), PLAIN),
        (("needs", 1), AnyOf(needs=[inner])),
        (("needs", 1, "needs", 0), inner),
        (("needs", 1, "needs", 0, "need"), PLAIN),
    ]

    assert expected == list(conditions(need))

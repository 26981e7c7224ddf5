"""Departments: their tiers, stages and hours, and what is refused of them (RT-6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from agentprov.errors import InvalidValue
from agentprov.model.departments import Department, DepartmentHours, Strategy
from agentprov.model.ids import DepartmentId, SkillId, TimeGroupId, UserId
from agentprov.model.needs import HasSkill, Stage
from agentprov.model.sticky import Sticky


def faults(make: Callable[[], object]) -> list[tuple[str, str]]:
    """Code and path of everything that keeps a value from being made."""
    with pytest.raises(InvalidValue) as caught:
        make()
    return [(problem.code.value, problem.where) for problem in caught.value.problems]


def department(**fields: Any) -> Department:
    """A department of two."""
    return Department(id=DepartmentId("d"), name="D", members=[UserId("u-1"), UserId("u-2")], **fields)


def test_a_plain_department_rings_in_order() -> None:
    """RT-6: without a word about it, one after another, without tiers, stages or a memory."""
    plain = department()

    assert Strategy.ORDER is plain.strategy
    assert ((), None, 0) == (plain.stages, plain.sticky, len(plain.tiers))


def test_everything_fits_together() -> None:
    """RT-5, RT-6: tiers, stages that follow one another, and a memory of callers."""
    stages = [Stage(needs=[HasSkill(skill=SkillId("s"))]), Stage(after=10), Stage(after=20), Stage(), Stage()]
    made = department(tiers={UserId("u-2"): 1000}, stages=stages, sticky=Sticky(days=1), ring_time=600)

    assert tuple(stages) == made.stages


def test_strategies_have_their_wire_values() -> None:
    """RT-6: the ten strategies, each under the name that documents use."""
    expected = {
        *("order", "round-robin", "random", "longest-idle", "fewest-calls", "least-talk-time", "highest-skill"),
        *("simultaneous", "memory-hunt", "ring-progressively"),
    }

    assert expected == {each.value for each in Strategy}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"tiers": {UserId("u-3"): 1}}, [("tier.not_a_member", "tiers.u-3")]),
        ({"tiers": {UserId("u-1"): -1}}, [("field.out_of_range", "tiers.u-1")]),
        ({"tiers": {UserId("u-1"): 1001}}, [("field.out_of_range", "tiers.u-1")]),
        ({"tiers": {UserId("u-1"): True}}, [("field.out_of_range", "tiers.u-1")]),
        ({"tiers": {UserId("u-1"): 1.0}}, [("field.out_of_range", "tiers.u-1")]),
        ({"stages": [Stage(after=5)]}, [("stage.order", "stages[0].after")]),
        ({"stages": [Stage(), Stage(after=0)]}, [("stage.order", "stages[1].after")]),
        ({"stages": [Stage(after=0), Stage(after=9), Stage(after=9)]}, [("stage.order", "stages[2].after")]),
        ({"stages": [Stage(), Stage(), Stage(after=9)]}, [("stage.order", "stages[2].after")]),
        ({"stages": [Stage()] * 21}, [("field.too_many", "stages")]),
        ({"ring_time": 601}, [("timeout.out_of_range", "ring_time")]),
        ({"ring_time": "30"}, [("field.wrong_type", "ring_time")]),
        ({"ring_budget": 0}, [("timeout.out_of_range", "ring_budget")]),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_does_not_fit_is_refused(fields: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    """RT-6: a tier is a member's, 0 to 1000; the first stage begins at once, each later one later than those before."""
    assert expected == faults(lambda: department(**fields))


def test_as_many_stages_as_may_be() -> None:
    """RT-6: twenty stages."""
    assert 20 == len(department(stages=[Stage()] * 20).stages)


def test_hours_name_a_time_group() -> None:
    """RT-6: the hours of a department are a time group's."""
    assert [("id.invalid", "time_group")] == faults(lambda: DepartmentHours(time_group=TimeGroupId("")))

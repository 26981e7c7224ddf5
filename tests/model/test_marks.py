"""What a call picks up on its way (RT-12)."""

from __future__ import annotations

from typing import Any

import pytest

from agentprov.errors import InvalidValue
from agentprov.model.ids import SkillId
from agentprov.model.marks import Mark
from agentprov.model.table import Table


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"labels": ["sales", ""]}, [("field.required", "labels[1]")]),
        ({"labels": ["a\nb"]}, [("field.control_character", "labels[0]")]),
        ({"labels": [str(number) for number in range(11)]}, [("field.too_many", "labels")]),
        ({"language": "not a language"}, [("language.invalid", "language")]),
        ({"skills": {SkillId("s"): -1}}, [("field.out_of_range", "skills.s")]),
        ({"skills": {SkillId("s"): 1001}}, [("field.out_of_range", "skills.s")]),
        ({"priority": -1}, [("field.out_of_range", "priority")]),
        ({"priority": 101}, [("field.out_of_range", "priority")]),
        ({"priority": True}, [("field.out_of_range", "priority")]),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_does_not_fit_is_refused(fields: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    """RT-12: ten labels that are names, a language of BCP 47, levels from 0 to 1000, a priority from 0 to 100."""
    with pytest.raises(InvalidValue) as caught:
        Mark(**fields)

    assert expected == [(problem.code.value, problem.where) for problem in caught.value.problems]


def test_a_mark_may_give_everything_or_nothing() -> None:
    """RT-12: the limits themselves fit, and so does a mark that says nothing."""
    full = Mark(
        labels=[str(number) for number in range(10)],
        language="hi-IN",
        skills=Table({SkillId("s"): None, SkillId("t"): 1000}),
        priority=100,
    )

    assert 10 == len(full.labels)
    assert Mark() == Mark(labels=(), language=None, skills=Table(), priority=0)

"""What a department asks of whoever rings, and how that is relaxed as time passes (RT-6, PR-5).

A skill that somebody doesn't have is not level zero: no condition about its level is true of them, whichever way it
compares. A skill without a level satisfies a condition that asks for no level, and no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final, assert_never

import attrs

from agentprov.errors import Code, Collector
from agentprov.model.destinations import LONGEST_WAIT, check_timeout, check_whole_number
from agentprov.model.groups import HIGHEST_LEVEL, LOWEST_LEVEL
from agentprov.model.ids import SkillId, check_id_lists, check_ids
from agentprov.model.text import check_member

MOST_NEEDS: Final = 50
"""The most conditions of one stage, those inside others counted."""
MOST_STAGES: Final = 20
HIGHEST_TIER: Final = 1000


@attrs.frozen(kw_only=True)
class HasSkill:
    """Has a skill, at a level from ``low`` to ``high``; without either, at any level or none."""

    skill: SkillId
    low: int | None = None
    high: int | None = None

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_ids(found, ("skill", self.skill))
        for name, value in (("low", self.low), ("high", self.high)):
            if value is not None:
                check_whole_number(found, name, value, low=LOWEST_LEVEL, high=HIGHEST_LEVEL)
        found.check()
        if self.low is not None and self.high is not None and self.high < self.low:
            found.add(Code.FIELD_OUT_OF_RANGE, "high", value=self.high, low=self.low, high=HIGHEST_LEVEL)
        found.check()


def _needs(needs: Iterable[Need]) -> tuple[Need, ...]:
    return tuple(needs)


@attrs.frozen(kw_only=True)
class AllOf:
    """Every one of these holds."""

    needs: tuple[Need, ...] = attrs.field(converter=_needs)

    def __attrs_post_init__(self) -> None:
        _check_inside(self)


@attrs.frozen(kw_only=True)
class AnyOf:
    """One of these holds, or several."""

    needs: tuple[Need, ...] = attrs.field(converter=_needs)

    def __attrs_post_init__(self) -> None:
        _check_inside(self)


@attrs.frozen(kw_only=True)
class Not:
    """It doesn't hold. So "not at level 3 or more" is true of whoever hasn't the skill at all."""

    need: Need

    def __attrs_post_init__(self) -> None:
        _check_inside(self)


Need = HasSkill | AllOf | AnyOf | Not
"""A condition about skills."""


def _check_inside(need: AllOf | AnyOf | Not) -> None:
    found = Collector()
    if not isinstance(need, Not) and not need.needs:
        found.add(Code.FIELD_EMPTY, "needs")
    # Each level is checked as it is made, so none is ever deeper than that.
    if sum(1 for _ in conditions(need)) > MOST_NEEDS:
        found.add(Code.FIELD_TOO_MANY, limit=MOST_NEEDS)
    found.check()


def conditions(need: Need, *path: str | int) -> Iterator[tuple[tuple[str | int, ...], Need]]:
    """A condition and those inside it, each with the fields that lead to it."""
    yield path, need
    match need:
        case HasSkill():
            return
        case AllOf(needs=needs) | AnyOf(needs=needs):
            for position, each in enumerate(needs):
                yield from conditions(each, *path, "needs", position)
        case Not(need=inner):
            yield from conditions(inner, *path, "need")
        case _:
            assert_never(need)


class CallSkills(StrEnum):
    """How the skills that a call asks for count: those that its number and the caller's choices gave it."""

    WITH_LEVELS = "with-levels"
    ANY_LEVEL = "any-level"
    IGNORED = "ignored"


def _skills(skills: Iterable[SkillId]) -> frozenset[SkillId]:
    return frozenset(skills)


@attrs.frozen(kw_only=True)
class Stage:
    """Who may ring from some moment on. A stage adds to those before it: it admits, and excludes nobody.

    It begins ``after`` so many seconds in the department, or at once when nobody is left of the stages before; without
    ``after`` only then.
    """

    after: int | None = None
    tier: int | None = None
    """The highest tier of members that it admits; nothing means all."""
    needs: tuple[Need, ...] = attrs.field(default=(), converter=_needs)
    """What members must fulfil, each of them."""
    call_skills: CallSkills = CallSkills.WITH_LEVELS
    without: frozenset[SkillId] = attrs.field(default=frozenset(), converter=_skills)
    """Skills of the call that don't count any more."""

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_timeout(found, "after", self.after, low=0, high=LONGEST_WAIT)
        check_member(found, "call_skills", self.call_skills, CallSkills)
        if self.tier is not None:
            check_whole_number(found, "tier", self.tier, low=0, high=HIGHEST_TIER)
        if sum(1 for need in self.needs for _ in conditions(need)) > MOST_NEEDS:
            found.add(Code.FIELD_TOO_MANY, "needs", limit=MOST_NEEDS)
        check_id_lists(found, ("without", self.without))
        found.check()


def check_stages(found: Collector, field: str, stages: tuple[Stage, ...]) -> None:
    """Note stages that don't follow one another: the first begins at once, each later one later than those before."""
    if len(stages) > MOST_STAGES:
        found.add(Code.FIELD_TOO_MANY, field, limit=MOST_STAGES)
    before: int | None = None
    for position, stage in enumerate(stages):
        if position == 0:
            fits = not stage.after
        elif stage.after is None:
            fits = True
        else:
            fits = before is not None and stage.after > before
        if not fits:
            found.add(Code.STAGE_ORDER, field, position, "after", value=str(stage.after))
        before = 0 if position == 0 else stage.after

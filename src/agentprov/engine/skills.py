"""Whether somebody's skills fulfil what is asked, and what is lacking if not (PR-5, PR-6, RT-6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from agentprov.model.groups import SkillLevels
from agentprov.model.ids import SkillId
from agentprov.model.needs import AllOf, AnyOf, CallSkills, HasSkill, Need, Not, Stage
from agentprov.model.reasons import ReasonCode


def lacking(need: Need, levels: SkillLevels) -> ReasonCode | None:
    """What keeps these skills from fulfilling a condition; nothing if they do."""
    match need:
        case HasSkill():
            return _level(need, levels)
        case AllOf(needs=needs):
            return first_lack(needs, levels)
        case AnyOf(needs=needs):
            found = [lacking(each, levels) for each in needs]
            # Of several ways to fulfil it the nearest is told: the skill is there, and the level isn't.
            return None if None in found else min(found, key=_NEAREST.index)
        case Not(need=inner):
            return ReasonCode.SKILL_EXCLUDED if lacking(inner, levels) is None else None
        case _:
            assert_never(need)


_NEAREST = (ReasonCode.SKILL_LEVEL, ReasonCode.SKILL_MISSING, ReasonCode.SKILL_EXCLUDED)


def _level(need: HasSkill, levels: SkillLevels) -> ReasonCode | None:
    if need.skill not in levels:
        return ReasonCode.SKILL_MISSING
    level = levels[need.skill]
    if need.low is None and need.high is None:
        return None
    fits = level is not None and (need.low or 0) <= level and (need.high is None or level <= need.high)
    return None if fits else ReasonCode.SKILL_LEVEL


def first_lack(needs: tuple[Need, ...], levels: SkillLevels) -> ReasonCode | None:
    """What keeps these skills from fulfilling all the conditions, by the first that they don't."""
    return next((lack for need in needs if (lack := lacking(need, levels)) is not None), None)


def asked_in(stage: Stage, call: SkillLevels) -> tuple[Need, ...]:
    """Everything that a stage asks: its own conditions, then those of the call that count in it."""
    return (*stage.needs, *_of_call(stage, call))


def _of_call(stage: Stage, call: SkillLevels) -> tuple[HasSkill, ...]:
    counting = [(skill, level) for skill, level in call.items() if skill not in stage.without]
    match stage.call_skills:
        case CallSkills.WITH_LEVELS:
            return tuple(HasSkill(skill=skill, low=level) for skill, level in counting)
        case CallSkills.ANY_LEVEL:
            return tuple(HasSkill(skill=skill) for skill, _ in counting)
        case CallSkills.IGNORED:
            return ()
        case _:
            assert_never(stage.call_skills)


def score(needs: tuple[Need, ...], levels: SkillLevels) -> int:
    """The sum of the levels of the skills that are asked for; where none is, of all. No level counts nothing."""
    wanted = {skill for need in needs for skill in _asked_for(need)}
    return sum(level or 0 for skill, level in levels.items() if not wanted or skill in wanted)


def _asked_for(need: Need) -> Iterator[SkillId]:
    """The skills that a condition asks for: what a ``Not`` excludes isn't one of them."""
    match need:
        case HasSkill(skill=skill):
            yield skill
        case AllOf(needs=needs) | AnyOf(needs=needs):
            for each in needs:
                yield from _asked_for(each)
        case Not():
            return
        case _:
            assert_never(need)

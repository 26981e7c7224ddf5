"""Strategies for skills: levels, what a department asks for, what a call is marked with."""

from __future__ import annotations

from hypothesis import strategies as st

from agentprov.model.groups import SkillLevels
from agentprov.model.marks import Mark
from agentprov.model.needs import AllOf, AnyOf, CallSkills, HasSkill, Need, Not, Stage
from agentprov.model.table import Table
from agentprov.testing.strategies import pools
from agentprov.testing.strategies.pool import EVERYTHING, Pool, a_few, flips, one, optional, shared, some, up_to

SKILL_LEVELS: tuple[int | None, ...] = (None, 1, 3, 5)
"""Levels on the scale that a tenant has by default; nothing means that the level isn't said."""

_BOUNDS = ((None, None), (None, None), (1, None), (3, None), (None, 3), (3, 3), (2, 5))
_LABELS = ("sales", "vip", "Störung", "आवाज़")
_LATER = ((), (0,), (5,), (30,), (5, 40), (10, None), (None,), (None, None), (60,))
"""When stages after the first begin."""


@shared
def skill_levels(*, within: Pool = EVERYTHING) -> st.SearchStrategy[SkillLevels]:
    """Skills with their levels, or without."""
    if not within.skills:
        return st.just(Table())
    return st.dictionaries(st.sampled_from(within.skills), st.sampled_from(SKILL_LEVELS), max_size=2).map(Table)


@shared
def needs(*, within: Pool = EVERYTHING) -> st.SearchStrategy[Need]:
    """Conditions about skills, some with others inside; the pool must have a skill."""
    plain = st.builds(
        lambda skill, bounds: HasSkill(skill=skill, low=bounds[0], high=bounds[1]),
        st.sampled_from(within.skills),
        st.sampled_from(_BOUNDS),
    )
    return st.one_of(
        plain,
        plain,
        st.recursive(
            plain,
            lambda inner: st.one_of(
                st.lists(inner, min_size=1, max_size=2).map(lambda several: AllOf(needs=several)),
                st.lists(inner, min_size=1, max_size=2).map(lambda several: AnyOf(needs=several)),
                inner.map(lambda need: Not(need=need)),
            ),
            max_leaves=3,
        ),
    )


@shared
@st.composite
def stages(draw: st.DrawFn, *, within: Pool = EVERYTHING) -> tuple[Stage, ...]:
    """Stages of a department, one to three of them, in an order that fits; the later ones often ask for less."""
    later = [after for after in draw(one(*_LATER)) if after != 0]
    found = []
    for after in (draw(one(None, 0)), *later):
        asked = a_few(needs(within=within), at_most=1) if within.skills else st.just([])
        found.append(
            Stage(
                after=after,
                tier=draw(one(None, None, 0, 1)),
                needs=draw(asked),
                call_skills=draw(one(*CallSkills)),
                without=draw(some(within.skills, at_most=1)) if draw(flips) else (),
            )
        )
    return tuple(found)


@shared
@st.composite
def marks(draw: st.DrawFn, *, within: Pool = EVERYTHING) -> Mark:
    """What a number or an option gives to a call: labels, a language, skills, priority; or nothing of these."""
    return Mark(
        labels=draw(a_few(one(*_LABELS), at_most=2)),
        language=draw(optional(one(*pools.LANGUAGES[:3]))),
        skills=draw(skill_levels(within=within)) if draw(up_to(2)) else Table(),
        priority=draw(one(0, 0, 10, 60, 100)),
    )

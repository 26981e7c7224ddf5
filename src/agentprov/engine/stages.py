"""From which stage on somebody may ring in a department (RT-6).

A department without stages has one for each tier, which begins when nobody is left before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from agentprov.engine.skills import first_lack
from agentprov.model.departments import Department
from agentprov.model.groups import SkillLevels
from agentprov.model.needs import Need, Stage
from agentprov.model.reasons import ReasonCode


class Admission(NamedTuple):
    """The first stage that admits a member, or, of one whom none does, what keeps them out of the last one."""

    stage: int | None
    lack: ReasonCode | None


class Admissions:
    """From which stage on each member of a department may ring, and who may at each stage, as places in its list."""

    __slots__ = ("by_stage", "each")

    def __init__(self, each: tuple[Admission, ...], stages: int) -> None:
        self.each = each
        self.by_stage = tuple(
            tuple(place for place, (first, _) in enumerate(each) if first is not None and first <= stage)
            for stage in range(stages)
        )


def stages_of(department: Department) -> tuple[Stage, ...]:
    """The department's stages, or one for each of its tiers."""
    if department.stages:
        return department.stages
    tiers = sorted({department.tiers.get(member, 0) for member in department.members} or {0})
    return tuple(Stage(tier=tier) for tier in tiers)


def admits_all(stage: Stage, department: Department) -> bool:
    """Whether a stage admits every member, as long as the call asks for no skill."""
    return not stage.needs and (stage.tier is None or all(tier <= stage.tier for tier in department.tiers.values()))


def admission(stages: Sequence[Stage], asked: Sequence[tuple[Need, ...]], tier: int, levels: SkillLevels) -> Admission:
    """When somebody of this tier and with these skills may ring; ``asked`` is what each stage asks."""
    lack: ReasonCode | None = None
    for number, stage in enumerate(stages):
        if stage.tier is not None and tier > stage.tier:
            lack = ReasonCode.STAGE_NEVER
            continue
        lack = first_lack(asked[number], levels)
        if lack is None:
            return Admission(number, None)
    return Admission(None, lack)


def stage_at(stages: Sequence[Stage], reached: int, elapsed: int) -> int:
    """The stage that a call has come to after so many seconds, having come to ``reached`` already."""
    for number in range(reached + 1, len(stages)):
        after = stages[number].after
        if after is None or after > elapsed:
            break
        reached = number
    return reached

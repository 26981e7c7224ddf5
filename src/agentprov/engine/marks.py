"""What a call has picked up once it has passed a mark (RT-12)."""

from __future__ import annotations

from agentprov.model.destinations import HIGHEST_PRIORITY
from agentprov.model.ids import SkillId
from agentprov.model.marks import Mark
from agentprov.model.standings import Carried
from agentprov.model.table import Table


def marked(carried: Carried, mark: Mark | None) -> Carried:
    """What was carried, and what the mark gives: of a skill asked for twice the last word counts."""
    if mark is None:
        return carried
    languages = dict.fromkeys(each for each in carried.languages if each != mark.language)
    skills: dict[SkillId, int | None] = {**carried.skills, **mark.skills}
    return Carried(
        labels=tuple(dict.fromkeys((*carried.labels, *mark.labels))),
        languages=(*languages,) if mark.language is None else (*languages, mark.language),
        skills=Table(skills),
        priority=raised(carried.priority, mark.priority),
        caller_id=carried.caller_id,
        known_tried=carried.known_tried,
    )


def raised(priority: int, by: int) -> int:
    """A priority raised, as far as there is room."""
    return min(priority + by, HIGHEST_PRIORITY)

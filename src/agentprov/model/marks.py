"""What a call picks up on its way: labels, languages, skills asked for, priority (RT-12)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs

from agentprov.errors import Code, Collector
from agentprov.model.destinations import HIGHEST_PRIORITY, check_whole_number
from agentprov.model.groups import SkillLevels, check_levels, skill_levels
from agentprov.model.identity import check_language
from agentprov.model.table import Table
from agentprov.model.text import check_name

MOST_LABELS: Final = 10


def _labels(labels: Iterable[str]) -> tuple[str, ...]:
    return tuple(labels)


@attrs.frozen(kw_only=True)
class Mark:
    """What a number, or the option that a caller chose, gives to a call that comes by it."""

    labels: tuple[str, ...] = attrs.field(default=(), converter=_labels)
    language: str | None = None
    """The caller's language, BCP 47."""
    skills: SkillLevels = attrs.field(factory=Table, converter=skill_levels)
    """Skills that an agent must have, each with its least level; no level: any."""
    priority: int = 0
    """Added to the call's priority, 0 to 100."""

    def __attrs_post_init__(self) -> None:
        found = Collector()
        for position, label in enumerate(self.labels):
            check_name(found, "labels", label, position)
        if len(self.labels) > MOST_LABELS:
            found.add(Code.FIELD_TOO_MANY, "labels", limit=MOST_LABELS)
        if self.language is not None:
            check_language(found, "language", self.language)
        check_levels(found, "skills", self.skills)
        check_whole_number(found, "priority", self.priority, low=0, high=HIGHEST_PRIORITY)
        found.check()

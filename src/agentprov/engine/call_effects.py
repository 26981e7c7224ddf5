"""What an answer, or a ring without one, leaves behind for later calls, as values for the host to keep (RT-13)."""

from __future__ import annotations

from agentprov.engine.call_tables import Members
from agentprov.engine.call_walk import Walk
from agentprov.engine.sticky import assigned
from agentprov.model.effects import Effect, Pause, Served, Unanswered, WrapUp
from agentprov.model.ids import UserId
from agentprov.model.live import NOTHING_COUNTED
from agentprov.model.properties import PAUSE_AFTER, WRAP_UP
from agentprov.model.steps import Ring, Step


def answered_effects(walk: Walk, user: UserId, members: Members | None) -> tuple[Effect, ...]:
    """A user answered, rung by a department or alone: one call more, who is sticky now, their wrap-up."""
    found: list[Effect] = [Served(user=user, department=None if members is None else members.department.id)]
    sticky = assigned(walk, user, members)
    if sticky is not None:
        found.append(sticky)
    seconds = walk.tables.number_of(user, WRAP_UP) if user in walk.tables.tenant.users else None
    if seconds is not None:
        found.append(WrapUp(user=user, seconds=seconds))
    return tuple(found)


def unanswered_effects(walk: Walk, step: Step) -> tuple[Effect, ...]:
    """Users let it ring: one more in a row for each, and a pause for whom that is one too many.

    Whom the next step rings again, on another number or with others, is counted after that.
    """
    again = step.action.users if isinstance(step.action, Ring) else ()
    found: list[Effect] = []
    for user in walk.rang:
        if user in again:
            continue
        found.append(Unanswered(user=user))
        limit = walk.tables.number_of(user, PAUSE_AFTER) if user in walk.tables.tenant.users else None
        unanswered = walk.live.counters.get(user, NOTHING_COUNTED).unanswered + 1
        if limit is not None and unanswered >= limit:
            found.append(Pause(user=user, unanswered=unanswered))
    return tuple(found)

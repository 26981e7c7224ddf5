"""A call that somebody has is sent on at their word (RT-2).

It rings while they still have it, and where nobody can be reached it stays with them. Where it comes to a menu, a
queue, an announcement or a voicemail, it has left them.
"""

from __future__ import annotations

import attrs

from agentprov.engine.call_tables import Hop
from agentprov.engine.call_walk import SUBJECTS, Walk
from agentprov.model.calls import TransferTarget
from agentprov.model.contact import without_suffix
from agentprov.model.destinations import ToExternal, ToQueue
from agentprov.model.reasons import Reach, ReasonCode, SubjectKind
from agentprov.model.references import of_destination
from agentprov.model.standings import TRANSFERRED, Connected, Place
from agentprov.model.steps import Step
from agentprov.model.table import Table


def transfer(walk: Walk, held: Connected, to: TransferTarget) -> Hop | Step:
    """Where a call goes that is asked to be transferred by whoever has it."""
    walk.say_call(ReasonCode.TRANSFER_ASKED)
    walk.reach = Reach.TRANSFER
    walk.fallback = None
    walk.hold(held)
    if isinstance(to, ToExternal):
        to = attrs.evolve(to, next=None)
        if walk.tables.entry(without_suffix(to.number)) is not None:
            walk.say(ReasonCode.NUMBER_OWN, SubjectKind.EXTERNAL, to.number)
            return walk.give_up(None)
    elif isinstance(to, ToQueue):
        to = attrs.evolve(to, next=None, by_exit=Table())
    for reference in of_destination((), to):
        if reference.id not in walk.tables.tenant.table(reference.kind):
            walk.say_gone(SUBJECTS[reference.kind.value], reference.id)
            return walk.give_up(None)
    return Hop(to, _place(to))


def _place(to: TransferTarget) -> Place:
    match to:
        case ToExternal(number=number):
            return Place(kind=TRANSFERRED, id=number, exit="external")
        case ToQueue(queue=queue):
            return Place(kind=TRANSFERRED, id=queue, exit="queue")
        case _:
            return Place(kind=TRANSFERRED, id="", exit="")

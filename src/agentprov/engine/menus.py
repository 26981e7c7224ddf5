"""What a caller presses in a menu, or doesn't, and where that leads (RT-7)."""

from __future__ import annotations

from typing import Final

import attrs

from agentprov.engine.call_tables import Hop, MenuTable
from agentprov.engine.call_walk import Walk
from agentprov.engine.marks import marked
from agentprov.model.calls import Digits, InputTimeout
from agentprov.model.destinations import Cause, Destination
from agentprov.model.ids import IvrId
from agentprov.model.reasons import Reach, ReasonCode, SubjectKind
from agentprov.model.references import Kind
from agentprov.model.routing import IvrOption
from agentprov.model.standings import InMenu, Place
from agentprov.model.steps import Step

_IVR: Final = Reach.IVR


def after_menu(walk: Walk, waiting: InMenu, event: Digits | InputTimeout) -> Hop | Step:
    """The caller pressed something, or nothing: an option, more to wait for, another try, or no more tries."""
    if waiting.ivr not in walk.tables.tenant.ivrs:
        walk.say_gone(SubjectKind.IVR, waiting.ivr)
        return walk.give_up(None)
    menu = walk.tables.menus[waiting.ivr]
    pressed = waiting.pressed
    if isinstance(event, Digits):
        pressed += event.keys
        if menu.may_go_on(pressed) and not event.complete:
            walk.say(ReasonCode.INPUT_OPEN, SubjectKind.IVR, waiting.ivr)
            return walk.wait(menu.more(pressed), attrs.evolve(waiting, pressed=pressed))
    elif not pressed:
        return _no_input(walk, menu, waiting)
    option = menu.options.get(pressed)
    return _unknown_input(walk, menu, waiting) if option is None else _chosen(walk, menu, option)


def _chosen(walk: Walk, menu: MenuTable, option: IvrOption) -> Hop:
    """The caller chose: the option's reach, and its fallback or none."""
    ivr = menu.ivr.id
    kind = Kind.IVRS.value
    walk.say(ReasonCode.INPUT_CHOSE, SubjectKind.IVR, ivr)
    walk.reach = _IVR
    walk.carried = marked(walk.carried, option.mark)
    walk.fallback = None if option.fallback is None else Place(kind=kind, id=ivr, exit=f"fallback:{option.digits}")
    return Hop(option.to, Place(kind=kind, id=ivr, exit=f"option:{option.digits}"))


def _no_input(walk: Walk, menu: MenuTable, waiting: InMenu) -> Hop | Step:
    walk.say(ReasonCode.INPUT_TIMEOUT, SubjectKind.IVR, waiting.ivr)
    if waiting.timeouts < menu.ivr.timeout_retries:
        return walk.wait(menu.action, attrs.evolve(waiting, timeouts=waiting.timeouts + 1, pressed=""))
    return _retries_over(walk, waiting.ivr, menu.ivr.on_timeout, "on_timeout")


def _unknown_input(walk: Walk, menu: MenuTable, waiting: InMenu) -> Hop | Step:
    walk.say(ReasonCode.INPUT_UNKNOWN, SubjectKind.IVR, waiting.ivr)
    if waiting.invalid < menu.ivr.invalid_retries:
        return walk.wait(menu.action, attrs.evolve(waiting, invalid=waiting.invalid + 1, pressed=""))
    return _retries_over(walk, waiting.ivr, menu.ivr.on_invalid, "on_invalid")


def _retries_over(walk: Walk, ivr: IvrId, to: Destination | None, exit_: str) -> Hop | Step:
    """The menu gives up on its caller. The menu chose, so the reach is its own, without a fallback."""
    walk.say(ReasonCode.RETRIES_OVER, SubjectKind.IVR, ivr)
    walk.reach = _IVR
    walk.fallback = None
    return walk.hang_up(Cause.NORMAL) if to is None else Hop(to, Place(kind=Kind.IVRS.value, id=ivr, exit=exit_))

"""A played call for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from agentprov.analysis.never_rung import keeps_from_ringing
from agentprov.cli.call_words import CONFIRMED, action_words, cause_words, event_words, number_words, reason_words, said
from agentprov.cli.instants import Moment, moment_cell
from agentprov.cli.output import Cell, Page, faint, strong, warn
from agentprov.cli.tenants import name_text, named
from agentprov.cli.writing import assumptions
from agentprov.engine.playing import Played, Script
from agentprov.model.calls import Call, CallEvent, Digits
from agentprov.model.numbers import Number
from agentprov.model.reasons import Reach, Reason, ReasonCode
from agentprov.model.references import Kind
from agentprov.model.steps import Action, Connect, End, Forward, Menu, Ring, Step, TakeMessage, ToHostQueue
from agentprov.model.tenant import Tenant

MOST_NAMED: Final = 3
"""How many candidates with one and the same reason are named; the others are counted."""

_TOLD_ALREADY: Final = frozenset(
    {
        ReasonCode.NUMBER_DIALLED,
        ReasonCode.RINGS,
        ReasonCode.ANSWERED,
        ReasonCode.NO_ANSWER,
        ReasonCode.BUSY,
        ReasonCode.REJECTED,
        ReasonCode.LEG_FAILED,
        ReasonCode.ANNOUNCEMENT_ENDED,
        ReasonCode.QUEUE_LEFT,
        ReasonCode.CALLER_GONE,
        ReasonCode.INPUT_CHOSE,
        ReasonCode.INPUT_TIMEOUT,
    }
)
"""Reasons that the action or what happened before it says as well."""


def call_page(
    tenant: Tenant,
    number: Number,
    call: Call,
    moment: Moment,
    played: Played,
    *,
    script: Script,
    assumed: Iterable[str],
) -> Page:
    """The call and its outcome first, then every step with its reasons."""
    page = Page()
    caller = "an anonymous caller" if call.caller is None else call.caller
    page.line("call from ", caller, " to ", *named(tenant, Kind.NUMBERS, number.id))
    page.line("at ", *moment_cell(moment))
    page.line("outcome: ", strong(outcome_words(tenant, played, moment)))
    page.gap()
    page.grid(_rows(tenant, moment, played))
    page.gap()
    assumptions(page, *assumed, *_silent(played, script))
    for words in _expected(tenant, played, script):
        page.line(warn("note: "), words)
    return page


def outcome_words(tenant: Tenant, played: Played, moment: Moment) -> str:
    """How the call ends, in one line."""
    seconds = played.instants[-1] - moment.at
    after = f" after {clock_text(seconds)}" if seconds else ""
    match played.outcome:
        case Connect(user=None):
            return f"answered outside the tenant or in a queue{after}"
        case Connect(user=user):
            return f"{name_text(tenant, Kind.USERS, user or '')} answers{after}"
        case TakeMessage(voicemail=voicemail):
            return f"a message is taken in {name_text(tenant, Kind.VOICEMAILS, voicemail)}{after}"
        case End(cause=cause):
            return f"hung up{after}, with the cause: {cause_words(cause)}"
        case _:
            return "undecided"


def clock_text(seconds: int) -> str:
    """``1:05`` for 65 seconds."""
    return f"{seconds // 60}:{seconds % 60:02}"


def _rows(tenant: Tenant, moment: Moment, played: Played) -> Iterator[tuple[Cell, ...]]:
    reach: Reach | None = None
    for step, at, event in zip(played.steps, played.instants, (*played.events, None), strict=True):
        if isinstance(step.action, Connect):
            continue  # that somebody answered was said before
        now = moment.later(at)
        verb, words = action_words(tenant, step.action)
        yield f"+{clock_text(at - moment.at)}", strong(verb), words
        yield from _legs(tenant, step.action)
        yield from _told(step)
        if step.reach is not reach:
            reach = step.reach
            yield "", faint("reach"), faint(reach.value)
        yield from _why(tenant, step, now)
        if event is not None:
            yield "", "then", _event_words(tenant, step.action, event)


def _told(step: Step) -> Iterator[tuple[Cell, ...]]:
    """What whoever gets the call is told of it, where there is more than the caller's number."""
    told = [
        *([f"labels {', '.join(step.labels)}"] if step.labels else []),
        *([f"languages {', '.join(step.languages)}"] if step.languages else []),
        *([f"priority {step.priority}"] if step.priority and isinstance(step.action, (Ring, Forward)) else []),
        *([f"{step.caller_id} as the caller"] if step.state.carried.caller_id is not None else []),
    ]
    if told and isinstance(step.action, (Ring, Forward, ToHostQueue)):
        yield "", "tells", "; ".join(told)


def _legs(tenant: Tenant, action: Action) -> Iterator[tuple[Cell, ...]]:
    """Each telephone of a wave; together, where many ring alike. One alone is told with the action."""
    legs = action.legs if isinstance(action, Ring) and len(action.legs) > 1 else ()
    alike = len({(leg.delay, leg.duration) for leg in legs}) == 1
    telephones = [(f"{name_text(tenant, Kind.USERS, leg.user)} on {number_words(leg.number)}", leg) for leg in legs]
    if alike and len(legs) > MOST_NAMED:
        yield "", "", ", ".join(telephone for telephone, _ in telephones)
        return
    for telephone, leg in telephones:
        begin = f"after {leg.delay} s " if leg.delay else ""
        yield "", "", f"{telephone} {begin}for {leg.duration} s{CONFIRMED if leg.confirm else ''}"


def _why(tenant: Tenant, step: Step, now: Moment) -> Iterator[tuple[Cell, ...]]:
    """The reasons in their order; candidates who aren't rung where the first of them is named."""
    unrung = list(_unrung(tenant, step, now))
    for reason in step.reasons:
        if _is_unrung(reason, step):
            yield from (("", faint("not rung"), f"{names}: {why}") for names, why in unrung)
            unrung.clear()
        elif reason.code not in _TOLD_ALREADY:
            yield "", faint("why"), faint(reason_words(tenant, reason, now))


def _is_unrung(reason: Reason, step: Step) -> bool:
    rung = step.action.users if isinstance(step.action, Ring) else ()
    return keeps_from_ringing(reason) and reason.id not in rung


def _unrung(tenant: Tenant, step: Step, now: Moment) -> Iterator[tuple[str, str]]:
    """Those who aren't rung, together where they have the same reasons."""
    whys: dict[str, list[str]] = {}
    for reason in step.reasons:
        if _is_unrung(reason, step):
            whys.setdefault(reason.id, []).append(said(reason, now))
    alike: dict[str, list[str]] = {}
    for user, words in whys.items():
        alike.setdefault("; ".join(dict.fromkeys(words)), []).append(name_text(tenant, Kind.USERS, user))
    for why, names in alike.items():
        shown = names if len(names) <= MOST_NAMED + 1 else [*names[:MOST_NAMED], f"{len(names) - MOST_NAMED} more"]
        yield ", ".join(shown), why


def _event_words(tenant: Tenant, action: Action, event: CallEvent) -> str:
    words = event_words(tenant, event)
    if isinstance(action, Menu) and isinstance(event, Digits):
        label = next((each.label for each in tenant.ivrs[action.ivr].options if each.digits == event.keys), None)
        return f"{words}, {label}" if label else words
    return words


def _silent(played: Played, script: Script) -> Iterator[str]:
    """That nothing is pressed at some menu, which nobody said."""
    if _menus(played) > len(script.digits):
        yield f"the caller presses nothing{' more' if script.digits else ''} (--press)"


def _expected(tenant: Tenant, played: Played, script: Script) -> Iterator[str]:
    """What a person may have expected otherwise."""
    unused = script.digits[_menus(played) :]
    if unused:
        yield f"no menu asks for {' '.join(unused)}: never pressed"
    if len(script.answering) == 1:
        for user in script.answering - played.rung:
            yield f"{name_text(tenant, Kind.USERS, user)} is never rung"


def _menus(played: Played) -> int:
    """How many menus asked for keys."""
    return sum(isinstance(step.action, Menu) for step in played.steps)

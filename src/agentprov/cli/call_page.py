"""A played call for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from agentprov.cli.call_words import action_words, event_words, number_words, reason_words, said
from agentprov.cli.instants import Moment
from agentprov.cli.output import Cell, Page, faint, strong
from agentprov.cli.playing import Anybody, Played, Script
from agentprov.cli.tenants import name_text, named
from agentprov.cli.writing import assumptions
from agentprov.model.calls import Call, CallEvent, Digits
from agentprov.model.reasons import Reason, ReasonCode, SubjectKind
from agentprov.model.references import Kind
from agentprov.model.routing import Number
from agentprov.model.steps import Action, Connect, End, Menu, Ring, Step, TakeMessage
from agentprov.model.tenant import Tenant

MOST_NAMED: Final = 3
"""How many candidates with one and the same reason are named; the others are counted."""

_NOT_RUNG: Final = frozenset(
    code
    for code in ReasonCode
    if code.value.startswith(
        ("type.", "status.", "calling.", "hours.", "panel.", "presence.", "number.", "turn.", "ring_time.")
    )
) - {ReasonCode.NUMBER_DIALLED, ReasonCode.NUMBER_UNKNOWN}
"""What keeps a candidate from being rung."""
_TOLD_ALREADY: Final = frozenset(
    {
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
    played: Sequence[Played],
    *,
    assumed: Iterable[str],
    script: Script,
) -> Page:
    """The call and its outcome first, then every step with its reasons."""
    page = Page()
    caller = "an anonymous caller" if call.caller is None else call.caller
    page.line("call from ", caller, " to ", *named(tenant, Kind.NUMBERS, number.id))
    read = "read on the wall clock of " if moment.read_as_local else ""
    page.line("at ", moment.words, faint(f"  {read}{moment.zone}"))
    page.line("outcome: ", strong(outcome_words(tenant, played)))
    page.gap()
    # That somebody is put through was said when they answered.
    shown = played[:-1] if isinstance(played[-1].step.action, Connect) else played
    page.grid(row for each in shown for row in _rows(tenant, moment, each))
    page.gap()
    assumptions(page, *assumed, *_noticed(tenant, played, script))
    return page


def outcome_words(tenant: Tenant, played: Sequence[Played]) -> str:
    """How the call ends, in one line."""
    last = played[-1]
    after = f" after {clock_text(last.offset)}" if last.offset else ""
    match last.step.action:
        case Connect(user=None):
            return f"answered outside the tenant or in a queue{after}"
        case Connect(user=user):
            return f"{name_text(tenant, Kind.USERS, user or '')} answers{after}"
        case TakeMessage(voicemail=voicemail):
            return f"a message is taken in {name_text(tenant, Kind.VOICEMAILS, voicemail)}{after}"
        case End(cause=cause):
            return f"hung up{after}; the caller is told: {cause.value.replace('-', ' ')}"
        case _:
            return "undecided"


def clock_text(seconds: int) -> str:
    """``1:05`` for 65 seconds."""
    return f"{seconds // 60}:{seconds % 60:02}"


def _rows(tenant: Tenant, moment: Moment, played: Played) -> Iterator[tuple[Cell, ...]]:
    step = played.step
    now = moment.later(moment.at + played.offset)
    verb, words = action_words(tenant, step.action)
    yield f"+{clock_text(played.offset)}", strong(verb), words
    for leg in step.action.legs if isinstance(step.action, Ring) and len(step.action.legs) > 1 else ():
        begin = f"after {leg.delay} s " if leg.delay else ""
        who = name_text(tenant, Kind.USERS, leg.user)
        yield "", "", f"{who} on {number_words(leg.number)} {begin}for {leg.duration} s"
    for reason in step.reasons:
        if reason.code not in _TOLD_ALREADY and not _is_unrung(reason, step):
            yield "", faint("why"), faint(reason_words(tenant, reason, now))
    for names, why in _unrung(tenant, step, now):
        yield "", faint("not rung"), f"{names}: {why}"
    if played.event is not None:
        yield "", "then", _event_words(tenant, step.action, played.event)


def _is_unrung(reason: Reason, step: Step) -> bool:
    rung = step.action.users if isinstance(step.action, Ring) else ()
    return reason.kind is SubjectKind.USER and reason.code in _NOT_RUNG and reason.id not in rung


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


def _noticed(tenant: Tenant, played: Sequence[Played], script: Script) -> Iterator[str]:
    """What a person may have expected otherwise."""
    menus = sum(isinstance(each.step.action, Menu) for each in played)
    if menus > len(script.keys):
        yield "the caller presses nothing more (--press)" if script.keys else "the caller presses nothing (--press)"
    elif menus < len(script.keys):
        yield f"{', '.join(script.keys[menus:])} is never pressed: no menu asks for it"
    if not isinstance(script.answering, Anybody):
        rung = {user for each in played if isinstance(each.step.action, Ring) for user in each.step.action.users}
        if script.answering not in rung:
            yield f"{name_text(tenant, Kind.USERS, script.answering)} is never rung"

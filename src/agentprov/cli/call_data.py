"""A played call for programs."""

from __future__ import annotations

from typing import assert_never

from agentprov.cli.instants import Moment
from agentprov.cli.output import Json
from agentprov.engine.playing import Played
from agentprov.model.calls import Answered, Call, CallEvent, Digits, LeftQueue
from agentprov.model.effects import Effect, Offered, Pause, Served, StickyAssigned, Unanswered, WrapUp
from agentprov.model.numbers import Number
from agentprov.model.reasons import Reason
from agentprov.model.steps import Action, Announce, Connect, End, Forward, Menu, Ring, TakeMessage, ToHostQueue


def call_data(number: Number, call: Call, moment: Moment, played: Played) -> dict[str, Json]:
    """The call and its steps, each with its action, its reasons and what happened then."""
    return {
        "to": {"id": number.id, "phone": call.to},
        "from": call.caller,
        "at": moment.text,
        "outcome": {**_action(played.outcome), "after": played.instants[-1] - moment.at},
        "steps": [
            {
                "after": at - moment.at,
                "at": moment.later(at).text,
                "action": _action(step.action),
                "reach": step.reach.value,
                "caller_id": step.caller_id,
                "labels": list(step.labels),
                "languages": list(step.languages),
                "priority": step.priority,
                "effects": [_effect(effect) for effect in step.effects],
                "reasons": [_reason(reason, moment) for reason in step.reasons],
                "event": None if event is None else _event(event),
            }
            for step, at, event in zip(played.steps, played.instants, (*played.events, None), strict=True)
        ],
    }


def _action(action: Action) -> dict[str, Json]:
    match action:
        case Ring(legs=legs, duration=duration):
            each: list[Json] = [
                {
                    "user": leg.user,
                    "number": leg.number,
                    "delay": leg.delay,
                    "duration": leg.duration,
                    "confirm": leg.confirm,
                }
                for leg in legs
            ]
            return {"kind": "ring", "legs": each, "duration": duration}
        case Menu(ivr=ivr, prompt=prompt, options=options, timeout=timeout, pressed=pressed):
            return {
                "kind": "menu",
                "ivr": ivr,
                "prompt": prompt,
                "options": list(options),
                "timeout": timeout,
                "pressed": pressed,
            }
        case Announce(announcement=announcement):
            return {"kind": "announcement", "announcement": announcement}
        case ToHostQueue():
            return {
                "kind": "queue",
                "queue": action.queue,
                "priority": action.priority,
                "max_wait": action.max_wait,
                "max_length": action.max_length,
            }
        case Forward(number=number, timeout=timeout, confirm=confirm):
            return {"kind": "forward", "number": number, "timeout": timeout, "confirm": confirm}
        case TakeMessage(voicemail=voicemail):
            return {"kind": "voicemail", "voicemail": voicemail}
        case Connect(user=user):
            return {"kind": "connect", "user": user}
        case End(cause=cause):
            return {"kind": "hang-up", "cause": cause.value}
        case _:
            assert_never(action)


def _reason(reason: Reason, moment: Moment) -> Json:
    return {
        "rule": reason.rule,
        "kind": reason.kind.value,
        "id": reason.id,
        "code": reason.code.value,
        "until": None if reason.until is None else moment.later(reason.until).text,
    }


def _effect(effect: Effect) -> dict[str, Json]:
    match effect:
        case Offered(department=department, user=user):
            return {"kind": "offered", "department": department, "user": user}
        case Unanswered(user=user):
            return {"kind": "unanswered", "user": user}
        case Pause(user=user, unanswered=unanswered):
            return {"kind": "pause", "user": user, "unanswered": unanswered}
        case Served(user=user, department=department):
            return {"kind": "served", "user": user, "department": department}
        case StickyAssigned(key=key, user=user, at=at, until=until):
            place: dict[str, Json] = {"caller": key.caller, "place": key.place.value, "id": key.id}
            return {"kind": "sticky-assigned", **place, "user": user, "at": at, "until": until}
        case WrapUp(user=user, seconds=seconds):
            return {"kind": "wrap-up", "user": user, "seconds": seconds}
        case _:
            assert_never(effect)


def _event(event: CallEvent) -> Json:
    match event:
        case Answered(by=by):
            return {"kind": "answered", "by": by}
        case Digits(keys=keys):
            return {"kind": "digits", "keys": keys}
        case LeftQueue(exit=exit_):
            return {"kind": "left-queue", "exit": exit_.value}
        case _:
            name = type(event).__name__
            words = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name)
            return {"kind": words.removeprefix("-")}

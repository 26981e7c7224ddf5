"""Coverage for programs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from agentprov.analysis.coverage import NumberCoverage
from agentprov.analysis.outcomes import Chance, Course, First, Outcome, PlaysMenu, RingsAgents, RingsOutside
from agentprov.cli.instants import Moment
from agentprov.cli.output import Json
from agentprov.model.steps import End, TakeMessage, ToHostQueue


def coverage_data(found: Iterable[NumberCoverage], start: Moment, end: Moment) -> dict[str, Json]:
    """Every number with its shares, gaps, outcomes, and the stretches, which name an outcome by its place."""
    return {"from": start.text, "to": end.text, "numbers": [_number(each, start) for each in found]}


def _number(covers: NumberCoverage, start: Moment) -> Json:
    places = {outcome: place for place, (outcome, _) in enumerate(covers.outcomes)}
    return {
        "number": covers.number,
        "seconds": {chance.value: covers.seconds(chance) for chance in Chance},
        "shares": {chance.value: covers.share(chance) for chance in Chance},
        "hang_up_share": covers.hang_up_share,
        "gaps": _spans(covers.gaps, start),
        "lost": _spans(covers.lost, start),
        "outcomes": [{**_outcome(outcome), "seconds": seconds} for outcome, seconds in covers.outcomes],
        "stretches": [
            {"from": start.later(begin).text, "to": start.later(until).text, "outcome": places[outcome]}
            for begin, until, outcome in covers.stretches
        ],
    }


def _spans(spans: Iterable[tuple[int, int]], start: Moment) -> list[Json]:
    return [{"from": start.later(begin).text, "to": start.later(until).text} for begin, until in spans]


def _outcome(outcome: Outcome) -> dict[str, Json]:
    return {
        "chance": outcome.chance.value,
        **_course(outcome.course),
        "options": [
            {
                "menu": choice.ivr,
                "keys": list(choice.keys),
                "chance": choice.course.chance.value,
                **_course(choice.course),
            }
            for choice in outcome.choices
        ],
    }


def _course(course: Course) -> dict[str, Json]:
    return {
        "heard": list(course.heard),
        "first": _thing(course.first),
        "last": _thing(course.last),
        "others": course.others,
    }


def _thing(thing: First) -> Json:
    match thing:
        case RingsAgents(users=users):
            return {"kind": "ring", "users": list(users)}
        case RingsOutside(number=number):
            return {"kind": "forward", "number": number}
        case PlaysMenu(ivr=ivr):
            return {"kind": "menu", "ivr": ivr}
        case ToHostQueue(queue=queue):
            return {"kind": "queue", "queue": queue}
        case TakeMessage(voicemail=voicemail):
            return {"kind": "voicemail", "voicemail": voicemail}
        case End(cause=cause):
            return {"kind": "hang-up", "cause": cause.value}
        case _:
            assert_never(thing)

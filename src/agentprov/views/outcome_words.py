"""What a caller gets, in words (AN-2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, assert_never

from agentprov.analysis.outcomes import Chance, Choice, Course, First, Outcome, PlaysMenu, RingsAgents, RingsOutside
from agentprov.model.destinations import Cause
from agentprov.model.references import Kind
from agentprov.model.steps import End, TakeMessage, ToHostQueue
from agentprov.model.tenant import Tenant
from agentprov.views.names import title

MOST_NAMED: Final = 3
"""How many agents of a wave are named; the others are counted."""

_LEAST: Final = 0.1

_CHANCES: Final = {
    Chance.SOMEBODY: "somebody behind at least one option",
    Chance.MESSAGE: "only a message is taken",
    Chance.NOTHING: "hung up, whatever the caller does",
}


def chance_words(outcome: Outcome) -> str:
    """What the best is that can become of a call."""
    return "somebody can be rung" if outcome.course.rings else _CHANCES[outcome.chance]


def course_words(tenant: Tenant, course: Course) -> str:
    """What the caller gets first, and where the call ends if nobody answers and nothing is pressed."""
    heard = "".join(f"{title(tenant, Kind.ANNOUNCEMENTS, each)} is played, then " for each in course.heard)
    first = heard + first_words(tenant, course.first)
    if course.first == course.last:
        return first
    last = first_words(tenant, course.last)
    if isinstance(course.first, PlaysMenu):
        return f"{first}, without a key {'somebody is rung, at last ' if course.others else ''}{last}"
    return f"{first}, then others, at last {last}" if course.others else f"{first}, else {last}"


def first_words(tenant: Tenant, first: First) -> str:
    """What a caller gets, in a few words."""
    match first:
        case RingsAgents(users=users):
            names = [title(tenant, Kind.USERS, user) for user in users]
            some = ", ".join(names[:MOST_NAMED])
            more = len(names) - MOST_NAMED
            return f"rings {some}{f' and {more} more' if more > 0 else ''}"
        case RingsOutside(number=number):
            return f"rings {number}, outside"
        case PlaysMenu(ivr=ivr):
            return f"menu {title(tenant, Kind.IVRS, ivr)}"
        case ToHostQueue(queue=queue):
            return f"queue {title(tenant, Kind.QUEUES, queue)}"
        case TakeMessage(voicemail=voicemail):
            return f"a message in {title(tenant, Kind.VOICEMAILS, voicemail)}"
        case End(cause=Cause.NORMAL):
            return "hung up"
        case End(cause=cause):
            return f"hung up ({cause.value.replace('-', ' ')})"
        case _:
            assert_never(first)


def choice_title(tenant: Tenant, choice: Choice) -> str:
    """An option by the keys that lead to it and its label: ``2 1 Change a booking``; a dash: nothing pressed."""
    keys = " ".join(key or "-" for key in choice.keys)
    options = tenant.ivrs[choice.ivr].options
    label = next((option.label for option in options if option.digits == choice.digits), None)
    return f"{keys} {label}" if label else keys


def outcome_rows(tenant: Tenant, outcome: Outcome, told: Outcome | None = None) -> Iterator[tuple[str, str]]:
    """An outcome as rows: what the caller gets, then each option with what is behind it.

    Of one whose menus have been ``told`` with another outcome, only the options that differ.
    """
    yield "", course_words(tenant, outcome.course)
    alike = set(told.choices if told is not None and _options(told) == _options(outcome) else ())
    for choice in outcome.choices:
        if choice not in alike:
            yield choice_title(tenant, choice), course_words(tenant, choice.course)


def _options(outcome: Outcome) -> list[tuple[str, ...]]:
    return [(choice.ivr, *choice.keys) for choice in outcome.choices]


def percent(part: int, whole: int) -> str:
    """A share, rounded; what is some but little never rounds to nothing, nor what isn't all to all.

    >>> percent(1, 3), percent(0, 3), percent(3, 3), percent(1, 100_000), percent(99_999, 100_000)
    ('33.3 %', '0 %', '100 %', 'under 0.1 %', 'over 99.9 %')
    """
    share = 100 * part / whole
    if 0 < share < _LEAST:
        return "under 0.1 %"
    if 0 < 100 - share < _LEAST:
        return "over 99.9 %"
    return f"{share:.1f}".removesuffix(".0") + " %"

"""What callers get over a day and a week, on small tenants whose answers can be told by heart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import attrs
import pytest

from agentprov.analysis.coverage import Coverage, Stretch, everybody_present
from agentprov.analysis.outcomes import Chance, Choice, Course, Outcome, PlaysMenu, RingsAgents, RingsOutside
from agentprov.engine.zones import epoch
from agentprov.errors import Code, InvalidValue
from agentprov.model.calls import Call
from agentprov.model.dates import WORKDAYS
from agentprov.model.departments import Strategy
from agentprov.model.destinations import Cause, Destination, HangUp
from agentprov.model.hours import TimeGroup
from agentprov.model.ids import AnnouncementId, IvrId, NumberId, QueueId, TimeGroupId, UserId, VoicemailId
from agentprov.model.intervals import weekly_hours
from agentprov.model.live import Live
from agentprov.model.settings import Emergency
from agentprov.model.steps import End, TakeMessage, ToHostQueue
from agentprov.model.tenant import Tenant
from tests.analysis.callers import called, causes_aside, dial_oracle, told
from tests.engine.call_centre import (
    DIALLED,
    NEVER,
    OFFICE,
    OTHER_VOICEMAIL,
    OUTSIDE,
    QUEUE,
    VOICEMAIL,
    agent,
    announced,
    centre,
    closed_at,
    condition,
    department,
    menu,
    number,
    option,
    outside,
    settings,
    to,
    to_condition,
    to_department,
    to_menu,
)
from tests.tenants import by_id

MAIN = NumberId("main")
MONDAY = epoch(datetime(2026, 11, 23, tzinfo=UTC))
HOUR, DAY, WEEK = 3_600, 86_400, 7 * 86_400
UNAVAILABLE = End(cause=Cause.UNAVAILABLE)
NO_ANSWER = End(cause=Cause.NO_ANSWER)
NORMAL = End(cause=Cause.NORMAL)
BOX = TakeMessage(voicemail=VoicemailId("box"))


def shift(name: str, *hours: str) -> TimeGroup:
    """The time group NAME, open on workdays in UTC."""
    return TimeGroup(id=TimeGroupId(name), name=name, time_zone="UTC", weekly=weekly_hours(WORKDAYS, *hours))


def of_a_day(tenant: Tenant, live: Live | None = None) -> tuple[Stretch, ...]:
    """The stretches of the one number on a Monday, in hours since midnight."""
    found = Coverage(tenant, live=live).number(MAIN, MONDAY, MONDAY + DAY).stretches
    return tuple(Stretch((each.start - MONDAY) // HOUR, (each.end - MONDAY) // HOUR, each.outcome) for each in found)


def rings(*users: str, last: TakeMessage | End = NO_ANSWER, others: bool = False) -> Course:
    """These agents ring, then perhaps others, and without an answer the call ends so."""
    return Course(first=RingsAgents(users=tuple(map(UserId, users))), last=last, others=others)


def ends(last: TakeMessage | End) -> Course:
    """The call ends at once."""
    return Course(first=last, last=last)


def test_an_agent_with_hours_is_there_inside_them() -> None:
    """AN-2: a direct call rings the agent from 09:00 until before 17:00, and is hung up before and after."""
    tenant = centre(to("asha"), agent("asha", hours=OFFICE))
    closed = Outcome(course=ends(UNAVAILABLE))

    assert of_a_day(tenant) == (
        Stretch(0, 9, closed),
        Stretch(9, 17, Outcome(course=rings("asha"))),
        Stretch(17, 24, closed),
    )


def test_shares_and_gaps_of_a_week() -> None:
    """AN-2: of a week with five days of eight hours, 40 of 168 hours are covered; the gaps are the nights together."""
    covers = Coverage(centre(to("asha"), agent("asha", hours=OFFICE))).number(MAIN, MONDAY, MONDAY + WEEK)

    assert covers.open_seconds == 40 * HOUR
    assert covers.share(Chance.SOMEBODY) == 40 / 168
    assert covers.share(Chance.NOTHING) == 128 / 168
    assert covers.hang_up_share == 1.0
    assert covers.gaps[:2] == ((MONDAY, MONDAY + 9 * HOUR), (MONDAY + 17 * HOUR, MONDAY + DAY + 9 * HOUR))
    assert covers.gaps[-1] == (MONDAY + 4 * DAY + 17 * HOUR, MONDAY + WEEK)
    assert covers.lost == covers.gaps


def test_a_message_is_a_gap_and_not_a_loss() -> None:
    """AN-2: where only a message is taken, nobody can be rung, and the call isn't lost."""
    covers = Coverage(centre(to("asha"), agent("asha", hours=OFFICE, failover=VOICEMAIL))).number(
        MAIN, MONDAY, MONDAY + DAY
    )

    assert covers.seconds(Chance.MESSAGE) == 16 * HOUR
    assert covers.gaps == ((MONDAY, MONDAY + 9 * HOUR), (MONDAY + 17 * HOUR, MONDAY + DAY))
    assert covers.lost == ()
    assert covers.hang_up_share == 8 / 24


def test_the_first_wave_changes_with_the_shifts() -> None:
    """AN-2: in a simultaneous department the first wave is whoever is inside their hours, shift by shift."""
    shifts = [shift("early", "06:00-14:00"), shift("late", "13:00-21:00")]
    tenant = centre(
        to_department("sales"),
        agent("asha", hours=TimeGroupId("early")),
        agent("ravi", hours=TimeGroupId("late")),
        department("sales", "asha", "ravi", strategy=Strategy.SIMULTANEOUS, failover=VOICEMAIL),
        time_groups=by_id(shifts),
    )
    message = Outcome(course=ends(BOX))

    assert of_a_day(tenant) == (
        Stretch(0, 6, message),
        Stretch(6, 13, Outcome(course=rings("asha", last=BOX))),
        Stretch(13, 14, Outcome(course=rings("asha", "ravi", last=BOX))),
        Stretch(14, 21, Outcome(course=rings("ravi", last=BOX))),
        Stretch(21, 24, message),
    )


def test_every_option_of_a_menu_is_told() -> None:
    """AN-2: a menu asks for a key; behind each option stands who is rung first, and how it ends if nobody answers."""
    tenant = centre(
        to_menu("top"),
        agent("asha", hours=OFFICE),
        agent("ravi"),
        menu(
            "top", option("1", to("asha")), option("2", to("ravi"), VOICEMAIL), option("3", QUEUE), on_timeout=VOICEMAIL
        ),
    )
    top = IvrId("top")
    keyless = Course(first=PlaysMenu(ivr=top), last=BOX)
    queue = Course(first=ToHostQueue(queue=QueueId("line")), last=NO_ANSWER)
    open_ = Outcome(
        course=keyless,
        choices=(
            Choice(ivr=top, keys=("1",), course=rings("asha")),
            Choice(ivr=top, keys=("2",), course=rings("ravi", last=BOX)),
            Choice(ivr=top, keys=("3",), course=queue),
        ),
    )
    closed = Outcome(
        course=keyless, choices=(Choice(ivr=top, keys=("1",), course=ends(UNAVAILABLE)), *open_.choices[1:])
    )

    assert of_a_day(tenant) == (Stretch(0, 9, closed), Stretch(9, 17, open_), Stretch(17, 24, closed))
    assert open_.chance is closed.chance is Chance.SOMEBODY
    assert keyless.chance is Chance.MESSAGE


def test_an_option_has_gaps_of_its_own() -> None:
    """AN-2: a number can be covered all day while one of its options leads to nobody at night."""
    tenant = centre(
        to_menu("top"),
        agent("asha", hours=OFFICE),
        agent("ravi"),
        menu("top", option("1", to("asha")), option("2", to("ravi"))),
    )
    covers = Coverage(tenant).number(MAIN, MONDAY, MONDAY + DAY)

    assert covers.gaps == ()
    assert covers.option_gaps(IvrId("top"), "1") == (
        (MONDAY, MONDAY + 9 * HOUR),
        (MONDAY + 17 * HOUR, MONDAY + DAY),
    )
    assert covers.option_gaps(IvrId("top"), "2") == ()
    assert covers.option_gaps(IvrId("top"), "9") == ()


def test_a_menu_that_leads_back_ends() -> None:
    """AN-2: two menus that lead to one another are told once each, the nested one with the keys that lead to it."""
    tenant = centre(
        to_menu("top"),
        agent("asha"),
        menu("top", option("1", to_menu("more")), option("2", to_menu("top"))),
        menu("more", option("0", to_menu("top")), option("7", to("asha"))),
    )
    ((_, _, found),) = of_a_day(tenant)

    assert [(choice.ivr, choice.keys) for choice in found.choices] == [
        ("top", ("1",)),
        ("top", ("2",)),
        ("more", ("1", "0")),
        ("more", ("1", "7")),
    ]
    assert found.choices[-1].digits == "7"
    assert found.choices[2].course == Course(first=PlaysMenu(ivr=IvrId("top")), last=NORMAL)


def test_a_menu_behind_a_department_is_told() -> None:
    """AN-2: a menu that comes up only when nobody answers is told too; nothing is pressed at the menus before it."""
    tenant = centre(
        to_menu("top"),
        agent("asha"),
        department("sales", "asha", failover=to_menu("late")),
        menu("top", option("1", to("asha")), on_timeout=to_department("sales"), timeout_retries=1),
        menu("late", option("5", VOICEMAIL)),
    )
    ((_, _, found),) = of_a_day(tenant)

    assert found.course == Course(first=PlaysMenu(ivr=IvrId("top")), last=NORMAL, others=True)
    assert [(choice.ivr, choice.keys, choice.course.last) for choice in found.choices] == [
        ("top", ("1",), NO_ANSWER),
        ("late", ("", "", "5"), BOX),
    ]


def test_others_are_those_who_come_later() -> None:
    """AN-2: whoever rings after the first ones makes a difference, unless it is nobody but those."""
    late = by_id([shift("office", "09:00-17:00"), shift("late", "12:00-17:00")])
    tenant = centre(
        to_department("sales"),
        agent("asha", hours=OFFICE),
        agent("ravi", hours=TimeGroupId("late")),
        department("sales", "asha", "ravi", failover=to("asha")),
        time_groups=late,
    )

    assert of_a_day(tenant) == (
        Stretch(0, 9, Outcome(course=ends(UNAVAILABLE))),
        Stretch(9, 12, Outcome(course=rings("asha"))),
        Stretch(12, 17, Outcome(course=rings("asha", others=True))),
        Stretch(17, 24, Outcome(course=ends(UNAVAILABLE))),
    )


@pytest.mark.parametrize(
    ("then", "others"), [(QUEUE, False), (outside(), True), (to("asha"), True), (VOICEMAIL, False)]
)
def test_a_queue_is_left_for_others_or_for_itself(then: Destination, others: bool) -> None:
    """AN-2: after a queue somebody else may ring; the same queue again is nobody else."""
    tenant = centre(attrs.evolve(QUEUE, next=then), agent("asha"))
    ((_, _, found),) = of_a_day(tenant)

    assert found.course.others is others


def test_announcements_are_heard_before_what_is_offered() -> None:
    """AN-2: an announcement is no answer; what comes after it is what the caller gets, and counts as outside."""
    tenant = centre(announced(outside(then=announced(VOICEMAIL))))
    heard = (AnnouncementId("greeting"),)
    expected = Outcome(course=Course(heard=heard, first=RingsOutside(number=OUTSIDE), last=BOX))

    assert of_a_day(tenant) == (Stretch(0, 24, expected),)


def test_time_conditions_and_own_hours_cut_the_day() -> None:
    """AN-2: the hours of time conditions and departments count like those of agents."""
    tenant = centre(
        to_condition("day"),
        agent("asha"),
        department("sales", "asha", hours=closed_at(TimeGroupId("lunch"), OTHER_VOICEMAIL)),
        condition("day", OFFICE, to_department("sales"), VOICEMAIL),
        time_groups=by_id([shift("office", "09:00-17:00"), shift("lunch", "09:00-12:00", "13:00-18:00")]),
    )
    other = Outcome(course=ends(TakeMessage(voicemail=VoicemailId("other"))))
    message, asha = Outcome(course=ends(BOX)), Outcome(course=rings("asha"))

    assert of_a_day(tenant) == (
        Stretch(0, 9, message),
        Stretch(9, 12, asha),
        Stretch(12, 13, other),
        Stretch(13, 17, asha),
        Stretch(17, 24, message),
    )


def test_an_emergency_begins_when_it_was_set() -> None:
    """AN-2, HR-4: an emergency set at noon sends calls to its own destination from noon on, hours or not."""
    emergency = Emergency(destination=to("meera"), set_at=datetime(2026, 11, 23, 12, tzinfo=UTC))
    tenant = centre(to("asha"), agent("asha"), agent("meera"), settings=settings(emergency=emergency))

    assert of_a_day(tenant) == (
        Stretch(0, 12, Outcome(course=rings("asha"))),
        Stretch(12, 24, Outcome(course=rings("meera"))),
    )


def test_an_emergency_without_beginning_holds_throughout() -> None:
    """AN-2, HR-4: an emergency that doesn't say since when is in force over any period."""
    tenant = centre(to("asha"), agent("asha"), settings=settings(emergency=Emergency(destination=VOICEMAIL)))

    assert of_a_day(tenant) == (Stretch(0, 24, Outcome(course=ends(BOX))),)


def test_the_presence_given_holds_throughout() -> None:
    """AN-2: with live facts, whoever isn't there isn't rung, at any instant of the period."""
    tenant = centre(
        to_department("sales"),
        agent("asha", calling={"login_based": True}),
        agent("ravi", calling={"login_based": True}),
        department("sales", "asha", "ravi"),
    )

    assert of_a_day(tenant) == (Stretch(0, 24, Outcome(course=rings("asha", others=True))),)
    assert of_a_day(tenant, Live(panel=["ravi"])) == (Stretch(0, 24, Outcome(course=rings("ravi"))),)
    assert of_a_day(tenant, Live()) == (Stretch(0, 24, Outcome(course=ends(UNAVAILABLE))),)
    assert everybody_present(tenant) == Live(panel=["asha", "ravi"])


def test_hours_stand_still_while_a_call_rings() -> None:
    """AN-2: at one second before the end of everybody's hours, the second agent is still to be had after the first."""
    tenant = centre(
        to_department("sales"),
        agent("asha", hours=OFFICE, timeout=30),
        agent("ravi", hours=OFFICE),
        department("sales", "asha", "ravi", failover=HangUp(cause=Cause.BUSY)),
    )
    coverage = Coverage(tenant)

    assert coverage.outcome(MAIN, MONDAY + 17 * HOUR - 1) == coverage.outcome(MAIN, MONDAY + 12 * HOUR)
    assert coverage.outcome(MAIN, MONDAY + 17 * HOUR).course == ends(End(cause=Cause.BUSY))


def test_the_clocks_going_back_make_a_longer_night() -> None:
    """AN-2, HR-2: a night shift across a clock change is as long as it is, and its bounds are instants."""
    night = TimeGroup(
        id=OFFICE, name="Night", time_zone="Europe/Oslo", weekly=weekly_hours(list(WORKDAYS), "22:00-06:00")
    )
    tenant = centre(to("asha"), agent("asha", hours=OFFICE), time_groups=by_id([night]))
    start = datetime(2026, 10, 23, 12, tzinfo=UTC)
    found = Coverage(tenant).number(MAIN, start, start + timedelta(days=3)).gaps

    assert found == (
        (epoch(start), epoch(datetime(2026, 10, 23, 20, tzinfo=UTC))),
        (epoch(datetime(2026, 10, 24, 4, tzinfo=UTC)), epoch(start) + 3 * DAY),
    )


def test_every_minute_of_a_day_is_what_the_rules_say() -> None:
    """AN-2: the oracle, asked minute by minute over a day with shifts, a menu and a lunch break, finds the same."""
    shifts = [
        shift("office", "09:00-17:00"),
        shift("early", "06:30-14:15"),
        shift("late", "13:10-22:00"),
        shift("lunch", "08:00-12:00", "12:45-20:00"),
    ]
    tenant = centre(
        to_condition("day"),
        agent("asha", hours=TimeGroupId("early"), failover=to("ravi")),
        agent("ravi", hours=TimeGroupId("late")),
        agent("meera", hours=OFFICE, failover=VOICEMAIL),
        department("sales", "asha", "ravi", hours=closed_at(TimeGroupId("lunch"), OTHER_VOICEMAIL)),
        menu("top", option("1", to("asha")), option("2", to("meera"), VOICEMAIL), option("3", to_menu("top"))),
        condition("day", OFFICE, to_menu("top"), to_department("sales")),
        fallback=OTHER_VOICEMAIL,
        time_groups=by_id(shifts),
    )
    covers = Coverage(tenant).number(MAIN, MONDAY, MONDAY + DAY)
    live = everybody_present(tenant)

    for minute in range(24 * 60):
        at = datetime(2026, 11, 23, tzinfo=UTC) + timedelta(minutes=minute)
        expected = called(tenant, dial_oracle(tenant, Call(to=DIALLED), at, live))
        assert causes_aside(expected) == causes_aside(told(covers.at(at)))


def test_numbers_come_in_their_order() -> None:
    """AN-2: all numbers at once come in the tenant's order, each with its own outcome."""
    second = number(to("ravi"), id=NumberId("second"), phone=OUTSIDE)
    tenant = centre(to("asha"), agent("asha"), agent("ravi", hours=NEVER), second)
    found = [(each.number, each.stretches[0].outcome) for each in Coverage(tenant).numbers(MONDAY, MONDAY + DAY)]

    assert found == [("main", Outcome(course=rings("asha"))), ("second", Outcome(course=ends(UNAVAILABLE)))]


def test_questions_that_cannot_be_answered() -> None:
    """AN-2: an unknown number, a period that ends before it began, and an instant outside it are refused."""
    coverage = Coverage(centre(to("asha"), agent("asha")))
    covers = coverage.number(MAIN, MONDAY, MONDAY + DAY)

    for ask, code in (
        (lambda: coverage.number(NumberId("other"), MONDAY, MONDAY + 1), Code.OBJECT_UNKNOWN),
        (lambda: coverage.outcome(NumberId("other"), MONDAY), Code.OBJECT_UNKNOWN),
        (lambda: coverage.number(MAIN, MONDAY, MONDAY), Code.FIELD_OUT_OF_RANGE),
        (lambda: coverage.numbers(-1, MONDAY), Code.FIELD_OUT_OF_RANGE),
        (lambda: coverage.numbers(MONDAY, 10**12), Code.FIELD_OUT_OF_RANGE),
        (lambda: coverage.numbers(datetime(2026, 11, 23), MONDAY), Code.FIELD_NAIVE_INSTANT),
        (lambda: covers.at(MONDAY + DAY), Code.FIELD_OUT_OF_RANGE),
    ):
        with pytest.raises(InvalidValue) as caught:
            ask()
        assert caught.value.codes == (code,)


def test_how_far_an_answer_reaches_is_told_in_dates() -> None:
    """AN-2, HR-6: whichever question is asked, the bounds of a period are told in dates, and the field it is about."""
    coverage = Coverage(centre(to("asha"), agent("asha")))
    covers = coverage.number(MAIN, MONDAY, MONDAY + DAY)
    known = {"low": "1970-01-01T00:00:00+00:00", "high": "2200-12-31T23:59:59+00:00"}

    for ask, field, told_of in (
        (lambda: coverage.numbers(-1, MONDAY), ("start",), {"value": -1, **known}),
        (
            lambda: coverage.numbers(MONDAY, MONDAY),
            ("end",),
            {"value": MONDAY, "low": "2026-11-23T00:00:01+00:00", "high": "2201-01-01T00:00:00+00:00"},
        ),
        (
            lambda: covers.at(MONDAY - 1),
            (),
            {"value": MONDAY - 1, "low": "2026-11-23T00:00:00+00:00", "high": "2026-11-23T23:59:59+00:00"},
        ),
    ):
        with pytest.raises(InvalidValue) as caught:
            ask()
        [problem] = caught.value.problems
        assert (field, told_of) == (problem.path, dict(problem.parameters))

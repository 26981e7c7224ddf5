"""A week of coverage drawn as text (AN-6): what the signs are, and what a person reads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from agentprov.analysis.coverage import Coverage, NumberCoverage
from agentprov.analysis.outcomes import Chance
from agentprov.engine.zones import epoch, instant
from agentprov.model.dates import WORKDAYS, Weekday
from agentprov.model.departments import Strategy
from agentprov.model.hours import TimeGroup
from agentprov.model.ids import NumberId, TimeGroupId
from agentprov.model.intervals import DAY, weekly_hours
from agentprov.model.tenant import Tenant
from agentprov.testing.strategies import instants, tenants
from agentprov.views.week_text import CELLS, CHANGES, MOST_DAYS, signs_of, week, week_lines
from tests.engine.call_centre import (
    OFFICE,
    VOICEMAIL,
    agent,
    centre,
    department,
    menu,
    option,
    to,
    to_department,
    to_menu,
)
from tests.tenants import by_id

MAIN = NumberId("main")
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
ZONES = ("UTC", "Europe/Oslo", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Monrovia")


def shift(name: str, *hours: str, zone: str = "UTC") -> TimeGroup:
    """The time group NAME, open on workdays."""
    return TimeGroup(id=TimeGroupId(name), name=name, time_zone=zone, weekly=weekly_hours(WORKDAYS, *hours))


def covered(tenant: Tenant, start: datetime = MONDAY, days: int = 1) -> NumberCoverage:
    """The coverage of the one number over some days."""
    return Coverage(tenant).number(MAIN, start, start + timedelta(days=days))


def test_a_day_is_read_off_its_line() -> None:
    """AN-6: dots while calls are hung up, a letter while the agent is there, one sign for each half hour."""
    tenant = centre(to("asha"), agent("asha", display_name="Asha Menon", hours=OFFICE))

    assert list(week_lines(tenant, week(covered(tenant), "UTC"))) == [
        "                00  02  04  06  08  10  12  14  16  18  20  22",
        f"Mon 2026-11-23  {'.' * 18}{'A' * 16}{'.' * 14}",
        "",
        ".       66.7 %  hung up (unavailable)",
        "A       33.3 %  rings Asha Menon, else hung up (no answer)",
    ]


def test_a_message_is_a_small_letter_and_a_change_inside_a_slash() -> None:
    """AN-6: who comes at 09:10 changes the half hour from 09:00, which is said."""
    hours = by_id([shift("office", "09:10-17:00")])
    tenant = centre(to("asha"), agent("asha", hours=OFFICE, failover=VOICEMAIL), time_groups=hours)
    drawn = week(covered(tenant), "UTC")

    assert "".join(cell.sign for cell in drawn.days[0][1]) == "a" * 18 + "/" + "A" * 15 + "a" * 14
    assert list(week_lines(tenant, drawn))[-1] == "/               changes inside these 30 minutes"


def test_the_same_options_are_told_once() -> None:
    """AN-6: of a menu's second outcome only the options that differ are told, and whose the others are."""
    tenant = centre(
        to_menu("top"),
        agent("asha", hours=OFFICE),
        agent("ravi"),
        menu("top", option("1", to("asha")), option("2", to("ravi"))),
    )

    assert list(week_lines(tenant, week(covered(tenant), "UTC")))[3:] == [
        "A       66.7 %  menu Top, without a key hung up",
        "                1: hung up (unavailable)",
        "                2: rings ravi, else hung up (no answer)",
        "B       33.3 %  menu Top, without a key hung up",
        "                1: rings asha, else hung up (no answer)",
        "                the other options as in A",
    ]


def test_the_night_when_the_clocks_go_forward_has_a_blank() -> None:
    """AN-6, HR-2: the hour that the wall clock skips is blank; the one it shows twice is one hour of signs."""
    tenant = centre(to("asha"), agent("asha"))
    oslo = ZoneInfo("Europe/Oslo")
    spring, autumn = (
        week(covered(tenant, datetime(2026, month, day, tzinfo=oslo)), "Europe/Oslo", minutes=60).days[0][1]
        for month, day in ((3, 29), (10, 25))
    )

    assert "".join(cell.sign for cell in spring) == "AA " + "A" * 21
    assert "".join(cell.sign for cell in autumn) == "A" * 24


def test_the_hour_that_comes_twice_can_differ() -> None:
    """AN-6, HR-2: where the first 02:00 of the night is open and the second isn't, that hour changes inside."""
    week_ = weekly_hours([Weekday.SUNDAY], "00:00-01:00")
    tenant = centre(
        to("asha"),
        agent("asha", hours=OFFICE),
        time_groups=by_id([TimeGroup(id=OFFICE, name="x", time_zone="UTC", weekly=week_)]),
    )
    start = datetime(2026, 10, 25, tzinfo=ZoneInfo("Europe/Oslo"))
    cells = week(covered(tenant, start), "Europe/Oslo", minutes=60).days[0][1]

    assert "".join(cell.sign for cell in cells) == "../" + "." * 21


def test_the_most_frequent_outcomes_get_the_letters() -> None:
    """AN-6: of more than 26 outcomes the rarest share a sign, and the legend counts them together."""
    names = [f"a{minute:02}" for minute in range(30)]
    shifts = [shift(name, f"{9 + at // 6:02}:{at % 6 * 10:02}-20:00") for at, name in enumerate(names)]
    tenant = centre(
        to_department("sales"),
        *(agent(name, hours=TimeGroupId(name), phone=f"+9198123456{at:02}") for at, name in enumerate(names)),
        department("sales", *names, strategy=Strategy.SIMULTANEOUS),
        time_groups=by_id(shifts),
    )
    covers = covered(tenant)
    signs = list(signs_of(covers).values())

    assert sorted(signs) == sorted([".", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ", *"++++"])
    assert signs[-1] == "Z"
    assert [line for line in week_lines(tenant, week(covers, "UTC")) if line.startswith("+")] == [
        "+        2.8 %  others, each of them seldom"
    ]


def test_a_long_period_is_drawn_in_part() -> None:
    """AN-6: no more than two months are drawn, and what is left out is counted."""
    tenant = centre(to("asha"), agent("asha"))
    drawn = week(covered(tenant, days=100), "UTC")

    assert len(drawn.days) == MOST_DAYS
    assert f"{100 - MOST_DAYS} more days aren't drawn" in list(week_lines(tenant, drawn))


@given(
    tenants(details=False),
    instants(),
    st.sampled_from((3_600, DAY, 3 * DAY)),
    st.sampled_from(ZONES),
    st.sampled_from(CELLS),
)
def test_a_cell_says_what_a_call_gets_in_it(tenant: Tenant, at: datetime, length: int, zone: str, minutes: int) -> None:
    """AN-6: of every cell all calls get what its sign says, or it says that it changes; blanks have no calls."""
    start = epoch(at)
    info = ZoneInfo(zone)
    for covers in Coverage(tenant).numbers(start, start + length):
        drawn = week(covers, zone, minutes=minutes)
        shown = {(day, place): cell for day, cells in drawn.days for place, cell in enumerate(cells)}
        edges = {edge for begin, end, _ in covers.stretches for edge in (begin, end - 1)}
        expected: dict[object, set[tuple[str, Chance]]] = {}
        for second in {*range(start, start + length, 60), *edges}:
            local = instant(second).astimezone(info)
            place = (local.hour * 60 + local.minute) // minutes
            gets = covers.at(second)
            expected.setdefault((local.date(), place), set()).add((drawn.signs[gets], gets.chance))
        assert {key for key, cell in shown.items() if cell.sign != " "} == expected.keys()
        for key, signs in expected.items():
            cell = shown[key]  # type: ignore[index]  # a date and a place
            assert (cell.sign, cell.chance) in signs if len(signs) == 1 else cell.sign == CHANGES

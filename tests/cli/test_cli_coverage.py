"""`agentprov coverage`: what callers get over a period, for people and for programs (CL-1, AN-2)."""

from __future__ import annotations

import pytest

from tests.cli.desk import Desk, Ran

WEEK = ("--from", "2026-11-23", "--to", "2026-11-29")


def coverage(desk: Desk, *arguments: str) -> Ran:
    """The coverage of the week from Monday the 23rd."""
    return desk.run("coverage", "FILE", *WEEK, *arguments)


def lines(ran: Ran) -> list[str]:
    """What is printed, without indents and columns."""
    return [" ".join(line.split()) for line in ran.out.splitlines()]


def test_a_number_is_told_with_shares_gaps_and_times(desk: Desk) -> None:
    """AN-2: shares, the longest gap, each day with changes, and what each sign means, on the tenant's wall clock."""
    ran = coverage(desk, "--number", "22 22 22 23", "--everybody-present")

    assert lines(ran) == [
        "from Mon 2026-11-23 00:00 +01:00 until Mon 2026-11-30 00:00 +01:00 Europe/Oslo",
        "",
        "Bo direct +4722222223 (n-bo)",
        "4.8 % somebody can be rung 8 h",
        "95.2 % hung up, whatever the caller does 6 days 16 h",
        "if nobody answers, hung up 100 % of the time",
        "2 gaps, the longest Mon 2026-11-23 17:00 +01:00 until Mon 2026-11-30 00:00 +01:00 6 days 7 h",
        "",
        "Mon 2026-11-23 00:00 . 09:00 A 17:00 .",
        "",
        ". 95.2 % hung up (unavailable)",
        "A 4.8 % rings Bo Dahl, else hung up (no answer)",
    ]


def test_the_status_tells_of_lost_calls(desk: Desk) -> None:
    """CL-1: 1 where calls are at some time hung up whatever the caller does, 0 where somebody is always there."""
    assert (1, "") == (coverage(desk).status, coverage(desk).err)
    assert coverage(desk, "--number", "n-main").status == 0


def test_a_week_is_drawn(desk: Desk) -> None:
    """AN-6: with --week the days are drawn, a sign for each half hour, or for as many minutes as asked for."""
    half, quarter, hour = (
        next(line for line in lines(coverage(desk, "--number", "n-bo", "--week", *more)) if "Mon 2026-11-23 ." in line)
        for more in ((), ("--minutes", "15"), ("--minutes", "60"))
    )

    assert half == f"Mon 2026-11-23 {'.' * 18}{'A' * 16}{'.' * 14}"
    assert quarter == f"Mon 2026-11-23 {'.' * 36}{'A' * 32}{'.' * 28}"
    assert hour == f"Mon 2026-11-23 {'.' * 9}{'A' * 8}{'.' * 7}"


@pytest.mark.parametrize(
    ("columns", "asked", "drawn"),
    [(114, "15", 15), (113, "15", 30), (80, "15", 30), (66, "30", 30), (65, "30", 60), (40, "60", 60)],
)
def test_a_calendar_is_as_wide_as_the_terminal(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, columns: int, asked: str, drawn: int
) -> None:
    """AN-6: where the minutes asked for don't fit, more are drawn, which is said; a day is never wrapped."""
    monkeypatch.setenv("COLUMNS", str(columns))
    ran = coverage(desk, "--number", "n-bo", "--week", "--minutes", asked)
    night, day, evening = (hours * 60 // drawn for hours in (9, 8, 7))

    assert f"  Mon 2026-11-23  {'.' * night}{'A' * day}{'.' * evening}" in ran.out.splitlines()
    assert (f"{drawn} minutes a sign; {asked} don't fit" in lines(ran)) is (drawn != int(asked))


def test_a_menu_is_no_promise(desk: Desk) -> None:
    """AN-2: where only an option leads to somebody, that is said, and that nothing is pressed only where that is."""
    assert lines(coverage(desk, "--number", "n-main"))[3:5] == [
        "100 % somebody behind at least one option 7 days",
        "if nobody answers and nothing is pressed, hung up 100 % of the time",
    ]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ("", ["emergency of the whole tenant, until it is revoked"]),
        (
            'reason = "Fire"\nset_at = "2026-11-01T00:00:00Z"',
            ["emergency of the whole tenant (Fire), until it is revoked"],
        ),
        (
            'set_at = "2026-11-24T11:00:00Z"',
            ["emergency of the whole tenant from Tue 2026-11-24 12:00 +01:00, until it is revoked"],
        ),
        ('set_at = "2026-12-24T11:00:00Z"', []),
    ],
)
def test_an_emergency_is_named(desk: Desk, fields: str, words: list[str]) -> None:
    """AN-2, HR-4: what is in force in the period stands first, with its reason and since when."""
    text = desk.file.read_text(encoding="utf-8")
    desk.file.write_text(f"{text}\n[settings.emergency]\n{fields}\n", encoding="utf-8")

    assert [line for line in lines(coverage(desk)) if line.startswith("emergency")] == words


def test_who_calls_is_said_where_it_matters(desk: Desk) -> None:
    """RT-15: a number that refuses anonymous callers is hung up on all week, since the caller is taken to be one."""
    text = desk.file.read_text(encoding="utf-8").replace(
        'name = "Bo direct"',
        'name = "Bo direct"\ncaller_rules = [{ callers = [{ type = "anonymous" }], action = { type = "refuse" } }]',
    )
    desk.file.write_text(text, encoding="utf-8")

    assert lines(coverage(desk, "--number", "n-bo"))[-1] == "assumed: the caller is anonymous"
    assert "assumed: the caller is anonymous" not in lines(coverage(desk, "--number", "n-main"))


def test_a_cell_that_changes_is_explained(desk: Desk) -> None:
    """AN-6: where somebody comes at ten past, the cell says that it changes inside, and the legend what that is."""
    text = desk.file.read_text(encoding="utf-8").replace('"09:00"', '"09:10"')
    desk.file.write_text(text, encoding="utf-8")
    ran = coverage(desk, "--number", "n-bo", "--week")

    assert "./A" in ran.out
    assert "/ changes inside these 30 minutes" in lines(ran)


def test_the_facts_given_hold(desk: Desk) -> None:
    """AN-2: whoever isn't logged in to the panel isn't there; options that lead to nobody are listed with how long."""
    ran = coverage(desk, "--number", "n-main", "--panel", "nobody")

    assert ran.status == 1
    assert ["options that at times lead to nobody:", "1 Sales 95.2 %"] == lines(ran)[-4:-2]
    assert lines(ran)[-1] == "assumed: everybody is available (--presence)"


def test_facts_that_contradict_each_other_are_refused(desk: Desk) -> None:
    """CL-1: everybody present, and somebody busy."""
    ran = coverage(desk, "--everybody-present", "--presence", "u-bo=busy")

    assert (2, "") == (ran.status, ran.out)
    assert "--everybody-present and --presence contradict each other" in ran.err


def test_programs_read_stretches_and_outcomes(desk: Desk) -> None:
    """CL-1: data with seconds, shares, gaps, outcomes, and stretches that name their outcome."""
    ran = coverage(desk, "--number", "n-main", "--number", "n-bo", "--number", "n-main", "--format", "json")
    main, direct = ran.data["numbers"]

    assert (main["number"], direct["number"]) == ("n-main", "n-bo")
    assert direct["seconds"] == {"somebody": 28_800, "message": 0, "nothing": 576_000}
    assert sum(direct["shares"].values()) == 1.0
    assert direct["gaps"] == direct["lost"]
    assert direct["gaps"][0] == {"from": "2026-11-23T00:00:00+01:00", "to": "2026-11-23T09:00:00+01:00"}
    assert [stretch["outcome"] for stretch in main["stretches"]] == [0, 1, 0]
    assert main["outcomes"][1]["options"] == [
        {
            "menu": "i-main",
            "keys": ["1"],
            "chance": "somebody",
            "heard": [],
            "first": {"kind": "ring", "users": ["u-bo"]},
            "others": True,
            "last": {"kind": "hang-up", "cause": "unavailable"},
        }
    ]


@pytest.mark.parametrize(
    ("to", "first"),
    [
        ('{ type = "external", number = "+4722000000" }', {"kind": "forward", "number": "+4722000000"}),
        ('{ type = "queue", queue = "q-sales" }', {"kind": "queue", "queue": "q-sales"}),
        ('{ type = "voicemail", voicemail = "v-box" }', {"kind": "voicemail", "voicemail": "v-box"}),
    ],
)
def test_every_kind_of_destination_is_told(desk: Desk, to: str, first: dict[str, str]) -> None:
    """AN-2: a number outside, a queue and a voicemail box, as data and in words."""
    text = desk.file.read_text(encoding="utf-8").replace('{ type = "agent", user = "u-bo" }', to)
    desk.file.write_text(f'{text}\n[voicemails.v-box]\nname = "Box"\n', encoding="utf-8")
    data = coverage(desk, "--number", "n-bo", "--format", "json").data
    words = {"forward": "rings +4722000000, outside", "queue": "queue Sales queue", "voicemail": "a message in Box"}

    assert data["numbers"][0]["outcomes"][0]["first"] == first
    assert words[first["kind"]] in coverage(desk, "--number", "n-bo").out


def test_the_night_when_the_clocks_go_back_names_its_offset(desk: Desk) -> None:
    """HR-2: what changes at 02:00 the second time is told with the offset from UTC."""
    text = desk.file.read_text(encoding="utf-8").replace(
        'weekly = [{ day = "mon", start = "09:00", end = "17:00" }',
        'weekly = [{ day = "sun", start = "01:00", end = "02:00" }',
    )
    desk.file.write_text(
        text.replace('time_zone = "Europe/Oslo"\nweekly', 'time_zone = "UTC"\nweekly'), encoding="utf-8"
    )
    ran = desk.run("coverage", "FILE", "--number", "n-bo", "--from", "2026-10-25", "--to", "2026-10-25")

    assert "Sun 2026-10-25 00:00 . 02:00 +01:00 A 03:00 ." in lines(ran)


def test_a_period_may_begin_and_end_at_any_instant(desk: Desk) -> None:
    """CL-1: instants are taken as they are, dates as days; without an end it is a week."""

    def asked(*arguments: str) -> tuple[str, str]:
        data = desk.run("coverage", "FILE", "--format", "json", *arguments).data
        return data["from"], data["to"]

    assert asked("--from", "2026-11-23 10:00", "--to", "2026-11-23T09:30Z") == (
        "2026-11-23T10:00:00+01:00",
        "2026-11-23T10:30:00+01:00",
    )
    assert asked("--from", "2026-10-20")[1] == "2026-10-27T00:00:00+01:00"
    assert asked()[0] < asked()[1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--from", "2026-11-23", "--to", "2026-11-22"), "before it begins"),
        (("--from", "2026-01-01", "--to", "2066-01-01"), "more than ten years"),
        (("--from", "2026-02-30"), "there is no date like `2026-02-30`"),
        (("--from", "9999-12-31"), "outside the years 1970 to 2200"),
        (("--from", "2201-01-01"), "outside the years 1970 to 2200"),
        (("--from", "1969-12-31"), "outside the years 1970 to 2200"),
        (("--from", "yesterday"), "`yesterday` is not an instant"),
        (("--number", "n-none"), "there is no number `n-none`"),
        (("--minutes", "15"), "--minutes says how a calendar is drawn"),
        (("--presence", "u-bo"), "doesn't say what somebody is doing"),
    ],
)
def test_what_is_typed_wrong_is_told(desk: Desk, arguments: tuple[str, ...], words: str) -> None:
    """CL-1: a wrong period, number or fact is a usage mistake."""
    ran = desk.run("coverage", "FILE", *arguments)

    assert (2, "") == (ran.status, ran.out)
    assert words in ran.err


def test_a_year_is_listed_in_part(desk: Desk) -> None:
    """CL-1: more than two months of changes aren't listed, which is said; nor are more days drawn."""
    year = ("--number", "n-bo", "--from", "2026-01-01", "--to", "2026-12-31")
    listed, drawn = desk.run("coverage", "FILE", *year), desk.run("coverage", "FILE", *year, "--week")

    assert "42 more days with changes aren't listed; --format json tells all" in lines(listed)
    assert "303 more days aren't drawn" in lines(drawn)


def test_a_tenant_without_numbers_is_told(desk: Desk) -> None:
    """CL-1: there is nothing to cover, and nothing is lost."""
    text = desk.file.read_text(encoding="utf-8")
    begin, end = text.index("[numbers.n-main]"), text.index("[ivrs.i-main]")
    desk.file.write_text(text[:begin] + text[end:], encoding="utf-8")
    ran = coverage(desk)

    assert ran.status == 0
    assert "the tenant has no numbers" in lines(ran)

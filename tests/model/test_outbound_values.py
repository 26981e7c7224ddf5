"""The values around outbound calls: attempts, call permissions, area codes, emergency numbers, reasons."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from agentprov.errors import Code, InvalidValue
from agentprov.model.area_codes import area_prefix
from agentprov.model.call_permissions import SAYS_NOTHING, CallPermissions
from agentprov.model.contact import PhoneNumber
from agentprov.model.emergencies import emergency_number
from agentprov.model.outbound import OUTBOUND_RULES, Attempt, DialChannel, DialLeg, OutboundCode
from agentprov.model.phones import PhoneType, phone_regions, phone_type


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"agent": "not an id"}, ("agent", Code.ID_INVALID)),
        ({"caller_id": "not an id"}, ("caller_id", Code.ID_INVALID)),
        ({"dialled": None}, ("dialled", Code.FIELD_WRONG_TYPE)),
        ({"dialled": 112}, ("dialled", Code.FIELD_WRONG_TYPE)),
        ({"channel": "fax"}, ("channel", Code.FIELD_UNKNOWN_CHOICE)),
        ({"leg": "desk"}, ("leg", Code.FIELD_UNKNOWN_CHOICE)),
    ],
)
def test_an_attempt_is_described_by_the_host(fields: dict[str, Any], problem: tuple[str, Code]) -> None:
    """OB-1: what the host says wrongly is its mistake; what a person dialled never is one."""
    with pytest.raises(InvalidValue) as refusal:
        Attempt(**{"agent": "u-asha", "dialled": "112", **fields})

    assert [problem] == [(each.where, each.code) for each in refusal.value.problems]


def test_texts_of_a_host_become_members() -> None:
    """OB-2: an equal text isn't the member, and a block that asks for the member would let it pass."""
    attempt = Attempt(agent="u-asha", dialled="", channel="softphone", leg="mobile")

    assert (DialChannel.SOFTPHONE, DialLeg.MOBILE) == (attempt.channel, attempt.leg)
    assert DialChannel.SOFTPHONE is attempt.channel


def test_a_long_text_that_is_no_member_is_cut() -> None:
    """OB-2: of what isn't known no more than eighty characters are repeated."""
    with pytest.raises(InvalidValue) as refusal:
        Attempt(agent="u-asha", dialled="", channel="fax" * 1_000)

    [problem] = refusal.value.problems
    assert ("fax" * 27)[:80] == problem.parameters["value"]


def test_every_code_belongs_to_a_rule() -> None:
    """OB-1: a reason names its rule, whatever it says."""
    assert set(OutboundCode) == set(OUTBOUND_RULES)


def test_every_code_is_documented() -> None:
    """OB-1: codes are API, so the page on outbound calls has each of them, with its rule."""
    page = (Path(__file__).parents[2] / "docs" / "outbound.md").read_text(encoding="utf-8")
    rows = [line for line in page.partition("## Every reason")[2].splitlines() if line.startswith("| OB-")]
    documented = {(row.split("|")[1].strip(), code) for row in rows for code in re.findall(r"`([a-z_.]+)`", row)}

    assert documented == {(rule, code.value) for code, rule in OUTBOUND_RULES.items()}


@pytest.mark.parametrize(
    ("fields", "problems"),
    [
        ({"allowed_countries": ["IN", "001"], "barred_countries": []}, []),
        ({"allowed_countries": ["UK"]}, [("allowed_countries", Code.REGION_UNKNOWN)]),
        ({"barred_countries": ["in", "IND"]}, [("barred_countries", Code.REGION_UNKNOWN)] * 2),
        ({"allowed_types": ["fax"]}, [("allowed_types", Code.FIELD_UNKNOWN_CHOICE)]),
        ({"barred_types": ["mobile"]}, []),
    ],
)
def test_call_permissions_name_what_there_is(fields: dict[str, Any], problems: list[tuple[str, Code]]) -> None:
    """OB-7: a country that isn't there would bar nobody, so it is a mistake; all of them are told at once."""
    found: list[tuple[str, Code]] = []
    try:
        CallPermissions(**fields)
    except InvalidValue as error:
        found = [(each.where, each.code) for each in error.problems]

    assert problems == found


def test_an_empty_list_is_said() -> None:
    """OB-7: saying that none is allowed, or none barred, is another thing than saying nothing."""
    assert SAYS_NOTHING == CallPermissions()
    assert SAYS_NOTHING != CallPermissions(barred_countries=[])
    assert CallPermissions(allowed_types=[]) != CallPermissions(barred_types=[])


@pytest.mark.parametrize(
    ("written", "region", "expected"),
    [
        ("+223", "IN", "+223"),
        ("91", "IN", "+91"),
        ("22", "IN", "+9122"),
        ("9", "IN", "+919"),
        ("911", "IN", "+91911"),
        ("1", "US", "+1"),
        ("212", "US", "+1212"),
        ("06", "IT", "+3906"),
        ("47", "NO", "+47"),
        ("22", "XX", None),
        ("+22", "XX", "+22"),
    ],
)
def test_what_an_area_code_stands_for(written: str, region: str, expected: str | None) -> None:
    """OB-5: `+` is E.164, the own country code alone is itself, anything else is behind it."""
    assert expected == area_prefix(written, region)


@pytest.mark.parametrize(
    ("text", "region", "expected"),
    [
        ("112", "IN", "112"),
        ("911", "IN", "911"),
        ("100", "IN", "100"),
        ("100", "NO", None),
        ("113", "NO", "113"),
        (" 1-1-3 ", "NO", "113"),
        ("\uff11\uff11\uff13", "NO", "113"),
        ("\uff0b\uff14\uff17 \uff11\uff11\uff13", "NO", "113"),
        ("113#", "NO", "113"),
        ("113 #", "NO", "113"),
        ("113 ext. 4", "NO", "113"),
        ("+47 113", "NO", "113"),
        ("(+47) 113", "NO", "113"),
        ("0047113", "NO", "113"),
        ("47113", "NO", None),  # without `+` it is five digits of Norway
        ("+46 113", "NO", None),
        ("1131", "NO", None),
        ("*113", "NO", None),
        ("#113", "NO", None),
        ("11x3", "NO", None),
        ("\u0661\u0661\u0663", "NO", None),
        ("", "NO", None),
        ("#", "NO", None),
        ("112", "XX", "112"),
        ("113", "XX", None),
        ("+112", "XX", "112"),
        ("9" * 4_000, "NO", None),
        ("\ud800", "NO", None),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_which_emergency_number_a_text_calls(text: str, region: str, expected: str | None) -> None:
    """OB-6: it isn't lost by how it is typed, nor found where another number was."""
    assert expected == emergency_number(text, region)


@pytest.mark.parametrize(
    ("phone", "home", "expected"),
    [
        ("+918069651170", "NO", ("IN",)),
        ("+18762101234", "US", ("JM",)),
        ("+881612345678", "IN", ("001",)),
        ("+15555555555", "US", ("US",)),
        ("+15555555555", "CA", ("CA",)),
        ("+99912345678", "IN", ()),
    ],
)
def test_the_countries_of_a_number(phone: str, home: str, expected: tuple[str, ...]) -> None:
    """OB-7: one country if the range is known; home, if it isn't and the prefix is home's."""
    assert expected == phone_regions(PhoneNumber(phone), home)


def test_a_range_that_nobody_has_yet_may_be_any_country_of_its_prefix() -> None:
    """OB-7: new ranges exist, and what may be Jamaica's isn't certainly allowed by who allows the United States."""
    assert {"US", "CA", "JM"} < set(phone_regions(PhoneNumber("+15555555555"), "IN"))


@pytest.mark.parametrize("phone", ["+870773123456", "+881612345678", "+8821612345678", "+883510000000094"])
def test_satellites(phone: str) -> None:
    """OB-7: the prefixes of satellite systems, and of the networks that are billed as such."""
    assert PhoneType.SATELLITE is phone_type(PhoneNumber(phone))

"""`agentprov dial`: an outbound call decided, in words and as data (CL-1, OB-1 to OB-7)."""

from __future__ import annotations

import pytest

from agentprov.cli.dialling_words import OUTBOUND_SAID
from agentprov.model.outbound import OutboundCode
from tests.cli.desk import Desk, Ran

MORE = """
[caller_ids.c-oslo]
phone = "+4723050000"
name = "Oslo"

[caller_ids.c-bergen]
phone = "+4755500000"

[addresses.o-office]
name = "Office"
networks = ["192.0.2.0/24"]
"""
AGENTS = """
[users.u-dee]
login = "dee"
name = "Dee Aas"
mobile = "+4740612345"
user_group = "g-day"

[users.u-dee.calling]
caller_ids = ["c-oslo", "c-bergen"]

[users.u-dee.calling.extension]
number = "201"
area_caller_ids = [{ prefix = "55", caller_id = "c-bergen" }]
addresses = ["o-office"]

"""
AT_THE_OFFICE = ("--address", "192.0.2.7")


@pytest.fixture
def phones(desk: Desk) -> Desk:
    """The desk with an agent who calls out, and call permissions of her group."""
    text = desk.file.read_text(encoding="utf-8") + MORE
    text = text.replace("[users.u-ada]", AGENTS + "[users.u-ada]")
    text = text.replace(
        "[user_groups.g-day]\n", '[user_groups.g-day]\ncall_permissions = { barred_types = ["premium-rate"] }\n'
    )
    desk.file.write_text(text.replace('region = "NO"', 'region = "NO"\ninternational_calling = true'), encoding="utf-8")
    return desk


def dial(desk: Desk, *arguments: str) -> Ran:
    """An attempt of Dee's, as data."""
    return desk.run("dial", "FILE", "dee", *arguments, "--format", "json")


def lines(ran: Ran) -> list[str]:
    """What was printed, with single spaces."""
    return [" ".join(line.split()) for line in ran.out.splitlines() if line.strip()]


def test_a_call_is_told_with_its_leg_and_caller_id(phones: Desk) -> None:
    """OB-4, OB-5: the number as it is called, the agent's end, the caller ID, and why."""
    ran = phones.run("dial", "FILE", "u-dee", "55 50 12 34", *AT_THE_OFFICE)

    assert (0, "") == (ran.status, ran.err)
    assert [
        "yes: Dee Aas (u-dee) calls +4755501234",
        "through extension 201",
        "presents +4755500000 c-bergen",
        "OB-4 Dee Aas (u-dee): chose no leg, so it is the extension",
        "OB-5 caller ID c-bergen: is the one for numbers that begin like this",
        "OB-7 user group Day (g-day): allows this type of number",
    ] == lines(ran)


def test_choices_are_options(phones: Desk) -> None:
    """OB-4, OB-5: leg and caller ID are what the agent chose; data names everything by id."""
    ran = dial(phones, "+1 212 555 0123", "--leg", "mobile", "--caller-id", "c-bergen", *AT_THE_OFFICE)

    assert 0 == ran.status
    assert {
        "outcome": "dial",
        "agent": "u-dee",
        "dialled": "+1 212 555 0123",
        "channel": "click-to-call",
        "leg": "mobile",
        "rings": "+4740612345",
        "number": "+12125550123",
        "caller_id": "c-bergen",
        "presents": "+4755500000",
    }.items() <= ran.data.items()
    assert ["leg.chosen", "caller_id.chosen", "type.allowed"] == [each["code"] for each in ran.data["reasons"]]


def test_a_refusal_gives_every_reason(phones: Desk) -> None:
    """OB-1: status 1, and all that refuses, each with its sentence."""
    ran = phones.run("dial", "FILE", "u-dee", "+1 900 234 5678", "--leg", "mobile", "--channel", "softphone")

    assert (1, "") == (ran.status, ran.err)
    assert [
        "no: Dee Aas (u-dee) can't call `+1 900 234 5678`",
        "OB-3 Dee Aas (u-dee): calls only from named addresses, and isn't known to be logged in from any",
        "OB-4 Dee Aas (u-dee): calls don't go through the leg that was chosen",
        "OB-7 user group Day (g-day): bars this type of number",
    ] == lines(ran)


@pytest.mark.parametrize(
    ("dialled", "sentence"),
    [
        ("12", "`12` is too short for a phone number"),
        ("1-800-FLOWERS", "`1-800-FLOWERS` contains letters"),
        ("999", "`999` is too short for a phone number"),
        ("201", "Dee Aas (u-dee): this is their extension; calls inside are the switch's own"),
    ],
)
def test_a_number_that_is_none_is_told_in_the_words_of_its_fault(phones: Desk, dialled: str, sentence: str) -> None:
    """OB-1: what a person typed is repeated, and what is wrong with it."""
    ran = dial(phones, dialled, *AT_THE_OFFICE)

    assert (1, [sentence]) == (ran.status, [each["sentence"] for each in ran.data["reasons"]])


def test_international_calling_off_is_told(desk: Desk) -> None:
    """OB-1: the sentence names the tenant's country."""
    ran = desk.run("dial", "FILE", "u-bo", "+1 212 555 0123", "--format", "json")

    assert "`+1 212 555 0123` is not a number of NO, and international calling is off" in [
        each["sentence"] for each in ran.data["reasons"]
    ]


def test_an_emergency_call(phones: Desk) -> None:
    """OB-6: it is made from anywhere, by anybody; without a telephone in the file, by the one in the hand."""
    ran = phones.run("dial", "FILE", "u-ada", "1 1 3")

    assert 0 == ran.status
    assert [
        "yes: Ada Lien (u-ada) calls 113, the emergency services (NO)",
        "through the telephone in their hand; the file knows none",
        "presents what the trunk presents",
        "OB-6 an emergency number: nothing is asked",
        "OB-6 the tenant: names no caller ID for emergency calls",
    ] == lines(ran)
    assert ("emergency", "113", "NO", None) == tuple(
        phones.run("dial", "FILE", "u-ada", "113", "--format", "json").data[name]
        for name in ("outcome", "number", "region", "rings")
    )


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("u-dea", "112"), "there is no user `u-dea`"),
        (("u-dee", "112", "--caller-id", "c-osl"), "there is no caller id `c-osl`"),
        (("u-dee", "112", "--address", "010.0.0.1"), "--address: `010.0.0.1` is not one network address"),
        (("u-dee", "112", "--channel", "fax"), "invalid choice: 'fax'"),
        (("u-dee",), "the following arguments are required: NUMBER"),
    ],
)
def test_what_is_typed_wrong(phones: Desk, arguments: tuple[str, ...], error: str) -> None:
    """CL-1: a wrong command line has status 2 and says what to do."""
    ran = phones.run("dial", "FILE", *arguments)

    assert (2, "") == (ran.status, ran.out)
    assert error in ran.err


@pytest.mark.parametrize("dialled", ["\udcff", "\x1b[31m", "9" * 4_000, "300&DAHDI/g1/123"])
def test_no_text_plays_tricks_on_a_terminal(phones: Desk, dialled: str) -> None:
    """OB-1, CL-1: whatever was typed is shown escaped and cut, and as data it is JSON."""
    ran = phones.run("dial", "FILE", "u-dee", dialled)

    assert 1 == ran.status
    assert all(line.isprintable() and len(line) < 200 for line in ran.out.splitlines())
    assert dialled == dial(phones, dialled).data["dialled"]


def test_every_reason_has_words() -> None:
    """OB-1: no code is left to be shown as it is."""
    assert set(OutboundCode) == set(OUTBOUND_SAID)

"""Network addresses and the networks they may lie in, one input at a time."""

from __future__ import annotations

import pytest

from agentprov.errors import Code, Collector, InvalidValue
from agentprov.model.network import (
    NETWORK_LIMIT,
    Address,
    Network,
    allows,
    check_networks,
    parse_address,
    parse_network,
    parse_networks,
)


def shown(value: object) -> str:
    """A case's id: its beginning in ASCII."""
    return ascii(value)[:60]


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:DB8:0:0::1", "2001:db8::1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),  # B121
        ("::ffff:a00:1", "10.0.0.1"),
        ("::10.0.0.1", "::a00:1"),
        ("0.0.0.0", "0.0.0.0"),  # noqa: S104  read, not bound
    ],
)
def test_addresses(given: str, canonical: str) -> None:
    """CR-6: an address prints canonically; an IPv4-mapped one is its IPv4 one."""
    assert canonical == str(parse_address(given))


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("010.0.0.1", Code.IP_INVALID),  # B115
        ("0x0a.0.0.1", Code.IP_INVALID),
        ("10.1", Code.IP_INVALID),
        ("167772161", Code.IP_INVALID),
        ("１0.0.0.1", Code.IP_INVALID),
        ("", Code.IP_INVALID),
        (" 10.0.0.1", Code.IP_INVALID),
        ("10.0.0.1\n", Code.IP_INVALID),
        ("10.0.0.0/8", Code.IP_INVALID),
        ("1.1.1.1, 10.0.0.1", Code.IP_INVALID),  # B127
        ("1" * 1_000_000, Code.IP_INVALID),
        ("10.0.0.1%eth0", Code.IP_INVALID),
        ("fe80::1%eth0", Code.IP_ZONE_NOT_ALLOWED),  # B119
        ("fe80::1%", Code.IP_ZONE_NOT_ALLOWED),
        (167772161, Code.IP_WRONG_TYPE),  # B116
        (True, Code.IP_WRONG_TYPE),
        (b"\x0a\x00\x00\x01", Code.IP_WRONG_TYPE),
        (None, Code.IP_WRONG_TYPE),
    ],
    ids=shown,
)
def test_refused_addresses(given: object, code: Code) -> None:
    """CR-6: what isn't one plainly written address is an error."""
    with pytest.raises(InvalidValue) as refusal:
        parse_address(given)

    assert [(code, ())] == [(problem.code, problem.path) for problem in refusal.value.problems]


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ("192.0.2.0/24", "192.0.2.0/24"),
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.1/32", "192.0.2.1"),
        ("2001:DB8::/32", "2001:db8::/32"),
        ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
        ("::ffff:0:0/96", "0.0.0.0/0"),
        ("::/0", "::/0"),
    ],
)
def test_networks(given: str, canonical: str) -> None:
    """CR-6: a network prints canonically, and one inside the mapped block is its IPv4 one."""
    assert canonical == str(parse_network(given))


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("1.2.3.0/0.0.0.255", Code.IP_INVALID),  # B118
        ("1.2.3.0/255.255.255.0", Code.IP_INVALID),
        ("10.0.0.0/08", Code.IP_INVALID),
        ("10.0.0.0/33", Code.IP_INVALID),
        ("10.0.0.0/999", Code.IP_INVALID),
        ("10.0.0.0/-1", Code.IP_INVALID),
        ("10.0.0.0/", Code.IP_INVALID),
        ("10.0.0.0/8/8", Code.IP_INVALID),
        ("10.0.0.1/8", Code.IP_INVALID),
        ("::ffff:10.0.0.0/80", Code.IP_INVALID),
        ("010.0.0.0/8", Code.IP_INVALID),
        ("fe80::%eth0/10", Code.IP_ZONE_NOT_ALLOWED),
        (5, Code.IP_WRONG_TYPE),
    ],
    ids=shown,
)
def test_refused_networks(given: object, code: Code) -> None:
    """CR-6: masks, superfluous zeros, set bits behind the prefix and zones are errors."""
    with pytest.raises(InvalidValue) as refusal:
        parse_network(given)

    assert (code,) == refusal.value.codes


@pytest.mark.parametrize(
    ("network", "address", "inside"),
    [
        ("10.0.0.0/8", "10.255.255.255", True),
        ("10.0.0.0/8", "11.0.0.0", False),
        ("10.0.0.0/8", "::ffff:10.0.0.1", True),  # B121
        ("10.0.0.0/8", "2001:db8::1", False),  # B124
        ("2001:db8::/32", "10.0.0.1", False),
        ("::/0", "10.0.0.1", False),
        ("0.0.0.0/0", "255.255.255.255", True),
        ("192.0.2.1", "192.0.2.1", True),
    ],
)
def test_an_address_lies_in_a_network(network: str, address: str, inside: bool) -> None:
    """CR-6: versions never mix, and mapped addresses are IPv4 ones."""
    assert inside is parse_network(network).contains(parse_address(address))
    assert inside is allows([parse_network("198.51.100.7"), parse_network(network)], parse_address(address))


def test_an_empty_list_allows_nothing() -> None:
    """CR-6: what isn't listed isn't allowed."""
    assert not allows([], parse_address("10.0.0.1"))


def test_a_list_of_networks() -> None:
    """CR-6: IPv4 and IPv6, networks and single addresses, in their order."""
    texts = ["10.0.0.0/8", "2001:db8::1"]

    assert texts == [str(network) for network in parse_networks(texts)]


def test_a_list_reports_every_faulty_entry() -> None:
    """CR-6, P77: all faults of a list are reported together, with their positions."""
    with pytest.raises(InvalidValue) as refusal:
        parse_networks(["10.0.0.0/8", "10.1", 5, "fe80::1%eth0"])

    assert [
        (Code.IP_INVALID, (1,)),
        (Code.IP_WRONG_TYPE, (2,)),
        (Code.IP_ZONE_NOT_ALLOWED, (3,)),
    ] == [(problem.code, problem.path) for problem in refusal.value.problems]


@pytest.mark.parametrize(
    ("texts", "code"),
    [([], Code.FIELD_EMPTY), (["10.0.0.1"] * (NETWORK_LIMIT + 1), Code.IP_TOO_MANY)],
    ids=["empty", "B125"],
)
def test_refused_lists(texts: list[object], code: Code) -> None:
    """CR-6, B125: an empty list is an error where it is set, and so is one too long."""
    with pytest.raises(InvalidValue) as refusal:
        parse_networks(texts)

    assert (code,) == refusal.value.codes


def test_a_constructor_notes_a_list_that_is_too_long() -> None:
    """B125: 10,000 networks are the most a list may have."""
    found = Collector()
    one = parse_network("10.0.0.1")

    check_networks(found, "networks", (one,) * NETWORK_LIMIT)
    check_networks(found, "networks", (one,) * (NETWORK_LIMIT + 1))

    assert [(Code.IP_TOO_MANY, ("networks",))] == [(problem.code, problem.path) for problem in found.problems]


@pytest.mark.parametrize(("network", "wide"), [("0.0.0.0/0", True), ("::/0", True), ("128.0.0.0/1", False)])
def test_a_network_can_be_too_wide(network: str, wide: bool) -> None:
    """B122: a network of everything can be told."""
    assert wide is parse_network(network).too_wide


@pytest.mark.parametrize(
    ("version", "number"),
    [(5, 1), (True, 1), (4, 2**32), (4, -1), (4, True), (6, 2**128), (6, 0xFFFF << 32)],
)
def test_addresses_are_valid_by_construction(version: int, number: int) -> None:
    """CR-6: neither a number out of range nor a mapped one can be an address."""
    with pytest.raises(InvalidValue):
        Address(version=version, number=number)


@pytest.mark.parametrize(("number", "prefix"), [(1, 31), (0, 33), (0, -1), (0, True)])
def test_networks_are_valid_by_construction(number: int, prefix: int) -> None:
    """CR-6: a network has no bits behind its prefix."""
    with pytest.raises(InvalidValue):
        Network(version=4, number=number, prefix=prefix)

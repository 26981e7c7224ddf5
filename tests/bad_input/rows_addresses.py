"""Network addresses: spellings that other libraries take for another address, networks that let everybody in."""

from __future__ import annotations

from typing import Final

from agentprov.errors import Code
from agentprov.model.network import allows, parse_address, parse_networks
from tests.bad_input.rows import Act, Row, asks, each, field_row

FIELD: Final = "allowed_addresses"


def entry(code: Code, position: int = 0) -> tuple[str, Code]:
    """A fault of one entry of the list."""
    return f"{FIELD}[{position}]", code


def inside(network: str, address: str) -> Act:
    """Whether an address lies in a network."""
    return lambda _: allows(parse_networks([network]), parse_address(address))


def lists(*entries: object) -> list[list[object]]:
    """Lists of one entry each."""
    return [[entry] for entry in entries]


_INVALID, _KIND = entry(Code.IP_INVALID), entry(Code.IP_WRONG_TYPE)

ROWS: Final[tuple[Row, ...]] = (
    *each("B115", "another spelling", FIELD, lists("010.0.0.1", "0x0a.0.0.1", "10.1", "167772161"), _INVALID),
    *each(
        "B115d",
        "another spelling",
        FIELD,
        lists("10.0.0.1.", "１０.0.0.1", "10.0.0.256", "1.2.3.4.5", "", ":"),
        _INVALID,
    ),
    *each("B115j", "a text around it", FIELD, lists(" 10.0.0.1", "10.0.0.1\n", "http://10.0.0.1", "[::1]"), _INVALID),
    *each("B116", "no text", FIELD, lists(167772161, True, b"\x0a\0\0\1", None, ["10.0.0.1"], {}, 1.5), _KIND),
    *each("B118", "a mask", FIELD, lists("1.2.3.0/0.0.0.255", "1.2.3.0/255.255.255.0", "1.2.3.0/+24"), _INVALID),
    *each(
        "B118c",
        "a prefix that doesn't fit",
        FIELD,
        lists("1.2.3.4/24", "1.2.3.0/33", "::/129", "1.2.3.0/024"),
        _INVALID,
    ),
    *each(
        "B119", "a zone", FIELD, lists("fe80::1%eth0", "fe80::1%1", "fe80::1%eth0/64"), entry(Code.IP_ZONE_NOT_ALLOWED)
    ),
    asks("B121", "IPv4 written as IPv6", inside("10.0.0.0/8", "::ffff:10.0.0.1"), gives=True),
    asks("B121a", "IPv4 written as IPv6 outside", inside("10.0.0.0/8", "::ffff:11.0.0.1"), gives=False),
    asks("B121b", "a network written as IPv6", inside("::ffff:10.0.0.0/104", "10.0.0.1"), gives=True),
    *each("B122", "lets everybody in", FIELD, lists("0.0.0.0/0", "::/0"), warns=Code.IP_TOO_WIDE),
    asks("B124", "IPv4 rule, IPv6 client", inside("10.0.0.0/8", "2001:db8::1"), gives=False),
    asks("B124a", "IPv6 rule, IPv4 client", inside("2001:db8::/32", "10.0.0.1"), gives=False),
    field_row("B125", "100,000 rules", FIELD, ["10.0.0.1"] * 100_000, Code.IP_TOO_MANY),
    field_row("B125a", "an empty list", FIELD, [], Code.FIELD_EMPTY),
    field_row("B125b", "text in place of a list", FIELD, "10.0.0.1", Code.FIELD_WRONG_TYPE),
    field_row("B125c", "an object in place of a list", FIELD, {"10.0.0.1": 1}, Code.FIELD_WRONG_TYPE),
    field_row("B125d", "twice", FIELD, ["10.0.0.1", "::ffff:10.0.0.1"], entry(Code.FIELD_DUPLICATE, 1)),
    field_row(
        "B125e", "several faults", FIELD, ["10.1", "10.0.0.1", 5], entry(Code.IP_INVALID), entry(Code.IP_WRONG_TYPE, 2)
    ),
    asks("B127", "a list", lambda _: parse_address("1.1.1.1, 10.0.0.1"), ("(whole)", Code.IP_INVALID)),
    asks("B127a", "with a port", lambda _: parse_address("10.0.0.1:443"), ("(whole)", Code.IP_INVALID)),
    asks("B127b", "a network", lambda _: parse_address("10.0.0.0/8"), ("(whole)", Code.IP_INVALID)),
)

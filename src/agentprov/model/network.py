"""Network addresses: where a sign-in comes from, and the networks it may come from (CR-6).

An address is compared in its canonical form: an IPv4-mapped IPv6 address is its IPv4 one, so a client that connects as
``::ffff:10.0.0.1`` lies in ``10.0.0.0/8``. What is no address is an error, never "allowed". Whether one is private,
local or reserved is asked nowhere.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import Final

import attrs

from agentprov.errors import Code, Collector, InvalidValue, Problem

NETWORK_LIMIT: Final = 10_000
"""How many networks one list may have."""

_BITS: Final = {4: 32, 6: 128}
_MAPPED: Final = 0xFFFF << 32  # ::ffff:0:0, the block that stands for IPv4
_MAPPED_PREFIX: Final = 96
_PREFIX: Final = re.compile(r"0|[1-9][0-9]{0,2}")
_LONGEST: Final = 64  # no spelling of a network is longer
_ADDRESS_WORDS: Final = "one network address"
_NETWORK_WORDS: Final = "a network"


@attrs.frozen(kw_only=True)
class Address:
    """One IPv4 or IPv6 address, as a number of 32 or 128 bits; made by :func:`parse_address`. Prints canonically."""

    version: int
    number: int

    def __attrs_post_init__(self) -> None:
        _check_number(self.version, self.number, _ADDRESS_WORDS)

    def __str__(self) -> str:
        return _written(self.version, self.number)


@attrs.frozen(kw_only=True)
class Network:
    """All addresses that begin with the same ``prefix`` bits as ``number``, whose other bits are zero.

    Made by :func:`parse_network`. Prints canonically, a single address without its prefix.
    """

    version: int
    number: int
    prefix: int

    def __attrs_post_init__(self) -> None:
        _check_number(self.version, self.number, _NETWORK_WORDS)
        bits = _BITS[self.version]
        if type(self.prefix) is not int or not 0 <= self.prefix <= bits or self.number % (1 << (bits - self.prefix)):
            raise InvalidValue.of(Code.IP_INVALID, value=f"{self.number}/{self.prefix}", expected=_NETWORK_WORDS)

    def contains(self, address: Address) -> bool:
        """Whether the address lies inside. One of the other version never does."""
        return self.version == address.version and not (self.number ^ address.number) >> (
            _BITS[self.version] - self.prefix
        )

    @property
    def too_wide(self) -> bool:
        """Whether it holds every address of its version, so that listing it lists nothing (``ip.too_wide``)."""
        return self.prefix == 0

    def __str__(self) -> str:
        written = _written(self.version, self.number)
        return written if self.prefix == _BITS[self.version] else f"{written}/{self.prefix}"


def _check_number(version: int, number: int, expected: str) -> None:
    """Refuse what is no number of this version, and the mapped block, whose addresses are IPv4 ones."""
    whole = type(version) is int and version in _BITS and type(number) is int
    if not whole or not 0 <= number < 1 << _BITS[version] or (version == 6 and number >> 32 == _MAPPED >> 32):  # noqa: PLR2004
        raise InvalidValue.of(Code.IP_INVALID, value=f"{version}:{number}"[:_LONGEST], expected=expected)


def _written(version: int, number: int) -> str:
    return str(ipaddress.IPv4Address(number) if version == 4 else ipaddress.IPv6Address(number))  # noqa: PLR2004


def parse_address(text: object) -> Address:
    """The address that ``text`` spells. One address only: the host takes the trusted one from a forwarding list.

    Raises:
        InvalidValue: ``ip.wrong_type``, ``ip.invalid`` (also for leading zeros, short and hexadecimal spellings) or
            ``ip.zone_not_allowed``.

    >>> print(parse_address("::ffff:10.0.0.1"))
    10.0.0.1
    """
    outcome = _read_address(text)
    if isinstance(outcome, Problem):
        raise InvalidValue((outcome,))
    return outcome


def parse_network(text: object) -> Network:
    """The network or single address that ``text`` spells, as ``192.0.2.0/24`` or ``2001:db8::1``.

    The prefix is a plain number, no mask, and the bits behind it are zero. ``::ffff:10.0.0.0/104`` is ``10.0.0.0/8``.

    Raises:
        InvalidValue: ``ip.wrong_type``, ``ip.invalid`` or ``ip.zone_not_allowed``.

    >>> print(parse_network("2001:DB8:0::/32"))
    2001:db8::/32
    """
    outcome = _read_network(text)
    if isinstance(outcome, Problem):
        raise InvalidValue((outcome,))
    return outcome


def parse_networks(texts: Iterable[object]) -> tuple[Network, ...]:
    """A list of networks, not empty and of at most 10,000; every faulty entry is reported with its position.

    Raises:
        InvalidValue: ``field.empty``, ``ip.too_many``, or what :func:`parse_network` says of the entries.

    >>> [str(network) for network in parse_networks(["10.0.0.0/8", "2001:db8::1"])]
    ['10.0.0.0/8', '2001:db8::1']
    """
    listed = tuple(texts)
    found = Collector()
    if not listed:
        found.add(Code.FIELD_EMPTY)
    if len(listed) > NETWORK_LIMIT:
        found.add(Code.IP_TOO_MANY, limit=NETWORK_LIMIT)
    found.check()
    networks = []
    for position, text in enumerate(listed):
        outcome = _read_network(text)
        if isinstance(outcome, Problem):
            found.absorb((outcome,), position)
        else:
            networks.append(outcome)
    found.check()
    return tuple(networks)


def networks_in_order(networks: Iterable[Network]) -> tuple[Network, ...]:
    """The networks as a tuple, for constructors."""
    return tuple(networks)


def check_networks(found: Collector, name: str, networks: tuple[Network, ...]) -> None:
    """Note a list of networks that is too long. For constructors; each network is valid by itself."""
    if len(networks) > NETWORK_LIMIT:
        found.add(Code.IP_TOO_MANY, name, limit=NETWORK_LIMIT)


def allows(networks: Iterable[Network], address: Address) -> bool:
    """Whether some network contains the address. An empty list allows nothing: "everywhere" is said otherwise.

    >>> allows(parse_networks(["10.0.0.0/8"]), parse_address("::ffff:10.0.0.1"))
    True
    """
    return any(network.contains(address) for network in networks)


def _problem(code: Code, text: str, expected: str) -> Problem:
    return Problem(code=code, parameters={"value": text[:_LONGEST], "expected": expected})


def _read_address(value: object) -> Address | Problem:
    if not isinstance(value, str):
        return Problem(code=Code.IP_WRONG_TYPE)
    parsed = _parsed(value, _ADDRESS_WORDS)
    if isinstance(parsed, Problem):
        return parsed
    version, number = parsed
    if version == 6 and number >> 32 == _MAPPED >> 32:  # noqa: PLR2004
        return Address(version=4, number=number - _MAPPED)
    return Address(version=version, number=number)


def _read_network(value: object) -> Network | Problem:
    if not isinstance(value, str):
        return Problem(code=Code.IP_WRONG_TYPE)
    written, slash, prefix_text = value.partition("/")
    parsed = _parsed(written, _NETWORK_WORDS)
    if isinstance(parsed, Problem):
        return parsed
    version, number = parsed
    bits = _BITS[version]
    if slash and not _PREFIX.fullmatch(prefix_text):
        return _problem(Code.IP_INVALID, value, _NETWORK_WORDS)
    prefix = int(prefix_text) if slash else bits
    if version == 6 and number >> 32 == _MAPPED >> 32 and prefix >= _MAPPED_PREFIX:  # noqa: PLR2004
        version, number, prefix, bits = 4, number - _MAPPED, prefix - _MAPPED_PREFIX, 32
    if prefix > bits or number % (1 << (bits - prefix)):
        return _problem(Code.IP_INVALID, value, _NETWORK_WORDS)
    return Network(version=version, number=number, prefix=prefix)


def _parsed(text: str, expected: str) -> tuple[int, int] | Problem:
    """Version and number of an address as it is spelt, mapped ones not yet made IPv4."""
    plain, percent, _ = text.partition("%")
    try:
        address = ipaddress.ip_address(plain if len(plain) <= _LONGEST else "")
    except ValueError:
        return _problem(Code.IP_INVALID, text, expected)
    if percent:
        zoned = address.version == 6  # noqa: PLR2004
        return _problem(Code.IP_ZONE_NOT_ALLOWED if zoned else Code.IP_INVALID, text, expected)
    return address.version, int(address)

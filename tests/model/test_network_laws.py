"""Laws of addresses and networks, against the standard library's."""

from __future__ import annotations

import ipaddress

from hypothesis import given
from hypothesis import strategies as st

from agentprov.errors import InvalidValue
from agentprov.model.network import Network, allows, parse_address, parse_network

ADDRESSES = st.ip_addresses().filter(lambda a: a.version == 4 or a.ipv4_mapped is None)
NETWORKS = st.builds(
    lambda address, cut: ipaddress.ip_network(f"{address}/{address.max_prefixlen - cut % 33}", strict=False),
    ADDRESSES,
    st.integers(0, 32),
).filter(lambda n: n.version == 4 or ipaddress.IPv6Address(n.network_address).ipv4_mapped is None)


def parsed(networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> list[Network]:
    """The same networks, ours."""
    return [parse_network(str(network)) for network in networks]


@given(st.lists(NETWORKS, max_size=5), ADDRESSES)
def test_allowed_means_contained(
    networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network], address: ipaddress.IPv4Address
) -> None:
    """P72: an address is allowed exactly if some network contains it."""
    expected = any(address in network for network in networks)

    assert expected is allows(parsed(networks), parse_address(str(address)))


@given(st.lists(NETWORKS, max_size=5), st.ip_addresses(v=4))
def test_mapped_is_ipv4(
    networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network], address: ipaddress.IPv4Address
) -> None:
    """P72: an IPv4-mapped address is allowed exactly if its IPv4 one is."""
    ours = parsed(networks)

    assert allows(ours, parse_address(str(address))) is allows(ours, parse_address(f"::ffff:{address}"))


@given(st.lists(NETWORKS, max_size=5), NETWORKS, ADDRESSES)
def test_adding_a_network_only_widens(
    networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network],
    more: ipaddress.IPv4Network,
    address: ipaddress.IPv4Address,
) -> None:
    """P72: nothing that was allowed is refused after a network was added."""
    ours, given_address = parsed(networks), parse_address(str(address))

    assert not allows(ours, given_address) or allows([*ours, parse_network(str(more))], given_address)


@given(NETWORKS, ADDRESSES)
def test_printing_and_reading_is_identity(
    network: ipaddress.IPv4Network | ipaddress.IPv6Network, address: ipaddress.IPv4Address
) -> None:
    """P73: what is printed is read back equal, and hashes alike."""
    ours, given_address = parse_network(str(network)), parse_address(str(address))

    assert ours == parse_network(str(ours))
    assert given_address == parse_address(str(given_address))
    assert hash(given_address) == hash(parse_address(str(given_address)))


@given(
    st.none()
    | st.booleans()
    | st.integers()
    | st.binary()
    | st.text()
    | st.text(alphabet="0123456789abf.:/%", max_size=50)
)
def test_every_network_is_canonical_or_refused(value: object) -> None:
    """P76: any value gives a network or a problem, never another exception."""
    try:
        network = parse_network(value)
    except InvalidValue:
        return
    assert network == parse_network(str(network))

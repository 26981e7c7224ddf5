"""Network addresses and networks: what is read is written in one way, which is read as the same."""

from __future__ import annotations

from typing import Final

from agentprov.errors import AgentprovError
from agentprov.model.network import allows, parse_address, parse_network

SEEDS: Final = tuple(
    text.encode()
    for text in (
        *("10.0.0.1", "::1", "::ffff:10.0.0.1", "192.0.2.0/24", "2001:db8::/32", "::ffff:10.0.0.0/104", "fe80::1%eth0"),
        *("010.0.0.1", "0x0a.0.0.1", "1.2.3.0/0.0.0.255", "::/0", "1.1.1.1, 10.0.0.1", "１.1.1.1", "::ffff:0:0/95"),
    )
)
WORDS: Final = (b"::", b"/", b"%", b"ffff:", b".0", b"/32", b"/128", b"255", b"0x", b"\xef\xbc\x91", b"\xd9\xa1")


def one(data: bytes) -> None:
    """An address, a network, or one problem of each."""
    text = data.decode("utf-8", "surrogateescape")
    try:
        address = parse_address(text)
    except AgentprovError as error:
        str(error)
    else:
        assert address == parse_address(str(address))
        assert allows([parse_network(str(address))], address)
    network = parse_network(text)
    assert network == parse_network(str(network))

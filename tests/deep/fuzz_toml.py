"""Documents in TOML: read or refused; what is read is written and read again."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from agentprov.codec import dumps, loads

_SMALL: Final = b"""agentprov = 1
id = "t"
name = "T"
settings = { time_zone = "UTC", region = "IN" }
blueprint = "smartflo"
[users.u-a]
login = "a"
"""
SEEDS: Final = (b"", _SMALL, (Path(__file__).parent.parent / "codec" / "full.toml").read_bytes())
WORDS: Final = (
    *(
        b"[users.u-b]",
        b"[[x]]",
        b'"""',
        b"'''",
        b"inf",
        b"nan",
        b"1979-05-27T07:32:00Z",
        b"07:32:00",
        b"0xff",
        b"a.b.c",
    ),
    *(b"{ type = 'hang-up' }", b"\\u0000", b"\\ud800", b"= [", b"_1", b"# x", b"time_zone"),
)


def one(data: bytes) -> None:
    """A tenant, or problems."""
    tenant = loads(data, "toml")
    assert tenant == loads(dumps(tenant, "toml"), "toml")

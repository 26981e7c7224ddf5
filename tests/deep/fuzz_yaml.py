"""Documents in YAML: read or refused; what is read is written and read again."""

from __future__ import annotations

from typing import Final

from agentprov.codec import dumps, loads

_SMALL: Final = b"""agentprov: 1
id: t
name: T
settings: {time_zone: UTC, region: IN}
blueprint: smartflo
users:
  u-a:
    login: a
    name: "A"
    roles: [agent]
"""
SEEDS: Final = (b"", _SMALL, b"a: &a [1]\nb: *a\n", b"- - - x\n", b"a: |\n  x\n  y\n", b"? [a]\n: b\n")
WORDS: Final = (
    *(
        b"&a ",
        b"*a",
        b"!!python/name:os.system",
        b"!!binary",
        b"<<: ",
        b"---\n",
        b"...\n",
        b"%YAML 1.1\n",
        b"|\n",
        b">-\n",
    ),
    *(
        b"? ",
        b"- ",
        b"{",
        b"[",
        b'"\\x00"',
        b"~",
        b"yes",
        b".inf",
        b".nan",
        b"0o7",
        b"1:30",
        b"\t",
        b"\xe2\x80\xa8",
        b"users:",
    ),
)


def one(data: bytes) -> None:
    """A tenant, or problems."""
    tenant = loads(data, "yaml")
    assert tenant == loads(dumps(tenant, "yaml"), "yaml")

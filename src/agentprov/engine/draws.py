"""Numbers drawn from a seed, the same on every machine and in every version (RT-11)."""

from __future__ import annotations

from typing import Final

from agentprov.model.ids import UserId

_MASK: Final = (1 << 64) - 1


def draw_of(user: UserId) -> int:
    """What of a user goes into drawing an order: 64 bits of their id, whoever else is there.

    With one draw after another from a generator, a member who leaves would change the order of those who stay.
    """
    from hashlib import blake2b

    return int.from_bytes(blake2b(user.encode(), digest_size=8).digest(), "big")


def mixed(value: int) -> int:
    """Every bit of the lower 64 spread over all of them (the finisher of splitmix64, Steele, Lea and Flood 2014)."""
    value = (value + 0x9E3779B97F4A7C15) & _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)

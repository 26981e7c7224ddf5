"""Which emergency number a dialled text calls (OB-6)."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from agentprov.model.dialling import digits_of, emergency_digits, plainly, seen, split_suffix
from agentprov.model.phones import country_prefix, is_emergency, is_region

_SEND: Final = "#"


def emergency_number(text: str, region: str) -> str | None:
    """The emergency number of the region that dialling this calls, in plain digits; nothing if it calls none.

    Spaces, punctuation, invisible characters and full-width digits are overlooked, and so are a ``#`` that sends the
    number off and a suffix to dial afterwards. Behind the region's own country prefix, with ``+`` or ``00``, it is the
    same number.

    >>> emergency_number("1 1 2#", "NO"), emergency_number("+91 100", "IN"), emergency_number("999", "IN")
    ('112', '100', None)
    """
    return _number(seen(text), region)


@lru_cache(maxsize=65_536)
def _number(text: str, region: str) -> str | None:
    body, _ = split_suffix(plainly(text))
    body = body.rstrip(" " + _SEND)
    if is_emergency(body, region):
        return emergency_digits(body)
    digits = digits_of(body)
    if not is_region(region) or not digits.isascii() or not digits.isdigit():
        return None
    lead = "+" if body.lstrip("( ").startswith("+") else ""
    for prefix in (country_prefix(region), f"00{country_prefix(region)[1:]}"):
        behind = f"{lead}{digits}".removeprefix(prefix)
        if behind != lead + digits and is_emergency(behind, region):
            return behind
    return None

"""What the entries of a list of caller IDs by area code stand for (OB-5)."""

from __future__ import annotations

from functools import lru_cache

from agentprov.model.phones import country_prefix, is_region


@lru_cache(maxsize=4_096)
def area_prefix(written: str, region: str) -> str | None:
    """The beginning of an E.164 number that an entry stands for in a tenant of ``region``.

    With ``+`` it is written so already. Bare digits are the tenant's own country prefix, or else an area code behind
    it, without the national prefix. They stand for nothing where the region has no numbering plan.

    >>> [area_prefix(written, "IN") for written in ("+223", "91", "22")]
    ['+223', '+91', '+9122']
    """
    if written.startswith("+"):
        return written
    if not is_region(region):
        return None
    country = country_prefix(region)
    return country if f"+{written}" == country else country + written

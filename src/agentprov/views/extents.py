"""How far a permission goes, as it is shown: wholly, partly, not at all, or forbidden; and in words."""

from __future__ import annotations

from enum import StrEnum

from agentprov.engine.extents import NOWHERE, Extent
from agentprov.engine.sentences import scope_words
from agentprov.model.access import WHOLE_TENANT, Within
from agentprov.model.tenant import Tenant


class Reach(StrEnum):
    """How far a permission is held, roughly."""

    WHOLE = "whole"
    """For the whole tenant."""
    PART = "part"
    """For a part of it."""
    DENIED = "denied"
    """A deny for the whole tenant forbids it, whatever allows it."""
    NOTHING = "nothing"
    """Nothing grants it."""


def reach(extent: Extent) -> Reach:
    """How far an extent goes, roughly."""
    if Within.TENANT in extent.denied:
        return Reach.DENIED
    if extent.whole:
        return Reach.WHOLE
    return Reach.PART if effective(extent).allowed else Reach.NOTHING


def effective(extent: Extent) -> Extent:
    """The extent without what makes no difference in it, so that equal words mean equal rights.

    The whole tenant holds every other scope; what is allowed and denied by the same term isn't allowed.
    """
    if Within.TENANT in extent.denied:
        return NOWHERE
    allowed = WHOLE_TENANT if Within.TENANT in extent.allowed else extent.allowed - extent.denied
    return Extent(allowed=allowed, denied=extent.denied) if allowed else NOWHERE


def extent_words(tenant: Tenant, extent: Extent) -> str:
    """How far a permission goes: ``for the whole tenant, but not for themselves``; ``nowhere`` if it doesn't."""
    real = effective(extent)
    if not real.allowed:
        return "nowhere"
    but = f", but not {scope_words(tenant, real.denied)}" if real.denied else ""
    return f"{scope_words(tenant, real.allowed)}{but}"

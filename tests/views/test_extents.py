"""How far a permission goes, as it is shown (AN-6)."""

from __future__ import annotations

import pytest

from agentprov.engine.extents import NOWHERE, Extent
from agentprov.model.access import WHOLE_TENANT, Chosen, ChosenKind, Scope, Within
from agentprov.views.extents import Reach, effective, extent_words, reach
from tests.tenants import small

SELF: Scope = frozenset({Within.SELF})
AGENTS: Scope = frozenset({Within.OWN_AGENTS})
RAVI: Scope = frozenset({Chosen(kind=ChosenKind.USER, id="u-ravi")})


@pytest.mark.parametrize(
    ("allowed", "denied", "how_far", "words"),
    [
        (WHOLE_TENANT, frozenset(), Reach.WHOLE, "for the whole tenant"),
        (WHOLE_TENANT | SELF, frozenset(), Reach.WHOLE, "for the whole tenant"),
        (AGENTS | SELF, frozenset(), Reach.PART, "for their own agents or for themselves"),
        (WHOLE_TENANT, SELF, Reach.PART, "for the whole tenant, but not for themselves"),
        (AGENTS | SELF, SELF, Reach.PART, "for their own agents, but not for themselves"),
        (RAVI, frozenset(), Reach.PART, "for Ravi"),
        (WHOLE_TENANT, WHOLE_TENANT, Reach.DENIED, "nowhere"),
        (frozenset(), WHOLE_TENANT, Reach.DENIED, "nowhere"),
        (SELF, SELF, Reach.NOTHING, "nowhere"),
        (frozenset(), SELF, Reach.NOTHING, "nowhere"),
        (frozenset(), frozenset(), Reach.NOTHING, "nowhere"),
    ],
)
def test_an_extent_is_told_by_what_makes_a_difference(
    allowed: Scope, denied: Scope, how_far: Reach, words: str
) -> None:
    """AC-2, AC-3: the tenant holds every scope, and a deny of the same scope leaves nothing of it."""
    extent = Extent(allowed=allowed, denied=denied)

    assert (how_far, words) == (reach(extent), extent_words(small(), extent))


def test_extents_that_go_nowhere_are_one() -> None:
    """AC-2: nothing allowed, or everything denied: there is no telling them apart by what may be done."""
    assert {NOWHERE} == {
        effective(Extent(allowed=allowed, denied=denied))
        for allowed, denied in [(SELF, WHOLE_TENANT), (SELF, SELF), (frozenset(), RAVI), (frozenset(), frozenset())]
    }

"""The years for which days are asked of another source."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Final

from agentprov.errors import Code, Collector
from agentprov.model.instants import END, FIRST

_MOST: Final = END.year - FIRST.year


def asked_years(
    found: Collector, years: Iterable[int], *, low: int = FIRST.year, high: int = END.year - 1
) -> frozenset[int]:
    """The years as a set; noted is at ``years`` if there are none, or the first that isn't from ``low`` to ``high``."""
    # One more than there are: a range of a billion years is no reason to look at them all.
    asked = frozenset(islice(years, _MOST + 1))
    wrong = next((year for year in sorted(asked) if not low <= year <= high), None)
    if wrong is not None:
        found.add(Code.FIELD_OUT_OF_RANGE, "years", value=wrong, low=low, high=high)
    if not asked:
        found.add(Code.FIELD_EMPTY, "years")
    return asked

"""The harnesses of ``make fuzz``: each reads its seeds, and pieces of them, as it would when it is fuzzed."""

from __future__ import annotations

from random import Random

import pytest

from tests.deep.fuzzing import harness, judged, names


@pytest.mark.parametrize("name", names())
def test_a_harness_reads_its_seeds_and_pieces_of_them(name: str) -> None:
    """P76: nothing but values and problems, of whole seeds, halves, seeds with a byte changed and a word put in."""
    chosen, chance = harness(name), Random(76)
    for seed in chosen.SEEDS:
        judged(chosen, seed)
        for _ in range(10):
            place = chance.randrange(len(seed) + 1)
            word = chance.choice(chosen.WORDS)
            for changed in (
                seed[:place],
                seed[:place] + word + seed[place:],
                seed[:place] + b"\xff" + seed[place + 1 :],
            ):
                judged(chosen, changed)

"""Settling what came of a one-time code with a store that never lets it be saved."""

from __future__ import annotations

import attrs
import pytest

from agentprov.errors import Code, Conflict
from agentprov.memory import MemoryCodes
from agentprov.model.ids import TenantId, UserId
from agentprov.model.one_time_codes import CodeKey, CodePurpose, CodeRecord
from agentprov.repositories import settle_codes
from agentprov.repositories.settling import TRIES

KEY = CodeKey(tenant=TenantId("t-acme"), user=UserId("u-asha"), purpose=CodePurpose.RECOVERY)


@attrs.frozen
class Outcome:
    """What counts once its record is saved."""

    record: CodeRecord


class Unwilling(MemoryCodes):
    """Says that somebody else was first, whatever is put."""

    def put_codes(self, record: CodeRecord, *, expected: CodeRecord | None) -> None:  # noqa: ARG002
        """A conflict."""
        raise Conflict.of(Code.CONFLICT_CHANGED, "codes")


def test_a_store_that_always_conflicts_is_given_up() -> None:
    """CR-2: nothing counts that isn't saved, and nobody tries for ever."""
    tries: list[CodeRecord | None] = []

    def step(before: CodeRecord | None) -> Outcome:
        tries.append(before)
        assert len(tries) <= TRIES
        return Outcome(CodeRecord(key=KEY))

    with pytest.raises(Conflict) as caught:
        settle_codes(Unwilling(), KEY, step)
    assert ((Code.CONFLICT_CHANGED,), TRIES) == (caught.value.codes, len(tries))

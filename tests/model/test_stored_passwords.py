"""A password as it is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from agentprov.errors import Code, InvalidValue
from agentprov.model.stored_passwords import StoredPassword

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def test_two_spellings_of_an_instant_are_one() -> None:
    """CR-7: what a store expects is compared by the instant, not by its offset."""
    there = AT.astimezone(timezone(timedelta(hours=5, minutes=30)))

    assert StoredPassword(hash="x", one_time=False, at=AT) == StoredPassword(hash="x", one_time=False, at=there)


def test_what_cant_be_kept() -> None:
    """P77: all that is wrong is told together."""
    with pytest.raises(InvalidValue) as refusal:
        StoredPassword(hash="x", one_time="no", at=datetime(2026, 3, 1))  # type: ignore[arg-type]

    assert (Code.FIELD_WRONG_TYPE, Code.FIELD_NAIVE_INSTANT) == refusal.value.codes

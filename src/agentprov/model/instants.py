"""Instants in values: kept in UTC, so that two spellings of one are equal, and two readings of a fold aren't."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from agentprov.errors import Code, Collector

FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)
END: Final = datetime(2201, 1, 1, tzinfo=UTC)
"""Instants are from ``FIRST`` until before ``END``: what zones were before is not known well, nor what they will be."""


def utc(instant: datetime) -> datetime:
    """The instant in UTC. What can't be told in UTC is left alone, for the constructor to refuse."""
    if not _can_be_told(instant):
        return instant
    # Python calls the two 02:30s of a clock change equal, although they are an hour apart; in UTC they differ.
    return instant.astimezone(UTC)


def utc_or_none(instant: datetime | None) -> datetime | None:
    """The instant in UTC, if there is one."""
    return None if instant is None else utc(instant)


def _can_be_told(instant: object) -> bool:
    """Whether this is an instant of the years known here."""
    return isinstance(instant, datetime) and instant.utcoffset() is not None and FIRST <= instant < END


def check_instants(found: Collector, *fields: tuple[str, object]) -> None:
    """Note every field, given as (name, instant or nothing), that is no instant, or has no offset, or no date there."""
    for name, instant in fields:
        if instant is None:
            continue
        if not isinstance(instant, datetime):
            sort = "text" if isinstance(instant, str) else "something else"
            found.add(Code.FIELD_WRONG_TYPE, name, expected="an instant", found=sort)
        elif instant.utcoffset() is None:
            found.add(Code.FIELD_NAIVE_INSTANT, name)
        elif not FIRST <= instant < END:
            found.add(Code.FIELD_OUT_OF_RANGE, name, value=instant.isoformat(), low="1970-01-01", high="2200-12-31")

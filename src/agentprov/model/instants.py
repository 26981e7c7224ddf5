"""Instants in values: kept in UTC, so that two spellings of one are equal, and two readings of a fold aren't."""

from __future__ import annotations

from datetime import UTC, datetime

from agentprov.errors import Code, Collector


def utc(instant: datetime) -> datetime:
    """The instant in UTC. One without an offset is left alone, for the constructor to refuse."""
    # Python calls the two 02:30s of a clock change equal, although they are an hour apart; in UTC they differ.
    return instant if instant.utcoffset() is None else instant.astimezone(UTC)


def utc_or_none(instant: datetime | None) -> datetime | None:
    """The instant in UTC, if there is one."""
    return None if instant is None else utc(instant)


def check_instants(found: Collector, *fields: tuple[str, datetime | None]) -> None:
    """Note every field, given as (name, instant or nothing), whose instant has no offset from UTC."""
    for name, instant in fields:
        if instant is not None and instant.utcoffset() is None:
            found.add(Code.FIELD_NAIVE_INSTANT, name)

"""Locks and bounds in documents (FF-1, PR-4)."""

from __future__ import annotations

import pytest

from agentprov.codec import decode, encode
from agentprov.errors import Code, MalformedDocument
from agentprov.model.limits import Among, PropertyLimit, Range


def document(**fields: object) -> dict[str, object]:
    """A small document with some more in it."""
    return {
        "agentprov": 1,
        "id": "t-acme",
        "name": "Acme",
        "settings": {"time_zone": "Asia/Kolkata", "region": "IN"},
        "blueprint": {"name": "small", "catalogue": {"sections": {"user": ["view"]}}},
        **fields,
    }


def faults(**fields: object) -> list[tuple[str, Code]]:
    """Where and what is wrong with it."""
    with pytest.raises(MalformedDocument) as caught:
        decode(document(**fields))
    return [(problem.where, problem.code) for problem in caught.value.problems]


def test_limits_are_read_and_written() -> None:
    """FF-1: what has its default is left out, as everywhere."""
    limits = {
        "ring_timeout": {"locked": True, "bound": {"type": "range", "low": 10, "high": 40}},
        "language": {"bound": {"type": "among", "values": ["en", "nb-NO"], "or_none": True}},
    }
    tenant = decode(document(property_limits=limits))
    expected = {
        "ring_timeout": PropertyLimit(locked=True, bound=Range(low=10, high=40)),
        "language": PropertyLimit(bound=Among(values=["en", "nb-NO"], or_none=True)),
    }
    assert expected == dict(tenant.property_limits)
    assert limits == encode(tenant)["property_limits"]


@pytest.mark.parametrize(
    ("limit", "where", "code"),
    [
        ({}, "", Code.PROPERTY_LIMIT_EMPTY),
        ({"locked": "yes"}, ".locked", Code.FIELD_WRONG_TYPE),
        ({"bound": {"low": 1, "high": 2}}, ".bound.type", Code.FIELD_REQUIRED),
        ({"bound": {"type": "between"}}, ".bound.type", Code.FIELD_UNKNOWN_TAG),
        ({"bound": {"type": "range", "low": 9, "high": 2}}, ".bound", Code.PROPERTY_BOUNDS_EMPTY),
        ({"bound": {"type": "among", "values": [20, 20]}}, ".bound.values[1]", Code.FIELD_DUPLICATE),
    ],
)
def test_a_faulty_limit_is_told_with_its_place(limit: dict[str, object], where: str, code: Code) -> None:
    """FF-1: neither lock nor bound, a word for yes, a bound without a kind or values."""
    assert [(f"property_limits.ring_timeout{where}", code)] == faults(property_limits={"ring_timeout": limit})


def test_what_only_follows_is_not_told() -> None:
    """FF-1: the value that couldn't be read may be the one inside the bound."""
    limits = {"ring_timeout": {"bound": {"type": "range", "low": 50, "high": 60}}}
    assert [("property_limits.ring_timeout.bound", Code.PROPERTY_NOTHING_IN_BOUNDS)] == faults(property_limits=limits)
    unread = {"ring_timeout": 55.5}
    assert [("properties.ring_timeout", Code.FIELD_WRONG_TYPE)] == faults(property_limits=limits, properties=unread)

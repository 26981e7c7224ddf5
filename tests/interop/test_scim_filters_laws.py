"""What holds of every filter and every text (PV-12): the reader is total, and filters mean what they say."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentprov.errors import Code, InvalidValue
from agentprov.interop.scim_attributes import USER, Resource
from agentprov.interop.scim_filters import DEEPEST, LONGEST, Both, Compare, Either, Not, parse_filter, parse_path
from agentprov.interop.scim_matching import check_filter, matches
from tests.interop.scim_service import directory

USERS = directory().users
WORDS = st.sampled_from(
    [
        "userName",
        "emails",
        "type",
        "eq",
        "and",
        "or",
        "not",
        "(",
        ")",
        "[",
        "]",
        '"a"',
        "pr",
        ".value",
        "true",
        "1",
        '"',
    ]
)
TEXTS = st.text(max_size=30) | st.lists(WORDS, max_size=12).map(" ".join) | st.lists(WORDS, max_size=12).map("".join)

VALUES = ("Asha", "asha", "RAVI", "a", "", "ß")
"""Texts that differ by case, are part of each other, or are none."""


@st.composite
def resources(draw: st.DrawFn) -> Resource:
    """Users with some of the attributes that the filters below ask for."""
    out: Resource = {"userName": draw(st.sampled_from(VALUES[:4]))}
    for name in ("displayName", "title"):
        if draw(st.booleans()):
            out[name] = draw(st.sampled_from(VALUES))
    if draw(st.booleans()):
        out["active"] = draw(st.booleans())
    phones = st.fixed_dictionaries(
        {"value": st.sampled_from(("tel:+91", "tel:+49", "TEL:+91"))},
        optional={"type": st.sampled_from(("work", "other"))},
    )
    out["phoneNumbers"] = draw(st.lists(phones, max_size=3))
    return out


# A filter as data, from which its text and what it means are made apart from each other.
TEXT_PATHS = (
    "userName",
    "displayName",
    "TITLE",
    f"{USER}:title",
    "phoneNumbers.value",
    "phoneNumbers.type",
    "phoneNumbers",
)
COMPARES = st.tuples(
    st.sampled_from(TEXT_PATHS),
    st.sampled_from(("eq", "ne", "co", "sw", "ew", "gt", "GE", "lt", "le")),
    st.sampled_from(VALUES),
)
SINGLE = (
    COMPARES
    | st.tuples(st.just("active"), st.sampled_from(("eq", "ne")), st.booleans())
    | st.tuples(st.sampled_from((*TEXT_PATHS, "active")), st.just("pr"), st.none())
)
INSIDE = st.tuples(
    st.sampled_from(("value", "type")), st.sampled_from(("eq", "co", "ne")), st.sampled_from(("tel:+91", "work", "o"))
)
FILTERS = st.recursive(
    SINGLE | st.tuples(st.just("phones"), INSIDE),
    lambda inner: (
        st.tuples(st.sampled_from(("and", "or")), st.lists(inner, min_size=1, max_size=3).map(tuple))
        | st.tuples(st.just("not"), inner)
    ),
    max_leaves=6,
)


def written(of: Any) -> str:
    """The filter as text."""
    match of:
        case ("and" | "or") as word, tuple() as parts:
            return "(" + f" {word} ".join(map(written, parts)) + ")"
        case "not", inner:
            return f"not ({written(inner)})"
        case "phones", inner:
            return f"phoneNumbers[{written(inner)}]"
        case path, "pr", _:
            return f"{path} pr"
        case path, operator, value:
            return f"{path} {operator} {json.dumps(value)}"
    raise AssertionError(of)


def holds(of: Any, resource: Resource) -> bool:
    """What the filter means, in the slowest obvious way."""
    match of:
        case ("and" | "or") as word, tuple() as parts:
            outcomes = [holds(part, resource) for part in parts]
            return all(outcomes) if word == "and" else any(outcomes)
        case "not", inner:
            return not holds(inner, resource)
        case "phones", (part, operator, value):
            return any(
                compare([phone.get(part)], operator, value, exact=part == "value") for phone in resource["phoneNumbers"]
            )
        case path, operator, value:
            return compare(values_at(path, resource), operator.lower(), value, exact=path in EXACT)
    raise AssertionError(of)


EXACT = {"phoneNumbers.value", "phoneNumbers"}
"""Numbers are compared as they are; everything else without case."""


def values_at(path: str, resource: Resource) -> list[Any]:
    """What stands at one of the paths above."""
    name = path.removeprefix(f"{USER}:")
    if name.startswith("phoneNumbers"):
        part = name.partition(".")[2] or "value"
        return [phone.get(part) for phone in resource["phoneNumbers"]]
    return [resource.get({"TITLE": "title"}.get(name, name))]


def compare(values: list[Any], operator: str, wanted: Any, *, exact: bool) -> bool:
    """Whether one of the values compares so."""
    there = [value for value in values if value not in (None, "")]
    if operator == "pr":
        return bool(there)
    if operator == "ne":
        return not compare(values, "eq", wanted, exact=exact)

    def plain(value: Any) -> Any:
        return value.casefold() if isinstance(value, str) and not exact else value

    tests: dict[str, Callable[[Any, Any], bool]] = {
        "eq": lambda value, other: value == other,
        "co": lambda value, other: other in value,
        "sw": lambda value, other: value[: len(other)] == other,
        "ew": lambda value, other: other == "" or value[-len(other) :] == other,
        "gt": lambda value, other: value > other,
        "ge": lambda value, other: value > other or value == other,
        "lt": lambda value, other: value < other,
        "le": lambda value, other: value < other or value == other,
    }
    return any(tests[operator](plain(value), plain(wanted)) for value in there)


def codes_of(read: Callable[[str], object], text: str) -> set[Code]:
    """What is wrong with a text; nothing if it is read."""
    try:
        read(text)
    except InvalidValue as error:
        return set(error.codes)
    return set()


@given(TEXTS)
def test_the_reader_of_filters_is_total(text: str) -> None:
    """PV-12: any text is a filter or a problem with a code of filters, never anything else."""
    assert {Code.SCIM_FILTER_INVALID} >= codes_of(parse_filter, text)


@given(TEXTS)
def test_the_reader_of_paths_is_total(text: str) -> None:
    """PV-12: any text is a path or a problem, never anything else."""
    assert {Code.SCIM_FILTER_INVALID, Code.SCIM_PATH_INVALID} >= codes_of(parse_path, text)


@given(FILTERS, resources())
def test_a_filter_means_what_it_says(of: Any, resource: Resource) -> None:
    """PV-12: read from its text, a filter agrees with what it means, worked out from the same data another way."""
    read = parse_filter(written(of))
    check_filter(read, USERS)

    assert holds(of, resource) == matches(read, resource, USERS)


@given(st.integers(1, 3_000), st.sampled_from(("(", "not (", "emails[")))
def test_depth_is_limited(depth: int, bracket: str) -> None:
    """PV-12: brackets in each other beyond the limit are refused, however many there are."""
    with pytest.raises(InvalidValue) as caught:
        parse_filter((bracket * (DEEPEST + depth))[:LONGEST])

    assert {Code.SCIM_FILTER_TOO_LARGE, Code.SCIM_FILTER_INVALID} >= set(caught.value.codes)


def test_length_is_limited() -> None:
    """PV-12: a filter of more characters than the limit isn't read."""
    with pytest.raises(InvalidValue) as caught:
        parse_filter('userName eq "' + "a" * LONGEST + '"')

    assert (Code.SCIM_FILTER_TOO_LARGE,) == caught.value.codes


def test_and_binds_stronger_than_or() -> None:
    """PV-12: `a or b and not (c)` is `a or (b and (not c))` (RFC 7644, 3.4.2.2)."""
    a, b, c = (parse_filter(f"{name} pr") for name in "abc")

    assert Either(of=(a, Both(of=(b, Not(of=c))))) == parse_filter("a pr OR b pr and not (c pr)")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'"a\"b"', 'a"b'),
        (r'"\u00e9"', "é"),
        ('"a b)]"', "a b)]"),
        ("-1", -1),
        ("1.5", 1.5),
        ("TRUE", True),
        ("null", None),
    ],
)
def test_values_are_jsons(text: str, value: object) -> None:
    """PV-12: texts, numbers, true, false and null are read as JSON has them."""
    read = parse_filter(f"userName eq {text}")

    assert isinstance(read, Compare)
    assert value == read.value


@pytest.mark.parametrize(
    "text",
    [
        'password eq "secret"',
        "password pr",
        'nothing eq "a"',
        'name.nothing eq "a"',
        'urn:example:User:userName eq "a"',
        'active eq "true"',
        "active gt true",
        "userName eq 1",
        "userName co null",
        'emails[nothing eq "a"]',
        'emails[value eq "a" and emails[value pr]]',
        'name eq "a"',
    ],
)
def test_what_cant_be_asked_is_refused(text: str) -> None:
    """PV-12: unknown attributes, values of another kind and passwords are refused, whoever is there."""
    with pytest.raises(InvalidValue) as caught:
        check_filter(parse_filter(text), USERS)

    assert (Code.SCIM_FILTER_INVALID,) == caught.value.codes

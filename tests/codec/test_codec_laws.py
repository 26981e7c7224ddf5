"""Laws of documents: reading undoes writing, writing is canonical, and every bad document ends in our own error."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agentprov.codec import decode, dumps, encode, load, loads
from agentprov.errors import Code, MalformedDocument, Problem
from agentprov.model.tenant import Tenant
from agentprov.testing.strategies import tenants
from tests.tenants import small

FULL = encode(load(Path(__file__).with_name("full.toml")))
FORMATS = st.sampled_from(["json", "toml", "yaml"])

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12), st.sampled_from(["u-asha", "tenant"])
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.one_of(st.text(max_size=8), st.sampled_from(["type", "id", "none", "to"])), inner, max_size=3
        ),
    ),
    max_leaves=6,
)


def refusal(read: Callable[[], object]) -> MalformedDocument | None:
    """The error with which a document is refused, if it is. No other exception is caught."""
    try:
        read()
    except MalformedDocument as error:
        return error
    return None


# ---- reading and writing ---------------------------------------------------------------------------------------------


@given(tenants(), FORMATS)
def test_reading_undoes_writing(tenant: Tenant, format_: str) -> None:
    """P73: what is written reads back into an equal tenant, in every format."""
    assert tenant == loads(dumps(tenant, format_), format_)


@given(tenants(), FORMATS)
def test_reading_then_writing_changes_nothing(tenant: Tenant, format_: str) -> None:
    """FF-1, P73: a written document is in normal form."""
    text = dumps(tenant, format_)

    assert text == dumps(loads(text, format_), format_)
    assert encode(tenant) == encode(decode(encode(tenant)))


@given(tenants())
def test_a_document_is_plain_data(tenant: Tenant) -> None:
    """FF-1: a document holds nothing that JSON hasn't: it comes through JSON as it was."""
    document = encode(tenant)

    assert document == json.loads(json.dumps(document))


@given(tenants(), st.randoms(use_true_random=False))
def test_the_order_of_keys_and_of_sets_doesnt_matter(tenant: Tenant, random: Random) -> None:
    """FF-1: a document in another order is the same tenant."""

    def shuffled(table: dict[str, Any]) -> dict[str, Any]:
        keys = list(table)
        random.shuffle(keys)
        out: dict[str, Any] = {
            key: shuffled(table[key]) if isinstance(table[key], dict) else table[key] for key in keys
        }
        for key in {"roles", "agent_groups", "scope"} & out.keys():
            if isinstance(out[key], list):
                random.shuffle(out[key])
        return out

    assert tenant == decode(shuffled(encode(tenant)))


@given(st.text(max_size=30), FORMATS)
def test_every_name_survives_every_format(name: str, format_: str) -> None:
    """FF-1: a text comes back as it was, whatever it looks like to the format (`yes`, `012`, `- a`, `#`)."""
    document = {**encode(small()), "name": name}
    error = refusal(lambda: decode(document))

    if error is None:
        assert name == loads(dumps(decode(document), format_), format_).name
    else:
        assert {("name",)} == {problem.path for problem in error.problems}


# ---- bad documents ---------------------------------------------------------------------------------------------------


def places(document: object) -> list[tuple[Any, Any]]:
    """Every place of a document, as the container and the key or position in it."""
    found: list[tuple[Any, Any]] = []
    containers: list[Any] = [document]
    for container in containers:
        entries = container.items() if isinstance(container, dict) else enumerate(container)
        for key, value in entries:
            found.append((container, key))
            if isinstance(value, (dict, list)):
                containers.append(value)
    return found


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """The full document with one to four places replaced, removed or added."""
    document = deepcopy(FULL)
    for _ in range(draw(st.integers(1, 4))):
        container, key = draw(st.sampled_from(places(document)))
        match draw(st.sampled_from(["replace", "remove", "add", "borrow"])):
            case "replace":
                container[key] = draw(ANYTHING)
            case "remove":
                del container[key]
            case "borrow":  # something that is right elsewhere
                other, from_key = draw(st.sampled_from(places(FULL)))
                container[key] = deepcopy(other[from_key])
            case _ if isinstance(container, dict):
                container[draw(st.text(max_size=8))] = draw(ANYTHING)
            case _:
                container.append(draw(ANYTHING))
    return document


def leads_somewhere(document: object, problem: Problem) -> bool:
    """Whether a problem's path exists in the document, or ends in a field that its object lacks."""
    at: Any = document
    for depth, part in enumerate(problem.path, start=1):
        try:
            at = at[part]
        except (KeyError, IndexError, TypeError):
            return depth == len(problem.path) and isinstance(at, dict)
    return True


def check(document: Any) -> None:
    """Read a document; if it is refused, look at the error."""
    error = refusal(lambda: decode(document))
    if error is not None:
        assert error.problems
        assert [] == [problem for problem in error.problems if not leads_somewhere(document, problem)]
        assert [] == [problem for problem in error.problems if not problem.message or "\n" in str(problem)]


@given(mutated())
def test_a_mutated_document_is_read_or_refused_with_paths_that_exist(document: dict[str, Any]) -> None:
    """P76: no document gets any other exception out of reading, and every problem says where it is."""
    check(document)


@given(mutated())
def test_what_is_read_of_a_mutated_document_is_a_tenant_like_any_other(document: dict[str, Any]) -> None:
    """FF-1: nothing gets past reading that writing and reading don't reproduce."""
    if refusal(lambda: decode(document)) is None:
        assert decode(document) == loads(dumps(decode(document)))


@given(ANYTHING)
def test_any_value_is_read_or_refused(value: object) -> None:
    """P76, for values that have nothing of a document, and as a part of one."""
    check(value)
    check({"agentprov": 1, "id": "t", "name": "T", "settings": value, "blueprint": value, "users": value})


@given(st.sampled_from(sorted(FULL)), ANYTHING)
def test_any_value_in_place_of_a_table_is_read_or_refused(key: str, value: object) -> None:
    """P76, for the parts of the top level."""
    check({**FULL, key: value})


TEXTS = {name: dumps(small(), name) for name in ("json", "toml", "yaml")}


@given(st.one_of(st.text(max_size=60), st.text(alphabet="{}[]\",:=#&*!|>-.' \n\t\\01eau", max_size=60)), FORMATS)
def test_any_text_is_read_or_refused(text: str, format_: str) -> None:
    """P76, for texts of every kind."""
    error = refusal(lambda: loads(text, format_))

    assert error is None or error.problems


@given(st.data(), FORMATS)
def test_a_damaged_text_is_read_or_refused(data: st.DataObject, format_: str) -> None:
    """P76, for a valid text in which something was overwritten."""
    text = TEXTS[format_]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 5)))
    damaged = text[:start] + data.draw(st.text(alphabet="{}[]\",:=#&*!'\n \\u01ae", max_size=4)) + text[end:]
    error = refusal(lambda: loads(damaged, format_))

    assert error is None or error.problems


@given(st.binary(max_size=40), FORMATS)
def test_any_bytes_are_read_or_refused(content: bytes, format_: str) -> None:
    """P76, for bytes."""
    error = refusal(lambda: loads(content, format_))

    assert error is None or error.problems


@given(mutated())
def test_a_repeated_key_is_always_reported(document: dict[str, Any]) -> None:
    """B136: whatever else is wrong, a key that JSON repeats at the top is among the problems."""
    text = json.dumps(document, allow_nan=True)
    twice = '{"name": "x", ' + text[1:] if "name" in document else text

    error = refusal(lambda: loads(twice))

    assert ("name" in document) <= (error is not None and Code.JSON_DUPLICATE_KEY in error.codes)

"""P76, P77: whatever JSON can say, as a form, a blueprint or a tenant, gives a value or problems, and soon."""

from __future__ import annotations

import copy
import json
import time
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentprov.codec import blueprint_names, decode, decode_value, encode, loads
from agentprov.errors import AgentprovError, InvalidValue, MalformedDocument, Problem, Refused
from agentprov.model.blueprint import Blueprint
from agentprov.model.changes import Change
from agentprov.provisioning import create_user, update_user
from agentprov.provisioning.fields import fields_of
from agentprov.provisioning.forms import problem_fields
from tests.bad_input.running import check_error, check_lines
from tests.bad_input.table import ROWS
from tests.bad_input.world import ANNA, CANARY, NEW, a_world
from tests.provisioning.samples import ADMIN, AT, a_form, a_tenant

FULL: dict[str, Any] = tomllib.loads((Path(__file__).parent.parent / "codec" / "full.toml").read_text("utf-8"))
PLANS = st.sampled_from(blueprint_names())
MOST_SECONDS_PER_KB = 0.05
"""What an input may take; a hostile one is refused as fast as a good one is read."""

TEXTS = st.one_of(
    st.text(st.characters(codec=None, exclude_categories=()), max_size=12),
    st.sampled_from(
        [row.value for row in ROWS if row.secret is None and isinstance(row.value, str) and len(row.value) < 200]
    ),
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    TEXTS,
    st.sampled_from([10**4_000, -(2**63), 10**18, 1e308, -0.0]),
)


def json_values(names: st.SearchStrategy[str] = TEXTS) -> st.SearchStrategy[Any]:
    """Anything that JSON can say, objects with these names among it."""
    return st.recursive(
        LEAVES,
        lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(names, inner, max_size=4)),
        max_leaves=12,
    )


def soon(attempt: Callable[[], object], size: int) -> object:
    """What an attempt gives; it takes no longer than its size allows, apart from what is loaded at the first time."""
    start = time.process_time()
    given = attempt()
    allowed = max(1.0, size / 1_024 * MOST_SECONDS_PER_KB)
    assert time.process_time() - start < allowed
    return given


def problems_of(attempt: Callable[[], object], *kinds: type[AgentprovError]) -> tuple[Problem, ...]:
    """The problems of an attempt, none if it gives a value; the error is one of these kinds and shows nothing."""
    found: tuple[Problem, ...] = ()
    try:
        soon(attempt, 1_024)
    except kinds as error:
        found = error.problems or pytest.fail("an error has problems")
    for problem in found[:1]:
        check_lines(problem)
    return found


def where(problems: tuple[Problem, ...]) -> list[tuple[str, str]]:
    """Where and what, in no order."""
    return sorted((problem.where, problem.code.value) for problem in problems)


# ---- forms -----------------------------------------------------------------------------------------------------------


@given(PLANS, st.data())
def test_any_json_is_a_form_or_has_problems(plan: str, data: st.DataObject) -> None:
    """P76, PV-2: of a new user and of a stored one, whole or in some fields."""
    tenant = a_world(plan).tenant
    names = st.sampled_from([*fields_of(tenant.blueprint), "role", "agent_group"])
    fields = data.draw(st.dictionaries(names, json_values(), max_size=6))
    form = data.draw(st.sampled_from([fields, {**a_form(plan), **fields}]) | json_values())
    for attempt in (
        lambda: create_user(tenant, form, by=ADMIN, id=NEW, at=AT),
        lambda: update_user(tenant, ANNA, form, by=ADMIN, at=AT),
    ):
        problems_of(attempt, InvalidValue, Refused)


@given(PLANS, st.data())
def test_problems_of_a_form_come_in_the_order_of_the_fields(plan: str, data: st.DataObject) -> None:
    """P77: every time the same, whatever order the form has, and none said twice."""
    tenant = a_world(plan).tenant
    fields = list(fields_of(tenant.blueprint))
    given_ = data.draw(st.dictionaries(st.sampled_from(fields), json_values(), min_size=2, max_size=8))
    turned: Mapping[str, object] = dict(reversed(given_.items()))

    def of(form: Mapping[str, object]) -> tuple[Problem, ...]:
        return problems_of(lambda: create_user(tenant, form, by=None, id=NEW, at=AT), InvalidValue, Refused)

    found = of(given_)
    assert found == of(given_)
    assert where(found) == where(of(turned))
    order = {name: position for position, name in enumerate(["id", *fields])}
    places = [min(order.get(name, len(order)) for name in problem_fields([problem]) or {""}) for problem in found]
    assert sorted(places) == places


# ---- blueprints and tenants ------------------------------------------------------------------------------------------


def replaced(document: Any, data: st.DataObject) -> Any:
    """The document with something else at a place of it, or without what is there."""
    out = copy.deepcopy(document)
    inner, key = out, data.draw(st.sampled_from(sorted(out)))
    for _ in range(data.draw(st.integers(0, 7))):
        deeper = inner[key]
        if not isinstance(deeper, dict | list) or not deeper:
            break
        inner, key = (
            deeper,
            data.draw(st.sampled_from(sorted(deeper) if isinstance(deeper, dict) else range(len(deeper)))),
        )
    if data.draw(st.booleans()):
        inner[key] = data.draw(json_values(st.one_of(TEXTS, st.sampled_from(["type", "id", "to", "name", "users"]))))
    else:
        del inner[key]
    return out


@given(json_values(), st.data())
def test_any_json_is_a_blueprint_or_has_problems(value: Any, data: st.DataObject) -> None:
    """P76, PV-1: alone and within a tenant, and one of the ready blueprints spoilt somewhere."""
    ready: Any = encode(a_tenant("smartq"))
    plan: Any = {**tomllib.loads(_blueprint_text()), "name": "mine"}
    del plan["agentprov"]
    for blueprint in (value, replaced(plan, data)):
        alone = problems_of(lambda blueprint=blueprint: decode_value(Blueprint, blueprint), InvalidValue)  # type: ignore[misc]
        inside = problems_of(lambda blueprint=blueprint: decode({**ready, "blueprint": blueprint}), MalformedDocument)  # type: ignore[misc]
        if alone and not isinstance(blueprint, str):
            assert inside


def _blueprint_text() -> str:
    from importlib.resources import files

    return (files("agentprov") / "blueprints" / "smartq.toml").read_text("utf-8")


@given(json_values(st.one_of(TEXTS, st.sampled_from(sorted(FULL)))))
def test_any_json_is_a_tenant_or_has_problems(value: Any) -> None:
    """P76, FF-1: as a document, and as a part of one."""
    problems_of(lambda: decode(value), MalformedDocument)
    for part in ("users", "settings", "departments", "blueprint"):
        problems_of(lambda part=part: decode({**FULL, part: value}), MalformedDocument)  # type: ignore[misc]


@given(st.data())
def test_a_tenant_spoilt_somewhere_is_read_or_refused(data: st.DataObject) -> None:
    """P76, P77: the same problems each time and in whatever order its tables are; what is read is written and read."""
    spoilt = replaced(FULL, data)
    if data.draw(st.booleans()):
        spoilt = replaced(spoilt, data)
    turned = {key: dict(reversed(part.items())) if isinstance(part, dict) else part for key, part in spoilt.items()}
    found = problems_of(lambda: decode(spoilt), MalformedDocument)
    if found:
        check_error(MalformedDocument(found), secrets=(CANARY,))
        assert found == problems_of(lambda: decode(spoilt), MalformedDocument)
        assert where(found) == where(problems_of(lambda: decode(turned), MalformedDocument))
    else:
        tenant = decode(spoilt)
        assert tenant == decode(encode(tenant)) == decode(turned)


# ---- budgets ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a":' * 50_000,
        '"' + "\\u0301" * 100_000 + '"',
        json.dumps({"users": {f"u-{n}": {"login": n} for n in range(20_000)}}),
        json.dumps({"users": {"u-a": {"login": "a" * 500_000, "name": "\u0301" * 300_000}}}),
        json.dumps([10**300] * 3_000),
        json.dumps({f"k{n}": n for n in range(60_000)}),
    ],
    ids=["lists", "tables", "marks", "users", "long", "numbers", "keys"],
)
def test_a_hostile_document_is_refused_soon(text: str) -> None:
    """P76, FF-2: at most 50 ms of work for each kilobyte."""
    with pytest.raises(MalformedDocument):
        soon(lambda: loads(text), len(text))


def test_a_value_of_each_kind_is_a_change_where_it_fits() -> None:
    """P76: the laws above would hold of a library that refused everything; a good form gives a change."""
    assert isinstance(create_user(a_tenant(), a_form(), by=ADMIN), Change)

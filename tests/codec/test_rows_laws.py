"""Laws of a tenant in rows: head and objects together are the tenant, and no more than the tenant."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agentprov.codec import (
    decode_object,
    encode,
    encode_head,
    encode_object,
    row_document,
    row_text,
    tenant_of,
)
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.testing.strategies import tenants
from tests.codec.test_codec_laws import ANYTHING, leads_somewhere, refusal

Rows = list[tuple[Kind, str, object]]


def rows_of(tenant: Tenant) -> Rows:
    """Every object of a tenant, as a store keeps it."""
    return [(kind, id_, encode_object(kind, item)) for kind in Kind for id_, item in tenant.table(kind).items()]


@given(tenants(), st.randoms(use_true_random=False))
def test_head_and_objects_are_the_tenant(tenant: Tenant, random: Random) -> None:
    """ST-1, P73: a tenant comes back from its rows as text, in whatever order they are read."""
    rows = [(kind, id_, row_text(document)) for kind, id_, document in rows_of(tenant)]
    random.shuffle(rows)
    head = row_document(row_text(encode_head(tenant)))

    assert tenant == tenant_of(head, ((kind, id_, row_document(text)) for kind, id_, text in rows))


@given(tenants())
def test_equal_tenants_have_equal_rows(tenant: Tenant) -> None:
    """P73: what came back from rows gives the same rows as texts."""
    again = tenant_of(encode_head(tenant), rows_of(tenant))

    assert row_text(encode_head(tenant)) == row_text(encode_head(again))
    assert {(kind, id_): row_text(document) for kind, id_, document in rows_of(tenant)} == {
        (kind, id_): row_text(document) for kind, id_, document in rows_of(again)
    }


@given(tenants())
def test_rows_are_the_parts_of_the_tenants_document(tenant: Tenant) -> None:
    """FF-1: an object's document is what stands under its id in the tenant's; the head is the rest."""
    document: dict[str, Any] = encode(tenant)
    tables = {kind.value for kind in Kind}

    assert {key: part for key, part in document.items() if key not in tables} == encode_head(tenant)
    written = [(kind, id_, row) for kind, id_, row in rows_of(tenant) if kind.value in document]
    assert [] == [(kind, id_) for kind, id_, row in written if document[kind.value][id_] != row]


@given(tenants())
def test_each_object_comes_back_alone(tenant: Tenant) -> None:
    """P73: an object is read from its own document and its id."""
    for kind, id_, document in rows_of(tenant):
        assert tenant.table(kind)[id_] == decode_object(kind, id_, document)


@given(st.sampled_from(Kind), st.one_of(st.just("u-asha"), st.text(max_size=5)), ANYTHING)
def test_any_value_is_read_as_an_object_or_refused(kind: Kind, id_: str, value: object) -> None:
    """P76: with the same error as a document, and paths that are there."""
    error = refusal(lambda: decode_object(kind, id_, value))
    if error is None:
        item = decode_object(kind, id_, value)
        assert item == decode_object(kind, id_, encode_object(kind, item))
    else:
        assert [] == [problem for problem in error.problems if not leads_somewhere(value, problem)]


@given(ANYTHING, ANYTHING, st.sampled_from(Kind))
def test_any_values_are_read_as_a_tenant_or_refused(head: Any, document: object, kind: Kind) -> None:
    """P76, for heads and rows."""
    rows = [(kind, "u-asha", document)]
    own = {"agentprov": 1, "id": "t", "name": "T", "settings": head, "blueprint": "puzzel"}
    errors = [refusal(lambda: tenant_of(head, rows)), refusal(lambda: tenant_of(own, rows))]

    assert [] == [error for error in errors if error is not None and not error.problems]


@given(st.text(max_size=40))
def test_any_text_is_read_as_a_row_or_refused(text: str) -> None:
    """P76, for texts."""
    error = refusal(lambda: row_document(text))

    assert error is None or error.problems

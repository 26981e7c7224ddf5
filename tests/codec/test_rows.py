"""A tenant in rows: its head and one document for each of its objects."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import pytest

from agentprov.codec import (
    decode_object,
    encode_head,
    encode_object,
    load,
    row_document,
    row_text,
    tenant_of,
)
from agentprov.errors import Code, InvalidValue, MalformedDocument
from agentprov.model.groups import Skill
from agentprov.model.ids import SkillId
from agentprov.model.references import Kind
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from tests.codec.test_rows_laws import rows_of
from tests.tenants import small, user

FULL = load(Path(__file__).with_name("full.toml"))
HEAD: dict[str, Any] = {
    "agentprov": 1,
    "id": "t-acme",
    "name": "Acme",
    "settings": {"time_zone": "Asia/Kolkata", "region": "IN"},
    "blueprint": {"name": "small", "catalogue": {"sections": {"user": ["view", "edit"]}}},
}
ASHA = (Kind.USERS, "u-asha", {"login": "asha"})


def problems(head: Any, *objects: tuple[Kind, str, object]) -> list[tuple[str, str]]:
    """Where and what is wrong with rows, as pairs of path and code."""
    with pytest.raises(MalformedDocument) as caught:
        tenant_of(head, objects)
    return [(problem.where, problem.code.value) for problem in caught.value.problems]


def test_every_field_of_a_tenant_is_in_its_rows() -> None:
    """ST-1, P73: the example in which nothing has its default comes back whole."""
    assert FULL == tenant_of(encode_head(FULL), rows_of(FULL))


def test_the_head_doesnt_grow_with_the_users() -> None:
    """ST-1: a tenant of a thousand users has the head of one with a few; a new version says its number."""
    tenant = small()
    crowd = attrs.evolve(tenant, users={**tenant.users, **{each.id: each for each in map(user, map(str, range(99)))}})

    assert encode_head(tenant) == encode_head(crowd)
    assert {**encode_head(tenant), "version": 2} == encode_head(attrs.evolve(tenant, version=2))


def test_rows_say_which_properties_are_defined() -> None:
    """PR-1: the ready definitions are rows like others, so a tenant that has none keeps none."""
    bare = tenant_of(HEAD, [ASHA])
    ready = Tenant(id=bare.id, name="Acme", settings=bare.settings, blueprint=bare.blueprint, users=bare.users)

    assert Table() == bare.property_definitions
    assert [("property_definitions", 9)] == [
        (kind.value, len(ready.table(kind))) for kind in Kind if kind is not Kind.USERS and ready.table(kind)
    ]
    assert ready == tenant_of(encode_head(ready), rows_of(ready))


@pytest.mark.parametrize(
    ("head", "objects", "expected"),
    [
        ([], [], [("(whole)", "field.wrong_type")]),
        ({}, [ASHA], [("agentprov", "document.version_required")]),
        ({**HEAD, "agentprov": 3}, [], [("agentprov", "document.unknown_version")]),
        (
            {**HEAD, "users": {}, "nmae": "A"},
            [ASHA],
            [("users", "field.unknown"), ("nmae", "field.unknown")],
        ),
        (
            {**HEAD, "settings": {}},
            [ASHA, (Kind.USERS, "u-ravi", {}), (Kind.ROLES, "r 1", {"name": "R"})],
            [
                ("settings.time_zone", "field.required"),
                ("settings.region", "field.required"),
                ("users.u-ravi.login", "field.required"),
                ('roles."r 1"', "id.invalid"),
            ],
        ),
        (HEAD, [ASHA, ASHA], [("users.u-asha", "field.duplicate")]),
        (HEAD, [ASHA, (Kind.USERS, "u-ravi", {"login": "asha"})], [("users.u-ravi.login", "login.taken")]),
        (
            HEAD,
            [(Kind.USERS, "u-asha", {"login": "asha", "supervisor": "u-gone"})],
            [("users.u-asha.supervisor", "reference.missing")],
        ),
    ],
)
def test_faulty_rows_are_reported_together(head: Any, objects: Any, expected: list[tuple[str, str]]) -> None:
    """FF-1: as in a tenant's document, with the same paths; one object that is there twice is a fault."""
    assert expected == problems(head, *objects)


def test_a_row_nested_beyond_reason_is_refused() -> None:
    """FF-2: it ends in an error of ours like every other damage."""
    deep: dict[str, object] = {"type": "skill", "skill": "s"}
    for _ in range(20_000):
        deep = {"type": "not", "need": deep}
    stages = [{"after": 0, "needs": [deep]}]

    found = problems(HEAD, (Kind.DEPARTMENTS, "d-1", {"name": "Sales", "stages": stages}))

    assert [("(whole)", "document.too_deep")] == found
    with pytest.raises(MalformedDocument) as caught:
        decode_object(Kind.DEPARTMENTS, "d-1", {"name": "Sales", "stages": stages})
    assert (Code.DOCUMENT_TOO_DEEP,) == caught.value.codes


# ---- objects ---------------------------------------------------------------------------------------------------------


def test_an_object_is_written_without_its_id() -> None:
    """FF-1: its id is its key, in a document and in a table of a database."""
    skill = Skill(id=SkillId("s-hindi"), name="Hindi")

    assert {"name": "Hindi"} == encode_object(Kind.SKILLS, skill)
    assert skill == decode_object(Kind.SKILLS, "s-hindi", {"name": "Hindi"})


def test_an_object_of_another_kind_isnt_written() -> None:
    """ID-1: nothing is filed where it would come back as something else."""
    with pytest.raises(InvalidValue) as caught:
        encode_object(Kind.ROLES, user("asha"))

    assert (Code.ID_WRONG_KIND,) == caught.value.codes


def test_a_faulty_object_is_reported_with_its_own_paths() -> None:
    """FF-1: all problems, and what the key is wrong with is wrong at the object."""
    with pytest.raises(MalformedDocument) as caught:
        decode_object(Kind.USERS, "u asha", {"login": "asha", "nmae": "Asha", "name": 5})

    assert [
        ("name", "field.wrong_type"),
        ("nmae", "field.unknown"),
        ("(whole)", "id.invalid"),
    ] == [(problem.where, problem.code.value) for problem in caught.value.problems]


# ---- texts -----------------------------------------------------------------------------------------------------------


def test_a_row_is_short_and_ascii() -> None:
    """ST-4: keys sorted, no blanks, every letter in ASCII, so that no database's encoding matters."""
    assert r'{"a":[1,true],"b":"\u0928\u092e"}' == row_text({"b": "नम", "a": [1, True]})
    assert {"b": "नम", "a": [1, True]} == row_document(r'{"a":[1,true],"b":"\u0928\u092e"}')


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", Code.DOCUMENT_SYNTAX),
        ('{"name": "Hin', Code.DOCUMENT_SYNTAX),
        ("[" * 100_000, Code.DOCUMENT_TOO_DEEP),
        ("1" * 5_000, Code.JSON_NUMBER),
    ],
)
def test_a_damaged_row_is_refused(text: str, code: Code) -> None:
    """P76: a text that was cut off, or never was a row."""
    with pytest.raises(MalformedDocument) as caught:
        row_document(text)

    assert (code,) == caught.value.codes

"""The JSON Schema: it is the shipped file, it passes what is written, and it catches what a newcomer gets wrong."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from agentprov.codec import encode, load, tenant_schema
from agentprov.codec.hooks import reader, writer
from agentprov.codec.schema import schema_texts, shipped_schema
from agentprov.codec.shapes import TAG, TAGS, ListOf, Record, SetOf, Shape, TableOf, Tagged, fields_of, shape_of
from agentprov.model import dates, destinations, hours, properties
from agentprov.model.tenant import Tenant
from agentprov.testing.strategies import tenants

FULL = encode(load(Path(__file__).with_name("full.toml")))
VALIDATOR = Draft202012Validator(tenant_schema())


def test_the_shipped_schema_is_the_generated_one() -> None:
    """FF-1: the file is made anew by `tools/schema.py`; run that after a change of the model."""
    assert schema_texts() == {name: shipped_schema(name) for name in schema_texts()}


def test_the_schema_is_a_schema() -> None:
    """FF-1: it is valid JSON Schema itself."""
    Draft202012Validator.check_schema(json.loads(shipped_schema()))


def test_the_schema_passes_every_field() -> None:
    """FF-1: the example with every field of every class passes."""
    assert [] == [error.message for error in VALIDATOR.iter_errors(FULL)]


@settings(max_examples=50)
@given(tenants())
def test_the_schema_passes_what_is_written(tenant: Tenant) -> None:
    """FF-1: every document that is written satisfies the published schema."""
    assert [] == [error.message for error in VALIDATOR.iter_errors(encode(tenant))]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("agentprov",), 2),
        (("colour",), "red"),
        (("blueprint",), "none-such"),
        (("settings",), {"region": "IN"}),
        (("users",), []),
        (("users", "u-asha", "login"), 5),
        (("users", "u-asha", "id"), "u-asha"),
        (("users", "u-asha", "naem"), "Asha"),
        (("users", "u-asha", "status"), "on"),
        (("users", "u-asha", "roles"), "agent"),
        (("users", "u-asha", "roles"), ["agent", "agent"]),
        (("users", "u-asha", "phone"), "91234567"),
        (("users", "u-asha", "skills"), {"s": False}),
        (("users", "u-asha", "calling", "enabled"), "true"),
        (("users", "u-asha", "calling", "ring_plan"), {"order": "random"}),
        (("users", "u-asha", "properties"), {"x": {"none": False}}),
        (("departments", "d-sales", "failover"), {"type": "home"}),
        (("departments", "d-sales", "failover"), {"department": "d-sales"}),
        (("numbers", "n-1", "to"), {"type": "agent", "user": "u", "timeout": 3}),
        (("numbers", "n-1", "fallback", "by_failure"), {"never": {"type": "hang-up"}}),
        (("time_groups", "h-day", "weekly"), [{"day": "monday", "start": "09:00", "end": "17:00"}]),
        (("time_groups", "h-day", "weekly"), [{"day": "mon", "start": "9:00", "end": "17:00"}]),
    ],
)
def test_the_schema_catches_what_a_newcomer_gets_wrong(path: tuple[str, ...], value: object) -> None:
    """FF-1: unknown keys, wrong types, unknown tags and choices are seen by an editor already."""
    document = deepcopy(FULL)
    at: Any = document
    for part in path[:-1]:
        at = at[part]
    at[path[-1]] = value

    assert not VALIDATOR.is_valid(document)


def test_every_definition_says_what_it_is() -> None:
    """FF-1: an editor shows a description for every kind of object, without our markup."""
    definitions: Any = tenant_schema()["$defs"]
    texts = {name: definition["description"] for name, definition in definitions.items()}

    assert [] == [name for name, text in texts.items() if not text or ":`" in text or "(RT-" in text]


# ---- shapes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "union",
    [destinations.Destination, properties.PropertyKind, dates.DateRule, hours.HoursEffect],
    ids=["destination", "property-kind", "date-rule", "hours-effect"],
)
def test_every_member_of_a_closed_union_has_a_tag(union: object) -> None:
    """FF-1: a new member needs one line in the codec, and this test names it until it has one."""
    shape = shape_of(union)

    assert isinstance(shape, Tagged)
    assert [] == [cls.__name__ for cls in shape.classes if cls not in TAGS]
    assert len(shape.classes) == len({TAGS[cls] for cls in shape.classes})


def shapes(shape: Shape, seen: set[type]) -> list[Shape]:
    """The shape and all that it leads to."""
    found = [shape]
    match shape:
        case Record(cls=cls):
            classes: tuple[type, ...] = (cls,)
        case Tagged(classes=members):
            classes = members
        case ListOf(of=of) | SetOf(of=of) | TableOf(of=of):
            return [*found, *shapes(of, seen)]
        case _:
            return found
    for cls in classes:
        if cls not in seen:
            seen.add(cls)
            for field in fields_of(cls):
                found += shapes(field.shape, seen)
    return found


def test_every_type_of_the_model_has_a_reader_and_a_writer() -> None:
    """FF-1: no field of a tenant is of a type that the codec has no rule for."""
    for shape in shapes(Record(Tenant), set()):
        assert callable(reader(shape))
        assert writer(shape) is None or callable(writer(shape))


def test_every_class_with_a_tag_is_free_to_have_one() -> None:
    """FF-1: the key of the tag is no field of a tagged class."""
    assert [] == [cls for cls in TAGS if TAG in attrs.fields_dict(cls)]


def test_a_field_that_can_be_nothing_is_nothing_by_default() -> None:
    """FF-1: nothing is written by leaving the key out, so nothing has to be the default."""
    classes: set[type] = set()
    shapes(Record(Tenant), classes)
    for cls in classes:
        for field in attrs.fields(cls):
            if type(None) in getattr(field.type, "__args__", ()) and "Table" not in str(field.type):
                assert field.default is None, f"{cls.__name__}.{field.name}"


def test_no_name_stands_for_two_classes() -> None:
    """FF-1: the schema names its definitions by the classes' names."""
    classes: set[type] = set()
    shapes(Record(Tenant), classes)

    assert len(classes) == len({cls.__name__ for cls in classes})

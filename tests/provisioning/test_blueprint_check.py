"""Blueprints as a host writes them: read from files and mappings, described by a schema, looked through (PV-1)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs
import pytest
from jsonschema import Draft202012Validator

from agentprov.cli import main
from agentprov.codec import (
    blueprint,
    blueprint_names,
    blueprint_schema,
    decode_blueprint,
    encode_blueprint,
    holds_blueprint,
    load_blueprint,
)
from agentprov.errors import Code, MalformedDocument
from agentprov.model.access import Permission
from agentprov.model.blueprint import Ask, Blueprint, Default, FieldRule, FormStep, Switch, When
from agentprov.model.ids import RoleId
from agentprov.model.users import AuthenticationMethod
from agentprov.provisioning import blueprint_problems
from tests.provisioning.samples import faults

SMALL: dict[str, Any] = {"agentprov": 1, "name": "small", "catalogue": {"sections": {"user": ["view", "edit"]}}}
VALIDATOR = Draft202012Validator(blueprint_schema())
DOCS = Path(__file__).parent.parent.parent / "docs"


@pytest.mark.parametrize("name", blueprint_names())
def test_a_shipped_blueprint_is_in_order(name: str) -> None:
    """PV-1: nothing in it is without effect, and its document satisfies the schema."""
    plan = blueprint(name)
    assert () == blueprint_problems(plan)
    assert [] == [error.message for error in VALIDATOR.iter_errors(encode_blueprint(plan))]


@pytest.mark.parametrize("name", blueprint_names())
def test_a_blueprint_written_and_read_again_is_equal(name: str) -> None:
    """PV-1, FF-1: as plain data, through JSON."""
    plan = blueprint(name)
    assert plan == decode_blueprint(json.loads(json.dumps(encode_blueprint(plan))))


def test_a_blueprint_is_read_from_a_file_of_each_format(tmp_path: Path) -> None:
    """PV-1: JSON and TOML by the file's suffix, and each is known to be a blueprint."""
    toml = 'agentprov = 1\nname = "small"\n[catalogue.sections]\nuser = ["view", "edit"]\n'
    for suffix, text in ((".json", json.dumps(SMALL)), (".toml", toml)):
        path = tmp_path / f"small{suffix}"
        path.write_text(text, encoding="utf-8")
        assert decode_blueprint(SMALL) == load_blueprint(path)
        assert holds_blueprint(path)
    other = tmp_path / "acme.toml"
    other.write_text('agentprov = 1\nid = "t-acme"\n', encoding="utf-8")
    assert not holds_blueprint(other)


@pytest.mark.parametrize(
    ("change", "where", "code"),
    [
        ({"agentprov": 2}, "agentprov", Code.DOCUMENT_UNKNOWN_VERSION),
        ({"colour": 1}, "colour", Code.FIELD_UNKNOWN),
        ({"name": 5}, "name", Code.FIELD_WRONG_TYPE),
        ({"rules": {}}, "rules", Code.FIELD_WRONG_TYPE),
        ({"rules": [{"ask": "required"}]}, "rules[0].field", Code.FIELD_REQUIRED),
        ({"rules": [{"field": "Login"}]}, "rules[0].field", Code.FIELD_INVALID),
        ({"rules": [{"field": "login", "ask": "maybe"}]}, "rules[0].ask", Code.FIELD_UNKNOWN_CHOICE),
        ({"rules": [{"field": "login", "needs": ["name"]}]}, "rules[0].needs[0]", Code.BLUEPRINT_NO_RULE),
        ({"rules": [{"field": "login", "most": 0}]}, "rules[0].most", Code.FIELD_OUT_OF_RANGE),
        (
            {"rules": [{"field": "login", "when": {"types": ["robot"]}}]},
            "rules[0].when.types",
            Code.FIELD_UNKNOWN_CHOICE,
        ),
        (
            {"roles": ["a"], "rules": [{"field": "login", "when": {"roles": ["b"]}}]},
            "rules[0].when.roles",
            Code.ROLE_NOT_IN_BLUEPRINT,
        ),
        (
            {"rules": [{"field": "login", "when": {"methods": ["magic"]}}]},
            "rules[0].when.methods[0]",
            Code.FIELD_UNKNOWN_CHOICE,
        ),
        ({"at_least_one": [["email"]]}, "at_least_one[0][0]", Code.BLUEPRINT_NO_RULE),
        ({"defaults": [{"field": "calling", "value": True}]}, "defaults[0].field", Code.BLUEPRINT_NO_RULE),
        (
            {"rules": [{"field": "x"}], "switches": [{"field": "x", "permission": "user:fly"}]},
            "switches[0].permission",
            Code.PERMISSION_UNKNOWN,
        ),
        ({"steps": [{"name": "a", "title": "A", "fields": ["name"]}]}, "steps[0].fields[0]", Code.BLUEPRINT_NO_RULE),
        ({"password_policy": {"min_length": 0}}, "password_policy.min_length", Code.FIELD_OUT_OF_RANGE),
        ({"catalogue": {"sections": {"user": "view"}}}, "catalogue.sections.user", Code.FIELD_WRONG_TYPE),
        ({"role_hierarchy": "flat"}, "role_hierarchy", Code.FIELD_UNKNOWN_CHOICE),
        ({"supervisors": ["b"], "roles": ["a"]}, "supervisors", Code.ROLE_NOT_IN_BLUEPRINT),
        (
            {"ready_roles": {"a": {"name": "A", "grants": [{"permission": "user:fly", "scope": ["tenant"]}]}}},
            "ready_roles.a.grants[0].permission",
            Code.PERMISSION_UNKNOWN,
        ),
    ],
)
def test_a_fault_is_told_with_its_place(change: dict[str, Any], where: str, code: Code) -> None:
    """PV-1: whatever key it is in."""
    assert (where, code) in faults(lambda: decode_blueprint({**SMALL, **change}))


def test_what_is_no_table_is_no_blueprint() -> None:
    """PV-1: nor is a document that doesn't say its version."""
    nothing: Any = []
    for document in (nothing, {"name": "small"}):
        with pytest.raises(MalformedDocument):
            decode_blueprint(document)


def lead(*methods: str, types: tuple[str, ...] = ()) -> When:
    """A condition on the role of a lead."""
    return When(roles=[RoleId("lead")], types=types, methods=[AuthenticationMethod(each) for each in methods])


def test_what_has_no_effect_is_told() -> None:
    """PV-1: a field that there isn't, a switch named like a field, what never counts, what is drawn twice or not."""
    plan = Blueprint(
        name="odd",
        catalogue=decode_blueprint(SMALL).catalogue,
        rules=[
            FieldRule(field="emial"),
            FieldRule(field="colour_of_hat"),
            FieldRule(field="login", ask=Ask.REQUIRED),
            FieldRule(field="login", when=lead()),
            FieldRule(field="name", when=lead()),
            FieldRule(field="name", when=lead("password")),
            FieldRule(field="name", when=lead(types=("person",))),
            FieldRule(field="name"),
            FieldRule(field="calling"),
            FieldRule(field="status", ask=Ask.REQUIRED),
        ],
        switches=[Switch(field="calling", permission=Permission("user:edit"))],
        defaults=[
            Default(field="calling", value="yes", when=lead()),
            Default(field="calling", value=True),
            Default(field="calling", value=False, when=lead()),
            Default(field="colour_of_hat", value=1),
        ],
        steps=[
            FormStep(name="one", title="One", fields=["login", "name"]),
            FormStep(name="two", title="2", fields=["name"]),
        ],
    )
    assert [
        ("rules[0].field", Code.BLUEPRINT_UNKNOWN_FIELD),
        ("rules[1].field", Code.BLUEPRINT_UNKNOWN_FIELD),
        ("switches[0].field", Code.BLUEPRINT_SWITCH_IS_FIELD),
        ("defaults[0].value", Code.FIELD_WRONG_TYPE),
        ("rules[3]", Code.BLUEPRINT_NEVER_REACHED),
        ("rules[5]", Code.BLUEPRINT_NEVER_REACHED),
        ("rules[6]", Code.BLUEPRINT_NEVER_REACHED),
        ("defaults[2]", Code.BLUEPRINT_NEVER_REACHED),
        ("steps[1].fields[0]", Code.BLUEPRINT_DRAWN_TWICE),
        ("rules[9]", Code.BLUEPRINT_NOT_DRAWN),
    ] == [(each.where, each.code) for each in blueprint_problems(plan)]
    assert "there is no field `emial`; perhaps `email` is meant" == blueprint_problems(plan)[0].message
    plain = attrs.evolve(plan, steps=())
    assert Code.BLUEPRINT_NOT_DRAWN not in {each.code for each in blueprint_problems(plain)}


def test_the_command_checks_a_blueprints_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """PV-1, CL-1: fine, with warnings, and broken; exit status as for a tenant."""
    path = tmp_path / "plan.json"
    path.write_text(json.dumps({**SMALL, "rules": [{"field": "login"}]}), encoding="utf-8")
    assert 0 == main(["check", str(path)])
    assert "blueprint small, 1 field" in capsys.readouterr().out
    path.write_text(json.dumps({**SMALL, "rules": [{"field": "emial"}]}), encoding="utf-8")
    assert (0, 1) == (main(["check", str(path)]), main(["check", str(path), "--strict"]))
    assert "perhaps `email` is meant" in capsys.readouterr().out
    path.write_text(json.dumps({**SMALL, "rules": [{"field": "emial", "ask": "maybe"}]}), encoding="utf-8")
    assert 2 == main(["check", str(path), "--format", "json"])
    assert [["rules", 0, "ask"]] == [each["path"] for each in json.loads(capsys.readouterr().out)["defects"]]


def test_the_page_on_blueprints_names_every_key() -> None:
    """PV-1: every key of the format, and every word that a key takes, is on its page."""
    page = (DOCS / "blueprints.md").read_text(encoding="utf-8")
    schema = blueprint_schema()
    definitions: Any = schema["$defs"]
    keys = set(schema["properties"]) | {  # type: ignore[call-overload]
        key for name in DESCRIBED for key in definitions[name]["properties"]
    }
    missing = {key for key in keys if f"`{key}`" not in page}
    words = {ask.value for ask in Ask} | {"general", "limited"}
    assert set() == missing | {word for word in words if f"`{word}`" not in page}


DESCRIBED = (
    "Catalogue",
    "Default",
    "FieldRule",
    "FormStep",
    "PasswordPolicy",
    "Switch",
    "UserType",
    "When",
)

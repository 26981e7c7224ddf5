"""Tenants and blueprints in files: by suffix, replaced in one step, nothing left behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from agentprov.codec import (
    Limits,
    blueprint,
    blueprint_names,
    decode_value,
    dump,
    dumps,
    encode,
    encode_value,
    load,
    load_blueprint,
    loads,
)
from agentprov.errors import InvalidValue, MalformedDocument
from agentprov.model.destinations import Destination, Fallback, HangUp, ToAgent
from agentprov.model.groups import Channel, Template
from agentprov.model.ids import TemplateId
from agentprov.model.routing import RingPlan
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from tests.tenants import by_id, small


def names_in(folder: Path) -> list[str]:
    """The names of a folder's files."""
    return sorted(each.name for each in folder.iterdir())


@pytest.mark.parametrize("name", ["t.json", "t.toml", "t.yaml", "t.yml", "T.JSON"])
def test_a_tenant_goes_to_a_file_and_comes_back(name: str, tmp_path: Path) -> None:
    """FF-1: the suffix says the format, in any case."""
    path = tmp_path / name
    tenant = small()

    dump(tenant, path)

    assert tenant == load(path)
    assert [name] == names_in(tmp_path)


def test_a_file_has_the_text_of_its_format(tmp_path: Path) -> None:
    """FF-1: files are UTF-8 with line feeds, whatever the platform."""
    dump(small(name="नमस्ते"), tmp_path / "t.json")

    assert dumps(small(name="नमस्ते")).encode() == (tmp_path / "t.json").read_bytes()


def test_an_existing_file_keeps_its_mode_and_a_link_its_target(tmp_path: Path) -> None:
    """FF-1: replacing a file doesn't open it to others, and what a link points to is what is written."""
    target = tmp_path / "target.json"
    target.write_text("old", encoding="utf-8")
    target.chmod(0o640)
    link = tmp_path / "link.json"
    link.symlink_to(target)

    dump(small(), link)

    assert link.is_symlink()
    assert 0o640 == target.stat().st_mode & 0o777
    assert small() == load(target)


def test_after_a_failure_the_old_file_stands_alone(tmp_path: Path) -> None:
    """ER-1: nothing is half done after an error."""
    path = tmp_path / "t.json"
    path.write_text("old", encoding="utf-8")

    with pytest.raises(MalformedDocument):
        dump(small(), tmp_path / "t.txt")
    with pytest.raises(OSError, match=r"t\.json"):
        dump(small(), tmp_path / "missing" / "t.json")

    assert "old" == path.read_text(encoding="utf-8")
    assert ["t.json"] == names_in(tmp_path)


def test_a_file_that_isnt_there_is_the_systems_error(tmp_path: Path) -> None:
    """FF-1: the library doesn't dress up what the file system says."""
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none.json")


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    """FF-2: no more of a file is read than the limit allows."""
    path = tmp_path / "t.json"
    dump(small(), path)
    size = path.stat().st_size

    assert small() == load(path, limits=Limits(size_bytes=size))
    with pytest.raises(MalformedDocument) as caught:
        load(path, limits=Limits(size_bytes=size - 1))

    assert ("document.too_large",) == caught.value.codes


# ---- blueprints ------------------------------------------------------------------------------------------------------

OWN = """agentprov = 1
name = "own"
[catalogue.sections]
user = ["view"]
"""


def test_a_blueprint_of_ones_own_is_read_from_a_file(tmp_path: Path) -> None:
    """PV-1: blueprints are data; a host writes its own."""
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")

    own = load_blueprint(path)

    assert {"user:view"} == own.catalogue.permissions
    assert encode(small(blueprint=own, roles={}, users={}, **_BARE))["blueprint"] == encode_value(own)


_BARE: dict[str, Any] = {key: {} for key in ("departments", "profiles", "numbers", "ivrs", "user_groups")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("(whole)", "document.empty")]),
        ('name = "own"', [("agentprov", "document.version_required")]),
        ("agentprov = 1", [("name", "field.required"), ("catalogue", "field.required")]),
        (OWN + "[tenant]", [("tenant", "field.unknown")]),
    ],
)
def test_a_faulty_blueprint_file_is_reported(text: str, expected: list[tuple[str, str]], tmp_path: Path) -> None:
    """FF-1: the same strictness, codes and paths as for tenants."""
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(MalformedDocument) as caught:
        load_blueprint(path)

    assert expected == [(problem.where, problem.code.value) for problem in caught.value.problems]


def test_text_problems_of_a_blueprint_come_with_the_others(tmp_path: Path) -> None:
    """FF-1: a repeated key is reported even where the rest is fine."""
    path = tmp_path / "own.json"
    path.write_text('{"agentprov": 1, "name": "a", "name": "own", "catalogue": {}}', encoding="utf-8")

    with pytest.raises(MalformedDocument) as caught:
        load_blueprint(path)

    assert ["name"] == [problem.where for problem in caught.value.problems]


@pytest.mark.parametrize("name", blueprint_names())
def test_a_shipped_blueprint_is_written_by_its_name(name: str) -> None:
    """PV-8: each shipped blueprint reads, is called what its file is called, and a tenant names it."""
    shipped = blueprint(name)
    tenant = Tenant(id=small().id, name="Acme", settings=small().settings, blueprint=shipped)

    assert name == shipped.name
    assert name == encode(tenant)["blueprint"]
    assert tenant == loads(dumps(tenant))


def test_a_blueprint_that_isnt_shipped_is_refused() -> None:
    """FF-1: for a blueprint that isn't shipped the error lists those that are."""
    with pytest.raises(InvalidValue) as caught:
        blueprint("none-such")

    assert blueprint_names() == caught.value.problems[0].parameters["choices"]


# ---- single values ---------------------------------------------------------------------------------------------------


def test_single_values_are_written_and_read() -> None:
    """FF-1: stores keep one object at a time: then its id is a field like the others, and a union has its tag."""
    asha = next(iter(small().users.values()))
    fallback = Fallback(to=HangUp())

    written = encode_value(asha)

    assert isinstance(written, dict)
    assert asha.id == written["id"]
    assert asha == decode_value(User, written)
    assert {"user": "u-asha"} == encode_value(ToAgent(user=asha.id))
    assert {"to": {"type": "hang-up"}} == encode_value(fallback)
    assert HangUp() == decode_value(Destination, {"type": "hang-up"})
    assert "text" == encode_value("text")


def test_a_faulty_single_value_has_paths_of_its_own() -> None:
    """FF-1: the paths are relative to the value; a phone number has its stored form here too."""
    with pytest.raises(InvalidValue) as plan:
        decode_value(RingPlan, {"timeout": 0})
    with pytest.raises(InvalidValue) as number:
        decode_value(User, {"id": "u-1", "login": "a", "phone": "12345678"})

    assert ["timeout"] == [problem.where for problem in plan.value.problems]
    assert ["phone.not_canonical"] == [problem.code for problem in number.value.problems]


def test_a_type_that_no_document_holds_is_a_defect_of_the_caller() -> None:
    """FF-1: the codec has rules for the model's types only."""
    with pytest.raises(TypeError, match="no rule"):
        decode_value(bytes, b"")


def test_a_tenant_that_no_file_can_hold_is_refused(tmp_path: Path) -> None:
    """FF-1: half a surrogate pair has no bytes in UTF-8; whoever meets it says so in our words."""

    def write_half_a_pair() -> None:
        half = Template(id=TemplateId("y"), channel=Channel.SMS, name="y", text="a\ud800")
        dump(small(templates=by_id([half])), tmp_path / "t.json")

    with pytest.raises(InvalidValue):
        write_half_a_pair()

    assert [] == names_in(tmp_path)

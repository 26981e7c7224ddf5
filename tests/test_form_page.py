"""The example that draws a form as a page: every kind of field, and every text escaped."""

from __future__ import annotations

import re
import runpy
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import attrs
import pytest

from agentprov.model.blueprint import FieldRule
from agentprov.model.groups import UserGroup
from agentprov.model.ids import UserGroupId
from agentprov.provisioning import tenant_form
from agentprov.provisioning.fields import FIELDS, FieldKind
from tests.provisioning.samples import a_form, a_tenant, created

EXAMPLE = Path(__file__).parent.parent / "examples" / "form_page" / "page.py"
DRAW: Any = runpy.run_path(str(EXAMPLE))["page"]
NASTY = '<script>alert("x")</script>&\''


class Controls(HTMLParser):
    """What a browser finds on a page: the controls by name, the scripts, the labels' words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.named: dict[str, str] = {}
        self.scripts: list[str | None] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a control or a script."""
        found = dict(attrs)
        if tag == "script":
            self.scripts.append(found.get("type"))
        if tag in {"input", "select", "textarea"} and found.get("name"):
            self.named[str(found["name"])] = tag if tag != "input" else f"input {found.get('type')}"


OF_KIND = {
    FieldKind.FLAG: "input checkbox",
    FieldKind.SECRET: "input password",
    FieldKind.EMAIL: "input email",
    FieldKind.PHONE: "input tel",
    FieldKind.SECONDS: "input number",
    FieldKind.NUMERIC_ID: "input number",
    **dict.fromkeys(
        (
            FieldKind.CHOICE,
            FieldKind.USER_TYPE,
            FieldKind.REFERENCE,
            FieldKind.REFERENCES,
            FieldKind.REFERENCE_SET,
        ),
        "select",
    ),
    **dict.fromkeys(
        (
            FieldKind.PHONES,
            FieldKind.SKILLS,
            FieldKind.PROFILES,
            FieldKind.DETAILS,
            FieldKind.AREA_CALLER_IDS,
            FieldKind.ADDRESSES,
        ),
        "textarea",
    ),
}


@pytest.mark.parametrize("user", [None, "u-ravi"])
def test_every_kind_of_field_is_drawn(user: str | None) -> None:
    """PV-1: from the data alone, for a new user and for a stored one with values."""
    tenant = created(
        a_tenant(),
        a_form(
            extension="101",
            caller_ids=["c-1"],
            area_caller_ids={"22": "c-1"},
            alternate_numbers=["9812345679"],
            allowed_addresses=["198.51.100.0/24"],
        ),
    )
    plan = attrs.evolve(tenant.blueprint, rules=[FieldRule(field=name) for name in FIELDS], steps=(), defaults=())
    page = DRAW(tenant_form(attrs.evolve(tenant, blueprint=plan), by=None, user=user).as_data(), "All")
    expected = {name: OF_KIND.get(field.kind, "input text") for name, field in FIELDS.items()}
    assert expected == Controls(page).named
    assert {field.kind for field in FIELDS.values()} == set(FieldKind)


def test_no_text_of_a_tenant_becomes_markup() -> None:
    """PV-1: a name or a value that is markup is shown as text, in the page and in the data inside it."""
    tenant = created(a_tenant("puzzel"), a_form("puzzel", name=NASTY))
    group = UserGroup(id=UserGroupId("g-sales"), name=NASTY)
    tenant = attrs.evolve(tenant, user_groups=tenant.user_groups.put(group.id, group))
    page = DRAW(tenant_form(tenant, by=None, user="u-ravi", entered={"phone": NASTY}).as_data(), NASTY)
    assert ["application/json"] == Controls(page).scripts
    assert not re.search(r"<script>", page)


def test_the_example_itself_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """PV-1: a supervisor of Smartflo's form, with what is fixed greyed out."""
    runpy.run_path(str(EXAMPLE), run_name="__main__")
    page = capsys.readouterr().out
    assert "<legend>Web login</legend>" in page
    assert re.search(r'name="login"[^>]* disabled', page)

"""What a finding tells, and that every code is documented (AN-4)."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from agentprov.analysis.findings import ENGLISH, Finding, FindingCode, Weight
from agentprov.engine.decisions import Object
from agentprov.messages import Entry
from agentprov.model.references import Kind

PAGES = Path(__file__).parent.parent.parent / "docs" / "lint"
SHADOWED = Finding(
    code=FindingCode.GRANT_SHADOWED,
    path=("roles", "lead", "grants", 2),
    parameters={"permission": "user:edit", "scope": ("self", "tenant"), "by": ("roles.everyone.grants[0]",)},
)
NO_ADMIN = Finding(code=FindingCode.NO_ADMIN, parameters={"permission": "access:grant"})


def test_a_finding_says_what_and_where() -> None:
    """AN-4: a finding has one English sentence, a place as a person writes it, and a fix."""
    assert str(SHADOWED) == (
        "roles.lead.grants[2]: allows `user:edit` within self, tenant to nobody, for all who hold it are denied it by"
        " roles.everyone.grants[0] (access.grant_shadowed)"
    )
    assert SHADOWED.fix == "remove the grant, or narrow the deny"
    assert str(NO_ADMIN) == "(whole): nobody may hand on rights in the whole tenant (access.no_admin)"
    assert NO_ADMIN.fix == "give an active person `access:grant` for the whole tenant"


def test_a_finding_is_about_an_object() -> None:
    """AN-4: the object comes from the path; a finding about the tenant has none."""
    assert Object(kind=Kind.ROLES, id="lead") == SHADOWED.subject
    assert NO_ADMIN.subject is None


def test_a_finding_as_data() -> None:
    """AN-4: a finding is plain values, which any JSON writer takes and gives back."""
    data = SHADOWED.as_data()

    assert data == json.loads(json.dumps(data))
    assert data == {
        "code": "access.grant_shadowed",
        "weight": "warning",
        "kind": "roles",
        "id": "lead",
        "path": ["roles", "lead", "grants", 2],
        "parameters": {
            "permission": "user:edit",
            "scope": ["self", "tenant"],
            "by": ["roles.everyone.grants[0]"],
        },
        "message": SHADOWED.message,
        "fix": SHADOWED.fix,
    }
    assert (None, None) == (NO_ADMIN.as_data()["kind"], NO_ADMIN.as_data()["id"])


def test_a_hint_is_no_warning() -> None:
    """AN-4: what could merely be simpler or safer is a hint."""
    assert {
        FindingCode.GRANT_REDUNDANT,
        FindingCode.ROLE_ADDS_NOTHING,
        FindingCode.ROLE_UNUSED,
        FindingCode.ONE_ADMIN,
    } == {code for code in FindingCode if Finding(code=code).weight is Weight.HINT}


def test_a_host_has_words_of_its_own() -> None:
    """ER-1: a host's catalogue says it; a code that it lacks is said in English."""
    catalogue = {FindingCode.NO_ADMIN.value: Entry("niemand verwaltet", "")}

    assert NO_ADMIN.words(catalogue) == "niemand verwaltet"
    assert SHADOWED.words(catalogue) == SHADOWED.message


def test_every_code_has_words_and_a_name_that_is_its_own() -> None:
    """AN-4: the catalogue speaks of exactly the codes there are; a code is `access.` and its name in lower case."""
    assert set(FindingCode) == set(ENGLISH)
    assert [] == [code for code in FindingCode if code.value != f"access.{code.name.lower()}"]


@pytest.mark.parametrize("code", FindingCode)
def test_a_sentence_has_the_style_of_the_house(code: FindingCode) -> None:
    """ER-1: lower case or a figure or a backtick first, no full stop last, one line."""
    for text in (ENGLISH[code].message, ENGLISH[code].mend):
        assert text == " ".join(text.split())
        assert not text[0].isupper()
        assert not text.endswith(".")


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    """AN-4: what a finding means and how to mend it stands on a page of its own, which the index names."""
    pages = {page.stem for page in PAGES.glob("*.md")} - {"README"}
    index = (PAGES / "README.md").read_text(encoding="utf-8")

    assert pages == {code.value for code in FindingCode}
    assert pages == set(re.findall(r"\]\((access\.\w+)\.md\)", index))


@pytest.mark.parametrize("code", FindingCode)
def test_a_page_says_what_how_and_what_to_do(code: FindingCode) -> None:
    """AN-4: each page bears its code, says its weight, shows the finding by an example, and says how to mend it."""
    page = (PAGES / f"{code.value}.md").read_text(encoding="utf-8")

    assert page.startswith(f"# `{code.value}`\n")
    assert f"A {Finding(code=code).weight.value}." in page
    assert "```python" in page
    assert f"FindingCode.{code.name}" in page
    assert "\n## What to do\n" in page

"""The tables of the page on SCIM say what the code's do (PV-12)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agentprov.errors import Code, InvalidValue
from agentprov.interop.scim_attributes import split_path
from agentprov.interop.scim_documents import error_document
from agentprov.interop.scim_mapping import CORE, REQUESTS, mapped_fields, path_of, user_type
from agentprov.provisioning.fields import FIELDS
from tests.interop.scim_service import directory, tenant

PAGE = (Path(__file__).parents[2] / "docs" / "scim.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The rows of the first table under a heading, each cell without its quotes."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_table_of_attributes_is_the_codes() -> None:
    """PV-12: the page lists the fields that are attributes of the standard's schemas, and no others."""
    assert dict(CORE) == {field.strip("`"): path.strip("`") for field, path in rows("Users")}


def test_the_page_names_what_isnt_mapped() -> None:
    """PV-12: every field of a form has an attribute, but for the requests that the page names."""
    assert set() == FIELDS.keys() - REQUESTS - mapped_fields(directory().tenant.blueprint).keys()
    for name in REQUESTS:
        assert f"`{name}`" in PAGE


def test_every_path_of_the_table_leads_somewhere() -> None:
    """PV-12: the path of each field is one of an attribute of the schemas."""
    users = user_type(tenant())
    for field in FIELDS.keys() - REQUESTS:
        schema, name, part = split_path(re.sub(r"\[.*\]", "", path_of(field)))

        assert users.place(schema, name, part) is not None


@pytest.mark.parametrize("row", [row for row in rows("How it refuses") if row[1]], ids=lambda row: row[1])
def test_the_table_of_refusals_is_the_codes(row: list[str]) -> None:
    """PV-12: each code that the page names gives the status and the keyword that it says."""
    status, scim_type, said = row
    codes = [Code(text) for text in re.findall(r"`([a-z_]+\.[a-z_]+)`", said)] or [Code.FIELD_NOT_ALLOWED]
    for code in codes:
        error = error_document(InvalidValue.of(code, "x", **dict.fromkeys(PARAMETERS, "x")))

        assert (status, scim_type.strip("`")) == (error["status"], error["scimType"])


PARAMETERS = ("value", "expected", "limit", "what", "other", "holder", "field")
"""What the sentences of these codes need."""

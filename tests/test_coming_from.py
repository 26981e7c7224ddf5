"""The pages for whoever comes from another system show what is in their example files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agentprov.codec import load
from agentprov.engine.call_flow import Router

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "docs" / "coming-from"
EXAMPLES = ROOT / "examples" / "coming-from"
NAMES = tuple(sorted(path.stem for path in EXAMPLES.glob("*.toml")))
SHOWN = re.compile(r"^```toml\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def test_a_page_for_each_file() -> None:
    """Each example file has its page, and each page but the index has its file."""
    assert {path.stem for path in PAGES.glob("*.md")} - {"README"} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_pages_show_what_the_files_say(name: str) -> None:
    """Every part of a tenant that a page shows stands in its file, word for word."""
    document = (EXAMPLES / f"{name}.toml").read_text(encoding="utf-8")
    shown = SHOWN.findall((PAGES / f"{name}.md").read_text(encoding="utf-8"))
    assert shown
    assert [part for part in shown if part not in document] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_call_ends(name: str) -> None:
    """RT-9: each file is a tenant whose calls all end."""
    assert Router(load(EXAMPLES / f"{name}.toml")).bounds().ring_seconds > 0

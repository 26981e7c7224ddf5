"""Links in the documentation lead to files, and to headings that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^()\s]+)\)")
FENCED = re.compile(r"^(`{3,}).*?^\1$", re.DOTALL | re.MULTILINE)
ELSEWHERE = ("https://", "http://", "mailto:")


def name_of(page: Path) -> str:
    """A page's path in the project, as a test's id."""
    return page.relative_to(ROOT).as_posix()


def prose(page: Path) -> str:
    """A page without its blocks of code."""
    return FENCED.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """What a link to a heading of the page may end in."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken(page: Path) -> list[str]:
    """The links of a page that lead nowhere in the project."""
    found: list[str] = []
    for link in LINK.findall(prose(page)):
        target, _, heading = link.partition("#")
        if link.startswith(ELSEWHERE):
            continue
        path = page.parent / target if target else page
        if not path.exists() or (heading and heading not in anchors(path)):
            found.append(link)
    return found


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    """What a page links to in the project exists."""
    assert broken(page) == []


def test_every_page_is_in_the_index() -> None:
    """A reader finds every page from `docs/README.md`; the pages of decisions and of findings have their folders."""
    index = ROOT / "docs" / "README.md"
    linked = {(index.parent / link).resolve() for link in LINK.findall(prose(index)) if not link.startswith(ELSEWHERE)}
    missing = [name_of(page) for page in (ROOT / "docs").rglob("*.md") if page.parent.name not in {"decisions", "lint"}]
    missing = [name for name in missing if ROOT / name not in linked and ROOT / name != index]

    assert missing == []


def test_a_link_to_nowhere_is_found(tmp_path: Path) -> None:
    """A missing file and a missing heading are told; links out of the project and links in code aren't followed."""
    (tmp_path / "there.md").write_text("# What is there\n", encoding="utf-8")
    page = tmp_path / "page.md"
    page.write_text(
        "[a](there.md) [b](there.md#what-is-there) [c](https://example.com/x) [d](gone.md) [e](there.md#gone)\n"
        "```text\n[f](gone.md)\n```\n",
        encoding="utf-8",
    )

    assert broken(page) == ["gone.md", "there.md#gone"]

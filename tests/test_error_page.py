"""The page on errors lists what there is."""

from __future__ import annotations

from tools.error_table import PAGE, with_table


def test_the_page_has_every_code_as_it_is_now() -> None:
    """ER-1: the table of codes is up to date; ``python tools/error_table.py`` makes it anew."""
    page = PAGE.read_text(encoding="utf-8")

    assert with_table(page) == page

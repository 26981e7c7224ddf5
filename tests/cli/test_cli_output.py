"""How a page becomes text: wrapping, tables, colours, and what a file may not do to a terminal (CL-1)."""

from __future__ import annotations

from agentprov.cli.output import NARROWEST, Page, bad, good, one_line, render, strong


def test_columns_are_aligned_under_their_titles() -> None:
    """CL-1: every column begins where its title begins, whatever the cells hold."""
    page = Page()
    page.grid([("u-1", "Asha", "yes"), ("u-longer", "R", "no")], "id", "name", "may")

    lines = render(page).splitlines()

    assert [line.index(word) for line, word in zip(lines, ("name", "Asha", "R"), strict=True)] == [12, 12, 12]
    assert [line.index(word) for line, word in zip(lines, ("may", "yes", "no"), strict=True)] == [18, 18, 18]


def test_a_wide_letter_takes_two_columns_and_a_combining_one_none() -> None:
    """CL-1: a table stays aligned under names of other scripts."""
    page = Page()
    page.grid([("日本", "|"), ("e\u0301cole", "|"), ("plain", "|")])

    assert "  日本   |\n  e\u0301cole  |\n  plain  |\n" == render(page)


def test_long_lines_are_wrapped_at_spaces_and_hang() -> None:
    """CL-1: no line is longer than the terminal as long as no word is."""
    page = Page()
    page.item("word " * 30)

    lines = render(page, width=50).splitlines()

    assert len(lines) > 1
    assert all(len(line) <= 50 for line in lines)
    assert [line[:4] for line in lines] == ["  - "] + ["    "] * (len(lines) - 1)
    assert ["word"] * 30 == "".join(line[4:] + " " for line in lines).split()


def test_the_last_column_is_wrapped_under_itself() -> None:
    """CL-1: a long last cell stays in its column."""
    page = Page()
    page.grid([("why", "because " * 12)])

    lines = render(page, width=44).splitlines()

    assert {"  why  because", "       because"} == {line[:14] for line in lines}
    assert all(len(line) <= 44 for line in lines)


def test_a_word_longer_than_the_line_stands_alone() -> None:
    """CL-1: a long path is never broken, so that it can be copied."""
    page = Page()
    page.line("see ", "x" * 60, " there")

    assert f"see\n  {'x' * 60}\n  there\n" == render(page, width=NARROWEST)


def test_colours_only_where_asked_and_ended_on_each_line() -> None:
    """CL-1: without colour no escape character is printed; with it, every line ends in the plain style."""
    page = Page()
    page.line(good("yes"), ": ", strong("a b"), bad("!"))

    assert "yes: a b!\n" == render(page)
    assert "\x1b[1;32myes\x1b[0m: \x1b[1ma b\x1b[0m\x1b[1;31m!\x1b[0m\n" == render(page, colour=True)


def test_a_name_from_a_file_can_not_control_the_terminal() -> None:
    """CL-1: control characters, line ends and bidi marks from outside are shown, not sent."""
    page = Page()
    page.line("\x1b[2Jgone\nnext\u202e")

    assert "\\x1b[2Jgone\\nnext\\u202e\n" == render(page, colour=True)
    assert "\\udc80" == one_line("\udc80")


def test_empty_lines_never_double_nor_end_a_page() -> None:
    """CL-1: a gap is one line, and only between lines."""
    page = Page()
    page.gap()
    page.line("a")
    page.gap()
    page.gap()
    page.line("b")
    page.gap()

    assert "a\n\nb\n" == render(page)

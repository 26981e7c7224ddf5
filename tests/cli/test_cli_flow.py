"""`agentprov flow`: where calls to a number can go, as text for Mermaid (CL-1, AN-6)."""

from __future__ import annotations

import pytest

from tests.cli.desk import Desk


def test_a_flow_is_printed_for_mermaid(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """AN-6: the text alone, never wrapped, so that it can be put into a page as it is."""
    monkeypatch.setenv("COLUMNS", "40")
    ran = desk.run("flow", "FILE", "22 22 22 22")

    assert (0, "") == (ran.status, ran.err)
    assert ran.out.splitlines() == [
        "flowchart TD",
        '  numbers__n_2d_main(["Main line<br/>+4722222222"])',
        '  ivrs__i_2d_main{{"Main menu"}}',
        '  departments__d_2d_sales[["Sales<br/>order: Bo Dahl, Cai Holm"]]',
        '  hang_2d_up__unavailable(("hang up<br/>unavailable"))',
        "  numbers__n_2d_main --> ivrs__i_2d_main",
        '  ivrs__i_2d_main -->|"1 Sales"| departments__d_2d_sales',
        '  departments__d_2d_sales -.->|"nobody left"| hang_2d_up__unavailable',
    ]


def test_programs_read_the_graph(desk: Desk) -> None:
    """CL-1: nodes and ways as data, and the text."""
    data = desk.run("flow", "FILE", "n-bo", "--format", "json").data

    assert data["nodes"] == [
        {"id": "numbers__n_2d_bo", "kind": "number", "lines": ["Bo direct", "+4722222223"]},
        {"id": "users__u_2d_bo", "kind": "agent", "lines": ["Bo Dahl", "hours: Day hours"]},
    ]
    assert data["edges"] == [{"from": "numbers__n_2d_bo", "to": "users__u_2d_bo", "label": "", "failed": False}]
    assert data["incomplete"] == []
    assert data["mermaid"].startswith("flowchart TD\n")


def test_an_unknown_number_is_refused(desk: Desk) -> None:
    """CL-1: a number that the tenant doesn't have is a usage mistake."""
    ran = desk.run("flow", "FILE", "n-none")

    assert (2, "") == (ran.status, ran.out)
    assert "there is no number `n-none`" in ran.err

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
        '  hang_2d_up__normal(("hang up<br/>normal"))',
        '  hang_2d_up__unavailable(("hang up<br/>unavailable"))',
        "  numbers__n_2d_main --> ivrs__i_2d_main",
        '  ivrs__i_2d_main -->|"1 Sales"| departments__d_2d_sales',
        '  ivrs__i_2d_main -.->|"no key or a wrong one"| hang_2d_up__normal',
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


def test_a_flow_that_is_too_long_to_be_drawn_is_one_graph(desk: Desk) -> None:
    """CL-1, AN-6: where names are so long that less is drawn, programs read the nodes that are drawn, and no others."""
    label = "%" * 60
    menus = [
        f'[ivrs.m{at}]\nname = "{label}"\n'
        f'options = [{{ digits = "1", label = "{label}", to = {{ type = "ivr", ivr = "m{min(at + 1, 139)}" }} }}]\n'
        for at in range(140)
    ]
    number = '[numbers.n-big]\nphone = "+4722222299"\nto = { type = "ivr", ivr = "m0" }\n'
    desk.file.write_text("\n".join([desk.file.read_text(encoding="utf-8"), *menus, number]), encoding="utf-8")

    data = desk.run("flow", "FILE", "n-big", "--format", "json").data

    drawn = [line.split("{{")[0].strip() for line in data["mermaid"].splitlines() if "{{" in line]
    assert "not drawn" in data["mermaid"]
    assert drawn == [node["id"] for node in data["nodes"] if node["kind"] == "menu"]
    assert data["incomplete"]


def test_an_unknown_number_is_refused(desk: Desk) -> None:
    """CL-1: a number that the tenant doesn't have is a usage mistake."""
    ran = desk.run("flow", "FILE", "n-none")

    assert (2, "") == (ran.status, ran.out)
    assert "there is no number `n-none`" in ran.err

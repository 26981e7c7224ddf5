"""The call flow of a number as Mermaid text (AN-6): what is told, that names aren't syntax, how big it is."""

from __future__ import annotations

import re
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentprov.model.departments import Strategy
from agentprov.model.destinations import Cause, Destination, Failure, Fallback, HangUp, QueueExit, ToQueue
from agentprov.model.hours import ClosedByEmergency, TimeGroup
from agentprov.model.ids import NumberId, TimeGroupId
from agentprov.model.numbers import (
    Anonymous,
    CallerRule,
    FromCountry,
    FromNumber,
    FromPrefix,
    RaisePriority,
    Refuse,
    SendTo,
)
from agentprov.model.routes import exits
from agentprov.model.settings import Emergency
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.testing.strategies import tenants
from agentprov.views.call_graph import MOST_EDGES, MOST_NODES, CallGraph, Edge, Node, Sort, call_graph
from agentprov.views.flow_mermaid import LONGEST_LINE, LONGEST_TEXT, drawn_graph, escaped, mermaid, node_id
from tests.engine.call_centre import (
    DIALLED,
    OFFICE,
    OTHER_VOICEMAIL,
    OUTSIDE,
    QUEUE,
    VOICEMAIL,
    agent,
    announced,
    centre,
    closed_at,
    condition,
    department,
    menu,
    option,
    outside,
    settings,
    to,
    to_condition,
    to_department,
    to_menu,
)
from tests.tenants import by_id

MAIN = NumberId("main")
_BRACKETS = {
    Sort.NUMBER: ("([", "])"),
    Sort.AGENT: ("(", ")"),
    Sort.DEPARTMENT: ("[[", "]]"),
    Sort.MENU: ("{{", "}}"),
    Sort.CONDITION: ("{", "}"),
    Sort.OUTSIDE: ("[/", "/]"),
    Sort.VOICEMAIL: ("[(", ")]"),
    Sort.ANNOUNCEMENT: (">", "]"),
    Sort.QUEUE: ("[\\", "\\]"),
    Sort.HANG_UP: ("((", "))"),
}
_ID = r"[A-Za-z0-9_]+"
_TEXT = r'"(?:[^"#;\[\]{}|<>`%&\\]|#\d+;|<br/>)*"'
_SHAPES = "|".join(rf"{re.escape(left)}{_TEXT}{re.escape(right)}" for left, right in [*_BRACKETS.values(), ("[", "]")])
NODE = re.compile(rf"  {_ID}(?:{_SHAPES})")
EDGE = re.compile(rf"  ({_ID}) (?:-->|-\.->)(?:\|{_TEXT}\|)? ({_ID})")


def edges(tenant: Tenant) -> list[tuple[str, str, str]]:
    """The ways of the one number's graph: from, label, to, each node by the last part of its id."""
    return [(edge.start[-1], edge.label, edge.end[-1]) for edge in call_graph(tenant, MAIN).edges]


def test_a_small_flow_is_read_line_by_line() -> None:
    """AN-6: a number, a time condition, a department with its members, a voicemail box; dotted where nobody is left."""
    tenant = centre(
        to_condition("day"),
        agent("asha"),
        agent("ravi"),
        department("sales", "asha", "ravi", failover=VOICEMAIL),
        condition("day", OFFICE, to_department("sales"), VOICEMAIL),
    )

    assert mermaid(drawn_graph(tenant, MAIN)).splitlines() == [
        "flowchart TD",
        '  numbers__main(["main<br/>+918069651170"])',
        '  time_5f_conditions__day{"Day<br/>hours: Office"}',
        '  departments__sales[["Sales<br/>order: asha, ravi"]]',
        '  voicemails__box[("voicemail<br/>box")]',
        "  numbers__main --> time_5f_conditions__day",
        '  time_5f_conditions__day -->|"open"| departments__sales',
        '  time_5f_conditions__day -->|"closed"| voicemails__box',
        '  departments__sales -.->|"nobody left"| voicemails__box',
    ]


def test_options_have_their_digits_and_fallbacks_their_causes() -> None:
    """AN-6, RT-4, RT-7: options by digits and label, what happens without a key or with a wrong one, each cause."""
    busy = Fallback(to=VOICEMAIL, by_failure=Table({Failure.BUSY: OTHER_VOICEMAIL}))
    tenant = centre(
        to_menu("top"),
        agent("asha"),
        menu(
            "top",
            attrs.evolve(option("1", to("asha")), label="Sales", fallback=busy),
            attrs.evolve(option("2", to_menu("top")), fallback=busy),
            on_timeout=VOICEMAIL,
            on_invalid=HangUp(cause=Cause.REJECTED),
        ),
        fallback=busy,
    )

    assert edges(tenant) == [
        ("main", "", "top"),
        ("top", "1 Sales", "asha"),
        ("top", "1 Sales, not reached", "box"),
        ("top", "1 Sales, busy", "other"),
        ("top", "2", "top"),
        ("top", "no key", "box"),
        ("top", "wrong key", "rejected"),
    ]


@pytest.mark.parametrize(
    ("destination", "used"),
    [
        (to("asha"), True),
        (outside(20), True),
        (outside(20, VOICEMAIL), False),
        (announced(to("asha")), True),
        (to_condition("day"), True),
        (to_department("sales"), False),
        (to_menu("top"), False),
        (QUEUE, False),
        (VOICEMAIL, False),
        (HangUp(), False),
    ],
)
def test_a_fallback_is_drawn_where_it_can_be_used(destination: Destination, used: bool) -> None:
    """AN-6, RT-2: a number's fallback counts for an agent and a number outside, not behind a menu or a department."""
    tenant = centre(
        destination,
        agent("asha"),
        department("sales", "asha"),
        menu("top", option("1", to("asha"))),
        condition("day", OFFICE, announced(to_condition("night")), to_department("sales")),
        condition("night", OFFICE, to_menu("top"), to("asha")),
        fallback=Fallback(to=OTHER_VOICEMAIL),
    )

    assert (("main", "not reached", "other") in edges(tenant)) is used


def test_a_menu_without_an_answer_hangs_up() -> None:
    """AN-6, RT-7: where nothing is said about no key and a wrong one, the call is hung up."""
    neither, one = (
        centre(to_menu("top"), menu("top", option("1", VOICEMAIL), on_timeout=on_timeout))
        for on_timeout in (None, VOICEMAIL)
    )

    assert edges(neither)[2:] == [("top", "no key or a wrong one", "normal")]
    assert edges(one)[2:] == [("top", "no key", "box"), ("top", "wrong key", "normal")]


def test_hours_of_agents_and_departments_lead_on() -> None:
    """AN-6, RT-2: an agent's own failover counts for direct calls; a department has a closed destination."""
    tenant = centre(
        to("asha"),
        agent("asha", hours=OFFICE, failover=to_department("sales")),
        department("sales", hours=closed_at(OFFICE, OTHER_VOICEMAIL)),
    )

    assert edges(tenant) == [
        ("main", "", "asha"),
        ("asha", "outside hours, if called directly", "sales"),
        ("sales", "closed", "other"),
    ]
    assert [node.lines for node in call_graph(tenant, MAIN).nodes[1:3]] == [
        ("asha", "hours: Office"),
        ("Sales", "order: nobody", "hours: Office"),
    ]


def test_what_a_destination_carries_stands_where_it_is_written() -> None:
    """AN-6: the same announcement written twice is two nodes, for what follows each may differ."""
    tenant = centre(
        to_condition("day"),
        condition(
            "day", OFFICE, announced(outside(20, VOICEMAIL)), announced(ToQueue(queue=QUEUE.queue, next=HangUp()))
        ),
    )
    graph = call_graph(tenant, MAIN)

    assert [(node.sort, node.lines) for node in graph.nodes[2:]] == [
        (Sort.ANNOUNCEMENT, ("Greeting",)),
        (Sort.OUTSIDE, ("+912226000000", "for 20 s")),
        (Sort.VOICEMAIL, ("voicemail", "box")),
        (Sort.ANNOUNCEMENT, ("Greeting",)),
        (Sort.QUEUE, ("queue", "Line")),
        (Sort.HANG_UP, ("hang up", "normal")),
    ]
    assert [edge.label for edge in graph.edges] == ["", "open", "then", "no answer", "closed", "then", "left unserved"]


def test_a_queue_leads_on_by_how_it_was_left() -> None:
    """AN-6, RT-8: each way out of a queue is told by its cause, the general one as left unserved."""
    queue = ToQueue(queue=QUEUE.queue, next=VOICEMAIL, by_exit=Table({QueueExit.FULL: HangUp(cause=Cause.BUSY)}))

    assert [edge.label for edge in call_graph(centre(queue), MAIN).edges] == ["", "left unserved", "full"]


def ruled(*rules: CallerRule, **more: Any) -> Tenant:
    """A tenant whose one number has these rules about callers, and leads to an agent."""
    tenant = centre(to_department("sales"), agent("asha"), department("sales", "asha"), **more)
    return attrs.evolve(tenant, numbers={MAIN: attrs.evolve(tenant.numbers[MAIN], caller_rules=rules)})


def test_a_rule_about_callers_is_a_way_of_its_own() -> None:
    """AN-6, RT-15: callers who are sent elsewhere or refused, with who they are; who only comes sooner has no way."""
    rules = [
        CallerRule(callers=[Anonymous()], action=SendTo(to=VOICEMAIL), name="Hidden numbers"),
        CallerRule(callers=[FromCountry(region="NO"), FromPrefix(prefix="+44900")], action=SendTo(to=OTHER_VOICEMAIL)),
        CallerRule(callers=[FromNumber(number=OUTSIDE)], action=Refuse()),
        CallerRule(callers=[FromCountry(region=region) for region in ("SE", "DK", "FI", "IS")], action=Refuse()),
        CallerRule(callers=[FromCountry(region="IN")], action=RaisePriority(by=10)),
    ]

    assert edges(ruled(*rules)) == [
        ("main", "", "sales"),
        ("main", "Hidden numbers: anonymous", "box"),
        ("main", "from NO, from +44900...", "other"),
        ("main", f"from {OUTSIDE}", "rejected"),
        ("main", "from SE, from DK, from FI and more", "rejected"),
    ]


def test_a_fallback_counts_for_who_is_sent_elsewhere() -> None:
    """AN-6, RT-15: a rule that leads to an agent keeps the number's fallback, which the number itself can't use."""
    fallback = Fallback(to=OTHER_VOICEMAIL)
    sent, refused = (
        ruled(CallerRule(callers=[Anonymous()], action=action), fallback=fallback)
        for action in (SendTo(to=to("asha")), Refuse())
    )

    assert ("main", "not reached", "other") in edges(sent)
    assert ("main", "not reached", "other") not in edges(refused)


def test_a_big_department_is_counted() -> None:
    """AN-6: of more than three members there is no list."""
    names = ["asha", "ravi", "meera", "dev"]
    tenant = centre(
        to_department("sales"),
        *(agent(name, phone=f"+9198123456{at:02}") for at, name in enumerate(names)),
        department("sales", *names, strategy=Strategy.SIMULTANEOUS),
    )

    assert call_graph(tenant, MAIN).nodes[1].lines == ("Sales", "simultaneous: 4 members")


def test_an_emergency_is_a_way_of_every_number() -> None:
    """AN-6, HR-4: the tenant's emergency, with its destination or without."""
    with_, without = (
        centre(to("asha"), agent("asha"), settings=settings(emergency=Emergency(destination=destination)))
        for destination in (VOICEMAIL, None)
    )

    assert edges(with_)[0] == ("main", "emergency", "box")
    assert edges(without)[0] == ("main", "emergency", "unavailable")


def test_an_emergency_of_a_time_group_is_a_way_of_whoever_asks_it() -> None:
    """AN-6, HR-4: a time condition and a department lead where their time group's emergency says; an agent doesn't."""
    closed = ClosedByEmergency(destination=OTHER_VOICEMAIL)
    groups = by_id([TimeGroup(id=OFFICE, name="Office", time_zone="UTC", emergency=closed)])
    tenant = centre(
        to_condition("day"),
        agent("asha", hours=OFFICE),
        department("sales", "asha", hours=closed_at(OFFICE)),
        condition("day", OFFICE, to_department("sales"), to("asha")),
        time_groups=groups,
    )

    assert [way for way in edges(tenant) if way[1] == "emergency"] == [
        ("day", "emergency", "other"),
        ("sales", "emergency", "other"),
    ]


def test_a_huge_flow_is_drawn_in_part() -> None:
    """AN-6: no more nodes and ways than can be read; where more would follow, that is said."""
    menus = [
        menu(f"m{at}", *(option(str(key), to_menu(f"m{(at * 7 + key * 3) % 300}")) for key in range(10)))
        for at in range(300)
    ]
    graph = call_graph(centre(to_menu("m0"), *menus), MAIN)

    assert len(graph.nodes) <= MOST_NODES
    assert len(graph.edges) <= MOST_EDGES
    assert len(set(graph.left_out)) == len(graph.left_out) > 0
    lines = mermaid(graph).splitlines()
    assert '  more["more, which is not drawn"]' in lines
    assert sum(line.endswith(" -.-> more") for line in lines) == len(graph.left_out)


def test_a_text_too_long_for_mermaid_is_shortened() -> None:
    """AN-6: names that need many characters make the drawing smaller, not refused."""
    menus = [
        menu(f"m{at}", *(attrs.evolve(option(str(key), to_menu(f"m{at + 1}")), label="%" * 60) for key in range(5)))
        for at in range(148)
    ]
    tenant = centre(to_menu("m0"), *menus, menu("m148", option("1", VOICEMAIL)))

    assert len(mermaid(call_graph(tenant, MAIN))) > LONGEST_TEXT
    assert len(mermaid(drawn_graph(tenant, MAIN))) <= LONGEST_TEXT
    assert "not drawn" in mermaid(drawn_graph(tenant, MAIN))


@given(st.text())
def test_no_text_is_syntax(text: str) -> None:
    """AN-6: whatever a name holds, no quote, bracket, bar, tag, comment or entity of its own is left in the label."""
    node = Node(id=("users", text), sort=Sort.AGENT, lines=(text, text))
    edge = Edge(start=node.id, end=node.id, label=text)
    head, *lines = mermaid(CallGraph(nodes=(node,), edges=(edge,))).splitlines()

    assert head == "flowchart TD"
    assert len(lines) == 2
    assert NODE.fullmatch(lines[0])
    assert EDGE.fullmatch(lines[1])


@given(st.text(max_size=LONGEST_LINE))
def test_a_label_shows_the_name(text: str) -> None:
    """AN-6: with the numbered characters put back, what is printable is there as it was."""
    shown = re.sub(r"#(\d+);", lambda found: chr(int(found[1])), escaped(text))

    assert shown == "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def test_what_markdown_or_icons_would_read_is_written_out() -> None:
    """AN-6: a label never begins a list, and names no icon; a plus before a number or a dash inside stays."""
    assert [escaped(text) for text in ("1. one", "- dash", "fa:fa-car", "+91 22", "sign-in", "at: x")] == [
        "1#46; one",
        "#45; dash",
        "fa#58;fa-car",
        "+91 22",
        "sign-in",
        "at: x",
    ]


@given(st.tuples(st.text(), st.text()), st.tuples(st.text(), st.text()))
def test_different_objects_have_different_ids(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    """AN-6: ids are letters, digits and underscores, and two objects never share one."""
    assert re.fullmatch(_ID, node_id(one))
    assert (node_id(one) == node_id(other)) == (one == other)


@given(tenants(details=False))
def test_the_graph_has_every_exit_of_what_it_reaches(tenant: Tenant) -> None:
    """AN-6: each way ends at a node that is told, every node is reached, and no exit but a fallback is missing."""
    for number in tenant.numbers:
        graph = call_graph(tenant, number)
        nodes = {node.id: node for node in graph.nodes}
        assert len(nodes) == len(graph.nodes)
        assert graph.left_out == ()
        assert {edge.end for edge in graph.edges} | {("numbers", number)} == nodes.keys()
        for node in graph.nodes:
            item: Any = _item(tenant, node)
            if item is not None:
                ways = [way for way in exits(item) if "fallback" not in way.path]
                assert sum(edge.start == node.id and edge.label != "emergency" for edge in graph.edges) >= len(ways)
        assert all(NODE.fullmatch(line) or EDGE.fullmatch(line) for line in mermaid(graph).splitlines()[1:])


def _item(tenant: Tenant, node: Node) -> object:
    kind, id_ = node.id[0], node.id[1]
    return getattr(tenant, kind)[id_] if node.sort in _OBJECTS else None


_OBJECTS = {Sort.NUMBER, Sort.AGENT, Sort.DEPARTMENT, Sort.MENU, Sort.CONDITION}


def test_ids_outlive_other_changes() -> None:
    """AN-6: an object keeps its id in the text when another is put before it, so that two versions can be compared."""
    before = centre(to_menu("top"), agent("asha"), menu("top", option("1", to("asha"))))
    after = centre(
        to_menu("top"), agent("asha"), agent("ravi"), menu("top", option("0", to("ravi")), option("1", to("asha")))
    )
    kept = set(mermaid(drawn_graph(before, MAIN)).splitlines())

    assert kept <= set(mermaid(drawn_graph(after, MAIN)).splitlines())


def test_hours_are_named_by_their_group() -> None:
    """AN-6: a time group is told by its name."""
    groups = by_id([TimeGroup(id=TimeGroupId("h"), name="Day shift", time_zone="UTC")])
    tenant = centre(to("asha"), agent("asha", hours=TimeGroupId("h")), time_groups=groups)

    assert call_graph(tenant, MAIN).nodes == (
        Node(id=("numbers", "main"), sort=Sort.NUMBER, lines=("main", DIALLED)),
        Node(id=("users", "asha"), sort=Sort.AGENT, lines=("asha", "hours: Day shift")),
    )

"""``agentprov flow``: the call flow of a number as a graph, in Mermaid's text."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Final

from agentprov.cli.commands import Command
from agentprov.cli.output import Answer, Json, Page
from agentprov.cli.sources import load_tenant, tenant_argument
from agentprov.cli.tenants import find_number
from agentprov.views.call_graph import CallGraph
from agentprov.views.flow_mermaid import drawn_graph, mermaid, node_id


def _arguments(parser: ArgumentParser) -> None:
    tenant_argument(parser)
    parser.add_argument("number", metavar="NUMBER", help="a number of the tenant: its id, or as a person dials it")


def _run(arguments: Namespace) -> Answer:
    tenant = load_tenant(arguments)
    number = find_number(tenant, arguments.number)
    graph = drawn_graph(tenant, number.id)
    text = mermaid(graph)
    page = Page()
    page.verbatim(text)
    data: dict[str, Json] = {"number": number.id, **_graph(graph), "mermaid": text}
    return Answer(status=0, page=page, data=data)


def _graph(graph: CallGraph) -> dict[str, Json]:
    return {
        "nodes": [{"id": node_id(node.id), "kind": node.sort.value, "lines": list(node.lines)} for node in graph.nodes],
        "edges": [
            {"from": node_id(edge.start), "to": node_id(edge.end), "label": edge.label, "failed": edge.failed}
            for edge in graph.edges
        ],
        "incomplete": [node_id(id_) for id_ in graph.left_out],
    }


COMMAND: Final = Command(
    name="flow",
    summary="Draw where calls to a number can go, as text for Mermaid",
    details=(
        "Every object that a call to the number can come to, and every way from one to another: options by their"
        " digits, open and closed, failovers, fallbacks where they can be used, and certain callers who are sent"
        " elsewhere or refused. Dotted ways are taken when an attempt failed. Not drawn are the tiers and stages of a"
        " department, sticky agents, and the end of a call that nothing follows, as after a department without a"
        " failover.\n\n"
        "What is printed is a flow chart for Mermaid, which forges and many editors draw where it stands in a"
        " Markdown page, in a block called mermaid. Where calls go at a given instant, `agentprov route` tells, and"
        " over a period `agentprov coverage`. A flow too big to be read is drawn in part, and says so."
    ),
    examples=(
        "flow smartflo.toml n-corporate",
        "flow smartflo.toml '080 6965 1170'",
    ),
    arguments=_arguments,
    run=_run,
)

"""The call flow of a number as Mermaid text, which forges, notebooks and editors draw (AN-6).

Whatever a name holds, it can't become syntax: everything but letters, digits and a few harmless signs is written as
the number of its character, which Mermaid shows as the character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from agentprov.model.ids import NumberId
from agentprov.model.tenant import Tenant
from agentprov.views.call_graph import CallGraph, Edge, Node, Sort, call_graph

LONGEST_LINE: Final = 48
"""The characters of a line of text in a node or at a way; a longer one is cut."""
LONGEST_TEXT: Final = 45_000
"""What Mermaid draws without being told to: it refuses 50,000 characters."""

_SHAPES: Final = {
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
"""How the kinds of nodes look, in Mermaid's brackets."""
_HARMLESS: Final = frozenset(" ,.:+-/()'…")
_MEANT: Final = re.compile(r"^\s*(?:[-+]|\d+[.)])(?=\s|$)|:(?! )")
"""The last character of these would say something: a list's entry in Markdown, which a label may not be; an icon."""


def drawn_graph(tenant: Tenant, number: NumberId) -> CallGraph:
    """The call flow of a number of the tenant, so much of it that :func:`mermaid` writes no more than is drawn."""
    graph = call_graph(tenant, number)
    while len(mermaid(graph)) > LONGEST_TEXT:
        graph = call_graph(tenant, number, most_nodes=len(graph.nodes) * 3 // 4, most_edges=len(graph.edges) * 3 // 4)
    return graph


def mermaid(graph: CallGraph) -> str:
    """A call graph as Mermaid text. Where ways lead on that aren't told, it has a note."""
    return "".join(f"{line}\n" for line in _mermaid_lines(graph))


def _mermaid_lines(graph: CallGraph) -> Iterator[str]:
    yield "flowchart TD"
    yield from (f"  {_node(node)}" for node in graph.nodes)
    yield from (f"  {_edge(edge)}" for edge in graph.edges)
    if graph.left_out:
        yield '  more["more, which is not drawn"]'
        yield from (f"  {node_id(start)} -.-> more" for start in graph.left_out)


def _node(node: Node) -> str:
    left, right = _SHAPES[node.sort]
    return f'{node_id(node.id)}{left}"{"<br/>".join(map(escaped, node.lines))}"{right}'


def _edge(edge: Edge) -> str:
    arrow = "-.->" if edge.failed else "-->"
    label = f'|"{escaped(edge.label)}"|' if edge.label else ""
    return f"{node_id(edge.start)} {arrow}{label} {node_id(edge.end)}"


def node_id(parts: tuple[str, ...]) -> str:
    """An id of Mermaid's for the parts of ours: letters, digits and underscores; different parts give different ids.

    >>> node_id(("users", "u-ravi"))
    'users__u_2d_ravi'
    """
    return "__".join(re.sub(r"[^A-Za-z0-9]", lambda found: f"_{ord(found[0]):x}_", part) for part in parts)


def escaped(text: str) -> str:
    """One line of a label, cut where it is too long, in which nothing is syntax.

    >>> escaped('a "b" <i>')
    'a #34;b#34; #60;i#62;'
    """
    line = text if len(text) <= LONGEST_LINE else f"{text[: LONGEST_LINE - 1]}…"
    meant = {found.end() - 1 for found in _MEANT.finditer(line)}
    return "".join(f"#{ord(c)};" if at in meant else _shown(c) for at, c in enumerate(line))


def _shown(c: str) -> str:
    if c.isalnum() or c in _HARMLESS:
        return c
    if c.isprintable():
        return f"#{ord(c)};"
    return "".join(each if each.isalnum() else f"#{ord(each)};" for each in ascii(c)[1:-1])

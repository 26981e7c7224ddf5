"""A matrix of permissions as a page of HTML: one file, without scripts, for a browser in light or dark and for paper.

Everything from a tenant is escaped, and the page says of itself that nothing may be loaded or run. A screen reader
hears for each cell whose it is, which permission, and how far it goes; a pointer over it tells the grants.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from agentprov.views.extents import Reach
from agentprov.views.matrix import Cell, Matrix, Row, legend, person

MOST_NAMED: Final = 20
"""How many users of a row are named when a pointer is over it."""

_SIGNS: Final = {Reach.WHOLE: "\N{BLACK CIRCLE}", Reach.DENIED: "\N{MULTIPLICATION X}", Reach.NOTHING: "\N{MIDDLE DOT}"}
_WORDS: Final = {
    Reach.WHOLE: "for the whole tenant",
    Reach.DENIED: "denied for the whole tenant, whatever is granted",
    Reach.NOTHING: "nothing grants it",
}

_STYLE: Final = """\
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1c2430; --soft: #5d6878; --line: #d9dee6; --head: #f3f5f8; --over: #eaf1fb;
  --whole: #12683c; --whole-paper: #d7f0e0; --part: #7a4b00; --part-paper: #fdecc8;
  --denied: #a3161f; --denied-paper: #fbdcdd; --nothing: #a4adba;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12161c; --ink: #e4e8ee; --soft: #9aa5b4; --line: #2c3440; --head: #1b2129; --over: #222c3a;
    --whole: #7fdca6; --whole-paper: #12402a; --part: #f5c667; --part-paper: #463208;
    --denied: #ff9a9c; --denied-paper: #571d22; --nothing: #566170;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; width: fit-content; max-width: min(100%, 110rem);
  background: var(--paper); color: var(--ink);
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
h1 { margin: 0; font-size: 1.35rem; line-height: 1.25; overflow-wrap: anywhere; }
p { margin: .25rem 0 0; color: var(--soft); }
.legend { display: flex; flex-wrap: wrap; gap: .35rem 1.25rem; margin: 1rem 0; padding: 0; list-style: none; }
.legend li { display: flex; align-items: center; gap: .5rem; }
.legend b, td b { display: inline-block; min-width: 1.7rem; padding: 0 .3rem; border-radius: .35rem; text-align: center;
  font-weight: 600; line-height: 1.5rem; }
.whole { color: var(--whole); background: var(--whole-paper); }
.part { color: var(--part); background: var(--part-paper); }
.denied { color: var(--denied); background: var(--denied-paper); }
.nothing { color: var(--nothing); }
.around { position: relative; width: fit-content; max-width: 100%; max-height: 90vh; overflow: auto;
  border: 1px solid var(--line); border-radius: .5rem; }
.around:focus-visible { outline: 2px solid var(--part); outline-offset: 2px; }
table { border-collapse: separate; border-spacing: 0; }
th, td { border-bottom: 1px solid var(--line); background: var(--paper); font-weight: 400; text-align: left; }
tbody tr:last-child > * { border-bottom: 0; }
thead th { position: sticky; z-index: 2; background: var(--head); }
thead tr:first-child th { top: 0; height: 2.1rem; padding: 0 .5rem; border-bottom: 0; font-weight: 600;
  white-space: nowrap; }
thead tr + tr th { top: 2.1rem; padding: .35rem .25rem; color: var(--soft); vertical-align: bottom;
  text-align: center; }
thead tr + tr th span { writing-mode: vertical-rl; rotate: 180deg; white-space: nowrap; }
thead tr:first-child th.corner { left: 0; z-index: 3; min-width: 14rem; padding: .5rem .75rem; vertical-align: bottom;
  border-bottom: 1px solid var(--line); }
tbody th { position: sticky; left: 0; z-index: 1; max-width: 24rem; padding: .2rem .75rem; line-height: 1.25;
  overflow-wrap: anywhere; }
tbody th small { display: block; color: var(--soft); font-size: .8em; }
tbody td { padding: .2rem .25rem; text-align: center; }
.first { border-left: 1px solid var(--line); }
tbody tr:hover > * { background: var(--over); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media print {
  .around { max-height: none; overflow: visible; border: 0; }
  thead th, tbody th { position: static; }
  b { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""


def matrix_html(matrix: Matrix) -> str:
    """The whole page."""
    return "\n".join(_page(matrix)) + "\n"


def _page(matrix: Matrix) -> Iterator[str]:
    name = escape(matrix.tenant.name)
    marks = matrix.marks()
    yield "<!doctype html>"
    yield '<html lang="en">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer">'
    yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    yield f"<title>{name}: permissions</title>"
    yield f"<style>\n{_STYLE}</style>"
    yield "</head>"
    yield "<body>"
    yield f"<h1>{name}: who may do what</h1>"
    yield f"<p>{escape(_about(matrix))}</p>"
    yield from _legend(marks)
    yield '<div class="around" role="region" aria-label="Permissions" tabindex="0">'
    yield "<table>"
    yield from _head(matrix)
    yield "<tbody>"
    for row in matrix.rows:
        yield from _row(matrix, row, marks)
    yield "</tbody>"
    yield "</table>"
    yield "</div>"
    if matrix.left_out:
        yield f"<p>{matrix.left_out:,} more {matrix.about} aren't shown.</p>"
    yield "</body>"
    yield "</html>"


def _about(matrix: Matrix) -> str:
    tenant = matrix.tenant
    users = "1 user" if len(tenant.users) == 1 else f"{len(tenant.users):,} users"
    return f"{tenant.id}, version {tenant.version}, {users}. Rows: {matrix.about}."


def _legend(marks: dict[str, str]) -> Iterator[str]:
    yield '<ul class="legend" aria-label="Legend">'
    yield _legend_item(Reach.WHOLE, _SIGNS[Reach.WHOLE], _WORDS[Reach.WHOLE])
    for mark, words in legend(marks).items():
        yield _legend_item(Reach.PART, mark, words)
    for each in (Reach.DENIED, Reach.NOTHING):
        yield _legend_item(each, _SIGNS[each], _WORDS[each])
    yield "</ul>"


def _legend_item(reach: Reach, sign: str, words: str) -> str:
    return f'<li><b class="{reach.value}">{sign}</b> {escape(words)}</li>'


def _head(matrix: Matrix) -> Iterator[str]:
    yield "<thead>"
    yield f'<tr><th class="corner" rowspan="2" scope="col">{"role" if _of_roles(matrix) else "who"}</th>'
    for section, columns in matrix.sections().items():
        yield f'<th class="first" scope="colgroup" colspan="{columns}">{escape(section)}</th>'
    yield "</tr>"
    yield "<tr>"
    for column, first in zip(matrix.columns, _firsts(matrix), strict=True):
        action = column.partition(":")[2]
        yield f'<th{first} scope="col" title="{escape(column)}"><span>{escape(action)}</span></th>'
    yield "</tr>"
    yield "</thead>"


def _of_roles(matrix: Matrix) -> bool:
    return any(row.role is not None for row in matrix.rows)


def _firsts(matrix: Matrix) -> Iterator[str]:
    """For each column: whether a section begins with it."""
    for columns in matrix.sections().values():
        yield ' class="first"'
        yield from [""] * (columns - 1)


def _row(matrix: Matrix, row: Row, marks: dict[str, str]) -> Iterator[str]:
    small = f"<small>{escape(row.detail or _counted(row))}</small>"
    yield f'<tr><th scope="row" title="{escape(_names(matrix, row))}">{escape(row.title)}{small}</th>'
    for column, cell, first in zip(matrix.columns, row.cells, _firsts(matrix), strict=True):
        sign = marks[cell.words] if cell.reach is Reach.PART else _SIGNS[cell.reach]
        title = escape(_told(column, cell))
        said = escape(cell.words if cell.reach is Reach.PART else _WORDS[cell.reach])
        yield (
            f'<td{first} title="{title}"><b class="{cell.reach.value}" aria-hidden="true">{sign}</b>'
            f'<span class="unseen">{said}</span></td>'
        )
    yield "</tr>"


def _counted(row: Row) -> str:
    return "1 user" if len(row.users) == 1 else f"{len(row.users):,} users"


def _names(matrix: Matrix, row: Row) -> str:
    names = [person(matrix.tenant, id_) for id_ in row.users[:MOST_NAMED]]
    more = [f"and {len(row.users) - MOST_NAMED:,} more"] if len(row.users) > MOST_NAMED else []
    return "\n".join([*names, *more])


def _told(column: str, cell: Cell) -> str:
    """What a pointer over a cell tells: the permission, how far it goes, and the grants."""
    words = cell.words if cell.reach is Reach.PART else _WORDS[cell.reach]
    return "\n".join([f"{column}: {words}", *cell.because])

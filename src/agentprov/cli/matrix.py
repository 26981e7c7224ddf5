"""``agentprov matrix``: the effective permissions at a glance."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Final

from agentprov.cli.commands import Command
from agentprov.cli.mistakes import Mistake, did_you_mean, nearest, os_words
from agentprov.cli.output import Answer, Json, Page, faint, good, strong
from agentprov.cli.questions import extent_data
from agentprov.cli.sources import load_tenant, tenant_argument
from agentprov.cli.tenants import find_user
from agentprov.engine.access import Access
from agentprov.model.tenant import Tenant
from agentprov.views.extents import Reach
from agentprov.views.matrix import MOST_ROWS, Cell, Matrix, Row, class_matrix, role_matrix, user_matrix
from agentprov.views.matrix_html import matrix_html
from agentprov.views.matrix_text import matrix_lines

CLASSES, ROLES, USERS = "classes", "roles", "users"


def _arguments(parser: ArgumentParser) -> None:
    tenant_argument(parser)
    rows = parser.add_mutually_exclusive_group()
    rows.add_argument(
        "--by",
        choices=(CLASSES, ROLES, USERS),
        default=CLASSES,
        help="what the rows are; classes (the default): users with equal rights together",
    )
    rows.add_argument(
        "--user", metavar="USER", action="append", default=[], help="a row for this user only; may be repeated"
    )
    parser.add_argument(
        "--section", metavar="SECTION", action="append", default=[], help="this section only; may be repeated"
    )
    parser.add_argument("--html", metavar="OUT", help="write the matrix to OUT as a page for a browser")
    parser.add_argument(
        "--most", metavar="ROWS", type=int, default=MOST_ROWS, help=f"so many rows at most (default: {MOST_ROWS:,})"
    )


def _run(arguments: Namespace) -> Answer:
    tenant = load_tenant(arguments)
    sections = [_section(tenant, text) for text in arguments.section]
    if arguments.most < 1:
        raise Mistake(f"`{arguments.most}` rows can't be shown", "ask for one at least")
    access = Access(tenant)
    if arguments.user:
        users = list(dict.fromkeys(find_user(tenant, text).id for text in arguments.user))
        matrix = user_matrix(access, users, sections=sections, most=arguments.most)
    elif arguments.by == USERS:
        matrix = user_matrix(access, sections=sections, most=arguments.most)
    else:
        make = role_matrix if arguments.by == ROLES else class_matrix
        matrix = make(access, sections=sections, most=arguments.most)
    page = Page()
    page.line(strong(tenant.name), faint(f" ({tenant.id})"), f", version {tenant.version}: {matrix.about}")
    page.gap()
    if arguments.html is None:
        for line in matrix_lines(matrix):
            page.line(line, hang=7)
    else:
        _write(arguments.html, matrix_html(matrix))
        page.line(good("written"), f": {arguments.html}")
    return Answer(status=0, page=page, data={**_data(matrix), "html": arguments.html})


def _section(tenant: Tenant, text: str) -> str:
    sections = tenant.blueprint.catalogue.sections
    if text not in sections:
        known = f"there are: {', '.join(sections)}"
        raise Mistake(f"there is no section `{text}` of permissions", did_you_mean(nearest(text, sections), known))
    return text


def _write(path: str, text: str) -> None:
    if Path(path).suffix.lower() not in {".html", ".htm"}:  # it could be the tenant's own file, by a slip
        raise Mistake(f"`{path}` isn't the name of a page", "give a name that ends in .html")
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise Mistake(f"can't write `{path}`: {os_words(error)}") from None


def _data(matrix: Matrix) -> dict[str, Json]:
    """The matrix for programs; cells where nothing is granted or denied are left out."""
    return {
        "tenant": matrix.tenant.id,
        "version": matrix.tenant.version,
        "columns": list(matrix.columns),
        "rows": [_row(matrix, row) for row in matrix.rows],
        "left_out": matrix.left_out,
    }


def _row(matrix: Matrix, row: Row) -> dict[str, Json]:
    cells = zip(matrix.columns, row.cells, strict=True)
    return {
        "title": row.title,
        "detail": row.detail,
        "role": row.role,
        "users": list(row.users),
        "cells": {column: _cell(matrix.tenant, cell) for column, cell in cells if cell.reach is not Reach.NOTHING},
    }


def _cell(tenant: Tenant, cell: Cell) -> dict[str, Json]:
    return {"reach": cell.reach.value, **extent_data(tenant, cell.extent), "because": list(cell.because)}


COMMAND: Final = Command(
    name="matrix",
    summary="Show the effective permissions as a matrix, as text or as a page",
    details=(
        "Who holds which permission: for the whole tenant, for a part of it, not at all, or denied. Users with equal"
        " rights share a row, so a big tenant's matrix is small as well; --by roles shows what each role brings,"
        " --by users everybody.\n\n"
        "--html writes a page that needs nothing else: in a browser, a pointer over a cell tells the grants. A page"
        " that is there already is replaced."
    ),
    examples=(
        "matrix smartflo.toml",
        "matrix smartflo.toml --by roles --section user --section agent",
        "matrix smartflo.toml --user u-asha --user u-ravi",
        "matrix smartflo.toml --by users --html OUT.html",
    ),
    arguments=_arguments,
    run=_run,
)

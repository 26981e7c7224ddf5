"""The effective permissions as a matrix (AN-6)."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser

import attrs
import pytest

from agentprov.engine.access import Access
from agentprov.model.access import Chosen, ChosenKind, Effect, Within
from agentprov.model.ids import UserId
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status
from agentprov.views.extents import Reach
from agentprov.views.matrix import Cell, Matrix, class_matrix, letters, role_matrix, user_matrix
from agentprov.views.matrix_html import matrix_html
from agentprov.views.matrix_text import matrix_lines
from tests.tenants import by_id, grant, role, small, user

OWN_AGENTS = frozenset({Within.OWN_AGENTS})


def desk() -> Tenant:
    """An admin, two leads who may not delete, one of them with a grant of their own, an agent, two who are blocked."""
    return small(
        users=by_id(
            [
                user("ann", roles=["admin"]),
                user("bea", roles=["lead"]),
                user("cai", roles=["lead"]),
                user("dag", roles=["lead"], grants=[grant("number:view")]),
                user("eva"),
                user("fay", roles=["admin"], status=Status.BLOCKED),
                user("gil", status=Status.BLOCKED),
            ]
        ),
        roles=by_id(
            [
                role("admin", grant("user:*"), grant("number:*"), grant("access:grant")),
                role("lead", grant("user:view", OWN_AGENTS), grant("user:delete", effect=Effect.DENY)),
            ]
        ),
        departments=by_id([]),
        profiles=by_id([]),
        ivrs=by_id([]),
        numbers=by_id([]),
    )


def titles(matrix: Matrix) -> list[tuple[str, str, int]]:
    """Who the rows are about."""
    return [(row.title, row.detail, len(row.users)) for row in matrix.rows]


def test_classes_of_equal_rights_are_the_rows_the_strongest_first() -> None:
    """AN-6: a class is named by its roles and counted, one of a single user by the user; then who isn't active."""
    assert [
        ("Ann (u-ann)", "Admin", 1),
        ("Dag (u-dag)", "Lead, with 1 grant of their own", 1),
        ("Lead", "", 2),
        ("Eva (u-eva)", "no role", 1),
        ("the account is blocked", "", 2),
    ] == titles(class_matrix(Access(desk())))


def test_a_cell_tells_how_far_and_why() -> None:
    """AN-6: wholly, partly with the scope, denied, nothing; each with the grants."""
    matrix = class_matrix(Access(desk()))
    cells: dict[str, Cell] = dict(zip(matrix.columns, matrix.rows[2].cells, strict=True))

    assert (Reach.PART, "for their own agents", ("role Lead, for their own agents",)) == (
        cells["user:view"].reach,
        cells["user:view"].words,
        cells["user:view"].because,
    )
    assert (Reach.DENIED, ("denied by role Lead, for the whole tenant",)) == (
        cells["user:delete"].reach,
        cells["user:delete"].because,
    )
    assert (Reach.NOTHING, ()) == (cells["user:add"].reach, cells["user:add"].because)
    assert {Reach.WHOLE} == {cell.reach for cell in matrix.rows[0].cells}
    assert {(Reach.NOTHING, ("the account is blocked",))} == {
        (cell.reach, cell.because) for cell in matrix.rows[4].cells
    }


def test_users_are_rows_by_name() -> None:
    """AN-6: each with their roles, or with what keeps them from everything; also one who isn't there."""
    matrix = user_matrix(Access(desk()), [UserId("u-gil"), UserId("u-cai"), UserId("u-zoe")])

    assert [
        ("`u-zoe`", "there is no user `u-zoe` in this tenant", 1),
        ("Cai (u-cai)", "Lead", 1),
        ("Gil (u-gil)", "the account is blocked", 1),
    ] == titles(matrix)
    assert 7 == len(user_matrix(Access(desk())).rows)


def test_roles_are_rows_by_name() -> None:
    """AN-6: what a user with that role alone holds, and how many have it, active or not; everybody has Everyone."""
    matrix = role_matrix(Access(desk()))

    assert [("Admin", "", 2), ("Everyone", "", 7), ("Lead", "", 3)] == titles(matrix)
    assert ["admin", "everyone", "lead"] == [row.role for row in matrix.rows]


def test_the_columns_are_those_of_the_catalogue_or_of_some_sections() -> None:
    """AN-6, AC-1: in the order of the catalogue."""
    access = Access(desk())

    assert {"user": 4, "number": 2, "access": 1} == class_matrix(access).sections()
    assert ("user:view", "user:add", "user:edit", "user:delete", "access:grant") == class_matrix(
        access, sections=["access", "user"]
    ).columns


@pytest.mark.parametrize("make", [class_matrix, user_matrix, role_matrix])
def test_more_rows_than_a_page_holds_are_counted(make: Callable[..., Matrix]) -> None:
    """AN-6: a tenant of any size has a page; it says what isn't on it."""
    whole, cut = make(Access(desk())), make(Access(desk()), most=2)

    assert (whole.rows[:2], len(whole.rows) - 2, 0) == (cut.rows, cut.left_out, whole.left_out)
    assert f"{cut.left_out} more {cut.about} aren't shown" == list(matrix_lines(cut))[-1]
    assert f"<p>{cut.left_out} more {cut.about} aren't shown.</p>" in matrix_html(cut)


def test_marks_go_on_after_z() -> None:
    """AN-6: a, b, and so on; aa after z, ba after az."""
    assert ["a", "z", "aa", "az", "ba"] == [letters(at) for at in (0, 25, 26, 51, 52)]


def test_forty_parts_have_letters_and_the_others_one_mark() -> None:
    """AN-6: a legend that nobody could read explains nothing; a pointer over the cell still does."""
    names = [f"x{at:02}" for at in range(42)]
    crowd = attrs.evolve(
        desk(),
        users=by_id(
            [
                user(name, grants=[grant("user:view", frozenset({Chosen(kind=ChosenKind.USER, id=f"u-{name}")}))])
                for name in names
            ]
        ),
        roles=by_id([]),
    )
    matrix = class_matrix(Access(crowd))

    assert ["a", "an", "*", "*"] == [matrix.marks()[f"for {name.title()}"] for name in ("x00", "x39", "x40", "x41")]
    assert "    *  for another part of the tenant" in list(matrix_lines(matrix))
    assert matrix_html(matrix).count("</b> for another part of the tenant</li>") == 1
    assert "user:view: for X41\n" in matrix_html(matrix)


# ---- text -----------------------------------------------------------------------------------------------------------


def test_the_text_has_a_column_for_each_class() -> None:
    """AN-6: who the columns are, a line for each permission, and what the signs mean."""
    assert (
        """\
    1  Ann (u-ann): Admin
    2  Lead: 2 users, Bea (u-bea), Cai (u-cai)
    3  Dag (u-dag): Lead, with 1 grant of their own
    4  Eva (u-eva): no role
    5  the account is blocked: 2 users, Fay (u-fay), Gil (u-gil)

                 1    2    3    4    5
  user:view    all    a    a    .    .
  user:delete  all   no   no    .    .

  all  for the whole tenant
    a  for their own agents
   no  denied for the whole tenant, whatever is granted
    .  nothing grants it""".splitlines()
        == [
            line
            for line in matrix_lines(class_matrix(Access(desk()), sections=["user"]))
            if ":add" not in line and ":edit" not in line
        ]
    )


def test_a_dozen_columns_stand_side_by_side_and_more_follow() -> None:
    """AN-6: thirteen users are a table of twelve and one of one, numbered through; many of a class are counted."""
    crowd = attrs.evolve(desk(), users=by_id([user(f"x{at:02}") for at in range(13)]), roles=by_id([]))
    lines = list(matrix_lines(user_matrix(Access(crowd))))

    assert ["1 2 3 4 5 6 7 8 9 10 11 12", "13"] == [
        " ".join(line.split()) for line in lines if line and line[:16].isspace()
    ]
    assert "    1  no role: 13 users, X00 (u-x00), X01 (u-x01), X02 (u-x02) and 10 more" == next(
        iter(matrix_lines(class_matrix(Access(crowd))))
    )


def test_the_text_of_roles_counts_who_has_them() -> None:
    """AN-6: one user is no plural."""
    lonely = attrs.evolve(desk(), users=by_id([user("ann", roles=["admin"])]))

    assert ["    1  Admin: 1 user", "    2  Everyone: 1 user", "    3  Lead: 0 users"] == list(
        matrix_lines(role_matrix(Access(lonely)))
    )[:3]


# ---- HTML -----------------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """What a browser finds: every tag with its attributes, and the text of each cell."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.rows: list[list[str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag; it is open until its end."""
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        """Close the tag that was opened last."""
        assert tag == self.open.pop()

    def handle_data(self, data: str) -> None:
        """Add to the text of the cell."""
        if "td" in self.open or "th" in self.open:
            self.rows[-1][-1] += data


def test_the_page_is_a_table_that_a_screen_reader_can_read() -> None:
    """AN-6: every header says what it heads; every cell has words beside its sign; all tags are closed."""
    page = Page(matrix_html(class_matrix(Access(desk()))))
    heads = [attributes for tag, attributes in page.tags if tag == "th"]

    assert [] == page.open
    assert ["Lead2 users", "afor their own agents", "·nothing grants it"] == page.rows[4][:3]
    assert {"col", "colgroup", "row"} == {each["scope"] for each in heads}
    assert ["whouser", "number"] == ["".join(page.rows[0][:2]), page.rows[0][2]]
    assert ["view", "add", "edit", "delete", "view", "edit", "grant"] == page.rows[1]
    assert "role" == Page(matrix_html(role_matrix(Access(desk())))).rows[0][0]


def test_a_pointer_over_a_cell_tells_the_grants() -> None:
    """AN-6: permission, how far, and by what; over the head of a row it tells the users."""
    page = Page(matrix_html(class_matrix(Access(desk()))))
    told = [attributes["title"] for tag, attributes in page.tags if "title" in attributes]

    assert "user:view: for their own agents\nrole Lead, for their own agents" in told
    assert (
        "user:delete: denied for the whole tenant, whatever is granted\ndenied by role Lead, for the whole tenant"
        in told
    )
    assert "Bea (u-bea)\nCai (u-cai)" in told


def test_many_users_of_a_row_are_counted() -> None:
    """AN-6: twenty names, and how many more there are."""
    crowd = attrs.evolve(desk(), users=by_id([user(f"x{at:02}") for at in range(23)]), roles=by_id([]))

    assert "\nX19 (u-x19)\nand 3 more" in matrix_html(class_matrix(Access(crowd)))


def test_names_can_not_become_markup() -> None:
    """AN-6: what comes from a tenant is text, in elements and in attributes; nothing is loaded and no script runs."""
    evil = "\"><script>alert(1)</script><i title='"
    tenant = desk()
    users = [attrs.evolve(each, name=evil, display_name=None) for each in tenant.users.values()]
    roles = [attrs.evolve(each, name=evil) for each in tenant.roles.values()]
    evil_tenant = attrs.evolve(tenant, name=evil, users=by_id(users), roles=by_id(roles))

    for make in (class_matrix, user_matrix, role_matrix):
        html = matrix_html(make(Access(evil_tenant)))
        page = Page(html)
        assert {"script", "i", "img", "link", "a", "iframe"}.isdisjoint(tag for tag, _ in page.tags)
        assert {"src", "href", "style", "onclick"}.isdisjoint(
            name for _, attributes in page.tags for name in attributes
        )
        assert "default-src 'none'; style-src 'unsafe-inline'" in html
        assert any(evil in (attributes.get("title") or "") for _, attributes in page.tags)


def test_the_page_counts_a_single_user() -> None:
    """AN-6: one user is no plural."""
    lonely = attrs.evolve(desk(), users=by_id([user("ann", roles=["admin"])]))

    assert "<p>t-1, version 1, 1 user. Rows: classes of users with equal rights.</p>" in matrix_html(
        class_matrix(Access(lonely))
    )
    assert "<small>1 user</small>" in matrix_html(role_matrix(Access(lonely)))

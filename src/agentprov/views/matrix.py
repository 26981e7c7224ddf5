"""The effective permissions as a matrix: who holds what, and how far (AN-6).

The rows are classes of users with equal rights, roles, or single users; the columns are the permissions of the
catalogue. A matrix is a value. :func:`agentprov.views.matrix_text.matrix_lines` makes text of it, and
:func:`agentprov.views.matrix_html.matrix_html` a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import attrs

from agentprov.engine.access import Access
from agentprov.engine.extents import NOWHERE, Extent, extent_of
from agentprov.engine.rights import Holding, Rights
from agentprov.engine.sentences import reason_words, role_name, user_name
from agentprov.model.access import EVERYONE, Permission
from agentprov.model.ids import RoleId, UserId
from agentprov.model.tenant import Tenant
from agentprov.views.extents import Reach, effective, extent_words, reach
from agentprov.views.reasons import held_words

MOST_ROWS: Final = 1_000
"""How many rows a matrix has unless it is asked for more: what a page can hold, and a person look through."""

MOST_LETTERS: Final = 40
"""How many parts of a tenant have a letter of their own: what a legend can hold."""
OTHER: Final = "*"
"""The mark of the parts that have none."""


@attrs.frozen(kw_only=True)
class Cell:
    """One permission of one row: how far it is held, the same in words, and by which grants."""

    reach: Reach
    extent: Extent
    words: str
    because: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Row:
    """Who a row is about, and a cell for each column."""

    title: str
    detail: str = ""
    """What else there is to say of them, such as the roles of a user."""
    users: tuple[UserId, ...] = ()
    """Everybody whose rights these are, in order."""
    role: RoleId | None = None
    """The role, where the row is one."""
    cells: tuple[Cell, ...]


@attrs.frozen(kw_only=True)
class Matrix:
    """Who holds what in one version of a tenant."""

    tenant: Tenant = attrs.field(repr=False)
    about: str
    """What the rows are, in words."""
    columns: tuple[Permission, ...]
    rows: tuple[Row, ...]
    left_out: int = 0
    """How many rows there would be more."""

    def sections(self) -> dict[str, int]:
        """The sections of the catalogue in order, each with the number of its columns."""
        found: dict[str, int] = {}
        for column in self.columns:
            section = column.partition(":")[0]
            found[section] = found.get(section, 0) + 1
        return found

    def marks(self) -> dict[str, str]:
        """How far permissions are held that are held for a part, in words: each with its mark.

        The first forty have a letter each, all others the mark :data:`OTHER`.
        """
        cells = (cell for row in self.rows for cell in row.cells if cell.reach is Reach.PART)
        words = dict.fromkeys(cell.words for cell in cells)
        return {each: letters(at) if at < MOST_LETTERS else OTHER for at, each in enumerate(words)}


def legend(marks: dict[str, str]) -> dict[str, str]:
    """What each mark means; those without a letter of their own together."""
    return {mark: "for another part of the tenant" if mark == OTHER else words for words, mark in marks.items()}


def letters(position: int) -> str:
    """A mark for what stands at a position of a list.

    >>> letters(0), letters(25), letters(26)
    ('a', 'z', 'aa')
    """
    text = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        text = chr(ord("a") + rest) + text
    return text


def class_matrix(access: Access, *, sections: Iterable[str] = (), most: int = MOST_ROWS) -> Matrix:
    """A row for each class of active users with equal rights, the strongest first; then who isn't active.

    Without ``sections`` all columns of the catalogue are there; a section that isn't in it has none.
    """
    drawn = _Drawing(access, sections)
    groups = [(drawn.strength(group.rights), sorted(group.users), group.rights) for group in access.classes.groups]
    groups.sort(key=lambda each: (-each[0], -len(each[1]), each[1]))
    active = frozenset[UserId]().union(*(group.users for group in access.classes.groups))
    inactive = drawn.of_the_inactive(sorted(access.tenant.users.keys() - active))
    rows = [drawn.of_class(rights, users) for _, users, rights in groups[:most]] + inactive
    matrix = drawn.matrix("classes of users with equal rights", rows, most)
    return attrs.evolve(matrix, left_out=len(groups) + len(inactive) - len(matrix.rows))


def role_matrix(access: Access, *, sections: Iterable[str] = (), most: int = MOST_ROWS) -> Matrix:
    """A row for each role by its name: what a user holds who has no other role and no grants of their own."""
    drawn = _Drawing(access, sections)
    roles = sorted({*access.tenant.roles, EVERYONE}, key=lambda role: role_name(access.tenant, role).casefold())
    having: dict[RoleId, list[UserId]] = {role: [] for role in roles}
    for id_, user in sorted(access.tenant.users.items()):
        for role in {*user.roles, EVERYONE}:
            having[role].append(id_)
    return drawn.matrix("roles", [drawn.of_role(role, having[role]) for role in roles], most)


def user_matrix(
    access: Access, users: Iterable[UserId] | None = None, *, sections: Iterable[str] = (), most: int = MOST_ROWS
) -> Matrix:
    """A row for each of these users, or for each of the tenant's, by name.

    A user whom the tenant doesn't have may do nothing, and their row says so.
    """
    drawn = _Drawing(access, sections)
    chosen = list(access.tenant.users if users is None else users)
    chosen.sort(key=lambda id_: (user_name(access.tenant, id_).casefold(), id_))
    left_out = max(len(chosen) - most, 0)
    matrix = drawn.matrix("users", [drawn.of_user(id_) for id_ in chosen[:most]], most)
    return attrs.evolve(matrix, left_out=left_out)


_STRENGTH: Final = {Reach.WHOLE: 2, Reach.PART: 1, Reach.DENIED: 0, Reach.NOTHING: 0}
"""What a cell counts when rows are put in order."""


class _Drawing:
    """Makes rows of one tenant's rights; what is held alike becomes one and the same cell."""

    def __init__(self, access: Access, sections: Iterable[str]) -> None:
        self.access = access
        self.tenant = access.tenant
        wanted = set(sections)
        self.columns = tuple(
            each for each in self.tenant.blueprint.catalogue.in_order if not wanted or each.partition(":")[0] in wanted
        )
        self._cells: dict[Holding, Cell] = {}

    def matrix(self, about: str, rows: Sequence[Row], most: int) -> Matrix:
        return Matrix(
            tenant=self.tenant,
            about=about,
            columns=self.columns,
            rows=tuple(rows[:most]),
            left_out=max(len(rows) - most, 0),
        )

    def strength(self, rights: Rights) -> int:
        """How much is held, roughly: what is cheap to tell of a class without drawing it."""
        extents = rights.extents
        return sum(_STRENGTH[reach(extents[column])] for column in self.columns if column in extents)

    def of_class(self, rights: Rights, users: Sequence[UserId]) -> Row:
        if len(users) == 1:
            return self.of_user(users[0])
        return Row(title=self._roles_words(rights), users=tuple(users), cells=self._row(rights))

    def of_user(self, id_: UserId) -> Row:
        rights = self.access.classes[id_]
        gates = (reason_words(self.tenant, id_, None, gate) for gate in rights.gates)
        detail = "; ".join(gates) or self._roles_words(rights)
        return Row(title=person(self.tenant, id_), detail=detail, users=(id_,), cells=self._row(rights))

    def of_role(self, role: RoleId, users: Sequence[UserId]) -> Row:
        rights = self.access.classes.policy.rights[frozenset({role}), frozenset(), ()]
        return Row(title=role_name(self.tenant, role), users=tuple(users), role=role, cells=self._row(rights))

    def of_the_inactive(self, users: Iterable[UserId]) -> list[Row]:
        """One row for all who are behind the same gate."""
        behind: dict[str, list[UserId]] = {}
        for id_ in users:
            gates = self.access.classes[id_].gates
            behind.setdefault("; ".join(reason_words(self.tenant, id_, None, gate) for gate in gates), []).append(id_)
        return [
            Row(title=words, users=tuple(ids), cells=self._row(self.access.classes[ids[0]]))
            for words, ids in sorted(behind.items())
        ]

    def _row(self, rights: Rights) -> tuple[Cell, ...]:
        return tuple(self._cell(rights[permission]) for permission in self.columns)

    def _cell(self, holding: Holding) -> Cell:
        if holding not in self._cells:
            self._cells[holding] = self._drawn(holding)
        return self._cells[holding]

    def _drawn(self, holding: Holding) -> Cell:
        if holding.gates:
            because = tuple(reason_words(self.tenant, "", None, gate) for gate in holding.gates)
            return Cell(reach=Reach.NOTHING, extent=NOWHERE, words="nowhere", because=because)
        every = dict.fromkeys(held for held, _ in holding.held)
        extent = extent_of(held.grant for held in every)
        return Cell(
            reach=reach(extent),
            extent=effective(extent),
            words=extent_words(self.tenant, extent),
            because=tuple(held_words(self.tenant, held) for held in every),
        )

    def _roles_words(self, rights: Rights) -> str:
        """The roles of their own, and that there are grants of their own: ``Supervisor, with 2 grants of their own``.

        Everyone isn't said: everybody has it.
        """
        own = sorted(role_name(self.tenant, role) for role, heir in rights.roles.items() if heir is None)
        said = [name for name in own if name != role_name(self.tenant, EVERYONE)]
        grants = {grant for each in rights.grants.values() for grant in each}
        with_ = [] if not grants else [f"with {len(grants)} grant{'s' if len(grants) > 1 else ''} of their own"]
        return ", ".join([", ".join(said) or "no role", *with_])


def person(tenant: Tenant, id_: UserId) -> str:
    """A user by name and id: ``Asha Menon (u-asha)``; two may have the same name."""
    return f"{user_name(tenant, id_)} ({id_})" if id_ in tenant.users else user_name(tenant, id_)

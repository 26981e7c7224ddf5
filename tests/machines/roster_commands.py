"""Rosters of a few rows: each row is what the single operations would make of it, all of them or none (PV-10)."""

from __future__ import annotations

import attrs
from hypothesis import strategies as st

from agentprov.errors import Code
from agentprov.model.changes import Change
from agentprov.provisioning.bulk import plan_users
from tests.machines.accounts_commands import Create, Move, Update
from tests.machines.commands import Moment, Step
from tests.machines.world import World, groups, ids, logins, roles


@attrs.frozen(kw_only=True)
class Line:
    """One row: a user by their id."""

    id: str
    login: str
    role: str
    group: str

    def applied(self, now: Moment[World]) -> Step[World]:
        """A new user; or an update and, where the group is another, a move."""
        if self.id not in now.world.people:
            return Create(
                id=self.id,
                login=self.login,
                role=self.role,
                group=self.group,
                name=None,
                supervisor=None,
                by_draft=False,
            ).expected(now)
        update = Update(id=self.id, form={"login": self.login, "role": self.role}).expected(now)
        if now.world.people[self.id].group == self.group:
            return update
        moved = Move(id=self.id, to=self.group).expected(attrs.evolve(now, world=update.after))
        return Step(codes=update.codes | moved.codes, after=moved.after)


@attrs.frozen(kw_only=True)
class Roster:
    """A few rows about different users, read by the host."""

    lines: tuple[Line, ...]

    def expected(self, now: Moment[World]) -> Step[World]:
        """One row after the other; that the last admin stays is a matter of the whole."""
        codes: set[Code] = set()
        then = now
        for line in self.lines:
            step = line.applied(then)
            codes |= step.codes - {Code.ADMIN_LAST}
            then = attrs.evolve(then, world=step.after)
        if codes:
            # Of rows that are refused nobody can say what the whole would be.
            return Step(codes=codes, also={Code.ADMIN_LAST}, after=now.world)
        last = {Code.ADMIN_LAST} if now.world.loses_its_admins(then.world) else set()
        return Step(codes=last, after=then.world)

    def make(self, now: Moment[World]) -> Change:
        """By a plan, which has no change where a row is faulty."""
        rows = [{"id": it.id, "login": it.login, "role": it.role, "user_group": it.group} for it in self.lines]
        return plan_users(now.tenant, rows, by=None, live=now.live).accept()


lines = st.builds(Line, id=ids, login=logins, role=roles, group=groups | st.just("g-nowhere"))
rosters = st.builds(
    Roster,
    lines=st.lists(
        lines, min_size=1, max_size=3, unique_by=(lambda line: line.id, lambda line: line.login.casefold())
    ).map(tuple),
)

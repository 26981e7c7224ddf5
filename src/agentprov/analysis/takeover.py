"""Who may edit somebody stronger: whoever changes another's email may soon be that other (AC-10)."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from agentprov.analysis.admins import admins
from agentprov.analysis.reach import Reach, Users, seen_by
from agentprov.engine.access import Access
from agentprov.engine.admins import USER_EDIT
from agentprov.engine.memo import Memo
from agentprov.engine.rights import Rights
from agentprov.model.access import Permission, Within
from agentprov.model.ids import UserId


@attrs.frozen(kw_only=True)
class Takeover:
    """Users of one class, no admins, who may edit somebody who holds what they don't."""

    editors: frozenset[UserId]
    target: UserId
    """Whom the first of them by id may edit."""
    permissions: tuple[Permission, ...]
    """What the target holds and the editor holds nowhere, or holds for the whole tenant and the editor for a part."""


def takeovers(access: Access, reach: Reach) -> Iterator[Takeover]:
    """Every class of users who may edit somebody stronger."""
    if USER_EDIT in access.tenant.blueprint.catalogue.permissions:
        return _Editors(access, reach).takeovers()
    return iter(())


class _Editors:
    def __init__(self, access: Access, reach: Reach) -> None:
        self._reach = reach
        self._admins = admins(access)
        self._strength: Memo[Rights, tuple[int, int]] = Memo(self._strength_of)
        """What a class holds anywhere, and what for the whole tenant."""

    def takeovers(self) -> Iterator[Takeover]:
        for group in self._reach.groups:
            targets = self._targets(group.rights, group.users - self._admins)
            if targets:
                first = min(targets)
                target = targets[first]
                more = self._more(self._reach.rights[target], group.rights)
                yield Takeover(editors=frozenset(targets), target=target, permissions=self._reach.permissions(more))

    def _targets(self, rights: Rights, editors: Users) -> dict[UserId, UserId]:
        """For each editor of a class the first somebody stronger whom they may edit, if there is one."""
        extent = self._reach.extent(rights, USER_EDIT)
        if not extent.allowed - {Within.SELF, Within.OWN_NUMBERS} or Within.TENANT in extent.denied:
            return {}
        seen = seen_by(extent)
        answers: dict[tuple[object, ...], UserId | None] = {}
        found = {}
        for editor in editors:
            row = self._reach.row(editor)
            key = seen(row)
            if key not in answers:
                denied = self._reach.users(row, extent.denied)
                stronger = self._stronger(rights, self._reach.users(row, extent.allowed) & self._reach.active)
                answers[key] = min((id_ for id_ in stronger if id_ not in denied), default=None)
            target = answers[key]
            if target is not None:
                found[editor] = target
        return found

    def _stronger(self, rights: Rights, users: Users) -> Iterator[UserId]:
        """Those of some users who are stronger than a class."""
        answers: Memo[Rights, bool] = Memo(lambda other: bool(self._more(other, rights)))
        of = self._reach.rights
        return (id_ for id_ in users if answers[of[id_]])

    def _more(self, rights: Rights, other: Rights) -> int:
        """The permissions that a class holds and another doesn't, or not for the whole tenant."""
        (held, whole), (others, others_whole) = self._strength[rights], self._strength[other]
        return held & ~others | whole & ~others_whole

    def _strength_of(self, rights: Rights) -> tuple[int, int]:
        held = whole = 0
        for span in self._reach.spans[rights]:
            if span.extent.allowed and Within.TENANT not in span.extent.denied:
                held |= span.permissions
                whole |= span.permissions if span.extent.whole else 0
        return held, whole

"""Who comes to see records, reports or live calls by a change, and how much of it an actor doesn't see (AC-5, VI-1).

Visibility options show what no permission was granted for, so they are handed on as rights are: what anybody comes to
see by an option, whoever makes the change sees already. Where the catalogue has no permission to see something, nobody
can hold it, and the right to edit users is all that is asked. Everybody is taken as active.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agentprov.engine.access import Access
from agentprov.engine.memo import Memo
from agentprov.engine.visibility import PERMISSIONS, RecordFilter, Seen, Sight, assigned
from agentprov.model.access import Chosen, ChosenKind, Effect, ScopeTerm
from agentprov.model.ids import AgentGroupId, UserId
from agentprov.model.tenant import Tenant
from agentprov.model.users import NO_VISIBILITY, User
from agentprov.provisioning.gains import as_if_active

_Item = tuple[ChosenKind, str]
"""A number or a user of whom something is shown."""


class SightGains:
    """What users come to see between two tenants, against what ``by`` sees."""

    def __init__(self, before: Tenant, after: Tenant, by: UserId) -> None:
        holds = Access(before)
        self._before, self._after = before, after
        self._accesses = as_if_active(before, holds), as_if_active(after, holds)
        had, gets = map(Sight, self._accesses)
        own, then = Sight(holds), Sight(Access(after, like=holds))
        self._had: Memo[tuple[UserId, Seen], RecordFilter] = Memo(lambda key: had.filter(*key))
        self._gets: Memo[tuple[UserId, Seen], RecordFilter] = Memo(lambda key: gets.filter(*key))
        self._own: Memo[Seen, RecordFilter] = Memo(lambda what: own.filter(by, what))
        self._then: Memo[Seen, RecordFilter] = Memo(lambda what: then.filter(by, what))
        """Of a new user the actor sees what they see after the change."""
        catalogue = after.blueprint.catalogue
        self._asked = tuple(what for what in Seen if catalogue.expand(PERMISSIONS[what]))
        self._edited = after.users.differing(before.users) & after.users.keys()

    def beyond(self) -> dict[UserId, frozenset[Seen]]:
        """By user: what they come to see of a number or a user of whom the actor doesn't see it."""
        found = {
            viewer: frozenset(what for what in self._asked if any(self._exceeds(viewer, what, each) for each in items))
            for viewer, items in self._suspects()
        }
        return {viewer: what for viewer, what in found.items() if what}

    def _suspects(self) -> Iterator[tuple[UserId, tuple[_Item, ...]]]:
        """Who may come to see something, and of whom."""
        users = self._after.users
        joined = {id_: groups for id_ in self._edited if (groups := self._joined(users[id_]))}
        everybody = joined or self._before.roles != self._after.roles
        for id_ in users if everybody else self._edited:
            user = users[id_]
            if user.visibility == NO_VISIBILITY:
                continue
            if id_ in self._edited or self._is_denied_otherwise(id_):
                yield id_, tuple(dict.fromkeys(self._shown(user)))
            else:
                groups = user.visibility.agent_groups
                yield id_, tuple((ChosenKind.USER, each) for each in joined if not groups.isdisjoint(joined[each]))

    def _joined(self, user: User) -> frozenset[AgentGroupId]:
        """The agent groups that a user comes to belong to."""
        old = self._before.users.get(user.id)
        return user.agent_groups - (frozenset() if old is None else old.agent_groups)

    def _is_denied_otherwise(self, user: UserId) -> bool:
        """Whether a role denies something else than before."""
        had, gets = self._accesses
        return any(_denies(had, user, what) != _denies(gets, user, what) for what in self._asked)

    def _shown(self, user: User) -> Iterable[_Item]:
        """Everything that the user's options name."""
        for term in (term for what in Seen for term in assigned(user, what)):
            if not isinstance(term, Chosen):
                yield ChosenKind.USER, user.id
            elif term.kind is ChosenKind.AGENT_GROUP:
                members = (each for each in self._after.users.values() if term.id in each.agent_groups)
                yield from ((ChosenKind.USER, each.id) for each in members)
            else:
                yield term.kind, term.id

    def _exceeds(self, viewer: UserId, what: Seen, item: _Item) -> bool:
        """Whether the user comes to see this, and the actor doesn't."""
        if not _sees(self._gets[viewer, what], item) or _sees(self._had[viewer, what], item):
            return False
        kind, id_ = item
        new = kind is ChosenKind.USER and id_ not in self._before.users
        return not _sees((self._then if new else self._own)[what], item)


def _denies(access: Access, user: UserId, what: Seen) -> frozenset[ScopeTerm]:
    """What is denied of the permission to see something."""
    held = access.held(user, PERMISSIONS[what])
    return frozenset(term for each in held if each.grant.effect is Effect.DENY for term in each.grant.scope)


def _sees(listed: RecordFilter, item: _Item) -> bool:
    kind, id_ = item
    return listed.matches(users=[id_]) if kind is ChosenKind.USER else listed.matches(number=id_)

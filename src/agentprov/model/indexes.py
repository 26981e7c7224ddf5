"""What a tenant's objects lay claim to, counted: so that a change is checked without looking at everything.

An object leaves marks: one for each reference it holds, one for each key that must be unique, one for each user that it
sends calls to. A :class:`Tally` counts the marks of a whole tenant. It tells at once whether a login is free or an
object is still referred to; the next version's tally is this one, with the marks of what was edited.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from operator import attrgetter
from typing import Final

import attrs

from agentprov.model.blueprint import Blueprint
from agentprov.model.contact import email_key, without_suffix
from agentprov.model.departments import Department
from agentprov.model.groups import Tombstone, UserGroup
from agentprov.model.hours import TimeGroup
from agentprov.model.identity import login_key
from agentprov.model.numbers import Number
from agentprov.model.references import Item, Kind, references
from agentprov.model.routing import Ivr, TimeCondition
from agentprov.model.settings import LoginComparison, Settings
from agentprov.model.table import Table
from agentprov.model.users import User
from agentprov.model.whole import is_unique


class Claim(StrEnum):
    """What is counted beside the references to objects of each kind."""

    LOGIN = "login"
    DELETED_LOGIN = "deleted-login"
    """Logins of deleted users, where they aren't given again."""
    NUMERIC_ID = "numeric-id"
    EXTENSION = "extension"
    EMAIL = "email"
    MOBILE = "mobile"
    """Email and mobile of users for whom the blueprint says that they are unique."""
    PHONE = "phone"
    """The phone numbers of the tenant's own numbers."""
    OWN = "own"
    """The same as callers dial them, without what is dialled afterwards."""
    CALLED = "called"
    """The users that calls are sent to."""
    MEMBER = "member"
    """The user groups, once for each member: how many are told of a change."""
    BOUNDED = "bounded"
    """The properties that user groups bound."""


Family = Kind | Claim
Marks = Mapping[Family, Mapping[str, int]]
"""For each family the keys, with how many marks there are more (or, below zero, fewer)."""

_FAMILIES: Final[tuple[Family, ...]] = (*Kind, *Claim)
_CALLERS: Final = (User, Department, Number, Ivr, TimeCondition, TimeGroup, Settings)
_UNMARKED: Final = frozenset(
    {
        "id",
        "status",
        "name",
        "display_name",
        "alias",
        "phone",
        "alternate_numbers",
        "language",
        "properties",
        "person",
        "interactions",
    }
)
"""The fields of a user that no mark depends on: they are what most changes are about."""

_MARKED: Final = attrgetter(*(field.name for field in attrs.fields(User) if field.name not in _UNMARKED))


@attrs.frozen
class Tally:
    """How many marks of each family and key a tenant's objects leave. Equal tenants have equal tallies."""

    counts: Table[Family, Table[str, int]]

    def count(self, family: Family, key: str) -> int:
        """How many marks there are."""
        return self.counts[family].get(key, 0)

    def changed(self, marks: Marks) -> Tally:
        """The tally with these marks added and taken away."""
        if not marks:
            return self
        counts: dict[Family, Table[str, int]] = {}
        for family, changes in marks.items():
            before = self.counts[family]
            after = {key: before.get(key, 0) + change for key, change in changes.items()}
            gone = [key for key, count in after.items() if not count]
            counts[family] = before.edited({key: count for key, count in after.items() if count}, gone)
        return Tally(self.counts.edited(counts))


def tally_of(items: Iterable[Item | Settings], settings: Settings, blueprint: Blueprint) -> Tally:
    """The marks of all objects of a tenant, and of its settings."""
    counts: dict[Family, dict[str, int]] = {family: defaultdict(int) for family in _FAMILIES}
    for item in items:
        for family, key in _marks(item, settings, blueprint):
            counts[family][key] += 1
    # In shards at once, where they are big: no change has to wait for it later.
    return Tally(Table({family: Table(count).edited({}) for family, count in counts.items()}))


def marks_of_change(
    replaced: Iterable[tuple[Item | Settings | None, Item | Settings | None]], settings: Settings, blueprint: Blueprint
) -> Marks:
    """The marks that objects, given as they were and as they are, leave more and fewer."""
    counts: dict[tuple[Family, str], int] = {}
    for before, after in replaced:
        if type(before) is User and type(after) is User and _MARKED(before) == _MARKED(after):
            continue
        for item, step in ((before, -1), (after, 1)):
            if item is not None:
                for mark in _marks(item, settings, blueprint):
                    counts[mark] = counts.get(mark, 0) + step
    marks: dict[Family, dict[str, int]] = {}
    for (family, key), count in counts.items():
        if count:
            marks.setdefault(family, {})[key] = count
    return marks


def _marks(item: Item | Settings, settings: Settings, blueprint: Blueprint) -> Iterator[tuple[Family, str]]:
    calls = isinstance(item, _CALLERS)
    for reference in references(item):
        yield reference.kind, reference.id
        # A destination's field is called `user`; visibility and supervisors are no places to send a call.
        if calls and reference.kind is Kind.USERS and (reference.path[-1] == "user" or reference.path[0] == "members"):
            yield Claim.CALLED, reference.id
    if isinstance(item, User):
        yield from _marks_of_user(item, settings, blueprint)
    elif isinstance(item, UserGroup):
        for name, limit in item.property_limits.items():
            if limit.bound is not None:
                yield Claim.BOUNDED, name
    elif isinstance(item, Number):
        yield Claim.PHONE, item.phone
        yield Claim.OWN, without_suffix(item.phone)
    elif isinstance(item, Tombstone) and not settings.reuse_deleted_logins:
        yield Claim.DELETED_LOGIN, _login(item, settings)


def _marks_of_user(user: User, settings: Settings, blueprint: Blueprint) -> Iterator[tuple[Family, str]]:
    yield Claim.LOGIN, _login(user, settings)
    if user.user_group is not None:
        yield Claim.MEMBER, user.user_group
    if user.numeric_id is not None:
        yield Claim.NUMERIC_ID, str(user.numeric_id)
    if user.calling.extension is not None:
        yield Claim.EXTENSION, user.calling.extension.number
    if user.email is not None and is_unique(blueprint, "email", user):
        yield Claim.EMAIL, email_key(user.email)
    if user.mobile is not None and is_unique(blueprint, "mobile", user):
        yield Claim.MOBILE, user.mobile


def _login(holder: User | Tombstone, settings: Settings) -> str:
    return login_key(holder.login, ignore_case=settings.login_comparison is LoginComparison.CASE_INSENSITIVE)

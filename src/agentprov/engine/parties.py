"""The number and the users that something concerns, as a host gives them to ask who sees it (VI-1).

An unknown number or user shows nothing and hides nothing. So whatever isn't an id at all is refused here, a text in
place of a list or a user in place of their id: else a deny would be passed by asking wrongly.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from agentprov.errors import Code, Collector, InvalidValue
from agentprov.model.references import Kind

Parties = frozenset[tuple[Kind, str]]
"""The number and the users that something concerns."""

_PLAIN: Final = frozenset({list, tuple, set, frozenset})
_TEXT: Final = frozenset({str})


def users_given(number: str | None, users: Collection[str]) -> Collection[str]:
    """The users, after a look at whether they and the number are ids. It is asked of every row of a list.

    Raises:
        InvalidValue: ``field.wrong_type``, at the number and at each place among the users.
    """
    if type(users) in _PLAIN and _TEXT.issuperset(map(type, users)) and (number is None or type(number) is str):
        return users
    return _checked(number, users)


def _checked(number: object, users: object) -> tuple[str, ...]:
    """The same for whatever else was given. A text isn't a collection of its characters, nor a user their own id.

    INVARIANT: what is given is read once. Users who can be read only once must hide as well as they show.
    """
    found, given = Collector(), list[str]()
    if number is not None and not isinstance(number, str):
        found.add(Code.FIELD_WRONG_TYPE, "number", expected="a number's id", found="something else")
    if isinstance(users, (str, bytes)) or not isinstance(users, Iterable):
        sort = "text" if isinstance(users, str) else "something else"
        found.add(Code.FIELD_WRONG_TYPE, "users", expected="a list of users' ids", found=sort)
        users = ()
    for position, each in enumerate(users):
        if isinstance(each, str):
            given.append(each)
        else:
            found.add(Code.FIELD_WRONG_TYPE, "users", position, expected="a user's id", found="something else")
    found.check()
    return tuple(given)


def check_tenant(tenant: object) -> None:
    """Whether it is said by an id, or not at all, whose it is.

    Raises:
        InvalidValue: ``field.wrong_type``.
    """
    if tenant is not None and not isinstance(tenant, str):
        raise InvalidValue.of(Code.FIELD_WRONG_TYPE, "tenant", expected="a tenant's id", found="something else")

"""The conflict of a change that was made on another version than the latest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from agentprov.errors import Code, Conflict, Problem
from agentprov.model.changes import Change
from agentprov.model.identity import login_key
from agentprov.model.settings import LoginComparison, Settings
from agentprov.model.tenant import Tenant
from agentprov.model.users import User


def conflict(change: Change, current: Tenant) -> Conflict:
    """The conflict of a change that was made on another version: that, and every unique value taken meanwhile."""
    stale = Problem(code=Code.CONFLICT_STALE, parameters={"value": current.version, "expected": change.base})
    return Conflict([stale, *_taken(change, current)])


def unique_values_of(user: User, settings: Settings) -> Iterator[tuple[str, str]]:
    """What a user alone may have in a tenant with these settings, each as the name of its field and the value."""
    fold = settings.login_comparison is LoginComparison.CASE_INSENSITIVE
    yield "login", login_key(user.login, ignore_case=fold)
    if user.numeric_id is not None:
        yield "numeric_id", str(user.numeric_id)
    if user.calling.extension is not None:
        yield "extension", user.calling.extension.number


_TAKEN: Final = {
    "login": (Code.LOGIN_TAKEN, ("login",)),
    "numeric_id": (Code.NUMERIC_ID_TAKEN, ("numeric_id",)),
    "extension": (Code.EXTENSION_TAKEN, ("calling", "extension", "number")),
}
"""By the name of a field: the code of a value that somebody else has, and where it stands in a user."""


def _taken(change: Change, current: Tenant) -> Iterator[Problem]:
    edited = [(edit, edit.after) for edit in change.edits if isinstance(edit.after, User)]
    if not edited:
        return
    # A bulk import goes through a big tenant once, and not once for each of its users.
    holders = {value: user.id for user in current.users.values() for value in unique_values_of(user, current.settings)}
    for edit, user in edited:
        for field, value in unique_values_of(user, current.settings):
            holder = holders.get((field, value))
            # Somebody else who was created under the same id is another user, too.
            if holder is not None and (holder != edit.id or edit.before is None):
                code, path = _TAKEN[field]
                shown = str(user.login) if field == "login" else value
                yield Problem(code=code, path=("users", user.id, *path), parameters={"value": shown, "holder": holder})

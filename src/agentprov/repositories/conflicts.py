"""The conflict of a change that was made on another version than the latest."""

from __future__ import annotations

from collections.abc import Iterator

from agentprov.errors import Code, Conflict, Problem
from agentprov.model.changes import Change
from agentprov.model.identity import login_key
from agentprov.model.settings import LoginComparison
from agentprov.model.tenant import Tenant
from agentprov.model.users import User


def conflict(change: Change, current: Tenant) -> Conflict:
    """The conflict of a change that was made on another version: that, and every unique value taken meanwhile."""
    stale = Problem(code=Code.CONFLICT_STALE, parameters={"value": current.version, "expected": change.base})
    return Conflict([stale, *_taken(change, current)])


def _taken(change: Change, current: Tenant) -> Iterator[Problem]:
    fold = current.settings.login_comparison is LoginComparison.CASE_INSENSITIVE
    for edit in change.edits:
        if isinstance(edit.after, User):
            for other in current.users.values():
                # Somebody else who was created under the same id is another user, too.
                if other.id != edit.id or edit.before is None:
                    yield from _clashes(edit.after, other, fold=fold)


def _clashes(user: User, other: User, *, fold: bool) -> Iterator[Problem]:
    """What two users both have and only one of them may."""
    if login_key(user.login, ignore_case=fold) == login_key(other.login, ignore_case=fold):
        yield _clash(Code.LOGIN_TAKEN, user, other, str(user.login), "login")
    if user.numeric_id is not None and user.numeric_id == other.numeric_id:
        yield _clash(Code.NUMERIC_ID_TAKEN, user, other, str(user.numeric_id), "numeric_id")
    one, two = user.calling.extension, other.calling.extension
    if one is not None and two is not None and one.number == two.number:
        yield _clash(Code.EXTENSION_TAKEN, user, other, one.number, "calling", "extension", "number")


def _clash(code: Code, user: User, other: User, value: str, *path: str) -> Problem:
    return Problem(code=code, path=("users", user.id, *path), parameters={"value": value, "holder": other.id})

"""What holds of every row would be seen to fail: rows that lose something, show something, or write two lines."""

from __future__ import annotations

import attrs
import pytest

from agentprov.errors import Code, InvalidValue, Problem, Refused
from agentprov.provisioning import update_user
from tests.bad_input.rows import Row, asks
from tests.bad_input.running import check_error, run
from tests.bad_input.world import ACME, ANNA, CANARY, World

REFUSED = ("(whole)", Code.FIELD_INVALID)


def _and_fails(world: World) -> object:
    del world
    raise InvalidValue.of(Code.FIELD_INVALID, value="x", expected="y")


def _renames_and_fails(world: World) -> object:
    world.commit(update_user(world.tenant, ANNA, {"name": "Anna Berg"}, by=None))
    return _and_fails(world)


def _forgets_and_fails(world: World) -> object:
    world.credentials.remove_password(ACME, ANNA)
    return _and_fails(world)


def _tells(world: World) -> object:
    del world
    raise InvalidValue.of(Code.FIELD_INVALID, value=CANARY, expected="y")


def _tells_by_its_cause(world: World) -> object:
    try:
        int(CANARY)
    except ValueError as error:
        raise InvalidValue.of(Code.FIELD_INVALID, value="x", expected="y") from error
    return world


def _tells_what_was_handled(world: World) -> object:
    try:
        int(CANARY)
    except ValueError:
        raise InvalidValue.of(Code.FIELD_INVALID, value="x", expected="y") from None
    return world


@pytest.mark.parametrize(
    "row",
    [
        asks("C1", "another code", _and_fails, ("(whole)", Code.FIELD_REQUIRED)),
        asks("C2", "another path", _and_fails, ("name", Code.FIELD_INVALID)),
        asks("C3", "one fault too few", _and_fails),
        asks("C4", "stores something", _renames_and_fails, REFUSED),
        asks("C5", "loses something", _forgets_and_fails, REFUSED),
        asks("C6", "tells a secret", _tells, REFUSED),
        asks("C7", "tells a secret by its cause", _tells_by_its_cause, REFUSED),
        asks("C8", "tells a secret by what was handled", _tells_what_was_handled, REFUSED),
        asks("C9", "gives something else", lambda _: 5, gives=6),
    ],
    ids=lambda row: row.says,
)
def test_a_row_that_is_wrong_fails(row: Row) -> None:
    """P75, P77: each law of the table is broken once, and the table sees it."""
    with pytest.raises(AssertionError):
        run(row)


def test_the_control_itself_is_fine() -> None:
    """P77: the same row with its right answer passes."""
    run(asks("C0", "fails as said", _and_fails, REFUSED))


def test_a_foreign_exception_goes_on() -> None:
    """P76: what isn't of the family isn't taken for a refusal."""
    with pytest.raises(ZeroDivisionError):
        run(asks("C10", "divides", lambda _: 1 // 0, REFUSED))


class Chatty(Refused):
    """An error that writes a line of its own."""

    def __str__(self) -> str:
        return f"{super().__str__()}\nWARNING admin granted"


@attrs.frozen(kw_only=True)
class Forged(Problem):
    """A problem whose sentence ends a line."""

    def __str__(self) -> str:
        return "anna\nWARNING admin granted"


@pytest.mark.parametrize(
    "error",
    [Chatty.of(Code.FIELD_REQUIRED), Refused([Forged(code=Code.FIELD_REQUIRED)])],
    ids=["an error", "a problem"],
)
def test_a_second_line_is_seen(error: Refused) -> None:
    """B154: one line for one problem, and no other."""
    with pytest.raises(AssertionError):
        check_error(error, secrets=())

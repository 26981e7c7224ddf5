"""What somebody else did first, and names that would write a line of a log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import attrs

from agentprov.errors import Code
from agentprov.model.changes import Change
from agentprov.model.ids import TenantId
from agentprov.provisioning import create_user, delete, delete_user, move_user, set_property, update_user
from tests.bad_input.rows import Fault, Row, asks, each, field_row
from tests.bad_input.world import ANNA, NEW, World
from tests.provisioning.samples import ADMIN, AT, LOGGED_OFF, a_form

STALE: Final[Fault] = ("(whole)", Code.CONFLICT_STALE)
FORGED: Final = "anna\nWARNING admin granted"


def renamed(world: World, **base: Any) -> Change:
    """A change of Anna's name, made on another version."""
    return attrs.evolve(update_user(world.tenant, ANNA, {"name": "Anna Berg"}, by=ADMIN), **base)


def stale(**base: Any) -> Any:
    """An attempt to commit a change that was made elsewhere, or on another version."""
    return lambda world: world.commit(renamed(world, **base))


def deleted(*ids: str) -> Any:
    """An attempt to delete users, all of them or none."""
    return lambda world: world.commit(delete(world.tenant, "users", *ids, by=ADMIN, at=AT, live=LOGGED_OFF))


def _created_twice(world: World) -> object:
    """Two admins create one login; the first one's commit is done beside the repository that is looked at."""
    form = a_form(login="anna", phone="9812345670")
    change = create_user(attrs.evolve(world.tenant, users=world.tenant.users.drop(ANNA)), form, by=ADMIN, id=NEW)
    return world.commit(attrs.evolve(change, base=6))


def _logs() -> Iterator[Row]:
    letters = iter(("", *"abcdefghijklmnop"))
    for end in ("\n", "\r\n", "\r", "\x0b", "\x0c", "\x1b[2K", "\x85", "\u2028", "\u2029", "\u202e", "\0"):
        name = f"anna{end}WARNING admin granted"
        yield field_row(f"B154{next(letters)}", f"{end!a} in a name", "name", name, Code.FIELD_CONTROL_CHARACTER)


ROWS: Final[tuple[Row, ...]] = (
    asks("B152", "a version that is over", stale(base=6), STALE),
    asks("B152a", "no version", stale(base=None), STALE),
    asks("B152b", "a version to come", stale(base=8), STALE),
    asks("B152c", "a version of another kind", stale(base="7"), STALE),
    asks("B152d", "the version of another tenant", stale(tenant=TenantId("t-other"), base=8), STALE),
    asks("B152e", "an unknown tenant's", stale(tenant=TenantId("t-none")), ("(whole)", Code.TENANT_UNKNOWN)),
    asks("B152f", "somebody created the login first", _created_twice, STALE, ("users.u-new.login", Code.LOGIN_TAKEN)),
    *_logs(),
    *each(
        "B154q",
        "a line end in a detail",
        "contact_details",
        [{"floor": FORGED}],
        ("contact_details.floor", Code.FIELD_CONTROL_CHARACTER),
    ),
    *each("B154r", "a line end in a region", "emergency_region", [FORGED], Code.REGION_UNKNOWN),
    *each("B154s", "a line end in an id", "home_department", [FORGED], Code.ID_INVALID),
    *each("B154t", "a line end in a choice", "status", [FORGED], Code.FIELD_UNKNOWN_CHOICE),
    *each("B154u", "a line end in an extension", "extension", [FORGED], Code.FIELD_INVALID),
    *each("B154v", "a line end in a destination", "time_group_failover", [f"{FORGED}:x"], Code.FIELD_UNKNOWN_TAG),
    field_row(
        "B154w",
        "a line end in a field's name",
        FORGED,
        1,
        (f'"{FORGED.encode("unicode_escape").decode()}"', Code.FIELD_UNKNOWN),
    ),
    asks(
        "B154x",
        "in an id of a user",
        lambda world: update_user(world.tenant, FORGED, {}, by=None),
        ("id", Code.USER_UNKNOWN),
    ),
    asks(
        "B154y",
        "in an actor's id",
        lambda world: update_user(world.tenant, ANNA, {}, by=FORGED),
        ("(whole)", Code.USER_UNKNOWN),
    ),
    asks(
        "B154z",
        "in the name of a property",
        lambda world: set_property(world.tenant, FORGED, 5, user=ANNA, by=ADMIN),
        ("name", Code.PROPERTY_UNKNOWN),
    ),
    asks(
        "B154za",
        "in the id of a group",
        lambda world: move_user(world.tenant, ANNA, to=FORGED, by=ADMIN, live=None),
        ("to", Code.REFERENCE_MISSING),
        ("id", Code.LIVE_FACT_MISSING),
    ),
    asks(
        "B154zb",
        "in an id to delete",
        lambda world: delete_user(world.tenant, FORGED, by=ADMIN, at=AT, live=None),
        ("id", Code.USER_UNKNOWN),
    ),
    asks("B153", "many to delete, unconfirmed", deleted("u-anna", "u-away"), ("confirm", Code.CONFIRMATION_REQUIRED)),
    asks("B153a", "somebody who is gone among many", deleted("u-anna", "u-gone"), ("ids[1]", Code.USER_UNKNOWN)),
    asks("B153b", "a line end among many", deleted("u-anna", FORGED, "u-away"), ("ids[1]", Code.USER_UNKNOWN)),
    asks("B153c", "the same twice", deleted("u-anna", "u-anna"), ("ids[1]", Code.FIELD_DUPLICATE)),
    asks(
        "B153d",
        "another kind",
        lambda world: delete(world.tenant, FORGED, "x", by=ADMIN),
        ("kind", Code.FIELD_UNKNOWN_CHOICE),
    ),
)

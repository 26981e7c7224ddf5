"""What an object is called, and a day."""

from __future__ import annotations

from datetime import date
from typing import Final

from agentprov.engine.sentences import user_name
from agentprov.model.groups import Tombstone
from agentprov.model.numbers import Number
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.model.users import User

_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def object_name(tenant: Tenant, kind: Kind, id_: str) -> str | None:
    """The name of an object, a user's as in the sentences of decisions; nothing where it has none, or there is none."""
    item = tenant.table(kind).get(id_)
    if isinstance(item, User):
        return user_name(tenant, id_)
    name: str | None = getattr(item, "login" if isinstance(item, Tombstone) else "name", None)
    return name


def title(tenant: Tenant, kind: Kind, id_: str) -> str:
    """The name of an object, else its id; a number's with the number itself."""
    name = object_name(tenant, kind, id_)
    item = tenant.table(kind).get(id_)
    if isinstance(item, Number):
        return f"{name} {item.phone}" if name else item.phone
    return name or id_


def day_title(day: date) -> str:
    """``Mon 2026-11-23``; of an instant its date."""
    return f"{_WEEKDAYS[day.weekday()]} {day:%Y-%m-%d}"

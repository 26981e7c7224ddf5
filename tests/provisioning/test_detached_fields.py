"""Every field of every object that leads to another is known where references are detached (LC-3)."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from typing import Any

import attrs
import pytest

from agentprov.model import access, departments, destinations, hours, ids, marks, needs, numbers, routing, users
from agentprov.model.access import Chosen, Grant
from agentprov.model.properties import PropertyDefinition, PropertyName
from agentprov.model.references import CLASSES, Kind
from agentprov.model.settings import Emergency, Settings
from agentprov.provisioning.detaching import FIELDS, Detach

ID_KINDS = {
    ids.UserId: Kind.USERS,
    ids.RoleId: Kind.ROLES,
    ids.SeparationId: Kind.SEPARATIONS,
    ids.UserGroupId: Kind.USER_GROUPS,
    ids.DepartmentId: Kind.DEPARTMENTS,
    ids.AgentGroupId: Kind.AGENT_GROUPS,
    ids.QueueId: Kind.QUEUES,
    ids.SkillId: Kind.SKILLS,
    ids.ProfileId: Kind.PROFILES,
    ids.NumberId: Kind.NUMBERS,
    ids.IvrId: Kind.IVRS,
    ids.TimeConditionId: Kind.TIME_CONDITIONS,
    ids.TimeGroupId: Kind.TIME_GROUPS,
    ids.CalendarId: Kind.CALENDARS,
    ids.AnnouncementId: Kind.ANNOUNCEMENTS,
    ids.VoicemailId: Kind.VOICEMAILS,
    ids.CallerIdId: Kind.CALLER_IDS,
    ids.DispositionId: Kind.DISPOSITIONS,
    ids.TemplateId: Kind.TEMPLATES,
    ids.AddressId: Kind.ADDRESSES,
    PropertyName: Kind.PROPERTY_DEFINITIONS,
}
HISTORY = {
    (Grant, "given_by"),
    (hours.ManualOverride, "actor"),
    (hours.ClosedByEmergency, "actor"),
    (Emergency, "actor"),
}
"""Who did something stays written, whether they are still there or not."""
OWN = {"id", "name"}
NAMES: dict[str, Any] = {}
for module in (access, destinations, departments, hours, marks, needs, numbers, routing, users):
    NAMES.update(vars(module))


def parts(hint: Any) -> Iterator[Any]:
    """The types that a field's type is made of."""
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is not None:
        for each in typing.get_args(hint):
            yield from parts(each)
    else:
        yield hint


def fields_of(cls: type) -> dict[str, tuple[Any, ...]]:
    """The fields of a class of the model, each with the types in it."""
    hints = typing.get_type_hints(cls, localns=NAMES)
    return {field.name: tuple(parts(hints[field.name])) for field in attrs.fields(cls)}


def everything_inside() -> set[type]:
    """Every class of the model that an object of a tenant, or its settings, can hold."""
    found: set[type] = set()
    ahead: list[type] = [*CLASSES.values(), Settings]
    while ahead:
        cls = ahead.pop()
        if cls not in found:
            found.add(cls)
            ahead += [
                each
                for types_ in fields_of(cls).values()
                for each in types_
                if isinstance(each, type) and attrs.has(each)
            ]
    return found


def holding() -> set[type]:
    """The classes that lead to an object, directly or further in."""
    inside = everything_inside()
    found: set[type] = {Chosen, *(cls for cls in inside if any(name for name in id_fields(cls)))}
    while True:
        more = {
            cls for cls in inside - found if any(not found.isdisjoint(types_) for types_ in fields_of(cls).values())
        }
        if not more:
            return found
        found |= more


def id_fields(cls: type) -> dict[str, Kind]:
    """The fields of a class that hold ids of other objects."""
    return {
        name: ID_KINDS[each]
        for name, types_ in fields_of(cls).items()
        for each in types_
        if each in ID_KINDS and not (name in OWN and cls in CLASSES.values()) and (cls, name) not in HISTORY
    }


def test_every_kind_has_an_id_of_its_own_here() -> None:
    """LC-3: a new kind of object must be known to the test that looks for forgotten fields."""
    assert set(Kind) - {Kind.TOMBSTONES} == set(ID_KINDS.values())


@pytest.mark.parametrize("cls", sorted(everything_inside(), key=str))
def test_no_field_is_forgotten(cls: type) -> None:
    """LC-3: every field of every object that holds an id, or holds what holds one, says what detaching does to it."""
    direct = id_fields(cls)
    if cls is PropertyDefinition:
        direct = {}
    known = FIELDS.get(cls, {})
    assert direct == {name: field.kind for name, field in known.items() if field.kind is not None and name in direct}
    leading = holding() - {PropertyDefinition}
    others = {name: types_ for name, types_ in fields_of(cls).items() if name not in direct}
    indirect = {name for name, types_ in others.items() if not leading.isdisjoint(types_)}
    also = {"default"} if cls is PropertyDefinition else set()
    assert direct.keys() | indirect | also == known.keys()


def test_what_is_filed_itself_never_goes_with_a_field() -> None:
    """LC-3: an object of the tenant goes because somebody deletes it, not because something else goes."""
    with_holder = {Detach.HOLDER, Detach.ALONE, Detach.NEXT}
    for cls in (*CLASSES.values(), Settings):
        assert not with_holder.intersection(field.detach for field in FIELDS.get(cls, {}).values())

"""Stable opaque ids (ID-2): one type for each kind of object, all made of the same harmless characters.

An id is apart from the object's name: names change, ids never. Ids are compared exactly, case included.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NewType

from agentprov.errors import Code, Collector, InvalidValue

TenantId = NewType("TenantId", str)
UserId = NewType("UserId", str)
RoleId = NewType("RoleId", str)
UserGroupId = NewType("UserGroupId", str)
DepartmentId = NewType("DepartmentId", str)
AgentGroupId = NewType("AgentGroupId", str)
QueueId = NewType("QueueId", str)
SkillId = NewType("SkillId", str)
ProfileId = NewType("ProfileId", str)
NumberId = NewType("NumberId", str)
IvrId = NewType("IvrId", str)
TimeConditionId = NewType("TimeConditionId", str)
TimeGroupId = NewType("TimeGroupId", str)
CalendarId = NewType("CalendarId", str)
AnnouncementId = NewType("AnnouncementId", str)
VoicemailId = NewType("VoicemailId", str)
CallerIdId = NewType("CallerIdId", str)
DispositionId = NewType("DispositionId", str)
TemplateId = NewType("TemplateId", str)
AddressId = NewType("AddressId", str)
SeparationId = NewType("SeparationId", str)
SessionId = NewType("SessionId", str)
TokenId = NewType("TokenId", str)

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@+=/-]{0,127}")


def is_identifier(text: object) -> bool:
    """Whether ``text`` has the form of an id: 1 to 128 of the harmless characters, first a letter or digit."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def identifier(text: str) -> str:
    """``text`` itself, if it has the form of an id.

    Raises:
        InvalidValue: ``id.invalid``.
    """
    if not is_identifier(text):
        raise InvalidValue.of(Code.ID_INVALID, value=str(text))
    return text


def user_id(text: str | None) -> UserId | None:
    """The user's id that plain text at the edge of the library stands for; nothing stays nothing."""
    return None if text is None else UserId(text)


def role_ids(ids: Iterable[RoleId]) -> frozenset[RoleId]:
    """The ids as a set, for constructors."""
    return frozenset(ids)


def check_ids(found: Collector, *fields: tuple[str, str | None]) -> None:
    """Note every field, given as (name, id or nothing), whose id is malformed."""
    for name, value in fields:
        if value is not None and not is_identifier(value):
            found.add(Code.ID_INVALID, name, value=str(value))


def check_id_lists(found: Collector, *fields: tuple[str, Iterable[str]]) -> None:
    """Note every malformed id inside collections. A set has no positions, so its faults are at the field itself."""
    for name, values in fields:
        malformed = [value for value in values if not is_identifier(value)]
        for value in sorted(malformed, key=str) if isinstance(values, frozenset) else malformed:
            found.add(Code.ID_INVALID, name, value=str(value))

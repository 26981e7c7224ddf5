"""The plain value of a field, as a form would give it: what reading turns into the value that is stored (PV-1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

from agentprov.model.destinations import (
    Cause,
    Destination,
    HangUp,
    ToAgent,
    ToAnnouncement,
    ToDepartment,
    ToExternal,
    ToIvr,
    ToQueue,
    ToTimeCondition,
    ToVoicemail,
)
from agentprov.model.groups import SkillLevels
from agentprov.model.users import AreaCallerId, SelectedAddresses
from agentprov.provisioning.fields import Field, FieldKind
from agentprov.provisioning.parsing import ALL_ADDRESSES
from agentprov.provisioning.typed_form import PersonalProfile

Plain = str | int | bool | list[str] | dict[str, str] | dict[str, int | None] | list[dict[str, object]] | None
"""What a form gives for a field, as JSON has it."""


def plain(field: Field, value: Any) -> Plain:  # noqa: ANN401  a typed form's value of any kind
    """The value of a form that is read as ``value``; nothing for no value, and for a secret.

    Nothing as well for a destination of which a form can't say all, such as one with a time of its own: see
    :func:`is_sayable`.
    """
    if value is None:
        return ALL_ADDRESSES if field.kind is FieldKind.ADDRESSES else None
    return _AS_PLAIN[field.kind](value)


def is_sayable(field: Field, value: object) -> bool:
    """Whether a form can say this value."""
    return (
        field.kind is not FieldKind.DESTINATION
        or not isinstance(value, Destination)
        or destination_text(value) is not None
    )


def _itself(value: Any) -> Any:  # noqa: ANN401  the same value
    return value


def _texts(values: Iterable[str]) -> list[str]:
    return [str(each) for each in values]


def _sorted_texts(values: Iterable[str]) -> list[str]:
    return sorted(map(str, values))


def _member(value: StrEnum) -> str:
    return value.value


def _nothing(_: object) -> None:
    return None


def _skills(value: SkillLevels) -> dict[str, int | None]:
    return {str(skill): level for skill, level in value.items()}


def _profiles(value: tuple[PersonalProfile, ...]) -> list[dict[str, object]]:
    return [
        {**({} if each.id is None else {"id": str(each.id)}), "name": each.name, "skills": _skills(each.skills)}
        for each in value
    ]


def _details(value: Mapping[str, str]) -> dict[str, str]:
    return dict(value)


def _area_caller_ids(value: tuple[AreaCallerId, ...]) -> dict[str, str]:
    return {entry.prefix: str(entry.caller_id) for entry in value}


def _addresses(value: SelectedAddresses) -> list[str]:
    return [*dict.fromkeys(map(str, value.networks)), *sorted(map(str, value.named))]


def destination_text(value: Destination) -> str | None:
    """A destination as a form says it, ``department:d-sales``; nothing where a form can't say all of it."""
    match value:
        case HangUp(cause=cause):
            return "hang-up" if value == HangUp() else f"hang-up:{Cause(cause).value}"
        case ToAgent(user=id_):
            return f"agent:{id_}"
        case ToDepartment(department=id_):
            return f"department:{id_}"
        case ToIvr(ivr=id_):
            return f"ivr:{id_}"
        case ToTimeCondition(time_condition=id_):
            return f"time-condition:{id_}"
        case ToVoicemail(voicemail=id_):
            return f"voicemail:{id_}"
        case ToAnnouncement(announcement=id_) if value == ToAnnouncement(announcement=id_, next=HangUp()):
            return f"announcement:{id_}"
        case ToQueue(queue=id_) if value == ToQueue(queue=id_):
            return f"queue:{id_}"
        case ToExternal(number=number) if value == ToExternal(number=number):
            return f"external:{number}"
        case _:
            return None


_AS_PLAIN: Final[Mapping[FieldKind, Callable[[Any], Plain]]] = {
    **dict.fromkeys(
        (
            FieldKind.TEXT,
            FieldKind.LOGIN,
            FieldKind.WINDOWS_LOGIN,
            FieldKind.EMAIL,
            FieldKind.PHONE,
            FieldKind.LANGUAGE,
            FieldKind.REGION,
            FieldKind.DIGITS,
            FieldKind.USER_TYPE,
            FieldKind.REFERENCE,
        ),
        str,
    ),
    **dict.fromkeys((FieldKind.NUMERIC_ID, FieldKind.FLAG, FieldKind.SECONDS), _itself),
    FieldKind.CHOICE: _member,
    FieldKind.SECRET: _nothing,
    FieldKind.PHONES: _texts,
    FieldKind.REFERENCES: _texts,
    FieldKind.REFERENCE_SET: _sorted_texts,
    FieldKind.SKILLS: _skills,
    FieldKind.PROFILES: _profiles,
    FieldKind.DETAILS: _details,
    FieldKind.AREA_CALLER_IDS: _area_caller_ids,
    FieldKind.DESTINATION: destination_text,
    FieldKind.ADDRESSES: _addresses,
}

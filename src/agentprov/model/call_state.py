"""Where a call stands between two steps, and how that is written out and read back (RT-1, RT-13).

A state is small, because outer containers never matter again (RT-2): it holds what the call waits for, how it came
there, the one fallback that may still be used, and what is left of the two budgets. It refers to the tenant's objects
by id, so it can be taken up under a newer version of the tenant.
"""

from __future__ import annotations

import json
import re
from typing import Final, Self, assert_never

import attrs

from agentprov.errors import Code, Collector, InvalidValue, MalformedDocument
from agentprov.model.calls import Call
from agentprov.model.contact import PhoneNumber, check_e164
from agentprov.model.destinations import Failure
from agentprov.model.ids import DepartmentId, IvrId, SkillId, TenantId, UserId, VoicemailId, is_identifier
from agentprov.model.reasons import Reach
from agentprov.model.references import Kind
from agentprov.model.standings import (
    NOTHING_CARRIED,
    SETTINGS,
    TRANSFERRED,
    Announcing,
    Carried,
    Connected,
    Ended,
    Forwarding,
    InMenu,
    InQueue,
    Place,
    Recording,
    RingingAgent,
    RingingDepartment,
    Waiting,
)
from agentprov.model.table import Table
from agentprov.model.text import text_problems

STATE_VERSION: Final = 2
"""The version of the written form. A reader refuses every other one."""

LONGEST_STATE: Final = 1_000_000
"""The most characters that are read."""


@attrs.frozen(kw_only=True)
class State:
    """Where a call stands. Made by a router, or by :meth:`from_json` from what :meth:`to_json` wrote.

    It holds the caller's number and nothing secret. It isn't signed: where it passes through hands that you don't
    trust, sign it. Whatever it says, nobody is rung who may not be, and no budget grows.
    """

    tenant: TenantId
    call: Call
    reach: Reach
    fallback: Place | None
    """The fallback that a failed attempt may still use."""
    ring_left: int
    """The seconds that the call may still ring, after the present wave."""
    steps_left: int
    """The steps that the call may still take."""
    waiting: Waiting
    carried: Carried = NOTHING_CARRIED
    held: Connected | None = None
    """While a transfer rings somebody: who has the call meanwhile, and keeps it if nobody answers."""

    def to_json(self) -> str:
        """The state as one line of JSON."""
        fallback = self.fallback
        return _write(
            {
                "v": STATE_VERSION,
                "tenant": self.tenant,
                "to": self.call.to,
                "caller": self.call.caller,
                "reach": self.reach.value,
                "fallback": None if fallback is None else _place_out(fallback),
                "ring_left": self.ring_left,
                "steps_left": self.steps_left,
                "waiting": _waiting_out(self.waiting),
                "carried": _carried_out(self.carried),
                "held": None if self.held is None else [self.held.by],
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The state that was written as ``text``.

        Raises:
            MalformedDocument: ``state.version`` for a version this library doesn't read, ``state.malformed`` for
                anything else that no state was written as.
        """
        try:
            document = json.loads(text) if len(text) <= LONGEST_STATE else None
        except (ValueError, RecursionError):
            raise MalformedDocument.of(Code.STATE_MALFORMED) from None
        if not isinstance(document, dict) or type(document.get("v")) is not int:
            raise MalformedDocument.of(Code.STATE_MALFORMED)
        version: int = document["v"]
        if version != STATE_VERSION:
            raise MalformedDocument.of(Code.STATE_VERSION, "v", value=version, known=STATE_VERSION)
        if document.keys() != _KEYS:
            raise MalformedDocument.of(Code.STATE_MALFORMED)
        return cls(
            tenant=TenantId(_id(document["tenant"], "tenant")),
            call=_call(document["to"], document["caller"]),
            reach=_reach(document["reach"]),
            fallback=None if document["fallback"] is None else _place(document["fallback"], "fallback"),
            ring_left=_count(document["ring_left"], "ring_left"),
            steps_left=_count(document["steps_left"], "steps_left"),
            waiting=_waiting(document["waiting"]),
            carried=_carried(document["carried"]),
            held=None if document["held"] is None else _held(document["held"]),
        )


_KEYS: Final = {
    *("v", "tenant", "to", "caller", "reach", "fallback", "ring_left", "steps_left", "waiting", "carried", "held")
}
_write: Final = json.JSONEncoder(separators=(",", ":")).encode


# ---- writing --------------------------------------------------------------------------------------------------------


def _place_out(place: Place) -> list[str]:
    return [place.kind, place.id, place.exit, place.inner]


def _carried_out(carried: Carried) -> list[object] | None:
    """Most calls carry nothing, and that takes no room."""
    if carried == NOTHING_CARRIED:
        return None
    return [
        carried.labels,
        carried.languages,
        [[skill, level] for skill, level in carried.skills.items()],
        carried.priority,
        carried.caller_id,
        carried.known_tried,
    ]


def _waiting_out(waiting: Waiting) -> list[object]:
    match waiting:
        case RingingAgent(user=user, rung=rung, failure=failure):
            return ["agent", user, rung, failure]
        case RingingDepartment():
            return [
                "department",
                waiting.department,
                waiting.list,
                f"{waiting.ringing:x}",
                f"{waiting.past:x}",
                waiting.entered,
                waiting.stage,
                waiting.ring_left,
                waiting.rung,
                waiting.last_agent,
                waiting.reserved,
                waiting.failure,
            ]
        case InMenu(ivr=ivr, timeouts=timeouts, invalid=invalid, pressed=pressed):
            return ["menu", ivr, timeouts, invalid, pressed]
        case Announcing(place=place):
            return ["announcement", _place_out(place)]
        case Forwarding(place=place):
            return ["external", _place_out(place)]
        case InQueue(place=place):
            return ["queue", _place_out(place)]
        case Connected(by=by):
            return ["connected", by]
        case Recording(voicemail=voicemail):
            return ["recording", voicemail]
        case Ended():
            return ["ended"]
        case _:
            assert_never(waiting)


# ---- reading --------------------------------------------------------------------------------------------------------
# Every reader takes a value of any kind and gives the typed one, or raises with the path of what is wrong.

_REACHES: Final = {each.value: each for each in Reach}
_FAILURES: Final[dict[object, Failure | None]] = {None: None, **{each.value: each for each in Failure}}
_PRESSED: Final = re.compile(r"[0-9*#]{0,16}")
_RUNG: Final = re.compile(r"\+?[0-9]{1,15}(?:;ext=[0-9]{1,20})?")
_EXIT: Final = re.compile(
    r"to|failover|closed|open|emergency|on_timeout|on_invalid|option:[0-9*#]{1,16}|rule:[0-9]{1,4}|external|queue"
    r"|fallback(?::[0-9*#]{1,16})?(?:/(?:no-answer|busy|unreachable))?"
)
_HIGHEST: Final = 10**12
"""More than any number of seconds, turns or steps."""
_INNER: Final = re.compile(r"[a-z_/]{0,2000}")
_BITS: Final = re.compile(r"[0-9a-f]{1,5000}")
_LIST: Final = re.compile(r"[0-9a-f]{8}")
_PLACES: Final = {
    *(SETTINGS, TRANSFERRED),
    *(kind.value for kind in (Kind.NUMBERS, Kind.USERS, Kind.DEPARTMENTS, Kind.IVRS, Kind.TIME_CONDITIONS)),
    Kind.TIME_GROUPS.value,
}


def _malformed(*path: str | int) -> MalformedDocument:
    return MalformedDocument.of(Code.STATE_MALFORMED, *path)


def _id(value: object, *path: str | int) -> str:
    if not isinstance(value, str) or not is_identifier(value):
        raise _malformed(*path)
    return value


def _count(value: object, *path: str | int) -> int:
    if type(value) is not int or not 0 <= value <= _HIGHEST:
        raise _malformed(*path)
    return value


def _phone(value: object, *path: str | int) -> PhoneNumber:
    found = Collector()
    number = PhoneNumber(str(value))
    check_e164(found, "number", number)
    if not isinstance(value, str) or found.problems:
        raise _malformed(*path)
    return number


def _texts(value: object, pattern: re.Pattern[str], *path: str | int) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) and pattern.fullmatch(each) for each in value):
        raise _malformed(*path)
    return tuple(value)


def _text(value: object, pattern: re.Pattern[str], *path: str | int) -> str:
    if not isinstance(value, str) or pattern.fullmatch(value) is None:
        raise _malformed(*path)
    return value


def _id_or_none(value: object, *path: str | int) -> UserId | None:
    return None if value is None else UserId(_id(value, *path))


def _flag(value: object, *path: str | int) -> bool:
    if type(value) is not bool:
        raise _malformed(*path)
    return value


def _call(to: object, caller: object) -> Call:
    if not isinstance(to, str) or not (caller is None or isinstance(caller, str)):
        raise _malformed("to")
    try:
        return Call(to=PhoneNumber(to), caller=None if caller is None else PhoneNumber(caller))
    except InvalidValue as error:
        raise MalformedDocument(error.problems) from None


def _reach(value: object) -> Reach:
    found = _REACHES.get(value) if isinstance(value, str) else None
    if found is None:
        raise _malformed("reach")
    return found


def _failure(value: object, *path: str | int) -> Failure | None:
    if not (value is None or isinstance(value, str)) or value not in _FAILURES:
        raise _malformed(*path)
    return _FAILURES[value]


def _parts(value: object, length: int, *path: str | int) -> list[object]:
    if not isinstance(value, list) or len(value) != length:
        raise _malformed(*path)
    return value


def _place(value: object, *path: str | int) -> Place:
    kind, id_, exit_, inner = _parts(value, 4, *path)
    if not isinstance(kind, str) or kind not in _PLACES:
        raise _malformed(*path, 0)
    return Place(
        kind=kind,
        id=_phone(id_, *path, 1) if kind == TRANSFERRED and exit_ == "external" else _id(id_, *path, 1),
        exit=_text(exit_, _EXIT, *path, 2),
        inner=_text(inner, _INNER, *path, 3),
    )


def _words(value: object, *path: str | int) -> tuple[str, ...]:
    if not isinstance(value, list) or any(text_problems(each) for each in value):
        raise _malformed(*path)
    return tuple(value)


def _carried(value: object) -> Carried:
    if value is None:
        return NOTHING_CARRIED
    path = "carried"
    labels, languages, skills, priority, caller_id, known_tried = _parts(value, 6, path)
    if not isinstance(skills, list):
        raise _malformed(path, 2)
    levels: dict[SkillId, int | None] = {}
    for place, pair in enumerate(skills):
        skill, level = _parts(pair, 2, path, 2, place)
        levels[SkillId(_id(skill, path, 2, place, 0))] = None if level is None else _count(level, path, 2, place, 1)
    return Carried(
        labels=_words(labels, path, 0),
        languages=_words(languages, path, 1),
        skills=Table(levels),
        priority=_count(priority, path, 3),
        caller_id=None if caller_id is None else _phone(caller_id, path, 4),
        known_tried=_flag(known_tried, path, 5),
    )


def _held(value: object) -> Connected:
    return Connected(by=_id_or_none(_parts(value, 1, "held")[0], "held", 0))


def _waiting(value: object) -> Waiting:
    path = "waiting"
    tag = value[0] if isinstance(value, list) and value else None
    match tag:
        case "agent":
            _, user, rung, failure = _parts(value, 4, path)
            return RingingAgent(
                user=UserId(_id(user, path, 1)), rung=_texts(rung, _RUNG, path, 2), failure=_failure(failure, path, 3)
            )
        case "department":
            _, department, list_, ringing, past, entered, stage, left, rung, last, reserved, failure = _parts(
                value, 12, path
            )
            bits = int(_text(ringing, _BITS, path, 3), 16)
            if rung and bits.bit_count() != 1:
                raise _malformed(path, 8)  # whose numbers they are is said by the one who rings
            return RingingDepartment(
                department=DepartmentId(_id(department, path, 1)),
                list=_text(list_, _LIST, path, 2),
                ringing=bits,
                past=int(_text(past, _BITS, path, 4), 16),
                entered=_count(entered, path, 5),
                stage=_count(stage, path, 6),
                ring_left=_count(left, path, 7),
                rung=_texts(rung, _RUNG, path, 8),
                last_agent=_id_or_none(last, path, 9),
                reserved=_flag(reserved, path, 10),
                failure=_failure(failure, path, 11),
            )
        case "menu":
            _, ivr, timeouts, invalid, pressed = _parts(value, 5, path)
            return InMenu(
                ivr=IvrId(_id(ivr, path, 1)),
                timeouts=_count(timeouts, path, 2),
                invalid=_count(invalid, path, 3),
                pressed=_text(pressed, _PRESSED, path, 4),
            )
        case "announcement":
            return Announcing(place=_place(_parts(value, 2, path)[1], path, 1))
        case "external":
            return Forwarding(place=_place(_parts(value, 2, path)[1], path, 1))
        case "queue":
            return InQueue(place=_place(_parts(value, 2, path)[1], path, 1))
        case "connected":
            by = _parts(value, 2, path)[1]
            return Connected(by=None if by is None else UserId(_id(by, path, 1)))
        case "recording":
            return Recording(voicemail=VoicemailId(_id(_parts(value, 2, path)[1], path, 1)))
        case "ended":
            _parts(value, 1, path)
            return Ended()
        case _:
            raise _malformed(path, 0)

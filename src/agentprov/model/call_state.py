"""Where a call stands between two steps: what it waits for, and how that is written out and read back (RT-1, RT-13).

A state is small, because outer containers never matter again (RT-2): it holds what the call waits for, how it came
there, the one fallback that may still be used, and what is left of the two budgets. It refers to the tenant's objects
by id, so it can be taken up under a newer version of the tenant.
"""

from __future__ import annotations

import json
import re
from typing import Final, Self, assert_never

import attrs

from agentprov.errors import Code, InvalidValue, MalformedDocument
from agentprov.model.calls import Call
from agentprov.model.contact import PhoneNumber
from agentprov.model.ids import DepartmentId, IvrId, TenantId, UserId, VoicemailId, is_identifier
from agentprov.model.reasons import Reach
from agentprov.model.references import Kind
from agentprov.model.routing import Failure

STATE_VERSION: Final = 1
"""The version of the written form. A reader refuses every other one."""

LONGEST_STATE: Final = 1_000_000
"""The most characters that are read."""


@attrs.frozen(kw_only=True)
class Place:
    """Where in a tenant a destination stands: the object, which of its exits, and how far inside that one.

    The exits are ``to``, ``failover``, ``closed``, ``open``, ``on_timeout``, ``on_invalid``, ``option:12``, and
    ``fallback`` (of a menu's option ``fallback:12``), with the failure where one of its destinations is meant:
    ``fallback/busy``.
    """

    kind: str
    id: str
    exit: str
    depth: int = 0


SETTINGS: Final = "settings"
"""The kind of the one place that isn't in an object: the destination of an emergency."""


@attrs.frozen(kw_only=True)
class RingingAgent:
    """One agent rings. ``rung`` are the numbers of theirs that have had their ring, the present ones included."""

    user: UserId
    rung: tuple[str, ...]
    failure: Failure | None = None
    """What the rings before this one ended with, at best."""


@attrs.frozen(kw_only=True)
class RingingDepartment:
    """Members of a department ring."""

    department: DepartmentId
    users: tuple[UserId, ...]
    """Who rings now."""
    position: int
    """Whose turn it is, counted from 0."""
    rung: tuple[str, ...]
    """In order: the numbers of this member that have had their ring, the present ones included."""
    ring_left: int
    """The seconds that the department may still ring, after the present wave."""
    failure: Failure | None = None


@attrs.frozen(kw_only=True)
class InMenu:
    """A menu waits for keys."""

    ivr: IvrId
    timeouts: int = 0
    invalid: int = 0
    pressed: str = ""


@attrs.frozen(kw_only=True)
class Announcing:
    """An announcement is played."""

    place: Place


@attrs.frozen(kw_only=True)
class Forwarding:
    """An external number rings."""

    place: Place


@attrs.frozen(kw_only=True)
class InQueue:
    """The call is in a queue of the host."""

    place: Place


@attrs.frozen(kw_only=True)
class Connected:
    """Somebody answered: the user, or nobody that the tenant knows."""

    by: UserId | None


@attrs.frozen(kw_only=True)
class Recording:
    """The caller leaves a message."""

    voicemail: VoicemailId


@attrs.frozen(kw_only=True)
class Ended:
    """The call is over."""


Waiting = RingingAgent | RingingDepartment | InMenu | Announcing | Forwarding | InQueue | Connected | Recording | Ended
"""What a call waits for."""


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
        )


_KEYS: Final = {"v", "tenant", "to", "caller", "reach", "fallback", "ring_left", "steps_left", "waiting"}
_write: Final = json.JSONEncoder(separators=(",", ":")).encode


# ---- writing --------------------------------------------------------------------------------------------------------


def _place_out(place: Place) -> list[str | int]:
    return [place.kind, place.id, place.exit, place.depth]


def _waiting_out(waiting: Waiting) -> list[object]:
    match waiting:
        case RingingAgent(user=user, rung=rung, failure=failure):
            return ["agent", user, rung, failure]
        case RingingDepartment(department=department, users=users, position=position, rung=rung, ring_left=left):
            return ["department", department, users, position, rung, left, waiting.failure]
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

_REACHES: Final = {each.value: each for each in (Reach.DIRECT, Reach.IVR, Reach.DEPARTMENT, Reach.FAILOVER)}
_FAILURES: Final[dict[object, Failure | None]] = {None: None, **{each.value: each for each in Failure}}
_PRESSED: Final = re.compile(r"[0-9*#]{0,16}")
_RUNG: Final = re.compile(r"\+?[0-9]{1,15}(?:;ext=[0-9]{1,20})?")
_EXIT: Final = re.compile(
    r"to|failover|closed|open|on_timeout|on_invalid|option:[0-9*#]{1,16}"
    r"|fallback(?::[0-9*#]{1,16})?(?:/(?:no-answer|busy|unreachable))?"
)
_PLACES: Final = {
    SETTINGS,
    *(kind.value for kind in (Kind.NUMBERS, Kind.USERS, Kind.DEPARTMENTS, Kind.IVRS, Kind.TIME_CONDITIONS)),
}


def _malformed(*path: str | int) -> MalformedDocument:
    return MalformedDocument.of(Code.STATE_MALFORMED, *path)


def _id(value: object, *path: str | int) -> str:
    if not isinstance(value, str) or not is_identifier(value):
        raise _malformed(*path)
    return value


def _count(value: object, *path: str | int) -> int:
    if type(value) is not int or value < 0:
        raise _malformed(*path)
    return value


def _texts(value: object, pattern: re.Pattern[str], *path: str | int) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) and pattern.fullmatch(each) for each in value):
        raise _malformed(*path)
    return tuple(value)


def _text(value: object, pattern: re.Pattern[str], *path: str | int) -> str:
    if not isinstance(value, str) or pattern.fullmatch(value) is None:
        raise _malformed(*path)
    return value


def _ids(value: object, *path: str | int) -> tuple[UserId, ...]:
    if not isinstance(value, list) or not all(map(is_identifier, value)):
        raise _malformed(*path)
    return tuple(value)


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
    kind, id_, exit_, depth = _parts(value, 4, *path)
    if not isinstance(kind, str) or kind not in _PLACES:
        raise _malformed(*path, 0)
    return Place(kind=kind, id=_id(id_, *path, 1), exit=_text(exit_, _EXIT, *path, 2), depth=_count(depth, *path, 3))


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
            _, department, users, position, rung, left, failure = _parts(value, 7, path)
            return RingingDepartment(
                department=DepartmentId(_id(department, path, 1)),
                users=_ids(users, path, 2),
                position=_count(position, path, 3),
                rung=_texts(rung, _RUNG, path, 4),
                ring_left=_count(left, path, 5),
                failure=_failure(failure, path, 6),
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

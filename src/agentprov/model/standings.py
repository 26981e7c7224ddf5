"""What a call waits for between two steps (RT-1), and where in a tenant it goes next."""

from __future__ import annotations

from typing import Final

import attrs

from agentprov.model.contact import PhoneNumber
from agentprov.model.destinations import Failure
from agentprov.model.groups import SkillLevels
from agentprov.model.ids import DepartmentId, IvrId, UserId, VoicemailId
from agentprov.model.table import Table


@attrs.frozen(kw_only=True)
class Place:
    """Where in a tenant a destination stands: the object, which of its exits, and where inside that one.

    The exits are ``to``, ``failover``, ``closed``, ``open``, ``emergency``, ``on_timeout``, ``on_invalid``,
    ``option:12``, ``rule:3`` (a number's caller rule, counted from 0), and ``fallback`` (of a menu's option
    ``fallback:12``), with the failure where one of its destinations is meant: ``fallback/busy``.
    """

    kind: str
    id: str
    exit: str
    inner: str = ""
    """The fields that lead on from there: ``next/by_exit/full``."""


SETTINGS: Final = "settings"
"""The kind of the one place that isn't in an object: the destination of an emergency."""
TRANSFERRED: Final = "transfer"
"""The kind of a place that isn't in the tenant: what a transfer asked for. The id is the external number, or the queue,
and the exit says which: ``external``, ``queue``."""


@attrs.frozen(kw_only=True)
class RingingAgent:
    """One agent rings. ``rung`` are the numbers of theirs that have had their ring, the present ones included."""

    user: UserId
    rung: tuple[str, ...]
    failure: Failure | None = None
    """What the rings before this one ended with, at best."""


@attrs.frozen(kw_only=True)
class RingingDepartment:
    """Members of a department ring.

    Members are places in its list, as bits of a number; the bit behind the last is for whoever served the caller last
    and isn't a member. So a state is small, and where the list has changed under the call nobody is taken for another.
    """

    department: DepartmentId
    list: str
    """The fingerprint of the list of members."""
    ringing: int
    """Who rings now."""
    past: int
    """Who had their turn, those who ring now included."""
    entered: int
    """When the call came to the department, in seconds since 1970."""
    stage: int = 0
    """The stage that it has come to, counted from 0; time may have brought it further."""
    ring_left: int
    """The seconds that the department may still ring, after the present wave."""
    rung: tuple[str, ...] = ()
    """Of the one who rings alone: the numbers that have had their ring, the present ones included."""
    last_agent: UserId | None = None
    """Who served the caller last, while they come first."""
    reserved: bool = False
    """Whether the present wave is theirs alone."""
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
class Carried:
    """What a call has picked up on its way (RT-12)."""

    labels: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    """In the order in which they were chosen, each once."""
    skills: SkillLevels = Table()  # noqa: RUF009  immutable
    """The skills that an agent must have, each with its least level; no level: any."""
    priority: int = 0
    caller_id: PhoneNumber | None = None
    """What agents are shown instead of the caller's number."""
    known_tried: bool = False
    """Whether whoever served the caller last at the number has been tried."""


NOTHING_CARRIED: Final = Carried()

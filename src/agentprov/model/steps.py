"""What the host must do next with a call, and why (RT-1, RT-10)."""

from __future__ import annotations

import attrs

from agentprov.model.call_state import State
from agentprov.model.contact import PhoneNumber
from agentprov.model.destinations import Cause
from agentprov.model.effects import Effect
from agentprov.model.ids import AnnouncementId, IvrId, QueueId, UserId, VoicemailId
from agentprov.model.reasons import Reach, Reason


@attrs.frozen(kw_only=True)
class Leg:
    """One telephone to ring: ``delay`` seconds after the wave began, for ``duration`` seconds, which is never zero."""

    user: UserId
    number: str
    """An E.164 number, which begins with ``+``, or an extension, which doesn't."""
    delay: int
    duration: int
    confirm: bool = False
    """Whether whoever answers must press a key to get the call, lest a voicemail answer it (RT-14)."""

    @property
    def end(self) -> int:
        """The seconds from the beginning of the wave until this leg stops ringing."""
        return self.delay + self.duration

    @property
    def is_extension(self) -> bool:
        """Whether the number is an extension of the tenant."""
        return not self.number.startswith("+")


@attrs.frozen(kw_only=True)
class Ring:
    """Ring these legs; the first to answer gets the call, the others stop. Never empty.

    Report ``Answered`` with the user, or, when every leg has ended, one of ``NoAnswer``, ``Busy``, ``Rejected`` and
    ``LegFailed`` for the whole wave.
    """

    legs: tuple[Leg, ...]
    duration: int
    """The seconds until the last leg stops."""

    @property
    def users(self) -> tuple[UserId, ...]:
        """Who is rung, each once, in the order of the legs."""
        return tuple(dict.fromkeys(leg.user for leg in self.legs))


@attrs.frozen(kw_only=True)
class Menu:
    """Play ``prompt``, if there is one, and wait ``timeout`` seconds for a key.

    Report ``Digits``, key by key or as collected, or ``InputTimeout``. ``pressed`` are the keys that stand already; if
    there are some, nothing is played, and a timeout means that no more are coming.
    """

    ivr: IvrId
    prompt: AnnouncementId | None
    options: tuple[str, ...]
    """What may be pressed."""
    timeout: int
    inter_digit_timeout: int
    """For a host that collects keys itself: the seconds to wait for one more."""
    pressed: str = ""


@attrs.frozen(kw_only=True)
class Announce:
    """Play an announcement, then report ``AnnouncementEnded``."""

    announcement: AnnouncementId


@attrs.frozen(kw_only=True)
class ToHostQueue:
    """Hand the call over to a queue that the host runs. Report ``Answered`` or ``LeftQueue``."""

    queue: QueueId
    priority: int = 0
    """The higher, the sooner."""
    max_wait: int | None = None
    """The seconds after which the call leaves the queue."""
    max_length: int | None = None
    """The calls that may wait; one more finds the queue full."""


@attrs.frozen(kw_only=True)
class Forward:
    """Ring a number outside for ``timeout`` seconds. Report ``Answered`` without a user, or why not."""

    number: PhoneNumber
    timeout: int
    confirm: bool = False
    """Whether whoever answers must press a key to get the call (RT-14)."""


@attrs.frozen(kw_only=True)
class TakeMessage:
    """Record a message. Where the call goes is decided; report ``CallerGone`` when it is over."""

    voicemail: VoicemailId


@attrs.frozen(kw_only=True)
class Connect:
    """Put the caller through to whoever answered. Where the call goes is decided; report ``CallerGone`` at its end."""

    user: UserId | None


@attrs.frozen(kw_only=True)
class End:
    """Hang up, with what the caller's side is told."""

    cause: Cause


Action = Ring | Menu | Announce | ToHostQueue | Forward | TakeMessage | Connect | End
"""Everything that a host may have to do."""


@attrs.frozen(kw_only=True)
class Step:
    """What to do, why, and the state to come back with. The same inputs give an equal step (RT-11)."""

    action: Action
    reasons: tuple[Reason, ...]
    """What led here since the step before, in order; the last ones are about the action itself."""
    state: State
    effects: tuple[Effect, ...] = ()
    """What the host keeps for later calls; nothing is written here (RT-13)."""

    @property
    def caller_id(self) -> PhoneNumber | None:
        """The number that an agent is shown; nothing for a caller who doesn't show theirs (RT-12)."""
        return self.state.carried.caller_id or self.state.call.caller

    @property
    def labels(self) -> tuple[str, ...]:
        """What the call was labelled with on its way, in order."""
        return self.state.carried.labels

    @property
    def languages(self) -> tuple[str, ...]:
        """The caller's languages as chosen on the way; the last one counts most."""
        return self.state.carried.languages

    @property
    def priority(self) -> int:
        """The call's priority by what it came by: the higher, the sooner."""
        return self.state.carried.priority

    @property
    def reach(self) -> Reach:
        """How the call came here (RT-2)."""
        return self.state.reach

    @property
    def decided(self) -> bool:
        """Whether routing is over: somebody answered, a message is taken, or the call is hung up."""
        return isinstance(self.action, (TakeMessage, Connect, End))


@attrs.frozen(kw_only=True)
class Candidates:
    """Who of a department may take a call that waits, in the order of their turns, and why each of the others not."""

    users: tuple[UserId, ...]
    reasons: tuple[Reason, ...]


@attrs.frozen(kw_only=True)
class Bounds:
    """What no call exceeds (RT-9): the seconds that its waves and forwards ring in all, and its steps."""

    ring_seconds: int
    steps: int

"""Through which of an agent's legs an outbound call goes (OB-4)."""

from __future__ import annotations

from typing import Final, NamedTuple

from agentprov.model.ids import UserId
from agentprov.model.outbound import (
    DialChannel,
    DialLeg,
    OutboundCode,
    OutboundReason,
    OutboundSubject,
    outbound_reason,
)
from agentprov.model.users import RouteThrough, User

_CLICK_TO_CALL: Final = DialChannel.CLICK_TO_CALL
_OFFERED: Final = {
    RouteThrough.BOTH: (DialLeg.EXTENSION, DialLeg.MOBILE),
    RouteThrough.EXTENSION: (DialLeg.EXTENSION,),
    RouteThrough.MOBILE: (DialLeg.MOBILE,),
}


class ChosenLeg(NamedTuple):
    """The leg that an attempt goes by, or would: its telephone, what speaks against it, and why it is this one."""

    leg: DialLeg
    rings: str | None
    refusals: tuple[OutboundReason, ...]
    because: tuple[OutboundReason, ...]


class Legs:
    """The legs of one agent. There are two channels and three wishes; each choice is made once and kept."""

    __slots__ = ("_choices", "_offered", "_rings", "_user")

    def __init__(self, user: User) -> None:
        extension = user.calling.extension
        self._user: UserId = user.id
        self._rings: dict[DialLeg, str | None] = {
            DialLeg.EXTENSION: None if extension is None else extension.number,
            DialLeg.MOBILE: user.mobile or user.phone,
        }
        # The route belongs to the extension. Who has none can be called back on their own number only.
        self._offered = _OFFERED[RouteThrough.MOBILE if extension is None else extension.route_through]
        self._choices: dict[tuple[DialChannel, DialLeg | None], ChosenLeg] = {}

    def choice(self, channel: DialChannel, wish: DialLeg | None) -> ChosenLeg:
        """The leg of a call by this channel, where the agent wished for one or didn't."""
        known = self._choices.get((channel, wish))
        if known is None:
            known = self._click_to_call(wish) if channel is _CLICK_TO_CALL else self._softphone(wish)
            self._choices[channel, wish] = known
        return known

    def _click_to_call(self, wish: DialLeg | None) -> ChosenLeg:
        leg = wish or self._offered[0]
        if leg not in self._offered:
            lacking = leg is DialLeg.EXTENSION and self._rings[leg] is None
            refused = OutboundCode.EXTENSION_NONE if lacking else OutboundCode.ROUTE_NOT_OFFERED
            return self._leg(leg, refused)
        if self._rings[leg] is None:
            return self._leg(leg, OutboundCode.MOBILE_NONE)
        by_itself = OutboundCode.LEG_FIRST if len(self._offered) > 1 else OutboundCode.LEG_ONLY
        return self._leg(leg, because=by_itself if wish is None else OutboundCode.LEG_CHOSEN)

    def _softphone(self, wish: DialLeg | None) -> ChosenLeg:
        """A softphone is the extension itself, so there is nothing to choose."""
        refused = []
        if self._rings[DialLeg.EXTENSION] is None:
            refused.append(OutboundCode.EXTENSION_NONE)
        elif DialLeg.EXTENSION not in self._offered:
            refused.append(OutboundCode.ROUTE_MOBILE)
        if wish is DialLeg.MOBILE:
            refused.append(OutboundCode.ROUTE_NOT_OFFERED)
        return self._leg(DialLeg.EXTENSION, *refused, because=OutboundCode.LEG_ONLY)

    def _leg(self, leg: DialLeg, *refused: OutboundCode, because: OutboundCode | None = None) -> ChosenLeg:
        says = [outbound_reason(OutboundSubject.USER, self._user, code) for code in refused]
        why = () if because is None else (outbound_reason(OutboundSubject.USER, self._user, because),)
        return ChosenLeg(leg, self._rings[leg], tuple(says), why)

    def in_emergency(self, channel: DialChannel, wish: DialLeg | None) -> ChosenLeg:
        """The leg of an emergency call: as wished, else as routed, else whichever telephone there is (OB-6).

        The softphone is in the agent's hand, so it is used whatever the route says. Without any telephone that the
        tenant knows, the call goes by the extension's leg all the same, and the host knows what the agent holds.
        """
        if channel is DialChannel.SOFTPHONE:
            return self._leg(DialLeg.EXTENSION)
        wishes = () if wish is None else (wish,)
        order = (*wishes, *self._offered, *DialLeg)
        return self._leg(next((leg for leg in order if self._rings[leg] is not None), DialLeg.EXTENSION))

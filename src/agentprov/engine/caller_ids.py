"""Which caller ID an outbound call presents (OB-5), and one to the emergency services (OB-6)."""

from __future__ import annotations

from typing import Final, NamedTuple

from agentprov.model.area_codes import area_prefix
from agentprov.model.contact import PhoneNumber, without_suffix
from agentprov.model.groups import CallerId
from agentprov.model.ids import CallerIdId
from agentprov.model.outbound import OutboundCode, OutboundReason, OutboundSubject, outbound_reason
from agentprov.model.tenant import Tenant
from agentprov.model.users import User

_BY_AREA: Final = OutboundCode.CALLER_ID_BY_AREA
_CHOSEN: Final = OutboundCode.CALLER_ID_CHOSEN
_FIRST: Final = OutboundCode.CALLER_ID_FIRST


class Presented(NamedTuple):
    """A caller ID, its number as the network is shown it, and why it is this one."""

    caller_id: CallerIdId
    number: PhoneNumber
    because: tuple[OutboundReason, ...]


class CallerIds:
    """The caller IDs of one agent, those by area code with the longest prefix first."""

    __slots__ = ("_allowed", "_by_prefix", "_caller_ids", "_presented", "in_emergency", "refusals")

    in_emergency: tuple[CallerId | None, OutboundReason]
    """The site's, else the tenant's, and which one it is. The agent's own don't count."""

    def __init__(self, tenant: Tenant, user: User) -> None:
        self._caller_ids = tenant.caller_ids
        self._presented: dict[tuple[CallerIdId, OutboundCode], Presented] = {}
        self._allowed = user.calling.caller_ids
        none = outbound_reason(OutboundSubject.USER, user.id, OutboundCode.CALLER_ID_NONE)
        self.refusals: tuple[OutboundReason, ...] = () if self._allowed else (none,)
        extension = user.calling.extension
        entries = () if extension is None else extension.area_caller_ids
        prefixes = [(area_prefix(entry.prefix, tenant.settings.region), entry.caller_id) for entry in entries]
        known = [(prefix, caller_id) for prefix, caller_id in prefixes if prefix is not None]
        self._by_prefix = tuple(sorted(known, key=lambda entry: -len(entry[0])))
        self.in_emergency = _in_emergency(tenant, user)

    def choose(self, number: PhoneNumber, wish: CallerIdId | None) -> Presented:
        """The caller ID for a number in E.164, and why it is this one; of an agent who is allowed some."""
        for prefix, listed in self._by_prefix:
            if number.startswith(prefix):
                return self._present(listed, _BY_AREA)
        if wish is not None and wish in self._allowed:
            return self._present(wish, _CHOSEN)
        first = self._present(self._allowed[0], _FIRST)
        if wish is None:
            return first
        refused = outbound_reason(OutboundSubject.CALLER_ID, wish, OutboundCode.CALLER_ID_NOT_ALLOWED)
        return first._replace(because=(refused, *first.because))

    def _present(self, caller_id: CallerIdId, code: OutboundCode) -> Presented:
        known = self._presented.get((caller_id, code))
        if known is None:
            because = outbound_reason(OutboundSubject.CALLER_ID, caller_id, code)
            known = Presented(caller_id, without_suffix(self._caller_ids[caller_id].phone), (because,))
            self._presented[caller_id, code] = known
        return known


def _in_emergency(tenant: Tenant, user: User) -> tuple[CallerId | None, OutboundReason]:
    of_site = None if user.site is None else user.site.emergency_caller_id
    if of_site is not None:
        said = outbound_reason(OutboundSubject.CALLER_ID, of_site, OutboundCode.EMERGENCY_OF_SITE)
        return tenant.caller_ids[of_site], said
    of_tenant = tenant.settings.emergency_caller_id
    if of_tenant is not None:
        said = outbound_reason(OutboundSubject.CALLER_ID, of_tenant, OutboundCode.EMERGENCY_OF_TENANT)
        return tenant.caller_ids[of_tenant], said
    return None, outbound_reason(OutboundSubject.TENANT, tenant.id, OutboundCode.EMERGENCY_NO_CALLER_ID)

"""Which countries and types of numbers an agent may call (OB-7).

Of countries and of types apart, the nearest level that says something decides: the user, their user group, the one
that it is in, and so on outwards, the tenant. What the levels behind it say doesn't count. Where nobody says anything,
everything may be called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, Generic, NamedTuple, TypeVar

from agentprov.model.call_permissions import CallPermissions
from agentprov.model.contact import PhoneNumber
from agentprov.model.outbound import OutboundCode, OutboundReason, OutboundSubject, outbound_reason
from agentprov.model.phones import PhoneType, phone_regions, phone_type
from agentprov.model.tenant import Tenant
from agentprov.model.users import User

T = TypeVar("T")
Reasons = tuple[OutboundReason, ...]
_Level = tuple[OutboundSubject, str, CallPermissions]
_Lists = tuple[frozenset[T] | None, frozenset[T] | None]
"""What a level allows in one matter, and what it bars."""


class _Saying(NamedTuple, Generic[T]):
    """What the deciding level says about one matter, with the three reasons that can come of it."""

    allowed: frozenset[T] | None
    barred: frozenset[T]
    says_allowed: OutboundReason
    says_barred: OutboundReason
    says_not_allowed: OutboundReason

    def judge(self, *those: T) -> tuple[Reasons, Reasons]:
        """What permits and what forbids something that may be any one of these: each of them has to be permitted.

        What may be none at all isn't on any list, so it isn't allowed where there is one.
        """
        if not self.barred.isdisjoint(those):
            return (), (self.says_barred,)
        if self.allowed is not None and not (those and self.allowed.issuperset(those)):
            return (), (self.says_not_allowed,)
        return (self.says_allowed,), ()


class CallPermissionLevels:
    """The call permissions of one agent: the level that decides about countries, and the one about types."""

    __slots__ = ("_countries", "_types")

    def __init__(self, tenant: Tenant, user: User) -> None:
        levels = tuple(_levels(tenant, user))
        self._countries = _nearest(levels, _countries, _COUNTRY_CODES)
        self._types = _nearest(levels, _types, _TYPE_CODES)

    def of(self, number: PhoneNumber, home: str) -> tuple[Reasons, Reasons]:
        """What permits calling the number, and what forbids it; neither where no level says anything.

        ``home`` is the tenant's region, for numbers of no known range.
        """
        permits: Reasons = ()
        forbids: Reasons = ()
        if self._countries is not None:
            permits, forbids = self._countries.judge(*phone_regions(number, home))
        if self._types is not None:
            more, less = self._types.judge(phone_type(number))
            permits, forbids = (*permits, *more), (*forbids, *less)
        return permits, forbids


_Codes = tuple[OutboundCode, OutboundCode, OutboundCode]
_COUNTRY_CODES: Final = (OutboundCode.COUNTRY_ALLOWED, OutboundCode.COUNTRY_BARRED, OutboundCode.COUNTRY_NOT_ALLOWED)
_TYPE_CODES: Final = (OutboundCode.TYPE_ALLOWED, OutboundCode.TYPE_BARRED, OutboundCode.TYPE_NOT_ALLOWED)


def _countries(said: CallPermissions) -> _Lists[str]:
    return said.allowed_countries, said.barred_countries


def _types(said: CallPermissions) -> _Lists[PhoneType]:
    return said.allowed_types, said.barred_types


def _nearest(
    levels: Iterable[_Level], lists: Callable[[CallPermissions], _Lists[T]], codes: _Codes
) -> _Saying[T] | None:
    """What the first level says that says something about a matter; nothing where none does."""
    for kind, id_, said in levels:
        allowed, barred = lists(said)
        if allowed is not None or barred is not None:
            reasons = (outbound_reason(kind, id_, code) for code in codes)
            return _Saying(allowed, barred or frozenset(), *reasons)
    return None


def _levels(tenant: Tenant, user: User) -> Iterator[_Level]:
    """The levels, the nearest first."""
    yield OutboundSubject.USER, user.id, user.calling.call_permissions
    for group in reversed(tenant.group_path(user.user_group)):
        yield OutboundSubject.USER_GROUP, group, tenant.user_groups[group].call_permissions
    yield OutboundSubject.TENANT, tenant.id, tenant.settings.call_permissions

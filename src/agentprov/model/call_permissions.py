"""Call permissions: which countries and which types of numbers may be called (OB-7).

The tenant, each user group and each user may say something, about countries and about types apart. Which of them
decides is said in :mod:`agentprov.engine.outbound`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

import attrs

from agentprov.errors import Code, Collector, Problem
from agentprov.model.contact import PhoneNumber, problem
from agentprov.model.phones import PhoneType, is_region, phone_region, phone_type

NO_COUNTRY: Final = "001"
"""What stands for numbers of no country: satellite systems, international toll-free and premium numbers."""


def _countries(codes: Iterable[str] | None) -> frozenset[str] | None:
    return None if codes is None else frozenset(codes)


def _types(types: Iterable[PhoneType] | None) -> frozenset[PhoneType] | None:
    return None if types is None else frozenset(types)


def check_country(found: Collector, field: str, code: str) -> None:
    """Note a code that is neither that of a country with a numbering plan nor ``001``."""
    if code != NO_COUNTRY and not is_region(code):
        found.add(Code.REGION_UNKNOWN, field, value=code)


@attrs.frozen(kw_only=True)
class CallPermissions:
    """What one level says about who may be called. Nothing is not an empty list: an empty list is said.

    Countries are ISO 3166 codes, ``001`` for numbers of no country. Where both lists are given, a barred entry beats
    an allowed one.

    >>> CallPermissions(allowed_countries=["IN", "NO"], barred_types=[PhoneType.PREMIUM_RATE]).allowed_types is None
    True
    """

    allowed_countries: frozenset[str] | None = attrs.field(default=None, converter=_countries)
    """Only these may be called; an empty list allows none."""
    barred_countries: frozenset[str] | None = attrs.field(default=None, converter=_countries)
    """These may not; an empty list bars none."""
    allowed_types: frozenset[PhoneType] | None = attrs.field(default=None, converter=_types)
    barred_types: frozenset[PhoneType] | None = attrs.field(default=None, converter=_types)

    def __attrs_post_init__(self) -> None:
        found = Collector()
        for name in ("allowed_countries", "barred_countries"):
            for code in sorted(map(str, getattr(self, name) or ())):
                check_country(found, name, code)
        for name in ("allowed_types", "barred_types"):
            for kind in sorted(map(str, (getattr(self, name) or frozenset()) - _TYPES)):
                found.add(Code.FIELD_UNKNOWN_CHOICE, name, value=kind, choices=tuple(sorted(_TYPES)))
        found.check()


_TYPES: Final = frozenset(PhoneType)

SAYS_NOTHING: Final = CallPermissions()
"""What a level has that leaves the matter to the others."""


def forward_target_problems(phone: PhoneNumber, *, region: str, allowed: Collection[str] = ()) -> tuple[Problem, ...]:
    """What speaks against sending calls to a number at the tenant's cost, by where it leads.

    ``phone.premium`` for premium rate; ``phone.destination_not_allowed`` for a number of another country than
    ``region`` and the ``allowed`` ones (``001`` for those of no country). Fraud by forwarding goes to just these.
    """
    if phone_type(phone) is PhoneType.PREMIUM_RATE:
        return (problem(Code.PHONE_PREMIUM, value=phone),)
    reached = phone_region(phone)
    if reached == region or reached in allowed:
        return ()
    named = ", ".join(sorted({region, *allowed}))
    return (problem(Code.PHONE_DESTINATION_NOT_ALLOWED, value=phone, region=reached or "no country", allowed=named),)

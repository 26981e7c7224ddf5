"""Strategies for calling out: attempts, call permissions, sites, and where agents are logged in from."""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st

from agentprov.model.call_permissions import NO_COUNTRY, SAYS_NOTHING, CallPermissions
from agentprov.model.network import Address, parse_address, parse_networks
from agentprov.model.outbound import Attempt, DialChannel, DialLeg
from agentprov.model.phones import PhoneType
from agentprov.model.users import Site
from agentprov.testing.strategies import pools
from agentprov.testing.strategies.pool import EVERYTHING, Pool, maybe, one, shared

_PERMISSIONS: Final = (
    *(SAYS_NOTHING,) * 20,
    CallPermissions(allowed_countries=["IN", "NO"]),
    CallPermissions(allowed_countries=["IN", "NO", "US"], barred_countries=["US"]),
    CallPermissions(allowed_countries=[]),
    CallPermissions(barred_countries=["JM", NO_COUNTRY]),
    CallPermissions(barred_countries=[]),
    CallPermissions(barred_types=[PhoneType.PREMIUM_RATE, PhoneType.SATELLITE]),
    CallPermissions(barred_types=[], allowed_countries=["IN", "GB"]),
    CallPermissions(allowed_types=[PhoneType.FIXED_LINE, PhoneType.MOBILE]),
    CallPermissions(allowed_types=list(PhoneType), barred_types=[PhoneType.UNKNOWN]),
)
NETWORKS: Final = (parse_networks(("192.0.2.0/24", "2001:db8::/32")), parse_networks(("198.51.100.7",)))
"""The networks of the named addresses, in their order."""

_LOGGED_IN_FROM: Final = tuple(
    map(parse_address, ("192.0.2.9", "::ffff:192.0.2.10", "2001:db8::5", "198.51.100.7", "203.0.113.1", "::1"))
)


@shared
def call_permissions() -> st.SearchStrategy[CallPermissions]:
    """What one level says about whom may be called; two in three say nothing."""
    return st.sampled_from(_PERMISSIONS)


@shared
def sites(*, within: Pool = EVERYTHING) -> st.SearchStrategy[Site]:
    """Where users work: in four countries, some with a caller ID for emergency calls."""
    return st.sampled_from(
        [
            Site(emergency_region=region, emergency_caller_id=caller_id)
            for region in ("IN", "NO", "GB", "US")
            for caller_id in (None, *within.caller_ids)
        ]
    )


@shared
def addresses() -> st.SearchStrategy[Address]:
    """Where somebody is logged in from: some of them in a named address of :func:`tenants`."""
    return st.sampled_from(_LOGGED_IN_FROM)


@shared
def attempts(*, within: Pool = EVERYTHING) -> st.SearchStrategy[Attempt]:
    """Attempts to call out: what people type, by whom, with what; some of nobody the tenant knows."""
    return st.builds(
        Attempt,
        agent=one(*within.users, *within.users, *within.users, pools.UNKNOWN),
        dialled=one(*pools.TYPED, *pools.PHONES, *pools.PHONES, *pools.DIALLED, *pools.EXTERNALS),
        channel=one(*DialChannel),
        leg=maybe(*DialLeg),
        caller_id=maybe(*within.caller_ids, pools.UNKNOWN),
    )

"""What Hypothesis calls when it starts, so that ``from_type(User)`` draws valid users.

The package declares :func:`register` under the entry-point group ``hypothesis``, and Hypothesis calls it when it is
imported. The imports are inside the function, so that finding the entry point loads nothing else.
"""

from __future__ import annotations

from typing import Any


def register() -> None:
    """Tell Hypothesis the strategies of the model's types. Doing it again changes nothing."""
    from hypothesis import strategies as st

    from agentprov.model import (
        access,
        calls,
        contact,
        groups,
        hours,
        identity,
        ids,
        live,
        network,
        routing,
        separations,
        users,
    )
    from agentprov.model.blueprint import Blueprint
    from agentprov.model.settings import Settings
    from agentprov.model.tenant import Tenant
    from agentprov.testing import strategies as ours
    from agentprov.testing.strategies import pools

    # Hypothesis takes NewTypes as well, which its signature doesn't say.
    known: Any = (
        (identity.Login, ours.logins()),
        (contact.Email, ours.emails()),
        (contact.PhoneNumber, ours.phones()),
        (network.Network, ours.networks()),
        (ids.UserId, st.sampled_from(pools.USERS)),
        (access.Permission, ours.permissions()),
        (access.Grant, ours.grants()),
        (access.Role, ours.roles()),
        (separations.Separation, ours.separations()),
        (groups.UserGroup, ours.user_groups()),
        (groups.Profile, ours.profiles()),
        (hours.HolidayCalendar, ours.holiday_calendars()),
        (hours.HoursException, ours.hours_exceptions()),
        (hours.ManualOverride, ours.manual_overrides()),
        (hours.TimeGroup, ours.time_groups()),
        (routing.Department, ours.departments()),
        (routing.Fallback, ours.fallbacks()),
        (routing.Ivr, ours.ivrs()),
        (routing.Number, ours.numbers()),
        (routing.RingPlan, ours.ring_plans()),
        (routing.TimeCondition, ours.time_conditions()),
        (users.Calling, ours.callings()),
        (users.SignIn, ours.sign_ins()),
        (users.User, ours.users()),
        (calls.Call, ours.calls()),
        (live.Live, ours.live_facts()),
        (Blueprint, ours.blueprints()),
        (Settings, ours.settings()),
        (Tenant, ours.tenants()),
    )
    for kind, strategy in known:
        st.register_type_strategy(kind, strategy)

"""What Hypothesis calls when it starts, so that ``from_type(User)`` draws valid users.

The package declares :func:`register` under the entry-point group ``hypothesis``, and Hypothesis calls it when it is
imported. The imports are inside the function, so that finding the entry point loads nothing else.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any


def register() -> None:
    """Tell Hypothesis the strategies of the model's types. Doing it again changes nothing."""
    from hypothesis import strategies as st

    from agentprov.model import (
        access,
        calls,
        contact,
        departments,
        destinations,
        groups,
        hours,
        identity,
        ids,
        live,
        marks,
        network,
        numbers,
        outbound,
        routing,
        separations,
        sign_in,
        sticky,
        throttle,
        users,
    )
    from agentprov.model.blueprint import Blueprint
    from agentprov.model.call_permissions import CallPermissions
    from agentprov.model.settings import Settings
    from agentprov.model.tenant import Tenant

    def drawn(name: str) -> Callable[[object], st.SearchStrategy[Any]]:
        """Our strategy of that name, imported when something is drawn: it may be ours that imports Hypothesis now."""
        return lambda _: getattr(importlib.import_module("agentprov.testing.strategies"), name)()

    # Hypothesis takes NewTypes as well, which its signature doesn't say.
    known: Any = (
        (identity.Login, drawn("logins")),
        (contact.Email, drawn("emails")),
        (contact.PhoneNumber, drawn("phones")),
        (network.Network, drawn("networks")),
        (ids.UserId, drawn("user_ids")),
        (access.Permission, drawn("permissions")),
        (access.Grant, drawn("grants")),
        (access.Role, drawn("roles")),
        (separations.Separation, drawn("separations")),
        (groups.UserGroup, drawn("user_groups")),
        (groups.Profile, drawn("profiles")),
        (hours.HolidayCalendar, drawn("holiday_calendars")),
        (hours.HoursException, drawn("hours_exceptions")),
        (hours.ManualOverride, drawn("manual_overrides")),
        (hours.TimeGroup, drawn("time_groups")),
        (departments.Department, drawn("departments")),
        (destinations.Fallback, drawn("fallbacks")),
        (routing.Ivr, drawn("ivrs")),
        (numbers.CallerRule, drawn("caller_rules")),
        (numbers.Number, drawn("numbers")),
        (marks.Mark, drawn("marks")),
        (sticky.LastAgent, drawn("last_agents")),
        (sticky.Sticky, drawn("stickies")),
        (live.Counters, drawn("counters")),
        (routing.RingPlan, drawn("ring_plans")),
        (routing.TimeCondition, drawn("time_conditions")),
        (users.Calling, drawn("callings")),
        (users.SignIn, drawn("sign_ins")),
        (users.User, drawn("users")),
        (calls.Call, drawn("calls")),
        (live.Live, drawn("live_facts")),
        (outbound.Attempt, drawn("attempts")),
        (sign_in.SignInAttempt, drawn("sign_in_attempts")),
        (throttle.Failures, drawn("failures")),
        (throttle.Throttle, drawn("throttles")),
        (throttle.SignInPolicy, drawn("sign_in_policies")),
        (CallPermissions, drawn("call_permissions")),
        (Blueprint, drawn("blueprints")),
        (Settings, drawn("settings")),
        (Tenant, drawn("tenants")),
    )
    for kind, strategy in known:
        st.register_type_strategy(kind, strategy)

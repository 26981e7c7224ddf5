"""What Hypothesis calls when it starts, so that ``from_type(User)`` draws valid users.

The package declares :func:`register` under the entry-point group ``hypothesis``. Hypothesis calls it in every test run
of an environment where agentprov is installed, so nothing is imported before it is needed.
"""

from __future__ import annotations


def register() -> None:
    """Tell Hypothesis the strategies of the model's types. Doing it again changes nothing."""
    from hypothesis import strategies as st

    from agentprov.model import access, calls, contact, groups, hours, identity, ids, live, network, routing, users
    from agentprov.model.blueprint import Blueprint
    from agentprov.model.settings import Settings
    from agentprov.model.tenant import Tenant
    from agentprov.testing import strategies as ours
    from agentprov.testing.strategies import pools

    st.register_type_strategy(identity.Login, ours.logins())
    st.register_type_strategy(contact.Email, ours.emails())
    st.register_type_strategy(contact.PhoneNumber, ours.phones())
    st.register_type_strategy(network.Network, ours.networks())
    st.register_type_strategy(ids.UserId, st.sampled_from(pools.USERS))
    st.register_type_strategy(access.Permission, ours.permissions())
    st.register_type_strategy(access.Grant, ours.grants())
    st.register_type_strategy(access.Role, ours.roles())
    st.register_type_strategy(groups.UserGroup, ours.user_groups())
    st.register_type_strategy(groups.Profile, ours.profiles())
    st.register_type_strategy(hours.HolidayCalendar, ours.holiday_calendars())
    st.register_type_strategy(hours.HoursException, ours.hours_exceptions())
    st.register_type_strategy(hours.ManualOverride, ours.manual_overrides())
    st.register_type_strategy(hours.TimeGroup, ours.time_groups())
    st.register_type_strategy(routing.Department, ours.departments())
    st.register_type_strategy(routing.Fallback, ours.fallbacks())
    st.register_type_strategy(routing.Ivr, ours.ivrs())
    st.register_type_strategy(routing.Number, ours.numbers())
    st.register_type_strategy(routing.RingPlan, ours.ring_plans())
    st.register_type_strategy(routing.TimeCondition, ours.time_conditions())
    st.register_type_strategy(users.Calling, ours.callings())
    st.register_type_strategy(users.SignIn, ours.sign_ins())
    st.register_type_strategy(users.User, ours.users())
    st.register_type_strategy(calls.Call, ours.calls())
    st.register_type_strategy(live.Live, ours.live_facts())
    st.register_type_strategy(Blueprint, ours.blueprints())
    st.register_type_strategy(Settings, ours.settings())
    st.register_type_strategy(Tenant, ours.tenants())

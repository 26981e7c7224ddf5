"""Hypothesis strategies for the values of the model: everything they draw is valid.

Objects refer to a few shared ids (:class:`Pool`), so that they meet each other; texts, numbers, zones and dates come
from pools of awkward values (:mod:`agentprov.testing.strategies.pools`). A strategy given another pool keeps to it:

>>> from agentprov.model.users import User
>>> from agentprov.testing.strategies import NOBODY, users
>>> from hypothesis import find
>>> lonely = find(users(within=NOBODY), lambda user: user.calling.extension is not None)
>>> lonely.supervisor is None and lonely.home_department is None
True
"""

from agentprov.testing.strategies.changes import changes, edits, events, problems
from agentprov.testing.strategies.clocks import (
    calendar_entries,
    closings,
    date_rules,
    dates,
    day_intervals,
    holiday_calendars,
    hours_effects,
    hours_exceptions,
    instants,
    manual_overrides,
    time_groups,
    weekly_intervals,
)
from agentprov.testing.strategies.departments import departments, stickies
from agentprov.testing.strategies.live import calls, counters, last_agents, live_facts
from agentprov.testing.strategies.numbers import caller_rules, numbers
from agentprov.testing.strategies.outbound import addresses, attempts, call_permissions, sites
from agentprov.testing.strategies.people import (
    callings,
    emails,
    extensions,
    logins,
    names,
    networks,
    persons,
    phones,
    property_values,
    sign_ins,
    user_ids,
    users,
    visibilities,
)
from agentprov.testing.strategies.pool import EVERYTHING, NOBODY, Pool, pool_parts
from agentprov.testing.strategies.rights import CATALOGUE, grant_lists, grants, permissions, roles, scopes, separations
from agentprov.testing.strategies.routes import (
    destinations,
    fallbacks,
    hang_ups,
    ivrs,
    ring_plans,
    time_conditions,
)
from agentprov.testing.strategies.signing_in import failures, proofs, sign_in_attempts, sign_in_policies, throttles
from agentprov.testing.strategies.skills import marks, needs, skill_levels, stages
from agentprov.testing.strategies.tenants import blueprints, profiles, settings, tenants, user_groups

__all__ = [
    "CATALOGUE",
    "EVERYTHING",
    "NOBODY",
    "Pool",
    "addresses",
    "attempts",
    "blueprints",
    "calendar_entries",
    "call_permissions",
    "caller_rules",
    "callings",
    "calls",
    "changes",
    "closings",
    "counters",
    "date_rules",
    "dates",
    "day_intervals",
    "departments",
    "destinations",
    "edits",
    "emails",
    "events",
    "extensions",
    "failures",
    "fallbacks",
    "grant_lists",
    "grants",
    "hang_ups",
    "holiday_calendars",
    "hours_effects",
    "hours_exceptions",
    "instants",
    "ivrs",
    "last_agents",
    "live_facts",
    "logins",
    "manual_overrides",
    "marks",
    "names",
    "needs",
    "networks",
    "numbers",
    "permissions",
    "persons",
    "phones",
    "pool_parts",
    "problems",
    "profiles",
    "proofs",
    "property_values",
    "ring_plans",
    "roles",
    "scopes",
    "separations",
    "settings",
    "sign_in_attempts",
    "sign_in_policies",
    "sign_ins",
    "sites",
    "skill_levels",
    "stages",
    "stickies",
    "tenants",
    "throttles",
    "time_conditions",
    "time_groups",
    "user_groups",
    "user_ids",
    "users",
    "visibilities",
    "weekly_intervals",
]

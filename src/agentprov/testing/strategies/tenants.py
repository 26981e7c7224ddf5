"""Strategies for whole tenants, their settings and small objects."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

from agentprov.model.blueprint import Blueprint
from agentprov.model.departments import Strategy
from agentprov.model.groups import (
    AgentGroup,
    Announcement,
    CallerId,
    NamedAddress,
    Profile,
    Queue,
    Skill,
    Tombstone,
    UserGroup,
    Voicemail,
)
from agentprov.model.identity import Login, login_key
from agentprov.model.ids import ProfileId, RoleId, UserGroupId, UserId
from agentprov.model.settings import AddressBinding, Confirm, Emergency, LoginComparison, Settings
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.testing.strategies import pools
from agentprov.testing.strategies.clocks import holiday_calendars, time_groups
from agentprov.testing.strategies.departments import departments
from agentprov.testing.strategies.numbers import numbers
from agentprov.testing.strategies.outbound import NETWORKS, call_permissions
from agentprov.testing.strategies.people import logins, names, property_limits, property_values, users
from agentprov.testing.strategies.pool import (
    EVERYTHING,
    NOBODY,
    Pool,
    flips,
    maybe,
    one,
    pool_parts,
    shared,
    some,
    up_to,
)
from agentprov.testing.strategies.rights import CATALOGUE, roles, separations
from agentprov.testing.strategies.routes import destinations, ivrs, time_conditions
from agentprov.testing.strategies.signing_in import sign_in_policies
from agentprov.testing.strategies.skills import skill_levels

_DELETED = UserId("u-gone")
_DELETED_AT = datetime(2026, 1, 1, tzinfo=UTC)


@shared
@st.composite
def settings(draw: st.DrawFn, *, within: Pool = NOBODY, emergencies: bool = True) -> Settings:
    """Settings of a tenant, one in eight in an emergency."""
    alarm = emergencies and draw(up_to(7)) == 0
    onward = st.one_of(st.none(), destinations(within=within, past=len(within.stations)))
    return Settings(
        time_zone=draw(one(*pools.TIME_ZONES)),
        region=draw(one("IN", "NO", "US")),
        international_calling=draw(flips),
        login_comparison=draw(one(*LoginComparison)),
        reuse_deleted_logins=draw(flips),
        ring_budget=draw(one(300, 300, 50, 20)),
        step_budget=draw(one(100, 100, 10)),
        ring_disabled_agents=draw(flips),
        confirm=draw(some(tuple(Confirm))) if draw(flips) else (),
        call_permissions=draw(call_permissions()),
        forward_countries=draw(some(("001", "JM", "NO"))) if draw(flips) else (),
        address_binding=draw(one(*AddressBinding)),
        sign_in=draw(sign_in_policies()),
        emergency_caller_id=draw(maybe(*within.caller_ids)),
        emergency=Emergency(destination=draw(onward)) if alarm else None,
    )


@shared
@st.composite
def blueprints(draw: st.DrawFn, *, within: Pool = NOBODY) -> Blueprint:
    """Blueprints with the catalogue of these strategies and no rules for fields; some link the home department."""
    linked: tuple[RoleId, ...] = within.roles[-1:] if draw(flips) else ()
    return Blueprint(name="plain", catalogue=CATALOGUE, department_from_supervisor=linked)


@shared
@st.composite
def user_groups(draw: st.DrawFn, *, within: Pool = EVERYTHING, group: UserGroupId | None = None) -> UserGroup:
    """User groups, nested in ones that come earlier in the pool, so that they never go round in a circle."""
    id_ = draw(one(*(within.user_groups or pools.USER_GROUPS))) if group is None else group
    before = within.user_groups[: within.user_groups.index(id_)] if id_ in within.user_groups else ()
    return UserGroup(
        id=id_,
        name=draw(names()),
        parent=draw(maybe(*before)),
        properties=draw(property_values()),
        property_limits=draw(property_limits()),
        call_permissions=draw(call_permissions()),
    )


@shared
@st.composite
def profiles(draw: st.DrawFn, *, within: Pool = EVERYTHING, profile: ProfileId | None = None) -> Profile:
    """Profiles of a user group or of one user."""
    owner = draw(one(*((*within.user_groups, *within.users) or pools.USERS[:1])))
    mine = owner.startswith("u-")
    return Profile(
        id=draw(one(*pools.PROFILES)) if profile is None else profile,
        name=draw(names()),
        user=UserId(owner) if mine else None,
        user_group=None if mine else UserGroupId(owner),
        skills=draw(skill_levels(within=within)),
    )


@shared
def _distinct_logins(count: int, comparison: LoginComparison) -> st.SearchStrategy[list[Login]]:
    fold = comparison is LoginComparison.CASE_INSENSITIVE
    return st.lists(
        logins(), min_size=count, max_size=count, unique_by=lambda login: login_key(login, ignore_case=fold)
    )


@shared
@st.composite
def tenants(
    draw: st.DrawFn,
    *,
    whole: Pool = EVERYTHING,
    details: bool = True,
    strategies: tuple[Strategy, ...] = tuple(Strategy),
    whole_minutes: bool = False,
    emergencies: bool = True,
) -> Tenant:
    """Whole tenants with at most the objects of ``whole``; every reference leads somewhere, no route is endless.

    ``details`` draws what people look like as well; ``strategies`` are those of departments; ``whole_minutes`` keeps
    seconds out of the hours; ``emergencies`` puts one tenant in eight into one, and lets hours be set by hand.
    """
    pool = draw(pool_parts(whole=whole))
    chosen = draw(settings(within=pool, emergencies=emergencies))
    own = draw(_distinct_logins(len(pool.users) + 1, chosen.login_comparison))
    gone = Tombstone(id=_DELETED, login=own[-1], deleted_at=_DELETED_AT)
    return Tenant(
        id=pools.TENANT,
        name=draw(names()),
        version=draw(one(1, 2, 10**6)),
        settings=chosen,
        blueprint=draw(blueprints(within=pool)),
        users={
            id_: draw(users(within=pool, user=id_, login=login, details=details))
            for id_, login in zip(pool.users, own, strict=False)
        },
        roles={id_: draw(roles(within=pool, role=id_)) for id_ in pool.roles},
        separations={
            id_: draw(separations(within=pool, separation=id_))
            for id_ in ((pools.SEPARATION,) if len(pool.roles) > 1 and draw(flips) else ())
        },
        user_groups={id_: draw(user_groups(within=pool, group=id_)) for id_ in pool.user_groups},
        departments={
            id_: draw(departments(within=pool, department=id_, strategies=strategies)) for id_ in pool.departments
        },
        agent_groups={id_: AgentGroup(id=id_, name=id_) for id_ in pool.agent_groups},
        queues={id_: Queue(id=id_, name=id_) for id_ in pool.queues},
        skills={id_: Skill(id=id_, name=id_) for id_ in pool.skills},
        profiles={id_: draw(profiles(within=pool, profile=id_)) for id_ in pool.profiles},
        numbers={id_: draw(numbers(within=pool, number=id_)) for id_ in pool.numbers},
        ivrs={id_: draw(ivrs(within=pool, ivr=id_)) for id_ in pool.ivrs},
        time_conditions={id_: draw(time_conditions(within=pool, time_condition=id_)) for id_ in pool.time_conditions},
        time_groups={
            id_: draw(time_groups(within=pool, time_group=id_, whole_minutes=whole_minutes, by_hand=emergencies))
            for id_ in pool.time_groups
        },
        calendars={id_: draw(holiday_calendars(calendar=id_, whole_minutes=whole_minutes)) for id_ in pool.calendars},
        announcements={id_: Announcement(id=id_, name=id_) for id_ in pool.announcements},
        voicemails={id_: Voicemail(id=id_, name=id_) for id_ in pool.voicemails},
        caller_ids={
            id_: CallerId(id=id_, phone=pools.DIALLED[position]) for position, id_ in enumerate(pool.caller_ids)
        },
        addresses={
            id_: NamedAddress(id=id_, name=id_, networks=NETWORKS[position])
            for position, id_ in enumerate(pool.addresses)
        },
        properties=draw(property_values()),
        property_limits=draw(property_limits()),
        tombstones=Table({gone.id: gone}) if draw(flips) else Table(),
    )

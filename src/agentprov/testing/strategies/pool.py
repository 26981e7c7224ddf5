"""Which objects there are: the pool that a tenant's parts refer to."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar

import attrs
from hypothesis import strategies as st

from agentprov.model.destinations import Destination, ToDepartment, ToIvr, ToTimeCondition
from agentprov.model.ids import (
    AddressId,
    AgentGroupId,
    AnnouncementId,
    CalendarId,
    CallerIdId,
    DepartmentId,
    IvrId,
    NumberId,
    ProfileId,
    QueueId,
    RoleId,
    SkillId,
    TimeConditionId,
    TimeGroupId,
    UserGroupId,
    UserId,
    VoicemailId,
)
from agentprov.testing.strategies import pools

P = ParamSpec("P")
T = TypeVar("T")


def shared(make: Callable[P, T]) -> Callable[P, T]:
    """Make each strategy once. Drawing costs little; making strategies costs most of the time of a drawn tenant."""
    kept = lru_cache(maxsize=4096, typed=True)(make)

    def made(*args: P.args, **kwargs: P.kwargs) -> T:
        return kept(*args, **kwargs)  # type: ignore[arg-type]  # whatever can't be hashed is refused when called

    made.__name__, made.__doc__, made.__module__ = make.__name__, make.__doc__, make.__module__
    return made


@attrs.frozen(kw_only=True, cache_hash=True)
class Pool:
    """The ids that may be referred to; a whole tenant has an object for each of them."""

    users: tuple[UserId, ...] = pools.USERS
    roles: tuple[RoleId, ...] = pools.ROLES
    user_groups: tuple[UserGroupId, ...] = pools.USER_GROUPS
    departments: tuple[DepartmentId, ...] = pools.DEPARTMENTS
    agent_groups: tuple[AgentGroupId, ...] = pools.AGENT_GROUPS
    queues: tuple[QueueId, ...] = pools.QUEUES
    skills: tuple[SkillId, ...] = pools.SKILLS
    profiles: tuple[ProfileId, ...] = pools.PROFILES
    numbers: tuple[NumberId, ...] = pools.NUMBERS
    ivrs: tuple[IvrId, ...] = pools.IVRS
    time_conditions: tuple[TimeConditionId, ...] = pools.TIME_CONDITIONS
    time_groups: tuple[TimeGroupId, ...] = pools.TIME_GROUPS
    calendars: tuple[CalendarId, ...] = pools.CALENDARS
    announcements: tuple[AnnouncementId, ...] = pools.ANNOUNCEMENTS
    voicemails: tuple[VoicemailId, ...] = pools.VOICEMAILS
    caller_ids: tuple[CallerIdId, ...] = pools.CALLER_IDS
    addresses: tuple[AddressId, ...] = pools.ADDRESSES

    @property
    def stations(self) -> tuple[Destination, ...]:
        """Where calls are sent on from, in the order that keeps tenants free of cycles.

        What a station does without a caller's key leads to a later one only.
        """
        kinds: tuple[tuple[Destination, ...], ...] = (
            tuple(ToTimeCondition(time_condition=id_) for id_ in self.time_conditions),
            tuple(ToIvr(ivr=id_) for id_ in self.ivrs),
            tuple(ToDepartment(department=id_) for id_ in self.departments),
        )
        longest = max(map(len, kinds))
        return tuple(each for row in range(longest) for kind in kinds for each in kind[row : row + 1])

    def later(self, station: Destination) -> int:
        """The position of the first station after this one."""
        return self.stations.index(station) + 1


EVERYTHING = Pool()
"""Every id there is."""

NOBODY = Pool(
    users=(),
    roles=(),
    user_groups=(),
    departments=(),
    agent_groups=(),
    queues=(),
    skills=(),
    profiles=(),
    numbers=(),
    ivrs=(),
    time_conditions=(),
    time_groups=(),
    calendars=(),
    announcements=(),
    voicemails=(),
    caller_ids=(),
    addresses=(),
)
"""No id at all: what is drawn refers to nothing."""


@shared
def one(*items: T) -> st.SearchStrategy[T]:
    """One of these items."""
    return st.sampled_from(items)


@shared
def maybe(*items: T) -> st.SearchStrategy[T | None]:
    """One of these items, or nothing."""
    return st.sampled_from((None, *items))


@shared
def some(items: tuple[T, ...], *, at_most: int = 3) -> st.SearchStrategy[frozenset[T]]:
    """Sets of these items, small ones."""
    return st.frozensets(st.sampled_from(items), max_size=at_most) if items else st.just(frozenset())


@shared
def optional(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    """Nothing, or what the strategy draws."""
    return st.one_of(st.none(), strategy)


@shared
def a_few(strategy: st.SearchStrategy[T], *, at_most: int = 3, unique: bool = False) -> st.SearchStrategy[list[T]]:
    """Short lists of what the strategy draws, empty ones too."""
    return st.lists(strategy, max_size=at_most, unique=unique)


@shared
def up_to(most: int) -> st.SearchStrategy[int]:
    """Whole numbers from zero."""
    return st.integers(0, most)


flips = st.booleans()
"""Yes or no."""


def _first(whole: Pool, people: int, most: int) -> Pool:
    """The first few ids of each kind."""
    return Pool(
        users=whole.users[:people],
        roles=whole.roles[: 2 * most],
        user_groups=whole.user_groups[: 2 * most],
        departments=whole.departments[:most],
        numbers=whole.numbers[: max(most, 1)],
        ivrs=whole.ivrs[:most],
        time_conditions=whole.time_conditions[:most],
        time_groups=whole.time_groups[: max(most, 1)],
        calendars=whole.calendars[:most],
        agent_groups=whole.agent_groups,
        queues=whole.queues,
        skills=whole.skills,
        profiles=whole.profiles,
        announcements=whole.announcements,
        voicemails=whole.voicemails,
        caller_ids=whole.caller_ids,
        addresses=whole.addresses,
    )


@shared
def pool_parts(*, whole: Pool = EVERYTHING) -> st.SearchStrategy[Pool]:
    """Pools with the first few ids of ``whole``, at least one user and one number; now and then all of them.

    There are only a dozen, so that the strategies made for each of them are used again.
    """
    shapes = [_first(whole, people, most) for most in (0, 1, 2) for people in (1, 2, 4, 6)]
    return st.sampled_from((*shapes, whole))

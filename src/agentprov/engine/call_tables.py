"""What routing looks up, compiled from a tenant: agents, departments, menus, time conditions, numbers.

Everything is made when it is first asked for and then shared by all calls and threads.
"""

from __future__ import annotations

from typing import NamedTuple
from zlib import crc32

import attrs

from agentprov.engine.days import Layer
from agentprov.engine.draws import draw_of
from agentprov.engine.gates import Gates
from agentprov.engine.hours import Hours, HoursState, hours_of
from agentprov.engine.inheritance import Properties
from agentprov.engine.marks import marked
from agentprov.engine.memo import Memo
from agentprov.engine.profiles import Profiles
from agentprov.engine.ringing import Plan
from agentprov.engine.skills import asked_in
from agentprov.engine.stages import Admissions, admission, admits_all, stages_of
from agentprov.engine.zones import EARLIEST, LATEST, epoch
from agentprov.model.contact import PhoneNumber
from agentprov.model.departments import Department
from agentprov.model.destinations import Destination
from agentprov.model.groups import Profile, SkillLevels
from agentprov.model.ids import DepartmentId, IvrId, ProfileId, TimeConditionId, TimeGroupId, UserId
from agentprov.model.live import Live
from agentprov.model.numbers import Number, Presents
from agentprov.model.properties import RING_TIMEOUT, PropertyName, PropertyValue
from agentprov.model.reasons import Reason, ReasonCode, SubjectKind, reason
from agentprov.model.references import Kind
from agentprov.model.routing import Ivr, IvrOption
from agentprov.model.standings import NOTHING_CARRIED, SETTINGS, InMenu, Place
from agentprov.model.steps import Menu
from agentprov.model.tenant import Tenant
from agentprov.model.users import User


class Hop(NamedTuple):
    """Where a call goes next, and where in the tenant that is said."""

    to: Destination
    place: Place

    def inner(self, to: Destination, fields: str = "next") -> Hop:
        """The hop to what this destination carries inside, under these fields."""
        place = self.place
        inner = f"{place.inner}/{fields}" if place.inner else fields
        return Hop(to, Place(kind=place.kind, id=place.id, exit=place.exit, inner=inner))


class Timed:
    """Hours, with the two reasons that tell of them, each kept for the span it was made for."""

    __slots__ = ("_closed", "_id", "_kind", "_known", "_open", "emergency", "hours")

    def __init__(
        self,
        hours: Hours,
        kind: SubjectKind,
        id_: str,
        open_: ReasonCode,
        closed: ReasonCode,
        *,
        emergency: Hop | None,
    ) -> None:
        self.hours = hours
        self.emergency = emergency
        """Where calls go while the time group's own emergency closes it, if it says so."""
        self._kind = kind
        self._id = id_
        self._open = open_
        self._closed = closed
        # INVARIANT: replaced by one assignment of a finished pair.
        self._known: tuple[HoursState, Reason] | None = None

    def emergency_way(self, at: int) -> Hop | None:
        """Where the time group's own emergency sends calls at an instant, if it closes it then and says where."""
        if self.emergency is None:
            return None
        because = self.hours.state(at).because
        return self.emergency if because.layer is Layer.EMERGENCY and not because.tenant_wide else None

    def reason(self, at: int) -> Reason:
        """What the hours are at an instant, and until when."""
        state = self.hours.state(at)
        known = self._known
        if known is None or known[0] is not state:
            code = self._open if state.open else self._closed
            self._known = known = (state, reason(self._kind, self._id, code, state.until))
        return known[1]


class Agent:
    """What routing needs of one user."""

    __slots__ = ("failover", "gates", "id", "plan", "profiles", "rings", "skills")

    def __init__(
        self, user: User, gates: Gates, plan: Plan, failover: Hop | None, profiles: dict[ProfileId, Profile]
    ) -> None:
        self.id = user.id
        self.gates = gates
        self.plan = plan
        self.failover = failover
        self.skills = user.skills
        self.profiles = profiles
        self.rings = gates.reason(ReasonCode.RINGS)

    def levels(self, live: Live) -> SkillLevels:
        """The skills of the profile that they work under, if it is one of theirs, else their own (PR-6)."""
        active = live.profiles.get(self.id)
        profile = None if active is None else self.profiles.get(active)
        return self.skills if profile is None else profile.skills

    def say_unrung(self, reasons: list[Reason], caller: PhoneNumber | None) -> None:
        """Add why some number of the agent's isn't rung, if one isn't: there is none, or it is the caller's own."""
        if not self.plan.numbers:
            reasons.append(self.gates.reason(ReasonCode.NUMBER_NONE))
        elif self.plan.has(caller):
            reasons.append(self.gates.reason(ReasonCode.NUMBER_CALLERS_OWN))


class Members:
    """What routing needs of one department: its members in order, and what may be said of each."""

    __slots__ = (
        "_admitted",
        "agents",
        "closed",
        "department",
        "failover",
        "fingerprint",
        "later",
        "pairs",
        "past",
        "places",
        "plain",
        "stages",
        "timed",
    )

    def __init__(self, department: Department, agents: tuple[Agent, ...], timed: Timed | None) -> None:
        self.department = department
        self.agents = agents
        self.timed = timed
        kind = Kind.DEPARTMENTS.value
        self.failover = _hop(department.failover, kind, department.id, "failover")
        self.closed = _hop(None if department.hours is None else department.hours.closed, kind, department.id, "closed")
        self.later = tuple(agent.gates.reason(ReasonCode.TURN_LATER) for agent in agents)
        self.past = tuple(agent.gates.reason(ReasonCode.TURN_PAST) for agent in agents)
        self.fingerprint = f"{crc32(chr(10).join(department.members).encode()):08x}"
        self.pairs = tuple(enumerate(agents))
        self.places = {agent.id: place for place, agent in enumerate(agents)}
        self.stages = stages_of(department)
        self.plain = len(self.stages) == 1 and admits_all(self.stages[0], department)
        """Whether everybody may ring from the beginning, as long as the call asks for no skill."""
        # INVARIANT: a finished value, replaced by one assignment.
        self._admitted: tuple[SkillLevels, Admissions] | None = None

    def admissions(self, call: SkillLevels, live: Live) -> Admissions | None:
        """From which stage on each member may ring; nothing where everybody may from the beginning."""
        if self.plain and not call:
            return None
        if live.profiles and any(agent.id in live.profiles for agent in self.agents):
            return self._admissions(call, live)
        known = self._admitted
        if known is None or known[0] != call:
            self._admitted = known = (call, self._admissions(call, live))
        return known[1]

    def _admissions(self, call: SkillLevels, live: Live) -> Admissions:
        asked = [asked_in(stage, call) for stage in self.stages]
        tiers = self.department.tiers
        each = [admission(self.stages, asked, tiers.get(agent.id, 0), agent.levels(live)) for agent in self.agents]
        return Admissions(tuple(each), len(self.stages))


class MenuTable:
    """What routing needs of one menu."""

    __slots__ = ("_prefixes", "action", "fresh", "ivr", "options")

    def __init__(self, ivr: Ivr) -> None:
        self.ivr = ivr
        self.options: dict[str, IvrOption] = {option.digits: option for option in ivr.options}
        self._prefixes = {digits[:length] for digits in self.options for length in range(1, len(digits))}
        self.action = Menu(
            ivr=ivr.id,
            prompt=ivr.prompt,
            options=tuple(self.options),
            timeout=ivr.timeout,
            inter_digit_timeout=ivr.inter_digit_timeout,
        )
        self.fresh = InMenu(ivr=ivr.id)

    def may_go_on(self, pressed: str) -> bool:
        """Whether more keys could make another option of these."""
        return pressed in self._prefixes

    def more(self, pressed: str) -> Menu:
        """Wait for one more key."""
        ivr = self.ivr
        return Menu(
            ivr=ivr.id,
            prompt=None,
            options=self.action.options,
            timeout=ivr.inter_digit_timeout,
            inter_digit_timeout=ivr.inter_digit_timeout,
            pressed=pressed,
        )


class Condition:
    """What routing needs of one time condition."""

    __slots__ = ("closed", "open", "timed")

    def __init__(self, timed: Timed, open_: Hop, closed: Hop) -> None:
        self.timed = timed
        self.open = open_
        self.closed = closed

    def way(self, at: int) -> Hop:
        """Where calls go at an instant, emergencies aside."""
        return self.open if self.timed.hours.is_open(at) else self.closed


class Entry:
    """What routing needs of one number: where a call that dialled it goes, and its fallback's place."""

    __slots__ = ("carried", "dialled", "fallback", "hop", "number")

    def __init__(self, number: Number, caller_id: PhoneNumber | None) -> None:
        self.number = number
        self.carried = marked(attrs.evolve(NOTHING_CARRIED, caller_id=caller_id), number.mark)
        self.dialled = (reason(SubjectKind.NUMBER, number.id, ReasonCode.NUMBER_DIALLED),)
        self.hop = Hop(number.to, Place(kind=Kind.NUMBERS.value, id=number.id, exit="to"))
        self.fallback = (
            None if number.fallback is None else Place(kind=Kind.NUMBERS.value, id=number.id, exit="fallback")
        )


class CallTables:
    """The tables of one version of a tenant."""

    __slots__ = (
        "_entries",
        "_numbers",
        "_profiles",
        "_properties",
        "agents",
        "conditions",
        "departments",
        "draws",
        "emergency",
        "emergency_from",
        "hours",
        "menus",
        "reasons",
        "tenant",
    )

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self._properties = Properties(tenant)
        self._profiles: Profiles | None = None
        self._numbers = {number.phone: number for number in tenant.numbers.values()}
        self._entries: Memo[PhoneNumber, Entry] = Memo(self._entry)
        self.hours: Memo[TimeGroupId, Hours] = Memo(self._hours)
        self.agents: Memo[UserId, Agent] = Memo(self._agent)
        self.departments: Memo[DepartmentId, Members] = Memo(self._members)
        self.menus: Memo[IvrId, MenuTable] = Memo(self._menu)
        self.conditions: Memo[TimeConditionId, Condition] = Memo(self._condition)
        self.draws: Memo[UserId, int] = Memo(draw_of)
        self.reasons: Memo[tuple[ReasonCode, SubjectKind, str], Reason] = Memo(_reason)
        emergency = tenant.settings.emergency
        self.emergency_from = LATEST
        self.emergency: Hop | None = None
        if emergency is not None:
            self.emergency_from = EARLIEST if emergency.set_at is None else epoch(emergency.set_at)
            self.emergency = _hop(emergency.destination, SETTINGS, tenant.id, "to")

    def entry(self, dialled: PhoneNumber) -> Entry | None:
        """The tenant's number that was dialled; ``None`` if it has no such number."""
        return self._entries[dialled] if dialled in self._numbers else None

    def _entry(self, dialled: PhoneNumber) -> Entry:
        number = self._numbers[dialled]
        if number.caller_id is not None:
            return Entry(number, self.tenant.caller_ids[number.caller_id].phone)
        return Entry(number, number.phone if number.presents is Presents.DIALLED else None)

    def _hours(self, id_: TimeGroupId) -> Hours:
        tenant = self.tenant
        return hours_of(tenant.time_groups[id_], tenant.calendars, tenant.settings.emergency)

    def _agent(self, id_: UserId) -> Agent:
        tenant = self.tenant
        user = tenant.users[id_]
        hours = user.calling.hours
        gates = Gates(
            user,
            tenant.blueprint.user_types.get(user.type),
            None if hours is None else self.hours[hours.time_group],
            tenant.settings,
        )
        plan = Plan(user, self._property(id_, RING_TIMEOUT), tenant.settings.confirm)
        failover = None if hours is None else _hop(hours.failover, Kind.USERS.value, id_, "failover")
        return Agent(user, gates, plan, failover, self._profiles_of(id_))

    def _profiles_of(self, user: UserId) -> dict[ProfileId, Profile]:
        if not self.tenant.profiles:
            return {}
        if self._profiles is None:
            # INVARIANT: idempotent, and one assignment.
            self._profiles = Profiles(self.tenant)
        return {profile.id: profile for profile in self._profiles.available(user)}

    def _property(self, user: UserId, name: PropertyName) -> PropertyValue | None:
        return self._properties.resolve(user, name).value if name in self.tenant.property_definitions else None

    def number_of(self, user: UserId, name: PropertyName) -> int | None:
        """The whole number that a property gives for a user, if it gives one above zero."""
        value = self._property(user, name)
        return value if type(value) is int and value > 0 else None

    def _members(self, id_: DepartmentId) -> Members:
        department = self.tenant.departments[id_]
        timed = None
        if department.hours is not None:
            open_, closed = ReasonCode.DEPARTMENT_OPEN, ReasonCode.DEPARTMENT_CLOSED
            timed = self._timed(department.hours.time_group, SubjectKind.DEPARTMENT, id_, open_, closed)
        return Members(department, tuple(self.agents[member] for member in department.members), timed)

    def _menu(self, id_: IvrId) -> MenuTable:
        return MenuTable(self.tenant.ivrs[id_])

    def _condition(self, id_: TimeConditionId) -> Condition:
        condition = self.tenant.time_conditions[id_]
        open_, closed = ReasonCode.CONDITION_OPEN, ReasonCode.CONDITION_CLOSED
        timed = self._timed(condition.time_group, SubjectKind.TIME_CONDITION, id_, open_, closed)
        kind = Kind.TIME_CONDITIONS.value
        return Condition(
            timed,
            Hop(condition.open, Place(kind=kind, id=id_, exit="open")),
            Hop(condition.closed, Place(kind=kind, id=id_, exit="closed")),
        )

    def _timed(self, group: TimeGroupId, kind: SubjectKind, id_: str, open_: ReasonCode, closed: ReasonCode) -> Timed:
        emergency = self.tenant.time_groups[group].emergency
        destination = None if emergency is None else emergency.destination
        hop = _hop(destination, Kind.TIME_GROUPS.value, group, "emergency")
        return Timed(self.hours[group], kind, id_, open_, closed, emergency=hop)


def _hop(to: Destination | None, kind: str, id_: str, exit_: str) -> Hop | None:
    return None if to is None else Hop(to, Place(kind=kind, id=id_, exit=exit_))


def _reason(key: tuple[ReasonCode, SubjectKind, str]) -> Reason:
    code, kind, id_ = key
    return reason(kind, id_, code)

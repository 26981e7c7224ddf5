"""Makes the five example tenants, one for each kind of product.

Run from the project's root:

    .venv/bin/python examples/generate.py

Names come from Faker, telephone numbers are valid numbers of their countries counted up from the example numbers of
the phonenumbers library, mail domains are reserved ones. The seed is fixed, so the same versions give the same files.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import attrs
import phonenumbers
from faker import Faker

from agentprov.codec import blueprint, dump
from agentprov.model.access import (
    EVERYONE,
    WHOLE_TENANT,
    Chosen,
    ChosenKind,
    Effect,
    Grant,
    Permission,
    Role,
    Scope,
    Within,
)
from agentprov.model.contact import Email, PhoneNumber
from agentprov.model.dates import DateRange, NthWeekday, OneDate, Weekday, Yearly
from agentprov.model.departments import Department, DepartmentHours, Strategy
from agentprov.model.destinations import (
    Cause,
    Destination,
    Failure,
    Fallback,
    HangUp,
    ToAgent,
    ToAnnouncement,
    ToDepartment,
    ToExternal,
    ToIvr,
    ToQueue,
    ToTimeCondition,
    ToVoicemail,
)
from agentprov.model.groups import (
    AgentGroup,
    Announcement,
    CallerId,
    Channel,
    Disposition,
    NamedAddress,
    Profile,
    Queue,
    Skill,
    Template,
    UserGroup,
    Voicemail,
)
from agentprov.model.hours import (
    CalendarEntry,
    CalendarUse,
    Closed,
    HolidayCalendar,
    HoursException,
    Special,
    TimeGroup,
)
from agentprov.model.identity import Login
from agentprov.model.ids import (
    AddressId,
    AgentGroupId,
    AnnouncementId,
    CalendarId,
    CallerIdId,
    DepartmentId,
    DispositionId,
    IvrId,
    NumberId,
    ProfileId,
    QueueId,
    RoleId,
    SkillId,
    TemplateId,
    TenantId,
    TimeConditionId,
    TimeGroupId,
    UserGroupId,
    UserId,
    VoicemailId,
)
from agentprov.model.intervals import day_hours, weekly_hours
from agentprov.model.network import parse_network
from agentprov.model.numbers import Number
from agentprov.model.properties import PropertyName, PropertyValue
from agentprov.model.routing import Ivr, IvrOption, RingOrder, RingPlan, TimeCondition
from agentprov.model.settings import Settings
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import (
    AgentHours,
    AreaCallerId,
    Calling,
    Extension,
    Interactions,
    OutboundBlock,
    Person,
    RouteThrough,
    Same,
    SelectedAddresses,
    SignIn,
    Site,
    User,
    Visibility,
)

HERE = Path(__file__).parent
GIVEN_AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
MONDAY_TO_FRIDAY = [Weekday.MONDAY, Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.THURSDAY, Weekday.FRIDAY]
MONDAY_TO_SATURDAY = [*MONDAY_TO_FRIDAY, Weekday.SATURDAY]


# ---- people and numbers ---------------------------------------------------------------------------------------------


def valid_numbers(region: str, kind: int, after: str | None = None) -> Iterator[PhoneNumber]:
    """Valid numbers of one kind, counted up from the library's example number, or from ``after``."""
    example = phonenumbers.parse(after) if after else phonenumbers.example_number_for_type(region, kind)
    number = phonenumbers.PhoneNumber(country_code=example.country_code, national_number=example.national_number)
    while True:
        number.national_number += 1
        if phonenumbers.is_valid_number(number) and phonenumbers.number_type(number) == kind:
            yield PhoneNumber(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def plain(text: str) -> str:
    """``text`` in small ASCII letters."""
    table = str.maketrans({"ø": "o", "æ": "ae", "å": "a", "ß": "ss", "ö": "oe", "ä": "ae", "ü": "ue"})
    text = unicodedata.normalize("NFKD", text.lower().translate(table))
    return re.sub(r"[^a-z]", "", text)


class People:
    """An endless line of people of one country: names, logins, mobiles, each only once."""

    def __init__(self, locale: str, region: str, domain: str, seed: int) -> None:
        self.fake = Faker(locale)
        self.fake.seed_instance(seed)
        self.domain = domain
        self.mobiles = valid_numbers(region, phonenumbers.PhoneNumberType.MOBILE)
        self.seen: set[str] = set()

    def user(self, first: str | None = None, last: str | None = None, *, mobile: bool = True, **fields: Any) -> User:
        """A user with a name of the country, or the one given."""
        while True:
            given, family = first or self.fake.first_name(), last or self.fake.last_name()
            login = f"{plain(given)}.{plain(family)}"
            short = plain(given)
            if login not in self.seen and plain(given) and plain(family):
                break
        self.seen.add(login)
        unique = short if short not in self.seen else login
        self.seen.add(short)
        if mobile:
            fields.setdefault("mobile", next(self.mobiles))
        return User(
            id=UserId(f"u-{unique}"),
            login=Login(login),
            name=f"{given} {family}",
            email=Email(f"{login}@{self.domain}"),
            **fields,
        )


def by_id(items: Iterable[Any]) -> Table[Any, Any]:
    """Objects filed under their ids."""
    return Table({item.id: item for item in items})


def grants(*permissions: str, scope: Scope = WHOLE_TENANT, effect: Effect = Effect.ALLOW) -> tuple[Grant, ...]:
    """One grant for each permission."""
    return tuple(Grant(permission=Permission(each), scope=scope, effect=effect) for each in permissions)


def role(id_: str, name: str, *given: Grant, inherits: Iterable[str] = ()) -> Role:
    """A role."""
    return Role(id=RoleId(id_), name=name, grants=given, inherits=frozenset(map(RoleId, inherits)))


def has(*roles: str) -> frozenset[RoleId]:
    """A user's roles."""
    return frozenset(map(RoleId, roles))


def hours(id_: str, name: str, zone: str, *weekly: Any, calendar: str | None = None, **fields: Any) -> TimeGroup:
    """A time group; ``weekly`` are the results of weekly_hours."""
    uses = [CalendarUse(calendar=CalendarId(calendar), **fields.pop("use", {}))] if calendar else []
    return TimeGroup(
        id=TimeGroupId(id_),
        name=name,
        time_zone=zone,
        weekly=tuple(each for part in weekly for each in part),
        calendars=uses,
        **fields,
    )


def department(id_: str, name: str, members: Iterable[User], **fields: Any) -> Department:
    """A department of these members, in order."""
    return Department(id=DepartmentId(id_), name=name, members=tuple(user.id for user in members), **fields)


def agent(user: User) -> Destination:
    """The destination of one agent."""
    return ToAgent(user=user.id)


def to_department(id_: str) -> Destination:
    """The destination of a department."""
    return ToDepartment(department=DepartmentId(id_))


def to_voicemail(id_: str) -> Destination:
    """The destination of a voicemail box."""
    return ToVoicemail(voicemail=VoicemailId(id_))


def to_ivr(id_: str) -> Destination:
    """The destination of a menu."""
    return ToIvr(ivr=IvrId(id_))


def menu(id_: str, name: str, prompt: str, *options: tuple[str, str, Destination], **fields: Any) -> Ivr:
    """A menu; options are (digits, label, destination)."""
    return Ivr(
        id=IvrId(id_),
        name=name,
        prompt=AnnouncementId(prompt),
        options=tuple(IvrOption(digits=digits, label=label, to=to) for digits, label, to in options),
        **fields,
    )


def announcements(**names: str) -> Table[Any, Any]:
    """Announcements by id and name; the host's own reference is a file of its own."""
    return by_id(
        Announcement(id=AnnouncementId(f"a-{id_.replace('_', '-')}"), name=name, reference=f"prompts/{id_}.wav")
        for id_, name in names.items()
    )


def values(**properties: PropertyValue) -> Table[PropertyName, PropertyValue]:
    """Property values; ``__`` in a name is the dot."""
    return Table({PropertyName(name.replace("__", ".")): value for name, value in properties.items()})


# ---- an Indian travel desk, as Smartflo has it ----------------------------------------------------------------------


def smartflo() -> Tenant:
    """Kaveri Travel Desk: click-to-call agents with extensions, shifts around the clock, two menus deep."""
    people = People("en_IN", "IN", "kaveri.example.com", 11)
    numbers = valid_numbers("IN", phonenumbers.PhoneNumberType.FIXED_LINE, after="+918069651170")
    zone = "Asia/Kolkata"

    def worker(first: str | None = None, last: str | None = None, **fields: Any) -> User:
        phone = next(people.mobiles)
        return people.user(first, last, phone=phone, mobile=phone, **fields)

    extensions = iter(range(201, 400))
    lines = iter([("c-bengaluru", "+918069651170", "Bengaluru"), ("c-mumbai", "+912268651180", "Mumbai")])
    caller_ids = [CallerId(id=CallerIdId(id_), phone=PhoneNumber(phone), name=name) for id_, phone, name in lines]
    area = (
        AreaCallerId(prefix="91", caller_id=CallerIdId("c-bengaluru")),
        AreaCallerId(prefix="22", caller_id=CallerIdId("c-mumbai")),
    )

    def calling(**fields: Any) -> Calling:
        return Calling(
            **{
                "extension": Extension(number=str(next(extensions)), area_caller_ids=area),
                "caller_ids": [caller.id for caller in caller_ids],
                "login_based": True,
                "dispositions": True,
                **fields,
            }
        )

    owner = worker(
        "Meera",
        "Krishnan",
        roles=has("admin"),
        calling=Calling(enabled=False),
        sign_in=SignIn(two_factor=True),
        person=Person(designation="Operations head"),
    )
    asha = worker(
        "Asha",
        "Menon",
        roles=has("supervisor"),
        home_department=DepartmentId("d-bookings"),
        user_group=UserGroupId("g-sales"),
        calling=Calling(enabled=False),
        visibility=Visibility(numbers=[NumberId("n-main")], agent_groups=[AgentGroupId("a-bookings")], own=True),
        person=Person(designation="Team lead, bookings"),
    )
    kiran = worker(
        "Kiran",
        "Desai",
        roles=has("supervisor"),
        home_department=DepartmentId("d-support"),
        user_group=UserGroupId("g-support"),
        calling=Calling(enabled=False),
        person=Person(designation="Team lead, support"),
    )
    ravi = worker(
        "Ravi",
        "Iyer",
        roles=has("agent"),
        supervisor=asha.id,
        home_department=DepartmentId("d-bookings"),
        agent_groups=[AgentGroupId("a-bookings")],
        user_group=UserGroupId("g-sales"),
        properties=values(wrap_up__phone=60),
        alternate_numbers=[next(people.mobiles)],
        calling=calling(
            hours=AgentHours(time_group=TimeGroupId("h-day"), failover=to_voicemail("v-bookings")),
            ring_plan=RingPlan(order=RingOrder.ORDER, timeout=20),
        ),
        interactions=Interactions(video=True, whatsapp=True, sms=True),
        person=Person(designation="Senior booking agent"),
    )
    bookings = [
        ravi,
        *(
            worker(
                roles=has("agent"),
                supervisor=asha.id,
                home_department=DepartmentId("d-bookings"),
                agent_groups=[AgentGroupId("a-bookings")],
                user_group=UserGroupId("g-sales"),
                calling=calling(
                    hours=AgentHours(time_group=TimeGroupId("h-day" if index % 3 else "h-late")),
                    ring_plan=RingPlan(order=RingOrder.SIMULTANEOUS, timeout=25) if index % 4 == 0 else None,
                    outbound_block=OutboundBlock.ONLY_EXTENSION if index == 5 else OutboundBlock.NONE,
                ),
                interactions=Interactions(whatsapp=True) if index % 5 == 0 else Interactions(),
            )
            for index in range(17)
        ),
    ]
    support = [
        worker(
            roles=has("agent"),
            supervisor=kiran.id,
            home_department=DepartmentId("d-support"),
            agent_groups=[AgentGroupId("a-support")],
            user_group=UserGroupId("g-support"),
            calling=calling(login_based=index % 6 != 0),
        )
        for index in range(14)
    ]
    night = [
        worker(
            roles=has("agent"),
            supervisor=kiran.id,
            home_department=DepartmentId("d-night"),
            agent_groups=[AgentGroupId("a-support")],
            user_group=UserGroupId("g-night"),
            calling=calling(
                hours=AgentHours(time_group=TimeGroupId("h-night"), failover=to_voicemail("v-support")),
                extension=Extension(
                    number=str(next(extensions)),
                    area_caller_ids=area,
                    addresses=[AddressId("ip-office")] if index == 0 else [],
                    route_through=RouteThrough.EXTENSION,
                ),
                forward=Same.PHONE if index == 1 else None,
            ),
        )
        for index in range(6)
    ]
    return Tenant(
        id=TenantId("t-kaveri"),
        name="Kaveri Travel Desk",
        settings=Settings(time_zone=zone, region="IN"),
        blueprint=blueprint("smartflo"),
        users=by_id([owner, asha, kiran, *bookings, *support, *night]),
        roles=by_id(
            [
                role("agent", "Agent", *grants("agent:view", scope=frozenset({Within.SELF}))),
                role(
                    "team-lead",
                    "Team lead",
                    *grants(
                        "agent:view", "agent:edit", "user:view", "user:edit", scope=frozenset({Within.HOME_DEPARTMENT})
                    ),
                    *grants("report:view", scope=frozenset({Within.OWN_AGENTS, Within.SELF})),
                ),
                role(
                    "supervisor",
                    "Supervisor",
                    *grants("number:view", scope=frozenset({Within.OWN_NUMBERS})),
                    *grants("user:delete", effect=Effect.DENY),
                    inherits=["team-lead", "agent"],
                ),
                role(
                    "admin",
                    "Account administrator",
                    *grants("user:*", "agent:*", "number:*", "report:*", "access:grant"),
                ),
            ]
        ),
        user_groups=by_id(
            [
                UserGroup(id=UserGroupId("g-kaveri"), name="Kaveri", properties=values(wrap_up__phone=20)),
                UserGroup(id=UserGroupId("g-sales"), name="Sales", parent=UserGroupId("g-kaveri")),
                UserGroup(
                    id=UserGroupId("g-support"),
                    name="Support",
                    parent=UserGroupId("g-kaveri"),
                    properties=values(wrap_up__phone=45, ring_timeout=25),
                ),
                UserGroup(id=UserGroupId("g-night"), name="Night shift", parent=UserGroupId("g-support")),
            ]
        ),
        departments=by_id(
            [
                department(
                    "d-bookings",
                    "Bookings",
                    bookings,
                    strategy=Strategy.ORDER,
                    failover=to_department("d-support"),
                    hours=DepartmentHours(time_group=TimeGroupId("h-day"), closed=to_department("d-night")),
                    ring_budget=120,
                ),
                department(
                    "d-support",
                    "Support",
                    support,
                    strategy=Strategy.SIMULTANEOUS,
                    ring_time=25,
                    failover=to_voicemail("v-support"),
                ),
                department("d-night", "Night desk", night, failover=to_voicemail("v-support")),
            ]
        ),
        agent_groups=by_id(
            [
                AgentGroup(id=AgentGroupId("a-bookings"), name="Bookings"),
                AgentGroup(id=AgentGroupId("a-support"), name="Support"),
            ]
        ),
        numbers=by_id(
            [
                Number(
                    id=NumberId("n-main"),
                    phone=PhoneNumber("+918069651170"),
                    name="Main line",
                    to=to_ivr("i-main"),
                    fallback=Fallback(to=to_voicemail("v-support")),
                ),
                Number(
                    id=NumberId("n-ravi"),
                    phone=PhoneNumber("+912268651180"),
                    name="Ravi direct",
                    to=agent(ravi),
                    fallback=Fallback(
                        to=to_department("d-bookings"), by_failure=Table({Failure.BUSY: to_voicemail("v-bookings")})
                    ),
                ),
                Number(
                    id=NumberId("n-corporate"),
                    phone=next(numbers),
                    name="Corporate desk",
                    to=ToTimeCondition(time_condition=TimeConditionId("c-corporate")),
                ),
            ]
        ),
        ivrs=by_id(
            [
                menu(
                    "i-main",
                    "Main menu",
                    "a-welcome",
                    ("1", "Bookings", to_department("d-bookings")),
                    ("2", "Changes and refunds", to_ivr("i-changes")),
                    ("3", "Ravi, for groups", agent(ravi)),
                    ("9", "Night desk", to_department("d-night")),
                    on_timeout=to_department("d-support"),
                ),
                menu(
                    "i-changes",
                    "Changes and refunds",
                    "a-changes",
                    ("1", "Change a booking", to_department("d-support")),
                    ("2", "Refund status", to_voicemail("v-support")),
                    ("0", "Back", to_ivr("i-main")),
                ),
            ]
        ),
        time_conditions=by_id(
            [
                TimeCondition(
                    id=TimeConditionId("c-corporate"),
                    name="Corporate hours",
                    time_group=TimeGroupId("h-day"),
                    open=to_department("d-bookings"),
                    closed=ToAnnouncement(
                        announcement=AnnouncementId("a-closed"),
                        next=ToExternal(number=next(people.mobiles), timeout=30, next=to_voicemail("v-support")),
                    ),
                )
            ]
        ),
        time_groups=by_id(
            [
                hours("h-day", "Day shift", zone, weekly_hours(MONDAY_TO_SATURDAY, "08:00-20:00"), calendar="k-india"),
                hours(
                    "h-late", "Late shift", zone, weekly_hours(MONDAY_TO_SATURDAY, "13:00-22:00"), calendar="k-india"
                ),
                hours("h-night", "Night shift", zone, weekly_hours(MONDAY_TO_FRIDAY, "22:00-06:00")),
            ]
        ),
        calendars=by_id(
            [
                HolidayCalendar(
                    id=CalendarId("k-india"),
                    name="Public holidays",
                    entries=[
                        CalendarEntry(name="Republic Day", dates=Yearly(month=1, day=26)),
                        CalendarEntry(name="Independence Day", dates=Yearly(month=8, day=15)),
                        CalendarEntry(name="Gandhi Jayanti", dates=Yearly(month=10, day=2)),
                        CalendarEntry(
                            name="Diwali",
                            dates=OneDate(date=date(2026, 11, 8)),
                            effect=Special(intervals=day_hours("10:00-13:00")),
                        ),
                    ],
                )
            ]
        ),
        announcements=announcements(welcome="Welcome", changes="Changes and refunds", closed="We are closed"),
        voicemails=by_id(
            [
                Voicemail(id=VoicemailId("v-bookings"), name="Bookings"),
                Voicemail(id=VoicemailId("v-support"), name="Support"),
            ]
        ),
        caller_ids=by_id(caller_ids),
        dispositions=by_id(
            Disposition(id=DispositionId(f"o-{name.lower().replace(' ', '-')}"), name=name)
            for name in ("Booked", "Call back", "Wrong number", "Complaint")
        ),
        templates=by_id(
            [
                Template(
                    id=TemplateId("m-itinerary"),
                    channel=Channel.WHATSAPP,
                    name="Itinerary",
                    text="Here is your itinerary.",
                ),
                Template(
                    id=TemplateId("m-callback"), channel=Channel.SMS, name="Call back", text="We will call you back."
                ),
            ]
        ),
        addresses=by_id(
            [
                NamedAddress(
                    id=AddressId("ip-office"), name="Bengaluru office", networks=[parse_network("203.0.113.0/24")]
                )
            ]
        ),
        properties=values(ring_timeout=30),
    )


# ---- an American service desk, as SmartQ has it ---------------------------------------------------------------------


def smartq() -> Tenant:
    """Northwind Service Desk: queues run by the host, supervisors with what an administrator ticked."""
    people = People("en_US", "US", "northwind.example.com", 12)
    zone = "America/New_York"
    lines = valid_numbers("US", phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    people.mobiles = lines

    admin = people.user("Dana", "Brooks", roles=has("admin"), person=Person(windows_login="dbrooks"))
    second = people.user("Luis", "Ortega", roles=has("admin"), person=Person(windows_login="lortega"))
    robot = User(
        id=UserId("u-crm"), login=Login("crm-sync"), name="CRM synchronisation", type="api", roles=has("api-user")
    )
    teams: list[tuple[User, list[User]]] = []
    for id_, name, size in (
        ("d-hardware", "Hardware", 10),
        ("d-software", "Software", 9),
        ("d-overnight", "Overnight", 5),
    ):
        given = frozenset({Within.OWN_AGENTS})
        lead = people.user(
            "Maya" if id_ == "d-hardware" else None,
            "Chen" if id_ == "d-hardware" else None,
            roles=has("supervisor"),
            home_department=DepartmentId(id_),
            grants=[
                *(
                    attrs.evolve(each, given_by=admin.id, given_at=GIVEN_AT)
                    for each in (*grants("agent:view", "agent:edit", "user:view", scope=given), *grants("queue:view"))
                ),
            ],
            person=Person(designation=f"Supervisor, {name.lower()}"),
        )
        crew = [
            people.user(
                type="agent",
                supervisor=lead.id,
                home_department=DepartmentId(id_),
                phone=next(lines),
                agent_groups=[AgentGroupId(id_.replace("d-", "a-"))],
                calling=Calling(
                    hours=AgentHours(time_group=TimeGroupId("h-overnight")) if id_ == "d-overnight" else None,
                    login_based=True,
                ),
            )
            for _ in range(size)
        ]
        teams.append((lead, crew))
    hardware, software, overnight = (crew for _, crew in teams)
    return Tenant(
        id=TenantId("t-northwind"),
        name="Northwind Service Desk",
        settings=Settings(time_zone=zone, region="US"),
        blueprint=blueprint("smartq"),
        users=by_id([admin, second, robot, *(user for lead, crew in teams for user in (lead, *crew))]),
        roles=by_id(
            [
                role("admin", "Admin", *grants("user:*", "queue:*", "agent:*", "access:grant")),
                role("supervisor", "Supervisor"),
                role("api-user", "API User", *grants("agent:view", "queue:view")),
            ]
        ),
        departments=by_id(
            [
                department("d-hardware", "Hardware", hardware, failover=ToQueue(queue=QueueId("q-desk"))),
                department(
                    "d-software", "Software", software, strategy=Strategy.SIMULTANEOUS, failover=to_voicemail("v-desk")
                ),
                department("d-overnight", "Overnight", overnight, failover=to_voicemail("v-desk")),
            ]
        ),
        agent_groups=by_id(
            AgentGroup(id=AgentGroupId(f"a-{name.lower()}"), name=name)
            for name in ("Hardware", "Software", "Overnight")
        ),
        queues=by_id([Queue(id=QueueId("q-desk"), name="Service desk"), Queue(id=QueueId("q-vip"), name="Executives")]),
        numbers=by_id(
            [
                Number(
                    id=NumberId("n-desk"),
                    phone=next(lines),
                    name="Service desk",
                    to=ToTimeCondition(time_condition=TimeConditionId("c-desk")),
                ),
                Number(
                    id=NumberId("n-vip"),
                    phone=next(lines),
                    name="Executives",
                    to=agent(hardware[0]),
                    fallback=Fallback(to=ToQueue(queue=QueueId("q-vip"), next=to_voicemail("v-desk"))),
                ),
            ]
        ),
        ivrs=by_id(
            [
                menu(
                    "i-desk",
                    "Service desk",
                    "a-welcome",
                    ("1", "Hardware", to_department("d-hardware")),
                    ("2", "Software", to_ivr("i-software")),
                    on_timeout=to_department("d-hardware"),
                ),
                menu(
                    "i-software",
                    "Software",
                    "a-software",
                    ("1", "Sign-in problems", to_department("d-software")),
                    ("12", "Licences", to_voicemail("v-desk")),
                    ("9", "Back", to_ivr("i-desk")),
                ),
            ]
        ),
        time_conditions=by_id(
            [
                TimeCondition(
                    id=TimeConditionId("c-desk"),
                    name="Service desk",
                    time_group=TimeGroupId("h-desk"),
                    open=to_ivr("i-desk"),
                    closed=to_department("d-overnight"),
                )
            ]
        ),
        time_groups=by_id(
            [
                hours(
                    "h-desk",
                    "Service desk",
                    zone,
                    weekly_hours(MONDAY_TO_FRIDAY, "07:00-12:00", "12:30-19:00"),
                    weekly_hours([Weekday.SATURDAY], "09:00-13:00"),
                    calendar="k-us",
                    exceptions=[
                        HoursException(
                            name="Christmas Eve",
                            dates=Yearly(month=12, day=24),
                            effect=Special(intervals=day_hours("10:00-13:00")),
                        )
                    ],
                ),
                hours("h-overnight", "Overnight", zone, weekly_hours(list(Weekday), "19:00-07:00")),
            ]
        ),
        calendars=by_id(
            [
                HolidayCalendar(
                    id=CalendarId("k-us"),
                    name="Federal holidays",
                    entries=[
                        CalendarEntry(name="New Year's Day", dates=Yearly(month=1, day=1)),
                        CalendarEntry(name="Independence Day", dates=Yearly(month=7, day=4)),
                        CalendarEntry(name="Labor Day", dates=NthWeekday(weekday=Weekday.MONDAY, nth=1, month=9)),
                        CalendarEntry(name="Thanksgiving", dates=NthWeekday(weekday=Weekday.THURSDAY, nth=4, month=11)),
                        CalendarEntry(name="Christmas Day", dates=Yearly(month=12, day=25)),
                    ],
                )
            ]
        ),
        announcements=announcements(welcome="Welcome", software="Software"),
        voicemails=by_id([Voicemail(id=VoicemailId("v-desk"), name="Service desk")]),
    )


# ---- a British portal, as SmarterTrack has it -----------------------------------------------------------------------


def smartertrack() -> Tenant:
    """Harbour Broadband: customers of a portal in several roles, and a small staff that answers calls."""
    people = People("en_GB", "GB", "customers.example.org", 13)
    zone = "Europe/London"
    lines = valid_numbers("GB", phonenumbers.PhoneNumberType.FIXED_LINE)
    details = [("London", "Reader since 2021"), ("Leeds", "Prefers email"), ("Cardiff", ""), ("Bath", "Wholesale")]
    towns = cycle(details)

    def customer(*roles: str, **names: str) -> User:
        town, note = next(towns)
        contact = {"town": town, **({"note": note} if note else {})}
        user = people.user(
            names.get("first"),
            names.get("last"),
            mobile=False,
            type="customer",
            roles=has(*roles),
            person=Person(contact_details=Table(contact)),
        )
        return attrs.evolve(user, display_name=user.name)

    customers = [customer("ticket-submitter", "community-member", first="Olive", last="Hart")]
    customers += [customer("ticket-submitter") for _ in range(70)]
    customers += [customer("reader") for _ in range(40)]
    customers += [customer("ticket-submitter", "community-member") for _ in range(9)]
    people.domain = "harbour.example.com"
    admin = people.user("Grace", "Whitlock", roles=has("administrator"))
    staff = [people.user(phone=next(lines), roles=has("agent")) for _ in range(11)]
    office = [attrs.evolve(user, display_name=user.name) for user in (admin, *staff)]
    return Tenant(
        id=TenantId("t-harbour"),
        name="Harbour Broadband",
        settings=Settings(time_zone=zone, region="GB"),
        blueprint=blueprint("smartertrack"),
        users=by_id([*office, *customers]),
        roles=by_id(
            [
                role(
                    EVERYONE,
                    "Everyone",
                    *grants("portal:read_articles"),
                    *grants("user:view", scope=frozenset({Within.SELF})),
                ),
                role("reader", "Reader"),
                role("ticket-submitter", "Ticket submitter", *grants("portal:submit_ticket")),
                role("community-member", "Community member", *grants("portal:community")),
                role("agent", "Agent", *grants("user:view", "portal:submit_ticket")),
                role("administrator", "Administrator", *grants("user:*", "portal:*"), inherits=["agent"]),
            ]
        ),
        departments=by_id(
            [
                department("d-faults", "Faults", office[1:7], failover=to_voicemail("v-faults")),
                department(
                    "d-billing",
                    "Billing",
                    office[7:],
                    strategy=Strategy.SIMULTANEOUS,
                    failover=to_department("d-faults"),
                    hours=DepartmentHours(time_group=TimeGroupId("h-billing"), closed=to_voicemail("v-billing")),
                ),
            ]
        ),
        numbers=by_id(
            [
                Number(id=NumberId("n-help"), phone=next(lines), name="Help line", to=to_ivr("i-help")),
                Number(
                    id=NumberId("n-outage"),
                    phone=next(lines),
                    name="Outages",
                    to=ToAnnouncement(announcement=AnnouncementId("a-outage"), next=to_department("d-faults")),
                ),
            ]
        ),
        ivrs=by_id(
            [
                menu(
                    "i-help",
                    "Help line",
                    "a-welcome",
                    ("1", "Faults", to_ivr("i-faults")),
                    ("2", "Billing", to_department("d-billing")),
                ),
                menu(
                    "i-faults",
                    "Faults",
                    "a-faults",
                    ("1", "No connection", to_department("d-faults")),
                    ("2", "Slow connection", to_voicemail("v-faults")),
                    timeout_retries=1,
                    on_timeout=to_department("d-faults"),
                ),
            ]
        ),
        time_groups=by_id(
            [
                hours(
                    "h-billing",
                    "Billing",
                    zone,
                    weekly_hours(MONDAY_TO_FRIDAY, "09:00-17:00"),
                    calendar="k-england",
                    exceptions=[
                        HoursException(
                            name="Stocktaking",
                            dates=DateRange(first=date(2026, 12, 28), last=date(2026, 12, 30)),
                            effect=Special(intervals=day_hours("12:00-15:00")),
                        )
                    ],
                )
            ]
        ),
        calendars=by_id(
            [
                HolidayCalendar(
                    id=CalendarId("k-england"),
                    name="Bank holidays",
                    entries=[
                        CalendarEntry(name="New Year's Day", dates=Yearly(month=1, day=1)),
                        CalendarEntry(name="Early May", dates=NthWeekday(weekday=Weekday.MONDAY, nth=1, month=5)),
                        CalendarEntry(name="Christmas Day", dates=Yearly(month=12, day=25)),
                        CalendarEntry(name="Boxing Day", dates=Yearly(month=12, day=26)),
                    ],
                )
            ]
        ),
        announcements=announcements(welcome="Welcome", faults="Faults", outage="We know of an outage"),
        voicemails=by_id(
            [
                Voicemail(id=VoicemailId("v-faults"), name="Faults"),
                Voicemail(id=VoicemailId("v-billing"), name="Billing"),
            ]
        ),
    )


# ---- a Norwegian centre, as Puzzel has it ---------------------------------------------------------------------------


def puzzel() -> Tenant:
    """Fjord Kundesenter: nested user groups, inherited properties, profiles of skills, resource filters."""
    people = People("no_NO", "NO", "fjord.example.com", 14)
    zone = "Europe/Oslo"
    lines = valid_numbers("NO", phonenumbers.PhoneNumberType.FIXED_LINE)
    skills = {name: SkillId(f"s-{name}") for name in ("invoice", "delivery", "returns", "english", "german")}
    numeric = iter(range(1001, 2000))

    def agent_of(
        group: str, department_: str, first: str | None = None, last: str | None = None, **fields: Any
    ) -> User:
        number = next(numeric)
        return people.user(
            first,
            last,
            roles=fields.pop("roles", has("agent")),
            user_group=UserGroupId(group),
            home_department=DepartmentId(department_),
            language="nb" if number % 5 else "en",
            numeric_id=number,
            phone=next(lines),
            skills=Table(dict(islice(zip(cycle(skills.values()), (3, 5, None), strict=False), number % 3 + 1))),
            **fields,
        )

    admin = people.user(
        "Ingrid",
        "Solheim",
        roles=has("admin"),
        user_group=UserGroupId("g-fjord"),
        language="nb",
        numeric_id=1000,
    )
    lead = agent_of("g-private", "d-private", "Lars", "Berge", roles=has("team-leader"))
    ola = agent_of(
        "g-private",
        "d-private",
        "Ola",
        "Nordmann",
        supervisor=lead.id,
        properties=values(wrap_up__phone=60, resource_filter=frozenset({"q-private"})),
        unticked_profiles=[ProfileId("p-evening")],
    )
    private = [ola, *(agent_of("g-private", "d-private", supervisor=lead.id) for _ in range(28))]
    business = [agent_of("g-business", "d-business", supervisor=lead.id) for _ in range(21)]
    # Pinned to the value that the group happens to have: this one doesn't follow when the group's value changes.
    business[0] = attrs.evolve(business[0], properties=values(wrap_up__phone=30))
    evening = [
        agent_of("g-evening", "d-evening", calling=Calling(hours=AgentHours(time_group=TimeGroupId("h-evening"))))
        for _ in range(9)
    ]
    return Tenant(
        id=TenantId("t-fjord"),
        name="Fjord Kundesenter",
        settings=Settings(time_zone=zone, region="NO", international_calling=True),
        blueprint=blueprint("puzzel"),
        users=by_id([admin, lead, *private, *business, *evening]),
        roles=by_id(
            [
                role("agent", "Agent", *grants("user:view", scope=frozenset({Within.SELF}))),
                role(
                    "team-leader",
                    "Team leader",
                    *grants("user:view", "user:edit", scope=frozenset({Within.OWN_USER_GROUP})),
                    *grants("report:view", scope=frozenset({Within.OWN_USER_GROUP})),
                    inherits=["agent"],
                ),
                role(
                    "admin",
                    "Administrator",
                    *grants("user:*", "user_group:*", "queue:*", "profile:*", "report:*", "access:grant"),
                ),
            ]
        ),
        user_groups=by_id(
            [
                UserGroup(id=UserGroupId("g-fjord"), name="Fjord", properties=values(language="nb", wrap_up__phone=20)),
                UserGroup(
                    id=UserGroupId("g-private"),
                    name="Private customers",
                    parent=UserGroupId("g-fjord"),
                    properties=values(resource_filter=frozenset({"q-private", "q-evening"})),
                ),
                UserGroup(
                    id=UserGroupId("g-business"),
                    name="Business customers",
                    parent=UserGroupId("g-fjord"),
                    properties=values(wrap_up__phone=30, resource_filter=frozenset({"q-business"}), max_contacts=2),
                ),
                UserGroup(id=UserGroupId("g-evening"), name="Evening", parent=UserGroupId("g-private")),
            ]
        ),
        departments=by_id(
            [
                department("d-private", "Private customers", private, failover=ToQueue(queue=QueueId("q-private"))),
                department(
                    "d-business",
                    "Business customers",
                    business,
                    strategy=Strategy.SIMULTANEOUS,
                    ring_time=20,
                    failover=to_department("d-private"),
                    hours=DepartmentHours(time_group=TimeGroupId("h-day"), closed=to_voicemail("v-business")),
                ),
                department("d-evening", "Evening", evening, failover=to_voicemail("v-private")),
            ]
        ),
        queues=by_id(Queue(id=QueueId(f"q-{name}"), name=name.title()) for name in ("private", "business", "evening")),
        skills=by_id(Skill(id=id_, name=name.title()) for name, id_ in skills.items()),
        profiles=by_id(
            [
                Profile(
                    id=ProfileId("p-private"),
                    name="Private",
                    user_group=UserGroupId("g-private"),
                    skills=Table({skills["invoice"]: 4, skills["delivery"]: 3}),
                ),
                Profile(
                    id=ProfileId("p-evening"),
                    name="Evening",
                    user_group=UserGroupId("g-private"),
                    skills=Table({skills["returns"]: 2}),
                ),
                Profile(
                    id=ProfileId("p-business"),
                    name="Business",
                    user_group=UserGroupId("g-business"),
                    skills=Table({skills["invoice"]: 5}),
                ),
                Profile(id=ProfileId("p-ola"), name="Ola's own", user=ola.id, skills=Table({skills["english"]: None})),
            ]
        ),
        numbers=by_id(
            [
                Number(id=NumberId("n-service"), phone=next(lines), name="Service", to=to_ivr("i-service")),
                Number(
                    id=NumberId("n-ola"),
                    phone=next(lines),
                    name="Ola direct",
                    to=agent(ola),
                    fallback=Fallback(to=to_department("d-private")),
                ),
            ]
        ),
        ivrs=by_id(
            [
                menu(
                    "i-service",
                    "Service",
                    "a-welcome",
                    ("1", "Private customers", ToTimeCondition(time_condition=TimeConditionId("c-private"))),
                    ("2", "Business customers", to_ivr("i-business")),
                ),
                menu(
                    "i-business",
                    "Business customers",
                    "a-business",
                    ("1", "Invoices", to_department("d-business")),
                    ("2", "Deliveries", to_department("d-business")),
                    on_timeout=to_department("d-business"),
                ),
            ]
        ),
        time_conditions=by_id(
            [
                TimeCondition(
                    id=TimeConditionId("c-private"),
                    name="Private customers",
                    time_group=TimeGroupId("h-day"),
                    open=to_department("d-private"),
                    closed=to_department("d-evening"),
                )
            ]
        ),
        time_groups=by_id(
            [
                hours("h-day", "Daytime", zone, weekly_hours(MONDAY_TO_FRIDAY, "08:00-16:00"), calendar="k-norway"),
                hours(
                    "h-evening",
                    "Evening",
                    zone,
                    weekly_hours(MONDAY_TO_FRIDAY, "16:00-00:00"),
                    weekly_hours([Weekday.SATURDAY], "10:00-02:00"),
                    calendar="k-norway",
                    use={"without": ["17. mai"]},
                ),
            ]
        ),
        calendars=by_id(
            [
                HolidayCalendar(
                    id=CalendarId("k-norway"),
                    name="Helligdager",
                    entries=[
                        CalendarEntry(name="Nyttårsdag", dates=Yearly(month=1, day=1)),
                        CalendarEntry(name="1. mai", dates=Yearly(month=5, day=1)),
                        CalendarEntry(name="17. mai", dates=Yearly(month=5, day=17)),
                        CalendarEntry(
                            name="Julaften",
                            dates=Yearly(month=12, day=24),
                            effect=Special(intervals=day_hours("10:00-13:00")),
                        ),
                        CalendarEntry(name="1. juledag", dates=Yearly(month=12, day=25), effect=Closed()),
                    ],
                )
            ]
        ),
        announcements=announcements(welcome="Velkommen", business="Bedrift"),
        voicemails=by_id(
            [
                Voicemail(id=VoicemailId("v-private"), name="Private"),
                Voicemail(id=VoicemailId("v-business"), name="Business"),
            ]
        ),
        properties=values(wrap_up__phone=10),
    )


# ---- a Canadian chat product's workplace ----------------------------------------------------------------------------


def supervisor_workplace() -> Tenant:
    """Gullwing Chat: agents under supervisors, aliases that clients see, on a clock that is half an hour off."""
    people = People("en_CA", "CA", "gullwing.example.com", 15)
    lines = valid_numbers("CA", phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    people.mobiles = lines
    zone = "America/St_Johns"
    skills = [Skill(id=SkillId(f"s-{name}"), name=name.title()) for name in ("french", "billing", "technical")]
    switches = {
        "thread:transfer": grants("thread:transfer"),
        "user:*": grants("user:*"),
        "settings:*": grants("settings:*"),
    }

    def supervisor(first: str, last: str, department_: str, *ticked: str) -> User:
        return people.user(
            first,
            last,
            roles=has("supervisor"),
            home_department=DepartmentId(department_),
            grants=[grant for name in ticked for grant in switches[name]],
            person=Person(gender="female" if first != "Hugh" else "male"),
        )

    head = supervisor("Nora", "Power", "d-care", "thread:transfer", "user:*", "settings:*")
    head = attrs.evolve(head, grants=(*head.grants, *grants("access:grant")))
    leads = [
        supervisor("Clara", "Benoit", "d-care", "thread:transfer", "user:*", "settings:*"),
        supervisor("Hugh", "Tobin", "d-care", "thread:transfer"),
        supervisor("Ada", "Squires", "d-technical", "user:*"),
    ]
    aliases = iter(["Sam", "Alex", "Robin", "Jo", "Kim", "Max"])
    agents = [
        people.user(
            roles=has("agent"),
            supervisor=leads[index % 3].id,
            alias=next(aliases, None),
            phone=next(lines),
            skills=Table({skills[index % 3].id: None}),
            calling=Calling(login_based=index % 4 == 0),
            site=Site(name="St. John's", emergency_region="CA") if index % 9 == 0 else None,
            sign_in=SignIn(addresses=SelectedAddresses(named=[AddressId("ip-water-street")]))
            if index == 3
            else SignIn(),
        )
        for index in range(32)
    ]
    agents.append(
        attrs.evolve(
            people.user("Ruth", "Janes", roles=has("agent"), supervisor=leads[0].id, phone=next(lines)),
            grants=(
                *grants("thread:transfer", scope=frozenset({Within.SELF})),
                *grants("user:view", scope=frozenset({Chosen(kind=ChosenKind.USER, id=agents[0].id)})),
            ),
        )
    )
    care = [user for user in agents if user.supervisor in (leads[0].id, leads[1].id)]
    technical = [user for user in agents if user.supervisor == leads[2].id]
    return Tenant(
        id=TenantId("t-gullwing"),
        name="Gullwing Chat",
        settings=Settings(time_zone=zone, region="CA"),
        blueprint=blueprint("supervisor-workplace"),
        users=by_id([head, *leads, *agents]),
        roles=by_id(
            [
                role("agent", "Agent"),
                role(
                    "supervisor", "Supervisor", *grants("user:view", scope=frozenset({Within.OWN_AGENTS, Within.SELF}))
                ),
            ]
        ),
        departments=by_id(
            [
                department("d-care", "Customer care", care, failover=to_voicemail("v-care")),
                department(
                    "d-technical",
                    "Technical",
                    technical,
                    strategy=Strategy.SIMULTANEOUS,
                    failover=to_department("d-care"),
                ),
            ]
        ),
        skills=by_id(skills),
        numbers=by_id(
            [
                Number(
                    id=NumberId("n-care"),
                    phone=next(lines),
                    name="Care",
                    to=ToTimeCondition(time_condition=TimeConditionId("c-care")),
                )
            ]
        ),
        ivrs=by_id(
            [
                menu(
                    "i-care",
                    "Care",
                    "a-welcome",
                    ("1", "Customer care", to_department("d-care")),
                    ("2", "Technical", to_ivr("i-technical")),
                ),
                menu(
                    "i-technical",
                    "Technical",
                    "a-technical",
                    ("1", "Router", to_department("d-technical")),
                    ("2", "App", to_department("d-technical")),
                    ("#", "Back", to_ivr("i-care")),
                ),
            ]
        ),
        time_conditions=by_id(
            [
                TimeCondition(
                    id=TimeConditionId("c-care"),
                    name="Care",
                    time_group=TimeGroupId("h-care"),
                    open=to_ivr("i-care"),
                    closed=ToAnnouncement(
                        announcement=AnnouncementId("a-closed"), next=HangUp(cause=Cause.UNAVAILABLE)
                    ),
                )
            ]
        ),
        time_groups=by_id(
            [
                hours(
                    "h-care",
                    "Care",
                    zone,
                    weekly_hours(MONDAY_TO_SATURDAY, "08:30-21:30"),
                    exceptions=[
                        HoursException(name="Regatta Day", dates=OneDate(date=date(2026, 8, 5)), effect=Closed()),
                        HoursException(name="Christmas Day", dates=Yearly(month=12, day=25), effect=Closed()),
                    ],
                )
            ]
        ),
        announcements=announcements(welcome="Welcome", technical="Technical", closed="We are closed"),
        voicemails=by_id([Voicemail(id=VoicemailId("v-care"), name="Care")]),
        addresses=by_id(
            [
                NamedAddress(
                    id=AddressId("ip-water-street"), name="Water Street", networks=[parse_network("198.51.100.0/25")]
                )
            ]
        ),
    )


def grouped(tenant: Tenant, **groups: PropertyValue) -> Tenant:
    """The tenant with user groups, each with its own wrap-up time, and its agents dealt out to them in turn."""
    made = [
        UserGroup(id=UserGroupId(f"g-{name}"), name=name.title(), properties=values(wrap_up__phone=seconds))
        for name, seconds in groups.items()
    ]
    turn = cycle(made)
    members = {member for department_ in tenant.departments.values() for member in department_.members}
    users = [
        attrs.evolve(user, user_group=next(turn).id) if user.id in members else user for user in tenant.users.values()
    ]
    return attrs.evolve(tenant, users=by_id(users), user_groups=by_id(made))


TENANTS = {
    "smartflo": smartflo,
    "smartq": lambda: grouped(smartq(), trained=20, training=60),
    "smartertrack": lambda: grouped(smartertrack(), first=15, second=45),
    "puzzel": puzzel,
    "supervisor-workplace": lambda: grouped(supervisor_workplace(), mornings=10, evenings=30),
}


def main() -> None:
    """Write the files."""
    for name, make in TENANTS.items():
        dump(make(), HERE / f"{name}.toml")
        sys.stdout.write(f"examples/{name}.toml\n")


if __name__ == "__main__":
    main()

"""Strategies for people: names, logins, contact data, users."""

from __future__ import annotations

from hypothesis import strategies as st

from agentprov.model.contact import Email, PhoneNumber
from agentprov.model.identity import Login
from agentprov.model.ids import CallerIdId, UserId
from agentprov.model.limits import Among, Bound, PropertyLimit, PropertyLimits, Range
from agentprov.model.network import Network, parse_network
from agentprov.model.properties import NONE, PropertyName, PropertyValue, PropertyValues
from agentprov.model.table import Table
from agentprov.model.users import (
    NO_CALLING,
    NO_INTERACTIONS,
    NO_PERSON,
    NO_SIGN_IN,
    NO_VISIBILITY,
    AgentHours,
    AreaCallerId,
    AuthenticationMethod,
    Calling,
    Extension,
    Interactions,
    OutboundBlock,
    Person,
    RouteThrough,
    Same,
    SelectedAddresses,
    SignIn,
    Status,
    User,
    Visibility,
)
from agentprov.testing.strategies import pools
from agentprov.testing.strategies.outbound import call_permissions, sites
from agentprov.testing.strategies.pool import EVERYTHING, Pool, a_few, flips, maybe, one, optional, shared, some, up_to
from agentprov.testing.strategies.rights import grant_lists
from agentprov.testing.strategies.routes import destinations, ring_plans
from agentprov.testing.strategies.skills import skill_levels

_VALUES: dict[str, tuple[PropertyValue, ...]] = {
    "wrap_up.phone": (NONE, 0, 15, 30),
    "ring_timeout": (1, 20, 30, 45),
    "language": (NONE, "en", "nb-NO"),
    "max_contacts": (NONE, 1, 50),
    "pause.after_missed_calls": (NONE, 1, 2, 3),
    "resource_filter": (NONE, frozenset(), frozenset(pools.QUEUES[:1])),
}
_BOUNDS: dict[str, tuple[Bound, ...]] = {
    "wrap_up.phone": (Range(low=0, high=20), Range(low=10, high=60, or_none=True), Among(values=[15, 30])),
    "ring_timeout": (Range(low=20, high=40), Range(low=30, high=30), Among(values=[20, 30])),
    "language": (Among(values=["en"]), Among(values=["en", "nb-NO"], or_none=True)),
    "max_contacts": (Range(low=1, high=10), Range(low=1, high=50, or_none=True)),
    "pause.after_missed_calls": (Range(low=2, high=3, or_none=True),),
    "resource_filter": (Among(values=pools.QUEUES, or_none=True),),
}
"""Each has the definition's default inside, so that any of them go together, and there is always a value."""
_NETWORKS = ("192.0.2.0/24", "2001:db8::/32", "198.51.100.7", "::1")


@shared
def user_ids() -> st.SearchStrategy[UserId]:
    """Ids of the users whom tenants of :func:`tenants` may have."""
    return st.sampled_from(pools.USERS)


@shared
def names() -> st.SearchStrategy[str]:
    """Names of people and things, of several scripts and lengths: :data:`~agentprov.testing.strategies.pools.NAMES`."""
    return st.sampled_from(pools.NAMES)


@shared
def logins() -> st.SearchStrategy[Login]:
    """Logins, some of which differ only by case."""
    return st.sampled_from(pools.LOGINS)


@shared
def emails() -> st.SearchStrategy[Email]:
    """Email addresses, some of which differ only by the case of their local part."""
    return st.sampled_from(pools.EMAILS)


@shared
def phones() -> st.SearchStrategy[PhoneNumber]:
    """Numbers of people, valid in the numbering plans of many countries."""
    return st.sampled_from(pools.PHONES)


@shared
def networks() -> st.SearchStrategy[Network]:
    """Networks and single addresses, IPv4 and IPv6."""
    return st.sampled_from(_NETWORKS).map(parse_network)


@shared
@st.composite
def property_values(draw: st.DrawFn) -> PropertyValues:
    """Values of a few ready properties, the explicit "none" among them; each fits at every level."""
    found: dict[PropertyName, PropertyValue] = {}
    for name in draw(some(pools.PROPERTIES, at_most=5)):
        found[name] = draw(one(*_VALUES[name]))
    return Table(found)


@shared
@st.composite
def property_limits(draw: st.DrawFn) -> PropertyLimits:
    """Locks and bounds of a few ready properties; whatever values there are, some value is inside all bounds."""
    found: dict[PropertyName, PropertyLimit] = {}
    for name in draw(some(pools.PROPERTIES, at_most=2)) if draw(flips) else ():
        bound = draw(one(None, *_BOUNDS[name]))
        found[name] = PropertyLimit(locked=bound is None or draw(flips), bound=bound)
    return Table(found)


@shared
@st.composite
def callings(draw: st.DrawFn, *, within: Pool = EVERYTHING, user: UserId | None = None, linked: bool = True) -> Calling:
    """What concerns a user's calls. An extension is that user's own; ``linked`` lets the forward follow the phone."""
    group = draw(maybe(*within.time_groups))
    failover = st.one_of(st.none(), destinations(within=within, but=user))
    login_based = draw(flips)
    allowed = draw(one((), within.caller_ids, within.caller_ids[:1], within.caller_ids[::-1]))
    number = str(100 + pools.USERS.index(user)) if user in pools.USERS else "199"
    forwards: tuple[PhoneNumber | Same | None, ...] = (None, None, None, *pools.PHONES[:2])
    return Calling(
        enabled=draw(up_to(7)) != 0,
        login_based=login_based,
        dialler_panel=login_based and draw(flips),
        dispositions=draw(flips),
        hours=None if group is None else AgentHours(time_group=group, failover=draw(failover)),
        ring_plan=draw(optional(ring_plans())),
        extension=draw(extensions(within=within, number=number, allowed=allowed)) if draw(flips) else None,
        forward=draw(one(*forwards, Same.PHONE) if linked else one(*forwards)),
        caller_ids=allowed,
        outbound_block=draw(one(*_BLOCKS)),
        call_permissions=draw(call_permissions()),
    )


@shared
@st.composite
def extensions(
    draw: st.DrawFn,
    *,
    within: Pool = EVERYTHING,
    number: str = "199",
    allowed: tuple[CallerIdId, ...] = pools.CALLER_IDS,
) -> Extension:
    """Extensions with a list of caller IDs by area code, of those that are allowed; one in four bound to addresses."""
    entries = [
        AreaCallerId(prefix=prefix, caller_id=draw(one(*allowed)))
        for prefix in sorted(draw(some(_PREFIXES if allowed else ())))
    ]
    return Extension(
        number=number,
        area_caller_ids=entries,
        route_through=draw(one(*RouteThrough)),
        addresses=draw(some(within.addresses)) if draw(up_to(3)) == 0 else (),
    )


@shared
@st.composite
def sign_ins(draw: st.DrawFn) -> SignIn:
    """Sign-in options, from anywhere or from selected networks."""
    chosen = tuple(draw(a_few(networks(), at_most=2)))
    return SignIn(
        method=draw(one(*AuthenticationMethod)),
        two_factor=draw(flips),
        web_login_blocked=draw(flips),
        addresses=SelectedAddresses(networks=chosen) if chosen else None,
    )


@shared
@st.composite
def visibilities(draw: st.DrawFn, *, within: Pool = EVERYTHING) -> Visibility:
    """Whose records somebody sees."""
    return Visibility(
        numbers=draw(some(within.numbers)),
        users=draw(some(within.users)),
        agent_groups=draw(some(within.agent_groups)),
        own=draw(flips),
    )


@shared
def persons() -> st.SearchStrategy[Person]:
    """What is known of a person."""
    text = st.sampled_from((None, *pools.NAMES))
    return st.builds(
        Person,
        designation=text,
        windows_login=st.sampled_from((None, "abc", "ürün")),
        gender=st.sampled_from((None, "female", "male", "diverse")),
        photo=st.just(None),
        contact_details=st.sampled_from((Table(), Table({"room": "12 b"}))),
    )


_PREFIXES = ("2", "22", "91", "1", "201", "+223", "+9181", "+4740", "+44")
"""Some are the beginning of others; no two stand for the same numbers in a region that tenants are drawn with."""

_BLOCKS = (OutboundBlock.NONE, OutboundBlock.NONE, *OutboundBlock)
_INTERACTIONS = (NO_INTERACTIONS, Interactions(video=True), Interactions(whatsapp=True, sms=True))
_STATUSES = (Status.ACTIVE,) * 6 + tuple(Status)


@shared
@st.composite
def users(
    draw: st.DrawFn,
    *,
    within: Pool = EVERYTHING,
    user: UserId | None = None,
    login: Login | None = None,
    details: bool = True,
) -> User:
    """Users: two in three active, most with a phone, some without any number that could ring.

    The supervisor comes earlier in the pool, so that supervisors never go round in a circle; numeric id and extension
    belong to the id alone, so that no two users of a tenant share one. Without ``details`` only what rights, properties
    and routing look at is drawn.
    """
    id_ = draw(one(*(within.users or pools.USERS))) if user is None else user
    position = within.users.index(id_) if id_ in within.users else 0
    phone = draw(one(None, *pools.PHONES[:6]))
    rest = details and draw(flips)
    return User(
        id=id_,
        login=draw(logins()) if login is None else login,
        status=draw(one(*_STATUSES)),
        name=draw(optional(names())) if rest else None,
        display_name=draw(optional(names())) if rest else None,
        alias=draw(optional(names())) if rest else None,
        email=draw(optional(emails())) if rest else None,
        phone=phone,
        alternate_numbers=draw(a_few(phones(), at_most=2)),
        mobile=draw(one(None, *pools.PHONES)) if rest else None,
        numeric_id=1_000 + position if draw(flips) else None,
        language=draw(one(None, *pools.LANGUAGES)) if rest else None,
        user_group=draw(maybe(*within.user_groups)),
        home_department=draw(maybe(*within.departments)),
        supervisor=draw(maybe(*within.users[:position])),
        agent_groups=draw(some(within.agent_groups)),
        roles=draw(some(within.roles, at_most=2)),
        grants=draw(grant_lists(within=within)),
        skills=draw(skill_levels(within=within)),
        properties=draw(property_values()),
        site=draw(sites(within=within)) if draw(flips) else None,
        person=draw(persons()) if rest else NO_PERSON,
        calling=draw(callings(within=within, user=id_, linked=phone is not None)) if draw(flips) else NO_CALLING,
        sign_in=draw(sign_ins()) if rest else NO_SIGN_IN,
        visibility=draw(visibilities(within=within)) if draw(flips) else NO_VISIBILITY,
        interactions=draw(one(*_INTERACTIONS)) if rest else NO_INTERACTIONS,
    )

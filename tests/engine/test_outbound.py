"""Outbound calls, one rule at a time: what is dialled, through which leg, with which caller ID, and why not."""

from __future__ import annotations

from threading import Thread
from typing import Any

import attrs
import pytest

from agentprov.engine.dial_permissions import CallPermissionLevels
from agentprov.engine.outbound import Outbound
from agentprov.errors import Code, InvalidValue
from agentprov.model.call_permissions import CallPermissions
from agentprov.model.contact import PhoneNumber
from agentprov.model.groups import CallerId, UserGroup
from agentprov.model.identity import Login
from agentprov.model.ids import CallerIdId, UserGroupId, UserId
from agentprov.model.live import Live
from agentprov.model.network import parse_address
from agentprov.model.outbound import Attempt, DialLeg, DialOutcome
from agentprov.model.phones import PhoneType
from agentprov.model.settings import AddressBinding
from agentprov.model.user_types import API, CUSTOMER
from agentprov.model.users import NO_CALLING, Extension, OutboundBlock, RouteThrough, Site, Status, User
from tests.engine.dial_centre import (
    DELHI,
    EXTENSION,
    HOME,
    INDIAN,
    MOBILE,
    MUMBAI,
    OFFICE,
    OSLO,
    PHONES,
    SITE,
    alarm,
    area,
    asha,
    centre,
    changed,
    denied,
    made,
    refused,
    said,
    tried,
)
from tests.tenants import by_id


def shown(value: object) -> str:
    """A case's id: its beginning in ASCII."""
    return ascii(value)[:40]


# ---- OB-1 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dialled", "number"),
    [
        ("80696 51170", "+918069651170"),
        (INDIAN, "+918069651170"),
        ("+47 22 33 44 55", "+4722334455"),
        ("0047 22 33 44 55", "+4722334455"),
        ("+91 80696 51170 ext. 12", "+918069651170;ext=12"),
        ("+91 80696 5117", "+91806965117"),  # of no range that is known, but as long as one
    ],
)
def test_what_was_dialled_is_read_with_the_tenants_region(dialled: str, number: str) -> None:
    """OB-1: national, `+` and `00` forms are one number, and it need only be possible."""
    assert number == made(tried(centre(asha()), dialled)).number


@pytest.mark.parametrize(
    ("dialled", "code"),
    [
        ("", Code.PHONE_REQUIRED),
        ("   ", Code.PHONE_REQUIRED),
        ("8069\u200b651170", Code.PHONE_INVALID_CHARACTER),  # B095
        ("8069\u202e651170", Code.PHONE_INVALID_CHARACTER),
        ("\uff18\uff10\uff16\uff19\uff16\uff15\uff11\uff11\uff17\uff10", Code.PHONE_INVALID_CHARACTER),  # B097
        ("\u0668\u0660\u0666\u0669\u0666\u0665\u0661\u0661\u0667\u0660", Code.PHONE_INVALID_CHARACTER),
        ("VNTRIP2016A0NLH", Code.PHONE_LETTERS),  # B098
        ("1-800-FLOWERS", Code.PHONE_LETTERS),
        ("91234567w12", Code.PHONE_INVALID_CHARACTER),  # B100
        ("*21*91234567#", Code.PHONE_SERVICE_CODE),  # B106
        ("##002#", Code.PHONE_SERVICE_CODE),
        ("300&DAHDI/g1/123", Code.PHONE_INVALID_CHARACTER),  # B107
        ("100@10.0.0.1", Code.PHONE_INVALID_CHARACTER),
        ("8069651170,,1234", Code.PHONE_INVALID_CHARACTER),
        ("8069651170;DROP", Code.PHONE_INVALID_CHARACTER),
        ("8069651170\n", Code.PHONE_INVALID_CHARACTER),
        ("8069651170\x00", Code.PHONE_INVALID_CHARACTER),
        ("\ud800", Code.PHONE_INVALID_CHARACTER),
        ("++918069651170", Code.PHONE_INVALID),  # B094
        ("9" * 4_000, Code.PHONE_TOO_LONG),
        ("\ud800" * 4_000, Code.PHONE_TOO_LONG),
        ("12", Code.PHONE_TOO_SHORT),  # B109
        ("+91 80696 51170 1234", Code.PHONE_TOO_LONG),
        ("+999 1234567", Code.PHONE_IMPOSSIBLE),
        ("999", Code.PHONE_TOO_SHORT),  # B101: an emergency number elsewhere, none here
        ("+44 999", Code.PHONE_TOO_SHORT),
    ],
    ids=shown,
)
@pytest.mark.parametrize("channel", ["click-to-call", "softphone"])
def test_what_is_no_number_is_refused_with_its_fault(dialled: str, code: Code, channel: str) -> None:
    """OB-1, B094 to B109: whatever was typed, the answer is a refusal with the number's fault, and no exception."""
    assert [f"OB-1 call: {code.value}"] == refused(tried(centre(asha(extension=EXTENSION)), dialled, channel=channel))


def test_with_international_calling_off_other_countries_are_refused() -> None:
    """OB-1: another country is refused by the setting, even behind the same prefix; the tenant's own isn't."""
    national = centre(asha(), settings=changed(international_calling=False))
    american = centre(asha(), settings=changed(international_calling=False, region="US"))

    assert ["OB-1 call: phone.international_off"] == refused(tried(national, "+47 22 33 44 55"))
    assert ["OB-1 call: phone.international_off"] == refused(tried(american, "+1 876 210 1234"))
    assert "+918069651170" == made(tried(national)).number


def test_a_colleagues_extension_is_told_from_a_number() -> None:
    """OB-1: an extension isn't called outside, and the refusal says whose it is; what is a number is one."""
    ravi = User(id=UserId("u-ravi"), login=Login("ravi"), calling=asha(extension=Extension(number="202")).calling)
    lena = User(
        id=UserId("u-lena"), login=Login("lena"), calling=asha(extension=Extension(number="8069651170")).calling
    )
    tenant = centre(asha(extension=EXTENSION), ravi, lena)

    assert ["OB-1 user u-ravi: number.extension"] == refused(tried(tenant, "202"))
    assert ["OB-1 user u-ravi: number.extension"] == refused(tried(tenant, "2-02", channel="softphone"))
    assert ["OB-1 call: phone.too_short"] == refused(tried(tenant, "203"))
    assert "+918069651170" == made(tried(tenant, "8069651170")).number


def test_nobody_the_tenant_knows_calls_nobody() -> None:
    """OB-1: an unknown agent is refused, and no exception; not even their emergency calls are the tenant's to make."""
    for dialled in (INDIAN, "112"):
        outcome = tried(centre(asha()), dialled, agent="u-nobody")
        assert ["OB-1 user u-nobody: agent.unknown"] == refused(outcome)


def test_every_reason_is_given_in_the_order_of_the_rules() -> None:
    """OB-1: a refusal names everything that refuses, whatever else is wrong as well."""
    agent = asha(
        extension=Extension(number="201", route_through=RouteThrough.MOBILE, addresses=[OFFICE]),
        status=Status.BLOCKED,
        enabled=False,
        outbound_block=OutboundBlock.ALL,
        caller_ids=(),
        call_permissions=CallPermissions(barred_countries=["US"], barred_types=[PhoneType.PREMIUM_RATE]),
    )
    tenant = centre(agent, settings=changed(international_calling=False))

    assert [
        "OB-1 call: phone.international_off",
        "OB-2: status.blocked",
        "OB-2: calling.off",
        "OB-2: block.all",
        "OB-3: address.unknown",
        "OB-4: route.mobile",
        "OB-5: caller_id.none",
        "OB-7: country.barred",
        "OB-7: type.barred",
    ] == refused(tried(tenant, "+1 900 234 5678", channel="softphone"))


# ---- OB-2 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "click_to_call", "softphone"),
    [
        ({}, [], []),
        ({"outbound_block": OutboundBlock.ALL}, ["OB-2: block.all"], ["OB-2: block.all"]),
        ({"outbound_block": OutboundBlock.ONLY_EXTENSION}, [], ["OB-2: block.only_extension"]),
        ({"enabled": False}, ["OB-2: calling.off"], ["OB-2: calling.off"]),
        ({"status": Status.DISABLED}, ["OB-2: status.disabled"], ["OB-2: status.disabled"]),
        ({"status": Status.BLOCKED}, ["OB-2: status.blocked"], ["OB-2: status.blocked"]),
        ({"status": Status.DEACTIVATED}, ["OB-2: status.deactivated"], ["OB-2: status.deactivated"]),
        ({"type": CUSTOMER}, ["OB-2: type.not_routed"], ["OB-2: type.not_routed"]),
        ({"type": API}, ["OB-2: type.not_routed"], ["OB-2: type.not_routed"]),
    ],
    ids=shown,
)
def test_blocks(changes: dict[str, Any], click_to_call: list[str], softphone: list[str]) -> None:
    """OB-2: "all" refuses both channels, "only extension" the softphone; calling off and status refuse everything."""
    tenant = centre(asha(extension=EXTENSION, **changes), settings=changed(ring_disabled_agents=True))

    for channel, expected in (("click-to-call", click_to_call), ("softphone", softphone)):
        outcome = tried(tenant, channel=channel)
        assert expected == denied(outcome)


def test_texts_in_the_place_of_members_are_refused() -> None:
    """OB-2: a block isn't lost where a host builds the user with the text instead of the member."""
    texts: tuple[dict[str, Any], ...] = ({"outbound_block": "only-extension"}, {"status": "blocked"})
    for text in texts:
        with pytest.raises(InvalidValue) as caught:
            asha(extension=EXTENSION, **text)

        assert (Code.FIELD_UNKNOWN_CHOICE,) == caught.value.codes
        assert [tuple(text)] == [problem.path for problem in caught.value.problems]


# ---- OB-3 ------------------------------------------------------------------------------------------------------------

BOUND = Extension(number="201", addresses=[OFFICE, HOME])


def from_(address: str | None) -> Live:
    """Asha is logged in from this address."""
    return Live(addresses={} if address is None else {"u-asha": parse_address(address)})


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.7", []),
        ("::ffff:192.0.2.7", []),
        ("2001:db8::7", []),
        ("198.51.100.7", ["OB-3: address.outside"]),
        ("::ffff:198.51.100.7", ["OB-3: address.outside"]),
        ("2001:db9::7", ["OB-3: address.outside"]),
        (None, ["OB-3: address.unknown"]),
    ],
)
@pytest.mark.parametrize("leg", [None, "extension", "mobile"])
@pytest.mark.parametrize("binding", AddressBinding)
def test_an_agent_bound_to_addresses(
    address: str | None, expected: list[str], leg: str | None, binding: AddressBinding
) -> None:
    """OB-3: calls are made from a named address only, on either leg; a setting leaves the mobile leg alone."""
    tenant = centre(asha(extension=BOUND), settings=changed(address_binding=binding))
    free = leg == "mobile" and binding is AddressBinding.EXTENSION_LEG

    outcome = tried(tenant, leg=leg, live=from_(address))

    assert ([] if free else expected) == denied(outcome)


def test_who_is_bound_to_nothing_calls_from_anywhere() -> None:
    """OB-3: without named addresses it doesn't matter where somebody is."""
    assert [] == denied(tried(centre(asha(extension=EXTENSION)), live=from_("203.0.113.1")))


# ---- OB-4 ------------------------------------------------------------------------------------------------------------


def routed(route: RouteThrough, **changes: Any) -> Any:
    """A tenant whose agent has an extension with this route."""
    return centre(asha(extension=Extension(number="201", route_through=route), **changes))


@pytest.mark.parametrize(
    ("route", "leg", "expected"),
    [
        (RouteThrough.BOTH, None, ("extension", "201", "leg.first")),
        (RouteThrough.BOTH, "extension", ("extension", "201", "leg.chosen")),
        (RouteThrough.BOTH, "mobile", ("mobile", MOBILE, "leg.chosen")),
        (RouteThrough.EXTENSION, None, ("extension", "201", "leg.only")),
        (RouteThrough.EXTENSION, "extension", ("extension", "201", "leg.chosen")),
        (RouteThrough.MOBILE, None, ("mobile", MOBILE, "leg.only")),
        (RouteThrough.MOBILE, "mobile", ("mobile", MOBILE, "leg.chosen")),
    ],
)
def test_click_to_call_goes_by_the_route(route: RouteThrough, leg: str | None, expected: tuple[str, str, str]) -> None:
    """OB-4: extension, mobile, or both, where the agent chooses; without a choice it is the extension."""
    call = made(tried(routed(route), leg=leg))

    assert expected == (call.leg.value, call.rings, call.reasons[0].code.value)


@pytest.mark.parametrize(
    ("route", "leg", "code"),
    [
        (RouteThrough.EXTENSION, "mobile", "route.not_offered"),
        (RouteThrough.MOBILE, "extension", "route.not_offered"),
    ],
)
def test_a_leg_that_the_route_does_not_offer(route: RouteThrough, leg: str, code: str) -> None:
    """OB-4: a choice that the route doesn't leave is refused, not silently replaced."""
    assert [f"OB-4: {code}"] == refused(tried(routed(route), leg=leg))


def test_a_softphone_needs_an_extension_that_calls_go_through() -> None:
    """OB-4: a softphone with route mobile is refused, and so is one without an extension, or asked for the mobile."""
    assert ["OB-4: route.mobile"] == refused(tried(routed(RouteThrough.MOBILE), channel="softphone"))
    assert ["OB-4: extension.none"] == refused(tried(centre(asha()), channel="softphone"))
    assert ["OB-4: route.not_offered"] == refused(tried(routed(RouteThrough.BOTH), channel="softphone", leg="mobile"))
    for route in (RouteThrough.BOTH, RouteThrough.EXTENSION):
        call = made(tried(routed(route), channel="softphone"))
        assert (DialLeg.EXTENSION, "201") == (call.leg, call.rings)


def test_without_an_extension_there_is_the_mobile() -> None:
    """OB-4: who has no extension is called on the mobile, else on the phone number; with neither they call nobody."""
    phone = "+918069651170"

    assert MOBILE == made(tried(centre(asha()))).rings
    assert phone == made(tried(centre(asha(mobile=None, phone=phone)), "+4722334455")).rings
    assert ["OB-4: mobile.none"] == refused(tried(centre(asha(mobile=None))))
    assert ["OB-4: mobile.none"] == refused(tried(routed(RouteThrough.MOBILE, mobile=None)))
    assert ["OB-4: extension.none"] == refused(tried(centre(asha()), leg="extension"))


# ---- OB-5 ------------------------------------------------------------------------------------------------------------


def listed(*entries: tuple[str, CallerIdId], **changes: Any) -> Any:
    """A tenant whose agent has this list of caller IDs by area code."""
    return centre(asha(extension=Extension(number="201", area_caller_ids=area(*entries)), **changes))


@pytest.mark.parametrize(
    ("entries", "dialled", "expected"),
    [
        ([("22", MUMBAI)], "+91 22 2345 6789", MUMBAI),
        ([("22", DELHI)], "022 2345 6789", DELHI),
        ([("91", DELHI)], "022 2345 6789", DELHI),
        ([("91", DELHI), ("22", OSLO)], "022 2345 6789", OSLO),
        ([("22", OSLO), ("91", DELHI)], "022 2345 6789", OSLO),
        ([("91", DELHI), ("22", OSLO)], INDIAN, DELHI),
        ([("+91", DELHI), ("+9122", OSLO), ("222", MUMBAI)], "022 2345 6789", MUMBAI),
        ([("+223", OSLO)], "+223 65 01 23 45", OSLO),
        ([("+47", OSLO)], "0047 22 33 44 55", OSLO),
    ],
)
def test_caller_ids_by_area_code(entries: list[tuple[str, CallerIdId]], dialled: str, expected: CallerIdId) -> None:
    """OB-5: `+` is an E.164 prefix, the own country code alone is `+91`, other digits follow it; the longest wins."""
    call = made(tried(listed(*entries), dialled, caller_id=DELHI))

    assert (expected, PHONES[expected]) == (call.caller_id, call.presents)
    assert f"OB-5 caller-id {expected}: caller_id.by_area" in said(call)


def test_a_malian_number_does_not_get_mumbais_caller_id() -> None:
    """OB-5 (q): `22` is Mumbai's area code, and +223 is Mali; `47` is an area code of ours, and +47 Norway."""
    tenant = listed(("22", DELHI), ("47", DELHI))

    for foreign in ("+223 65 01 23 45", "0022365012345", "+47 22 33 44 55"):
        call = made(tried(tenant, foreign))
        assert (MUMBAI, ["OB-4: leg.first", f"OB-5 caller-id {MUMBAI}: caller_id.first"]) == (
            call.caller_id,
            said(call),
        )


def test_without_a_match_it_is_the_choice_if_allowed() -> None:
    """OB-5: no entry matches: what the agent chose if allowed, else the first allowed; none allowed: refused."""
    tenant = listed(("11", DELHI), caller_ids=(OSLO, DELHI))

    assert OSLO == made(tried(tenant)).caller_id
    assert DELHI == made(tried(tenant, caller_id=DELHI)).caller_id
    for stranger in (MUMBAI, "c-nothing"):
        call = made(tried(tenant, caller_id=stranger))
        assert OSLO == call.caller_id
        assert [f"OB-5 caller-id {stranger}: caller_id.not_allowed", f"OB-5 caller-id {OSLO}: caller_id.first"] == said(
            call
        )[1:]
    assert ["OB-5: caller_id.none"] == refused(tried(centre(asha(caller_ids=())), caller_id=MUMBAI))


def test_an_area_code_that_stands_for_nothing_matches_nothing() -> None:
    """OB-5: in a tenant whose region has no numbering plan, bare digits have no country to follow."""
    tenant = centre(
        asha(extension=Extension(number="201", area_caller_ids=area(("22", DELHI), ("91", OSLO), ("+47", OSLO)))),
        settings=changed(region="XX"),
    )

    assert ["OB-1 call: region.unknown"] == refused(tried(tenant, "+47 22 33 44 55"))


@pytest.mark.parametrize(
    ("entries", "defects"),
    [
        ([("22", DELHI), ("+9122", OSLO)], [("prefix", Code.FIELD_DUPLICATE, "+9122")]),
        ([("+91", DELHI), ("91", DELHI)], [("prefix", Code.FIELD_DUPLICATE, "+91")]),
        ([("22", DELHI), ("91", OSLO), ("9122", OSLO), ("+22", OSLO)], []),
        ([("91", SITE)], [("caller_id", Code.FIELD_INVALID, SITE)]),
    ],
)
def test_equal_entries_and_caller_ids_that_are_not_allowed_are_defects(
    entries: list[tuple[str, CallerIdId]], defects: list[tuple[str, Code, str]]
) -> None:
    """OB-5: two entries that stand for the same numbers, or one outside the allowed caller IDs, keep a tenant away."""
    found = []
    try:
        listed(*entries)
    except InvalidValue as error:
        found = [(problem.path[-1], problem.code, problem.parameters["value"]) for problem in error.problems]

    assert defects == found


def test_a_caller_id_is_presented_without_what_is_dialled_after_it() -> None:
    """OB-5: the network knows no suffix."""
    suffixed = CallerId(id=MUMBAI, phone=PhoneNumber("+912249160000;ext=5"))
    tenant = centre(asha(caller_ids=(MUMBAI,)), caller_ids=by_id([suffixed]))

    assert "+912249160000" == made(tried(tenant)).presents


# ---- OB-6 ------------------------------------------------------------------------------------------------------------

EVERYTHING_AGAINST = asha(
    extension=Extension(number="112", route_through=RouteThrough.MOBILE, addresses=[OFFICE]),
    type=CUSTOMER,
    status=Status.DEACTIVATED,
    enabled=False,
    outbound_block=OutboundBlock.ALL,
    caller_ids=(),
    call_permissions=CallPermissions(allowed_countries=[], allowed_types=[]),
)


@pytest.mark.parametrize("channel", ["click-to-call", "softphone"])
@pytest.mark.parametrize("leg", [None, "extension", "mobile"])
@pytest.mark.parametrize(
    "dialled", ["112", "1 1 2", "\uff11\uff11\uff12", "112#", "+112", "1\u200b12", "112 ext. 5", "+91 112", "0091 112"]
)
def test_an_emergency_call_is_never_refused(dialled: str, leg: str | None, channel: str) -> None:
    """OB-6 (q): blocks, bindings, lists, permissions, status and even a colleague's extension have no say in it."""
    settings = changed(international_calling=False, call_permissions=CallPermissions(allowed_countries=[]))
    tenant = centre(EVERYTHING_AGAINST, settings=settings)

    call = alarm(tried(tenant, dialled, channel=channel, leg=leg, caller_id=MUMBAI, live=from_("203.0.113.1")))

    assert ("112", "IN", None) == (call.number, call.region, call.caller_id)


def test_the_area_code_list_does_not_rewrite_an_emergency_call() -> None:
    """OB-6 (q): an entry that begins like the emergency number, and the agent's own choice, change nothing."""
    agent = asha(extension=Extension(number="201", area_caller_ids=area(("1", DELHI), ("112", OSLO))))
    tenant = centre(agent, settings=changed(emergency_caller_id=SITE))

    call = alarm(tried(tenant, "112", caller_id=DELHI))

    assert ("112", SITE, PHONES[SITE]) == (call.number, call.caller_id, call.presents)


@pytest.mark.parametrize(
    ("site", "tenants", "dialled", "expected"),
    [
        (None, None, "100", ("IN", None)),
        (None, OSLO, "100", ("IN", OSLO)),
        (Site(emergency_region="NO"), OSLO, "113", ("NO", OSLO)),
        (Site(emergency_region="NO", emergency_caller_id=SITE), OSLO, "113", ("NO", SITE)),
        (Site(emergency_region="GB", emergency_caller_id=SITE), None, "\uff19\uff19\uff19", ("GB", SITE)),
    ],
)
def test_region_and_caller_id_are_the_sites_else_the_tenants(
    site: Site | None, tenants: CallerIdId | None, dialled: str, expected: tuple[str, CallerIdId | None]
) -> None:
    """OB-6: whose emergency services are meant, and what they are shown, depends on where the user works."""
    call = alarm(tried(centre(asha(site=site), settings=changed(emergency_caller_id=tenants)), dialled))

    assert expected == (call.region, call.caller_id)


def test_another_regions_emergency_number_is_none() -> None:
    """OB-6: the region is the site's: India's 100 isn't one in Oslo, and Norway's 113 isn't one in Mumbai."""
    oslo = centre(asha(site=Site(emergency_region="NO")))

    assert ["OB-1 call: phone.too_short"] == refused(tried(oslo, "100"))
    assert ["OB-1 call: phone.too_short"] == refused(tried(oslo, "+91 100"))
    assert ["OB-1 call: phone.too_short"] == refused(tried(centre(asha()), "113"))
    assert "113" == alarm(tried(oslo, "0047 113")).number


@pytest.mark.parametrize(
    ("agent", "channel", "leg", "expected"),
    [
        (asha(extension=EXTENSION), "click-to-call", None, ("extension", "201")),
        (asha(extension=EXTENSION), "click-to-call", "mobile", ("mobile", MOBILE)),
        (asha(extension=EXTENSION), "softphone", "mobile", ("extension", "201")),
        (asha(), "click-to-call", "extension", ("mobile", MOBILE)),
        (asha(), "softphone", None, ("extension", None)),
        (asha(mobile=None), "click-to-call", "mobile", ("extension", None)),
        (asha(extension=EXTENSION, mobile=None), "click-to-call", "mobile", ("extension", "201")),
        (
            asha(extension=Extension(number="201", route_through=RouteThrough.MOBILE)),
            "click-to-call",
            None,
            ("mobile", MOBILE),
        ),
        (
            asha(extension=Extension(number="201", route_through=RouteThrough.MOBILE), mobile=None),
            "click-to-call",
            None,
            ("extension", "201"),
        ),
    ],
)
def test_an_emergency_call_goes_by_whatever_telephone_there_is(
    agent: User, channel: str, leg: str | None, expected: tuple[str, str | None]
) -> None:
    """OB-6: as wished, else as routed, else by any telephone; the softphone is in the hand already."""
    call = alarm(tried(centre(agent), "112", channel=channel, leg=leg))

    assert expected == (call.leg.value, call.rings)


def test_an_emergency_call_says_why_it_is_one() -> None:
    """OB-6: the reasons are that it is one, and whose caller ID it presents."""
    site = Site(emergency_region="IN", emergency_caller_id=SITE)

    assert ["OB-6 call: emergency.number", f"OB-6 caller-id {SITE}: emergency.of_site"] == said(
        tried(centre(asha(site=site)), "112")
    )
    assert "OB-6 tenant t-acme: emergency.no_caller_id" in said(tried(centre(asha()), "112"))
    assert f"OB-6 caller-id {OSLO}: emergency.of_tenant" in said(
        tried(centre(asha(), settings=changed(emergency_caller_id=OSLO)), "112")
    )


# ---- OB-7 ------------------------------------------------------------------------------------------------------------

NORTH, EAST = UserGroupId("g-north"), UserGroupId("g-east")


def levels(
    *,
    own: CallPermissions | None = None,
    inner: CallPermissions | None = None,
    outer: CallPermissions | None = None,
    tenants: CallPermissions | None = None,
) -> Any:
    """A tenant where user, inner group, outer group and tenant say this."""
    nothing = CallPermissions()
    groups = [
        UserGroup(id=NORTH, name="North", call_permissions=outer or nothing),
        UserGroup(id=EAST, name="East", parent=NORTH, call_permissions=inner or nothing),
    ]
    return centre(
        asha(user_group=EAST, call_permissions=own or nothing),
        settings=changed(call_permissions=tenants or nothing),
        user_groups=by_id(groups),
    )


def only(*countries: str) -> CallPermissions:
    """Only these countries."""
    return CallPermissions(allowed_countries=countries)


def but(*countries: str) -> CallPermissions:
    """All countries but these."""
    return CallPermissions(barred_countries=countries)


def permitted(outcome: DialOutcome) -> list[str]:
    """What OB-7 says of an attempt."""
    return [text for text in said(outcome) if text.startswith("OB-7")]


@pytest.mark.parametrize(
    ("said_by", "expected"),
    [
        ({}, []),
        ({"tenants": only("IN")}, ["OB-7 tenant t-acme: country.not_allowed"]),
        ({"tenants": but("NO")}, ["OB-7 tenant t-acme: country.barred"]),
        ({"tenants": only("IN", "NO")}, ["OB-7 tenant t-acme: country.allowed"]),
        ({"tenants": but("JM")}, ["OB-7 tenant t-acme: country.allowed"]),
        ({"tenants": only("IN"), "outer": only("NO")}, ["OB-7 user-group g-north: country.allowed"]),
        ({"outer": only("NO"), "inner": only("IN")}, ["OB-7 user-group g-east: country.not_allowed"]),
        ({"outer": but("NO"), "inner": but()}, ["OB-7 user-group g-east: country.allowed"]),
        ({"tenants": but("NO"), "own": only("NO")}, ["OB-7: country.allowed"]),
        ({"tenants": only("NO"), "own": but("NO")}, ["OB-7: country.barred"]),
        ({"tenants": only("NO"), "own": only()}, ["OB-7: country.not_allowed"]),
        (
            {"own": CallPermissions(barred_types=[PhoneType.PREMIUM_RATE]), "tenants": only("IN")},
            ["OB-7 tenant t-acme: country.not_allowed"],
        ),
        (
            {"own": CallPermissions(allowed_countries=["NO"], barred_countries=["NO"])},
            ["OB-7: country.barred"],
        ),
    ],
)
def test_the_nearest_level_that_says_something_decides(
    said_by: dict[str, CallPermissions], expected: list[str]
) -> None:
    """OB-7: of countries and of types apart: user, inner group, outer group, tenant; barred beats allowed there."""
    assert expected == permitted(tried(levels(**said_by), "+47 22 33 44 55"))


@pytest.mark.parametrize(
    ("said_by_tenant", "dialled", "expected"),
    [
        (only("IN", "US"), "+1 212 555 0123", "country.allowed"),
        (only("IN", "US"), "+1 876 210 1234", "country.not_allowed"),  # B104: Jamaica isn't the United States
        (only("IN", "US"), "+1 809 234 5678", "country.not_allowed"),
        (only("IN", "US"), "+1 473 403 1234", "country.not_allowed"),
        (but("JM"), "+1 876 210 1234", "country.barred"),
        (but("JM"), "+1 212 555 0123", "country.allowed"),
        (but("JM"), "+1 555 555 5555", "country.barred"),  # nobody's yet, so it may be Jamaica's
        (only("US", "IN"), "+1 555 555 5555", "country.not_allowed"),
        (only("IN"), "+91 80696 5117", "country.allowed"),  # unknown, but behind one country's prefix
        (but("001"), "+881 612 345 678", "country.barred"),
        (only("IN"), "+800 1234 5678", "country.not_allowed"),
        (CallPermissions(barred_types=[PhoneType.SATELLITE]), "+881 612 345 678", "type.barred"),
        (CallPermissions(barred_types=[PhoneType.SATELLITE]), "+870 773 123 456", "type.barred"),
        (CallPermissions(barred_types=[PhoneType.SATELLITE]), "+882 16 123 456 78", "type.barred"),
        (CallPermissions(barred_types=[PhoneType.SATELLITE]), "+883 5100 0000 0094", "type.barred"),
        (CallPermissions(barred_types=[PhoneType.SATELLITE]), "+800 1234 5678", "type.allowed"),
        (CallPermissions(barred_types=[PhoneType.PREMIUM_RATE]), "+1 900 234 5678", "type.barred"),  # B103
        (CallPermissions(barred_types=[PhoneType.PREMIUM_RATE]), "+44 909 879 0123", "type.barred"),
        (CallPermissions(barred_types=[PhoneType.PREMIUM_RATE]), "+979 123 456 789", "type.barred"),
        (CallPermissions(barred_types=[PhoneType.PREMIUM_RATE]), "+47 22 33 44 55", "type.allowed"),
        (CallPermissions(allowed_types=[PhoneType.MOBILE]), "+91 98123 45678", "type.allowed"),
        (CallPermissions(allowed_types=[PhoneType.MOBILE]), "+91 80696 5117", "type.not_allowed"),
        (CallPermissions(barred_types=[PhoneType.UNKNOWN]), "+91 80696 5117", "type.barred"),
    ],
)
def test_countries_and_types(said_by_tenant: CallPermissions, dialled: str, expected: str) -> None:
    """OB-7: countries are countries behind `+1` too; what has none is `001`; satellites are four prefixes."""
    assert [f"OB-7 tenant t-acme: {expected}"] == permitted(tried(levels(tenants=said_by_tenant), dialled))


@pytest.mark.parametrize(
    ("own", "code"),
    [
        (CallPermissions(), "OB-7 tenant t-acme: type.barred"),
        (CallPermissions(barred_types=[]), "OB-7: type.allowed"),
        (CallPermissions(allowed_types=[]), "OB-7: type.not_allowed"),
        (CallPermissions(barred_countries=[]), "OB-7 tenant t-acme: type.barred"),
    ],
)
def test_an_empty_list_is_an_exception_and_silence_is_none(own: CallPermissions, code: str) -> None:
    """OB-7: who says that no type is barred may call what the tenant bars; of countries that says nothing."""
    barred = CallPermissions(barred_types=[PhoneType.PREMIUM_RATE])
    found = permitted(tried(levels(own=own, tenants=barred), "+1 900 234 5678"))

    assert [code] == [text for text in found if "type" in text]


def test_a_number_of_no_country_at_all_is_on_no_list() -> None:
    """OB-7: what belongs nowhere isn't allowed by who allows some countries."""
    tenant = levels(tenants=only("IN", "001"))
    permits, forbids = CallPermissionLevels(tenant, tenant.users["u-asha"]).of(PhoneNumber("+99912345678"), "IN")

    assert ([], ["OB-7 tenant t-acme: country.not_allowed"]) == (list(map(str, permits)), list(map(str, forbids)))


def test_an_unknown_range_at_home_is_home() -> None:
    """OB-7, OB-1: a new range behind the tenant's own prefix counts as its own country's."""
    american = centre(asha(), settings=changed(region="US", international_calling=False, call_permissions=only("US")))

    assert "+15555555555" == made(tried(american, "555 555 5555")).number


# ---- one version, many threads ---------------------------------------------------------------------------------------


def test_threads_share_one_engine() -> None:
    """OB-1: whoever asks first, everybody gets the same answers."""
    tenant = centre(*(attrs.evolve(asha(), id=UserId(f"u-{n}"), login=Login(f"l{n}")) for n in range(50)))
    engine = Outbound(tenant)
    attempts = [Attempt(agent=user, dialled=dialled) for user in tenant.users for dialled in (INDIAN, "112", "12")]
    answers: list[list[DialOutcome]] = []
    threads = [Thread(target=lambda: answers.append([engine.dial(each) for each in attempts])) for _ in range(4)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [[Outbound(tenant).dial(each) for each in attempts]] * 4 == answers


def test_a_user_without_options_is_refused_for_want_of_a_caller_id() -> None:
    """OB-5: nobody may present a number that they weren't allowed."""
    bare = User(id=UserId("u-asha"), login=Login("asha"), mobile=MOBILE, calling=NO_CALLING)

    assert ["OB-5: caller_id.none"] == refused(tried(centre(bare)))

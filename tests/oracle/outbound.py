"""What OB-1 to OB-7 say, rule after rule, in the slowest and most obvious way.

Only how a typed number is read is taken from the model; emergency numbers, countries and prefixes are asked of the
numbering library itself. Where the rules leave a choice, the words of ``docs/outbound.md`` count.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import phonenumbers

from agentprov.errors import Code, InvalidValue
from agentprov.model.call_permissions import CallPermissions
from agentprov.model.live import Live
from agentprov.model.network import Network
from agentprov.model.outbound import Attempt
from agentprov.model.phones import PhoneType, parse_dialled
from agentprov.model.tenant import Tenant
from agentprov.model.users import OutboundBlock, RouteThrough, Status, User

Told = tuple[str, object]
"""``dial``, ``emergency`` or ``refused``, and with what: how the call is made, or the set of reasons."""


def decide(tenant: Tenant, attempt: Attempt, live: Live) -> Told:
    """What becomes of an attempt."""
    user = tenant.users.get(attempt.agent)
    if user is None:
        return "refused", {f"OB-1 user {attempt.agent}: agent.unknown"}
    called = emergency(tenant, user, attempt.dialled)
    if called is not None:
        return "emergency", (*emergency_leg(user, attempt), called, *emergency_caller_id(tenant, user))
    number, reasons = read(tenant, attempt.dialled)
    reasons |= blocks(tenant, user, attempt)
    leg, rings, refused = leg_of(user, attempt)
    reasons |= refused | elsewhere(tenant, user, leg, live)
    if not user.calling.caller_ids:
        reasons.add(f"OB-5 user {user.id}: caller_id.none")
    if number is not None:
        reasons |= permissions(tenant, user, number)
    if reasons or number is None:
        return "refused", reasons
    chosen = caller_id(tenant, user, attempt, number)
    return "dial", (leg, rings, number, chosen, tenant.caller_ids[chosen].phone.partition(";")[0])  # type: ignore[index]


# ---- OB-1 and OB-6: the number ---------------------------------------------------------------------------------------


def read(tenant: Tenant, text: str) -> tuple[str | None, set[str]]:
    """OB-1: the number if it is possible, and what is wrong with it."""
    region = tenant.settings.region
    try:
        number = parse_dialled(text, region=region)
    except InvalidValue as error:
        digits = "".join(c for c in text if c in "0123456789")
        if set(text) <= set("0123456789 ()-./+"):
            for user in tenant.users.values():
                if user.calling.extension is not None and user.calling.extension.number == digits:
                    return None, {f"OB-1 user {user.id}: number.extension"}
        [code] = error.codes
        # An emergency number of another country is no number here, only a short one.
        return None, {f"OB-1 call: {'phone.too_short' if code is Code.PHONE_EMERGENCY else code.value}"}
    if not tenant.settings.international_calling and region not in countries(number, region):
        return number, {"OB-1 call: phone.international_off"}
    return number, set()


def countries(number: str, home: str) -> list[str]:
    """Every country that the number may belong to. Nobody knows whose a new range is, except at home."""
    located = phonenumbers.parse(number, None)
    found = phonenumbers.region_code_for_number(located)
    if found is not None:
        return [found]
    sharing = list(phonenumbers.region_codes_for_country_code(located.country_code or 0))
    return [home] if home in sharing else sharing


def emergency(tenant: Tenant, user: User, text: str) -> str | None:
    """OB-6: the emergency number of the site's region, else of the tenant's, that this calls."""
    region = tenant.settings.region if user.site is None else user.site.emergency_region
    plain = ""
    for character in text[:100]:
        if unicodedata.category(character)[0] != "C":
            plain += unicodedata.normalize("NFKC", character)
    plain = plain.strip(" #")
    bare = plain.translate({ord(c): None for c in " ()-./"})
    code = phonenumbers.country_code_for_region(region)
    for prefix in ("", "+", f"+{code}", f"00{code}"):
        rest = bare.removeprefix(prefix)
        if bare.startswith(prefix) and rest.isascii() and rest.isdigit():
            if rest in {"112", "911"}:
                return rest
            if len(rest) <= 6 and phonenumbers.is_emergency_number(rest, region):
                return rest
    return None


def emergency_leg(user: User, attempt: Attempt) -> tuple[str, str | None]:
    """OB-6: the softphone in the hand; else as wished, else as routed, else any telephone there is."""
    extension = user.calling.extension
    rings = {"extension": None if extension is None else extension.number, "mobile": user.mobile or user.phone}
    if attempt.channel == "softphone":
        return "extension", rings["extension"]
    routed = [] if extension is None or extension.route_through is not RouteThrough.MOBILE else ["mobile"]
    wished = [] if attempt.leg is None else [str(attempt.leg)]
    for leg in (*wished, *routed, "extension", "mobile"):
        if rings[leg] is not None:
            return leg, rings[leg]
    return "extension", None


def emergency_caller_id(tenant: Tenant, user: User) -> tuple[str, str | None, str | None]:
    """OB-6: region and caller ID are the site's, else the tenant's."""
    region = tenant.settings.region
    chosen = tenant.settings.emergency_caller_id
    if user.site is not None:
        region = user.site.emergency_region
        if user.site.emergency_caller_id is not None:
            chosen = user.site.emergency_caller_id
    return region, chosen, None if chosen is None else tenant.caller_ids[chosen].phone.partition(";")[0]


# ---- OB-2 to OB-5 ----------------------------------------------------------------------------------------------------


def blocks(tenant: Tenant, user: User, attempt: Attempt) -> set[str]:
    """OB-2: block, calling option, status; and who is no agent at all calls nobody."""
    found = set()
    if not tenant.blueprint.user_types[user.type].routed:
        found.add("type.not_routed")
    if user.status is not Status.ACTIVE:
        found.add(f"status.{user.status.value}")
    if not user.calling.enabled:
        found.add("calling.off")
    if user.calling.outbound_block is OutboundBlock.ALL:
        found.add("block.all")
    if user.calling.outbound_block is OutboundBlock.ONLY_EXTENSION and attempt.channel == "softphone":
        found.add("block.only_extension")
    return {f"OB-2 user {user.id}: {code}" for code in found}


def elsewhere(tenant: Tenant, user: User, leg: str, live: Live) -> set[str]:
    """OB-3: bound to named addresses, on either leg unless the setting says the extension's."""
    extension = user.calling.extension
    if extension is None or not extension.addresses:
        return set()
    if leg == "mobile" and tenant.settings.address_binding == "extension-leg":
        return set()
    address = live.addresses.get(user.id)
    if address is None:
        return {f"OB-3 user {user.id}: address.unknown"}
    networks: list[Network] = [n for id_ in extension.addresses for n in tenant.addresses[id_].networks]
    inside = any(network.contains(address) for network in networks)
    return set() if inside else {f"OB-3 user {user.id}: address.outside"}


def leg_of(user: User, attempt: Attempt) -> tuple[str, str | None, set[str]]:
    """OB-4: the leg, what rings there, and what speaks against it."""
    extension = user.calling.extension
    mobile = user.mobile or user.phone
    wish = None if attempt.leg is None else attempt.leg.value
    found = set()
    if attempt.channel == "softphone":
        leg = "extension"
        if extension is None:
            found.add("extension.none")
        elif extension.route_through is RouteThrough.MOBILE:
            found.add("route.mobile")
        if wish == "mobile":
            found.add("route.not_offered")
    else:
        leg = wish or ("mobile" if extension is None or extension.route_through is RouteThrough.MOBILE else "extension")
        if extension is None and leg == "extension":
            found.add("extension.none")
        elif extension is not None and extension.route_through.value not in {"both", leg}:
            found.add("route.not_offered")
        elif leg == "mobile" and mobile is None:
            found.add("mobile.none")
    rings = mobile if leg == "mobile" else None if extension is None else extension.number
    return leg, rings, {f"OB-4 user {user.id}: {code}" for code in found}


def caller_id(tenant: Tenant, user: User, attempt: Attempt, number: str) -> str:
    """OB-5: by area code, the longest prefix; else as chosen if allowed; else the first allowed."""
    best, longest = "", 0
    for entry in () if user.calling.extension is None else user.calling.extension.area_caller_ids:
        prefix = entry.prefix
        own = phonenumbers.country_code_for_region(tenant.settings.region)
        if not prefix.startswith("+"):
            prefix = f"+{own}" if prefix == str(own) else f"+{own}{prefix}"
        if number.startswith(prefix) and len(prefix) > longest:
            best, longest = entry.caller_id, len(prefix)
    if best:
        return best
    return attempt.caller_id if attempt.caller_id in user.calling.caller_ids else user.calling.caller_ids[0]


# ---- OB-7 ------------------------------------------------------------------------------------------------------------


def levels(tenant: Tenant, user: User) -> Iterator[tuple[str, CallPermissions]]:
    """The user, their groups from the inner to the outer, the tenant."""
    yield f"user {user.id}", user.calling.call_permissions
    at = user.user_group
    while at is not None:
        group = tenant.user_groups[at]
        yield f"user-group {group.id}", group.call_permissions
        at = group.parent
    yield f"tenant {tenant.id}", tenant.settings.call_permissions


def permissions(tenant: Tenant, user: User, number: str) -> set[str]:
    """OB-7: of countries and of types apart, the nearest level that says something decides."""
    found = set()
    for who, said in levels(tenant, user):
        if said.allowed_countries is not None or said.barred_countries is not None:
            for country in countries(number, tenant.settings.region):
                if country in (said.barred_countries or ()):
                    found.add(f"OB-7 {who}: country.barred")
            if not found and said.allowed_countries is not None:
                for country in countries(number, tenant.settings.region):
                    if country not in said.allowed_countries:
                        found.add(f"OB-7 {who}: country.not_allowed")
            break
    for who, said in levels(tenant, user):
        if said.allowed_types is not None or said.barred_types is not None:
            kind = type_of(number)
            if kind in (said.barred_types or ()):
                found.add(f"OB-7 {who}: type.barred")
            elif said.allowed_types is not None and kind not in said.allowed_types:
                found.add(f"OB-7 {who}: type.not_allowed")
            break
    return found


def type_of(number: str) -> PhoneType:
    """OB-7: what kind of line; the four prefixes that satellite systems share are satellite."""
    if number.startswith(("+870", "+881", "+882", "+883")):
        return PhoneType.SATELLITE
    theirs = phonenumbers.PhoneNumberType
    return {
        theirs.FIXED_LINE: PhoneType.FIXED_LINE,
        theirs.MOBILE: PhoneType.MOBILE,
        theirs.FIXED_LINE_OR_MOBILE: PhoneType.FIXED_LINE_OR_MOBILE,
        theirs.TOLL_FREE: PhoneType.TOLL_FREE,
        theirs.PREMIUM_RATE: PhoneType.PREMIUM_RATE,
        theirs.SHARED_COST: PhoneType.SHARED_COST,
        theirs.VOIP: PhoneType.VOIP,
    }.get(phonenumbers.number_type(phonenumbers.parse(number, None)), PhoneType.UNKNOWN)

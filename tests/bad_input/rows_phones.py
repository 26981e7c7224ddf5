"""Telephone numbers: letters, other digits, service codes, what dials a second leg, and calls that cost a fortune."""

from __future__ import annotations

from typing import Final

from agentprov.errors import Code
from agentprov.model.ids import UserId
from agentprov.model.phones import parse_phone
from agentprov.provisioning import create_user, update_user
from tests.bad_input.rows import Act, Fault, Row, asks, each, field_row
from tests.provisioning.samples import ADMIN, AT, a_form, a_tenant

ASTRAY: Final = Code.PHONE_DESTINATION_NOT_ALLOWED
STRANGE, LETTERS, EMERGENCY = Code.PHONE_INVALID_CHARACTER, Code.PHONE_LETTERS, Code.PHONE_EMERGENCY


def abroad(id_: str, says: str, text: str, *faults: Fault, gives: str = "") -> Row:
    """A number typed where international calling is on."""
    return asks(id_, says, typed(text, "IN"), *faults, **({"gives": gives} if gives else {}))


def typed(text: object, region: str | None) -> Act:
    """A number typed in a region, or in none."""
    return lambda _: parse_phone(text, region=region)


def forwarded(number: str, *allowed: str, field: str = "forward_number", **beside: object) -> Act:
    """A new user whose calls go to a number, where international calling is on."""

    def act(_: object) -> object:
        tenant = a_tenant(international_calling=True, forward_countries=allowed)
        form = a_form(**{field: number, **beside})
        return (
            create_user(tenant, form, by=ADMIN, id="u-new", at=AT).apply(tenant).users[UserId("u-new")].forward_number
        )

    return act


def relinked(number: str) -> Act:
    """A stored user whose calls follow their phone number, which is about to change."""

    def act(_: object) -> object:
        tenant = a_tenant(international_calling=True)
        linked = create_user(tenant, a_form(forward_same_as_phone=True), by=ADMIN, id="u-new", at=AT).apply(tenant)
        return update_user(linked, "u-new", {"phone": number}, by=ADMIN)

    return act


def whole(code: Code) -> Fault:
    """A fault of the number itself."""
    return "(whole)", code


_PREMIUM: Final = ("+19002345678", "+449098790000", "+37190123456", "+4782012345", "+979123456789")
_DEAR: Final = ("+881612345678", "+883140123456789", "+252612345678", "+18762101234", "+18092345678", "+14734091234")

ROWS: Final[tuple[Row, ...]] = (
    asks("B092", "00 without a region", typed("004791234567", None), whole(Code.PHONE_REGION_REQUIRED)),
    asks("B092a", "national without a region", typed("91234567", None), whole(Code.PHONE_REGION_REQUIRED)),
    abroad("B092b", "00 in a region", "004791234567", gives="+4791234567"),
    *each("B094", "a plus too much", "phone", ["++4791234567", "91+8123456789", "98123+45678"], Code.PHONE_INVALID),
    field_row("B094x", "a plus alone", "phone", "+", Code.PHONE_TOO_SHORT),
    *each("B095", "unseen", "phone", [f"98123{c}45678" for c in "\u200b\u202e\u2060\u00ad\n\0\ufeff\ud800"], STRANGE),
    *each("B097", "digits", "phone", ["٩٨١٢٣٤٥٦٧٨", "９８１２３４５６７８", "९८१२३४५६७८", "981234567²"], STRANGE),
    *each("B098", "letters", "phone", ["VNTRIP2016A0NLH", "1-800-FLOWERS", "номер", "98123A5678"], LETTERS),
    *each("B100", "a pause", "phone", ["91234567w12", "98123p45678", "9812345678,,1", "9812345678;1"], STRANGE),
    *each("B101", "emergency", "phone", ["112", "911", "999", "０００", "1 1 2", "1\u200b12"], EMERGENCY),
    *(
        asks(f"B103{letter}", f"premium: {number}", typed(number, "IN"), whole(Code.PHONE_PREMIUM))
        for letter, number in zip(("", *"abcd"), _PREMIUM, strict=True)
    ),
    *(
        asks(f"B104{letter}", f"forwarded to {number}", forwarded(number), ("forward_number", ASTRAY))
        for letter, number in zip(("", *"abcde"), _DEAR, strict=True)
    ),
    asks("B104x", "a destination that is listed", forwarded("+18762101234", "JM"), gives="+18762101234"),
    asks("B104y", "to premium rate", forwarded("+19002345678", "US"), ("forward_number", Code.PHONE_PREMIUM)),
    asks(
        "B104z",
        "by the link to a phone number abroad",
        forwarded("+18762101234", field="phone", forward_same_as_phone=True),
        ("forward_same_as_phone", ASTRAY),
    ),
    asks(
        "B104za", "by a phone number that the link follows", relinked("+18762101234"), ("forward_same_as_phone", ASTRAY)
    ),
    asks(
        "B104zb",
        "outside the time group",
        forwarded("external:+881612345678", field="time_group_failover", time_group="tg-1"),
        ("time_group_failover", ASTRAY),
    ),
    *each(
        "B106",
        "service",
        "phone",
        ["*21*9812345678#", "#31#9812345678", "*#06#", "9812345678#"],
        Code.PHONE_SERVICE_CODE,
    ),
    *each(
        "B107",
        "a dial string",
        "phone",
        ["300&DAHDI/g1/123", "100@10.0.0.1", "9812345678&SIP/x", "sip:9812345678", "9812345678|30", "${EXTEN}"],
        STRANGE,
    ),
    *each("B109", "not ten digits", "phone", ["981234567", "98123456789"], Code.PHONE_LENGTH),
    field_row(
        "B109b", "another country while international is off", "phone", "+4722334455", Code.PHONE_INTERNATIONAL_OFF
    ),
    abroad("B109c", "ten digits are national where international is on", "9812345678", gives="+919812345678"),
    field_row("B110", "one of the tenant's own numbers", "forward_number", "080 6965 1170", Code.FORWARD_SELF),
    field_row("B110a", "their own number, as by the link to it", "forward_number", "9812345678", gives="+919812345678"),
    *each("B110b", "no number", "forward_number", [5, True, ["9812345678"], {}], Code.PHONE_WRONG_TYPE),
    *each("B110f", "endless", "mobile", ["9" * 101, "9" * 1_000_000], Code.PHONE_TOO_LONG),
    *each(
        "B112",
        "too big",
        "numeric_id",
        [2**63, 10**30, "9" * 5_000, 10**5_000, 10**18, 0, -1],
        Code.NUMERIC_ID_OUT_OF_RANGE,
        plan="puzzel",
    ),
    *each(
        "B112g",
        "no digits 0 to 9",
        "numeric_id",
        ["٤٧", "４７", "²", "1e3", "0x10", "1_000", "007", "-1", " 47", "4.7", "47\n"],
        Code.NUMERIC_ID_INVALID,
        plan="puzzel",
    ),
    *each("B112s", "no number", "numeric_id", [True, 4.0, b"47", [], {}], Code.NUMERIC_ID_WRONG_TYPE, plan="puzzel"),
    field_row("B113", "of a disabled user", "numeric_id", 4242, Code.NUMERIC_ID_TAKEN, plan="puzzel"),
    field_row("B113a", "of a disabled user, as text", "numeric_id", "4242", Code.NUMERIC_ID_TAKEN, plan="puzzel"),
)

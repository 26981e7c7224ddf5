"""Phone numbers and email addresses, one input at a time."""

from __future__ import annotations

import pytest

from agentprov.errors import Code, Collector, InvalidValue
from agentprov.model import contact, emails, phones
from agentprov.model.call_permissions import forward_target_problems
from agentprov.model.contact import Email, PhoneNumber
from agentprov.model.phones import PhoneType


def shown(value: object) -> str:
    """A case's id: its beginning in ASCII."""
    return ascii(value)[:60]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("8069651170", "+918069651170"),
        ("080 6965 1170", "+918069651170"),
        ("918069651170", "+918069651170"),
        ("+91 80696 51170", "+918069651170"),
        ("(+91) 80-6965.1170", "+918069651170"),
        ("+91 (0)80 6965/1170", "+918069651170"),
        (" 80\u20136965\u00a01170 ", "+918069651170"),
        ("00918069651170", "+918069651170"),
        ("0047 22 33 44 55", "+4722334455"),
        ("+4722334455", "+4722334455"),
        ("+91 80696 51170 ext. 12", "+918069651170;ext=12"),
        ("80696 51170 x12", "+918069651170;ext=12"),
        ("80696 51170, extension 007", "+918069651170;ext=007"),
        ("+918069651170;ext=12", "+918069651170;ext=12"),
    ],
    ids=shown,
)
def test_forms_of_a_phone_number(typed: str, stored: str) -> None:
    """ID-9: national, `+` and `00` forms become one E.164 form, with the suffix where one was typed."""
    assert stored == phones.parse_phone(typed, region="IN")


@pytest.mark.parametrize(
    ("typed", "region", "stored"),
    [
        ("0047 22334455", "US", "+4722334455"),
        ("011 47 22334455", "US", "+4722334455"),
        ("0011 47 22334455", "AU", "+4722334455"),
        ("0047 22334455", "AU", "+4722334455"),
        ("02 1234 5678", "IT", "+390212345678"),
        ("8 (495) 123-45-67", "RU", "+74951234567"),
        ("011 15-2345-6789", "AR", "+5491123456789"),
        ("+4722334455", None, "+4722334455"),
    ],
    ids=shown,
)
def test_regions_have_their_own_forms(typed: str, region: str | None, stored: str) -> None:
    """ID-9: the region's own prefixes come first; `00` is the plus where it is nothing else; `+` needs no region."""
    assert stored == phones.parse_phone(typed, region=region)


REFUSED_PHONES: list[tuple[str, object, Code]] = [
    ("missing", None, Code.PHONE_REQUIRED),
    ("empty", "", Code.PHONE_REQUIRED),
    ("spaces", "  ", Code.PHONE_REQUIRED),
    ("number", 8069651170, Code.PHONE_WRONG_TYPE),
    ("huge", "9" * 101, Code.PHONE_TOO_LONG),
    ("B094", "++4791234567", Code.PHONE_INVALID),
    ("plus inside", "47+91234567", Code.PHONE_INVALID),
    ("B095 zero width", "4791\u200b234567", Code.PHONE_INVALID_CHARACTER),
    ("B095 turned", "\u202e91234567", Code.PHONE_INVALID_CHARACTER),
    ("B097 Arabic-Indic", "٠٨٠٦٩٦٥١١٧٠", Code.PHONE_INVALID_CHARACTER),
    ("B097 full width", "０８０６９６５１１７０", Code.PHONE_INVALID_CHARACTER),
    ("B098 booking code", "VNTRIP2016A0NLH", Code.PHONE_LETTERS),
    ("B098 vanity", "1-800-FLOWERS", Code.PHONE_LETTERS),
    ("word", "номер", Code.PHONE_LETTERS),
    ("B100", "91234567w12", Code.PHONE_INVALID_CHARACTER),
    ("line feed", "8069651170\n", Code.PHONE_INVALID_CHARACTER),
    ("surrogate", "806965117\ud800", Code.PHONE_INVALID_CHARACTER),
    ("B101 112", "112", Code.PHONE_EMERGENCY),
    ("B101 911", "911", Code.PHONE_EMERGENCY),
    ("B101 999", "999", Code.PHONE_EMERGENCY),
    ("B101 full width", "０００", Code.PHONE_EMERGENCY),
    ("of the region", "1 0 0", Code.PHONE_EMERGENCY),
    ("behind a prefix", "+47 112", Code.PHONE_EMERGENCY),
    ("B103 NANP", "+1 900 234 5678", Code.PHONE_PREMIUM),
    ("B103 Britain", "+44 909 879 0000", Code.PHONE_PREMIUM),
    ("B103 Latvia", "+371 90 123 456", Code.PHONE_PREMIUM),
    ("B103 Norway", "+47 820 12 345", Code.PHONE_PREMIUM),
    ("B103 no country", "+979 123 456 789", Code.PHONE_PREMIUM),
    ("B106", "*21*91234567#", Code.PHONE_SERVICE_CODE),
    ("B107 second leg", "300&DAHDI/g1/123", Code.PHONE_INVALID_CHARACTER),
    ("B107 host", "100@10.0.0.1", Code.PHONE_INVALID_CHARACTER),
    ("too short", "12", Code.PHONE_TOO_SHORT),
    ("local part of a plan", "+1 555 0100", Code.PHONE_TOO_SHORT),
    ("prefix alone", "+47", Code.PHONE_TOO_SHORT),
    ("no digits", "()", Code.PHONE_TOO_SHORT),
    ("suffix alone", "x12", Code.PHONE_TOO_SHORT),
    ("foreign, too short", "0047 12", Code.PHONE_TOO_SHORT),
    ("too long", "8" * 18, Code.PHONE_TOO_LONG),
    ("longer than any", "9" * 30, Code.PHONE_TOO_LONG),
    ("beyond E.164", "+49 30 1234567890123", Code.PHONE_TOO_LONG),
    ("no such country", "+999 1234567", Code.PHONE_IMPOSSIBLE),
    ("no such length", "+503 222 222 222", Code.PHONE_IMPOSSIBLE),
    ("not in the plan", "+91 80696 5117", Code.PHONE_INVALID),
]


@pytest.mark.parametrize(("row", "typed", "code"), REFUSED_PHONES, ids=[row for row, *_ in REFUSED_PHONES])
def test_refused_phone_numbers(row: str, typed: object, code: Code) -> None:
    """ID-9: each bad number is refused with one exact code; impossible, invalid and too short are distinct."""
    with pytest.raises(InvalidValue) as refusal:
        phones.parse_phone(typed, region="IN")

    assert row
    assert [(code, ())] == [(problem.code, problem.path) for problem in refusal.value.problems]


@pytest.mark.parametrize(
    ("typed", "region", "international", "code"),
    [
        ("004791234567", None, True, Code.PHONE_REGION_REQUIRED),  # B092
        ("22334455", None, True, Code.PHONE_REGION_REQUIRED),
        ("+4722334455", None, False, Code.PHONE_REGION_REQUIRED),
        ("+4722334455", "XX", True, Code.REGION_UNKNOWN),
        ("+4722334455", "IN", False, Code.PHONE_INTERNATIONAL_OFF),
        ("0047 22334455", "IN", False, Code.PHONE_INTERNATIONAL_OFF),
        ("+14165550123", "US", False, Code.PHONE_INTERNATIONAL_OFF),  # Canada has the same country prefix
    ],
    ids=shown,
)
def test_regions_that_refuse(typed: str, region: str | None, international: bool, code: Code) -> None:
    """ID-9: without a region only `+` is read; with international calling off, only the region's own numbers pass."""
    with pytest.raises(InvalidValue) as refusal:
        phones.parse_phone(typed, region=region, international=international)

    assert (code,) == refusal.value.codes


@pytest.mark.parametrize(("typed", "region"), [("+14165550123", "CA"), ("+18005551234", "CA"), ("8069651170", "IN")])
def test_own_numbers_pass_with_international_calling_off(typed: str, region: str) -> None:
    """ID-9: a number of the region passes, a toll-free one of a shared plan too."""
    assert typed[-10:] == phones.parse_phone(typed, region=region, international=False)[-10:]


@pytest.mark.parametrize("typed", ["8069651170", "0 80696 51170", "+91 8069651170", "0091 8069651170"])
def test_ten_national_digits(typed: str) -> None:
    """PV-6: with a rule of ten national digits, prefixes don't count."""
    assert "+918069651170" == phones.parse_phone(typed, region="IN", international=False, national_digits=10)


@pytest.mark.parametrize("typed", ["80696 5117", "918069651170", "+91 80696 5117", "0091 80696 5117"])
def test_another_number_of_national_digits(typed: str) -> None:
    """PV-6, B109: nine digits, or twelve with a country prefix but without its plus, break a rule of ten."""
    with pytest.raises(InvalidValue) as refusal:
        phones.parse_phone(typed, region="IN", international=False, national_digits=10)

    assert (Code.PHONE_LENGTH,) == refusal.value.codes


def test_a_tenant_may_own_a_premium_number() -> None:
    """ID-9: premium-rate numbers are read where the caller allows them."""
    assert "+19002345678" == phones.parse_phone("+19002345678", region="IN", allow_premium=True)


@pytest.mark.parametrize("typed", ["+91 80696 5117", "+1 900 234 5678"])
def test_dialled_numbers_need_only_be_possible(typed: str) -> None:
    """OB-1: what was dialled passes if its length is possible; a premium rate is judged elsewhere."""
    assert "+" + "".join(filter(str.isdigit, typed)) == phones.parse_dialled(typed, region="IN")


@pytest.mark.parametrize(
    ("typed", "code"), [("12", Code.PHONE_TOO_SHORT), ("112", Code.PHONE_EMERGENCY), ("*21#", Code.PHONE_SERVICE_CODE)]
)
def test_dialled_numbers_must_be_possible(typed: str, code: Code) -> None:
    """OB-1: what can be no number at all is refused."""
    with pytest.raises(InvalidValue) as refusal:
        phones.parse_dialled(typed, region="IN")

    assert (code,) == refusal.value.codes


def test_unknown_ranges_of_the_region_pass_when_dialled() -> None:
    """OB-1: with international calling off, an unknown range behind the own country prefix passes."""
    assert "+91806965117" == phones.parse_dialled("+91 80696 5117", region="IN", international=False)


@pytest.mark.parametrize(
    ("stored", "code"),
    [
        ("", Code.PHONE_REQUIRED),
        (None, Code.PHONE_REQUIRED),
        (5, Code.PHONE_WRONG_TYPE),
        ("8069651170", Code.PHONE_NOT_CANONICAL),
        ("+91 8069651170", Code.PHONE_NOT_CANONICAL),
        ("+918069651170\n", Code.PHONE_NOT_CANONICAL),
        ("+91806965117０", Code.PHONE_NOT_CANONICAL),
        ("+918069651170;ext=", Code.PHONE_NOT_CANONICAL),
        ("+91806965117012345", Code.PHONE_NOT_CANONICAL),
    ],
    ids=shown,
)
def test_stored_form_of_a_phone_number(stored: object, code: Code) -> None:
    """ID-9: a constructor refuses what isn't E.164, under the path of the entry."""
    found = Collector()

    contact.check_e164(found, "alternate_numbers", stored, 2)

    assert [(code, ("alternate_numbers", 2))] == [(problem.code, problem.path) for problem in found.problems]


@pytest.mark.parametrize(
    ("stored", "codes"),
    [
        ("+918069651170", ()),
        ("+918069651170;ext=12", ()),
        ("+19002345678", ()),
        ("8069651170", (Code.PHONE_NOT_CANONICAL,)),
        ("+4402071234567", (Code.PHONE_NOT_CANONICAL,)),
        ("+9112345", (Code.PHONE_TOO_SHORT,)),
        ("+47223344556", (Code.PHONE_TOO_LONG,)),
        ("+99912345678", (Code.PHONE_IMPOSSIBLE,)),
        ("+91806965117", (Code.PHONE_INVALID,)),
    ],
    ids=shown,
)
def test_stored_numbers_are_verified(stored: str, codes: tuple[Code, ...]) -> None:
    """ID-9: verifying asks the numbering plan too, and tells impossible, invalid and too short apart."""
    assert codes == tuple(problem.code for problem in phones.verify_phone(stored))


@pytest.mark.parametrize(
    ("phone", "kind", "region", "sms"),
    [
        ("+919123456789", PhoneType.MOBILE, "IN", True),
        ("+919123456789;ext=1", PhoneType.MOBILE, "IN", False),
        ("+918069651170", PhoneType.FIXED_LINE, "IN", False),
        ("+12065550100", PhoneType.FIXED_LINE_OR_MOBILE, "US", True),
        ("+18005551234", PhoneType.TOLL_FREE, "US", False),
        ("+19002345678", PhoneType.PREMIUM_RATE, "US", False),
        ("+881612345678", PhoneType.SATELLITE, "001", False),
        ("+18762101234", PhoneType.MOBILE, "JM", True),
        ("+91806965117", PhoneType.UNKNOWN, None, False),
        ("+99912345678", PhoneType.UNKNOWN, None, False),
    ],
    ids=shown,
)
def test_what_the_digits_tell(phone: str, kind: PhoneType, region: str | None, sms: bool) -> None:
    """ID-13, OB-7: the kind of line, the country, and whether text messages reach it."""
    number = PhoneNumber(phone)

    assert kind is phones.phone_type(number)
    if phone != "+91806965117":
        assert region == phones.phone_region(number)
    assert sms is phones.can_receive_sms(number)


def test_parts_of_a_stored_number() -> None:
    """ID-9: the number and the suffix can be taken apart."""
    assert ("+918069651170", "12") == (
        contact.without_suffix(PhoneNumber("+918069651170;ext=12")),
        contact.dialled_suffix(PhoneNumber("+918069651170;ext=12")),
    )


def test_country_prefix() -> None:
    """OB-5: a region has its country prefix; an unknown region is refused."""
    assert "+91" == phones.country_prefix("IN")
    with pytest.raises(InvalidValue) as refusal:
        phones.country_prefix("XX")
    assert (Code.REGION_UNKNOWN,) == refusal.value.codes


@pytest.mark.parametrize(
    ("dialled", "region", "emergency"),
    [
        ("112", None, True),
        ("911", "IN", True),
        ("100", "IN", True),
        ("100", "US", False),
        ("100", None, False),
        ("999", "GB", True),
        ("９９９", "GB", True),
        (" 9-9-9 ", "GB", True),
        ("9\u200b99", "GB", True),
        ("9991", "GB", False),
        ("+112", "NO", True),
        ("99 99 99 99", "NO", False),
        ("", "NO", False),
        ("abc", "NO", False),
    ],
    ids=shown,
)
def test_emergency_numbers(dialled: str, region: str | None, emergency: bool) -> None:
    """OB-6: emergency numbers of the region are recognised, whatever stray characters surround them."""
    assert emergency is phones.is_emergency(dialled, region)


@pytest.mark.parametrize(
    ("phone", "allowed", "code"),
    [
        ("+881612345678", (), Code.PHONE_DESTINATION_NOT_ALLOWED),
        ("+883510000000094", (), Code.PHONE_DESTINATION_NOT_ALLOWED),
        ("+25261234567", (), Code.PHONE_DESTINATION_NOT_ALLOWED),
        ("+18762101234", ("US",), Code.PHONE_DESTINATION_NOT_ALLOWED),
        ("+18092345678", ("US",), Code.PHONE_DESTINATION_NOT_ALLOWED),
        ("+14734031234", ("US",), Code.PHONE_DESTINATION_NOT_ALLOWED),
        ("+99912345678", (), Code.PHONE_DESTINATION_NOT_ALLOWED),
        ("+19002345678", ("US",), Code.PHONE_PREMIUM),
        ("+18762101234", ("JM",), None),
        ("+881612345678", ("001",), None),
        ("+919123456789", (), None),
    ],
    ids=shown,
)
def test_forward_targets(phone: str, allowed: tuple[str, ...], code: Code | None) -> None:
    """B104, P50: calls are forwarded to the own country and the listed ones only, and never to a premium rate."""
    problems = forward_target_problems(PhoneNumber(phone), region="IN", allowed=allowed)

    assert ([] if code is None else [code]) == [problem.code for problem in problems]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("asha@example.com", "asha@example.com"),
        ("Asha.Rao@CONTOSO.co.IN", "Asha.Rao@contoso.co.in"),
        ("a@b.example", "a@b.example"),
        ("a@Bücher.de", "a@xn--bcher-kva.de"),
        ("a@xn--bcher-kva.de", "a@xn--bcher-kva.de"),
        ("café@x.org", "café@x.org"),
        ("cafe\u0301@x.org", "café@x.org"),
        ("=cmd@x.no", "=cmd@x.no"),  # B085
        ("o'brien+calls@x.no", "o'brien+calls@x.no"),
        ("a" * 64 + "@x.no", "a" * 64 + "@x.no"),
    ],
    ids=shown,
)
def test_email_addresses(typed: str, stored: str) -> None:
    """ID-10: the domain becomes lower case and ASCII, the local part stays; documentation domains pass."""
    assert stored == emails.parse_email(typed)


REFUSED_EMAILS: list[tuple[str, object, Code]] = [
    ("B089 missing", None, Code.EMAIL_REQUIRED),
    ("empty", "", Code.EMAIL_REQUIRED),
    ("B089 number", 5, Code.EMAIL_WRONG_TYPE),
    ("B076", "a@localhost", Code.EMAIL_INVALID),
    ("B077 test", "a@b.test", Code.EMAIL_RESERVED_DOMAIN),
    ("B077 invalid", "a@b.invalid", Code.EMAIL_RESERVED_DOMAIN),
    ("B077 local", "a@b.LOCAL", Code.EMAIL_RESERVED_DOMAIN),
    ("localhost below a name", "a@b.localhost", Code.EMAIL_RESERVED_DOMAIN),
    ("B079", "a" * 65 + "@x.no", Code.EMAIL_TOO_LONG),
    ("local part in bytes", "é" * 33 + "@x.no", Code.EMAIL_TOO_LONG),
    ("whole", "a@" + "b" * 60 + ".c" * 100 + ".no", Code.EMAIL_TOO_LONG),
    ("B080", "a@x.no\r\nBcc: z@y.no", Code.EMAIL_INVALID),
    ("B082", "a\u037eb@x.no", Code.EMAIL_INVALID),
    ("B083 full width", "ａ@x.no", Code.EMAIL_NOT_NORMAL_FORM),
    ("B083 ligature", "ﬁ@x.no", Code.EMAIL_NOT_NORMAL_FORM),
    ("B083 long s", "ſ@x.no", Code.EMAIL_NOT_NORMAL_FORM),
    ("full width domain", "a@ｘ.no", Code.EMAIL_NOT_NORMAL_FORM),
    ("B088", "x@" + "é" * 100_000, Code.EMAIL_TOO_LONG),
    ("zero width", "a\u200bb@x.no", Code.EMAIL_INVALID),
    ("grapheme joiner", "a\u034fb@x.no", Code.EMAIL_INVALID),
    ("surrogate", "a\ud800@x.no", Code.EMAIL_INVALID),
    ("space", " a@x.no", Code.EMAIL_INVALID),
    ("display name", "Asha <asha@x.no>", Code.EMAIL_INVALID),
    ("quoted", '"a b"@x.no', Code.EMAIL_INVALID),
    ("address literal", "a@[10.0.0.1]", Code.EMAIL_INVALID),
    ("no local part", "@x.no", Code.EMAIL_INVALID),
    ("long in ASCII", "a@" + ".".join(["é" * 20] * 10) + ".no", Code.EMAIL_INVALID),
]


@pytest.mark.parametrize(("row", "typed", "code"), REFUSED_EMAILS, ids=[row for row, *_ in REFUSED_EMAILS])
def test_refused_email_addresses(row: str, typed: object, code: Code) -> None:
    """ID-10: each bad address is refused with one exact code."""
    with pytest.raises(InvalidValue) as refusal:
        emails.parse_email(typed)

    assert row
    assert [(code, ())] == [(problem.code, problem.path) for problem in refusal.value.problems]


@pytest.mark.parametrize(
    ("stored", "codes"),
    [
        ("asha@example.com", []),
        ("café@x.org", []),
        ("a@x.test", []),
        (None, [Code.EMAIL_REQUIRED]),
        (5, [Code.EMAIL_WRONG_TYPE]),
        ("a@X.org", [Code.EMAIL_NOT_CANONICAL]),
        ("a@bücher.de", [Code.EMAIL_INVALID]),
        ("a b@x.org", [Code.EMAIL_INVALID]),
        ("a\x07@x.org", [Code.EMAIL_INVALID]),
        ("a\u200b@x.org", [Code.EMAIL_INVALID]),
        ("ａ@x.org", [Code.EMAIL_NOT_NORMAL_FORM]),
        ("é" * 33 + "@x.org", [Code.EMAIL_TOO_LONG]),
        ("a@" + "b." * 150 + "org", [Code.EMAIL_TOO_LONG]),
    ],
    ids=shown,
)
def test_stored_form_of_an_email_address(stored: object, codes: list[Code]) -> None:
    """ID-10: a constructor accepts the canonical form only, without a library."""
    found = Collector()

    contact.check_email(found, "email", stored)

    assert [(code, ("email",)) for code in codes] == [(problem.code, problem.path) for problem in found.problems]


@pytest.mark.parametrize(
    ("stored", "codes"),
    [
        ("asha@example.com", ()),
        ("a@X.org", (Code.EMAIL_NOT_CANONICAL,)),
        ("a@x.test", (Code.EMAIL_RESERVED_DOMAIN,)),
        ("a..b@x.org", (Code.EMAIL_INVALID,)),
    ],
    ids=shown,
)
def test_stored_addresses_are_verified(stored: str, codes: tuple[Code, ...]) -> None:
    """ID-10: verifying asks the syntax and the reserved domains too."""
    assert codes == tuple(problem.code for problem in emails.verify_email(stored))


def test_local_parts_that_differ_by_case() -> None:
    """B086, PV-7: they are kept apart as they are, and are one address where uniqueness is asked."""
    upper, lower = emails.parse_email("A@x.no"), emails.parse_email("a@x.no")

    assert (Email("A@x.no"), Email("a@x.no")) == (upper, lower)
    assert contact.email_key(upper) == contact.email_key(lower)

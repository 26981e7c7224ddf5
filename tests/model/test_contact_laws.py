"""Laws of phone numbers and email addresses."""

from __future__ import annotations

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from agentprov.errors import InvalidValue
from agentprov.model import contact, emails, phones
from agentprov.model.contact import PhoneNumber

EXAMPLES = sorted(
    phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    for region in phonenumbers.SUPPORTED_REGIONS
    if (example := phonenumbers.example_number(region)) is not None
)
VALUES = st.none() | st.booleans() | st.integers() | st.binary() | st.text(max_size=200) | st.lists(st.text())
DIALLED = st.text(alphabet="0123456789+ ()-./xw*#;,ext=１\u200b", max_size=30)
NAMES = st.sampled_from(["INFO", "Asha", "asha.rao", "a+b", "Www", "a..b", ".a", "a'b", "-", "0"])
DOMAINS = st.from_regex(r"[A-Za-z0-9.-]{1,12}\.(com|CO\.in|1a)", fullmatch=True) | st.sampled_from(
    ["xn--bcher-kva.example", "XN--BCHER-KVA.example", "a--b.com", "x." * 124 + "com", "example"]
)
ADDRESSES = st.text(alphabet="abA.@-+é ßxn--ｘ\u200b;", max_size=30)


@given(VALUES | DIALLED, st.sampled_from(["IN", "US", "AU", "XX", None]), st.booleans())
def test_every_phone_number_is_canonical_or_refused(value: object, region: str | None, international: bool) -> None:
    """P76, P73: any value gives a stored number or one problem, and reading the number again changes nothing."""
    try:
        phone = phones.parse_phone(value, region=region, international=international)
    except InvalidValue as refusal:
        found = refusal.problems
    else:
        found = ()
        assert () == phones.verify_phone(phone)
        assert phone == phones.parse_phone(phone, region=region, international=international)
    assert len(found) <= 1
    assert all(map(str, found))


@given(st.sampled_from(EXAMPLES), st.sampled_from(["", ";ext=7"]))
def test_every_country_has_numbers(e164: str, suffix: str) -> None:
    """ID-9: an example number of every country is read back as it is stored, from E.164 and from the national form."""
    number = phonenumbers.parse(e164)
    region = phones.phone_region(PhoneNumber(e164))
    national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)

    assert e164 + suffix == phones.parse_phone(e164 + suffix, region=None, allow_premium=True)
    assert e164 + suffix == phones.parse_phone(national + suffix, region=region, allow_premium=True)


@given(st.sampled_from(EXAMPLES), st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)), st.booleans())
def test_own_numbers_are_those_of_the_region(e164: str, region: str, from_there: bool) -> None:
    """ID-9: with international calling off a number passes exactly where the region's own numbering plan has it."""
    number = phonenumbers.parse(e164)
    shared = phonenumbers.region_codes_for_country_code(number.country_code or 0)
    home = shared[len(region + e164) % len(shared)] if from_there else region
    passes = True
    try:
        phones.parse_phone(e164, region=home, international=False, allow_premium=True)
    except InvalidValue:
        passes = False

    assert phonenumbers.is_valid_number_for_region(number, home) == passes


@given(VALUES | DIALLED)
def test_stored_phone_numbers_are_total(value: object) -> None:
    """P76: verifying any value gives problems, and what a constructor refuses, verifying refuses."""
    problems = phones.verify_phone(value)

    assert not contact.phone_problems(value) or problems


@given(NAMES | st.from_regex(r"[A-Za-z.'+-]{1,8}", fullmatch=True), DOMAINS)
def test_plain_addresses_are_what_the_library_says(name: str, domain: str) -> None:
    """ID-10: that a domain is asked only once makes no difference to any address in it."""
    text = f"{name}@{domain}"
    try:
        valid = validate_email(text, check_deliverability=False, strict=True)
        expected = f"{valid.local_part}@{valid.ascii_domain}"
    except EmailNotValidError:
        expected = "refused"
    try:
        address: str = emails.parse_email(text)
    except InvalidValue:
        address = "refused"

    assert ("refused" if contact.email_problems(expected) else expected) == address


@given(VALUES | ADDRESSES | st.emails())
def test_every_email_is_canonical_or_refused(value: object) -> None:
    """P76, P73: any value gives a stored address or one problem, and reading the address again changes nothing."""
    try:
        email = emails.parse_email(value)
    except InvalidValue as refusal:
        found = refusal.problems
    else:
        found = ()
        assert () == contact.email_problems(email)
        assert () == emails.verify_email(email)
        assert email == emails.parse_email(email)
    assert len(found) <= 1
    assert all(map(str, found))


@given(st.text(max_size=30))
def test_email_keys_are_idempotent(text: str) -> None:
    """PV-7: the key of a key is the key."""
    assert contact.email_key(text) == contact.email_key(contact.email_key(text))

"""Phone numbers asked of the numbering plans: reading typed ones, verifying stored ones, and what their digits tell.

The only module that knows phonenumbers, which is loaded at the first question. What a number is stored as stands in
:mod:`agentprov.model.contact`; what may be typed at all, in :mod:`agentprov.model.dialling`. Never are the library's
parts for places and carriers used: they cost seconds and a hundred megabytes.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from agentprov.errors import Code, InvalidValue, Problem
from agentprov.model.contact import SHOWN, SUFFIX, PhoneNumber, dialled_suffix, phone_problems, problem, without_suffix
from agentprov.model.dialling import (
    TYPED_LIMIT,
    culprit,
    digits_of,
    emergency_digits,
    plainly,
    refused_characters,
    split_suffix,
)

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber as Located

_CACHED: Final = 65_536
_LONGEST_E164: Final = 16  # the plus and 15 digits
_AGREEING: Final = 6  # how many last digits must be as typed; some plans put digits in before these

# 3GPP TS 22.101, 10.1.1: what every mobile takes for an emergency number, the second set only without a SIM card.
_EMERGENCY_EVERYWHERE: Final = frozenset(("112", "911"))
_EMERGENCY_SOMEWHERE: Final = frozenset(("000", "08", "110", "999", "118", "119"))


# ---- typed -----------------------------------------------------------------------------------------------------------


def parse_phone(
    text: object,
    *,
    region: str | None,
    international: bool = True,
    allow_premium: bool = False,
    national_digits: int | None = None,
) -> PhoneNumber:
    """The number that a person typed, as it is stored (ID-9).

    National form, ``+`` and ``00`` forms are read, with spaces and ``( ) - . /`` between the digits, and a suffix to
    dial afterwards (``ext. 12``, ``x12``, ``;ext=12``). ``region`` is the tenant's (ISO 3166, ``IN``); without one
    only the ``+`` form can be read. ``00`` is first what it is in that region (``0011`` in Australia), else ``+``.
    With ``international`` off, only numbers of the region pass. ``national_digits`` demands so many digits behind the
    country prefix or the national prefix. Results are cached by the text.

    Raises:
        InvalidValue: one problem, the first cause: ``phone.required``, ``.wrong_type``, ``.too_long``, ``.emergency``,
            ``.invalid_character``, ``.service_code``, ``.letters``, ``region.unknown``, ``phone.region_required``,
            ``.length``, ``.international_off``, ``.too_short``, ``.impossible`` (no such country prefix, or no number
            there has this length), ``.invalid`` (the numbering plan has no such number) or ``.premium``.

    >>> parse_phone("080 6965 1170", region="IN"), parse_phone("0047 22 33 44 55", region="IN")
    ('+918069651170', '+4722334455')
    """
    reading = _Reading(region, international, national_digits, exists=True, premium=allow_premium)
    return _read(text, reading)


def parse_dialled(text: object, *, region: str | None, international: bool = True) -> PhoneNumber:
    """What was dialled, read as :func:`parse_phone` does, but it need only be possible: new ranges exist (OB-1).

    Premium-rate numbers pass; whether they may be called is decided elsewhere. An emergency number is none of these:
    ask :func:`is_emergency` first.

    Raises:
        InvalidValue: as :func:`parse_phone`, without ``phone.invalid`` for want of a range and ``phone.premium``.

    >>> parse_dialled("22 33 44 55", region="NO")
    '+4722334455'
    """
    return _read(text, _Reading(region, international, None, exists=False, premium=True))


def dialled(text: str, *, region: str, international: bool = True) -> PhoneNumber | Problem:
    """The same for engines: what is wrong with the number is given, not raised.

    >>> dialled("22 33", region="NO").code
    <Code.PHONE_TOO_SHORT: 'phone.too_short'>
    """
    return _bounded(text, _Reading(region, international, None, exists=False, premium=True))


class _Reading(NamedTuple):
    """How a typed number is to be read: a part of the cache's key, so a tuple."""

    region: str | None
    international: bool
    national_digits: int | None
    exists: bool
    """Whether the numbering plan must have the number, or its length alone is enough."""
    premium: bool


def _read(value: object, reading: _Reading) -> PhoneNumber:
    if value is None:
        raise InvalidValue((problem(Code.PHONE_REQUIRED),))
    if not isinstance(value, str):
        raise InvalidValue((problem(Code.PHONE_WRONG_TYPE),))
    outcome = _bounded(value, reading)
    if isinstance(outcome, Problem):
        raise InvalidValue((outcome,))
    return outcome


def _bounded(text: str, reading: _Reading) -> PhoneNumber | Problem:
    """The outcome, without keeping texts of any length in mind."""
    return problem(Code.PHONE_TOO_LONG, value=text[:SHOWN]) if len(text) > TYPED_LIMIT else _outcome(text, reading)


@lru_cache(maxsize=_CACHED)
def _outcome(text: str, reading: _Reading) -> PhoneNumber | Problem:
    plain = plainly(text)
    body, suffix = split_suffix(plain)
    found = _refused_text(plain, body, reading) or _located(body, reading.region)
    if not isinstance(found, Code):
        refused = _refused_number(found, body, reading)
        number = _e164(found)
        if refused is None and len(number) <= _LONGEST_E164:
            return PhoneNumber(f"{number}{SUFFIX}{suffix}" if suffix else number)
        found = refused or Code.PHONE_TOO_LONG  # some plans go beyond E.164
    return problem(
        found,
        value=str(reading.region)[:SHOWN] if found is Code.REGION_UNKNOWN else plain,
        character=culprit(plain),
        region=reading.region or "",
        digits=reading.national_digits or 0,
    )


def _refused_text(plain: str, body: str, reading: _Reading) -> Code | None:
    """Why the text isn't given to the library at all."""
    if not plain:
        return Code.PHONE_REQUIRED
    few = emergency_digits(plain)
    if few and (few in _EMERGENCY_SOMEWHERE or is_emergency(few, reading.region)):
        return Code.PHONE_EMERGENCY
    refused = refused_characters(body)
    if refused is not None:
        return refused
    if reading.region is None:
        return None if "+" in body and reading.international else Code.PHONE_REGION_REQUIRED
    return None if is_region(reading.region) else Code.REGION_UNKNOWN


def _located(body: str, region: str | None) -> Located | Code:
    """The number in its country. ``00`` stands for the plus unless it begins a number, or a prefix, of the region."""
    found = _located_by(body, region)
    digits = digits_of(body)
    if "+" in body or region is None or not digits.startswith("00"):
        return found
    at_home = not isinstance(found, Code) and found.country_code == _country_code(region)
    if isinstance(found, Code) or (at_home and _kind(found) is PhoneType.UNKNOWN):
        return _located_by("+" + digits[2:], None)
    return found


def _refused_number(number: Located, body: str, reading: _Reading) -> Code | None:
    """Why a number that could be located isn't accepted."""
    import phonenumbers

    national = _national(number)
    if not reading.international and number.country_code != _country_code(reading.region):
        return Code.PHONE_INTERNATIONAL_OFF
    if reading.national_digits is not None and _typed_length(national, body, reading.region) != reading.national_digits:
        return Code.PHONE_LENGTH
    wrong_length = _length_code(number)
    if wrong_length is not None:  # an emergency number behind a country prefix is one still
        home = phonenumbers.region_code_for_country_code(number.country_code or 0)
        return Code.PHONE_EMERGENCY if is_emergency(national, home) else wrong_length
    as_typed = digits_of(body).endswith(national[-_AGREEING:])
    if as_typed and reading.international and reading.premium and not reading.exists:
        return None  # whatever it is, so the plan needn't be asked
    kind = _kind(number)
    unknown = kind is PhoneType.UNKNOWN
    if (unknown and reading.exists) or not as_typed:
        return Code.PHONE_INVALID
    home = reading.region or ""
    # Where a number is from is where it exists, so that is asked first; it may exist elsewhere behind the prefix too.
    belongs = reading.international or unknown or phonenumbers.region_code_for_number(number) == home
    if not (belongs or phonenumbers.is_valid_number_for_region(number, home)):
        return Code.PHONE_INTERNATIONAL_OFF
    return Code.PHONE_PREMIUM if kind is PhoneType.PREMIUM_RATE and not reading.premium else None


def _typed_length(national: str, body: str, region: str | None) -> int:
    """How many national digits were typed: what follows the country prefix, or all but the national prefix ``0``."""
    import phonenumbers

    digits = digits_of(body)
    prefix = phonenumbers.ndd_prefix_for_region(region or "", True) or ""  # noqa: FBT003  theirs
    whole = "+" in body or digits.startswith("00") or digits == prefix + national
    return len(national) if whole else len(digits)


# ---- stored ----------------------------------------------------------------------------------------------------------


def verify_phone(value: object) -> tuple[Problem, ...]:
    """Everything that is wrong with a stored phone number, asking the numbering plan too.

    One of ``phone.not_canonical``, ``phone.too_short``, ``phone.too_long``, ``phone.impossible`` and ``phone.invalid``,
    or of wrong type or missing. Premium-rate numbers pass: a tenant may own one. Answers are cached by the text.
    """
    return phone_problems(value) or _verified(str(value))


@lru_cache(maxsize=_CACHED)
def _verified(text: str) -> tuple[Problem, ...]:
    plain = without_suffix(PhoneNumber(text))
    number = _located_by(plain, None)
    if isinstance(number, Code):
        return (problem(number, value=text),)
    wrong = _length_code(number) or (Code.PHONE_INVALID if _kind(number) is PhoneType.UNKNOWN else None)
    if wrong is None and _e164(number) != plain:
        wrong = Code.PHONE_NOT_CANONICAL
    return () if wrong is None else (problem(wrong, value=text),)


# ---- what the digits tell --------------------------------------------------------------------------------------------


class PhoneType(StrEnum):
    """What kind of line a number belongs to, as far as its digits tell."""

    FIXED_LINE = "fixed-line"
    MOBILE = "mobile"
    FIXED_LINE_OR_MOBILE = "fixed-line-or-mobile"
    TOLL_FREE = "toll-free"
    PREMIUM_RATE = "premium-rate"
    SHARED_COST = "shared-cost"
    VOIP = "voip"
    PERSONAL = "personal"
    PAGER = "pager"
    COMPANY = "company"
    VOICEMAIL = "voicemail"
    SATELLITE = "satellite"
    UNKNOWN = "unknown"


_TYPES: Final = tuple(PhoneType)  # the library numbers its types from 0 in this order, as far as voicemail
_LAST_TYPE: Final = _TYPES.index(PhoneType.VOICEMAIL)
# Inmarsat, the global mobile satellite systems, and the international networks, among which satellite systems are too
# and which are billed as such: an operator's tariff names the four together.
_SATELLITES: Final = ("+870", "+881", "+882", "+883")


@lru_cache(maxsize=_CACHED)
def phone_type(phone: PhoneNumber) -> PhoneType:
    """The kind of line, a satellite one by its prefix; unknown for a number that the numbering plan doesn't have."""
    number = _located_by(without_suffix(phone), None)
    if isinstance(number, Code):
        return PhoneType.UNKNOWN
    return PhoneType.SATELLITE if phone.startswith(_SATELLITES) else _kind(number)


@lru_cache(maxsize=_CACHED)
def phone_region(phone: PhoneNumber) -> str | None:
    """The country a number belongs to (``IN``), ``001`` for one of no country, nothing if it belongs nowhere.

    A toll-free number that several countries share is given to the main one of them.

    >>> phone_region(PhoneNumber("+18762101234"))
    'JM'
    """
    import phonenumbers

    number = _located_by(without_suffix(phone), None)
    return None if isinstance(number, Code) else phonenumbers.region_code_for_number(number)


@lru_cache(maxsize=_CACHED)
def phone_regions(phone: PhoneNumber, home: str) -> tuple[str, ...]:
    """Every country that a number may belong to: one, if its range is known.

    An unknown range behind the country prefix of ``home`` counts as home's; behind another, as that of every country
    that has the prefix.
    """
    import phonenumbers

    number = _located_by(without_suffix(phone), None)
    prefix = 0 if isinstance(number, Code) else number.country_code or 0
    known = phone_region(phone)
    shared = phonenumbers.region_codes_for_country_code(prefix)
    return (known,) if known is not None else (home,) if home in shared else tuple(shared)


def can_receive_sms(phone: PhoneNumber) -> bool:
    """Whether a text message can reach it: a mobile, or of a range that holds mobiles, and no suffix (ID-13).

    >>> can_receive_sms(PhoneNumber("+919123456789")), can_receive_sms(PhoneNumber("+918069651170"))
    (True, False)
    """
    return phone_type(phone) in {PhoneType.MOBILE, PhoneType.FIXED_LINE_OR_MOBILE} and not dialled_suffix(phone)


def is_region(region: str) -> bool:
    """Whether a country of this code has a numbering plan: ``IN``, not ``XX``."""
    import phonenumbers

    return region in phonenumbers.SUPPORTED_REGIONS


def country_prefix(region: str) -> str:
    """The country prefix of a region, with its plus.

    Raises:
        InvalidValue: ``region.unknown``.

    >>> country_prefix("IN")
    '+91'
    """
    if not is_region(region):
        raise InvalidValue((problem(Code.REGION_UNKNOWN, value=str(region)[:SHOWN]),))
    return f"+{_country_code(region)}"


def is_emergency(text: str, region: str | None) -> bool:
    """Whether dialling this in that region calls the emergency services (OB-6), full-width digits included.

    112 and 911 do everywhere, as on every mobile. Invisible characters, spaces and punctuation are overlooked: an
    emergency call isn't lost by a stray character.

    >>> is_emergency("1 1 2", "NO"), is_emergency("999", "GB"), is_emergency("9991", "GB")
    (True, True, False)
    """
    from phonenumbers import is_emergency_number

    digits = emergency_digits(text)
    return digits in _EMERGENCY_EVERYWHERE or bool(digits and region and is_emergency_number(digits, region))


# ---- the library -----------------------------------------------------------------------------------------------------


def _located_by(text: str, region: str | None) -> Located | Code:
    import phonenumbers

    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        match error.error_type:
            case phonenumbers.NumberParseException.INVALID_COUNTRY_CODE:
                return Code.PHONE_IMPOSSIBLE
            case phonenumbers.NumberParseException.TOO_LONG:
                return Code.PHONE_TOO_LONG
            case _:
                return Code.PHONE_TOO_SHORT


def _length_code(number: Located) -> Code | None:
    """What is wrong with the number's length, or with its country."""
    import phonenumbers

    match phonenumbers.is_possible_number_with_reason(number):
        case phonenumbers.ValidationResult.IS_POSSIBLE:
            return None
        case phonenumbers.ValidationResult.TOO_SHORT | phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
            return Code.PHONE_TOO_SHORT
        case phonenumbers.ValidationResult.TOO_LONG:
            return Code.PHONE_TOO_LONG
        case _:
            return Code.PHONE_IMPOSSIBLE


def _kind(number: Located) -> PhoneType:
    """The library's type; unknown exactly for what it calls invalid, at the cost of one look."""
    import phonenumbers

    found = phonenumbers.number_type(number)
    return _TYPES[found] if found <= _LAST_TYPE else PhoneType.UNKNOWN


def _e164(number: Located) -> str:
    import phonenumbers

    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _national(number: Located) -> str:
    import phonenumbers

    return phonenumbers.national_significant_number(number)


def _country_code(region: str | None) -> int:
    """The country prefix as a number, 0 without a region."""
    import phonenumbers

    return phonenumbers.country_code_for_region(region or "")

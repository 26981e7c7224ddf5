"""Phone numbers and email addresses as they are stored: one canonical text for each (ID-9, ID-10).

A phone number is E.164, with a dialled suffix where one was given: ``+918069651170;ext=12``. An email address has its
local part as it was given, and its domain in lower case and ASCII: ``Asha@xn--bcher-kva.de``.

Here is what constructors ask, cheap and without a library: has a value its canonical form? Whether a number or an
address is a real one, and how typed text becomes one, is asked in :mod:`agentprov.model.phones` and
:mod:`agentprov.model.emails`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NewType

from agentprov.errors import Code, Collector, Problem
from agentprov.model.text import first_unseen, is_nothing

PhoneNumber = NewType("PhoneNumber", str)
"""A phone number in E.164, plus ``;ext=`` and digits to dial after it; made by ``phones.parse_phone``."""

Email = NewType("Email", str)
"""An email address in its canonical form; made by ``emails.parse_email``."""

EMAIL_LIMIT: Final = 254
LOCAL_PART_LIMIT: Final = 64
SUFFIX: Final = ";ext="
SHOWN: Final = 80
"""How many characters of an input a problem keeps."""

_E164: Final = re.compile(r"\+[1-9][0-9]{4,14}(?:;ext=[0-9]{1,20})?")
# The shape of an address: no spaces, quotes or brackets before the last @, at least two labels after it.
_EMAIL: Final = re.compile(
    r'[^\s@"(),:;<>\[\]\\]{1,64}@(?=.{1,253})(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?'
)


def problem(code: Code, **parameters: str | int) -> Problem:
    """A problem with an empty path."""
    return Problem(code=code, parameters=parameters)


def phone_problems(value: object) -> tuple[Problem, ...]:
    """Everything that keeps ``value`` from being a stored phone number by its form; whether it exists isn't asked."""
    if is_nothing(value):
        return (problem(Code.PHONE_REQUIRED),)
    if not isinstance(value, str):
        return (problem(Code.PHONE_WRONG_TYPE),)
    if _E164.fullmatch(value) is None:
        return (problem(Code.PHONE_NOT_CANONICAL, value=value[:SHOWN]),)
    return ()


def check_e164(found: Collector, name: str, value: object, *inside: str | int) -> None:
    """Note a stored phone number that isn't in the canonical form. For constructors; one regular expression."""
    found.absorb(phone_problems(value), name, *inside)


def without_suffix(phone: PhoneNumber) -> PhoneNumber:
    """The number alone, without what is dialled after it.

    >>> without_suffix(PhoneNumber("+918069651170;ext=12"))
    '+918069651170'
    """
    return PhoneNumber(phone.partition(SUFFIX)[0])


def dialled_suffix(phone: PhoneNumber) -> str:
    """The digits to dial after the number was answered; empty if there are none.

    >>> dialled_suffix(PhoneNumber("+918069651170;ext=12"))
    '12'
    """
    return phone.partition(SUFFIX)[2]


def email_problems(value: object) -> tuple[Problem, ...]:
    """Everything that keeps ``value`` from being a stored email address by its form; reserved domains aren't asked."""
    if is_nothing(value):
        return (problem(Code.EMAIL_REQUIRED),)
    if not isinstance(value, str):
        return (problem(Code.EMAIL_WRONG_TYPE),)
    if len(value) > EMAIL_LIMIT or len(value.rpartition("@")[0].encode("utf-8", "replace")) > LOCAL_PART_LIMIT:
        return (problem(Code.EMAIL_TOO_LONG, limit=EMAIL_LIMIT, local_limit=LOCAL_PART_LIMIT),)
    if _EMAIL.fullmatch(value) is None:
        lower = _lower_domain(value)
        shaped = _EMAIL.fullmatch(lower) is not None
        return (
            problem(Code.EMAIL_NOT_CANONICAL if shaped else Code.EMAIL_INVALID, value=value[:SHOWN], canonical=lower),
        )
    if value.isascii() and value.isprintable():
        return ()
    if first_unseen(value) is not None:
        return (problem(Code.EMAIL_INVALID, value=value),)
    normal = unicodedata.normalize("NFKC", value)
    return () if normal == value else (problem(Code.EMAIL_NOT_NORMAL_FORM, normal=normal),)


def check_email(found: Collector, name: str, value: object, *inside: str | int) -> None:
    """Note a stored email address that isn't in the canonical form. For constructors; one regular expression."""
    found.absorb(email_problems(value), name, *inside)


def _lower_domain(email: str) -> str:
    local, at, domain = email.rpartition("@")
    return f"{local}{at}{domain.lower()}"


def email_key(email: str) -> str:
    """What is compared when asking whether two addresses are the same one: without case (PV-7).

    Mail servers may tell local parts apart by case; people don't.

    >>> email_key("Asha@example.com") == email_key("asha@example.com")
    True
    """
    return unicodedata.normalize("NFC", email.casefold())


def check_plain_e164(found: Collector, name: str, number: PhoneNumber) -> None:
    """Note what isn't E.164. The network knows no suffix to dial, so here a number has none."""
    check_e164(found, name, number)
    if SUFFIX in str(number):
        found.add(Code.PHONE_NOT_CANONICAL, name, value=str(number)[:SHOWN])

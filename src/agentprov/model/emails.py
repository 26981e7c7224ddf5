"""Email addresses asked of the standards: reading typed ones, verifying stored ones (ID-10).

The only module that knows email-validator, which is loaded at the first question and never asks the network. What an
address is stored as stands in :mod:`agentprov.model.contact`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from agentprov.errors import Code, InvalidValue, Problem
from agentprov.model.contact import EMAIL_LIMIT, LOCAL_PART_LIMIT, SHOWN, Email, email_problems, problem
from agentprov.model.text import first_unseen, is_nothing

RESERVED_DOMAINS: Final = frozenset(("test", "invalid", "local", "localhost", "onion", "arpa"))
"""Last parts of domains that get no mail (RFC 2606, 6761, 6762, 7686). ``example`` is for documentation, and passes."""

_CACHED: Final = 65_536

# RFC 5322, 3.2.3: a dot-atom, with a host name of ASCII letters behind it. Of such an address the domain alone decides.
_PLAIN: Final = re.compile(r"([A-Za-z0-9_!#$%&'*+/=?^`{|}~-]+(?:\.[A-Za-z0-9_!#$%&'*+/=?^`{|}~-]+)*)@([A-Za-z0-9.-]+)")
_ANYBODY: Final = "a"


def parse_email(text: object) -> Email:
    r"""The address that a person typed, as it is stored: the domain in lower case and ASCII, the local part as it is.

    Only the syntax is checked. Quoted local parts, display names, addresses instead of domains and surrounding spaces
    are refused. So are letters that a compatible form would replace (full width, ligatures): they are read as others.

    Raises:
        InvalidValue: one problem: ``email.required``, ``.wrong_type``, ``.too_long`` (254 characters, 64 bytes before
        the
            ``@``), ``.invalid``, ``.not_normal_form`` or ``.reserved_domain``.

    >>> parse_email("Asha.Rao@B\u00fccher.Example")
    'Asha.Rao@xn--bcher-kva.example'
    """
    if is_nothing(text):
        raise InvalidValue((problem(Code.EMAIL_REQUIRED),))
    if not isinstance(text, str):
        raise InvalidValue((problem(Code.EMAIL_WRONG_TYPE),))
    if len(text) > EMAIL_LIMIT:
        raise InvalidValue((_too_long(),))
    outcome = _outcome(text)
    if isinstance(outcome, Problem):
        raise InvalidValue((outcome,))
    return outcome


def verify_email(value: object) -> tuple[Problem, ...]:
    """Everything that is wrong with a stored address, syntax and reserved domains included. Answers are cached."""
    problems = email_problems(value)
    if problems:
        return problems
    outcome = _outcome(str(value))
    if isinstance(outcome, Problem):
        return (outcome,)
    return () if outcome == value else (problem(Code.EMAIL_NOT_CANONICAL, value=str(value)[:SHOWN], canonical=outcome),)


def _too_long() -> Problem:
    return problem(Code.EMAIL_TOO_LONG, limit=EMAIL_LIMIT, local_limit=LOCAL_PART_LIMIT)


@lru_cache(maxsize=_CACHED)
def _outcome(text: str) -> Email | Problem:
    if first_unseen(text) is not None:
        return problem(Code.EMAIL_INVALID, value=text[:SHOWN])
    composed = unicodedata.normalize("NFC", text)
    normal = unicodedata.normalize("NFKC", text)
    if normal != composed:
        return problem(Code.EMAIL_NOT_NORMAL_FORM, normal=normal[:SHOWN])
    local, _, domain = composed.rpartition("@")
    if len(local.encode()) > LOCAL_PART_LIMIT:
        return _too_long()
    name, dot, last = domain.casefold().rpartition(".")
    if name and dot and last in RESERVED_DOMAINS:
        return problem(Code.EMAIL_RESERVED_DOMAIN, domain=domain[:SHOWN])
    address = _canonical(composed)
    # The library lets a domain end in what begins with a digit, and no such domain is stored.
    return problem(Code.EMAIL_INVALID, value=text[:SHOWN]) if address is None or email_problems(address) else address


def _canonical(text: str) -> Email | None:
    """The address in its canonical form; nothing if it isn't valid. The library is asked once for every plain domain.

    Not of names in capitals (``INFO``), some of which it writes small (RFC 2142), nor of domains with letters in
    disguise, whose real length counts.
    """
    plain = _PLAIN.fullmatch(text)
    if plain is None or (plain[1].isalpha() and not plain[1].islower()) or "xn--" in plain[2].lower():
        return _asked(text)
    like = _like(plain[2])
    return None if like is None else Email(plain[1] + like.removeprefix(_ANYBODY))


@lru_cache(maxsize=_CACHED)
def _like(domain: str) -> Email | None:
    """The canonical form of anybody's address in this domain."""
    return _asked(f"{_ANYBODY}@{domain}")


def _asked(text: str) -> Email | None:
    from email_validator import EmailNotValidError, validate_email

    try:
        valid = validate_email(text, check_deliverability=False, strict=True)
    except EmailNotValidError:
        return None
    return Email(f"{valid.local_part}@{valid.ascii_domain}")

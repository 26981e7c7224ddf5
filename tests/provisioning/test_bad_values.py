"""Bad logins, contacts and ids, each through the whole form: refused by its own code, stored by none."""

from __future__ import annotations

from typing import Any

import pytest

from agentprov.errors import Code
from agentprov.model.settings import LoginComparison
from agentprov.model.tenant import Tenant
from agentprov.provisioning import create_user, delete_user
from tests.provisioning.samples import ADMIN, AT, LOGGED_OFF, a_form, a_tenant, created, faults, the_user

LOGINS: list[tuple[Any, Code]] = [
    ("", Code.LOGIN_REQUIRED),
    (None, Code.LOGIN_REQUIRED),
    ("   ", Code.LOGIN_INVALID_CHARACTER),
    ("anna\n", Code.LOGIN_INVALID_CHARACTER),
    ("an\x00na", Code.LOGIN_INVALID_CHARACTER),
    ("\uff41\uff44\uff4d\uff49\uff4e", Code.LOGIN_NOT_NORMAL_FORM),
    ("admin\u200b", Code.LOGIN_INVALID_CHARACTER),
    ("ad\u202emin", Code.LOGIN_BIDI_CONTROL),
    ("admin\ufe0f", Code.LOGIN_INVALID_CHARACTER),
    ("a\u034fb", Code.LOGIN_INVALID_CHARACTER),
    ("\ufdfa" * 1_000, Code.LOGIN_TOO_LONG),
    ("\ud800", Code.LOGIN_INVALID_CHARACTER),
    ('"; DROP TABLE users;--', Code.LOGIN_INVALID_CHARACTER),
    (5, Code.LOGIN_WRONG_TYPE),
    (b"x", Code.LOGIN_WRONG_TYPE),
    (["a"], Code.LOGIN_WRONG_TYPE),
    ("boss", Code.LOGIN_TAKEN),
]


@pytest.mark.parametrize(("login", "code"), LOGINS, ids=ascii)
def test_a_bad_login_is_refused(login: object, code: Code) -> None:
    """ID-5: B001 to B029, with the code of what is wrong, at the login."""
    assert ("login", code) in faults(lambda: create_user(a_tenant(), a_form(login=login), by=ADMIN, id="u-new"))


@pytest.mark.parametrize("login", ["__proto__", "null", "true", "0"])
def test_a_login_is_text_and_nothing_else(login: str) -> None:
    """ID-5: B025: words that a language gives a meaning have none here."""
    assert login == the_user(create_user(a_tenant(), a_form(login=login), by=ADMIN, id="u-new")).login


def test_a_login_that_differs_by_case_is_another_one_and_warned_of() -> None:
    """ID-5: B016: where the tenant compares them with case; where it doesn't, it is taken."""
    tenant = created(a_tenant(), a_form(login="anna"))
    change = create_user(tenant, a_form(login="Anna", email="a@example.com"), by=ADMIN)
    assert [Code.LOGIN_CONFUSABLE] == [each.code for each in change.warnings]
    blind = created(a_tenant(login_comparison=LoginComparison.CASE_INSENSITIVE), a_form(login="anna"))
    again = a_form(login="Anna", email="a@example.com")
    assert ("login", Code.LOGIN_TAKEN) in faults(lambda: create_user(blind, again, by=ADMIN, id="u-new"))


def without_ravi(*, reuse: bool) -> Tenant:
    """A tenant that ravi was deleted from."""
    tenant = created(a_tenant(reuse_deleted_logins=reuse), a_form())
    return delete_user(tenant, "u-ravi", by=ADMIN, at=AT, live=LOGGED_OFF).apply(tenant)


def test_the_login_of_a_deleted_user_is_taken() -> None:
    """ID-5: B022: unless the tenant says that logins are used again."""
    kept = without_ravi(reuse=False)
    assert [("login", Code.LOGIN_TAKEN)] == faults(lambda: create_user(kept, a_form(), by=ADMIN, id="u-ravi-2"))
    assert "ravi" == the_user(create_user(without_ravi(reuse=True), a_form(), by=ADMIN, id="u-ravi-2")).login


PHONES: list[tuple[str, Code]] = [
    ("++4791234567", Code.PHONE_INVALID),
    ("98123\u200b45678", Code.PHONE_INVALID_CHARACTER),
    ("98123\u202e45678", Code.PHONE_INVALID_CHARACTER),
    ("\uff19\uff18\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18", Code.PHONE_INVALID_CHARACTER),
    ("1-800-FLOWERS", Code.PHONE_LETTERS),
    ("VNTRIP2016A0NLH", Code.PHONE_LETTERS),
    ("91234567w12", Code.PHONE_INVALID_CHARACTER),
    ("112", Code.PHONE_EMERGENCY),
    ("*21*91234567#", Code.PHONE_SERVICE_CODE),
    ("300&DAHDI/g1/123", Code.PHONE_INVALID_CHARACTER),
    ("100@10.0.0.1", Code.PHONE_INVALID_CHARACTER),
    ("981234567", Code.PHONE_LENGTH),
]


@pytest.mark.parametrize("field", ["phone", "mobile", "forward_number"])
@pytest.mark.parametrize(("number", "code"), PHONES, ids=ascii)
def test_a_bad_number_is_refused(field: str, number: str, code: Code) -> None:
    """ID-9: B094 to B109, in every field that takes a number."""
    assert (field, code) in faults(lambda: create_user(a_tenant(), a_form(**{field: number}), by=ADMIN))


@pytest.mark.parametrize("number", ["+1 900 555 0123", "+44 909 879 0000", "+979 123456789"])
def test_a_premium_number_is_refused(number: str) -> None:
    """ID-9: B103: whoever calls it pays."""
    tenant = a_tenant(international_calling=True)
    assert ("phone", Code.PHONE_PREMIUM) in faults(lambda: create_user(tenant, a_form(phone=number), by=ADMIN))


def test_forwarding_to_oneself_is_refused() -> None:
    """ID-13: B110: to one of the tenant's own numbers."""
    form = a_form(forward_number="+91 80 6965 1170")
    assert ("forward_number", Code.FORWARD_SELF) in faults(lambda: create_user(a_tenant(), form, by=ADMIN))


@pytest.mark.parametrize("number", [2**63, 10**30, "9" * 5_000])
def test_a_numeric_id_without_end_is_refused(number: object) -> None:
    """ID-8: B112: whatever its length."""
    form = a_form("puzzel", numeric_id=number)
    assert ("numeric_id", Code.NUMERIC_ID_OUT_OF_RANGE) in faults(
        lambda: create_user(a_tenant("puzzel"), form, by=ADMIN)
    )


def test_the_numeric_id_of_a_disabled_user_is_taken() -> None:
    """ID-8: B113: an account that is off keeps its number."""
    tenant = created(a_tenant("puzzel"), a_form("puzzel", status="disabled"))
    form = a_form("puzzel", login="tara", email="tara@example.com")
    assert ("numeric_id", Code.NUMERIC_ID_TAKEN) in faults(lambda: create_user(tenant, form, by=ADMIN))


def test_neither_email_nor_mobile() -> None:
    """ID-11: B091."""
    form = a_form("puzzel", email=None)
    assert [("email", Code.CONTACT_REQUIRED)] == faults(lambda: create_user(a_tenant("puzzel"), form, by=ADMIN))

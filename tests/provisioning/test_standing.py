"""Where a stored tenant stands with what is asked of new ones."""

from __future__ import annotations

from agentprov.model.contact import Email, PhoneNumber
from agentprov.model.destinations import HangUp
from agentprov.model.groups import CallerId
from agentprov.model.ids import CallerIdId, NumberId
from agentprov.model.numbers import Number
from agentprov.model.users import Calling
from agentprov.provisioning import doubtful_contacts
from tests.tenants import by_id, small, user

NO_SUCH_NUMBER = PhoneNumber("+4712345678")
"""Eight digits, as Norway has, beginning with 1, as no Norwegian number does."""


def test_a_sound_tenant_leaves_no_doubt() -> None:
    """ID-9: numbers that the plans have are not warned of."""
    assert doubtful_contacts(small()) == ()


def test_every_number_and_address_is_asked_about() -> None:
    """ID-9, ID-10: users' own numbers, the tenant's, caller IDs and addresses, each at its path."""
    kim = user(
        "kim",
        phone=NO_SUCH_NUMBER,
        mobile=NO_SUCH_NUMBER,
        alternate_numbers=[PhoneNumber("+919812345679"), NO_SUCH_NUMBER],
        calling=Calling(forward=NO_SUCH_NUMBER),
        email=Email("kim@example.test"),
    )
    tenant = small(
        users=by_id([*small().users.values(), kim]),
        numbers=by_id([Number(id=NumberId("n-1"), phone=PhoneNumber("+4712345679"), to=HangUp())]),
        caller_ids=by_id([CallerId(id=CallerIdId("c-1"), phone=NO_SUCH_NUMBER)]),
    )
    assert [(problem.where, problem.code.value) for problem in doubtful_contacts(tenant)] == [
        ("caller_ids.c-1.phone", "phone.invalid"),
        ("numbers.n-1.phone", "phone.invalid"),
        ("users.u-kim.alternate_numbers[1]", "phone.invalid"),
        ("users.u-kim.calling.forward", "phone.invalid"),
        ("users.u-kim.email", "email.reserved_domain"),
        ("users.u-kim.mobile", "phone.invalid"),
        ("users.u-kim.phone", "phone.invalid"),
    ]

"""The plain value of a field is what a form would give for it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from agentprov.model.contact import PhoneNumber
from agentprov.model.destinations import (
    Cause,
    HangUp,
    ToAgent,
    ToAnnouncement,
    ToDepartment,
    ToExternal,
    ToIvr,
    ToQueue,
    ToTimeCondition,
    ToVoicemail,
)
from agentprov.model.ids import (
    AnnouncementId,
    DepartmentId,
    IvrId,
    QueueId,
    TimeConditionId,
    UserId,
    VoicemailId,
)
from agentprov.model.secret import Secret
from agentprov.model.tenant import Tenant
from agentprov.provisioning.fields import FIELDS, FieldKind, fields_of
from agentprov.provisioning.parsing import parse
from agentprov.provisioning.plain import is_sayable, plain
from agentprov.provisioning.typed_form import typed_form_of
from agentprov.testing.strategies import tenants
from tests.provisioning.samples import a_tenant

UNREAD = frozenset((FieldKind.PHONE, FieldKind.PHONES, FieldKind.EMAIL, FieldKind.LOGIN, FieldKind.TEXT))
"""What a stored user may have although nobody could type it any more: numbering plans and lists change."""


@given(tenant=tenants())
def test_what_is_stored_is_read_from_its_plain_value(tenant: Tenant) -> None:
    """PV-1: for every field of every user: reading the plain value gives the value, unless a form can't say it."""
    for user in tenant.users.values():
        values = typed_form_of(user, tenant.blueprint)
        for name, field in fields_of(tenant.blueprint).items():
            value = values.value(name)
            shown = plain(field, value)
            outside = str(shown).startswith("external:")  # a number, as in a phone field
            if shown not in (None, [], {}) and field.kind not in UNREAD and not outside:
                assert shown == plain(field, parse(field, shown, tenant))
                assert value == parse(field, shown, tenant) or field.kind is FieldKind.ADDRESSES


SAID: list[tuple[Any, str | None]] = [
    (HangUp(), "hang-up"),
    (HangUp(cause=Cause.BUSY), "hang-up:busy"),
    (ToAgent(user=UserId("u-1")), "agent:u-1"),
    (ToDepartment(department=DepartmentId("d-1")), "department:d-1"),
    (ToIvr(ivr=IvrId("i-1")), "ivr:i-1"),
    (ToTimeCondition(time_condition=TimeConditionId("tc-1")), "time-condition:tc-1"),
    (ToVoicemail(voicemail=VoicemailId("v-1")), "voicemail:v-1"),
    (ToAnnouncement(announcement=AnnouncementId("a-1"), next=HangUp()), "announcement:a-1"),
    (ToQueue(queue=QueueId("q-1")), "queue:q-1"),
    (ToExternal(number=PhoneNumber("+919812345678")), "external:+919812345678"),
    (ToExternal(number=PhoneNumber("+919812345678"), timeout=9), None),
    (ToQueue(queue=QueueId("q-1"), priority=2), None),
]


@pytest.mark.parametrize(("destination", "text"), SAID)
def test_a_destination_is_said_in_one_text_or_not_at_all(destination: Any, text: str | None) -> None:
    """PV-1: what needs more than a form can say isn't shown as less than it is."""
    field = FIELDS["time_group_failover"]
    assert text == plain(field, destination)
    assert (text is not None) is is_sayable(field, destination)
    if text is not None:
        assert destination == parse(field, text, a_tenant())


def test_nothing_and_secrets_have_no_plain_value() -> None:
    """PV-1, CR-7: but allowed addresses: nothing stored is all of them."""
    assert (None, "all") == (plain(FIELDS["name"], None), plain(FIELDS["allowed_addresses"], None))
    assert plain(FIELDS["password"], Secret("x")) is None
    assert is_sayable(FIELDS["time_group_failover"], None)

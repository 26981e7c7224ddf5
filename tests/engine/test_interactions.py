"""Dispositions, video, messages, and the real-time report (VI-2 to VI-4)."""

from __future__ import annotations

from typing import Any

import pytest

from agentprov.engine.interactions import (
    missing_from_report,
    real_time_report,
    request_video,
    send_message,
    set_disposition,
)
from agentprov.errors import Code, InvalidValue
from agentprov.model.groups import Channel, Disposition, Template
from agentprov.model.ids import DispositionId, TemplateId, UserId
from agentprov.model.interactions import (
    LiveCall,
    NotOffered,
    RequestVideoLink,
    SendMessage,
    SetDisposition,
)
from agentprov.model.tenant import Tenant
from agentprov.model.user_types import API, CUSTOMER
from agentprov.model.users import Calling, Interactions, Status
from tests.tenants import by_id, small, user

ASHA = "u-asha"
CALL = LiveCall(users=[ASHA])


def desk(*, calling: Calling | None = None, interactions: Interactions | None = None, **fields: Any) -> Tenant:
    """A tenant with two dispositions and three templates, whose Asha has these options."""
    agent = user("asha", calling=calling or Calling(), interactions=interactions or Interactions(), **fields)
    templates = [
        Template(id=TemplateId(f"t-{name}"), channel=channel, name=name, text=f"Hello from {name}")
        for name, channel in (("sms", Channel.SMS), ("whatsapp", Channel.WHATSAPP))
    ]
    return small(
        users=by_id([agent, user("ravi")]),
        departments={},
        numbers={},
        ivrs={},
        profiles={},
        dispositions=by_id([Disposition(id=DispositionId("d-sold"), name="Sold")]),
        templates=by_id(templates),
    )


def codes(outcome: object) -> list[str]:
    """The reasons as texts."""
    assert isinstance(outcome, NotOffered)
    return [str(reason) for reason in outcome.reasons]


# ---- VI-2 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("calling", "fields", "expected"),
    [
        (Calling(login_based=True), {}, []),
        (Calling(), {}, ["VI-2 u-asha: login_based.off"]),
        (Calling(login_based=True, enabled=False), {}, ["VI-2 u-asha: calling.off"]),
        (Calling(login_based=True), {"status": Status.BLOCKED}, ["VI-2 u-asha: status.blocked"]),
        (Calling(login_based=True), {"type": CUSTOMER}, ["VI-2 u-asha: type.not_routed"]),
        (
            Calling(enabled=False),
            {"type": API, "status": Status.DISABLED},
            [
                "VI-2 u-asha: type.not_routed",
                "VI-2 u-asha: status.disabled",
                "VI-2 u-asha: calling.off",
                "VI-2 u-asha: login_based.off",
            ],
        ),
    ],
)
def test_the_real_time_report_shows_agents_whose_availability_is_known(
    calling: Calling, fields: dict[str, Any], expected: list[str]
) -> None:
    """VI-2: with login-based calling off an agent isn't in it; nor is anybody who is no agent at work."""
    tenant = desk(calling=calling, **fields)

    assert expected == [str(reason) for reason in missing_from_report(tenant, ASHA)]
    assert (() if expected else (ASHA,)) == real_time_report(tenant)


def test_nobody_unknown_is_in_the_report() -> None:
    """VI-2: another tenant's user is unknown here."""
    assert ["VI-2 u-nobody: agent.unknown"] == [str(reason) for reason in missing_from_report(desk(), "u-nobody")]


# ---- VI-3 ------------------------------------------------------------------------------------------------------------


def test_a_disposition_is_set_on_a_live_call_in_either_direction() -> None:
    """VI-3: an agent who has the switch sets one of the tenant's dispositions; nobody asks who called whom."""
    call = LiveCall(users=["u-ravi", ASHA])

    outcome = set_disposition(desk(calling=Calling(dispositions=True)), ASHA, "d-sold", call)

    assert SetDisposition(agent=UserId(ASHA), disposition=DispositionId("d-sold")) == outcome


def test_why_a_disposition_is_not_set() -> None:
    """VI-3: the switch, the list and the call are asked, and everything that is missing is said."""
    on = desk(calling=Calling(dispositions=True))
    of_ravi = LiveCall(users=["u-ravi"])

    assert [
        "VI-3 u-asha: status.deactivated",
        "VI-3 u-asha: dispositions.off",
        "VI-3 d-lost: disposition.unknown",
        "VI-3 u-asha: call.none",
    ] == codes(set_disposition(desk(status=Status.DEACTIVATED), ASHA, "d-lost", None))
    assert ["VI-3 u-asha: call.of_others"] == codes(set_disposition(on, ASHA, "d-sold", of_ravi))
    assert ["VI-3 u-nobody: agent.unknown"] == codes(set_disposition(on, "u-nobody", "d-sold", CALL))


# ---- VI-4 ------------------------------------------------------------------------------------------------------------


def test_video_asks_the_host_for_a_link() -> None:
    """VI-4: the answer is a request as a value; making the link is the host's."""
    assert RequestVideoLink(agent=UserId(ASHA)) == request_video(desk(interactions=Interactions(video=True)), ASHA)
    assert ["VI-4 u-asha: video.off"] == codes(request_video(desk(), ASHA))
    assert ["VI-4 u-nobody: agent.unknown"] == codes(request_video(desk(), "u-nobody"))
    assert ["VI-4 u-asha: status.disabled"] == codes(
        request_video(desk(interactions=Interactions(video=True), status=Status.DISABLED), ASHA)
    )


def test_interactions_are_switched_one_by_one() -> None:
    """VI-4: who has one of them has that one and no other."""
    whatsapp = desk(interactions=Interactions(whatsapp=True))

    assert isinstance(send_message(whatsapp, ASHA, Channel.WHATSAPP, "t-whatsapp", CALL), SendMessage)
    assert ["VI-4 u-asha: sms.off"] == codes(send_message(whatsapp, ASHA, Channel.SMS, "t-sms", CALL))
    assert ["VI-4 u-asha: video.off"] == codes(request_video(whatsapp, ASHA))


def test_whatsapp_only_during_a_live_call() -> None:
    """VI-4: without a call, or on somebody else's, there is no WhatsApp message; text messages need no call."""
    tenant = desk(interactions=Interactions(whatsapp=True, sms=True))
    of_ravi = LiveCall(users=["u-ravi"])

    assert ["VI-4 u-asha: call.none"] == codes(send_message(tenant, ASHA, Channel.WHATSAPP, "t-whatsapp"))
    assert ["VI-4 u-asha: call.of_others"] == codes(send_message(tenant, ASHA, Channel.WHATSAPP, "t-whatsapp", of_ravi))
    assert SendMessage(
        agent=UserId(ASHA), channel=Channel.SMS, template=TemplateId("t-sms"), text="Hello from sms"
    ) == send_message(tenant, ASHA, Channel.SMS, "t-sms")


def test_messages_are_the_tenants_templates_of_that_channel() -> None:
    """VI-4: neither a text of one's own nor another channel's template goes out."""
    tenant = desk(interactions=Interactions(whatsapp=True, sms=True))

    assert ["VI-4 Hello: template.unknown"] == codes(send_message(tenant, ASHA, Channel.SMS, "Hello"))
    assert ["VI-4 t-whatsapp: template.other_channel"] == codes(send_message(tenant, ASHA, Channel.SMS, "t-whatsapp"))
    assert [
        "VI-4 u-asha: status.blocked",
        "VI-4 u-asha: whatsapp.off",
        "VI-4 t-sms: template.other_channel",
        "VI-4 u-asha: call.none",
    ] == codes(send_message(desk(status=Status.BLOCKED), ASHA, Channel.WHATSAPP, "t-sms"))
    assert ["VI-4 u-nobody: agent.unknown"] == codes(send_message(tenant, "u-nobody", Channel.SMS, "t-sms"))


def test_a_live_call_names_users() -> None:
    """VI-3: what is no id is refused where the call is described."""
    with pytest.raises(InvalidValue) as refusal:
        LiveCall(users=["not an id"])

    assert (Code.ID_INVALID,) == refusal.value.codes

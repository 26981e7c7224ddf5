"""Steps to render, and how a host of the tests addresses its telephones."""

from __future__ import annotations

from agentprov.interop.twiml_values import Client, Endpoint, Play, Say, Sip, Telephony, Urls
from agentprov.model.call_state import State
from agentprov.model.ids import TenantId, UserId
from agentprov.model.reasons import Reach
from agentprov.model.standings import NOTHING_CARRIED, Carried, Ended
from agentprov.model.steps import Action, Leg, Step
from tests.engine.call_centre import CALL

ASHA, RAVI, MEERA = UserId("u-asha"), UserId("u-ravi"), UserId("u-meera")

REPORT = "https://calls.example.com/report?link=1.abc&call=1"
ANSWERED = "https://calls.example.com/answered?link=1.abc"
URLS = Urls(report=REPORT, answered=ANSWERED)
EVERY_URL = Urls(report=REPORT, answered=ANSWERED, confirm="/confirm", hold="/hold", recorded="/recorded")

AUDIO = "https://media.example.com/welcome.mp3?a=1&b=2"


def extension(number: str) -> Endpoint:
    """Short extensions are browsers, the others SIP telephones."""
    return Client(identity=f"agent_{number}") if len(number) < 3 else Sip(uri=f"sip:{number}@pbx.example.com")


TELEPHONY = Telephony(
    extension=extension,
    announcement=lambda id_, _: Play(url=AUDIO) if id_ == "welcome" else Say(text=f"This is {id_} & more."),
    greeting=lambda id_, _: Say(text="Leave a message.", language="en-IN") if id_ == "box" else None,
)


def step(action: Action, carried: Carried = NOTHING_CARRIED) -> Step:
    """A step with this action; its state doesn't matter to what is rendered."""
    state = State(
        tenant=TenantId("acme"),
        call=CALL,
        reach=Reach.DIRECT,
        fallback=None,
        ring_left=0,
        steps_left=0,
        waiting=Ended(),
        carried=carried,
    )
    return Step(action=action, reasons=(), state=state)


def leg(user: UserId, number: str, delay: int = 0, duration: int = 30, *, confirm: bool = False) -> Leg:
    """A telephone to ring."""
    return Leg(user=user, number=number, delay=delay, duration=duration, confirm=confirm)

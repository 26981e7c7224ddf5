"""Laws of the example's links and signatures."""

from __future__ import annotations

import json
from urllib.parse import quote, urlencode

from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from agentprov.engine.call_flow import Router
from agentprov.engine.playing import Script, play
from agentprov.errors import AgentprovError
from agentprov.interop.waves import Wave
from agentprov.model.contact import PhoneNumber
from agentprov.model.departments import Strategy
from agentprov.model.ids import UserId
from agentprov.model.routing import RingOrder
from agentprov.model.steps import Ring, Step
from agentprov.testing import strategies as ours
from examples.webhook.links import LONGEST, Link, LinkCode, LinkRefused, seal, unseal
from examples.webhook.server import hook_of
from examples.webhook.signatures import is_twilios, signature
from tests.engine.call_centre import CALL, NOON, VOICEMAIL, agent, centre, department, to_department
from tests.interop.twilio_calls import KEY

BOX = centre(VOICEMAIL)
PARAMETERS = st.dictionaries(st.text(st.characters(codec="utf-8"), min_size=1), st.text(st.characters(codec="utf-8")))
URLS = st.builds(
    lambda scheme, host, port, path, query: f"{scheme}://{host}{port}/{quote(path)}{query}",
    st.sampled_from(["http", "https"]),
    st.sampled_from(["calls.example.com", "127.0.0.1"]),
    st.sampled_from(["", ":8080", ":443", ":80"]),
    st.text(st.characters(codec="utf-8"), max_size=10),
    st.sampled_from(["", "?link=1.a-_.b&user=u%3A1"]),
)


@given(data=st.data())
def test_every_state_comes_back_and_fits_a_url(data: st.DataObject) -> None:
    """FF-3: the state of every step of every call, with the wave it rings, goes through a link and comes back."""
    tenant = data.draw(ours.tenants())
    call = play(
        Router(tenant),
        data.draw(ours.calls()),
        at=data.draw(ours.instants()),
        live=data.draw(ours.live_facts()),
        script=Script(digits=data.draw(st.lists(st.sampled_from(["1", "12", "9"]), max_size=3))),
    )
    for step in call.steps:
        link = link_of(step)
        text = seal(link, key=KEY, call="CA1", until=100)

        assert link == unseal(text, key=KEY, call="CA1", now=99)
        assert len(text) <= LONGEST


def link_of(step: Step) -> Link:
    """The link of a step."""
    wave = Wave.of(step.action) if isinstance(step.action, Ring) else None
    return Link(state=step.state, wave=wave, by=UserId("u-1"), wait=60)


def test_a_big_department_fits_a_url() -> None:
    """FF-3: with two hundred who ring at once, each with two numbers one after the other, a URL is long enough."""
    lines = {name: PhoneNumber(f"+9198{each:08}") for each, name in enumerate(f"u-{each:03}" for each in range(200))}
    agents = [
        agent(
            name, phone=line, alternates=[PhoneNumber(line.replace("+9198", "+9197"))], plan=RingOrder.ORDER, timeout=15
        )
        for name, line in lines.items()
    ]
    for strategy, longest in ((Strategy.ORDER, 400), (Strategy.SIMULTANEOUS, LONGEST)):
        everybody = department("all", *lines, strategy=strategy, failover=VOICEMAIL)
        step = Router(centre(to_department("all"), *agents, everybody)).start(CALL, at=NOON)
        link = link_of(step)

        assert len(seal(link, key=KEY, call="CA" + "0" * 32, until=NOON)) < longest


@given(position=st.integers(0, 400), letter=st.sampled_from("AZaz09-_."), data=st.data())
def test_no_changed_link_is_taken(position: int, letter: str, data: st.DataObject) -> None:
    """FF-3: whatever letter of a link is changed, left out or put in, it is refused."""
    step = Router(centre(VOICEMAIL)).start(CALL, at=NOON)
    text = seal(Link(state=step.state), key=KEY, call="CA1", until=NOON + 9)
    at = position % len(text)
    kind = data.draw(st.sampled_from(["change", "cut", "put", "end"]))
    changed = {
        "change": text[:at] + letter + text[at + 1 :],
        "cut": text[:at] + text[at + 1 :],
        "put": text[:at] + letter + text[at:],
        "end": text[:at],
    }[kind]

    refused = None
    try:
        unseal(changed, key=KEY, call="CA1", now=NOON)
    except LinkRefused as error:
        refused = error.code

    assert (changed == text) == (refused is None)
    assert refused in {None, LinkCode.SEAL, LinkCode.MALFORMED, LinkCode.VERSION}


@given(text=st.text())
def test_no_other_text_is_a_link(text: str) -> None:
    """FF-3: a text that isn't a link is refused by a code, and nothing else escapes."""
    refused = None
    try:
        unseal(text, key=KEY, call="CA1", now=NOON)
    except (LinkRefused, AgentprovError) as error:
        refused = error

    assert isinstance(refused, LinkRefused)


@given(url=URLS, parameters=PARAMETERS, token=st.text(st.characters(codec="utf-8"), min_size=1))
def test_a_signature_is_twilios_own(url: str, parameters: dict[str, str], token: str) -> None:
    """FF-3: our signature of a request is that of Twilio's library, and each accepts the other's, port or no port."""
    judge = RequestValidator(token)
    theirs = judge.compute_signature(url, parameters)

    assert theirs == signature(token, url, parameters)
    assert judge.validate(url, parameters, theirs) == is_twilios(theirs, token=token, url=url, parameters=parameters)


@given(url=URLS, other=URLS, parameters=PARAMETERS, changed=PARAMETERS, token=st.sampled_from(["one", "two"]))
def test_a_signature_of_something_else_is_refused_as_twilio_does(
    url: str, other: str, parameters: dict[str, str], changed: dict[str, str], token: str
) -> None:
    """FF-3: another URL, other parameters or another token: what Twilio's library refuses is refused here."""
    given_signature = RequestValidator("one").compute_signature(other, changed)

    expected = RequestValidator(token).validate(url, parameters, given_signature)

    assert expected == is_twilios(given_signature, token=token, url=url, parameters=parameters)


@given(
    target=st.one_of(
        st.text(),
        st.builds(
            "/{}?{}".format,
            st.sampled_from(["call", "report", "hold", "answered", "confirm", "", "x"]),
            st.one_of(st.text(), st.just("link=1.a.b"), st.builds(lambda text: f"link={text}", st.text())),
        ),
    ),
    body=st.one_of(
        st.binary(),
        st.builds(
            lambda pairs: urlencode(pairs).encode(),
            st.dictionaries(
                st.sampled_from(["CallSid", "ParentCallSid", "To", "From", "CallStatus", "Digits"]),
                st.one_of(st.text(st.characters(codec="utf-8")), st.sampled_from(["CA1", "+918069651170", "ringing"])),
            ),
        ),
    ),
    header=st.none() | st.text(),
    token=st.sampled_from([None, "token"]),
)
def test_no_request_is_more_than_refused(target: str, body: bytes, header: str | None, token: str | None) -> None:
    """FF-3: whatever comes in, the answer is a document or a client's error with a code, and nothing escapes."""
    hook = hook_of(BOX, public="https://calls.example.com", key=KEY, token=token, sip="pbx.example.com")

    answer = hook.answer(target, body, header)

    assert answer.status in {200, 400, 403, 404}
    assert answer.status == 200 or json.loads(answer.body)["errors"]

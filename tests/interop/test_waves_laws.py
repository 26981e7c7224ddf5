"""Laws of waves in parts: whoever rings at a second of the wave rings at that second of its parts, and nobody else."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentprov.engine.call_flow import Router
from agentprov.errors import Code, MalformedDocument
from agentprov.interop.waves import Failed, Wave
from agentprov.model.calls import Answered, Busy, CallerGone, CallEvent, LegFailed, NoAnswer, Rejected
from agentprov.model.departments import Strategy
from agentprov.model.ids import UserId
from agentprov.model.steps import Leg, Ring
from tests.engine.call_centre import CALL, NOON, VOICEMAIL, agent, centre, department, settings, to_department

CLOSEST: list[Failed] = [NoAnswer(), Busy(), Rejected(), LegFailed()]
"""The first of them that is true of any leg is what the wave ended with."""


@st.composite
def rings(draw: st.DrawFn) -> Ring:
    """Waves of a few legs, each a telephone of its own, that overlap, touch or leave gaps."""
    spans = draw(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 20)), min_size=1, max_size=6))
    legs = tuple(
        Leg(user=UserId(f"u-{each % 3}"), number=f"10{each}", delay=delay, duration=duration, confirm=each % 2 == 0)
        for each, (delay, duration) in enumerate(spans)
    )
    return Ring(legs=legs, duration=max(leg.end for leg in legs))


def parts(wave: Wave, events: Iterator[Failed]) -> tuple[list[Wave], CallEvent]:
    """The wave before each of its parts, with what each ends with, and what the whole of it ends with."""
    found = [wave]
    while True:
        after = found[-1].after(next(events))
        if not isinstance(after, Wave):
            return found, after
        found.append(after)


def endless(event: Failed) -> Iterator[Failed]:
    """The same again and again."""
    while True:
        yield event


@given(ring=rings())
def test_each_second_rings_the_same_telephones(ring: Ring) -> None:
    """FF-3: at every second somebody rings at, exactly those ring in the parts who ring in the wave."""
    seconds = [
        tuple(leg.number for leg in ring.legs if leg.delay <= second < leg.end) for second in range(ring.duration)
    ]
    waves, _ = parts(Wave.of(ring), endless(NoAnswer()))
    rung = [tuple(leg.number for leg in wave.now) for wave in waves for _ in range(wave.seconds)]

    assert [each for each in seconds if each] == rung


@given(ring=rings())
def test_neighbouring_parts_differ_or_lie_apart(ring: Ring) -> None:
    """FF-3: no telephone is stopped without need: where nobody begins or stops, there is no new part."""
    edges = {edge for leg in ring.legs for edge in (leg.delay, leg.end)}
    waves, _ = parts(Wave.of(ring), endless(Busy()))

    assert len(waves) <= len(edges) - 1


@given(ring=rings(), data=st.data())
def test_a_wave_ends_with_what_is_closest_to_an_answer(ring: Ring, data: st.DataObject) -> None:
    """FF-3: no answer before busy before declined before failed, whatever part it was of."""
    reported: list[Failed] = []

    def events() -> Iterator[Failed]:
        while True:
            reported.append(data.draw(st.sampled_from(CLOSEST)))
            yield reported[-1]

    waves, ended = parts(Wave.of(ring), events())

    assert min(reported, key=CLOSEST.index) == ended
    assert len(reported) == len(waves)


@given(ring=rings(), event=st.sampled_from([Answered(by=UserId("u-1")), CallerGone()]))
def test_an_answer_ends_the_wave(ring: Ring, event: CallEvent) -> None:
    """FF-3: what isn't a failure goes to the router as it is, in every part."""
    waves, _ = parts(Wave.of(ring), endless(NoAnswer()))

    assert [event] * len(waves) == [wave.after(event) for wave in waves]


@given(ring=rings(), failure=st.sampled_from(CLOSEST))
def test_a_wave_comes_back_as_it_was_written(ring: Ring, failure: Failed) -> None:
    """RT-13: what is left of a wave goes through JSON unharmed."""
    waves, _ = parts(Wave.of(ring), endless(failure))

    assert waves == [Wave.from_json(wave.to_json()) for wave in waves]
    assert [len(waves) > 1] + [True] * (len(waves) - 1) == [wave.in_parts for wave in waves]


def test_the_longest_waves_of_a_tenant_are_rung() -> None:
    """RT-9: a tenant may ring for an hour; the parts of such a wave are ten minutes at most, which telephony takes."""
    names = [f"a{letter}" for letter in "bcdefghij"]
    everybody = department(
        "all", *names, strategy=Strategy.RING_PROGRESSIVELY, ring_time=600, ring_budget=3_600, failover=VOICEMAIL
    )
    tenant = centre(
        to_department("all"), *(agent(name) for name in names), everybody, settings=settings(ring_budget=3_600)
    )
    action = Router(tenant).start(CALL, at=NOON).action
    assert isinstance(action, Ring)
    assert 3_600 == action.duration

    waves, _ = parts(Wave.of(action), endless(NoAnswer()))

    assert [600] * 6 == [wave.seconds for wave in waves]
    assert [1, 2, 3, 4, 5, 6] == [len(wave.now) for wave in waves]


def test_no_part_is_longer_than_a_telephone_rings() -> None:
    """FF-3: a leg that rings for longer than a number may is rung in parts of ten minutes."""
    leg = Leg(user=UserId("u-1"), number="101", delay=0, duration=1_500)
    waves, _ = parts(Wave.of(Ring(legs=(leg,), duration=1_500)), endless(NoAnswer()))

    assert [600, 600, 300] == [wave.seconds for wave in waves]


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.sampled_from(["no-answer", "101"])),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(), inner, max_size=2)),
)


@given(text=st.one_of(st.text(), JSON.map(json.dumps)))
def test_any_other_text_is_refused(text: str) -> None:
    """RT-13: a text that no wave was written as is a malformed document, and nothing else escapes."""
    try:
        wave = Wave.from_json(text)
    except MalformedDocument:
        return
    assert wave == Wave.from_json(wave.to_json())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{}", Code.STATE_MALFORMED),
        ("[null]", Code.STATE_MALFORMED),
        ('["late",[["u-1","101",0,30,false]]]', Code.STATE_MALFORMED),
        ('[null,[["u-1","101",0]]]', Code.STATE_MALFORMED),
        ('[null,[["u-1","101",0,30]]]', Code.STATE_MALFORMED),
        ('[null,[["u-1","101",0,30,0]]]', Code.STATE_MALFORMED),
        ("[null,[]]", Code.FIELD_EMPTY),
        ('[null,[["u 1","101",0,30,false]]]', Code.ID_INVALID),
        ('[null,[["u-1","1 01",0,30,false]]]', Code.PHONE_NOT_CANONICAL),
        ('[null,[["u-1",101,0,30,false]]]', Code.PHONE_NOT_CANONICAL),
        ('[null,[["u-1","101",0,true,false]]]', Code.FIELD_OUT_OF_RANGE),
        ('[null,[["u-1","101",0,0,false]]]', Code.FIELD_OUT_OF_RANGE),
        ("[" * 100_000, Code.STATE_MALFORMED),
    ],
)
def test_what_is_wrong_with_a_written_wave_is_named(text: str, code: Code) -> None:
    """RT-13: each fault of a written wave has its code."""
    with pytest.raises(MalformedDocument) as caught:
        Wave.from_json(text)

    assert (code,) == caught.value.codes

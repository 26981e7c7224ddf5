"""Strategies for changes: what turns one tenant into another, with events, warnings and secrets."""

from __future__ import annotations

from hypothesis import strategies as st

from agentprov.errors import Code, Problem
from agentprov.model.changes import Change, Edit, Event, EventKind, LimitEdit, PropertyEdit, SettingsEdit
from agentprov.model.ids import UserId
from agentprov.model.references import Kind
from agentprov.model.secret import Secret
from agentprov.testing.strategies import pools
from agentprov.testing.strategies.people import names
from agentprov.testing.strategies.pool import a_few, maybe, one, optional, shared, up_to
from agentprov.testing.strategies.tenants import tenants

_WORDS = ("login", "users", "u-asha", "", "1", "true")


@shared
def problems() -> st.SearchStrategy[Problem]:
    """Problems of every code, with paths and parameters of every type that one can have."""
    text = st.one_of(one(*_WORDS), names())
    values = st.one_of(
        text,
        st.booleans(),
        st.integers(-(2**70), 2**70),
        st.floats(allow_nan=False, allow_infinity=False),
        st.lists(text, max_size=2).map(tuple),
    )
    return st.builds(
        Problem,
        code=one(*Code),
        path=st.lists(st.one_of(text, up_to(3)), max_size=3).map(tuple),
        parameters=st.dictionaries(text, values, max_size=3),
    )


@shared
def events() -> st.SearchStrategy[Event]:
    """Events of every kind, with a few facts."""
    return st.builds(
        Event,
        kind=one(*EventKind),
        subject=one(*pools.USERS, pools.TENANT),
        facts=st.dictionaries(one(*_WORDS), st.one_of(one(*_WORDS), names()), max_size=2),
    )


@shared
@st.composite
def changes(draw: st.DrawFn) -> Change:
    """What turns one drawn tenant into another. It fits the first one where its blueprint allows what the other has."""
    before, after = draw(tenants()), draw(tenants())
    edits = [
        Edit(kind=kind, id=id_, before=before.table(kind).get(id_), after=after.table(kind).get(id_))
        for kind in Kind
        for id_ in sorted(before.table(kind).differing(after.table(kind)))
    ]
    settings = SettingsEdit(before=before.settings, after=after.settings)
    return Change(
        tenant=before.id,
        base=before.version,
        actor=draw(maybe(*pools.USERS, UserId(pools.UNKNOWN))),
        edits=draw(st.permutations(edits)),
        properties=[
            PropertyEdit(name=name, before=before.properties.get(name), after=after.properties.get(name))
            for name in sorted(before.properties.differing(after.properties))
        ],
        limits=[
            LimitEdit(name=name, before=before.property_limits.get(name), after=after.property_limits.get(name))
            for name in sorted(before.property_limits.differing(after.property_limits))
        ],
        settings=draw(optional(st.just(settings))),
        events=draw(a_few(events())),
        warnings=draw(a_few(problems(), at_most=2)),
        secrets=draw(st.dictionaries(one("password", "token"), st.text(max_size=8).map(Secret), max_size=1)),
    )

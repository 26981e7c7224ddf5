"""Strategies for changes, with their edits, events, warnings and secrets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from agentprov.errors import Code, Problem
from agentprov.model.changes import Change, Edit, Event, EventKind, LimitEdit, PropertyEdit, SettingsEdit
from agentprov.model.groups import Queue, Skill
from agentprov.model.ids import UserId
from agentprov.model.properties import READY_PROPERTIES
from agentprov.model.references import Item, Kind
from agentprov.model.secret import Secret
from agentprov.testing.strategies import pools
from agentprov.testing.strategies.clocks import holiday_calendars, time_groups
from agentprov.testing.strategies.departments import departments
from agentprov.testing.strategies.numbers import numbers
from agentprov.testing.strategies.people import names, property_limits, property_values, users
from agentprov.testing.strategies.pool import a_few, maybe, one, optional, shared, up_to
from agentprov.testing.strategies.rights import roles
from agentprov.testing.strategies.routes import ivrs, time_conditions
from agentprov.testing.strategies.tenants import profiles, settings, user_groups

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


def _named(cls: Callable[..., Item], id_: str) -> st.SearchStrategy[Item]:
    return st.builds(cls, id=st.just(id_), name=names())


_OBJECTS: dict[Kind, tuple[tuple[str, ...], Callable[[Any], st.SearchStrategy[Item]]]] = {
    Kind.USERS: (pools.USERS, lambda id_: users(user=id_)),
    Kind.ROLES: (pools.ROLES, lambda id_: roles(role=id_)),
    Kind.USER_GROUPS: (pools.USER_GROUPS, lambda id_: user_groups(group=id_)),
    Kind.DEPARTMENTS: (pools.DEPARTMENTS, lambda id_: departments(department=id_)),
    Kind.QUEUES: (pools.QUEUES, lambda id_: _named(Queue, id_)),
    Kind.SKILLS: (pools.SKILLS, lambda id_: _named(Skill, id_)),
    Kind.PROFILES: (pools.PROFILES, lambda id_: profiles(profile=id_)),
    Kind.NUMBERS: (pools.NUMBERS, lambda id_: numbers(number=id_)),
    Kind.IVRS: (pools.IVRS, lambda id_: ivrs(ivr=id_)),
    Kind.TIME_CONDITIONS: (pools.TIME_CONDITIONS, lambda id_: time_conditions(time_condition=id_)),
    Kind.TIME_GROUPS: (pools.TIME_GROUPS, lambda id_: time_groups(time_group=id_)),
    Kind.CALENDARS: (pools.CALENDARS, lambda id_: holiday_calendars(calendar=id_)),
    Kind.PROPERTY_DEFINITIONS: (tuple(READY_PROPERTIES), lambda name: st.just(READY_PROPERTIES[name])),
}


@shared
@st.composite
def edits(draw: st.DrawFn) -> Edit:
    """An object of the pool created, replaced or removed."""
    kind = draw(one(*_OBJECTS))
    ids, make = _OBJECTS[kind]
    id_ = draw(one(*ids))
    before, after = draw(one((True, True), (True, False), (False, True)))
    return Edit(kind=kind, id=id_, before=draw(make(id_)) if before else None, after=draw(make(id_)) if after else None)


@shared
@st.composite
def changes(draw: st.DrawFn) -> Change:
    """Changes of everything a change can change. They are values; a tenant that they fit needn't be."""
    values = draw(property_values()), draw(property_values())
    limits = draw(property_limits()), draw(property_limits())
    return Change(
        tenant=pools.TENANT,
        base=draw(one(1, 2, 10**6)),
        actor=draw(maybe(*pools.USERS, UserId(pools.UNKNOWN))),
        edits=draw(st.lists(edits(), max_size=3, unique_by=lambda edit: (edit.kind, edit.id))),
        properties=[
            PropertyEdit(name=name, before=values[0].get(name), after=values[1].get(name))
            for name in sorted(values[0].differing(values[1]))
        ],
        limits=[
            LimitEdit(name=name, before=limits[0].get(name), after=limits[1].get(name))
            for name in sorted(limits[0].differing(limits[1]))
        ],
        settings=draw(optional(st.builds(SettingsEdit, before=settings(), after=settings()))),
        events=draw(a_few(events())),
        warnings=draw(a_few(problems(), at_most=2)),
        secrets=draw(st.dictionaries(one("password", "token"), st.text(max_size=8).map(Secret), max_size=1)),
    )

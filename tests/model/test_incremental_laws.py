"""Laws of changing a tenant: what is checked in part comes out as if everything had been checked."""

from __future__ import annotations

from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from agentprov.errors import InvalidValue, Problem
from agentprov.model.blueprint import Blueprint, FieldRule, RoleHierarchy
from agentprov.model.changes import Change, Edit, PropertyEdit, SettingsEdit
from agentprov.model.contact import Email, PhoneNumber
from agentprov.model.identity import Login
from agentprov.model.incremental import tally
from agentprov.model.properties import NONE, PropertyName
from agentprov.model.references import Item, Kind
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant, known_tally
from agentprov.model.users import NO_CALLING, Calling, Extension, Status, User
from agentprov.testing.strategies import tenants

RULES = (FieldRule(field="email", unique=True), FieldRule(field="mobile", unique=True))
COLLIDING: dict[str, list[Any]] = {
    "login": [Login("one"), Login("ONE"), Login("two")],
    "numeric_id": [None, 1, 2],
    "email": [None, Email("a@example.com"), Email("A@example.com")],
    "mobile": [None, PhoneNumber("+919812345678"), PhoneNumber("+919812345679")],
    "phone": [PhoneNumber("+919812345678"), PhoneNumber("+4722334455")],
    "calling": [NO_CALLING, *(Calling(extension=Extension(number=number)) for number in ("1", "2"))],
    "type": ["person", "customer", "robot"],
    "status": list(Status),
    "home_department": [None],
    "roles": [frozenset()],
}
"""Values of users that are fine one by one, and meet each other."""


@st.composite
def starts(draw: st.DrawFn) -> Tenant:
    """Whole tenants, where it can be with a blueprint that wants more of them."""
    tenant = draw(tenants(details=False))
    strict = Blueprint(
        name="strict",
        catalogue=tenant.blueprint.catalogue,
        rules=RULES,
        role_hierarchy=draw(st.sampled_from(RoleHierarchy)),
        roles=draw(st.sampled_from((None, frozenset(tenant.roles)))),
    )
    try:
        return attrs.evolve(tenant, blueprint=strict)
    except InvalidValue:
        return tenant


@st.composite
def edit_lists(draw: st.DrawFn, tenant: Tenant, other: Tenant) -> tuple[Edit, ...]:
    """Some edits: objects of the other tenant put, objects removed, users made to meet each other."""
    places = [(kind, id_) for kind in Kind for id_ in sorted({*tenant.table(kind), *other.table(kind)})]
    everybody = [place for place in places if place[0] is Kind.USERS]
    chosen = draw(st.lists(st.sampled_from(places + 3 * everybody), unique=True, max_size=4))
    edits = []
    for kind, id_ in chosen:
        before, offered = tenant.table(kind).get(id_), other.table(kind).get(id_)
        after = draw(
            st.sampled_from([each for each in (offered, offered, before, None) if (each, before) != (None, None)])
        )
        if isinstance(after, User):
            for field, values in COLLIDING.items():
                if draw(st.integers(0, 7)) == 0:
                    after = evolved(after, {field: draw(st.sampled_from(values))})
        edits.append(Edit(kind=kind, id=id_, before=before, after=after))
    return tuple(edits)


def evolved(user: User, fields: dict[str, Any]) -> User:
    """The user with other values, or as they are where they can't have them."""
    try:
        return attrs.evolve(user, **fields)
    except InvalidValue:
        return user


def built(tenant: Tenant, change: Change) -> Tenant | tuple[Problem, ...]:
    """What the constructor makes of it: the next tenant, or all that is wrong."""
    tables: dict[str, dict[str, Item]] = {edit.kind.value: dict(tenant.table(edit.kind)) for edit in change.edits}
    for edit in change.edits:
        if edit.after is None:
            del tables[edit.kind.value][edit.id]
    for edit in change.edits:
        if edit.after is not None:
            tables[edit.kind.value][edit.id] = edit.after
    values = dict(tenant.properties)
    for each in change.properties:
        if each.after is None:
            del values[each.name]
        else:
            values[each.name] = each.after
    parts: dict[str, Any] = {**tables}
    if change.settings is not None:
        parts["settings"] = change.settings.after
    try:
        return attrs.evolve(tenant, version=tenant.version + 1, properties=Table(values), **parts)
    except InvalidValue as error:
        return error.problems


def applied(tenant: Tenant, change: Change) -> Tenant | tuple[Problem, ...]:
    """What applying makes of it."""
    try:
        return change.apply(tenant)
    except InvalidValue as error:
        return error.problems


def contents(tenant: Tenant) -> dict[str, object]:
    """All that a tenant holds, copied."""
    fields = attrs.asdict(tenant, recurse=False)
    return {name: dict(value) if isinstance(value, Table) else value for name, value in fields.items()}


VALUES = st.lists(
    st.tuples(
        st.sampled_from(["wrap_up.phone", "max_contacts", "language", "no"]).map(PropertyName),
        st.sampled_from([None, 1, 60, "en", NONE]),
    ),
    max_size=1,
)


@st.composite
def settings_edits(draw: st.DrawFn, tenant: Tenant, other: Tenant) -> SettingsEdit | None:
    """Settings replaced by those of the other tenant, or by what they are with its emergency; mostly none."""
    emergency = attrs.evolve(tenant.settings, emergency=draw(st.sampled_from([None, other.settings.emergency])))
    after = draw(st.sampled_from([None, None, None, emergency, emergency, other.settings]))
    return None if after is None else SettingsEdit(before=tenant.settings, after=after)


@given(st.data(), starts(), tenants(details=False))
def test_a_checked_part_is_a_checked_whole(data: st.DataObject, tenant: Tenant, other: Tenant) -> None:
    """ID-3, PF-5: applying gives the tenant that the constructor gives, or tells exactly what the constructor tells.

    The tenant before stays as it was, undoing gives an equal one, and the counts are those of counting anew; with
    settings that change more than the emergency, everything is counted anew when it is needed.
    """
    for _ in range(data.draw(st.integers(1, 4))):
        edits = data.draw(edit_lists(tenant, other))
        values = [
            PropertyEdit(name=name, before=tenant.properties.get(name), after=value)
            for name, value in data.draw(VALUES)
            if value is not None or name in tenant.properties
        ]
        settings = data.draw(settings_edits(tenant, other))
        change = Change(tenant=tenant.id, base=tenant.version, edits=edits, properties=values, settings=settings)
        before = contents(tenant)
        after = applied(tenant, change)
        assert built(tenant, change) == after
        assert before == contents(tenant)
        if isinstance(after, Tenant):
            anew = attrs.evolve(after.settings, emergency=None) != attrs.evolve(tenant.settings, emergency=None)
            assert (None if anew else tally(attrs.evolve(after))) == known_tally(after)
            back = change.undo().apply(after)
            assert attrs.evolve(tenant, version=tenant.version + 2) == back
            assert (None if anew else tally(tenant)) == known_tally(back)
            tenant = after

"""A typed form holds everything that a form can say of a user, and nothing is lost between the two."""

from __future__ import annotations

import attrs
from hypothesis import given
from hypothesis import strategies as st

from agentprov.model.tenant import Tenant
from agentprov.provisioning import update_user
from agentprov.provisioning.fields import FIELDS, field_at
from agentprov.provisioning.typed_form import NAMES, NEUTRAL, Giver, build_user, typed_form_of
from agentprov.testing.strategies import tenants


@given(tenant=tenants())
def test_a_user_read_and_built_again_is_equal(tenant: Tenant) -> None:
    """For every user: the typed form has all that a form speaks of, and the rest is kept."""
    for user in tenant.users.values():
        typed = typed_form_of(user, tenant.blueprint)
        again = build_user(typed, id_=user.id, login=user.login, blueprint=tenant.blueprint, giver=Giver(), kept=user)
        assert user == again


@given(tenant=tenants(), data=st.data())
def test_an_update_of_nothing_is_nothing(tenant: Tenant, data: st.DataObject) -> None:
    """PV-9: an empty form has no edits, for every stored user who could be stored again (PV-6: two-factor, mobile)."""
    storable = sorted(user.id for user in tenant.users.values() if not user.sign_in.two_factor or user.mobile)
    if storable:
        user = data.draw(st.sampled_from(storable))
        plain = attrs.evolve(tenant, blueprint=attrs.evolve(tenant.blueprint, rules=()))
        assert () == update_user(plain, user, {}, by=None).edits


def test_every_field_of_a_draft_is_a_field_of_the_form() -> None:
    """The registry and the typed form name the same fields."""
    assert NAMES == FIELDS.keys()


def test_every_place_leads_back_to_its_field() -> None:
    """A problem deep inside a user is told at the field it belongs to."""
    for name, field in FIELDS.items():
        if field.place:
            assert (name, (0, "x")) == field_at((*field.place, 0, "x"))
    assert field_at(("grants", 0)) is None
    assert field_at(()) is None


def test_a_neutral_draft_says_nothing_of_itself() -> None:
    """What isn't entered is nothing, no, or the first choice; nobody is given a role or a password."""
    assert (None, None, frozenset(), True) == (NEUTRAL.login, NEUTRAL.password, NEUTRAL.roles, NEUTRAL.calling)

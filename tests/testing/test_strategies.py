"""The shipped strategies: what they draw is valid, hashable, awkward enough, and soon drawn."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from agentprov.model.emails import verify_email
from agentprov.model.identity import login_key
from agentprov.model.phones import verify_phone
from agentprov.model.references import Kind, references
from agentprov.model.tenant import Tenant
from agentprov.testing import strategies as ours
from agentprov.testing.registration import register
from agentprov.testing.strategies import pools

MAKERS = [name for name in ours.__all__ if name.islower()]


@pytest.mark.parametrize("name", MAKERS)
@given(data=st.data())
def test_what_is_drawn_is_valid_and_hashes(name: str, data: st.DataObject) -> None:
    """Every strategy draws values that build, hash, and equal themselves; constructors are the only validators."""
    made: Callable[[], st.SearchStrategy[object]] = getattr(ours, name)
    value = data.draw(made())

    assert {value} == {value}


@pytest.mark.parametrize("name", ["users", "grants", "roles", "destinations", "departments", "ivrs", "tenants"])
def test_options_are_keyword_only(name: str) -> None:
    """Options of a strategy are given by name."""
    with pytest.raises(TypeError):
        getattr(ours, name)(ours.NOBODY)


@given(ours.tenants())
def test_a_drawn_tenant_is_whole(tenant: Tenant) -> None:
    """ID-3: every reference of a drawn tenant leads to an object that is there."""
    found = [
        reference
        for kind in Kind
        for item in tenant.table(kind).values()
        for reference in references(item)
        if reference.id not in tenant.table(reference.kind)
    ]

    assert [] == found


def test_tenants_are_drawn_with_objects_of_every_kind() -> None:
    """A law about tenants is tried on tenants that have something: each kind of object is in many of them."""
    seen: Counter[Kind] = Counter()

    @settings(
        max_examples=200, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[*HealthCheck]
    )
    @given(ours.tenants(details=False))
    def draw(tenant: Tenant) -> None:
        seen.update(kind for kind in Kind if tenant.table(kind))

    draw()

    never = {Kind.DISPOSITIONS, Kind.TEMPLATES}  # nothing is decided by them
    assert [] == [kind for kind in Kind if seen[kind] < 20 and kind not in never]


@pytest.mark.parametrize("name", pools.NAMES)
def test_awkward_names_are_composed(name: str) -> None:
    """Names of the pool are in the normal form in which names are stored."""
    assert unicodedata.normalize("NFC", name) == name


@pytest.mark.parametrize("phone", sorted({*pools.PHONES, *pools.EXTERNALS, *pools.DIALLED, *pools.CALLERS}))
def test_phone_numbers_exist(phone: str) -> None:
    """ID-9: numbers of the pool are valid in the numbering plans of their countries."""
    assert () == verify_phone(phone)


@pytest.mark.parametrize("email", pools.EMAILS)
def test_emails_are_canonical(email: str) -> None:
    """ID-10: email addresses of the pool are in their canonical form."""
    assert () == verify_email(email)


def test_the_tenants_own_numbers_are_nobodys() -> None:
    """RT-9: no number of the pool that callers dial is also one that a leg rings."""
    assert set() == {*pools.DIALLED} & {*pools.PHONES, *pools.EXTERNALS}


def test_some_logins_differ_by_case_only() -> None:
    """ID-5: the pool holds logins that collide where case is ignored, and only there."""
    exact = {login_key(login) for login in pools.LOGINS}
    folded = {login_key(login, ignore_case=True) for login in pools.LOGINS}

    assert len(pools.LOGINS) == len(exact)
    assert len(folded) == len(exact) - 2


def test_registered_types_are_drawn_by_our_strategies() -> None:
    """After registration a type alone is enough to draw it."""
    register()

    @settings(max_examples=5, database=None)
    @given(st.from_type(Tenant))
    def draw(tenant: Tenant) -> None:
        assert tenant.id == pools.TENANT

    draw()


def test_the_entry_point_imports_nothing_early() -> None:
    """Hypothesis loads the registration in every test run, so loading it loads neither the model nor a strategy."""
    program = "import sys, agentprov.testing.registration; print(*sorted(m for m in sys.modules if 'agentprov' in m))"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    loaded = {"agentprov", "agentprov.testing", "agentprov.testing.registration"}
    assert set(done.stdout.split()) - loaded <= {"agentprov.errors", "agentprov.messages"}


def test_strategies_can_be_imported_before_hypothesis() -> None:
    """Whoever imports our strategies first, and so Hypothesis by them, gets them; types are drawn all the same."""
    program = (
        "from agentprov.testing.strategies import tenants; from agentprov.model.ids import UserId;"
        "from hypothesis import strategies as st; print(tenants().example() and st.from_type(UserId).example())"
    )

    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=False)

    assert "" == done.stderr
    assert done.stdout.strip() in pools.USERS

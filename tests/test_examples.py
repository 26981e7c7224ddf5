"""The example tenants: real sizes, valid numbers, and just what their script makes."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import phonenumbers
import pytest

from agentprov.codec import dumps, load
from agentprov.model.secret import Secret
from agentprov.model.tenant import Tenant
from agentprov.provisioning import create_user, required_missing

EXAMPLES = Path(__file__).parent.parent / "examples"
ROUTING = "routing"
"""What `docs/routing-in-files.md` shows; written by hand."""
NAMES = ("puzzel", "smartertrack", "smartflo", "smartq", "supervisor-workplace")
SMALLEST, LARGEST = 30, 200


def tenant(name: str) -> Tenant:
    """One example, read from its file."""
    return load(EXAMPLES / f"{name}.toml")


def test_five_products() -> None:
    """There is one tenant for each product, and the one that a page shows."""
    assert sorted(path.stem for path in EXAMPLES.glob("*.toml")) == sorted((*NAMES, ROUTING))


@pytest.mark.parametrize("name", NAMES)
def test_size_of_a_real_centre(name: str) -> None:
    """Each has 30 to 200 users, several departments, and a menu that leads to a menu."""
    example = tenant(name)
    assert SMALLEST <= len(example.users) <= LARGEST
    assert len(example.departments) > 1
    assert len(example.user_groups) > 1
    assert len(example.ivrs) > 1


@pytest.mark.parametrize("name", NAMES)
def test_nothing_required_is_missing(name: str) -> None:
    """ID-11: `check` finds nothing to warn of."""
    assert required_missing(tenant(name)) == ()


@pytest.mark.parametrize("name", NAMES)
def test_reserved_mail_and_valid_numbers(name: str) -> None:
    """Nobody real is called or written to: mail domains are reserved, numbers are valid ones of the tenant's region."""
    example = tenant(name)
    for user in example.users.values():
        assert user.email is None or user.email.rpartition("@")[2].endswith(("example.com", "example.org"))
        for phone in (user.phone, user.mobile, *user.alternate_numbers):
            if phone is not None:
                parsed = phonenumbers.parse(phone)
                assert phonenumbers.is_valid_number(parsed)
                assert phonenumbers.region_code_for_number(parsed) == example.settings.region


@pytest.mark.parametrize("name", NAMES)
def test_form_is_accepted(name: str) -> None:
    """PV-2: each tenant's example form gives a change that creates one user."""
    example = tenant(name)
    form = json.loads((EXAMPLES / "forms" / f"{name}.json").read_text(encoding="utf-8"))
    generated = Secret("a password made elsewhere") if form.get("generate_password") else None
    change = create_user(example, form, by=None, generated=generated)
    assert len(change.apply(example).users) == len(example.users) + 1


def test_files_are_what_the_script_makes() -> None:
    """The files are made, not edited: run `examples/generate.py` after a change of the model."""
    made = runpy.run_path(str(EXAMPLES / "generate.py"))["TENANTS"]
    assert {name: dumps(make(), "toml") for name, make in made.items()} == {
        name: (EXAMPLES / f"{name}.toml").read_text(encoding="utf-8") for name in NAMES
    }

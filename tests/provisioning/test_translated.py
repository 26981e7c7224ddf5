"""In a made-up language nothing that a person reads of a form is left in English (PV-1, ER-1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from agentprov.codec import blueprint_names
from agentprov.errors import AgentprovError, Code, InvalidValue, Problem
from agentprov.messages import ENGLISH, PHRASES, Catalogue, Entry, phrase_key
from agentprov.model.passwords import Alphabet, PasswordPolicy, describe
from agentprov.provisioning import create_user, tenant_form
from agentprov.provisioning.fields import fields_of
from agentprov.provisioning.forms import Form
from agentprov.provisioning.parsing import LIST_LIMIT, parse
from tests.provisioning.samples import ADMIN, a_form, a_tenant

PSEUDO: Catalogue = {
    **{code: Entry(f"[!! {entry.message} !!]", f"[!! {entry.mend} !!]") for code, entry in ENGLISH.items()},
    **{phrase_key(phrase): Entry(f"[!! {phrase} !!]", "") for phrase in PHRASES},
}
ANYTHING: tuple[object, ...] = (
    None, "", "x", "?", "a b", "\u202e", "moon:x", "agent:u-none", "112", "+999", 5, -1, 1.5, True, b"x",
    [], ["x"], ["x", "x"], [5], [["x"]], {}, {"x": "y"}, {"x": 5}, {"s-hindi": 99_999}, {"s-hindi": "x"}, {5: 5},
    ["*"], [None], ["a" * 300], "a" * 20_000, object(),
    ["x"] * (LIST_LIMIT + 1),
)  # fmt: skip


def met(name: str) -> Iterator[Problem]:
    """Problems of forms: anything in a field of each kind, nothing at all, what a tenant objects to."""
    tenant = a_tenant(name)
    fields = fields_of(tenant.blueprint)
    for field in {field.kind: field for field in fields.values()}.values():
        for value in ANYTHING:
            try:
                parse(field, value, tenant)
            except InvalidValue as error:
                yield from error.problems
    wrong: tuple[tuple[Form, str | None], ...] = (
        ({}, None),
        (dict.fromkeys(fields, "x"), None),
        (a_form(name, login="boss", numeric_id=None), None),
        (a_form(name), "u-boss"),
        (a_form(name), "u b"),
        ({**a_form(name), "colour": 1}, None),
    )
    for form, id_ in wrong:
        try:
            yield from create_user(tenant, form, by=ADMIN, id=id_).warnings
        except AgentprovError as error:
            yield from error.problems


WORDS = frozenset(("expected", "found", "holder"))
"""The parameters that are words; all others are data: what was typed, ids, numbers, names of fields."""


def english_left(text: str) -> str:
    """What of a text isn't in brackets. What was typed stands there as it is."""
    return re.sub(r"\[!!.*!!\]", "", text)


@pytest.mark.parametrize("name", blueprint_names())
def test_every_problem_of_a_form_is_said_in_the_hosts_language(name: str) -> None:
    """ER-1: sentence, mending, and the phrases that stand in them."""
    for problem in set(met(name)):
        for text in (problem.words(PSEUDO), problem.mend_words(PSEUDO)):
            assert "" == english_left(text)
        for key in WORDS & problem.parameters.keys():
            value = problem.parameters[key]
            assert value in PHRASES or str(value).startswith("u-"), (problem.code, key, value)


@pytest.mark.parametrize("code", Code)
def test_every_code_can_be_said_in_another_language(code: Code) -> None:
    """ER-1: the sentence and how to mend it come from the catalogue, whatever the parameters."""
    problem = Problem(code=code)
    assert ("", "") == (english_left(problem.words(PSEUDO)), english_left(problem.mend_words(PSEUDO)))


def test_a_catalogue_that_lacks_a_code_or_a_phrase_falls_back() -> None:
    """ER-1: to English, each for itself."""
    problem = Problem(code=Code.FIELD_WRONG_TYPE, parameters={"expected": "a list", "found": "text"})
    assert "expected a list, found text" == problem.words({})
    assert "expected eine Liste, found text" == problem.words({phrase_key("a list"): Entry("eine Liste", "")})
    own = {"field.wrong_type": Entry("{expected} erwartet", "{expected} schreiben")}
    assert ("a list erwartet", "a list schreiben") == (problem.words(own), problem.mend_words(own))
    assert "write a list" == problem.mend


def test_what_was_typed_is_not_taken_for_a_phrase_of_a_code() -> None:
    """ER-1: a login that is called `text` stays what it is where the host has no word for it."""
    problem = Problem(code=Code.LOGIN_TAKEN, parameters={"value": "asha", "holder": "u-asha"})
    assert "[!! the login `asha` is taken by `u-asha` !!]" == problem.words(PSEUDO)


@pytest.mark.parametrize("alphabet", Alphabet)
def test_the_whole_password_rule_is_translated(alphabet: Alphabet) -> None:
    """CR-1: every line of it, with the words for the alphabet."""
    policy = PasswordPolicy(
        min_lower=1, min_upper=1, min_digits=1, min_special=1, alphabet=alphabet, banned=frozenset(("acme",))
    )
    lines = describe(policy, PSEUDO)
    assert len(lines) == (11 if alphabet is not Alphabet.ANY else 10)
    assert {""} == {english_left(line) for line in lines}
    assert all(re.search(r"only \[!!", line) for line in lines if " only " in line)


@pytest.mark.parametrize("name", blueprint_names())
def test_a_form_shows_the_rule_in_the_hosts_language(name: str) -> None:
    """CR-1, PV-1: beside the password."""
    view = tenant_form(a_tenant(name), by=ADMIN, catalogue=PSEUDO)
    assert {""} == {english_left(line) for line in view.password_rule}

"""Documents of changes: what stands in one, and that every problem of a bad one comes with its path, all together."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import attrs
import pytest

from agentprov.codec import decode_change, encode_change, encode_object, load, row_text
from agentprov.errors import Code, InvalidValue, MalformedDocument, Problem
from agentprov.model.changes import Change, Edit, Event, EventKind, LimitEdit, PropertyEdit, SettingsEdit
from agentprov.model.groups import Skill
from agentprov.model.ids import SkillId, TenantId, UserId
from agentprov.model.limits import Among, PropertyLimit, Range
from agentprov.model.properties import NONE, PropertyName
from agentprov.model.references import Kind
from agentprov.model.secret import Secret
from tests.codec.test_changes_laws import types_in
from tests.tenants import SETTINGS, user

FULL = load(Path(__file__).with_name("full.toml"))
WRAP_UP = PropertyName("wrap_up.phone")
LANGUAGE = PropertyName("language")


def a_change(**parts: Any) -> Change:
    """A change of the tenant Acme at its fourth version."""
    return Change(**{"tenant": TenantId("t-acme"), "base": 4, **parts})


def document(**parts: object) -> dict[str, Any]:
    """The document of a change, with these keys."""
    return {"agentprov": 1, "tenant": "t-acme", "base": 4, **deepcopy(parts)}


def problems(of: object) -> list[tuple[str, str]]:
    """Where and what is wrong with a document, as pairs of path and code."""
    with pytest.raises(MalformedDocument) as caught:
        decode_change(of)  # type: ignore[arg-type]  # on purpose, sometimes
    return [(problem.where, problem.code.value) for problem in caught.value.problems]


# ---- what is written -------------------------------------------------------------------------------------------------


def test_an_edited_object_stands_in_it_whole() -> None:
    """ST-5: before and after are both there, each as in a tenant's document, without its id."""
    before, after = user("asha"), attrs.evolve(user("asha"), name="Asha Rao")
    change = a_change(
        actor=UserId("u-ravi"),
        edits=[Edit(kind=Kind.USERS, id="u-asha", before=before, after=after)],
        events=[Event(kind=EventKind.USER_UPDATED, subject="u-asha", facts={"why": "marriage"})],
    )

    expected = document(
        actor="u-ravi",
        edits=[
            {
                "kind": "users",
                "id": "u-asha",
                "before": {"login": "asha", "name": "Asha"},
                "after": {"login": "asha", "name": "Asha Rao"},
            }
        ],
        events=[{"kind": "user.updated", "subject": "u-asha", "facts": {"why": "marriage"}}],
    )
    assert expected == encode_change(change)
    assert change == decode_change(expected)


@pytest.mark.parametrize("kind", Kind)
def test_objects_of_every_kind_are_created_replaced_and_removed(kind: Kind) -> None:
    """PV-9, P73: for every kind of object, with every field of it filled."""
    edits = [
        edit
        for id_, item in FULL.table(kind).items()
        for edit in (Edit(kind=kind, id=id_, after=item), Edit(kind=kind, id=id_, before=item, after=item))
    ]
    found = [change for edit in edits for change in (a_change(edits=[edit]), a_change(edits=[edit]).undo())]

    assert found
    assert found == [decode_change(encode_change(change)) for change in found]


@pytest.mark.parametrize(
    ("edit", "written"),
    [
        (PropertyEdit(name=WRAP_UP, after=15), {"after": 15}),
        (PropertyEdit(name=WRAP_UP, before=15), {"before": 15}),
        (PropertyEdit(name=WRAP_UP, before=NONE, after=0), {"before": {"none": True}, "after": 0}),
        (PropertyEdit(name=WRAP_UP, after=NONE), {"after": {"none": True}}),
        (PropertyEdit(name=WRAP_UP, before=False, after=True), {"before": False, "after": True}),
        (PropertyEdit(name=WRAP_UP, before="", after="en"), {"before": "", "after": "en"}),
        (PropertyEdit(name=WRAP_UP, before=frozenset(), after=frozenset("ba")), {"before": [], "after": ["a", "b"]}),
    ],
)
def test_values_of_properties(edit: PropertyEdit, written: dict[str, object]) -> None:
    """PR-1: an explicit none is written, and is another thing than nothing; so is false than none, and 0."""
    change = a_change(properties=[edit])

    assert document(properties=[{"name": "wrap_up.phone", **written}]) == encode_change(change)
    assert types_in(change) == types_in(decode_change(encode_change(change)))


def test_limits_and_settings() -> None:
    """PR-4: locks and bounds of the tenant, and its settings, before and after."""
    bound = PropertyLimit(bound=Range(low=10, high=60, or_none=True))
    change = a_change(
        limits=[
            LimitEdit(name=WRAP_UP, before=PropertyLimit(locked=True), after=bound),
            LimitEdit(name=LANGUAGE, after=PropertyLimit(locked=True, bound=Among(values=["nb-NO", "en"]))),
        ],
        settings=SettingsEdit(before=SETTINGS, after=attrs.evolve(SETTINGS, region="NO")),
    )

    expected = document(
        limits=[
            {
                "name": "wrap_up.phone",
                "before": {"locked": True},
                "after": {"bound": {"type": "range", "low": 10, "high": 60, "or_none": True}},
            },
            {
                "name": "language",
                "after": {"locked": True, "bound": {"type": "among", "values": ["en", "nb-NO"]}},
            },
        ],
        settings={
            "before": {"time_zone": "Asia/Kolkata", "region": "IN"},
            "after": {"time_zone": "Asia/Kolkata", "region": "NO"},
        },
    )
    assert expected == encode_change(change)
    assert change == decode_change(expected)


def test_warnings_keep_the_types_of_their_parameters() -> None:
    """P73: a list of texts is a tuple again, true isn't 1, and 1.0 isn't 1; a path has keys and positions."""
    warning = Problem(
        code=Code.FIELD_OUT_OF_RANGE,
        path=("users", "u-asha", 0, "0"),
        parameters={"yes": True, "one": 1, "part": 1.0, "words": ("a", "b"), "none": (), "text": "1"},
    )
    change = a_change(warnings=[warning])

    written = {
        "code": "field.out_of_range",
        "path": ["users", "u-asha", 0, "0"],
        "parameters": {"none": [], "one": 1, "part": 1.0, "text": "1", "words": ["a", "b"], "yes": True},
    }
    assert document(warnings=[written]) == encode_change(change)
    (again,) = decode_change(encode_change(change)).warnings
    assert warning == again
    assert {name: repr(each) for name, each in warning.parameters.items()} == {
        name: repr(each) for name, each in again.parameters.items()
    }


def test_secrets_are_left_out() -> None:
    """P75: a generated password is shown once, and never written."""
    change = a_change(secrets={"password": Secret("correct horse")})

    assert document() == encode_change(change)


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (
            Edit(kind=Kind.ROLES, id="u-asha", before=user("asha")),
            ("edits[0].before", Code.ID_WRONG_KIND),
        ),
        (
            Edit(kind=Kind.USERS, id="u-ravi", after=user("asha")),
            ("edits[0].after.id", Code.ID_MISMATCH),
        ),
    ],
)
def test_an_object_that_isnt_what_the_edit_says_is_refused(edit: Edit, expected: tuple[str, Code]) -> None:
    """P73: it would come back as another one; no tenant takes such a change either."""
    with pytest.raises(InvalidValue) as caught:
        encode_change(a_change(edits=[edit]))

    assert [expected] == [(problem.where, problem.code) for problem in caught.value.problems]


@pytest.mark.parametrize("value", [Secret("hush"), float("nan"), ["a"], (1,), None])
def test_a_warning_with_what_is_no_parameter_is_refused(value: Any) -> None:
    """P75: a secret among the parameters isn't written, nor repeated."""
    warning = Problem(code=Code.FIELD_INVALID, parameters={"value": value})
    with pytest.raises(InvalidValue) as caught:
        encode_change(a_change(warnings=[warning]))

    assert (Code.FIELD_WRONG_TYPE,) == caught.value.codes
    assert "hush" not in str(caught.value)


def test_half_a_surrogate_pair_isnt_kept() -> None:
    """FF-1: what no reader takes is refused when it is written; an emoji is whole."""
    whole = a_change(events=[Event(kind=EventKind.USER_TOLD, subject="u-asha", facts={"why": "\U0001f600"})])
    half = a_change(events=[Event(kind=EventKind.USER_TOLD, subject="u-asha", facts={"why": "\ud83d"})])

    assert r"\ud83d\ude00" in row_text(encode_change(whole))
    with pytest.raises(InvalidValue) as caught:
        row_text(encode_change(half))
    assert (Code.FIELD_CONTROL_CHARACTER,) == caught.value.codes


# ---- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("faulty", "expected"),
    [
        ([], [("(whole)", "field.wrong_type")]),
        ({}, [("agentprov", "document.version_required")]),
        ({"agentprov": 2}, [("agentprov", "document.unknown_version")]),
        ({"agentprov": 1}, [("tenant", "field.required"), ("base", "field.required")]),
        (document(base=True, actor=1), [("base", "field.wrong_type"), ("actor", "field.wrong_type")]),
        (document(secrets={"password": "x"}), [("secrets", "field.unknown")]),
        (
            document(settings={"before": {}}),
            [
                ("settings.before.time_zone", "field.required"),
                ("settings.before.region", "field.required"),
                ("settings.after", "field.required"),
            ],
        ),
        (
            document(properties=[{"name": "a"}, {"name": "b", "after": 1.5}]),
            [
                ("properties[0].after", "field.required"),
                ("properties[1].after", "field.wrong_type"),
            ],
        ),
        (
            document(properties=[{"name": "a", "after": 1}, {"name": "a", "after": 2}], events=3),
            [
                ("events", "field.wrong_type"),
                ("properties[1]", "field.duplicate"),
            ],
        ),
        (document(limits=[{"name": "a", "after": {}}]), [("limits[0].after", "property.limit_empty")]),
        (
            document(
                events=[
                    {"kind": "user.eaten", "subject": "u"},
                    {"kind": "user.told", "subject": "u", "facts": {"a": 1}},
                ]
            ),
            [
                ("events[0].kind", "field.unknown_choice"),
                ("events[1].facts.a", "field.wrong_type"),
            ],
        ),
        (
            document(
                warnings=[
                    {"code": "no.such"},
                    {"code": "field.empty", "path": [True], "parameters": {"a": [1], "b": None, "c": {}}},
                ]
            ),
            [
                ("warnings[0].code", "field.unknown_choice"),
                ("warnings[1].path[0]", "field.wrong_type"),
                ("warnings[1].parameters.a[0]", "field.wrong_type"),
                ("warnings[1].parameters.b", "field.wrong_type"),
                ("warnings[1].parameters.c", "field.wrong_type"),
            ],
        ),
        (
            document(warnings=[{"code": "field.empty", "parameters": []}]),
            [("warnings[0].parameters", "field.wrong_type")],
        ),
        (
            document(warnings=[{"code": "field.empty", "parameters": {"a": float("inf")}}]),
            [
                ("warnings[0].parameters.a", "field.wrong_type"),
            ],
        ),
    ],
)
def test_every_problem_comes_with_its_path(faulty: object, expected: list[tuple[str, str]]) -> None:
    """FF-1, P76: the same strictness and codes as for tenants, all problems together."""
    assert expected == problems(faulty)


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ({}, [("edits", "field.wrong_type")]),
        ([3], [("edits[0]", "field.wrong_type")]),
        ([{}], [("edits[0].kind", "field.required"), ("edits[0].id", "field.required")]),
        ([{"kind": "users", "id": "u-asha"}], [("edits[0].after", "field.required")]),
        ([{"kind": "horses", "id": "h", "after": {"legs": 5}}], [("edits[0].kind", "field.unknown_choice")]),
        ([{"kind": ["users"], "id": "h", "after": 1}], [("edits[0].kind", "field.wrong_type")]),
        (
            [{"kind": "users", "id": 7, "before": {"login": 1}, "after": {"lgin": "asha"}, "tail": 1}],
            [
                ("edits[0].id", "field.wrong_type"),
                ("edits[0].before.login", "field.wrong_type"),
                ("edits[0].after.login", "field.required"),
                ("edits[0].after.lgin", "field.unknown"),
                ("edits[0].tail", "field.unknown"),
            ],
        ),
        (
            [{"kind": "skills", "id": "s", "after": {"id": "s", "name": "S"}}],
            [("edits[0].after.id", "field.unknown")],
        ),
        (
            [{"kind": "skills", "id": "s s", "after": {"name": "S"}}],
            [("edits[0].after", "id.invalid")],
        ),
        (
            [
                {"kind": "skills", "id": "s", "after": {"name": "S"}},
                {"kind": "skills", "id": "s", "after": {"name": "T"}},
            ],
            [("edits[1]", "field.duplicate")],
        ),
    ],
)
def test_faulty_edits_are_reported(edits: object, expected: list[tuple[str, str]]) -> None:
    """FF-1: an object is read under the edit's id, as its kind says; without a kind it isn't looked at."""
    assert expected == problems(document(edits=edits))


def test_a_document_nested_too_deeply_is_refused() -> None:
    """FF-2: before anything is made of it."""
    deep: object = 1
    for _ in range(100):
        deep = [deep]

    assert [("(whole)", "document.too_deep")] == problems(document(edits=deep))


def test_a_change_can_be_made_by_hand() -> None:
    """P73: an edit in a document is the edit that the library makes."""
    skill = Skill(id=SkillId("s-hindi"), name="Hindi")
    edits = [{"kind": "skills", "id": "s-hindi", "after": encode_object(Kind.SKILLS, skill)}]

    assert a_change(edits=[Edit(kind=Kind.SKILLS, id="s-hindi", after=skill)]) == decode_change(document(edits=edits))

"""Documents with routing in them: what is wrong with each field, with exact codes and paths (FF-1)."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from agentprov.codec import decode, encode
from agentprov.errors import MalformedDocument

SMALL: dict[str, Any] = {
    "agentprov": 1,
    "id": "t",
    "name": "T",
    "settings": {"time_zone": "UTC", "region": "IN"},
    "blueprint": {"name": "b", "catalogue": {"sections": {"user": ["view"]}}},
    "users": {"u-asha": {"login": "asha"}, "u-ravi": {"login": "ravi"}},
    "skills": {"s-hindi": {"name": "Hindi"}},
    "queues": {"q-main": {"name": "Main"}},
    "departments": {"d": {"name": "D", "members": ["u-asha"]}},
    "numbers": {"n": {"phone": "+918069651100", "to": {"type": "department", "department": "d"}}},
    "ivrs": {"i": {"name": "I", "options": [{"digits": "1", "to": {"type": "hang-up"}}]}},
}


def document(kind: str, fields: dict[str, Any]) -> dict[str, Any]:
    """The small document, in which the one object of a kind, or the settings, have these fields as well."""
    changed = deepcopy(SMALL)
    at = {"department": ("departments", "d"), "number": ("numbers", "n"), "settings": ("settings",)}[kind]
    inner = changed
    for key in at:
        inner = inner[key]
    inner.update(fields)
    return changed


def problems(of: dict[str, Any]) -> list[tuple[str, str]]:
    """Where and what is wrong with a document, as pairs of path and code."""
    with pytest.raises(MalformedDocument) as caught:
        decode(of)
    return [(problem.where, problem.code.value) for problem in caught.value.problems]


def stage(**fields: Any) -> dict[str, Any]:
    """A department's fields with one stage."""
    return {"stages": [fields]}


def rule(callers: object, action: object) -> dict[str, Any]:
    """A number's fields with one rule."""
    return {"caller_rules": [{"callers": callers, "action": action}]}


def queue(**fields: Any) -> dict[str, Any]:
    """A number's fields that lead to a queue."""
    return {"to": {"type": "queue", "queue": "q-main", **fields}}


ANYBODY = [{"type": "anonymous"}]
REFUSE = {"type": "refuse"}

DEPARTMENTS = [
    ({"strategy": "cleverest"}, "strategy", "field.unknown_choice"),
    ({"strategy": 5}, "strategy", "field.wrong_type"),
    ({"tiers": ["u-asha"]}, "tiers", "field.wrong_type"),
    ({"tiers": {"u-asha": "1"}}, "tiers.u-asha", "field.wrong_type"),
    ({"tiers": {"u-asha": True}}, "tiers.u-asha", "field.wrong_type"),
    ({"tiers": {"u-asha": 1.0}}, "tiers.u-asha", "field.wrong_type"),
    ({"tiers": {"u-asha": 1001}}, "tiers.u-asha", "field.out_of_range"),
    ({"tiers": {"u-ravi": 1}}, "tiers.u-ravi", "tier.not_a_member"),
    ({"stages": {}}, "stages", "field.wrong_type"),
    ({"stages": [5]}, "stages[0]", "field.wrong_type"),
    ({"stages": [{}] * 21}, "stages", "field.too_many"),
    (stage(after="soon"), "stages[0].after", "field.wrong_type"),
    (stage(after=-1), "stages[0].after", "timeout.out_of_range"),
    (stage(after=5), "stages[0].after", "stage.order"),
    (stage(tier=1001), "stages[0].tier", "field.out_of_range"),
    (stage(call_skills="some"), "stages[0].call_skills", "field.unknown_choice"),
    (stage(without=["s-none"]), "stages[0].without", "reference.missing"),
    (stage(without="s-hindi"), "stages[0].without", "field.wrong_type"),
    (stage(wants=[]), "stages[0].wants", "field.unknown"),
    (stage(needs=[{"skill": "s-hindi"}]), "stages[0].needs[0].type", "field.required"),
    (stage(needs=[{"type": "some-of", "needs": []}]), "stages[0].needs[0].type", "field.unknown_tag"),
    (stage(needs=[{"type": "skill"}]), "stages[0].needs[0].skill", "field.required"),
    (stage(needs=[{"type": "skill", "skill": "s-none"}]), "stages[0].needs[0].skill", "reference.missing"),
    (stage(needs=[{"type": "skill", "skill": "s-hindi", "low": "3"}]), "stages[0].needs[0].low", "field.wrong_type"),
    (
        stage(needs=[{"type": "skill", "skill": "s-hindi", "low": 3, "high": 2}]),
        "stages[0].needs[0].high",
        "field.out_of_range",
    ),
    (stage(needs=[{"type": "all-of", "needs": []}]), "stages[0].needs[0].needs", "field.empty"),
    (
        stage(needs=[{"type": "not", "need": {"type": "any-of", "needs": [{"type": "skill", "skill": "s-none"}]}}]),
        "stages[0].needs[0].need.needs[0].skill",
        "reference.missing",
    ),
    ({"sticky": True}, "sticky", "field.wrong_type"),
    ({"sticky": {}}, "sticky", "sticky.time_to_live"),
    ({"sticky": {"hours": 1, "days": 1}}, "sticky", "sticky.time_to_live"),
    ({"sticky": {"days": 366}}, "sticky.days", "field.out_of_range"),
    ({"sticky": {"days": "1"}}, "sticky.days", "field.wrong_type"),
    ({"sticky": {"days": 1, "reserve": 601}}, "sticky.reserve", "timeout.out_of_range"),
    ({"sticky": {"days": 1, "members_only": "yes"}}, "sticky.members_only", "field.wrong_type"),
]

NUMBERS = [
    ({"presents": "nobody"}, "presents", "field.unknown_choice"),
    ({"caller_id": "c-none"}, "caller_id", "reference.missing"),
    ({"mark": []}, "mark", "field.wrong_type"),
    ({"mark": {"labels": "vip"}}, "mark.labels", "field.wrong_type"),
    ({"mark": {"labels": [""]}}, "mark.labels[0]", "field.required"),
    ({"mark": {"language": "no such"}}, "mark.language", "language.invalid"),
    ({"mark": {"skills": {"s-none": 1}}}, "mark.skills", "reference.missing"),
    ({"mark": {"skills": {"s-hindi": "1"}}}, "mark.skills.s-hindi", "field.wrong_type"),
    ({"mark": {"priority": 101}}, "mark.priority", "field.out_of_range"),
    ({"mark": {"priority": True}}, "mark.priority", "field.wrong_type"),
    ({"caller_rules": {}}, "caller_rules", "field.wrong_type"),
    (rule([], REFUSE), "caller_rules[0].callers", "field.empty"),
    (rule([{"type": "everybody"}], REFUSE), "caller_rules[0].callers[0].type", "field.unknown_tag"),
    (rule([{"type": "prefix", "prefix": "47"}], REFUSE), "caller_rules[0].callers[0].prefix", "field.invalid"),
    (rule([{"type": "country", "region": "no"}], REFUSE), "caller_rules[0].callers[0].region", "region.unknown"),
    (
        rule([{"type": "number", "number": "080"}], REFUSE),
        "caller_rules[0].callers[0].number",
        "phone.not_canonical",
    ),
    (rule(ANYBODY, {"type": "charge"}), "caller_rules[0].action.type", "field.unknown_tag"),
    (rule(ANYBODY, {"type": "refuse", "cause": "rude"}), "caller_rules[0].action.cause", "field.unknown_choice"),
    (rule(ANYBODY, {"type": "raise-priority", "by": 0}), "caller_rules[0].action.by", "field.out_of_range"),
    (
        rule(ANYBODY, {"type": "send-to", "to": {"type": "agent", "user": "u-none"}}),
        "caller_rules[0].action.to.user",
        "reference.missing",
    ),
    (
        rule(ANYBODY, {"type": "send-to", "to": {"type": "external", "number": "+918069651100"}}),
        "caller_rules[0].action.to.number",
        "forward.self",
    ),
    (queue(priority=101), "to.priority", "field.out_of_range"),
    (queue(max_wait=0), "to.max_wait", "timeout.out_of_range"),
    (queue(max_length=-1), "to.max_length", "field.out_of_range"),
    (queue(by_exit={"bored": {"type": "hang-up"}}), "to.by_exit.bored", "field.unknown_choice"),
    (queue(by_exit={"full": {"type": "agent", "user": "u-none"}}), "to.by_exit.full.user", "reference.missing"),
]

SETTINGS = [
    ({"confirm": "mobile"}, "confirm", "field.wrong_type"),
    ({"confirm": ["landline"]}, "confirm[0]", "field.unknown_choice"),
    ({"confirm": ["mobile", "mobile"]}, "confirm[1]", "field.duplicate"),
]


@pytest.mark.parametrize(
    ("kind", "prefix", "fields", "path", "code"),
    [
        *(("department", "departments.d.", *row) for row in DEPARTMENTS),
        *(("number", "numbers.n.", *row) for row in NUMBERS),
        *(("settings", "settings.", *row) for row in SETTINGS),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_does_not_fit_is_named(kind: str, prefix: str, fields: dict[str, Any], path: str, code: str) -> None:
    """FF-1: wrong types, unknown tags and choices, limits, references: one problem each, at its path."""
    assert [(prefix + path, code)] == problems(document(kind, fields))


def test_defects_of_several_objects_are_told_together() -> None:
    """FF-1: a wrong tag in one object doesn't hide a limit in another."""
    changed = document("department", stage(needs=[{"type": "some-of"}]))
    changed["numbers"]["n"]["mark"] = {"priority": 101}
    expected = {
        ("departments.d.stages[0].needs[0].type", "field.unknown_tag"),
        ("numbers.n.mark.priority", "field.out_of_range"),
    }

    assert expected == set(problems(changed))


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("department", {"strategy": "highest-skill", "stages": [{"needs": [{"type": "skill", "skill": "s-hindi"}]}]}),
        ("department", {"sticky": {"days": 1}}),
        ("number", {"mark": {"labels": ["vip"]}, "presents": "dialled"}),
        ("number", rule([{"type": "anonymous"}], {"type": "raise-priority", "by": 5})),
        ("number", queue(by_exit={"full": {"type": "hang-up", "cause": "busy"}}, max_length=5)),
        ("settings", {"confirm": ["external", "mobile"]}),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_fits_is_written_as_it_was_read(kind: str, fields: dict[str, Any]) -> None:
    """FF-1: reading and writing changes nothing, and adds no default."""
    whole = document(kind, fields)

    assert whole == encode(decode(whole))

"""Laws of documents of changes: reading undoes writing, writing is canonical, and no secret is ever written."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from agentprov.codec import decode_change, encode_change, row_document, row_text
from agentprov.errors import Problem
from agentprov.model.changes import Change
from agentprov.model.secret import Secret
from agentprov.model.table import Table
from agentprov.testing.strategies import changes
from tests.codec.test_codec_laws import ANYTHING, leads_somewhere, places, refusal

CANARY = "kX7pQz4vN9wR2mT8bY5cJ3hL"


def types_in(value: object) -> object:
    """The value with the type of each part: `True == 1 == 1.0`, and those aren't the same."""
    if isinstance(value, (tuple, list)):
        return type(value), [types_in(entry) for entry in value]
    if isinstance(value, frozenset):
        return type(value), {(type(entry), entry) for entry in value}
    if isinstance(value, (Table, dict)):
        return type(value).__name__.lstrip("_"), {key: types_in(entry) for key, entry in value.items()}
    if attrs.has(cls := value.__class__):
        return cls, [types_in(getattr(value, field.name)) for field in attrs.fields(cls) if field.eq]
    return type(value), value


@given(changes())
def test_reading_undoes_writing(change: Change) -> None:
    """P73: a change comes back equal, and every part of it in its own type."""
    again = decode_change(encode_change(change))

    assert change == again
    assert types_in(change) == types_in(again)


@given(changes())
def test_a_change_comes_through_a_text_as_it_was(change: Change) -> None:
    """P73, ST-5: a log keeps it as text: equal changes have the same text, and it reads back."""
    document = encode_change(change)
    text = row_text(document)
    again = decode_change(row_document(text))

    assert document == row_document(text)
    assert text.isascii()
    assert change == again
    assert text == row_text(encode_change(again))


@given(changes())
def test_no_secret_is_ever_written(change: Change) -> None:
    """P75: what is shown once is in no document, and none comes back."""
    telling = attrs.evolve(change, secrets={"password": Secret(CANARY)})
    document = encode_change(telling)

    assert document == encode_change(telling.without_secrets())
    assert CANARY not in row_text(document)
    assert Table() == decode_change(document).secrets


@given(changes())
def test_taking_back_is_written_as_exactly(change: Change) -> None:
    """PV-9, P73: the change that takes another back is one like any other, read from the other's document too."""
    undone = change.undo()

    assert undone == decode_change(encode_change(undone))
    assert undone == decode_change(encode_change(change)).undo()


# ---- bad documents ---------------------------------------------------------------------------------------------------


def check(document: Any) -> None:
    """Read a document; if it is refused, look at the error."""
    error = refusal(lambda: decode_change(document))
    if error is None:
        assert encode_change(decode_change(document)) == encode_change(
            decode_change(encode_change(decode_change(document)))
        )
    else:
        assert error.problems
        assert [] == [problem for problem in error.problems if not leads_somewhere(document, problem)]
        assert [] == [problem for problem in error.problems if not problem.message or "\n" in str(problem)]


@given(ANYTHING)
def test_any_value_is_read_or_refused(value: Any) -> None:
    """P76, for values that have nothing of a change, and as each part of one."""
    check(value)
    check({"agentprov": 1, "tenant": "t", "base": 1, "edits": [value], "events": [value], "warnings": value})
    check({"agentprov": 1, "tenant": value, "base": value, "edits": [{"kind": "users", "id": "u", "after": value}]})


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """A change's document with one to three places replaced, removed or added."""
    document = deepcopy(encode_change(draw(changes())))
    for _ in range(draw(st.integers(1, 3))):
        container, key = draw(st.sampled_from(places(document) or [(document, "tenant")]))
        match draw(st.sampled_from(["replace", "remove", "add"])):
            case "replace":
                container[key] = draw(ANYTHING)
            case "remove":
                del container[key]
            case _ if isinstance(container, dict):
                container[draw(st.text(max_size=8))] = draw(ANYTHING)
            case _:
                container.append(draw(ANYTHING))
    return document


@given(mutated())
def test_a_mutated_document_is_read_or_refused_with_paths_that_exist(document: dict[str, Any]) -> None:
    """P76: no document gets any other exception out of reading, and every problem says where it is."""
    check(document)


@given(changes(), st.data())
def test_faults_of_several_edits_come_together(change: Change, data: st.DataObject) -> None:
    """FF-1, P77: every edit is looked at, whatever is wrong with the others."""
    document: dict[str, Any] = deepcopy(encode_change(change))
    edits: list[dict[str, Any]] = document.get("edits", [])
    broken = data.draw(st.sets(st.integers(0, len(edits) - 1))) if edits else set()
    for position in broken:
        edits[position]["sort"] = 1
    error = refusal(lambda: decode_change(document))
    found: tuple[Problem, ...] = () if error is None else error.problems

    assert {("edits", position, "sort") for position in broken} == {problem.path for problem in found}

"""A secret shows itself in no way but one."""

from __future__ import annotations

import copy
import json
import pickle
import traceback
from collections.abc import Callable

import attrs
import cattrs
import pytest

from agentprov.errors import Code, InvalidValue
from agentprov.model.secret import Secret

CANARY = "q7Zw2kLx9RtV4mNbY8cHs3Dj"


@attrs.frozen(kw_only=True)
class Holder:
    """A value that holds a secret."""

    name: str
    secret: Secret = attrs.field(eq=False)


def test_reveal_gives_the_text() -> None:
    """CR-7: the one way to the text."""
    assert CANARY == Secret(CANARY).reveal()


@pytest.mark.parametrize(
    "show",
    [repr, str, lambda s: f"{s}", lambda s: f"{s!r:>40}", lambda s: f"{s:>99}", "{0}".format, ascii],
    ids=["repr", "str", "f", "f!r", "f:", "format", "ascii"],
)
def test_nothing_shows_the_text(show: Callable[[object], str]) -> None:
    """CR-7, P75: no rendering of a secret has the text in it."""
    assert "<secret>" == show(Secret(CANARY)).strip()


def test_what_holds_a_secret_shows_nothing() -> None:
    """CR-7, P75: neither the repr, nor asdict, nor unstructuring of a holder gives the text."""
    holder = Holder(name="Asha", secret=Secret(CANARY))

    shown = f"{holder!r} {attrs.asdict(holder)!r} {attrs.astuple(holder)!r} {cattrs.unstructure(holder)!r}"

    assert CANARY not in shown
    assert 4 == shown.count("<secret>")


def deepcopied(secret: Secret) -> object:
    """A copy of a value that holds the secret."""
    return copy.deepcopy({"password": [secret]})


@pytest.mark.parametrize(
    "take_out",
    [
        copy.copy,
        copy.deepcopy,
        pickle.dumps,
        json.dumps,
        attrs.asdict,
        vars,
        hash,
        bytes,
        iter,
        len,
        lambda secret: secret == secret,  # noqa: PLR0124  the question is whether it may be asked
        lambda secret: secret != Secret(CANARY),
        lambda secret: secret == CANARY,
        lambda secret: secret.__getstate__(),
        deepcopied,
    ],
    ids=[
        "copy",
        "deepcopy",
        "pickle",
        "json",
        "asdict",
        "vars",
        "hash",
        "bytes",
        "iter",
        "len",
        "eq",
        "ne",
        "eq text",
        "state",
        "inside",
    ],
)
def test_a_secret_refuses_to_be_taken_out(take_out: Callable[[Secret], object]) -> None:
    """CR-7, P75: copying, pickling, JSON, comparing and hashing are refused, without the text in the message."""
    with pytest.raises((TypeError, attrs.exceptions.NotAnAttrsClassError)) as refusal:
        take_out(Secret(CANARY))

    assert CANARY not in "".join(traceback.format_exception(refusal.value))


def test_a_trace_with_local_variables_shows_no_secret() -> None:
    """CR-7, P75: tools that print every variable of every frame print no secret, nor what holds one."""
    holder = Holder(name="Asha", secret=Secret(CANARY))
    with pytest.raises(ZeroDivisionError) as caught:
        _ = 1 / len(holder.name[:0])
    seen = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())

    assert "<secret>" in seen
    assert CANARY not in seen


def test_a_secret_stays_as_it_is() -> None:
    """CR-7: neither changed nor emptied."""
    secret = Secret(CANARY)

    with pytest.raises(AttributeError):
        secret._text = ""  # noqa: SLF001  what is tried here
    with pytest.raises(AttributeError):
        del secret._text  # noqa: SLF001
    with pytest.raises(AttributeError):
        secret.other = ""
    assert CANARY == secret.reveal()


@pytest.mark.parametrize("value", [None, 5, b"x", ["a"]])
def test_a_secret_is_made_of_text(value: object) -> None:
    """B040: anything else is refused, without the value in the message."""
    with pytest.raises(InvalidValue) as refusal:
        Secret(value)  # type: ignore[arg-type]

    assert (Code.FIELD_WRONG_TYPE,) == refusal.value.codes
    assert repr(value) not in str(refusal.value)

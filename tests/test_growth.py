"""Cost that grows with the input and not with its square: what hostile input is made of is compared a few times each.

Comparisons are counted, for clocks differ.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Final

import pytest

from agentprov.model.access import Catalogue
from agentprov.model.ids import CallerIdId
from agentprov.model.table import Table
from agentprov.model.users import AreaCallerId, Extension
from agentprov.model.whole import circles
from agentprov.provisioning.fields import FIELDS
from agentprov.provisioning.parsing import parse
from tests.provisioning.samples import a_tenant

MANY: Final = 400
OFTEN: Final = 10
"""How often each may be compared; a search through all the others would compare it some two hundred times."""


class Counted(str):
    """Text that counts how often any text of its kind is compared."""

    __slots__ = ()
    compared = 0

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


def texts(form: str) -> list[str]:
    """Many texts, no two alike."""
    return [Counted(form.format(number)) for number in range(MANY)]


def a_chain() -> None:
    """Look for circles in a chain, from its start."""
    names = texts("r{:04}")
    assert [] == list(circles({name: (Counted(after),) for name, after in pairwise(names)}))


def an_extension() -> None:
    """Give an extension a caller ID for many area codes."""
    caller_id = CallerIdId("c-main")
    entries = [AreaCallerId(prefix=prefix, caller_id=caller_id) for prefix in texts("{}")]
    assert MANY == len(Extension(number="1", area_caller_ids=entries).area_caller_ids)


def a_catalogue() -> None:
    """Give a section many actions."""
    assert MANY == len(Catalogue(sections=Table({"user": tuple(texts("a{}"))})).permissions)


def a_list_of_a_form() -> None:
    """Enter many ids, none of which may come twice."""
    assert tuple(texts("c-{}")) == parse(FIELDS["caller_ids"], texts("c-{}"), a_tenant())


@pytest.mark.parametrize("task", [a_chain, an_extension, a_catalogue, a_list_of_a_form])
def test_what_is_long_is_not_compared_with_all_of_itself(
    task: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """FF-2, P76: a long list costs its length, so that a document within the limits is answered within seconds."""
    monkeypatch.setattr(Counted, "compared", 0)
    task()
    assert Counted.compared <= OFTEN * MANY

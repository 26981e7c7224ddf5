"""The package's public names: one list, and every name loads from where the type checker thinks it does."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import agentprov

MOST_NAMES = 50


def test_names_are_a_sorted_list() -> None:
    """The list is sorted, short, and `dir` shows it."""
    assert sorted(agentprov.__all__) == agentprov.__all__
    assert len(agentprov.__all__) <= MOST_NAMES
    assert set(agentprov.__all__) <= set(dir(agentprov))


@pytest.mark.parametrize("name", agentprov.__all__)
def test_name_loads(name: str) -> None:
    """Every public name is there, and is itself the second time."""
    assert getattr(agentprov, name) is getattr(agentprov, name)


def test_no_other_name() -> None:
    """A name that isn't there is an attribute error, as in any module."""
    with pytest.raises(AttributeError, match="no attribute 'Acess'"):
        agentprov.Acess  # type: ignore[attr-defined]  # noqa: B018  the attempt is the test


def test_type_checkers_see_the_same() -> None:
    """The imports for type checkers and the table for run time name the same things in the same modules."""
    tree = ast.parse(Path(agentprov.__file__).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {
        (node.module, alias.name) for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    table = {(home, name) for home, names in agentprov._HOMES.items() for name in names}  # noqa: SLF001
    assert table == seen
    assert {name for _, name in table} == set(agentprov.__all__)


def test_import_loads_nothing() -> None:
    """Importing the package loads none of its own modules, nor a third party's."""
    code = (
        "import sys, agentprov; print(sorted(m for m in sys.modules if m.startswith(('agentprov', 'attr', 'cattr'))))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "['agentprov']"

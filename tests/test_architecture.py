"""The shape of the code: sizes, names, who imports what, and the catalogue of messages."""

from __future__ import annotations

import ast
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import agentprov
from agentprov.errors import Code
from agentprov.messages import ENGLISH, Entry

SOURCE = Path(agentprov.__file__).parent
MODULES = sorted(SOURCE.rglob("*.py"))
LONGEST = 400
REFUSED_NAMES = {"util", "utils", "helper", "helpers", "common", "base", "manager", "managers", "service", "services"}

EVERYWHERE = {"attrs", "agentprov"}
LAZY = {"argon2", "cattrs", "email_validator", "phonenumbers"}
"""The libraries of the core that load at first use."""
ONE_MODULE = LAZY | {
    "holidays",
    "icalendar",
    "orjson",
    "recurring_ical_events",
    "rich",
    "scim2_models",
    "tomli_w",
    "yaml",
}
"""Each is imported by one module only, and inside functions."""
ONE_FOLDER = {"aiosqlite": "sql", "hypothesis": "testing", "psycopg": "sql", "pytest": "testing", "sqlalchemy": "sql"}
"""Each is imported under one folder only."""

TYPE_NAMES = re.compile(
    r"\b(str|int|bool|dict|NoneType|None|True|False|tuple|frozenset|timedelta|TimeOfDay|StrEnum|ValueError|TypeError)\b"
)


def name_of(path: Path) -> str:
    """A module's path below the package, as a test's id."""
    return path.relative_to(SOURCE).as_posix()


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Every absolute import of a module: the library, and whether it is inside a function."""

    def walk(node: ast.AST, *, inside: bool) -> Iterator[tuple[str, bool]]:
        for child in ast.iter_child_nodes(node):
            match child:
                case ast.Import(names=names):
                    yield from ((alias.name.partition(".")[0], inside) for alias in names)
                case ast.ImportFrom(module=str(module), level=0):
                    yield module.partition(".")[0], inside
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    yield from walk(child, inside=True)
                case ast.If(test=ast.Name(id="TYPE_CHECKING"), orelse=orelse):
                    for other in orelse:
                        yield from walk(other, inside=inside)
                case _:
                    yield from walk(child, inside=inside)

    yield from walk(ast.parse(path.read_text(encoding="utf-8")), inside=False)


def third_party() -> dict[str, set[str]]:
    """Every library from outside, and the modules that import it."""
    found: dict[str, set[str]] = {}
    for path in MODULES:
        for library, _ in imports(path):
            if library not in sys.stdlib_module_names and library not in EVERYWHERE:
                found.setdefault(library, set()).add(name_of(path))
    return found


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_is_a_concept_long(path: Path) -> None:
    """No module has more than 400 lines."""
    lines = len(path.read_text(encoding="utf-8").splitlines())

    assert lines <= LONGEST


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_is_named_for_a_thing_of_the_domain(path: Path) -> None:
    """No module or folder is a drawer: utils, helpers, common, base, manager, service."""
    words = {word for part in path.relative_to(SOURCE).with_suffix("").parts for word in part.split("_")}

    assert set() == words & REFUSED_NAMES


@pytest.mark.parametrize(
    "folder",
    [
        "analysis",
        "cli",
        "codec",
        "credentials",
        "engine",
        "interop",
        "memory",
        "model",
        "provisioning",
        "replicas",
        "repositories",
        "sql",
        "views",
    ],
)
def test_a_newcomer_finds_every_module(folder: str) -> None:
    """The page on the architecture says of every module of a big folder what lives there."""
    page = (Path(__file__).parent.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    section = page.partition(f"\n### `{folder}`")[2].partition("\n### ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]

    assert {path.stem for path in (SOURCE / folder).glob("*.py")} - {"__init__"} == {
        name for row in rows for name in re.findall(r"`([a-z_]+)`", row)
    }


def test_every_library_is_known() -> None:
    """A library that nobody decided on isn't imported."""
    assert set() == third_party().keys() - ONE_MODULE - ONE_FOLDER.keys()


def test_a_library_has_one_home() -> None:
    """Each library but attrs is imported by one module only."""
    homes = third_party()

    assert {} == {library: homes[library] for library in ONE_MODULE & homes.keys() if len(homes[library]) > 1}


@pytest.mark.parametrize(("library", "folder"), ONE_FOLDER.items())
def test_a_library_of_an_extra_stays_in_its_folder(library: str, folder: str) -> None:
    """The libraries of a whole extra are imported under that extra's folder only."""
    assert [] == [module for module in third_party().get(library, ()) if module.split("/")[0] != folder]


def test_heavy_libraries_are_imported_inside_functions() -> None:
    """A library that loads at first use is imported by no module's top level."""
    eager = {
        (name_of(path), lib) for path in MODULES for lib, inside in imports(path) if lib in ONE_MODULE and not inside
    }

    assert set() == eager


def test_importing_the_package_loads_no_heavy_library() -> None:
    """PF-13: `import agentprov` loads attrs and none of the libraries that load at first use."""
    program = f"import sys, agentprov; print(*sorted(sys.modules.keys() & {ONE_MODULE | ONE_FOLDER.keys()!r}))"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert "" == done.stdout.strip()


def test_every_code_has_an_english_entry_and_every_entry_a_code() -> None:
    """The catalogue speaks of exactly the codes there are."""
    assert {code.value for code in Code} == set(ENGLISH)


def test_a_code_is_written_as_area_and_name() -> None:
    """A code is `area.name` in lower case; its Python name is the same in capitals."""
    assert [] == [code for code in Code if not re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)+", code.value)]
    assert [] == [code for code in Code if code.name != code.value.replace(".", "_").upper()]


@pytest.mark.parametrize("text", ["message", "mend"])
@pytest.mark.parametrize(("code", "entry"), ENGLISH.items(), ids=list(ENGLISH))
def test_a_sentence_has_the_style_of_the_house(code: str, entry: Entry, text: str) -> None:
    """Lower case or a backtick first, no full stop last, one line, no names of Python's types, plain parameters."""
    sentence = getattr(entry, text)
    fields = [(name, spec, conversion) for _, name, spec, conversion in string.Formatter().parse(sentence) if name]

    assert sentence.strip(), f"{code} says nothing"
    assert sentence == " ".join(sentence.split()), "one line, single spaces"
    assert not sentence[0].isupper(), "starts in lower case"
    assert not sentence.endswith((".", "!")), "no full stop"
    assert TYPE_NAMES.findall(sentence) == [], "no type names"
    assert [field for field in fields if not field[0].isidentifier() or field[1] or field[2]] == []

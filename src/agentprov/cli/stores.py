"""Opening a store that a command line names. Its address may hold a password, which is shown nowhere."""

from __future__ import annotations

import os
import re
from argparse import Namespace
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from agentprov.cli.mistakes import Mistake, os_words
from agentprov.errors import Code, Unavailable
from agentprov.repositories import TenantRepository

if TYPE_CHECKING:  # an extra: only whoever names a store needs it
    from agentprov.sql import Runner, SqlStore

VARIABLE: Final = "AGENTPROV_STORE"
"""The environment variable that may hold the address, so that a password needn't be typed where others see it."""
HOW: Final = "an address is sqlite:///FILE.db or postgresql://USER@HOST/DATABASE"

_ADDRESS: Final = re.compile(r"(?P<scheme>[A-Za-z][\w+.-]*)://(?P<rest>.*)", re.DOTALL)
_PASSWORD: Final = re.compile(r"(\b[a-z][\w+.-]*://[^\s:@/]*:).*@", re.IGNORECASE | re.DOTALL)
_PARAMETER: Final = re.compile(r"(password=)[^\s&'`\"]*", re.IGNORECASE)


def hidden(text: str) -> str:
    """The text without what may be a password in an address of a store.

    >>> hidden("no such thing: postgresql://me:secret@db/x")
    'no such thing: postgresql://me:***@db/x'
    """
    return _PARAMETER.sub(r"\1***", _PASSWORD.sub(r"\1***@", text))


def address_of(given: str | None) -> str:
    """The address of the store that is meant: the one given, or the environment's.

    Raises:
        Mistake: there is neither.
    """
    address = given if given is not None else os.environ.get(VARIABLE, "")
    if not address:
        raise Mistake("which store isn't said", f"give --store URL, or set {VARIABLE}; {HOW}")
    return address


def shown_address(address: str) -> str:
    """The address without user, password and parameters: what people are shown.

    >>> shown_address("postgresql+psycopg://me:secret@db:5433/x?sslmode=require")
    'postgresql://db:5433/x'
    """
    found = _ADDRESS.fullmatch(address)
    if found is None:
        raise Mistake("this is no address of a store", HOW)
    scheme = found["scheme"].partition("+")[0]
    rest = found["rest"].partition("?")[0]
    return f"{scheme}://{rest if scheme == 'sqlite' else rest.rpartition('@')[2]}"


def typed_again(address: str) -> str:
    """The address as a person is told to type it again; ``URL`` where it has a password."""
    from agentprov.sql.engines import address_of as read

    url = read(address, asynchronous=False)
    return "URL" if url.password is not None or any("password" in name for name in url.query) else address


@attrs.frozen(kw_only=True)
class OpenStore:
    """A store that is open, and how it is called: without a password."""

    name: str
    run: Runner
    all: SqlStore

    @property
    def tenants(self) -> TenantRepository:
        """Its tenants."""
        return self.all.tenants

    def schema(self) -> int:
        """Which version its tables have; 0 without any."""
        from agentprov.sql.steps import version_of

        return self.run.read(version_of)

    def make_tables(self) -> list[int]:
        """Make the tables, or take them to the newest version, and give the versions that were missing."""
        from agentprov.sql.steps import NEWEST, upgrade

        before = self.schema()
        return list(range(before + 1, NEWEST + 1)) if self.run.write(upgrade) else []


def open_store(arguments: Namespace, address: str | None = None, *, new: bool = False, bare: bool = False) -> OpenStore:
    """The store that a command line names, until the command ends.

    It has its tables, unless it may be ``bare``; a ``new`` one needn't even have a file.

    Raises:
        Mistake: none is named, it is no address, or nothing answers there.
        MissingExtra: the libraries for such a store aren't installed.
        BrokenStore: ``store.schema_missing`` and others.
    """
    address = address_of(arguments.store if address is None else address)
    name = shown_address(address)
    if name.startswith("sqlite:"):
        _check_place(name, new=new)
    from agentprov.sql import Runner, SqlStore, check, open_engine, pending

    engine = open_engine(address)
    opened: ExitStack = arguments.opened
    opened.callback(engine.dispose)
    store = OpenStore(name=name, run=Runner(engine), all=SqlStore(engine))
    try:
        store.run.read(pending if new or bare else check)
    except Unavailable as error:
        if Code.STORE_UNAVAILABLE in error.codes:
            how = "is the server there, and are user, password and database right?"
            raise Mistake(f"{name} gives no answer", how) from None
        if Code.STORE_REFUSED in error.codes:
            why = error.problems[0]
            raise Mistake(f"can't open {name}: {why.parameters['value']} ({why.code.value})", _way_in(name)) from None
        raise
    return store


def _way_in(name: str) -> str:
    if name.startswith("sqlite:"):
        return "whoever runs this has to write the file, and in its folder"
    return "set the address right, or let its account in"


def _check_place(name: str, *, new: bool) -> None:
    """Say what is wrong with the place of a database in a file; one that isn't there would be made by looking at it."""
    _, three, path = name.partition(":///")
    if not three and name != "sqlite://":
        raise Mistake(f"`{name}` is no address of a store", f"write it with three slashes: sqlite:///{name[9:]}")
    if path in {"", ":memory:"}:
        raise Mistake("a database in memory ends with the command", "name a file: sqlite:///FILE.db")
    file = Path(path)
    try:
        folder, parent, there = file.is_dir(), file.parent.is_dir(), file.exists()
    except OSError as error:
        raise Mistake(f"can't use `{file}`: {os_words(error)}", "name another file") from None
    if folder:
        raise Mistake(f"can't use `{file}`: it is a folder", "name a file in it")
    if new and not parent:
        raise Mistake(f"there is no folder `{file.parent}`", "make it first")
    if not new and not there:
        raise Mistake(f"there is no database `{file}`", "make it with `agentprov store init`, or name another file")

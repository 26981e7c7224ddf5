"""``agentprov store``: making a store, filling it, taking tenants out of it, and taking changes back."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import attrs

from agentprov.cli.commands import Command
from agentprov.cli.mistakes import Mistake, os_words
from agentprov.cli.output import Answer, Json, Page, bad, faint, good, strong
from agentprov.cli.refusals import REFUSED, count, problem_data
from agentprov.cli.sources import address_source, load_file, store_argument, tenant_option
from agentprov.cli.store_log import COMMAND as LOG
from agentprov.cli.store_verify import COMMAND as VERIFY
from agentprov.cli.stores import VARIABLE, OpenStore, open_store
from agentprov.cli.writing import entry_arguments, outcome
from agentprov.codec import dump
from agentprov.codec.formats import format_of
from agentprov.errors import Code, Conflict, MalformedDocument
from agentprov.model.tenant import Tenant
from agentprov.provisioning.guards import check_kept

# ---- the tables -----------------------------------------------------------------------------------------------------


def _place_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "url", metavar="URL", nargs="?", help=f"the store's address; or give it with --store or in {VARIABLE}"
    )
    store_argument(parser)


def _place(arguments: Namespace, *, new: bool) -> OpenStore:
    """The store whose tables are to be made or made newer."""
    if arguments.url is not None and arguments.store is not None:
        raise Mistake("the store is named twice", "give URL or --store")
    return open_store(arguments, arguments.url, new=new, bare=True)


def _init(arguments: Namespace) -> Answer:
    store = _place(arguments, new=True)
    steps = store.make_tables()
    page = Page()
    page.line(strong(store.name), ": ", good("the tables are made") if steps else "the tables are there already")
    if steps and not store.tenants.tenant_ids():
        page.line("put tenants in with `agentprov store import FILE`", indent=2)
    return Answer(status=0, page=page, data={"store": store.name, "made": bool(steps), "steps": steps})


INIT: Final = Command(
    name="store init",
    summary="Make the tables of a store, unless they are there",
    details=(
        "On PostgreSQL the database must be there, and its account must be allowed to make tables; of the other"
        " commands only `store upgrade` needs that. A database that has the tables of an older release is taken to the"
        " present ones, as `store upgrade` does."
    ),
    examples=("store init sqlite:///centre.db", "store init postgresql://agentprov@localhost/agentprov"),
    arguments=_place_arguments,
    run=_init,
)


def _upgrade(arguments: Namespace) -> Answer:
    store = _place(arguments, new=False)
    before = store.schema()
    steps = store.make_tables()
    page = Page()
    if steps:
        page.line(strong(store.name), ": ", good("upgraded"), f" from schema {before} to {before + len(steps)}")
    else:
        page.line(strong(store.name), f": schema {before} is the newest, nothing to do")
    for step in steps:
        page.item(f"schema {step}")
    return Answer(status=0, page=page, data={"store": store.name, "before": before, "steps": steps})


UPGRADE: Final = Command(
    name="store upgrade",
    summary="Take a store's tables to those of this release",
    details=(
        "Each schema that is missing is a step; all are taken in one transaction, or none. Of two upgrades at once the"
        " second finds nothing to do. Make a backup first: there is no way back."
    ),
    examples=("store upgrade sqlite:///centre.db",),
    arguments=_place_arguments,
    run=_upgrade,
)

# ---- tenants in and out ---------------------------------------------------------------------------------------------


def _tenants_arguments(parser: ArgumentParser) -> None:
    store_argument(parser)


def _tenants(arguments: Namespace) -> Answer:
    store = open_store(arguments)
    found = [_facts(store.tenants.load(each)) for each in store.tenants.tenant_ids()]
    page = Page()
    page.line(strong(store.name), f": {count(len(found), 'tenant')}")
    page.gap()
    rows = [(each["id"], each["name"], f"{each['version']:,}", f"{each['users']:,}") for each in found]
    if rows:
        page.grid(rows, "tenant", "name", "version", "users")
    return Answer(
        status=0,
        page=page,
        data={"store": store.name, "tenants": found},
    )


def _facts(tenant: Tenant) -> dict[str, Any]:
    """What is told of a tenant; of many not one is kept whole."""
    return {"id": tenant.id, "name": tenant.name, "version": tenant.version, "users": len(tenant.users)}


TENANTS: Final = Command(
    name="store tenants",
    summary="List the tenants of a store",
    details="Each with its version and how many users it has.",
    examples=("store tenants --store sqlite:///centre.db",),
    arguments=_tenants_arguments,
    run=_tenants,
)


def _import_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("files", metavar="FILE", nargs="+", help="a tenant's file in TOML, JSON or YAML")
    store_argument(parser)
    parser.add_argument("--reason", metavar="TEXT", help="why, for the log")


def _import(arguments: Namespace) -> Answer:
    read: dict[str, Tenant] = {}
    for file in arguments.files:
        arguments.file = file  # a broken file is told by its name
        tenant = load_file(file)
        if tenant.id in read:
            raise Mistake(f"the tenant {tenant.id} is in two of the files", "give each tenant once")
        read[tenant.id] = tenant
    store = open_store(arguments)
    # Nothing is put in where one of them can't be.
    there = [id_ for id_ in store.tenants.tenant_ids() if id_ in read]
    if there:
        raise Conflict(problem for id_ in there for problem in Conflict.of(Code.TENANT_EXISTS, value=id_).problems)
    page = Page()
    page.line(good("written"), f": {count(len(read), 'tenant')} into {store.name}")
    page.gap()
    for tenant in read.values():
        store.tenants.create(tenant, at=datetime.now(UTC), reason=arguments.reason)
        page.item(tenant.name, faint(f" ({tenant.id})"), f", version {tenant.version}")
    data: list[Json] = [{"id": each.id, "version": each.version} for each in read.values()]
    return Answer(status=0, page=page, data={"store": store.name, "tenants": data})


IMPORT: Final = Command(
    name="store import",
    summary="Put tenants into a store from their files",
    details=(
        "Each keeps the version that its file says; its log begins there. A tenant that is there already is refused,"
        " and then nothing is put in: to change a tenant use the commands that do, with --store."
    ),
    examples=("store import smartflo.toml puzzel.toml --store sqlite:///centre.db",),
    arguments=_import_arguments,
    run=_import,
)


def _export_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("to", metavar="FILE", help="the file to write: .toml, .json or .yaml")
    store_argument(parser)
    tenant_option(parser)
    parser.add_argument("--version", metavar="N", type=int, help="as it was at this version; the latest unless given")


def _export(arguments: Namespace) -> Answer:
    source = address_source(arguments)
    tenant = source.load() if arguments.version is None else source.at(arguments.version)
    try:
        format_of(arguments.to)
    except MalformedDocument as error:
        raise Mistake(f"can't write `{arguments.to}`: {error.problems[0].message}", error.problems[0].mend) from None
    if Path(arguments.to).exists():
        raise Mistake(f"`{arguments.to}` is there already", "name another file, or take it away first")
    try:
        dump(tenant, arguments.to)
    except OSError as error:
        raise Mistake(f"can't write `{arguments.to}`: {os_words(error)}") from None
    page = Page()
    page.line(good("written"), f": {arguments.to}, {tenant.id} at version {tenant.version}")
    return Answer(
        status=0,
        page=page,
        data={**source.data, "tenant": tenant.id, "version": tenant.version, "to": arguments.to},
    )


EXPORT: Final = Command(
    name="store export",
    summary="Write a tenant of a store into a file",
    details=(
        "The file has everything that the tenant is. Passwords, codes, tokens and presence belong to the store alone."
        " With --version it is the tenant as it was, as far back as the log reaches."
    ),
    examples=("store export kaveri.toml --store sqlite:///centre.db --tenant t-kaveri",),
    arguments=_export_arguments,
    run=_export,
)


# ---- back -----------------------------------------------------------------------------------------------------------


def _undo_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("version", metavar="VERSION", type=int, help="the version that the change led to")
    store_argument(parser)
    tenant_option(parser)
    parser.add_argument(
        "--write", "--apply", action="store_true", help="change the tenant; without it, only show what would change"
    )
    entry_arguments(parser)


def _undo(arguments: Namespace) -> Answer:
    if arguments.reason is None:
        arguments.reason = f"undo of version {arguments.version}"
    source = address_source(arguments)
    tenant = source.load()
    entry = source.entry(arguments.version)
    change = attrs.evolve(entry.change.undo(), base=tenant.version, actor=None)
    try:
        result = change.apply(tenant)
    except Conflict as error:
        return _changed_since(entry.version, error)
    check_kept(tenant, result)
    after = source.write(tenant, change) if arguments.write else None
    page = Page()
    page.line("take back ", strong(f"version {entry.version}"), faint(f" of {tenant.id}"))
    page.gap()
    for line in change.describe():
        page.item(line)
    outcome(page, arguments, after)
    return Answer(
        status=0,
        page=page,
        data={
            "undone": entry.version,
            "changes": list(change.describe()),
            "version": tenant.version if after is None else after.version,
            "written": after is not None,
        },
    )


def _changed_since(version: int, error: Conflict) -> Answer:
    title = f"version {version} can't be taken back: what it edited was changed again since"
    page = Page()
    page.line(bad("error: "), title)
    page.gap()
    for problem in error.problems:
        page.item(strong(problem.where))
    page.line(
        faint("to mend: "),
        "take the later changes back first; `agentprov store log --about KIND:ID` shows them",
        indent=2,
    )
    told: dict[str, Json] = {"message": title, "problems": problem_data(error.problems)}
    return Answer(status=REFUSED, page=page, data={"undone": None, "error": told})


UNDO: Final = Command(
    name="store undo",
    summary="Take one change back, whatever came after it",
    details=(
        "What the change edited becomes again what it was before; the log keeps both. It is refused where any of that"
        " was changed again since: take the later change back first. It is the host who takes back: nobody's rights"
        " are asked, but a tenant with admins keeps one, and roles that are kept apart stay apart."
    ),
    examples=("store undo 2 --store sqlite:///centre.db --tenant t-kaveri --write",),
    arguments=_undo_arguments,
    run=_undo,
)

# ---- the whole ------------------------------------------------------------------------------------------------------


def _nothing(parser: ArgumentParser) -> None:
    del parser  # the commands that it is made of have their own


COMMAND: Final = Command(
    name="store",
    summary="Keep tenants in a database: make it, fill it, read its log, verify it",
    details=(
        "A store is a database: SQLite in a file, sqlite:///FILE.db, or PostgreSQL,"
        " postgresql://USER:PASSWORD@HOST/DATABASE. It needs the extra `sql`, for PostgreSQL `postgres`. Every command"
        " that takes FILE takes --store URL in its place, with --tenant ID where the store has several tenants:"
        " `agentprov who user:edit --store sqlite:///centre.db`.\n\n"
        f"Others on the machine can see a command line, with the password in it. So the address may stand in the"
        f" environment variable {VARIABLE}; then --tenant ID without --store says that the store is meant. The"
        " variables and files of PostgreSQL's own programs work as well: PGPASSWORD, ~/.pgpass."
    ),
    examples=(
        "store init sqlite:///centre.db",
        "store import smartflo.toml --store sqlite:///centre.db",
        "store log --store sqlite:///centre.db",
    ),
    arguments=_nothing,
    run=_init,
    parts=(INIT, UPGRADE, TENANTS, IMPORT, EXPORT, LOG, UNDO, VERIFY),
)

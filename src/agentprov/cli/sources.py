"""Where a command gets its tenant from, and where a change of it goes: a file, or a store."""

from __future__ import annotations

import shlex
import stat
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Final
from uuid import uuid4

from agentprov.cli.mistakes import Mistake, did_you_mean, nearest, os_words
from agentprov.cli.output import Json
from agentprov.cli.stores import OpenStore, open_store, typed_again
from agentprov.codec import dump, load
from agentprov.credentials.passwords import hash_password
from agentprov.errors import Code, Conflict, Refused, Unavailable
from agentprov.model.changes import Change, EventKind
from agentprov.model.ids import TenantId, UserId
from agentprov.model.stored_passwords import StoredPassword
from agentprov.model.tenant import Tenant
from agentprov.provisioning.roster import PASSWORD
from agentprov.repositories import AgentPresence, Committed, Noted, request_digest

MOST_LISTED: Final = 12


def tenant_argument(parser: ArgumentParser) -> None:
    """The arguments of every command that say where its tenant is: in a file, or in a store.

    Whoever reads the command line sets ``stored`` before: where a store is named there is no FILE.
    """
    if not parser.get_default("stored"):
        parser.add_argument("file", metavar="FILE", help="a tenant's file in TOML, JSON or YAML")
    store_argument(parser, f"a store that has the tenant, in place of FILE: {ADDRESSES}")
    tenant_option(parser)


ADDRESSES: Final = "sqlite:///FILE.db or postgresql://USER@HOST/DATABASE"


def store_argument(parser: ArgumentParser, meaning: str = f"the store: {ADDRESSES}") -> None:
    """The argument that names a store."""
    parser.add_argument("--store", metavar="URL", help=meaning)


def tenant_option(parser: ArgumentParser) -> None:
    """The argument that says which tenant of a store."""
    parser.add_argument(
        "--tenant", metavar="ID", help="which tenant of the store; may be left out where it has exactly one"
    )


def load_tenant(arguments: Namespace) -> Tenant:
    """The tenant that a command is about.

    Raises:
        Mistake: the file can't be opened, or the store has no such tenant.
        MalformedDocument: what is in the file isn't a tenant.
        MissingExtra: the library that reads its format, or the store, isn't installed.
        Unavailable, BrokenStore: the store gives no answer, or a wrong one.
    """
    return source_of(arguments).load()


class FileSource:
    """A tenant's file."""

    def __init__(self, path: str) -> None:
        if "://" in path:
            raise Mistake("an address of a store isn't a file", "give it with --store, and leave FILE out")
        self.name = path
        self.actor: UserId | None = None
        self.data: dict[str, Json] = {"file": path}

    def load(self) -> Tenant:
        """The tenant in it."""
        return load_file(self.name)

    PASSWORDS: Final = "checked, and never written to a file"
    """What becomes of passwords."""

    def everybody(self) -> tuple[AgentPresence, ...]:
        """What agents are doing: a file doesn't say."""
        return ()

    def write(self, tenant: Tenant, change: Change) -> Tenant:
        """Apply the change and put the next version in the place of the file, in one step."""
        after = change.apply(tenant)
        try:
            dump(after, self.name)
        except OSError as error:
            raise Mistake(f"can't write `{self.name}`: {os_words(error)}", "the file is as it was") from None
        return after


class StoreSource:
    """A tenant in a store."""

    def __init__(self, arguments: Namespace) -> None:
        self.actor: UserId | None = None
        """Who acts, where they were asked for."""
        self._arguments = arguments
        self._tenant: str | None = arguments.tenant
        self._reason: str | None = getattr(arguments, "reason", None)
        self._given_key: str | None = getattr(arguments, "key", None) if getattr(arguments, "write", True) else None
        self._key = self._given_key or str(uuid4())
        # One command is one request, whether or not it is sent again with its key.
        self._request = request_digest(_asked(arguments))

    @cached_property
    def store(self) -> OpenStore:
        """The store, opened."""
        return open_store(self._arguments)

    @cached_property
    def tenant(self) -> TenantId:
        """The id of the tenant that is meant."""
        return the_tenant(self.store, self._tenant)

    @property
    def name(self) -> str:
        """The tenant and its store, without a password."""
        return f"{self.tenant} in {self.store.name}"

    @property
    def data(self) -> dict[str, Json]:
        """The same for programs."""
        return {"store": self.store.name}

    def undoing(self, version: int) -> str:
        """The command that takes back what led to a version; of an address with a password only that there is one."""
        given = self._arguments.store
        where = [] if given is None else ["--store", typed_again(given)]
        return shlex.join(["agentprov", "store", "undo", str(version), *where, "--tenant", self.tenant])

    def load(self) -> Tenant:
        """The tenant at its latest version.

        Raises:
            Done: this command was carried out before, with this key.
            Conflict: ``idempotency_key.reused``.
        """
        tenants, key = self.store.tenants, self._given_key
        if key is not None and (done := tenants.committed(self.tenant, key)) is not None:
            if done.request != self._request:
                raise Conflict.of(Code.IDEMPOTENCY_KEY_REUSED, "key", value=key)
            raise Done(done)
        return tenants.load(self.tenant)

    def at(self, version: int) -> Tenant:
        """The tenant as it was at a version.

        Raises:
            Mistake: the log doesn't reach there.
        """
        begins, latest = self._reach()
        if not begins <= version <= latest:
            raise Mistake(f"the log doesn't know version {version}", f"it reaches from {begins} to {latest}")
        tenants = self.store.tenants
        tenant = tenants.founding(self.tenant).tenant
        for entry in tenants.changes_since(self.tenant, tenant.version):
            if entry.version <= version:
                tenant = entry.change.apply(tenant)
        return tenant

    def entry(self, version: int) -> Committed:
        """What led to a version.

        Raises:
            Mistake: the log doesn't say.
        """
        begins, latest = self._reach()
        if not begins < version <= latest:
            changes = f"its changes led to versions {begins + 1} to {latest}" if begins < latest else "it has no change"
            raise Mistake(f"the log has no change that led to version {version}", changes)
        return self.store.tenants.changes_since(self.tenant, version - 1)[0]

    def _reach(self) -> tuple[int, int]:
        """From which version to which the log reaches."""
        tenants = self.store.tenants
        return tenants.founding(self.tenant).tenant.version, tenants.load(self.tenant).version

    PASSWORDS: Final = "checked, and kept in the store as a hash"

    def everybody(self) -> tuple[AgentPresence, ...]:
        """What agents are doing, by the presence that the store keeps."""
        return self.store.all.presence.everybody(self.tenant)

    def refused(self, error: Refused) -> None:
        """Note in the audit what was refused, once for its key."""
        noted = Noted(
            key=self._key,
            at=datetime.now(UTC),
            action=self._arguments.command.name,
            actor=self.actor,
            problems=error.problems,
            reason=self._reason,
        )
        self.store.all.audit.note(self.tenant, noted)

    def write(self, tenant: Tenant, change: Change) -> Tenant:
        """Commit the change, once for its key, and keep the hashes of the passwords that come with it."""
        del tenant  # it is what the change was made on, and the store compares
        at = datetime.now(UTC)
        with _told(self._key):
            after = self.store.tenants.commit(change, at=at, key=self._key, request=self._request, reason=self._reason)
        for user, password in _passwords(change, at):
            credentials = self.store.all.credentials
            credentials.put_password(after.id, user, password, expected=credentials.password(after.id, user))
        return after


Source = FileSource | StoreSource


def note_refusal(arguments: Namespace, error: Refused) -> None:
    """Note what a command would have done to a store and may not. Of what was only to be shown nothing is noted."""
    source = getattr(arguments, "source", None)
    if isinstance(source, StoreSource) and getattr(arguments, "write", False):
        source.refused(error)


class Done(Exception):
    """The command was carried out before, with the same key: there is nothing left to do."""

    def __init__(self, entry: Committed) -> None:
        super().__init__(entry.version)
        self.entry = entry


def source_of(arguments: Namespace) -> Source:
    """What the arguments name.

    Raises:
        Mistake: ``--reason`` or ``--key`` without a store, or no address.
    """
    if "source" not in arguments:
        arguments.source = _named(arguments)
    source: Source = arguments.source
    return source


def address_source(arguments: Namespace) -> StoreSource:
    """The same for a command that is about stores alone: without ``--store`` the address is in the environment."""
    source = StoreSource(arguments)
    arguments.source = source
    return source


def _named(arguments: Namespace) -> Source:
    if arguments.stored:
        return StoreSource(arguments)
    for option in ("reason", "key"):
        if getattr(arguments, option, None) is not None:
            raise Mistake(f"--{option} goes with a store: a file has no log", "leave it out, or give --store")
    return FileSource(arguments.file)


def the_tenant(store: OpenStore, named: str | None) -> TenantId:
    """The id of the tenant that is meant: the one that is named, or the only one.

    Raises:
        Mistake: there is none of that id, or several and none is named.
    """
    ids = store.tenants.tenant_ids()
    if named is not None and named in ids:
        return TenantId(named)
    if named is None and len(ids) == 1:
        return ids[0]
    if not ids:
        raise Mistake(f"{store.name} has no tenant", "put one in with `agentprov store import FILE`")
    listed = ", ".join(ids[:MOST_LISTED]) + (f" and {len(ids) - MOST_LISTED:,} more" if len(ids) > MOST_LISTED else "")
    if named is None:
        raise Mistake(f"{store.name} has several tenants", f"say which one with --tenant: {listed}")
    near = did_you_mean(nearest(named, ids), f"there are: {listed}")
    raise Mistake(f"there is no tenant `{named}` in {store.name}", near)


@contextmanager
def _told(key: str) -> Iterator[None]:
    """Whoever isn't told the outcome learns how to ask for it."""
    error = None
    try:
        yield
    except Unavailable as unavailable:
        error = unavailable
    if error is not None:
        raise Mistake(
            f"{error.problems[0].message} ({error.problems[0].code.value})",
            f"run the same command again with --key {key}: what was done isn't done twice",
        )


def _passwords(change: Change, at: datetime) -> Iterator[tuple[UserId, StoredPassword]]:
    """The passwords that come with a change, as they are kept. They are hashed one by one, which takes its time."""
    for event in change.events:
        if event.kind is EventKind.PASSWORD_SET:
            secret = change.secrets.get(event.subject + PASSWORD) or change.secrets["password"]
            hashed = hash_password(secret).reveal()
            yield UserId(event.subject), StoredPassword(hash=hashed, one_time=event.facts["one_time"] == "yes", at=at)


_NOT_ASKED: Final = frozenset(
    {"command", "source", "opened", "stored", "file", "store", "tenant", "write", "key", "reason", "format", "color"}
)
"""What of a command line isn't what is asked of the tenant."""


def _asked(arguments: Namespace) -> dict[str, object]:
    """What is asked of the tenant, as it was typed."""
    given = {name: value for name, value in vars(arguments).items() if name not in _NOT_ASKED}
    return {"command": arguments.command.name, **given}


# ---- files ----------------------------------------------------------------------------------------------------------


def load_file(path: str) -> Tenant:
    """The tenant in a file.

    Raises:
        Mistake: the file can't be opened.
        MalformedDocument: what is in it isn't a tenant.
        MissingExtra: the library that reads its format isn't installed.
    """
    try:
        if stat.S_ISDIR(Path(path).stat().st_mode):
            raise Mistake(f"can't read `{path}`: it is a folder", "name a file in it")
        return load(Path(path))
    except OSError as error:
        raise Mistake(f"can't read `{path}`: {os_words(error)}") from None

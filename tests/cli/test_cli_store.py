"""Commands on stores, and `agentprov store`: the same answers, changes committed with a reason, no password shown."""

from __future__ import annotations

import io
import json
import shlex
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest
from sqlalchemy import make_url

from agentprov.cli import main
from agentprov.cli.parser import COMMANDS
from agentprov.cli.store_commands import COMMAND as STORE
from agentprov.codec import load
from agentprov.credentials.passwords import PasswordHash, verify
from agentprov.model.ids import QueueId, TenantId, UserId
from agentprov.model.secret import Secret
from agentprov.provisioning import disable
from agentprov.repositories import AgentPresence
from agentprov.sql import open_store
from tests.cli.desk import FORM, Desk
from tests.servers import Server

EXAMPLES = Path(__file__).parents[2] / "examples"
DESK = TenantId("t-desk")
BO = UserId("u-bo")


@attrs.frozen
class Shop:
    """The desk's tenant in a store; commands run on it without a FILE."""

    desk: Desk
    url: str

    def run(self, *argv: str) -> Any:
        """Run a command on the store."""
        return self.desk.run(*argv, "--store", self.url)


@pytest.fixture
def shop(desk: Desk, database: str, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A store of each kind, made and filled at the command line."""
    monkeypatch.delenv("AGENTPROV_STORE", raising=False)
    assert 0 == desk.run("store", "init", database).status
    assert 0 == desk.run("store", "import", "FILE", "--store", database, "--reason", "set up").status
    return Shop(desk, database)


@pytest.fixture
def small(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """The same in SQLite alone, for what has nothing to do with the database."""
    monkeypatch.delenv("AGENTPROV_STORE", raising=False)
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    desk.run("store", "init", url)
    desk.run("store", "import", "FILE", "--store", url)
    return Shop(desk, url)


# ---- the same answers -----------------------------------------------------------------------------------------------

QUESTIONS = {
    "check": ("FILE",),
    "can": ("FILE", "u-ada", "user:edit", "--on", "u-bo"),
    "who": ("FILE", "user:edit"),
    "what": ("FILE", "u-ada"),
    "sees": ("FILE", "u-ada"),
    "matrix": ("FILE",),
    "access-lint": ("FILE",),
    "resolve": ("FILE", "u-bo"),
    "set": ("FILE", "ring_timeout", "25"),
    "move": ("FILE", "u-bo", "g-night"),
    "provision": ("FILE", "form.json"),
    "import": ("FILE", "roster.csv"),
    "export": ("FILE",),
    "status": ("FILE", "u-bo", "disable"),
    "referrers": ("FILE", "u-bo"),
    "delete": ("FILE", "number:n-main"),
    "open": ("FILE", "h-day", "--at", "2026-11-23 10:00"),
    "route": ("FILE", "--to", "n-bo", "--from", "+4722334499", "--at", "2026-11-23 10:00"),
    "dial": ("FILE", "u-bo", "+4722334499"),
    "coverage": ("FILE", "--from", "2026-11-23", "--to", "2026-11-23"),
    "flow": ("FILE", "n-main"),
    "sign-in": ("FILE", "u-bo", "--at", "2026-11-23 10:00"),
}


def test_every_command_answers_of_a_store_as_of_a_file(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """CL-1: --store stands in place of FILE and changes nothing else: same status, same data, same words."""
    monkeypatch.chdir(shop.desk.folder)
    shop.desk.write("form.json", json.dumps(FORM))
    shop.desk.write("roster.csv", "login,name\ndag,Dag Moe\n")
    assert {command.name for command in COMMANDS} - {"access-diff", "store"} == QUESTIONS.keys()
    for name, argv in QUESTIONS.items():
        of_store = tuple(each for each in argv if each != "FILE")
        file, store = shop.desk.run(name, *argv, "--format", "json"), shop.run(name, *of_store, "--format", "json")
        assert (name, file.status) == (name, store.status)
        assert without_source(file.data) == without_source(store.data)
        assert "error" not in file.data


def without_source(data: dict[str, Any]) -> Any:
    """The data without where the tenant came from, and without the order in which a file has its objects."""
    return in_any_order({name: value for name, value in data.items() if name not in {"file", "store"}})


def in_any_order(value: Any) -> Any:
    """The same for values that are equal but for the order of lists, and of lines of a text."""
    if isinstance(value, dict):
        return {name: in_any_order(each) for name, each in value.items()}
    if isinstance(value, list):
        return sorted((in_any_order(each) for each in value), key=repr)
    return sorted(value.splitlines()) if isinstance(value, str) else value


def test_the_address_may_stand_in_the_environment(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """CL-1: so no password need be typed. --tenant says that the store is meant; a FILE still means the file."""
    monkeypatch.setenv("AGENTPROV_STORE", shop.url)

    named, file = shop.desk.run("check", "--tenant", "t-desk"), shop.desk.run("check", "FILE")

    assert named.out.startswith("t-desk in ")
    assert file.out.startswith(str(shop.desk.file))
    assert "t-desk" in shop.desk.run("store", "tenants").out
    assert "add --tenant ID" in shop.desk.run("can", "u-ada", "user:edit").err


def test_where_there_are_several_tenants_one_is_named(small: Shop) -> None:
    """CL-1: otherwise all are listed; for one that isn't there the nearest is suggested."""
    one = small.run("check")
    other = small.desk.write("other.toml", small.desk.file.read_text().replace("t-desk", "t-other"))
    small.run("store", "import", other)

    both, named, wrong = (
        small.run("check"),
        small.run("check", "--tenant", "t-other"),
        small.run("check", "--tenant", "t-othr"),
    )

    assert [0, 2, 0, 2] == [one.status, both.status, named.status, wrong.status]
    assert "--tenant: t-desk, t-other" in both.err
    assert "did you mean `t-other`?" in wrong.err


# ---- changes --------------------------------------------------------------------------------------------------------


def test_a_change_is_committed_with_who_and_why(shop: Shop) -> None:
    """CL-1, ST-5: shown without --write; with it committed, and in the log with actor, reason and what it changed."""
    shown = shop.run("move", "u-bo", "g-night", "--by", "u-ada")
    done = shop.run("move", "u-bo", "g-night", "--by", "u-ada", "--write", "--reason", "asked for")
    logged = shop.run("store", "log", "--format", "json").data

    assert [0, 0] == [shown.status, done.status]
    assert "nothing is written" in shown.out
    assert "now version 2" in done.out
    (entry,) = logged["entries"]
    assert (2, "u-ada", "asked for") == (entry["version"], entry["actor"], entry["reason"])
    assert ["user u-bo: user_group g-day -> g-night"] == entry["changes"]
    assert (1, "set up") == (logged["begins"]["version"], logged["begins"]["reason"])


def test_a_command_with_a_key_is_done_once(shop: Shop) -> None:
    """ST-2: sent again it says what was done; the key with another command is refused, status 1."""
    command = ("status", "u-bo", "disable", "--write", "--key", "k-1")

    first, again = shop.run(*command), shop.run(*command, "--format", "json")
    other = shop.run("status", "u-cai", "disable", "--write", "--key", "k-1")

    assert [0, 0, 1] == [first.status, again.status, other.status]
    assert (2, False) == (again.data["version"], again.data["written"])
    assert ["user u-bo: status active -> disabled"] == again.data["changes"]
    assert "idempotency_key.reused" in other.err
    assert "done before" in shop.run(*command).out


class Meanwhile(io.StringIO):
    """A form on the standard input, while which is typed something else happens."""

    def __init__(self, text: str, happens: Callable[[], object]) -> None:
        super().__init__(text)
        self._happens = happens

    def read(self, size: int | None = -1, /) -> str:
        """The form; the first time something happens before."""
        self._happens()
        return super().read(size)


def test_who_comes_too_late_is_told_of_the_conflict(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """ST-2: somebody changed the tenant between reading and writing: status 1, and nothing is written."""

    def meanwhile() -> None:
        with open_store(shop.url) as store:
            store.tenants.commit(disable(store.tenants.load(DESK), BO, by=None, live=None), at=datetime.now(UTC))

    monkeypatch.setattr(sys, "stdin", Meanwhile(json.dumps(FORM), meanwhile))
    ran = shop.run("provision", "-", "--write")

    assert (1, "") == (ran.status, ran.out)
    assert "somebody else was first" in ran.err
    assert "conflict.stale" in ran.err
    assert "u-dag" not in shop.run("store", "log").out


def test_presence_of_the_store_is_asked(shop: Shop) -> None:
    """LC-2: nothing is assumed: who by the store is logged on to a queue isn't moved, and the refusal is noted."""
    with open_store(shop.url) as store:
        present = AgentPresence(user=BO, at=datetime.now(UTC), queues=[QueueId("q-sales")])
        store.presence.put_presence(DESK, present, expected=None)

    shown = shop.run("move", "u-bo", "g-night")
    refused = shop.run("move", "u-bo", "g-night", "--write", "--by", "u-ada", "--reason", "night shift")
    other = shop.run("move", "u-cai", "g-night")

    assert [1, 1, 0] == [shown.status, refused.status, other.status]
    assert "user.logged_on_queue" in refused.err
    assert "assumed: nobody is logged on" not in other.out
    (note,) = shop.run("store", "log", "--format", "json").data["entries"]
    assert ("note", "move", "u-ada", "night shift") == (note["type"], note["action"], note["actor"], note["reason"])
    assert ["user.logged_on_queue"] == [each["code"] for each in note["problems"]]
    assert "refused" in shop.run("store", "log").out


def test_a_refused_deletion_is_noted_too(small: Shop) -> None:
    """ST-5: every refusal of a command that would have written is in the audit, and none of one that only shows."""
    small.run("delete", "u-bo")
    small.run("delete", "u-bo", "--write")

    (note,) = small.run("store", "log", "--format", "json").data["entries"]

    assert ("delete", ["reference.in_use"]) == (note["action"], [each["code"] for each in note["problems"]])


def test_a_password_of_a_form_is_kept_as_a_hash(small: Shop) -> None:
    """CR-7: what comes with the change can be signed in with; the password itself is nowhere."""
    password = "correct horse battery staple"
    form = small.desk.write("form.json", json.dumps({**FORM, "password": password}))

    ran = small.run("provision", form, "--write")

    assert "kept in the store as a hash" in ran.out
    with open_store(small.url) as store:
        kept = store.credentials.password(DESK, UserId("u-dag"))
    assert kept is not None
    assert "matches" == verify(PasswordHash(kept.hash), Secret(password)).value
    assert password.encode() not in (small.desk.folder / "desk.db").read_bytes()
    assert password not in ran.out + ran.err + small.run("store", "log", "--format", "json").out


def test_passwords_of_a_roster_are_kept_and_the_import_can_be_undone(small: Shop) -> None:
    """PV-4, CR-7: no file is kept beside a store, its log has the change; passwords of each row are hashed."""
    roster = small.desk.write("roster.csv", "login,name,password\ndag,Dag Moe,correct horse battery staple\n")

    ran = small.run("import", roster, "--write", "--format", "json")

    assert (0, None) == (ran.status, ran.data["backup"])
    with open_store(small.url) as store:
        assert store.credentials.password(DESK, UserId("u-dag")) is not None
    assert 0 == small.run("store", "undo", "2", "--write").status
    with open_store(small.url) as store:
        assert "u-dag" not in store.tenants.load(DESK).users
        assert store.credentials.password(DESK, UserId("u-dag")) is None


def test_who_is_not_told_the_outcome_is_told_the_key(
    desk: Desk, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ST-2: the connection is lost before the answer: status 2, and with the key it is done once, or was."""
    name = postgres.new_database()
    url = postgres.url(name)
    desk.run("store", "init", url)
    desk.run("store", "import", "FILE", "--store", url)

    def meanwhile() -> None:
        postgres.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        postgres.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")  # noqa: S608

    monkeypatch.setattr(sys, "stdin", Meanwhile(json.dumps(FORM), meanwhile))
    command = ("provision", "-", "--write", "--store", url)
    lost = desk.run(*command)
    postgres.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert (2, "") == (lost.status, lost.out)
    assert "store.unavailable" in lost.err
    key = lost.err.split("--key ")[1].split(":")[0]
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(FORM)))
    again = desk.run(*command, "--key", key)

    assert 0 == again.status
    assert 1 == len(desk.run("store", "log", "--store", url, "--format", "json").data["entries"])


# ---- back, and between versions -------------------------------------------------------------------------------------


def test_one_change_is_taken_back_whatever_came_after(shop: Shop) -> None:
    """PV-9: the undo is a change of its own, with its reason; what came after stays."""
    shop.run("move", "u-bo", "g-night", "--write")
    shop.run("status", "u-cai", "disable", "--write")

    shown, done = shop.run("store", "undo", "2"), shop.run("store", "undo", "2", "--write")

    assert "nothing is written" in shown.out
    assert "now version 4" in done.out
    with open_store(shop.url) as store:
        users = store.tenants.load(DESK).users
    assert ("g-day", "disabled") == (users[BO].user_group, users[UserId("u-cai")].status)
    assert "undo of version 2" in shop.run("store", "log").out


def test_how_to_undo_is_told_with_the_address(shop: Shop) -> None:
    """CL-1, CR-7: what is told to be typed works as it stands, unless there is a password in the address."""
    told = shop.run("move", "u-bo", "g-night", "--write").out.partition("to undo: agentprov ")[2]
    assert "take back version 2" in shop.desk.run(*shlex.split(told)).out
    if shop.url.startswith("sqlite"):
        return

    with_password = make_url(shop.url).set(password=f"x {SECRET}").render_as_string(hide_password=False)
    ran = shop.desk.run("move", "u-bo", "none", "--write", "--store", with_password)
    assert "agentprov store undo 3 --store URL --tenant t-desk" in ran.out
    assert SECRET not in ran.out
    in_a_parameter = f"{shop.url}{'&' if '?' in shop.url else '?'}password={SECRET}"
    assert SECRET not in shop.desk.run("store", "undo", "3", "--write", "--store", in_a_parameter).out


def test_what_was_changed_again_is_not_taken_back(shop: Shop) -> None:
    """PV-9: status 1, and the object is named."""
    shop.run("move", "u-bo", "g-night", "--write")
    shop.run("move", "u-bo", "none", "--write")

    ran, data = shop.run("store", "undo", "2", "--write"), shop.run("store", "undo", "2", "--format", "json").data

    assert (1, "users.u-bo" in ran.out) == (ran.status, True)
    assert ["conflict.changed"] == [each["code"] for each in data["error"]["problems"]]


def test_no_undo_leaves_a_tenant_without_admins(rights: Desk, tmp_path: Path) -> None:
    """AC-5: what nobody may do the host may not do by an undo either: Ada was closed and opened, then Finn closed."""
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    rights.run("store", "init", url)
    rights.run("store", "import", "FILE", "--store", url)
    for user, operation in (("u-ada", "disable"), ("u-ada", "enable"), ("u-finn", "disable")):
        assert 0 == rights.run("status", user, operation, "--store", url, "--write").status

    ran = rights.run("store", "undo", "3", "--store", url, "--write")

    assert (1, "") == (ran.status, ran.out)
    assert "admin.last" in ran.err


def test_versions_are_compared_and_exported(shop: Shop) -> None:
    """CL-1, ST-5: who gained or lost what since a version, and the tenant as it was then."""
    before = load(shop.desk.file)
    shop.run("status", "u-ada", "disable", "--write")
    file = str(shop.desk.folder / "then.json")

    diff, same = shop.run("access-diff", "1"), shop.run("access-diff", "1", "1")
    exported = shop.run("store", "export", file, "--version", "1")

    assert [1, 0, 0] == [diff.status, same.status, exported.status]
    assert "lost" in diff.out
    assert before == load(Path(file))
    assert "is there already" in shop.run("store", "export", file).err
    assert "it reaches from 1 to 2" in shop.run("access-diff", "7").err


# ---- the store itself -----------------------------------------------------------------------------------------------


def test_making_tables_again_changes_nothing(desk: Desk, database: str) -> None:
    """ST-4: init says whether there was anything to do; upgrade too, and from which schema."""
    first, again, newest = (
        desk.run("store", *argv) for argv in (("init", database), ("init", "--store", database), ("upgrade", database))
    )

    assert [0, 0, 0] == [first.status, again.status, newest.status]
    assert "the tables are made" in first.out
    assert "there already" in again.out
    assert "is the newest" in newest.out


def test_an_upgrade_says_its_steps(desk: Desk, database: str) -> None:
    """ST-4: from no tables at all, each schema on the way is named."""
    if database.startswith("sqlite"):
        Path(database.removeprefix("sqlite:///")).touch()  # one that isn't there is more likely mistyped
    ran = desk.run("store", "upgrade", database, "--format", "json")

    assert (0, 0) == (ran.status, ran.data["before"])
    assert [*range(1, len(ran.data["steps"]) + 1)] == ran.data["steps"]


def test_a_tenant_that_is_there_is_not_put_in_again(shop: Shop) -> None:
    """ST-1: and then none of the files is: status 1."""
    other = shop.desk.write("other.toml", shop.desk.file.read_text().replace("t-desk", "t-other"))

    ran = shop.run("store", "import", other, str(shop.desk.file))

    assert (1, "") == (ran.status, ran.out)
    assert "tenant.exists" in ran.err
    assert "1 tenant" in shop.run("store", "tenants").out


def test_the_log_is_asked_for_what_is_wanted(shop: Shop) -> None:
    """ST-5: about an object, by an actor, between instants, the latest so many; also of who isn't there any more."""
    shop.run("move", "u-bo", "g-night", "--write", "--by", "u-ada")
    shop.run("status", "u-cai", "disable", "--write")

    def versions(*options: str) -> list[int]:
        data = shop.run("store", "log", *options, "--format", "json").data
        return [entry["version"] for entry in data["entries"]]

    assert [2, 3] == versions()
    assert [2] == versions("--about", "user:u-bo")
    assert [] == versions("--about", "user:u-nobody")
    assert [2] == versions("--actor", "ada")
    assert [] == versions("--actor", "u-nobody")
    assert [2, 3] == versions("--since", "2026-01-01T00:00Z")
    assert [] == versions("--until", "2026-01-01T00:00Z")
    assert [3] == versions("--limit", "1")
    assert "the latest 1; more with --limit" in shop.run("store", "log", "--limit", "1").out


def test_a_damaged_store_is_verified_with_faults(small: Shop) -> None:
    """ST-5: status 0 and `whole`, or 1 with every fault and its place."""
    import sqlite3  # what somebody does by hand

    whole = small.run("store", "verify")
    connection = sqlite3.connect(small.desk.folder / "desk.db")
    connection.execute("DELETE FROM agentprov_unique_values WHERE field = 'login' AND value = 'bo'")
    connection.commit()
    connection.close()
    broken, data = small.run("store", "verify"), small.run("store", "verify", "--format", "json").data

    assert [0, 1] == [whole.status, broken.status]
    assert "whole" in whole.out
    assert "unique_values.t-desk.login.u-bo" in broken.out
    assert ["store.lookup_wrong"] == [each["code"] for each in data["faults"]]


# ---- what is wrong --------------------------------------------------------------------------------------------------

SECRET = "geheim"
WRONG = {
    "no address": (("check", "--store", f"u:{SECRET}@h"), "this is no address of a store"),
    "nobody there": (("check", "--store", f"postgresql://u:{SECRET}@127.0.0.1:1/d"), "gives no answer"),
    "nobody there, to be made": (("store", "init", f"postgresql://u:{SECRET}@127.0.0.1:1/d"), "gives no answer"),
    "in a parameter": (
        ("check", "--store", f"postgresql://127.0.0.1:1/d?user=u&password={SECRET}"),
        "postgresql://127.0.0.1:1/d gives no answer",
    ),
    "another database": (("check", "--store", f"mysql://u:{SECRET}@h/d"), "store.address"),
    "no port": (("check", "--store", f"postgresql://u:{SECRET}@h:x/d"), "store.address"),
    "as a file": (("check", f"postgresql://u:{SECRET}@h/d"), "give it with --store"),
    "as a user": (("can", "FILE", f"postgresql://u:{SECRET}@h/d", "user:edit"), "there is no user"),
    "misspelt": (("check", "FILE", "--stor", f"postgresql://u:{SECRET}@h/d"), "unrecognized arguments"),
    "an @ in it": (("check", "FILE", "--stor", f"postgresql://u:x@{SECRET}@h/d"), "unrecognized arguments"),
    "a space in it": (("check", "FILE", "--stor", f"postgresql://u:x {SECRET}@h/d"), "unrecognized arguments"),
    "as a command": ((f"postgresql://u:{SECRET}@h/d",), "invalid choice"),
    "as a number": (("store", "undo", f"postgresql://u:{SECRET}@h/d"), "invalid int value"),
    "twice": (("store", "init", f"postgresql://u:{SECRET}@h/d", "--store", "sqlite:///x"), "named twice"),
    "with a FILE": (("check", "FILE", "--store", "sqlite:///x"), "there is no FILE"),
    "neither": (("check",), "or --store URL in place of FILE"),
    "no address at all": (("check", "--tenant", "t-desk"), "set AGENTPROV_STORE"),
    "an empty address": (("check", "--store="), "which store isn't said"),
    "two slashes": (("check", "--store", "sqlite://desk.db"), "three slashes: sqlite:///desk.db"),
    "no such file": (("check", "--store", "sqlite:///none.db"), "there is no database `none.db`"),
    "a folder": (("check", "--store", "sqlite:////tmp"), "it is a folder"),
    "no such file to upgrade": (("store", "upgrade", "sqlite:///none.db"), "there is no database `none.db`"),
    "too long a name": (("check", "--store", f"sqlite:///{'x' * 300}.db"), "file name too long"),
    "no folder": (("store", "init", "sqlite:///none/desk.db"), "there is no folder `none`"),
    "in memory": (("store", "init", "sqlite://"), "ends with the command"),
    "a reason for a file": (("move", "FILE", "u-bo", "none", "--reason", "x"), "--reason goes with a store"),
    "a key for a file": (("move", "FILE", "u-bo", "none", "--key", "x"), "--key goes with a store"),
}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("format_", ["text", "json"])
def test_what_is_wrong_is_told_without_the_password(
    desk: Desk, wrong: str, format_: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CL-1, CR-7: status 2, in words, and whatever was typed wrong: a password in an address is never shown."""
    monkeypatch.chdir(desk.folder)
    monkeypatch.delenv("AGENTPROV_STORE", raising=False)
    argv, told = WRONG[wrong]

    ran = desk.run(*argv, "--format", format_)

    assert 2 == ran.status
    assert told in ran.out + ran.err
    assert SECRET not in ran.out + ran.err
    assert [desk.file] == list(desk.folder.iterdir())


TYPED = {
    "no tenant": (("check",), "has no tenant"),
    "no kind": (("store", "log", "--about", "usr:u-bo"), "`usr` is no kind of object"),
    "no object": (("store", "log", "--about", "u-bo"), "write it like user:u-bo"),
    "no limit": (("store", "log", "--limit", "0"), "--limit takes a number"),
    "no format": (("store", "export", "desk.doc"), "`.doc` is not a known format"),
    "no place": (("store", "export", "none/desk.toml"), "can't write `none/desk.toml`"),
    "no version": (("store", "export", "desk.json", "--version", "9"), "it reaches from 1 to 1"),
    "no change": (("store", "undo", "1"), "it has no change"),
    "twice": (("store", "import", "FILE", "FILE"), "is in two of the files"),
}


@pytest.mark.parametrize("typed", TYPED)
def test_wrong_arguments_are_mistakes(small: Shop, typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """CL-1: status 2, told in words, with what to do."""
    monkeypatch.chdir(small.desk.folder)
    argv, told = TYPED[typed]
    if typed == "no tenant":
        empty = f"sqlite:///{small.desk.folder / 'empty.db'}"
        small.desk.run("store", "init", empty)
        small = Shop(small.desk, empty)

    ran = small.run(*argv)

    assert (2, "") == (ran.status, ran.out)
    assert told.replace("user:u-bo", "user:") in ran.err


def test_a_broken_file_is_named_at_import(small: Shop) -> None:
    """CL-1: which of several it is."""
    broken = small.desk.write("broken.toml", "agentprov = 1")

    ran = small.run("store", "import", "FILE", broken)

    assert 2 == ran.status
    assert f"{broken} is broken" in ran.err


def test_a_file_that_cant_be_opened_is_told(small: Shop) -> None:
    """CL-1, ST-2: status 2 and the name of the file; nobody is asked about servers and passwords."""
    file = small.desk.folder / "desk.db"
    (small.desk.folder / "desk.db-wal").mkdir()
    ran = small.run("check")

    assert 2 == ran.status
    assert f"can't open sqlite:///{file}: the file can't be opened" in ran.err
    assert "password" not in ran.err


def test_a_database_that_isnt_there_is_told(shop: Shop) -> None:
    """CL-1, ST-2: status 2, and not that the server is down."""
    if shop.url.startswith("sqlite"):
        pytest.skip("a file that isn't there is told before it is opened")
    url = make_url(shop.url).set(database="none_of_that_name").render_as_string(hide_password=False)

    ran = shop.desk.run("check", "--store", url)

    assert 2 == ran.status
    assert "/none_of_that_name: there is no such database (store.refused)" in ran.err


def test_a_store_without_tables_says_how_to_make_them(desk: Desk, database: str) -> None:
    """ST-4: status 2: nothing was found out."""
    if database.startswith("sqlite"):
        Path(database.removeprefix("sqlite:///")).touch()
    ran = desk.run("check", "--store", database, "--format", "json")

    assert 2 == ran.status
    assert ["store.schema_missing"] == [each["code"] for each in ran.data["error"]["problems"]]


@pytest.mark.parametrize(
    ("module", "url", "extra"),
    [("sqlalchemy", "sqlite:///desk.db", "sql"), ("psycopg", "postgresql://h/d", "postgres")],
)
def test_a_missing_library_is_named(
    small: Shop, module: str, url: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CL-1: only whoever names a store needs the extras; without them the one that is missing is named."""
    monkeypatch.chdir(small.desk.folder)
    monkeypatch.setitem(sys.modules, module, None)
    if module == "sqlalchemy":
        monkeypatch.delitem(sys.modules, "agentprov.sql")

    ran = small.desk.run("check", "--store", url, "--format", "json")

    assert 2 == ran.status
    (problem,) = ran.data["error"]["problems"]
    assert ("extra.missing", extra) == (problem["code"], problem["parameters"]["extra"])
    assert 0 == small.desk.run("check", "FILE").status


# ---- help -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", STORE.parts, ids=[part.name for part in STORE.parts])
def test_the_help_of_each_part(part: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """CL-1: `agentprov store --help` lists it, and its own help shows examples of it."""
    assert 0 == main(["store", "--help"])
    assert f"\n    {part.name.split()[1]} " in capsys.readouterr().out
    assert 0 == main([*part.name.split(), "--help"])

    out = capsys.readouterr().out
    assert all(f"  $ agentprov {example}" in out and example.startswith(part.name) for example in part.examples)


def test_the_examples_of_the_help_work_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """CL-1: what the help shows can be typed as it stands, a store's first making before its last verification."""
    shutil.copytree(EXAMPLES, tmp_path / "examples")
    monkeypatch.chdir(tmp_path / "examples")
    typed = [example for part in STORE.parts for example in part.examples if "postgresql" not in example]
    typed.insert(
        next(at for at, example in enumerate(typed) if example.startswith("store undo")),
        "status u-ravi disable --store sqlite:///centre.db --tenant t-kaveri --write",
    )
    for example in typed:
        named = example if "--tenant" in example or "log" not in example else f"{example} --tenant t-kaveri"
        assert (example, 0, "") == (example, main(shlex.split(named)), capsys.readouterr().err)

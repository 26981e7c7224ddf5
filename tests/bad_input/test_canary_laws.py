"""P75: a random text in every secret field is seen nowhere, whatever is done with it and however that ends (CR-7)."""

from __future__ import annotations

import io
import json
import logging
import string
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentprov.cli import main
from agentprov.cli.forms import read_form
from agentprov.cli.mistakes import Mistake
from agentprov.credentials.passwords import (
    CHEAPEST,
    OneTimePassword,
    PasswordHash,
    generate_password,
    hash_password,
    needs_rehash,
    verify,
)
from agentprov.errors import AgentprovError
from agentprov.model.changes import Change
from agentprov.model.passwords import PasswordPolicy, below_standard, check_password, describe
from agentprov.model.secret import Secret
from agentprov.model.stored_passwords import StoredPassword
from agentprov.provisioning import create_user, delete_user, move_user, set_property, update_user
from tests.bad_input.rows import Row
from tests.bad_input.running import unseen
from tests.bad_input.showing import chain, logged, of_change, of_error, of_value
from tests.bad_input.table import ROWS
from tests.bad_input.world import ACME, ANNA, NEW, a_world
from tests.cli.desk import DESK, FORM
from tests.provisioning.samples import ADMIN, AT, LOGGED_OFF, a_form

FIELD_ROWS = [row for row in ROWS if row.field not in {"", "password"} and row.plan == "smartflo"]


def canaries() -> st.SearchStrategy[str]:
    """Texts of 24 characters that nothing else contains, and that a password's policy accepts."""
    text = st.text(string.ascii_letters + string.digits, min_size=24, max_size=24)
    return text.filter(lambda drawn: len({*drawn.lower()}) >= 12)


def misplaced(canary: str) -> list[object]:
    """The canary as a value of the password's field: good, faulty in each way there is, and of another kind."""
    texts = [canary, f"{canary}\u200b", canary * 200, f"{canary}\ud800", f"ravi{canary}", canary[:12]]
    return [*texts, *map(Secret, texts), [canary], {canary: canary}, (Secret(canary),), canary.encode()]


def everything_shown(attempt: Callable[[], object]) -> Iterator[str]:
    """All that is seen of an attempt: what it gives, or its error, and what was logged meanwhile."""
    with logged() as log:
        try:
            given = attempt()
        except AgentprovError as error:
            yield from of_error(error)
        else:
            yield from of_change(given) if isinstance(given, Change) else of_value(given)
            logging.getLogger("host").warning("done: %s %r", given, given)
    yield log.getvalue()


def check(attempt: Callable[[], object], canary: str, *more: str) -> None:
    """Nothing of an attempt shows the canary, nor its first half, which may have been cut off elsewhere."""
    unseen(list(everything_shown(attempt)), secrets=(canary[:12], *more))


@given(canaries(), st.data(), st.sampled_from(FIELD_ROWS), st.sampled_from([ADMIN, None, "u-lead", "u-who"]))
def test_no_command_shows_the_password_of_a_form(canary: str, data: st.DataObject, row: Row, by: str | None) -> None:
    """P75: creating and updating, with a fault in another field or none, by whoever may and may not."""
    value = data.draw(st.sampled_from(misplaced(canary)))
    world = a_world()
    form = a_form(password=value, **({row.field: row.value} if data.draw(st.booleans()) else {}))
    generated = data.draw(st.sampled_from([None, Secret(canary)]))
    if generated is not None and data.draw(st.booleans()):
        form = {**form, "password": None, "generate_password": True}
    check(lambda: create_user(world.tenant, form, by=by, id=NEW, at=AT, generated=generated), canary)
    some = {"password": value, "name": "Anna Berg", "pasword": "x", row.field: row.value}
    check(lambda: update_user(world.tenant, ANNA, some, by=by, at=AT), canary)
    check(lambda: update_user(world.tenant, ANNA, {"password": value}, by=by, at=AT), canary)


@given(canaries())
def test_nothing_that_is_stored_or_told_has_the_password(canary: str) -> None:
    """P75, ST-5: neither the tenant, nor the log of changes, nor what comes after, nor a conflict about it."""
    world = a_world()
    change = create_user(world.tenant, a_form(password=Secret(canary)), by=ADMIN, id=NEW, at=AT)
    assert canary == change.secrets["password"].reveal()
    world.commit(change)
    check(lambda: change, canary)
    check(change.undo, canary)
    check(lambda: world.commit(change), canary)
    check(lambda: world.tenants.changes_since(ACME, 7), canary)
    check(lambda: world.tenant.users[NEW], canary)
    check(lambda: update_user(world.tenant, NEW, {"name": "Ravi"}, by=ADMIN), canary)
    check(lambda: move_user(world.tenant, NEW, to="g-sales", by=ADMIN, live=LOGGED_OFF), canary)
    check(lambda: set_property(world.tenant, "wrap_up.phone", 5, user=NEW, by=ADMIN), canary)
    check(lambda: delete_user(world.tenant, NEW, by=ADMIN, at=AT, live=LOGGED_OFF), canary)
    unseen([repr(world.state())], secrets=(canary,))


@given(canaries(), st.data())
def test_no_credential_shows_itself(canary: str, data: st.DataObject) -> None:
    """P75: hashing, verifying and storing passwords, whatever is given in their place."""
    value = data.draw(st.sampled_from([Secret(text) for text in misplaced(canary) if isinstance(text, str)]))
    world, policy = a_world(), PasswordPolicy(banned=[canary], min_digits=1)
    check(lambda: hash_password(value, CHEAPEST), canary)
    check(lambda: verify(hash_password(Secret(canary), CHEAPEST), value, CHEAPEST), canary)
    check(lambda: verify(PasswordHash(canary), value, CHEAPEST), canary)
    check(lambda: needs_rehash(PasswordHash(canary), CHEAPEST), canary)
    check(lambda: check_password(policy, value, login=canary), canary)
    check(lambda: (describe(policy), below_standard(policy)), canary)
    check(lambda: OneTimePassword(secret=Secret(canary)), canary)
    stored = StoredPassword(hash=hash_password(Secret(canary), CHEAPEST).reveal(), one_time=True, at=AT)
    check(lambda: stored, canary)
    check(lambda: world.credentials.put_password(ACME, ANNA, stored, expected=None), canary)
    made = generate_password(PasswordPolicy())
    unseen(list(of_value(made)), secrets=(made.secret.reveal(),))


def command(folder: Path, text: str, suffix: str, *options: str, piped: bool) -> str:
    """Everything that `agentprov provision` prints, and what is in the tenant's file afterwards."""
    tenant, form = folder / "desk.toml", folder / f"form.{suffix}"
    tenant.write_text(DESK, encoding="utf-8")
    form.write_text(text, encoding="utf-8", errors="surrogatepass")
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), mock_stdin(text):
        main(["provision", str(tenant), "-" if piped else str(form), *options])
    return out.getvalue() + err.getvalue() + tenant.read_text(encoding="utf-8")


def mock_stdin(text: str) -> mock._patch[io.StringIO]:
    """The text, typed in."""
    return mock.patch.object(sys, "stdin", io.StringIO(text))


def written(form: dict[str, object], suffix: str) -> str:
    """A form in JSON or TOML."""
    if suffix == "json":
        return json.dumps(form)
    return "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in form.items())


@given(canaries(), st.data())
def test_the_command_line_shows_no_password_of_a_form(canary: str, data: st.DataObject) -> None:
    """P75, CL-1: a form that is fine, faulty, refused or no form at all; text and JSON; tried and written."""
    faults: dict[str, object] = data.draw(
        st.sampled_from([{}, {"login": "a b"}, {"email": 5}, {"nobody": 1}, {"password": [canary]}, {"name": None}])
    )
    suffix = data.draw(st.sampled_from(["json", "toml"]))
    fields = {key: value for key, value in {**FORM, "password": canary, **faults}.items() if value is not None}
    text = written(fields, suffix)
    spoilt = data.draw(
        st.sampled_from([text, text[:-1], text + "]", text + text, text.replace('"', "'", 1), "\0" + text])
    )
    options = data.draw(st.lists(st.sampled_from(["--write", "--by=u-ada", "--by=u-x", "--format=json"]), unique=True))
    with TemporaryDirectory() as folder:
        shown = command(Path(folder), spoilt, suffix, *options, piped=data.draw(st.booleans()))
    unseen([shown], secrets=(canary,))


@pytest.mark.parametrize("suffix", ["json", "toml"])
@pytest.mark.parametrize("spoil", ["{} ]", '{{"a": 1, {}', "\ud800{}", "{0} = 1\n{0} = 2"])
def test_a_form_that_can_not_be_read_leaves_nothing_behind(tmp_path: Path, suffix: str, spoil: str) -> None:
    """P75: the errors of the libraries that read it hold its whole text, so none of them is in the chain."""
    canary = "q7Zw2kLx9RtV4mNbY8cHs3Dj"
    path = tmp_path / f"form.{suffix}"
    path.write_text(spoil.format(f'"{canary}"'), encoding="utf-8", errors="surrogatepass")
    with pytest.raises(Mistake) as caught:
        read_form(str(path))
    texts = [f"{each!r} {each} {vars(each)} {getattr(each, 'object', '')!r}" for each in chain(caught.value)]
    assert [] == [text for text in texts if canary in text and "is given twice" not in text]


@attrs.frozen
class Careless:
    """A value that keeps a password as text."""

    password: str


def test_the_canary_would_be_found() -> None:
    """P75: the search itself sees a text where one is shown, at each place it looks at."""
    canary = "q7Zw2kLx9RtV4mNbY8cHs3Dj"
    for shown in (lambda: Careless(canary), lambda: {"password": canary}, lambda: canary):
        with pytest.raises(AssertionError):
            check(shown, canary)


def test_a_world_is_left_as_it_was() -> None:
    """P75: what is compared is everything a row can change, also a single password."""
    one, two = a_world(), a_world()
    assert one.state() == two.state()
    two.credentials.remove_password(ACME, ANNA)
    assert one.state() != two.state()

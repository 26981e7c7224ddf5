"""``agentprov provision``: a new user from a form."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from agentprov.cli.commands import Command
from agentprov.cli.forms import read_form
from agentprov.cli.mistakes import Mistake
from agentprov.cli.output import Answer, Page, bad, faint, plain_data, strong, warn
from agentprov.cli.refusals import REFUSED, count, problem_data, problem_page
from agentprov.cli.sources import load_tenant, source_of, tenant_argument
from agentprov.cli.writing import actor_of, assumptions, change_arguments, outcome, write
from agentprov.codec import encode_value
from agentprov.credentials.passwords import generate_password
from agentprov.errors import InvalidValue
from agentprov.model.changes import Change
from agentprov.model.departments import Department
from agentprov.model.ids import UserId
from agentprov.model.secret import Secret
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from agentprov.provisioning import create_user


def _arguments(parser: ArgumentParser) -> None:
    tenant_argument(parser)
    parser.add_argument(
        "form", metavar="FORM", help="field names and values in a JSON or TOML file, or - for the standard input"
    )
    parser.add_argument("--id", metavar="ID", help="the new user's id; `u-` and the login if left out")
    change_arguments(parser)
    parser.add_argument(
        "--show-secrets", action="store_true", help="with --format json: put a generated password into the output"
    )


def _run(arguments: Namespace) -> Answer:
    tenant = load_tenant(arguments)
    form = read_form(arguments.form)
    by = actor_of(tenant, arguments)
    id_ = None if arguments.id is None else UserId(arguments.id)
    generated = _generated(tenant, form)
    try:
        change = create_user(tenant, form, by=by, id=id_, at=datetime.now(UTC), generated=generated)
    except InvalidValue as error:
        return _violations(tenant, arguments.form, error)
    shown = generated is not None and (arguments.show_secrets if arguments.format == "json" else sys.stdout.isatty())
    if generated is not None and arguments.write and not shown:
        raise Mistake(
            "the generated password would be lost: it is shown once, on a terminal",
            "run the command in a terminal, or add --format json --show-secrets",
        )
    after = write(tenant, change, arguments) if arguments.write else None
    user = next(edit.after for edit in change.edits if isinstance(edit.after, User))
    page = _page(change, user)
    if generated is not None:
        page.gap()
        # Only a password that goes with a user who is stored is worth a look.
        once = "made and shown once with --write" if after is None else generated.reveal()
        page.line("password", "" if after is None else ", shown this once", ": ", strong(once))
    elif "password" in change.secrets:
        page.gap()
        page.line(f"password: the one in the form; it is {source_of(arguments).PASSWORDS}")
    page.gap()
    if by is None:
        assumptions(page, "whoever does it may; ask somebody's rights with --by ACTOR")
    outcome(page, arguments, after)
    return Answer(
        status=0,
        page=page,
        data={
            "user": user.id,
            "fields": plain_data(encode_value(user)),
            "changes": list(change.describe()),
            "warnings": problem_data(change.warnings),
            "password": generated.reveal() if generated is not None and shown and after is not None else None,
            "version": tenant.version if after is None else after.version,
            "written": after is not None,
        },
    )


def _generated(tenant: Tenant, form: Mapping[str, object]) -> Secret | None:
    """A password for a form that asks for one."""
    if form.get("generate_password") is not True:
        return None
    login = form.get("email" if form.get("login_same_as_email") is True else "login")
    return generate_password(tenant.blueprint.password_policy, login=login if isinstance(login, str) else None).secret


def _violations(tenant: Tenant, form: str, error: InvalidValue) -> Answer:
    number = count(len(error.problems), "violation")
    page = Page()
    page.line(
        strong("the form" if form == "-" else form), ": ", bad(number), f" of the blueprint {tenant.blueprint.name}"
    )
    page.gap()
    page.extend(problem_page(error.problems))
    return Answer(status=REFUSED, page=page, data={"violations": problem_data(error.problems)})


def _page(change: Change, user: User) -> Page:
    page = Page()
    page.line("new user ", strong(user.name or user.login), faint(f" ({user.id})"))
    page.gap()
    page.grid((path, _words(value)) for path, value in _leaves("", encode_value(user)))
    for edit in change.edits:
        if isinstance(edit.after, Department):
            page.gap()
            place = f"as the last of {count(len(edit.after.members), 'member')}"
            page.line("joins department ", edit.after.name, faint(f" ({edit.id})"), ", ", place, indent=2)
    if change.warnings:
        page.gap()
        page.line(warn(count(len(change.warnings), "warning")))
        page.gap()
        page.extend(problem_page(change.warnings))
    return page


def _leaves(path: str, value: object) -> Iterator[tuple[str, object]]:
    """The fields of a document's table, those of the tables inside under their paths."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _leaves(f"{path}.{name}" if path else name, each)
    else:
        yield path, value


def _words(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(map(_words, value))
        case dict():
            return ", ".join(f"{name} {_words(each)}" for name, each in value.items())
        case _:
            return str(value)


COMMAND: Final = Command(
    name="provision",
    summary="Check a form for a new user, show the change, and carry it out",
    details=(
        'All faults of the form are shown at once. A form says, for example, name = "Asha Menon" and'
        " generate_password = true; which fields there are is up to the tenant's blueprint.\n\n"
        "A password never gets into FILE: the host stores its hash, as a store does. A generated one is"
        " shown once, when the user is written, and on a terminal only."
    ),
    examples=(
        "provision smartflo.toml forms/smartflo.json",
        "provision smartflo.toml - --by u-meera --write < form.json",
    ),
    arguments=_arguments,
    run=_run,
)

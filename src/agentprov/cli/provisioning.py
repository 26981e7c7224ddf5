"""``agentprov provision``: a new user from a form."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from agentprov.cli.commands import Command
from agentprov.cli.output import Answer, Json, Page, bad, faint, strong, warn
from agentprov.cli.reading import read_form
from agentprov.cli.refusals import REFUSED, count, problem_data, problem_page
from agentprov.cli.tenants import load_tenant, tenant_argument
from agentprov.cli.writing import actor_of, assumptions, change_arguments, outcome, write
from agentprov.credentials.passwords import generate_password
from agentprov.errors import InvalidValue
from agentprov.model.changes import Change
from agentprov.model.ids import UserId
from agentprov.model.secret import Secret
from agentprov.model.tenant import Tenant
from agentprov.provisioning import create_user


def _arguments(parser: ArgumentParser) -> None:
    tenant_argument(parser)
    parser.add_argument(
        "form", metavar="FORM", help="field names and values in a JSON or TOML file, or - for the standard input"
    )
    parser.add_argument("--id", metavar="ID", help="the new user's id; `u-` and the login if left out")
    change_arguments(parser)
    parser.add_argument(
        "--show-secrets", action="store_true", help="with --format json, put a generated password into the output"
    )


def _run(arguments: Namespace) -> Answer:
    tenant = load_tenant(arguments.file)
    form = read_form(arguments.form)
    try:
        change = create_user(
            tenant,
            form,
            by=actor_of(tenant, arguments),
            id=None if arguments.id is None else UserId(arguments.id),
            at=datetime.now(UTC),
            generated=_generated(tenant, form),
        )
    except InvalidValue as error:
        return _violations(tenant, arguments.form, error)
    after = write(tenant, change, arguments.file) if arguments.write else None
    user = next(edit.id for edit in change.edits if edit.before is None)
    page = _page(change, user)
    page.gap()
    if arguments.by is None:
        assumptions(page, "whoever does it may; ask somebody's rights with --by ACTOR")
    outcome(page, arguments, after)
    return Answer(
        status=0,
        page=page,
        data={
            "user": user,
            "changes": list(change.describe()),
            "warnings": problem_data(change.warnings),
            "secrets": _secrets(change, show=arguments.show_secrets),
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


def _secrets(change: Change, *, show: bool) -> dict[str, Json]:
    """What is shown once: in full only if asked for, because the output of a program ends up in logs."""
    return {name: secret.reveal() if show else None for name, secret in change.secrets.items()}


def _violations(tenant: Tenant, form: str, error: InvalidValue) -> Answer:
    number = count(len(error.problems), "violation")
    page = Page()
    page.line(
        strong("the form" if form == "-" else form), ": ", bad(number), f" of the blueprint {tenant.blueprint.name}"
    )
    page.extend(problem_page(error.problems))
    return Answer(status=REFUSED, page=page, data={"violations": problem_data(error.problems)})


def _page(change: Change, user: str) -> Page:
    page = Page()
    page.line("new user ", strong(user))
    page.gap()
    for words in change.describe():
        page.item(words)
    if change.warnings:
        page.gap()
        page.line(warn(count(len(change.warnings), "warning")))
        page.extend(problem_page(change.warnings))
    for name, secret in change.secrets.items():
        page.gap()
        # A file or a pipe keeps what is written to it; a terminal shows it once.
        if sys.stdout.isatty():
            page.line(f"{name}, shown this once: ", strong(secret.reveal()))
        else:
            page.line(f"{name}: ", faint("set; shown on a terminal only, or by --format json --show-secrets"))
    return page


COMMAND: Final = Command(
    name="provision",
    summary="Check a form for a new user, show the change, and carry it out",
    details=(
        'All faults of the form are shown at once. A form says, for example, name = "Asha Menon" and'
        " generate_password = true; which fields there are is up to the tenant's blueprint.\n\n"
        "A password never gets into FILE: whoever runs the host stores its hash. A generated one is shown once, on a"
        " terminal only."
    ),
    examples=(
        "provision smartflo.toml forms/new-agent.toml",
        "provision smartflo.toml - --by u-meera --write < form.json",
    ),
    arguments=_arguments,
    run=_run,
)

"""One row on its way into a plan: whom it is about, what it asks, and what is wrong with it taken by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import count
from typing import Final

import attrs

from agentprov.engine.access import Access
from agentprov.engine.admins import USER_EDIT
from agentprov.engine.permits import USER_ADD, not_permitted, permit_somewhere
from agentprov.errors import Code, Collector, InvalidValue, Problem, Refused
from agentprov.model.emails import parse_email
from agentprov.model.identity import Login, login_key
from agentprov.model.ids import UserGroupId, UserId
from agentprov.model.live import Live
from agentprov.model.secret import Secret
from agentprov.model.settings import LoginComparison
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from agentprov.provisioning.fields import SINGULAR, Field
from agentprov.provisioning.filled import form_of
from agentprov.provisioning.forms import Reading, problem_fields, read_form
from agentprov.provisioning.guards import check_logged_off
from agentprov.provisioning.moves import check_move
from agentprov.provisioning.others import Others
from agentprov.provisioning.parser import Parser
from agentprov.provisioning.parsing import is_blank
from agentprov.provisioning.requests import FIXED, adds_own_contact, chosen_id, keep_own_contact
from agentprov.provisioning.roster import ID, Row
from agentprov.provisioning.rules import (
    NO_PASSWORD,
    Password,
    check_fixed,
    check_rules,
    settle_password,
    warn_of_addresses,
    warn_of_login,
)
from agentprov.provisioning.statuses import check_way_out
from agentprov.provisioning.typed_form import Giver, TypedForm, build_user, typed_form_of

GROUP: Final = "user_group"
NOT_IN_ROWS: Final = frozenset({"personal_profiles"})
"""Fields that a row can't give: what they say is kept in other objects than the user's."""

Generate = Callable[[str | None], Secret]
"""Makes a password for the user of this login: chance is the caller's."""


class Line:
    """A row, and what is known of it so far."""

    __slots__ = (
        "after",
        "base",
        "found",
        "guards",
        "id",
        "own_contact",
        "password",
        "reading",
        "row",
        "same",
        "stored",
        "warnings",
    )

    def __init__(self, row: Row) -> None:
        self.row = row
        self.id: UserId = UserId("")
        self.stored: User | None = None
        self.base: User | None = None
        """The stored user, in the group that they are moved to."""
        self.reading: Reading | None = None
        """Nothing for a row that isn't read, because of what is wrong with all of it."""
        self.found = Collector()
        self.guards = Collector()
        self.warnings = Collector()
        self.password: Password = NO_PASSWORD
        self.own_contact = False
        self.same = False
        """Whether the row says of a stored user what is so already."""
        self.after: User | None = None
        """The user as they would be; nothing where none can be built."""

    @property
    def is_faulty(self) -> bool:
        """Whether anything is wrong with the row."""
        return bool(self.found.problems or self.guards.problems)

    @property
    def changes(self) -> bool:
        """Whether the row makes a difference."""
        return self.after is not None and self.after != self.stored

    def differs(self, field: str) -> bool:
        """Whether the row gives a field another value than the stored user has."""
        if self.reading is None:
            return False
        if field == GROUP and self.stored is not None and self.base is not None:
            return self.stored.user_group != self.base.user_group
        return self.reading.typed.value(field) != self.reading.base.value(field)


@attrs.frozen(kw_only=True, eq=False)
class Asking:
    """What all rows of a plan have in common: the tenant, who asks, and what is worked out once for all of them."""

    tenant: Tenant
    actor: UserId | None
    at: datetime | None
    live: Live | None
    generate: Generate | None
    fields: Mapping[str, Field]
    parser: Parser
    access: Access
    adds: tuple[Problem, ...]
    """Why the actor may add nobody at all."""
    adds_anywhere: bool
    by_login: Mapping[str, UserId]
    stand_ins: count[int] = attrs.field(factory=count)

    @classmethod
    def of(
        cls, tenant: Tenant, actor: UserId | None, *, at: datetime | None, live: Live | None, generate: Generate | None
    ) -> Asking:
        """What is asked by this actor of this tenant."""
        parser = Parser(tenant)
        refused: tuple[Problem, ...] = ()
        anywhere = False
        try:
            anywhere = permit_somewhere(tenant, actor, USER_ADD)
        except Refused as error:
            refused = error.problems
        return cls(
            tenant=tenant,
            actor=actor,
            at=at,
            live=live,
            generate=generate,
            fields=parser.fields,
            parser=parser,
            access=Access(tenant),
            adds=refused,
            adds_anywhere=anywhere,
            by_login={login_key(user.login, ignore_case=_folds(tenant)): user.id for user in tenant.users.values()},
        )

    @property
    def giver(self) -> Giver:
        """Who gives what a switch stands for."""
        return Giver(user=self.actor, at=self.at)

    def key(self, login: str) -> str:
        """What two logins have in common that are one."""
        return login_key(login, ignore_case=_folds(self.tenant))

    def stand_in(self, stem: str) -> str:
        """A name that nobody has, for trying out what a user without a proper one would bring about."""
        users, stones = self.tenant.users, self.tenant.tombstones
        names = (f"{stem}-row-{number}" for number in self.stand_ins)
        return next(name for name in names if not (name in users or name in stones or self.key(name) in self.by_login))


def _folds(tenant: Tenant) -> bool:
    return tenant.settings.login_comparison is LoginComparison.CASE_INSENSITIVE


def read_line(asking: Asking, row: Row) -> Line:
    """The row as a request about one user, new or stored, with what can't be read of it.

    A refusal for want of permission comes alone (PV-2), and so does what is wrong with the whole row.
    """
    line = Line(row)
    whole = [problem for problem in row.problems if not problem.path]
    if whole:
        line.found.absorb(whole)
        return line
    given = row.form.get(ID)
    if not (is_blank(given) or isinstance(given, str)):
        line.found.add(Code.FIELD_WRONG_TYPE, ID, expected="a user's id", found="something else")
        given = None
    id_ = UserId(str(given)) if given else None
    form = {name: value for name, value in row.form.items() if name in asking.fields or name in SINGULAR}
    for name in NOT_IN_ROWS & form.keys():
        line.found.add(Code.FIELD_NOT_ALLOWED, name)
        del form[name]
    line.stored = asking.tenant.users.get(id_) if id_ is not None else _by_login(asking, form)
    if line.stored is None:
        _read_new(asking, line, id_, form)
    else:
        _read_stored(asking, line, line.stored, form)
    return line


def _by_login(asking: Asking, form: dict[str, object]) -> User | None:
    """The stored user whose login the row gives, if anybody's; then the login has said all it can."""
    login: str | None = None
    try:
        if not is_blank(form.get("login")):
            login = str(asking.parser.parse("login", form["login"]))
        elif form.get("login_same_as_email") is True:
            login = parse_email(form.get("email"))
    except InvalidValue:
        return None  # that it can't be read is told where the form is read
    id_ = None if login is None else asking.by_login.get(asking.key(login))
    if id_ is None:
        return None
    form.pop("login", None)
    return asking.tenant.users[id_]


def _read_new(asking: Asking, line: Line, id_: UserId | None, form: dict[str, object]) -> None:
    if asking.adds and asking.actor is not None:
        # Who may edit only some can't learn here which users there are: the answer is as for one that they may not.
        line.guards.absorb(not_permitted(asking.access, asking.actor, USER_EDIT) or asking.adds)
        return
    reading = read_form(asking.tenant, form, None, line.found, asking.parser)
    line.found.absorb(line.row.problems)
    line.reading = reading = reading.without(problem_fields(line.row.problems) & asking.fields.keys())
    chosen = chosen_id(asking.tenant, id_, reading.typed.login, line.found)
    line.id = UserId(asking.stand_in("u")) if chosen is None else chosen


def _read_stored(asking: Asking, line: Line, user: User, form: dict[str, object]) -> None:
    line.id = user.id
    line.own_contact = asking.actor == user.id and adds_own_contact(user, form)
    if asking.actor is not None and not line.own_contact:
        refused = not_permitted(asking.access, asking.actor, USER_EDIT, user.id)
        if refused:
            line.guards.absorb(refused)
            line.id = UserId("")
            return
    line.base = _moved(asking, line, user, form)
    base = typed_form_of(line.base, asking.tenant.blueprint)
    reading = _reading(asking, line.base, form, base, line.found)
    line.found.absorb(line.row.problems)
    reading = reading.without(problem_fields(line.row.problems) & asking.fields.keys())
    # A field that says what is so already says nothing: an export can be read back, whatever the blueprint asks for.
    entered = (name for name in reading.entered if name == "password" or reading.typed.value(name) != base.value(name))
    line.reading = reading = attrs.evolve(reading, entered=entered)
    line.same = not (line.is_faulty or reading.typed.password) and reading.typed == base and line.base == user


def _reading(asking: Asking, user: User, form: dict[str, object], base: TypedForm, found: Collector) -> Reading:
    """The form on top of what is stored. A stored value that couldn't be typed today may be repeated."""
    told = Collector()
    reading = read_form(asking.tenant, form, base, told, asking.parser)
    if told.problems:
        stored = form_of(user, asking.tenant.blueprint)
        repeated = {name for name in problem_fields(told.problems) & form.keys() if form[name] == stored.get(name)}
        if repeated:
            told = Collector()
            rest = {name: value for name, value in form.items() if name not in repeated}
            reading = read_form(asking.tenant, rest, base, told, asking.parser)
    found.absorb(told.problems)
    return reading


def _moved(asking: Asking, line: Line, user: User, form: dict[str, object]) -> User:
    """The user in the group that the row gives: a move of its own, which is asked for what moves are asked for."""
    if GROUP not in form:
        return user
    value = form.pop(GROUP)
    found = Collector()
    group: object = None
    if not is_blank(value):
        try:
            group = asking.parser.parse(GROUP, value)
        except InvalidValue as error:
            line.found.absorb(error.problems, GROUP)
            return user
    if group == user.user_group:
        return user
    to = None if group is None else UserGroupId(str(group))
    check_move(asking.tenant, user, to, found)
    line.found.absorb(Problem(code=each.code, path=(GROUP,), parameters=each.parameters) for each in found.problems)
    logged_on = Collector()
    check_logged_off(logged_on, asking.live, user.id)
    line.guards.absorb(
        Problem(code=each.code, path=(GROUP,), parameters=each.parameters) for each in logged_on.problems
    )
    return user if found.problems else attrs.evolve(user, user_group=to)


def check_line(asking: Asking, others: Others, line: Line) -> None:
    """Hold a row that was read against the blueprint, as the single operations do."""
    reading = line.reading
    if reading is None or line.same:
        return
    if line.stored is not None:
        check_fixed(reading, line.stored, line.found, line.guards)
        objections = [*line.found.problems, *line.guards.problems]
        line.reading = reading = reading.without(problem_fields(objections) & FIXED)
    elif reading.typed.login is None and "login" not in reading.faulty | problem_fields(line.found.problems):
        line.found.add(Code.LOGIN_REQUIRED, "login")
        line.reading = reading = reading.without({"login"})
    check_rules(others, reading, line.id, line.found, line.warnings)
    if line.own_contact:
        keep_own_contact(line.found, line.row.form)
    generated = None
    if reading.typed.generate_password and asking.generate is not None:
        generated = asking.generate(reading.typed.login)
    by_other = asking.actor not in {None, line.id}
    line.password = settle_password(asking.tenant.blueprint, reading, generated, line.found, by_other=by_other)
    if line.stored is not None:
        check_way_out(line.guards, asking.tenant, line.stored, reading.typed.status, "status", by=asking.actor)
    elif reading.typed.login is not None:
        warn_of_login(others, reading.typed.login, line.warnings)
    warn_of_addresses(reading, line.warnings)


def build(asking: Asking, line: Line, typed: TypedForm) -> User:
    """The user that a typed form of this row describes.

    Raises:
        InvalidValue: the parts don't fit together.
    """
    login = line.stored.login if line.stored is not None else typed.login or Login(asking.stand_in("new"))
    return build_user(
        typed, id_=line.id, login=login, blueprint=asking.tenant.blueprint, giver=asking.giver, kept=line.base
    )

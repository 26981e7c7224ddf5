"""The form of one tenant for one actor: objects to choose from, stored values, and what this actor may set (PV-1).

It tells beforehand what creating and updating would say afterwards. It decides nothing: whoever sends more than the
form let them is refused there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import attrs

from agentprov.engine.access import Access
from agentprov.engine.admins import USER_EDIT, is_admin
from agentprov.engine.filters import resource_filter
from agentprov.engine.permits import USER_ADD, known_permission, permit_somewhere, stored_user
from agentprov.engine.sentences import user_name
from agentprov.errors import AgentprovError, Collector, InvalidValue
from agentprov.messages import ENGLISH, Catalogue
from agentprov.model.access import EVERYONE, WHOLE_TENANT, Grant, Permission
from agentprov.model.blueprint import Ask
from agentprov.model.changes import Change, Edit
from agentprov.model.groups import CallerId
from agentprov.model.identity import Login
from agentprov.model.ids import RoleId, UserId, user_id
from agentprov.model.numbers import Number
from agentprov.model.passwords import describe
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status, User
from agentprov.provisioning.draft import frozen_plain, thawed
from agentprov.provisioning.fields import Choice, Field, FieldKind, fields_of
from agentprov.provisioning.forms import Form, Reading, named, read_form
from agentprov.provisioning.guards import check_handed_on
from agentprov.provisioning.labels import ENGLISH_LABELS, Labels, step_title
from agentprov.provisioning.pages import FieldView, FormView, Lock, StepView, field_view, steps_of
from agentprov.provisioning.personal_profiles import stored_form
from agentprov.provisioning.plain import is_sayable, plain
from agentprov.provisioning.rules import rule_of

MOST_CHOICES: Final = 500
"""How many objects a field lists if nothing else is said. With more, a page asks for a part of a name."""

USER_VIEW: Final = Permission("user:view")
OWN_CONTACT: Final = frozenset(("email", "mobile"))


def tenant_form(
    tenant: Tenant,
    *,
    by: str | None,
    user: str | None = None,
    entered: Form | None = None,
    labels: Labels = ENGLISH_LABELS,
    catalogue: Catalogue = ENGLISH,
    most_choices: int = MOST_CHOICES,
) -> FormView:
    """The form for a new user or a stored one, as ``by`` fills it in; the host may set everything.

    ``entered`` is what was entered so far, as in a draft's ``form``: the roles, type and method in it decide what is
    asked. Every field of the blueprint is in the form: one that such a user can't have is ``forbidden``, so that a page
    shows and hides fields without asking again. A value that was entered is shown as it was entered, passwords never.

    Raises:
        Refused: ``by`` may add nobody, or may not edit this user. Active users without an email or mobile may open
            their own form.
        NotFound: ``user.unknown``.
    """
    actor = user_id(by)
    own = _adds_own_contact(tenant, actor, user)
    stored: User | None = None
    if user is None:
        permit_somewhere(tenant, actor, USER_ADD)
    else:
        stored = stored_user(tenant, UserId(user), None if own else actor, USER_EDIT)
    base = None if stored is None else stored_form(tenant, stored)
    given = {} if entered is None else entered
    drawing = _Drawing(
        tenant=tenant,
        actor=actor,
        stored=stored,
        reading=read_form(tenant, given, base, Collector()),
        entered=named(given, fields_of(tenant.blueprint), Collector()),
        own=own,
        labels=labels,
        most=most_choices,
    )
    return FormView(
        steps=tuple(
            StepView(name=step.name, title=step_title(step, labels), fields=tuple(map(drawing.field, step.fields)))
            for step in steps_of(tenant.blueprint)
        ),
        at_least_one=tenant.blueprint.at_least_one,
        password_rule=describe(tenant.blueprint.password_policy, catalogue),
    )


def _adds_own_contact(tenant: Tenant, actor: UserId | None, user: str | None) -> bool:
    """Whether somebody opens their own form without any right to, to add an email or a mobile they lack (ID-11)."""
    own = None if actor is None or user != actor else tenant.users.get(actor)
    if own is None or own.status is not Status.ACTIVE or (own.email is not None and own.mobile is not None):
        return False
    return not Access(tenant).allows(own.id, USER_EDIT, own.id)


@attrs.frozen(kw_only=True)
class _Drawing:
    """One form while it is drawn."""

    tenant: Tenant
    actor: UserId | None
    stored: User | None
    reading: Reading
    entered: Mapping[str, object]
    own: bool
    """Whether the actor may add their own email or mobile, and nothing else."""
    labels: Labels
    most: int

    def field(self, name: str) -> FieldView:
        """A field with its choices, its value, and whether the actor may set it."""
        field = fields_of(self.tenant.blueprint)[name]
        values = self.reading.typed
        rule = rule_of(self.tenant.blueprint, name, values)
        default = self.tenant.blueprint.default(name, values.roles, values.type, values.authentication_method)
        view = field_view(self.tenant.blueprint, field, rule, self.labels, default=default)
        listed = tuple(self._listed(field))
        scale = self.tenant.settings.skill_scale
        levels = field.kind in {FieldKind.SKILLS, FieldKind.PROFILES} and self.tenant.blueprint.skill_levels
        return attrs.evolve(
            view,
            ask=self._ask(view),
            low=scale.low if levels else view.low,
            high=scale.high if levels else view.high,
            choices=(*view.choices, *listed[: self.most]) if name != "roles" else self._roles(),
            more_choices=max(len(listed) - self.most, 0) if name != "roles" else 0,
            value=self._value(field),
            lock=view.lock or self._lock(field, immutable=view.immutable),
        )

    def _ask(self, view: FieldView) -> Ask:
        """What is asked of a field. A stored user has a password already, unless the method of signing in changes."""
        kept = self.reading.base.authentication_method is self.reading.typed.authentication_method
        password = view.kind is FieldKind.SECRET and view.ask is Ask.REQUIRED
        return Ask.OPTIONAL if password and kept and self.stored is not None else view.ask

    def _value(self, field: Field) -> object:
        if field.kind is FieldKind.SECRET:
            return None
        if field.name in self.entered:
            try:
                return thawed(frozen_plain(self.entered[field.name]))
            except InvalidValue:
                return None
        return None if self.stored is None else plain(field, self.reading.base.value(field.name))

    # ---- what the actor may set --------------------------------------------------------------------------------------

    def _lock(self, field: Field, *, immutable: bool) -> Lock | None:
        if self.stored is not None:
            if field.name == "user_group":
                return Lock.MOVE
            if immutable or field.name == "login_same_as_email":
                return Lock.FIXED
            if not is_sayable(field, self.reading.base.value(field.name)):
                return Lock.NOT_SAYABLE
            if self.own and (field.name not in OWN_CONTACT or getattr(self.stored, field.name) is not None):
                return Lock.NOT_PERMITTED
        return None if self.actor is None or self._may(field, self.actor) else Lock.NOT_PERMITTED

    def _may(self, field: Field, actor: UserId) -> bool:
        """Whether the actor may set a field that takes more than the right to the form."""
        if field.name == "status" and self.stored is not None and self.stored.status is Status.BLOCKED:
            return is_admin(Access(self.tenant), actor)
        for switch in self.tenant.blueprint.switches:
            if switch.field == field.name:
                return self._may_hand_on(actor, Grant(permission=switch.permission, scope=WHOLE_TENANT))
        return True

    def _may_hand_on(self, actor: UserId, *what: Grant | RoleId) -> bool:
        """Whether the actor may give the user this; tried out on the user, or on a new one."""
        before = self.stored
        user = before or User(id=UserId(NOBODY), login=Login(NOBODY))
        grants = tuple(each for each in what if isinstance(each, Grant))
        roles = frozenset(each for each in what if not isinstance(each, Grant))
        given = attrs.evolve(user, grants=(*user.grants, *grants), roles=user.roles | roles)
        edit = Edit(kind=Kind.USERS, id=user.id, before=before, after=given)
        try:
            after = Change(tenant=self.tenant.id, base=self.tenant.version, edits=[edit]).apply(self.tenant)
            check_handed_on(self.tenant, after, actor)
        except AgentprovError:
            return False
        return True

    def _roles(self) -> tuple[Choice, ...]:
        """The tenant's roles that the blueprint lets users have, and which of them the actor may give."""
        only = self.tenant.blueprint.roles
        roles = (role for id_, role in sorted(self.tenant.roles.items()) if id_ != EVERYONE)
        held = frozenset() if self.stored is None else self.stored.roles
        return tuple(
            Choice(
                value=role.id,
                label=role.name,
                allowed=self.actor is None or role.id in held or self._may_hand_on(self.actor, role.id),
            )
            for role in roles
            if only is None or role.id in only
        )

    # ---- what there is to choose from --------------------------------------------------------------------------------

    def _listed(self, field: Field) -> Iterable[Choice]:
        """The objects of the tenant that a field may name, by name, as far as the actor may see them."""
        kind = field.refers
        if kind is None or kind is Kind.ROLES:
            return
        ids = self._users(field) if kind is Kind.USERS else self.tenant.table(kind).keys()
        only = None if self.actor is None else resource_filter(self.tenant, self.actor)
        if field.name == "unticked_profiles":
            group = self.reading.typed.user_group
            path = self.tenant.group_path(group) if group in self.tenant.user_groups else ()
            ids = {each.id for each in self.tenant.profiles.values() if each.user_group in path}
        named = ((self._title(kind, id_), id_) for id_ in ids if only is None or id_ in only)
        for title, id_ in sorted(named, key=lambda each: (each[0].casefold(), each[1])):
            yield Choice(value=id_, label=title)

    def _users(self, field: Field) -> Iterable[str]:
        """The users whom the actor may see; of supervisors, those who can be one."""
        users: Iterable[User] = self.tenant.users.values()
        if field.name == "supervisor":
            roles = self.tenant.blueprint.supervisors
            users = (each for each in users if each != self.stored and not (roles and roles.isdisjoint(each.roles)))
        if self.actor is None:
            return (each.id for each in users)
        access = Access(self.tenant)
        view = known_permission(self.tenant, USER_VIEW)
        return (each.id for each in users if access.allows(self.actor, view, each.id))

    def _title(self, kind: Kind, id_: str) -> str:
        """An object's name, a number's or caller ID's with the number; its id where it has no name."""
        if kind is Kind.USERS:
            return user_name(self.tenant, id_)
        item = self.tenant.table(kind)[id_]
        name: str | None = getattr(item, "name", None)
        if isinstance(item, Number | CallerId):
            return f"{name} {item.phone}" if name else str(item.phone)
        return name or id_


NOBODY: Final = "new-user-of-a-form"
"""An id for trying out what a new user would get. Should somebody have it, the trial fails, and the answer is no."""

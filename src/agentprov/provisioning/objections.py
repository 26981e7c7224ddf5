"""What a blueprint objects to in stored users who lose something by the deletion of something else.

What it objects to already is nothing new, so that a user who lacks something can be edited all the same.
"""

from __future__ import annotations

from agentprov.errors import Collector, Problem
from agentprov.model.ids import UserId
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from agentprov.provisioning.forms import Reading
from agentprov.provisioning.others import Others
from agentprov.provisioning.rules import check_rules
from agentprov.provisioning.typed_form import TypedForm, typed_form_of


class Objections:
    """The objections of one tenant's blueprint, for any number of its users."""

    __slots__ = ("_blueprint", "_others")

    def __init__(self, tenant: Tenant) -> None:
        self._blueprint = tenant.blueprint
        self._others = Others(tenant)

    def new(self, before: User, after: User) -> list[Problem]:
        """What the blueprint objects to in a user and didn't before."""
        was, becomes = typed_form_of(before, self._blueprint), typed_form_of(after, self._blueprint)
        objections = [] if was == becomes else self._of(before.id, was, becomes)
        if not objections:
            return []
        known = self._of(before.id, was, was)
        return [each for each in objections if each not in known]

    def _of(self, user: UserId, base: TypedForm, typed: TypedForm) -> list[Problem]:
        found = Collector()
        reading = Reading(typed=typed, base=base, entered=(), cleared=(), defaulted=(), faulty=(), new=False)
        check_rules(self._others, reading, user, found, Collector())
        return found.problems

"""Who can come to hold more by grants that are all allowed, and how (AC-10).

Whoever may grant over somebody may give them what they hold themselves (AC-5). So rights spread along chains: somebody
is given the right to grant, gives on, and in the end a user holds what they didn't before, without an admin who decided
it. All who are in a chain must play along, so what is found is what users *can* do together, or one of them who has got
hold of the others' passwords. That a supervisor can give their agents what they hold is a chain of one step.

Chains consist of allows: of one object, or of the whole tenant from who holds the permission for all of it. Taking a
deny away isn't counted, nor is giving a role.
"""

from __future__ import annotations

import attrs

from agentprov.analysis.chains import Chains
from agentprov.analysis.delegation import Step
from agentprov.analysis.gains import Gains
from agentprov.engine.access import Access
from agentprov.engine.memo import Memo
from agentprov.model.access import Permission, scope_term_text
from agentprov.model.ids import UserId
from agentprov.model.tenant import Tenant


@attrs.frozen(kw_only=True)
class Escalation:
    """A permission of which users can come to hold more than they do.

    ``steps`` shows how the first of them by id can: each is accepted after those before it.
    """

    permission: Permission
    receivers: frozenset[UserId]
    steps: tuple[Step, ...]

    def as_data(self) -> dict[str, object]:
        """The escalation in plain values that any JSON writer takes."""
        return {
            "permission": self.permission,
            "receivers": sorted(self.receivers),
            "steps": [
                {
                    "giver": step.giver,
                    "receiver": step.receiver,
                    "permission": step.permission,
                    "scope": [scope_term_text(step.scope)],
                }
                for step in self.steps
            ],
        }


def escalations(tenant: Tenant | Access) -> tuple[Escalation, ...]:
    """Every permission of which active users can come to hold more by chains of grants without an admin.

    In the order of the catalogue. Given an access, what it has worked out is used.
    """
    return escalations_of(Chains(tenant if isinstance(tenant, Access) else Access(tenant)))


def escalations_of(chains: Chains) -> tuple[Escalation, ...]:
    """The same of what was worked out already."""
    least: Memo[frozenset[UserId], UserId] = Memo(min)
    return tuple(
        Escalation(permission=permission, receivers=receivers, steps=chains.steps(least[receivers], permission))
        for permission, receivers in Gains(chains).receivers().items()
    )


def escalation(tenant: Tenant | Access, user: str, permission: str) -> tuple[Step, ...]:
    """The grants by which one user can come to hold more of a permission; none, if they can't.

    It is one step wherever one will do, and no step can be left out.

    Raises:
        NotFound: ``permission.unknown``.
    """
    access = tenant if isinstance(tenant, Access) else Access(tenant)
    return Chains(access).steps(UserId(user), access.classes.policy.known(permission))

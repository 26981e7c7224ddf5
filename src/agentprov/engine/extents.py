"""How far a permission goes for a user: the scopes that allow it and those that deny it, united."""

from __future__ import annotations

import attrs

from agentprov.model.access import Scope, Within


@attrs.frozen(kw_only=True)
class Extent:
    """How far a user holds one permission.

    ``allowed`` and ``denied`` unite the scopes of all grants in force, as they are written.
    """

    allowed: Scope = frozenset()
    denied: Scope = frozenset()

    @property
    def whole(self) -> bool:
        """Whether the permission is held for the whole tenant: any deny of it, however narrow, is too much."""
        return Within.TENANT in self.allowed and not self.denied


NOWHERE = Extent()
"""Of a permission that isn't held at all."""

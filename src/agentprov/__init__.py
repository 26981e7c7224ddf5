"""Provision contact-centre agents: who they are, what they may do, when they work and how calls reach them.

The public names, and nothing else. Each is loaded from its own module when it is first asked for, so that importing the
package costs nothing by itself; see ``docs/decisions/0009-lazy-names.md``.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from agentprov.codec import dump, dumps, load, loads
    from agentprov.engine.access import Access
    from agentprov.engine.call_flow import Router
    from agentprov.engine.decisions import Object
    from agentprov.engine.hours import hours_of
    from agentprov.engine.inheritance import resolve
    from agentprov.engine.outbound import Outbound
    from agentprov.engine.preview import preview_change
    from agentprov.errors import (
        AgentprovError,
        Code,
        Conflict,
        InvalidValue,
        MalformedDocument,
        NotFound,
        Problem,
        Refused,
    )
    from agentprov.model.call_state import State
    from agentprov.model.calls import (
        AnnouncementEnded,
        Answered,
        Busy,
        Call,
        CallerGone,
        Digits,
        InputTimeout,
        LeftQueue,
        LegFailed,
        NoAnswer,
        Rejected,
    )
    from agentprov.model.changes import Change
    from agentprov.model.live import Live, Presence
    from agentprov.model.references import Kind
    from agentprov.model.steps import Announce, Connect, End, Forward, Menu, Ring, TakeMessage, ToHostQueue
    from agentprov.model.tenant import Tenant
    from agentprov.provisioning import create_user, delete_user, move_user, reset_property, set_property, update_user

__version__ = "0.1.0"

__all__ = [
    "Access",
    "AgentprovError",
    "Announce",
    "AnnouncementEnded",
    "Answered",
    "Busy",
    "Call",
    "CallerGone",
    "Change",
    "Code",
    "Conflict",
    "Connect",
    "Digits",
    "End",
    "Forward",
    "InputTimeout",
    "InvalidValue",
    "Kind",
    "LeftQueue",
    "LegFailed",
    "Live",
    "MalformedDocument",
    "Menu",
    "NoAnswer",
    "NotFound",
    "Object",
    "Outbound",
    "Presence",
    "Problem",
    "Refused",
    "Rejected",
    "Ring",
    "Router",
    "State",
    "TakeMessage",
    "Tenant",
    "ToHostQueue",
    "create_user",
    "delete_user",
    "dump",
    "dumps",
    "hours_of",
    "load",
    "loads",
    "move_user",
    "preview_change",
    "reset_property",
    "resolve",
    "set_property",
    "update_user",
]

_HOMES = {
    "agentprov.codec": ("dump", "dumps", "load", "loads"),
    "agentprov.engine.access": ("Access",),
    "agentprov.engine.call_flow": ("Router",),
    "agentprov.engine.decisions": ("Object",),
    "agentprov.engine.hours": ("hours_of",),
    "agentprov.engine.inheritance": ("resolve",),
    "agentprov.engine.outbound": ("Outbound",),
    "agentprov.engine.preview": ("preview_change",),
    "agentprov.errors": (
        "AgentprovError",
        "Code",
        "Conflict",
        "InvalidValue",
        "MalformedDocument",
        "NotFound",
        "Problem",
        "Refused",
    ),
    "agentprov.model.call_state": ("State",),
    "agentprov.model.calls": (
        "AnnouncementEnded",
        "Answered",
        "Busy",
        "Call",
        "CallerGone",
        "Digits",
        "InputTimeout",
        "LeftQueue",
        "LegFailed",
        "NoAnswer",
        "Rejected",
    ),
    "agentprov.model.changes": ("Change",),
    "agentprov.model.live": ("Live", "Presence"),
    "agentprov.model.references": ("Kind",),
    "agentprov.model.steps": ("Announce", "Connect", "End", "Forward", "Menu", "Ring", "TakeMessage", "ToHostQueue"),
    "agentprov.model.tenant": ("Tenant",),
    "agentprov.provisioning": (
        "create_user",
        "delete_user",
        "move_user",
        "reset_property",
        "set_property",
        "update_user",
    ),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}


if not TYPE_CHECKING:  # a type checker that saw this would believe in every misspelt name

    def __getattr__(name: str) -> object:
        home = _HOME.get(name)
        if home is None:
            message = f"module 'agentprov' has no attribute {name!r}"
            raise AttributeError(message)
        value = getattr(import_module(home), name)
        globals()[name] = value  # the next look finds it without coming here
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

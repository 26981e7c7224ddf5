"""From requests to changes: forms held against blueprints, users created, updated, moved and deleted (PV-1, PV-2)."""

from agentprov.provisioning.confirming import Confirmation
from agentprov.provisioning.leaving import confirmation, delete
from agentprov.provisioning.moves import move_user
from agentprov.provisioning.pages import FieldView, FormView, StepView, form
from agentprov.provisioning.properties import reset_property, set_property
from agentprov.provisioning.standing import doubtful_contacts, required_missing
from agentprov.provisioning.statuses import (
    Restoration,
    as_they_left,
    block,
    deactivate,
    disable,
    enable,
    reactivate,
    restoration,
    unblock,
)
from agentprov.provisioning.users import create_user, delete_user, referrers_of, update_user

__all__ = [
    "Confirmation",
    "FieldView",
    "FormView",
    "Restoration",
    "StepView",
    "as_they_left",
    "block",
    "confirmation",
    "create_user",
    "deactivate",
    "delete",
    "delete_user",
    "disable",
    "doubtful_contacts",
    "enable",
    "form",
    "move_user",
    "reactivate",
    "referrers_of",
    "required_missing",
    "reset_property",
    "restoration",
    "set_property",
    "unblock",
    "update_user",
]

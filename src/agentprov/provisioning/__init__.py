"""From requests to changes: forms held against blueprints, users created, updated, moved and deleted (PV-1, PV-2)."""

from agentprov.provisioning.bulk import plan_users
from agentprov.provisioning.moves import move_user
from agentprov.provisioning.pages import FieldView, FormView, StepView, form
from agentprov.provisioning.properties import reset_property, set_property
from agentprov.provisioning.standing import doubtful_contacts, required_missing
from agentprov.provisioning.users import create_user, delete_user, referrers_of, update_user

__all__ = [
    "FieldView",
    "FormView",
    "StepView",
    "create_user",
    "delete_user",
    "doubtful_contacts",
    "form",
    "move_user",
    "plan_users",
    "referrers_of",
    "required_missing",
    "reset_property",
    "set_property",
    "update_user",
]

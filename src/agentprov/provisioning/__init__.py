"""From requests to changes: forms held against blueprints, users created, updated, moved and deleted (PV-1, PV-2)."""

from agentprov.provisioning.blueprint_check import blueprint_problems
from agentprov.provisioning.bulk import plan_users
from agentprov.provisioning.confirming import Confirmation
from agentprov.provisioning.definitions import define_property, redefine_property, remove_property
from agentprov.provisioning.draft import Draft, resume_draft
from agentprov.provisioning.draft_review import Review, finish_draft, review_draft
from agentprov.provisioning.drafting import (
    begin_draft,
    clear_step,
    draft_steps,
    enter,
    go_to_step,
    next_step,
    previous_step,
    take_back,
)
from agentprov.provisioning.labels import labels_of
from agentprov.provisioning.leaving import confirmation, delete
from agentprov.provisioning.limits import bound_property, lock_property, unbound_property, unlock_property
from agentprov.provisioning.moves import move_user
from agentprov.provisioning.pages import FieldView, FormView, StepView, form
from agentprov.provisioning.profiles import create_profile, delete_profile, tick_profile, untick_profile, update_profile
from agentprov.provisioning.properties import reset_property, set_property
from agentprov.provisioning.standing import doubtful_contacts, forwards_astray, required_missing, values_asleep
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
from agentprov.provisioning.tenant_forms import tenant_form
from agentprov.provisioning.user_groups import create_user_group, delete_user_group, move_user_group, rename_user_group
from agentprov.provisioning.users import create_user, delete_user, referrers_of, update_user

__all__ = [
    "Confirmation",
    "Draft",
    "FieldView",
    "FormView",
    "Restoration",
    "Review",
    "StepView",
    "as_they_left",
    "begin_draft",
    "block",
    "blueprint_problems",
    "bound_property",
    "clear_step",
    "confirmation",
    "create_profile",
    "create_user",
    "create_user_group",
    "deactivate",
    "define_property",
    "delete",
    "delete_profile",
    "delete_user",
    "delete_user_group",
    "disable",
    "doubtful_contacts",
    "draft_steps",
    "enable",
    "enter",
    "finish_draft",
    "form",
    "forwards_astray",
    "go_to_step",
    "labels_of",
    "lock_property",
    "move_user",
    "move_user_group",
    "next_step",
    "plan_users",
    "previous_step",
    "reactivate",
    "redefine_property",
    "referrers_of",
    "remove_property",
    "rename_user_group",
    "required_missing",
    "reset_property",
    "restoration",
    "resume_draft",
    "review_draft",
    "set_property",
    "take_back",
    "tenant_form",
    "tick_profile",
    "unblock",
    "unbound_property",
    "unlock_property",
    "untick_profile",
    "update_profile",
    "update_user",
    "values_asleep",
]

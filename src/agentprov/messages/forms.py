"""What is said of drafts of forms, and of blueprints as a person writes them."""

from __future__ import annotations

from typing import Final

from agentprov.messages.entries import Catalogue, Entry

FORMS: Final[Catalogue] = {
    # drafts of forms
    "draft.malformed": Entry("this is no draft that the library wrote", "pass on exactly what was written"),
    "draft.version": Entry(
        "the draft has version `{value}`, and {known} is known", "let the version of the library that wrote it read it"
    ),
    "draft.other_tenant": Entry(
        "the draft belongs to tenant `{value}`, not `{expected}`", "go on with it in its own tenant"
    ),
    "draft.other_step": Entry("isn't on the step `{step}`", "go to the step that has it, then enter it"),
    "draft.step_not_reached": Entry("the step `{value}` isn't reached yet", "choose one of: {choices}"),
    "draft.password_not_kept": Entry("the password wasn't stored with the draft", "type it again, or leave it out"),
    "draft.field_changed": Entry(
        "somebody changed this since it was entered here", "look at the stored value, then keep or take back your own"
    ),
    # blueprints as a person writes them
    "blueprint.unknown_field": Entry(
        "there is no field `{value}`{hint}", "correct the name, or make it a switch of this blueprint"
    ),
    "blueprint.switch_is_field": Entry(
        "the switch `{value}` has the name of a field that is there for all", "give the switch another name"
    ),
    "blueprint.never_reached": Entry(
        "never counts: what stands before it for `{value}` fits everybody whom it means",
        "put the special case first, or remove one of the two",
    ),
    "blueprint.drawn_twice": Entry("the field `{value}` is on more than one page", "keep it on one step"),
    "blueprint.not_drawn": Entry("the field `{value}` is required and on no page", "add it to a step"),
}

"""What a person reads on a form besides problems: labels, helps, choices, titles; a host may replace each (PV-1).

The English is that of the fields and of the blueprint. A host's own labels are texts under the same keys, and what they
lack is English: ``field.email``, ``field.email.help``, ``choice.status.active``, ``type.person``, ``role.admin``,
``step.general``. Names of a tenant's own objects are data, and nobody's to translate.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from agentprov.model.blueprint import Blueprint, FieldRule, FormStep
from agentprov.model.ids import RoleId
from agentprov.model.table import Table
from agentprov.provisioning.fields import Choice, Field, fields_of

Labels = Mapping[str, str]

ENGLISH_LABELS: Final[Labels] = {}
"""No labels of a host's own."""


def labels_of(blueprint: Blueprint) -> Table[str, str]:
    """Every key of this blueprint's forms with its English text: what there is to translate.

    Where rules for different users give a field different labels, the key has the first; a translation replaces all.

    >>> from agentprov.model.access import Catalogue
    >>> labels_of(Blueprint(name="Plain", catalogue=Catalogue()))["type.person"]
    'Person'
    """
    out: dict[str, str] = {}
    fields = fields_of(blueprint)
    for rule in (each for each in blueprint.rules if each.field in fields):
        field = fields[rule.field]
        out.setdefault(f"field.{field.name}", label(field, rule, ENGLISH_LABELS))
        help_ = help_text(field, rule, ENGLISH_LABELS)
        if help_ is not None:
            out.setdefault(f"field.{field.name}.help", help_)
        out |= {f"choice.{field.name}.{choice.value}": choice.label for choice in field.choices}
    out |= {f"type.{name}": type_label(name, ENGLISH_LABELS) for name in blueprint.user_types}
    out |= {f"role.{role}": role_label(blueprint, role, ENGLISH_LABELS) for role in sorted(blueprint.roles or ())}
    out |= {f"step.{step.name}": step.title for step in blueprint.steps}
    return Table(out)


def label(field: Field, rule: FieldRule | None, labels: Labels) -> str:
    """What the field is called: the host's word for it, else the rule's, else the field's own."""
    own = None if rule is None else rule.label
    return labels.get(f"field.{field.name}") or own or field.label


def help_text(field: Field, rule: FieldRule | None, labels: Labels) -> str | None:
    """What is said beside the field, if anything."""
    own = None if rule is None else rule.help
    return labels.get(f"field.{field.name}.help") or own or field.help


def choice_labels(field: Field, labels: Labels) -> tuple[Choice, ...]:
    """The fixed choices of a field."""
    return tuple(
        Choice(value=each.value, label=labels.get(f"choice.{field.name}.{each.value}", each.label))
        for each in field.choices
    )


def type_label(name: str, labels: Labels) -> str:
    """What a type of users is called."""
    return labels.get(f"type.{name}") or name.replace("-", " ").replace("_", " ").capitalize()


def role_label(blueprint: Blueprint, role: RoleId, labels: Labels) -> str:
    """What a role of the blueprint is called."""
    ready = blueprint.ready_roles.get(role)
    return labels.get(f"role.{role}") or (role.replace("-", " ").capitalize() if ready is None else ready.name)


def step_title(step: FormStep, labels: Labels) -> str:
    """What a page of the form is called."""
    return labels.get(f"step.{step.name}") or step.title

"""A form drawn as a page of HTML, from nothing but its data: ``python examples/form_page/page.py > form.html``.

Every text goes through ``escape``: names and labels are data, and data may hold any character.
"""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Any

import agentprov as ap
from agentprov.provisioning import tenant_form

Data = dict[str, Any]
INPUTS = {
    "email": "email",
    "phone": "tel",
    "secret": "password",
    "seconds": "number",
    "numeric-id": "number",
}
LINES = {
    "phones": "one number on each line",
    "addresses": "`all`, or one network or name on each line",
    "details": "one `key: value` on each line",
    "area-caller-ids": "one `area code: caller ID` on each line",
    "skills": "one `skill: level` on each line",
    "profiles": "one `name: skill=level, skill=level` on each line",
}
LOCKS = {
    "derived": "Follows from other fields.",
    "fixed": "Can't be changed.",
    "move": "Changes by a move.",
    "not-permitted": "You may not set this.",
    "not-sayable": "Set in another place.",
}

STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; color: #222 }
fieldset { border: 1px solid #ccc; border-radius: 6px; margin: 0 0 1.5rem; padding: .5rem 1.2rem 1rem }
legend { font-weight: 600; padding: 0 .4rem } .field { margin: .8rem 0 } label { display: block; font-weight: 500 }
.check label { display: inline } small { color: #555; display: block } .must::after { content: " *"; color: #b00020 }
input:not([type=checkbox]), select, textarea { width: 100%; box-sizing: border-box; padding: .35rem; font: inherit }
"""


def page(form: Data, title: str) -> str:
    """The page of a form, as ``FormView.as_data()`` gives it."""
    steps = "\n".join(step_html(step, form["password_rule"]) for step in form["steps"])
    data = json.dumps(form).replace("<", "\\u003c")
    return (
        f"<!doctype html>\n<html lang=en><meta charset=utf-8><title>{escape(title)}</title>\n<style>{STYLE}</style>\n"
        f"<h1>{escape(title)}</h1>\n<form method=post>\n{steps}\n<button>Submit</button>\n</form>\n"
        f'<script type="application/json" id="form">{data}</script>\n</html>\n'
    )


def step_html(step: Data, password_rule: list[str]) -> str:
    """One page of the form as a group of fields. What this user can't have is left out."""
    fields = "\n".join(field_html(field, password_rule) for field in step["fields"] if field["ask"] != "forbidden")
    return f"<fieldset><legend>{escape(step['title'])}</legend>\n{fields}\n</fieldset>"


def field_html(field: Data, password_rule: list[str]) -> str:
    """One field: its label, what is typed or chosen, and what is said beside it."""
    said = [field["help"], LINES.get(field["kind"]), LOCKS.get(field["lock"] or "")]
    if field["kind"] == "secret":
        said += [text[:1].upper() + text[1:] + "." for text in password_rule]
    notes = "".join(f"<small>{escape(text)}</small>" for text in said if text)
    must = ' class="must"' if field["ask"] == "required" else ""
    label = f"<label for={quoted(field['name'])}{must}>{escape(field['label'])}</label>"
    drawn = control(field)
    if field["kind"] == "flag":
        return f'<div class="field check">{drawn} {label}{notes}</div>'
    return f'<div class="field">{label}{drawn}{notes}</div>'


def control(field: Data) -> str:
    """What a person types into or chooses from."""
    value = field["default"] if field["value"] is None else field["value"]
    begin = f"name={quoted(field['name'])} id={quoted(field['name'])}"
    begin += " disabled" if field["lock"] else ""
    begin += " required" if field["ask"] == "required" and not field["instead"] and field["kind"] != "flag" else ""
    match field["kind"]:
        case "flag":
            return f"<input type=checkbox {begin}{' checked' if value is True else ''}>"
        case "choice" | "user-type" | "reference":
            return select(field, begin, [] if value is None else [value], several=False)
        case "references" | "reference-set":
            return select(field, begin, value if isinstance(value, list) else [], several=field["most"] != 1)
        case "phones" | "addresses" | "details" | "area-caller-ids" | "skills" | "profiles":
            return f"<textarea {begin} rows=3>{escape(lines(value))}</textarea>"
        case kind:
            limits = {"maxlength": field["longest"], "min": field["low"], "max": field["high"]}
            limits_html = "".join(f" {name}={quoted(limit)}" for name, limit in limits.items() if limit is not None)
            shown = "" if value is None else f" value={quoted(value)}"
            return f"<input type={INPUTS.get(kind, 'text')} {begin}{limits_html}{shown}>"


def select(field: Data, begin: str, chosen: list[Any], *, several: bool) -> str:
    """A list to choose from; what the actor may not choose is there and can't be."""
    options = [] if several else ["<option value=''></option>"]
    for choice in field["choices"]:
        marks = " selected" if choice["value"] in chosen else ""
        marks += "" if choice["allowed"] else " disabled"
        options.append(f"<option value={quoted(choice['value'])}{marks}>{escape(choice['label'])}</option>")
    if field["more_choices"]:
        options.append(f"<option disabled>and {field['more_choices']} more</option>")
    return f"<select {begin}{' multiple' if several else ''}>{''.join(options)}</select>"


def lines(value: object) -> str:
    """A list or an object as lines of text."""
    if isinstance(value, dict):
        return "\n".join(f"{key}: {entry}" if entry is not None else str(key) for key, entry in value.items())
    return "\n".join(map(line, value)) if isinstance(value, list) else str(value or "")


def line(entry: object) -> str:
    """An entry of a list as a line of text: a personal profile with its skills, anything else as it is."""
    if not isinstance(entry, dict):
        return str(entry)
    skills = entry.get("skills") or {}
    levels = skills.items() if isinstance(skills, dict) else [(skill, None) for skill in skills]
    said = ", ".join(f"{skill}={level}" if level is not None else str(skill) for skill, level in levels)
    return f"{entry.get('name', '')}: {said}"


def quoted(value: object) -> str:
    """A value as an attribute of HTML."""
    return f'"{escape(str(value), quote=True)}"'


if __name__ == "__main__":
    tenant = ap.load(Path(__file__).parent.parent / "smartflo.toml")
    print(page(tenant_form(tenant, by="u-meera", user="u-asha").as_data(), "Asha Menon"), end="")

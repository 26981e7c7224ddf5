"""A front desk with rights of every kind: roles that inherit, scopes, denies, grants with and without a giver."""

from __future__ import annotations

RIGHTS = """\
agentprov = 1
id = "t-desk"
name = "Front Desk"

[settings]
time_zone = "Europe/Oslo"
region = "NO"

[blueprint]
name = "desk"
rules = [{ field = "login", ask = "required" }, { field = "name" }, { field = "roles" }]

[blueprint.catalogue.sections]
user = ["view", "add", "edit"]
number = ["view"]

[users.u-ada]
login = "ada"
name = "Ada Lien"
roles = ["admin"]

[users.u-bo]
login = "bo"
name = "Bo Dahl"
roles = ["lead"]
home_department = "d-sales"
user_group = "g-day"
visibility = { numbers = ["n-main"] }

[users.u-cai]
login = "cai"
name = "Cai Holm"
supervisor = "u-bo"
home_department = "d-sales"
agent_groups = ["a-first"]

[users.u-dag]
login = "dag"
name = "Dag Moe"
home_department = "d-service"
user_group = "g-late"

[[users.u-dag.grants]]
permission = "user:view"
scope = ["user:u-cai", "agent-group:a-first"]
given_by = "u-ada"
given_at = 2026-01-05T09:30:00Z

[[users.u-dag.grants]]
permission = "user:edit"
scope = ["self"]
given_by = "u-gone"

[[users.u-dag.grants]]
permission = "number:view"
scope = ["number:n-main"]
given_at = 2026-01-05T09:30:00Z

[users.u-eva]
login = "eva"
name = "Eva Strand"
roles = ["admin"]
status = "blocked"

[users.u-finn]
login = "finn"
name = "Finn Vik"
roles = ["admin", "trainee"]

[roles.admin]
name = "Admin"
grants = [{ permission = "user:*", scope = ["tenant"] }]

[roles.lead]
name = "Lead"
inherits = ["viewer"]
grants = [
    { permission = "user:edit", scope = ["own-agents", "own-user-group"] },
    { permission = "user:edit", scope = ["self"], effect = "deny" },
]

[roles.viewer]
name = "Viewer"
grants = [
    { permission = "user:view", scope = ["home-department", "self"] },
    { permission = "number:view", scope = ["own-numbers", "department:d-service"] },
]

[roles.trainee]
name = "Trainee"
grants = [{ permission = "user:add", scope = ["tenant"], effect = "deny" }]

[departments.d-sales]
name = "Sales"

[departments.d-service]
name = "Service"

[agent_groups.a-first]
name = "First line"

[user_groups.g-day]
name = "Day"

[user_groups.g-late]
name = "Late"
parent = "g-day"

[numbers.n-main]
phone = "+4722222222"
name = "Main line"
to = { type = "agent", user = "u-bo" }

[queues.q-sales]
name = "Sales queue"
"""

"""What is said of rights, of changes and of what refuses them."""

from __future__ import annotations

from typing import Final

from agentprov.messages.entries import Catalogue, Entry

RIGHTS_AND_CHANGES: Final[Catalogue] = {
    # access and properties
    "permission.invalid": Entry("`{value}` is not a permission", "write it as `section:action`"),
    "permission.unknown": Entry("`{value}` is not in the catalogue", "use a permission of the blueprint's catalogue"),
    "permission.not_granted": Entry("`{actor}` isn't granted `{permission}` here", "ask someone who may grant it"),
    "permission.denied": Entry("`{actor}` is denied `{permission}` here", "ask someone who may lift the deny"),
    "scope.unknown": Entry("`{value}` is not a scope", "choose one of: {choices}"),
    "role.second_parent": Entry(
        "inherits from more than one role: {choices}", "keep one of: {choices}; this tenant's roles form a tree"
    ),
    "scope.too_long": Entry(
        "has {value} terms; {most} are the most", "choose agent groups or departments instead of single users"
    ),
    "grants.too_many": Entry("has {value} grants; {most} are the most", "grant whole sections, or use a role"),
    "separation.too_few_roles": Entry("needs at least 2 roles to keep apart, found {value}", "name two roles or more"),
    "separation.unknown": Entry("there is no separation `{value}`", "name a separation of this tenant"),
    "separation.violated": Entry(
        "`{value}` keeps {roles} apart, and too many of them would be had by {count}: {users}",
        "take roles from them first, or keep the roles apart in another way",
    ),
    "separation.has_role": Entry("`{value}` is one of the roles already", "leave it as it is"),
    "separation.lacks_role": Entry("`{value}` isn't one of the roles", "name one of: {choices}"),
    "role.unknown": Entry("there is no role `{value}`", "name a role of this tenant"),
    "role.everyone": Entry("everybody has the role `{value}`, always", "name another role"),
    "role.assigned": Entry("`{user}` has the role `{value}` already", "leave it as it is"),
    "role.not_assigned": Entry("`{user}` doesn't have the role `{value}` as their own", "name one of: {choices}"),
    "role.inherited": Entry("`{senior}` inherits from `{value}` already", "leave it as it is"),
    "role.not_inherited": Entry("`{senior}` doesn't itself inherit from `{value}`", "name one of: {choices}"),
    "role.not_authorized": Entry("`{user}` doesn't have the role `{value}`", "assign it first, or leave it out"),
    "visibility.exceeds_actor": Entry(
        "shows {users} {what} beyond what `{actor}` sees", "have somebody who sees all of it do it"
    ),
    "grant.exists": Entry("this grant of `{value}` is there already", "leave it, or change its scope"),
    "grant.missing": Entry(
        "there is no such grant of `{value}`", "look whether a role gives it, and for what scope it was granted"
    ),
    "session.unknown": Entry("there is no session `{value}`", "name a session that is there"),
    "session.over": Entry("the session of `{value}` is over", "create another one"),
    "session.other_user": Entry("the session isn't one of `{value}`", "name its own user"),
    "session.separation": Entry(
        "these roles can't be active together in one session: {roles}; `{value}` keeps them apart",
        "drop one of them from the session first",
    ),
    "session.role_active": Entry("the role `{value}` is active already", "leave it as it is"),
    "session.role_not_active": Entry("the role `{value}` isn't active", "name one of: {choices}"),
    "role.not_in_blueprint": Entry("the blueprint has no role `{value}`", "choose one of: {choices}"),
    "property.name": Entry("`{value}` is not a property's name", "use lower-case words joined by dots"),
    "property.unknown": Entry("there is no property `{value}`", "define the property, or correct its name"),
    "property.not_settable": Entry("`{value}` can't be set at the level of a {level}", "set it at another level"),
    "property.bounds_empty": Entry("no number lies from {low} to {high}", "put the lower bound first"),
    "profile.owner": Entry(
        "a profile belongs to a user group or to a user, and to one only", "name either a user group or a user"
    ),
    "profile.personal": Entry("`{value}` is a personal profile, which can't be unticked", "name a group profile"),
    "region.unknown": Entry("`{value}` is not a region", "write two capital letters, such as `IN`"),
    # changes and their guards
    "conflict.stale": Entry(
        "the tenant is at version {value}, the change was made on version {expected}", "make the change again"
    ),
    "conflict.tenant": Entry("this is tenant `{value}`, the change is for `{expected}`", "apply it to its own tenant"),
    "conflict.changed": Entry("is no longer what it was when the change was made", "make the change again"),
    "user.logged_on_queue": Entry(
        "`{value}` is logged on to {queues}", "have them log off from the queue, then try again"
    ),
    "live.fact_missing": Entry("the live fact `{fact}` wasn't given", "pass what the host knows of `{fact}`"),
    # provisioning: forms, guards, storage
    "field.not_allowed": Entry("can't be given for this user", "leave it empty"),
    "field.derived": Entry("follows from other fields and can't be entered", "leave it empty"),
    "field.immutable": Entry("can't be changed once it is saved", "leave it as it is"),
    "field.needs": Entry("needs a value in {fields}", "give {fields} too, or leave this empty"),
    "field.taken": Entry("`{value}` is taken by `{holder}`", "give another value"),
    "field.contradicts": Entry("contradicts {other}", "give one of the two only"),
    "field.recommended": Entry("a value is recommended", "give a value if there is one"),
    "field.discouraged": Entry("is better left empty", "leave it empty"),
    "contact.required": Entry("at least one of {fields} is required", "give at least one of {fields}"),
    "role.only_one": Entry("only one role can be held at a time", "choose one role"),
    "role.exceeds_actor": Entry(
        "gives {users} {permissions} beyond what `{actor}` holds", "have somebody who holds these rights do it"
    ),
    "resource_filter.exceeds_actor": Entry(
        "would let {users} see more than the resource filter of `{actor}` leaves",
        "ask somebody whom no resource filter bounds, or leave out what `{actor}` doesn't see",
    ),
    "revoke.exceeds_actor": Entry(
        "takes {permissions} from {users} beyond what `{actor}` holds", "have somebody do it who may grant to them"
    ),
    "user.not_in_access_list": Entry(
        "`{value}` isn't in the access-control list", "choose a supervisor or an admin, or grant it directly"
    ),
    "skill.without_level": Entry("skills have no levels here", "leave the level out"),
    "login.immutable": Entry("the login `{value}` is fixed once it is saved", "keep the login, or create another user"),
    "two_factor.needs_mobile": Entry(
        "two-factor authentication needs a registered mobile",
        "give a mobile, or a phone number that can receive messages",
    ),
    "password.not_generated": Entry(
        "a password is to be generated, and none came with the request", "generate one for this blueprint's rule"
    ),
    "password.method": Entry("the authentication method `{method}` has no password", "leave the password empty"),
    "id.taken": Entry("the id `{value}` belongs to {holder}", "give another id"),
    "user.move_not_update": Entry(
        "an update can't change the user group of `{value}`", "move the user to the group, an operation of its own"
    ),
    "user.block_not_delete": Entry(
        "users of this tenant are blocked, not deleted", "set the status of `{value}` to `blocked`"
    ),
    "user.unblock_needs_admin": Entry("only an admin can unblock `{value}`", "have an admin do it"),
    "admin.last": Entry("the tenant would be left without an admin", "make somebody else an admin first"),
    "tenant.unknown": Entry("there is no tenant `{value}`", "name a tenant that was created"),
    "tenant.exists": Entry("there is a tenant `{value}` already", "load it, or create another one"),
    "version.unknown": Entry(
        "version {value} isn't in the log, which reaches from {low} to {high}", "load the tenant anew"
    ),
    "idempotency_key.invalid": Entry("`{value}` is not an idempotency key", "use 1 to 200 printable ASCII characters"),
    "idempotency_key.reused": Entry(
        "the idempotency key `{value}` was used for another change", "use a new key for each change"
    ),
    # a user among others
    "login.taken": Entry("the login `{value}` is taken by `{holder}`", "choose another login"),
    "numeric_id.taken": Entry("the numeric id `{value}` is taken by `{holder}`", "choose a free numeric id"),
    "extension.taken": Entry("the extension `{value}` is taken by `{holder}`", "choose a free extension"),
    "email.taken": Entry("the email `{value}` is taken by `{holder}`", "give another email"),
    "mobile.taken": Entry("the mobile `{value}` is taken by `{holder}`", "give another mobile"),
    "number.taken": Entry("the number `{value}` is taken by `{holder}`", "keep it at one of the two"),
    "windows_login.domain": Entry("`{value}` still names its domain", "keep only the part that names the user"),
    "dialler_panel.needs_login_based": Entry(
        "the dialler panel needs login-based calling", "switch login-based calling on, or the dialler panel off"
    ),
    "forward.without_phone": Entry(
        "the call-forward number follows the phone number, and there is none", "give a phone number, or no forwarding"
    ),
    "supervisor.self": Entry("nobody is their own supervisor", "name another supervisor"),
    "supervisor.role": Entry("`{value}` is no supervisor here", "name a user with one of the roles: {choices}"),
    "supervisor.has_agents": Entry(
        "`{value}` still supervises {agents}", "give these agents another supervisor first, or keep the role"
    ),
    "user.not_routed": Entry("calls are never sent to `{value}`, because of their type", "name another user"),
    "user.unknown": Entry("there is no user `{value}`", "name a user of this tenant"),
    "user.not_active": Entry("the account of `{value}` isn't active", "ask someone who may bring the account back"),
    "object.unknown": Entry("there is no such object in this tenant", "name an object of this tenant"),
    "blueprint.no_rule": Entry("the blueprint has no rule for the field `{value}`", "add a rule, or correct the name"),
    # leaving
    "reference.needed": Entry("can't do without this, and it would be gone", "replace it, or change this first"),
    "hours.none_left": Entry("calls are let in at all times without these hours", "give other hours if that is wrong"),
    "replacement.goes": Entry("`{value}` is itself among what goes", "name another one that stays"),
    "confirmation.required": Entry(
        "has to be confirmed first: {count} would go, to which {referrers} refer",
        "look at it, then confirm `{value}`",
    ),
    "confirmation.void": Entry(
        "`{value}` confirms something else: what would go, or who refers to it, has changed",
        "look at it again, then confirm `{expected}`",
    ),
    "tombstone.stays": Entry("what is kept of deleted users can't be deleted", "undo the deletion instead"),
    "status.other_way": Entry("`{value}` is {status}, so this isn't the way back", "{operation} them instead"),
    "user.still_logged_on": Entry("`{value}` is still logged on to {queues}", "log them off from there"),
    "restore.missing": Entry("isn't what it was when they left: {words}", "give it again if it is still wanted"),
}

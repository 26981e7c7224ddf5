"""What is said about properties with locks and bounds, and about profiles."""

from __future__ import annotations

from typing import Final

from agentprov.messages.entries import Catalogue, Entry

PROPERTIES: Final[Catalogue] = {
    "property.limit_empty": Entry("neither a lock nor a bound", "lock the property, bound it, or leave the limit out"),
    "property.bound_misfit": Entry("only whole numbers can be bound by a range", "list the values that are allowed"),
    "property.bounds_disjoint": Entry(
        "no value of `{value}` is inside this bound and those around it", "widen one of the bounds"
    ),
    "property.nothing_in_bounds": Entry(
        "of what is set here and further out no value of `{value}` is inside the bounds",
        "set a value inside them first, here or further out, or widen them",
    ),
    "property.locked": Entry("`{value}` is locked by {holder}", "have it set there, or have the lock taken away"),
    "property.sleeps_locked": Entry(
        "the value {sleeping} of `{value}` doesn't count while {holder} locks the property",
        "take the value away, or have the lock taken away",
    ),
    "property.sleeps_out_of_bounds": Entry(
        "the value {sleeping} of `{value}` doesn't count, as it is outside the bound of {holder}",
        "give a value inside the bound, or have the bound widened",
    ),
    "property.puts_to_sleep": Entry(
        "own values of `{value}` that no longer count: {groups} of user groups, {users} of users",
        "tell them, or take the values away; none is lost",
    ),
    "property.exists": Entry("there is a property `{value}` already", "change its definition, or choose another name"),
    "property.in_use": Entry(
        "`{value}` still has values or limits: {count} of them, at {holders}",
        "take them away first, or remove them together with the property",
    ),
    "profile.not_offered": Entry(
        "the profile `{value}` isn't offered to this user", "name a profile of their user group, or one around it"
    ),
}

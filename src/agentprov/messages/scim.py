"""What is said of requests that come in the words of SCIM."""

from __future__ import annotations

from typing import Final

from agentprov.messages.entries import Catalogue, Entry

SCIM: Final[Catalogue] = {
    "scim.syntax": Entry("the request isn't {expected}", "send {expected}"),
    "scim.filter_invalid": Entry("the filter can't be read at `{value}`: expected {expected}", "correct the filter"),
    "scim.filter_too_large": Entry("the filter is over the limit of {limit} {what}", "ask in smaller parts"),
    "scim.path_invalid": Entry(
        "`{value}` is not the path of an attribute here", "name an attribute that the schemas of this service list"
    ),
    "scim.no_target": Entry("nothing is at `{value}`", "read the resource anew, and name what is there"),
    "scim.read_only": Entry("`{value}` can't be changed", "leave it as it is"),
    "scim.unmapped": Entry("`{value}` isn't kept here", "leave it out, or map it to an attribute of the schemas"),
    "scim.ambiguous": Entry("there are {count} values, and one is kept", "give one, or mark one as primary"),
    "scim.user_name_collides": Entry(
        "without case, the login `{value}` is the login of `{other}` too", "give one of the two another login"
    ),
    "scim.version_changed": Entry(
        "the resource isn't at the version `{value}` any more", "read it anew, and try again"
    ),
}

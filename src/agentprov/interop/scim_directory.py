"""A tenant as SCIM sees it: where its resources are, what clients call them, and what the protocol can't tell apart."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from urllib.parse import quote

import attrs

from agentprov.engine.access import Access
from agentprov.errors import Code, Collector, NotFound, Refused
from agentprov.interop.scim_attributes import Resource, ResourceType
from agentprov.interop.scim_mapping import group_type, mapped_fields, user_type
from agentprov.model.access import Permission
from agentprov.model.groups import UserGroup
from agentprov.model.identity import login_key
from agentprov.model.ids import UserGroupId, UserId
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status, User
from agentprov.provisioning.fields import Field

USER_VIEW = Permission("user:view")
GROUP_VIEW = Permission("user_group:view")


def _external_ids(ids: Mapping[str, str]) -> Table[str, str]:
    return Table(ids)


@attrs.frozen(kw_only=True, eq=False)
class Directory:
    """One version of a tenant behind a URL, made once for it.

    ``base`` is the URL of the service, without a slash at the end. ``external_ids`` are what the provisioning client
    calls the resources, by the ids of these; they belong to a client (RFC 7643, 3.1), so the host keeps them beside the
    tenant, for each client apart.
    """

    tenant: Tenant
    base: str = ""
    external_ids: Table[str, str] = attrs.field(factory=Table, converter=_external_ids)

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """The fields of a form that are attributes of users here."""
        return mapped_fields(self.tenant.blueprint)

    @cached_property
    def users(self) -> ResourceType:
        """The resource type of users, as it is published."""
        return user_type(self.tenant)

    @cached_property
    def users_in_requests(self) -> ResourceType:
        """The resource type of users, with the fields that the blueprint forbids."""
        return user_type(self.tenant, every=True)

    @cached_property
    def groups(self) -> ResourceType:
        """The resource type of groups."""
        return group_type(self.tenant)

    @cached_property
    def types(self) -> tuple[ResourceType, ...]:
        """Every type of resources."""
        return (self.users, self.groups)

    @cached_property
    def members(self) -> Mapping[UserGroupId, tuple[UserId, ...]]:
        """The users of each user group itself, that SCIM sees."""
        found: dict[UserGroupId, list[UserId]] = {}
        for user in self.tenant.users.values():
            if user.user_group is not None and self.is_there(user):
                found.setdefault(user.user_group, []).append(user.id)
        return {group: tuple(ids) for group, ids in found.items()}

    @cached_property
    def _holders(self) -> Mapping[str, tuple[UserId, ...]]:
        found: dict[str, list[UserId]] = {}
        for user in self.tenant.users.values():
            found.setdefault(login_key(user.login, ignore_case=True), []).append(user.id)
        return {key: tuple(ids) for key, ids in found.items()}

    def holders(self, login: str) -> tuple[UserId, ...]:
        """Who has this login, as SCIM compares them: without case."""
        return self._holders.get(login_key(login, ignore_case=True), ())

    def is_there(self, user: User) -> bool:
        """Whether SCIM knows the user. Where users can't be deleted, one who is blocked counts as deleted (PV-8)."""
        return self.tenant.blueprint.users_can_be_deleted or user.status is not Status.BLOCKED

    def user(self, id_: str, by: UserId | None = None) -> User:
        """The user of this id, if ``by`` may see them.

        Raises:
            NotFound: ``user.unknown``, also for whom ``by`` may not see.
        """
        user = self.tenant.users.get(UserId(id_))
        if user is None or not self.is_there(user) or not self.may_see(by, user):
            raise NotFound.of(Code.USER_UNKNOWN, "id", value=str(id_)[:128])
        return user

    def group(self, id_: str, by: UserId | None = None) -> UserGroup:
        """The user group of this id, if ``by`` may see groups.

        Raises:
            NotFound: ``object.unknown``.
        """
        group = self.tenant.user_groups.get(UserGroupId(id_))
        if group is None or not self.may_see_groups(by):
            raise NotFound.of(Code.OBJECT_UNKNOWN, "id", value=str(id_)[:128])
        return group

    def members_seen(self, group: UserGroup, by: UserId | None) -> tuple[UserId, ...]:
        """The members of a group whom the actor may see."""
        members = self.members.get(group.id, ())
        return members if by is None else tuple(id_ for id_ in members if self.may_see(by, self.tenant.users[id_]))

    def may_see(self, by: UserId | None, user: User) -> bool:
        """Whether the actor may see this user; the host sees everybody."""
        return by is None or self._access.allows(by, USER_VIEW, user.id)

    def may_see_groups(self, by: UserId | None) -> bool:
        """Whether the actor may see groups: by the permission for groups, or where there is none, for users."""
        if by is None:
            return True
        known = self.tenant.blueprint.catalogue.expand(GROUP_VIEW)
        return self._access.allows(by, GROUP_VIEW if known else USER_VIEW)

    @cached_property
    def _access(self) -> Access:
        return Access(self.tenant)

    def check_telling(self, *users: User) -> None:
        """Refuse to give out users whom SCIM, which compares without case, couldn't tell from others.

        Raises:
            Refused: ``scim.user_name_collides``, for each of them.
        """
        found = Collector()
        for user in users:
            others = [other for other in self.holders(user.login) if other != user.id]
            if others:
                found.add(Code.SCIM_USER_NAME_COLLIDES, "userName", value=user.login, other=others[0])
        found.check(Refused)

    def location(self, of: ResourceType, id_: str) -> str:
        """Where a resource is."""
        return f"{self.base}{of.endpoint}/{quote(id_, safe='')}"

    def finished(self, resource: Resource, of: ResourceType) -> Resource:
        """The resource with what every one has: ``schemas``, ``externalId``, ``meta``.

        The version is a digest of everything else, so it changes when the resource looks different, and only then: not
        with the tenant's version, which every change of anybody moves on. A weak one, for the bytes may differ.
        """
        id_ = resource["id"]
        extensions = [schema.id for schema in of.extensions if resource.get(schema.id)]
        there = {name: value for name, value in resource.items() if value not in ("", [], {})}
        out: Resource = {"schemas": [of.schema.id, *extensions], **there}
        if id_ in self.external_ids:
            out["externalId"] = self.external_ids[id_]
        digest = hashlib.sha256(json.dumps([self.tenant.id, out], sort_keys=True).encode()).hexdigest()
        meta = {"resourceType": of.name, "location": self.location(of, id_), "version": f'W/"{digest[:24]}"'}
        return {**out, "meta": meta}

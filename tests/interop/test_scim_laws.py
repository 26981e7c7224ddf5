"""What holds of every user and every resource (PV-12): there and back, PATCH against PUT, what others' models say."""

from __future__ import annotations

from functools import cache
from typing import Any

import attrs
from hypothesis import assume, given
from hypothesis import strategies as st

from agentprov.errors import AgentprovError, Collector
from agentprov.interop.scim_attributes import Mutability, Resource, ResourceType
from agentprov.interop.scim_directory import Directory
from agentprov.interop.scim_mapping import mapped_fields, path_of
from agentprov.interop.scim_models import check_resource, provider_of
from agentprov.interop.scim_queries import shown_of
from agentprov.interop.scim_reading import read_resource
from agentprov.interop.scim_requests import patch_user, replace_user
from agentprov.interop.scim_users import form_values, resource_of, user_resource
from agentprov.model.tenant import Tenant
from agentprov.model.users import SelectedAddresses, Status, User
from agentprov.provisioning.fields import FieldKind
from agentprov.provisioning.forms import neutral
from agentprov.provisioning.parsing import parse
from agentprov.provisioning.typed_form import typed_form_of
from agentprov.testing.strategies import Pool, tenants
from tests.interop.scim_service import BASE, NOBODY_LOGGED_ON, blueprint, directory, patch

FEW = Pool(
    users=Pool().users[:3],
    roles=Pool().roles[:2],
    departments=Pool().departments[:2],
    user_groups=Pool().user_groups[:3],
)
AS_TEXT = {FieldKind.PHONE, FieldKind.PHONES, FieldKind.EMAIL}
"""What is stored may be no number or address any more, so here texts are compared."""


@st.composite
def directories(draw: st.DrawFn) -> Directory:
    """Tenants whose form has every field."""
    drawn = draw(tenants(whole=FEW))
    assume(drawn.users)
    every = blueprint(user_types=drawn.blueprint.user_types)
    return Directory(
        tenant=attrs.evolve(drawn, blueprint=attrs.evolve(every, catalogue=drawn.blueprint.catalogue)), base=BASE
    )


def writable(of: ResourceType, wanted: Resource) -> Resource:
    """A whole resource with every attribute that can be written; null where it has none."""
    out: Resource = {"schemas": [schema.id for schema in of.schemas]}
    for schema in of.schemas:
        inside = out if schema is of.schema else out.setdefault(schema.id, {})
        source = wanted if schema is of.schema else wanted.get(schema.id, {})
        for attribute in schema.attributes:
            if attribute.mutability in {Mutability.READ_WRITE, Mutability.IMMUTABLE}:
                inside[attribute.name] = source.get(attribute.name)
    return out


def once(value: object) -> object:
    """The value without networks that are named twice, which mean nothing more."""
    return (frozenset(value.networks), value.named) if isinstance(value, SelectedAddresses) else value


def outcome(make: Any) -> Any:
    """A change, or the codes of what refuses it."""
    try:
        return make().change
    except AgentprovError as error:
        return type(error), frozenset(error.codes)


@given(directories())
def test_to_scim_and_back_is_every_field(of: Directory) -> None:
    """PV-12: a user as a resource, read again, says of every mapped field what the user has there."""
    tenant = of.tenant
    fields = mapped_fields(tenant.blueprint)
    for user in tenant.users.values():
        found, told = Collector(), Collector()
        read = read_resource(of.users_in_requests, resource_of(of, user), found, told)
        values = form_values(tenant, read, found, told)
        typed = typed_form_of(user, tenant.blueprint)

        assert [] == [*found.problems, *told.problems]
        assert (user.status is Status.ACTIVE) == values.pop("status")
        for name in fields.keys() - {"status", "password"}:
            stored, given_ = typed.value(name), values.get(name)
            if given_ is None:
                assert neutral(name) == stored, path_of(name)
            elif fields[name].kind in AS_TEXT:
                assert (list(stored) if isinstance(stored, tuple) else stored) == given_, path_of(name)
            else:
                assert once(stored) == once(parse(fields[name], given_, tenant)), path_of(name)


@given(directories())
def test_a_user_put_back_as_they_are_changes_nothing(of: Directory) -> None:
    """PV-12: a client may send back all it read, whatever the blueprint says of it."""
    for user in of.tenant.users.values():
        if len(of.holders(user.login)) == 1:
            document = user_resource(of, user.id)

            assert () == replace_user(of, user.id, document, by=None, live=None).change.edits


@given(directories(), st.data())
def test_a_patch_that_replaces_everything_is_a_put(of: Directory, data: st.DataObject) -> None:
    """PV-12: PATCH replace of the whole resource and PUT make the same change, or are refused for the same reasons."""
    one, other = (data.draw(st.sampled_from(list(of.tenant.users.values()))) for _ in range(2))
    assume(len(of.holders(one.login)) == 1)
    document = {**writable(of.users, resource_of(of, other)), "userName": one.login}
    request = patch({"op": "replace", "value": document})

    assert outcome(lambda: replace_user(of, one.id, document, by=None, live=NOBODY_LOGGED_ON)) == outcome(
        lambda: patch_user(of, one.id, request, by=None, live=NOBODY_LOGGED_ON)
    )


@given(directories())
def test_everything_emitted_is_taken_by_other_models(of: Directory) -> None:
    """PV-12: what is emitted is valid for another implementation of the schemas that are published."""
    provider = published()
    for user in of.tenant.users.values():
        whole = resource_of(of, user)

        for document in (whole, shown_of(whole, of.users)):
            assert user.login == check_resource(provider, document).user_name


@cache
def published() -> Any:
    """The models of the schemas that a tenant with every field publishes; what there is to choose from binds nobody."""
    return provider_of(directory())


def changed(user: User, tenant: Tenant) -> Directory:
    """The tenant with this user in place of the one of the same id."""
    return Directory(tenant=attrs.evolve(tenant, users=tenant.users.put(user.id, user)), base=BASE)


@given(directories(), st.data())
def test_the_version_follows_the_resource(of: Directory, data: st.DataObject) -> None:
    """PV-12: a resource's version is another one exactly if the resource looks different."""
    user = data.draw(st.sampled_from(list(of.tenant.users.values())))
    status = data.draw(st.sampled_from(Status))
    before = resource_of(of, user)
    after = resource_of(changed(attrs.evolve(user, status=status), of.tenant), attrs.evolve(user, status=status))

    assert (before["meta"]["version"] == after["meta"]["version"]) == (before == after) == (status is user.status)

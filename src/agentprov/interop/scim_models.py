"""What is emitted, held against the models of the library ``scim2-models``; needs the extra ``scim``.

The schemas of a tenant become the library's own models, for a host that goes on with these, and for a second opinion:
an implementation of RFC 7643 by others takes our documents or says why not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agentprov.errors import Code, InvalidValue, MissingExtra
from agentprov.interop.scim_attributes import Resource
from agentprov.interop.scim_directory import Directory
from agentprov.interop.scim_documents import resource_type_document, schema_documents, service_provider_config

if TYPE_CHECKING:
    from types import ModuleType


def provider_of(directory: Directory) -> Any:  # noqa: ANN401  the library's `ScimProvider`
    """The library's description of a service for this tenant: models made from its schemas.

    Raises:
        MissingExtra: ``extra.missing``.
    """
    library = _library()
    schemas = [library.Schema.model_validate(each) for each in schema_documents(directory.types, directory.base)]
    types = [library.ResourceType.model_validate(resource_type_document(of, directory.base)) for of in directory.types]
    config = library.ServiceProviderConfig.model_validate(service_provider_config(directory.base))
    return library.ScimProvider.from_discovery(schemas, types, config)


def check_resource(provider: Any, resource: Resource) -> Any:  # noqa: ANN401  the library's; a model made at run time
    """The resource as a value of the library, of the type that it says it is; by what :func:`provider_of` gave.

    Raises:
        InvalidValue: ``scim.syntax``, with the library's objections.
        MissingExtra: ``extra.missing``.
    """
    library = _library()
    (of,) = (each for each in provider.resource_types if each.name == resource["meta"]["resourceType"])
    model: Any = provider.model_for(of)
    try:
        return model.model_validate(resource, scim_ctx=library.Context.RESOURCE_QUERY_RESPONSE)
    except ValueError as error:
        raise InvalidValue.of(Code.SCIM_SYNTAX, expected=f"a resource: {error}"[:2_000]) from None


def _library() -> ModuleType:
    try:
        import scim2_models
    except ImportError:
        raise MissingExtra.of(Code.EXTRA_MISSING, extra="scim", package="scim2-models") from None
    return scim2_models

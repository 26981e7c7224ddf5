"""Documents: tenants and blueprints as JSON, TOML and YAML, and back (FF-1, FF-2).

Strict on reading: nothing is converted, nothing unknown is skipped, and every problem is reported with its path.
Canonical on writing: equal tenants give equal documents. The format is described on the page ``docs/files.md``, and by
the JSON Schema that :func:`agentprov.codec.schema.tenant_schema` makes.
"""

from agentprov.codec.blueprints import (
    blueprint,
    blueprint_names,
    decode_blueprint,
    encode_blueprint,
    holds_blueprint,
    load_blueprint,
)
from agentprov.codec.changes import decode_change, encode_change
from agentprov.codec.documents import decode, encode
from agentprov.codec.files import dump, dumps, load, loads
from agentprov.codec.formats import Format
from agentprov.codec.limits import Limits
from agentprov.codec.rows import decode_object, encode_head, encode_object, row_document, row_text, tenant_of
from agentprov.codec.schema import blueprint_schema, tenant_schema
from agentprov.codec.values import decode_value, encode_value
from agentprov.codec.versions import VERSION

__all__ = [
    "VERSION",
    "Format",
    "Limits",
    "blueprint",
    "blueprint_names",
    "blueprint_schema",
    "decode",
    "decode_blueprint",
    "decode_change",
    "decode_object",
    "decode_value",
    "dump",
    "dumps",
    "encode",
    "encode_blueprint",
    "encode_change",
    "encode_head",
    "encode_object",
    "encode_value",
    "holds_blueprint",
    "load",
    "load_blueprint",
    "loads",
    "row_document",
    "row_text",
    "tenant_of",
    "tenant_schema",
]

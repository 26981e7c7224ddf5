"""Writes the JSON Schema of documents anew, after a change of the model: ``python tools/schema.py``."""

from __future__ import annotations

from pathlib import Path

from agentprov.codec.schema import FILE, schema_text

path = Path(__file__).parent.parent / "src" / "agentprov" / "schema" / FILE
path.write_text(schema_text(), encoding="utf-8", newline="\n")
print(f"wrote {path}")

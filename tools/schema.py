"""Writes the JSON Schemas of documents anew, after a change of the model: ``python tools/schema.py``."""

from __future__ import annotations

from pathlib import Path

from agentprov.codec.schema import schema_texts

folder = Path(__file__).parent.parent / "src" / "agentprov" / "schema"
for name, text in schema_texts().items():
    (folder / name).write_text(text, encoding="utf-8", newline="\n")
    print(f"wrote {folder / name}")

"""Writes the table in ``docs/errors.md`` anew, after a change of the messages: ``python tools/error_table.py``."""

from __future__ import annotations

from pathlib import Path

from agentprov.errors import Code
from agentprov.messages import ENGLISH

PAGE = Path(__file__).parent.parent / "docs" / "errors.md"
BEGIN = "<!-- The table is made by tools/error_table.py -->\n"
END = "<!-- end of the table -->\n"


def table() -> str:
    """Every code with its English sentence and how to mend it, sorted by code."""
    rows = ["| code | what is said | how to mend it |", "|---|---|---|"]
    for code in sorted(Code):
        entry = ENGLISH[code.value]
        rows.append(f"| `{code.value}` | {_cell(entry.message)} | {_cell(entry.mend)} |")
    return "\n".join(rows) + "\n"


def with_table(page: str) -> str:
    """The page with the table as it is now."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    print(f"wrote {PAGE}")

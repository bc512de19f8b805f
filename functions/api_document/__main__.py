"""Write the API's document, and the tables of its manual: `make openapi`."""

import json
from pathlib import Path

from functions.api_document.document import build, resources_table
from functions.api_document.error_catalogue import markdown_table

_DOCS = Path(__file__).parent.parent.parent / "docs"
_END = "<!-- end -->"
#: The manual's tables, each between a comment with its name and the one for the end.
_TABLES = {"resources": resources_table, "error catalogue": markdown_table}


def document_text() -> str:
    """The content of `docs/openapi.json`."""
    return json.dumps(build(), indent=2) + "\n"


def manual_text(manual: str) -> str:
    """The manual with its tables as they are now."""
    for name, table in _TABLES.items():
        start = f"<!-- {name} -->\n"
        before, _, rest = manual.partition(start)
        after = rest.partition(_END)[2]
        manual = before + start + table() + _END + after
    return manual


def main() -> None:
    """Write both files."""
    (_DOCS / "openapi.json").write_text(document_text())
    manual = _DOCS / "api.md"
    manual.write_text(manual_text(manual.read_text()))


if __name__ == "__main__":
    main()

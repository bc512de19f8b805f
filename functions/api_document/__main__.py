"""Write the API's document, and the error catalogue of its manual: `make openapi`."""

import json
import re
from pathlib import Path

from functions.api_document.document import build
from functions.api_document.error_codes import markdown_table

_DOCS = Path(__file__).parent.parent.parent / "docs"
_CATALOGUE = re.compile(r"(<!-- error catalogue -->\n).*?(<!-- end -->)", re.DOTALL)


def document_text() -> str:
    """What `docs/openapi.json` holds."""
    return json.dumps(build(), indent=2) + "\n"


def manual_text(manual: str) -> str:
    """The manual with the error catalogue as it is now."""
    return _CATALOGUE.sub(lambda match: match[1] + markdown_table() + match[2], manual)


def main() -> None:
    """Write both files."""
    (_DOCS / "openapi.json").write_text(document_text())
    manual = _DOCS / "api.md"
    manual.write_text(manual_text(manual.read_text()))


if __name__ == "__main__":
    main()

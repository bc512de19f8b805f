"""The table of data sets in the manual, made from the descriptions of the sources."""

import re
from pathlib import Path

from film_data import registry

DOCUMENT = Path(__file__).parent.parent / "docs" / "sql-reference.md"

_HEADER = "| data set | layouts |\n| --- | --- |\n"
_TABLE = re.compile(rf"{re.escape(_HEADER)}(?:\|.*\n)*")


def main() -> None:
    """Write the table into the manual."""
    DOCUMENT.write_text(rewritten(DOCUMENT.read_text()))


def rewritten(document: str) -> str:
    """The manual with the table as it is now."""
    rows = [
        f"| `{source.dataset}` | {source.layouts} |\n"
        for source in registry.all_sources()
        if source.dataset is not None
    ]
    table = "".join([_HEADER, *rows])
    return _TABLE.sub(lambda _: table, document)


if __name__ == "__main__":
    main()

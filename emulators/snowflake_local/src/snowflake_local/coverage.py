"""Prints the table of statement kinds that COVERAGE.md holds."""

import sys

from snowflake_local.statements.table import STATEMENTS


def statement_table() -> str:
    """The table, in Markdown."""
    rows = [
        f"| {kind.name} | {kind.support.value} | `{kind.example}` | {kind.needs} | {kind.note} |"
        for kind in STATEMENTS
    ]
    return "\n".join(
        [
            "| statement | what happens | for example | privileges | note |",
            "| --- | --- | --- | --- | --- |",
            *rows,
        ]
    )


if __name__ == "__main__":
    sys.stdout.write(statement_table() + "\n")

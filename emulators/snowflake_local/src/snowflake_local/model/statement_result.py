"""Results of statements that the engine does not run: small tables of text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class StatementResult:
    """Columns of text and their rows."""

    columns: tuple[str, ...]
    rows: list[tuple[str | None, ...]] = field(default_factory=list)

    @classmethod
    def status(cls, message: str) -> "StatementResult":
        """One row that says what was done."""
        return cls(("status",), [(message,)])

    @classmethod
    def table(
        cls, columns: Sequence[str], records: Sequence[Mapping[str, str | None]]
    ) -> "StatementResult":
        """Rows from records; columns that a record does not have are NULL."""
        return cls(
            tuple(columns), [tuple(record.get(name) for name in columns) for record in records]
        )

    def query(self) -> str:
        """SQL whose result is this table."""
        names = [f'"{column}"' for column in self.columns]
        empty = ", ".join(f"CAST(NULL AS VARCHAR) AS {name}" for name in names)
        selects = [f"SELECT {empty} WHERE false"] + [
            "SELECT " + ", ".join(f"CAST({_literal(value)} AS VARCHAR)" for value in row)
            for row in self.rows
        ]
        return " UNION ALL ".join(selects)


def _literal(value: str | None) -> str:
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"

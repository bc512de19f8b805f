"""Results of statements that the engine does not run: small tables of text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa


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

    def columns_sql(self) -> str:
        """A query of DuckDB's without rows that has these columns."""
        names = ", ".join(f'CAST(NULL AS VARCHAR) AS "{column}"' for column in self.columns)
        return f"SELECT {names} WHERE false"

    def arrow(self) -> pa.Table:
        """The same as an Arrow table."""
        positions = range(len(self.columns))
        arrays = [pa.array([row[n] for row in self.rows], pa.string()) for n in positions]
        return pa.Table.from_arrays(arrays, names=list(self.columns))

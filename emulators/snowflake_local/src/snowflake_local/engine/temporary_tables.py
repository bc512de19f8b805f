"""The temporary tables of one session: DuckDB keeps them all in one place, under bare names."""

from collections.abc import Callable

from duckdb import DuckDBPyConnection

from snowflake_local.model.errors import SqlError
from snowflake_local.model.syntax import Name

_EXISTING_SQL = "SELECT table_name FROM duckdb_tables() WHERE temporary"


class TemporaryTables:
    """Remembers the full names under which temporary tables were made."""

    def __init__(
        self, resolve: Callable[[list[str]], Name], connection: DuckDBPyConnection
    ) -> None:
        self._resolve = resolve
        self._connection = connection
        self._names: set[Name] = set()

    def add(self, parts: list[str]) -> None:
        """Remember a temporary table that is about to be made."""
        added = self._resolve(parts)
        known = self.names()
        if any(name != added and name[2] == added[2] for name in known):
            raise SqlError.unsupported(
                f"Two temporary tables of the name {added[2]}, in different schemas, are not"
                " emulated locally: give one another name."
            )
        self._names = {*known, added}

    def names(self) -> list[Name]:
        """The full names of those that exist: some were dropped, or failed to be made."""
        if not self._names:
            return []
        existing = {name for (name,) in self._connection.execute(_EXISTING_SQL).fetchall()}
        return sorted(name for name in self._names if name[2] in existing)

    def includes(self, parts: list[str]) -> bool:
        """True if a qualified name means a temporary table."""
        if not self._names:
            return False
        name = self._resolve(parts)
        return name in self._names and name in self.names()

"""The temporary tables of one session: DuckDB keeps them all in one place, under bare names."""

from collections.abc import Callable

from snowflake_local.model.syntax import Name


class TemporaryTables:
    """Remembers the full names under which temporary tables were made."""

    def __init__(self, resolve: Callable[[list[str]], Name]) -> None:
        self._resolve = resolve
        self._names: set[Name] = set()

    def add(self, parts: list[str]) -> None:
        """Remember a temporary table."""
        self._names.add(self._resolve(parts))

    def includes(self, parts: list[str]) -> bool:
        """True if a qualified name means a temporary table."""
        return bool(self._names) and self._resolve(parts) in self._names

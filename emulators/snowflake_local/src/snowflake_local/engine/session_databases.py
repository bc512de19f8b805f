"""Databases, schemas, tables and stages, as one session finds and drops them."""

import shutil

from snowflake_local.engine.fakesnow_adapter import STAGES, EngineConnection, stage_folder
from snowflake_local.model.errors import SqlError
from snowflake_local.model.syntax import Name, tokens
from snowflake_local.objects.function_catalog import FunctionCatalog


class SessionDatabases:
    """Databases and what is in them, as the session's own open transaction sees them."""

    def __init__(self, connection: EngineConnection, functions: FunctionCatalog) -> None:
        self._connection = connection
        self._functions = functions

    def has_database(self, name: str) -> bool:
        """True if a database exists."""
        return self._exists(
            "SELECT 1 FROM duckdb_databases() WHERE database_name = ? AND NOT internal", [name]
        )

    def has_schema(self, database: str, name: str) -> bool:
        """True if a schema exists."""
        return self._exists(
            "SELECT 1 FROM duckdb_schemas() WHERE database_name = ? AND schema_name = ?",
            [database, name],
        )

    def require_relation(self, kind: str, name: str) -> None:
        """Raise SqlError unless a database, schema, table or view exists.

        Args:
            kind: DATABASE, SCHEMA, TABLE or VIEW.
            name: Its name, qualified.
        """
        parts = [token.value for token in tokens(name) if token.keyword != "."]
        if kind == "DATABASE":
            found = self.has_database(parts[0])
        elif kind == "SCHEMA":
            found = self.has_schema(parts[0], parts[1])
        else:
            found = self._exists(
                "SELECT 1 FROM information_schema.tables "
                "WHERE table_catalog = ? AND table_schema = ? AND table_name = ?",
                parts,
            )
        if not found:
            raise SqlError.missing(kind.capitalize(), name)

    def drop_database(self, name: str) -> None:
        """Detach a database and delete its file."""
        connection = self._connection
        if name == connection.database:
            connection.leave_database()
        connection.duckdb.execute(f'DETACH "{name}"')
        (connection.folder / f"{name}.db").unlink(missing_ok=True)
        self._functions.drop_all(name)

    def drop_schema(self, database: str, name: str) -> None:
        """Drop a schema with all that is in it."""
        connection = self._connection
        if (database, name) == (connection.database, connection.stored_schema):
            connection.leave_schema()
        connection.duckdb.execute(f'DROP SCHEMA "{database}"."{name}" CASCADE')
        self._functions.drop_all(database, name)

    def drop_stage(self, name: Name) -> bool:
        """Drop an internal stage with its files; False if there is none."""
        dropped = self._connection.duckdb.execute(
            f"DELETE FROM {STAGES} WHERE database_name = ? AND schema_name = ? AND name = ? "  # noqa: S608 - a constant
            "RETURNING 1",
            list(name),
        ).fetchall()
        shutil.rmtree(stage_folder(*name), ignore_errors=True)
        return bool(dropped)

    def _exists(self, query: str, values: list[str]) -> bool:
        # all rows: an answer that is not read to its end holds the database, dropped or not
        return bool(self._connection.duckdb.execute(query, values).fetchall())

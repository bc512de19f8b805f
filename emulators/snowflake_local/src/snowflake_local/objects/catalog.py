"""The account's own objects, kept in a database file beside the user's: survives every restart.

Integrations, external functions, roles, users, warehouses, grants and owners. Held in memory,
written through to DuckDB; its writes are transactions of their own, apart from any session's.
"""

import json
from threading import RLock

from duckdb import DuckDBPyConnection

from snowflake_local.model.catalog_entry import Definition, Kind

#: Account files of every version hold it, so the name stays.
_TABLE = "_fs_global.snowreel.objects"


class Catalog:
    """Objects by kind and name; each has a definition, a JSON object."""

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self._connection = connection
        self._lock = RLock()
        #: Grows with every change.
        self.version = 0
        self._connection.execute("CREATE SCHEMA IF NOT EXISTS _fs_global.snowreel")
        self._connection.execute(
            f"CREATE TABLE IF NOT EXISTS {_TABLE} (kind VARCHAR, name VARCHAR, definition VARCHAR)"
        )
        rows = self._connection.execute(f"SELECT kind, name, definition FROM {_TABLE}").fetchall()  # noqa: S608 - a constant
        self._objects: dict[tuple[str, str], Definition] = {
            (kind, name): json.loads(definition) for kind, name, definition in rows
        }

    def get(self, kind: Kind, name: str) -> Definition | None:
        """The definition of an object, if it exists."""
        return self._objects.get((kind, name))

    def all(self, kind: Kind) -> dict[str, Definition]:
        """All objects of a kind by name, sorted."""
        with self._lock:
            return {name: self._objects[k, name] for k, name in sorted(self._objects) if k == kind}

    def put(self, kind: Kind, name: str, definition: Definition) -> None:
        """Create or replace an object."""
        self.change(remove=[(kind, name)], put=[(kind, name, definition)])

    def remove(self, kind: Kind, name: str) -> None:
        """Remove an object; nothing happens if there is none."""
        self.change(remove=[(kind, name)])

    def change(
        self,
        remove: list[tuple[Kind, str]],
        put: list[tuple[Kind, str, Definition]] | None = None,
    ) -> None:
        """Remove and then put several objects, all or none of them."""
        put = put or []
        with self._lock:
            self._connection.begin()
            try:
                for key in self._objects.keys() & remove:
                    self._connection.execute(
                        f"DELETE FROM {_TABLE} WHERE kind = ? AND name = ?",  # noqa: S608 - a constant
                        list(key),
                    )
                for kind, name, definition in put:
                    self._connection.execute(
                        f"INSERT INTO {_TABLE} VALUES (?, ?, ?)",  # noqa: S608 - a constant
                        [kind, name, json.dumps(definition)],
                    )
                self._connection.commit()
            except BaseException:
                self._connection.rollback()
                raise
            for key in remove:
                self._objects.pop(key, None)
            self._objects.update({(kind, name): definition for kind, name, definition in put})
            self.version += 1

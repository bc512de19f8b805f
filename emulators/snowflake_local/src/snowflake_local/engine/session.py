"""Sessions: fakesnow's connection with Snowflake's context, names and databases."""

import shutil
import uuid
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import RLock
from typing import TYPE_CHECKING, Any

import duckdb
from snowflake.connector.cursor import DictCursor, SnowflakeCursor

from snowflake_local.engine import rewrite
from snowflake_local.engine.cursor import Cursor
from snowflake_local.engine.fakesnow_adapter import STAGES, EngineConnection, stage_folder
from snowflake_local.model.errors import SqlError
from snowflake_local.model.query import Query
from snowflake_local.model.syntax import Name, tokens
from snowflake_local.objects.external_functions import QUERY_VARIABLE
from snowflake_local.statements.transactions import Transaction

if TYPE_CHECKING:
    from snowflake_local.engine.warehouse import Warehouse
    from snowflake_local.objects.catalog import Catalog
    from snowflake_local.objects.function_catalog import FunctionCatalog

#: Results of a session that RESULT_SCAN and asynchronous queries can still find.
_RESULTS_KEPT = 16


@dataclass(frozen=True, kw_only=True)
class SessionOptions:
    """What a sign-in may ask for beside database and schema."""

    role: str = "PUBLIC"
    warehouse: str = ""
    autocommit: bool = True


class Session(EngineConnection):
    """One signed-in client: its schema, role, transaction and temporary tables."""

    def __init__(
        self,
        warehouse: "Warehouse",
        user: str,
        database: str | None = None,
        schema: str | None = None,
        *,
        options: SessionOptions,
    ) -> None:
        self.engine = warehouse
        self.catalog: Catalog = warehouse.catalog
        self.functions: FunctionCatalog = warehouse.functions
        self.user = user
        self.role = options.role
        self.warehouse_name = options.warehouse
        self.id = str(uuid.uuid4().int % 10**16)
        self.parameters: dict[str, str] = {}
        #: Id of the statement before the current one.
        self.last_query_id = ""
        #: Statements of a session run one after another.
        self.lock = RLock()
        self._variables: dict[str, str | None] = {}
        self._transaction: Transaction | None = None
        self._temporary: set[Name] = set()
        super().__init__(
            warehouse.duck_conn.cursor(),
            _RecentResults(),
            database=database,
            schema=schema,
            folder=warehouse.db_path,
            autocommit=options.autocommit,
        )

    def cursor(self, cursor_class: type[SnowflakeCursor] = SnowflakeCursor) -> "Cursor":
        """A cursor on this session."""
        return Cursor(self, use_dict_result=issubclass(cursor_class, DictCursor))

    def context(self, statement: str = "") -> dict[str, str]:
        """The context functions and their values, now."""
        settings = self.engine.settings
        now = datetime.now(UTC).isoformat(sep=" ", timespec="milliseconds").removesuffix("+00:00")
        return {
            "CURRENT_ACCOUNT": "LOCAL",
            "CURRENT_CLIENT": settings.client,
            "CURRENT_DATABASE": self.database or "",
            "CURRENT_DATE": now[:10],
            "CURRENT_IP_ADDRESS": "127.0.0.1",
            "CURRENT_REGION": f"AWS_{settings.region.upper().replace('-', '_')}",
            "CURRENT_ROLE": self.role,
            "CURRENT_SCHEMA": self.schema or "",
            "CURRENT_SESSION": self.id,
            "CURRENT_STATEMENT": statement,
            "CURRENT_TIME": now[11:],
            "CURRENT_TIMESTAMP": now,
            "CURRENT_USER": self.user,
            "CURRENT_WAREHOUSE": self.warehouse_name,
        }

    def resolve(self, parts: list[str]) -> Name:
        """A name of one to three parts, completed by the current database and schema."""
        defaults = [self.database, self.schema]
        missing = defaults[: 3 - len(parts)]
        if len(parts) > 3 or any(not part for part in missing):
            raise SqlError.compilation(
                f"The name {'.'.join(parts)} needs a current database and schema: "
                "call USE SCHEMA, or use a qualified name.",
                90105,
                "22000",
            )
        return Name(*[str(part) for part in missing], *parts)

    def has_database(self, name: str) -> bool:
        """Whether a database exists."""
        return self._exists(
            "SELECT 1 FROM duckdb_databases() WHERE database_name = ? AND NOT internal", [name]
        )

    def has_schema(self, database: str, name: str) -> bool:
        """Whether a schema exists."""
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

    def drop_schema(self, database: str, name: str) -> None:
        """Drop a schema with all that is in it."""
        if (database, name) == (self.database, self.stored_schema):
            self.leave_schema()
        self.duckdb.execute(f'DROP SCHEMA "{database}"."{name}" CASCADE')
        self.functions.drop_all(database, name)

    def drop_database(self, name: str) -> None:
        """Detach a database and delete its file."""
        if name == self.database:
            self.leave_database()
        self.duckdb.execute(f'DETACH "{name}"')
        (self.folder / f"{name}.db").unlink(missing_ok=True)
        self.functions.drop_all(name)

    def note_temporary_table(self, parts: list[str]) -> None:
        """Remember a temporary table: DuckDB keeps them all in one place, under bare names."""
        self._temporary.add(self.resolve(parts))

    def is_temporary_table(self, parts: list[str]) -> bool:
        """Whether a qualified name means a temporary table of this session."""
        return bool(self._temporary) and self.resolve(parts) in self._temporary

    def drop_stage(self, name: Name) -> bool:
        """Drop an internal stage with its files; False if there is none."""
        dropped = self.duckdb.execute(
            f"DELETE FROM {STAGES} WHERE database_name = ? AND schema_name = ? AND name = ? "  # noqa: S608 - a constant
            "RETURNING 1",
            list(name),
        ).fetchall()
        shutil.rmtree(stage_folder(*name), ignore_errors=True)
        return bool(dropped)

    def show_engine(self, query: Query) -> None:
        """Put the query's id and the context functions where DuckDB's expressions find them."""
        wanted = {
            rewrite.context_variable(function): query.context[function] or None
            for function in rewrite.CONTEXT_FUNCTIONS
        }
        wanted[QUERY_VARIABLE] = query.id
        for variable, value in wanted.items():
            if variable not in self._variables or self._variables[variable] != value:
                self.duckdb.execute(f"SET VARIABLE {variable} = ?", [value])
                self._variables[variable] = value

    def _exists(self, query: str, values: list[str]) -> bool:
        return self.duckdb.execute(query, values).fetchone() is not None

    @property
    def transaction(self) -> Transaction | None:
        """The open transaction."""
        return self._transaction if self.in_transaction else None

    def begin(self, name: str | None = None) -> bool:
        """Open a transaction; False if one is open already."""
        if self.in_transaction:
            return False
        self.duckdb.begin()
        self._transaction = Transaction.start(name)
        self.in_transaction = True
        return True

    def commit_open_transaction(self) -> None:
        """Commit, if there is a transaction; raise SqlError if DuckDB has given it up."""
        if not self.in_transaction:
            return
        try:
            self.duckdb.execute("SELECT 1")
        except duckdb.TransactionException:
            self.roll_back()
            raise SqlError(
                "A statement of this transaction failed and the local warehouse has undone all of "
                "it, where Snowflake would keep the rest: run the transaction again.",
                100132,
                "25000",
            ) from None
        self.in_transaction = False
        self.duckdb.commit()

    def roll_back(self) -> None:
        """Roll back, if there is a transaction."""
        if self.in_transaction:
            self.in_transaction = False
            self.duckdb.rollback()

    def close(self, retry: bool = True) -> None:
        """End the session: what it has not committed is gone, its temporary tables too."""
        self.engine.forget(self)
        super().close(retry)

    def interrupt(self) -> None:
        """Stop the statement that runs."""
        self.duckdb.interrupt()


class _RecentResults(OrderedDict[str, Any]):
    """The latest results of a session; older ones are let go."""

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, value)
        while len(self) > _RESULTS_KEPT:
            self.popitem(last=False)

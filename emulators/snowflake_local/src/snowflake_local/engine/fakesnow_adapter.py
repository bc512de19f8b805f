"""All that is taken from fakesnow, its private names included: no other module imports it.

fakesnow is locked to one version because of them. Its connection and cursor get public names for
the state that they keep, and hooks where a statement is split, rewritten and run.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import fakesnow.transforms.stage
from duckdb import DuckDBPyConnection
from fakesnow import info_schema, macros
from fakesnow.arrow import to_ipc, to_sf
from fakesnow.conn import FakeSnowflakeConnection
from fakesnow.converter import from_binding
from fakesnow.cursor import FakeSnowflakeCursor
from fakesnow.dialect import parse_one
from fakesnow.expr import normalise_ident
from fakesnow.instance import GLOBAL_DATABASE_NAME
from fakesnow.params import pop_qmark_param
from fakesnow.rowtype import describe_as_rowtype
from fakesnow.statement_type import (
    DDL,
    DML_TYPE_IDS,
    INSERT,
    SELECT,
    SHOW,
    UNKNOWN,
    statement_type_id,
)
from fakesnow.transforms import SERVER_VERSION, describe_table, show
from sqlglot import Expr, exp

from snowflake_local.engine.rewrite_pass import RewritePasses

__all__ = [
    "DDL",
    "DML_TYPE_IDS",
    "GLOBAL_DATABASE_NAME",
    "INSERT",
    "SELECT",
    "SERVER_VERSION",
    "SHOW",
    "STAGES",
    "UNKNOWN",
    "EngineConnection",
    "EngineCursor",
    "account_sql",
    "database_sql",
    "describe_as_rowtype",
    "from_binding",
    "keep_stages_in",
    "normalise_ident",
    "parse_one",
    "pop_qmark_param",
    "stage_folder",
    "statement_type_id",
    "to_ipc",
    "to_sf",
]

#: The engine's types of whole numbers.
_WHOLE = ("BIGINT", "HUGEINT", "INTEGER", "SMALLINT", "TINYINT")
#: What fakesnow lists as tables, and what it is to list: temporary ones too, and none of its own.
_WITH_TEMPORARY = ("= 'BASE TABLE'\n", "IN ('BASE TABLE', 'LOCAL TEMPORARY')\n")
_WITHOUT_OWN = (
    "from information_schema.tables\nwhere",
    f"from information_schema.tables\nwhere table_catalog <> '{GLOBAL_DATABASE_NAME}' and",
)
#: The table of internal stages.
STAGES = f"{GLOBAL_DATABASE_NAME}._fs_information_schema._fs_stages"


def account_sql() -> list[str]:
    """SQL that makes what fakesnow keeps once per account."""
    created = info_schema.fs_global_creation_sql()
    # Snowflake's whole numbers have 38 digits, however many bits the engine takes for them
    whole = created.replace("columns.data_type='BIGINT'", f"columns.data_type IN {_WHOLE}")
    shown = show.fs_global_creation_sql().replace(*_WITH_TEMPORARY).replace(*_WITHOUT_OWN)
    tables = info_schema.SQL_CREATE_INFORMATION_SCHEMA_TABLES_VIEW.substitute(
        catalog=GLOBAL_DATABASE_NAME
    )
    of_all = tables.replace("database_name = ", "database_name <> ")
    return [
        _anew(whole, "_fs_columns"),
        _anew(shown, "_fs_show_tables", "_fs_show_objects"),
        of_all,
    ]


def _anew(created: str, *views: str) -> str:
    """Let SQL replace views of fakesnow's, which the file of an older version has."""
    for view in views:
        name = f"{GLOBAL_DATABASE_NAME}._fs_information_schema.{view} "
        created = created.replace(f"view if not exists {name}", f"or replace view {name}")
    return created


def database_sql(database: str) -> list[str]:
    """SQL that makes what fakesnow keeps in each database."""
    return [info_schema.per_db_creation_sql(database), macros.creation_sql(database)]


def keep_stages_in(folder: Path) -> None:
    """Keep the files of internal stages in `folder`, not in a temporary one of fakesnow's."""
    forgotten = Path(fakesnow.transforms.stage.LOCAL_BUCKET_PATH)
    if forgotten != folder and forgotten.is_dir() and not any(forgotten.iterdir()):
        forgotten.rmdir()
    folder.mkdir(exist_ok=True)
    fakesnow.transforms.stage.LOCAL_BUCKET_PATH = str(folder)


def stage_folder(database: str, schema: str, name: str) -> str:
    """The folder that holds the files of an internal stage."""
    return fakesnow.transforms.stage.internal_dir(f"{database}.{schema}.{name}")


class EngineConnection(FakeSnowflakeConnection):
    """fakesnow's connection: a current database and schema, and a transaction."""

    #: Makes the cursors on which fakesnow itself asks; the session's own kind.
    open_cursor: Callable[[], "EngineCursor"]

    def __init__(
        self,
        connection: DuckDBPyConnection,
        results: dict[str, Any],
        *,
        database: str | None,
        schema: str | None,
        folder: Path,
        autocommit: bool,
    ) -> None:
        super().__init__(
            connection,
            results,
            database,
            schema,
            create_database=False,
            create_schema=False,
            db_path=folder,
            autocommit=autocommit,
        )
        # As in Snowflake, a name that does not exist leaves the session without one.
        if not self.database_set:
            self.database = None
        if not self.schema_set:
            self._schema = None

    def cursor(self, _cursor_class: Any = None) -> "EngineCursor":
        """Make a cursor."""
        return self.open_cursor()

    @property
    def duckdb(self) -> DuckDBPyConnection:
        """The connection to DuckDB."""
        return self._duck_conn

    @property
    def folder(self) -> Path:
        """The folder of the database files."""
        return Path(str(self.db_path))

    @property
    def stored_schema(self) -> str | None:
        """The current schema as DuckDB knows it."""
        return self._schema

    @property
    def autocommits(self) -> bool:
        """True if each statement is a transaction of its own."""
        return bool(self._autocommit)

    @property
    def in_transaction(self) -> bool:
        """True while a transaction is open, begun by a client or by a first change."""
        return bool(self._in_transaction)

    @in_transaction.setter
    def in_transaction(self, value: bool) -> None:
        self._in_transaction = value

    def check_existence(self, name: Sequence[str]) -> None:
        """Fail if there is no table or view of a full name."""
        self._duck_conn.execute(f"DESCRIBE {_table(name).sql(dialect='duckdb')}").fetchall()

    def leave_schema(self) -> None:
        """Have no current schema."""
        self._duck_conn.execute(f'USE "{self.database}"."main"')
        self._schema, self.schema_set = None, False

    def leave_database(self) -> None:
        """Have no current database."""
        self._duck_conn.execute("USE memory")
        self.database, self._schema = None, None
        self.database_set = self.schema_set = False


def columns_query(name: Sequence[str]) -> Expr:
    """DESCRIBE of a table or view as a query of the columns' list, which fakesnow makes of it.

    It would ask for those of the current database only, and answer nothing for another one's.
    """
    described = exp.Describe(this=_table([part.replace("'", "''") for part in name]), kind="TABLE")
    query = describe_table(described)
    for table in query.find_all(exp.Table):
        table.set("catalog", exp.to_identifier(GLOBAL_DATABASE_NAME, quoted=True))
    return query


def _table(name: Sequence[str]) -> exp.Table:
    database, schema, table = (exp.to_identifier(part, quoted=True) for part in name)
    return exp.Table(this=table, db=schema, catalog=database)


class EngineCursor(FakeSnowflakeCursor):
    """fakesnow's cursor, with hooks for what becomes of a statement on its way to DuckDB."""

    #: fakesnow declares them too narrowly.
    _sfqid: Any
    _last_sql: Any
    _last_transformed: Any

    def __init__(self, connection: EngineConnection) -> None:
        super().__init__(connection, connection.duckdb)

    def split(self, expression: Expr) -> list[Expr]:
        """Statements of DuckDB that one statement becomes."""
        return list(super()._transform_explode(expression))

    def rewrite(self, expression: Expr, params: Any) -> Expr:
        """Rewrite one of those statements for DuckDB."""
        # fakesnow asks of an expression here that it can be transformed, and nothing else
        passes = RewritePasses(expression)
        super()._transform(cast("Expr", passes), params)
        return passes.root

    def run(self, transformed: Expr, params: Any = None) -> None:
        """Run a rewritten statement."""
        super()._execute(transformed, params)

    def answer(self, table: Any, columns_sql: str, query_id: str | None) -> None:
        """Take a table for the last statement's result.

        Args:
            table: A pyarrow Table.
            columns_sql: A query of DuckDB's with the same columns.
            query_id: Under which RESULT_SCAN finds it; None: not at all.
        """
        self._arrow_table, self._arrow_table_fetch_index = table, None
        self._rowcount, self._sfqid = table.num_rows, query_id or str(uuid4())
        self._last_sql, self._last_params, self._last_transformed = columns_sql, None, exp.Select()
        if query_id is not None:
            self._conn.results_cache[query_id] = (
                self._arrow_table,
                self._rowcount,
                self._last_sql,
                self._last_params,
                self._last_transformed,
            )

    @property
    def arrow_table(self) -> Any:
        """The last statement's result."""
        return self._arrow_table

    @property
    def upload(self) -> dict[str, Any] | None:
        """The place for the files of a PUT."""
        upload: dict[str, Any] | None = self._last_transformed.args.get("put_stage_data")
        return upload

    def describe_last(self) -> list[Any]:
        """Columns of the last statement's result, as DuckDB describes them."""
        described = self._duck_conn.execute(f"DESCRIBE {self._last_sql}", self._last_params)
        return described.fetchall()

    def describe_without_running(self, statement: str) -> list[Any] | None:
        """Columns of a statement's result; None if it must run to tell."""
        columns = self._describe_only(statement)
        return None if columns is None else list(columns)

    def rename_result(self, query_id: str | None, results: dict[str, Any]) -> None:
        """Keep the last result under `query_id` instead of fakesnow's own id; None: not at all."""
        result = results.pop(self._sfqid, None)
        if query_id is not None and result is not None:
            self._sfqid = query_id
            results[query_id] = result

    def _transform_explode(self, expression: Expr) -> list[Expr]:
        return self.split(expression)

    def _transform(self, expression: Expr, params: Any) -> Expr:
        return self.rewrite(expression, params)

    def _execute(self, transformed: Expr, params: Any = None) -> None:
        self.run(transformed, params)

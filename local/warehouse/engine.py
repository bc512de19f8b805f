"""The warehouse's engine: fakesnow's instance, connection and cursor, with Snowflake's manners."""

import uuid
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import Any

import duckdb
import fakesnow.transforms.stage
import sqlglot
from fakesnow import info_schema, macros, statement_type
from fakesnow.conn import FakeSnowflakeConnection
from fakesnow.cursor import FakeSnowflakeCursor
from fakesnow.dialect import parse_one
from fakesnow.instance import GLOBAL_DATABASE_NAME, FakeSnow
from fakesnow.transforms import show
from snowflake.connector.cursor import DictCursor, SnowflakeCursor
from snowflake.connector.errors import ProgrammingError
from sqlglot import Expr, exp

from local.service import ServiceError
from local.stack import REGION, Stack
from local.warehouse import rewrite
from local.warehouse.answer import Answer
from local.warehouse.catalog import Catalog
from local.warehouse.errors import SqlError, translated
from local.warehouse.external_functions import ENGINE_FUNCTION, QUERY_VARIABLE, Caller
from local.warehouse.function_catalog import FunctionCatalog
from local.warehouse.query import Query
from local.warehouse.remote_service import Patience, RemoteService
from local.warehouse.sql_types import TEXT_MACRO
from local.warehouse.statements import StatementKind, classify
from local.warehouse.syntax import Name, Reader

#: Results of a session that RESULT_SCAN and asynchronous queries can still find.
_RESULTS_KEPT = 16

# How Snowflake's cast to VARCHAR prints: a FLOAT with 15 digits and no trailing zeros, a VARIANT
# string without quotes. The lambda evaluates its operand once, a call of a remote service say.
_TEXT_MACRO_SQL = f"""
CREATE OR REPLACE MACRO {TEXT_MACRO}(operand) AS list_transform([operand], lambda one:
    CASE
        WHEN typeof(one) IN ('DOUBLE', 'FLOAT')
            THEN printf('%.15g', TRY_CAST(CAST(one AS VARCHAR) AS DOUBLE))
        WHEN typeof(one) = 'JSON' THEN TRY_CAST(CAST(one AS VARCHAR) AS JSON) ->> '$'
        ELSE CAST(one AS VARCHAR)
    END)[1]
"""


class Warehouse(FakeSnow):  # type: ignore[misc] # fakesnow is untyped
    """One DuckDB instance for all sessions; each Snowflake database is a file of its own."""

    def __init__(self, stack: Stack, patience: Patience | None = None) -> None:
        # FakeSnow.__init__ keeps account objects in memory; here they live in a file.
        self.db_path = stack.warehouse_dir
        self.results_cache: dict[str, Any] = {}
        self._running: dict[str, Query] = {}
        self.db_path.mkdir(parents=True, exist_ok=True)
        _move_stages(self.db_path / "stages")
        self.duck_conn = duckdb.connect(
            ":memory:", config={"lambda_syntax": "ENABLE_SINGLE_ARROW", "threads": 4}
        )
        self.duck_conn.execute("SET GLOBAL TimeZone = 'UTC'")
        self._attach(GLOBAL_DATABASE_NAME, self.db_path / "account.duckdb")
        self.duck_conn.execute(info_schema.fs_global_creation_sql())
        self.duck_conn.execute(show.fs_global_creation_sql())
        self.duck_conn.execute(_TEXT_MACRO_SQL)
        self.catalog = Catalog(self.duck_conn.cursor())
        self.remote = RemoteService(stack, patience)
        self.functions = FunctionCatalog(self.catalog, self.duck_conn.cursor(), self.remote.address)
        self._register_calls()
        for file in sorted(self.db_path.glob("*.db")):
            self._attach(file.stem, file)
            self.duck_conn.execute(info_schema.per_db_creation_sql(file.stem))
            self.duck_conn.execute(macros.creation_sql(file.stem))
        self.functions.restore()

    def sign_on(
        self, user: str, database: str | None, schema: str | None, **options: Any
    ) -> "Session":
        """A new session of `user`."""
        return Session(self, user, database, schema, **options)

    def close(self) -> None:
        """End what runs and write everything to the database files."""
        for query in list(self._running.values()):
            query.cancelled.set()
        self.remote.close()
        self.duck_conn.close()

    @contextmanager
    def running(self, query: Query) -> Iterator[None]:
        """While inside, calls of external functions find the query by its id."""
        self._running[query.id] = query
        try:
            yield
        finally:
            del self._running[query.id]

    def _attach(self, name: str, file: Path) -> None:
        try:
            self.duck_conn.execute(f"ATTACH IF NOT EXISTS '{_escaped(file)}' AS \"{name}\"")
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise ServiceError(
                f"The database file {file} cannot be opened ({reason}): restore it, or start with "
                "`snowreel up --fresh`."
            ) from None

    def _register_calls(self) -> None:
        self.duck_conn.create_function(
            ENGINE_FUNCTION,
            Caller(self._running.__getitem__, self.functions.called, self.remote.call).answer,
            ["VARCHAR", "VARCHAR", "VARCHAR"],
            "VARCHAR",
            type="arrow",
            null_handling="special",
            side_effects=True,
        )


class Session(FakeSnowflakeConnection):  # type: ignore[misc] # fakesnow is untyped
    """One signed-in client: its schema, role, transaction and temporary tables."""

    def __init__(
        self,
        warehouse: Warehouse,
        user: str,
        database: str | None = None,
        schema: str | None = None,
        *,
        role: str | None = None,
        warehouse_name: str | None = None,
        autocommit: bool = True,
    ) -> None:
        self.engine = warehouse
        self.catalog = warehouse.catalog
        self.functions = warehouse.functions
        self.user = user
        self.role = role or "PUBLIC"
        self.warehouse_name = warehouse_name or ""
        self.id = str(uuid.uuid4().int % 10**16)
        self.parameters: dict[str, str] = {}
        #: Statements of a session run one after another.
        self.lock = RLock()
        self._variables: dict[str, str] = {}
        super().__init__(
            warehouse.duck_conn.cursor(),
            _RecentResults(),
            database,
            schema,
            create_database=False,
            create_schema=False,
            db_path=warehouse.db_path,
            autocommit=autocommit,
        )
        # As in Snowflake, a name that does not exist leaves the session without one.
        if not self.database_set:
            self.database = None
        if not self.schema_set:
            self._schema = None

    def cursor(self, cursor_class: type[SnowflakeCursor] = SnowflakeCursor) -> "Cursor":
        """A cursor on this session."""
        return Cursor(
            conn=self, duck_conn=self._duck_conn, use_dict_result=cursor_class is DictCursor
        )

    def context(self, statement: str = "") -> dict[str, str]:
        """The context functions and their values, now."""
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
        return {
            "CURRENT_ACCOUNT": "LOCAL",
            "CURRENT_CLIENT": "Snowreel",
            "CURRENT_DATABASE": self.database or "",
            "CURRENT_DATE": now[:10],
            "CURRENT_IP_ADDRESS": "127.0.0.1",
            "CURRENT_REGION": f"AWS_{REGION.upper().replace('-', '_')}",
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

    def require(self, kind: str, name: str) -> None:
        """Raise SqlError unless the object of a grant exists; kinds without a catalog pass."""
        if kind == "FUNCTION":
            self.functions.require(name)

    def has_database(self, name: str) -> bool:
        """Whether a database exists."""
        return (
            self._duck_conn.execute(
                "SELECT 1 FROM duckdb_databases() WHERE database_name = ? AND NOT internal", [name]
            ).fetchone()
            is not None
        )

    def drop_database(self, name: str) -> None:
        """Detach a database and delete its file."""
        if name == self.database:
            self._duck_conn.execute("USE memory")
            self.database, self._schema = None, None
            self.database_set = self.schema_set = False
        self._duck_conn.execute(f'DETACH "{name}"')
        (Path(str(self.db_path)) / f"{name}.db").unlink(missing_ok=True)
        self.functions.drop_all(name)

    def show_engine(self, query: Query) -> None:
        """Put the query's id and the context functions where DuckDB's expressions find them."""
        wanted = {
            rewrite.context_variable(function): query.context[function]
            for function in rewrite.CONTEXT_FUNCTIONS
        }
        wanted[QUERY_VARIABLE] = query.id
        for variable, value in wanted.items():
            if self._variables.get(variable) != value:
                self._duck_conn.execute(f"SET VARIABLE {variable} = ?", [value])
                self._variables[variable] = value

    @property
    def autocommits(self) -> bool:
        """Whether each statement is a transaction of its own."""
        return bool(self._autocommit)

    def interrupt(self) -> None:
        """Stop the statement that runs."""
        self._duck_conn.interrupt()


class Cursor(FakeSnowflakeCursor):  # type: ignore[misc] # fakesnow is untyped
    """Runs one statement at a time."""

    _query: Query | None = None
    _type_id = statement_type.UNKNOWN

    def execute(self, command: str, params: Any = None, *args: Any, **kwargs: Any) -> "Cursor":
        """Run a statement; every failure is a ProgrammingError.

        Args:
            command: One statement in Snowflake's SQL.
            params: Values to bind.
            *args: Passed on.
            **kwargs: `query` names the Query that the caller prepared; the others are passed on.
        """
        session: Session = self._conn
        query = kwargs.pop("query", None) or Query(command, session.context(command))
        with session.engine.running(query):
            self._query = query
            try:
                self._run(classify(command), command, params, *args, **kwargs)
            except (duckdb.Error, ProgrammingError) as error:
                raise translated(error, query.failure) from error
            finally:
                self._query = None
        return self

    def _run(
        self, kind: StatementKind, command: str, params: Any, *args: Any, **kwargs: Any
    ) -> None:
        session: Session = self._conn
        if kind.commits:
            self._duck_conn.commit()
            session._in_transaction = False
        if kind.run is not None:
            self._answer(kind.run(session, Reader(command)))
            return
        if kind.expressions and self._query is not None:
            session.show_engine(self._query)
        with self._together() if kind.atomic and session._autocommit else nullcontext():
            super().execute(rewrite.command(command), params, *args, **kwargs)

    def describe_last(self) -> list[Any]:
        """Columns of the last statement's result, as DuckDB describes them."""
        return list(self._describe_last_sql())

    def describe_statement(self, statement: str, query: Query) -> tuple[list[Any], Expr, int]:
        """Columns of a statement's result, the statement parsed, and its number of placeholders."""
        kind = classify(statement)
        session: Session = self._conn
        if kind.run is not None:
            raise SqlError.unsupported(f"{kind.name} cannot be described without running it.")
        session.show_engine(query)
        expression = parse_one(rewrite.command(statement))
        columns = self._describe_only(rewrite.command(statement))
        if columns is None:
            raise SqlError.unsupported(f"{kind.name} cannot be described without running it.")
        return list(columns), expression, len(list(expression.find_all(exp.Placeholder)))

    @property
    def arrow_table(self) -> Any:
        """The last statement's result."""
        return self._arrow_table

    @property
    def type_id(self) -> int:
        """Snowflake's number for the kind of the last statement."""
        return int(self._type_id)

    @property
    def upload(self) -> dict[str, Any] | None:
        """What the client needs to upload files after a PUT."""
        return self._last_transformed.args.get("put_stage_data")

    @contextmanager
    def _together(self) -> Iterator[None]:
        """Several statements of DuckDB take effect at once, or not at all."""
        try:
            self._duck_conn.begin()
        except duckdb.TransactionException:  # the client's own transaction holds them together
            yield
            return
        try:
            yield
        except BaseException:
            self._duck_conn.rollback()
            raise
        self._duck_conn.commit()

    def _answer(self, answer: Answer) -> None:
        self._type_id = statement_type.DDL if answer.columns == ("status",) else statement_type.SHOW
        self._execute(sqlglot.parse_one(answer.query(), read="duckdb"))

    def _transform_explode(self, expression: Expr) -> list[Expr]:
        self._type_id = statement_type.statement_type_id(expression)
        return list(super()._transform_explode(expression))

    def _transform(self, expression: Expr, params: Any) -> Expr:
        prepared = rewrite.before_engine(expression)
        return rewrite.after_engine(super()._transform(prepared, params))

    def _execute(self, transformed: Expr, params: Any = None) -> None:
        super()._execute(transformed, params)
        # fakesnow invents an id after the fact; external functions have seen the real one.
        result = self._conn.results_cache.pop(self._sfqid, None)
        if self._query is not None:
            self._sfqid = self._query.id
            self._conn.results_cache[self._sfqid] = result


class _RecentResults(OrderedDict[str, Any]):
    """The latest results of a session; older ones are let go."""

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, value)
        while len(self) > _RESULTS_KEPT:
            self.popitem(last=False)


def _move_stages(folder: Path) -> None:
    """Keep the files of internal stages beside the databases, not in a temporary folder."""
    forgotten = Path(fakesnow.transforms.stage.LOCAL_BUCKET_PATH)
    if forgotten != folder and not any(forgotten.iterdir()):
        forgotten.rmdir()
    folder.mkdir(exist_ok=True)
    fakesnow.transforms.stage.LOCAL_BUCKET_PATH = str(folder)


def _escaped(file: Path) -> str:
    return str(file).replace("'", "''")

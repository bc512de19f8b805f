"""The warehouse's engine: one DuckDB instance, a file per database, external functions built in."""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from duckdb.func import ARROW, SPECIAL
from loopback.service import ServiceError

from snowflake_local.access.control import AccessControl
from snowflake_local.access.founding import found
from snowflake_local.engine.existing_objects import existing_objects
from snowflake_local.engine.fakesnow_adapter import (
    GLOBAL_DATABASE_NAME,
    EngineConnection,
    account_sql,
    database_sql,
    keep_stages_in,
)
from snowflake_local.engine.graph_run import Spawn
from snowflake_local.engine.recent_results import RecentResults
from snowflake_local.engine.session import Account, Session, SessionOptions
from snowflake_local.engine.task_runner import TaskRunner
from snowflake_local.engine.task_scheduler import TaskScheduler, on_a_thread
from snowflake_local.model.errors import TOO_NARROW
from snowflake_local.model.query import Query
from snowflake_local.model.sql_types import NARROW_MACRO, TEXT_MACRO
from snowflake_local.objects.catalog import Catalog
from snowflake_local.objects.external_functions import ENGINE_FUNCTION, Caller
from snowflake_local.objects.function_catalog import FunctionCatalog
from snowflake_local.objects.remote_service import RemoteService, RetryPolicy
from snowflake_local.objects.task_catalog import TaskCatalog
from snowflake_local.objects.task_history import TaskHistory
from snowflake_local.settings import Settings

# How Snowflake's cast to VARCHAR prints: a FLOAT with 15 digits and no trailing zeros, a VARIANT
# string without quotes. The lambda evaluates its operand once, a call of a remote service say.
_TEXT_MACRO_SQL = f"""
CREATE OR REPLACE MACRO {TEXT_MACRO}(operand) AS list_transform([operand], lambda one:
    CASE
        WHEN typeof(one) IN ('DOUBLE', 'FLOAT')
            THEN printf('%.15g', TRY_CAST(CAST(one AS VARCHAR) AS DOUBLE))
        WHEN typeof(one) = 'JSON' THEN TRY_CAST(CAST(one AS VARCHAR) AS JSON) ->> '$'
        WHEN typeof(one) = 'TIMESTAMP'
            THEN strftime(TRY_CAST(CAST(one AS VARCHAR) AS TIMESTAMP), '%Y-%m-%d %H:%M:%S.%g')
        ELSE CAST(one AS VARCHAR)
    END)[1]
"""


_NARROW_MACRO_SQL = f"""
CREATE OR REPLACE MACRO {NARROW_MACRO}(operand) AS list_transform([operand], lambda one:
    CASE
        WHEN TRY_CAST(one AS BIGINT) IS NULL AND TRY_CAST(one AS HUGEINT) IS NOT NULL
            THEN error('{TOO_NARROW}')
        ELSE TRY_CAST(one AS BIGINT)
    END)[1]
"""

#: What tasks that run get to notice that they are cancelled.
_CLOSING_SECONDS = 3.0

# It warns of each comment on a column that DuckDB has no place for; fakesnow keeps them elsewhere.
logging.getLogger("sqlglot").setLevel(logging.ERROR)


def _now() -> datetime:
    return datetime.now(UTC)


class Warehouse:
    """One DuckDB instance for all sessions; each Snowflake database is a file of its own."""

    def __init__(
        self,
        settings: Settings,
        retry_policy: RetryPolicy | None = None,
        *,
        now: Callable[[], datetime] = _now,
        spawn: Spawn = on_a_thread,
    ) -> None:
        """Open the account.

        Args:
            settings: Where it is.
            retry_policy: Of calls of remote services.
            now: The account's time, by which tasks are due.
            spawn: Starts the run of a task.
        """
        self.settings = settings
        self._running: dict[str, Query] = {}
        self._sessions: set[Session] = set()
        folder = settings.data_dir
        folder.mkdir(parents=True, exist_ok=True)
        keep_stages_in(folder / "stages")
        self._engine = duckdb.connect(
            ":memory:", config={"lambda_syntax": "ENABLE_SINGLE_ARROW", "threads": 4}
        )
        self._engine.execute("SET GLOBAL TimeZone = 'UTC'")
        # Snowflake reads no file by its path: only databases and stages are in reach of statements
        self._engine.execute(f"SET allowed_directories = ['{_escaped(folder)}']")
        self._engine.execute("SET enable_external_access = false")
        self._attach(GLOBAL_DATABASE_NAME, folder / "account.duckdb")
        for made in (*account_sql(), _TEXT_MACRO_SQL, _NARROW_MACRO_SQL):
            self._engine.execute(made)
        self._cursors = ExitStack()
        self.catalog = Catalog(self._cursor())
        self.remote = RemoteService(settings, self.catalog, retry_policy)
        self.functions = FunctionCatalog(self.catalog, self._cursor(), self.remote.address)
        self._register_calls()
        for file in sorted(folder.glob("*.db")):
            self._attach(file.stem, file)
            for made in database_sql(file.stem):
                self._engine.execute(made)
        self.functions.restore()
        found(
            self.catalog,
            administrator=settings.administrator,
            heir=settings.heir,
            existing=existing_objects(self._engine),
        )
        self.access = AccessControl(self.catalog)
        tasks, history = TaskCatalog(self.catalog), TaskHistory(self._cursor())
        runner = TaskRunner(tasks, history, self.access, sign_on=self.sign_on, now=now)
        self.scheduler = TaskScheduler(tasks, history, self.access, runner, now=now, spawn=spawn)
        self._account = Account(
            settings=settings,
            catalog=self.catalog,
            access=self.access,
            functions=self.functions,
            tasks=tasks,
            task_runs=self.scheduler,
            now=now,
            running=self.running,
            sessions=self.sessions,
            on_close=self._sessions.discard,
        )

    def sign_on(self, user: str, options: SessionOptions) -> Session:
        """Open a session of `user`."""
        connection = EngineConnection(
            self._engine.cursor(),
            RecentResults(),
            database=options.database,
            schema=options.schema,
            folder=self.settings.data_dir,
            autocommit=options.autocommit,
        )
        session = Session(self._account, connection, user, options)
        self._sessions.add(session)
        return session

    def sessions(self) -> list[Session]:
        """The open sessions."""
        return list(self._sessions)

    def close(self) -> None:
        """End what runs and write everything to the database files."""
        self.scheduler.close(_CLOSING_SECONDS)
        for query in list(self._running.values()):
            query.cancelled.set()
        self.remote.close()
        for session in self.sessions():
            if session.lock.acquire(blocking=False):  # else a statement of it still runs
                session.close()
        if not self.is_busy:
            # DuckDB would hold the function, and all that hangs on it, beyond the end of Python
            self._engine.remove_function(ENGINE_FUNCTION)
        self._cursors.close()
        self._engine.close()

    @property
    def is_busy(self) -> bool:
        """True while a statement runs."""
        return bool(self._running)

    @contextmanager
    def running(self, query: Query) -> Iterator[None]:
        """While inside, calls of external functions find the query by its id."""
        self._running[query.id] = query
        try:
            yield
        finally:
            del self._running[query.id]

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of the warehouse's own, closed with it."""
        return self._cursors.enter_context(closing(self._engine.cursor()))

    def _attach(self, name: str, file: Path) -> None:
        try:
            self._engine.execute(f"ATTACH IF NOT EXISTS '{_escaped(file)}' AS \"{name}\"")
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise ServiceError(
                f"The database file {file} cannot be opened ({reason}): restore it, or "
                f"{self.settings.without_copy}."
            ) from None

    def _register_calls(self) -> None:
        self._engine.create_function(
            ENGINE_FUNCTION,
            Caller(self._running.__getitem__, self.functions.called, self.remote.call).answer,
            ["VARCHAR", "VARCHAR", "VARCHAR"],
            "VARCHAR",
            type=ARROW,
            null_handling=SPECIAL,
            side_effects=True,
        )


def _escaped(file: Path) -> str:
    return str(file).replace("'", "''")

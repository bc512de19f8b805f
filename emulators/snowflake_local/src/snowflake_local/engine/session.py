"""Sessions: one signed-in client, with its context, names and transaction."""

import uuid
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import RLock

from snowflake_local.access.control import AccessControl
from snowflake_local.access.session_access import SessionAccess
from snowflake_local.engine.context_variables import ContextVariables
from snowflake_local.engine.cursor import Cursor, RecordedRuns
from snowflake_local.engine.fakesnow_adapter import EngineConnection
from snowflake_local.engine.session_databases import SessionDatabases
from snowflake_local.engine.session_transactions import SessionTransactions
from snowflake_local.engine.temporary_tables import TemporaryTables
from snowflake_local.model.errors import SqlError
from snowflake_local.model.query import Query
from snowflake_local.model.session_parameters import SessionParameters
from snowflake_local.model.syntax import Name, single
from snowflake_local.objects.catalog import Catalog
from snowflake_local.objects.function_catalog import FunctionCatalog
from snowflake_local.objects.task_catalog import TaskCatalog
from snowflake_local.objects.task_context import TaskContext
from snowflake_local.settings import Settings
from snowflake_local.statements.table import classify


@dataclass(frozen=True, kw_only=True)
class SessionOptions:
    """Context that a sign-in asks for."""

    database: str | None = None
    schema: str | None = None
    role: str = "PUBLIC"
    warehouse: str = ""
    autocommit: bool = True
    #: The run of a task that the session is for.
    task: TaskContext | None = None


@dataclass(frozen=True, kw_only=True)
class Account:
    """The account as its sessions share it."""

    settings: Settings
    catalog: Catalog
    access: AccessControl
    functions: FunctionCatalog
    tasks: TaskCatalog
    task_runs: RecordedRuns
    #: The account's time.
    now: Callable[[], datetime]
    #: Inside the block, calls of external functions find the query by its id.
    running: Callable[[Query], AbstractContextManager[None]]
    sessions: Callable[[], Sequence["Session"]]
    on_close: Callable[["Session"], None]


class Session:
    """One signed-in client: its schema, role, transaction and temporary tables."""

    def __init__(
        self, account: Account, connection: EngineConnection, user: str, options: SessionOptions
    ) -> None:
        self.settings = account.settings
        self.catalog = account.catalog
        self.functions = account.functions
        self.tasks = account.tasks
        self.task_runs = account.task_runs
        self.now = account.now
        self.task = options.task
        self.running = account.running
        self.sessions = account.sessions
        self._on_close = account.on_close
        self.user = user
        self.warehouse_name = options.warehouse
        self.id = str(uuid.uuid4().int % 10**16)
        self.parameters = SessionParameters()
        #: Id of the statement before the current one.
        self.last_query_id = ""
        #: Statements of a session run one after another.
        self.lock = RLock()
        self.connection = connection
        self.connection.open_cursor = self.cursor
        self.databases = SessionDatabases(connection, account.functions)
        self.transactions = SessionTransactions(connection)
        self.temporary_tables = TemporaryTables(self.resolve, connection.duckdb)
        self.access = SessionAccess(
            account.access,
            self,
            user=user,
            role=options.role,
            is_own=self.temporary_tables.includes,
            overloads=account.functions.overloads,
        )
        if options.task is not None:
            self.access.limit_to_owner(serverless=not options.warehouse)
        self.context_variables = ContextVariables(connection.duckdb)

    @property
    def role(self) -> str:
        """The primary role."""
        return self.access.role

    @property
    def database(self) -> str | None:
        """The current database."""
        return self.connection.database

    @property
    def schema(self) -> str | None:
        """The current schema."""
        return self.connection.schema

    def cursor(self) -> Cursor:
        """A cursor on this session."""
        return Cursor(self)

    def context(self, statement: str = "") -> dict[str, str]:
        """The context functions and their values, now."""
        now = datetime.now(UTC).isoformat(sep=" ", timespec="milliseconds").removesuffix("+00:00")
        return {
            "CURRENT_ACCOUNT": "LOCAL",
            "CURRENT_CLIENT": self.settings.client,
            "CURRENT_DATABASE": self.database or "",
            "CURRENT_DATE": now[:10],
            "CURRENT_IP_ADDRESS": "127.0.0.1",
            "CURRENT_REGION": f"AWS_{self.settings.region.upper().replace('-', '_')}",
            "CURRENT_ROLE": self.role,
            "CURRENT_SCHEMA": self.schema or "",
            "CURRENT_SESSION": self.id,
            "CURRENT_STATEMENT": statement,
            "CURRENT_TIME": now[11:],
            "CURRENT_TIMESTAMP": now,
            "CURRENT_USER": self.user,
            "CURRENT_WAREHOUSE": self.warehouse_name,
        }

    def require_known(self, statement: str) -> None:
        """Raise SqlError unless a statement is one that the warehouse knows."""
        classify(single(statement))

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

    def close(self) -> None:
        """End the session: what it has not committed is gone, its temporary tables too."""
        self._on_close(self)
        self.connection.close()

    def interrupt(self) -> None:
        """Stop the statement that runs."""
        self.connection.duckdb.interrupt()

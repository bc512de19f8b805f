"""The session as the handlers of statements see it."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

from snowflake_local.access.session_access import SessionAccess
from snowflake_local.model.session_parameters import SessionParameters
from snowflake_local.model.syntax import Name
from snowflake_local.objects.catalog import Catalog
from snowflake_local.objects.function_catalog import FunctionCatalog
from snowflake_local.objects.task import Task
from snowflake_local.objects.task_catalog import TaskCatalog
from snowflake_local.objects.task_context import TaskContext
from snowflake_local.objects.transaction import Transaction
from snowflake_local.settings import Settings


class Databases(Protocol):
    """Databases and what is in them."""

    def has_database(self, name: str) -> bool:
        """True if a database exists."""
        ...

    def has_schema(self, database: str, name: str) -> bool:
        """True if a schema exists."""
        ...

    def require_relation(self, kind: str, name: str) -> None:
        """Raise SqlError unless a database, schema, table or view exists."""
        ...

    def drop_database(self, name: str) -> None:
        """Drop a database with all that is in it."""
        ...

    def drop_schema(self, database: str, name: str) -> None:
        """Drop a schema with all that is in it."""
        ...

    def drop_stage(self, name: Name) -> bool:
        """Drop an internal stage with its files; False if there is none."""
        ...


class Transactions(Protocol):
    """The transaction of a session."""

    @property
    def current(self) -> Transaction | None:
        """The open transaction."""
        ...

    def begin(self, name: str | None = None) -> bool:
        """Open a transaction; False if one is open already."""
        ...

    def commit(self) -> None:
        """Commit, if there is a transaction."""
        ...

    def roll_back(self) -> None:
        """Roll back, if there is a transaction."""
        ...


class TaskRuns(Protocol):
    """The runs of the account's tasks."""

    def execute(self, root: Task, config: str | None) -> None:
        """Run a task, and those after it, as soon as it may.

        Args:
            root: The task, its version set.
            config: The configuration of this run; None: the task's own.
        """
        ...

    def cancel(self, task: Task) -> bool:
        """Cancel what runs of a task; False if nothing does."""
        ...


class StatementContext(Protocol):
    """A session that runs a statement."""

    warehouse_name: str

    @property
    def id(self) -> str:
        """The session's id."""
        ...

    @property
    def role(self) -> str:
        """The primary role."""
        ...

    @property
    def access(self) -> SessionAccess:
        """Rights of the session."""
        ...

    @property
    def user(self) -> str:
        """The user who signed in."""
        ...

    @property
    def lock(self) -> AbstractContextManager[Any]:
        """The lock that is held while a statement of the session runs."""
        ...

    @property
    def parameters(self) -> SessionParameters:
        """The session's parameters."""
        ...

    @property
    def database(self) -> str | None:
        """The current database."""
        ...

    @property
    def settings(self) -> Settings:
        """The account's settings."""
        ...

    @property
    def catalog(self) -> Catalog:
        """The account's objects."""
        ...

    @property
    def functions(self) -> FunctionCatalog:
        """The account's external functions."""
        ...

    @property
    def tasks(self) -> TaskCatalog:
        """The account's tasks."""
        ...

    @property
    def task_runs(self) -> TaskRuns:
        """The runs of the account's tasks."""
        ...

    @property
    def task(self) -> TaskContext | None:
        """The run of a task that this session is for."""
        ...

    @property
    def databases(self) -> Databases:
        """Databases and what is in them."""
        ...

    @property
    def transactions(self) -> Transactions:
        """The session's transaction."""
        ...

    def now(self) -> datetime:
        """The account's time."""
        ...

    def require_known(self, statement: str) -> None:
        """Raise SqlError unless a statement is one that the warehouse knows."""
        ...

    def resolve(self, parts: list[str]) -> Name:
        """Complete a name by the current database and schema."""
        ...

    def sessions(self) -> Sequence["StatementContext"]:
        """The open sessions of the account."""
        ...

    def interrupt(self) -> None:
        """Stop the statement that runs."""
        ...

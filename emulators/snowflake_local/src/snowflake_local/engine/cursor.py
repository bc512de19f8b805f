"""Cursors: fakesnow's cursor with Snowflake's transactions, query ids and errors."""

import random
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Protocol

import duckdb
from snowflake.connector.errors import ProgrammingError
from sqlglot import Expr, exp
from sqlglot.errors import TokenError

from snowflake_local.access import visibility
from snowflake_local.access.effects import FIRST_SCHEMA
from snowflake_local.access.effects import Effect as Noted
from snowflake_local.engine import (
    rewrite,
    spellings,
    table_lists,
    task_functions,
    task_history_table,
    wide_numbers,
)
from snowflake_local.engine.context_variables import ContextVariables
from snowflake_local.engine.fakesnow_adapter import (
    DDL,
    SHOW,
    UNKNOWN,
    EngineConnection,
    EngineCursor,
    parse_one,
    statement_type_id,
)
from snowflake_local.engine.session_transactions import SessionTransactions
from snowflake_local.engine.temporary_tables import TemporaryTables
from snowflake_local.engine.wide_numbers import are_too_narrow
from snowflake_local.model.errors import SqlError, translated
from snowflake_local.model.query import Query
from snowflake_local.model.statement_result import StatementResult
from snowflake_local.model.syntax import Reader, single
from snowflake_local.objects.task_run import TaskRun
from snowflake_local.statements.context import StatementContext, TaskRuns
from snowflake_local.statements.statement_kind import Effect, StatementKind
from snowflake_local.statements.table import classify

#: Seconds between the attempts of a statement that another session's write came in the way of.
_PAUSES = [min(0.005 * 2**attempt, 0.5) * random.uniform(0.5, 1.0) for attempt in range(30)]  # noqa: S311 - no secret


class RecordedRuns(TaskRuns, Protocol):
    """The runs of the account's tasks, with their history."""

    def runs(self) -> list[TaskRun]:
        """Runs that are to come, and those of the last days, the latest first."""
        ...


class CursorSession(StatementContext, Protocol):
    """The session as its cursors see it."""

    last_query_id: str

    @property
    def connection(self) -> EngineConnection:
        """The connection to the engine."""
        ...

    @property
    def transactions(self) -> SessionTransactions:
        """The session's transaction."""
        ...

    @property
    def temporary_tables(self) -> TemporaryTables:
        """The session's temporary tables."""
        ...

    @property
    def task_runs(self) -> RecordedRuns:
        """The runs of the account's tasks."""
        ...

    @property
    def context_variables(self) -> ContextVariables:
        """The engine's variables that expressions read."""
        ...

    def context(self, statement: str = "") -> dict[str, str]:
        """The context functions and their values, now."""
        ...

    def running(self, query: Query) -> AbstractContextManager[None]:
        """Let calls of external functions find the query, inside the block."""
        ...


class Cursor(EngineCursor):
    """Runs one statement at a time."""

    _query: Query | None = None
    #: Values of the statement's placeholders, as the server got them.
    _binds: Any = None
    _describing = False
    #: Whether the statement is several of DuckDB's, which take effect together.
    _atomic = False
    _type_id = UNKNOWN
    #: Whether whole numbers are of 128 bits, as 64 were too few.
    _wide = False
    #: Text of the statement that runs in the engine.
    _statement = ""
    #: What to note about owners once it has run.
    _effect: Noted | None = None

    def __init__(self, session: CursorSession) -> None:
        super().__init__(session.connection)
        self._session = session

    def execute(self, command: str, params: Any = None, *args: Any, **kwargs: Any) -> "Cursor":
        """Run a statement; every failure is a ProgrammingError.

        Args:
            command: One statement in Snowflake's SQL.
            params: Values to bind.
            *args: Passed on.
            **kwargs: `query` names the Query that the caller prepared; the others are passed on.
        """
        session = self._session
        if self._describing:
            super().execute(command, params, *args, **kwargs)
            return self
        query = kwargs.pop("query", None) or Query(command, session.context(command))
        with session.running(query):
            self._query = query
            try:
                bare = single(command)
                self._run(classify(bare), bare, params, *args, **kwargs)
            except (duckdb.Error, ProgrammingError, TokenError) as error:
                raise translated(error, query.failure) from error
            finally:
                self._query = None
                session.last_query_id = query.id
        return self

    def _run(
        self, kind: StatementKind, command: str, params: Any, *args: Any, **kwargs: Any
    ) -> None:
        session = self._session
        if Effect.COMMITS in kind.effect:
            session.transactions.commit()
        if kind.run is not None:
            named = rewrite.bound_names(command, kwargs.get("binding_params"))
            self._show(kind.run(session, Reader(named)))
            return
        if Effect.EXPRESSIONS in kind.effect and self._query is not None:
            session.context_variables.show(self._query)
        self._wide = False
        for pause in _PAUSES:
            try:
                self._run_in_engine(kind, command, params, *args, **kwargs)
            except (duckdb.Error, ProgrammingError) as error:
                if not self._may_succeed_after(error, pause):
                    raise
            else:
                return
        self._run_in_engine(kind, command, params, *args, **kwargs)

    def _may_succeed_after(self, error: Exception, pause: float) -> bool:
        """Wait or make room, if a statement that has left nothing behind may then succeed."""
        has_called = self._query is not None and self._query.has_called
        if self._session.transactions.is_open or has_called:
            return False
        if isinstance(error, duckdb.TransactionException) and "onflict" in str(error):
            # another session's write came between: Snowflake would have waited for it
            time.sleep(pause)
            return True
        was_wide, self._wide = self._wide, self._wide or are_too_narrow(str(error))
        return self._wide and not was_wide

    def _run_in_engine(
        self, kind: StatementKind, command: str, params: Any, *args: Any, **kwargs: Any
    ) -> None:
        self._atomic = Effect.ATOMIC in kind.effect
        binds = kwargs.pop("binding_params", None)
        # the very list that fakesnow binds, so that what IDENTIFIER(?) takes is gone
        self._binds = binds = list(binds) if isinstance(binds, (tuple, list)) else binds
        self._statement, self._effect = command, None
        with (
            self._together()
            if self._atomic and self._session.connection.autocommits
            else nullcontext()
        ):
            super().execute(rewrite.command(command), params, *args, binding_params=binds, **kwargs)
        self._note_effect()

    def _note_effect(self) -> None:
        """Note what the statement has changed about owners and grants."""
        if self._effect is not None:
            self._effect()

    def describe_statement(self, statement: str, query: Query) -> tuple[list[Any], Expr, int]:
        """Columns of a statement's result, the statement parsed, and its number of placeholders."""
        kind = classify(statement)
        session = self._session
        if kind.run is not None:
            raise SqlError.unsupported(f"{kind.name} cannot be described without running it.")
        session.context_variables.show(query)
        expression = parse_one(rewrite.command(statement))
        session.access.decide(expression, managed=False)
        self._describing = True
        columns = self.describe_without_running(rewrite.command(statement))
        if columns is None:
            raise SqlError.unsupported(f"{kind.name} cannot be described without running it.")
        return columns, expression, len(list(expression.find_all(exp.Placeholder)))

    @property
    def type_id(self) -> int:
        """Snowflake's number for the kind of the last statement."""
        return int(self._type_id)

    @contextmanager
    def _together(self) -> Iterator[None]:
        """Several statements of DuckDB take effect at once, or not at all."""
        transactions = self._session.transactions
        if not transactions.begin():  # the client's own transaction holds them together
            yield
            return
        try:
            yield
        except BaseException:
            transactions.roll_back()
            raise
        transactions.commit()

    def _show(self, result: StatementResult) -> None:
        self._type_id = DDL if result.columns == ("status",) else SHOW
        known = None if self._query is None else self._query.id
        self.answer(result.arrow(), result.columns_sql(), known)

    def split(self, expression: Expr) -> list[Expr]:
        """Statements of DuckDB that one statement becomes."""
        self._type_id = statement_type_id(expression)
        rewrite.resolve_identifiers(expression, self._binds)
        if not self._describing:
            managed = rewrite.is_managed(self._statement)
            self._effect = self._session.access.decide(expression, managed=managed)
        self._put_tasks_in_place(expression)
        spellings.name_sources(expression)
        several = rewrite.staged_overwrite(expression) or spellings.one_column_each(expression)
        return several or super().split(expression)

    def _put_tasks_in_place(self, expression: Expr) -> None:
        """Answer what a statement asks about tasks, its own and others'."""
        session = self._session
        task_functions.put_values(expression, session.task)
        asked = task_history_table.asked_for(expression)
        if asked:
            task_history_table.put_in_place(
                asked,
                session.task_runs.runs(),
                session.access,
                session.connection.duckdb,
                now=session.now(),
            )

    def rewrite(self, expression: Expr, params: Any) -> Expr:
        """Rewrite one of them, before and after fakesnow does."""
        session = self._session
        prepared = rewrite.before_engine(expression, session.last_query_id)
        wide_numbers.fit(prepared, wide=self._wide)
        own, connection = session.temporary_tables, session.connection
        described = table_lists.described(prepared, session.resolve, own.includes, connection)
        transformed = super().rewrite(described, params)
        table_lists.show_own(transformed, own.names, connection.database)
        created = rewrite.created_temporary_table(transformed)
        if created is not None:
            rewrite.keep_to_session(transformed)
            if not self._atomic:
                session.temporary_tables.add(rewrite.table_parts(created))
        shown = visibility.leave_out(transformed, session.access.hidden)
        return rewrite.after_engine(shown, session.temporary_tables.includes)

    def run(self, transformed: Expr, params: Any = None) -> None:
        """Run a rewritten statement, its result under the query's own id."""
        if self._atomic and rewrite.created_temporary_table(transformed) is not None:
            # no table of the client's: fakesnow would keep records about it, in another database
            self._session.connection.duckdb.execute(transformed.sql(dialect="duckdb"), params)
            return
        database = transformed.args.get("create_db_name")
        is_new = database is not None and not self._session.databases.has_database(database)
        super().run(transformed, params)
        if is_new:
            first = f'CREATE SCHEMA IF NOT EXISTS "{database}"."{FIRST_SCHEMA}"'
            self._session.connection.duckdb.execute(first)
        # fakesnow invents an id after the fact; external functions have seen the real one.
        if rewrite.is_staged(transformed):
            self._session.connection.duckdb.execute(f"DROP TABLE temp.{rewrite.STAGED_ROWS}")
        known = None if self._query is None else self._query.id
        self.rename_result(known, self._session.connection.results_cache)

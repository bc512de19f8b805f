"""Variables of DuckDB in which expressions find the context functions and the query's id."""

from duckdb import DuckDBPyConnection

from snowflake_local.engine import rewrite
from snowflake_local.model.query import Query
from snowflake_local.objects.external_functions import QUERY_VARIABLE


class ContextVariables:
    """Sets the variables of one connection, those that have changed alone."""

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self._connection = connection
        self._values: dict[str, str | None] = {}

    def show(self, query: Query) -> None:
        """Put the query's id and its context where DuckDB's expressions find them."""
        wanted = {
            rewrite.context_variable(function): query.context[function] or None
            for function in rewrite.CONTEXT_FUNCTIONS
        }
        wanted[QUERY_VARIABLE] = query.id
        for variable, value in wanted.items():
            if variable not in self._values or self._values[variable] != value:
                self._connection.execute(f"SET VARIABLE {variable} = ?", [value])
                self._values[variable] = value

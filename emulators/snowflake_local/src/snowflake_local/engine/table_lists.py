"""Lists of tables and columns as a session sees them: its temporary tables under their own names.

https://docs.snowflake.com/en/sql-reference/sql/show-tables and
https://docs.snowflake.com/en/sql-reference/info-schema/tables say what they are called there;
https://docs.snowflake.com/en/user-guide/tables-temp-transient that one hides the other table of
its name, and that other sessions do not see it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import Expr, exp

from snowflake_local.access.names import table_parts
from snowflake_local.engine.fakesnow_adapter import (
    GLOBAL_DATABASE_NAME,
    EngineConnection,
    columns_query,
)
from snowflake_local.model.syntax import Name


@dataclass(frozen=True, kw_only=True)
class _List:
    """A list of the engine's."""

    #: Its columns that name database, schema and table.
    naming: tuple[str, str, str]
    #: What it says of a temporary table, by column.
    told: Mapping[str, str] = field(default_factory=dict)


_DESCRIBED = ("TABLE", "VIEW")
_SYSTEM_SCHEMA = "INFORMATION_SCHEMA"
_RELATION = ("TABLE_CATALOG", "TABLE_SCHEMA", "TABLE_NAME")
_SHOWN = ("database_name", "schema_name", "name")
_TEMPORARY = {"kind": "TEMPORARY"}
_LISTS = {
    "_FS_TABLES": _List(
        naming=_RELATION, told={"TABLE_TYPE": "TEMPORARY TABLE", "IS_TEMPORARY": "YES"}
    ),
    "_FS_COLUMNS": _List(naming=_RELATION),
    "_FS_SHOW_TABLES": _List(naming=_SHOWN, told=_TEMPORARY),
    "_FS_SHOW_OBJECTS": _List(naming=_SHOWN, told=_TEMPORARY),
    "_FS_SHOW_COLUMNS": _List(naming=("database_name", "schema_name", "table_name")),
}


def described(
    expression: Expr,
    resolve: Callable[[list[str]], Name],
    is_own: Callable[[list[str]], bool],
    connection: EngineConnection,
) -> Expr:
    """DESCRIBE of a table or view of any database as a query of its columns.

    Args:
        expression: A statement: it stays as it is if it is another one.
        resolve: Completes a name.
        is_own: Whether a name means a temporary table of the session.
        connection: The session's connection to the engine.
    """
    table = expression.find(exp.Table) if isinstance(expression, exp.Describe) else None
    if table is None or str(expression.args.get("kind")).upper() not in _DESCRIBED:
        return expression
    parts = table_parts(table)
    if _SYSTEM_SCHEMA in (part.upper() for part in parts[:-1]):
        return expression
    name = resolve(parts)
    if not is_own(parts):
        connection.check_existence(name)
    return columns_query(name)


def show_own(expression: Expr, own: Callable[[], Sequence[Name]], database: str | None) -> None:
    """Let a statement, rewritten for the engine, find the session's temporary tables in lists.

    Args:
        expression: The statement. The body of a view stays as it is: other sessions read it.
        own: Tells the full names of the temporary tables.
        database: The current database.
    """
    if isinstance(expression, exp.Describe) or _is_view(expression):
        return
    for table in list(expression.find_all(exp.Table)):
        listed = _LISTS.get(table.name.upper()) if table.db else None
        names = own() if listed is not None else ()
        if listed is not None and names:
            table.replace(_with_own(table, listed, names, table.catalog or database or ""))


def _is_view(expression: Expr) -> bool:
    kind = str(expression.args.get("kind")).upper()
    return isinstance(expression, exp.Create) and kind == "VIEW"


def _with_own(table: exp.Table, listed: _List, own: Sequence[Name], database: str) -> exp.Subquery:
    catalog = listed.naming[0]
    shown = _of_all_databases(table.name, listed, own)
    if database != GLOBAL_DATABASE_NAME:
        within = exp.column(catalog).eq(exp.Literal.string(database))
        shown = exp.select("*").from_(shown.subquery()).where(within)
    return shown.subquery(table.alias_or_name)


def _of_all_databases(view: str, listed: _List, own: Sequence[Name]) -> exp.Select:
    """A query that keeps the list's order, as a join with the names would not."""
    catalog, schema, name = listed.naming
    is_own = f"{catalog} = 'temp'"
    values = {
        catalog: _by_name(name, {key: database for database, _, key in own}),
        schema: _by_name(name, {key: schema for _, schema, key in own}),
        **{column: _literal(text) for column, text in listed.told.items()},
    }
    columns = ", ".join(
        f'CASE WHEN {is_own} THEN {value} ELSE {column} END AS "{column}"'
        for column, value in values.items()
    )
    kept = (
        f"CASE WHEN {is_own} THEN {_among([name], [(key,) for *_, key in own])}"
        f" ELSE NOT {_among(listed.naming, own)} END"
    )
    source = exp.table_(view, db="_fs_information_schema", catalog=GLOBAL_DATABASE_NAME)
    everything = exp.select(f"* REPLACE ({columns})", dialect="duckdb")
    return everything.from_(source).where(kept, dialect="duckdb")


def _among(columns: Sequence[str], names: Sequence[Sequence[str]]) -> str:
    literals = (f"({', '.join(map(_literal, name))})" for name in names)
    return f"({', '.join(columns)}) IN ({', '.join(literals)})"


def _by_name(column: str, values: Mapping[str, str]) -> str:
    cases = (f"WHEN {_literal(name)} THEN {_literal(value)}" for name, value in values.items())
    return f"CASE {column} {' '.join(cases)} END"


def _literal(text: str) -> str:
    return exp.Literal.string(text).sql(dialect="duckdb")

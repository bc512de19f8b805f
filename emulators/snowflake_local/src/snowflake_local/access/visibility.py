"""Lists of objects without those that the session has no privilege on.

https://docs.snowflake.com/en/sql-reference/info-schema: a view of INFORMATION_SCHEMA shows what the
current role has been granted access to; https://docs.snowflake.com/en/sql-reference/sql/show says
the same of SHOW.
"""

from collections.abc import Callable, Sequence

from sqlglot import Expr, exp

_RELATION = ("TABLE_CATALOG", "TABLE_SCHEMA", "TABLE_NAME")
_LISTED = ("DATABASE_NAME", "SCHEMA_NAME", "NAME")
#: The engine's views, and their columns that name database, schema and object.
_NAMING = {
    "_FS_TABLES": _RELATION,
    "_FS_VIEWS": _RELATION,
    "_FS_COLUMNS": _RELATION,
    "_FS_SCHEMATA": ("CATALOG_NAME", "SCHEMA_NAME"),
    "_FS_SHOW_TABLES": _LISTED,
    "_FS_SHOW_VIEWS": _LISTED,
    "_FS_SHOW_OBJECTS": _LISTED,
    "_FS_SHOW_COLUMNS": ("DATABASE_NAME", "SCHEMA_NAME", "TABLE_NAME"),
    "_FS_SHOW_SCHEMAS": ("DATABASE_NAME", "NAME"),
    "_FS_SHOW_DATABASES": ("NAME",),
}

#: Names of the hidden objects by their number of parts.
Hidden = Callable[[int], Sequence[tuple[str, ...]]]


def leave_out(expression: Expr, hidden: Hidden) -> Expr:
    """Let a statement, rewritten for the engine, find no object in lists that is hidden.

    The body of a view stays as it is: it is read with other rights than it is written with.
    """
    if isinstance(expression, exp.Create) and str(expression.args.get("kind")).upper() == "VIEW":
        return expression
    for table in list(expression.find_all(exp.Table)):
        columns = _NAMING.get(table.name.upper())
        names = hidden(len(columns)) if columns and table.db else ()
        if columns and names:
            table.replace(_without(table, columns, names))
    return expression


def _without(
    table: exp.Table, columns: Sequence[str], names: Sequence[tuple[str, ...]]
) -> exp.Subquery:
    alias = table.alias_or_name
    bare = table.copy()
    bare.set("alias", None)
    literals = [exp.Tuple(expressions=[*map(exp.Literal.string, name)]) for name in names]
    shown = exp.Tuple(expressions=[exp.column(column) for column in columns])
    listed = exp.In(this=shown, expressions=literals)
    return exp.select("*").from_(bare).where(exp.not_(listed)).subquery(alias)

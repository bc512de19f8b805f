"""The temporary tables of one session: DuckDB keeps them all in one place, under bare names."""

from collections.abc import Callable

from sqlglot import Expr, exp

from snowflake_local.access.names import table_parts
from snowflake_local.model.syntax import Name

#: Database and schema in which DuckDB keeps them.
_PLACE = ("temp", "main")
#: fakesnow's list of the columns of a database, and the one of all, these tables included.
_COLUMNS, _OF_ALL = "_fs_columns", "_fs_global"


class TemporaryTables:
    """Remembers the full names under which temporary tables were made."""

    def __init__(self, resolve: Callable[[list[str]], Name]) -> None:
        self._resolve = resolve
        self._names: set[Name] = set()

    def add(self, parts: list[str]) -> None:
        """Remember a temporary table."""
        self._names.add(self._resolve(parts))

    def includes(self, parts: list[str]) -> bool:
        """True if a qualified name means a temporary table."""
        return bool(self._names) and self._resolve(parts) in self._names

    def described(self, expression: Expr) -> Name | None:
        """The full name of the temporary table whose columns a statement asks for, if it is one."""
        is_columns = isinstance(expression, exp.Show) and expression.name.upper() == "COLUMNS"
        table = expression.find(exp.Table)
        if table is None or not (is_columns or isinstance(expression, exp.Describe)):
            return None
        parts = table_parts(table)
        return self._resolve(parts) if self.includes(parts) else None


def put_in_place(expression: Expr, name: Name) -> None:
    """Let a statement ask for the columns of a temporary table where DuckDB has it."""
    table = expression.find(exp.Table)
    if table is not None:
        for role, part in zip(("catalog", "db", "this"), (*_PLACE, name[2]), strict=True):
            table.set(role, exp.to_identifier(part, quoted=True))


def show_as(transformed: Expr, name: Name) -> None:
    """Read the columns of all databases, and show those of a temporary table under its own name."""
    for table in transformed.find_all(exp.Table):
        if table.name.lower() == _COLUMNS:
            table.set("catalog", exp.to_identifier(_OF_ALL))
    for star in list(transformed.find_all(exp.Star)):
        database, schema, _ = name
        shown = {"database_name": database, "schema_name": schema}
        replaced = [exp.alias_(exp.Literal.string(text), key) for key, text in shown.items()]
        star.set("replace", replaced)

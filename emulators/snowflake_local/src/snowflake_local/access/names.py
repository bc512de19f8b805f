"""Names in a parsed statement, as the securable objects that they mean in a session."""

from collections.abc import Callable, Iterable
from typing import Protocol

from sqlglot import exp

from snowflake_local.access.control import AccessControl
from snowflake_local.access.securable import SCHEMA_OBJECTS, Securable
from snowflake_local.model.errors import SqlError
from snowflake_local.model.syntax import Name, Reader


class Place(Protocol):
    """The session in which names have a meaning."""

    warehouse_name: str

    @property
    def database(self) -> str | None:
        """The current database."""
        ...

    def resolve(self, parts: list[str]) -> Name:
        """Complete a name by the current database and schema."""
        ...


class Names:
    """Resolves names; what is not known, and what is the session's own, is nobody's business."""

    def __init__(
        self,
        place: Place,
        control: AccessControl,
        is_own: Callable[[list[str]], bool],
        overloads: Callable[[Name, int], Iterable[str]],
    ) -> None:
        self._place = place
        self._control = control
        self._is_own = is_own
        self._overloads = overloads

    def knows(self, on: Securable) -> bool:
        """True if the object exists."""
        return self._control.snapshot.owner(on) is not None

    def warehouse(self) -> Securable:
        """The current warehouse; without a name if there is none."""
        name = self._place.warehouse_name
        return Securable("WAREHOUSE", (name,) if name else ())

    def relation(self, table: exp.Table) -> Securable | None:
        """A table or view, or a missing one whose schema still has to be visible."""
        parts = table_parts(table)
        if not parts or self._is_own(parts):
            return None
        try:
            full = tuple(self._place.resolve(parts))
        except SqlError:
            return None  # the engine says that there is no current schema
        return self._control.snapshot.relation(full) or Securable("TABLE", full)

    def information_schema(self, table: exp.Table) -> Securable | None:
        """The database of a view of INFORMATION_SCHEMA."""
        return self._information_schema(table_parts(table))

    def information_schema_of(self, call: exp.Anonymous) -> Securable | None:
        """The database of a table function of INFORMATION_SCHEMA."""
        return self._information_schema([*_qualifiers(call), _upper(call.this)])

    def _information_schema(self, parts: list[str]) -> Securable | None:
        if len(parts) < 2 or parts[-2].upper() != "INFORMATION_SCHEMA":
            return None
        database = parts[0] if len(parts) == 3 else self._place.database
        return None if database is None else Securable("DATABASE", (database,))

    def named(self, kind: str, table: exp.Table) -> Securable | None:
        """An object of a kind."""
        parts = table_parts(table)
        if kind in {"TABLE", "VIEW"}:
            return self.relation(table)
        try:
            return self.complete(kind, parts)
        except SqlError:
            return None

    def complete(self, kind: str, parts: list[str]) -> Securable:
        """An object by its parts; raise SqlError if they need a current schema."""
        if kind in SCHEMA_OBJECTS:
            return Securable(kind, tuple(self._place.resolve(parts)))
        if kind == "SCHEMA":
            return Securable(kind, tuple(self._place.resolve([*parts, ""])[:2]))
        return Securable(kind, tuple(parts))

    def created(self, expression: exp.Expr) -> Securable | None:
        """The object that a CREATE makes."""
        kind = str(expression.args.get("kind")).upper()
        table = expression.find(exp.Table)
        if table is None:
            return None
        try:
            return self.complete(kind, table_parts(table))
        except SqlError:
            return None

    @staticmethod
    def is_temporary(expression: exp.Expr) -> bool:
        """True for CREATE TEMPORARY."""
        properties = expression.args.get("properties")
        return properties is not None and properties.find(exp.TemporaryProperty) is not None

    def dropped(self, expression: exp.Expr) -> list[Securable]:
        """The objects that a DROP names, the session's own left out."""
        kind = str(expression.args.get("kind")).upper()
        tables = [table for table in expression.args.get("tables") or () if table.name]
        if isinstance(expression.this, exp.Table):
            tables.append(expression.this)
        found = (self.named(kind, table) for table in tables)
        return [on for on in found if on is not None]

    def stage(self, text: str) -> Securable | None:
        """The stage of `@name/path`, the table of `@%table`; None for the user's own."""
        location = text.removeprefix("'").removesuffix("'").removeprefix("@")
        if location.startswith("~"):
            return None
        parts = Reader(location.removeprefix("%").partition("/")[0]).parts()
        kind = "TABLE" if location.startswith("%") else "STAGE"
        return self.complete(kind, parts)

    def functions(self, call: exp.Anonymous) -> list[Securable]:
        """The external functions that a call may mean."""
        try:
            name = self._place.resolve([*_qualifiers(call), _upper(call.this)])
        except SqlError:
            return []
        keys = self._overloads(name, len(call.expressions))
        return [Securable.named("FUNCTION", key) for key in keys]


def table_parts(table: exp.Table) -> list[str]:
    """The parts of a name as stored: bare words in upper case."""
    parts = (table.args.get("catalog"), table.args.get("db"), table.this)
    return [_upper(part) for part in parts if part is not None and _upper(part)]


def _qualifiers(call: exp.Anonymous) -> list[str]:
    parent = call.parent
    if not isinstance(parent, exp.Dot) or parent.expression is not call:
        return []
    return [_upper(part) for part in parent.this.find_all(exp.Identifier, bfs=False)]


def _upper(part: object) -> str:
    if isinstance(part, exp.Identifier):
        return str(part.this) if part.quoted else str(part.this).upper()
    return str(part).upper() if isinstance(part, str) else ""

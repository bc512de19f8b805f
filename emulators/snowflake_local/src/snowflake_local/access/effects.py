"""Effects of statements that the engine runs on who owns what."""

from collections.abc import Callable

from sqlglot import Expr, exp

from snowflake_local.access.control import AccessControl
from snowflake_local.access.names import Names
from snowflake_local.access.requirement import Requirement
from snowflake_local.access.securable import Securable

#: The schema of a new database: https://docs.snowflake.com/en/sql-reference/sql/create-database.
FIRST_SCHEMA = "PUBLIC"
Effect = Callable[[], None]
_READABLE = frozenset({"TABLE", "VIEW", "FUNCTION"})


class Effects:
    """Notes to make once a statement has run; None: there is none."""

    def __init__(self, control: AccessControl, names: Names) -> None:
        self._control = control
        self._names = names

    def of(
        self, expression: Expr, role: str, needs: list[Requirement], *, managed: bool
    ) -> Effect | None:
        """The effect of one statement.

        Args:
            expression: The statement, parsed.
            role: The primary role, which owns what is created.
            needs: The privileges that the statement needed.
            managed: Whether a schema is created with managed access.
        """
        match expression:
            case exp.Create():
                return self._creation(expression, role, needs, managed=managed)
            case exp.Drop():
                return self._dropping(expression)
            case exp.Alter():
                return self._renaming(expression)
        return None

    def _creation(
        self, expression: exp.Create, role: str, needs: list[Requirement], *, managed: bool
    ) -> Effect | None:
        made = self._names.created(expression)
        if made is None or (made.kind == "TABLE" and self._names.is_temporary(expression)):
            return None
        if self._names.knows(made) and not expression.args.get("replace"):
            return None
        reads = _reads(needs) if made.kind == "VIEW" else ()

        def note() -> None:
            self._control.created(made, role, managed=managed, reads=reads)
            if made.kind == "DATABASE":
                self._control.created(Securable("SCHEMA", (*made.parts, FIRST_SCHEMA)), role)

        return note

    def _dropping(self, expression: exp.Drop) -> Effect:
        gone = [on for on in self._names.dropped(expression) if self._names.knows(on)]

        def forget() -> None:
            for on in gone:
                self._control.dropped(on)

        return forget

    def _renaming(self, expression: exp.Alter) -> Effect | None:
        action = next(iter(expression.args.get("actions") or ()), None)
        if not isinstance(action, exp.AlterRename) or not isinstance(action.this, exp.Table):
            return None
        old, new = self._names.relation(expression.this), self._names.relation(action.this)
        if old is None or new is None:
            return None
        return lambda: self._control.renamed(old, Securable(old.kind, new.parts))


def _reads(needs: list[Requirement]) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (one.privileges[0], one.on.kind, one.on.name)
        for one in needs
        if one.on.kind in _READABLE and one.privileges in {("SELECT",), ("USAGE",)}
    )

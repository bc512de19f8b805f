"""Access control as one session meets it: its roles, its names, its statements."""

from collections.abc import Callable, Iterable

from sqlglot import Expr

from snowflake_local.access import refusal
from snowflake_local.access.actor import Actor
from snowflake_local.access.control import AccessControl
from snowflake_local.access.effects import Effect, Effects
from snowflake_local.access.names import Names, Place
from snowflake_local.access.requirement import Requirement
from snowflake_local.access.securable import Securable
from snowflake_local.access.statement_needs import needs_of
from snowflake_local.model.syntax import Name

#: Secondary roles of a session, until USE SECONDARY ROLES: all that the user has.
#: Source: https://docs.snowflake.com/en/sql-reference/sql/create-user (DEFAULT_SECONDARY_ROLES).
_ALL = True


class SessionAccess:
    """Decides about the statements of one session."""

    def __init__(
        self,
        control: AccessControl,
        place: Place,
        *,
        user: str,
        role: str,
        is_own: Callable[[list[str]], bool],
        overloads: Callable[[Name, int], Iterable[str]],
    ) -> None:
        self.control = control
        self.names = Names(place, control, is_own, overloads)
        self._effects = Effects(control, self.names)
        self.user = user
        self.role = role
        self.secondary = _ALL
        #: Whether statements run on no warehouse of the account's.
        self._is_serverless = False

    @property
    def actor(self) -> Actor:
        """The user with the roles that are active."""
        return self.control.actor(self.user, self.role, secondary=self.secondary)

    def use_role(self, role: str) -> None:
        """Take another primary role; raise SqlError unless the user has it."""
        snapshot = self.control.snapshot
        if role not in snapshot.closure(snapshot.roles_of_user(self.user)):
            raise refusal.not_assigned(role)
        self.role = role

    def limit_to_owner(self, *, serverless: bool) -> None:
        """Be a task's session: with the privileges of its owner alone, perhaps on no warehouse."""
        self.secondary = False
        self._is_serverless = serverless

    def require(self, *requirements: Requirement) -> None:
        """Raise SqlError unless the session has the privileges."""
        self.control.require(self.actor, requirements)

    def sees(self, on: Securable) -> bool:
        """True if an object exists as far as the session can tell."""
        return self.control.sees(self.actor, on)

    def hidden(self, parts: int) -> list[tuple[str, ...]]:
        """Names with so many parts of objects that do not exist as far as the session can tell."""
        return [name for name in self.control.hidden(self.actor) if len(name) == parts]

    def created(self, made: Securable, *, reads: tuple[tuple[str, str, str], ...] = ()) -> None:
        """Note that the session has created or replaced an object."""
        self.control.created(made, self.role, reads=reads)

    def dropped(self, gone: Securable) -> None:
        """Note that an object is gone."""
        self.control.dropped(gone)

    def decide(self, expression: Expr, *, managed: bool) -> Effect | None:
        """Raise SqlError unless the statement may run; give what to note when it has."""
        needs = needs_of(expression, self.names)
        if self._is_serverless:
            needs = [one for one in needs if one.on != self.names.warehouse()]
        self.require(*needs)
        return self._effects.of(expression, self.role, needs, managed=managed)

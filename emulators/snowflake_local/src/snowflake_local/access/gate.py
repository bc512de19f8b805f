"""The gate of a session, as the handlers of statements see it."""

from typing import Protocol

from snowflake_local.access.requirement import Requirement
from snowflake_local.access.securable import Securable


class Gate(Protocol):
    """Lets statements of a session through or not, and notes what they made."""

    def require(self, *requirements: Requirement) -> None:
        """Raise SqlError unless the session has the privileges."""
        ...

    def sees(self, on: Securable) -> bool:
        """True if an object exists as far as the session can tell."""
        ...

    def created(self, made: Securable, *, reads: tuple[tuple[str, str, str], ...] = ()) -> None:
        """Note that the session has created or replaced an object."""
        ...

    def dropped(self, gone: Securable) -> None:
        """Note that an object is gone."""
        ...

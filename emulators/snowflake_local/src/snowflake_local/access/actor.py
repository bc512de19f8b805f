"""The actor of a statement: a user with a primary role and all roles that are active."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """A user with the roles of the session."""

    user: str
    #: The primary role: it owns what the session creates.
    role: str
    #: The primary role and what it inherits.
    primary: frozenset[str]
    #: With secondary roles, and what they inherit.
    roles: frozenset[str]

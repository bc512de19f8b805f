"""Requirements: the privileges that a statement needs."""

from dataclasses import dataclass

from snowflake_local.access.securable import ACCOUNT, Securable

OWNERSHIP = "OWNERSHIP"


@dataclass(frozen=True)
class Requirement:
    """One of several privileges on an object, and a privilege on what the object is in."""

    #: Any of them will do, and OWNERSHIP always does; none at all: any privilege will do.
    privileges: tuple[str, ...]
    on: Securable
    #: Whether the primary role itself must have it: it becomes the owner of what is created.
    primary: bool = False

    def __str__(self) -> str:
        return f"{' or '.join(self.privileges) or 'any privilege'} on {self.on}"


def need(privilege: str, on: Securable) -> Requirement:
    """One privilege on an object."""
    return Requirement((privilege,), on)


def seen(on: Securable) -> Requirement:
    """Any privilege on an object."""
    return Requirement((), on)


def owned(on: Securable) -> Requirement:
    """Ownership of an object."""
    return Requirement((OWNERSHIP,), on)


def global_need(privilege: str) -> Requirement:
    """A privilege on the account, of the primary role where it is to create something."""
    return Requirement((privilege,), ACCOUNT, primary=privilege.startswith("CREATE "))


def creation(made: Securable) -> Requirement:
    """The right to create an object of this kind in its schema, database or account."""
    if made.kind == "SCHEMA" or made.parents:
        return Requirement((f"CREATE {made.kind}",), made.parents[-1], primary=True)
    return global_need(f"CREATE {made.kind}")

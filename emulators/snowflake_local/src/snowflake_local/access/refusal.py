"""Refusals: Snowflake's numbers and texts for what a role may not do."""

from snowflake_local.access.securable import Securable
from snowflake_local.model.errors import SqlError

#: Kinds whose absence has a word of its own; tables and views are objects.
_NAMED_KINDS = frozenset(
    {"DATABASE", "SCHEMA", "STAGE", "FUNCTION", "TASK", "WAREHOUSE", "INTEGRATION", "ROLE", "USER"}
)


def hidden(on: Securable) -> SqlError:
    """The object does not exist, or not for these roles: Snowflake does not tell which."""
    kind = on.kind.capitalize() if on.kind in _NAMED_KINDS else "Object"
    return SqlError.missing(kind, on.name)


def insufficient(on: Securable) -> SqlError:
    """The object is visible, and the roles lack the privilege."""
    subject = "account 'LOCAL'" if on.kind == "ACCOUNT" else f"{on.kind.lower()} '{_last(on)}'"
    return SqlError(
        f"SQL access control error:\nInsufficient privileges to operate on {subject}.",
        3001,
        "42501",
    )


def partial(privileges: list[str]) -> SqlError:
    """Some of the objects of a GRANT on all may be granted, others not."""
    named = ", ".join(privileges)
    return SqlError(f"Grant partially executed: privileges [{named}] not granted.", 3011, "42501")


def expansion(view: Securable, reason: SqlError) -> SqlError:
    """The owner of a view lacks a privilege on what the view reads."""
    said = str(reason.raw_msg).removeprefix("SQL compilation error:\n")
    return SqlError.compilation(
        f"Failure during expansion of view '{view.parts[-1]}': SQL compilation error:\n{said}",
        2037,
        "42601",
    )


def unknown_function(name: str) -> SqlError:
    """A function that does not exist, or not for these roles."""
    return SqlError.compilation(f"Unknown function {name.partition('(')[0]}", 2140, "42601")


def no_warehouse() -> SqlError:
    """A statement needs a warehouse, and the session has none that its roles may use."""
    return SqlError(
        "No active warehouse selected in the current session.  Select an active warehouse with "
        "the 'use warehouse' command.",
        606,
        "57P03",
    )


def not_assigned(role: str) -> SqlError:
    """USE ROLE of a role that the user does not have."""
    return SqlError(
        f"SQL access control error:\nRequested role '{role}' is not assigned to the executing "
        "user. Specify another role to activate.",
        3013,
        "42501",
    )


def cannot_use() -> SqlError:
    """USE of an object that does not exist, or not for these roles."""
    return SqlError.compilation(
        "Object does not exist, or operation cannot be performed.", 2043, "02000"
    )


def other_kind(found: Securable, wanted: str) -> SqlError:
    """A name that is that of an object of another kind."""
    return SqlError.compilation(
        f"Object found is of type '{found.kind}', not specified type '{wanted}'.", 2203, "02000"
    )


def _last(on: Securable) -> str:
    return on.parts[-1] if on.parts else on.name

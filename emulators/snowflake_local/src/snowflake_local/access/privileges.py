"""Privileges that each kind of object knows; ALL stands for them.

Source: https://docs.snowflake.com/en/user-guide/security-access-control-privileges.
"""

from snowflake_local.model.errors import SqlError

_MODIFY = frozenset({"MODIFY", "MONITOR", "USAGE"})
_CREATED_IN_SCHEMA = (
    "TABLE", "VIEW", "STAGE", "SEQUENCE", "FILE FORMAT", "FUNCTION", "PROCEDURE", "TASK", "STREAM",
    "PIPE", "DYNAMIC TABLE", "EXTERNAL TABLE", "MATERIALIZED VIEW",
)  # fmt: skip

PRIVILEGES: dict[str, frozenset[str]] = {
    "ACCOUNT": frozenset(
        {
            "CREATE DATABASE", "CREATE INTEGRATION", "CREATE ROLE", "CREATE USER",
            "CREATE WAREHOUSE", "EXECUTE TASK", "EXECUTE MANAGED TASK", "MANAGE GRANTS",
            "MANAGE WAREHOUSES", "MONITOR EXECUTION", "MONITOR USAGE",
        }
    ),
    "DATABASE": _MODIFY | {"CREATE SCHEMA"},
    "SCHEMA": _MODIFY | {f"CREATE {kind}" for kind in _CREATED_IN_SCHEMA},
    "TABLE": frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES"}),
    "VIEW": frozenset({"SELECT", "REFERENCES"}),
    "STAGE": frozenset({"USAGE", "READ", "WRITE"}),
    "SEQUENCE": frozenset({"USAGE"}),
    "FILE FORMAT": frozenset({"USAGE"}),
    "FUNCTION": frozenset({"USAGE"}),
    "TASK": frozenset({"MONITOR", "OPERATE"}),
    "WAREHOUSE": _MODIFY | {"OPERATE"},
    "INTEGRATION": frozenset({"USAGE", "USE_ANY_ROLE"}),
    "USER": frozenset({"MONITOR"}),
    "ROLE": frozenset({"USAGE"}),
}  # fmt: skip
OWNERSHIP = "OWNERSHIP"


def expanded(privileges: list[str], kind: str) -> list[str]:
    """The privileges of a GRANT on a kind of object; raise SqlError for one that it has not."""
    known = PRIVILEGES.get(kind)
    if known is None:
        raise SqlError.unsupported(f"Privileges on {kind} are not emulated locally.")
    if privileges == ["ALL"]:
        return sorted(known)
    for privilege in privileges:
        if privilege not in known and privilege != OWNERSHIP:
            raise SqlError.compilation(
                f"Invalid object type '{kind}' for privilege '{privilege}'", 3009, "42601"
            )
    return privileges

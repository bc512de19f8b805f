"""Roles, users, warehouses and grants: recorded, they limit nothing."""

from snowflake_local.statements import access, grants, session_statements
from snowflake_local.statements.statement_kind import CREATE, DDL, StatementKind, recorded

_ACCESS = r"(ROLE|USER|WAREHOUSE)"

KINDS: tuple[StatementKind, ...] = (
    recorded(
        "CREATE ROLE, USER, WAREHOUSE",
        CREATE + _ACCESS,
        "create role if not exists r",
        access.create,
        effect=DDL,
    ),
    recorded(
        "ALTER ROLE, USER, WAREHOUSE",
        r"ALTER " + _ACCESS,
        "alter role r set comment = 'x'",
        access.alter,
        effect=DDL,
    ),
    recorded(
        "DROP ROLE, USER, WAREHOUSE",
        r"DROP " + _ACCESS,
        "drop role if exists other",
        access.drop,
        effect=DDL,
    ),
    recorded(
        "SHOW ROLES, USERS, WAREHOUSES",
        r"SHOW (ROLES|USERS|WAREHOUSES)",
        "show roles",
        session_statements.show_access,
    ),
    recorded(
        "GRANT",
        r"GRANT",
        "grant usage on schema public to role public",
        grants.grant,
        effect=DDL,
        note="what is granted on and to must exist; a replaced function loses its grants",
    ),
    recorded(
        "REVOKE",
        r"REVOKE",
        "revoke usage on schema public from role public",
        grants.revoke,
        effect=DDL,
    ),
    recorded("SHOW GRANTS", r"SHOW (FUTURE )?GRANTS", "show grants to role public", grants.show),
)

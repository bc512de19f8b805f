"""Roles, users, warehouses and grants."""

from snowflake_local.statements import access, grants, session_statements
from snowflake_local.statements.statement_kind import CREATE, DDL, StatementKind, emulated

_ACCESS = r"(ROLE|USER|WAREHOUSE)"

KINDS: tuple[StatementKind, ...] = (
    emulated(
        "CREATE ROLE, USER, WAREHOUSE",
        CREATE + _ACCESS,
        "create role if not exists r",
        access.create,
        effect=DDL,
        needs="CREATE ROLE, USER or WAREHOUSE on the account",
    ),
    emulated(
        "ALTER ROLE, USER, WAREHOUSE",
        r"ALTER " + _ACCESS,
        "alter role r set comment = 'x'",
        access.alter,
        effect=DDL,
        needs="OWNERSHIP",
    ),
    emulated(
        "DROP ROLE, USER, WAREHOUSE",
        r"DROP " + _ACCESS,
        "drop role if exists other",
        access.drop,
        effect=DDL,
        needs="OWNERSHIP",
    ),
    emulated(
        "SHOW ROLES, USERS, WAREHOUSES",
        r"SHOW (ROLES|USERS|WAREHOUSES)",
        "show roles",
        session_statements.show_access,
    ),
    emulated(
        "GRANT",
        r"GRANT",
        "grant usage on schema public to role public",
        grants.grant,
        effect=DDL,
        note="what is granted on and to must exist; a replaced function loses its grants",
        needs=(
            "OWNERSHIP, of the schema where its access is managed; or the grant option; or "
            "MANAGE GRANTS. Of future objects: a managed schema, or MANAGE GRANTS"
        ),
    ),
    emulated(
        "REVOKE",
        r"REVOKE",
        "revoke usage on schema public from role public",
        grants.revoke,
        effect=DDL,
        needs="as GRANT",
    ),
    emulated("SHOW GRANTS", r"SHOW (FUTURE )?GRANTS", "show grants to role public", grants.show),
)

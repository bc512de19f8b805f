"""Transactions, and the session's own context."""

from snowflake_local.statements import session_statements, transactions
from snowflake_local.statements.statement_kind import StatementKind, emulated, engine

KINDS: tuple[StatementKind, ...] = (
    emulated(
        "BEGIN",
        r"BEGIN( TRANSACTION| WORK)?( NAME \S+)?$|START TRANSACTION",
        "begin",
        transactions.begin,
        note="a failed statement undoes the whole transaction, and COMMIT then says so",
    ),
    emulated("COMMIT", r"COMMIT", "commit", transactions.commit),
    emulated("ROLLBACK", r"ROLLBACK", "rollback", transactions.rollback),
    emulated(
        "SHOW TRANSACTIONS",
        r"SHOW TRANSACTIONS",
        "show transactions",
        transactions.show,
        note="the open ones of the user",
    ),
    emulated(
        "USE ROLE",
        r"USE ROLE",
        "use role sysadmin",
        session_statements.use_role,
        needs="the role, granted to the user or inherited",
    ),
    emulated(
        "USE WAREHOUSE",
        r"USE WAREHOUSE",
        "use warehouse w",
        session_statements.use_warehouse,
        needs="any privilege on the warehouse",
    ),
    emulated(
        "USE SECONDARY ROLES",
        r"USE SECONDARY ROLES",
        "use secondary roles all",
        session_statements.use_secondary_roles,
    ),
    engine(
        "USE DATABASE, SCHEMA",
        r"USE",
        "use schema public",
        needs="any privilege on it",
    ),
    engine("SET", r"SET", "set x = 1"),
    engine("UNSET", r"UNSET", "unset x"),
    engine(
        "ALTER SESSION SET AUTOCOMMIT",
        r"ALTER SESSION SET AUTOCOMMIT = (TRUE|FALSE)$",
        "alter session set autocommit = true",
    ),
    emulated(
        "ALTER SESSION",
        r"ALTER SESSION",
        "alter session set statement_timeout_in_seconds = 60",
        session_statements.alter_session,
        note="STATEMENT_TIMEOUT_IN_SECONDS; QUERY_TAG, which nothing reads; TIMEZONE, if it is "
        "UTC; any other is refused",
    ),
)

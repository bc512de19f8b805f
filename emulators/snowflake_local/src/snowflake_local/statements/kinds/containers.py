"""Databases, schemas, tables, views, stages and sequences."""

from snowflake_local.statements import session_statements
from snowflake_local.statements.statement_kind import (
    CREATE,
    DDL,
    DESCRIBE,
    DML,
    Effect,
    StatementKind,
    declared,
    emulated,
    engine,
)

_LISTED = (
    r"(DATABASES|SCHEMAS|TABLES|VIEWS|OBJECTS|COLUMNS|STAGES|SEQUENCES|PARAMETERS|FILE FORMATS)"
)

KINDS: tuple[StatementKind, ...] = (
    engine(
        "CREATE TABLE",
        CREATE + r"((LOCAL |GLOBAL )?(TEMPORARY|TEMP|VOLATILE) |TRANSIENT )?TABLE",
        "create table if not exists t (a int)",
        DDL | DML,
        note="PRIMARY, UNIQUE and FOREIGN KEY are declarations and not shown; NOT NULL is enforced"
        "; two temporary tables of one name, in different schemas, are refused, and a renamed one "
        "has no schema",
        needs=(
            "CREATE TABLE on the schema, none for a temporary one; what its query needs; "
            "OWNERSHIP of what it replaces"
        ),
    ),
    engine(
        "CREATE VIEW",
        CREATE + r"(SECURE )?(RECURSIVE )?VIEW",
        "create or replace view v as select 1 as a",
        DDL | DML,
        needs="CREATE VIEW on the schema, what its query needs, OWNERSHIP of what it replaces",
    ),
    engine(
        "CREATE SCHEMA",
        r"CREATE (TRANSIENT )?SCHEMA",
        "create schema if not exists s2",
        DDL,
        needs="CREATE SCHEMA on the database",
    ),
    emulated(
        "ALTER SCHEMA MANAGED ACCESS",
        r"ALTER SCHEMA .* (ENABLE|DISABLE) MANAGED ACCESS",
        "alter schema if exists other enable managed access",
        session_statements.change_managed_access,
        effect=DDL,
        needs="OWNERSHIP, and MANAGE GRANTS on the account",
    ),
    engine(
        "CREATE DATABASE",
        r"CREATE (TRANSIENT )?DATABASE",
        "create database if not exists other",
        DDL,
        needs="CREATE DATABASE on the account",
    ),
    engine(
        "CREATE STAGE",
        CREATE + r"((TEMPORARY|TEMP) )?STAGE",
        "create stage if not exists s",
        DDL,
        note="internal stages; their files survive a restart",
        needs="CREATE STAGE on the schema",
    ),
    engine(
        "CREATE FILE FORMAT",
        CREATE + r"((TEMPORARY|TEMP) )?FILE FORMAT",
        "create or replace file format ff type = csv",
        DDL,
        needs="CREATE FILE FORMAT on the schema",
    ),
    engine(
        "CREATE SEQUENCE",
        CREATE + r"SEQUENCE",
        "create sequence if not exists q",
        DDL,
        needs="CREATE SEQUENCE on the schema",
    ),
    declared(
        "ALTER TABLE keys",
        r"ALTER TABLE .* (ADD|DROP) (CONSTRAINT \S+ )?(PRIMARY|FOREIGN|UNIQUE)",
        "alter table t add primary key (a)",
        session_statements.change_key,
        effect=DDL,
        needs="OWNERSHIP",
    ),
    engine(
        "ALTER TABLE",
        r"ALTER TABLE",
        "alter table t add column b int",
        DDL | Effect.ATOMIC,
        needs="OWNERSHIP",
    ),
    engine(
        "COMMENT ON",
        r"COMMENT (IF EXISTS )?ON",
        "comment on table t is 'x'",
        DDL,
        needs="OWNERSHIP",
    ),
    emulated(
        "DROP DATABASE",
        r"DROP DATABASE",
        "drop database if exists other",
        session_statements.drop_database,
        effect=DDL,
        needs="OWNERSHIP",
    ),
    emulated(
        "DROP SCHEMA",
        r"DROP SCHEMA",
        "drop schema if exists s2",
        session_statements.drop_schema,
        effect=DDL,
        needs="OWNERSHIP",
    ),
    engine(
        "DROP TABLE, VIEW, SEQUENCE",
        r"DROP (TABLE|VIEW|SEQUENCE)",
        "drop table if exists other",
        DDL,
        needs="OWNERSHIP",
    ),
    emulated(
        "DROP STAGE",
        r"DROP STAGE",
        "drop stage if exists other",
        session_statements.drop_stage,
        effect=DDL,
        needs="OWNERSHIP",
    ),
    engine("SHOW objects", r"SHOW (TERSE )?" + _LISTED, "show tables"),
    engine(
        "DESCRIBE TABLE, VIEW",
        DESCRIBE + r"(TABLE|VIEW)",
        "describe table t",
        needs="any privilege on it",
    ),
)

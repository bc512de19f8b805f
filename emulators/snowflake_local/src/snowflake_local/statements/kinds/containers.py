"""Databases, schemas, tables, views, stages and sequences."""

from snowflake_local.statements import session_statements
from snowflake_local.statements.statement_kind import (
    CREATE,
    DDL,
    DESCRIBE,
    DML,
    StatementKind,
    emulated,
    engine,
    recorded,
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
        note="PRIMARY, UNIQUE and FOREIGN KEY are declarations and not shown; NOT NULL is enforced",
    ),
    engine(
        "CREATE VIEW",
        CREATE + r"(SECURE )?(RECURSIVE )?VIEW",
        "create or replace view v as select 1 as a",
        DDL | DML,
    ),
    engine("CREATE SCHEMA", r"CREATE (TRANSIENT )?SCHEMA", "create schema if not exists s2", DDL),
    engine(
        "CREATE DATABASE",
        r"CREATE (TRANSIENT )?DATABASE",
        "create database if not exists other",
        DDL,
    ),
    engine(
        "CREATE STAGE",
        CREATE + r"((TEMPORARY|TEMP) )?STAGE",
        "create stage if not exists s",
        DDL,
        note="internal stages; their files survive a restart",
    ),
    engine(
        "CREATE FILE FORMAT",
        CREATE + r"((TEMPORARY|TEMP) )?FILE FORMAT",
        "create or replace file format ff type = csv",
        DDL,
    ),
    engine("CREATE SEQUENCE", CREATE + r"SEQUENCE", "create sequence if not exists q", DDL),
    recorded(
        "ALTER TABLE keys",
        r"ALTER TABLE .* (ADD|DROP) (CONSTRAINT \S+ )?(PRIMARY|FOREIGN|UNIQUE)",
        "alter table t add primary key (a)",
        session_statements.change_key,
        effect=DDL,
    ),
    engine("ALTER TABLE", r"ALTER TABLE", "alter table t add column b int", DDL),
    engine("COMMENT ON", r"COMMENT (IF EXISTS )?ON", "comment on table t is 'x'", DDL),
    emulated(
        "DROP DATABASE",
        r"DROP DATABASE",
        "drop database if exists other",
        session_statements.drop_database,
        effect=DDL,
    ),
    emulated(
        "DROP SCHEMA",
        r"DROP SCHEMA",
        "drop schema if exists s2",
        session_statements.drop_schema,
        effect=DDL,
    ),
    engine(
        "DROP TABLE, VIEW, SEQUENCE",
        r"DROP (TABLE|VIEW|SEQUENCE)",
        "drop table if exists other",
        DDL,
    ),
    emulated(
        "DROP STAGE",
        r"DROP STAGE",
        "drop stage if exists other",
        session_statements.drop_stage,
        effect=DDL,
    ),
    engine("SHOW objects", r"SHOW (TERSE )?" + _LISTED, "show tables"),
    engine("DESCRIBE TABLE, VIEW", DESCRIBE + r"(TABLE|VIEW)", "describe table t"),
)

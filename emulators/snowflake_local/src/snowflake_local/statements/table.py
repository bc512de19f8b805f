"""What becomes of each kind of statement: one table, first match wins, the unknown is refused."""

from itertools import islice

from snowflake_local.model.errors import SqlError
from snowflake_local.model.syntax import tokens
from snowflake_local.statements import (
    access,
    grants,
    integrations,
    session_statements,
    transactions,
)
from snowflake_local.statements.statement_kind import (
    Effect,
    StatementKind,
    Treatment,
    emulated,
    engine,
    recorded,
    refused,
)

#: So many words decide the kind of any statement.
_HEAD_WORDS = 16

_CREATE = r"CREATE (OR REPLACE )?"
_DESCRIBE = r"DESC(RIBE)? "
_ACCESS = r"(ROLE|USER|WAREHOUSE)"
_LISTED = (
    r"(DATABASES|SCHEMAS|TABLES|VIEWS|OBJECTS|COLUMNS|STAGES|SEQUENCES|PARAMETERS|FILE FORMATS)"
)
_DDL = Effect.COMMITS
_DML = Effect.EXPRESSIONS

STATEMENTS: tuple[StatementKind, ...] = (
    # --- queries and data ---
    emulated(
        "SYSTEM$ABORT_TRANSACTION",
        r"SELECT SYSTEM\$ABORT_TRANSACTION",
        "select system$abort_transaction(1)",
        transactions.abort,
        note="by the user whose transaction it is",
    ),
    engine("SELECT", r"SELECT|WITH|\(", "select 1 as a", _DML),
    engine(
        "INSERT OVERWRITE",
        r"INSERT OVERWRITE",
        "insert overwrite into t (a) select 1",
        _DML | Effect.ATOMIC,
        note="readers never see the table empty; a failure leaves the old rows",
    ),
    engine("INSERT", r"INSERT INTO", "insert into t (a) values (1)", _DML),
    engine("UPDATE", r"UPDATE", "update t set a = 2 where a = 1", _DML),
    engine("DELETE", r"DELETE FROM", "delete from t where a = 0", _DML),
    engine(
        "MERGE",
        r"MERGE INTO",
        "merge into t using (select 2 as a) as s on t.a = s.a when matched then update set a = 3",
        _DML | Effect.ATOMIC,
    ),
    engine("TRUNCATE TABLE", r"TRUNCATE", "truncate table t", _DDL),
    engine("COPY INTO table", r"COPY INTO(?! [@'])", "copy into t from @s", note="CSV, Parquet"),
    engine("PUT", r"PUT", "put file://t.csv @s", note="internal stages"),
    engine("LIST", r"LIST|LS", "list @s"),
    # --- transactions and session ---
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
    recorded("USE ROLE", r"USE ROLE", "use role sysadmin", session_statements.use_role),
    recorded(
        "USE WAREHOUSE", r"USE WAREHOUSE", "use warehouse w", session_statements.use_warehouse
    ),
    recorded(
        "USE SECONDARY ROLES",
        r"USE SECONDARY ROLES",
        "use secondary roles all",
        session_statements.use_secondary_roles,
    ),
    engine("USE DATABASE, SCHEMA", r"USE", "use schema public"),
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
        note="STATEMENT_TIMEOUT_IN_SECONDS; QUERY_TAG, which nothing reads; TIMEZONE, if it is UTC; "
        "any other is refused",
    ),
    # --- external functions ---
    emulated(
        "CREATE API INTEGRATION",
        _CREATE + r"API INTEGRATION",
        "create api integration if not exists i api_provider = aws_api_gateway "
        "api_aws_role_arn = 'arn:aws:iam::123456789012:role/r' enabled = true "
        "api_allowed_prefixes = ('https://snowreel.execute-api.us-east-1.amazonaws.com/')",
        integrations.create,
        effect=_DDL,
    ),
    emulated(
        "ALTER INTEGRATION",
        r"ALTER (API )?INTEGRATION",
        "alter api integration i set enabled = true",
        integrations.alter,
        effect=_DDL,
    ),
    emulated(
        "DROP INTEGRATION",
        r"DROP (API )?INTEGRATION",
        "drop integration if exists other",
        integrations.drop,
        effect=_DDL,
    ),
    emulated(
        "SHOW INTEGRATIONS",
        r"SHOW (API )?INTEGRATIONS",
        "show integrations",
        session_statements.show_integrations,
    ),
    emulated(
        "DESCRIBE INTEGRATION",
        _DESCRIBE + r"(API )?INTEGRATION",
        "describe integration i",
        integrations.describe,
    ),
    emulated(
        "CREATE EXTERNAL FUNCTION",
        _CREATE + r"(SECURE )?EXTERNAL FUNCTION",
        "create or replace external function f(a varchar) returns variant api_integration = i "
        "as 'https://snowreel.execute-api.us-east-1.amazonaws.com/v1/f'",
        lambda context, reader: context.functions.create(reader, context.resolve),
        effect=_DDL,
        note="all options but translators; overloads must differ in their number of arguments",
    ),
    emulated(
        "DROP FUNCTION",
        r"DROP FUNCTION",
        "drop function if exists other(varchar)",
        lambda context, reader: context.functions.drop(reader, context.resolve),
        effect=_DDL,
    ),
    emulated(
        "SHOW FUNCTIONS",
        r"SHOW (EXTERNAL |USER )?FUNCTIONS",
        "show external functions",
        session_statements.show_functions,
        note="external functions only",
    ),
    emulated(
        "DESCRIBE FUNCTION",
        _DESCRIBE + r"FUNCTION",
        "describe function f(varchar)",
        lambda context, reader: context.functions.describe(reader, context.resolve),
    ),
    # --- access: it limits nothing ---
    recorded(
        "CREATE ROLE, USER, WAREHOUSE",
        _CREATE + _ACCESS,
        "create role if not exists r",
        access.create,
        effect=_DDL,
    ),
    recorded(
        "ALTER ROLE, USER, WAREHOUSE",
        r"ALTER " + _ACCESS,
        "alter role r set comment = 'x'",
        access.alter,
        effect=_DDL,
    ),
    recorded(
        "DROP ROLE, USER, WAREHOUSE",
        r"DROP " + _ACCESS,
        "drop role if exists other",
        access.drop,
        effect=_DDL,
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
        effect=_DDL,
        note="what is granted on and to must exist; a replaced function loses its grants",
    ),
    recorded(
        "REVOKE",
        r"REVOKE",
        "revoke usage on schema public from role public",
        grants.revoke,
        effect=_DDL,
    ),
    recorded("SHOW GRANTS", r"SHOW (FUTURE )?GRANTS", "show grants to role public", grants.show),
    # --- tables and what holds them ---
    engine(
        "CREATE TABLE",
        _CREATE + r"((LOCAL |GLOBAL )?(TEMPORARY|TEMP|VOLATILE) |TRANSIENT )?TABLE",
        "create table if not exists t (a int)",
        _DDL | _DML,
        note="PRIMARY, UNIQUE and FOREIGN KEY are declarations and not shown; NOT NULL is enforced",
    ),
    engine(
        "CREATE VIEW",
        _CREATE + r"(SECURE )?(RECURSIVE )?VIEW",
        "create or replace view v as select 1 as a",
        _DDL | _DML,
    ),
    engine("CREATE SCHEMA", r"CREATE (TRANSIENT )?SCHEMA", "create schema if not exists s2", _DDL),
    engine(
        "CREATE DATABASE",
        r"CREATE (TRANSIENT )?DATABASE",
        "create database if not exists other",
        _DDL,
    ),
    engine(
        "CREATE STAGE",
        _CREATE + r"((TEMPORARY|TEMP) )?STAGE",
        "create stage if not exists s",
        _DDL,
        note="internal stages; their files survive a restart",
    ),
    engine(
        "CREATE FILE FORMAT",
        _CREATE + r"((TEMPORARY|TEMP) )?FILE FORMAT",
        "create or replace file format ff type = csv",
        _DDL,
    ),
    engine("CREATE SEQUENCE", _CREATE + r"SEQUENCE", "create sequence if not exists q", _DDL),
    recorded(
        "ALTER TABLE keys",
        r"ALTER TABLE .* (ADD|DROP) (CONSTRAINT \S+ )?(PRIMARY|FOREIGN|UNIQUE)",
        "alter table t add primary key (a)",
        session_statements.change_key,
        effect=_DDL,
    ),
    engine("ALTER TABLE", r"ALTER TABLE", "alter table t add column b int", _DDL),
    engine("COMMENT ON", r"COMMENT (IF EXISTS )?ON", "comment on table t is 'x'", _DDL),
    emulated(
        "DROP DATABASE",
        r"DROP DATABASE",
        "drop database if exists other",
        session_statements.drop_database,
        effect=_DDL,
    ),
    emulated(
        "DROP SCHEMA",
        r"DROP SCHEMA",
        "drop schema if exists s2",
        session_statements.drop_schema,
        effect=_DDL,
    ),
    engine(
        "DROP TABLE, VIEW, SEQUENCE",
        r"DROP (TABLE|VIEW|SEQUENCE)",
        "drop table if exists other",
        _DDL,
    ),
    emulated(
        "DROP STAGE",
        r"DROP STAGE",
        "drop stage if exists other",
        session_statements.drop_stage,
        effect=_DDL,
    ),
    engine("SHOW objects", r"SHOW (TERSE )?" + _LISTED, "show tables"),
    engine("DESCRIBE TABLE, VIEW", _DESCRIBE + r"(TABLE|VIEW)", "describe table t"),
    # --- refused by name, with what to do instead ---
    refused(
        "CREATE FUNCTION",
        _CREATE + r"(SECURE )?((TEMP|TEMPORARY|AGGREGATE) )?FUNCTION",
        "create function f() returns int as '1'",
        "only external functions are; use a view or an expression",
    ),
    refused(
        "COPY INTO location",
        r"COPY INTO",
        "copy into @s from t",
        "fetch the rows with a query",
    ),
    refused(
        "Procedures and scripting",
        _CREATE + r"(SECURE )?PROCEDURE|CALL|EXECUTE|DECLARE|BEGIN",
        "call p()",
        "send the statements one by one",
    ),
    refused(
        "TASK, STREAM, PIPE, ALERT",
        _CREATE + r"(TASK|STREAM|PIPE|ALERT)",
        "create task k as select 1",
        "run the statement yourself when it is due",
    ),
    refused(
        "SHOW keys",
        r"SHOW (PRIMARY KEYS|UNIQUE KEYS|IMPORTED KEYS|EXPORTED KEYS)",
        "show primary keys",
        "keys are declarations here, read them in the DDL",
    ),
)


def classify(statement: str) -> StatementKind:
    """The kind of a statement; raise SqlError if it is refused or unknown."""
    head = " ".join(token.keyword or token.text for token in islice(tokens(statement), _HEAD_WORDS))
    kind = next((kind for kind in STATEMENTS if kind.pattern.match(head)), None)
    if kind is None:
        beginning = " ".join(head.split()[:3])
        raise SqlError.unsupported(
            f"The local warehouse does not know statements that begin with '{beginning}': "
            "docs/emulation-coverage.md lists those it knows."
        )
    if kind.treatment is Treatment.REFUSED:
        raise SqlError.unsupported(
            f"Not emulated by the local warehouse: {kind.name}; {kind.note}."
        )
    return kind

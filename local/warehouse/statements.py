"""What becomes of each kind of statement: one table, first match wins, the unknown is refused."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from typing import TYPE_CHECKING

from local.warehouse import access, grants, integrations, session_statements
from local.warehouse.answer import Answer
from local.warehouse.errors import SqlError
from local.warehouse.syntax import Reader, tokens

if TYPE_CHECKING:
    from local.warehouse.engine import Session

Run = Callable[["Session", Reader], Answer]

#: So many words decide the kind of any statement.
_HEAD_WORDS = 8


class Treatment(Enum):
    """What the local warehouse does with a kind of statement."""

    ENGINE = "run by DuckDB, by way of fakesnow"
    EMULATED = "emulated here"
    RECORDED = "recorded, not enforced"
    REFUSED = "refused with a sentence"


@dataclass(frozen=True)
class StatementKind:
    """One row of the table."""

    name: str
    #: Matches the beginning of the statement: upper-case words and symbols, one space between.
    pattern: re.Pattern[str]
    treatment: Treatment
    example: str
    run: Run | None = None
    #: DDL commits the open transaction, an explicit one too, as in Snowflake.
    commits: bool = False
    #: May hold expressions, and so calls and context functions.
    expressions: bool = False
    #: Several statements of DuckDB, which must take effect together.
    atomic: bool = False
    note: str = ""


def classify(statement: str) -> StatementKind:
    """The kind of a statement; raise SqlError if it is refused, unknown, or more than one."""
    _require_single(statement)
    head = " ".join(
        token.keyword or token.value for token in islice(tokens(statement), _HEAD_WORDS)
    )
    kind = next((kind for kind in STATEMENTS if kind.pattern.match(head)), None)
    if kind is None:
        beginning = " ".join(head.split()[:3])
        raise SqlError.unsupported(
            f"The local warehouse does not know statements that begin with '{beginning}': "
            "docs/emulation-coverage.md lists those it knows."
        )
    if kind.treatment is Treatment.REFUSED:
        raise SqlError.unsupported(
            f"{kind.name} is not emulated by the local warehouse{': ' + kind.note if kind.note else '.'}"
        )
    return kind


def _require_single(statement: str) -> None:
    if ";" not in statement.rstrip().rstrip(";"):
        return
    found = list(tokens(statement))
    ends = [i for i, token in enumerate(found) if token.text == ";"]
    if any(found[i + 1].text != ";" for i in ends if i + 1 < len(found)):
        raise SqlError(
            "Actual statement count 2 did not match the desired statement count 1.", 8, "0A000"
        )


def _kind(
    name: str,
    pattern: str,
    treatment: Treatment,
    example: str,
    **more: object,
) -> StatementKind:
    return StatementKind(
        name,
        re.compile(pattern + r"(?!\w)"),
        treatment,
        example,
        **more,  # type: ignore[arg-type]
    )


def _engine(name: str, pattern: str, example: str, **more: object) -> StatementKind:
    return _kind(name, pattern, Treatment.ENGINE, example, **more)


def _emulated(name: str, pattern: str, example: str, run: Run, **more: object) -> StatementKind:
    return _kind(name, pattern, Treatment.EMULATED, example, run=run, **more)


def _recorded(name: str, pattern: str, example: str, run: Run, **more: object) -> StatementKind:
    return _kind(name, pattern, Treatment.RECORDED, example, run=run, **more)


def _refused(name: str, pattern: str, example: str, note: str) -> StatementKind:
    return _kind(name, pattern, Treatment.REFUSED, example, note=note)


_CREATE = r"CREATE (OR REPLACE )?"
_DESCRIBE = r"DESC(RIBE)? "

STATEMENTS: tuple[StatementKind, ...] = (
    # --- queries and data -------------------------------------------------------------------------
    _engine("SELECT", r"SELECT|WITH|\(", "select 1", expressions=True),
    _engine(
        "INSERT OVERWRITE",
        r"INSERT OVERWRITE",
        "insert overwrite into t select 1",
        atomic=True,
        expressions=True,
    ),
    _engine("INSERT", r"INSERT INTO", "insert into t values (1)", expressions=True),
    _engine("UPDATE", r"UPDATE", "update t set a = 2", expressions=True),
    _engine("DELETE", r"DELETE FROM", "delete from t", expressions=True),
    _engine(
        "MERGE",
        r"MERGE INTO",
        "merge into t using t as s on t.a = s.a when matched then update set a = 3",
        atomic=True,
        expressions=True,
    ),
    _engine("TRUNCATE TABLE", r"TRUNCATE", "truncate table t", commits=True),
    _engine("COPY INTO table", r"COPY INTO (?!@|')", "copy into t from @s"),
    _engine("PUT", r"PUT", "put file://t.csv @s"),
    _engine("LIST", r"LIST|LS", "list @s"),
    # --- transactions and session -----------------------------------------------------------------
    _engine("BEGIN", r"BEGIN( TRANSACTION| WORK| NAME)?(?= ;|$)|START TRANSACTION", "begin"),
    _engine("COMMIT", r"COMMIT", "commit"),
    _engine("ROLLBACK", r"ROLLBACK", "rollback"),
    _emulated("USE ROLE", r"USE ROLE", "use role sysadmin", session_statements.use_role),
    _emulated(
        "USE WAREHOUSE", r"USE WAREHOUSE", "use warehouse w", session_statements.use_warehouse
    ),
    _emulated(
        "USE SECONDARY ROLES",
        r"USE SECONDARY ROLES",
        "use secondary roles all",
        session_statements.nothing,
    ),
    _engine("USE", r"USE", "use schema s"),
    _engine("SET", r"SET", "set x = 1"),
    _engine("UNSET", r"UNSET", "unset x"),
    _engine(
        "ALTER SESSION SET AUTOCOMMIT",
        r"ALTER SESSION SET AUTOCOMMIT",
        "alter session set autocommit = true",
    ),
    _recorded(
        "ALTER SESSION",
        r"ALTER SESSION",
        "alter session set query_tag = 'x'",
        session_statements.alter_session,
        note="parameters are kept and shown; only AUTOCOMMIT and QUERY_TAG are accepted",
    ),
    # --- external functions -----------------------------------------------------------------------
    _emulated(
        "CREATE EXTERNAL FUNCTION",
        _CREATE + r"(SECURE )?EXTERNAL FUNCTION",
        "create external function f(a varchar) returns variant api_integration = i as 'https://x/y'",
        lambda session, reader: session.functions.create(reader, session.resolve),
        commits=True,
        note="all options but translators; overloads differ in their number of arguments",
    ),
    _emulated(
        "DROP FUNCTION",
        r"DROP FUNCTION",
        "drop function if exists f(varchar)",
        lambda session, reader: session.functions.drop(reader, session.resolve),
        commits=True,
    ),
    _emulated(
        "SHOW FUNCTIONS",
        r"SHOW (EXTERNAL |USER )?FUNCTIONS",
        "show external functions",
        session_statements.show_functions,
    ),
    _emulated(
        "DESCRIBE FUNCTION",
        _DESCRIBE + r"FUNCTION",
        "describe function f(varchar)",
        lambda session, reader: session.functions.describe(reader, session.resolve),
    ),
    _emulated(
        "CREATE API INTEGRATION",
        _CREATE + r"API INTEGRATION",
        "create api integration i api_provider = aws_api_gateway api_aws_role_arn = 'r' "
        "api_allowed_prefixes = ('https://x/') enabled = true",
        lambda session, reader: integrations.create(session.catalog, reader),
        commits=True,
    ),
    _emulated(
        "ALTER API INTEGRATION",
        r"ALTER (API )?INTEGRATION",
        "alter api integration i set enabled = false",
        lambda session, reader: integrations.alter(session.catalog, reader),
        commits=True,
    ),
    _emulated(
        "DROP INTEGRATION",
        r"DROP (API )?INTEGRATION",
        "drop integration if exists i",
        lambda session, reader: integrations.drop(session.catalog, reader),
        commits=True,
    ),
    _emulated(
        "SHOW INTEGRATIONS",
        r"SHOW (API )?INTEGRATIONS",
        "show integrations",
        session_statements.show_integrations,
    ),
    _emulated(
        "DESCRIBE INTEGRATION",
        _DESCRIBE + r"(API )?INTEGRATION",
        "describe integration i",
        lambda session, reader: integrations.describe(session.catalog, reader),
    ),
    # --- access -----------------------------------------------------------------------------------
    _recorded(
        "CREATE ROLE, USER, WAREHOUSE",
        _CREATE + r"(ROLE|USER|WAREHOUSE)",
        "create role if not exists r",
        lambda session, reader: access.create(session.catalog, reader),
        commits=True,
    ),
    _recorded(
        "ALTER ROLE, USER, WAREHOUSE",
        r"ALTER (ROLE|USER|WAREHOUSE)",
        "alter warehouse w suspend",
        lambda session, reader: access.alter(session.catalog, reader),
        commits=True,
    ),
    _recorded(
        "DROP ROLE, USER, WAREHOUSE",
        r"DROP (ROLE|USER|WAREHOUSE)",
        "drop role if exists r",
        lambda session, reader: access.drop(session.catalog, reader),
        commits=True,
    ),
    _recorded(
        "SHOW ROLES, USERS, WAREHOUSES",
        r"SHOW (ROLES|USERS|WAREHOUSES)",
        "show roles",
        session_statements.show_access,
    ),
    _recorded(
        "GRANT",
        r"GRANT",
        "grant usage on schema s to role public",
        lambda session, reader: grants.grant(
            session.catalog, reader, session.resolve, session.require
        ),
        commits=True,
        note="role, grantee, function, integration and table must exist",
    ),
    _recorded(
        "REVOKE",
        r"REVOKE",
        "revoke usage on schema s from role public",
        lambda session, reader: grants.revoke(session.catalog, reader, session.resolve),
        commits=True,
    ),
    _recorded(
        "SHOW GRANTS",
        r"SHOW (FUTURE )?GRANTS",
        "show grants to role public",
        lambda session, reader: grants.show(session.catalog, reader, session.resolve),
    ),
    # --- tables and what holds them ---------------------------------------------------------------
    _engine(
        "CREATE TABLE",
        _CREATE + r"((LOCAL |GLOBAL )?(TEMPORARY|TEMP|VOLATILE) |TRANSIENT )?TABLE",
        "create table t (a int)",
        commits=True,
        expressions=True,
        note="PRIMARY, UNIQUE and FOREIGN KEY are declarations, NOT NULL is enforced, as in Snowflake",
    ),
    _engine(
        "CREATE VIEW",
        _CREATE + r"(SECURE )?(RECURSIVE )?VIEW",
        "create view v as select 1 a",
        commits=True,
        expressions=True,
    ),
    _engine("CREATE SCHEMA", _CREATE + r"(TRANSIENT )?SCHEMA", "create schema s", commits=True),
    _engine("CREATE DATABASE", r"CREATE (TRANSIENT )?DATABASE", "create database d", commits=True),
    _engine("CREATE STAGE", _CREATE + r"((TEMPORARY|TEMP) )?STAGE", "create stage s", commits=True),
    _engine(
        "CREATE FILE FORMAT",
        _CREATE + r"((TEMPORARY|TEMP) )?FILE FORMAT",
        "create file format f type = csv",
        commits=True,
    ),
    _engine("CREATE SEQUENCE", _CREATE + r"SEQUENCE", "create sequence q", commits=True),
    _engine("ALTER TABLE", r"ALTER TABLE", "alter table t add column b int", commits=True),
    _engine("COMMENT ON", r"COMMENT (IF EXISTS )?ON", "comment on table t is 'x'", commits=True),
    _emulated(
        "DROP DATABASE",
        r"DROP DATABASE",
        "drop database d",
        session_statements.drop_database,
        commits=True,
    ),
    _engine("DROP SCHEMA", r"DROP SCHEMA", "drop schema s", commits=True),
    _engine(
        "DROP TABLE, VIEW, SEQUENCE", r"DROP (TABLE|VIEW|SEQUENCE)", "drop table t", commits=True
    ),
    _engine(
        "SHOW DATABASES, SCHEMAS, TABLES, ...",
        r"SHOW (TERSE )?(DATABASES|SCHEMAS|TABLES|VIEWS|OBJECTS|COLUMNS|STAGES|SEQUENCES|PARAMETERS|FILE FORMATS)",
        "show tables",
    ),
    _engine("DESCRIBE TABLE, VIEW", _DESCRIBE + r"(TABLE|VIEW)", "describe table t"),
    # --- refused by name --------------------------------------------------------------------------
    _refused(
        "CREATE FUNCTION",
        _CREATE + r"(SECURE )?((TEMP|TEMPORARY|AGGREGATE) )?FUNCTION",
        "create function f() returns int as '1'",
        "only external functions are; use a view or an expression.",
    ),
    _refused(
        "COPY INTO location",
        r"COPY INTO",
        "copy into @s from t",
        "fetch the rows with a query instead.",
    ),
    _refused(
        "PROCEDURE, CALL, EXECUTE IMMEDIATE",
        _CREATE + r"(SECURE )?PROCEDURE|CALL|EXECUTE|DECLARE|BEGIN",
        "call p()",
        "send the statements one by one.",
    ),
    _refused(
        "TASK, STREAM, PIPE, ALERT",
        _CREATE + r"(TASK|STREAM|PIPE|ALERT)",
        "create task t as select 1",
        "run the statement yourself when it is due.",
    ),
)

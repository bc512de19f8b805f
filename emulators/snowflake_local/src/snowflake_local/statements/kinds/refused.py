"""Statements that are refused by name, with what to do instead."""

from snowflake_local.statements.statement_kind import CREATE, StatementKind, refused

KINDS: tuple[StatementKind, ...] = (
    refused(
        "CREATE FUNCTION",
        CREATE + r"(SECURE )?((TEMP|TEMPORARY|AGGREGATE) )?FUNCTION",
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
        CREATE + r"(SECURE )?PROCEDURE|CALL|EXECUTE|DECLARE|BEGIN",
        "call p()",
        "send the statements one by one",
    ),
    refused(
        "STREAM, PIPE, ALERT",
        CREATE + r"(STREAM|PIPE|ALERT)",
        "create stream k on table t",
        "compare the rows, load the files or ask the question in a task",
    ),
    refused(
        "SHOW keys",
        r"SHOW (PRIMARY KEYS|UNIQUE KEYS|IMPORTED KEYS|EXPORTED KEYS)",
        "show primary keys",
        "keys are declarations here, read them in the DDL",
    ),
)

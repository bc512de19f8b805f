"""Queries, and statements that change rows or files."""

from snowflake_local.statements import transactions
from snowflake_local.statements.statement_kind import (
    DDL,
    DML,
    Effect,
    StatementKind,
    emulated,
    engine,
)

KINDS: tuple[StatementKind, ...] = (
    emulated(
        "SYSTEM$ABORT_TRANSACTION",
        r"SELECT SYSTEM\$ABORT_TRANSACTION",
        "select system$abort_transaction(1)",
        transactions.abort,
        note="by the user whose transaction it is",
    ),
    engine(
        "SELECT",
        r"SELECT|WITH|\(",
        "select 1 as a",
        DML,
        needs=(
            "SELECT on tables and views, READ on stages, USAGE on functions; where it reads "
            "any of them, USAGE on the warehouse"
        ),
    ),
    engine(
        "INSERT OVERWRITE",
        r"INSERT OVERWRITE",
        "insert overwrite into t (a) select 1",
        DML | Effect.ATOMIC,
        note="readers never see the table empty; a failure leaves the old rows",
        needs="INSERT and DELETE on the table, and what its query needs",
    ),
    engine(
        "INSERT",
        r"INSERT INTO",
        "insert into t (a) values (1)",
        DML,
        needs="INSERT on the table, and what its query needs",
    ),
    engine(
        "UPDATE",
        r"UPDATE",
        "update t set a = 2 where a = 1",
        DML,
        needs="UPDATE on the table, SELECT where it has a WHERE or reads a column",
    ),
    engine(
        "DELETE",
        r"DELETE FROM",
        "delete from t where a = 0",
        DML,
        needs="DELETE on the table, SELECT where it has a WHERE",
    ),
    engine(
        "MERGE",
        r"MERGE INTO",
        "merge into t using (select 2 as a) as s on t.a = s.a when matched then update set a = 3",
        DML | Effect.ATOMIC,
        needs="SELECT and what each branch does, on the target; SELECT on the source",
    ),
    engine(
        "TRUNCATE TABLE",
        r"TRUNCATE",
        "truncate table t",
        DDL,
        needs="TRUNCATE on the table",
    ),
    engine(
        "COPY INTO table",
        r"COPY INTO(?! [@'])",
        "copy into t from @s",
        note="CSV, Parquet",
        needs="INSERT on the table, READ on the stage",
    ),
    engine(
        "PUT",
        r"PUT",
        "put file://t.csv @s",
        note="internal stages",
        needs="WRITE on the stage",
    ),
    engine(
        "LIST",
        r"LIST|LS",
        "list @s",
        needs="READ on the stage",
    ),
)

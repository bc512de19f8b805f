"""The table of statement kinds: each row is true, and the document of it is the table."""

import subprocess
import sys
from pathlib import Path

import pytest
from snowflake.connector.errors import ProgrammingError
from snowflake_local import coverage
from snowflake_local.model.errors import SqlError
from snowflake_local.statements.statement_kind import Support
from snowflake_local.statements.table import STATEMENTS, classify

#: Statements that fail but in a task.
IN_TASKS = {"SYSTEM$SET_RETURN_VALUE"}
DOCUMENT = Path(__file__).parents[1] / "COVERAGE.md"


@pytest.mark.parametrize("kind", STATEMENTS, ids=lambda kind: kind.name)
def test_each_example_is_of_its_kind_whatever_stands_before_it(kind):
    for text in (kind.example, kind.example.upper(), f"-- insert\n/* x; */  {kind.example}"):
        if kind.support is Support.REFUSED:
            with pytest.raises(SqlError, match="Not emulated by the local warehouse"):
                classify(text)
        else:
            assert classify(text) is kind


@pytest.mark.parametrize(
    "statement", ["", "frobnicate", "vacuum", "attach 'x.db'", "pragma x", "create macro f() as 1"]
)
def test_what_the_table_does_not_know_is_refused(statement):
    with pytest.raises(SqlError, match="does not know"):
        classify(statement)


def test_each_example_runs(client, tmp_path):
    (tmp_path / "t.csv").write_text("1\n")
    home = client.value("select current_schema()")
    for statement in (
        "create table t (a int)",
        "create stage s",
        "create warehouse if not exists w",
        "create role if not exists r",
    ):
        client.run(statement)
    client.run(f"use schema films.{home}")
    for kind in STATEMENTS:
        if kind.support is not Support.REFUSED and kind.name not in IN_TASKS:
            client.run("use role accountadmin")
            client.run(kind.example.replace("file://", f"file://{tmp_path}/"))
            client.run(f"use schema films.{home}")


def test_the_document_is_up_to_date():
    assert coverage.statement_table() in DOCUMENT.read_text(), (
        "COVERAGE.md is out of date: run `python -m snowflake_local.coverage`"
    )


def test_the_document_is_printed_by_its_command():
    done = subprocess.run(
        [sys.executable, "-m", "snowflake_local.coverage"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == coverage.statement_table().strip()


def test_several_columns_are_dropped_at_once(client):
    client.run("create table t (a int, b int, c int)")
    client.run("alter table t drop column b, c")
    assert [row["name"] for row in client.records("describe table t")] == ["A"]


def test_several_columns_are_dropped_all_or_none(client):
    client.run("create table t (a int, b int)")
    with pytest.raises(ProgrammingError):
        client.run("alter table t drop column b, nowhere")
    assert [row["name"] for row in client.records("describe table t")] == ["A", "B"]


@pytest.mark.parametrize("source", ["new", "new as n", "(select k, v from new) as n"])
def test_values_that_a_merge_inserts_are_the_sources(client, source):
    """As dbt writes them: column names alone, which are in both tables."""
    client.run("create table t (k int, v varchar)")
    client.run("create table new (k int, v varchar)")
    client.run("insert into t values (1, 'a')")
    client.run("insert into new values (1, 'b'), (2, 'c')")
    name = source.rpartition(" ")[2]
    client.run(
        f"merge into t using {source} on t.k = {name}.k"
        f" when matched then update set v = {name}.v"
        ' when not matched then insert ("K", "V") values ("K", upper("V"))'
    )
    assert client.rows("select k, v from t order by k") == [(1, "b"), (2, "C")]

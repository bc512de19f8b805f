"""Temporary tables are their session's own."""

import pytest
from snowflake.connector.errors import ProgrammingError


@pytest.mark.parametrize("name", ["staged", "films.{schema}.staged", '"FILMS"."{schema}"."STAGED"'])
def test_temporary_tables_by_any_name(server, client, name):
    schema = client.value("select current_schema()")
    name = name.format(schema=schema)
    client.run(f"create temporary table {name} (a varchar)")
    client.run(f"insert into {name} values ('x')")
    client.run("insert overwrite into identifier(%s) select 'y'", (f"films.{schema}.staged",))
    assert client.rows(f"select a from {name}") == [("y",)]
    with pytest.raises(ProgrammingError, match="does not exist"):
        server.connect(schema=schema).run(f"select a from {name}")
    client.run(f"drop table {name}")
    with pytest.raises(ProgrammingError, match="does not exist"):
        client.run(f"select a from {name}")


def test_a_temporary_table_changes_nothing_about_one_of_its_name(server, client):
    client.run("create table t (a varchar(10))")
    other = server.connect(schema=client.value("select current_schema()"))
    other.run("create temporary table t (a varchar(20))")
    assert [column["type"] for column in client.records("describe table t")] == ["VARCHAR(10)"]


@pytest.mark.parametrize("name", ["staged", "films.{schema}.staged"])
def test_the_columns_of_a_temporary_table_are_told(server, client, name):
    """An empty answer would be a success in which a client finds a table without columns."""
    schema = client.value("select current_schema()")
    name = name.format(schema=schema)
    client.run(f"create temporary table {name} (id int not null, title varchar, score float)")
    described = client.records(f"describe table {name}")
    assert [(row["name"], row["type"], row["null?"]) for row in described] == [
        ("ID", "NUMBER(38,0)", "N"),
        ("TITLE", "VARCHAR(16777216)", "Y"),
        ("SCORE", "FLOAT", "Y"),
    ]
    shown = client.records(f"show columns in table {name}")
    assert [row["column_name"] for row in shown] == ["ID", "TITLE", "SCORE"]
    assert {(row["database_name"], row["schema_name"]) for row in shown} == {("FILMS", schema)}
    with pytest.raises(ProgrammingError, match="does not exist"):
        server.connect(schema=schema).run(f"describe table {name}")


def test_the_columns_of_another_sessions_temporary_table_are_its_own(server, client):
    client.run("create table t (a varchar(10), b int)")
    other = server.connect(schema=client.value("select current_schema()"))
    other.run("create temporary table t (c int)")
    assert [row["name"] for row in other.records("describe table t")] == ["C"]
    assert [row["name"] for row in client.records("describe table t")] == ["A", "B"]

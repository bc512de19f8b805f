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


_LISTS = [
    ("show tables", "name", "kind", "TEMPORARY"),
    ("show tables like 'sta%'", "name", "kind", "TEMPORARY"),
    ("show tables in account", "name", "kind", "TEMPORARY"),
    ("show terse tables in database films", "name", "kind", "TEMPORARY"),
    ("show objects", "name", "kind", "TEMPORARY"),
    ("select * from information_schema.tables", "TABLE_NAME", "TABLE_TYPE", "TEMPORARY TABLE"),
    ("select * from films.information_schema.tables t", "TABLE_NAME", "IS_TEMPORARY", "YES"),
    ("select * from information_schema.columns", "TABLE_NAME", "COLUMN_NAME", "A"),
    ("show columns in schema films.{schema}", "table_name", "column_name", "A"),
]


@pytest.mark.parametrize(("listing", "naming", "told", "value"), _LISTS)
def test_lists_show_a_temporary_table_to_its_session_alone(
    server, client, listing, naming, told, value
):
    schema = client.value("select current_schema()")
    client.run("create temporary table staged (a varchar)")
    other = server.connect(schema=schema)
    listing = listing.format(schema=schema)

    def shown(session):
        return [row for row in session.records(listing) if row[naming] == "STAGED"]

    (row,) = [row for row in shown(client) if schema in row.values()]
    assert row[told] == value
    assert {"FILMS", schema} <= set(row.values())
    assert [row for row in shown(other) if schema in row.values()] == []
    client.run("drop table staged")
    assert [row for row in shown(client) if schema in row.values()] == []


def test_lists_show_a_temporary_table_instead_of_the_one_that_it_hides(server, client):
    client.run("create table t (a int, b int)")
    client.run("create table u (a int)")
    client.run("create temporary table t (c int)")
    tables = "select table_name, table_type from information_schema.tables where table_schema = %s"
    columns = "select column_name from information_schema.columns where table_schema = %s"
    schema = client.value("select current_schema()")
    assert sorted(client.rows(tables, (schema,))) == [
        ("T", "TEMPORARY TABLE"),
        ("U", "BASE TABLE"),
    ]
    assert sorted(client.rows(columns, (schema,))) == [("A",), ("C",)]
    other = server.connect(schema=schema)
    assert {row["kind"] for row in other.records("show tables")} == {"TABLE"}
    client.run("drop table t")
    assert {row["kind"] for row in client.records("show tables")} == {"TABLE"}
    assert [row["name"] for row in client.records("describe table t")] == ["A", "B"]


def test_a_view_on_lists_shows_nobodys_temporary_tables(client):
    client.run("create temporary table staged (a int)")
    client.run("create view listed as select table_name from information_schema.tables")
    assert ("STAGED",) not in client.rows("select * from listed")


def test_the_columns_of_a_table_in_another_database_are_told(client):
    """Only those of the current database were looked at: a success without a column."""
    schema = client.value("select current_schema()")
    client.run("create table t (a int)")
    client.run("create temporary table u (b int)")
    client.run("create database elsewhere")
    client.run("create schema elsewhere.s")
    assert [row["name"] for row in client.records(f"describe table films.{schema}.t")] == ["A"]
    assert [row["name"] for row in client.records(f"desc table films.{schema}.u")] == ["B"]
    with pytest.raises(ProgrammingError, match="does not exist"):
        client.run(f"describe table films.{schema}.v")
    client.run("drop database elsewhere")


def test_a_temporary_table_that_is_made_from_another_one_is_known(client):
    """It does not exist yet while the statement that makes it is rewritten."""
    schema = client.value("select current_schema()")
    client.run("create temporary table staged (a int)")
    client.run(f"create temporary table copied as select * from films.{schema}.staged")
    assert client.rows(f"select * from films.{schema}.copied") == []
    assert [row["name"] for row in client.records("describe table copied")] == ["A"]
    assert {row["name"] for row in client.records("show tables")} >= {"STAGED", "COPIED"}


def test_two_temporary_tables_of_one_name_are_refused_by_name(client):
    schema = client.value("select current_schema()")
    client.run("create temporary table staged as select 1 as a")
    client.run(f"create schema {schema}_2")
    with pytest.raises(ProgrammingError, match="Two temporary tables of the name STAGED"):
        client.run("create or replace temporary table staged as select 2 as a")
    assert client.value(f"select a from {schema}.staged") == 1
    client.run(f"create or replace temporary table {schema}.staged as select 3 as a")
    assert client.value(f"select a from {schema}.staged") == 3
    client.run(f"drop table {schema}.staged")
    client.run("create temporary table staged as select 2 as a")
    assert client.value("select a from staged") == 2


def test_lists_of_the_account_show_no_table_of_the_warehouse_itself(client):
    for listing in ("show tables in account", "show objects in account"):
        databases = {row["database_name"] for row in client.records(listing)}
        assert "_fs_global" not in databases

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

"""Rows in and out in bulk, by real clients in this and other processes."""

import json
import os
import subprocess
import sys
import time

import pandas as pd
import pytest
from snowflake.connector.errors import ProgrammingError
from snowflake.connector.pandas_tools import write_pandas

# the connector's own use of pandas
pytestmark = pytest.mark.filterwarnings("ignore:is_datetime64tz_dtype:DeprecationWarning")


@pytest.fixture
def frame():
    numbers = range(5000)
    return pd.DataFrame(
        {"USER_ID": [f"u{n}" for n in numbers], "RATING": [n / 7 for n in numbers], "N": numbers}
    )


@pytest.mark.parametrize("temporary", ["", "temporary"])
@pytest.mark.parametrize("qualified", [False, True])
@pytest.mark.parametrize("chunk_size", [None, 1000])
def test_write_pandas(client, frame, temporary, qualified, chunk_size):
    client.run(f"create {temporary} table t (user_id varchar, rating float, n int)")
    where = (
        {"database": "FILMS", "schema": client.value("select current_schema()")}
        if qualified
        else {}
    )
    done, _, rows, _ = write_pandas(client.connection, frame, "T", chunk_size=chunk_size, **where)
    assert (done, rows) == (True, 5000)
    assert client.rows("select count(*), sum(n), max(rating) from t") == [
        (5000, sum(range(5000)), 4999 / 7)
    ]
    read = client.run("select * from t order by n").fetch_pandas_all()
    assert read["USER_ID"].tolist() == frame["USER_ID"].tolist()


def test_arrow_batches(client):
    client.run("create table t as select seq4() as n from table(generator(rowcount => 30000))")
    batches = client.run("select n, n::varchar as s from t").fetch_arrow_batches()
    assert sum(batch.num_rows for batch in batches) == 30000
    assert (
        client.run("select * from t where false").fetch_arrow_all(force_return_table=True).num_rows
        == 0
    )


@pytest.mark.parametrize("style", ["pyformat", "qmark"])
def test_executemany(server, client, style):
    client.run("create table t (a varchar, b float, c int)")
    session = server.connect(schema=client.value("select current_schema()"), paramstyle=style)
    mark = "%s" if style == "pyformat" else "?"
    cursor = session.connection.cursor()
    cursor.executemany(
        f"insert into t values ({mark}, {mark}, {mark})", [("x", 1.5, 2), ("it's", None, 3)]
    )
    assert cursor.rowcount == 2
    assert client.rows("select * from t order by c") == [("x", 1.5, 2), ("it's", None, 3)]


def test_put_and_copy(client, tmp_path):
    (tmp_path / "ratings.csv").write_text("u1,1.5\nu2,2.5\n")
    client.run("create table t (a varchar, b float)")
    client.run("create stage files")
    client.run(f"put file://{tmp_path}/ratings.csv @files")
    assert [row[0] for row in client.rows("list @files")] == ["files/ratings.csv.gz"]
    client.run("copy into t from @files file_format = (type = csv)")
    assert client.rows("select * from t order by a") == [("u1", 1.5), ("u2", 2.5)]
    client.run("drop stage files")
    with pytest.raises(ProgrammingError, match="does not exist"):
        client.run("list @files")


def test_asynchronous_statements(client):
    connection = client.connection
    with connection.cursor() as cursor:
        cursor.execute_async("select 42")
        wait_for_end(connection, cursor.sfqid)
        cursor.get_results_from_sfqid(cursor.sfqid)
        assert cursor.fetchall() == [(42,)]
        cursor.execute_async("select nothing(1)")
        wait_for_end(connection, cursor.sfqid)
        with pytest.raises(ProgrammingError, match="Unknown function"):
            connection.get_query_status_throw_if_error(cursor.sfqid)


def wait_for_end(connection, query_id):
    deadline = time.monotonic() + 10
    while connection.is_still_running(connection.get_query_status(query_id)):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_describe_runs_nothing(client, remote):
    client.create_function("f(a varchar) returns float")
    columns = client.connection.cursor().describe("select f('1') as estimate, 'x' as label")
    assert [column.name for column in columns] == ["ESTIMATE", "LABEL"]
    assert remote.received == []


def test_scripts_of_several_statements(client):
    cursors = client.connection.execute_string(
        "create table t (a int); -- a comment; with a semicolon\ninsert into t values (1);"
        "select a from t;"
    )
    assert list(cursors)[-1].fetchall() == [(1,)]


def test_a_client_in_another_process(server, client):
    client.run("create table t as select 7 as a")
    program = (
        "import snowflake.connector, sys\n"
        "c = snowflake.connector.connect(account='local', user='analyst', password='y',"
        " host='localhost',"
        " port=int(sys.argv[1]), protocol='http', database='FILMS', schema=sys.argv[2],"
        " platform_detection_timeout_seconds=0)\n"
        "print(c.cursor().execute('select a from t').fetchall())\n"
    )
    schema = client.value("select current_schema()")
    port = str(server.port)
    done = subprocess.run(
        [sys.executable, "-c", program, port, schema],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "HOME": os.environ.get("HOME", "/")},
    )
    assert done.stdout == "[(7,)]\n", done.stderr


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("select count(*) from numbers", "COUNT(*)"),
        ("select max(n) from numbers", "MAX(N)"),
        ("select count(*) as total from numbers", "TOTAL"),
        ("select n from numbers", "N"),
    ],
)
def test_results_without_alias_are_named_by_their_text(client, statement, name):
    client.run("create table numbers (n number)")
    with client.connection.cursor() as cursor:
        cursor.execute(statement)
        assert [column.name for column in cursor.description] == [name]


def test_keys_of_objects_keep_their_letters(client):
    shown = client.value("select {'exclude_Genres': ['Horror'], 'a': {'b': 1}} as o")
    assert json.loads(shown) == {"exclude_Genres": ["Horror"], "a": {"b": 1}}

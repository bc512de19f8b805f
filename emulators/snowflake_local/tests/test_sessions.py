"""Context, transactions, constraints, temporary tables: a session's manners."""

import threading

import pytest
from snowflake.connector.errors import DatabaseError, IntegrityError, ProgrammingError


def test_context_functions(server, client):
    client.run("create warehouse if not exists wh")
    other = server.connect(user="ada", schema="nowhere", warehouse="wh", role="sysadmin")
    row = other.rows(
        "select current_user(), current_role(), current_warehouse(), current_database(), "
        "current_schema(), current_account(), current_user"
    )[0]
    assert row == ("ADA", "SYSADMIN", "WH", "FILMS", None, "LOCAL", "ADA")
    other.run("use role public")
    assert other.value("select current_role()") == "PUBLIC"
    with pytest.raises(ProgrammingError, match="Object does not exist"):
        other.run("use role nobody")
    with pytest.raises(ProgrammingError, match="Object does not exist"):
        other.run("use warehouse nowhere")


def test_context_functions_in_a_view_are_the_readers(server, client):
    client.run("create view who as select current_user() as who")
    schema = client.value("select current_schema()")
    assert server.connect(user="ada", schema=schema).value("select who from who") == "ADA"


def test_a_database_that_does_not_exist_is_not_made(server):
    lost = server.connect(database="nowhere")
    assert lost.value("select current_database()") is None
    assert "NOWHERE" not in {row["name"] for row in lost.records("show databases")}
    with pytest.raises(ProgrammingError, match="current database"):
        lost.run("select * from t")


def test_query_ids_are_those_the_client_knows(client):
    cursor = client.run("select 1 as a")
    assert client.value("select last_query_id()") == cursor.sfqid
    again = client.rows(f"select * from table(result_scan('{cursor.sfqid}'))")
    assert again == [(1,)]


def test_results_that_are_kept_are_few(server, client):
    for _ in range(40):
        client.run("select 1")
    sessions = [
        s
        for s in server.warehouse.sessions()
        if s.schema == client.value("select current_schema()")
    ]
    assert len(sessions[0].connection.results_cache) <= 16


def test_a_closed_session_closes_its_connection(server):
    before = len(server.warehouse.sessions())
    client = server.connect()
    assert len(server.warehouse.sessions()) == before + 1
    client.connection.close()
    assert len(server.warehouse.sessions()) == before


# --- transactions ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ddl",
    [
        "create table made (a int)",
        "create role if not exists made",
        "grant usage on database films to role public",
        "drop table if exists nothing",
        "alter table t add column b int",
    ],
)
@pytest.mark.parametrize("autocommit", [True, False])
def test_ddl_commits_the_open_transaction(server, client, ddl, autocommit):
    client.run("create table t (a int)")
    schema = client.value("select current_schema()")
    other = server.connect(schema=schema, autocommit=autocommit)
    if autocommit:
        other.run("begin")
    other.run("insert into t (a) values (1)")
    assert client.value("select count(*) from t") == 0
    other.run(ddl)
    other.run("rollback")
    assert client.value("select count(*) from t") == 1


def test_begin_commit_rollback(client):
    client.run("create table t (a int)")
    client.run("rollback")
    client.run("begin")
    client.run("begin transaction")
    client.run("insert into t values (1)")
    client.run("commit")
    client.run("start transaction")
    client.run("insert into t values (2)")
    client.run("rollback")
    assert client.rows("select a from t") == [(1,)]


def test_a_transaction_that_the_engine_gave_up_cannot_be_committed_silently(client):
    client.run("create table t (a int)")
    client.run("begin")
    client.run("insert into t values (1)")
    with pytest.raises(ProgrammingError, match="Numeric value 'x' is not recognized"):
        client.run("insert into t values ('x')")
    with pytest.raises(ProgrammingError, match="run the transaction again"):
        client.run("commit")
    assert client.value("select count(*) from t") == 0


def test_insert_overwrite_is_atomic(server, client):
    client.run("create table t (a int)")
    client.run("insert into t select seq4() from table(generator(rowcount => 1000))")
    schema = client.value("select current_schema()")
    counts, done = set(), threading.Event()

    def read():
        reader = server.connect(schema=schema)
        while not done.is_set():
            counts.add(reader.value("select count(*) from t"))

    thread = threading.Thread(target=read)
    thread.start()
    for _ in range(15):
        client.run("insert overwrite into t select seq4() from table(generator(rowcount => 1000))")
    done.set()
    thread.join(20)
    assert counts == {1000}


def test_a_failed_insert_overwrite_leaves_the_old_rows(client):
    client.run("create table t (a int not null)")
    client.run("insert into t values (1)")
    for source in ("select 'x'", "select null", "select nowhere from t"):
        with pytest.raises(DatabaseError):
            client.run(f"insert overwrite into t {source}")
        assert client.rows("select a from t") == [(1,)]


def test_insert_overwrite_in_a_transaction_of_the_client(client):
    client.run("create table t (a int)")
    client.run("insert into t values (1)")
    client.run("begin")
    client.run("insert overwrite into t select 2")
    client.run("rollback")
    assert client.rows("select a from t") == [(1,)]


def test_merge_is_atomic_also_in_a_transaction_of_the_client(client):
    client.run("create table t (a int not null, b varchar(5))")
    client.run("insert into t values (1, 'old')")
    merge = (
        "merge into t using (select column1 as a, column2 as b from values (1, 'new'), ({}, 'x')) "
        "as s on t.a = s.a when matched then update set b = s.b "
        "when not matched then insert (a, b) values (s.a, s.b)"
    )
    with pytest.raises(DatabaseError):
        client.run(merge.format("null"))
    assert client.rows("select * from t") == [(1, "old")]
    client.run("begin")
    client.run(merge.format("2"))
    client.run("rollback")
    assert client.rows("select * from t") == [(1, "old")]
    client.run(merge.format("2"))
    assert client.rows("select * from t order by a") == [(1, "new"), (2, "x")]


def test_sessions_that_write_one_table_at_once(server, client):
    client.run("create table t (a int)")
    client.run("insert into t values (0)")
    schema = client.value("select current_schema()")
    failures = []

    def write():
        session = server.connect(schema=schema)
        for _ in range(10):
            try:
                session.run("update t set a = a + 1")
            except ProgrammingError as error:
                failures.append(error)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
    assert client.value("select a from t") == 40


# --- tables ---------------------------------------------------------------------------------------


def test_keys_are_declared_and_not_enforced(client):
    client.run("create table parent (id int primary key, name varchar unique)")
    client.run(
        "create table child (id int not null, parent int references parent (id), "
        "constraint pk primary key (id, parent), foreign key (parent) references parent (id))"
    )
    client.run("insert into parent values (1, 'a'), (1, 'a')")
    client.run("insert into child values (1, 7), (1, 7)")
    client.run("alter table child add constraint u unique (parent)")
    client.run("alter table child drop primary key")
    assert client.value("select count(*) from parent") == 2
    for row in ("(null, 1)", "(1, null)"):
        with pytest.raises(IntegrityError, match="NULL result in a non-nullable column"):
            client.run(f"insert into child values {row}")


@pytest.mark.parametrize(
    "name", ["t", "{schema}.t", '"FILMS"."{schema}"."T"', '"T"', "films.{schema}.T"]
)
def test_identifier_takes_every_spelling(server, client, name):
    client.run("create table t (a int)")
    schema = client.value("select current_schema()")
    name = name.format(schema=schema)
    client.run(f"insert into identifier('{name}') values (1)")
    bound = server.connect(schema=schema, paramstyle="qmark")
    bound.run(
        "insert overwrite into identifier(?) select a + ? from identifier(?)", (name, 1, name)
    )
    assert bound.rows("select a from identifier(?)", (name,)) == [(2,)]


@pytest.mark.parametrize(
    ("statement", "errno", "said"),
    [
        ("select * from nowhere", 2003, "Object 'NOWHERE' does not exist or not authorized"),
        ("select nothing from t", 904, "invalid identifier 'NOTHING'"),
        ("select 'x'::float", 100038, "Numeric value 'x' is not recognized"),
        ("select nothing(1)", 2140, "Unknown function NOTHING"),
        ("select 1; select 2", 8, "statement count"),
        ("frobnicate the bits", 2, "does not know statements that begin with 'FROBNICATE"),
        ("-- select 1\nfrobnicate", 2, "FROBNICATE"),
        ("create function f() returns int as '1'", 2, "CREATE FUNCTION"),
        ("select 1 +", 1003, "Required keyword|expression"),
        ("-- nothing", 2, "does not know"),
        ("select 'no end", 1003, "has no end"),
        ("select * from read_csv('/etc/hostname')", 2, "no file by its path"),
        ("copy into t from '/etc/hostname'", 2, "no file by its path"),
    ],
)
def test_faults_are_programming_errors_with_snowflakes_numbers(client, statement, errno, said):
    client.run("create table t (a int)")
    with pytest.raises(ProgrammingError, match=said) as failure:
        client.connection.cursor().execute(statement)
    assert failure.value.errno == errno


def test_paths_into_variants(client):
    client.run("create table t (v variant)")
    client.run("""insert into t select parse_json('[{"k": "a", "l": {"m": 1}}, 2]')""")
    row = client.rows("select v[0]['k'], v[0].k, v[0]:l.m, v[0]['l']['m']::int, v[1]::int from t")[
        0
    ]
    assert row == ('"a"', '"a"', "1", 1, 2)


def test_flatten_gives_index_and_value(client):
    rows = client.rows(
        "select index, value::int from table(flatten(input => parse_json('[30, 10, 20]'))) "
        "order by index"
    )
    assert rows == [(0, 30), (1, 10), (2, 20)]


def test_sums_of_integers_are_integers(client):
    client.run("create table t as select column1 as a from values (9007199254740993), (2)")
    assert client.value("select sum(a) from t") == 9007199254740995
    assert isinstance(client.value("select sum(a) as total from t"), int)


def test_floats_print_as_in_snowflake_where_they_are_grouped(client):
    client.run("create table t as select column1::float as a from values (1), (1), (2.5)")
    rows = client.rows("select a::varchar, count(*) from t group by a::varchar order by a::varchar")
    assert rows == [("1", 2), ("2.5", 1)]
    names = [
        column.name for column in client.run("select a::varchar, current_role() from t").description
    ]
    assert names == ["CAST(A AS VARCHAR)", "CURRENT_ROLE()"]

"""External functions over the wire: sessions that wait for an answer, and others."""

import threading
import time

import pytest
from snowflake.connector.errors import ProgrammingError


def test_a_slow_call_blocks_no_other_session(server, client, remote):
    client.create_function("f(a varchar) returns variant")
    home = client.value("select current_schema()")
    gate = threading.Event()
    remote.before = lambda _: gate.wait(30)
    waiting = [
        threading.Thread(target=server.connect().run, args=(f"select films.{home}.f('{n}')",))
        for n in range(45)
    ]
    for thread in waiting:
        thread.start()
    deadline = time.monotonic() + 20
    while len(remote.received) < 45:
        assert time.monotonic() < deadline, f"{len(remote.received)} of 45 calls were made"
        time.sleep(0.01)
    client.run("create table t as select seq4() as n from table(generator(rowcount => 50000))")
    assert client.value("select sum(n) from t") == 50000 * 49999 // 2
    gate.set()
    for thread in waiting:
        thread.join(20)
        assert not thread.is_alive()


def test_the_remote_service_may_use_the_warehouse_while_the_query_waits(server, client, remote):
    client.create_function("train(a varchar) returns variant")
    client.run("create table t (n int)")
    client.run("insert into t values (1), (2)")
    home = client.value("select current_schema()")

    def train(_):
        job = server.connect(schema=home)
        job.run("create temporary table staged (n int)")
        job.run("insert into staged select n * 10 from t")
        job.run("insert overwrite into t select n from staged")

    remote.before = train
    client.run("select train('t')")
    assert sorted(client.rows("select n from t")) == [(10,), (20,)]


def test_an_answer_may_take_longer_than_the_clients_socket_waits(tmp_path, serving, remote):
    with serving(tmp_path, remote, answer_seconds=0.05) as server:
        client = server.connect()
        client.run("create schema s")
        client.create_function("slow(a varchar) returns variant")
        remote.then(202).then(202).then(202).then(202).then(202).then(202)
        remote.then(body={"data": [[0, "done"]]})
        assert client.value("select slow('1')") == '"done"'
        assert len([r for r in remote.received if r.method == "POST"]) == 1


def test_a_repeated_request_runs_the_statement_once(server, client, remote):
    client.create_function("f(a varchar) returns variant")
    path = "/queries/v1/query-request?requestId=6f7f4f4e-2f43-4d8e-8f3a-0f3f2f1f0f0f"
    for _ in range(2):
        answer = client.connection.rest.request(
            path, {"sqlText": "select f('2')", "sequenceId": 1}, _no_results=True
        )
        assert answer["success"]
    assert len(remote.received) == 1


def test_cancelling_ends_the_wait(client, remote):
    client.create_function("f(a varchar) returns variant")
    for _ in range(2000):
        remote.then(202)
    started = time.monotonic()
    with pytest.raises(ProgrammingError, match=r"cancell?ed"):
        client.connection.cursor().execute("select f('1')", timeout=1)
    assert time.monotonic() - started < 10
    polls = len(remote.received)
    assert client.value("select 1") == 1
    assert len(remote.received) <= polls + 1

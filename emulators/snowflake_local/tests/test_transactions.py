"""Transactions by name: an abandoned one is seen and ended by whoever comes later."""


def test_an_abandoned_transaction_is_seen_and_ended_by_another_session(server, client):
    home = client.value("select current_schema()")
    client.run("create table t (a int)")
    client.run("insert into t values (1)")
    client.run("begin name left_behind")
    client.run("delete from t")
    other = server.connect()
    other.run(f"use schema films.{home}")
    shown = other.records("show transactions")
    assert [(row["name"], row["state"]) for row in shown] == [("LEFT_BEHIND", "running")]
    answer = other.value(f"select system$abort_transaction({shown[0]['id']})")
    assert answer == f"Aborted transaction id: {shown[0]['id']}"
    other.run("delete from t where a = 1")
    assert other.records("show transactions") == []
    assert client.value("select count(*) from t") == 0


def test_a_finished_transaction_is_not_shown(server, client):
    client.run("begin name done")
    client.run("commit")
    client.run("begin transaction name undone")
    client.run("rollback")
    assert client.records("show transactions") == []
    assert client.value("select system$abort_transaction(1)") == "Transaction 1 is not running."

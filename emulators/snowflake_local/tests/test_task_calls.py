"""Tasks over the wire: a client sets one up, and it calls a remote service by itself."""

import pytest
from snowflake.connector.errors import ProgrammingError

TASK = "create or replace task k warehouse = compute_wh schedule = 'using cron 0 3 * * * UTC'"


@pytest.fixture
def runs(client, wait_for):
    """Waits for the runs of a task to end, and gives their states."""

    def ended(count=1):
        return wait_for(
            lambda: (found := states(client)) and len(found) == count and found,
            what=f"the end of {count} runs",
        )

    return ended


def states(client):
    schema = client.value("select current_schema()")
    return client.rows(
        "select state, error_message, scheduled_from from table(information_schema.task_history("
        f"database_name => 'FILMS', schema_name => '{schema}')) where completed_time is not null"
    )


def test_a_task_calls_an_external_function(client, remote, runs):
    client.create_function(
        "f(a varchar) returns variant",
        "context_headers = (current_user, current_role, current_schema, current_statement)",
    )
    client.run(f"{TASK} as select f('nightly') as started")
    client.run("execute task k")
    assert runs() == [("SUCCEEDED", None, "EXECUTE_TASK")]
    (request,) = remote.received
    assert request.rows == [[0, "nightly"]]
    headers = {name: request.headers[f"sf-context-current-{name}"] for name in ("user", "role")}
    assert headers == {"user": "SYSTEM", "role": "ACCOUNTADMIN"}
    assert request.headers["sf-context-current-statement"] == "select f('nightly') as started"
    schema = client.value("select current_schema()")
    assert request.headers["sf-context-current-schema"] == schema


def test_what_the_remote_service_says_is_in_the_history(client, remote, runs):
    client.create_function("f(a varchar) returns variant")
    remote.then(400, "no such model")
    client.run(f"{TASK} as select f('nightly')")
    client.run("execute task k")
    ((state, message, _),) = runs()
    assert state == "FAILED"
    assert "no such model" in message


def test_a_call_that_waits_is_cancelled(client, remote, runs, wait_for):
    for _ in range(3000):
        remote.then(202)
    client.create_function("f(a varchar) returns variant")
    client.run(f"{TASK} as select f('nightly')")
    client.run("execute task k")
    wait_for(lambda: len(remote.received) > 1)
    # the task goes, its run does not
    client.run("drop task k")
    client.run(f"{TASK} as select f('nightly')")
    client.run("select system$user_task_cancel_ongoing_executions('k')")
    assert runs() == [("CANCELLED", "SQL execution canceled", "EXECUTE_TASK")]


def test_two_clients_ask_for_one_task_at_once(server, client, remote, runs):
    client.create_function("f(a varchar) returns variant")
    client.run(f"{TASK} as select f('x')")
    other = server.connect(schema=client.value("select current_schema()"))
    for each in (client, other) * 3:
        each.run("execute task k")
    # those that came while one ran became one
    assert {state for state, *_ in states(client)} <= {"SUCCEEDED"}
    assert 1 <= len(remote.received) <= 6


def test_a_task_by_a_name_in_quotes(client):
    client.run('create task "My task" warehouse = "COMPUTE_WH" as select 1')
    assert [row["name"] for row in client.records("show tasks like 'my%' in schema")] == ["My task"]
    with pytest.raises(ProgrammingError, match="does not exist"):
        client.run("drop task my_task")
    client.run('drop task "My task"')

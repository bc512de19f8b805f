"""TASK_HISTORY: its rows, its arguments, and what it keeps."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import duckdb
import pytest
from snowflake.connector.errors import ProgrammingError
from snowflake_local.model.syntax import Name
from snowflake_local.objects.task_history import TaskHistory
from snowflake_local.objects.task_run import TaskRun

HOURLY = "warehouse = compute_wh schedule = '60 minutes'"
NOON = datetime(2027, 1, 1, 12, tzinfo=UTC)
RUN = TaskRun(
    id="r1",
    task_id="t1",
    task=Name("D", "S", "K"),
    query_text="select 1",
    condition_text=None,
    state="EXECUTING",
    scheduled_time=NOON,
    query_start_time=NOON,
    root_task_id="t1",
    graph_version=1,
    run_id=0,
    scheduled_from="SCHEDULE",
    graph_run_group_id="g1",
)


@pytest.fixture
def history():
    connection = duckdb.connect()
    connection.execute("ATTACH ':memory:' AS _fs_global; CREATE SCHEMA _fs_global.snowreel")
    yield TaskHistory(connection)
    connection.close()


@pytest.fixture
def two(tasks):
    """Two tasks, `good` and `bad`, that have run thrice."""
    tasks.run(f"create task good {HOURLY} as select 1; create task bad {HOURLY} as select 'x'::int")
    tasks.run("alter task good resume; alter task bad resume")
    for _ in range(3):
        tasks.tick(hours=1)
    return tasks


def names(tasks, arguments):
    place = f"schema_name => '{tasks.session().schema}', database_name => 'd'"
    return [
        row[0]
        for row in tasks.run(
            f"select name from table(information_schema.task_history({place}, {arguments}))"
        )
    ]


def test_a_run_is_kept_as_it_ended(history):
    history.put(RUN)
    ended = replace(RUN, state="FAILED", completed_time=NOON, error_message="it's over")
    history.put(ended)
    assert history.recent(NOON) == [ended]


def test_a_run_that_an_earlier_process_has_begun_is_cancelled(history):
    history.put(RUN)
    history.put(replace(RUN, id="r2", state="SUCCEEDED", completed_time=NOON))
    history.break_off(NOON)
    states = {run.id: (run.state, run.completed_time) for run in history.recent(NOON)}
    assert states == {"r1": ("CANCELLED", NOON), "r2": ("SUCCEEDED", NOON)}


def test_runs_are_kept_for_seven_days(history):
    history.put(RUN)
    assert history.recent(NOON + timedelta(days=7)) == [RUN]
    assert history.recent(NOON + timedelta(days=7, seconds=1)) == []
    history.forget_old(NOON + timedelta(days=15))
    assert history.recent(NOON) == []


def test_failures_are_counted_up_to_the_last_success(history):
    states = ["FAILED", "SUCCEEDED", "FAILED", "SKIPPED", "CANCELLED", "FAILED"]
    for number, state in enumerate(states):
        history.put(replace(RUN, id=str(number), state=state, completed_time=NOON))
    history.put(replace(RUN, id="other", task_id="t2", state="SUCCEEDED", completed_time=NOON))
    assert history.failures_in_a_row("t1", NOON) == 2
    assert history.failures_in_a_row("t1", NOON + timedelta(seconds=1)) == 0


def test_the_columns_are_snowflakes(two):
    task = two.task("good")
    (record,) = two.records(
        f"select * from table(information_schema.task_history(root_task_id => '{task['id']}', "
        "result_limit => 2)) where state <> 'SCHEDULED'"
    )
    shown = {
        "name": "GOOD",
        "database_name": "D",
        "schema_name": two.session().schema,
        "query_text": "select 1",
        "condition_text": None,
        "state": "SUCCEEDED",
        "error_code": None,
        "scheduled_time": two.now,
        "query_start_time": two.now,
        "completed_time": two.now,
        "next_scheduled_time": two.now + timedelta(hours=1),
        "root_task_id": task["id"],
        "graph_version": 1,
        "run_id": int(two.now.timestamp() * 1000),
        "scheduled_from": "SCHEDULE",
        "attempt_number": 1,
        "config": None,
    }
    assert shown.items() <= record.items()
    assert len(record) == 25


def test_arguments_choose_runs_before_the_limit_does(two):
    schema = two.session().schema
    assert names(two, "task_name => 'bad'") == ["BAD"] * 4
    assert names(two, "task_name => 'bad', error_only => true") == ["BAD"] * 3
    assert names(two, "error_only => false, result_limit => 2").count("BAD") == 1
    assert names(two, f"root_task_id => '{two.task('good')['id']}'") == ["GOOD"] * 4
    assert set(names(two, f"schema_name => '{schema.lower()}'")) == {"GOOD", "BAD"}
    assert names(two, f"schema_name => '\"{schema.lower()}\"'") == []
    since = (two.now - timedelta(hours=1)).isoformat()
    window = f"scheduled_time_range_start => '{since}'::timestamp_ltz"
    assert names(two, f"{window}, task_name => 'good'") == ["GOOD"] * 3
    until = (
        f"scheduled_time_range_end => dateadd('hour', 0, '{two.now.isoformat()}'::timestamp_ltz)"
    )
    assert names(two, f"{window}, {until}, task_name => 'good'") == ["GOOD"] * 2


def test_the_latest_runs_come_first(two):
    of_task = f"root_task_id => '{two.task('good')['id']}'"
    times = two.run(f"select scheduled_time from table(information_schema.task_history({of_task}))")
    assert times == sorted(times, reverse=True)
    assert times[0][0] == two.now + timedelta(hours=1)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ("scheduled_time_range_start => '2026-01-01'::timestamp_ltz", "more than 7 days ago"),
        ("result_limit => 0", "RESULT_LIMIT takes"),
        ("result_limit => 10001", "RESULT_LIMIT takes"),
        ("schema_name => 'S'", "needs DATABASE_NAME"),
        ("task => 'x'", "does not know the argument"),
        ("'x'", "does not know the argument"),
        ("database_name => current_database()", "constant"),
    ],
)
def test_a_wrong_argument_is_refused(two, arguments, text):
    two.refused(f"select * from table(information_schema.task_history({arguments}))", text)


@pytest.mark.parametrize("place", ["", "other.", "d.other."])
def test_the_history_is_in_the_information_schema(two, place):
    with pytest.raises(ProgrammingError):
        two.run(f"select * from table({place}task_history())")


def test_the_history_is_a_table_like_others(two):
    schema = two.session().schema
    two.run(
        "create table kept as select h.name, count(*) as runs from "
        "table(information_schema.task_history(error_only => true)) as h "
        "join table(d.information_schema.task_history()) as g on g.run_id = h.run_id "
        f"where h.schema_name = '{schema}' and g.schema_name = '{schema}' group by 1"
    )
    assert two.run("select * from kept") == [("BAD", 6)]

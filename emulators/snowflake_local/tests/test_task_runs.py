"""Runs of tasks by a clock that the test owns, and by EXECUTE TASK."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from snowflake_local.engine.graph_run import GraphRun, Occasion
from snowflake_local.engine.task_clock import ticking
from snowflake_local.model.syntax import Name
from snowflake_local.objects.task import Task

HOURLY = "warehouse = compute_wh schedule = '60 minutes'"
LOG = "as insert into log values ('ran')"


class Kept:
    """Runs that have begun, and go on when the test says so."""

    def __init__(self, tasks):
        self.waiting: list[Any] = []
        tasks.spawn = self.waiting.append

    def go_on(self):
        while self.waiting:
            self.waiting.pop(0)()


def count(tasks):
    return tasks.run("select count(*) from log")[0][0]


def due(tasks, name):
    """When a task is to run next, and what TASK_HISTORY says of it."""
    rows = tasks.run(
        "select scheduled_time, scheduled_from, query_id, query_start_time, completed_time from "
        f"table(information_schema.task_history(task_name => '{name}')) where state = 'SCHEDULED'"
    )
    return [row[0] for row in rows if row[1:] == ("SCHEDULE", None, None, None)]


def test_a_task_runs_when_it_is_due_and_not_before(tasks):
    tasks.run(f"create task hourly {HOURLY} {LOG}")
    tasks.tick(hours=2)
    assert count(tasks) == 0
    tasks.run("alter task hourly resume")
    resumed = tasks.now
    tasks.tick(minutes=59, seconds=59)
    assert count(tasks) == 0
    assert due(tasks, "hourly") == [resumed + timedelta(hours=1)]
    tasks.tick(seconds=1)
    tasks.tick(seconds=1)
    assert count(tasks) == 1
    tasks.tick(minutes=60)
    assert count(tasks) == 2
    tasks.run("alter task hourly suspend")
    tasks.tick(hours=5)
    assert count(tasks) == 2
    assert due(tasks, "hourly") == []
    times = tasks.history("scheduled_time, next_scheduled_time, scheduled_from")
    hours = [resumed + timedelta(hours=n) for n in (1, 2, 3)]
    assert times == [(*hours[:2], "SCHEDULE"), (*hours[1:], "SCHEDULE")]


def test_a_task_is_due_by_the_clock_of_its_zone(tasks):
    tasks.now = datetime(2027, 3, 20, 20, tzinfo=UTC)
    nightly = "warehouse = compute_wh schedule = 'using cron 0 3 * * * Europe/Berlin'"
    tasks.run(f"create task nightly {nightly} {LOG}; alter task nightly resume")
    for _ in range(16):
        tasks.tick(days=1)
    assert count(tasks) == 16
    # summer begins on the 28th at 2 a.m.; the history is that of the last seven days
    ran = tasks.history("scheduled_time")
    assert {time.hour for (time,) in ran} == {1}
    assert len(ran) == 7


def test_a_long_sleep_is_one_run(tasks):
    """Runs that were due while nobody looked are passed over, as while a run goes on."""
    tasks.run(f"create task hourly {HOURLY} {LOG}; alter task hourly resume")
    tasks.tick(hours=10, minutes=30)
    assert count(tasks) == 1
    tasks.tick(minutes=29)
    assert count(tasks) == 1
    tasks.tick(minutes=1)
    assert count(tasks) == 2


def test_what_was_due_while_there_was_no_warehouse_stays_undone(tmp_path, unserved, task_account):
    settings = unserved(tmp_path)
    tasks = task_account(settings)
    tasks.run("create database d; create schema d.s; create table log (a varchar)")
    tasks.run(f"create task hourly {HOURLY} {LOG}; alter task hourly resume")
    task = tasks.task("hourly")
    tasks.warehouse.close()

    tasks.now += timedelta(hours=5, minutes=30)
    tasks.open(settings)
    tasks.run("use schema d.s")
    assert tasks.task("hourly") == task
    tasks.tick(minutes=29)
    assert count(tasks) == 0
    tasks.tick(minutes=1)
    assert count(tasks) == 1
    tasks.warehouse.close()


def test_a_task_does_not_run_beside_itself(tasks):
    tasks.run(f"create task hourly {HOURLY} {LOG}; alter task hourly resume")
    begun = Kept(tasks)
    tasks.tick(hours=1)
    tasks.tick(hours=1)
    tasks.tick(hours=1)
    assert len(begun.waiting) == 1
    begun.go_on()
    tasks.tick(hours=1)
    begun.go_on()
    assert count(tasks) == 2


@pytest.mark.parametrize(
    ("option", "roots", "graphs"),
    [
        ("overlap_policy = no_overlap", 1, 1),
        ("allow_overlapping_execution = false", 1, 1),
        ("allow_overlapping_execution = true", 1, 2),
        ("overlap_policy = allow_child_overlap", 1, 2),
        ("overlap_policy = allow_all_overlap", 2, 2),
    ],
)
def test_overlapping_runs_of_a_graph(tasks, option, roots, graphs):
    tasks.run(f"create task r {HOURLY} {option} {LOG}")
    tasks.run("create task c warehouse = compute_wh after r as insert into log values ('c')")
    tasks.run("select system$task_dependents_enable('r')")
    begun = Kept(tasks)
    tasks.tick(hours=1)
    tasks.tick(hours=1)
    assert len(begun.waiting) == roots
    begun.waiting.pop(0)()  # the root is over, its child goes on
    tasks.tick(hours=1)
    begun.go_on()
    assert len(tasks.history(where="name = 'R'")) == max(graphs, roots + (roots > 1))


def test_a_run_that_is_asked_for_waits_for_the_one_that_runs(tasks):
    tasks.run(f"create task k {HOURLY} as insert into log select system$get_task_graph_config('n')")
    begun = Kept(tasks)
    tasks.run("execute task k")
    for number in (1, 2, 3):
        tasks.run(f"""execute task k using config = '{{"n": {number}}}'""")
    assert len(begun.waiting) == 1
    begun.go_on()
    # the last one takes the place of those before it
    assert tasks.run("select a from log") == [(None,), ("3",)]
    assert tasks.history("scheduled_from") == [("EXECUTE_TASK",), ("EXECUTE_TASK",)]


def test_a_task_that_is_gone_waits_for_nothing(tasks):
    tasks.run(f"create task k {HOURLY} {LOG}")
    begun = Kept(tasks)
    tasks.run("execute task k; execute task k; drop task k")
    begun.go_on()
    assert count(tasks) == 1


def test_a_fault_of_the_warehouse_ends_a_run_and_not_those_after_it(tasks, monkeypatch):
    tasks.run(f"create task k {HOURLY} {LOG}")

    def fail(*_):
        raise RuntimeError("a fault")

    with monkeypatch.context() as patched:
        patched.setattr("snowflake_local.engine.task_runner.require_run", fail)
        tasks.run("execute task k")
    assert tasks.history("state, error_message") == [("FAILED", "The warehouse's log says why.")]
    tasks.run("execute task k")
    assert count(tasks) == 1


def test_a_failure_is_told_in_the_statements_own_words(tasks):
    tasks.run(f"create task k {HOURLY} as select 'x'::int; execute task k")
    tasks.tick(seconds=1)
    tasks.run("create or replace task k warehouse = compute_wh as select * from nowhere")
    tasks.run("execute task k")
    first, second = tasks.history("state, error_code, error_message, query_text, completed_time")
    assert first[:3] == ("FAILED", "100038", "Numeric value 'x' is not recognized")
    assert second[:2] == ("FAILED", "002003")
    assert second[3] == "select * from nowhere"


def test_failures_in_a_row_suspend_a_task(tasks):
    tasks.run(
        f"create task k {HOURLY} suspend_task_after_num_failures = 2 as select a::int from log"
    )
    tasks.run("insert into log values ('1'); alter task k resume")

    def hour(value):
        tasks.run(f"truncate table log; insert into log values ('{value}')")
        tasks.tick(hours=1)
        return tasks.history("state")[-1][0]

    assert [hour(value) for value in ("x", "1", "x")] == ["FAILED", "SUCCEEDED", "FAILED"]
    assert hour("x") == "FAILED_AND_AUTO_SUSPENDED"
    record = tasks.task("k")
    assert (record["state"], record["last_suspended_reason"]) == (
        "suspended",
        "SUSPENDED_DUE_TO_ERRORS",
    )
    tasks.tick(hours=3)
    assert len(tasks.history()) == 4
    tasks.run("alter task k resume")
    assert hour("x") == "FAILED"
    assert tasks.task("k")["state"] == "started"


def test_a_child_that_fails_too_often_suspends_its_root(tasks):
    tasks.run(f"create task r {HOURLY} suspend_task_after_num_failures = 2 as select 1")
    tasks.run("create task c warehouse = compute_wh after r as select * from nowhere")
    tasks.run("select system$task_dependents_enable('r')")
    tasks.tick(hours=1)
    tasks.tick(hours=1)
    assert tasks.task("r")["state"] == "suspended"
    assert tasks.task("c")["state"] == "started"
    assert tasks.history("state", where="name = 'C'")[-1] == ("FAILED_AND_AUTO_SUSPENDED",)


def test_without_a_limit_it_may_fail_for_ever(tasks):
    tasks.run(f"create task k {HOURLY} suspend_task_after_num_failures = 0 as select 1 + 'x'")
    tasks.run("alter task k resume")
    for _ in range(12):
        tasks.tick(hours=1)
    assert tasks.task("k")["state"] == "started"


#: A statement that takes minutes.
LONG = "as select count(*) from range(10000000) a, range(100000) b where a.range * b.range = 7"


@pytest.mark.parametrize(
    "limit", ["user_task_timeout_ms = 200", "statement_timeout_in_seconds = 1"]
)
def test_a_run_has_a_time_limit(tasks, limit):
    tasks.run(f"create task k {HOURLY} {limit} {LONG}; execute task k")
    ((state, code, message),) = tasks.history("state, error_code, error_message")
    assert (state, code) == ("FAILED", "000630")
    assert "timeout of" in message


def test_a_roots_limit_is_its_graphs_and_a_child_may_have_its_own():
    def task(name, limit=None, after=()):
        options = {"USER_TASK_TIMEOUT_MS": limit} if limit else {}
        named = Name("D", "S", name)
        return Task(
            name=named, id=name, created_on="", body="", options=options, predecessors=after
        )

    root = task("R", "2000")
    plain, own = task("A", None, (root.name,)), task("B", "60000", (root.name,))
    occasion = Occasion(due=datetime.now(UTC), source="SCHEDULE", config=None)
    graph = GraphRun(root, [root, plain, own], "", occasion)
    assert all(0 < graph.seconds_left(one) <= 2 for one in (root, plain))
    assert graph.seconds_left(own) == 60
    assert task("X").timeout_seconds == 3600
    assert task("X", "0").timeout_seconds == 7 * 24 * 3600


def test_what_runs_is_cancelled(tasks, wait_for):
    tasks.spawn = lambda work: threading.Thread(target=work).start()
    tasks.run(f"create task k {HOURLY} {LONG}")
    cancel = "select system$user_task_cancel_ongoing_executions('k')"
    assert "no ongoing execution" in tasks.run(cancel)[0][0]
    tasks.run("execute task k")
    wait_for(lambda: tasks.history(where="state = 'EXECUTING'"))
    (executing,) = tasks.history("query_id is not null, query_start_time, completed_time")
    assert executing == (True, tasks.now, None)
    wait_for(lambda: "Cancelled" in tasks.run(cancel)[0][0])
    wait_for(lambda: tasks.history(where="state = 'CANCELLED'"))
    assert tasks.history("error_message") == [("SQL execution canceled",)]
    assert tasks.run(
        "select count(*) from table(information_schema.task_history(error_only => true))"
    )


def test_a_cancelled_graph_goes_no_further(tasks):
    begun = Kept(tasks)
    tasks.run(f"create task r {HOURLY} {LOG}")
    tasks.run("create task c warehouse = compute_wh after r as insert into log values ('c')")
    tasks.run("alter task c resume; execute task r")
    tasks.run("select system$user_task_cancel_ongoing_executions('r')")
    begun.go_on()
    assert tasks.history() == [("R", "CANCELLED")]
    assert count(tasks) == 0


def test_a_child_is_cancelled_and_its_siblings_are_not(tasks):
    begun = Kept(tasks)
    tasks.run(f"create task r {HOURLY} as select 1")
    for name in ("a", "b"):
        tasks.run(
            f"create task {name} warehouse = compute_wh after r as insert into log values ('x')"
        )
    tasks.run("select system$task_dependents_enable('r'); execute task r")
    begun.waiting.pop(0)()
    tasks.run("select system$user_task_cancel_ongoing_executions('a')")
    begun.go_on()
    assert dict(tasks.history()) == {"R": "SUCCEEDED", "A": "CANCELLED", "B": "SUCCEEDED"}


def test_closing_the_warehouse_ends_what_runs(tmp_path, unserved, task_account, wait_for):
    tasks = task_account(unserved(tmp_path))
    threads = []

    def spawn(work):
        threads.append(threading.Thread(target=work))
        threads[-1].start()

    tasks.spawn = spawn
    tasks.run("create database d; create schema d.s")
    tasks.run(f"create task k {HOURLY} {LONG}; execute task k")
    wait_for(lambda: tasks.history(where="state = 'EXECUTING'"))
    tasks.warehouse.close()
    threads[0].join(10)
    assert not threads[0].is_alive()


def test_each_tick_looks_again_whatever_the_last_one_met(wait_for):
    looked = []

    def fire():
        looked.append(1)
        raise ValueError("a fault of one look")

    with ticking(fire, period=0.001):
        wait_for(lambda: len(looked) > 3)
    assert "task-clock" not in {thread.name for thread in threading.enumerate()}

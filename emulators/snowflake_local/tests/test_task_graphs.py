"""Task graphs: their rules, and the order in which their tasks run."""

from typing import Any

import pytest

ROOT = "warehouse = compute_wh schedule = '60 minutes'"
CHILD = "warehouse = compute_wh after"
STILL = "that root task is not suspended"


def graph(tasks, *children, start=True):
    """A root `r`, and children as `name: predecessors`; each writes its name into the log."""
    tasks.run(f"create task r {ROOT} as insert into log values ('r')")
    for child in children:
        name, _, predecessors = child.partition(": ")
        tasks.run(f"create task {name} {CHILD} {predecessors} as insert into log values ('{name}')")
    if start:
        tasks.run("select system$task_dependents_enable('r')")


def log(tasks):
    return [row[0] for row in tasks.run("select a from log")]


def states(tasks):
    return {record["name"]: record["state"] for record in tasks.records("show tasks in schema")}


def test_a_task_runs_once_after_all_its_predecessors(tasks):
    graph(tasks, "a: r", "b: r", "c: a, b", "d: c, a")
    tasks.run("execute task r")
    ran = log(tasks)
    assert sorted(ran) == ["a", "b", "c", "d", "r"]
    assert ran[0] == "r"
    assert ran.index("c") > max(ran.index("a"), ran.index("b"))
    assert ran[-1] == "d"
    runs = tasks.history("graph_run_group_id, run_id, root_task_id")
    assert len(runs) == 5
    assert len(set(runs)) == 1


def test_nothing_runs_after_a_task_that_failed(tasks):
    graph(tasks, "a: r", "b: a", "c: r", "d: b, c")
    tasks.run("alter task r suspend; alter task a modify as select * from nowhere")
    tasks.run("execute task r")
    assert sorted(log(tasks)) == ["c", "r"]
    assert dict(tasks.history()) == {"R": "SUCCEEDED", "A": "FAILED", "C": "SUCCEEDED"}


def test_nothing_runs_after_a_task_whose_condition_is_not_met(tasks):
    graph(tasks, "a: r", "b: a")
    tasks.run("alter task r suspend; alter task a modify when 1 = 2; execute task r")
    assert log(tasks) == ["r"]
    skipped = tasks.history(
        "state, error_code, error_message, query_id, query_start_time, completed_time is null",
        where="name = 'A'",
    )
    said = "Conditional expression for task evaluated to false."
    assert skipped == [("SKIPPED", "0040003", said, None, None, False)]


def test_a_suspended_child_is_passed_over(tasks):
    """A task runs if one of its predecessors takes part, and all that do have succeeded."""
    graph(tasks, "a: r", "b: r", "c: a, b", "d: a")
    tasks.run("alter task r suspend; alter task a suspend; alter task r resume; execute task r")
    assert sorted(log(tasks)) == ["b", "c", "r"]


def test_a_root_that_is_suspended_runs_when_it_is_told_to(tasks):
    graph(tasks, "a: r", "b: r", start=False)
    tasks.run("alter task a resume; execute task r")
    assert sorted(log(tasks)) == ["a", "r"]
    assert states(tasks) == {"R": "suspended", "A": "started", "B": "suspended"}


def test_values_and_configuration_of_a_run(tasks):
    get = "system$get_task_graph_config"
    tasks.run(
        f"create task r {ROOT} "
        """config = '{"paths": {"logs": "l", "out": "o"}, "n": [1, 2]}' """
        "as call system$set_return_value('7')"
    )
    tasks.run(f"create task other {CHILD} r as select 1")
    value = "system$get_predecessor_return_value"
    tasks.run(
        f"create task a {CHILD} r, other when {value}('R')::integer > 6 as insert into log "
        f"select {get}('paths.logs') || {get}('paths:out') || {get}('n[1]') || {value}('R') || "
        f"coalesce({value}('OTHER'), '-') || coalesce({get}('none.such'), '!')"
    )
    tasks.run("select system$task_dependents_enable('r'); execute task r")
    tasks.tick(seconds=1)
    tasks.run("""execute task r using config = $${"paths": {"out": "x"}}$$""")
    assert log(tasks) == ["lo27-!", "lx27-!"]
    assert tasks.history("return_value", where="name = 'R'") == [("7",), ("7",)]
    assert tasks.history("return_value", where="name = 'A'") == [(None,), (None,)]
    configs = tasks.history("config", where="name = 'A'")
    assert configs[0] != configs[1]
    assert tasks.task("r")["config"].count("x") == 0


@pytest.mark.parametrize(
    "body",
    [
        "select system$get_predecessor_return_value('X')",
        "select system$get_predecessor_return_value()",
        "select system$get_predecessor_return_value(a) from log",
    ],
)
def test_a_value_is_that_of_a_predecessor(tasks, body):
    tasks.run(f"create task r {ROOT} as {body}; execute task r")
    assert tasks.history("state") == [("FAILED",)]
    tasks.refused(body, "must be called from a task|constant")


def test_functions_of_tasks_fail_elsewhere(tasks):
    tasks.refused("select system$set_return_value('x')", "must be called from a task")
    tasks.refused("select system$get_task_graph_config()", "must be called from a task")
    tasks.refused("select system$task_runtime_info('x')", "Unknown function")


def test_a_graph_is_changed_while_its_root_is_suspended(tasks):
    graph(tasks, "a: r", "b: a")
    for statement in (
        f"create task c {CHILD} b as select 1",
        f"create or replace task b {CHILD} a as select 1",
        "alter task b set comment = 'x'",
        "alter task b suspend",
        "alter task a resume",
        "alter task b remove after a",
        "alter task b add after r",
        "drop task b",
        "drop task r",
        "grant ownership on task b to role public",
    ):
        tasks.refused(statement, STILL, 91421)
    tasks.run("alter task r suspend; alter task b suspend; drop task b")
    assert states(tasks) == {"R": "suspended", "A": "started"}


def test_a_task_is_replaced_or_it_stays(tasks):
    graph(tasks, "a: r", "b: a", start=False)
    tasks.run(f"create task other {ROOT} as select 1")
    before = tasks.records("show tasks in schema")
    tasks.refused(f"create or replace task a {CHILD} r, other as select 1", "one root task")
    assert tasks.records("show tasks in schema") == before
    # what ran after it is cut off, and so may come before it
    tasks.run(f"create or replace task a {CHILD} b as select 1")
    assert tasks.task("a")["predecessors"] == f'["D.{tasks.session().schema}.B"]'


def test_a_task_alone_may_be_dropped_while_it_is_started(tasks):
    graph(tasks)
    tasks.run("drop task r")
    assert states(tasks) == {}


@pytest.mark.parametrize(
    "statement",
    [
        "drop task a",
        "alter task b remove after a",
        f"create or replace task a {CHILD} r as select 1",
    ],
)
def test_a_child_that_becomes_a_root_is_suspended(tasks, statement):
    graph(tasks, "a: r", "b: a", "c: b")
    tasks.run(f"alter task r suspend; {statement}")
    record = tasks.task("b")
    assert (record["state"], record["predecessors"]) == ("suspended", "[]")
    assert record["last_suspended_reason"] == "CHILD_BECAME_ROOT"
    assert states(tasks)["C"] == "started"
    tasks.run("execute task b")
    assert log(tasks) == ["b", "c"]


def test_predecessors_are_added_and_removed(tasks):
    graph(tasks, "a: r", "b: r", start=False)
    tasks.run("alter task b add after a, r")
    schema = f"D.{tasks.session().schema}"
    assert tasks.task("b")["predecessors"] == f'["{schema}.R", "{schema}.A"]'
    tasks.run("alter task b remove after r")
    assert tasks.task("b")["task_relations"] == f'{{"Predecessors": ["{schema}.A"]}}'
    tasks.refused("alter task b remove after r", "does not run after")


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        ("alter task r add after b", "cannot have both a schedule and a predecessor"),
        ("alter task a add after b", "run after itself"),
        ("alter task a add after a", "run after itself"),
        ("alter task b add after other", "one root task"),
        (f"create task c {CHILD} a, other as select 1", "one root task"),
        (
            f"create task c schedule = '1 minute' {CHILD} a as select 1",
            "a schedule and a predecess",
        ),
        ("alter task a set schedule = '1 minute'", "a schedule and a predecessor"),
        ("alter task a set config = '{}'", "CONFIG, which is of root tasks"),
        ("alter task a set overlap_policy = ALLOW_ALL_OVERLAP", "OVERLAP_POLICY, which is of root"),
        ("alter task a set suspend_task_after_num_failures = 1", "which is of root tasks"),
        ("execute task a", "execute the root task"),
    ],
)
def test_what_no_graph_may_be(tasks, statement, text):
    graph(tasks, "a: r", "b: a", start=False)
    tasks.run(f"create task other {ROOT} as select 1")
    before = tasks.records("show tasks in schema")
    tasks.refused(statement, text)
    assert tasks.records("show tasks in schema") == before


def test_a_graph_is_in_one_schema(tasks):
    graph(tasks, start=False)
    schema = tasks.session().schema
    tasks.run(f"create schema d.other_{schema}")
    tasks.refused(f"create task a {CHILD} d.{schema}.r as select 1", "in the same schema")
    tasks.run(f"use schema d.{schema}")


def test_a_task_has_a_hundred_children_at_most(tasks):
    graph(tasks, *(f"c{n}: r" for n in range(100)), start=False)
    tasks.refused(f"create task one_more {CHILD} r as select 1", "100 child tasks")
    tasks.run(f"create task joined {CHILD} {', '.join(f'c{n}' for n in range(100))} as select 1")
    tasks.refused("alter task joined add after r", "100")


def test_dependents_are_enabled_with_the_task_that_is_named(tasks):
    graph(tasks, "a: r", "b: a", "c: r", start=False)
    tasks.run("select system$task_dependents_enable('a')")
    assert states(tasks) == {"R": "suspended", "A": "started", "B": "started", "C": "suspended"}
    tasks.run("select system$task_dependents_enable('r')")
    assert set(states(tasks).values()) == {"started"}
    tasks.refused("select system$task_dependents_enable('a')", STILL, 91421)
    tasks.run("select system$task_dependents_enable('r')")


def test_a_graph_is_resumed_in_one_change(tasks):
    """Between two changes the clock would see a started root of the version before."""
    graph(tasks, "a: r", "b: a", start=False)
    catalog = tasks.warehouse.catalog
    for statement in ("select system$task_dependents_enable('r')", "alter task r resume"):
        before = catalog.version
        tasks.run(statement)
        assert catalog.version == before + 1
        tasks.run("alter task r suspend")
    assert states(tasks) == {"R": "suspended", "A": "started", "B": "started"}


def test_what_runs_goes_on_as_it_began(tasks):
    """A graph that is suspended and changed completes its run by the version that it began with."""
    kept: list[Any] = []
    graph(tasks, "a: r")
    tasks.spawn = kept.append
    tasks.run("execute task r; alter task r suspend")
    tasks.run("alter task a modify as insert into log values ('changed')")
    tasks.run("create or replace task r warehouse = compute_wh as insert into log values ('new')")
    while kept:
        kept.pop(0)()
    assert log(tasks) == ["r", "a"]
    assert tasks.history("graph_version") == [(1,), (1,)]


def test_the_version_grows_with_each_change_that_is_committed(tasks):
    graph(tasks, "a: r")
    tasks.run("execute task r; execute task r; alter task r suspend; alter task r resume")
    tasks.run("execute task r; alter task r suspend; alter task a set comment = 'x'")
    tasks.run("execute task r")
    assert tasks.history("graph_version", where="name = 'R'") == [(1,), (1,), (1,), (2,)]

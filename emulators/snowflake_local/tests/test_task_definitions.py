"""CREATE, ALTER, DROP, SHOW and DESCRIBE TASK: what a task is, and what is refused."""

import json

import pytest

DAILY = "warehouse = compute_wh schedule = 'using cron 0 3 * * * UTC'"


def test_a_new_task_is_suspended_and_shown_as_it_was_set_up(tasks):
    tasks.run(
        "create task nightly warehouse = 'compute_wh' schedule = '60 MINUTES', "
        """config = $${"model": "default"}$$ allow_overlapping_execution = true """
        "user_task_timeout_ms = 60000 suspend_task_after_num_failures = 3 query_tag = 'nightly' "
        "comment = 'it''s mine' when 1 = 1 as select 'a' as b"
    )
    record = tasks.task("nightly")
    shown = {
        "name": "NIGHTLY",
        "database_name": "D",
        "schema_name": tasks.session().schema,
        "owner": "ACCOUNTADMIN",
        "owner_role_type": "ROLE",
        "comment": "it's mine",
        "warehouse": "COMPUTE_WH",
        "schedule": "60 MINUTES",
        "predecessors": "[]",
        "state": "suspended",
        "definition": "select 'a' as b",
        "condition": "1 = 1",
        "allow_overlapping_execution": "true",
        "config": '{"model": "default"}',
        "last_committed_on": None,
        "last_suspended_on": None,
    }
    assert shown.items() <= record.items()
    assert tasks.records("show tasks in schema") == [record]


def test_the_statement_is_kept_as_it_is_written(tasks):
    body = "select cast(1 as int) as \"As\", /* as */ 'when' as b -- the end"
    tasks.run(f"create task k {DAILY} when (cast('1' as int) = 1) as {body}")
    assert tasks.task("k")["definition"] == body
    assert tasks.task("k")["condition"] == "(cast('1' as int) = 1)"


@pytest.mark.parametrize(
    ("option", "name"),
    [
        ("error_integration = i", "ERROR_INTEGRATION"),
        ("success_integration = i", "SUCCESS_INTEGRATION"),
        ("log_level = 'INFO'", "LOG_LEVEL"),
        ("finalize = other", "FINALIZE"),
        ("task_auto_retry_attempts = 1", "TASK_AUTO_RETRY_ATTEMPTS"),
        ("user_task_minimum_trigger_interval_in_seconds = 10", "MINIMUM_TRIGGER_INTERVAL"),
        ("target_completion_interval = '1 H'", "TARGET_COMPLETION_INTERVAL"),
        ("serverless_task_min_statement_size = 'SMALL'", "SERVERLESS_TASK_MIN"),
        ("serverless_task_max_statement_size = 'SMALL'", "SERVERLESS_TASK_MAX"),
        ("execute as user me", "EXECUTE"),
        ("with tag (a = 'b')", "WITH TAG"),
        ("with contact (a = b)", "WITH CONTACT"),
        ("timestamp_input_format = 'YYYY'", "session parameter TIMESTAMP_INPUT_FORMAT"),
        ("timezone = 'Europe/Paris'", "session parameter TIMEZONE"),
        ("colour = blue", "session parameter COLOUR"),
    ],
)
def test_what_has_no_effect_here_is_refused_by_its_name(tasks, option, name):
    tasks.refused(f"create task k {DAILY} {option} as select 1", f"{name}.* not emulated|cannot be")
    tasks.run(f"create task k {DAILY} as select 1")
    tasks.refused(f"alter task k set {option}", f"{name}.* not emulated|cannot be")
    assert tasks.task("k")["state"] == "suspended"


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ("user_task_timeout_ms = 604800001", "Invalid value '604800001'"),
        ("user_task_timeout_ms = -1", "Invalid value '-'"),
        ("suspend_task_after_num_failures = many", "Invalid value 'MANY'"),
        ("config = 'no json'", "Invalid value 'no json'"),
        ("config = '[1]'", "Invalid value"),
        ("overlap_policy = SOMETIMES", "Invalid value 'SOMETIMES'"),
        ("allow_overlapping_execution = maybe", "Invalid value 'MAYBE'"),
        ("schedule = 'now and then'", "Invalid value 'now and then'"),
        ("autocommit = false", "AUTOCOMMIT = TRUE"),
        ("statement_timeout_in_seconds = 999999999", "Invalid value '999999999'"),
        ("comment = 'a' comment = 'b'", "set twice"),
        ("overlap_policy = NO_OVERLAP allow_overlapping_execution = true", "set twice"),
        ("user_task_managed_initial_warehouse_size = 'TINY'", "Invalid value 'TINY'"),
        ("user_task_managed_initial_warehouse_size = 'XSMALL'", "cannot have both"),
        ("comment", "expected ="),
    ],
)
def test_a_wrong_value_is_refused(tasks, option, text):
    tasks.refused(f"create task k warehouse = compute_wh {option} as select 1", text)
    assert tasks.run("show tasks in schema") == []


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("call p()", "Procedures and scripting"),
        ("begin select 1", "Procedures and scripting"),
        ("execute immediate 'select 1'", "Procedures and scripting"),
        ("declare x int", "Procedures and scripting"),
        ("create stream x on table t", "STREAM"),
        ("put file://t.csv @s", "cannot PUT"),
        ("frobnicate", "does not know statements"),
        ("", "expected a statement"),
    ],
)
def test_a_statement_that_the_warehouse_does_not_know_is_refused_at_once(tasks, body, text):
    tasks.refused(f"create task k {DAILY} as {body}", text)
    tasks.run(f"create task k {DAILY} as select 1")
    tasks.refused(f"alter task k modify as {body}", text)
    assert tasks.task("k")["definition"] == "select 1"


def test_a_task_is_one_statement(tasks):
    with pytest.raises(Exception, match="Actual statement count 2"):
        tasks.session().cursor().execute(f"create task k {DAILY} as begin; select 1; end")


@pytest.mark.parametrize("place", ["d.nowhere", "nowhere.s"])
def test_a_task_is_in_a_schema_that_exists(tasks, place):
    tasks.refused(f"create task {place}.k {DAILY} as select 1", "does not exist", 2003)
    assert tasks.run("show tasks like 'k' in account") == []


@pytest.mark.parametrize(
    "condition",
    [
        "current_timestamp like '20%'",
        "exists (select 1)",
        "(select count(*) from log) > 0",
        "a > 1",
        "parse_json('true')",
        "1 =",
    ],
)
def test_a_condition_reads_constants_and_values_of_predecessors_alone(tasks, condition):
    text = "Invalid expression for task condition expression"
    tasks.refused(f"create task k {DAILY} when {condition} as select 1", text)


def test_streams_are_refused_by_name(tasks):
    condition = "system$stream_has_data('x')"
    tasks.refused(f"create task k {DAILY} when {condition} as select 1", "streams")


def test_a_name_is_taken_once(tasks):
    tasks.run(f"create task k {DAILY} comment = 'first' as select 1")
    first = tasks.task("k")
    tasks.refused(f"create task k {DAILY} as select 2", "already exists", 2002)
    tasks.run(f"create task if not exists k {DAILY} as select 2")
    assert tasks.task("k") == first
    tasks.refused(f"create or replace task if not exists k {DAILY} as select 2", "exclude")
    tasks.run(f"create or replace task k {DAILY} as select 2")
    assert tasks.task("k")["id"] != first["id"]
    assert tasks.task("k")["comment"] is None


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        ("create or alter task k as select 1", "CREATE OR ALTER TASK"),
        ("create task k clone other", "CLONE"),
        ("alter task k rename to x", "RENAME"),
        ("alter task k set tag a = 'b'", "TAG"),
        ("alter task k unset finalize", "FINALIZE"),
        ("execute task k retry last", "RETRY"),
        ("execute task k retry graph run group 'x'", "RETRY"),
        ("show tasks limit 1 from 'a'", "FROM"),
        ("create view v as select * from table(information_schema.task_history())", "view"),
    ],
)
def test_other_forms_are_refused_by_name(tasks, statement, text):
    tasks.run(f"create task k {DAILY} as select 1")
    tasks.refused(statement, text, 2)


def test_a_task_is_altered_while_it_is_suspended(tasks):
    tasks.run(f"create task k {DAILY} as select 1; alter task k resume")
    assert tasks.task("k")["state"] == "started"
    changes = [
        "set comment = 'b'",
        "unset schedule",
        "modify as select 2",
        "modify when false",
        "remove when",
    ]
    for change in changes:
        tasks.refused(f"alter task k {change}", "that root task is not suspended", 91421)
    tasks.run("alter task k suspend")
    record = tasks.task("k")
    assert (record["state"], record["last_suspended_reason"]) == ("suspended", "USER_SUSPENDED")
    for change in changes[:4]:
        tasks.run(f"alter task k {change}")
    record = tasks.task("k")
    assert (record["comment"], record["schedule"]) == ("b", None)
    assert (record["definition"], record["condition"]) == ("select 2", "false")
    tasks.run("alter task k remove when; alter task k unset comment, config")
    assert (tasks.task("k")["condition"], tasks.task("k")["comment"]) == (None, None)


def test_a_missing_task(tasks):
    for statement in ("alter task {} k resume", "drop task {} k"):
        tasks.run(statement.format("if exists"))
        tasks.refused(statement.format(""), "Task 'D.* does not exist or not authorized", 2003)
    for statement in ("describe task k", "execute task k"):
        tasks.refused(statement, "does not exist or not authorized", 2003)
    tasks.refused("create task k warehouse = compute_wh after nobody as select 1", "NOBODY")


def test_show_tasks_by_name_place_and_kind(tasks):
    tasks.run(f"create task a_root {DAILY} as select 1; create task b_root {DAILY} as select 1")
    tasks.run("create task a_child warehouse = compute_wh after a_root as select 1")
    schema = tasks.session().schema

    def names(options):
        return [record["name"] for record in tasks.records(f"show tasks {options}")]

    assert names("in schema") == ["A_CHILD", "A_ROOT", "B_ROOT"]
    assert names(f"like 'a%' in schema d.{schema}") == ["A_CHILD", "A_ROOT"]
    assert names(f"in {schema} starts with 'A' root only") == ["A_ROOT"]
    assert names(f"in {schema} limit 2") == ["A_CHILD", "A_ROOT"]
    assert {"A_CHILD", "B_ROOT"} <= set(names("in account"))
    assert set(names("in database d")) >= {"A_CHILD", "B_ROOT"}
    tasks.refused("show tasks limit 0", "LIMIT")
    terse = tasks.records(f"show terse tasks like 'A_ROOT' in {schema}")
    assert [*terse[0]] == ["created_on", "name", "kind", "database_name", "schema_name", "schedule"]


def test_tasks_go_with_their_schema_and_database(tasks):
    tasks.run("create database gone; create schema gone.s")
    tasks.run(f"create task gone.s.k {DAILY} as select 1; alter task gone.s.k resume")
    tasks.run("drop schema gone.s; create schema gone.s")
    assert tasks.run("show tasks in database gone") == []
    tasks.run(f"create task gone.s.k {DAILY} as select 1; drop database gone")
    assert "GONE" not in {
        record["database_name"] for record in tasks.records("show tasks in account")
    }


def test_a_configuration_is_a_json_object_whoever_wrote_it(tasks):
    tasks.run(f"""create task k {DAILY} config = '{{"a": "it''s"}}' as select 1""")
    assert json.loads(tasks.task("k")["config"]) == {"a": "it's"}

"""The nightly loop in SQL: a run through the state machine, and what people are told."""

import json
from contextlib import closing
from typing import Any

import pytest
import snowflake.connector

from local import connection

pytestmark = pytest.mark.thorough

MODEL = "nightly-model"
START = f"select start_pipeline('{MODEL}', %s, %s, object_construct())"


@pytest.fixture
def no_model(analyst: Any) -> Any:
    yield
    analyst.answer(f"select undeploy_model('{MODEL}')")


def test_a_run_trains_compares_promotes_and_tells(
    analyst: Any, tastes: str, stack: Any, wait_for: Any, no_model: None
) -> None:
    started = analyst.answer(START, tastes, "nightly_recommendations")
    second = analyst.answer(START, tastes, "nightly_recommendations")
    assert second["error"]["code"] == "PipelineRunning", second

    def end() -> Any:
        found = analyst.answer("select pipeline_status(%s)", started["pipeline"])
        return found if found["status"] != "Running" else None

    ended = wait_for(end, seconds=300, what="end of the run")
    assert ended["status"] == "Promoted", ended
    assert all(rule["passed"] for rule in ended["gate"])
    assert analyst.answer("select pipeline_status(null)")["pipeline"] == started["pipeline"]
    assert analyst.value(f"select invoke_model('{MODEL}', 'u1', 'i1')") is not None
    listed = {each["model_name"] for each in analyst.answer("select list_models()")}
    assert MODEL in listed
    assert f"{MODEL}--candidate" not in listed
    if stack is not None:
        (file,) = stack.stack.messages_dir.glob("*.jsonl")
        messages = [json.loads(line) for line in file.read_text().splitlines()]
        assert ended["message"] in {message["message"] for message in messages}


@pytest.fixture
def may_make_tasks(stack: Any) -> None:
    """The rights that a task takes, which only the account's administrator can give."""
    if stack is None:
        pytest.skip("the grants are for the account's administrator to give")
    with closing(
        snowflake.connector.connect(**connection.administrator_arguments(stack.stack))
    ) as session:
        for statement in (
            "grant create task on schema snowreel.marts to role snowreel_operator",
            "grant execute task on account to role snowreel_operator",
        ):
            session.cursor().execute(statement)


def test_a_task_of_snowflake_is_a_third_door(
    analyst: Any, wait_for: Any, may_make_tasks: None
) -> None:
    analyst.rows(
        "create or replace task marts.nightly warehouse = snowreel_wh"
        " schedule = 'using cron 0 3 * * * Europe/Paris' as select start_pipeline("
        f"'{MODEL}', 'no_such_table', 'nightly_recommendations', object_construct())"
    )
    analyst.rows("execute task marts.nightly")

    def end() -> Any:
        found = analyst.answer("select coalesce(pipeline_status(null), object_construct())")
        is_ours = "NO_SUCH_TABLE" in found.get("message", "")
        return found if is_ours else None

    try:
        ended = wait_for(end, seconds=120, what="end of the task's run")
    finally:
        analyst.rows("drop task marts.nightly")
    assert ended["status"] == "Failed"
    assert "does not exist" in ended["message"]

"""The nightly loop in SQL: a run through the state machine, and what people are told."""

import json
from typing import Any

import pytest

MODEL = "nightly-model"
START = f"select start_pipeline('{MODEL}', %s, %s, object_construct())"


@pytest.fixture
def no_model(analyst: Any) -> Any:
    yield
    analyst.answer(f"select undeploy_model('{MODEL}')")


def test_a_run_trains_judges_promotes_and_tells(
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

"""The local answers are those that a cloud account gave, where somebody has recorded them.

`pytest tests/end_to_end/test_recorded_answers.py --cloud CONNECTION` records them.
"""

from typing import Any

import pytest
from recorded_answers import normalised, record, recorded

RECORDING = "main-job"

STATEMENTS = {
    "estimate of an unknown user": "select invoke_model_details('{model}', 'nobody', 'i0')",
    "list": "select recommend('{model}', 'u0', 5)",
    "list for ratings": (
        "select recommend_for('{model}', object_construct('i0', 5, 'i1', 1), 5, null)"
    ),
    "status of a training": "select training_status('{job}')",
    "unknown model": "select recommend('no-such-model', 'u0', 5)",
    "unknown training": "select training_status('snowreel-none')",
    "name of a model that is none": "select deploy_model('No Model', '{job}')",
    "table that is not there": "select start_training('no_such_table; x', 'other', null)",
}


@pytest.mark.cloud
def test_answers_are_the_recorded_ones(
    request: pytest.FixtureRequest, analyst: Any, model: str, trained: dict[str, Any]
) -> None:
    names = {"model": model, "job": trained["training_job"]}
    answers = {
        name: analyst.answer(statement.format(**names)) for name, statement in STATEMENTS.items()
    }
    if request.config.getoption("--cloud"):
        record(RECORDING, answers)
        return
    expected = recorded(RECORDING)
    if expected is None:
        pytest.skip(f"nobody has recorded {RECORDING} on an account yet: run it with --cloud")
    assert normalised(answers) == expected


def test_what_differs_from_run_to_run_is_left_out() -> None:
    answer = {
        "training_job": "snowreel-dev-0123456789abcdef01234567",
        "model_artifact": "s3://bucket-1-us-east-1/training/snowreel-dev-0123456789abcdef01234567/x",
        "metrics": {"rmse": 0.930000007, "training_seconds": 12.5, "users": 60},
        "message": "arn:aws:iam::123456789012:role/a may not, at 2026-11-29T12:00:00.123Z",
    }
    assert normalised([answer]) == [
        {
            "training_job": "<training job>",
            "model_artifact": "s3://<bucket>/training/<training job>/x",
            "metrics": {"rmse": 0.93, "training_seconds": "<seconds>", "users": 60},
            "message": "<arn> may not, at <time>",
        }
    ]

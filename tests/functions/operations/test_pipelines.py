"""The SQL functions of the nightly loop: start a pipeline, and ask for it."""

import pytest
from aws_fault import AwsError
from nights import GOOD

from functions import settings
from functions.names import work_name

ROW = ["films", "ratings", "recommendations", None]


def start(api, row=ROW, batch="batch-1", **options):
    return api.post("/start-pipeline", [[0, *row]], batch=batch, **options).value


def status(api, pipeline):
    return api.post("/pipeline-status", [[0, pipeline]]).value


def arn_of(nights, pipeline):
    (found,) = (arn for arn in nights.step_functions.executions if arn.endswith(f":{pipeline}"))
    return found


def finish(nights, pipeline, figures=GOOD):
    while nights.step_functions.go_on(arn_of(nights, pipeline)):
        nights.work(figures)


def test_a_pipeline_is_started_and_followed_to_its_end(api, nights):
    started = start(api)
    pipeline = work_name("snowreel-test", "batch-1")
    assert started == {"status": "Running", "pipeline": pipeline, "model_name": "films"}
    nights.step_functions.go_on(arn_of(nights, pipeline))
    running = status(api, pipeline)
    assert (running["status"], running["step"]) == ("Running", "Train: wait")
    finish(nights, pipeline)
    done = status(api, pipeline)
    assert (done["status"], done["version"]) == ("Promoted", 1)
    assert done["training_job"] == nights.serving()
    assert [rule["rule"] for rule in done["gate"]] == [
        "better_than_most_popular",
        "repeated_ratings",
        "wrong_answers",
    ]
    assert done["message"].startswith("films serves version 1")
    assert done["started_at"] < done["ended_at"]


def test_the_callers_schema_names_the_tables_and_options_are_read(api, nights):
    context = {
        "sf-context-current-database": "SNOWREEL",
        "sf-context-current-schema": "SCRATCH",
    }
    row = ["films", "ratings", "marts.lists", {"n_factors": "50", "least_new_ratings": 7}]
    pipeline = start(api, row, headers=context)["pipeline"]
    finish(nights, pipeline)
    asked = nights.aws.only("training-job")["HyperParameters"]
    assert asked["input_table"] == "SNOWREEL.SCRATCH.RATINGS"
    assert asked["output_table"] == "SNOWREEL.MARTS.LISTS"
    assert asked["n_factors"] == "50"


def test_a_retried_request_finds_its_pipeline_also_when_it_has_ended(api, nights):
    pipeline = start(api)["pipeline"]
    assert start(api)["pipeline"] == pipeline
    finish(nights, pipeline)
    assert start(api)["pipeline"] == pipeline
    assert len(nights.step_functions.executions) == 1


def test_a_batch_id_that_asks_for_something_else_is_refused(api, nights):
    start(api)
    assert start(api, ["films", "others", *ROW[2:]])["error"]["code"] == "BatchIdReused"


def test_a_second_pipeline_of_a_model_is_told_which_one_runs(api, nights):
    pipeline = start(api)["pipeline"]
    error = start(api, batch="second")["error"]
    assert error["code"] == "PipelineRunning"
    assert pipeline in error["message"]
    assert start(api, ["series", *ROW[1:]], batch="third")["status"] == "Running"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        pytest.param(["Films", *ROW[1:]], "InvalidModelName", id="name"),
        pytest.param(["films", "a b", *ROW[2:]], "InvalidTableName", id="table"),
        pytest.param(["films", "other.a.b", *ROW[2:]], "TableRefused", id="database"),
        pytest.param(["films", "ratings", "RATINGS", None], "SameTable", id="same"),
        pytest.param([*ROW[:3], {"n_factor": 1}], "InvalidOptions", id="option"),
        pytest.param([*ROW[:3], {"least_new_ratings": -1}], "InvalidOptions", id="negative"),
        pytest.param([*ROW[:3], {"least_new_ratings": 1.5}], "InvalidOptions", id="part"),
        pytest.param([*ROW[:3], {"least_new_ratings": True}], "InvalidOptions", id="truth"),
        pytest.param([*ROW[:3], {"least_new_ratings": "many"}], "InvalidOptions", id="word"),
        pytest.param([*ROW[:3], "least_new_ratings"], "InvalidOptions", id="no object"),
    ],
)
def test_what_cannot_be_run_is_refused_at_once(api, nights, row, code):
    assert start(api, row)["error"]["code"] == code
    assert not nights.step_functions.executions


@pytest.mark.parametrize("name", ["no-such-run", "", "x" * 81, 7, {"a": 1}])
def test_an_unknown_pipeline_is_refused(api, nights, name):
    assert status(api, name)["error"]["code"] == "UnknownPipeline"


def test_without_a_name_the_newest_pipeline_is_told_of(api, nights):
    assert status(api, None) is None
    nights.begin("one")
    nights.begin("two")
    assert status(api, None)["pipeline"] == "two"


def test_a_failed_pipeline_says_why(api, nights):
    nights.aws.fail("CreateTrainingJob", "ResourceLimitExceeded", "The limit 'x' is 0 Instances")
    pipeline = start(api)["pipeline"]
    finish(nights, pipeline)
    failed = status(api, pipeline)
    assert failed["status"] == "Failed"
    assert "x" in failed["message"]


@pytest.mark.parametrize("ended", ["ABORTED", "TIMED_OUT"])
def test_a_pipeline_that_somebody_stopped_says_so(api, nights, ended):
    arn = nights.begin("one")
    nights.step_functions.executions[arn] |= {"status": ended, "stopDate": 1_800_000_100}
    stopped = status(api, "one")
    assert stopped["status"] == "Stopped"
    assert ended in stopped["message"]


def test_a_deployment_without_a_state_machine_says_what_to_set(api, aws, monkeypatch):
    for value in (settings.train_settings().state_machine_arn, ""):
        monkeypatch.setenv("SNOWREEL_STATE_MACHINE_ARN", value)
        settings.train_settings.cache_clear()
        for error in (start(api)["error"], status(api, "one")["error"]):
            assert error["code"] in {"NotConfigured", "UnknownPipeline"}
        assert "set `retraining` in cdk.json" in start(api)["error"]["message"]


def test_step_functions_that_are_busy_are_asked_again(api, nights):
    nights.step_functions.faults["StartExecution"] = [AwsError("ExecutionLimitExceeded", "")]
    assert api.post("/start-pipeline", [[0, *ROW]]).status == 429
    assert start(api)["status"] == "Running"

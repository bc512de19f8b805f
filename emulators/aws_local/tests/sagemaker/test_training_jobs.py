"""Training jobs: states, environment, artifacts, failures, stops, limits, listing."""

import io
import json
import tarfile

import pytest

BUCKET = "artifacts"


def artifact(bench, name):
    key = f"training/{name}/output/model.tar.gz"
    content = bench.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    contents = {}
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        for member in tar:
            file = tar.extractfile(member)
            assert file is not None, f"{member.name} is no file"
            contents[member.name] = file.read()
    return contents


def test_a_job_runs_the_program_and_leaves_its_artifact(bench):
    bench.train("good")
    job = bench.concluded("good")
    assert job["TrainingJobStatus"] == job["SecondaryStatus"] == "Completed"
    assert [step["Status"] for step in job["SecondaryStatusTransitions"]] == [
        *("Starting", "Downloading", "Training", "Uploading", "Completed"),
    ]
    assert all("EndTime" in step for step in job["SecondaryStatusTransitions"])
    uri = f"s3://{BUCKET}/training/good/output/model.tar.gz"
    assert job["ModelArtifacts"] == {"S3ModelArtifacts": uri}
    assert job["CreationTime"] <= job["TrainingStartTime"] <= job["TrainingEndTime"]
    assert list(artifact(bench, "good")) == ["manifest.json"]


def test_metrics_are_the_last_values_in_the_log(bench):
    bench.train("measured")
    metrics = bench.concluded("measured")["FinalMetricDataList"]
    # as 32 bits hold it
    kept = [("rmse", 0.934499979019165)]
    assert [(metric["MetricName"], metric["Value"]) for metric in metrics] == kept


def test_the_program_sees_the_jobs_variables_and_no_others(bench, monkeypatch):
    bench.train("enclosed")
    bench.concluded("enclosed")
    manifest = json.loads(artifact(bench, "enclosed")["manifest.json"])
    assert manifest["hyperparameters"] == {"behaviour": "succeed"}
    environment = manifest["environment"]
    assert environment["JOB_SETTING"] == "one"
    assert environment["TRAIN_SETTING"] == "two"
    assert environment["TRAINING_JOB_NAME"] == "enclosed"
    known = {"PATH", "HOME", "TMPDIR", "LANG", "LC_CTYPE", "SAGEMAKER_BASE_DIR"}
    known |= {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}  # its role's
    known |= {"JOB_SETTING", "TRAIN_SETTING", "TRAINING_JOB_NAME", "TRAINING_JOB_ARN"}
    assert set(environment) <= known


def test_a_failed_job_tells_its_reason_and_has_no_artifact(bench):
    bench.train("failing", "fail")
    job = bench.concluded("failing")
    assert job["TrainingJobStatus"] == job["SecondaryStatus"] == "Failed"
    assert job["FailureReason"] == "AlgorithmError: The table has no rows., exit code: 1"
    assert "ModelArtifacts" not in job
    objects = bench.s3.list_objects_v2(Bucket=BUCKET, Prefix="training/failing/")
    assert objects["KeyCount"] == 0


def test_a_crash_without_a_reason_is_reported_by_its_exit_code(bench):
    bench.train("crashing", "crash")
    reason = bench.concluded("crashing")["FailureReason"]
    assert reason == (
        "AlgorithmError: the program left no reason, its log ends with: progress 0.50 half way, "
        "exit code: 3"
    )


def test_a_job_name_is_taken_once(bench):
    bench.train("twice")
    code, message = bench.refusal(bench.train, name="twice")
    assert code == "ResourceInUse"
    assert message.startswith("Training job names must be unique within an AWS account and region")
    bench.concluded("twice")


def test_the_start_delay_can_be_set_while_the_service_runs(bench):
    bench.set_timings(start_delay_seconds=600)
    try:
        bench.train("delayed")
        assert bench.job("delayed")["SecondaryStatus"] == "Starting"
    finally:
        bench.set_timings(start_delay_seconds=0)
    assert bench.concluded("delayed")["TrainingJobStatus"] == "Completed"


def test_a_job_stopped_before_its_start_never_runs(bench):
    bench.set_timings(start_delay_seconds=600)
    try:
        bench.train("early")
        bench.control.stop_training_job(TrainingJobName="early")
        job = bench.concluded("early")
    finally:
        bench.set_timings(start_delay_seconds=0)
    assert job["TrainingJobStatus"] == "Stopped"
    assert not bench.log("early").exists()
    assert "TrainingStartTime" not in job


def test_a_running_job_stops(bench):
    bench.train("running", "wait")
    bench.in_training("running")
    assert bench.job("running")["SecondaryStatus"] == "Training"
    bench.control.stop_training_job(TrainingJobName="running")
    bench.control.stop_training_job(TrainingJobName="running")
    job = bench.concluded("running")
    assert job["TrainingJobStatus"] == job["SecondaryStatus"] == "Stopped"
    assert "ModelArtifacts" not in job
    assert "FailureReason" not in job


def test_what_a_stopped_job_had_saved_is_kept(bench):
    bench.train("saving", "save-when-stopped")
    bench.in_training("saving")
    bench.control.stop_training_job(TrainingJobName="saving")
    job = bench.concluded("saving")
    assert job["TrainingJobStatus"] == "Stopped"
    assert "manifest.json" in artifact(bench, "saving")


def test_a_job_that_ignores_the_stop_is_killed_after_the_grace(bench):
    bench.set_timings(stop_grace_seconds=0.2)
    try:
        bench.train("stubborn", "stubborn")
        bench.in_training("stubborn")
        bench.control.stop_training_job(TrainingJobName="stubborn")
        assert bench.concluded("stubborn")["TrainingJobStatus"] == "Stopped"
    finally:
        bench.set_timings(stop_grace_seconds=120)


def test_a_job_may_run_so_long_and_no_longer(bench):
    bench.train("long", "wait", seconds=1)
    job = bench.concluded("long")
    assert job["TrainingJobStatus"] == "Stopped"
    assert job["SecondaryStatus"] == "MaxRuntimeExceeded"


def test_a_job_that_has_ended_cannot_be_stopped(bench):
    bench.train("ended")
    bench.concluded("ended")
    code, message = bench.refusal(bench.control.stop_training_job, TrainingJobName="ended")
    assert (code, message) == (
        "ValidationException",
        "The request was rejected because the training job is in status Completed.",
    )


def test_an_unknown_job_is_not_found(bench):
    for call in (bench.control.describe_training_job, bench.control.stop_training_job):
        code, message = bench.refusal(call, TrainingJobName="nobody")
        assert (code, message) == ("ValidationException", "Requested resource not found.")


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"HyperParameters": {"n_factors": 100}}, "Invalid type for parameter HyperParameters"),
        ({"HyperParameters": {"behaviour": "x" * 2501}}, "length less than or equal to 2500"),
        ({"TrainingJobName": "under_score"}, "regular expression pattern"),
        ({"TrainingJobName": "x" * 64}, "length less than or equal to 63"),
        ({"RoleArn": "nobody" * 9}, "regular expression pattern"),
        ({"StoppingCondition": {"MaxRuntimeInSeconds": 0}}, "MaxRuntimeInSeconds"),
        ({"Environment": {"A": "x" * 513}}, "length less than or equal to 512"),
        ({"InputDataConfig": [{"ChannelName": "x", "DataSource": {}}]}, "from an S3 prefix"),
        ({"EnableNetworkIsolation": True}, "not emulated"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_requests_are_checked_as_the_service_model_says(bench, change, part):
    given = {"name": "refused", "client": bench.unchecked} | change
    code, message = bench.refusal(bench.train, **given)
    assert code == "ValidationException"
    assert part in message
    assert bench.refusal(bench.job, name="refused")[1] == "Requested resource not found."


def test_an_invalid_metric_expression_is_refused(bench):
    specification = {
        "TrainingImage": "image",
        "TrainingInputMode": "File",
        "MetricDefinitions": [{"Name": "rmse", "Regex": "("}],
    }
    code, message = bench.refusal(bench.train, name="refused", AlgorithmSpecification=specification)
    assert code == "ValidationException"
    assert "metric rmse is invalid" in message


def test_jobs_are_listed_in_pages_by_name_state_and_order(bench):
    for number in range(5):
        bench.train(f"listed-{number}", "succeed" if number % 2 else "fail")
    for number in range(5):
        bench.concluded(f"listed-{number}")

    def names(**parameters):
        pages = bench.control.get_paginator("list_training_jobs").paginate(
            NameContains="listed-", **parameters
        )
        return [job["TrainingJobName"] for page in pages for job in page["TrainingJobSummaries"]]

    everything = [f"listed-{number}" for number in range(5)]
    assert names(MaxResults=2, SortBy="Name", SortOrder="Ascending") == everything
    assert names(SortOrder="Descending") == everything[::-1]
    assert names(StatusEquals="Failed", SortBy="Name", SortOrder="Ascending") == everything[::2]
    code, _ = bench.refusal(bench.control.list_training_jobs, NextToken="nonsense")
    assert code == "ValidationException"


def test_tags_are_kept_changed_and_removed(bench):
    bench.train("tagged", Tags=[{"Key": "shop:row", "Value": "0"}])
    job = bench.concluded("tagged")
    arn = job["TrainingJobArn"]
    assert "Tags" not in job
    bench.control.add_tags(
        ResourceArn=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "shop:row", "Value": "2"}]
    )
    bench.control.delete_tags(ResourceArn=arn, TagKeys=["a"])
    assert bench.control.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "shop:row", "Value": "2"}]
    code, message = bench.refusal(bench.control.list_tags, ResourceArn=arn + "-not")
    assert code == "ValidationException"
    assert "Could not find" in message

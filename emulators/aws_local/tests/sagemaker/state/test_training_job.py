"""A training job's states, moved by hand."""

import pytest
from aws_local.sagemaker.state import training_job
from aws_local.wire.fault import FaultError

REQUEST = {
    "TrainingJobName": "one",
    "AlgorithmSpecification": {},
    "OutputDataConfig": {"S3OutputPath": "s3://bucket/training/"},
    "Tags": [],
}


@pytest.fixture
def job():
    return training_job.create(REQUEST, "arn:one", now=100.0)


def steps(job):
    return [step["Status"] for step in job["SecondaryStatusTransitions"]]


def test_a_job_that_trains_to_its_end_has_a_history_times_and_an_artifact(job):
    training_job.enter(job, "Downloading", 101.0)
    training_job.begin_training(job, 102.0)
    training_job.keep_artifact(job)
    training_job.conclude(job, "Completed", "Completed", 112.5)
    assert steps(job) == ["Starting", "Downloading", "Training", "Completed"]
    assert [each["EndTime"] for each in job["SecondaryStatusTransitions"]] == [
        101,
        102,
        112.5,
        112.5,
    ]
    assert (job["TrainingStartTime"], job["TrainingEndTime"]) == (102.0, 112.5)
    assert job["TrainingTimeInSeconds"] == job["BillableTimeInSeconds"] == 10
    uri = "s3://bucket/training/one/output/model.tar.gz"
    assert job["ModelArtifacts"] == {"S3ModelArtifacts": uri}
    assert "Tags" not in training_job.shown(job)


def test_a_job_may_run_for_a_day_unless_it_says_otherwise(job):
    assert job["StoppingCondition"] == {"MaxRuntimeInSeconds": 86_400}
    limited = REQUEST | {"StoppingCondition": {"MaxRuntimeInSeconds": 5}}
    limits = training_job.create(limited, "arn", 0.0)["StoppingCondition"]
    assert limits == {"MaxRuntimeInSeconds": 5}


def test_a_stop_is_asked_for_once_and_refused_after_the_end(job):
    assert training_job.begin_stop(job, 101.0)
    assert not training_job.begin_stop(job, 102.0)
    assert steps(job) == ["Starting", "Stopping"]
    training_job.conclude(job, "Stopped", "Stopped", 103.0)
    with pytest.raises(FaultError, match="the training job is in status Stopped"):
        training_job.begin_stop(job, 104.0)


def test_a_reason_is_cut_where_sagemaker_cuts_it(job):
    training_job.fail(job, "x" * 2000, 101.0)
    assert job["TrainingJobStatus"] == job["SecondaryStatus"] == "Failed"
    assert len(job["FailureReason"]) == 1024


def test_an_interrupted_job_has_failed_a_stopping_one_has_stopped(job):
    assert training_job.conclude_interrupted(job, 101.0)
    assert job["TrainingJobStatus"] == "Failed"
    assert not training_job.conclude_interrupted(job, 102.0)
    stopping = training_job.create(REQUEST, "arn", 0.0)
    training_job.begin_stop(stopping, 1.0)
    assert training_job.conclude_interrupted(stopping, 2.0)
    assert stopping["TrainingJobStatus"] == "Stopped"
    assert "FailureReason" not in stopping


@pytest.mark.parametrize("field", training_job.REFUSED_FIELDS)
def test_a_part_that_is_not_emulated_is_refused(field):
    with pytest.raises(FaultError, match=f"{field} is not emulated"):
        training_job.check(REQUEST | {field: [1]})

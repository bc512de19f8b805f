"""Deployments as transactions: retries, crashes, rollback, two at once."""

import time

import pytest
from aws_fault import Killed
from deployed_models import ENDPOINT, address, config_of, deploy
from sagemaker_double import BUCKET, PREFIX


def test_first_deployment(api, aws):
    job = aws.trained("a")
    assert api.post("/deploy", [[5, "films", job]]).status == 202
    assert api.get("/deploy").status == 202
    aws.settle(ENDPOINT)
    expected = {
        "status": "InService",
        "model_name": "films",
        "training_job": job,
        "model_artifact": address(job),
    }
    assert api.get("/deploy").body == {"data": [[5, expected]]}
    assert api.post("/deploy", [[5, "films", job]]).body == {"data": [[5, expected]]}
    assert aws.names("endpoint") == {ENDPOINT}
    assert aws.living_configs() == {config_of()}
    assert aws.names("model") == {job}
    model = aws.only("model")
    assert model["PrimaryContainer"]["ModelDataUrl"] == address(job)
    assert not model.get("EnableNetworkIsolation")
    (variant,) = aws.only("endpoint-config")["ProductionVariants"]
    assert variant["ServerlessConfig"] == {"MemorySizeInMB": 2048, "MaxConcurrency": 2}
    tags = aws.tags[aws.only("endpoint-config")["EndpointConfigArn"]]
    assert tags["snowreel:model-name"] == "films"
    assert tags["snowreel:training-job"] == job


def test_artifact_may_be_its_s3_address(api, aws):
    job = aws.trained("a")
    assert deploy(api, aws, address(job)).value["training_job"] == job


def test_an_update_keeps_serving_and_keeps_the_way_back(api, aws):
    old, new = aws.trained("a"), aws.trained("b")
    deploy(api, aws, old, "first")
    assert api.post("/deploy", [[0, "films", new]], batch="second").status == 202
    assert aws.only("endpoint")["EndpointStatus"] == "Updating"
    assert aws.names("model") == {old, new}
    assert api.post("/invoke", [[0, "films", "1", "2"]]).status == 200
    aws.settle(ENDPOINT)
    assert api.get("/deploy", batch="second").value["training_job"] == new
    assert aws.living_configs() == {config_of("first"), config_of("second")}
    assert aws.names("model") == {old, new}


@pytest.mark.usefixtures("only_what_serves")
def test_an_update_removes_what_is_not_kept(api, aws):
    old, new = aws.trained("a"), aws.trained("b")
    deploy(api, aws, old, "first")
    deploy(api, aws, new, "second")
    assert aws.living_configs() == {config_of("second")}
    assert aws.names("model") == {new}
    # Its configuration is a receipt: a late request is told what became of it.
    assert api.get("/deploy", batch="first").value["status"] == "InService"
    assert api.post("/deploy", [[0, "films", old]], batch="first").value["status"] == "InService"
    assert aws.only("endpoint")["EndpointConfigName"] == config_of("second")


@pytest.mark.usefixtures("only_what_serves")
def test_model_that_another_endpoint_uses_is_kept(api, aws):
    shared, new = aws.trained("a"), aws.trained("b")
    deploy(api, aws, shared, "one", "films")
    deploy(api, aws, shared, "two", "series")
    deploy(api, aws, new, "three", "films")
    assert aws.names("model") == {shared, new}
    assert aws.living_configs() == {config_of("two"), config_of("three")}


def test_after_a_failed_update_the_old_model_serves(api, aws):
    old, bad, good = aws.trained("a"), aws.trained("b"), aws.trained("c")
    deploy(api, aws, old, "first")
    api.post("/deploy", [[2, "films", bad]], batch="second")
    aws.settle(ENDPOINT, "rolled back", FailureReason="The container did not pass the ping check.")
    for ask in (
        lambda: api.get("/deploy", batch="second"),
        lambda: api.post("/deploy", [[2, "films", bad]], batch="second"),
    ):
        error = ask().value["error"]
        assert error["code"] == "DeploymentFailed"
        assert "serves what it served before" in error["message"]
        assert "did not pass the ping check" in error["message"]
    assert aws.only("endpoint")["EndpointConfigName"] == config_of("first")
    assert aws.calls.count("UpdateEndpoint") == 1
    assert deploy(api, aws, good, "third").value["status"] == "InService"
    assert aws.living_configs() == {config_of("first"), config_of("third")}
    assert aws.names("model") == {old, good}


def test_a_failed_creation_is_answered_and_replaced_by_the_next_deployment(api, aws):
    bad, good = aws.trained("a"), aws.trained("b")
    api.post("/deploy", [[0, "films", bad]], batch="first")
    aws.settle(ENDPOINT, "Failed", FailureReason="Image not found.")
    for _ in range(2):
        error = api.get("/deploy", batch="first").value["error"]
        assert error == {
            "code": "DeploymentFailed",
            "message": "The endpoint of the model films failed: Image not found.",
        }
    assert api.post("/deploy", [[0, "films", good]], batch="second").status == 429
    assert api.post("/deploy", [[0, "films", good]], batch="second").status == 429
    aws.settle(ENDPOINT)
    assert deploy(api, aws, good, "second").value["status"] == "InService"
    assert aws.living_configs() == {config_of("second")}
    assert aws.names("model") == {good}


def test_concurrent_deployments_of_one_model_wait_for_each_other(api, aws):
    a, b, c = aws.trained("a"), aws.trained("b"), aws.trained("c")
    api.post("/deploy", [[0, "films", a]], batch="first")
    assert api.post("/deploy", [[0, "films", b]], batch="second").status == 429
    assert aws.living_configs() == {config_of("first")}
    aws.settle(ENDPOINT)
    assert api.post("/deploy", [[0, "films", b]], batch="second").status == 202
    assert api.post("/deploy", [[0, "films", c]], batch="third").status == 429
    # The first deployment did come into service, whoever asks meanwhile.
    assert api.get("/deploy", batch="first").value["training_job"] == a
    aws.settle(ENDPOINT)
    assert api.get("/deploy", batch="second").value["training_job"] == b
    assert deploy(api, aws, c, "third").value["training_job"] == c
    kept = {config_of(batch) for batch in ("first", "second", "third")}
    assert aws.living_configs() == kept
    # Replaced meanwhile, but it did come into service.
    assert api.get("/deploy", batch="second").value["training_job"] == b


def test_of_two_updates_at_once_the_later_one_is_told_that_the_other_came_first(api, aws):
    old, a, b = (aws.trained(letter) for letter in "abc")
    deploy(api, aws, old, "first")
    aws.fail("UpdateEndpoint", "ValidationException", 'Cannot update in-progress endpoint "x".')
    assert api.post("/deploy", [[0, "films", a]], batch="second").status == 429
    assert deploy(api, aws, b, "third").value["training_job"] == b
    for _ in range(2):
        error = api.post("/deploy", [[0, "films", a]], batch="second").value["error"]
        assert error["code"] == "DeploymentFailed"
        assert "another change of it came first" in error["message"]
    assert aws.living_configs() == {config_of("first"), config_of("third")}
    assert aws.names("model") == {old, b}


def test_same_batch_id_with_other_arguments_is_refused(api, aws):
    a, b = aws.trained("a"), aws.trained("b")
    api.post("/deploy", [[0, "films", a]])
    for row in ([0, "films", b], [0, "series", a]):
        assert api.post("/deploy", [row]).value["error"]["code"] == "BatchIdReused"
    assert aws.names("endpoint") == {ENDPOINT}
    assert aws.names("model") == {a}


def test_nine_minutes_after_its_beginning_the_query_is_answered(api, aws):
    job = aws.trained("a")
    api.post("/deploy", [[0, "films", job]])
    aws.only("endpoint-config")["CreationTime"] = time.time() - 541
    value = api.get("/deploy").value
    assert (value["status"], value["training_job"]) == ("InProgress", job)


# A killed process flushes no metrics; only this test's way of killing lets Powertools notice it.
@pytest.mark.filterwarnings("ignore:No application metrics:UserWarning")
@pytest.mark.parametrize("flow", ["create", "update"])
@pytest.mark.parametrize("calls", range(1, 26))
def test_killed_between_any_two_calls_the_retry_ends_well(api, aws, flow, calls):
    job, kept = aws.trained("a"), set()
    if flow == "update":
        deploy(api, aws, aws.trained("b"), "first")
        kept = {"first"}
    aws.calls.clear()
    aws.killed_after = calls
    try:
        deploy(api, aws, job)
    except Killed:
        aws.killed_after = None
    finished = False
    for _ in range(4):
        reply = api.post("/deploy", [[0, "films", job]])
        if finished := reply.status == 200:
            break
        assert reply.status in {202, 429}
        aws.settle(ENDPOINT)
    assert finished
    assert reply.value["status"] == "InService"
    assert aws.names("endpoint") == {ENDPOINT}
    assert aws.only("endpoint")["EndpointConfigName"] == config_of()
    assert aws.living_configs() == {config_of(), *map(config_of, kept)}
    assert len(aws.names("model")) == 1 + len(kept)
    assert [each["ModelPackageDescription"] for each in aws.groups[ENDPOINT]][-1] == job
    assert len(aws.groups[ENDPOINT]) == 1 + len(kept)
    assert aws.calls.count("CreateEndpoint") + aws.calls.count("UpdateEndpoint") <= 2


@pytest.mark.parametrize(
    "operation",
    [
        "DescribeTrainingJob",
        "DescribeEndpointConfig",
        "DescribeEndpoint",
        "CreateModel",
        "CreateEndpointConfig",
        "ListTags",
        "CreateEndpoint",
    ],
)
def test_throttling_at_any_call_is_retried_and_ends_well(api, aws, operation):
    job = aws.trained("a")
    for _ in range(2):
        aws.fail(operation, "ThrottlingException", "Rate exceeded")
    reply = api.post("/deploy", [[0, "films", job]])
    assert (reply.status, reply.code) == (429, "Busy")
    assert deploy(api, aws, job).value["status"] == "InService"
    assert aws.living_configs() == {config_of()}


def test_configuration_that_is_not_visible_yet_is_waited_for(api, aws):
    job = aws.trained("a")
    message = 'Could not find endpoint configuration "x".'
    aws.fail("CreateEndpoint", "ValidationException", message)
    assert api.post("/deploy", [[0, "films", job]]).status == 429
    assert deploy(api, aws, job).value["status"] == "InService"


def test_configuration_before_its_model_is_visible_is_waited_for(api, aws):
    job = aws.trained("a")
    aws.fail("CreateEndpointConfig", "ValidationException", 'Could not find model "x".')
    assert api.post("/deploy", [[0, "films", job]]).status == 429
    assert deploy(api, aws, job).value["status"] == "InService"


@pytest.mark.parametrize(
    "artifact",
    [
        None,
        7,
        "",
        "model.tar.gz",
        "arn:aws:sagemaker:us-east-1:123456789012:training-job/x",
        "other-stack-aaaaaaaaaaaaaaaaaaaaaaaa",
        f"{PREFIX}-films",
        f"{PREFIX}-AAAAAAAAAAAAAAAAAAAAAAAA",
        "s3://other-bucket/training/snowreel-test-aaaaaaaaaaaaaaaaaaaaaaaa/output/model.tar.gz",
        f"s3://{BUCKET}/training/snowreel-test-aaaaaaaaaaaaaaaaaaaaaaaa/../x/output/model.tar.gz",
        f"s3://{BUCKET}/training/snowreel-test-aaaaaaaaaaaaaaaaaaaaaaaa/output/model.tar.gz?x",
        f"s3://{BUCKET}/other/snowreel-test-aaaaaaaaaaaaaaaaaaaaaaaa/output/model.tar.gz",
    ],
)
def test_artifacts_that_are_not_ours_are_refused(api, aws, artifact):
    aws.trained("a")
    reply = api.post("/deploy", [[3, "films", artifact]])
    assert reply.body["data"][0][0] == 3
    assert reply.value["error"]["code"] == "ArtifactRefused"
    assert aws.calls == []


def test_training_without_model_is_refused(api, aws):
    job = aws.trained("a")
    missing = f"{PREFIX}-{'f' * 24}"
    assert api.post("/deploy", [[0, "m", missing]]).value["error"]["code"] == "UnknownTrainingJob"
    aws.only("training-job")["ModelArtifacts"] = {"S3ModelArtifacts": "s3://elsewhere/model.tar.gz"}
    assert api.post("/deploy", [[0, "m", job]]).value["error"]["code"] == "ArtifactRefused"
    aws.only("training-job")["TrainingJobStatus"] = "Failed"
    error = api.post("/deploy", [[0, "m", job]]).value["error"]
    assert error["code"] == "TrainingNotCompleted"
    assert "Failed" in error["message"]
    assert not aws.names("model") | aws.living_configs() | aws.names("endpoint")


@pytest.mark.parametrize(
    "name", [None, 7, "", "Films", "-films", "films-", "a--b", "f_1", "a" * 41, "films\n", "é"]
)
@pytest.mark.parametrize("path", ["/deploy", "/undeploy"])
def test_bad_model_names_are_refused(api, aws, path, name):
    row = [name, aws.trained("a")] if path == "/deploy" else [name]
    assert api.post(path, [[0, *row]]).value["error"]["code"] == "InvalidModelName"
    assert aws.calls == []

"""Quotas of the AWS account: each refusal says which quota and what to do, and leaves nothing."""

from typing import Any

import pytest
from deployed_models import ENDPOINT, config_of, deploy

#: As SageMaker words it: https://docs.aws.amazon.com/sagemaker/latest/dg/regions-quotas.html
LIMIT = (
    "The account-level service limit '{quota}' is {limit} Instances, with current utilization of "
    "{limit} Instances and a request delta of 1 Instances. Please use AWS Service Quotas to "
    "request an increase for this quota. If AWS Service Quotas is not available, contact AWS "
    "support to request an increase for this quota."
)
CONCURRENCY = "Maximum total concurrency that can be allocated across all serverless endpoints"


def exceed(aws, operation, quota=CONCURRENCY, limit=10):
    aws.fail(operation, "ResourceLimitExceeded", LIMIT.format(quota=quota, limit=limit))


def refusal(reply):
    assert reply.status == 200, "a refusal that Snowflake would send again for minutes"
    error = reply.value["error"]
    assert error["code"] == "QuotaExceeded"
    return error["message"]


@pytest.mark.parametrize("operation", ["CreateModel", "CreateEndpointConfig", "CreateEndpoint"])
def test_a_first_deployment_over_a_quota_leaves_nothing(api, aws, operation):
    job = aws.trained("a")
    exceed(aws, operation)
    message = refusal(api.post("/deploy", [[7, "films", job]]))
    assert f"quota '{CONCURRENCY}' of 10 is used up" in message
    assert "undeploy a model, or ask for more in Service Quotas" in message
    assert not aws.names("model") | aws.living_configs() | aws.names("endpoint")
    assert deploy(api, aws, job).value["status"] == "InService"


@pytest.mark.parametrize("operation", ["CreateModel", "CreateEndpointConfig", "UpdateEndpoint"])
def test_an_update_over_a_quota_leaves_what_serves(api, aws, operation):
    old, new = aws.trained("a"), aws.trained("b")
    deploy(api, aws, old, "first")
    exceed(aws, operation)
    refusal(api.post("/deploy", [[7, "films", new]], batch="second"))
    assert aws.names("model") == {old}
    assert aws.living_configs() == {config_of("first")}
    assert aws.only("endpoint")["EndpointStatus"] == "InService"
    assert deploy(api, aws, new, "second").value["training_job"] == new


def test_a_model_that_serves_elsewhere_outlives_the_refusal(api, aws):
    job = aws.trained("a")
    deploy(api, aws, job, "first", "series")
    exceed(aws, "CreateEndpoint")
    refusal(api.post("/deploy", [[0, "films", job]], batch="second"))
    assert aws.names("model") == {job}
    assert aws.living_configs() == {config_of("first")}


def test_a_quota_met_by_a_poll_is_the_answer_of_its_row(api, aws):
    job = aws.trained("a")
    aws.fail("CreateEndpoint", "ValidationException", 'Could not find endpoint configuration "x".')
    assert api.post("/deploy", [[7, "films", job]]).status == 429
    exceed(aws, "CreateEndpoint", "Maximum number of serverless endpoints", 5)
    reply = api.get("/deploy")
    assert "quota 'Maximum number of serverless endpoints' of 5" in refusal(reply)
    assert reply.body["data"][0][0] == 7
    assert not aws.names("model") | aws.living_configs()


@pytest.mark.parametrize("path", ["/train", "/start-training"])
def test_a_training_over_a_quota_is_refused(api, aws, path):
    exceed(aws, "CreateTrainingJob", "ml.m5.large for training job usage", 0)
    row: list[Any] = [0, "ratings", "recommendations"]
    message = refusal(api.post(path, [[*row, {}] if path == "/start-training" else row]))
    assert "quota 'ml.m5.large for training job usage' of 0 is used up" in message
    assert "wait for another training to end" in message
    assert not aws.names("training-job")


def test_the_retry_of_the_training_that_used_up_the_quota_finds_it(api, aws):
    assert api.post("/train", [[0, "ratings", "recommendations"]]).status == 202
    exceed(aws, "CreateTrainingJob", "Number of instances across all training jobs", 4)
    assert api.post("/train", [[0, "ratings", "recommendations"]]).status == 202


def test_a_full_account_can_be_emptied(api, aws):
    """The receipt of an undeployment is a configuration, of which an account has a number."""
    deploy(api, aws, aws.trained("a"))
    exceed(aws, "CreateEndpointConfig", "Maximum number of endpoint configurations", 1)
    assert api.post("/undeploy", [[0, "films"]], batch="x").value["status"] == "Undeployed"
    aws.settle(ENDPOINT)
    assert not aws.names("model") | aws.living_configs() | aws.names("endpoint")


def test_a_refusal_in_other_words_is_told_as_it_is(api, aws):
    aws.fail("CreateEndpoint", "ResourceLimitExceeded", "Too many endpoints.")
    message = refusal(api.post("/deploy", [[0, "films", aws.trained("a")]]))
    assert "(Too many endpoints)" in message

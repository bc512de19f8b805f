"""Quotas of an account: each is met exactly, and what is over it is refused in AWS's words."""

from dataclasses import asdict

import pytest
from aws_local.sagemaker.state import quotas
from aws_local.sagemaker.state.faults import FaultError
from aws_local.sagemaker.state.plan import Plan
from aws_local.settings import SageMakerQuotas

NEW_ACCOUNT = SageMakerQuotas()


def plan(concurrency=None, instances=1):
    serverless = {"MemorySizeInMB": 2048, "MaxConcurrency": concurrency} if concurrency else None
    return Plan(
        config_name="config",
        variant_name="all",
        image="image",
        model_data_url="s3://bucket/key",
        environment={},
        serverless=serverless,
        instances=instances,
    )


def endpoint(deployed=None, pending=None):
    return {
        "Deployed": deployed and asdict(deployed),
        "Pending": pending and asdict(pending),
    }


def refusal(check, *arguments):
    with pytest.raises(FaultError) as caught:
        check(*arguments, NEW_ACCOUNT)
    assert caught.value.code == "ResourceLimitExceeded"
    return str(caught.value)


def test_serverless_endpoints_share_their_concurrency():
    both = [endpoint(plan(4)), endpoint(pending=plan(4))]
    quotas.check_creation(both, plan(2), NEW_ACCOUNT)
    assert refusal(quotas.check_creation, both, plan(3)) == (
        "The account-level service limit 'Maximum total concurrency that can be allocated across "
        "all serverless endpoints' is 10, with current utilization of 8 and a request delta of 3. "
        "Please use AWS Service Quotas to request an increase for this quota. If AWS Service "
        "Quotas is not available, contact AWS support to request an increase for this quota."
    )


def test_an_update_counts_beside_what_serves():
    one = [endpoint(plan(5))]
    quotas.check_capacity(one, plan(5), NEW_ACCOUNT)
    assert "utilization of 5 and a request delta of 6" in refusal(
        quotas.check_capacity, one, plan(6)
    )


def test_serverless_endpoints_are_counted():
    five = [endpoint(plan(1))] * 5
    assert "'Maximum number of serverless endpoints' is 5," in refusal(
        quotas.check_creation, five, plan(1)
    )
    quotas.check_capacity(five, plan(1), NEW_ACCOUNT)


def test_a_failed_endpoint_has_no_capacity():
    quotas.check_creation([endpoint()] * 9, plan(10), NEW_ACCOUNT)
    quotas.check_creation([endpoint()] * 9, plan(instances=4), NEW_ACCOUNT)


def test_instances_are_counted_across_endpoints_and_in_one():
    two = [endpoint(plan(instances=2)), endpoint(plan(10))]
    quotas.check_creation(two, plan(instances=2), NEW_ACCOUNT)
    assert "'Number of instances across active endpoints' is 4 Instances, with current " in refusal(
        quotas.check_creation, two, plan(instances=3)
    )
    assert "'Maximum number of instances per endpoint' is 4 Instances" in refusal(
        quotas.check_creation, [], plan(instances=5)
    )


def job(status, machines=1):
    return {"TrainingJobStatus": status, "ResourceConfig": {"InstanceCount": machines}}


def test_running_training_jobs_are_counted():
    ended = [job(status) for status in ("Completed", "Failed", "Stopped")] * 3
    three = [job("InProgress", 2), job("Stopping"), *ended]
    quotas.check_training(three, job(""), NEW_ACCOUNT)
    assert "'Number of instances across all training jobs' is 4 Instances, with current " in (
        refusal(quotas.check_training, three, job("", 2))
    )


def test_a_quota_can_be_raised():
    raised = SageMakerQuotas(serverless_concurrency=200)
    quotas.check_creation([endpoint(plan(100))], plan(100), raised)

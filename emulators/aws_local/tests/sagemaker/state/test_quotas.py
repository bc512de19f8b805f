"""Quotas of an account: each is met exactly, and what is over it is refused in AWS's words."""

from dataclasses import asdict

import pytest
from aws_local.sagemaker.state import quotas
from aws_local.sagemaker.state.plan import Plan
from aws_local.settings import SageMakerQuotas
from aws_local.wire.fault import FaultError

TYPE, USES = "ml.m5.large", ("training job usage", "endpoint usage")
#: All else is as in a new account.
ACCOUNT = SageMakerQuotas(instances_by_type={f"{TYPE} for {use}": 8 for use in USES})


def plan(concurrency=None, instances=1, instance_type=TYPE):
    serverless = {"MemorySizeInMB": 2048, "MaxConcurrency": concurrency} if concurrency else None
    return Plan(
        config_name="config",
        variant_name="all",
        image="image",
        model_data_url="s3://bucket/key",
        environment={},
        serverless=serverless,
        instances=instances,
        instance_type="" if concurrency else instance_type,
    )


def endpoint(deployed=None, pending=None):
    return {
        "Deployed": deployed and asdict(deployed),
        "Pending": pending and asdict(pending),
    }


def refusal(check, *arguments, account=ACCOUNT):
    with pytest.raises(FaultError) as caught:
        check(*arguments, account)
    assert caught.value.code == "ResourceLimitExceeded"
    return str(caught.value)


def test_serverless_endpoints_share_their_concurrency():
    both = [endpoint(plan(4)), endpoint(pending=plan(4))]
    quotas.check_creation(both, plan(2), ACCOUNT)
    assert refusal(quotas.check_creation, both, plan(3)) == (
        "The account-level service limit 'Maximum total concurrency that can be allocated across "
        "all serverless endpoints' is 10, with current utilization of 8 and a request delta of 3. "
        "Please use AWS Service Quotas to request an increase for this quota. If AWS Service "
        "Quotas is not available, contact AWS support to request an increase for this quota."
    )


def test_an_update_counts_beside_what_serves():
    one = [endpoint(plan(5))]
    quotas.check_capacity(one, plan(5), ACCOUNT)
    assert "utilization of 5 and a request delta of 6" in refusal(
        quotas.check_capacity, one, plan(6)
    )


def test_serverless_endpoints_are_counted():
    five = [endpoint(plan(1))] * 5
    assert "'Maximum number of serverless endpoints' is 5," in refusal(
        quotas.check_creation, five, plan(1)
    )
    quotas.check_capacity(five, plan(1), ACCOUNT)


def test_a_failed_endpoint_has_no_capacity():
    quotas.check_creation([endpoint()] * 9, plan(10), ACCOUNT)
    quotas.check_creation([endpoint()] * 9, plan(instances=4), ACCOUNT)


def test_instances_are_counted_across_endpoints_and_in_one():
    two = [endpoint(plan(instances=2)), endpoint(plan(10))]
    quotas.check_creation(two, plan(instances=2), ACCOUNT)
    assert "'Number of instances across active endpoints' is 4 Instances, with current " in refusal(
        quotas.check_creation, two, plan(instances=3)
    )
    assert "'Maximum number of instances per endpoint' is 4 Instances" in refusal(
        quotas.check_creation, [], plan(instances=5)
    )


def job(status, machines=1, instance_type=TYPE, *, spot=False):
    return {
        "TrainingJobStatus": status,
        "ResourceConfig": {"InstanceCount": machines, "InstanceType": instance_type},
        "EnableManagedSpotTraining": spot,
    }


def test_running_training_jobs_are_counted():
    ended = [job(status) for status in ("Completed", "Failed", "Stopped")] * 3
    three = [job("InProgress", 2), job("Stopping"), *ended]
    quotas.check_training(three, job(""), ACCOUNT)
    assert "'Number of instances across all training jobs' is 4 Instances, with current " in (
        refusal(quotas.check_training, three, job("", 2))
    )


def test_a_new_account_has_no_machine_of_a_type():
    """AWS's table: https://docs.aws.amazon.com/general/latest/gr/sagemaker.html."""
    new = SageMakerQuotas()
    assert refusal(quotas.check_training, [], job(""), account=new).startswith(
        "The account-level service limit 'ml.m5.large for training job usage' is 0 Instances, "
        "with current utilization of 0 Instances and a request delta of 1 Instances. "
    )
    assert refusal(quotas.check_creation, [], plan(instances=2), account=new).startswith(
        "The account-level service limit 'ml.m5.large for endpoint usage' is 0 Instances, "
        "with current utilization of 0 Instances and a request delta of 2 Instances. "
    )
    quotas.check_creation([], plan(2), new)


def test_machines_are_counted_by_their_type_and_use():
    account = SageMakerQuotas(
        instances_by_type={f"{TYPE} for {use}": 2 for use in (*USES, "spot training job usage")}
        | {"ml.c5.xlarge for training job usage": 1, "ml.c5.xlarge for endpoint usage": 1}
    )
    jobs = [job("InProgress", 2), job("InProgress", 1, "ml.c5.xlarge")]
    quotas.check_training(jobs[:1], job("", 1, "ml.c5.xlarge"), account)
    quotas.check_training(jobs, job("", spot=True), account)
    assert "'ml.m5.large for training job usage' is 2 Instances, with current utilization of 2" in (
        refusal(quotas.check_training, jobs, job(""), account=account)
    )
    assert "'ml.m5.large for spot training job usage' is 2 Instances, with current " in (
        refusal(quotas.check_training, jobs, job("", 3, spot=True), account=account)
    )
    endpoints = [endpoint(plan(instances=2)), endpoint(plan(10))]
    quotas.check_creation(endpoints, plan(instance_type="ml.c5.xlarge"), account)
    assert "'ml.m5.large for endpoint usage' is 2 Instances, with current utilization of 2" in (
        refusal(quotas.check_creation, endpoints, plan(), account=account)
    )


def test_a_growing_endpoint_is_counted_by_its_type():
    serving = plan(instances=2)
    account = SageMakerQuotas(instances_by_type={f"{TYPE} for endpoint usage": 3})
    quotas.check_instances([serving], serving, 1, account)
    assert "'ml.m5.large for endpoint usage' is 3 Instances, with current utilization of 2" in (
        refusal(quotas.check_instances, [serving], serving, 2, account=account)
    )


def test_a_quota_can_be_raised():
    raised = SageMakerQuotas(serverless_concurrency=200)
    quotas.check_creation([endpoint(plan(100))], plan(100), raised)

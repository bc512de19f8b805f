"""Endpoints that are not ready yet, and endpoints that never will be."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Any

import boto3
import httpx
import pytest
import snowflake.connector
from snowflake.connector.errors import ProgrammingError

from local.stack import BUCKET, REGION
from local.supervisor import RunningStack

pytestmark = pytest.mark.thorough


@pytest.fixture
def local_stack(stack: RunningStack | None) -> RunningStack:
    if stack is None:
        pytest.skip("drives the local SageMaker")
    return stack


@contextmanager
def start_delay(stack: RunningStack, seconds: float) -> Iterator[None]:
    """New endpoints take so long to start."""
    address = f"{stack.stack.sagemaker_endpoint_url}/_control"
    before = httpx.get(address).raise_for_status().json()["start_delay_seconds"]
    httpx.post(address, json={"start_delay_seconds": seconds}).raise_for_status()
    try:
        yield
    finally:
        httpx.post(address, json={"start_delay_seconds": before}).raise_for_status()


def test_a_query_waits_for_an_endpoint_that_is_creating(
    analyst: Any,
    local_stack: RunningStack,
    connection_arguments: dict[str, Any],
    trained: dict[str, Any],
) -> None:
    def deploy() -> Any:
        with closing(snowflake.connector.connect(**connection_arguments)) as session:
            return type(analyst)(session).deploy("slow-model", trained["training_job"])

    with start_delay(local_stack, 4), ThreadPoolExecutor(1) as pool:
        deployment = pool.submit(deploy)
        while "slow-model" not in (models := state_of_models(analyst)):
            assert not deployment.done(), deployment.result()
        assert models["slow-model"] == "Creating"
        assert analyst.value("select invoke_model('slow-model', 'u1', 'i1')") > 0
        assert deployment.result()["status"] == "InService"
    analyst.answer("select undeploy_model('slow-model')")


def test_an_endpoint_that_failed_says_why(
    analyst: Any, local_stack: RunningStack, tastes: str
) -> None:
    broken = analyst.train(tastes, "broken_recommendations")
    key = broken["model_artifact"].removeprefix(f"s3://{BUCKET}/")
    credentials = local_stack.stack.credentials["integrator"]
    boto3.client(
        "s3",
        endpoint_url=local_stack.stack.aws_endpoint_url,
        region_name=REGION,
        aws_access_key_id=credentials.aws_access_key_id,
        aws_secret_access_key=credentials.aws_secret_access_key,
    ).put_object(Bucket=BUCKET, Key=key, Body=b"not a model")
    answer = analyst.deploy("broken-model", broken["training_job"])
    assert answer["error"]["code"] == "DeploymentFailed", answer
    with pytest.raises(ProgrammingError, match="broken-model"):
        analyst.value("select invoke_model('broken-model', 'u1', 'i1')")
    assert analyst.answer("select undeploy_model('broken-model')")["status"] == "Undeployed"
    assert "broken-model" not in state_of_models(analyst)


def state_of_models(analyst: Any) -> dict[str, str]:
    models = analyst.answer("select list_models()")
    return {entry["model_name"]: entry["status"] for entry in models}

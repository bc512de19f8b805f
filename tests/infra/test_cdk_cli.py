"""The pinned CDK CLI deploys, compares, updates and destroys; only the cloud behind it is moto.

All stacks but the integration, for which moto has no Snowflake. A double stands for Docker.
"""

import copy
import json
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from cdk_cloud import ACCOUNT, AS_WRITTEN, CDK, ONLY_THESE, STACKS, Cloud

from functions.lambdas import HANDLERS

ROOT = Path(__file__).parents[2]

#: Types that moto's CloudFormation does not make; the templates' own tests look after them.
NOT_IN_MOTO = {
    "AWS::ApiGateway::Account",
    "AWS::ApiGateway::GatewayResponse",
    "AWS::ApiGateway::Model",
    "AWS::ApiGateway::RequestValidator",
    "AWS::ApiGateway::Stage",
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::TopicPolicy",
    "AWS::SageMaker::ModelPackageGroup",
}

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(
        not CDK.exists(),
        reason="the CDK CLI is not installed: `make .venv/.infra` installs it into node_modules",
    ),
    pytest.mark.slow,
    pytest.mark.timeout(480),
    # one deployment's life, from its first command to what is left after its end
    pytest.mark.random_order(disabled=True),
]


@pytest.fixture(scope="module")
def dev_context(context):
    values = copy.deepcopy(context)
    del values["aws:cdk:bundling-stacks"]
    return values


@pytest.fixture(scope="module")
def cloud(tmp_path_factory, dev_context):
    folder = tmp_path_factory.mktemp("cloud")
    port = free_port()
    with (folder / "moto.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("moto_cloud.py"), str(port), str(folder)],
            stdout=log,
            stderr=log,
        )
    try:
        wait_for(f"http://localhost:{port}/moto-api/", server)
        cloud = Cloud(folder, port, dev_context)
        cloud.bootstrap()
        cloud.deploy()
        yield cloud
    finally:
        server.terminate()
        server.wait(20)


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(address: str, server: subprocess.Popen) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            assert server.poll() is None, "the moto server has ended"
            assert time.monotonic() < deadline, "the moto server does not answer"
            time.sleep(0.1)


@pytest.mark.parametrize("stack", STACKS)
def test_everything_in_the_template_was_made(cloud, stack):
    wanted = cloud.template(stack)
    made = cloud.resources(stack)
    missing = {kind for kind in wanted if made[kind] != wanted[kind]}
    assert missing <= NOT_IN_MOTO, {kind: (wanted[kind], made[kind]) for kind in missing}
    assert not set(made) - set(wanted) - {""}  # moto's mark for what it did not make


def test_a_second_look_finds_no_changes(cloud):
    output = cloud.cdk("diff", *ONLY_THESE, "--fail", "--method=template")
    assert "There were no differences" in output


def event(method: str, path: str, body: dict | None = None) -> dict:
    """An event of API Gateway, as a REST API with proxy integration sends it."""
    batch_id = "01b2c3d4-0000-0000-0000-000000000000:1:1:0:0"
    headers = {
        "sf-external-function-query-batch-id": batch_id,
        "sf-external-function-current-query-id": batch_id.partition(":")[0],
        "sf-external-function-format": "json",
        "sf-external-function-format-version": "1.0",
        "Content-Type": "application/json",
    }
    return {
        "resource": path,
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": "abcdef1234",
            "httpMethod": method,
            "path": f"/v1{path}",
            "requestId": "b5e1c0de-0000-4000-8000-000000000001",
            "resourcePath": path,
            "stage": "v1",
            "identity": {"sourceIp": "203.0.113.7", "userArn": "arn:aws:sts::1:assumed-role/a/b"},
        },
        "body": json.dumps(body) if body is not None else None,
        "isBase64Encoded": False,
    }


def test_the_deployed_deploy_function_lists_models(cloud):
    answer = cloud.invoke("deploy", event("POST", "/models", {"data": [[0]]}))
    assert answer["statusCode"] == 200, answer
    assert json.loads(answer["body"]) == {"data": [[0, []]]}


def test_the_deployed_invoke_function_answers_what_the_endpoint_answers(cloud):
    make_endpoint(cloud, "snowreel-dev-films")
    estimates = {"estimates": [3.5], "known_users": [True], "known_items": [True]}
    cloud.queue_answer(estimates | {"training_job": "job", "model_artifact": "s3://b/k"})
    rows = {"data": [[0, "films", None, "2"], [1, "films", "1", "2"]]}
    answer = cloud.invoke("invoke", event("POST", "/invoke", rows))
    assert answer["statusCode"] == 200, answer
    assert json.loads(answer["body"]) == {"data": [[0, None], [1, 3.5]]}


def test_the_deployed_train_function_starts_a_job_with_what_the_stack_made(cloud):
    rows = {"data": [[0, "ratings", "recommendations", {"seed": 1}]]}
    answer = cloud.invoke("train", event("POST", "/start-training", rows))
    assert answer["statusCode"] == 200, answer
    ((_, value),) = json.loads(answer["body"])["data"]
    sagemaker = cloud.client("sagemaker")
    job = sagemaker.describe_training_job(TrainingJobName=value["training_job"])
    assert job["TrainingJobName"].startswith("snowreel-dev-")
    assert job["RoleArn"] == f"arn:aws:iam::{ACCOUNT}:role/snowreel-dev-training-job"
    outputs = json.loads((cloud.folder / "outputs.json").read_text())["snowreel-dev-training"]
    bucket = outputs["ArtifactBucketName"]
    assert job["OutputDataConfig"]["S3OutputPath"] == f"s3://{bucket}/training"


def image_in_use(cloud: Cloud) -> str:
    (uri,) = {
        function["Environment"]["Variables"]["SNOWREEL_IMAGE_URI"]
        for function in cloud.client("lambda").list_functions()["Functions"]
        if function["Handler"] in (HANDLERS["train"], HANDLERS["deploy"])
    }
    return uri


def test_the_image_was_pushed_once_to_our_repository_with_a_manifest_that_sagemaker_takes(cloud):
    """The first command built it after the repository was there, and the functions use it."""
    ((pushed,),) = cloud.docker_commands("push")
    assert re.fullmatch(rf"{ACCOUNT}\..*/snowreel-dev:[0-9a-f]{{64}}", pushed)
    (image,) = cloud.client("ecr").describe_images(repositoryName="snowreel-dev")["imageDetails"]
    assert image["imageManifestMediaType"] == (
        "application/vnd.docker.distribution.manifest.v2+json"
    )
    assert image_in_use(cloud).endswith(f"/snowreel-dev@{image['imageDigest']}")


def test_another_image_is_deployed_and_the_first_one_again(cloud):
    """Neither the new image nor the way back meets an export in use or a tag that is taken."""
    ((pushed,),) = cloud.docker_commands("push")
    old, new = pushed.rpartition(":")[2], "1" * 64
    cloud.change_image(old, new)
    cloud.deploy(*AS_WRITTEN)
    cloud.change_image(new, old)
    cloud.deploy(*AS_WRITTEN)
    pushes = cloud.docker_commands("push")
    assert [arguments[0].rpartition(":")[2] for arguments in pushes] == [old, new]


def test_update_and_destroy(cloud, dev_context):
    """Last: afterwards nothing is left, neither of the stacks nor of what ran in them."""
    changed = copy.deepcopy(dev_context)
    changed["environments"]["dev"]["training"]["instance_type"] = "ml.m5.xlarge"
    cloud.write_context(changed)
    assert "ml.m5.xlarge" in cloud.cdk("diff", *ONLY_THESE, "--method=template")
    cloud.deploy(*AS_WRITTEN)
    variables = {
        function["Handler"]: function["Environment"]["Variables"]
        for function in cloud.client("lambda").list_functions()["Functions"]
        if "Environment" in function
    }
    instance_type = variables[HANDLERS["train"]]["SNOWREEL_TRAINING_INSTANCE_TYPE"]
    assert instance_type == "ml.m5.xlarge"

    make_endpoint(cloud, "snowreel-dev-series")
    outputs = json.loads((cloud.folder / "outputs.json").read_text())["snowreel-dev-training"]
    s3 = cloud.client("s3")
    s3.put_object(Bucket=outputs["ArtifactBucketName"], Key="training/a/output/x", Body=b"x")

    cloud.cdk("destroy", *STACKS, "--force", *AS_WRITTEN)
    answers = (cloud.folder / "answers.jsonl").read_text().splitlines()
    assert {json.loads(answer)["Status"] for answer in answers} == {"SUCCESS"}
    stacks = cloud.client("cloudformation").list_stacks(
        StackStatusFilter=["CREATE_COMPLETE", "UPDATE_COMPLETE"]
    )["StackSummaries"]
    assert [stack["StackName"] for stack in stacks] == ["CDKToolkit"]
    sagemaker = cloud.client("sagemaker")
    assert sagemaker.list_endpoints()["Endpoints"] == []
    assert sagemaker.list_endpoint_configs()["EndpointConfigs"] == []
    assert sagemaker.list_models()["Models"] == []
    assert cloud.client("lambda").list_functions()["Functions"] == []
    repositories = cloud.client("ecr").describe_repositories()["repositories"]
    assert "snowreel-dev" not in [repository["repositoryName"] for repository in repositories]
    buckets = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    assert not any(name.startswith("snowreel") for name in buckets), buckets
    roles = [role["RoleName"] for role in cloud.client("iam").list_roles()["Roles"]]
    (log_role,) = (name for name in roles if name.startswith("snowreel"))
    assert "CloudWatchRole" in log_role  # all APIs of the region log with it


def make_endpoint(cloud: Cloud, name: str) -> None:
    """Resources as `deploy_model` makes them, unknown to CloudFormation."""
    sagemaker = cloud.client("sagemaker")
    sagemaker.create_model(
        ModelName=name,
        PrimaryContainer={"Image": "image"},
        ExecutionRoleArn=f"arn:aws:iam::{ACCOUNT}:role/inference",
    )
    serverless = {"MemorySizeInMB": 1024, "MaxConcurrency": 1}
    variant = {"VariantName": "films", "ModelName": name, "ServerlessConfig": serverless}
    sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)

"""Requests that the product makes: its real code over AWS in memory, each call recorded."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from aws_local.settings import Account
from deployed_models import ENDPOINT, deploy
from lambda_api import _ROUTES, Api, Reply
from moto import mock_aws
from moto.sagemaker.models import sagemaker_backends
from moto.sagemaker.responses import SageMakerResponse
from nights import Nights
from recorded_calls import RecordedCalls
from sagemaker_double import BUCKET, PREFIX, SageMakerDouble
from step_functions_double import MACHINE_ARN

from functions import settings
from functions.custom_resources import bucket_content, image_digest, run_time_resources
from functions.custom_resources.protocol import Request
from functions.endpoint_scaling import handler as scaling
from functions.lambdas import HANDLERS
from functions.sagemaker import client as control
from functions.sagemaker import endpoints
from functions.step_functions import client as state_machines
from local.stack import ACCOUNT_ID, REGION, Stack

IMAGE = f"{ACCOUNT_ID}.dkr.ecr.{REGION}.amazonaws.com/{PREFIX}@sha256:{'0' * 64}"
ROLE = f"arn:aws:iam::{ACCOUNT_ID}:role/{PREFIX}-inference"
REMOVER = "functions.custom_resources.run_time_resources.handler"
EMPTIER = "functions.custom_resources.bucket_content.handler"
DIGEST = "functions.custom_resources.image_digest.handler"
#: Longer than receipts are kept.
_DAYS = 3 * 24 * 3600
SCALER = "functions.endpoint_scaling.handler.handler"


class RecordedApi(Api):
    """The API's handlers, each call recorded under its function."""

    def __init__(self, calls: RecordedCalls) -> None:
        self._calls = calls

    def send(self, method: str, path: str, body: str | None = None, **options: Any) -> Reply:
        with self._calls.acting(HANDLERS[_ROUTES[path].lambda_name]):
            return super().send(method, path, body, **options)


@pytest.fixture(scope="session")
def recorded() -> Iterator[RecordedCalls]:
    """Every call of the API's functions and of the custom resources, by handler."""
    calls = RecordedCalls(Account(account_id=ACCOUNT_ID, region=REGION, principals={}))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in _environment().items():
            patch.setenv(name, value)
        calls.install(patch)
        _use_the_api(RecordedApi(calls))
        _use_the_loop(calls, patch)
        with mock_aws():
            _use_the_custom_resources(calls, patch)
    yield calls
    _forget_clients()


def _environment() -> dict[str, str]:
    stack = Stack(state_dir=Path(), warehouse_port=0, aws_port=0, gateway_port=0, sagemaker_port=0)
    of_functions = {
        key: value for name in HANDLERS for key, value in stack.lambda_environment(name).items()
    }
    return of_functions | {
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "SNOWREEL_PREFIX": PREFIX,
        "SNOWREEL_ARTIFACT_BUCKET": BUCKET,
        "MIN_INSTANCES": "2",
        "MAX_INSTANCES": "6",
        "INVOCATIONS_PER_MINUTE": "600",
    }


def _forget_clients() -> None:
    for cached in (
        settings.train_settings,
        settings.deploy_settings,
        settings.invoke_settings,
        settings.retrain_settings,
        control.control_client,
        control.brief_client,
        endpoints.runtime_client,
        state_machines.client,
        endpoints.splits,
        run_time_resources._sagemaker,
        bucket_content._s3,
        image_digest._ecr,
        scaling._client,
    ):
        cached.cache_clear()


def _use_the_api(api: RecordedApi) -> None:
    """Train, deploy, promote, roll back, challenge, evaluate, list, invoke, undeploy."""
    _forget_clients()
    aws = SageMakerDouble()
    for client in (control.control_client(), control.brief_client(), endpoints.runtime_client()):
        client.meta.events.register("before-send", aws.send)
    for _ in range(2):
        api.post("/train", [[0, "ratings", "recommendations"]])
    api.get("/train")
    api.post("/train", [[0, "ratings", "others"]])
    (job,) = aws.names("training-job")
    api.post("/training-status", [[0, job]])
    first, second = aws.trained("a"), aws.trained("b")
    deploy(api, aws, first, "one")
    api.post("/promote", [[0, "films", second, {"force": True}]], batch="two")
    aws.settle(ENDPOINT)
    api.get("/promote", batch="two")
    api.post("/roll-back", [[0, "films"]], batch="back")
    aws.settle(ENDPOINT)
    api.get("/roll-back", batch="back")
    api.post("/challenge", [[0, "films", aws.trained("d"), 0.5, {"force": True}]], batch="half")
    aws.settle(f"{ENDPOINT}--challenger")
    for _ in range(2):
        api.get("/challenge", batch="half")
    api.post("/model-versions", [[0, "films"]])
    # what a quota stops is taken back
    aws.fail("CreateEndpoint", "ResourceLimitExceeded", "The service limit 'endpoints' is 1")
    api.post("/deploy", [[0, "series", aws.trained("c")]], batch="over a quota")
    for model in ("films", "unknown"):
        api.post("/evaluate", [[0, model, "newer"]], batch=model)
    for path in ("/invoke", "/invoke-details"):
        api.post(path, [[0, "films", "1", "2"]])
    api.post("/invoke", [[0, "unknown", "1", "2"]])
    api.post("/models", [[0]])
    api.post("/undeploy", [[0, "films"]], batch="three")
    aws.settle(ENDPOINT)
    api.post("/undeploy", [[0, "films"]], batch="three")
    _forget_clients()


def _use_the_loop(calls: RecordedCalls, patch: pytest.MonkeyPatch) -> None:
    """Runs by the schedule, days ago: more than are kept, one of a broken endpoint; then SQL's."""
    _forget_clients()
    aws = SageMakerDouble(clock=time.time() - _DAYS)
    nights = Nights(aws)
    patch.setenv("SNOWREEL_STATE_MACHINE_ARN", MACHINE_ARN)
    for client in (control.control_client(), endpoints.runtime_client()):
        client.meta.events.register("before-send", aws.send)
    state_machines.client().meta.events.register("before-send", nights.step_functions.send)
    api = RecordedApi(calls)
    with calls.acting(HANDLERS["retrain"]):
        for name in ("one", "two", "three", "four", "five"):
            nights.run(name)
        aws.resources["endpoint"][ENDPOINT]["EndpointStatus"] = "Failed"
        nights.run("six")
        # a step that is taken again finds its training
        nights.step_functions.waits.clear()
        nights.step_functions.go_on(nights.begin("six"))
    row = [0, "series", "ratings", "recommendations", None]
    pipeline = api.post("/start-pipeline", [row]).value["pipeline"]
    api.post("/start-pipeline", [row], batch="second")
    api.post("/pipeline-status", [[0, pipeline], [1, None]])
    _forget_clients()


def _use_the_custom_resources(calls: RecordedCalls, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(run_time_resources, "_POLL_SECONDS", 0.01)
    # operations that moto does not have
    patch.setattr(SageMakerResponse, "stop_training_job", _stop_training_jobs, raising=False)
    for name in ("delete_model_package", "delete_model_package_group"):
        patch.setattr(SageMakerResponse, name, lambda _: "{}", raising=False)
    _make_resources()
    with calls.acting(SCALER):
        for status in ("InService", "Deleting"):
            scaling.handler(
                {"detail": {"EndpointName": f"{PREFIX}-films", "EndpointStatus": status}}, None
            )
    with calls.acting(DIGEST):
        image_digest.RESOURCE.create_or_update(
            _request(RepositoryName=PREFIX, Tag="one", ImageUri=IMAGE)
        )
    with calls.acting(REMOVER):
        run_time_resources.RESOURCE.delete(_request(Prefix=PREFIX))
    with calls.acting(EMPTIER):
        bucket_content.RESOURCE.delete(_request(Bucket=BUCKET))


def _stop_training_jobs(_: Any) -> str:
    for job in sagemaker_backends[ACCOUNT_ID][REGION].training_jobs.values():
        job.training_job_status = "Stopped"
    return "{}"


def _request(**properties: Any) -> Request:
    return Request(properties=properties, deadline=time.monotonic() + 60)


def _make_resources() -> None:
    """A job, an endpoint with all it is made of, a version, a bucket with versions, an image."""
    sagemaker, s3, ecr = (boto3.client(name) for name in ("sagemaker", "s3", "ecr"))
    name = f"{PREFIX}-films"
    sagemaker.create_model(ModelName=name, PrimaryContainer={"Image": IMAGE}, ExecutionRoleArn=ROLE)
    variant = {
        "VariantName": "films",
        "ModelName": name,
        "InstanceType": "ml.m5.large",
        "InitialInstanceCount": 2,
    }
    sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
    sagemaker.create_model_package_group(ModelPackageGroupName=name)
    sagemaker.create_model_package(
        ModelPackageGroupName=name, ModelApprovalStatus="Approved", ClientToken="one"
    )
    sagemaker.create_training_job(
        TrainingJobName=name,
        AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        RoleArn=ROLE,
        OutputDataConfig={"S3OutputPath": f"s3://{BUCKET}/training"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 5},
        StoppingCondition={"MaxRuntimeInSeconds": 60},
    )
    # moto's jobs are completed at once; this one still runs
    sagemaker_backends[ACCOUNT_ID][REGION].training_jobs[name].training_job_status = "InProgress"
    s3.create_bucket(Bucket=BUCKET)
    versioning = {"Status": "Enabled"}
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration=versioning)
    s3.put_object(Bucket=BUCKET, Key="training/one/output/model.tar.gz", Body=b"model")
    ecr.create_repository(repositoryName=PREFIX)
    manifest = (
        '{"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json"}'
    )
    ecr.put_image(repositoryName=PREFIX, imageManifest=manifest, imageTag="one")

"""The real handlers and the real boto3 clients over a SageMaker that lives in memory."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from lambda_api import Api
from moved_clock import Clock
from nights import Nights
from sagemaker_clients import SharedClients
from sagemaker_double import BUCKET, PREFIX, SageMakerDouble
from step_functions_double import StepFunctionsDouble

from functions import settings
from functions.lambdas import HANDLERS
from functions.sagemaker import endpoints
from local.stack import Stack

STACK = Stack(state_dir=Path(), warehouse_port=0, aws_port=0, gateway_port=0, sagemaker_port=0)
#: The variables of all three functions, as local mode fills them, with names of the tests' own.
ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "AKIATEST",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_EC2_METADATA_DISABLED": "true",
    **{
        name: value
        for function in HANDLERS
        for name, value in STACK.lambda_environment(function).items()
    },
    "SNOWREEL_PREFIX": PREFIX,
    "SNOWREEL_ARTIFACT_BUCKET": BUCKET,
}
_CACHED_SETTINGS = (
    settings.train_settings,
    settings.deploy_settings,
    settings.invoke_settings,
    settings.retrain_settings,
)


@pytest.fixture(scope="session")
def clients() -> SharedClients:
    """The handlers' boto3 clients."""
    return SharedClients(ENVIRONMENT)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, clients: SharedClients) -> SageMakerDouble:
    """SageMaker, empty."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    double = SageMakerDouble()
    for cached in _CACHED_SETTINGS:
        cached.cache_clear()
    endpoints.splits.cache_clear()
    clients.send_to(double.send, monkeypatch)
    clients.send_executions_to(StepFunctionsDouble(None).send, monkeypatch)
    return double


@pytest.fixture
def api(aws: SageMakerDouble) -> Api:
    """The API's handlers."""
    return Api()


@pytest.fixture
def nights(aws: SageMakerDouble, clients: SharedClients, monkeypatch: pytest.MonkeyPatch) -> Nights:
    """Runs of the nightly loop's state machine, on the test's own clock."""
    # the pauses between two tries of a call: the nights have a clock of their own
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda _: None))
    found = Nights(aws)
    clients.send_executions_to(found.step_functions.send, monkeypatch)
    return found


@pytest.fixture
def films(aws: SageMakerDouble) -> SageMakerDouble:
    """SageMaker with one model in service."""
    aws.endpoint_serves("films")
    return aws


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time that shares of challengers go by."""
    found = Clock()
    monkeypatch.setattr("functions.challenges.time", found)
    monkeypatch.setattr("functions.sagemaker.splits.time", found)
    return found


@pytest.fixture
def only_what_serves(aws: SageMakerDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    """No version is kept beside the one in service."""
    monkeypatch.setenv("SNOWREEL_VERSIONS_KEPT", "1")
    settings.deploy_settings.cache_clear()

"""One running stack to be maltreated, and the means to look at what it holds."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import boto3
import httpx
import psutil
import pytest
import snowflake.connector
from botocore.exceptions import ClientError
from integrator import Integrator

from functions.names import RETIRED_TAG
from local import connection
from local.aws_settings import SCRIPTS
from local.stack import BUCKET, PREFIX, REGION, Stack
from local.supervisor import Options, running

#: A small, quick training.
QUICK = {"algorithm": "svd", "n_factors": 4, "n_epochs": 2, "folds": 2, "top_n": 3}
USERS, ITEMS = 30, 20


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    options = Options(state_dir=tmp_path_factory.mktemp("stack"))
    with running(options, lambda _: None) as started:
        yield started.stack


@pytest.fixture(scope="session")
def integrator(stack: Stack) -> Iterator[Integrator]:
    integrator = Integrator(stack)
    yield integrator
    integrator.client.close()


@pytest.fixture(scope="session")
def sql(stack: Stack) -> Iterator[Callable[..., list[tuple[Any, ...]]]]:
    """Runs a statement of the administrator: rows."""
    arguments = connection.administrator_arguments(stack)
    with closing(snowflake.connector.connect(**arguments)) as session:

        def run(statement: str, *binds: object) -> list[tuple[Any, ...]]:
            with session.cursor() as cursor:
                cursor.execute(statement, binds or None)
                return cursor.fetchall()

        yield run


@dataclass(frozen=True)
class Cloud:
    """Contents of SageMaker and S3."""

    stack: Stack
    sagemaker: Any
    s3: Any

    def jobs(self) -> set[str]:
        pages = self.sagemaker.get_paginator("list_training_jobs").paginate()
        return {job["TrainingJobName"] for page in pages for job in page["TrainingJobSummaries"]}

    def objects(self) -> set[str]:
        listed = self.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])
        return {entry["Key"] for entry in listed}

    def endpoints(self) -> dict[str, str]:
        """Name to configuration."""
        names = [
            endpoint["EndpointName"]
            for page in self.sagemaker.get_paginator("list_endpoints").paginate()
            for endpoint in page["Endpoints"]
        ]
        found = ((name, self._config_of(name)) for name in names)
        return {name: config for name, config in found if config is not None}

    def _config_of(self, endpoint: str) -> str | None:
        try:
            answer = self.sagemaker.describe_endpoint(EndpointName=endpoint)
        except ClientError as error:
            if "Could not find endpoint" in str(error):
                return None  # its deletion ended after it was listed
            raise
        return str(answer["EndpointConfigName"])

    def configs(self, model_name: str) -> list[str]:
        """Configurations of a model that serve or are kept for a roll-back."""
        names = [
            config["EndpointConfigName"]
            for page in self.sagemaker.get_paginator("list_endpoint_configs").paginate()
            for config in page["EndpointConfigs"]
        ]
        described = [
            self.sagemaker.describe_endpoint_config(EndpointConfigName=name) for name in names
        ]
        return [
            config["EndpointConfigName"]
            for config in described
            if config["ProductionVariants"][0]["VariantName"] == model_name
            and not self._is_retired(config["EndpointConfigArn"])
        ]

    def _is_retired(self, arn: str) -> bool:
        tags = self.sagemaker.list_tags(ResourceArn=arn)["Tags"]
        return RETIRED_TAG in {tag["Key"] for tag in tags}

    def programs(self, name: str) -> list[psutil.Process]:
        """Running `train` or `serve` programs of the stack."""
        return [
            process
            for process in psutil.process_iter(["cmdline"])
            if str(SCRIPTS / name) in (process.info["cmdline"] or [])
            and "parent_watchdog.py" not in " ".join(process.info["cmdline"])
            and self._is_ours(process)
        ]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return process.cwd().startswith(str(self.stack.state_dir))
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return False


@pytest.fixture(scope="session")
def cloud(stack: Stack) -> Cloud:
    def client(service: str, principal: str, endpoint: str) -> Any:
        key = stack.credentials[principal]
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=endpoint,
            aws_access_key_id=key.aws_access_key_id,
            aws_secret_access_key=key.aws_secret_access_key,
        )

    return Cloud(
        stack,
        client("sagemaker", "integrator", stack.sagemaker_endpoint_url),
        client("s3", "integrator", stack.aws_endpoint_url),
    )


@pytest.fixture
def set_timings(stack: Stack) -> Iterator[Callable[..., None]]:
    """Sets how fast things happen in SageMaker, until the end of the test."""
    url = f"{stack.sagemaker_endpoint_url}/_control"
    before = httpx.get(url, trust_env=False).json()

    def change(**seconds: float) -> None:
        httpx.post(url, json=seconds, trust_env=False).raise_for_status()

    yield change
    change(**before)


@pytest.fixture(scope="session")
def ratings(sql: Callable[..., Any]) -> str:
    """Name of a table of ratings."""
    rows = ", ".join(
        f"('u{user}', 'i{item}', {1 + (user * 7 + item * 3) % 5})"
        for user in range(USERS)
        for item in range(ITEMS)
        if (user + item) % 4
    )
    sql("create or replace table ratings (user_id varchar, item_id varchar, rating float)")
    sql(f"insert into ratings values {rows}")
    return "ratings"


@pytest.fixture(scope="session")
def trainings(integrator: Integrator, ratings: str) -> list[str]:
    """Names of two finished trainings with different models."""
    started = [
        integrator.finish(
            "/start-training", [[0, ratings, f"recommended_{n}", QUICK | {"seed": n}]]
        )
        for n in range(2)
    ]
    names = [reply.value["training_job"] for reply in started]
    for name in names:
        assert _last_status(integrator, name) == "Completed"
    return names


@pytest.fixture
def models(integrator: Integrator, trainings: list[str]) -> list[str]:
    """Names of two models in service; a test that removed one does not spoil the next."""
    wanted = dict(zip(("films", "series"), trainings, strict=True))
    found = {
        model["model_name"]: model["training_job"]
        for model in integrator.finish("/models", [[0]]).value
    }
    for name, job in wanted.items():
        if found.get(name) != job:
            answer = integrator.finish("/deploy", [[0, name, job]]).value
            assert answer.get("status") == "InService", answer
    return list(wanted)


@pytest.fixture
def nothing_begun(cloud: Any, models: list[str], sql: Any, prefix: str) -> Any:
    """No request of a test may make or remove anything."""

    def state() -> Any:
        tables = sql("select table_name from snowreel.information_schema.tables order by 1")
        ours = {name: config for name, config in cloud.endpoints().items() if prefix in name}
        return cloud.jobs(), cloud.objects(), ours, tables

    before = state()
    yield
    assert state() == before


@pytest.fixture
def wait() -> Callable[[Callable[[], Any], str], Any]:
    """Waits until something is true; gives it."""
    return eventually


def eventually(condition: Callable[[], Any], what: str, seconds: float = 60.0) -> Any:
    deadline = time.monotonic() + seconds
    while not (outcome := condition()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.02)
    return outcome


def _last_status(integrator: Integrator, job: str) -> str:
    eventually(lambda: _status(integrator, job) != "InProgress", "a training's end")
    return _status(integrator, job)


def _status(integrator: Integrator, job: str) -> str:
    # A loaded machine answers 429 now and then, which is no reason to give up.
    value = integrator.finish("/training-status", [[0, job]]).value
    assert "error" not in value, value
    return str(value["status"])


@pytest.fixture(scope="session")
def prefix() -> str:
    return PREFIX

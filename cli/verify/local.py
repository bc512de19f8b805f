"""The local stack as a deployment under test."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import snowflake.connector
from botocore.credentials import ReadOnlyCredentials

from cli.doctor import local as doctor
from cli.doctor.checks import walk
from cli.doctor.quotas import Demand
from cli.verify.site import Names, Site, StepError
from local import connection
from local.stack import (
    ANALYST_ROLE,
    DATABASE,
    OPERATOR_ROLE,
    PREFIX,
    REGION,
    SCHEMA,
    WAREHOUSE,
)
from local.state_folder import is_claimed
from local.supervisor import Options, running

_NO_CLOUDFORMATION = "the laptop has no CloudFormation; the running stack stands for it"

_NAMES = Names(
    environment="local",
    prefix=PREFIX,
    region=REGION,
    database=DATABASE,
    schema=SCHEMA,
    warehouse=WAREHOUSE,
    api_integration="SNOWREEL_API",
    owner_role="ACCOUNTADMIN",
    deployer_role="SNOWREEL_DEPLOYER",
    training_role="SNOWREEL_TRAINING",
    operator_role=OPERATOR_ROLE,
    analyst_role=ANALYST_ROLE,
    demand=Demand("ml.m5.large", max_concurrency=2),
)


class LocalSite(Site):
    """The stack that runs in a folder."""

    #: What the emulators do not do, by step.
    lacks = {  # noqa: RUF012 - as the base class declares it, a constant of each kind of site
        "quotas": "the laptop has no Service Quotas",
        "deploy": _NO_CLOUDFORMATION,
        "task": "the local warehouse has no tasks",
        "image changed": "the laptop runs the programs without an image",
        "image reverted": "the laptop runs the programs without an image",
        "alarm": "the laptop has no CloudWatch alarms",
        "destroy": _NO_CLOUDFORMATION,
        "leftovers": _NO_CLOUDFORMATION,
    }

    def __init__(self, state_dir: Path, folder: Path) -> None:
        super().__init__(_NAMES, folder)
        self._chain = doctor.Chain(connection.read(state_dir))
        self._description: dict[str, Any] = self._chain.description

    def connect(self) -> snowflake.connector.SnowflakeConnection:
        """A session of the administrator, who may act as each of the roles."""
        return snowflake.connector.connect(**self._description["administrator"])

    def client(self, service: str) -> Any:
        """A client of the local AWS, with the integrator's key."""
        return boto3.client(
            service,
            endpoint_url=self._description["aws_endpoint_url"],
            region_name=REGION,
            **self._description["credentials"],
        )

    def signer(self) -> ReadOnlyCredentials:
        """The integrator's key."""
        key = self._description["credentials"]
        return ReadOnlyCredentials(key["aws_access_key_id"], key["aws_secret_access_key"], None)

    def api_url(self) -> str:
        """Address of the local gateway."""
        return str(self._description["api_url"])

    def check_chain(self) -> str:
        """The doctor's checks of a local stack."""
        return walk(doctor.CHECKS, self._chain)

    def make(self, target: str, arguments: str, log: str) -> None:
        """Refuse: there is nothing that CDK could deploy to."""
        raise StepError(f"make {target} ({arguments}, {log}): {_NO_CLOUDFORMATION}.")


@contextmanager
def started(state_dir: Path) -> Iterator[None]:
    """The stack of the folder; it is started for the block if it does not run."""
    if is_claimed(state_dir):
        yield
        return
    with running(Options(state_dir=state_dir), lambda _: None):
        yield

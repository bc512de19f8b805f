"""A deployment on real accounts under test."""

import json
import os
import signal
import subprocess
import sys
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
import snowflake.connector
from botocore.credentials import ReadOnlyCredentials

from cli.doctor import cloud as doctor
from cli.doctor.checks import walk
from cli.doctor.quotas import Demand
from cli.errors import CommandError
from cli.verify import failures
from cli.verify.site import Names, Site, StepError
from functions.routes import STAGE

ROOT = Path(__file__).parents[2]


#: What is not done to a deployment of others, by step.
_LEFT_ALONE = dict.fromkeys(
    ("deploy", "image changed", "image reverted", "destroy", "leftovers"),
    "the stacks stay as they are",
) | {
    "REST": "the AWS identity in use only reads",
    "task": "the deployer's role need not run tasks",
    "alarm": "the AWS identity in use only reads",
}


class CloudSite(Site):
    """The deployment of an environment in cdk.json, behind a connection of connections.toml.

    Args:
        connection_name: The connection.
        environment: As in cdk.json.
        folder: Of logs.
        keeps: Whether the stacks stay at the end.
        is_deployed: Whether they are others', and nothing in AWS is changed.
    """

    def __init__(
        self,
        connection_name: str,
        environment: str,
        folder: Path,
        *,
        keeps: bool,
        is_deployed: bool = False,
    ) -> None:
        super().__init__(names_of(environment), folder, keeps=keeps)
        self._connection_name = connection_name
        self.lacks = _LEFT_ALONE if is_deployed else {}

    def connect(self) -> snowflake.connector.SnowflakeConnection:
        """A session of the connection's user."""
        return snowflake.connector.connect(connection_name=self._connection_name)

    def client(self, service: str) -> Any:
        """A client with the credentials in use, in the deployment's region."""
        return self._aws.client(service, region_name=self.names.region)

    def signer(self) -> ReadOnlyCredentials:
        """The credentials in use.

        Raises:
            StepError: There are none.
        """
        found = self._aws.get_credentials()
        if found is None:
            raise StepError("There are no AWS credentials: sign in to AWS.")
        return found.get_frozen_credentials()

    def api_url(self) -> str:
        """The address that the external functions call."""
        session = self._session_in_schema()
        try:
            api_id, region = doctor.CloudChain(session).api
        finally:
            session.close()
        return f"https://{api_id}.execute-api.{region}.amazonaws.com/{STAGE}"

    def check_chain(self) -> str:
        """The doctor's checks of a cloud deployment."""
        session = self._session_in_schema()
        try:
            return walk(doctor.CHECKS, doctor.CloudChain(session))
        finally:
            session.close()

    def make(self, target: str, arguments: str, log: str) -> None:
        """Run the pinned CDK through make; a failure is told by what its output names."""
        path = self.folder / log
        environment = f"ENVIRONMENT={self.names.environment}"
        if _run(["make", "--silent", target, f"ARGS={arguments}", environment], path):
            known = failures.of_cdk(path.read_text(errors="replace"))
            raise StepError(known or f"`make {target}` failed: {path} says why.")

    @cached_property
    def _aws(self) -> boto3.Session:
        return boto3.Session()

    def _session_in_schema(self) -> snowflake.connector.SnowflakeConnection:
        names = self.names
        session = self.connect()
        with session.cursor() as cursor:
            # people of other roles see no integration
            cursor.execute(f"use role {names.deployer_role}")
            cursor.execute(f"use warehouse {names.warehouse}")
            cursor.execute(f"use schema {names.database}.{names.schema}")
        return session


def names_of(environment: str) -> Names:
    """The names of an environment, from the one reader of cdk.json, as a program of its own.

    Raises:
        CommandError: cdk.json is wrong; the sentence is that of `make synth`.
    """
    command = [sys.executable, "-m", "infra.settings.names", "--environment", environment]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CommandError(done.stderr.strip().splitlines()[-1])
    found: dict[str, Any] = json.loads(done.stdout)
    return Names(**found["names"], demand=Demand(**found["demand"]))


def _run(command: list[str], log: Path) -> int:
    """Run a program and all that it starts; they end with an exception here, too."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=output, stderr=output, start_new_session=True
        )
        try:
            return process.wait()
        except BaseException:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()
            raise

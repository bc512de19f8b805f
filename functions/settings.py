"""The environment of the Lambda functions: every variable, what it means, who needs it.

Standard library only: `infra` and local mode fill exactly these variables, from this table.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from functions.routes import LambdaName


class SettingsError(Exception):
    """A variable of the environment is missing or malformed; the message names it."""


#: Variables of each Lambda function, one role and one environment each.
VARIABLES: dict[LambdaName, tuple[str, ...]] = {
    "train": (
        "SNOWREEL_PREFIX",
        "SNOWREEL_ARTIFACT_BUCKET",
        "SNOWREEL_IMAGE_URI",
        "SNOWREEL_TRAINING_ROLE_ARN",
        "SNOWREEL_TRAINING_INSTANCE_TYPE",
        "SNOWREEL_TRAINING_MAX_SECONDS",
        "SNOWREEL_SNOWFLAKE_CONNECTION",
        "SNOWREEL_DATABASE",
        "SNOWREEL_SCHEMA",
        "SNOWREEL_ALLOWED_SCHEMAS",
        "SNOWREEL_ANALYST_ROLE",
    ),
    "deploy": (
        "SNOWREEL_PREFIX",
        "SNOWREEL_ARTIFACT_BUCKET",
        "SNOWREEL_IMAGE_URI",
        "SNOWREEL_INFERENCE_ROLE_ARN",
        "SNOWREEL_INFERENCE_MEMORY_MB",
        "SNOWREEL_INFERENCE_MAX_CONCURRENCY",
        "SNOWREEL_INFERENCE_INSTANCE_TYPE",
        "SNOWREEL_INFERENCE_MIN_INSTANCES",
    ),
    "invoke": ("SNOWREEL_PREFIX",),
}

# The groups below are read field by field so that a missing variable is named in one sentence.


@dataclass(frozen=True, kw_only=True)
class TrainSettings:
    """What the `train` function needs to start a training job."""

    #: Every SageMaker resource of this stack is named `<prefix>-...`; IAM enforces it.
    prefix: str
    #: Bucket that receives the model artifacts.
    artifact_bucket: str
    #: Training and inference image, by digest.
    image_uri: str
    training_role_arn: str
    #: SageMaker instance type, for example `ml.m5.large`.
    training_instance_type: str
    #: Longest run of a training job, in seconds.
    training_max_seconds: int
    #: JSON: the training job's arguments of `snowflake.connector.connect`; no secret in it.
    snowflake_connection: str
    #: The stack's own database, in which bare and `schema.table` names are resolved.
    database: str
    #: Schema of bare names when the caller has none.
    schema: str
    #: Schemas whose tables may be read and replaced, upper case; empty: all of the database.
    allowed_schemas: frozenset[str]
    #: Role that may read the tables that a training job creates.
    analyst_role: str


@dataclass(frozen=True, kw_only=True)
class DeploySettings:
    """What the `deploy` function needs to create, update and remove endpoints."""

    prefix: str
    artifact_bucket: str
    image_uri: str
    inference_role_arn: str
    #: Memory of a serverless endpoint: 1024 to 6144, in steps of 1024.
    inference_memory_mb: int
    #: Concurrent invocations of a serverless endpoint: 1 to 200.
    inference_max_concurrency: int
    #: SageMaker instance type of endpoints that always run; empty: endpoints are serverless.
    inference_instance_type: str
    #: How many instances an endpoint begins with, where it is not serverless.
    inference_min_instances: int


@dataclass(frozen=True, kw_only=True)
class InvokeSettings:
    """What the `invoke` function needs to find the endpoints."""

    prefix: str


def read_train(environ: Mapping[str, str]) -> TrainSettings:
    """Read the `train` function's settings; raise SettingsError naming what is wrong."""
    return TrainSettings(
        prefix=_text(environ, "SNOWREEL_PREFIX"),
        artifact_bucket=_text(environ, "SNOWREEL_ARTIFACT_BUCKET"),
        image_uri=_text(environ, "SNOWREEL_IMAGE_URI"),
        training_role_arn=_text(environ, "SNOWREEL_TRAINING_ROLE_ARN"),
        training_instance_type=_text(environ, "SNOWREEL_TRAINING_INSTANCE_TYPE"),
        training_max_seconds=_number(environ, "SNOWREEL_TRAINING_MAX_SECONDS"),
        snowflake_connection=_text(environ, "SNOWREEL_SNOWFLAKE_CONNECTION"),
        database=_text(environ, "SNOWREEL_DATABASE"),
        schema=_text(environ, "SNOWREEL_SCHEMA"),
        allowed_schemas=frozenset(
            name.strip().upper()
            for name in environ.get("SNOWREEL_ALLOWED_SCHEMAS", "").split(",")
            if name.strip()
        ),
        analyst_role=_text(environ, "SNOWREEL_ANALYST_ROLE"),
    )


def read_deploy(environ: Mapping[str, str]) -> DeploySettings:
    """Read the `deploy` function's settings; raise SettingsError naming what is wrong."""
    return DeploySettings(
        prefix=_text(environ, "SNOWREEL_PREFIX"),
        artifact_bucket=_text(environ, "SNOWREEL_ARTIFACT_BUCKET"),
        image_uri=_text(environ, "SNOWREEL_IMAGE_URI"),
        inference_role_arn=_text(environ, "SNOWREEL_INFERENCE_ROLE_ARN"),
        inference_memory_mb=_number(environ, "SNOWREEL_INFERENCE_MEMORY_MB"),
        inference_max_concurrency=_number(environ, "SNOWREEL_INFERENCE_MAX_CONCURRENCY"),
        inference_instance_type=environ.get("SNOWREEL_INFERENCE_INSTANCE_TYPE", ""),
        inference_min_instances=_number(environ, "SNOWREEL_INFERENCE_MIN_INSTANCES"),
    )


def read_invoke(environ: Mapping[str, str]) -> InvokeSettings:
    """Read the `invoke` function's settings; raise SettingsError naming what is wrong."""
    return InvokeSettings(prefix=_text(environ, "SNOWREEL_PREFIX"))


@lru_cache
def train_settings() -> TrainSettings:
    """Settings of this process, read once."""
    return read_train(os.environ)


@lru_cache
def deploy_settings() -> DeploySettings:
    """Settings of this process, read once."""
    return read_deploy(os.environ)


@lru_cache
def invoke_settings() -> InvokeSettings:
    """Settings of this process, read once."""
    return read_invoke(os.environ)


def _text(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "")
    if not value:
        raise SettingsError(f"The variable {name} is not set: the function's environment needs it.")
    return value


def _number(environ: Mapping[str, str], name: str) -> int:
    value = _text(environ, name)
    if not value.isdecimal():
        raise SettingsError(f"The variable {name} must be a whole number, not {value!r}.")
    return int(value)

"""Settings of the Lambda functions: each field is a variable of the environment.

The field `artifact_bucket` is the variable `SNOWREEL_ARTIFACT_BUCKET`, read by the field's type.
Standard library only: `infra` and local mode fill the same classes and write them as variables.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, Self, TypeVar, get_type_hints

from functions.lambdas import LambdaName

_PREFIX = "SNOWREEL_"


class SettingsError(Exception):
    """A variable of the environment is missing or malformed; the message names it."""


@dataclass(frozen=True, kw_only=True)
class TrainSettings:
    """Settings of the `train` function, which starts training jobs."""

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
    allowed_schemas: tuple[str, ...]
    #: State machine of the nightly loop; None: the deployment has none.
    state_machine_arn: str | None
    #: Ratings newer than the model that serves, at least, that a judgement fits a model for.
    least_new_ratings: int


@dataclass(frozen=True, kw_only=True)
class DeploySettings:
    """Settings of the `deploy` function, which creates, updates and removes endpoints."""

    prefix: str
    artifact_bucket: str
    image_uri: str
    inference_role_arn: str
    #: Memory of a serverless endpoint: 1024 to 6144, in steps of 1024.
    inference_memory_mb: int
    #: Concurrent invocations of a serverless endpoint: 1 to 200.
    inference_max_concurrency: int
    #: SageMaker instance type of endpoints that always run; None: endpoints are serverless.
    inference_instance_type: str | None
    #: Number of instances that an endpoint begins with, where it is not serverless.
    inference_min_instances: int
    #: Versions of a model, the one in service included, whose configuration is kept.
    versions_kept: int
    #: How much worse than what serves a candidate's figures may be, and still be promoted.
    tolerance_percent: int
    #: Ratings of a candidate's training, at least, as a share of those of what serves.
    least_ratings_percent: int
    #: Ratings that repeat a user and item, at most, among a candidate's.
    most_repeated_percent: int
    #: Ratings newer than the model that serves, at least, for a judgement on them to decide.
    least_new_ratings: int
    #: How far a candidate's ratings may be from those of what serves, as a share of the scale.
    most_shifted_percent: int
    #: Seconds after which every `invoke` function knows a challenger's new share.
    share_seconds: int


@dataclass(frozen=True, kw_only=True)
class InvokeSettings:
    """Settings of the `invoke` function, which finds the endpoints."""

    prefix: str
    #: Age of what the function knows of a challenger's share, at most, in seconds.
    share_seconds: int


@dataclass(frozen=True, kw_only=True)
class RetrainSettings(TrainSettings, DeploySettings):
    """Settings of the `retrain` function, which trains and deploys by itself."""

    @classmethod
    def of(cls, train: TrainSettings, deploy: DeploySettings) -> Self:
        """The settings of both functions in one."""
        return cls(**{**vars(train), **vars(deploy)})


LambdaSettings = TrainSettings | DeploySettings | InvokeSettings | RetrainSettings
Kind = TypeVar("Kind", bound=LambdaSettings)

#: Settings of each Lambda function, one role and one environment each.
SETTINGS: dict[LambdaName, type[LambdaSettings]] = {
    "train": TrainSettings,
    "deploy": DeploySettings,
    "invoke": InvokeSettings,
    "retrain": RetrainSettings,
}


def variables(settings: LambdaSettings) -> dict[str, str]:
    """Settings as the variables that `read` reads."""
    values = {field.name: getattr(settings, field.name) for field in fields(settings)}
    return {_variable(name): _written(value) for name, value in values.items()}


def read(kind: type[Kind], environ: Mapping[str, str]) -> Kind:
    """Settings out of an environment.

    Raises:
        SettingsError: A variable is missing or malformed; the sentence names it.
    """
    types = get_type_hints(kind)
    return kind(**{name: _READERS[types[name]](environ, _variable(name)) for name in types})


@lru_cache
def train_settings() -> TrainSettings:
    """Settings of this process, read once."""
    return read(TrainSettings, os.environ)


@lru_cache
def deploy_settings() -> DeploySettings:
    """Settings of this process, read once."""
    return read(DeploySettings, os.environ)


@lru_cache
def invoke_settings() -> InvokeSettings:
    """Settings of this process, read once."""
    return read(InvokeSettings, os.environ)


@lru_cache
def retrain_settings() -> RetrainSettings:
    """Settings of this process, read once."""
    return read(RetrainSettings, os.environ)


def _variable(field: str) -> str:
    return _PREFIX + field.upper()


def _written(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(value)
    return "" if value is None else str(value)


def _text(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "")
    if not value:
        raise SettingsError(f"The variable {name} is not set: the function's environment needs it.")
    return value


def _optional_text(environ: Mapping[str, str], name: str) -> str | None:
    return environ.get(name) or None


def _number(environ: Mapping[str, str], name: str) -> int:
    value = _text(environ, name)
    if not value.isdecimal():
        raise SettingsError(f"The variable {name} must be a whole number, not {value!r}.")
    return int(value)


def _names(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    parts = environ.get(name, "").split(",")
    return tuple(part.strip().upper() for part in parts if part.strip())


_READERS: dict[Any, Callable[[Mapping[str, str], str], Any]] = {
    str: _text,
    str | None: _optional_text,
    int: _number,
    tuple[str, ...]: _names,
}

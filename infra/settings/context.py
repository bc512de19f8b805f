"""The one reader of the CDK context; anything wrong with it is told in one sentence."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from infra.settings.connections import training_connection
from infra.settings.model import Environment
from infra.settings.settings import Settings

_GROUP = "environments"
#: A value in the environment of a training job.
_LONGEST_TRAINING_VARIABLE = 512
#: All variables of a function together may have 4 KB; the others take less than half of it.
_LONGEST_SCHEMAS = 2000
#: "snowreel-" and this make at most 20 characters, which leaves 40 for the name of a model.
_NAME = re.compile(r"[a-z][a-z0-9]{0,10}")


class ContextError(Exception):
    """The context in `cdk.json` is missing something or holds something malformed."""


def context_in(path: str, environment: str) -> dict[str, Any]:
    """The context in a `cdk.json`, with the environment that is asked for."""
    values: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))["context"]
    return values | {"environment": environment}


def read(get_context: Callable[[str], object]) -> Settings:
    """The settings of the deployment that the context `environment` names (default: dev).

    Args:
        get_context: Value of a context key, None where it is absent.

    Raises:
        ContextError: Something is missing or malformed; the sentence names it.
    """
    name = get_context("environment") or "dev"
    environments = get_context(_GROUP)
    if not isinstance(environments, Mapping):
        raise ContextError(f"The context `{_GROUP}` is missing: add this group to cdk.json.")
    if not isinstance(name, str) or environments.get(name) is None:
        raise ContextError(
            f"The context `{_GROUP}` in cdk.json has no {name!r}: "
            f"choose one of {', '.join(environments)} with `-c environment=NAME`."
        )
    if not _NAME.fullmatch(name):
        raise ContextError(
            f"The environment {name!r} in cdk.json must have another name: "
            "1 to 11 lower-case letters and digits, a letter first."
        )
    found = _checked(environments[name], (_GROUP, name))
    refresh = str(get_context("refresh") or "")
    settings = Settings.model_construct(**dict(found), environment=name, refresh=refresh)
    _check_lengths(settings)
    return settings


def _check_lengths(settings: Settings) -> None:
    """See that what the names make together fits where AWS puts it.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html and
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    """
    group = f"The context `{_GROUP}.{settings.environment}.snowflake`"
    sign_in = len(json.dumps(training_connection(settings)))
    if sign_in > _LONGEST_TRAINING_VARIABLE:
        raise ContextError(
            f"{group} makes the sign-in of training jobs {sign_in} characters long, and SageMaker "
            f"takes {_LONGEST_TRAINING_VARIABLE}: choose shorter names."
        )
    schemas = len(",".join(settings.snowflake.allowed_schemas))
    if schemas > _LONGEST_SCHEMAS:
        raise ContextError(
            f"{group} names `allowed_schemas` of {schemas} characters, and the variables of a "
            f"Lambda function have room for {_LONGEST_SCHEMAS}: name fewer."
        )


def _checked(content: object, path: tuple[str, ...]) -> Environment:
    try:
        return Environment.model_validate(content)
    except ValidationError as error:
        first, *_ = error.errors(include_url=False)
        raise ContextError(_sentence(first, path)) from None


def _sentence(error: ErrorDetails, path: tuple[str, ...]) -> str:
    steps: list[str | int] = [*path, *error["loc"]]
    *group, key = steps
    if error["type"] == "extra_forbidden":
        return f"The context `{_joined(group)}` has no setting `{key}`: remove it."
    return f"The context `{_joined(steps)}` {error['msg']}."


def _joined(path: Iterable[str | int]) -> str:
    """A path as people write it: `a.b[1]`."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")

"""Calls of SageMaker's control plane: named errors, bounded in time. One client per process."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NoReturn

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from functions.aws_calls import (
    CALL_SECONDS,
    CLIENT_CONFIG,
    answer,
    code_and_message,
    is_transient,
)
from functions.deadline import Deadline
from functions.errors import BusyError
from functions.sagemaker.errors import (
    ImageError,
    MissingError,
    QuotaError,
    SageMakerError,
    TakenError,
    UnreadableError,
)

_MISSING_TEXTS = ("could not find", "does not exist", "not found")

_NAMED_TEXTS: dict[str, type[SageMakerError]] = {
    "could not access model data": UnreadableError,
    "unsupported manifest media type": ImageError,
}


@lru_cache
def control_client() -> Any:
    """The process's client of the control plane; boto3 finds address and credentials itself."""
    return boto3.client("sagemaker", config=Config(**CLIENT_CONFIG))


@lru_cache
def brief_client() -> Any:
    """The process's client for what a request would like to know and can do without."""
    return boto3.client(
        "sagemaker",
        config=Config(
            connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 1}
        ),
    )


@dataclass(frozen=True)
class BoundedCalls:
    """Calls of one request, none of which begins if it could outlast the deadline."""

    deadline: Deadline

    def __call__(self, operation: str, /, **parameters: Any) -> Any:
        """The answer of an operation; see `control_plane.Caller`."""
        self.deadline.require(CALL_SECONDS)
        return _answer(control_client(), operation, parameters)


class BriefCalls:
    """Calls that give up within seconds, and are not repeated."""

    def __call__(self, operation: str, /, **parameters: Any) -> Any:
        """The answer of an operation; see `control_plane.Caller`."""
        return _answer(brief_client(), operation, parameters)


def _answer(client: Any, operation: str, parameters: Mapping[str, Any]) -> Any:
    return answer(
        getattr(client, operation),
        parameters,
        service="SageMaker",
        refuse=_raise_named,
        unnamed=SageMakerError,
    )


def _raise_named(error: ClientError) -> NoReturn:
    """SageMaker tells most refusals apart by their text alone: one code, ValidationException."""
    code, message = code_and_message(error)
    lowered = message.lower()
    if is_transient(error):
        raise BusyError("SageMaker takes no more requests at the moment: send it again.") from error
    if code == "ResourceNotFound" or any(text in lowered for text in _MISSING_TEXTS):
        raise MissingError(message) from error
    if "already exist" in lowered:
        raise TakenError(message) from error
    if code == "ResourceLimitExceeded":
        raise QuotaError(message) from error
    if "in-progress" in lowered or "in progress" in lowered:
        raise BusyError("The endpoint is being changed already: send it again.") from error
    # CreateTrainingJob has a code for a taken name; its text differs between regions.
    if code == "ResourceInUse":
        raise TakenError(message) from error
    kind = next((kind for text, kind in _NAMED_TEXTS.items() if text in lowered), SageMakerError)
    raise kind(f"{code}: {message}" if kind is SageMakerError else message) from error

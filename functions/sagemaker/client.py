"""Calls of SageMaker's control plane: named errors, bounded in time. One client per process."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NoReturn

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as BotoConnectionError

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

_CONNECT_SECONDS, _READ_SECONDS, _ATTEMPTS = 2, 6, 2
#: The worst case of one call, retry and backoff included: less time left, and it is not begun.
CALL_SECONDS = _ATTEMPTS * (_CONNECT_SECONDS + _READ_SECONDS) + 1.0

#: How boto3 asks the control planes.
CLIENT_CONFIG: dict[str, Any] = {
    "connect_timeout": _CONNECT_SECONDS,
    "read_timeout": _READ_SECONDS,
    "retries": {"mode": "standard", "total_max_attempts": _ATTEMPTS},
}

#: Errors of boto3 when the other side cannot be reached or does not answer in time.
UNREACHABLE = (HTTPClientError, BotoConnectionError)

_TRANSIENT_CODES = frozenset(
    {
        # somebody else changes the same group of versions
        "ConflictException",
        "InternalFailure",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
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
    try:
        return getattr(client, operation)(**parameters)
    except ClientError as error:
        _raise_named(error)
    except UNREACHABLE as error:
        raise BusyError("SageMaker did not answer in time: send it again.") from error
    except BotoCoreError as error:
        raise SageMakerError(str(error)) from error


def is_transient(error: ClientError) -> bool:
    """True for an error after which the same call may succeed in a while."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return error.response["Error"]["Code"] in _TRANSIENT_CODES or status >= 500 or status == 429


def _raise_named(error: ClientError) -> NoReturn:
    """SageMaker tells most refusals apart by their text alone: one code, ValidationException."""
    code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
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

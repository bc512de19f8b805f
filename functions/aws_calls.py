"""Calls of AWS's control planes: how long one may take, and which of its errors pass."""

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as BotoConnectionError

from functions.errors import BusyError

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


def answer(
    call: Callable[..., Any],
    parameters: Mapping[str, Any],
    *,
    service: str,
    refuse: Callable[[ClientError], NoReturn],
    unnamed: type[Exception],
) -> Any:
    """The answer of a call.

    Args:
        call: An operation of a boto3 client.
        parameters: Of the call.
        service: As sentences name it.
        refuse: Raises the error that a refusal of the service stands for.
        unnamed: What any other error of boto3 is.

    Raises:
        BusyError: The service did not answer in time.
    """
    try:
        return call(**parameters)
    except ClientError as error:
        refuse(error)
    except UNREACHABLE as error:
        raise BusyError(f"{service} did not answer in time: send it again.") from error
    except BotoCoreError as error:
        raise unnamed(str(error)) from error


def is_transient(error: ClientError) -> bool:
    """True for an error after which the same call may succeed in a while."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return error.response["Error"]["Code"] in _TRANSIENT_CODES or status >= 500 or status == 429


def code_and_message(error: ClientError) -> tuple[str, str]:
    """Code and message of a refusal, as the service gave them."""
    return error.response["Error"]["Code"], error.response["Error"].get("Message", "")

"""Calls of Step Functions: named errors, bounded in time. One client per process."""

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
from functions.step_functions.errors import (
    MissingExecutionError,
    StepFunctionsError,
    TakenExecutionError,
)

_NAMED_CODES: dict[str, type[StepFunctionsError]] = {
    "ExecutionAlreadyExists": TakenExecutionError,
    "ExecutionDoesNotExist": MissingExecutionError,
    "StateMachineDoesNotExist": MissingExecutionError,
}
#: The number of executions that an account may have open, and bursts of new ones.
_BUSY_CODES = frozenset({"ExecutionLimitExceeded"})


@lru_cache
def client() -> Any:
    """The process's client; boto3 finds address and credentials itself."""
    return boto3.client("stepfunctions", config=Config(**CLIENT_CONFIG))


@dataclass(frozen=True)
class StateMachineCalls:
    """Calls of one request, none of which begins if it could outlast the deadline."""

    deadline: Deadline

    def __call__(self, operation: str, /, **parameters: Any) -> Any:
        """The answer of an operation; see `executions.Caller`."""
        self.deadline.require(CALL_SECONDS)
        return answer(
            getattr(client(), operation),
            parameters,
            service="Step Functions",
            refuse=_raise_named,
            unnamed=StepFunctionsError,
        )


def _raise_named(error: ClientError) -> NoReturn:
    code, message = code_and_message(error)
    if is_transient(error) or code in _BUSY_CODES:
        raise BusyError("Step Functions takes no more requests now: send it again.") from error
    raise _NAMED_CODES.get(code, StepFunctionsError)(f"{code}: {message}") from error

"""Errors of executions as Step Functions has them, where moto's interpreter has others.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from moto.stepfunctions.parser.api import HistoryEventType, TaskFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import (
    CustomErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import (
    ErrorEqualsDecl,
)
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import (
    StatesErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import (
    StatesErrorNameType,
)
from moto.stepfunctions.parser.asl.component.state.choice.comparison.comparison_operator_type import (  # noqa: E501
    ComparisonOperatorType,
)
from moto.stepfunctions.parser.asl.component.state.choice.comparison.comparison_variable import (
    ComparisonVariable,
)
from moto.stepfunctions.parser.asl.component.state.choice.comparison.variable import NoSuchVariable
from moto.stepfunctions.parser.asl.component.state.choice.state_choice import StateChoice
from moto.stepfunctions.parser.asl.component.state.exec.state_task.lambda_eval_utils import (
    LambdaFunctionErrorException,
)
from moto.stepfunctions.parser.asl.eval.environment import Environment

from aws_local.wire.service_model import service_model

#: Errors that the wildcards do not catch.
_TERMINAL = frozenset({"States.DataLimitExceeded", "States.Runtime"})
#: Failures of a function that Step Functions reports as unknown, whatever Lambda calls them.
#: https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html
_UNKNOWN = frozenset({None, "Sandbox.Timedout", "Runtime.ExitError"})


def spared(equals: Callable[[Any, Environment], None]) -> Callable[[Any, Environment], None]:
    """Errors that a retrier or catcher names: no wildcard means a terminal one."""

    def spare(self: ErrorEqualsDecl, env: Environment) -> None:
        error = env.stack[-1]
        equals(self, env)
        if error.error_name in _TERMINAL and error not in self.error_names:
            env.stack[-1] = False

    return spare


def demand(self: ComparisonVariable, env: Environment) -> None:
    """Compare a variable; one that is not there fails the execution, unless that is the question.

    https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
    """
    self.variable.eval(env)
    function: Any = self.comparison_function
    is_there = not isinstance(env.stack[-1], NoSuchVariable)
    if not is_there and function.operator_type != ComparisonOperatorType.IsPresent:
        path = self.variable.string_sampler.literal_value
        raise _failure(
            env,
            StatesErrorNameType.StatesRuntime,
            f"Invalid path '{path}': The choice state's condition path references an invalid "
            "value.",
        )
    function.eval(env)


def matched(choose: Callable[[Any, Environment], None]) -> Callable[[Any, Environment], None]:
    """The choice of a state; no rule that holds, and no default, is an error of its own."""

    def match(self: StateChoice, env: Environment) -> None:
        try:
            choose(self, env)
        except RuntimeError:
            cause = f"No choice rule of the state '{self.name}' matched, and it has no Default."
            raise _failure(env, StatesErrorNameType.StatesNoChoiceMatched, cause) from None

    return match


def _failure(env: Environment, kind: StatesErrorNameType, cause: str) -> FailureEventException:
    details: Any = {
        "taskFailedEventDetails": TaskFailedEventDetails(error=kind.to_name(), cause=cause)
    }
    return FailureEventException(
        FailureEvent(env, StatesErrorName(kind), HistoryEventType.TaskFailed, details)
    )


def as_lambdas(failure: Callable[..., Any]) -> Callable[..., Any]:
    """The failure of a function's task, called as Step Functions calls it."""

    def named(self: Any, env: Environment, ex: Exception) -> Any:
        event = failure(self, env, ex)
        if (found := _error_and_cause(ex)) and event.event_details:
            error, cause = found
            event.error_name = CustomErrorName(error)
            next(iter(event.event_details.values())).update(error=error, cause=cause)
        return event

    return named


def _error_and_cause(error: Exception) -> tuple[str, str] | None:
    """None for what the interpreter calls right."""
    if isinstance(error, LambdaFunctionErrorException):
        return _unknown(error.payload) if _error_type(error.payload) in _UNKNOWN else None
    if isinstance(error, ClientError):
        code = error.response["Error"]["Code"]
        return f"Lambda.{code if code in _codes() else 'AWSLambdaException'}", _cause(error)
    if isinstance(error, BotoCoreError):
        return "Lambda.SdkClientException", str(error)
    return None


def _unknown(payload: str) -> tuple[str, str]:
    cause = (
        "The cause could not be determined because Lambda did not return an error type. "
        f"Returned payload: {payload}"
    )
    return "Lambda.Unknown", cause


def _error_type(payload: str) -> str | None:
    document = json.loads(payload)
    return document.get("errorType") if isinstance(document, dict) else None


@cache
def _codes() -> frozenset[str]:
    """Codes that the SDK knows as faults of Invoke; others are the service's in general."""
    shapes = service_model("lambda").operation_model("Invoke").error_shapes
    return frozenset(shape.name for shape in shapes)


def _cause(error: ClientError) -> str:
    answer = error.response["ResponseMetadata"]
    return (
        f"{error.response['Error']['Message']} (Service: Lambda, Status Code: "
        f"{answer['HTTPStatusCode']}, Request ID: {answer.get('RequestId')})"
    )

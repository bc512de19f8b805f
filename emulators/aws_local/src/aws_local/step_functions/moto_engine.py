"""moto's interpreter of the Amazon States Language, corrected where it differs from AWS.

It is LocalStack's, and calls AWS as nobody in particular; here a task's calls are signed by the
role of its state machine. Importing this module corrects it, once for the process.
"""

import logging
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jsonpath_ng.ext.parser import parse
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import (
    CustomErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import (
    ErrorEqualsDecl,
)
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.common.retry.jitter_strategy_decl import (
    JitterStrategyDecl,
)
from moto.stepfunctions.parser.asl.component.state.choice.comparison.comparison_variable import (
    ComparisonVariable,
)
from moto.stepfunctions.parser.asl.component.state.choice.state_choice import StateChoice
from moto.stepfunctions.parser.asl.component.state.exec.state_task.credentials import (
    StateCredentials,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_lambda import (  # noqa: E501
    StateTaskServiceLambda,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task_lambda import (
    StateTaskLambda,
)
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import (
    WaitFunction,
)
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.evaluation_details import AWSExecutionDetails
from moto.stepfunctions.parser.asl.utils.boto_client import boto_client_for
from moto.stepfunctions.parser.asl.utils.json_path import extract_json

from aws_local.step_functions.moto_errors import as_lambdas, demand, matched, spared
from aws_local.step_functions.task_clients import TaskClients

#: A stopped execution is noticed by a state that waits within this time.
_LONGEST_NAP_SECONDS = 1.0
#: A path that may find many values: wildcard, descent, filter, slice, union.
_MANY = re.compile(r"\*|\.\.|\?|\[[^\]'\"]*[:,]")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


class Surroundings(AWSExecutionDetails):
    """Facts that the interpreter hands on to all branches of an execution."""

    def __init__(
        self, *, account: str, region: str, role_arn: str, clients: TaskClients, longest_wait: float
    ) -> None:
        super().__init__(account=account, region=region, role_arn=role_arn)
        self.clients = clients
        #: Seconds that a Wait state and the interval before a retry last at most.
        self.longest_wait = longest_wait


class ExecutionEnvironment(Environment):
    """The interpreter's state of one execution: its first end is its end.

    What goes on in a stopped execution fails for want of a running one, and would say so.
    """

    #: True for an execution that nobody waits for, even if it has not begun.
    is_stopped = False

    def is_running(self) -> bool:
        """True until the execution ends, or is stopped."""
        return not self.is_stopped and bool(super().is_running())

    def set_error(self, error: Any) -> None:
        """Fail, unless the execution has ended."""
        if self.is_running():
            super().set_error(error)


@dataclass
class RoleCredentials(StateCredentials):
    """The role that a task's calls are signed by, with its clients."""

    clients: TaskClients


def _role_credentials(_: StateTask, env: Environment) -> RoleCredentials:
    surroundings: Any = env.aws_execution_details
    return RoleCredentials(role_arn=surroundings.role_arn, clients=surroundings.clients)


def _role_client(service: str, state_credentials: RoleCredentials, **_: Any) -> Any:
    return state_credentials.clients.client(service, state_credentials.role_arn)


def _wait(_: WaitFunction, env: Environment, wait_seconds: float) -> None:
    surroundings: Any = env.aws_execution_details
    deadline = time.monotonic() + min(wait_seconds, surroundings.longest_wait)
    while env.is_running() and (left := deadline - time.monotonic()) > 0:
        env.program_state_event.wait(min(left, _LONGEST_NAP_SECONDS))


def _limited(interval: Callable[[Any, Environment], None]) -> Callable[[Any, Environment], None]:
    """The last rule on the interval before a retry: it is not longer than a wait may be."""

    def limited(self: JitterStrategyDecl, env: Environment) -> None:
        interval(self, env)
        surroundings: Any = env.aws_execution_details
        env.stack.append(min(env.stack.pop(), surroundings.longest_wait))

    return limited


_parsed = lru_cache(maxsize=1024)(parse)


def _extracted(path: str, data: Any) -> Any:
    """Values of a path: one, or a list where it may find many; moto's rule is another."""
    found = [match.value for match in _parsed(path).find(data)]
    if not found:
        return extract_json(path, data)
    return found if _MANY.search(_QUOTED.sub("", path)) else found[0]


def _replace(owner: Any, name: str, replacement: Any) -> None:
    setattr(owner, name, replacement)


def _replace_everywhere(original: Any, replacement: Any) -> None:
    """Replace a function in all of the interpreter's modules that have imported it."""
    for name, module in list(sys.modules.items()):
        if name.startswith("moto.stepfunctions."):
            for attribute in [key for key, value in vars(module).items() if value is original]:
                _replace(module, attribute, replacement)


def _correct() -> None:
    # what fails is in the history of its execution; the log would get pages of it
    logging.getLogger("moto.stepfunctions").setLevel(logging.CRITICAL)
    _replace_everywhere(boto_client_for, _role_client)
    _replace_everywhere(extract_json, _extracted)
    _replace_everywhere(parse, _parsed)
    _replace(StateTask, "_eval_state_credentials", _role_credentials)
    _replace(WaitFunction, "_wait_interval", _wait)
    _replace(JitterStrategyDecl, "_eval_body", _limited(JitterStrategyDecl._eval_body))
    # a branch hands on an error of the language's own, too
    _replace(CustomErrorName, "__init__", ErrorName.__init__)
    _replace(ErrorEqualsDecl, "_eval_body", spared(ErrorEqualsDecl._eval_body))
    _replace(ComparisonVariable, "_eval_body", demand)
    _replace(StateChoice, "_eval_state", matched(StateChoice._eval_state))
    for task in (StateTaskLambda, StateTaskServiceLambda):
        _replace(task, "_from_error", as_lambdas(task._from_error))


_correct()

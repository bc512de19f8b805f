"""The services of one account that are not moto's, begun and ended together."""

from pathlib import Path
from typing import TYPE_CHECKING

from loopback.service import ServiceError

from aws_local.iam.authority import Authority
from aws_local.lambda_runtime.asset import copy_asset
from aws_local.lambda_runtime.environment import FunctionConfiguration
from aws_local.lambda_runtime.execution_role import require_rights
from aws_local.lambda_runtime.function_pool import FunctionPool
from aws_local.lambda_runtime.invocations import Invocations
from aws_local.scheduler.service import Scheduler
from aws_local.settings import Account, FunctionSettings, Settings
from aws_local.sns.topics import Topics

if TYPE_CHECKING:
    from aws_local.step_functions.service import StepFunctions
    from aws_local.wire.call import Service


class Emulator:
    """Functions, topics, state machines and schedules."""

    def __init__(self, settings: Settings) -> None:
        """Read what is kept; raise ServiceError for what could not run on AWS."""
        self.functions = function_pools(settings)
        self._behind_the_api = sorted(set(settings.api.routes.values()))
        self._invocations = Invocations(self.functions.values(), settings.account)
        self._step_functions = _step_functions(settings)
        #: What answers in place of moto, by the name that calls are signed for.
        self.services: dict[str, Service] = {"lambda": self._invocations}
        if settings.sns:
            self.services["sns"] = Topics(settings.sns, settings.account)
        if self._step_functions:
            self.services["states"] = self._step_functions
        self.scheduler = _scheduler(settings, self._step_functions)
        if self.scheduler:
            self.services["scheduler"] = self.scheduler

    def begin(self) -> None:
        """Run from now on, on the caller's event loop.

        One environment of each function behind the API is warm; the others begin when called.
        """
        for name in self._behind_the_api:
            self.functions[name].warm()
        self._invocations.begin()
        if self._step_functions:
            self._step_functions.begin()
        if self.scheduler:
            self.scheduler.begin()

    async def end(self) -> None:
        """End the functions; what machines are at is left for the next start."""
        if self.scheduler:
            self.scheduler.close()
        if self._step_functions:
            self._step_functions.close()
        for pool in self.functions.values():
            await pool.close()


def function_pools(settings: Settings) -> dict[str, FunctionPool]:
    """The functions; raise ServiceError where Lambda could not run one under its role."""
    code = copy_asset(settings.code.root, settings.code.files, settings.code.copies)
    authority = Authority(settings.account)
    for function in settings.functions.values():
        require_rights(function, settings.account, authority)
    return {
        name: FunctionPool(configuration(settings.account, function, code))
        for name, function in settings.functions.items()
    }


def _step_functions(settings: Settings) -> "StepFunctions | None":
    if settings.step_functions is None:
        return None
    # Not at the top: the interpreter takes a second to import, and not everybody has a machine.
    from aws_local.step_functions.service import StepFunctions  # noqa: PLC0415

    endpoint = f"http://localhost:{settings.s3.port}"
    return StepFunctions(settings.step_functions, settings.account, endpoint)


def _scheduler(settings: Settings, machines: "StepFunctions | None") -> Scheduler | None:
    if settings.scheduler is None:
        return None
    if settings.step_functions is None or machines is None:
        raise ServiceError("Schedules start state machines: add step_functions to the settings.")
    names = {machine.name for machine in settings.step_functions.state_machines}
    for schedule in settings.scheduler.schedules:
        if schedule.state_machine not in names:
            raise ServiceError(
                f"The schedule {schedule.name} starts {schedule.state_machine}, which is no state "
                "machine of the settings."
            )
    return Scheduler(settings.scheduler, settings.account, machines.start)


def configuration(
    account: Account, function: FunctionSettings, code: Path
) -> FunctionConfiguration:
    """The configuration of a function whose code is the copy at `code`."""
    return FunctionConfiguration(
        name=function.name,
        arn=account.arn("lambda", f"function:{function.name}"),
        handler=function.handler,
        code=code,
        variables={
            **function.variables,
            **account.principals[function.role].credentials.variables(),
        },
        log=function.log,
        timeout_seconds=function.timeout_seconds,
        memory_mb=function.memory_mb,
    )

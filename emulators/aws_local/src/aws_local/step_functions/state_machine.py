"""A state machine of the settings, and the right to run under its role."""

import math
import re
import time

from loopback.service import ServiceError

from aws_local.iam.authority import ASSUME_ROLE, Authority
from aws_local.iam.request import AccessRequest, Caller
from aws_local.settings import Account, StateMachineSettings, StepFunctionsSettings
from aws_local.step_functions.definition import MAX_NAME_CHARACTERS, DefinitionError
from aws_local.step_functions.execution_files import Document, ExecutionFiles
from aws_local.step_functions.moto_engine import Surroundings
from aws_local.step_functions.program import Program, Run
from aws_local.step_functions.task_clients import TaskClients

SERVICE = "states.amazonaws.com"
_NAME = re.compile(rf"[A-Za-z0-9_-]{{1,{MAX_NAME_CHARACTERS}}}")


class StateMachine:
    """A standard workflow."""

    def __init__(
        self,
        settings: StateMachineSettings,
        all_settings: StepFunctionsSettings,
        account: Account,
        clients: TaskClients,
    ) -> None:
        """Read the definition; raise ServiceError if it cannot run."""
        self.name = settings.name
        self.arn = account.arn("states", f"stateMachine:{settings.name}")
        self.role_arn = account.principals[settings.role].arn
        self.definition = settings.definition
        self.created = time.time()
        self._program = _program(settings)
        self.files = ExecutionFiles(all_settings.folder / settings.name)
        longest = all_settings.wait_seconds_at_most
        self._surroundings = Surroundings(
            account=account.account_id,
            region=account.region,
            role_arn=self.role_arn,
            clients=clients,
            longest_wait=math.inf if longest is None else longest,
        )

    def execution_arn(self, name: str) -> str:
        """Address of an execution."""
        return f"{self.arn.replace(':stateMachine:', ':execution:', 1)}:{name}"

    def run(self, document: Document) -> Run:
        """The run of an execution, not yet begun."""
        return Run(self._program, document, machine_name=self.name, surroundings=self._surroundings)


def require_trust(machine: StateMachine, account: Account, authority: Authority) -> None:
    """Raise ServiceError, as AWS refuses the machine, unless its role trusts Step Functions.

    https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
    """
    context = {"aws:SourceAccount": account.account_id, "aws:SourceArn": machine.arn}
    request = AccessRequest.of(ASSUME_ROLE, machine.role_arn, context)
    if not authority.allows(Caller(SERVICE), request):
        raise ServiceError(
            f"{SERVICE} is not authorized to assume the role of the state machine {machine.name}: "
            f"let the trust policy of {machine.role_arn} name it."
        )


def _program(settings: StateMachineSettings) -> Program:
    if not _NAME.fullmatch(settings.name):
        raise ServiceError(
            f"{settings.name} is no state machine's name: take up to {MAX_NAME_CHARACTERS} "
            "letters, digits, - and _."
        )
    try:
        return Program(settings.definition)
    except DefinitionError as error:
        raise ServiceError(f"The state machine {settings.name} cannot run: {error}.") from None

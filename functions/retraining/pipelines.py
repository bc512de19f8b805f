"""The runs of the loop as SQL knows them: pipelines, one execution of the state machine each."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from functions import error_codes
from functions.errors import BusyError, RefusedError
from functions.names import shown
from functions.step_functions.errors import MissingExecutionError, TakenExecutionError
from functions.step_functions.executions import Execution, Executions

#: What a person did not ask for, as settings write it.
NOT_CONFIGURED = (
    "This deployment does not retrain by itself: set `retraining` in cdk.json and deploy again."
)


@dataclass(frozen=True)
class Pipelines:
    """The pipelines of one stack."""

    executions: Executions

    def start(self, pipeline: str, given: Mapping[str, Any]) -> None:
        """Start a pipeline, or find that the batch started it before.

        Raises:
            RefusedError: Another one of the same model is under way, the batch id was used with
                other arguments, or the deployment has no state machine.
        """
        if self.executions.find(pipeline) is None:
            self._refuse_second(given["model_name"])
        try:
            with _configured():
                self.executions.start(pipeline, given)
        except TakenExecutionError as error:
            self._adopt(pipeline, given, error)

    def before(self, pipeline: str, model_name: str) -> str | None:
        """An older pipeline of the model that is under way, if there is one.

        Raises:
            BusyError: Step Functions does not show the pipeline itself yet.
        """
        own = self.executions.find(pipeline)
        if own is None:
            raise BusyError("The pipeline is not visible yet: send it again.")
        older = (each.name for each in self._running(model_name) if each.age < own.age)
        return next(older, None)

    def newest(self) -> Execution | None:
        """The pipeline that was started last, if there is any.

        Raises:
            RefusedError: The deployment has no state machine.
        """
        with _configured():
            return next(iter(self.executions.newest(1)), None)

    def find(self, pipeline: str) -> Execution:
        """A pipeline.

        Raises:
            RefusedError: There is none of this name.
        """
        found = self.executions.find(pipeline)
        if found is None:
            raise RefusedError(
                error_codes.UNKNOWN_PIPELINE, f"There is no pipeline {shown(pipeline)}."
            )
        return found

    def _refuse_second(self, model_name: str) -> None:
        with _configured():
            running = self._running(model_name)
        if running:
            raise RefusedError(
                error_codes.PIPELINE_RUNNING,
                f"The pipeline {running[0].name} of {model_name} is under way: wait for it,"
                " `pipeline_status` tells how far it is.",
            )

    def _running(self, model_name: str) -> list[Execution]:
        """The pipelines of a model that are under way, the oldest first."""
        running = self.executions.running()
        return [each for each in running if each.input.get("model_name") == model_name]

    def _adopt(self, pipeline: str, given: Mapping[str, Any], error: Exception) -> None:
        found = self.executions.find(pipeline)
        if found is None:
            raise BusyError("The pipeline is not visible yet: send it again.") from error
        if found.input != given:
            raise RefusedError(
                error_codes.BATCH_ID_REUSED,
                f"This batch id started the pipeline {pipeline} with other arguments: use a new"
                " one.",
            ) from error


@contextmanager
def _configured() -> Iterator[None]:
    """Refuse where the state machine is not there: deployments without retraining have none."""
    try:
        yield
    except MissingExecutionError as error:
        raise RefusedError(error_codes.NOT_CONFIGURED, NOT_CONFIGURED) from error

"""Nights of the loop: the state machine's own document, the real function, SageMaker in memory."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lambda_api import LambdaContext
from sagemaker_double import SageMakerDouble
from state_machine import StateMachine
from step_functions_double import StepFunctionsDouble

from functions.retrain import handler
from functions.retraining.states import definition

FUNCTION_ARN = "arn:aws:lambda:us-east-1:123456789012:function:snowreel-test-retrain"
TOPIC_ARN = "arn:aws:sns:us-east-1:123456789012:snowreel-test-outcomes"
#: What a schedule gives the state machine.
NIGHT = {
    "model_name": "films",
    "input_table": "ratings",
    "output_table": "recommendations",
    "options": {},
    "least_new_ratings": 0,
}
GOOD = {
    "rmse": 0.93,
    "ndcg_at_10": 0.45,
    "popular_ndcg_at_10": 0.26,
    "users": 50,
    "ratings": 1000,
    "duplicates": 0,
}


def _step(event: dict[str, Any]) -> dict[str, Any]:
    run: dict[str, Any] = handler(event, LambdaContext(120.0))
    return run


@dataclass
class Nights:
    """Runs of the loop, one after the other or at once."""

    aws: SageMakerDouble
    #: What has been published.
    mails: list[dict[str, Any]] = field(default_factory=list)
    #: Metrics of judgements; by these the gate goes by what the trainings recorded.
    compared: dict[str, float] = field(default_factory=lambda: {"new_ratings": 0.0})
    step_functions: StepFunctionsDouble = field(init=False)

    def __post_init__(self) -> None:
        resources = {FUNCTION_ARN: _step, "arn:aws:states:::sns:publish": self.mails.append}
        machine = StateMachine(definition(FUNCTION_ARN, TOPIC_ARN), resources)
        self.step_functions = StepFunctionsDouble(machine)

    def begin(self, name: str = "night", **changes: Any) -> str:
        """Start a run, as the schedule does; its ARN."""
        return self.step_functions.begin(name, NIGHT | changes)

    def run(
        self,
        name: str = "night",
        figures: dict[str, float] | None = None,
        meanwhile: Callable[[], None] = lambda: None,
        **changes: Any,
    ) -> dict[str, Any]:
        """A run from its start to its end, while SageMaker does its work; its outcome.

        Args:
            name: Of the execution.
            figures: Metrics of the training.
            meanwhile: Called at each wait, before SageMaker goes on.
            changes: In what the schedule gives.
        """
        arn = self.begin(name, **changes)
        for _ in range(200):
            if not self.step_functions.go_on(arn):
                self._end_deletions()
                return self.step_functions.outcome(arn)
            meanwhile()
            self.work(GOOD if figures is None else figures)
        raise AssertionError(f"{name} has no end: {self.entered(arn)[-5:]}")

    def work(self, figures: dict[str, float]) -> None:
        """Let SageMaker end all that is under way."""
        for job, found in self.aws.resources["training-job"].items():
            if found["TrainingJobStatus"] == "InProgress":
                self.aws.complete(job, **(self.compared if "-judgement-" in job else figures))
        for name, endpoint in list(self.aws.resources["endpoint"].items()):
            if endpoint["EndpointStatus"] not in {"InService", "Failed"}:
                self.aws.settle(name)

    def trainings(self) -> set[str]:
        """Names of the training jobs, judgements apart."""
        return {name for name in self.aws.names("training-job") if "-judgement-" not in name}

    def _end_deletions(self) -> None:
        for name, endpoint in list(self.aws.resources["endpoint"].items()):
            if endpoint["EndpointStatus"] == "Deleting":
                self.aws.settle(name)

    def entered(self, arn: str) -> list[str]:
        """States that a run has entered."""
        assert self.step_functions.machine is not None
        return [name for each, name in self.step_functions.machine.entered if each == arn]

    def serving(self, model: str = "films") -> str | None:
        """The training job whose model serves."""
        endpoint = self.aws.resources["endpoint"].get(f"snowreel-test-{model}")
        if endpoint is None:
            return None
        config = self.aws.resources["endpoint-config"][endpoint["EndpointConfigName"]]
        return str(config["ProductionVariants"][0]["ModelName"])

    def output(self, arn: str) -> dict[str, Any]:
        """The document that a run has left."""
        document: dict[str, Any] = json.loads(self.step_functions.executions[arn]["output"])
        return document

"""A change of what a model serves, as a query waits for it: its next step, and its answer when due.

`deploy_model`, `promote_model` and `roll_back` begin changes differently and end them alike.
"""

from collections.abc import Callable
from typing import Any, Literal, Protocol

from functions import error_codes
from functions.batch import PENDING, Batch, Pending
from functions.deployment import Deployments
from functions.errors import RefusedError, UnknownBatchError
from functions.names import ROW_TAG, is_model
from functions.operation import attempt
from functions.sagemaker.resources import EndpointConfig, TrainingJob
from functions.training import waited_long_enough, was_skipped
from functions.typed_dict import TypedDict

ServingStatus = Literal["InService", "InProgress"]


class Deployment(TypedDict):
    """A model that serves, or, nine minutes after the request, one that still comes up."""

    status: ServingStatus
    model_name: str
    training_job: str
    model_artifact: str


def completed_job(deployments: Deployments, training_job: str) -> TrainingJob:
    """The training job, whose model can be deployed.

    Raises:
        RefusedError: There is no such job, or it has no model in the stack's bucket.
    """
    job = deployments.sagemaker.training_job(training_job)
    if job is None:
        raise RefusedError(
            error_codes.UNKNOWN_TRAINING_JOB, f"There is no training job {training_job}."
        )
    if job.status != "Completed":
        raise RefusedError(
            error_codes.TRAINING_NOT_COMPLETED,
            f"The training job {training_job} has no model to deploy: its state is {job.status}.",
        )
    if was_skipped(job):
        raise RefusedError(
            error_codes.TRAINING_NOT_COMPLETED,
            f"The training job {training_job} found too few new ratings and made no model.",
        )
    if job.artifact != deployments.artifacts.address(training_job):
        raise RefusedError(
            error_codes.ARTIFACT_REFUSED,
            f"The training job {training_job} keeps its model outside this stack's bucket.",
        )
    return job


class Changes(Protocol):
    """Changes of endpoints: each comes into service step by step."""

    def advance(self, config: EndpointConfig) -> bool:
        """Take the next step; whether it is in service."""


def advance(changes: Changes, config: EndpointConfig) -> ServingStatus | None:
    """Take the change's next step.

    Returns:
        The status to answer with; None while the query may wait for more.

    Raises:
        RefusedError: The change failed.
        BusyError: Another change of the model is under way.
    """
    if changes.advance(config):
        return "InService"
    return "InProgress" if waited_long_enough(config.created_at) else None


def settle(deployments: Deployments, config: EndpointConfig) -> Deployment | Pending:
    """Take the change's next step, and answer once that is due; errors as of `advance`."""
    status = advance(deployments, config)
    if status is None:
        return PENDING
    return {
        "status": status,
        "model_name": config.model_name,
        "training_job": config.training_job,
        "model_artifact": deployments.artifacts.address(config.training_job),
    }


def poll(
    batch: Batch,
    deployments: Deployments,
    settle_change: Callable[[EndpointConfig], Any],
    unknown: str,
    *,
    is_own: Callable[[str], bool] = is_model,
) -> tuple[int, Any] | Pending:
    """The change that an earlier request of the batch began: its row number and value, once due.

    Args:
        batch: A polling request.
        deployments: The stack's.
        settle_change: Takes the next step of a configuration, and answers once that is due.
        unknown: The sentence where nothing is known under the batch's id.
        is_own: True for the variants of such changes.

    Raises:
        UnknownBatchError: Nothing is.
        BusyError: Another change of the model is under way.
    """
    config = deployments.find(batch.id)
    if config is None or not is_own(config.variant):
        raise UnknownBatchError(unknown)
    # Before the next step, which may end in the configuration being taken back.
    row = int(batch.sagemaker.tags(config.arn)[ROW_TAG])
    value = attempt(settle_change, config)
    return value if isinstance(value, Pending) else (row, value)

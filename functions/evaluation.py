"""Evaluations of deployed models on a table of the caller's: SageMaker jobs that write nothing.

An evaluation is a training job by its kind and its image; its name has a part more than those of
trainings, so that nobody deploys what it leaves. The model reaches it through an input channel.
"""

from dataclasses import dataclass
from typing import Any, Literal, NotRequired, cast, get_type_hints

from functions import error_codes, job_metrics, names, training
from functions.cost import Cost, of_job
from functions.errors import BusyError, RefusedError
from functions.input_channel import model_channel
from functions.sagemaker.control_plane import ControlPlane
from functions.sagemaker.deployed_models import unknown_model
from functions.sagemaker.resources import TrainingJob
from functions.settings import TrainSettings
from functions.typed_dict import TypedDict


class EvaluationMetrics(TypedDict):
    """Quality of a model on ratings that it was not trained on.

    Lists of ten are compared with all such ratings of up to 2,000 users; `popular_` are the most
    rated items, `recently_popular_` those of the week before each user's first rating, where the
    table has times. `popularity` is the number of ratings in the training that a listed item has.
    """

    rmse: NotRequired[float]
    mae: NotRequired[float]
    ndcg_at_10: NotRequired[float]
    recall_at_10: NotRequired[float]
    coverage: NotRequired[float]
    popularity: NotRequired[float]
    popular_ndcg_at_10: NotRequired[float]
    popular_recall_at_10: NotRequired[float]
    popular_popularity: NotRequired[float]
    recently_popular_ndcg_at_10: NotRequired[float]
    recently_popular_recall_at_10: NotRequired[float]


class EvaluatedData(TypedDict):
    """The ratings of the table, and how much of them the model knows."""

    ratings: int
    seen_ratings: int
    users: int
    known_users: int
    evaluated_users: int
    items: int
    known_items: int


class CompletedEvaluation(TypedDict):
    """A finished evaluation."""

    status: Literal["Completed"]
    model_name: str
    training_job: str
    evaluation_job: str
    metrics: EvaluationMetrics
    data: EvaluatedData
    cost: Cost


class UnfinishedEvaluation(TypedDict):
    """An evaluation that goes on, in SageMaker's word for it."""

    status: str
    model_name: str
    evaluation_job: str


EvaluationAnswer = CompletedEvaluation | UnfinishedEvaluation

_SCORES = tuple(get_type_hints(EvaluationMetrics))
_COUNTS = tuple(get_type_hints(EvaluatedData))
_LARGE_COUNTS = ("ratings", "seen_ratings")


@dataclass(frozen=True, kw_only=True)
class EvaluationRequest:
    """A batch that asks for a model to be evaluated on a table."""

    batch_id: str
    row: int
    model_name: str
    #: Fully qualified, each part quoted where it needs it.
    table: str

    def arguments(self) -> dict[str, str]:
        """Arguments that two equal requests have in common."""
        return {"evaluated_model": self.model_name, "evaluated_table": self.table}


@dataclass(frozen=True)
class Evaluations:
    """The evaluations of one stack."""

    sagemaker: ControlPlane
    settings: TrainSettings

    def find(self, batch_id: str) -> TrainingJob | None:
        """The evaluation that the batch began, if it did."""
        return self.sagemaker.training_job(self._name(batch_id))

    def begin(self, request: EvaluationRequest) -> TrainingJob:
        """The batch's evaluation: begun now, or found from an earlier request of the batch.

        Raises:
            RefusedError: The model is not deployed, the quota is used up, or the batch id was used
                with other arguments.
            BusyError: SageMaker does not show the job yet.
        """
        document = self._request(request, self._serving(request.model_name))
        training.begin(self.sagemaker, document, request.arguments())
        found = self.find(request.batch_id)
        if found is None:
            raise BusyError("The evaluation is not visible yet: send it again.")
        return found

    def answer(self, job: TrainingJob) -> EvaluationAnswer:
        """The answer of SQL about an evaluation.

        Raises:
            RefusedError: It failed or was stopped; the message is its own reason.
        """
        tags = self.sagemaker.tags(job.arn)
        model_name = tags.get(names.MODEL_NAME_TAG, "")
        if job.status in {"Failed", "Stopped"}:
            reason = training.failure(job) if job.status == "Failed" else "It was stopped."
            raise RefusedError(
                error_codes.EVALUATION_FAILED, f"{model_name} was not evaluated: {reason}"
            )
        if job.status != "Completed":
            return {"status": job.status, "model_name": model_name, "evaluation_job": job.name}
        known = job.metrics
        scores = {name: job_metrics.score(known[name]) for name in _SCORES if name in known}
        counts = {name: job_metrics.count(known, name) for name in _COUNTS}
        return {
            "status": "Completed",
            "model_name": model_name,
            "training_job": tags.get(names.TRAINING_JOB_TAG, ""),
            "evaluation_job": job.name,
            "metrics": cast("EvaluationMetrics", scores),
            "data": cast("EvaluatedData", counts),
            "cost": of_job(job),
        }

    def _name(self, batch_id: str) -> str:
        return names.evaluation_name(self.settings.prefix, batch_id)

    def _serving(self, model_name: str) -> str:
        """The training job whose model serves."""
        endpoint = self.sagemaker.endpoint(names.endpoint_name(self.settings.prefix, model_name))
        config = self.sagemaker.endpoint_config(endpoint.config) if endpoint else None
        if config is None:
            raise unknown_model(self.sagemaker, self.settings.prefix, model_name)
        return config.training_job

    def _request(self, request: EvaluationRequest, training_job: str) -> dict[str, Any]:
        job = training.job_request(
            self._name(request.batch_id),
            self.settings,
            hyperparameters={"evaluated_table": request.table},
            metrics=job_metrics.definitions((*_SCORES, *_COUNTS), _LARGE_COUNTS),
            tags={
                names.ARGUMENTS_TAG: names.arguments_hash(request.arguments()),
                names.ROW_TAG: str(request.row),
                names.MODEL_NAME_TAG: request.model_name,
                names.TRAINING_JOB_TAG: training_job,
            },
        )
        artifact = training.artifacts(self.settings).address(training_job)
        return {**job, "InputDataConfig": [model_channel("model", artifact)]}

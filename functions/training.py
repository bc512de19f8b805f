"""Trainings as SageMaker keeps them: the job's request, and the answer made from the job."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast, get_type_hints

from functions import error_codes, job_metrics
from functions.answers import CompletedTraining, TrainingAnswer, TrainingMetrics
from functions.cost import of_job
from functions.errors import RefusedError
from functions.names import ARGUMENTS_TAG, ROW_TAG, Artifacts, arguments_hash, shown, work_name
from functions.sagemaker.control_plane import ControlPlane
from functions.sagemaker.errors import QuotaError, TakenError
from functions.sagemaker.quota import used_up
from functions.sagemaker.resources import TrainingJob, tag_list
from functions.settings import TrainSettings
from functions.table_names import TableName
from functions.training_request import TrainingRequest

#: Of a training that found too few new ratings and made no model.
SKIPPED = "Skipped"

#: A query that waits is answered "InProgress" when the work is this old: Snowflake aborts at 600.
WAIT_SECONDS = 540.0

#: Figures that a training job prints as `metric rmse=0.93`, and SageMaker keeps.
SCORES = tuple(name for name in get_type_hints(TrainingMetrics) if name not in {"ratings", "items"})
_COUNTS = ("users", "items", "ratings", "duplicates", "rows")
METRICS = (*SCORES, *_COUNTS, "warnings")
_LARGE_COUNTS = ("ratings", "rows")

#: Tables and views of the stack's schema, by the hyperparameter that names them.
_STACK_TABLES = {
    "item_features_table": "ITEM_FEATURES",
    "user_features_table": "USER_FEATURES",
    "run_table": "MODEL_RUN",
}

_VOLUME_GB = 10
#: SageMaker's wrapping around the sentence that the container wrote to its failure file.
_FAILURE = re.compile(r"(?:AlgorithmError: )?(.*?)(?:, exit code: \d+)?", re.DOTALL)


def artifacts(settings: TrainSettings) -> Artifacts:
    """Addresses of the stack's artifacts."""
    return Artifacts(prefix=settings.prefix, bucket=settings.artifact_bucket)


def job_request(
    name: str,
    settings: TrainSettings,
    *,
    hyperparameters: Mapping[str, str],
    metrics: Sequence[Mapping[str, str]],
    tags: Mapping[str, str],
) -> dict[str, Any]:
    """The request for a job of the stack's image, on its training machine and under its role."""
    return {
        "TrainingJobName": name,
        "HyperParameters": hyperparameters,
        "AlgorithmSpecification": {
            "TrainingImage": settings.image_uri,
            "TrainingInputMode": "File",
            "MetricDefinitions": metrics,
        },
        "RoleArn": settings.training_role_arn,
        "OutputDataConfig": {"S3OutputPath": artifacts(settings).output_path},
        "ResourceConfig": {
            "InstanceType": settings.training_instance_type,
            "InstanceCount": 1,
            "VolumeSizeInGB": _VOLUME_GB,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": settings.training_max_seconds},
        "Environment": {"SNOWREEL_SNOWFLAKE_CONNECTION": settings.snowflake_connection},
        "Tags": tag_list(tags),
    }


def start(
    sagemaker: ControlPlane,
    settings: TrainSettings,
    request: TrainingRequest,
    threshold: Mapping[str, str] | None = None,
) -> TrainingJob | None:
    """Start the training, or find that the batch started it before.

    Args:
        sagemaker: The control plane.
        settings: Of the stack.
        request: What is trained on, and with which options.
        threshold: Hyperparameters that say how many ratings must be new, or nothing is trained.

    Returns:
        The training job that an earlier request of the same batch started; None for a new one.

    Raises:
        RefusedError: The batch id was used with other arguments, or the quota is used up.
    """
    name = work_name(settings.prefix, request.batch_id)
    document = _request(name, settings, request, threshold or {})
    return begin(sagemaker, document, request.arguments())


def begin(
    sagemaker: ControlPlane, document: Mapping[str, Any], arguments: Mapping[str, str]
) -> TrainingJob | None:
    """Create a job, or find that the batch created it before.

    Args:
        sagemaker: The control plane.
        document: The request that creates the job, under the batch's name.
        arguments: What two equal requests have in common.

    Returns:
        The job that an earlier request of the same batch created; None for a new one.

    Raises:
        RefusedError: The batch id was used with other arguments, or the quota is used up.
    """
    name = document["TrainingJobName"]
    try:
        sagemaker.create_training_job(document)
    except TakenError:
        return _adopt(sagemaker, name, arguments)
    except QuotaError as error:
        # A retry may meet the very job that it began: whether name or quota is looked at first,
        # no page of AWS says.
        if sagemaker.training_job(name) is not None:
            return _adopt(sagemaker, name, arguments)
        raise RefusedError(
            error_codes.QUOTA_EXCEEDED,
            f"{used_up(error)}, so nothing was started: wait for another training to end, or"
            " ask for more in Service Quotas.",
        ) from error
    return None


def find(sagemaker: ControlPlane, name: str) -> TrainingJob:
    """A training job of this stack.

    Raises:
        RefusedError: There is none of this name.
    """
    job = sagemaker.training_job(name)
    if job is None:
        raise RefusedError(
            error_codes.UNKNOWN_TRAINING_JOB,
            f"There is no training job {shown(name)}.",
        )
    return job


def answer(job: TrainingJob) -> TrainingAnswer:
    """The answer of SQL about a training job.

    Raises:
        RefusedError: The training failed or was stopped; the message is its own reason.
    """
    if job.status == "Failed":
        raise RefusedError(error_codes.TRAINING_FAILED, failure(job))
    if job.status == "Stopped":
        late = job.secondary_status == "MaxRuntimeExceeded"
        reason = "ran longer than it may and was stopped" if late else "was stopped"
        raise RefusedError(
            error_codes.TRAINING_STOPPED,
            f"The training job {job.name} {reason}.",
        )
    if job.status != "Completed" or was_skipped(job):
        status = SKIPPED if was_skipped(job) else job.status
        return {"status": status, "training_job": job.name, "cost": of_job(job)}
    return _completed(job)


def was_skipped(job: TrainingJob) -> bool:
    """True for a job that found too few new ratings: it counts these, and no user."""
    return job.status == "Completed" and job.metrics.get("users") == 0


def is_finished(job: TrainingJob) -> bool:
    """True for a job whose state will not change any more."""
    return job.status in {"Completed", "Failed", "Stopped"}


def is_due(job: TrainingJob) -> bool:
    """True where a query that waits for the job must be answered now."""
    return is_finished(job) or waited_long_enough(job.created_at)


def waited_long_enough(created_at: datetime) -> bool:
    """True where a query that waits for work of this age must be answered now."""
    return (datetime.now(UTC) - created_at).total_seconds() >= WAIT_SECONDS


def failure(job: TrainingJob) -> str:
    """The one sentence that the training job failed with."""
    match = _FAILURE.fullmatch(job.failure_reason.strip())
    return (match and match[1].strip()) or f"The training job {job.name} failed without a reason."


def figures(job: TrainingJob) -> dict[str, float]:
    """Every figure that the job has recorded."""
    return job_metrics.figures(job.metrics, SCORES, _COUNTS)


def _completed(job: TrainingJob) -> CompletedTraining:
    found = figures(job)
    counts = {name: int(found[name]) for name in _COUNTS if name in found}
    metrics: TrainingMetrics = {"ratings": counts.get("ratings"), "items": counts.get("items")}
    scores: dict[str, Any] = {score: found[score] for score in SCORES if score in found}
    metrics.update(cast("TrainingMetrics", scores))
    document: CompletedTraining = {
        "status": "Completed",
        "training_job": job.name,
        "model_artifact": job.artifact,
        "metrics": metrics,
        "users": counts.get("users"),
        "rows": counts.get("rows"),
        "cost": of_job(job),
    }
    if warnings := list(_warnings(job, counts)):
        document["warnings"] = warnings
    return document


def _warnings(job: TrainingJob, counts: Mapping[str, int]) -> Iterator[str]:
    is_of_events = "warnings" in job.metrics and "rmse" not in job.metrics
    if is_of_events:
        yield (
            "The input table has no column RATING or NOTE: its rows counted as events, so that the"
            " model makes lists and estimates no ratings."
        )
    elif duplicates := counts.get("duplicates"):
        yield (
            f"{duplicates} ratings repeat a user and item; of each pair the newest counted, of"
            " those of one time or of none the highest."
        )
    # two facts in one metric, because a job has no more; earlier trainings had ease_declined
    untimed, ease_declined = divmod(int(job.metrics.get("warnings", 0)), 2)
    if untimed:
        yield (
            f"{untimed} ratings have a time that is none (RATED_AT or TIMESTAMP), and count as"
            " older than any: give a timestamp, a number since 1970, or a text such as 2005-04-02"
            " 23:53:47."
        )
    if ease_declined or job.metrics.get("ease_declined"):
        yield (
            "The ranking is als instead of ease or the ensemble: the training instance has too"
            " little memory."
        )


def _adopt(sagemaker: ControlPlane, name: str, arguments: Mapping[str, str]) -> TrainingJob:
    job = find(sagemaker, name)
    if sagemaker.tags(job.arn).get(ARGUMENTS_TAG) != arguments_hash(arguments):
        raise RefusedError(
            error_codes.BATCH_ID_REUSED,
            f"This batch id started the job {name} with other arguments: use a new one.",
        )
    return job


def _tables_of(settings: TrainSettings) -> dict[str, str]:
    """Tables and views of the stack that a training job uses where they exist."""
    return {
        hyperparameter: str(TableName(settings.database, settings.schema, table))
        for hyperparameter, table in _STACK_TABLES.items()
    }


def _request(
    name: str, settings: TrainSettings, request: TrainingRequest, threshold: Mapping[str, str]
) -> dict[str, Any]:
    return job_request(
        name,
        settings,
        hyperparameters={
            **request.arguments(),
            **_tables_of(settings),
            **threshold,
            "artifact_uri": artifacts(settings).address(name),
        },
        metrics=job_metrics.definitions(METRICS, _LARGE_COUNTS),
        tags={
            ARGUMENTS_TAG: arguments_hash(request.arguments()),
            ROW_TAG: str(request.row),
        },
    )

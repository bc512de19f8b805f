"""A training job's states: created, running, stopping, and its three ends."""

import re
from typing import Any

from aws_local.sagemaker.state.document import Document, without
from aws_local.sagemaker.state.faults import invalid
from aws_local.sagemaker.state.listing import Listing
from aws_local.wire.fault import FaultError

#: Parts of a request that are not emulated: refused, never ignored.
REFUSED_FIELDS = (
    "CheckpointConfig",
    "ServerlessJobConfig",
    "ModelPackageConfig",
    "EnableNetworkIsolation",
)
#: SageMaker cuts a failure reason here.
MAX_REASON_CHARACTERS = 1024
_DAY_SECONDS = 86_400

LISTING = Listing(
    key="TrainingJobSummaries",
    name_field="TrainingJobName",
    status_field="TrainingJobStatus",
    summary_fields=(
        "TrainingJobName",
        "TrainingJobArn",
        "CreationTime",
        "TrainingEndTime",
        "LastModifiedTime",
        "TrainingJobStatus",
        "SecondaryStatus",
    ),
    default_order="Ascending",
)

_MESSAGES = {
    "Starting": "Preparing the instances for training",
    "Downloading": "Downloading the training image",
    "Training": "Training image download completed. Training in progress.",
    "Uploading": "Uploading generated training model",
    "Completed": "Training job completed",
    "Failed": "Training job failed",
    "Stopping": "Stopping the training job",
    "Stopped": "Training job stopped",
    "MaxRuntimeExceeded": "Training job runtime exceeded MaxRuntimeInSeconds provided",
}


#: Parts of an input channel that are not emulated: refused, never ignored.
_REFUSED_IN_CHANNELS = ("RecordWrapperType", "ShuffleConfig")


def check(request: Document) -> None:
    """Raise FaultError when a job of `request` would not be what it asks for."""
    for field in REFUSED_FIELDS:
        if request.get(field):
            raise invalid(f"{field} is not emulated by the local stack: leave it out.")
    for channel in request.get("InputDataConfig", ()):
        _check_channel(channel)
    definitions: list[dict[str, Any]] = request["AlgorithmSpecification"].get(
        "MetricDefinitions", []
    )
    for definition in definitions:
        try:
            re.compile(definition["Regex"])
        except re.error as error:
            raise invalid(
                f"The regular expression of metric {definition['Name']} is invalid: {error}."
            ) from None


def _check_channel(channel: Document) -> None:
    for field in _REFUSED_IN_CHANNELS:
        if channel.get(field, "None") != "None":
            raise invalid(f"{field} is not emulated by the local stack: leave it out.")
    source = channel["DataSource"].get("S3DataSource", {})
    whole = source.get("S3DataDistributionType", "FullyReplicated") == "FullyReplicated"
    plain = channel.get("CompressionType", "None") == "None"
    by_file = channel.get("InputMode", "File") == "File"
    if source.get("S3DataType") != "S3Prefix" or not (whole and plain and by_file):
        raise invalid(
            f"The local stack fills the channel {channel['ChannelName']} from an S3 prefix, file by"
            " file: give S3DataType S3Prefix, no compression, FullyReplicated."
        )


def channels(job: Document) -> dict[str, str]:
    """S3 prefix of each input channel, by its name."""
    return {
        channel["ChannelName"]: channel["DataSource"]["S3DataSource"]["S3Uri"]
        for channel in job.get("InputDataConfig", ())
    }


def name_taken(arn: str) -> FaultError:
    """The refusal of a second job of one name."""
    return FaultError(
        "ResourceInUse",
        "Training job names must be unique within an AWS account and region, "
        f"and a training job with this name already exists ({arn})",
    )


def not_found() -> FaultError:
    """The refusal of a name without a job."""
    return invalid("Requested resource not found.")


def create(request: Document, arn: str, now: float) -> Document:
    """A job that is starting."""
    limits = {"MaxRuntimeInSeconds": _DAY_SECONDS} | request.get("StoppingCondition", {})
    job = {
        **request,
        "StoppingCondition": limits,
        "TrainingJobArn": arn,
        "TrainingJobStatus": "InProgress",
        "CreationTime": now,
    }
    enter(job, "Starting", now)
    return job


def enter(job: Document, secondary: str, now: float) -> None:
    """Move a job to its next secondary status, and keep the history that SageMaker shows."""
    transitions = job.setdefault("SecondaryStatusTransitions", [])
    if transitions:
        transitions[-1].setdefault("EndTime", now)
    transitions.append(
        {"Status": secondary, "StartTime": now, "StatusMessage": _MESSAGES[secondary]}
    )
    job["SecondaryStatus"] = secondary
    job["LastModifiedTime"] = now


def begin_training(job: Document, now: float) -> None:
    """The program starts now."""
    job["TrainingStartTime"] = now
    enter(job, "Training", now)


def begin_stop(job: Document, now: float) -> bool:
    """Ask a job to stop, False if it was asked before; raise FaultError once it has ended."""
    status = job["TrainingJobStatus"]
    if status == "Stopping":
        return False
    if status != "InProgress":
        raise invalid(f"The request was rejected because the training job is in status {status}.")
    job["TrainingJobStatus"] = "Stopping"
    enter(job, "Stopping", now)
    return True


def artifact_uri(job: Document) -> str:
    """Address at which a job's artifact is written."""
    folder = job["OutputDataConfig"]["S3OutputPath"].rstrip("/")
    return f"{folder}/{job['TrainingJobName']}/output/model.tar.gz"


def keep_artifact(job: Document) -> None:
    """Show the artifact, which has been written."""
    job["ModelArtifacts"] = {"S3ModelArtifacts": artifact_uri(job)}


def conclude(job: Document, status: str, secondary: str, now: float) -> None:
    """Put a job into its last state."""
    enter(job, secondary, now)
    job["SecondaryStatusTransitions"][-1]["EndTime"] = now
    job["TrainingJobStatus"] = status
    job["TrainingEndTime"] = now
    seconds = int(now - job.get("TrainingStartTime", now))
    job["TrainingTimeInSeconds"] = job["BillableTimeInSeconds"] = seconds


def fail(job: Document, reason: str, now: float) -> None:
    """End a job as failed."""
    job["FailureReason"] = reason[:MAX_REASON_CHARACTERS]
    conclude(job, "Failed", "Failed", now)


def conclude_interrupted(job: Document, now: float) -> bool:
    """End a job whose process ended with the emulator; False if it had ended before."""
    if job["TrainingJobStatus"] == "InProgress":
        reason = "InternalServerError: The local stack ended while this job ran: train again."
        fail(job, reason, now)
    elif job["TrainingJobStatus"] == "Stopping":
        conclude(job, "Stopped", "Stopped", now)
    else:
        return False
    return True


def shown(job: Document) -> Document:
    """The answer of DescribeTrainingJob."""
    return without(job, "Tags")

"""The control plane's operations on training jobs."""

import asyncio
import re
import time
from typing import Any

from loopback.processes import end_recorded

from aws_local.sagemaker.collection import Collection, Document
from aws_local.sagemaker.container_files import ContainerFiles
from aws_local.sagemaker.faults import FaultError, invalid
from aws_local.sagemaker.listing import Listing
from aws_local.sagemaker.timings import Timings
from aws_local.sagemaker.training_run import TrainingRun, conclude, enter
from aws_local.settings import SageMakerSettings

#: What a request may ask for and this emulator would not do: refused, never ignored.
REFUSED_FIELDS = (
    "InputDataConfig",
    "CheckpointConfig",
    "ServerlessJobConfig",
    "ModelPackageConfig",
    "EnableNetworkIsolation",
)
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


class TrainingJobs:
    """Training jobs, those of earlier lives included."""

    def __init__(self, settings: SageMakerSettings, timings: Timings) -> None:
        self.collection = Collection(
            settings.folder / "training-jobs", settings.account, "training-job", "training job"
        )
        self._settings = settings
        self._timings = timings
        self._runs: dict[str, TrainingRun] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def settle_earlier_life(self) -> None:
        """Conclude what ran when the stack ended, and end its process if it still runs."""
        for job in self.collection:
            name = job["TrainingJobName"]
            end_recorded(self.collection.folder(name) / "process.json")
            ContainerFiles(self.collection.folder(name)).clear()
            if job["TrainingJobStatus"] == "InProgress":
                job["FailureReason"] = (
                    "InternalServerError: The local stack ended while this job ran: train again."
                )
                conclude(job, "Failed", "Failed")
            elif job["TrainingJobStatus"] == "Stopping":
                conclude(job, "Stopped", "Stopped")
            else:
                continue
            self.collection.save(name, job)

    async def end(self) -> None:
        """End the running jobs' processes; their documents say how far they came."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def create(self, request: Document) -> Document:
        """CreateTrainingJob."""
        name = request["TrainingJobName"]
        arn = self.collection.arn(name)
        if name in self.collection:
            raise FaultError(
                "ResourceInUse",
                "Training job names must be unique within an AWS account and region, "
                f"and a training job with this name already exists ({arn})",
            )
        self._check(request)
        now = time.time()
        job = {
            **request,
            "StoppingCondition": {"MaxRuntimeInSeconds": _DAY_SECONDS}
            | request.get("StoppingCondition", {}),
            "TrainingJobArn": arn,
            "TrainingJobStatus": "InProgress",
            "CreationTime": now,
        }
        enter(job, "Starting")
        self.collection.save(name, job)
        self._start(name, job)
        return {"TrainingJobArn": arn}

    async def describe(self, request: Document) -> Document:
        """DescribeTrainingJob."""
        job = self._get(request["TrainingJobName"])
        return {field: value for field, value in job.items() if field != "Tags"}

    async def list(self, request: Document) -> Document:
        """ListTrainingJobs."""
        return LISTING.answer(self.collection, request)

    async def stop(self, request: Document) -> Document:
        """StopTrainingJob."""
        job = self._get(request["TrainingJobName"])
        status = job["TrainingJobStatus"]
        if status == "Stopping":
            return {}
        if status != "InProgress":
            raise invalid(
                f"The request was rejected because the training job is in status {status}."
            )
        self._runs[job["TrainingJobName"]].stop()
        return {}

    def _get(self, name: str) -> Document:
        if name not in self.collection:
            raise invalid("Requested resource not found.")
        return self.collection.get(name)

    def _start(self, name: str, job: Document) -> None:
        run = TrainingRun(
            job,
            self.collection.folder(name),
            lambda: self.collection.save(name, job),
            settings=self._settings,
            timings=self._timings,
        )
        self._runs[name] = run
        task = asyncio.create_task(run.run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: self._runs.pop(name))

    @staticmethod
    def _check(request: Document) -> None:
        for field in REFUSED_FIELDS:
            if request.get(field):
                raise invalid(f"{field} is not emulated by the local stack: leave it out.")
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

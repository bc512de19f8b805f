"""The control plane's operations on training jobs."""

import asyncio
import time

from loopback.processes import end_recorded

from aws_local.sagemaker.containers.container_files import ContainerFiles
from aws_local.sagemaker.containers.training_run import TrainingRun
from aws_local.sagemaker.containers.workplace import Workplace
from aws_local.sagemaker.control_plane.collection import Collection
from aws_local.sagemaker.state import container_rights, quotas, training_job
from aws_local.sagemaker.state.document import Document


class TrainingJobs:
    """Training jobs, those of earlier lives included."""

    def __init__(self, workplace: Workplace) -> None:
        settings = workplace.settings
        self.collection = Collection(
            settings.folder / "training-jobs", settings.account, "training-job", "training job"
        )
        self._workplace = workplace
        self._runs: dict[str, TrainingRun] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def settle_earlier_life(self) -> None:
        """Conclude what ran when the service ended, and end its process if it still runs."""
        for job in self.collection:
            name = job["TrainingJobName"]
            end_recorded(self.collection.folder(name) / "process.json")
            ContainerFiles(self.collection.folder(name)).clear()
            if training_job.conclude_interrupted(job, time.time()):
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
            raise training_job.name_taken(arn)
        training_job.check(request)
        quotas.check_training(self.collection, request, self._workplace.settings.quotas)
        container_rights.require_image(request["AlgorithmSpecification"].get("TrainingImage", ""))
        self._workplace.roles.require_assumable(request["RoleArn"])
        job = training_job.create(request, arn, time.time())
        self.collection.save(name, job)
        self._start(name, job)
        return {"TrainingJobArn": arn}

    async def describe(self, request: Document) -> Document:
        """DescribeTrainingJob."""
        return training_job.shown(self._get(request["TrainingJobName"]))

    async def list(self, request: Document) -> Document:
        """ListTrainingJobs."""
        return training_job.LISTING.answer(self.collection, request)

    async def stop(self, request: Document) -> Document:
        """StopTrainingJob."""
        name = request["TrainingJobName"]
        job = self._get(name)
        if name in self._runs:
            self._runs[name].stop()
        else:
            training_job.begin_stop(job, time.time())
        return {}

    def _get(self, name: str) -> Document:
        if name not in self.collection:
            raise training_job.not_found()
        return self.collection.get(name)

    def _start(self, name: str, job: Document) -> None:
        run = TrainingRun(
            job,
            self.collection.folder(name),
            lambda: self.collection.save(name, job),
            self._workplace,
        )
        self._runs[name] = run
        task = asyncio.create_task(run.run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: self._runs.pop(name))

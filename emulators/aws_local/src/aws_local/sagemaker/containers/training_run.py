"""One training job from its start to its end: the real `train` program as a process."""

import asyncio
import logging
import re
import struct
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from loopback.processes import Child, Surroundings

from aws_local.iam.authority import AccessDeniedError
from aws_local.sagemaker.containers.artifacts import ArtifactError, pack
from aws_local.sagemaker.containers.container_files import ContainerFiles
from aws_local.sagemaker.containers.timings import TICK_SECONDS
from aws_local.sagemaker.containers.workplace import Workplace
from aws_local.sagemaker.state import container_rights, training_job
from aws_local.sagemaker.state.document import Document

logger = logging.getLogger(__name__)


class TrainingRun:
    """Drives one job; its document is the job's state, `save` keeps it."""

    def __init__(
        self,
        document: Document,
        folder: Path,
        save: Callable[[], None],
        workplace: Workplace,
    ) -> None:
        self._document = document
        self._folder = folder
        self._files = ContainerFiles(folder)
        self._account = workplace.settings.account
        self._program = workplace.settings.train
        self._timings = workplace.timings
        self._save = save
        self._roles = workplace.roles
        self._bucket = workplace.bucket
        self._stopping = False
        self._timed_out = False

    def stop(self) -> None:
        """Ask the job to stop; it takes what time it needs within the grace."""
        if training_job.begin_stop(self._document, time.time()):
            self._stopping = True
            self._save()

    async def run(self) -> None:
        """Run the job to its end; nothing is raised, every failure becomes the job's."""
        try:
            await self._timings.start_delay(cut_short=lambda: self._stopping)
            if self._stopping:
                self._finish("Stopped", "Stopped")
                return
            self._prepare()
            await asyncio.to_thread(self._fill_channels)
            await self._conclude(await self._train())
        except (ArtifactError, AccessDeniedError) as error:
            self._fail(f"ClientError: {error}")
        except Exception as error:
            # The boundary of a job: a defect here must not leave it in progress for ever.
            logger.exception("Training job %s", self._document["TrainingJobName"])
            self._fail(f"InternalServerError: {error}")

    @property
    def _image(self) -> str:
        return str(self._document["AlgorithmSpecification"].get("TrainingImage", ""))

    def _prepare(self) -> None:
        self._enter("Downloading")
        name, image = self._document["TrainingJobName"], self._image
        needed = container_rights.of_training(self._account, name, image)
        self._roles.require(self._document["RoleArn"], needed)
        self._files.make()
        self._files.write_configuration(
            self._document.get("HyperParameters", {}),
            self._document["ResourceConfig"].get("InstanceType", "local"),
            training_job.channels(self._document),
        )

    def _fill_channels(self) -> None:
        role_arn = self._document["RoleArn"]
        for name, uri in training_job.channels(self._document).items():
            folder = self._files.channel(name)
            folder.mkdir(parents=True, exist_ok=True)
            self._bucket.download_prefix(uri, folder, role_arn)

    async def _train(self) -> int:
        training_job.begin_training(self._document, time.time())
        self._save()
        name = self._document["TrainingJobName"]
        child = Child.start(
            [self._program.path],
            Surroundings(
                environment=self._files.environment(
                    self._program.path,
                    {
                        **self._document.get("Environment", {}),
                        **self._program.variables,
                        **self._roles.key(self._document["RoleArn"]).variables(),
                        "TRAINING_JOB_NAME": name,
                        "TRAINING_JOB_ARN": self._document["TrainingJobArn"],
                    },
                ),
                log=self._folder / "train.log",
                working_directory=self._files.root,
                record=self._folder / "process.json",
            ),
        )
        try:
            return await self._watch(child)
        finally:
            if child.poll() is None:  # the service is told to end
                await asyncio.shield(asyncio.to_thread(child.stop, 1.0))

    async def _watch(self, child: Child) -> int:
        limit = self._document["StoppingCondition"]["MaxRuntimeInSeconds"]
        end_of_time = time.monotonic() + limit
        killing_at: float | None = None
        while (code := child.poll()) is None:
            now = time.monotonic()
            self._timed_out = self._timed_out or (now > end_of_time and not self._stopping)
            if killing_at is None and (self._stopping or self._timed_out):
                child.terminate()
                killing_at = now + self._timings.stop_grace_seconds
            elif killing_at is not None and now > killing_at:
                child.kill()
            await asyncio.sleep(TICK_SECONDS)
        return code

    async def _conclude(self, code: int) -> None:
        self._document["FinalMetricDataList"] = read_metrics(
            self._folder / "train.log",
            self._document["AlgorithmSpecification"].get("MetricDefinitions", ()),
        )
        interrupted = self._stopping or self._timed_out
        if code and not interrupted:
            self._fail(f"AlgorithmError: {self._failure_text()}, exit code: {code}")
            return
        # SageMaker keeps what an interrupted job had saved, if anything.
        if not interrupted or any(self._files.model.iterdir()):
            self._enter("Uploading")
            await asyncio.to_thread(self._upload)
        if self._timed_out:
            self._finish("Stopped", "MaxRuntimeExceeded")
        elif self._stopping:
            self._finish("Stopped", "Stopped")
        else:
            self._finish("Completed", "Completed")

    def _upload(self) -> None:
        archive = self._folder / "model.tar.gz"
        pack(self._files.model, archive)
        uri = training_job.artifact_uri(self._document)
        self._bucket.upload(archive, uri, self._document["RoleArn"])
        training_job.keep_artifact(self._document)

    def _failure_text(self) -> str:
        if self._files.failure.is_file():
            return self._files.failure.read_text(errors="replace").strip()
        # SageMaker says nothing here; its users have CloudWatch at hand.
        lines = (self._folder / "train.log").read_text(errors="replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "nothing")
        return f"the program left no reason, its log ends with: {last[:500]}"

    def _fail(self, reason: str) -> None:
        training_job.fail(self._document, reason, time.time())
        self._clear()

    def _finish(self, status: str, secondary: str) -> None:
        training_job.conclude(self._document, status, secondary, time.time())
        self._clear()

    def _clear(self) -> None:
        self._save()
        self._files.clear()
        (self._folder / "model.tar.gz").unlink(missing_ok=True)

    def _enter(self, secondary: str) -> None:
        if not self._stopping:
            training_job.enter(self._document, secondary, time.time())
        self._save()


def read_metrics(log: Path, definitions: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    """The last value of each metric that the log states."""
    text = log.read_text(errors="replace") if log.exists() else ""
    now = time.time()
    found: list[dict[str, Any]] = []
    for definition in definitions:
        values = re.findall(definition["Regex"], text)
        if values and (value := _number(values[-1])) is not None:
            found.append({"MetricName": definition["Name"], "Value": value, "Timestamp": now})
    return found


def _number(value: str | tuple[str, ...]) -> float | None:
    first = value if isinstance(value, str) else value[0]
    try:
        # MetricData.Value is a float of 32 bits in SageMaker's model.
        (single,) = struct.unpack("f", struct.pack("f", float(first)))
    except (ValueError, OverflowError):
        # The expression matched something else; SageMaker ignores it too.
        return None
    return float(single)

"""One running model: the real `serve` program as a process, with its artifact unpacked."""

import asyncio
import shutil
import socket
import time
from pathlib import Path
from typing import Self

from loopback.listeners import HOST
from loopback.processes import Child, Surroundings

from aws_local.sagemaker.containers.artifacts import (
    ArtifactBucket,
    ArtifactError,
    UnreachableError,
    unpack,
)
from aws_local.sagemaker.containers.container_files import ContainerFiles
from aws_local.sagemaker.containers.http_client import HttpAnswer, HttpClient, NoAnswerError
from aws_local.sagemaker.containers.timings import TICK_SECONDS, Timings
from aws_local.sagemaker.state.plan import Plan
from aws_local.settings import ProgramSettings

#: SageMaker waits this long for an answer to one `/ping`.
PING_TIMEOUT_SECONDS = 2.0


class ServerError(Exception):
    """The server did not come up; the message is the endpoint's failure reason."""


class ModelServer:
    """A `serve` process; made by `start`, which returns once it answers."""

    def __init__(
        self, plan: Plan, files: ContainerFiles, child: Child, port: int, *, timings: Timings
    ) -> None:
        self.plan = plan
        self.in_flight = 0
        self._files = files
        self._child = child
        self._port = port
        self._timings = timings
        self._client = HttpClient(port)

    @classmethod
    async def start(
        cls,
        plan: Plan,
        root: Path,
        *,
        program: ProgramSettings,
        bucket: ArtifactBucket,
        timings: Timings,
    ) -> Self:
        """Unpack the artifact below `root`, start `program`, wait for its `/ping`.

        Raises ServerError when any of it fails, with nothing left behind.
        """
        files = ContainerFiles(root)
        try:
            await _place_artifact(plan, files, bucket, timings)
        except ArtifactError as error:
            shutil.rmtree(root, ignore_errors=True)
            raise ServerError(str(error)) from error
        port = _free_port()
        given = {**plan.environment, **program.variables, "SAGEMAKER_BIND_TO_PORT": str(port)}
        child = Child.start(
            [program.path],
            Surroundings(
                environment=files.environment(program.path, given),
                log=root.with_suffix(".log"),
                working_directory=root,
            ),
        )
        server = cls(plan, files, child, port, timings=timings)
        try:
            await server._wait_until_healthy(timings.start_timeout_seconds)
        except BaseException:
            await asyncio.shield(server.end())
            raise
        return server

    @property
    def alive(self) -> bool:
        """True while the process runs."""
        return self._child.poll() is None

    async def invoke(self, headers: dict[str, str], body: bytes) -> HttpAnswer:
        """The container's answer to `POST /invocations`; raise NoAnswerError if there is none."""
        self.in_flight += 1
        try:
            return await self._client.request("POST", "/invocations", headers, body)
        finally:
            self.in_flight -= 1

    async def healthy(self) -> bool:
        """True if `/ping` answers 200 in time."""
        try:
            async with asyncio.timeout(PING_TIMEOUT_SECONDS):
                return (await self._client.request("GET", "/ping", {})).status == 200
        except (NoAnswerError, TimeoutError):
            return False

    async def retire(self) -> None:
        """End once the last request under way is answered; take no new ones meanwhile."""
        while self.in_flight and self.alive:  # noqa: ASYNC110 - two conditions, one of a process
            await asyncio.sleep(TICK_SECONDS)
        await self.end()

    async def end(self) -> None:
        """End the process and remove its files, except its log."""
        self._client.close()
        await asyncio.to_thread(self._child.stop, self._timings.server_grace_seconds)
        await asyncio.to_thread(shutil.rmtree, self._files.root, True)

    async def _wait_until_healthy(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        # Somebody else may have taken the port since it was chosen, and answer in our place.
        while not (await self.healthy() and self._child.listens_on(self._port)):
            if not self.alive or time.monotonic() > deadline:
                raise ServerError(_why(self.plan, self._log))
            await asyncio.sleep(TICK_SECONDS)

    @property
    def _log(self) -> Path:
        return self._files.root.with_suffix(".log")


async def _place_artifact(
    plan: Plan, files: ContainerFiles, bucket: ArtifactBucket, timings: Timings
) -> None:
    deadline = time.monotonic() + timings.start_timeout_seconds
    files.make()
    archive = files.root / "model.tar.gz"
    while True:
        try:
            await asyncio.to_thread(bucket.download, plan.model_data_url, archive, plan.role_arn)
            break
        except UnreachableError:  # after a start of the whole stack S3 may come up after us
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(TICK_SECONDS)
    await asyncio.to_thread(unpack, archive, files.model)
    archive.unlink()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _why(plan: Plan, log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    last = f" Its log ends with: {lines[-1][:500]}" if lines else ""
    return (
        f"The primary container for production variant {plan.variant_name} did not pass the ping "
        f"health check.{last}"
    )

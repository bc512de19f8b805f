"""A live endpoint: the server in service, the one that is coming up, and their exchange."""

import asyncio
import logging
import secrets
import shutil
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from aws_local.iam.authority import AccessDeniedError
from aws_local.sagemaker.containers.http_client import HttpAnswer, NoAnswerError, NotConnectedError
from aws_local.sagemaker.containers.model_server import ModelServer, ServerError
from aws_local.sagemaker.containers.timings import TICK_SECONDS
from aws_local.sagemaker.containers.workplace import Workplace
from aws_local.sagemaker.state import container_rights, endpoint
from aws_local.sagemaker.state.document import Document
from aws_local.sagemaker.state.faults import ModelFaultError
from aws_local.sagemaker.state.plan import Plan
from aws_local.wire.fault import FaultError

#: An invocation waits this long for a server that is being restarted, as for a cold start.
COLD_START_SECONDS = 30.0
_WATCH_SECONDS = 0.1
_PINGS_MISSED = 3
_RESTART_PAUSES_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)

logger = logging.getLogger(__name__)


class LiveEndpoint:
    """Drives one endpoint; its document is the endpoint's state, `save` keeps it."""

    def __init__(
        self,
        document: Document,
        folder: Path,
        save: Callable[[], None],
        workplace: Workplace,
    ) -> None:
        self._document = document
        self._servers_folder = folder / "servers"
        self._save = save
        self._settings = workplace.settings
        self._roles = workplace.roles
        self._bucket = workplace.bucket
        self._timings = workplace.timings
        self._server: ModelServer | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    # --- life -------------------------------------------------------------------------------------

    def resume(self) -> None:
        """Go on where the document stands: after a creation, an update or a start of the stack."""
        shutil.rmtree(self._servers_folder, ignore_errors=True)
        if self._document["Deployed"]:
            self._spawn(self._keep_serving())
        if self._document["Pending"]:
            self.begin_deployment()

    def begin_deployment(self) -> None:
        """Bring up the document's `Pending` plan."""
        self._spawn(self._deploy(Plan(**self._document["Pending"])))

    async def delete(self) -> None:
        """Answer the requests under way, then end."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._server is not None:
            await self._server.retire()

    async def end(self) -> None:
        """End the processes at once; the document stays as it is."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._server is not None:
            await self._server.end()

    # --- invocations ------------------------------------------------------------------------------

    @property
    def serving(self) -> bool:
        """True if SageMaker would route an invocation to it."""
        return endpoint.is_serving(self._document)

    async def invoke(self, headers: dict[str, str], body: bytes) -> tuple[HttpAnswer, Plan]:
        """The container's answer and whose it is; raise FaultError as SageMaker does."""
        server: ModelServer | None = None
        while True:
            server = await self._available_server(other_than=server)
            limits = server.plan.serverless
            if limits and server.in_flight >= limits["MaxConcurrency"]:
                raise FaultError("ThrottlingException", "Rate exceeded", 429)
            try:
                return await self._ask(server, headers, body), server.plan
            except NotConnectedError:  # it has just ended; the next one has not seen the request
                continue

    async def _ask(self, server: ModelServer, headers: dict[str, str], body: bytes) -> HttpAnswer:
        try:
            async with asyncio.timeout(self._timings.invocation_timeout_seconds):
                return await server.invoke(headers, body)
        except TimeoutError:
            message = "Your invocation timed out while waiting for a response from container."
            raise ModelFaultError(message, 0, "") from None
        except NotConnectedError:
            raise
        except NoAnswerError as error:
            raise ModelFaultError(
                "Received server error (500) from primary and could not load the entire response "
                "body.",
                500,
                "",
            ) from error

    async def _available_server(self, other_than: ModelServer | None) -> ModelServer:
        deadline = time.monotonic() + COLD_START_SECONDS
        while self._server is None or self._server is other_than:
            if time.monotonic() > deadline or not self.serving:
                raise FaultError("ServiceUnavailable", "The container is not up yet.", 503)
            await asyncio.sleep(TICK_SECONDS)
        return self._server

    # --- deployments ------------------------------------------------------------------------------

    async def _deploy(self, plan: Plan) -> None:
        try:
            await self._timings.start_delay()
            server = await self._bring_up(plan)
        except ServerError as error:
            self._give_up(str(error))
            return
        except Exception as error:
            # The boundary of a deployment: a defect must not leave it under way for ever.
            logger.exception("Endpoint %s", self._document["EndpointName"])
            self._give_up(str(error))
            return
        first, old, self._server = not self._document["Deployed"], self._server, server
        endpoint.finish_deployment(self._document, time.time())
        self._save()
        if first:
            self._spawn(self._keep_serving())
        if old is not None:
            await asyncio.shield(old.retire())

    def _give_up(self, reason: str) -> None:
        endpoint.fail_deployment(self._document, reason, time.time())
        self._save()

    async def _bring_up(self, plan: Plan) -> ModelServer:
        self._require_rights(plan)
        root = self._servers_folder / f"{plan.config_name}-{secrets.token_hex(4)}"
        return await ModelServer.start(
            plan, root, program=self._settings.serve, bucket=self._bucket, timings=self._timings
        )

    def _require_rights(self, plan: Plan) -> None:
        name = self._document["EndpointName"]
        needed = container_rights.of_endpoint(
            self._settings.account, name, plan.variant_name, plan.image
        )
        try:
            self._roles.require(plan.role_arn, needed)
        except AccessDeniedError as error:
            raise ServerError(str(error)) from error

    # --- health -----------------------------------------------------------------------------------

    async def _keep_serving(self) -> None:
        """Start the deployed plan's server whenever there is none, or none that answers."""
        while True:
            server = self._server
            if server is None:
                await self._restore()
            elif not await self._well(server):
                logger.warning("%s: its server is restarted.", self._document["EndpointName"])
                if self._server is server:
                    self._server = None
                await server.end()
            await asyncio.sleep(_WATCH_SECONDS)

    async def _well(self, server: ModelServer) -> bool:
        """Watch `server` for some seconds; False once it is dead or silent."""
        missed = 0
        while missed < _PINGS_MISSED:
            looked = time.monotonic()
            while time.monotonic() - looked < self._timings.ping_interval_seconds:
                if self._server is not server:
                    return True  # another one took its place
                if not server.alive:
                    return False
                await asyncio.sleep(_WATCH_SECONDS)
            if await server.healthy():
                return True
            missed += 1
        return False

    async def _restore(self) -> None:
        for pause in (*_RESTART_PAUSES_SECONDS, _RESTART_PAUSES_SECONDS[-1]):
            try:
                server = await self._bring_up(Plan(**self._document["Deployed"]))
            except ServerError as error:
                logger.warning("%s: %s", self._document["EndpointName"], error)
                await asyncio.sleep(pause)
                continue
            if self._server is None:
                self._server = server
            else:  # an update was faster
                await server.end()
            return

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

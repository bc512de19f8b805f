"""A Lambda function: execution environments that each take one event at a time.

The pool grows while events wait, and idle environments are kept, as in Lambda. It never grows past
the concurrency limit, where Lambda throttles.
"""

import asyncio
import logging
from collections import deque

from aws_local.lambda_runtime.environment import (
    ExecutionEnvironment,
    FunctionConfiguration,
    FunctionError,
)

#: Events and answers may be this large (Lambda's limit on synchronous payloads).
MAX_PAYLOAD_BYTES = 6 * 1024 * 1024
#: An event waits this long for a busy environment before another one is started: a start costs
#: more than most events, and this machine has few processors.
GROWTH_DELAY_SECONDS = 0.2
DEFAULT_CONCURRENCY = 16

logger = logging.getLogger(__name__)


class ThrottledError(Exception):
    """The function already runs as many events at once as it may."""


class FunctionPool:
    """One function and its environments; used from one event loop."""

    def __init__(
        self, configuration: FunctionConfiguration, concurrency: int = DEFAULT_CONCURRENCY
    ) -> None:
        self.configuration = configuration
        self._concurrency = concurrency
        self._idle: list[ExecutionEnvironment] = []
        self._busy: set[ExecutionEnvironment] = set()
        self._waiting: deque[asyncio.Future[ExecutionEnvironment]] = deque()
        self._starting: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def arn(self) -> str:
        """Address of the function."""
        return self.configuration.arn

    def warm(self) -> None:
        """Start one environment before the first event asks for it."""
        self._start_one()

    async def invoke(self, event: bytes, request_id: str, trace_id: str) -> bytes:
        """The handler's answer, JSON; raise FunctionError or ThrottledError."""
        invocation = {
            "request_id": request_id,
            "trace_id": trace_id,
            "function_arn": self.configuration.arn,
            "timeout_seconds": self.configuration.timeout_seconds,
        }
        environment = await self._acquire()
        try:
            answer = await environment.invoke(invocation, event)
        finally:
            self._release(environment)
        if len(answer) > MAX_PAYLOAD_BYTES:
            raise FunctionError(
                "Response payload size exceeded maximum allowed payload size "
                f"({MAX_PAYLOAD_BYTES} bytes).",
                "Function.ResponseSizeTooLarge",
            )
        return answer

    async def close(self) -> None:
        """End every environment."""
        self._closed = True
        for task in self._starting:
            task.cancel()
        await asyncio.gather(*self._starting, return_exceptions=True)
        await asyncio.gather(*(each.end() for each in (*self._idle, *self._busy)))

    async def _acquire(self) -> ExecutionEnvironment:
        while self._idle:
            environment = self._idle.pop()
            if environment.alive:
                self._busy.add(environment)
                return environment
        if len(self._busy) + len(self._waiting) >= self._concurrency:
            raise ThrottledError("Rate exceeded")
        place: asyncio.Future[ExecutionEnvironment] = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        self._grow()
        return await place

    def _release(self, environment: ExecutionEnvironment) -> None:
        self._busy.discard(environment)
        if environment.alive:
            self._hand_on(environment)
        else:
            self._grow()

    def _hand_on(self, environment: ExecutionEnvironment) -> None:
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                self._busy.add(environment)
                place.set_result(environment)
                return
        self._idle.append(environment)

    def _grow(self) -> None:
        """See that whoever waits will get an environment."""
        if self._waiting and not self._busy and not self._starting:
            self._start_one()
        elif self._waiting:
            asyncio.get_running_loop().call_later(GROWTH_DELAY_SECONDS, self._grow_beside_busy)

    def _grow_beside_busy(self) -> None:
        total = len(self._busy) + len(self._starting)
        if len(self._starting) < len(self._waiting) and total < self._concurrency:
            self._start_one()

    def _start_one(self) -> None:
        if not self._closed:
            task = asyncio.create_task(self._start())
            self._starting.add(task)
            task.add_done_callback(self._starting.discard)

    async def _start(self) -> None:
        try:
            environment = await ExecutionEnvironment.start(self.configuration)
        except FunctionError as error:
            logger.warning("%s cannot start: %s", self.configuration.name, error)
            if self._waiting and not (place := self._waiting.popleft()).done():
                place.set_exception(error)
            self._grow()
            return
        self._hand_on(environment)

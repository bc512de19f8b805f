"""An execution environment of a Lambda function: a worker process and the socket to it."""

import asyncio
import json
import socket
import struct
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from loopback.processes import Child, Surroundings

from aws_local.lambda_runtime import worker

_LENGTH = struct.Struct(">I")
#: Lambda gives a function's start-up this long, and tries once more within the function's own
#: timeout: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
_INIT_TIMEOUT_SECONDS = 10.0


class FunctionError(Exception):
    """The function failed: an exception, a crash, a timeout or an answer that is too large."""

    def __init__(self, message: str, error_type: str = "Runtime.ExitError") -> None:
        super().__init__(message)
        self.error_type = error_type

    def payload(self, request_id: str) -> dict[str, Any]:
        """The answer to whoever invoked the function."""
        text = str(self)
        if not self.error_type.startswith("Function."):
            text = f"RequestId: {request_id} Error: {text}"
        return {"errorType": self.error_type, "errorMessage": text}


class HandlerError(FunctionError):
    """An exception of the handler.

    https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html
    """

    def __init__(self, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{problem['errorType']}: {problem['errorMessage']}", problem["errorType"])
        self._problem = problem

    def payload(self, request_id: str) -> dict[str, Any]:
        """The exception, with its stack."""
        return {**self._problem, "requestId": request_id}


@dataclass(frozen=True, kw_only=True)
class FunctionConfiguration:
    """Configuration of a function, as Lambda has it."""

    name: str
    arn: str
    #: `module.function` inside the code.
    handler: str
    code: Path
    #: The function's own variables and its role's credentials.
    variables: Mapping[str, str]
    log: Path
    timeout_seconds: float
    memory_mb: int = 512

    @property
    def init_timeout_seconds(self) -> float:
        """Limit of the handler's import; one try here has the time of Lambda's second."""
        return max(_INIT_TIMEOUT_SECONDS, self.timeout_seconds)

    def environment(self) -> dict[str, str]:
        """All variables of an execution environment: the function's and those of the runtime."""
        packages = dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
        return {
            **self.variables,
            "AWS_LAMBDA_FUNCTION_NAME": self.name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.memory_mb),
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{self.name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": "local",
            "_HANDLER": self.handler,
            "LAMBDA_TASK_ROOT": str(self.code),
            "PYTHONPATH": ":".join([str(self.code), *packages]),
            # No settings of the person at this machine, their ~/.aws for example.
            "HOME": str(self.code),
            "LANG": "C.UTF-8",
            "TZ": ":UTC",
        }


class ExecutionEnvironment:
    """A running worker."""

    def __init__(
        self,
        child: Child,
        streams: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        timeout_seconds: float,
    ) -> None:
        self._child = child
        self._reader, self._writer = streams
        self._timeout_seconds = timeout_seconds

    @classmethod
    async def start(cls, configuration: FunctionConfiguration) -> Self:
        """Start a worker, wait until its handler is imported; raise FunctionError if that fails."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs:
            child = Child.start(
                # -S, -P: the packages come from PYTHONPATH, without the project's own folders that
                # an editable installation or the script's place would add.
                [
                    *(sys.executable, "-S", "-P", worker.__file__),
                    *(str(theirs.fileno()), configuration.handler),
                ],
                Surroundings(
                    environment=configuration.environment(),
                    log=configuration.log,
                    working_directory=configuration.code,
                    descriptors=(theirs.fileno(),),
                    orphan_grace=0.0,
                ),
            )
        streams = await asyncio.open_connection(sock=ours)
        environment = cls(child, streams, configuration.timeout_seconds)
        try:
            async with asyncio.timeout(configuration.init_timeout_seconds):
                await environment._outcome()
        except BaseException as error:
            await environment.end()
            raise _explained(error, "its start took too long") from error
        return environment

    async def invoke(self, invocation: Mapping[str, object], event: bytes) -> bytes:
        """The handler's answer to `event`, JSON both; raise FunctionError if there is none.

        After a FunctionError for a crash or a timeout the environment has ended (`alive`).
        """
        description = json.dumps(invocation).encode()
        self._writer.writelines(
            [_LENGTH.pack(len(description)), description, _LENGTH.pack(len(event)), event]
        )
        try:
            async with asyncio.timeout(self._timeout_seconds):
                return await self._outcome()
        except (TimeoutError, EOFError, ConnectionError, asyncio.CancelledError) as error:
            await self.end()
            message = f"Task timed out after {self._timeout_seconds:.2f} seconds"
            raise _explained(error, message) from error

    @property
    def alive(self) -> bool:
        """True while the environment can take another event."""
        return not self._writer.is_closing() and self._child.poll() is None

    async def end(self) -> None:
        """End the process at once."""
        self._writer.close()
        self._child.kill()
        await asyncio.to_thread(self._child.wait)

    async def _outcome(self) -> bytes:
        header = await self._reader.readexactly(_LENGTH.size)
        content = await self._reader.readexactly(_LENGTH.unpack(header)[0])
        if content[:1] == worker.READY:
            return content[1:]
        raise HandlerError(json.loads(content[1:]))


def _explained(error: BaseException, timeout_message: str) -> BaseException:
    if isinstance(error, TimeoutError):
        # https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
        return FunctionError(timeout_message, "Sandbox.Timedout")
    if isinstance(error, EOFError | ConnectionError):
        return FunctionError("the function's process ended without an answer")
    return error

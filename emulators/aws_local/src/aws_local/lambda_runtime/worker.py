"""One execution environment of a Lambda function: answers one event at a time.

Run by file name, without the project on its path: only the asset's copy and the installed packages,
which stand for Lambda's runtime and layers. Standard library only. It speaks frames (four bytes of
length, then the content) on the socket that it is given: it says first whether the handler could be
imported, then for each invocation gets a description and an event and gives back an outcome.
"""

import importlib
import json
import os
import socket
import struct
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

READY, FAILED = b"R", b"F"
_LENGTH = struct.Struct(">I")

Handler = Callable[[Any, "LambdaContext"], Any]


class LambdaContext:
    """The second argument of a handler, as Lambda's Python runtime has it."""

    def __init__(self, invocation: dict[str, Any]) -> None:
        self.aws_request_id = str(invocation["request_id"])
        self.invoked_function_arn = str(invocation["function_arn"])
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = None
        self.client_context = None
        self._deadline = time.monotonic() + float(invocation["timeout_seconds"])

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda ends this invocation."""
        return max(0, int((self._deadline - time.monotonic()) * 1000))


def main(descriptor: int, handler_path: str) -> None:
    """Import the handler, then answer events until the socket closes."""
    with socket.socket(fileno=descriptor) as connection:
        try:
            handler = _import_handler(handler_path)
        except BaseException as error:  # noqa: BLE001 - the boundary: the pool gets every failure
            _send(connection, FAILED + _describe(error))
            return
        _send(connection, READY)
        while (invocation := _receive(connection)) is not None:
            event = _receive(connection)
            if event is None:
                return
            _send(connection, _answer(handler, json.loads(invocation), event))


def _import_handler(path: str) -> Handler:
    module, _, name = path.rpartition(".")
    handler: Handler = getattr(importlib.import_module(module), name)
    return handler


def _answer(handler: Handler, invocation: dict[str, Any], event: bytes) -> bytes:
    os.environ["_X_AMZN_TRACE_ID"] = str(invocation["trace_id"])
    try:
        outcome = handler(json.loads(event), LambdaContext(invocation))
        return READY + json.dumps(outcome).encode()
    except BaseException as error:  # noqa: BLE001 - the boundary, as in Lambda's own runtime
        return FAILED + _describe(error)
    finally:
        sys.stdout.flush()


def _describe(error: BaseException) -> bytes:
    traceback.print_exception(error)
    sys.stderr.flush()
    # without this file's own frame, as Lambda's runtime leaves out its own
    stack = traceback.format_list(traceback.extract_tb(error.__traceback__)[1:])
    return json.dumps(
        {"errorType": type(error).__name__, "errorMessage": str(error), "stackTrace": stack}
    ).encode()


def _send(connection: socket.socket, content: bytes) -> None:
    connection.sendall(_LENGTH.pack(len(content)) + content)


def _receive(connection: socket.socket) -> bytes | None:
    header = _receive_exactly(connection, _LENGTH.size)
    return None if header is None else _receive_exactly(connection, _LENGTH.unpack(header)[0])


def _receive_exactly(connection: socket.socket, count: int) -> bytes | None:
    content = bytearray(count)
    view, received = memoryview(content), 0
    while received < count:
        size = connection.recv_into(view[received:])
        if not size:
            return None
        received += size
    return bytes(content)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])

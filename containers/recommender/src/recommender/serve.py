"""The inference program: `/ping` and `/invocations` on the model that SageMaker unpacked.

Loads no scikit-surprise, pandas or Snowflake connector: a test holds it to that.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import uvicorn
from threadpoolctl import threadpool_limits

from recommender.artifact import artifact
from recommender.container import Container
from recommender.errors import RecommenderError
from recommender.serving.caller import HEADER, Caller, NobodyWaitsError
from recommender.serving.columns import RequestError
from recommender.serving.predictor import Predictor
from recommender.serving.wire import (
    CSV,
    JSON,
    ContentTypeError,
    Estimate,
    Format,
    Request,
    encode_error,
    format_of,
)

#: Bodies above this many bytes are answered on a thread, as lists are whatever their body's size,
#: so that a ping is not kept waiting.
INLINE_BYTES = 64 * 1024

#: SageMaker sends up to 25 MB to an instance and 4 MB to a serverless endpoint.
BODY_BYTES = 25 * 1024 * 1024

#: SageMaker kills the container 30 seconds after it asked it to stop.
GRACE_SECONDS = 25

#: SageMaker's front keeps connections; closed here first, they would swallow a request.
KEEP_ALIVE_SECONDS = 130

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def main() -> int:
    """Serve until SIGTERM; exit code 1 and one sentence when there is no sound model to serve."""
    container = Container.of(os.environ)
    try:
        predictor = Predictor(artifact.load(container.model_dir))
    except RecommenderError as error:
        print(error, file=sys.stderr)
        return 1
    # One request, one core: requests share the cores out themselves. Set here and never again: the
    # number of threads is the process's, and requests that overlap would undo each other's.
    threadpool_limits(1, "blas")
    # uvicorn ends in order, then repeats the signal to whoever handled it before: nobody has to die
    signal.signal(signal.SIGTERM, lambda _signal, _frame: None)
    uvicorn.run(
        Application(predictor),
        host=container.serve_host,
        port=container.serve_port,
        lifespan="off",
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    return 0


@dataclass(frozen=True)
class Reply:
    """An HTTP answer."""

    status: int
    body: bytes = b""
    content_type: str = JSON


class Application:
    """The ASGI application of one model.

    No framework: two paths need none, and it would cost more than an estimate.
    """

    def __init__(self, predictor: Predictor) -> None:
        self._predictor = predictor
        # no more than cores: what has to wait is not begun, and may yet be found unwanted
        self._threads = ThreadPoolExecutor(_cores(), "answer")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        reply = await self._reply(scope, receive)
        headers = [
            (b"content-type", reply.content_type.encode()),
            (b"content-length", b"%d" % len(reply.body)),
        ]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body})

    async def _reply(self, scope: Scope, receive: Receive) -> Reply:
        match scope["path"], scope["method"]:
            case "/invocations", "POST":
                return await self._invocation(scope, receive)
            case "/ping", "GET":
                return Reply(200 if self._predictor.is_healthy() else 503)
            case (("/invocations" | "/ping"), method):
                return _refusal(405, f"The method {method} is not served here.")
            case _:
                return _refusal(404, "The paths are /ping and /invocations.")

    async def _invocation(self, scope: Scope, receive: Receive) -> Reply:
        body = await _body(receive)
        if body is None:
            return _refusal(413, f"The body is larger than {BODY_BYTES} bytes: send fewer rows.")
        try:
            return await self._answer(scope, body, receive)
        except NobodyWaitsError as error:
            return _refusal(503, str(error))

    async def _answer(self, scope: Scope, body: bytes, receive: Receive) -> Reply:
        content_type, caller = _header(scope, b"content-type"), Caller.of(_header(scope, HEADER))
        if len(body) > INLINE_BYTES:
            work = partial(answer, self._predictor, content_type, body, caller)
            return await self._on_thread(work, receive, caller)
        read = _decoded(content_type, body)
        if isinstance(read, Reply):
            return read
        if isinstance(read[1], Estimate):
            return _answered(self._predictor, *read, caller)
        work = partial(_answered, self._predictor, *read, caller)
        return await self._on_thread(work, receive, caller)

    async def _on_thread(
        self, work: Callable[[], Reply], receive: Receive, caller: Caller
    ) -> Reply:
        watch = asyncio.create_task(_note_departure(receive, caller))
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            watch.cancel()


def answer(
    predictor: Predictor, content_type: str, body: bytes, caller: Caller | None = None
) -> Reply:
    """Decode, predict, encode; what is wrong with the request is the answer's one sentence.

    Raises:
        NobodyWaitsError: Nobody waits for the answer any more.
    """
    caller = caller or Caller()
    caller.require()
    read = _decoded(content_type, body)
    return read if isinstance(read, Reply) else _answered(predictor, *read, caller)


def _decoded(content_type: str, body: bytes) -> tuple[Format, Request] | Reply:
    try:
        format_ = format_of(content_type)
        return format_, format_.decode(body)
    except ContentTypeError as error:
        return _refusal(415, str(error))
    except RequestError as error:
        return _refusal(400, str(error))


def _answered(predictor: Predictor, format_: Format, request: Request, caller: Caller) -> Reply:
    found = predictor.predict(request, caller)
    if format_.content_type == CSV and "refusal" in found:
        return _refusal(400, found["refusal"])  # a line is a number: there is no other place for it
    return Reply(200, format_.encode(found), format_.content_type)


async def _note_departure(receive: Receive, caller: Caller) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    caller.leave()


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None, with the rest read and dropped, if it is too large."""
    message = await receive()
    if not message.get("more_body"):
        whole: bytes = message.get("body", b"")
        return whole if len(whole) <= BODY_BYTES else None
    body = bytearray(message.get("body", b""))
    while message.get("more_body"):
        message = await receive()
        if len(body) <= BODY_BYTES:
            body += message.get("body", b"")
    return bytes(body) if len(body) <= BODY_BYTES else None


def _header(scope: Scope, name: bytes) -> str:
    for key, value in scope["headers"]:
        if key == name:
            text: str = value.decode("latin-1")
            return text
    return ""


def _refusal(status: int, sentence: str) -> Reply:
    return Reply(status, encode_error(sentence))


if __name__ == "__main__":
    sys.exit(main())

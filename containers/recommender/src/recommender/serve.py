"""The inference program: `/ping` and `/invocations` on the model that SageMaker unpacked.

Loads no scikit-surprise, pandas or Snowflake connector: a test holds it to that.
"""

import os
import signal
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from recommender import artifact
from recommender.container import Container
from recommender.errors import RecommenderError
from recommender.predictor import Predictor
from recommender.wire import JSON, ContentTypeError, RequestError, encode_error, format_of

#: Bodies above this many bytes are answered on a thread, so that a ping is not kept waiting.
INLINE_BYTES = 64 * 1024

#: SageMaker sends up to 25 MB to an instance and 4 MB to a serverless endpoint.
BODY_BYTES = 25 * 1024 * 1024

#: SageMaker kills the container 30 seconds after it asked it to stop.
GRACE_SECONDS = 25


def main() -> int:
    """Serve until SIGTERM; exit code 1 and one sentence when there is no sound model to serve."""
    container = Container.of(os.environ)
    try:
        predictor = Predictor(artifact.load(container.model_dir))
    except RecommenderError as error:
        print(error, file=sys.stderr)
        return 1
    # uvicorn ends in order, then repeats the signal to whoever handled it before: nobody has to die
    signal.signal(signal.SIGTERM, lambda _signal, _frame: None)
    uvicorn.run(
        application(predictor),
        host=container.serve_host,
        port=container.serve_port,
        access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    return 0


def application(predictor: Predictor) -> Starlette:
    """The ASGI application of one model."""

    async def ping(_request: Request) -> Response:
        return Response(status_code=200 if predictor.is_healthy() else 503)

    async def invocations(request: Request) -> Response:
        body = await request.body()
        content_type = request.headers.get("content-type", "")
        if len(body) <= INLINE_BYTES:
            return answer(predictor, content_type, body)
        return await run_in_threadpool(answer, predictor, content_type, body)

    return Starlette(
        routes=[Route("/ping", ping), Route("/invocations", invocations, methods=["POST"])]
    )


def answer(predictor: Predictor, content_type: str, body: bytes) -> Response:
    """Decode, predict, encode; what is wrong with the request is the answer's one sentence."""
    if len(body) > BODY_BYTES:
        return _refusal(413, f"The body is larger than {BODY_BYTES} bytes: send fewer rows.")
    try:
        format_ = format_of(content_type)
        request = format_.decode(body)
    except ContentTypeError as error:
        return _refusal(415, str(error))
    except RequestError as error:
        return _refusal(400, str(error))
    encoded = format_.encode(predictor.predict(request))
    return Response(encoded, media_type=format_.content_type)


def _refusal(status: int, sentence: str) -> Response:
    return Response(encode_error(sentence), status_code=status, media_type=JSON)


if __name__ == "__main__":
    sys.exit(main())

"""SageMaker's wire: the control plane (JSON 1.1), the runtime, and two paths of our own.

`GET /_health` says that the service is ready. `GET` and `POST /_control` show and set the timings
(`aws_local.sagemaker.timings.Timings`) as a JSON object.
"""

import contextlib
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from loopback.sigv4 import MissingSignatureError, SignatureError, SignedRequest, Verifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from aws_local.sagemaker.collection import Document
from aws_local.sagemaker.endpoints import PAYLOAD_BYTES, Endpoints
from aws_local.sagemaker.faults import FaultError, ModelFaultError
from aws_local.sagemaker.http_client import HttpAnswer
from aws_local.sagemaker.models import EndpointConfigs, Models
from aws_local.sagemaker.tags import Tags
from aws_local.sagemaker.timings import Timings
from aws_local.sagemaker.training_jobs import TrainingJobs
from aws_local.sagemaker.validation import validate
from aws_local.settings import Account, SageMakerSettings

_TARGET_PREFIX = "SageMaker."
_CONTENT_TYPE = "application/x-amz-json-1.1"
#: SageMaker strips all other headers of an invocation.
_FORWARDED_HEADERS = ("content-type", "accept", "x-amzn-sagemaker-custom-attributes")
_QUOTED_CHARACTERS = 1000

Operation = Callable[[Document], Awaitable[Document]]

logger = logging.getLogger(__name__)


class SageMaker:
    """The service: its resources, and an answer for each request."""

    def __init__(self, settings: SageMakerSettings) -> None:
        """Read the state on disk; raise ServiceError naming a damaged file."""
        self._account = account = settings.account
        self._verifier = Verifier(account.credentials, "sagemaker", account.region)
        self._timings = Timings(start_delay_seconds=settings.start_delay_seconds)
        self._jobs = TrainingJobs(settings, self._timings)
        models = Models(settings)
        configs = EndpointConfigs(settings, models)
        self._endpoints = Endpoints(settings, configs, self._timings)
        kinds = (self._jobs, models, configs, self._endpoints)
        tags = Tags(kind.collection for kind in kinds)
        self._operations: dict[str, Operation] = {
            "CreateTrainingJob": self._jobs.create,
            "DescribeTrainingJob": self._jobs.describe,
            "ListTrainingJobs": self._jobs.list,
            "StopTrainingJob": self._jobs.stop,
            "CreateModel": models.create,
            "DescribeModel": models.describe,
            "ListModels": models.list,
            "DeleteModel": models.delete,
            "CreateEndpointConfig": configs.create,
            "DescribeEndpointConfig": configs.describe,
            "ListEndpointConfigs": configs.list,
            "DeleteEndpointConfig": configs.delete,
            "CreateEndpoint": self._endpoints.create,
            "DescribeEndpoint": self._endpoints.describe,
            "ListEndpoints": self._endpoints.list,
            "UpdateEndpoint": self._endpoints.update,
            "DeleteEndpoint": self._endpoints.delete,
            "AddTags": tags.add,
            "ListTags": tags.list,
            "DeleteTags": tags.delete,
        }

    def application(self) -> Starlette:
        """The ASGI application."""
        return Starlette(
            routes=[
                Route("/", self.control_plane, methods=["POST"]),
                Route("/endpoints/{name}/invocations", self.runtime, methods=["POST"]),
                Route("/_health", health),
                Route("/_control", self.control, methods=["GET", "POST"]),
            ],
            lifespan=self._lifespan,
        )

    async def control_plane(self, request: Request) -> Response:
        """One operation on the resources."""
        try:
            return JSONResponse(await self._operate(request), media_type=_CONTENT_TYPE)
        except FaultError as fault:
            return fault_response(fault, self._account)

    async def runtime(self, request: Request) -> Response:
        """InvokeEndpoint."""
        name = request.path_params["name"]
        try:
            body = await self._signed_body(request)
            given = request.headers
            headers = {header: given[header] for header in _FORWARDED_HEADERS if header in given}
            answer, plan = await self._endpoints.invoke(name, headers, body)
            require_success(answer, name, self._account)
        except FaultError as fault:
            return fault_response(fault, self._account)
        response = Response(bytes(answer.body), media_type=answer.headers.get("content-type"))
        response.headers["x-amzn-invoked-production-variant"] = plan.variant_name
        if attributes := answer.headers.get("x-amzn-sagemaker-custom-attributes"):
            response.headers["x-amzn-sagemaker-custom-attributes"] = attributes
        return response

    async def control(self, request: Request) -> Response:
        """Show the timings, or set them."""
        if request.method == "POST":
            # The content type keeps web pages out: a browser asks before it sends this one.
            if request.headers.get("content-type", "").split(";")[0] != "application/json":
                return PlainTextResponse("Send application/json.\n", 415)
            try:
                self._timings.change(_object(await request.body()))
            except ValueError as error:
                return PlainTextResponse(f"{error}\n", 400)
        return JSONResponse(self._timings.values())

    async def _operate(self, request: Request) -> Document:
        body = await self._signed_body(request)
        target = request.headers.get("x-amz-target", "")
        operation = target.removeprefix(_TARGET_PREFIX)
        if not target.startswith(_TARGET_PREFIX) or operation not in self._operations:
            raise FaultError(
                "UnknownOperationException",
                f"The local stack does not emulate {operation or 'a request without a target'}.",
                404,
            )
        try:
            document = _object(body)
        except ValueError as error:
            raise FaultError("SerializationException", str(error)) from error
        validate(operation, document)
        return await self._operations[operation](document)

    async def _signed_body(self, request: Request) -> bytes:
        body = await _limited_body(request)
        scope = request.scope
        signed = SignedRequest(
            method=request.method,
            path=scope["raw_path"].decode("latin-1"),
            query=scope["query_string"].decode("latin-1"),
            headers=dict(request.headers),
            body=body,
        )
        try:
            self._verifier.principal(signed)
        except MissingSignatureError as error:
            raise FaultError("MissingAuthenticationTokenException", str(error), 403) from error
        except SignatureError as error:
            raise FaultError("InvalidSignatureException", str(error), 403) from error
        return body

    @contextlib.asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        self._jobs.settle_earlier_life()
        self._endpoints.resume_earlier_life()
        yield
        await self._jobs.end()
        await self._endpoints.end()


async def health(_: Request) -> Response:
    """Answer that the service is ready."""
    return PlainTextResponse("ready")


def require_success(answer: HttpAnswer, endpoint: str, account: Account) -> None:
    """Raise ModelFaultError, as SageMaker does, unless the container answered with success."""
    if answer.status < 400:
        return
    whose = "client" if answer.status < 500 else "server"
    text = answer.body.decode(errors="replace")
    raise ModelFaultError(
        f"Received {whose} error ({answer.status}) from primary with message "
        f'"{text[:_QUOTED_CHARACTERS]}". See the log of endpoint {endpoint} in account '
        f"{account.account_id} for more information.",
        answer.status,
        text,
    )


def fault_response(fault: FaultError, account: Account) -> Response:
    """A fault in the shape that both of SageMaker's protocols share."""
    content: Document = {"__type": fault.code, "message": str(fault), "Message": str(fault)}
    if isinstance(fault, ModelFaultError):
        content["OriginalStatusCode"] = fault.original_status
        content["OriginalMessage"] = fault.original_message
        content["LogStreamArn"] = account.arn("logs", "log-group:local")
    return JSONResponse(
        content,
        fault.status,
        headers={"x-amzn-errortype": fault.code},
        media_type=_CONTENT_TYPE,
    )


async def _limited_body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > PAYLOAD_BYTES:
            raise FaultError("ValidationError", f"The body has over {PAYLOAD_BYTES} bytes.", 413)
    return bytes(body)


def _object(body: bytes) -> Document:
    document = json.loads(body or b"{}")
    if isinstance(document, dict):
        return document
    raise ValueError("The body must be a JSON object.")

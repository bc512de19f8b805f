"""SageMaker's wire: the control plane (JSON 1.1), the runtime, and two paths of our own.

`GET /_health` says that the service is ready. `GET` and `POST /_control` show and set the timings
(`aws_local.sagemaker.containers.timings.Timings`) as a JSON object.
"""

import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from aws_local.iam.action_catalogue import ActionCatalogue
from aws_local.iam.authority import AccessDeniedError, Authority
from aws_local.sagemaker.containers.timings import Timings
from aws_local.sagemaker.control_plane.resources import Resources
from aws_local.sagemaker.responses import (
    CONTENT_TYPE,
    fault_response,
    invocation_response,
    require_success,
)
from aws_local.sagemaker.signed_bodies import SignedBodies, json_object
from aws_local.sagemaker.state import container_rights, model_package
from aws_local.sagemaker.state.document import Document
from aws_local.settings import SageMakerSettings
from aws_local.wire.fault import FaultError
from aws_local.wire.validation import validate

_TARGET_PREFIX = "SageMaker."
#: SageMaker strips all other headers of an invocation.
_FORWARDED_HEADERS = ("content-type", "accept", "x-amzn-sagemaker-custom-attributes")


class SageMaker:
    """The service: its resources, and an answer for each request."""

    def __init__(self, settings: SageMakerSettings) -> None:
        """Read the state on disk; raise ServiceError naming a damaged file."""
        self._account = settings.account
        self._bodies = SignedBodies(settings.account)
        self._timings = Timings(start_delay_seconds=settings.start_delay_seconds)
        self._authority = Authority(settings.account)
        self._catalogue = ActionCatalogue(settings.account)
        self._resources = Resources(settings, self._timings, self._authority)
        self.operations = self._resources.operations()

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
            return JSONResponse(await self._operate(request), media_type=CONTENT_TYPE)
        except FaultError as fault:
            return fault_response(fault, self._account)

    async def runtime(self, request: Request) -> Response:
        """InvokeEndpoint."""
        name, given = request.path_params["name"], request.headers
        try:
            signed = await self._bodies.read(request)
            self._authorize(signed.principal, "InvokeEndpoint", {"EndpointName": name})
            headers = {header: given[header] for header in _FORWARDED_HEADERS if header in given}
            answer, plan = await self._resources.endpoints.invoke(name, headers, signed.content)
            require_success(answer, name, self._account)
        except FaultError as fault:
            return fault_response(fault, self._account)
        return invocation_response(answer, plan.variant_name)

    async def control(self, request: Request) -> Response:
        """Show the timings, or set them."""
        if request.method == "POST":
            # The content type keeps web pages out: a browser asks before it sends this one.
            if request.headers.get("content-type", "").split(";")[0] != "application/json":
                return PlainTextResponse("Send application/json.\n", 415)
            try:
                self._timings.change(json_object(await request.body()))
            except ValueError as error:
                return PlainTextResponse(f"{error}\n", 400)
        return JSONResponse(self._timings.values())

    async def _operate(self, request: Request) -> Document:
        signed = await self._bodies.read(request)
        target = request.headers.get("x-amz-target", "")
        operation = target.removeprefix(_TARGET_PREFIX)
        if not target.startswith(_TARGET_PREFIX) or operation not in self.operations:
            raise FaultError(
                "UnknownOperationException",
                f"The local stack does not emulate {operation or 'a request without a target'}.",
                404,
            )
        try:
            document = json_object(signed.content)
        except ValueError as error:
            raise FaultError("SerializationException", str(error)) from error
        validate("sagemaker", operation, document)
        self._authorize(signed.principal, operation, document)
        return await self.operations[operation](document)

    def _authorize(self, principal: str, operation: str, document: Document) -> None:
        needed = self._catalogue.requests("sagemaker", operation, document)
        if operation == "CreateModelPackage":
            needed += container_rights.of_package(model_package.container_of(document))
        try:
            self._authority.require(self._authority.caller(principal), needed)
        except AccessDeniedError as error:
            raise FaultError("AccessDeniedException", str(error)) from error

    @contextlib.asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        self._resources.begin()
        yield
        await self._resources.end()


async def health(_: Request) -> Response:
    """Answer that the service is ready."""
    return PlainTextResponse("ready")

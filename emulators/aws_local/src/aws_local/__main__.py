"""`python -m aws_local SETTINGS.json`: moto's services and the API's gateway, until told to end."""

import contextlib
import logging
from collections.abc import AsyncIterator
from functools import partial

from loopback import service, settings_file
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from aws_local.api_gateway.gateway import Gateway
from aws_local.api_gateway.gateway_response import GatewayResponses
from aws_local.api_gateway.limited_headers import limited_headers
from aws_local.emulator import Emulator
from aws_local.endpoint.moto_server import MotoServer
from aws_local.scheduler.control import ClockControl
from aws_local.settings import Settings


def serve(settings: Settings) -> None:
    """Run both halves until the parent says or ends."""
    emulator = Emulator(settings)
    moto = MotoServer(settings.s3, settings.account, emulator.services)
    moto.start()
    http = limited_headers(GatewayResponses(settings.api.response_template))
    app = application(settings, emulator)
    try:
        service.run(app, settings.api.port, "API gateway", http=http)
    finally:
        moto.stop()


def application(settings: Settings, emulator: Emulator) -> Starlette:
    """The gateway with its functions."""

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        emulator.begin()
        yield
        await emulator.end()

    own = [Route("/_health", health)]
    if emulator.scheduler:
        control = ClockControl(emulator.scheduler)
        own.append(Route("/_control", control.answer, methods=["GET", "POST"]))
    gateway = Gateway(settings.api, settings.account, emulator.functions)
    return Starlette(routes=[*own, Mount("", gateway)], lifespan=lifespan)


async def health(_: Request) -> PlainTextResponse:
    """Answer that the gateway is ready."""
    return PlainTextResponse("ready")


if __name__ == "__main__":
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.WARNING)
    service.main(partial(settings_file.read, Settings), serve)

"""`python -m aws_local SETTINGS.json`: moto's services and the API's gateway, until told to end."""

import contextlib
import logging
from collections.abc import AsyncIterator, Mapping
from functools import partial
from pathlib import Path

from loopback import service, settings_file
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from aws_local.api_gateway.gateway import Gateway
from aws_local.api_gateway.gateway_response import GatewayResponses
from aws_local.api_gateway.limited_headers import limited_headers
from aws_local.endpoint.moto_server import MotoServer
from aws_local.iam.authority import Authority
from aws_local.lambda_runtime.asset import copy_asset
from aws_local.lambda_runtime.environment import FunctionConfiguration
from aws_local.lambda_runtime.execution_role import require_rights
from aws_local.lambda_runtime.function_pool import FunctionPool
from aws_local.lambda_runtime.invocations import Invocations
from aws_local.settings import Account, FunctionSettings, Settings
from aws_local.sns.topics import Topics
from aws_local.wire.call import Service


def serve(settings: Settings) -> None:
    """Run both halves until the parent says or ends."""
    pools = function_pools(settings)
    invocations = Invocations(pools.values(), settings.account)
    moto = MotoServer(settings.s3, settings.account, services(settings, invocations))
    moto.start()
    http = limited_headers(GatewayResponses(settings.api.response_template))
    app = application(settings, pools, invocations)
    try:
        service.run(app, settings.api.port, "API gateway", http=http)
    finally:
        moto.stop()


def services(settings: Settings, invocations: Invocations) -> dict[str, Service]:
    """What answers in place of moto, by the name that calls are signed for."""
    found: dict[str, Service] = {"lambda": invocations}
    if settings.sns:
        found["sns"] = Topics(settings.sns, settings.account)
    return found


def function_pools(settings: Settings) -> dict[str, FunctionPool]:
    """The functions; raise ServiceError where Lambda could not run one under its role."""
    code = copy_asset(settings.code.root, settings.code.files, settings.code.copies)
    authority = Authority(settings.account)
    for function in settings.functions.values():
        require_rights(function, settings.account, authority)
    return {
        name: FunctionPool(configuration(settings.account, function, code))
        for name, function in settings.functions.items()
    }


def application(
    settings: Settings, pools: Mapping[str, FunctionPool], invocations: Invocations
) -> Starlette:
    """The gateway with its functions, one environment of each warm."""

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        for pool in pools.values():
            pool.warm()
        invocations.begin()
        yield
        for pool in pools.values():
            await pool.close()

    gateway = Gateway(settings.api, settings.account, pools)
    return Starlette(routes=[Route("/_health", health), Mount("", gateway)], lifespan=lifespan)


async def health(_: Request) -> PlainTextResponse:
    """Answer that the gateway is ready."""
    return PlainTextResponse("ready")


def configuration(
    account: Account, function: FunctionSettings, code: Path
) -> FunctionConfiguration:
    """The configuration of a function whose code is the copy at `code`."""
    return FunctionConfiguration(
        name=function.name,
        arn=account.arn("lambda", f"function:{function.name}"),
        handler=function.handler,
        code=code,
        variables={
            **function.variables,
            **account.principals[function.role].credentials.variables(),
        },
        log=function.log,
        timeout_seconds=function.timeout_seconds,
        memory_mb=function.memory_mb,
    )


if __name__ == "__main__":
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.WARNING)
    service.main(partial(settings_file.read, Settings), serve)

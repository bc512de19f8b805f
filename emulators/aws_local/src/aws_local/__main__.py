"""`python -m aws_local STATE_DIR`: moto's services and the API's gateway, until told to end."""

import contextlib
import logging
from collections.abc import AsyncIterator
from pathlib import Path

from loopback import service
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

import functions
from aws_local.api_gateway.gateway import Gateway
from aws_local.api_gateway.limited_headers import LimitedHeadersProtocol
from aws_local.lambda_runtime.asset import copy_asset
from aws_local.lambda_runtime.environment import FunctionConfiguration
from aws_local.lambda_runtime.function_pool import FunctionPool
from aws_local.s3.moto_server import MotoServer
from functions.lambdas import ASSET_FILES, HANDLERS, LAMBDA_TIMEOUT_SECONDS, LambdaName
from local.stack import BUCKET, PREFIX, Stack

_PROJECT = Path(functions.__file__).parent.parent


def serve(stack: Stack) -> None:
    """Run both halves until the supervisor says or ends."""
    moto = MotoServer(stack, [BUCKET])
    moto.start()
    try:
        service.run(
            application(stack), stack.gateway_port, "API gateway", http=LimitedHeadersProtocol
        )
    finally:
        moto.stop()


def application(stack: Stack) -> Starlette:
    """The gateway with its functions, one environment of each warm."""
    code = copy_asset(_PROJECT, ASSET_FILES, stack.state_dir / "lambda")
    pools = {name: FunctionPool(_configuration(stack, name, code)) for name in HANDLERS}

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        for pool in pools.values():
            pool.warm()
        yield
        for pool in pools.values():
            await pool.close()

    routes = [Route("/_health", health), Mount("", Gateway(stack, pools))]
    return Starlette(routes=routes, lifespan=lifespan)


async def health(_: Request) -> PlainTextResponse:
    """Answer that the gateway is ready."""
    return PlainTextResponse("ready")


def _configuration(stack: Stack, name: LambdaName, code: Path) -> FunctionConfiguration:
    return FunctionConfiguration(
        name=f"{PREFIX}-{name}",
        handler=HANDLERS[name],
        code=code,
        variables={
            **stack.lambda_environment(name),
            **stack.aws_environment("lambda"),
            "POWERTOOLS_SERVICE_NAME": name,
            "POWERTOOLS_METRICS_NAMESPACE": "Snowreel",
            # no X-Ray daemon listens here, and each request would log that its trace is lost
            "POWERTOOLS_TRACE_DISABLED": "true",
        },
        log=stack.log_dir / f"lambda-{name}.log",
        timeout_seconds=LAMBDA_TIMEOUT_SECONDS,
    )


if __name__ == "__main__":
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.WARNING)
    service.main(Stack.read, serve)

"""A warehouse with a scripted remote service on loopback, and real connector clients."""

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import snowflake.connector
import uvicorn

from local.stack import API_URL_IN_SQL, PRINCIPALS, Credentials, Stack
from local.warehouse.engine import Warehouse
from local.warehouse.remote_service import Patience
from local.warehouse.server import application

#: Short pauses; the totals are set by the tests that need them.
QUICK = Patience(first_delay=0.01, longest_delay=0.05, faults=0.5, total=20.0)


@dataclass(frozen=True)
class Received:
    """A request as the remote service saw it."""

    method: str
    path: str
    #: Lower-case names.
    headers: dict[str, str]
    body: bytes

    @property
    def rows(self) -> list[list[Any]]:
        compressed = self.headers.get("content-encoding") == "gzip"
        return json.loads(gzip.decompress(self.body) if compressed else self.body)["data"]

    @property
    def batch_id(self) -> str:
        return self.headers["sf-external-function-query-batch-id"]


@dataclass
class Reply:
    """What the remote service answers."""

    status: int = 200
    body: Any = ""
    headers: dict[str, str] = field(default_factory=dict)


def first(arguments: list[Any]) -> Any:
    return arguments[0]


def each(value: Callable[[list[Any]], Any]) -> Callable[[Received], Reply]:
    """Answers every row with a value of its arguments."""
    return lambda request: Reply(body={"data": [[row[0], value(row[1:])] for row in request.rows]})


class RemoteService:
    """Answers POST with `answer`, unless the script says otherwise; keeps what it received."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        #: Replies for the next requests, first come first served; None drops the connection.
        self.script: list[Reply | Callable[[Received], Reply] | None] = []
        self.answer: Callable[[Received], Reply] = each(lambda arguments: arguments)
        self._lock = threading.Lock()
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                service.serve(self)

            do_GET = do_POST

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        request = Received(handler.command, handler.path, headers, body)
        with self._lock:
            self.received.append(request)
            reply = self.script.pop(0) if self.script else self.answer
        if reply is None:
            handler.close_connection = True
            handler.connection.close()
            return
        reply = reply(request) if callable(reply) else reply
        text = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
        handler.send_response(reply.status)
        for name, value in reply.headers.items():
            handler.send_header(name, value)
        handler.send_header("content-length", str(len(text.encode())))
        handler.end_headers()
        handler.wfile.write(text.encode())

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@dataclass
class Client:
    """A connector's session, and short ways to use it."""

    connection: snowflake.connector.SnowflakeConnection

    def run(self, statement: str, binds: Any = None) -> Any:
        return self.connection.cursor().execute(statement, binds)

    def rows(self, statement: str, binds: Any = None) -> list[tuple[Any, ...]]:
        return self.run(statement, binds).fetchall()

    def value(self, statement: str, binds: Any = None) -> Any:
        return self.rows(statement, binds)[0][0]


@dataclass
class Server:
    """A running warehouse."""

    stack: Stack
    warehouse: Warehouse
    clients: ExitStack

    def connect(self, **options: Any) -> Client:
        arguments = {
            "account": "local",
            "user": "analyst",
            "password": "any",
            "host": "localhost",
            "port": self.stack.warehouse_port,
            "protocol": "http",
            "database": "FILMS",
            "schema": "MARTS",
            "platform_detection_timeout_seconds": 0,
        } | options
        connection = snowflake.connector.connect(**arguments)
        self.clients.callback(connection.close)
        return Client(connection)


@contextmanager
def serving(
    state_dir: Path, remote_port: int, patience: Patience = QUICK, answer_seconds: float = 10.0
) -> Iterator[Server]:
    """A warehouse of this process, on its own port."""
    key = {name: Credentials.generate() for name in PRINCIPALS}
    stack = Stack(
        state_dir=state_dir,
        warehouse_port=0,
        aws_port=0,
        gateway_port=remote_port,
        sagemaker_port=0,
        credentials=key,
    )
    warehouse = Warehouse(stack, patience)
    app = application(warehouse, stack, answer_seconds)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    stack = Stack(**{**vars(stack), "warehouse_port": port})
    try:
        with ExitStack() as clients:
            yield Server(stack, warehouse, clients)
    finally:
        server.should_exit = True
        thread.join(20)
        warehouse.close()


@pytest.fixture
def remote() -> Iterator[RemoteService]:
    service = RemoteService()
    yield service
    service.close()


@pytest.fixture
def server(tmp_path: Path, remote: RemoteService) -> Iterator[Server]:
    """An empty warehouse with database FILMS, schema MARTS and integration API."""
    with serving(tmp_path, remote.port) as server:
        prepare(server)
        yield server


@pytest.fixture
def client(server: Server) -> Client:
    return server.connect()


def prepare(server: Server) -> None:
    admin = server.connect(database=None, schema=None)
    admin.run("create database if not exists films")
    admin.run("create schema if not exists films.marts")
    admin.run(
        "create api integration if not exists api api_provider = aws_api_gateway "
        "api_aws_role_arn = 'arn:aws:iam::123456789012:role/caller' "
        f"api_allowed_prefixes = ('{API_URL_IN_SQL}/') enabled = true"
    )


def create_function(client: Client, signature: str, options: str = "") -> None:
    """An external function `signature` (`f(a varchar) returns variant`) behind /v1/f."""
    name = signature.partition("(")[0].strip()
    client.run(
        f"create or replace external function {signature} {options} api_integration = api "
        f"as '{API_URL_IN_SQL}/{name}'"
    )

"""A warehouse with a scripted remote service on loopback, and real connector clients."""

import gzip
import itertools
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
import snowflake.connector
from loopback.credentials import Credentials
from snowflake.connector import DictCursor
from snowflake_local.engine.session import SessionOptions
from snowflake_local.engine.warehouse import Warehouse
from snowflake_local.http.server import application
from snowflake_local.model.errors import SqlError
from snowflake_local.objects.remote_service import RetryPolicy
from snowflake_local.settings import Settings

#: The API's address as statements name it.
API = "https://abc123.execute-api.us-east-1.amazonaws.com/v1"
ROLE = "arn:aws:iam::123456789012:role/"
#: Short pauses; the totals are set by the tests that need them.
QUICK = RetryPolicy(first_delay=0.01, longest_delay=0.05, faults=0.5, total=20.0)


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
    """An answer of the remote service."""

    status: int = 200
    body: Any = ""
    headers: dict[str, str] = field(default_factory=dict)


class RemoteService:
    """Answers each row with `value(arguments)`, unless the script says otherwise."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.value: Callable[[list[Any]], Any] = list
        #: Called with each request before it is answered.
        self.before: Callable[[Received], None] = lambda _: None
        self._script: list[Reply | None] = []
        self._lock = threading.Lock()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def then(self, status: int = 200, body: Any = "", **headers: str) -> "RemoteService":
        """Answer the next request, or the one after those scripted already, like this."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._script.append(Reply(status, body, named))
        return self

    def then_disconnect(self) -> "RemoteService":
        """Close the connection instead of an answer."""
        self._script.append(None)
        return self

    def reset(self) -> None:
        """Forget what was received and scripted."""
        with self._lock:
            self.received.clear()
            self._script.clear()
        self.value = list
        self.before = lambda _: None

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                service._serve(self)

            def do_POST(self) -> None:
                service._serve(self)

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        request = Received(handler.command, handler.path, headers, body)
        with self._lock:
            self.received.append(request)
            reply = self._script.pop(0) if self._script else self._answer(request)
        self.before(request)
        if reply is None:
            handler.close_connection = True
            return
        text = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
        handler.send_response(reply.status)
        for name, value in (reply.headers | {"content-length": str(len(text.encode()))}).items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(text.encode())

    def _answer(self, request: Received) -> Reply:
        return Reply(body={"data": [[row[0], self.value(row[1:])] for row in request.rows]})


class RoleGiver:
    """STS: keys of the role `caller`, for the external id that its trust policy names, if any."""

    def __init__(self) -> None:
        self.key = Credentials.generate()
        #: None: any.
        self.trusted_id: str | None = None
        self.asked: list[dict[str, str]] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://localhost:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        giver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                status, text = giver._answer(dict(parse_qsl(body.decode())))
                self.send_response(status)
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def _answer(self, form: dict[str, str]) -> tuple[int, str]:
        self.asked.append(form)
        is_trusted = self.trusted_id in {None, form["ExternalId"]}
        if form["RoleArn"] != f"{ROLE}caller" or not is_trusted:
            return 403, "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>"
        return 200, (
            '<A xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Credentials>'
            f"<AccessKeyId>{self.key.aws_access_key_id}</AccessKeyId>"
            f"<SecretAccessKey>{self.key.aws_secret_access_key}</SecretAccessKey>"
            "<SessionToken>session</SessionToken></Credentials></A>"
        )


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

    def records(self, statement: str) -> list[dict[str, Any]]:
        cursor = self.connection.cursor(DictCursor)
        cursor.execute(statement)
        return cursor.fetchall()

    def create_function(self, signature: str, options: str = "", url: str | None = None) -> None:
        """An external function `f(a varchar) returns variant`, by default at .../v1/f."""
        name = signature.partition("(")[0].strip()
        self.run(
            f"create or replace external function {signature} {options} api_integration = api "
            f"as '{url or f'{API}/{name}'}'"
        )


@dataclass
class Server:
    """A running warehouse."""

    port: int
    warehouse: Warehouse
    clients: ExitStack

    def connect(self, **options: Any) -> Client:
        arguments = {
            "account": "local",
            "user": "analyst",
            "password": "any",
            "host": "localhost",
            "port": self.port,
            "protocol": "http",
            "database": "FILMS",
            "platform_detection_timeout_seconds": 0,
        } | options
        if arguments["password"] and str(arguments["user"]).lower() != "analyst":
            self._invite(str(arguments["user"]))
        connection = snowflake.connector.connect(**arguments)
        self.clients.callback(connection.close)
        return Client(connection)

    def _invite(self, user: str) -> None:
        """A user with the administrator's rights, if there is none of that name."""
        admin = self.connect(database=None)
        admin.run(f"create user if not exists {user} default_role = accountadmin")
        admin.run(f"alter user {user} set default_warehouse = compute_wh")
        admin.run(f"grant role accountadmin to user {user}")


@contextmanager
def serve(
    served: Callable[..., Any],
    role_giver: RoleGiver,
    folder: Path,
    remote: RemoteService,
    *,
    retry_policy: RetryPolicy = QUICK,
    answer_seconds: float = 10.0,
) -> Iterator[Server]:
    """A warehouse in this process, with database FILMS and integration API."""
    settings = describe(folder, 0, remote.port, role_giver.url)
    warehouse = Warehouse(settings, retry_policy)
    app = application(warehouse, answer_seconds)
    try:
        with served(app) as port, ExitStack() as clients:
            running = Server(port, warehouse, clients)
            prepare(running)
            yield running
    finally:
        warehouse.close()


def describe(folder: Path, port: int, api_port: int, sts_url: str) -> Settings:
    """Settings of an account whose API is served at `api_port`."""
    return Settings(
        port=port,
        data_dir=folder / "data",
        account_id="123456789012",
        region="us-east-1",
        principals={f"{ROLE}{name}": Credentials.generate() for name in ("job", "function")}
        | {"arn:aws:iam::123456789012:user/snowflake-local": Credentials.generate()},
        sts_endpoint_url=sts_url,
        addresses={API: f"http://localhost:{api_port}/v1"},
        administrator="ANALYST",
    )


@pytest.fixture(scope="session")
def unserved() -> Callable[[Path], Settings]:
    """Makes settings of an account with an administrator of its own, whose API nobody serves."""
    nowhere = "http://localhost:9"
    return lambda folder: replace(describe(folder, 0, 9, nowhere), administrator="ADMIN")


def prepare(server: Server) -> None:
    admin = server.connect(database=None)
    admin.run("create database if not exists films")
    admin.run(
        "create api integration if not exists api api_provider = aws_api_gateway "
        "api_aws_role_arn = 'arn:aws:iam::123456789012:role/caller' "
        f"api_allowed_prefixes = ('{API}/') enabled = true"
    )


@pytest.fixture(scope="module")
def remote_service() -> Iterator[RemoteService]:
    service = RemoteService()
    yield service
    service.close()


@pytest.fixture
def remote(remote_service: RemoteService) -> RemoteService:
    """The remote service, as new."""
    remote_service.reset()
    return remote_service


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, remote_service: RemoteService, serving: Any
) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("state"), remote_service) as server:
        yield server


@pytest.fixture(scope="session")
def role_giver() -> Iterator[RoleGiver]:
    """STS."""
    giver = RoleGiver()
    yield giver
    giver.close()


@pytest.fixture(scope="session")
def serving(served: Callable[..., Any], role_giver: RoleGiver) -> Any:
    """`with serving(folder, remote, ...) as server`: a warehouse of one's own."""
    return partial(serve, served, role_giver)


@pytest.fixture
def settings(
    tmp_path: Path, free_port: Callable[[], int], remote: RemoteService, role_giver: RoleGiver
) -> Settings:
    """Settings of a warehouse of one's own, which does not run yet."""
    return describe(tmp_path, free_port(), remote.port, role_giver.url)


@dataclass
class TaskAccount:
    """An account whose time is the test's, and whose tasks run where they are started."""

    warehouse: Any = None
    now: datetime = datetime(2027, 1, 1, 12, tzinfo=UTC)
    #: Starts the run of a task; a test may keep it for later.
    spawn: Callable[[Callable[[], None]], None] = lambda work: work()
    _sessions: dict[str, Any] = field(default_factory=dict)

    def open(self, settings: Settings) -> "TaskAccount":
        """Open the account, perhaps once more."""
        self._sessions.clear()
        self.warehouse = Warehouse(settings, QUICK, now=lambda: self.now, spawn=self._begin)
        return self

    def _begin(self, work: Callable[[], None]) -> None:
        self.spawn(work)

    def session(self, role: str = "ACCOUNTADMIN") -> Any:
        """The session of the user who has a role, and no other."""
        if role not in self._sessions:
            user = "ADMIN" if role == "ACCOUNTADMIN" else role
            options = SessionOptions(role=role, warehouse="COMPUTE_WH")
            self._sessions[role] = self.warehouse.sign_on(user, options)
        return self._sessions[role]

    def run(self, statements: str, role: str = "ACCOUNTADMIN") -> list[tuple[Any, ...]]:
        """Run statements, one a line or divided by `;`; the rows of the last."""
        rows: list[tuple[Any, ...]] = []
        for statement in filter(str.strip, statements.split(";")):
            rows = self.session(role).cursor().execute(statement.strip()).fetchall()
        return rows

    def records(self, statement: str, role: str = "ACCOUNTADMIN") -> list[dict[str, Any]]:
        """The rows of a statement by their columns' names."""
        cursor = self.session(role).cursor()
        rows = cursor.execute(statement).fetchall()
        names = [column[0].lower() for column in cursor.describe_last()]
        return [dict(zip(names, row, strict=True)) for row in rows]

    def history(self, columns: str = "name, state", *, where: str = "true") -> list[Any]:
        """Runs of the current schema's tasks that have begun, the oldest first."""
        schema = self.session().schema
        return self.run(
            f"select {columns} from table(information_schema.task_history(result_limit => 10000)) "
            f"where schema_name = '{schema}' and state <> 'SCHEDULED' and {where} "
            "order by scheduled_time, completed_time, query_start_time"
        )

    def task(self, name: str, role: str = "ACCOUNTADMIN") -> dict[str, Any]:
        """A task, described."""
        (record,) = self.records(f"describe task {name}", role)
        return record

    def tick(self, **passed: float) -> None:
        """Let time pass, and the clock look once."""
        self.now += timedelta(**passed)
        self.warehouse.scheduler.fire_due()

    def refused(self, statement: str, text: str, errno: int | None = None, **who: str) -> None:
        """See that a statement fails, and how."""
        with pytest.raises(SqlError, match=text) as raised:
            self.run(statement, **who)
        assert errno in {None, raised.value.errno}, raised.value


@pytest.fixture(scope="session")
def task_account() -> Callable[[Settings], TaskAccount]:
    """Opens an account whose time is the test's; the test closes it."""
    return lambda settings: TaskAccount().open(settings)


@pytest.fixture(scope="module")
def task_account_of_module(
    tmp_path_factory: pytest.TempPathFactory,
    unserved: Callable[[Path], Settings],
    task_account: Callable[[Settings], TaskAccount],
) -> Iterator[TaskAccount]:
    account = task_account(unserved(tmp_path_factory.mktemp("tasks")))
    account.run("create database d")
    yield account
    account.warehouse.close()


@pytest.fixture
def tasks(task_account_of_module: TaskAccount) -> Iterator[TaskAccount]:
    """An account whose time is the test's, in a new schema with a table `log (a varchar)`."""
    account = task_account_of_module
    account.spawn = lambda work: work()
    schema = f"d.t{next(_SCHEMAS)}"
    account.run(f"create schema {schema}; create table log (a varchar)")
    yield account
    account.run(f"drop schema {schema}")


_SCHEMAS = itertools.count()


@pytest.fixture
def client(server: Server) -> Client:
    """A session in a new schema of its own."""
    client = server.connect()
    client.run(f"create schema s{next(_SCHEMAS)}")
    return client

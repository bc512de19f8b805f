"""The service as a process: starts, ends, is killed, finds its state again."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing

import psutil
import pytest
import snowflake.connector
from loopback import settings_file
from loopback.service import ServiceError

pytestmark = pytest.mark.thorough

API = "https://abc123.execute-api.us-east-1.amazonaws.com/v1"


class Service:
    """`python -m snowflake_local` with its lifeline."""

    def __init__(self, settings, folder, wait_for):
        self.settings = settings
        self.file = settings_file.write(settings, folder / "settings.json")
        self.wait_for = wait_for
        self._process: subprocess.Popen[bytes] | None = None
        self.log = folder / "log"

    @property
    def is_started(self):
        return self._process is not None

    @property
    def process(self):
        assert self._process is not None, "the warehouse was never started"
        return self._process

    def start(self):
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "snowflake_local", self.file],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
            )
        return self

    def said(self):
        return self.log.read_text()

    def ready(self):
        self.wait_for(self.listens, 120, "start of the warehouse")
        return self

    def listens(self):
        assert self.process.poll() is None, f"the warehouse ended: {self.said()}"
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.settings.port)) == 0

    def connect(self):
        return closing(
            snowflake.connector.connect(
                account="local",
                user="analyst",
                password="any",
                host="localhost",
                port=self.settings.port,
                protocol="http",
                database="FILMS",
                schema="MARTS",
                network_timeout=3,
                platform_detection_timeout_seconds=0,
            )
        )

    def run(self, *statements):
        with self.connect() as connection:
            return [connection.cursor().execute(s).fetchall() for s in statements][-1]

    def let_go(self):
        assert self.process.stdin is not None
        self.process.stdin.close()

    def end(self):
        """Let go of the lifeline."""
        self.let_go()
        assert self.process.wait(20) == 0, self.said()

    def kill(self):
        self.process.kill()
        self.process.wait(20)
        self.let_go()


@pytest.fixture
def service(tmp_path, settings, wait_for):
    service = Service(settings, tmp_path, wait_for)
    yield service
    if service.is_started:
        service.kill()


INTEGRATION = (
    "create api integration api api_provider = aws_api_gateway enabled = true "
    "api_aws_role_arn = 'arn:aws:iam::123456789012:role/caller' "
    f"api_allowed_prefixes = ('{API}/')"
)
FUNCTION = (
    "create external function films.marts.f(a varchar) returns variant api_integration = api "
    f"as '{API}/f'"
)
SETUP = (
    "create database films",
    "create schema films.marts",
    "create table films.marts.t (a int, b varchar(10))",
    "insert into films.marts.t values (1, 'x')",
    "create role reader",
    INTEGRATION,
    FUNCTION,
    "grant usage on function films.marts.f(varchar) to role reader",
    "create stage films.marts.files",
)


@pytest.mark.parametrize("how", ["end", "kill"])
def test_everything_is_there_again_after(service, remote, tmp_path, how):
    service.start().ready().run(*SETUP)
    (tmp_path / "t.csv").write_text("2,y\n")
    service.run(f"put file://{tmp_path}/t.csv @films.marts.files")
    external_id = service.run("describe integration api")[5]
    if how == "kill":
        with service.connect() as connection:
            connection.cursor().execute("begin")
            connection.cursor().execute("insert into t values (99, 'lost')")
            service.kill()
            service.start().ready()
    else:
        service.end()
        assert "Error" not in service.said()
        service.start().ready()
    assert service.run("select a, b from t") == [(1, "x")]
    assert service.run("select f('1')") == [('["1"]',)]
    assert service.run("describe integration api")[5] == external_id
    assert [row[1] for row in service.run("show grants to role reader")] == ["USAGE"]
    service.run("copy into t from @files file_format = (type = csv)")
    assert service.run("select count(*) from t") == [(2,)]
    columns = {row[0]: row[1] for row in service.run("describe table t")}
    assert columns["B"] == "VARCHAR(10)"


@pytest.mark.slow
def test_a_task_that_is_due_again_and_again_goes_on_after_a_kill(service, remote, wait_for):
    service.start().ready().run(
        *SETUP,
        "create task films.marts.k warehouse = compute_wh schedule = '10 seconds' as select f('1')",
        "alter task films.marts.k resume",
        "execute task films.marts.k",
    )
    wait_for(lambda: remote.received)
    service.kill()
    remote.reset()
    service.start().ready()
    assert service.run("show tasks")[0][10] == "started"
    wait_for(lambda: remote.received, what="the next run of the task")
    history = "select state, scheduled_from from table(information_schema.task_history())"
    wait_for(lambda: ("SUCCEEDED", "SCHEDULE") in service.run(history))


def test_killed_at_any_moment_it_opens_again(service):
    service.start().ready().run(*SETUP)
    for round_ in range(2):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(service.settings.port), str(round_)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == "writing\n"
        time.sleep(0.05 * (round_ + 1))
        service.kill()
        writer.kill()
        writer.wait()
        writer.stdout.close()
        service.start().ready()
        counts = service.run("select count(*) from t")
        assert counts[0][0] % 100 == 1, "a statement was half written"


WRITER = """
import snowflake.connector, sys
c = snowflake.connector.connect(account='l', user='analyst', password='x', host='localhost',
    port=int(sys.argv[1]), protocol='http', database='FILMS', schema='MARTS',
    platform_detection_timeout_seconds=0, network_timeout=2)
print('writing', flush=True)
for n in range(100000):
    c.cursor().execute("insert into t select seq4(), 'w' from table(generator(rowcount => 100))")
    c.cursor().execute(f"create or replace table u{n % 7} as select * from t")
"""


@pytest.mark.parametrize("waits_for", ["polling", "an answer"])
def test_sigterm_ends_it_even_while_a_statement_waits(service, remote, waits_for):
    for _ in range(3000):
        remote.then(202)
    answered = threading.Event()
    if waits_for == "an answer":
        remote.before = lambda _: answered.wait(30)
    service.start().ready().run(*SETUP)
    with service.connect() as connection:
        connection.cursor().execute_async("select f('1')")
        deadline = time.monotonic() + 10
        while not remote.received:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        children = psutil.Process(service.process.pid).children(recursive=True)
        started = time.monotonic()
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(20) == 0, service.said()
        assert time.monotonic() - started < 10
        answered.set()
        assert not any(child.is_running() for child in children)
    assert "Traceback" not in service.said()


def test_a_port_in_use_is_one_sentence(service):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", service.settings.port))
        taken.listen()
        service.start()
        assert service.process.wait(30) == 1
    said = service.said()
    assert f"Port {service.settings.port} cannot be used for the warehouse" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("file", ["FILMS.db", "account.duckdb"])
@pytest.mark.parametrize("damage", ["garbage", "truncated"])
def test_a_damaged_file_is_named(tmp_path, serving, remote, file, damage):
    with serving(tmp_path, remote) as server:
        path = server.warehouse.settings.data_dir / file
    path.write_bytes(os.urandom(50_000) if damage == "garbage" else path.read_bytes()[:6000])
    with (
        pytest.raises(ServiceError, match=rf"{path} cannot be opened .* restore it"),
        serving(tmp_path, remote),
    ):
        pass


def test_a_damaged_file_is_one_sentence(service):
    path = service.settings.data_dir / "FILMS.db"
    path.parent.mkdir()
    path.write_bytes(os.urandom(50_000))
    service.start()
    assert service.process.wait(30) == 1
    assert service.said().startswith(f"The database file {path} cannot be opened")
    assert "Traceback" not in service.said()

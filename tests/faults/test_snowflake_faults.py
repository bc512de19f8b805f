"""Snowflake fails in the middle of a training's writing: the table stays whole.

The training job reaches the warehouse through a proxy here, which befalls the statement it is told.
"""

import gzip
import http.client
import json
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from local.stack import BUCKET, IMAGE_URI, TRAINING_ROLE_ARN

pytestmark = pytest.mark.thorough

TABLE = "SNOWREEL.MARTS.WRITTEN"
RUNS = "SNOWREEL.MARTS.MODEL_RUN"
OLD = [("u", 1, "job")]
QUICK = {"algorithm": "svd", "n_factors": 4, "n_epochs": 2, "folds": 2, "top_n": 3}
REFUSED = {
    "success": False,
    "code": "000603",
    "message": "SQL execution internal error",
    "data": {"sqlState": "XX000", "queryId": "0"},
}


@dataclass
class Plan:
    """A fault of one statement, and how often it happened."""

    #: A part of the statement's text, in lower case.
    statement: str
    #: `refused` before it runs; `lost`: it runs, its answer does not arrive; `killed`: the training
    #: program ends before it runs.
    how: str
    happened: bool = False
    seen: list[str] = field(default_factory=list)


class Proxy(BaseHTTPRequestHandler):
    """Passes requests on to the warehouse."""

    protocol_version = "HTTP/1.1"
    plan: Plan
    cloud: Any

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        text = self._statement(body)
        plan = self.plan
        plan.seen.append(text)
        befallen = plan.statement in text and not plan.happened
        plan.happened = plan.happened or befallen
        if befallen and plan.how == "killed":
            for program in self.cloud.programs("train"):
                program.kill()
            self.close_connection = True
            return
        if befallen and plan.how == "refused":
            self._answer(200, json.dumps(REFUSED).encode(), [("content-type", "application/json")])
            return
        status, answer, headers = self._ask(body)
        if befallen:
            self.close_connection = True
            return
        self._answer(status, answer, headers)

    def do_GET(self) -> None:
        self.do_POST()

    def _statement(self, body: bytes) -> str:
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        if "query-request" not in self.path:
            return ""
        return " ".join(str(json.loads(body)["sqlText"]).lower().split())

    def _ask(self, body: bytes) -> tuple[int, bytes, list[tuple[str, str]]]:
        connection = http.client.HTTPConnection(
            "localhost", self.cloud.stack.warehouse_port, timeout=60
        )
        try:
            connection.request(self.command, self.path, body, dict(self.headers))
            response = connection.getresponse()
            return response.status, response.read(), response.getheaders()
        finally:
            connection.close()

    def _answer(self, status: int, body: bytes, headers: list[tuple[str, str]]) -> None:
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in {"content-length", "transfer-encoding", "connection"}:
                self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def proxy(cloud: Any) -> Iterator[Any]:
    """Starts a proxy with a plan; gives its port."""
    servers = []

    def start(plan: Plan) -> int:
        handler = type(
            "PlannedProxy",
            (Proxy,),
            {"plan": plan, "cloud": cloud},
        )
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        servers.append((server, thread))
        return int(server.server_port)

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def train(cloud: Any, proxy: Any, ratings: str, wait: Any) -> Any:
    """Runs a training job behind the plan; gives its description."""

    def train(plan: Plan) -> dict[str, Any]:
        name = f"snowreel-local-{uuid.uuid4().hex[:24]}"
        connection = cloud.stack.training_connection() | {"port": proxy(plan)}
        cloud.sagemaker.create_training_job(
            TrainingJobName=name,
            HyperParameters={
                **{name: str(value) for name, value in QUICK.items()},
                "input_table": f"SNOWREEL.MARTS.{ratings.upper()}",
                "output_table": TABLE,
                "run_table": RUNS,
                "artifact_uri": f"s3://{BUCKET}/training/{name}/output/model.tar.gz",
            },
            AlgorithmSpecification={"TrainingImage": IMAGE_URI, "TrainingInputMode": "File"},
            RoleArn=TRAINING_ROLE_ARN,
            OutputDataConfig={"S3OutputPath": f"s3://{BUCKET}/training"},
            ResourceConfig={
                "InstanceType": "ml.m5.large",
                "InstanceCount": 1,
                "VolumeSizeInGB": 10,
            },
            StoppingCondition={"MaxRuntimeInSeconds": 600},
            Environment={
                "SNOWREEL_SNOWFLAKE_CONNECTION": json.dumps(connection),
            },
        )

        def ended() -> Any:
            job = cloud.sagemaker.describe_training_job(TrainingJobName=name)
            return job if job["TrainingJobStatus"] != "InProgress" else None

        job: dict[str, Any] = wait(ended, "the job's end")
        return job

    return train


@pytest.fixture
def old_rows(sql: Any) -> None:
    sql(
        f"create or replace table {TABLE} (user_id varchar, rank number, item_id varchar,"
        " score float, estimated_rating float, training_job varchar, generated_at timestamp_ntz)"
    )
    sql(f"insert into {TABLE} values ('u', 1, 'i', 1, 1, 'job', '2026-01-01'::timestamp_ntz)")
    sql(f"grant insert, delete on table {TABLE} to role snowreel_training")


def rows(sql: Any) -> list[Any]:
    return list(sql(f"select user_id, rank, training_job from {TABLE}"))


def noted(sql: Any, job: dict[str, Any]) -> int:
    """Number of rows that the table of runs has of the training."""
    query = f"select count(*) from {RUNS} where training_job = %s"
    return int(sql(query, job["TrainingJobName"])[0][0])


#: The statements of the writing, in their order.
STATEMENTS = (
    *("create temporary table", "copy into", "insert overwrite"),
    *("insert into identifier(?) (training_job", "commit"),
)


@pytest.mark.parametrize(
    ("statement", "how"),
    [
        *((statement, "refused") for statement in STATEMENTS),
        ("copy into", "killed"),
        ("commit", "killed"),
    ],
)
def test_a_failure_leaves_the_old_table(
    sql: Any, train: Any, old_rows: None, statement: str, how: str
) -> None:
    plan = Plan(statement, how)
    job = train(plan)
    assert plan.happened, plan.seen
    assert job["TrainingJobStatus"] == "Failed"
    assert "ModelArtifacts" not in job
    assert "Traceback" not in job["FailureReason"]
    assert rows(sql) == OLD
    assert noted(sql, job) == 0


@pytest.mark.parametrize("statement", STATEMENTS[1:])
def test_a_lost_answer_neither_loses_nor_doubles_rows(
    sql: Any, train: Any, old_rows: None, statement: str
) -> None:
    """The connector sends the statement again under its id, and the warehouse runs it once."""
    plan = Plan(statement, "lost")
    job = train(plan)
    assert plan.happened, plan.seen
    assert job["TrainingJobStatus"] == "Completed", job["FailureReason"]
    written = rows(sql)
    assert len(written) == 30 * 3
    assert len({row[:2] for row in written}) == len(written)
    assert {row[2] for row in written} == {job["TrainingJobName"]}
    assert noted(sql, job) == 1


def test_a_new_table_is_whole_or_not_there(sql: Any, train: Any) -> None:
    sql(f"drop table if exists {TABLE}")
    plan = Plan("insert overwrite", "refused")
    job = train(plan)
    assert plan.happened, plan.seen
    assert job["TrainingJobStatus"] == "Failed"
    assert sql("show tables like 'WRITTEN'") == []


def killed_without_a_table(sql: Any, train: Any, statement: str) -> dict[str, Any]:
    """A training that is killed at a statement, and has no output table when it begins."""
    sql(f"drop table if exists {TABLE}")
    plan = Plan(statement, "killed")
    job: dict[str, Any] = train(plan)
    assert plan.happened, plan.seen
    assert job["TrainingJobStatus"] == "Failed"
    return job


@pytest.mark.parametrize(
    ("statement", "left"),
    [("create table identifier", None), ("insert overwrite", [])],
)
def test_a_new_table_is_empty_or_not_there_after_a_kill(
    sql: Any, train: Any, statement: str, left: list[Any] | None
) -> None:
    job = killed_without_a_table(sql, train, statement)
    assert "ModelArtifacts" not in job
    assert noted(sql, job) == 0
    assert (rows(sql) if sql("show tables like 'WRITTEN'") else None) == left


@pytest.mark.parametrize("statement", STATEMENTS[3:])
def test_rows_of_a_new_table_go_with_the_killed_training(
    sql: Any, train: Any, statement: str
) -> None:
    """All rows were sent, but the transaction was open; it is in nobody's way afterwards."""
    job = killed_without_a_table(sql, train, statement)
    assert rows(sql) == []
    assert noted(sql, job) == 0
    again = train(Plan("no statement", "lost"))
    assert again["TrainingJobStatus"] == "Completed", again["FailureReason"]
    written = rows(sql)
    assert len(written) == len({row[:2] for row in written}) == 30 * 3
    assert {row[2] for row in written} == {again["TrainingJobName"]}
    assert noted(sql, again) == 1

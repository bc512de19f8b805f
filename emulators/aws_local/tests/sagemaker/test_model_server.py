"""One server: its artifact fetched more than once, its start given up, its files removed."""

import asyncio
import json
import shutil

import psutil
import pytest
from aws_local.sagemaker.containers import model_server
from aws_local.sagemaker.containers.artifacts import ArtifactError, UnreachableError, pack
from aws_local.sagemaker.containers.model_server import ModelServer, ServerError
from aws_local.sagemaker.containers.timings import Timings
from aws_local.sagemaker.state.plan import Plan
from aws_local.settings import ProgramSettings

PLAN = Plan(
    config_name="config",
    variant_name="all",
    image="image",
    model_data_url="s3://bucket/model.tar.gz",
    environment={},
    serverless=None,
)


class Bucket:
    """An S3 that fails some times, then has the artifact."""

    def __init__(self, archive, errors=()):
        self.errors = list(errors)
        self._archive = archive

    def download(self, uri, file, role_arn):
        if self.errors:
            raise self.errors.pop(0)
        shutil.copyfile(self._archive, file)


@pytest.fixture
def artifact(tmp_path):
    def make(**manifest):
        folder = tmp_path / "model"
        folder.mkdir()
        (folder / "manifest.json").write_text(json.dumps({"name": "it"} | manifest))
        pack(folder, tmp_path / "model.tar.gz")
        return tmp_path / "model.tar.gz"

    return make


@pytest.fixture
def start_and_end(sagemaker):
    def run(bucket, root, timings=None):
        return asyncio.run(_scenario(sagemaker.serve, bucket, root, timings or Timings()))

    return run


async def _scenario(program: ProgramSettings, bucket, root, timings):
    server = await ModelServer.start(PLAN, root, program=program, bucket=bucket, timings=timings)
    try:
        return json.loads((await server.invoke({}, b"{}")).body)
    finally:
        await server.end()


def children():
    return [c for c in psutil.Process().children(recursive=True) if c.status() != "zombie"]


def test_an_s3_that_is_not_up_yet_is_waited_for(start_and_end, artifact, tmp_path):
    bucket = Bucket(artifact(), [UnreachableError("down"), UnreachableError("still down")])
    assert start_and_end(bucket, tmp_path / "server")["model"] == "it"
    assert bucket.errors == []
    assert not (tmp_path / "server").exists()


def test_an_s3_that_stays_away_and_a_refused_artifact_are_reported(
    start_and_end, artifact, tmp_path
):
    archive = artifact()
    for error, timings in (
        (UnreachableError("down"), Timings(start_timeout_seconds=0)),
        (ArtifactError("no such key"), Timings()),
    ):
        with pytest.raises(ServerError, match=str(error)):
            start_and_end(Bucket(archive, [error]), tmp_path / "server", timings)
        assert not (tmp_path / "server").exists()


def test_nobody_else_answers_for_a_server(start_and_end, artifact, tmp_path, monkeypatch, served):
    async def another_program(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    with served(another_program, lifespan="off") as port:
        monkeypatch.setattr(model_server, "_free_port", lambda: port)
        with pytest.raises(ServerError, match="did not pass the ping"):
            start_and_end(Bucket(artifact()), tmp_path / "server")


def test_a_server_that_never_answers_is_ended(start_and_end, artifact, tmp_path):
    bucket, before = Bucket(artifact(start_seconds=60)), children()
    with pytest.raises(ServerError, match="did not pass the ping health check"):
        start_and_end(bucket, tmp_path / "server", Timings(start_timeout_seconds=0.3))
    assert not (tmp_path / "server").exists()
    assert children() == before

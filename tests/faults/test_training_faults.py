"""Trainings that are killed, stopped, out of disk or cut off from S3: told, and nothing half."""

import signal
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import psutil
import pytest

from local.stack import BUCKET

pytestmark = pytest.mark.thorough

#: Slow enough to be met on its way.
SLOW = {"algorithm": "svd", "n_factors": 100, "n_epochs": 1000, "folds": 2}


@pytest.fixture
def output(sql: Any) -> str:
    """A table with the recommendations of an earlier training, which must stay as they are."""
    sql(
        "create or replace table earlier (user_id varchar, rank number, item_id varchar,"
        " score float, estimated_rating float, training_job varchar, generated_at timestamp_ntz)"
    )
    sql("grant insert, delete on table earlier to role snowreel_training")
    sql("insert into earlier values ('u', 1, 'i', 1, 1, 'job', '2026-01-01'::timestamp_ntz)")
    return "earlier"


@pytest.fixture
def training(integrator: Any, cloud: Any, ratings: str, output: str, wait: Any) -> "Training":
    return Training(integrator, cloud, [[0, ratings, output]], wait)


class Training:
    """One training, asked for under one batch id."""

    def __init__(self, integrator: Any, cloud: Any, rows: list[Any], wait: Any) -> None:
        self.integrator, self.cloud, self.rows, self.wait = integrator, cloud, rows, wait
        self.batch = str(uuid.uuid4())
        self.jobs_before = cloud.jobs()

    def begin(self, **options: Any) -> str:
        """Start it; gives the job's name."""
        reply = self.integrator.post("/start-training", [[*self.rows[0], options]], self.batch)
        self.rows[0].append(options)
        return str(reply.value["training_job"])

    def program(self, said: str) -> psutil.Process:
        """Its process, once its log holds `said`."""
        self.wait(lambda: self.cloud.programs("train") and said in self.log(), f"{said!r}")
        (process,) = self.cloud.programs("train")
        return process

    def log(self) -> str:
        (job,) = self.cloud.jobs() - self.jobs_before
        files = list(self.cloud.stack.sagemaker_dir.rglob("train.log"))
        mine = [file for file in files if job in str(file)]
        return mine[0].read_text() if mine else ""

    def end(self, job: str) -> dict[str, str]:
        """The error that it ends in, told alike to all who ask."""

        def ask() -> Any:
            return self.integrator.post("/training-status", [[0, job]]).value

        self.wait(lambda: "error" in ask(), "the job's end")
        error: dict[str, str] = ask()["error"]
        retried = self.integrator.post("/start-training", self.rows, self.batch)
        assert retried.error == error
        assert "Traceback" not in error["message"]
        assert self.cloud.jobs() - self.jobs_before == {job}, "a retry started another job"
        return error


def is_untouched(sql: Any, output: str) -> bool:
    return bool(sql(f"select user_id, rank, training_job from {output}") == [("u", 1, "job")])


@pytest.mark.parametrize("said", ["progress 0.0", "fold 2 of 2"])
def test_killed(sql: Any, cloud: Any, training: Training, output: str, said: str) -> None:
    job = training.begin(**SLOW)
    training.program(said).kill()
    error = training.end(job)
    assert error["code"] == "TrainingFailed"
    assert is_untouched(sql, output)
    assert not [key for key in cloud.objects() if job in key]


@pytest.mark.parametrize("by", ["SageMaker", "a signal"])
def test_stopped(sql: Any, cloud: Any, training: Training, output: str, by: str) -> None:
    job = training.begin(**SLOW)
    process = training.program("fold 1 of 2")
    if by == "SageMaker":
        cloud.sagemaker.stop_training_job(TrainingJobName=job)
    else:
        process.send_signal(signal.SIGTERM)
    error = training.end(job)
    assert error["code"] == ("TrainingStopped" if by == "SageMaker" else "TrainingFailed")
    assert is_untouched(sql, output)
    assert not [key for key in cloud.objects() if job in key]


def test_disk_full(sql: Any, cloud: Any, training: Training, output: str) -> None:
    job = training.begin(**SLOW)
    process = training.program("progress 0.0")
    # No file of the process can grow beyond: as on a full disk, its writes fail.
    process.rlimit(psutil.RLIMIT_FSIZE, (16_384, 16_384))
    error = training.end(job)
    assert error["code"] == "TrainingFailed"
    assert is_untouched(sql, output)
    assert not [key for key in cloud.objects() if job in key]


@pytest.fixture
def broken_s3(cloud: Any) -> Iterator[Callable[[], None]]:
    """S3 takes no object: its folder of contents has become a file; the call mends it."""
    contents = cloud.stack.s3_dir / BUCKET / "contents"
    aside = contents.with_name("aside")
    if contents.exists():
        contents.rename(aside)
    contents.parent.mkdir(parents=True, exist_ok=True)
    contents.write_text("in the way")

    def mend() -> None:
        if contents.is_file():
            contents.unlink()
        if aside.exists():
            aside.rename(contents)

    yield mend
    mend()


def test_artifact_cannot_be_written(
    sql: Any, cloud: Any, integrator: Any, training: Training, output: str, broken_s3: Any
) -> None:
    job = training.begin(algorithm="svd", n_factors=4, n_epochs=2, folds=2, top_n=3)
    error = training.end(job)
    assert error["code"] == "TrainingFailed"
    assert "artifact could not be written" in error["message"]
    broken_s3()
    assert "ModelArtifacts" not in cloud.sagemaker.describe_training_job(TrainingJobName=job)
    # SageMaker uploads after the program's end: the table is the new one, but whole
    ranks = sql(f"select user_id, count(*), min(rank), max(rank) from {output} group by user_id")
    assert len(ranks) == 30
    assert {row[1:] for row in ranks} == {(3, 1, 3)}
    assert sql(f"select distinct training_job from {output}") == [(job,)]
    refused = integrator.post("/deploy", [[0, "half", job]])
    assert refused.error["code"] == "TrainingNotCompleted"
    assert cloud.configs("half") == []

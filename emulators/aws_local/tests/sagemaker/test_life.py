"""The service's life: it ends with its supervisor, and goes on where it stood."""

import json
import subprocess
import sys

import psutil
import pytest
from loopback import settings_file
from loopback.service import listen

pytestmark = pytest.mark.thorough


def family_of(process) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def all_ended(processes) -> bool:
    return all(not p.is_running() or p.status() == psutil.STATUS_ZOMBIE for p in processes)


def test_a_killed_service_leaves_no_process_and_goes_on(
    lone, tmp_path, bench_of, running, wait_for
):
    with running("aws_local.sagemaker", lone, tmp_path, lone.port) as process:
        bench = bench_of(lone)
        bench.serving("kept")
        bench.train("finished")
        bench.concluded("finished")
        bench.train("interrupted", "wait")
        bench.in_training("interrupted")
        bench.set_timings(start_delay_seconds=600)
        bench.artifact("newer")
        bench.config("newer", "newer")
        bench.update("kept", "newer")
        bench.endpoint("starting", "newer")
        family = family_of(process)
        assert len(family) == 4  # train, serve and their watchdogs
        process.kill()
        process.wait()
    wait_for(lambda: all_ended(family), what="end of the children")

    with running("aws_local.sagemaker", lone, tmp_path, lone.port) as process:
        bench = bench_of(lone)
        assert bench.job("finished")["TrainingJobStatus"] == "Completed"
        job = bench.job("interrupted")
        assert job["TrainingJobStatus"] == "Failed"
        assert job["FailureReason"] == (
            "InternalServerError: The local stack ended while this job ran: train again."
        )
        assert "ModelArtifacts" not in job
        # What was under way goes on, and what served serves.
        assert bench.settled("kept")["EndpointConfigName"] == "newer"
        assert bench.settled("starting")["EndpointStatus"] == "InService"
        assert bench.invoke("kept")["model"] == bench.invoke("starting")["model"] == "newer"
        assert bench.control.describe_model(ModelName="kept")["ModelName"] == "kept"


def test_the_end_of_the_supervisor_ends_everything(lone, tmp_path, bench_of, running, wait_for):
    with running("aws_local.sagemaker", lone, tmp_path, lone.port) as process:
        bench = bench_of(lone)
        bench.serving("served")
        bench.train("trained", "wait")
        bench.in_training("trained")
        family = family_of(process)
        process.stdin.close()
        assert process.wait(20) == 0
    wait_for(lambda: all_ended(family), what="end of the children")


def test_a_polite_end_is_no_failure(lone, tmp_path, bench_of, running, wait_for):
    with running("aws_local.sagemaker", lone, tmp_path, lone.port) as process:
        bench_of(lone).serving("served")
        family = family_of(process)
        process.terminate()
        assert process.wait(20) == 0
    wait_for(lambda: all_ended(family), what="end of the children")


def start(file) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "aws_local.sagemaker", file]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, check=False
    )


def test_a_port_in_use_is_one_sentence(sagemaker, tmp_path):
    with listen(sagemaker.port, "other program"):
        ended = start(settings_file.write(sagemaker, tmp_path / "settings.json"))
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"Port {sagemaker.port} cannot be used for the SageMaker")
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize("content", ["{", "[]", ""])
def test_a_damaged_state_file_is_named_in_one_sentence(sagemaker, tmp_path, content):
    path = sagemaker.folder / "endpoints" / "some" / "state.json"
    path.parent.mkdir(parents=True)
    path.write_text(content)
    ended = start(settings_file.write(sagemaker, tmp_path / "settings.json"))
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"{path} is damaged")
    assert ended.stderr.count("\n") == 1


def test_damaged_or_missing_settings_are_named(sagemaker, tmp_path):
    path = settings_file.write(sagemaker, tmp_path / "settings.json")
    document = json.loads(path.read_text())
    del document["port"]
    path.write_text(json.dumps(document))
    assert start(path).stderr.startswith(f"{path} is damaged (port of the settings is missing)")
    path.unlink()
    ended = start(path)
    assert (ended.returncode, ended.stderr.startswith(f"{path} does not exist")) == (1, True)

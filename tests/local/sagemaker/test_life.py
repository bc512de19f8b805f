"""The service's life: it ends with its supervisor, and goes on where it stood."""

import json
import subprocess
import sys

import psutil
import pytest
from loopback.service import listen


def family_of(process) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def all_ended(processes) -> bool:
    return all(not p.is_running() or p.status() == psutil.STATUS_ZOMBIE for p in processes)


def test_a_killed_service_leaves_no_process_and_goes_on(
    lone_stack, bench_of, running, python, wait_for
):
    stack, port = lone_stack, lone_stack.sagemaker_port
    with running("aws_local.sagemaker", stack, port, python) as process:
        bench = bench_of(stack)
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

    with running("aws_local.sagemaker", stack, port, python) as process:
        bench = bench_of(stack)
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


def test_the_end_of_the_supervisor_ends_everything(lone_stack, bench_of, running, python, wait_for):
    with running("aws_local.sagemaker", lone_stack, lone_stack.sagemaker_port, python) as process:
        bench = bench_of(lone_stack)
        bench.serving("served")
        bench.train("trained", "wait")
        bench.in_training("trained")
        family = family_of(process)
        process.stdin.close()
        assert process.wait(20) == 0
    wait_for(lambda: all_ended(family), what="end of the children")


def test_a_polite_end_is_no_failure(lone_stack, bench_of, running, python, wait_for):
    with running("aws_local.sagemaker", lone_stack, lone_stack.sagemaker_port, python) as process:
        bench_of(lone_stack).serving("served")
        family = family_of(process)
        process.terminate()
        assert process.wait(20) == 0
    wait_for(lambda: all_ended(family), what="end of the children")


def start(stack) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "aws_local.sagemaker", str(stack.state_dir)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, check=False
    )


def test_a_port_in_use_is_told_in_one_sentence(stack):
    with listen(stack.sagemaker_port, "other program"):
        ended = start(stack)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"Port {stack.sagemaker_port} cannot be used for the SageMaker")
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize("content", ["{", "[]", ""])
def test_a_damaged_state_file_is_named_in_one_sentence(stack, content):
    path = stack.sagemaker_dir / "endpoints" / "some" / "state.json"
    path.parent.mkdir(parents=True)
    path.write_text(content)
    ended = start(stack)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"{path} is damaged")
    assert ended.stderr.count("\n") == 1


def test_a_damaged_or_missing_description_is_named(stack):
    path = stack.file(stack.state_dir)
    document = json.loads(path.read_text())
    del document["sagemaker_port"]
    path.write_text(json.dumps(document))
    assert start(stack).stderr.startswith(f"{path} is damaged")
    path.unlink()
    ended = start(stack)
    assert (ended.returncode, ended.stderr.startswith(f"{path} does not exist")) == (1, True)

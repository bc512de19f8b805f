"""Executions over an end of the emulator, and what keeps it from starting."""

import json
import subprocess
import sys
import time

import pytest
from aws_local.step_functions.execution_files import ExecutionFiles
from loopback import settings_file

pytestmark = pytest.mark.thorough


@pytest.mark.parametrize("how", ["kill", "terminate"])
def test_executions_survive_an_end(tmp_path, kitchen, running, cook_of, wait_for, how):
    """An ended one is there with its history, what ran begins again, nobody hears of a failure."""
    settings = kitchen(tmp_path)
    marks, until = tmp_path / "marks", tmp_path / "go"
    with running("aws_local", settings, tmp_path, settings.api.port) as process:
        cook = cook_of(settings)
        past = cook.end(cook.start("past", loaves=2))
        resting = cook.start("resting", rest=3600)
        baking = cook.start("baking", marks=str(marks), until=str(until))
        wait_for(marks.exists)
        getattr(process, how)()
        process.wait(20)
    assert len(cook.messages()) == 1
    with running("aws_local", settings, tmp_path, settings.api.port):
        cook = cook_of(settings)
        named = {"executionArn": past["executionArn"]}
        assert cook.states.describe_execution(**named)["output"] == past["output"]
        events = cook.states.get_execution_history(**named)["events"]
        assert events[-1]["type"] == "ExecutionSucceeded"
        assert cook.states.describe_execution(executionArn=resting)["status"] == "RUNNING"
        until.touch()
        found = cook.end(baking)
        assert json.loads(found["output"])["made"] == {"loaves": 1}
    assert marks.read_text() == "baked\nbaked\n"
    assert len(cook.messages()) == 2


@pytest.mark.parametrize("name", [".", "..", "Brötchen", "ü" * 80, "history", "a.partial"])
def test_a_name_is_no_path(tmp_path, name):
    """Whatever Step Functions takes as a name is a file of its own, which is found again."""
    document = {"name": name, "status": "SUCCEEDED", "stopDate": time.time()}
    files = ExecutionFiles(tmp_path / "bake")
    files.write(document)
    files.write_history(document, [{"id": 1}])
    assert list(ExecutionFiles(tmp_path / "bake").read()) == [document]
    assert ExecutionFiles(tmp_path / "bake").history(document) == [{"id": 1}]
    assert {path.name for path in tmp_path.iterdir()} == {"bake"}


def test_what_ended_long_ago_is_forgotten(tmp_path):
    files = ExecutionFiles(tmp_path)
    for name, days in (("old", 91), ("new", 89)):
        document = {"name": name, "status": "FAILED", "stopDate": time.time() - days * 86_400}
        files.write(document)
        files.write_history(document, [])
    assert [each["name"] for each in files.read()] == ["new"]
    assert [path.name for path in tmp_path.rglob("old*")] == []


def test_waits_are_as_long_as_the_settings_let_them(tmp_path, kitchen, running, cook_of):
    settings = kitchen(tmp_path, wait_seconds_at_most=0.1)
    with running("aws_local", settings, tmp_path, settings.api.port):
        cook = cook_of(settings)
        assert cook.end(cook.start(rest=3600))["status"] == "SUCCEEDED"


def sentence(settings, folder):
    file = settings_file.write(settings, folder / "settings.json")
    command = [sys.executable, "-m", "aws_local", str(file)]
    stopped = subprocess.run(
        command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, check=False
    )
    assert (stopped.returncode, stopped.stderr.count("\n")) == (1, 1)
    return stopped.stderr


def test_a_role_that_does_not_trust_step_functions_ends_the_start(tmp_path, kitchen, aws):
    trust = {**aws.trust, "Principal": {"Service": "lambda.amazonaws.com"}}
    said = sentence(kitchen(tmp_path, trusts={"job": trust}), tmp_path)
    assert "states.amazonaws.com is not authorized to assume the role" in said


def test_a_definition_that_cannot_run_ends_the_start(tmp_path, kitchen, aws):
    said = sentence(kitchen(tmp_path, (aws.machine("bake", {"x": {}}),)), tmp_path)
    assert said == "The state machine bake cannot run: the state x has no Type of a state.\n"


def test_a_damaged_execution_ends_the_start(tmp_path, kitchen):
    settings = kitchen(tmp_path)
    file = settings.step_functions.folder / "bake" / "rye.json"
    file.parent.mkdir(parents=True)
    file.write_text("{")
    assert sentence(settings, tmp_path).startswith(f"{file} is damaged")
